/* Opening a dictionary, and finding the block that may hold a term; see dictionary_layout.h. May use base and
 * native's files. */
#include "native/dictionary_layout.h"
#include "native/term_order.h"

ks_status ks_dict_open(ks_dict *out, ks_mapped *file, unsigned terms_section, unsigned index_section,
                       ks_error *err) {
    ks_dict dict = {.file = file, .terms_section = terms_section, .index_section = index_section};
    uint64_t size = ks_mapped_size(file, index_section), blocks;
    const uint8_t *index;
    ks_status status;
    if (size < KS_DICT_INDEX_HEAD)
        return ks_mapped_corrupt(file, index_section, 0, "no dictionary index", err);
    if ((status = ks_mapped_span(file, index_section, 0, KS_DICT_INDEX_HEAD, &index, err))) return status;
    dict.count = ks_get_u64(index);
    blocks = dict.count / KS_DICT_BLOCK + (dict.count % KS_DICT_BLOCK > 0);
    if (blocks > UINT32_MAX || size != KS_DICT_INDEX_HEAD + blocks * 16)
        return ks_mapped_corrupt(file, index_section, 0, "the number of terms and the size disagree", err);
    dict.blocks = (uint32_t)blocks;
    dict.prefixes = index + KS_DICT_INDEX_HEAD;
    dict.offsets = dict.prefixes + blocks * 8;
    dict.verified = ks_mapped_all_verified(file, index_section);
    *out = dict;
    return KS_OK;
}

/* Verifies `count` u64 of the index section, from number `first` on. */
static ks_status verify(const ks_dict *dict, uint64_t first, uint64_t count, ks_error *err) {
    const uint8_t *at;
    if (*dict->verified) return KS_OK;
    return ks_mapped_span(dict->file, dict->index_section, KS_DICT_INDEX_HEAD + first * 8, count * 8, &at,
                          err);
}

/* The prefix of a block, which must be verified. */
static uint64_t block_prefix(const ks_dict *dict, uint32_t block) {
    return ks_get_u64(dict->prefixes + (size_t)block * 8);
}

/* The offset of a block in the terms section, which must be verified, or the end of the section. */
static uint64_t block_offset(const ks_dict *dict, uint32_t block) {
    if (block == dict->blocks) return ks_mapped_size(dict->file, dict->terms_section);
    return ks_get_u64(dict->offsets + (size_t)block * 8);
}

/* Where the index section has that offset; for messages. */
static uint64_t index_offset(const ks_dict *dict, uint32_t block) {
    return KS_DICT_INDEX_HEAD + ((uint64_t)dict->blocks + block) * 8;
}

ks_status ks_dict_open_block(const ks_dict *dict, uint32_t block, const uint8_t **at, const uint8_t **end,
                             ks_term *first, ks_error *err) {
    uint64_t begin, stop;
    ks_status status;
    if ((status = verify(dict, block, 1, err)) ||
        (status = verify(dict, (uint64_t)dict->blocks + block, block + 1 < dict->blocks ? 2 : 1, err)))
        return status;
    begin = block_offset(dict, block);
    stop = block_offset(dict, block + 1);
    if (begin >= stop)
        return ks_mapped_corrupt(dict->file, dict->index_section, index_offset(dict, block),
                                 "the blocks of terms do not ascend", err);
    if ((status = ks_mapped_span(dict->file, dict->terms_section, begin, stop - begin, at, err)))
        return status;
    *end = *at + (stop - begin);
    *first = (ks_term){(const char *)*at + 1, **at};
    if (first->size == 0 || first->size >= stop - begin ||
        ks_dict_prefix(first->text, first->size) != block_prefix(dict, block))
        return ks_mapped_corrupt(dict->file, dict->terms_section, begin, "a block's first term", err);
    return KS_OK;
}

/* ---- The search tree over the block index ---- */

/* The tree is made after ASKED_OFTEN look-ups, if there are FEW_BLOCKS or more. At most NEAR blocks are
 * prefetched at once. */
enum { ASKED_OFTEN = 64, FEW_BLOCKS = 64, NEAR = 128, LINE = 64 };

/* The prefix of the last block among the first `steps` steps. Where there is no such block, the greatest
 * number, which is less than no prefix. */
static uint64_t key_after(const ks_dict *dict, uint32_t steps) {
    uint64_t block = (uint64_t)steps * dict->tree.step;
    return block <= dict->blocks ? block_prefix(dict, (uint32_t)block - 1) : UINT64_MAX;
}

