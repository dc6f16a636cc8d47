/* Folding over utf8proc, without its allocations; see fold.h. */
#include "text/fold.h"

#include <assert.h>
#include <utf8proc.h>

/* U+FDFA decomposes to 18 code points, more than any other; none of the results folds to more than two (ß),
 * and letters[] spells none with more than two. */
enum { MOST_DECOMPOSED = 24, MOST_FOLDED = 2, MOST_SPELLED = 2 };

static_assert(MOST_DECOMPOSED * MOST_FOLDED * MOST_SPELLED == KS_FOLD_MOST, "the caller's room");

static bool between(int32_t point, int32_t first, int32_t last) {
    return point >= first && point <= last;
}

static bool is_diacritic(int32_t point) {
    if (point < 0x0300) return false;
    return between(point, 0x0300, 0x036F) || between(point, 0x0483, 0x0489)    /* Latin, Greek, Cyrillic */
           || between(point, 0x0591, 0x05BD) || point == 0x05BF                /* Hebrew points */
           || between(point, 0x05C1, 0x05C2) || between(point, 0x05C4, 0x05C5) /* Hebrew points */
           || point == 0x05C7 || between(point, 0x0610, 0x061A)                /* Hebrew, Arabic */
           || point == 0x0640 || between(point, 0x064B, 0x065F)                /* tatweel, harakat */
           || point == 0x0670 || between(point, 0x06D6, 0x06DC)                /* Arabic */
           || between(point, 0x06DF, 0x06E4) || between(point, 0x06E7, 0x06E8) /* Arabic */
           || between(point, 0x06EA, 0x06ED)                                   /* Arabic */
           || between(point, 0x1AB0, 0x1AFF) || between(point, 0x1DC0, 0x1DFF) /* for any letter */
           || between(point, 0x20D0, 0x20FF) || between(point, 0xFE20, 0xFE2F);
}

/* Letters with a stroke, ligatures, the dotless i: Unicode does not decompose them, yet people type them so.
 */
static const struct {
    int32_t from;
    char to[MOST_SPELLED + 1];
} letters[] = {{0x00E6, "ae"}, {0x00F0, "d"}, {0x00F8, "o"}, {0x00FE, "th"}, {0x0111, "d"},
               {0x0127, "h"},  {0x0131, "i"}, {0x0142, "l"}, {0x0153, "oe"}, {0x0167, "t"}};

static const char *plain_letters(int32_t point) {
    if (point < 0x00E6 || point > 0x0167) return NULL;
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++) {
        if (letters[i].from == point) return letters[i].to;
    }
    return NULL;
}

/* Decimal digits stand in runs of ten that begin at a code point ending in 0 or in 6. */
static int32_t digit_of(int32_t point) {
    int32_t low = point & 0xF;
    bool from_zero = utf8proc_category(point - low) == UTF8PROC_CATEGORY_ND;
    return '0' + (from_zero ? low : low - 6);
}

static size_t add(int32_t *out, size_t count, int32_t point) {
    const char *plain;
    if (is_diacritic(point)) return count;
    plain = plain_letters(point);
    if (plain) {
        for (; *plain; plain++) out[count++] = *plain;
        return count;
    }
    if (point > 0x7F && utf8proc_category(point) == UTF8PROC_CATEGORY_ND) point = digit_of(point);
    out[count++] = point;
    return count;
}

static size_t decompose(int32_t point, int32_t *out, size_t room, utf8proc_option_t folding) {
    const utf8proc_option_t options = UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE | folding;
    utf8proc_ssize_t count = utf8proc_decompose_char(point, out, (utf8proc_ssize_t)room, options, NULL);
    return count < 0 ? 0 : (size_t)count > room ? room : (size_t)count;
}

/* Diacritics are dropped before case is folded, since folding turns the iota subscript into a letter. */
size_t ks_fold_point(uint32_t point, int32_t out[KS_FOLD_MOST]) {
    int32_t letter[MOST_DECOMPOSED], folded[MOST_FOLDED];
    size_t count, written = 0;
    if (point < 0x80) {
        out[0] = (int32_t)(point >= 'A' && point <= 'Z' ? point | 0x20 : point);
        return 1;
    }
    if (point >= 0x4E00 && point <= 0x9FFF) { /* Han: most of it folds to itself */
        out[0] = (int32_t)point;
        return 1;
    }
    count = decompose((int32_t)point, letter, MOST_DECOMPOSED, 0);
    for (size_t i = 0; i < count; i++) {
        size_t many =
            is_diacritic(letter[i]) ? 0 : decompose(letter[i], folded, MOST_FOLDED, UTF8PROC_CASEFOLD);
        for (size_t k = 0; k < many; k++) written = add(out, written, folded[k]);
    }
    return written;
}

/* Canonical order: marks by combining class behind each starter, equal ones as they stood. */
static void order(int32_t *points, size_t count) {
    for (size_t i = 1; i < count; i++) {
        int32_t point = points[i];
        int class = utf8proc_get_property(point)->combining_class;
        size_t at = i;
        if (class == 0) continue;
        for (; at > 0 && utf8proc_get_property(points[at - 1])->combining_class > class; at--) {
            points[at] = points[at - 1];
        }
        points[at] = point;
    }
}

size_t ks_fold_compose(int32_t *points, size_t count, char *out, size_t limit) {
    utf8proc_ssize_t composed;
    size_t size = 0;
    order(points, count);
    composed = utf8proc_normalize_utf32(points, (utf8proc_ssize_t)count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    for (utf8proc_ssize_t i = 0; i < composed; i++) {
        char bytes[4];
        size_t length = ks_utf8_encode((uint32_t)points[i], bytes);
        if (size + length > limit) break;
        for (size_t k = 0; k < length; k++) out[size++] = bytes[k];
    }
    return size;
}

bool ks_fold_is_number(int32_t point) {
    utf8proc_category_t category;
    if (point < 0x80) return point >= '0' && point <= '9';
    category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO;
}

bool ks_fold_is_word(int32_t point) {
    utf8proc_category_t category;
    if (point < 0x80) return (point >= 'a' && point <= 'z') || (point >= '0' && point <= '9');
    category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO;
}

bool ks_fold_is_mark(int32_t point) {
    utf8proc_category_t category = utf8proc_category(point);
    return category >= UTF8PROC_CATEGORY_MN && category <= UTF8PROC_CATEGORY_ME;
}
