// Writing a Xapian index: ks_writer_ops, with one Xapian transaction from opening to commit. May use base and
// engine.
#include "shim/writer.hh"

#include "shim/guard.hh"
#include "shim/memory.hh"
#include "shim/schema.hh"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>

namespace ks {

namespace {

struct Writer {
    ks_writer base; // first, so that a ks_writer * is a Writer *
    Xapian::WritableDatabase database;
};

Writer &self(ks_writer *writer) {
    return *reinterpret_cast<Writer *>(writer);
}

// Destroying a database cancels its transaction, and never throws.
void writer_close(ks_writer *writer) {
    delete &self(writer);
}

ks_status writer_get_meta(ks_writer *writer, const char *key, ks_buffer *out, ks_error *err) {
    return guard(err, [&] {
        std::string value = self(writer).database.get_metadata(META_PREFIX + std::string(key));
        ks_buffer_add(out, value.data(), value.size());
        return ks_buffer_check(out, err);
    });
}

ks_status writer_set_meta(ks_writer *writer, const char *key, ks_term value, ks_error *err) {
    return guard(err, [&] {
        self(writer).database.set_metadata(META_PREFIX + std::string(key), text_of(value));
        return KS_OK;
    });
}

// The document with this id; 0 if there is none.
Xapian::docid docid_of(const Xapian::Database &database, const ks_term &id) {
    std::string term = id_term(id);
    auto posting = database.postlist_begin(term);
    return posting == database.postlist_end(term) ? 0 : *posting;
}

ks_status writer_find(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err) {
    return guard(err, [&] {
        ks_document_state state = {};
        Xapian::docid doc = docid_of(self(writer).database, id);
        if (doc) {
            Xapian::Document document = self(writer).database.get_document(doc);
            std::vector<std::uint32_t> sources = unpack_sources(document.get_value(SLOT_SOURCES));
            std::size_t size = sources.size() * sizeof sources[0];
            state.found = true;
            state.hash = unpack_hash(document.get_value(SLOT_HASH));
            state.source_count = sources.size();
            state.sources = static_cast<std::uint32_t *>(checked(std::malloc(size + 1)));
            if (size) std::memcpy(state.sources, sources.data(), size);
        }
        *out = state;
        return KS_OK;
    });
}

ks_status writer_stored(ks_writer *writer, ks_term id, ks_buffer *out, ks_error *err) {
    return guard(err, [&]() -> ks_status {
        Xapian::docid doc = docid_of(self(writer).database, id);
        if (!doc)
            return ks_error_set(err, KS_ERR_NOT_FOUND, "no record has the id %.100s", text_of(id).c_str());
        std::string data = self(writer).database.get_document(doc).get_data();
        ks_buffer_add(out, data.data(), data.size());
        return ks_buffer_check(out, err);
    });
}

void add_words(Xapian::Document &target, const ks_document &document) {
    std::string term;
    for (std::size_t i = 0; i < document.occurrence_count; i++) {
        const ks_occurrence &occurrence = document.occurrences[i];
        term.assign(occurrence.term.text, occurrence.term.size);
        target.add_term(term, ks_field_weight(occurrence.field));
        term.insert(0, ks_field_prefix(occurrence.field));
        // Positions start at 1 here, because Xapian 1.4 reads the position list {0, 1} back as {1}.
        target.add_posting(term, occurrence.position + 1, 0);
    }
}

void add_values(Xapian::Document &target, const ks_document &document) {
    for (std::size_t i = 0; i < document.value_count; i++) {
        const ks_exact_value &value = document.values[i];
        unsigned weight = value.exact == KS_EXACT_TAG ? ks_field_weight(KS_FIELD_TAGS) : 0;
        target.add_term(exact_term(value.exact, text_of(value.value)), weight);
    }
    for (std::size_t i = 0; i < document.source_count; i++)
        target.add_boolean_term(source_term(document.sources[i]));
    target.add_boolean_term(id_term(document.id));
    target.add_value(SLOT_RECENCY, recency_key(document.order, document.id));
    if (document.day) target.add_value(SLOT_DAY, day_value(document.day));
    target.add_value(SLOT_HASH, pack_hash(document.hash));
    target.add_value(SLOT_SOURCES, pack_sources(document.sources, document.source_count));
    target.add_value(SLOT_ID, text_of(document.id));
}

ks_status writer_put(ks_writer *writer, const ks_document *document, ks_error *err) {
    return guard(err, [&] {
        Xapian::Document target;
        add_words(target, *document);
        add_values(target, *document);
        target.set_data(text_of(document->stored));
        self(writer).database.replace_document(id_term(document->id), target);
        return KS_OK;
    });
}

ks_status writer_remove(ks_writer *writer, ks_term id, ks_error *err) {
    return guard(err, [&] {
        self(writer).database.delete_document(id_term(id));
        return KS_OK;
    });
}

ks_status writer_each(ks_writer *writer, uint32_t source, ks_id_visitor *visit, void *context,
                      ks_error *err) {
    return guard(err, [&]() -> ks_status {
        const Xapian::Database &database = self(writer).database;
        std::string term = source_term(source);
        for (auto posting = database.postlist_begin(term); posting != database.postlist_end(term);
             ++posting) {
            std::string id = database.get_document(*posting).get_value(SLOT_ID);
            ks_status status = visit(context, {id.data(), static_cast<std::uint32_t>(id.size())}, err);
            if (status) return status;
        }
        return KS_OK;
    });
}

// Xapian can compact a database only into another folder, which is left to its tool xapian-compact.
ks_status writer_optimize(ks_writer *, ks_error *) {
    return KS_OK;
}

ks_status writer_commit(ks_writer *writer, uint64_t *generation, ks_error *err) {
    return guard(err, [&] {
        Writer &w = self(writer);
        std::uint64_t next = w.base.generation + 1;
        w.database.set_metadata(FORMAT_KEY, FORMAT);
        w.database.set_metadata(GENERATION_KEY, std::to_string(next));
        w.database.commit_transaction();
        w.base.generation = next;
        *generation = next;
        return KS_OK;
    });
}

// No lanes: a Xapian database is written by one thread.
const ks_writer_ops writer_ops = {
    writer_close, writer_get_meta, writer_set_meta, writer_find,     writer_stored,
    writer_put,   writer_remove,   writer_each,     writer_optimize, writer_commit,
    nullptr,      nullptr,         nullptr,         nullptr,         nullptr,
};

// Without a generation, a database that is not empty belongs to another program: until the first commit,
// ksearch's has nothing in it.
bool is_foreign(const Xapian::Database &database) {
    return database.get_doccount() > 0 || database.metadata_keys_begin() != database.metadata_keys_end();
}

} // namespace

ks_status open_writer(ks_writer **out, const char *path, const ks_writer_options *, ks_error *err) {
    return guard(err, [&]() -> ks_status {
        auto writer = std::make_unique<Writer>();
        std::filesystem::create_directories(path);
        writer->base.ops = &writer_ops;
        writer->database =
            Xapian::WritableDatabase(path, Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
        writer->base.generation = generation_of(writer->database);
        if (writer->base.generation == 0 && is_foreign(writer->database)) {
            ks_error_set(err, KS_ERR_NO_INDEX, "%s is a Xapian database of another program", path);
            return ks_error_hint(err, KS_ERR_NO_INDEX, "name another place with --index PATH");
        }
        writer->database.begin_transaction();
        *out = &writer.release()->base;
        return KS_OK;
    });
}

} // namespace ks
