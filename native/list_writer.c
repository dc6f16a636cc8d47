/* Writing posting lists; the layout is in postings.h. May use base, engine and native's files. */
#include "native/pairs.h"
#include "native/postings.h"
#include "native/varint.h"

/* ---- Blocks ---- */

static bool same_masks(const ks_posting *postings, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (postings[i].mask != postings[0].mask) return false;
    return true;
}

static void put_packed(ks_buffer *out, const uint32_t values[KS_BLOCK], unsigned bits) {
    uint8_t packed[32 * KS_BLOCK / 8];
    ks_bitpack_pack(packed, values, bits);
    ks_buffer_add(out, packed, ks_bitpack_bytes(bits));
}

static void put_full_block(ks_buffer *out, const ks_posting *postings, uint32_t before) {
    uint32_t gaps[KS_BLOCK], tfs[KS_BLOCK], masks[KS_BLOCK];
    bool same = same_masks(postings, KS_BLOCK);
    for (size_t i = 0; i < KS_BLOCK; i++) {
        gaps[i] = postings[i].doc - before - 1;
        tfs[i] = postings[i].tf - 1;
        masks[i] = postings[i].mask;
        before = postings[i].doc;
    }
    ks_buffer_char(out, (char)ks_bitpack_width(gaps));
    ks_buffer_char(out, (char)ks_bitpack_width(tfs));
    ks_buffer_char(out, (char)(same ? postings[0].mask : 0xFF));
    put_packed(out, gaps, ks_bitpack_width(gaps));
    put_packed(out, tfs, ks_bitpack_width(tfs));
    if (!same) put_packed(out, masks, KS_TEXT_FIELDS);
}

static void put_tail(ks_buffer *out, const ks_posting *postings, size_t count, uint32_t before) {
    bool same = same_masks(postings, count);
    ks_buffer_char(out, (char)(same ? postings[0].mask : 0xFF));
    for (size_t i = 0; i < count; i++) {
        ks_varint_put(out, postings[i].doc - before - 1);
        ks_varint_put(out, postings[i].tf - 1);
        if (!same) ks_buffer_char(out, (char)postings[i].mask);
        before = postings[i].doc;
    }
}

/* The list's blocks, in the writer's three buffers, and its pairs. Before the first document stands -1. */
static void put_blocks(ks_list_writer *writer, const ks_posting *postings, size_t count, ks_buffer *head) {
    ks_pairs all = {0}, pairs;
    uint32_t before = UINT32_MAX;
    uint64_t positions = 0;
    for (size_t at = 0; at < count; at += KS_BLOCK) {
        size_t size = count - at < KS_BLOCK ? count - at : KS_BLOCK;
        if (size == KS_BLOCK)
            put_full_block(&writer->data, postings + at, before);
        else
            put_tail(&writer->data, postings + at, size, before);
        before = postings[at + size - 1].doc;
        pairs.count = 0;
        for (size_t i = at; i < at + size; i++) ks_pairs_add(&pairs, postings[i].tf, postings[i].length);
        for (size_t i = 0; i < pairs.count; i++) ks_pairs_add(&all, pairs.items[i].tf, pairs.items[i].length);
        if (count <= KS_BLOCK) break;
        ks_pairs_put(&pairs, &writer->pairs);
        for (size_t i = at; i < at + size; i++) positions += postings[i].positions_size;
        ks_add_u32(&writer->skips, before);
        ks_add_u32(&writer->skips, (uint32_t)writer->data.size);
        ks_add_u32(&writer->skips, (uint32_t)writer->pairs.size);
        ks_add_u32(&writer->skips, (uint32_t)positions);
    }
    if (count >= KS_PAIRS_FROM) ks_pairs_put(&all, head);
}

static ks_status write_buffers(ks_list_writer *writer, ks_file_writer *file, const ks_buffer *head,
                               uint64_t positions, ks_error *err) {
    ks_buffer size = {0};
    ks_status status;
    ks_varint_put(&size, head->size + writer->skips.size + writer->pairs.size + writer->data.size);
    ks_varint_put(&size, positions);
    if (!(status = ks_buffer_check(&size, err)) && !(status = ks_buffer_check(head, err)) &&
        !(status = ks_buffer_check(&writer->skips, err)) &&
        !(status = ks_buffer_check(&writer->pairs, err)) && !(status = ks_buffer_check(&writer->data, err)) &&
        !(status = ks_file_writer_add(file, size.data, size.size, err)) &&
        !(status = ks_file_writer_add(file, head->data, head->size, err)) &&
        !(status = ks_file_writer_add(file, writer->skips.data, writer->skips.size, err)) &&
        !(status = ks_file_writer_add(file, writer->pairs.data, writer->pairs.size, err)))
        status = ks_file_writer_add(file, writer->data.data, writer->data.size, err);
    ks_buffer_free(&size);
    return status;
}

ks_status ks_list_write(ks_list_writer *writer, ks_file_writer *file, const ks_posting *postings,
                        size_t count, ks_dict_entry *entry, ks_error *err) {
    uint64_t start = ks_file_writer_offset(file), positions = 0;
    ks_buffer head = {0};
    ks_status status;
    ks_buffer_truncate(&writer->skips, 0);
    ks_buffer_truncate(&writer->pairs, 0);
    ks_buffer_truncate(&writer->data, 0);
    put_blocks(writer, postings, count, &head);
    for (size_t i = 0; i < count; i++) positions += postings[i].positions_size;
    status = write_buffers(writer, file, &head, positions, err);
    positions = ks_file_writer_offset(file);
    for (size_t i = 0; i < count && !status; i++)
        if (postings[i].positions_size)
            status = ks_file_writer_add(file, postings[i].positions, postings[i].positions_size, err);
    if (!status) *entry = (ks_dict_entry){(uint32_t)count, start, positions};
    ks_buffer_free(&head);
    return status;
}

void ks_list_writer_free(ks_list_writer *writer) {
    ks_buffer_free(&writer->skips);
    ks_buffer_free(&writer->pairs);
    ks_buffer_free(&writer->data);
}
