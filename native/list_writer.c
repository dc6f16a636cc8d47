/* Writing posting lists; see list_writer.h. May use base, engine and native's files. */
#include "native/list_writer.h"

#include <stdlib.h>
#include <string.h>

void ks_list_writer_free(ks_list_writer *writer) {
    ks_spill_free(&writer->lists);
    ks_spill_free(&writer->positions);
    ks_list_block_free(&writer->block);
    ks_buffer_free(&writer->head);
    ks_buffer_free(&writer->skips);
    ks_buffer_free(&writer->pairs);
    ks_buffer_free(&writer->group_ends);
    ks_buffer_free(&writer->group_pairs);
    ks_buffer_free(&writer->data);
    ks_buffer_free(&writer->gaps);
    ks_buffer_free(&writer->scratch);
    free(writer->shapes);
    free(writer->others);
    free(writer->table);
}

ks_status ks_list_begin(ks_list_writer *writer, ks_error *err) {
    if (!writer->table && !(writer->table = malloc(sizeof *writer->table))) return ks_error_nomem(err);
    ks_list_block_clear(&writer->block);
    writer->before = UINT32_MAX;
    writer->blocks = writer->other_count = 0;
    writer->positions_begin = writer->positions.size;
    writer->all.count = writer->group.count = 0;
    ks_buffer_truncate(&writer->head, 0);
    ks_buffer_truncate(&writer->skips, 0);
    ks_buffer_truncate(&writer->pairs, 0);
    ks_buffer_truncate(&writer->group_ends, 0);
    ks_buffer_truncate(&writer->group_pairs, 0);
    ks_buffer_truncate(&writer->data, 0);
    ks_buffer_truncate(&writer->gaps, 0);
    return KS_OK;
}

/* ---- Blocks ---- */

static ks_status write_positions(ks_list_writer *writer, ks_error *err) {
    const ks_list_block *block = &writer->block;
    size_t count = block->starts[block->size];
    unsigned bits;
    ks_status status;
    if (count == 0) return KS_OK;
    bits = ks_rice_bits(block->gaps, count);
    ks_buffer_truncate(&writer->scratch, 0);
    ks_buffer_char(&writer->scratch, (char)bits);
    ks_rice_put(&writer->scratch, block->gaps, count, bits);
    if ((status = ks_buffer_check(&writer->scratch, err))) return status;
    return ks_spill_add(&writer->positions, writer->scratch.data, writer->scratch.size, err);
}

/* Finds the competitive pairs of a block. Of postings with the same frequency, only the one in the shortest
 * document can be competitive; small frequencies are sorted out by that first. */
static void find_pairs(const ks_list_block *block, ks_pairs *out) {
    enum { SMALL = 64 };
    uint32_t shortest[SMALL];
    memset(shortest, 0xFF, sizeof shortest);
    out->count = 0;
    for (size_t i = 0; i < block->size; i++) {
        uint32_t tf = block->tfs[i], length = block->lengths[i];
        if (tf >= SMALL || length == UINT32_MAX)
            ks_pairs_add(out, tf, length);
        else if (length < shortest[tf])
            shortest[tf] = length;
    }
    for (uint32_t tf = SMALL; tf-- > 0;)
        if (shortest[tf] != UINT32_MAX) ks_pairs_add(out, tf, shortest[tf]);
}

static void end_group(ks_list_writer *writer) {
    ks_pairs_put(&writer->group, KS_PAIRS_OF_MANY, &writer->group_pairs);
    ks_add_u32(&writer->group_ends, (uint32_t)writer->group_pairs.size);
    writer->group.count = 0;
}

/* Skips hold the ends of a block's parts in 32 bits. */
static ks_status check_end(uint64_t end, ks_error *err) {
    if (end <= UINT32_MAX) return KS_OK;
    return ks_error_set(err, KS_ERR_TOO_LARGE, "a word stands in more places than a segment can hold");
}

/* Adds the skip and the pairs of the present block, whose positions are written. Where its data ends is
 * filled in by end_skip, when the data can be written. */
