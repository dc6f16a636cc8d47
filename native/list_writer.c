/* Writing posting lists; the layout is in postings.h. May use base, engine and native's files. */
#include "native/postings.h"
#include "native/shape_table.h"

#include <stdlib.h>

/* One block on its way. */
struct block {
    const ks_posting *postings;
    size_t size;
    uint32_t before;           /* the last document of the block before; UINT32_MAX: none */
    ks_shape shapes[KS_BLOCK]; /* and their keys */
    uint64_t keys[KS_BLOCK];
};

static ks_status find_shapes(struct block *block, ks_error *err) {
    for (size_t i = 0; i < block->size; i++) {
        const ks_posting *p = &block->postings[i];
        if (!ks_shape_of(&block->shapes[i], p->tf, p->mask, p->positions, p->positions_size))
            return ks_error_set(err, KS_ERR_ARGUMENT, "a posting that contradicts itself");
        block->keys[i] = ks_shape_key(&block->shapes[i]);
    }
    return KS_OK;
}

/* ---- Full blocks ---- */

static void put_packed(ks_buffer *out, const uint32_t values[KS_BLOCK], unsigned bits) {
    uint8_t packed[32 * KS_BLOCK / 8];
    ks_bitpack_pack(packed, values, bits);
    ks_buffer_add(out, packed, ks_bitpack_bytes(bits));
}

/* The bits for the shapes' numbers that make the block short, where an exception takes two bytes. */
static unsigned choose_bits(const uint32_t numbers[KS_BLOCK], uint32_t unnumbered) {
    unsigned of_width[9] = {0}, best = 7, exceptions = 0;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < KS_BLOCK; i++)
        if (numbers[i] != unnumbered) of_width[numbers[i] ? 32 - __builtin_clz(numbers[i]) : 0]++;
    for (unsigned bits = 8; bits-- > 0;) {
        size_t cost = ks_bitpack_bytes(bits) + 2 * (size_t)(exceptions += of_width[bits + 1]);
        if (cost < least) {
            least = cost;
            best = bits;
        }
    }
    return best;
}

static void put_shapes(ks_buffer *out, const struct block *block, const uint32_t numbers[KS_BLOCK],
                       unsigned bits, uint32_t unnumbered) {
    uint32_t packed[KS_BLOCK];
    for (size_t i = 0; i < KS_BLOCK; i++) packed[i] = numbers[i] & ((1u << bits) - 1);
    put_packed(out, packed, bits);
    for (size_t i = 0; i < KS_BLOCK; i++) {
        if (!(numbers[i] >> bits) && numbers[i] != unnumbered) continue;
        ks_buffer_char(out, (char)i);
        ks_varint_put(out, numbers[i]);
        if (numbers[i] == unnumbered) ks_shape_put(out, &block->shapes[i]);
    }
}

static void put_full_block(ks_buffer *out, const struct block *block, const ks_shape_table *table) {
    uint32_t gaps[KS_BLOCK], numbers[KS_BLOCK], before = block->before;
    unsigned bits, exceptions = 0;
    for (size_t i = 0; i < KS_BLOCK; i++) {
        gaps[i] = block->postings[i].doc - before - 1;
        before = block->postings[i].doc;
        numbers[i] = ks_shape_table_find(table, block->keys[i]);
    }
    bits = choose_bits(numbers, (uint32_t)table->count);
    for (size_t i = 0; i < KS_BLOCK; i++) exceptions += numbers[i] >> bits || numbers[i] == table->count;
    ks_buffer_char(out, (char)ks_bitpack_width(gaps));
    ks_buffer_char(out, (char)bits);
    ks_buffer_char(out, (char)exceptions);
    put_packed(out, gaps, ks_bitpack_width(gaps));
    put_shapes(out, block, numbers, bits, (uint32_t)table->count);
}

/* ---- Tails ---- */

/* A posting of the shape that most have. */
static size_t most_common(const struct block *block) {
    size_t first[KS_BLOCK] = {0}, counts[KS_BLOCK], distinct = 0, best = 0;
    for (size_t i = 0; i < block->size; i++) {
        size_t j = 0;
        while (j < distinct && block->keys[first[j]] != block->keys[i]) j++;
        if (j == distinct) {
            first[distinct] = i;
            counts[distinct++] = 0;
        }
        if (++counts[j] > counts[best]) best = j;
    }
    return first[best];
}

/* Without a key two shapes are not known to be the same. */
static bool has_common(const struct block *block, size_t common, size_t i) {
    return i == common || (block->keys[i] && block->keys[i] == block->keys[common]);
}

static void put_others(ks_buffer *out, const struct block *block, size_t common) {
    uint8_t bits[KS_BLOCK / 8] = {0};
    for (size_t i = 0; i < block->size; i++)
        if (!has_common(block, common, i)) bits[i / 8] |= (uint8_t)(1u << i % 8);
    ks_buffer_add(out, bits, (block->size + 7) / 8);
    for (size_t i = 0; i < block->size; i++)
        if (!has_common(block, common, i)) ks_shape_put(out, &block->shapes[i]);
}

