/* The bytes of a dictionary, for its writer and its reader. May use base and native's bytes, shape, varint.
 * The format in prose: docs/index-format.md.
 *
 * The terms section holds blocks of 16 terms, the last of 1 to 16. The first term of a block:
 *   u8 size, its bytes, its entry
 * and each of the others:
 *   u8 shared | suffix << 4; for a shared of at least 15 stands 15, and u8 shared - 15 follows; the same
 *     with suffix. Shared are the bytes that it has in common with the beginning of the term before, as
 *     many as there are; the suffix has those behind them, at least 1
 *   the suffix's bytes, its entry
 *
 * The entry of a term of several documents:
 *   varint documents * 2, varint postings and varint positions, both less those of the last term before it
 *     in the block that has them, if there is one
 * and of one document:
 *   the shape of its posting (shape.h), whose first number is doubled, plus 1
 *   varint document
 *   where it has up to 4 positions: for each of its fields, upwards, varint gaps between positions less
 *     1, the first counted from -1; otherwise varint positions, as above
 *
 * The index section:
 *   u64 terms
 *   u64 a block: the first 8 bytes of its first term, zeros behind a shorter one, as a number in the terms'
 *     order
 *   u64 a block: where in the terms section it begins; it ends where the next one begins, the last with the
 *     section
 */
#ifndef KS_NATIVE_DICTIONARY_LAYOUT_H
#define KS_NATIVE_DICTIONARY_LAYOUT_H

#include "native/bytes.h"
#include "native/dictionary.h"

#include <stddef.h>

enum { KS_DICT_BLOCK = 16, KS_DICT_TERM = 255, KS_DICT_NIBBLE = 15, KS_DICT_INDEX_HEAD = 8 };

/* The first 8 bytes as a number: where two differ, the terms are in the same order. */
static inline uint64_t ks_dict_prefix(const char *text, size_t size) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++) prefix = prefix << 8 | (i < size ? (uint8_t)text[i] : 0);
    return prefix;
}

/* Appends the entry; `before` has the offsets before it. */
void ks_dict_entry_put(ks_buffer *out, const ks_dict_entry *entry, const ks_dict_entry *before);

/* Reads an entry into *entry, which has the offsets before it. NULL, or what is wrong with the bytes; *at and
 * *entry may have changed then. */
const char *ks_dict_entry_get(const uint8_t **at, const uint8_t *end, ks_dict_entry *entry);

#endif