static ks_status add_skip(ks_list_writer *writer, ks_error *err) {
    uint64_t positions = writer->positions.size - writer->positions_begin;
    ks_pairs pairs;
    find_pairs(&writer->block, &pairs);
    ks_pairs_join(&writer->group, &pairs);
    ks_pairs_join(&writer->all, &pairs);
    ks_pairs_put(&pairs, KS_PAIRS, &writer->pairs);
    ks_add_u32(&writer->skips, writer->block.docs[writer->block.size - 1]);
    ks_add_u32(&writer->skips, 0);
    ks_add_u32(&writer->skips, (uint32_t)writer->pairs.size);
    ks_add_u32(&writer->skips, (uint32_t)positions);
    if (writer->skips.size / KS_SKIP_BYTES % KS_GROUP == 0) end_group(writer);
    return check_end(positions > writer->pairs.size ? positions : writer->pairs.size, err);
}

/* Counts the shapes of a full block in the table and keeps their slots. */
static ks_status note_shapes(ks_list_writer *writer, ks_error *err) {
    const ks_list_block *block = &writer->block;
    size_t count = writer->blocks * KS_BLOCK;
    uint16_t *slots;
    ks_status status;
    if ((status = ks_array_reserve(&writer->shapes, &writer->shape_capacity, count + KS_BLOCK,
                                   sizeof *writer->shapes, err)) ||
        (status = ks_array_reserve(&writer->others, &writer->other_capacity, writer->other_count + KS_BLOCK,
                                   sizeof *writer->others, err)))
        return status;
    slots = writer->shapes + count;
    for (size_t i = 0; i < KS_BLOCK; i++) {
        if (i && block->keys[i] == block->keys[i - 1] && slots[i - 1] != KS_SHAPE_UNSEEN) {
            slots[i] = slots[i - 1];
            writer->table->slots[slots[i]].count++;
            continue;
        }
        slots[i] = ks_shape_table_add(writer->table, block->keys[i]);
        if (slots[i] == KS_SHAPE_UNSEEN)
            writer->others[writer->other_count++] = ks_list_block_shape(block, i);
    }
    return KS_OK;
}

static ks_status end_full_block(ks_list_writer *writer, ks_error *err) {
    ks_status status;
    if (writer->blocks == 0) ks_shape_table_clear(writer->table);
    if ((status = note_shapes(writer, err)) || (status = write_positions(writer, err)) ||
        (status = add_skip(writer, err)))
        return status;
    ks_list_block_put_gaps(&writer->gaps, &writer->block, writer->before);
    writer->before = writer->block.docs[KS_BLOCK - 1];
    writer->blocks++;
    ks_list_block_clear(&writer->block);
    return KS_OK;
}

/* ---- Postings ---- */

/* Decodes the posting's gaps to the end of the block's. The caller has made room. */
static bool read_gaps(ks_list_block *block, const ks_posting *posting, const ks_shape *shape) {
    const uint8_t *at = posting->positions, *end = at + posting->positions_size;
    uint32_t to = block->starts[block->size];
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        uint64_t gap;
        if (!shape->counts[field]) continue;
        if (ks_mask_has_many(shape->mask) && !ks_varint_get(&at, end, &gap)) return false;
        for (uint32_t left = shape->counts[field]; left > 0; left--) {
            if (!ks_varint_get(&at, end, &gap) || gap > UINT32_MAX) return false;
            block->gaps[to++] = (uint32_t)gap;
        }
    }
    return at == end;
}

/* Sets writer->shape and writer->key. For a posting in one field, the shape follows from mask and frequency,
 * and is often that of the posting before. */
static bool find_shape(ks_list_writer *writer, const ks_posting *posting) {
    ks_shape shape;
    if (posting->tf && posting->tf == writer->shape.tf && posting->mask == writer->shape.mask &&
        !ks_mask_has_many(posting->mask))
        return true;
    if (!ks_shape_of(&shape, posting->tf, posting->mask, posting->positions, posting->positions_size))
        return false;
    writer->shape = shape;
    writer->key = ks_shape_key(&shape);
    return true;
}

