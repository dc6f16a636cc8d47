/* Classifying the lines of a capture feed; see feed_line.h. */
#include "corpus/feed_line.h"

#include <string.h>

static const char open_quote[] = "\xE2\x80\x9C", close_quote[] = "\xE2\x80\x9D"; /* U+201C, U+201D */
static const char middle_dot[] = " \xC2\xB7 ";

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_letter(char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

ks_slice ks_slice_trim(ks_slice line) {
    while (line.size && is_blank(line.text[line.size - 1])) line.size--;
    while (line.size && is_blank(*line.text)) {
        line.text++;
        line.size--;
    }
    return line;
}

static bool starts_with(ks_slice line, const char *prefix) {
    size_t size = strlen(prefix);
    return line.size >= size && memcmp(line.text, prefix, size) == 0;
}

static bool ends_with(ks_slice line, const char *suffix) {
    size_t size = strlen(suffix);
    return line.size >= size && memcmp(line.text + line.size - size, suffix, size) == 0;
}

static void drop(ks_slice *line, size_t size) {
    line->text += size;
    line->size -= size;
}

/* Takes everything before `separator` off the front of *rest, or all of *rest. */
static ks_slice take_until(ks_slice *rest, const char *separator) {
    ks_slice part = *rest;
    size_t size = strlen(separator);
    for (size_t at = 0; at + size <= rest->size; at++) {
        if (memcmp(rest->text + at, separator, size) != 0) continue;
        part.size = at;
        drop(rest, at + size);
        return part;
    }
    drop(rest, rest->size);
    return part;
}

/* Takes `least` to `most` digits off the front. */
static bool take_number(ks_slice *rest, size_t least, size_t most, int *out) {
    size_t count = 0;
    int value = 0;
    for (; count < most && count < rest->size && is_digit(rest->text[count]); count++)
        value = value * 10 + (rest->text[count] - '0');
    if (count < least) return false;
    drop(rest, count);
    *out = value;
    return true;
}

static bool take_mark(ks_slice *rest, const char *mark) {
    if (!starts_with(*rest, mark)) return false;
    drop(rest, strlen(mark));
    return true;
}

/* 1 to 12, or 13 for a word that is no month. */
static int month_number(const char *name) {
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    int month = 1;
    while (month <= 12 && memcmp(name, months + (size_t)(month - 1) * 3, 3) != 0) month++;
    return month;
}

/* "Mon D" or "Mon D, YYYY" */
static bool read_named_date(ks_slice text, ks_date *out) {
    ks_date date = {0};
    if (text.size < 5 || text.text[0] < 'A' || text.text[0] > 'Z' || !is_lower(text.text[1]) ||
        !is_lower(text.text[2]))
        return false;
    date.month = month_number(text.text);
    drop(&text, 3);
    if (!take_mark(&text, " ") || !take_number(&text, 1, 2, &date.day)) return false;
    if (take_mark(&text, ", ") && !take_number(&text, 4, 4, &date.year)) return false;
    if (text.size) return false;
    *out = date;
    return true;
}

static bool read_iso_date(ks_slice text, ks_date *out) {
    ks_date date = {0};
    if (!take_number(&text, 4, 4, &date.year) || !take_mark(&text, "-") ||
        !take_number(&text, 2, 2, &date.month) || !take_mark(&text, "-") ||
        !take_number(&text, 2, 2, &date.day) || text.size)
        return false;
    *out = date;
    return true;
}

static bool is_word(ks_slice text) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.text[i];
        if (!is_lower(c) && !is_digit(c) && c != '_' && c != '-') return false;
    }
    return text.size > 0;
}

bool ks_feed_header_read(ks_feed_header *out, ks_slice line) {
    ks_feed_header header = {0};
    header.kind = take_until(&line, " / ");
    if (!is_word(header.kind)) return false;
    header.author = ks_slice_trim(take_until(&line, " / "));
    header.date_text = take_until(&line, " / ");
    header.status = line;
    if (header.author.size == 0 || (line.size && !is_word(line))) return false;
    if (!read_named_date(header.date_text, &header.date) && !read_iso_date(header.date_text, &header.date))
        return false;
    header.date_exists = ks_date_exists(header.date.year, header.date.month, header.date.day);
    *out = header;
    return true;
}

/* Whether it is one tag or several glued together: letters, digits and what joins them. With a full stop at
 * the end it would be the last word of a text. */
static bool is_glued(ks_slice line) {
    bool letters = false;
    for (size_t i = 0; i < line.size; i++) {
        char c = line.text[i];
        if (is_letter(c))
            letters = true;
        else if (!is_digit(c) && (!c || !strchr("-_.+#", c)))
            return false;
    }
    return letters && line.text[line.size - 1] != '.';
}

static bool is_list(ks_slice line) {
    size_t count = 0;
    ks_slice tag;
    while (ks_feed_list_next(&line, &tag)) {
        if (!is_glued(tag)) return false;
        count++;
    }
    return count > 1;
}

/* Without text above it, a single word may be the text; only a hyphen shows that it is a tag. */
ks_feed_line ks_feed_line_of(ks_slice line, bool has_text) {
    if (starts_with(line, open_quote))
        return has_text || ends_with(line, close_quote) ? KS_FEED_CLAIM : KS_FEED_TEXT;
    if (starts_with(line, "\"")) {
        bool closed = line.size > 1 && ends_with(line, "\"");
        return has_text || closed ? KS_FEED_CLAIM : KS_FEED_TEXT;
    }
    if (is_glued(line) && (has_text || memchr(line.text, '-', line.size))) return KS_FEED_TAGS;
    return has_text && is_list(line) ? KS_FEED_LIST : KS_FEED_TEXT;
}

ks_slice ks_feed_claim(ks_slice line) {
    if (starts_with(line, open_quote)) {
        drop(&line, sizeof open_quote - 1);
        if (ends_with(line, close_quote)) line.size -= sizeof close_quote - 1;
    } else {
        drop(&line, 1);
        if (ends_with(line, "\"")) line.size--;
    }
    return ks_slice_trim(line);
}

bool ks_feed_list_next(ks_slice *rest, ks_slice *tag) {
    ks_slice left = *rest;
    if (rest->size == 0) return false;
    while (left.size && !starts_with(left, ", ") && !starts_with(left, middle_dot)) drop(&left, 1);
    *tag = (ks_slice){rest->text, rest->size - left.size};
    if (left.size) drop(&left, starts_with(left, middle_dot) ? sizeof middle_dot - 1 : 2);
    *rest = left;
    return true;
}
