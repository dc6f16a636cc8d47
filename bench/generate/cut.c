/* Finding words, roughly: it is enough that the words found are ones that an index also has. */
#include "bench/generate/cut.h"

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool gen_is_ascii_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The size in bytes of the letter at `text`; 0 if there is none. Anything beyond ASCII counts as a letter,
 * except for U+0080 to U+00BF and U+2000 to U+2FFF, which are signs. */
static size_t letter_size(const char *text) {
    unsigned char first = (unsigned char)*text;
    size_t size = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0x80) return gen_is_ascii_word(*text);
    if (first < 0xc3 || first == 0xe2) return 0;
    for (size_t i = 1; i < size; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80) return 0;
    return size;
}

/* Hyphens and points, and the comma of 162,000. */
static bool is_joint(const char *text, size_t at) {
    if (at > 0 && text[at] == ',') return is_digit(text[at - 1]) && is_digit(text[at + 1]);
    return at > 0 && (text[at] == '-' || text[at] == '.') && gen_is_ascii_word(text[at - 1]) &&
           gen_is_ascii_word(text[at + 1]);
}

size_t gen_cut_word(const char *text, size_t *at) {
    size_t size = 0, letter;
    while (text[*at] && !letter_size(text + *at)) ++*at;
    while ((letter = letter_size(text + *at + size)) > 0 || is_joint(text + *at, size))
        size += letter ? letter : 1;
    return size;
}
