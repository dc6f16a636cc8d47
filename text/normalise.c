/* Normal forms of words, with a fast path for ASCII; see normalise.h. */
#include "text/normalise.h"

#include "text/classify.h"
#include "text/fold.h"

#include <string.h>

/* So many code points are sure to fill a form, even after composition: once the diacritics are gone only
 * Hangul and kana still compose, at most three code points into one of three bytes. */
enum { MOST_POINTS = 4 * KS_TOKEN_LIMIT };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A form that was cut right behind the point of a number must not end in the point. */
static void drop_last_point(ks_form *form) {
    if (form->size && form->text[form->size - 1] == '.') form->size--;
}

void ks_normalise_ascii(ks_form *form, const char *text, size_t size) {
    uint32_t length = 0;
    bool number = false;
    for (size_t i = 0; i < size && length < KS_TOKEN_LIMIT; i++) {
        char c = text[i];
        ks_class class = (ks_class)ks_class_table[(unsigned char)c];
        if (class >= KS_CLASS_LETTER) {
            form->text[length++] = (char)(c | 0x20);
        } else if (class == KS_CLASS_DIGIT) {
            form->text[length++] = c;
            number = true;
        } else if (c == '.' && length && is_digit(form->text[length - 1]) && i + 1 < size &&
                   is_digit(text[i + 1])) {
            form->text[length++] = c;
        }
    }
    form->size = length;
    form->number = number;
    drop_last_point(form);
}

static bool digit_follows(const char *text, size_t size, size_t at) {
    size_t length;
    return at < size && ks_class_at(text, size, at, &length) == KS_CLASS_DIGIT;
}

typedef struct gathered {
    int32_t points[MOST_POINTS + KS_FOLD_MOST];
    size_t count;
    bool number;
} gathered;

/* Folds `point` and keeps what belongs to a word, but no mark that is left without a letter before it. */
static void gather(gathered *to, uint32_t point) {
    int32_t folded[KS_FOLD_MOST];
    size_t count = ks_fold_point(point, folded);
    for (size_t i = 0; i < count; i++) {
        if (!ks_fold_is_word(folded[i]) || (to->count == 0 && ks_fold_is_mark(folded[i]))) continue;
        if (ks_fold_is_number(folded[i])) to->number = true;
        to->points[to->count++] = folded[i];
    }
}

static bool ends_in_digit(const gathered *all) {
    return all->count && all->points[all->count - 1] >= '0' && all->points[all->count - 1] <= '9';
}

void ks_normalise_unicode(ks_form *form, const char *text, size_t size) {
    gathered all;
    all.count = 0;
    all.number = false;
    for (size_t at = 0; at < size && all.count < MOST_POINTS;) {
        uint32_t point;
        int step = ks_utf8_decode(text + at, size - at, &point);
        at += (size_t)(step < 0 ? -step : step);
        if (point == '.' && ends_in_digit(&all) && digit_follows(text, size, at)) {
            all.points[all.count++] = '.';
        } else if (step > 0) {
            gather(&all, point);
        }
    }
    form->size = (uint32_t)ks_fold_compose(all.points, all.count, form->text, KS_TOKEN_LIMIT);
    form->number = all.number;
    drop_last_point(form);
}

void ks_form_add(ks_form *form, const char *text, size_t size, size_t limit) {
    size_t room = limit > form->size ? limit - form->size : 0;
    bool cut = size > room;
    if (cut) {
        size = room;
        while (size && ((unsigned char)text[size] & 0xC0) == 0x80) size--;
    }
    memcpy(form->text + form->size, text, size);
    form->size += (uint32_t)size;
    if (cut) drop_last_point(form);
}