static void put_tail(ks_buffer *out, const struct block *block, uint32_t documents) {
    uint32_t gaps[KS_BLOCK], before = block->before, universe = documents - before - 1;
    size_t common = most_common(block);
    bool differ = false;
    for (size_t i = 0; i < block->size; i++) {
        gaps[i] = block->postings[i].doc - before - 1;
        before = block->postings[i].doc;
        differ = differ || !has_common(block, common, i);
    }
    ks_varint_put(out, ks_shape_code(&block->shapes[common]) * 2 + differ);
    ks_shape_put_rest(out, &block->shapes[common]);
    ks_rice_put(out, gaps, block->size, ks_rice_bits_of_gaps(universe, block->size));
    if (differ) put_others(out, block, common);
}

/* ---- Positions ---- */

/* The gaps of one posting, of which `shape` says how many there are. */
static bool read_gaps(uint32_t *out, const ks_posting *posting, const ks_shape *shape) {
    const uint8_t *at = posting->positions, *end = at + posting->positions_size;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        uint64_t gap;
        if (!shape->counts[field]) continue;
        if (ks_mask_has_many(shape->mask) && !ks_varint_get(&at, end, &gap)) return false;
        for (uint32_t left = shape->counts[field]; left > 0; left--) {
            if (!ks_varint_get(&at, end, &gap) || gap > UINT32_MAX) return false;
            *out++ = (uint32_t)gap;
        }
    }
    return at == end;
}

/* The gaps of all of the block's positions, in writer->gaps. */
static ks_status gather_gaps(ks_list_writer *writer, const struct block *block, uint64_t *count,
                             ks_error *err) {
    uint64_t sum = 0;
    size_t at = 0;
    ks_status status;
    for (size_t i = 0; i < block->size; i++) sum += ks_shape_places(&block->shapes[i]);
    if (sum > UINT32_MAX) return ks_error_set(err, KS_ERR_TOO_LARGE, "too many positions in one block");
    if ((status =
             ks_array_reserve(&writer->gaps, &writer->gap_capacity, (size_t)sum, sizeof *writer->gaps, err)))
        return status;
    for (size_t i = 0; i < block->size; i++) {
        if (!read_gaps(writer->gaps + at, &block->postings[i], &block->shapes[i]))
            return ks_error_set(err, KS_ERR_ARGUMENT, "positions that make no sense");
        at += (size_t)ks_shape_places(&block->shapes[i]);
    }
    *count = sum;
    return KS_OK;
}

static ks_status write_positions(ks_list_writer *writer, const struct block *block, ks_error *err) {
    uint64_t count = 0;
    unsigned bits;
    ks_status status = gather_gaps(writer, block, &count, err);
    if (status || count == 0) return status;
    bits = ks_rice_bits(writer->gaps, (size_t)count);
    ks_buffer_truncate(&writer->places, 0);
    ks_buffer_char(&writer->places, (char)bits);
    ks_rice_put(&writer->places, writer->gaps, (size_t)count, bits);
    if ((status = ks_buffer_check(&writer->places, err))) return status;
    return ks_spill_add(&writer->positions, writer->places.data, writer->places.size, err);
}

/* ---- Lists ---- */

static void add_pairs(ks_pairs *of_block, ks_pairs *of_list, const struct block *block) {
    of_block->count = 0;
    for (size_t i = 0; i < block->size; i++)
        ks_pairs_add(of_block, block->postings[i].tf, block->postings[i].length);
    for (size_t i = 0; i < of_block->count; i++)
        ks_pairs_add(of_list, of_block->items[i].tf, of_block->items[i].length);
}

/* The list's blocks, in the writer's buffers, and its pairs. */
static ks_status put_blocks(ks_list_writer *writer, const ks_posting *postings, size_t count, ks_pairs *all,
                            ks_error *err) {
    uint64_t positions = writer->positions.size;
    struct block block = {.before = UINT32_MAX};
    ks_pairs pairs;
    for (size_t at = 0; at < count; at += KS_BLOCK) {
        ks_status status;
        block.postings = postings + at;
        block.size = count - at < KS_BLOCK ? count - at : KS_BLOCK;
        if ((status = find_shapes(&block, err)) || (status = write_positions(writer, &block, err)))
            return status;
        if (block.size == KS_BLOCK)
            put_full_block(&writer->data, &block, writer->table);
        else
            put_tail(&writer->data, &block, writer->documents);
        add_pairs(&pairs, all, &block);
        block.before = block.postings[block.size - 1].doc;
        if (count <= KS_BLOCK) break;
        ks_pairs_put(&pairs, &writer->pairs);
        ks_add_u32(&writer->skips, block.before);
        ks_add_u32(&writer->skips, (uint32_t)writer->data.size);
        ks_add_u32(&writer->skips, (uint32_t)writer->pairs.size);
        ks_add_u32(&writer->skips, (uint32_t)(writer->positions.size - positions));
    }
    return KS_OK;
}