ks_status ks_list_add(ks_list_writer *writer, const ks_posting *posting, ks_error *err) {
    ks_list_block *block = &writer->block;
    uint32_t i = block->size;
    uint64_t positions;
    ks_status status;
    if (!find_shape(writer, posting))
        return ks_error_set(err, KS_ERR_ARGUMENT, "a posting that contradicts itself");
    positions = ks_shape_positions(&writer->shape);
    if (positions > posting->positions_size)
        return ks_error_set(err, KS_ERR_ARGUMENT, "positions that make no sense");
    if ((status = ks_list_block_reserve(block, positions, err))) return status;
    if (!read_gaps(block, posting, &writer->shape))
        return ks_error_set(err, KS_ERR_ARGUMENT, "positions that make no sense");
    block->docs[i] = posting->doc;
    block->lengths[i] = posting->length;
    block->tfs[i] = posting->tf;
    block->keys[i] = writer->key;
    if (!writer->key) block->shapes[i] = writer->shape;
    block->starts[i + 1] = block->starts[i] + (uint32_t)positions;
    return ++block->size == KS_BLOCK ? end_full_block(writer, err) : KS_OK;
}

ks_status ks_list_add_single(ks_list_writer *writer, uint32_t doc, uint32_t length, ks_field field,
                             uint32_t position, ks_error *err) {
    ks_list_block *block = &writer->block;
    uint32_t i = block->size, start = block->starts[i];
    ks_status status;
    if (start >= block->gap_capacity && (status = ks_list_block_reserve(block, 1, err))) return status;
    block->gaps[start] = position;
    block->docs[i] = doc;
    block->lengths[i] = length;
    block->tfs[i] = ks_field_weight(field);
    block->keys[i] = ks_shape_key_single(field);
    block->starts[i + 1] = start + 1;
    return ++block->size == KS_BLOCK ? end_full_block(writer, err) : KS_OK;
}

static void copy_postings(ks_list_block *to, const ks_list_block *from, size_t begin, size_t count) {
    uint32_t at = to->size, shift = to->starts[at] - from->starts[begin]; /* may wrap around */
    for (size_t i = 0; i < count; i++, at++) {
        to->docs[at] = from->docs[begin + i];
        to->lengths[at] = from->lengths[begin + i];
        to->tfs[at] = from->tfs[begin + i];
        to->keys[at] = from->keys[begin + i];
        to->starts[at + 1] = from->starts[begin + i + 1] + shift;
        if (!from->keys[begin + i]) to->shapes[at] = from->shapes[begin + i];
    }
    to->size = at;
}

/* Appends `count` postings, for which the block has room. */
static ks_status append_postings(ks_list_block *to, const ks_list_block *from, size_t begin, size_t count,
                                 ks_error *err) {
    uint32_t gap_count = from->starts[begin + count] - from->starts[begin];
    ks_status status;
    if (gap_count && (status = ks_list_block_reserve(to, gap_count, err))) return status;
    for (uint32_t i = 0; i < gap_count; i++)
        to->gaps[to->starts[to->size] + i] = from->gaps[from->starts[begin] + i];
    copy_postings(to, from, begin, count);
    return KS_OK;
}

ks_status ks_list_add_range(ks_list_writer *writer, const ks_list_block *from, size_t begin, size_t end,
                            ks_error *err) {
    ks_status status = KS_OK;
    while (begin < end && !status) {
        size_t room = KS_BLOCK - writer->block.size, count = end - begin < room ? end - begin : room;
        status = append_postings(&writer->block, from, begin, count, err);
        if (!status && count == room) status = end_full_block(writer, err);
        begin += count;
    }
    return status;
}

/* ---- Lists ---- */

static void put_table(ks_buffer *out, const ks_shape_table *table) {
    ks_buffer_char(out, (char)table->count);
    for (size_t i = 0; i < table->count; i++) {
        ks_shape shape = ks_shape_of_key(table->keys[i]);
        ks_shape_put(out, &shape);
    }
}

static ks_status end_skip(ks_list_writer *writer, size_t block, ks_error *err) {
    if (!writer->skips.failed)
        ks_put_u32(writer->skips.data + block * KS_SKIP_BYTES + KS_SKIP_DATA, (uint32_t)writer->data.size);
    return check_end(writer->data.size, err);
}

/* Numbers the shapes, and writes the full blocks with these numbers. */
static ks_status put_full_blocks(ks_list_writer *writer, ks_error *err) {
    const uint8_t *gaps = (const uint8_t *)writer->gaps.data;
    ks_block_shapes shapes = {writer->shapes, writer->others};
    ks_status status = ks_buffer_check(&writer->gaps, err);
    if (status) return status;
    ks_shape_table_settle(writer->table);
    put_table(&writer->head, writer->table);
    for (size_t block = 0; block < writer->blocks && !status; block++) {
        ks_list_block_put_full(&writer->data, &gaps, &shapes, writer->table);
        status = end_skip(writer, block, err);
    }
    return status;
}

