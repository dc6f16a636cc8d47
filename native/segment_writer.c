/* Writing a segment; see segment_writer.h. Records stream into the file. All else waits for its turn: columns
 * and terms in memory, posting lists and positions in spills. Adding documents and adding terms touch
 * different members, so that two threads can work at once. */
#include "native/segment_writer.h"

#include "native/dictionary_layout.h"
#include "native/folder.h"
#include "native/id_table.h"
#include "native/source_lists.h"
#include "native/term_order.h"
#include "native/varint.h"

#include <stdlib.h>

/* Bytes of lists, and of positions, that wait in memory; more go to a spill file. It is named like a
 * deletions file of this number, so that a sweep removes it after a crash. As it is unlinked once it is open,
 * both spills can use the name. */
enum { IN_MEMORY = 1 << 23 };

struct ks_segment_writer {
    ks_file_writer *file;
    ks_store_writer *store;
    uint32_t documents, shortest_id;
    uint64_t total_length;
    bool days_differ; /* some day is not the upper half of its order */
    ks_buffer lengths, orders_upper, orders_lower, days, hashes, id_offsets, ids;
    ks_source_lists_writer sources;
    bool documents_done;
    /* Of the terms: */
    ks_list_writer lists;
    ks_buffer terms; /* varint size, text, entry: for the dictionary */
};

int ks_segment_compare(uint64_t order, ks_term id, uint64_t other_order, ks_term other_id) {
    if (order != other_order) return order > other_order ? -1 : 1;
    return ks_term_compare(id, other_id);
}

ks_status ks_segment_writer_open(ks_segment_writer **out, const char *folder, uint64_t number,
                                 ks_error *err) {
    ks_segment_writer *writer = calloc(1, sizeof *writer);
    char name[KS_FILE_NAME];
    ks_status status;
    if (!writer) return ks_error_nomem(err);
    if ((status = ks_file_writer_open(&writer->file, folder, ks_folder_name(name, KS_FILE_SEGMENT, number),
                                      err)) ||
        (status = ks_spill_init(&writer->lists.lists, folder, ks_folder_name(name, KS_FILE_DELETED, number),
                                IN_MEMORY, err)) ||
        (status = ks_spill_init(&writer->lists.positions, folder, name, IN_MEMORY, err)) ||
        (status = ks_file_writer_section(writer->file, KS_SECTION_STORE, err)))
        goto done;
    status = ks_store_writer_new(&writer->store, writer->file, KS_SECTION_STORE_INDEX, err);
done:
    if (status)
        ks_segment_writer_free(writer);
    else
        *out = writer;
    return status;
}

void ks_segment_writer_free(ks_segment_writer *writer) {
    if (!writer) return;
    ks_buffer_free(&writer->lengths);
    ks_buffer_free(&writer->orders_upper);
    ks_buffer_free(&writer->orders_lower);
    ks_buffer_free(&writer->days);
    ks_buffer_free(&writer->hashes);
    ks_buffer_free(&writer->id_offsets);
    ks_buffer_free(&writer->ids);
    ks_buffer_free(&writer->terms);
    ks_source_lists_free(&writer->sources);
    ks_list_writer_free(&writer->lists);
    ks_store_writer_free(writer->store);
    ks_file_writer_free(writer->file);
    free(writer);
}

ks_status ks_segment_writer_copied_document(ks_segment_writer *writer, const ks_segment_document *document,
                                            ks_error *err) {
    uint32_t upper = (uint32_t)(document->order >> 32);
    ks_status status;
    if (writer->ids.size + document->id.size > UINT32_MAX || writer->documents == UINT32_MAX - 1)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "too many documents for one segment");
    if ((status = ks_source_lists_add(&writer->sources, document->sources, document->source_count, err)))
        return status;
    ks_add_u32(&writer->lengths, document->length);
    ks_add_u32(&writer->orders_upper, upper);
    ks_add_u32(&writer->orders_lower, (uint32_t)document->order);
    ks_add_u32(&writer->days, document->day);
    if (document->day != upper) writer->days_differ = true;
    ks_add_u64(&writer->hashes, document->hash.low);
    ks_add_u64(&writer->hashes, document->hash.high);
    ks_add_u32(&writer->id_offsets, (uint32_t)writer->ids.size);
    ks_buffer_add(&writer->ids, document->id.text, document->id.size);
    if (writer->documents == 0 || document->id.size < writer->shortest_id)
        writer->shortest_id = document->id.size;
    writer->total_length += document->length;
    writer->documents++;
    return KS_OK;
}

