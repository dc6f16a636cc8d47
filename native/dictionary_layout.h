/* The bytes of a dictionary, for its writer and its reader. May use native's bytes.h.
 *
 * The terms section holds blocks of 16 terms, the last of 1 to 16. The first term of a block:
 *   u8 size, its bytes, varint documents, varint postings, varint positions
 * and each of the others:
 *   u8 shared | suffix << 4, u8 shared - 15 where shared is 15, u8 suffix - 15 where suffix is 15: the bytes
 * that it has in common with the beginning of the term before, as many as there are, and the bytes behind
 * them, at least 1 the suffix's bytes, varint documents, varint postings and varint positions, less those of
 * the term before
 *
 * The index section:
 *   u64 terms
 *   u64 a block: the first 8 bytes of its first term, zeros behind a shorter one, as a number whose order is
 * the terms' u64 a block: where in the terms section it begins; it ends where the next one begins, the last
 * with the section
 */
#ifndef KS_NATIVE_DICTIONARY_LAYOUT_H
#define KS_NATIVE_DICTIONARY_LAYOUT_H

#include "native/bytes.h"

#include <stddef.h>

enum { KS_DICT_BLOCK = 16, KS_DICT_TERM = 255, KS_DICT_NIBBLE = 15, KS_DICT_INDEX_HEAD = 8 };

/* The first 8 bytes as a number: where two differ, the terms are in the same order. */
static inline uint64_t ks_dict_prefix(const char *text, size_t size) {
    uint64_t prefix = 0;
    for (size_t i = 0; i < 8; i++) prefix = prefix << 8 | (i < size ? (uint8_t)text[i] : 0);
    return prefix;
}

#endif
