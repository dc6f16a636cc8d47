// Reading a Xapian index: ks_reader_ops. If a writer has overwritten the revision that a reader is on, the
// database is reopened and the whole call runs again, a bounded number of times. What a call hands out is
// copied before, so no answer mixes two revisions. May use base and engine.
#include "shim/reader.hh"

#include "shim/answer.hh"
#include "shim/guard.hh"
#include "shim/memory.hh"
#include "shim/schema.hh"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <vector>

namespace ks {

namespace {

constexpr int ATTEMPTS = 50;

struct Reader {
    ks_reader base; // first, so that a ks_reader * is a Reader *
    std::string path;
    Xapian::Database database;
    std::uint64_t generation;
};

Reader &self(ks_reader *reader) {
    return *reinterpret_cast<Reader *>(reader);
}

// Runs `body`, and again on the reopened database whenever a writer has overwritten what it read.
template <class Body> ks_status guard_read(ks_reader *reader, ks_error *err, Body &&body) noexcept {
    return guard(err, [&]() -> ks_status {
        for (int attempt = 1;; attempt++) {
            try {
                if (attempt > 1) {
                    self(reader).database.reopen();
                    self(reader).generation = generation_of(self(reader).database);
                }
                return body(self(reader));
            } catch (const Xapian::DatabaseModifiedError &) {
                if (attempt == ATTEMPTS) throw;
            }
        }
    });
}

void reader_close(ks_reader *reader) {
    delete &self(reader);
}

// Sizes of Xapian's tables; everything else in the folder is "other".
void add_sections(ks_engine_info &info, const std::string &path) {
    static const char *const tables[] = {"postlist", "position", "docdata",
                                         "termlist", "spelling", "synonym"};
    std::uint64_t rest = bytes_in(path);
    info.bytes = rest;
    for (const char *table : tables) {
        std::error_code missing;
        const auto file = std::filesystem::path(path) / (std::string(table) + ".glass");
        const std::uintmax_t size = std::filesystem::file_size(file, missing);
        if (missing || size > rest) continue;
        info.sections[info.section_count++] = {table, size};
        rest -= size;
    }
    info.sections[info.section_count++] = {"other", rest};
}

ks_status reader_describe(ks_reader *reader, ks_engine_info *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        ks_engine_info info = {};
        info.generation = r.generation;
        info.records = r.database.get_doccount();
        info.average_length = r.database.get_average_length();
        info.terms =
            static_cast<std::uint64_t>(std::distance(r.database.allterms_begin(), r.database.allterms_end()));
        info.segments = 1;
        add_sections(info, r.path);
        *out = info;
        return KS_OK;
    });
}

// The reader stays on its own revision. An index made anew may have come to the same generation.
ks_status reader_newer(ks_reader *reader, bool *out, ks_error *err) {
    return guard(err, [&] {
        const Reader &r = self(reader);
        const Xapian::Database now(r.path);
        *out = generation_of(now) != r.generation || now.get_uuid() != r.database.get_uuid();
        return KS_OK;
    });
}

ks_status reader_get_meta(ks_reader *reader, const char *key, ks_buffer *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        std::string value = r.database.get_metadata(META_PREFIX + std::string(key));
        ks_buffer_add(out, value.data(), value.size());
        return ks_buffer_check(out, err);
    });
}

// ---- Searching ----

ks_status reader_search(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err) {
    ks_topk topk = {};
    ks_status status = guard_read(reader, err, [&](Reader &r) {
        ks_topk_free(&topk); // of an earlier attempt
        answer(r.database, *plan, topk);
        topk.generation = r.generation;
        return KS_OK;
    });
    if (status)
        ks_topk_free(&topk);
    else
        *out = topk;
    return status;
}

// ---- Terms ----

struct Candidate {
    std::string term;
    Xapian::doccount documents;
};

std::vector<Candidate> candidates(const Xapian::Database &database, const std::string &prefix) {
    std::vector<Candidate> found;
    for (auto term = database.allterms_begin(prefix); term != database.allterms_end(prefix); ++term)
        found.push_back({*term, term.get_termfreq()});
    std::stable_sort(found.begin(), found.end(),
                     [](const Candidate &a, const Candidate &b) { return a.documents > b.documents; });
    return found;
}

