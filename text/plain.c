/* Plain words, eight bytes at a time; see plain.h. For sums and differences of bytes within a word see
 * Warren, Hacker's Delight, 2-18. */
#include "text/plain.h"

#include "base/bytes.h"
#include "text/classify.h"

enum { WORD = 8 };

static ks_class class_of(const ks_segmenter *in, size_t at) {
    return at < in->size ? (ks_class)ks_class_table[(unsigned char)in->text[at]] : KS_CLASS_NONE;
}

static bool is_separator(ks_class class) {
    return class == KS_CLASS_NONE || class == KS_CLASS_JOINER || class == KS_CLASS_SIGN;
}

/* Whether a word certainly ends at `at`: no compound goes on, no sign follows, and no byte that would have to
 * be decoded to tell. */
static bool ends_at(const ks_segmenter *in, size_t at) {
    ks_class class = class_of(in, at);
    return class == KS_CLASS_NONE || (class == KS_CLASS_JOINER && is_separator(class_of(in, at + 1)));
}

static uint64_t spread(unsigned char byte) {
    return UINT64_C(0x0101010101010101) * byte;
}

/* The bytes from `at` on, the first in the lowest place, zeros behind the text. */
static uint64_t load(const ks_segmenter *in, size_t at) {
    uint64_t word = 0;
    if (in->size - at >= WORD) return ks_get_u64(in->text + at);
    for (size_t i = at; i < in->size; i++) word |= (uint64_t)(unsigned char)in->text[i] << 8 * (i - at);
    return word;
}

/* How many of the eight bytes are letters, up to the first that is none. */
static size_t count_letters(uint64_t word) {
    const uint64_t highs = spread(0x80);
    uint64_t lower = (word | spread(0x20)) & ~highs;
    uint64_t from_a = lower + spread(0x80 - 'a'), above_z = lower + spread(0x7F - 'z');
    uint64_t others = ~(from_a & ~above_z & ~word) & highs;
    return others ? (size_t)__builtin_ctzll(others) / 8 : WORD;
}

static uint64_t first_bytes(size_t count) {
    return count ? UINT64_MAX >> 8 * (WORD - count) : 0;
}

/* What a word is made of so far. */
struct letters {
    size_t count;
    uint64_t lower, upper; /* the bit that tells the case, where set or not; not of the first letter */
};

/* Adds the letters that `word` begins with, written to `out` in lower case; `others` is the bit of the case
 * in the letters that count. Whether all eight are letters. */
static inline bool add_letters(struct letters *letters, uint64_t word, char *out, uint64_t others) {
    size_t count = count_letters(word);
    uint64_t there = first_bytes(count);
    ks_put_u64(out, (word | spread(0x20)) & there);
    letters->lower |= word & there & spread(0x20);
    letters->upper |= ~word & there & others;
    letters->count += count;
    return count == WORD;
}

/* Reads the letters at `at` into form, in lower case. Returns how many there are, 0 where the case changes
 * within. Most words are read at once. */
static size_t read_letters(const ks_segmenter *in, size_t at, ks_form *form) {
    struct letters letters = {0};
    size_t i = WORD;
    bool more = add_letters(&letters, load(in, at), form->text, spread(0x20) & ~(uint64_t)0xFF);
    for (; more && i < KS_PLAIN_MOST; i += WORD)
        more = add_letters(&letters, load(in, at + i), form->text + i, spread(0x20));
    for (; i < KS_PLAIN_MOST; i += WORD) ks_put_u64(form->text + i, 0);
    return letters.lower && letters.upper ? 0 : letters.count;
}

bool ks_plain_next(ks_segmenter *segmenter, size_t *start, ks_form *form) {
    const ks_segmenter in = *segmenter;
    size_t first = in.at, length;
    if (in.resumed) return false;
    while (first < in.size && is_separator(class_of(&in, first))) first++;
    segmenter->at = first;
    length = read_letters(&in, first, form);
    if (length == 0 || !ends_at(&in, first + length)) return false;
    *start = first;
    segmenter->at = first + length;
    form->size = (uint32_t)length;
    form->number = false;
    return true;
}
