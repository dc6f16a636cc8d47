/* How far a number goes; see number.h. */
#include "text/number.h"

#include "text/classify.h"

static bool ascii_digit(const char *text, size_t size, size_t at) {
    return at < size && ks_class_table[(unsigned char)text[at]] == KS_CLASS_DIGIT;
}

static size_t ascii_digits(const char *text, size_t size, size_t at) {
    size_t end = at;
    while (ascii_digit(text, size, end)) end++;
    return end - at;
}

static bool comma_and_digit(const char *text, size_t size, size_t at) {
    return at < size && text[at] == ',' && ascii_digit(text, size, at + 1);
}

/* The end of a number like 1,234,567 at text[at], or `at` if there is none. Digits and commas that do not
 * form groups of three, like 1,2,3 or 1,2345, are a list of numbers. */
static size_t grouped_end(const char *text, size_t size, size_t at) {
    size_t end = at + ascii_digits(text, size, at);
    if (end - at > 3 || !comma_and_digit(text, size, end)) return at;
    if (at >= 2 && text[at - 1] == ',' && ascii_digit(text, size, at - 2)) return at;
    while (comma_and_digit(text, size, end)) {
        if (ascii_digits(text, size, end + 1) != 3) return at;
        end += 4;
    }
    return end;
}

/* Steps over digits of any script, and marks on them. */
static size_t digits_end(const char *text, size_t size, size_t at, bool *ascii) {
    size_t length;
    for (; at < size; at += length) {
        ks_class class = ks_class_at(text, size, at, &length);
        if (class != KS_CLASS_DIGIT && class != KS_CLASS_MARK) break;
        if (length > 1) *ascii = false;
    }
    return at;
}

static bool point_and_digit(const char *text, size_t size, size_t at) {
    size_t length;
    return at + 1 < size && text[at] == '.' && ks_class_at(text, size, at + 1, &length) == KS_CLASS_DIGIT;
}

size_t ks_number_end(const char *text, size_t size, size_t at, bool *ascii) {
    size_t end = digits_end(text, size, grouped_end(text, size, at), ascii);
    while (point_and_digit(text, size, end)) end = digits_end(text, size, end + 1, ascii);
    return end;
}
