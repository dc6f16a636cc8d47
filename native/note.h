/* Postings as an inverter notes them, document by document. May use base. Private to inverting and flushing.
 *
 * The notes of a document, a posting each, in no order:
 *   varint number of the term times 8, plus the kind
 *   of a kind less than KS_NOTE_VALUE, which is a field: varint position, the only one the term has
 *   KS_NOTE_VALUE: varint frequency of an exact value
 *   KS_NOTE_OTHER: varint bytes of what follows: u8 mask of the fields, varint frequency, positions as a
 *     ks_posting has them
 *
 * The second number is less than KS_NOTE_MOST; what has a greater one is KS_NOTE_OTHER. So both can be read
 * from eight bytes, and without a branch, which no processor could foretell: for every posting there is, this
 * is read once. */
#ifndef KS_NATIVE_NOTE_H
#define KS_NATIVE_NOTE_H

#include "base/bytes.h"
#include "engine/fields.h"

enum {
    KS_NOTE_VALUE = KS_TEXT_FIELDS,
    KS_NOTE_OTHER,
    KS_NOTE_MOST = 1 << 28,
    KS_NOTE_LIMIT = 5 + 4, /* bytes of one, without what follows */
    KS_NOTE_SPARE = 8      /* bytes that can be read behind the last one */
};

typedef struct ks_note {
    uint32_t term;
    uint32_t kind;
    uint32_t value; /* the second number */
} ks_note;

/* The varint of `size` bytes, at most four, that `word` begins with. */
static inline uint32_t ks_note_varint(uint64_t word, unsigned size) {
    word &= UINT64_MAX >> (64 - 8 * size);
    return (uint32_t)((word & 0x7F) | (word >> 1 & 0x3F80) | (word >> 2 & 0x1FC000) |
                      (word >> 3 & 0xFE00000));
}

/* The ends of varints in a word: the top bits of their last bytes. */
static inline uint64_t ks_note_ends(uint64_t word) {
    return ~word & UINT64_C(0x8080808080808080);
}

/* The bytes up to the first of these ends. */
static inline unsigned ks_note_size(uint64_t ends) {
    return (unsigned)__builtin_ctzll(ends) / 8 + 1;
}

/* Reads a note, all but what follows; returns where it ends. That is where the second varint does, whatever
 * the numbers are, so that the next note need not wait for them. */
static inline const uint8_t *ks_note_read(const uint8_t *at, ks_note *out) {
    uint64_t word = ks_get_u64(at), ends = ks_note_ends(word), first;
    unsigned size = ks_note_size(ends), both;
    if (__builtin_expect(size > 4, 0)) { /* a number of five bytes: the other is read by itself */
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

/* Writes a note, of KS_NOTE_LIMIT bytes at most; returns where it ends. */
static inline uint8_t *ks_note_put(uint8_t *out, const ks_note *note) {
    out = ks_note_put_varint(out, (uint64_t)note->term << 3 | note->kind);
    return ks_note_put_varint(out, note->value);
}

#endif
