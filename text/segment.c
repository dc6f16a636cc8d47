/* Finding words: runs of letters and digits, split into the parts of compounds; see segment.h. */
#include "text/segment.h"

#include "text/classify.h"
#include "text/number.h"

static ks_class class_at(const ks_segmenter *in, size_t at, size_t *length) {
    *length = 0;
    return at < in->size ? ks_class_at(in->text, in->size, at, length) : KS_CLASS_NONE;
}

/* Steps over separators, and over marks that follow no letter. */
static ks_class skip_to_word(ks_segmenter *in) {
    size_t length;
    for (; in->at < in->size; in->at += length) {
        ks_class class = ks_class_at(in->text, in->size, in->at, &length);
        if (class >= KS_CLASS_UNSPACED) return class;
    }
    return KS_CLASS_NONE;
}

/* Whether text[at] is the s of LSTMs: the last letter, and without a mark. */
static bool is_plural_s(const ks_segmenter *in, size_t at) {
    size_t length;
    ks_class next = class_at(in, at + 1, &length);
    return in->text[at] == 's' && !ks_class_is_letter(next) && next != KS_CLASS_MARK;
}

/* The number of small ASCII letters from `at` on, of which most text consists. */
static size_t lower_case_run(const ks_segmenter *in, size_t at) {
    size_t end = at;
    while (end < in->size && ks_class_table[(unsigned char)in->text[end]] == KS_CLASS_LOWER) end++;
    return end - at;
}

/* Where the part of letters at `at` ends, at the latest where case changes: camel|Case before the capital,
 * HTML|Parser before the last of several capitals. LSTMs, capitals with a plural s, stay together. */
static size_t letters_end(const ks_segmenter *in, size_t at, bool *ascii, bool *plural) {
    ks_class before = KS_CLASS_NONE, class;
    size_t length, capital = at, capitals = 0;
    for (; ks_class_is_letter(class = class_at(in, at, &length)) || class == KS_CLASS_MARK; at += length) {
        if (length > 1) *ascii = false;
        if (class == KS_CLASS_MARK) continue;
        if (class == KS_CLASS_UPPER) {
            if (before == KS_CLASS_LOWER) return at;
            capital = at;
            capitals++;
        } else {
            if (class == KS_CLASS_LOWER && before == KS_CLASS_UPPER && capitals > 1) {
                if (!is_plural_s(in, at)) return capital;
                *plural = true;
            }
            capitals = 0;
        }
        before = class;
        if (class == KS_CLASS_LOWER) length += lower_case_run(in, at + length);
    }
    return at;
}

static size_t numerals_end(const ks_segmenter *in, size_t at, bool *ascii) {
    ks_class class;
    size_t length;
    while ((class = class_at(in, at, &length)) == KS_CLASS_NUMERAL || class == KS_CLASS_MARK) at += length;
    *ascii = false;
    return at;
}

/* The part of a compound that begins at `at` with a character of `class`. */
static ks_part part_at(const ks_segmenter *in, size_t at, ks_class class) {
    ks_part part = {.start = at, .ascii = true};
    if (class == KS_CLASS_DIGIT) {
        part.end = ks_number_end(in->text, in->size, at, &part.ascii);
    } else if (class == KS_CLASS_NUMERAL) {
        part.end = numerals_end(in, at, &part.ascii);
    } else {
        part.end = letters_end(in, at, &part.ascii, &part.plural);
    }
    return part;
}

/* Whether the compound goes on behind a part that ends at *at: right there, or behind a single joiner. Moves
 * *at to the next part, whose first character is of *class. */
static bool goes_on(const ks_segmenter *in, size_t *at, ks_class *class) {
    size_t length, unused;
    *class = class_at(in, *at, &length);
    if (ks_class_is_spaced(*class)) return true;
    if (*class != KS_CLASS_JOINER) return false;
    *class = class_at(in, *at + length, &unused);
    if (!ks_class_is_spaced(*class)) return false;
    *at += length;
    return true;
}

/* The number of trailing + and #: one or two of them, unless they belong to what follows, as in "a+b", "1+2"
 * or "a#tag". Letters of unspaced scripts may follow, since they never continue such a word. */
static size_t count_signs(const ks_segmenter *in, size_t at) {
    size_t count = 0, length;
    ks_class next;
    while ((next = class_at(in, at + count, &length)) == KS_CLASS_SIGN) count++;
    if (count > 2 || ks_class_is_letter(next)) return 0;
    if (count == 1 && in->text[at] == '+' && ks_class_is_spaced(next)) return 0;
    return count;
}

static void compound_at(ks_segmenter *in, ks_run *run, ks_class class) {
    bool more = true;
    for (run->count = 0; more && run->count < KS_PARTS_LIMIT; run->count++) {
        run->parts[run->count] = part_at(in, in->at, class);
        in->at = run->parts[run->count].end;
        more = goes_on(in, &in->at, &class);
    }
    run->whole = !more && !in->resumed;
    run->signs = run->whole ? count_signs(in, in->at) : 0;
    in->resumed = more;
    in->at += run->signs;
}

/* A character of an unspaced script with the marks on it; a Hangul syllable may be spelled by several. */
static ks_part unit_at(const ks_segmenter *in, size_t at) {
    ks_part part = {.start = at, .end = at};
    uint32_t before = 0, point;
    do {
        part.end += (size_t)ks_utf8_decode(in->text + part.end, in->size - part.end, &point);
        if (before == 0 || ks_class_of(point) != KS_CLASS_MARK) before = point;
        if (part.end == in->size || ks_utf8_decode(in->text + part.end, in->size - part.end, &point) < 0)
            break;
    } while (ks_class_of(point) == KS_CLASS_MARK || ks_class_joins(before, point));
    return part;
}

static void units_at(ks_segmenter *in, ks_run *run) {
    size_t length;
    run->count = 0;
    run->signs = 0;
    run->parts[0] = unit_at(in, in->at);
    while (run->count < KS_PARTS_LIMIT) {
        in->at = run->parts[run->count++].end;
        run->neighbour = class_at(in, in->at, &length) == KS_CLASS_UNSPACED;
        if (!run->neighbour) break;
        run->parts[run->count] = unit_at(in, in->at);
    }
}

bool ks_segment_next(ks_segmenter *segmenter, ks_run *run) {
    ks_class class = skip_to_word(segmenter);
    if (class == KS_CLASS_NONE) return false;
    run->unspaced = class == KS_CLASS_UNSPACED;
    if (run->unspaced) {
        units_at(segmenter, run);
    } else {
        compound_at(segmenter, run, class);
    }
    return true;
}
