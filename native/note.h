/* Postings as an inverter holds them in memory, document by document. May use base. Private to inverting and
 * flushing.
 *
 * A document's notes stand one after the other in no particular order, one for each of its postings:
 *   varint term number * 8 + kind
 *   varint value, whose meaning depends on the kind:
 *     a field (kind < KS_NOTE_VALUE): the position in that field, the term's only one in the document
 *     KS_NOTE_VALUE: the frequency of an exact value
 *     KS_NOTE_OTHER: the number of bytes that follow: u8 mask of the fields, varint frequency, and the
 *       positions as in a ks_posting
 *
 * Values are less than KS_NOTE_MOST; a posting with a larger one becomes a KS_NOTE_OTHER. So nearly always
 * both varints can be decoded from one load of eight bytes, without a branch that the processor could
 * mispredict. That matters because a flush decodes every posting of the segment here. */
#ifndef KS_NATIVE_NOTE_H
#define KS_NATIVE_NOTE_H

#include "base/bytes.h"
#include "engine/fields.h"

enum {
    KS_NOTE_VALUE = KS_TEXT_FIELDS,
    KS_NOTE_OTHER,
    KS_NOTE_MOST = 1 << 28,
    KS_NOTE_LIMIT = 5 + 4, /* most bytes of the two varints */
    KS_NOTE_SPARE = 8      /* bytes behind the last note that decoding may load */
};

typedef struct ks_note {
    uint32_t term;
    uint32_t kind;
    uint32_t value;
} ks_note;

/* Decodes the varint in the lowest `size` bytes of the word; `size` is 1 to 4. */
static inline uint32_t ks_note_varint(uint64_t word, unsigned size) {
    word &= UINT64_MAX >> (64 - 8 * size);
    return (uint32_t)((word & 0x7F) | (word >> 1 & 0x3F80) | (word >> 2 & 0x1FC000) |
                      (word >> 3 & 0xFE00000));
}

/* Marks the last byte of each varint in a word by its top bit. */
static inline uint64_t ks_note_ends(uint64_t word) {
    return ~word & UINT64_C(0x8080808080808080);
}

/* The bytes up to and including the first byte that is marked. */
static inline unsigned ks_note_size(uint64_t ends) {
    return (unsigned)__builtin_ctzll(ends) / 8 + 1;
}

/* Reads a note's two varints and returns where they end. The end depends only on where varints end, not on
 * their values, so the processor can start on the next note before this one is decoded. */
static inline const uint8_t *ks_note_read(const uint8_t *at, ks_note *out) {
    uint64_t word = ks_get_u64(at), ends = ks_note_ends(word), first;
    unsigned size = ks_note_size(ends), both;
    if (__builtin_expect(size > 4, 0)) { /* a first varint of five bytes: load again for the second */
        first = ks_note_varint(word, 4) | (word >> 32 & 0x7F) << 28;
        word = ks_get_u64(at += size);
        size = 0;
        both = ks_note_size(ks_note_ends(word));
    } else {
        first = ks_note_varint(word, size);
        both = ks_note_size(ends & (ends - 1));
    }
    *out =
        (ks_note){(uint32_t)(first >> 3), (uint32_t)first & 7, ks_note_varint(word >> 8 * size, both - size)};
    return at + both;
}

static inline uint8_t *ks_note_put_varint(uint8_t *out, uint64_t value) {
    for (; value >= 0x80; value >>= 7) *out++ = (uint8_t)(value | 0x80);
    *out++ = (uint8_t)value;
    return out;
}

/* Writes a note's two varints, at most KS_NOTE_LIMIT bytes, and returns where they end. */
static inline uint8_t *ks_note_put(uint8_t *out, const ks_note *note) {
    out = ks_note_put_varint(out, (uint64_t)note->term << 3 | note->kind);
    return ks_note_put_varint(out, note->value);
}

#endif