ks_status reader_expand(ks_reader *reader, ks_term prefix, size_t limit, ks_expansion *out, ks_error *err) {
    ks_expansion expansion = {};
    ks_status status = guard_read(reader, err, [&](Reader &r) {
        ks_expansion_free(&expansion);
        std::vector<Candidate> found = candidates(r.database, text_of(prefix));
        expansion.cut = found.size() > limit;
        if (expansion.cut) found.resize(limit);
        expansion.terms = static_cast<ks_term *>(
            checked(ks_arena_alloc(&expansion.arena, (found.size() + 1) * sizeof *expansion.terms)));
        for (const Candidate &candidate : found)
            expansion.terms[expansion.count++] = copy_term(expansion.arena, candidate.term);
        return KS_OK;
    });
    if (status)
        ks_expansion_free(&expansion);
    else
        *out = expansion;
    return status;
}

ks_status reader_begins(ks_reader *reader, ks_term prefix, bool *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        std::string text = text_of(prefix);
        *out = r.database.allterms_begin(text) != r.database.allterms_end(text);
        return KS_OK;
    });
}

ks_status reader_documents(ks_reader *reader, ks_term term, uint64_t *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        *out = r.database.get_termfreq(text_of(term));
        return KS_OK;
    });
}

ks_status reader_find(ks_reader *reader, ks_term id, ks_docid *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        std::string term = id_term(id);
        auto posting = r.database.postlist_begin(term);
        *out = posting == r.database.postlist_end(term) ? 0 : *posting;
        return KS_OK;
    });
}

ks_status reader_stored(ks_reader *reader, ks_docid doc, ks_buffer *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        std::string data = r.database.get_document(static_cast<Xapian::docid>(doc)).get_data();
        ks_buffer_add(out, data.data(), data.size());
        return ks_buffer_check(out, err);
    });
}

ks_status reader_length(ks_reader *reader, ks_docid doc, uint64_t *out, ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        *out = r.database.get_doclength(static_cast<Xapian::docid>(doc));
        return KS_OK;
    });
}

// The wdf (within-document frequency) of a term in a document; -1 if the document does not have it.
std::int64_t wdf_of(const Xapian::Database &database, Xapian::docid doc, const std::string &term) {
    auto posting = database.postlist_begin(term);
    auto end = database.postlist_end(term);
    if (posting != end) posting.skip_to(doc);
    return posting != end && *posting == doc ? static_cast<std::int64_t>(posting.get_wdf()) : -1;
}

ks_status reader_frequency(ks_reader *reader, ks_docid doc, ks_term term, ks_field field, uint64_t *out,
                           ks_error *err) {
    return guard_read(reader, err, [&](Reader &r) {
        auto id = static_cast<Xapian::docid>(doc);
        std::int64_t wdf = wdf_of(r.database, id, text_of(term));
        if (field != KS_FIELD_ANY && wdf_of(r.database, id, ks_field_prefix(field) + text_of(term)) < 0)
            wdf = 0;
        *out = static_cast<std::uint64_t>(std::max<std::int64_t>(wdf, 0));
        return KS_OK;
    });
}

const ks_reader_ops reader_ops = {
    reader_close,  reader_describe,  reader_newer, reader_get_meta, reader_search, reader_expand,
    reader_begins, reader_documents, reader_find,  reader_stored,   reader_length, reader_frequency,
};

} // namespace

std::uint64_t bytes_in(const std::string &path) {
    std::uint64_t bytes = 0;
    std::error_code gone, none; // a file may go meanwhile, and the folder too: a reader needs neither
    for (std::filesystem::directory_iterator entry(path, gone), end; entry != end; entry.increment(gone)) {
        const std::uintmax_t size = entry->is_regular_file(none) ? entry->file_size(none) : 0;
        if (!none) bytes += size;
    }
    return bytes;
}

// Commits may follow each other so fast that a revision is gone before its first page has been read.
void open_database(Reader &reader) {
    for (int attempt = 1;; attempt++) {
        try {
            reader.database = Xapian::Database(reader.path);
            reader.generation = generation_of(reader.database);
            return;
        } catch (const Xapian::DatabaseModifiedError &) {
            if (attempt == ATTEMPTS) throw;
        }
    }
}

ks_status open_reader(ks_reader **out, const char *path, ks_error *err) {
    return guard(err, [&]() -> ks_status {
        auto reader = std::make_unique<Reader>();
        reader->base.ops = &reader_ops;
        reader->path = path;
        // A database without its version file was only begun by a writer that was killed.
        if (std::filesystem::exists(std::filesystem::path(path) / "iamglass")) open_database(*reader);
        if (reader->generation == 0) {
            ks_error_set(err, KS_ERR_NO_INDEX, "%s is a Xapian database without a ksearch index in it", path);
            return ks_error_hint(err, KS_ERR_NO_INDEX,
                                 "no indexing run was ever finished there: ksearch index SOURCE…");
        }
        *out = &reader.release()->base;
        return KS_OK;
    });
}

} // namespace ks
