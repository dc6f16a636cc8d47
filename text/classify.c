/* Classes of characters: a table for ASCII, utf8proc's categories and a few ranges beyond; see classify.h. */
#include "text/classify.h"

#include <utf8proc.h>

enum {
    N = KS_CLASS_NONE,
    W = KS_CLASS_WIDE,
    J = KS_CLASS_JOINER,
    S = KS_CLASS_SIGN,
    D = KS_CLASS_DIGIT,
    L = KS_CLASS_LOWER,
    U = KS_CLASS_UPPER
};

/* clang-format off */
const unsigned char ks_class_table[256] = {
    N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, /* 00 */
    N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, /* 10 */
    N, N, N, S, N, N, N, J, N, N, N, S, N, J, J, J, /* 20 */
    D, D, D, D, D, D, D, D, D, D, N, N, N, N, N, N, /* 30 */
    N, U, U, U, U, U, U, U, U, U, U, U, U, U, U, U, /* 40 */
    U, U, U, U, U, U, U, U, U, U, U, N, N, N, N, J, /* 50 */
    N, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, /* 60 */
    L, L, L, L, L, L, L, L, L, L, L, N, N, N, N, N, /* 70 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* 80 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* 90 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* A0 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* B0 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* C0 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* D0 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* E0 */
    W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, W, /* F0 */
};
/* clang-format on */

typedef struct range {
    uint32_t first, last;
} range;

/* Blocks of the scripts that are segmented by character, ascending; only letters in them count. */
static const range unspaced[] = {
    {0x0E00, 0x0EFF},   /* Thai, Lao */
    {0x1000, 0x109F},   /* Myanmar */
    {0x1100, 0x11FF},   /* Hangul jamo */
    {0x1780, 0x17FF},   /* Khmer */
    {0x2E80, 0x2FDF},   /* Han radicals */
    {0x3005, 0x3007},   /* Han iteration mark, closing mark, zero */
    {0x3021, 0x3029},   /* Hangzhou numerals */
    {0x3031, 0x3035},   /* kana repeat marks */
    {0x3038, 0x303C},   /* Hangzhou numerals, Han iteration mark, masu */
    {0x3040, 0x30FF},   /* Hiragana, Katakana */
    {0x3130, 0x318F},   /* Hangul compatibility jamo */
    {0x3192, 0x319F},   /* Kanbun */
    {0x31F0, 0x31FF},   /* small Katakana */
    {0x3220, 0x3229},   /* Han numerals in brackets */
    {0x3280, 0x3289},   /* Han numerals in circles */
    {0x3400, 0x4DBF},   /* Han */
    {0x4E00, 0x9FFF},   /* Han */
    {0xA960, 0xA97F},   /* Hangul jamo */
    {0xA9E0, 0xA9FF},   /* Myanmar */
    {0xAA60, 0xAA7F},   /* Myanmar */
    {0xAC00, 0xD7FF},   /* Hangul syllables and jamo */
    {0xF900, 0xFAFF},   /* Han compatibility */
    {0xFF66, 0xFFDC},   /* halfwidth Katakana and Hangul */
    {0x1AFF0, 0x1B16F}, /* kana */
    {0x20000, 0x323AF}, /* Han */
};

static bool is_unspaced(uint32_t point) {
    size_t low = 0, high = sizeof unspaced / sizeof *unspaced;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (point > unspaced[middle].last) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < sizeof unspaced / sizeof *unspaced && point >= unspaced[low].first;
}

/* Letters by their category that cannot stand alone: their normal form is empty or begins with a mark. */
static bool is_dependent(uint32_t point) {
    return point == 0x037A                         /* Greek iota subscript */
           || point == 0x0640                      /* Arabic tatweel */
           || (point >= 0xFC5E && point <= 0xFC63) /* Arabic harakat as letters */
           || (point >= 0xFCF2 && point <= 0xFCF4) /* the same on a tatweel */
           || (point >= 0xFE70 && point <= 0xFE7F) /* both */
           || point == 0xFF9E || point == 0xFF9F;  /* halfwidth voicing marks */
}

static bool is_joiner(uint32_t point) {
    return point == 0x00B7                                          /* middle dot */
           || point == 0x2010 || point == 0x2011 || point == 0x2013 /* hyphens, en dash */
           || point == 0x2019;                                      /* apostrophe */
}

static ks_class class_of_category(uint32_t point) {
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT: return KS_CLASS_UPPER;
    case UTF8PROC_CATEGORY_LL: return KS_CLASS_LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO: return is_unspaced(point) ? KS_CLASS_UNSPACED : KS_CLASS_LETTER;
    case UTF8PROC_CATEGORY_ND: return KS_CLASS_DIGIT;
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return is_unspaced(point) ? KS_CLASS_UNSPACED : KS_CLASS_NUMERAL;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME: return KS_CLASS_MARK;
    default: return is_joiner(point) ? KS_CLASS_JOINER : KS_CLASS_NONE;
    }
}

ks_class ks_class_of(uint32_t point) {
    if (point < 0x80) return (ks_class)ks_class_table[point];
    if (point == 0x200B) return KS_CLASS_NONE; /* zero width space: ignorable, but it is a space */
    if (utf8proc_get_property((utf8proc_int32_t)point)->ignorable || is_dependent(point))
        return KS_CLASS_MARK;
    return class_of_category(point);
}

ks_class ks_class_decode(const char *text, size_t size, size_t *length) {
    uint32_t point;
    int step = ks_utf8_decode(text, size, &point);
    *length = (size_t)(step < 0 ? -step : step);
    return step < 0 ? KS_CLASS_NONE : ks_class_of(point);
}

/* The role of a conjoining letter in a Hangul syllable; only the modern letters compose. */
typedef enum jamo { JAMO_NONE, JAMO_LEAD, JAMO_VOWEL, JAMO_TAIL } jamo;

static jamo jamo_of(utf8proc_int32_t point) {
    if (point >= 0x1100 && point <= 0x1112) return JAMO_LEAD;
    if (point >= 0x1161 && point <= 0x1175) return JAMO_VOWEL;
    if (point >= 0x11A8 && point <= 0x11C2) return JAMO_TAIL;
    return JAMO_NONE;
}

/* The first or last conjoining letter that a Hangul character stands for, compatibility letters included. */
static jamo jamo_at(uint32_t point, bool last) {
    utf8proc_int32_t letters[32];
    utf8proc_ssize_t count = utf8proc_decompose_char((utf8proc_int32_t)point, letters, 32,
                                                     UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, NULL);
    return count < 1 || count > 32 ? JAMO_NONE : jamo_of(letters[last ? count - 1 : 0]);
}

static bool is_jamo(uint32_t point) {
    return (point >= 0x1100 && point <= 0x11FF) || (point >= 0x3130 && point <= 0x318F) ||
           (point >= 0xFFA0 && point <= 0xFFDC);
}

bool ks_class_joins(uint32_t point, uint32_t next) {
    jamo before, after;
    if (next == 0x0E33 || next == 0x0EB3) return true; /* Thai and Lao am: a mark and a vowel in one */
    if (!is_jamo(next)) return false;                  /* spares the others the decomposition */
    before = jamo_at(point, true);
    after = jamo_at(next, false);
    return (before == JAMO_LEAD && after == JAMO_VOWEL) || (before == JAMO_VOWEL && after == JAMO_TAIL);
}