/* Keys 1 to KS_DICT_KEYS - 1 are a perfect tree. Node i of the level with `width` nodes is, in order, key
 * number KS_DICT_KEYS / width * i + KS_DICT_KEYS / width / 2. */
static void fill_tree(ks_dict *dict) {
    dict->tree.step = dict->blocks / KS_DICT_KEYS + 1;
    for (uint32_t width = 1; width < KS_DICT_KEYS; width *= 2)
        for (uint32_t i = 0; i < width; i++)
            dict->tree.keys[width + i] = key_after(dict, KS_DICT_KEYS / width * i + KS_DICT_KEYS / width / 2);
}

/* Counts look-ups, and makes the tree when there have been many. */
static ks_status count_seek(ks_dict *dict, ks_error *err) {
    ks_status status;
    if (dict->tree.step > 0 || dict->blocks < FEW_BLOCKS || ++dict->tree.seeks < ASKED_OFTEN) return KS_OK;
    if ((status = verify(dict, 0, 2 * (uint64_t)dict->blocks, err))) return status;
    fill_tree(dict);
    return KS_OK;
}

/* How many keys are less than the prefix. The eight great-grandchildren of a node share a cache line, which
 * is fetched before it is known which of them will be needed. */
static uint32_t steps_below(const ks_dict_tree *tree, uint64_t prefix) {
    uint32_t i = 1;
    while (i < KS_DICT_KEYS) {
        if (i < KS_DICT_KEYS / 8) __builtin_prefetch(&tree->keys[8 * (size_t)i]);
        i = 2 * i + (tree->keys[i] < prefix);
    }
    return i - KS_DICT_KEYS;
}

/* Prefetches prefixes and offsets of the blocks low..low + count. */
static void prefetch_blocks(const ks_dict *dict, uint32_t low, uint32_t count) {
    for (size_t at = 0; at <= (size_t)count * 8; at += LINE) {
        __builtin_prefetch(dict->prefixes + (size_t)low * 8 + at);
        __builtin_prefetch(dict->offsets + (size_t)low * 8 + at);
    }
}

/* Counts the blocks whose prefix is less than `prefix`, by a binary search without branches that depend on
 * the data, which would be mispredicted. Invariant: the count is in low..low + left, both included. */
static ks_status blocks_below(const ks_dict *dict, uint64_t prefix, uint32_t *out, ks_error *err) {
    uint32_t low = 0, all = dict->blocks;
    if (dict->tree.step > 0) {
        low = steps_below(&dict->tree, prefix) * dict->tree.step;
        all = dict->blocks - low < dict->tree.step ? dict->blocks - low : dict->tree.step - 1;
        if (all <= NEAR) prefetch_blocks(dict, low, all);
    }
    for (uint32_t left = all; left > 0; left /= 2) {
        uint32_t half = left - left / 2;
        ks_status status = verify(dict, low + half - 1, 1, err);
        if (status) return status;
        low += block_prefix(dict, low + half - 1) < prefix ? half : 0;
    }
    *out = low;
    return KS_OK;
}

/* First terms are compared in full only among blocks with the term's prefix. */
static ks_status locate(const ks_dict *dict, ks_term term, uint32_t *out, ks_error *err) {
    uint64_t prefix = ks_dict_prefix(term.text, term.size);
    uint32_t low, high;
    ks_status status = blocks_below(dict, prefix, &low, err);
    if (status || (low < dict->blocks && (status = verify(dict, low, 1, err)))) return status;
    high = low;
    if (low < dict->blocks && block_prefix(dict, low) == prefix) {
        high = dict->blocks;
        if (prefix < UINT64_MAX && (status = blocks_below(dict, prefix + 1, &high, err))) return status;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *at, *end;
        ks_term first = {0};
        if ((status = ks_dict_open_block(dict, middle, &at, &end, &first, err))) return status;
        if (ks_term_compare(first, term) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low > 0 ? low - 1 : 0;
    return KS_OK;
}

ks_status ks_dict_locate(ks_dict *dict, ks_term term, uint32_t *block, ks_error *err) {
    ks_status status = count_seek(dict, err);
    return status ? status : locate(dict, term, block, err);
}

ks_status ks_dict_damaged(const ks_dict *dict, uint32_t block, const uint8_t *at, const uint8_t *end,
                          const char *what, ks_error *err) {
    uint64_t left = (uint64_t)(end - at);
    return ks_mapped_corrupt(dict->file, dict->terms_section, block_offset(dict, block + 1) - left, what,
                             err);
}