/* Numbers the shapes of the full blocks. */
static ks_status number_shapes(ks_list_writer *writer, const ks_posting *postings, size_t count,
                               ks_error *err) {
    if (!writer->table && !(writer->table = malloc(sizeof *writer->table))) return ks_error_nomem(err);
    ks_shape_table_clear(writer->table);
    for (size_t i = 0; i < count / KS_BLOCK * KS_BLOCK; i++) {
        const ks_posting *p = &postings[i];
        ks_shape shape;
        if (!ks_shape_of(&shape, p->tf, p->mask, p->positions, p->positions_size))
            return ks_error_set(err, KS_ERR_ARGUMENT, "a posting that contradicts itself");
        ks_shape_table_add(writer->table, ks_shape_key(&shape));
    }
    ks_shape_table_settle(writer->table);
    return KS_OK;
}

static void put_table(ks_buffer *out, const ks_shape_table *table) {
    ks_buffer_char(out, (char)table->count);
    for (size_t i = 0; i < table->count; i++) {
        ks_shape shape = ks_shape_of_key(table->keys[i]);
        ks_shape_put(out, &shape);
    }
}

/* The buffers into the file, a long list's with their size in front. */
static ks_status write_buffers(ks_list_writer *writer, ks_file_writer *file, bool with_size, ks_error *err) {
    const ks_buffer *parts[] = {&writer->head, &writer->skips, &writer->pairs, &writer->data};
    ks_buffer size = {0};
    uint64_t bytes = 0;
    ks_status status = KS_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++) {
        bytes += parts[i]->size;
        status = ks_buffer_check(parts[i], err);
    }
    if (!status && with_size) {
        ks_varint_put(&size, bytes);
        if (!(status = ks_buffer_check(&size, err)))
            status = ks_file_writer_add(file, size.data, size.size, err);
    }
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++)
        if (parts[i]->size) status = ks_file_writer_add(file, parts[i]->data, parts[i]->size, err);
    ks_buffer_free(&size);
    return status;
}

static ks_status write_list(ks_list_writer *writer, ks_file_writer *file, const ks_posting *postings,
                            size_t count, ks_error *err) {
    ks_pairs all = {0};
    ks_status status;
    ks_buffer_truncate(&writer->head, 0);
    ks_buffer_truncate(&writer->skips, 0);
    ks_buffer_truncate(&writer->pairs, 0);
    ks_buffer_truncate(&writer->data, 0);
    if (count >= KS_BLOCK) {
        if ((status = number_shapes(writer, postings, count, err))) return status;
        put_table(&writer->head, writer->table);
    }
    if ((status = put_blocks(writer, postings, count, &all, err))) return status;
    if (count >= KS_PAIRS_FROM) ks_pairs_put(&all, &writer->head);
    return write_buffers(writer, file, count >= KS_BLOCK, err);
}

/* The only document goes into the dictionary, with its positions where they are few. */
static ks_status hold_single(ks_list_writer *writer, const ks_posting *posting, ks_dict_entry *entry,
                             ks_error *err) {
    struct block block = {.postings = posting, .size = 1};
    uint64_t count = 0;
    ks_status status = find_shapes(&block, err);
    if (status) return status;
    entry->doc = posting->doc;
    entry->shape = block.shapes[0];
    if (ks_shape_places(&entry->shape) > KS_DICT_PLACES) return write_positions(writer, &block, err);
    if ((status = gather_gaps(writer, &block, &count, err))) return status;
    ks_buffer_truncate(&writer->places, 0);
    for (uint64_t i = 0; i < count; i++) ks_varint_put(&writer->places, writer->gaps[i]);
    entry->places = (const uint8_t *)writer->places.data;
    entry->places_size = writer->places.size;
    return ks_buffer_check(&writer->places, err);
}

ks_status ks_list_write(ks_list_writer *writer, ks_file_writer *file, const ks_posting *postings,
                        size_t count, ks_dict_entry *entry, ks_error *err) {
    *entry = (ks_dict_entry){.documents = (uint32_t)count,
                             .postings = ks_file_writer_offset(file),
                             .positions = writer->positions.size};
    if (count == 1) return hold_single(writer, postings, entry, err);
    return write_list(writer, file, postings, count, err);
}

void ks_list_writer_free(ks_list_writer *writer) {
    ks_spill_free(&writer->positions);
    ks_buffer_free(&writer->head);
    ks_buffer_free(&writer->skips);
    ks_buffer_free(&writer->pairs);
    ks_buffer_free(&writer->data);
    ks_buffer_free(&writer->places);
    free(writer->gaps);
    free(writer->table);
}
