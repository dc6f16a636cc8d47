// Reading a Xapian index behind ks_reader_ops. A reader whose revision a writer has overwritten is reopened
// and the whole call run again, a bounded number of times; what a call hands out is copied before it
// returns. May use base and engine.
#include "shim/reader.hh"

#include "shim/guard.hh"
#include "shim/query.hh"
#include "shim/schema.hh"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <set>
#include <utility>
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

// Runs `body`, again on the reopened database when that was modified under it.
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

// Xapian's tables; whatever else is in the folder is "other".
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

// The reader stays on its own revision.
ks_status reader_newer(ks_reader *reader, bool *out, ks_error *err) {
    return guard(err, [&] {
        const Reader &r = self(reader);
        *out = generation_of(Xapian::Database(r.path)) != r.generation;
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

void set_order(Xapian::Enquire &enquire, ks_sort sort) {
    switch (sort) {
    case KS_SORT_SCORE: enquire.set_sort_by_relevance_then_value(SLOT_RECENCY, true); break;
    case KS_SORT_NEW: enquire.set_sort_by_value(SLOT_RECENCY, true); break;
    case KS_SORT_OLD: enquire.set_sort_by_value(SLOT_RECENCY, false); break;
    }
}

// One answer being put together: a page of the plan's hits, taken from one or two Xapian queries.
class Answer {
  public:
    Answer(Reader &reader, const ks_plan &plan) : reader_(reader), plan_(plan) {
        std::uint64_t all = reader.database.get_doccount();
        count_to_ = static_cast<Xapian::doccount>(plan.count_limit < all ? plan.count_limit + 1 : all);
        std::uint64_t end = plan.limit > all ? all : plan.limit + std::min<std::uint64_t>(plan.offset, all);
        wanted_ = static_cast<Xapian::doccount>(std::min(end, all));
    }

    void run() {
        bool tiers = plan_.match == KS_MATCH_AUTO && ks_plan_has_tiers(plan_.root);
        ks_match first = plan_.match == KS_MATCH_ANY ? KS_MATCH_ANY : KS_MATCH_ALL;
        Xapian::MSet all =
            ask_scored(scored_query(reader_.database, plan_, first), wanted_, tiers ? wanted_ : count_to_);
        ks_tier tier = KS_TIER_ALL;
        if (first == KS_MATCH_ANY && ks_plan_has_tiers(plan_.root)) tier = KS_TIER_SOME;
        take(all, tier);
        if (tiers) run_second(all);
        if (tier == KS_TIER_SOME) find_full_matches();
    }

    std::vector<std::pair<Xapian::MSetIterator, ks_tier>> hits;
    std::vector<Xapian::MSet> pages; // keep what the iterators point into
    std::uint64_t total = 0;

  private:
    Xapian::MSet ask(const Xapian::Query &query, Xapian::doccount limit, Xapian::doccount at_least) {
        Xapian::Enquire enquire(reader_.database);
        enquire.set_weighting_scheme(Xapian::BM25Weight(KS_BM25_K1, 0, 1, KS_BM25_B, KS_BM25_LEAST_LENGTH));
        set_order(enquire, plan_.sort);
        enquire.set_query(query);
        return enquire.get_mset(0, limit, at_least);
    }

    Xapian::MSet ask_scored(const ScoredQuery &scored, Xapian::doccount limit, Xapian::doccount at_least) {
        return ask(scored.query, limit, scored.may_prune ? at_least : reader_.database.get_doccount());
    }

    void take(const Xapian::MSet &page, ks_tier tier) {
        pages.push_back(page);
        for (Xapian::MSetIterator hit = pages.back().begin(); hit != pages.back().end(); ++hit)
            hits.emplace_back(hit, tier);
        total += page.get_matches_lower_bound();
    }

    // The records with some of the words, or at least their number where the first tier filled the page.
    void run_second(const Xapian::MSet &all) {
        if (all.size() < wanted_) {
            ScoredQuery some = scored_query(reader_.database, plan_, KS_MATCH_ANY);
            some.query = Xapian::Query(Xapian::Query::OP_AND_NOT, some.query,
                                       matching_query(reader_.database, *plan_.root, KS_MATCH_ALL));
            take(ask_scored(some, wanted_ - all.size(), count_to_), KS_TIER_SOME);
        } else {
            total = ask(matching_query(reader_.database, *plan_.root, KS_MATCH_ANY), 0, count_to_)
                        .get_matches_lower_bound();
        }
    }

    // Which hits of an any-word search hold all the words: one more query over just these records.
    void find_full_matches() {
        std::vector<Xapian::Query> ids;
        std::set<Xapian::docid> full;
        for (const auto &hit : hits) {
            std::string id = hit.first.get_document().get_value(SLOT_ID);
            ids.push_back(Xapian::Query(id_term({id.data(), static_cast<std::uint32_t>(id.size())})));
        }
        Xapian::Query these(Xapian::Query::OP_OR, ids.begin(), ids.end());
        Xapian::Query query(Xapian::Query::OP_FILTER, these,
                            matching_query(reader_.database, *plan_.root, KS_MATCH_ALL));
        Xapian::MSet found = ask(query, static_cast<Xapian::doccount>(hits.size()), 0);
        for (auto hit = found.begin(); hit != found.end(); ++hit) full.insert(*hit);
        for (auto &hit : hits)
            if (full.count(*hit.first)) hit.second = KS_TIER_ALL;
    }

    Reader &reader_;
    const ks_plan &plan_;
    Xapian::doccount count_to_, wanted_;
};

ks_term copy_term(ks_arena &arena, const std::string &text) {
    const char *copy = static_cast<const char *>(checked(ks_arena_copy(&arena, text.data(), text.size())));
    return {copy, static_cast<std::uint32_t>(text.size())};
}

void copy_hits(const Answer &answer, const ks_plan &plan, ks_topk &topk) {
    std::size_t count = answer.hits.size() > plan.offset ? answer.hits.size() - plan.offset : 0;
    topk.items =
        static_cast<ks_found *>(checked(ks_arena_alloc(&topk.arena, (count + 1) * sizeof *topk.items)));
    for (std::size_t i = 0; i < count; i++) {
        const auto &[hit, tier] = answer.hits[plan.offset + i];
        Xapian::Document document = hit.get_document();
        ks_found &found = topk.items[topk.count++];
        found = {
            *hit, hit.get_weight(), tier, copy_term(topk.arena, document.get_value(SLOT_ID)), {nullptr, 0}};
        if (plan.want_stored) found.stored = copy_term(topk.arena, document.get_data());
    }
}

ks_status reader_search(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err) {
    ks_topk topk = {};
    ks_status status = guard_read(reader, err, [&](Reader &r) {
        ks_topk_free(&topk); // what an attempt before this one has left
        Answer answer(r, *plan);
        answer.run();
        topk.ranked_us = ks_clock_us();
        topk.generation = r.generation;
        topk.records = r.database.get_doccount();
        topk.total_is_exact = answer.total <= plan->count_limit;
        topk.total = topk.total_is_exact ? answer.total : plan->count_limit;
        copy_hits(answer, *plan, topk);
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

// The wdf of a term in a document; -1 where the document does not have it.
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
    for (const auto &entry : std::filesystem::directory_iterator(path))
        if (entry.is_regular_file()) bytes += entry.file_size();
    return bytes;
}

// Commits may follow each other so fast that a revision is gone before its first page was read.
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
        // Without its version file a database is one that a killed writer was only beginning to make.
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
