/* Plain words, eight bytes at a time; see plain.h. A `word` here is a machine word. How it holds eight bytes
 * that are added and compared at once is explained in Warren, Hacker's Delight, 2-18. */
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

/* Whether the word surely ends at `at`: no compound goes on there, no sign follows, and nothing has to be
 * decoded to tell. */
static bool ends_at(const ks_segmenter *in, size_t at) {
    ks_class class = class_of(in, at);
    return class == KS_CLASS_NONE || (class == KS_CLASS_JOINER && is_separator(class_of(in, at + 1)));
}

static uint64_t spread(unsigned char byte) {
    return UINT64_C(0x0101010101010101) * byte;
}

/* The eight bytes from `at` on, the first as the lowest; zeros behind the text. */
static uint64_t load(const ks_segmenter *in, size_t at) {
    uint64_t word = 0;
    if (in->size - at >= WORD) return ks_get_u64(in->text + at);
    for (size_t i = at; i < in->size; i++) word |= (uint64_t)(unsigned char)in->text[i] << 8 * (i - at);
    return word;
}

/* How many of the eight bytes are ASCII letters, up to the first that is not. In each byte of `lower` the
 * upper bit is clear, so adding 0x80 - 'a' sets it just for bytes from 'a' on, and adding 0x7F - 'z' for
 * those above 'z', without a carry into the next byte. */
static size_t count_letters(uint64_t word) {
    const uint64_t highs = spread(0x80);
    uint64_t lower = (word | spread(0x20)) & ~highs;
    uint64_t from_a = lower + spread(0x80 - 'a'), above_z = lower + spread(0x7F - 'z');
    uint64_t others = ~(from_a & ~above_z & ~word) & highs;
    return others ? (size_t)__builtin_ctzll(others) / 8 : WORD;
}

/* A mask of the first `count` bytes. */
static uint64_t first_bytes(size_t count) {
    return count ? UINT64_MAX >> 8 * (WORD - count) : 0;
}

/* The letters read so far. */
struct letters {
    size_t count;
    uint64_t lower, upper; /* not 0: there is a small letter, a capital behind the first letter */
};

/* Reads the letters that `word` begins with and writes them to `out` in lower case. The bit 0x20 of a letter
 * tells its case; `upper_bits` has it in those bytes in which a capital is to be noticed. Returns whether all
 * eight bytes are letters. */
static inline bool add_letters(struct letters *letters, uint64_t word, char *out, uint64_t upper_bits) {
    size_t count = count_letters(word);
    uint64_t mask = first_bytes(count);
    ks_put_u64(out, (word | spread(0x20)) & mask);
    letters->lower |= word & mask & spread(0x20);
    letters->upper |= ~word & mask & upper_bits;
    letters->count += count;
    return count == WORD;
}

/* Reads the letters at `at` into the form, in lower case. Returns how many there are, or 0 if the case
 * changes after the first one. Most words take a single load. */
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