ks_status ks_segment_writer_document(ks_segment_writer *writer, const ks_segment_document *document,
                                     const void *record, size_t size, ks_error *err) {
    ks_status status = ks_segment_writer_copied_document(writer, document, err);
    return status ? status : ks_store_writer_add(writer->store, record, size, err);
}

ks_status ks_segment_writer_copy_block(ks_segment_writer *writer, const ks_store_block *block, uint32_t more,
                                       bool *copied, ks_error *err) {
    return ks_store_writer_copy(writer->store, block, more, copied, err);
}

/* Writes the bytes as a section, and frees them. */
static ks_status write_section(ks_segment_writer *writer, unsigned section, ks_buffer *bytes, ks_error *err) {
    ks_status status = ks_buffer_check(bytes, err);
    if (!status) status = ks_file_writer_section(writer->file, section, err);
    if (!status) status = ks_file_writer_add(writer->file, bytes->data, bytes->size, err);
    ks_buffer_free(bytes);
    return status;
}

static ks_status write_meta(ks_segment_writer *writer, ks_error *err) {
    ks_buffer meta = {0};
    ks_add_u32(&meta, writer->documents);
    ks_add_u32(&meta, 0);
    ks_add_u64(&meta, writer->total_length);
    return write_section(writer, KS_SECTION_META, &meta, err);
}

/* A section of one column, or of two. */
static ks_status write_columns(ks_segment_writer *writer, unsigned section, const ks_buffer *first,
                               const ks_buffer *second, ks_error *err) {
    ks_buffer bytes = {0};
    ks_column_put(&bytes, first);
    if (second) ks_column_put(&bytes, second);
    return write_section(writer, section, &bytes, err);
}

/* Without a column the days are the upper halves of the orders. */
static ks_status write_days(ks_segment_writer *writer, ks_error *err) {
    ks_buffer none = {0};
    ks_status status = ks_buffer_check(&writer->days, err); /* an error even if they are not needed */
    if (status) return status;
    if (writer->days_differ) return write_columns(writer, KS_SECTION_DAYS, &writer->days, NULL, err);
    return write_section(writer, KS_SECTION_DAYS, &none, err);
}

static ks_status write_id_table(ks_segment_writer *writer, ks_error *err) {
    ks_id_table table = ks_id_table_of(writer->documents);
    uint8_t *slots = calloc(table.count, 4);
    ks_status status = slots ? KS_OK : ks_error_nomem(err);
    for (uint32_t doc = 0; doc < writer->documents && !status; doc++) {
        uint32_t from = ks_get_u32(writer->id_offsets.data + (size_t)doc * 4);
        uint32_t to = ks_get_u32(writer->id_offsets.data + (size_t)doc * 4 + 4);
        ks_id_table_add(&table, slots, ks_hash64(writer->ids.data + from, to - from, 0), doc);
    }
    if (!status) status = ks_file_writer_section(writer->file, KS_SECTION_ID_TABLE, err);
    if (!status) status = ks_file_writer_add(writer->file, slots, (size_t)table.count * 4, err);
    free(slots);
    return status;
}

static ks_status write_ids(ks_segment_writer *writer, ks_error *err) {
    ks_buffer offsets = {0}, bytes = {0};
    ks_status status;
    ks_add_u32(&writer->id_offsets, (uint32_t)writer->ids.size);
    if ((status = ks_buffer_check(&writer->id_offsets, err)) ||
        (status = ks_buffer_check(&writer->ids, err)) || (status = write_id_table(writer, err)))
        return status;
    for (size_t i = 0; i <= writer->documents; i++)
        ks_add_u32(&offsets,
                   (uint32_t)(ks_get_u32(writer->id_offsets.data + i * 4) - i * writer->shortest_id));
    ks_add_u32(&bytes, writer->shortest_id);
    ks_add_u32(&bytes, 0);
    ks_column_put(&bytes, &offsets);
    ks_buffer_free(&offsets);
    ks_buffer_add(&bytes, writer->ids.data, writer->ids.size);
    return write_section(writer, KS_SECTION_IDS, &bytes, err);
}

