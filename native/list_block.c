/* Encoding blocks of postings; see list_block.h, and postings.h for the layout. May use base, engine and
 * native's files. */
#include "native/list_block.h"

#include <stdlib.h>

void ks_list_block_clear(ks_list_block *block) {
    block->size = 0;
    block->starts[0] = 0;
}

void ks_list_block_free(ks_list_block *block) {
    free(block->gaps);
    block->gaps = NULL;
    block->gap_capacity = 0;
    ks_list_block_clear(block);
}

ks_status ks_list_block_reserve(ks_list_block *block, uint64_t more, ks_error *err) {
    uint64_t need = block->starts[block->size] + more;
    if (more > UINT32_MAX || need > UINT32_MAX)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "too many positions in one block");
    return ks_array_reserve(&block->gaps, &block->gap_capacity, (size_t)need, sizeof *block->gaps, err);
}

static void put_packed(ks_buffer *out, const uint32_t values[KS_BLOCK], unsigned bits) {
    uint8_t packed[32 * KS_BLOCK / 8];
    ks_bitpack_pack(packed, values, bits);
    ks_buffer_add(out, packed, ks_bitpack_bytes(bits));
}

static void find_gaps(uint32_t gaps[KS_BLOCK], const ks_list_block *block, uint32_t before) {
    for (size_t i = 0; i < block->size; i++) {
        gaps[i] = block->docs[i] - before - 1;
        before = block->docs[i];
    }
}

void ks_list_block_put_gaps(ks_buffer *out, const ks_list_block *block, uint32_t before) {
    uint32_t gaps[KS_BLOCK];
    unsigned bits;
    find_gaps(gaps, block, before);
    bits = ks_bitpack_width(gaps);
    ks_buffer_char(out, (char)bits);
    put_packed(out, gaps, bits);
}

/* ---- Full blocks ---- */

/* Chooses the number of bits for shape numbers: numbers that need more become exceptions, which take about
 * two bytes each. */
static unsigned choose_bits(const uint32_t numbers[KS_BLOCK], uint32_t unnumbered) {
    unsigned with_width[9] = {0}, best = 7, exceptions = 0;
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < KS_BLOCK; i++)
        if (numbers[i] != unnumbered) with_width[numbers[i] ? 32 - __builtin_clz(numbers[i]) : 0]++;
    for (unsigned bits = 8; bits-- > 0;) {
        size_t cost = ks_bitpack_bytes(bits) + 2 * (size_t)(exceptions += with_width[bits + 1]);
        if (cost < least) {
            least = cost;
            best = bits;
        }
    }
    return best;
}

static bool is_exception(uint32_t number, unsigned bits, uint32_t unnumbered) {
    return number >> bits || number == unnumbered;
}

/* A shape without a number is written in full: it is in the table, or it is the next of the others. */
static void put_exceptions(ks_buffer *out, const uint32_t numbers[KS_BLOCK], unsigned bits,
                           ks_block_shapes *shapes, const ks_shape_table *table) {
    uint32_t unnumbered = (uint32_t)table->count;
    for (size_t i = 0; i < KS_BLOCK; i++) {
        ks_shape shape;
        if (!is_exception(numbers[i], bits, unnumbered)) continue;
        ks_buffer_char(out, (char)i);
        ks_varint_put(out, numbers[i]);
        if (numbers[i] != unnumbered) continue;
        if (shapes->slots[i] == KS_SHAPE_UNSEEN)
            shape = *shapes->others++;
        else
            shape = ks_shape_of_key(table->slots[shapes->slots[i]].key);
        ks_shape_put(out, &shape);
    }
}

void ks_list_block_put_full(ks_buffer *out, const uint8_t **gaps, ks_block_shapes *shapes,
                            const ks_shape_table *table) {
    uint32_t numbers[KS_BLOCK], packed[KS_BLOCK], unnumbered = (uint32_t)table->count;
    unsigned bits, gap_bits = *(*gaps)++, exceptions = 0;
    for (size_t i = 0; i < KS_BLOCK; i++)
        numbers[i] = shapes->slots[i] == KS_SHAPE_UNSEEN ? unnumbered : table->slots[shapes->slots[i]].number;
    bits = choose_bits(numbers, unnumbered);
    for (size_t i = 0; i < KS_BLOCK; i++) {
        exceptions += is_exception(numbers[i], bits, unnumbered);
        packed[i] = numbers[i] & ((1u << bits) - 1);
    }
    ks_buffer_char(out, (char)gap_bits);
    ks_buffer_char(out, (char)bits);
    ks_buffer_char(out, (char)exceptions);
    ks_buffer_add(out, *gaps, ks_bitpack_bytes(gap_bits));
    put_packed(out, packed, bits);
    if (exceptions) put_exceptions(out, numbers, bits, shapes, table);
    *gaps += ks_bitpack_bytes(gap_bits);
    shapes->slots += KS_BLOCK;
}

/* ---- Tails ---- */

/* The index of a posting with the most common shape. */
static size_t most_common(const ks_list_block *block) {
    size_t first[KS_BLOCK], counts[KS_BLOCK], distinct = 0, best = 0;
    first[0] = 0; /* not the whole array: most tails are short */
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

/* Whether posting i has the common shape. Shapes without a key count as different. */
static bool has_common(const ks_list_block *block, size_t common, size_t i) {
    return i == common || (block->keys[i] && block->keys[i] == block->keys[common]);
}

static void put_others(ks_buffer *out, const ks_list_block *block, size_t common) {
    uint8_t bits[KS_BLOCK / 8] = {0};
    for (size_t i = 0; i < block->size; i++)
        if (!has_common(block, common, i)) bits[i / 8] |= (uint8_t)(1u << i % 8);
    ks_buffer_add(out, bits, (block->size + 7) / 8);
    for (size_t i = 0; i < block->size; i++) {
        ks_shape shape;
        if (has_common(block, common, i)) continue;
        shape = ks_list_block_shape(block, i);
        ks_shape_put(out, &shape);
    }
}

void ks_list_block_put_tail(ks_buffer *out, const ks_list_block *block, uint32_t before, uint32_t documents) {
    uint32_t gaps[KS_BLOCK], universe = documents - before - 1;
    size_t common = most_common(block);
    ks_shape shape = ks_list_block_shape(block, common);
    bool differ = false;
    for (size_t i = 0; i < block->size; i++) differ = differ || !has_common(block, common, i);
    find_gaps(gaps, block, before);
    ks_varint_put(out, ks_shape_code(&shape) * 2 + differ);
    ks_shape_put_rest(out, &shape);
    ks_rice_put(out, gaps, block->size, ks_rice_bits_of_gaps(universe, block->size));
    if (differ) put_others(out, block, common);
}
