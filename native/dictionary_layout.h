/* The layout of a dictionary, for its writer and its reader. May use base and native's bytes, shape, varint.
 * The format in prose: docs/index-format.md.
 *
 * The terms section holds blocks of 16 terms; the last one has 1 to 16. The first term of a block:
 *   u8 size, its bytes, its entry
 * Each of the others is front-coded, by what it does not share with the term before:
 *   u8 shared | suffix << 4: how many leading bytes are equal, as many as possible, and how many follow, at
 *     least 1; a 15 says that a u8 to be added follows, first for shared, then for suffix
 *   the bytes of the suffix, its entry
 *
 * The entry of a term of several documents:
 *   varint documents * 2
 *   varint offset in postings and varint offset in positions, less those of the last term before it in the
 *     block that has them
 * The entry of a term of one document:
 *   the shape of its posting (shape.h), with the code doubled, plus 1
 *   varint document
 *   with at most 4 positions: varint gaps between positions, less 1, for each of its fields in ascending
 *     order, the first counted from -1; otherwise varint offset in positions, as above
 *
 * The index section:
 *   u64 terms
 *   for each block u64, the first 8 bytes of its first term, padded with zeros, as a big-endian number
 *   for each block u64, its offset in the terms section; it ends where the next one begins
 */
#ifndef KS_NATIVE_DICTIONARY_LAYOUT_H
#define KS_NATIVE_DICTIONARY_LAYOUT_H

#include "native/bytes.h"
#include "native/dictionary.h"

#include <stddef.h>

enum { KS_DICT_BLOCK = 16, KS_DICT_TERM = 255, KS_DICT_NIBBLE = 15, KS_DICT_INDEX_HEAD = 8 };

/* The first 8 bytes as a number: if two terms have different prefixes, these order as the terms do. */
static inline uint64_t ks_dict_prefix(const char *text, size_t size) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++) prefix = prefix << 8 | (i < size ? (uint8_t)text[i] : 0);
    return prefix;
}

/* ---- Entries ---- */

/* Appends the entry; `before` has the offsets that its own are counted from. */
void ks_dict_entry_put(ks_buffer *out, const ks_dict_entry *entry, const ks_dict_entry *before);

/* Reads an entry into *entry, which must hold the offsets to count from. Returns NULL, or what is wrong with
 * the bytes; *at and *entry may have changed then. */
const char *ks_dict_entry_get(const uint8_t **at, const uint8_t *end, ks_dict_entry *entry);

/* ---- Front coding ---- */

/* Adds the rest of a length that did not fit into its four bits. */
static inline bool ks_dict_length_get(const uint8_t **at, const uint8_t *end, uint32_t *length) {
    if (*length < KS_DICT_NIBBLE) return true;
    if (*at == end) return false;
    *length += *(*at)++;
    return true;
}

/* Reads how many bytes a term shares with the one before, of `size` bytes, and how many follow, which is
 * where *at is then. Returns NULL, or what is wrong; *at may have changed then. */
static inline const char *ks_dict_lengths_get(const uint8_t **at, const uint8_t *end, uint32_t size,
                                              uint32_t *shared, uint32_t *suffix) {
    if (*at == end) return "a block of terms ends too early";
    *shared = **at & KS_DICT_NIBBLE;
    *suffix = *(*at)++ >> 4;
    if (!ks_dict_length_get(at, end, shared) || !ks_dict_length_get(at, end, suffix) || *suffix == 0 ||
        *suffix > (size_t)(end - *at) || *shared > size || *shared + *suffix > KS_DICT_TERM)
        return "a term's length";
    return NULL;
}

/* ---- Blocks ---- */

/* Finds the last block whose first term is not greater than `term`, the only one that can hold it; 0 if there
 * is none. The dictionary has terms. */
ks_status ks_dict_locate(ks_dict *dict, ks_term term, uint32_t *block, ks_error *err);

/* Finds the bytes of a block and its first term, whose text begins at *at + 1. */
ks_status ks_dict_open_block(const ks_dict *dict, uint32_t block, const uint8_t **at, const uint8_t **end,
                             ks_term *first, ks_error *err);

/* KS_ERR_CORRUPT for what is found at `at` in a block that ends at `end`. */
ks_status ks_dict_damaged(const ks_dict *dict, uint32_t block, const uint8_t *at, const uint8_t *end,
                          const char *what, ks_error *err);

#endif