static ks_status write_sources(ks_segment_writer *writer, ks_error *err) {
    ks_buffer bytes = {0};
    ks_source_lists_put(&bytes, &writer->sources);
    return write_section(writer, KS_SECTION_SOURCES, &bytes, err);
}

ks_status ks_segment_writer_end_documents(ks_segment_writer *writer, ks_error *err) {
    ks_status status;
    if (writer->documents_done) return KS_OK;
    writer->documents_done = true;
    if ((status = ks_store_writer_finish(writer->store, err)) ||
        (status =
             write_columns(writer, KS_SECTION_ORDERS, &writer->orders_upper, &writer->orders_lower, err)) ||
        (status = write_days(writer, err)) ||
        (status = write_section(writer, KS_SECTION_HASHES, &writer->hashes, err)) ||
        (status = write_ids(writer, err)))
        return status;
    return write_sources(writer, err);
}

/* ---- Terms ---- */

void ks_segment_writer_set_documents(ks_segment_writer *writer, uint32_t documents) {
    writer->lists.documents = documents;
}

ks_status ks_segment_writer_begin_list(ks_segment_writer *writer, ks_list_writer **out, ks_error *err) {
    *out = &writer->lists;
    return ks_list_begin(&writer->lists, err);
}

ks_status ks_segment_writer_end_list(ks_segment_writer *writer, ks_term term, ks_error *err) {
    ks_dict_entry entry;
    ks_status status = ks_list_end(&writer->lists, &entry, err);
    if (status) return status;
    ks_varint_put(&writer->terms, term.size);
    ks_buffer_add(&writer->terms, term.text, term.size);
    ks_dict_entry_put(&writer->terms, &entry, &(ks_dict_entry){0});
    return ks_buffer_check(&writer->terms, err);
}

ks_status ks_segment_writer_term(ks_segment_writer *writer, ks_term term, const ks_posting *postings,
                                 size_t count, ks_error *err) {
    ks_list_writer *lists;
    ks_status status = ks_segment_writer_begin_list(writer, &lists, err);
    for (size_t i = 0; i < count && !status; i++) status = ks_list_add(lists, &postings[i], err);
    return status ? status : ks_segment_writer_end_list(writer, term, err);
}

/* Moves the waiting terms into the dictionary. Decoding cannot fail: the bytes are our own. */
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

static ks_status write_dictionary(ks_segment_writer *writer, ks_error *err) {
    ks_dict_writer *dict = NULL;
    ks_status status;
    if (!(status = ks_file_writer_section(writer->file, KS_SECTION_TERMS, err)) &&
        !(status = ks_dict_writer_new(&dict, writer->file, KS_SECTION_TERM_INDEX, err)) &&
        !(status = write_terms(writer, dict, err)))
        status = ks_dict_writer_finish(dict, err);
    ks_dict_writer_free(dict);
    return status;
}

/* What every query needs stands close together, and not at the end of the file, so that it lies in few huge
 * pages. */
ks_status ks_segment_writer_finish(ks_segment_writer *writer, ks_error *err) {
    ks_status status = ks_segment_writer_end_documents(writer, err);
    if (status) return status;
    if (writer->lists.documents != writer->documents && writer->terms.size)
        return ks_error_set(err, KS_ERR_ARGUMENT, "terms for %u documents, in a segment of %u",
                            (unsigned)writer->lists.documents, (unsigned)writer->documents);
    if ((status = ks_file_writer_section(writer->file, KS_SECTION_POSTINGS, err)) ||
        (status = ks_spill_copy(&writer->lists.lists, writer->file, err)) ||
        (status = write_dictionary(writer, err)) || (status = write_meta(writer, err)) ||
        (status = write_columns(writer, KS_SECTION_LENGTHS, &writer->lengths, NULL, err)) ||
        (status = ks_file_writer_section(writer->file, KS_SECTION_POSITIONS, err)) ||
        (status = ks_spill_copy(&writer->lists.positions, writer->file, err)))
        return status;
    return ks_file_writer_finish(writer->file, NULL, err);
}