static ks_status put_tail(ks_list_writer *writer, ks_error *err) {
    ks_status status = write_positions(writer, err);
    if (status) return status;
    ks_list_block_put_tail(&writer->data, &writer->block, writer->before, writer->documents);
    if (ks_list_count(writer) < KS_PAIRS_FROM) return KS_OK; /* as most lists are: neither pairs nor skips */
    status = add_skip(writer, err);
    return status ? status : end_skip(writer, writer->blocks, err);
}

static ks_status check_buffers(const ks_list_writer *writer, ks_error *err) {
    const ks_buffer *buffers[] = {&writer->head,       &writer->skips,       &writer->pairs,
                                  &writer->group_ends, &writer->group_pairs, &writer->data};
    ks_status status = KS_OK;
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers && !status; i++)
        status = ks_buffer_check(buffers[i], err);
    return status;
}

/* The parts that the list has, in their order. A list of one block, full or not, has no skips. */
static size_t list_parts(const ks_list_writer *writer, bool has_skips, const ks_buffer *parts[6]) {
    size_t count = 0;
    parts[count++] = &writer->head;
    if (has_skips) {
        parts[count++] = &writer->skips;
        parts[count++] = &writer->pairs;
    }
    if (writer->skips.size / KS_SKIP_BYTES > KS_GROUP) {
        parts[count++] = &writer->group_ends;
        parts[count++] = &writer->group_pairs;
    }
    parts[count++] = &writer->data;
    return count;
}

static ks_status write_size(ks_list_writer *writer, uint64_t bytes, ks_error *err) {
    ks_buffer *size = &writer->scratch;
    ks_status status;
    ks_buffer_truncate(size, 0);
    ks_varint_put(size, bytes);
    status = ks_buffer_check(size, err);
    return status ? status : ks_spill_add(&writer->lists, size->data, size->size, err);
}

/* Appends the list to the finished ones; one with full blocks begins with its size. */
static ks_status write_list(ks_list_writer *writer, bool has_skips, ks_error *err) {
    const ks_buffer *parts[6];
    size_t count = list_parts(writer, has_skips, parts);
    uint64_t bytes = 0;
    ks_status status = check_buffers(writer, err);
    for (size_t i = 0; i < count; i++) bytes += parts[i]->size;
    if (!status && writer->blocks) status = write_size(writer, bytes, err);
    for (size_t i = 0; i < count && !status; i++)
        status = ks_spill_add(&writer->lists, parts[i]->data, parts[i]->size, err);
    return status;
}

/* A single posting goes into the dictionary, together with its positions if they are few. */
static ks_status hold_single(ks_list_writer *writer, ks_dict_entry *entry, ks_error *err) {
    const ks_list_block *block = &writer->block;
    entry->doc = block->docs[0];
    entry->shape = ks_list_block_shape(block, 0);
    if (block->starts[1] > KS_DICT_POSITIONS) return write_positions(writer, err);
    ks_buffer_truncate(&writer->scratch, 0);
    for (uint32_t i = 0; i < block->starts[1]; i++) ks_varint_put(&writer->scratch, block->gaps[i]);
    entry->gaps = (const uint8_t *)writer->scratch.data;
    entry->gaps_size = writer->scratch.size;
    return ks_buffer_check(&writer->scratch, err);
}

ks_status ks_list_end(ks_list_writer *writer, ks_dict_entry *entry, ks_error *err) {
    uint64_t count = ks_list_count(writer);
    ks_status status;
    *entry = (ks_dict_entry){
        .documents = (uint32_t)count, .postings = writer->lists.size, .positions = writer->positions_begin};
    if (count == 1) return hold_single(writer, entry, err);
    if ((writer->blocks && (status = put_full_blocks(writer, err))) ||
        (writer->block.size && (status = put_tail(writer, err))))
        return status;
    if (writer->group.count) end_group(writer);
    if (count >= KS_PAIRS_FROM)
        ks_pairs_put(&writer->all, count > KS_BLOCK ? KS_PAIRS_OF_MANY : KS_PAIRS, &writer->head);
    return write_list(writer, count > KS_BLOCK, err);
}
