/* Writing a dictionary, a block at a time; see dictionary_layout.h. May use base and native's files. */
#include "native/dictionary.h"

#include "native/dictionary_layout.h"
#include "native/varint.h"

#include <stdlib.h>
#include <string.h>

struct ks_dict_writer {
    ks_file_writer *file;
    unsigned index_section;
    ks_buffer block;             /* the encoded terms of the present block */
    ks_buffer prefixes, offsets; /* the arrays of the index */
    uint64_t count;
    char last_text[KS_DICT_TERM]; /* the term before */
    uint32_t last_size;
    ks_dict_entry last, before; /* the last offsets: of all terms, and in the block (0 if there are none) */
};

ks_status ks_dict_writer_new(ks_dict_writer **out, ks_file_writer *file, unsigned index_section,
                             ks_error *err) {
    ks_dict_writer *writer = calloc(1, sizeof *writer);
    if (!writer) return ks_error_nomem(err);
    writer->file = file;
    writer->index_section = index_section;
    *out = writer;
    return KS_OK;
}

void ks_dict_writer_free(ks_dict_writer *writer) {
    if (!writer) return;
    ks_buffer_free(&writer->block);
    ks_buffer_free(&writer->prefixes);
    ks_buffer_free(&writer->offsets);
    free(writer);
}

static uint32_t shared_bytes(const ks_dict_writer *writer, ks_term term) {
    uint32_t most = term.size < writer->last_size ? term.size : writer->last_size, shared = 0;
    while (shared < most && term.text[shared] == writer->last_text[shared]) shared++;
    return shared;
}

/* Whether the entry's offset into the postings is used, and the one into the positions. */
static bool has_postings(const ks_dict_entry *entry) {
    return entry->documents > 1;
}

static bool has_positions(const ks_dict_entry *entry) {
    return entry->documents > 1 || ks_shape_positions(&entry->shape) > KS_DICT_POSITIONS;
}

static ks_status check(const ks_dict_writer *writer, ks_term term, const ks_dict_entry *entry,
                       ks_error *err) {
    uint32_t shared;
    if (term.size == 0 || term.size > KS_DICT_TERM)
        return ks_error_set(err, KS_ERR_ARGUMENT, "a term of %u bytes in a dictionary", (unsigned)term.size);
    if (entry->documents == 0)
        return ks_error_set(err, KS_ERR_ARGUMENT, "a term of no documents in a dictionary");
    if ((has_postings(entry) && entry->postings < writer->last.postings) ||
        (has_positions(entry) && entry->positions < writer->last.positions))
        return ks_error_set(err, KS_ERR_ARGUMENT, "offsets in a dictionary must not decrease");
    shared = shared_bytes(writer, term);
    if (shared == term.size ||
        (shared < writer->last_size && (uint8_t)term.text[shared] < (uint8_t)writer->last_text[shared]))
        return ks_error_set(err, KS_ERR_ARGUMENT, "terms of a dictionary must ascend");
    return KS_OK;
}

/* Offsets count from the last ones in the block, which is all that a reader knows. */
static void put_entry(ks_dict_writer *writer, const ks_dict_entry *entry) {
    ks_dict_entry_put(&writer->block, entry, &writer->before);
    if (has_postings(entry)) writer->before.postings = writer->last.postings = entry->postings;
    if (has_positions(entry)) writer->before.positions = writer->last.positions = entry->positions;
}

static void put_first(ks_dict_writer *writer, ks_term term, const ks_dict_entry *entry) {
    ks_add_u64(&writer->prefixes, ks_dict_prefix(term.text, term.size));
    ks_add_u64(&writer->offsets, ks_file_writer_offset(writer->file));
    ks_buffer_char(&writer->block, (char)term.size);
    ks_buffer_add(&writer->block, term.text, term.size);
    writer->before = (ks_dict_entry){0};
    put_entry(writer, entry);
}

static void put_other(ks_dict_writer *writer, ks_term term, const ks_dict_entry *entry) {
    uint32_t shared = shared_bytes(writer, term), suffix = term.size - shared;
    uint32_t low = shared < KS_DICT_NIBBLE ? shared : KS_DICT_NIBBLE;
    uint32_t high = suffix < KS_DICT_NIBBLE ? suffix : KS_DICT_NIBBLE;
    ks_buffer_char(&writer->block, (char)(low | high << 4));
    if (low == KS_DICT_NIBBLE) ks_buffer_char(&writer->block, (char)(shared - low));
    if (high == KS_DICT_NIBBLE) ks_buffer_char(&writer->block, (char)(suffix - high));
    ks_buffer_add(&writer->block, term.text + shared, suffix);
    put_entry(writer, entry);
}

static ks_status flush(ks_dict_writer *writer, ks_error *err) {
    ks_status status = ks_buffer_check(&writer->block, err);
    if (!status && writer->block.size > 0)
        status = ks_file_writer_add(writer->file, writer->block.data, writer->block.size, err);
    if (!status) ks_buffer_truncate(&writer->block, 0);
    return status;
}

ks_status ks_dict_writer_add(ks_dict_writer *writer, ks_term term, const ks_dict_entry *entry,
                             ks_error *err) {
    ks_status status = check(writer, term, entry, err);
    if (status) return status;
    if (writer->count % KS_DICT_BLOCK == 0) {
        if ((status = flush(writer, err))) return status;
        put_first(writer, term, entry);
    } else {
        put_other(writer, term, entry);
    }
    memcpy(writer->last_text, term.text, term.size);
    writer->last_size = term.size;
    writer->count++;
    return ks_buffer_check(&writer->block, err);
}

static ks_status write_index(ks_dict_writer *writer, ks_error *err) {
    uint8_t count[KS_DICT_INDEX_HEAD];
    ks_status status = ks_file_writer_section(writer->file, writer->index_section, err);
    ks_put_u64(count, writer->count);
    if (!status) status = ks_file_writer_add(writer->file, count, sizeof count, err);
    if (!status && writer->count > 0)
        status = ks_file_writer_add(writer->file, writer->prefixes.data, writer->prefixes.size, err);
    if (!status && writer->count > 0)
        status = ks_file_writer_add(writer->file, writer->offsets.data, writer->offsets.size, err);
    return status;
}

ks_status ks_dict_writer_finish(ks_dict_writer *writer, ks_error *err) {
    ks_status status = flush(writer, err);
    if (!status) status = ks_buffer_check(&writer->prefixes, err);
    if (!status) status = ks_buffer_check(&writer->offsets, err);
    if (!status) status = write_index(writer, err);
    return status;
}
