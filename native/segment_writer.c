/* Writing a segment; see segment_writer.h. The records stream into the file; columns and dictionary wait in
 * memory until their turn. */
#include "native/segment_writer.h"

#include "native/dictionary_layout.h"
#include "native/folder.h"
#include "native/varint.h"

#include <stdlib.h>
#include <string.h>

/* Positions that wait for their section, beyond which they wait in a file. It has the name that a bitmap of
 * this number would have, so that a crash at the wrong moment leaves nothing that is not swept up. */
enum { POSITIONS_IN_MEMORY = 1 << 24 };

struct id_hash {
    uint64_t hash;
    uint32_t doc;
};

struct ks_segment_writer {
    ks_file_writer *file;
    ks_store_writer *store;
    ks_list_writer lists;
    uint32_t documents, ids_size, sources_count;
    uint64_t total_length;
    ks_buffer lengths, orders, days, hashes, id_offsets, ids, source_offsets, sources;
    ks_buffer terms; /* varint size, text, entry: for the dictionary */
    struct id_hash *id_hashes;
    size_t id_hash_capacity;
    bool documents_done;
};

int ks_segment_compare(uint64_t order, ks_term id, uint64_t other_order, ks_term other_id) {
    uint32_t shorter = id.size < other_id.size ? id.size : other_id.size;
    int compared;
    if (order != other_order) return order > other_order ? -1 : 1;
    compared = memcmp(id.text, other_id.text, shorter);
    return compared ? compared : (id.size > other_id.size) - (id.size < other_id.size);
}

ks_status ks_segment_writer_open(ks_segment_writer **out, const char *folder, uint64_t number,
                                 const void *sample, size_t sample_size, ks_error *err) {
    ks_segment_writer *writer = calloc(1, sizeof *writer);
    char name[KS_FILE_NAME];
    ks_status status;
    if (!writer) return ks_error_nomem(err);
    if ((status = ks_file_writer_open(&writer->file, folder, ks_folder_name(name, KS_FILE_SEGMENT, number),
                                      err)) ||
        (status = ks_spill_init(&writer->lists.positions, folder,
                                ks_folder_name(name, KS_FILE_DELETED, number), POSITIONS_IN_MEMORY, err)) ||
        (status = ks_file_writer_section(writer->file, KS_SECTION_STORE, err)))
        goto done;
    status =
        ks_store_writer_new(&writer->store, writer->file, KS_SECTION_STORE_INDEX, sample, sample_size, err);
done:
    if (status)
        ks_segment_writer_free(writer);
    else
        *out = writer;
    return status;
}

void ks_segment_writer_free(ks_segment_writer *writer) {
    ks_buffer *buffers[9];
    if (!writer) return;
    memcpy(buffers,
           (ks_buffer *[]){&writer->lengths, &writer->orders, &writer->days, &writer->hashes,
                           &writer->id_offsets, &writer->ids, &writer->source_offsets, &writer->sources,
                           &writer->terms},
           sizeof buffers);
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++) ks_buffer_free(buffers[i]);
    free(writer->id_hashes);
    ks_list_writer_free(&writer->lists);
    ks_store_writer_free(writer->store);
    ks_file_writer_free(writer->file);
    free(writer);
}

ks_status ks_segment_writer_document(ks_segment_writer *writer, const ks_segment_document *document,
                                     const void *record, size_t size, ks_error *err) {
    ks_status status = ks_array_reserve(&writer->id_hashes, &writer->id_hash_capacity,
                                        (size_t)writer->documents + 1, sizeof *writer->id_hashes, err);
    if (status) return status;
    if (writer->ids.size + document->id.size > UINT32_MAX || writer->documents == UINT32_MAX - 1)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "too many documents for one segment");
    writer->id_hashes[writer->documents] =
        (struct id_hash){ks_hash64(document->id.text, document->id.size, 0), writer->documents};
    ks_add_u32(&writer->lengths, document->length);
    ks_add_u64(&writer->orders, document->order);
    ks_add_u32(&writer->days, document->day);
    ks_add_u64(&writer->hashes, document->hash.low);
    ks_add_u64(&writer->hashes, document->hash.high);
    ks_add_u32(&writer->id_offsets, (uint32_t)writer->ids.size);
    ks_buffer_add(&writer->ids, document->id.text, document->id.size);
    ks_add_u32(&writer->source_offsets, writer->sources_count);
    for (size_t i = 0; i < document->source_count; i++) ks_add_u32(&writer->sources, document->sources[i]);
    writer->sources_count += (uint32_t)document->source_count;
    writer->total_length += document->length;
    writer->documents++;
    return ks_store_writer_add(writer->store, record, size, err);
}

static int compare_id_hashes(const void *left, const void *right) {
    const struct id_hash *a = left, *b = right;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

static ks_status write_section(ks_segment_writer *writer, unsigned section, const ks_buffer *first,
                               const ks_buffer *second, ks_error *err) {
    ks_status status;
    if ((status = ks_buffer_check(first, err)) || (second && (status = ks_buffer_check(second, err))) ||
        (status = ks_file_writer_section(writer->file, section, err)) ||
        (status = ks_file_writer_add(writer->file, first->data, first->size, err)) || !second)
        return status;
    return ks_file_writer_add(writer->file, second->data, second->size, err);
}

static ks_status write_meta(ks_segment_writer *writer, ks_error *err) {
    ks_buffer meta = {0};
    ks_status status;
    ks_add_u32(&meta, writer->documents);
    ks_add_u32(&meta, 0);
    ks_add_u64(&meta, writer->total_length);
    status = write_section(writer, KS_SECTION_META, &meta, NULL, err);
    ks_buffer_free(&meta);
    return status;
}

static ks_status write_id_hashes(ks_segment_writer *writer, ks_error *err) {
    ks_buffer bytes = {0};
    ks_status status;
    qsort(writer->id_hashes, writer->documents, sizeof *writer->id_hashes, compare_id_hashes);
    for (uint32_t i = 0; i < writer->documents; i++) {
        ks_add_u64(&bytes, writer->id_hashes[i].hash);
        ks_add_u32(&bytes, writer->id_hashes[i].doc);
    }
    status = write_section(writer, KS_SECTION_ID_HASHES, &bytes, NULL, err);
    ks_buffer_free(&bytes);
    return status;
}

static ks_status finish_documents(ks_segment_writer *writer, ks_error *err) {
    ks_status status;
    if (writer->documents_done) return KS_OK;
    writer->documents_done = true;
    writer->lists.documents = writer->documents;
    ks_add_u32(&writer->id_offsets, (uint32_t)writer->ids.size);
    ks_add_u32(&writer->source_offsets, writer->sources_count);
    if ((status = ks_store_writer_finish(writer->store, err)) || (status = write_meta(writer, err)) ||
        (status = write_section(writer, KS_SECTION_LENGTHS, &writer->lengths, NULL, err)) ||
        (status = write_section(writer, KS_SECTION_ORDERS, &writer->orders, NULL, err)) ||
        (status = write_section(writer, KS_SECTION_DAYS, &writer->days, NULL, err)) ||
        (status = write_section(writer, KS_SECTION_HASHES, &writer->hashes, NULL, err)) ||
        (status = write_section(writer, KS_SECTION_IDS, &writer->id_offsets, &writer->ids, err)) ||
        (status =
             write_section(writer, KS_SECTION_SOURCES, &writer->source_offsets, &writer->sources, err)) ||
        (status = write_id_hashes(writer, err)))
        return status;
    return ks_file_writer_section(writer->file, KS_SECTION_POSTINGS, err);
}

ks_status ks_segment_writer_term(ks_segment_writer *writer, ks_term term, const ks_posting *postings,
                                 size_t count, ks_error *err) {
    ks_dict_entry entry;
    ks_status status;
    if ((status = finish_documents(writer, err)) ||
        (status = ks_list_write(&writer->lists, writer->file, postings, count, &entry, err)))
        return status;
    ks_varint_put(&writer->terms, term.size);
    ks_buffer_add(&writer->terms, term.text, term.size);
    ks_dict_entry_put(&writer->terms, &entry, &(ks_dict_entry){0});
    return ks_buffer_check(&writer->terms, err);
}

/* The terms that waited, into the dictionary. They are our own bytes: reading them cannot fail. */
static ks_status write_terms(ks_segment_writer *writer, ks_dict_writer *dict, ks_error *err) {
    const uint8_t *at = (const uint8_t *)writer->terms.data, *end = at + writer->terms.size;
    ks_status status = KS_OK;
    while (at < end && !status) {
        uint64_t size = 0;
        ks_dict_entry entry = {0};
        ks_term term;
        ks_varint_get(&at, end, &size);
        term = (ks_term){(const char *)at, (uint32_t)size};
        at += size;
        ks_dict_entry_get(&at, end, &entry);
        status = ks_dict_writer_add(dict, term, &entry, err);
    }
    return status;
}

ks_status ks_segment_writer_finish(ks_segment_writer *writer, ks_error *err) {
    ks_dict_writer *dict = NULL;
    ks_status status;
    if ((status = finish_documents(writer, err)) ||
        (status = ks_file_writer_section(writer->file, KS_SECTION_TERMS, err)) ||
        (status = ks_dict_writer_new(&dict, writer->file, KS_SECTION_TERM_INDEX, err)) ||
        (status = write_terms(writer, dict, err)) || (status = ks_dict_writer_finish(dict, err)) ||
        (status = ks_file_writer_section(writer->file, KS_SECTION_POSITIONS, err)) ||
        (status = ks_spill_copy(&writer->lists.positions, writer->file, err)))
        goto done;
    status = ks_file_writer_finish(writer->file, NULL, err);
done:
    ks_dict_writer_free(dict);
    return status;
}
