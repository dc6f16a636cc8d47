/* Calendar dates in filters: YYYY, YYYY-MM, YYYY-MM-DD and ranges of them. May use base and corpus/date.h. */
#include "searcher/query_lex.h"

#include "corpus/date.h"

#include <string.h>

enum { OPEN_FIRST = 0, OPEN_LAST = 99991231 };

static uint32_t days_in(uint32_t year, uint32_t month) {
    return (uint32_t)ks_date_days_in((int)year, (int)month);
}

static uint32_t join(uint32_t year, uint32_t month, uint32_t day) {
    return (year * 100 + month) * 100 + day;
}

/* The number that exactly `count` digits spell; 0, which no part of a date can be, if they are no digits. */
static uint32_t read_digits(const char *text, size_t count) {
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) {
        if (text[i] < '0' || text[i] > '9') return 0;
        value = value * 10 + (uint32_t)(text[i] - '0');
    }
    return value;
}

/* Reads a date, text[0..size), as the first and the last day that it stands for; false if it is none. */
static bool read_date(const char *text, size_t size, uint32_t *first, uint32_t *last) {
    if (size != 4 && size != 7 && size != 10) return false;
    if ((size >= 7 && text[4] != '-') || (size == 10 && text[7] != '-')) return false;
    uint32_t year = read_digits(text, 4), month = size >= 7 ? read_digits(text + 5, 2) : 1;
    uint32_t last_month = size >= 7 ? month : 12;
    if (year < 1 || month < 1 || month > 12) return false;
    uint32_t day = size == 10 ? read_digits(text + 8, 2) : 1;
    uint32_t last_day = size == 10 ? day : days_in(year, last_month);
    if (day < 1 || day > days_in(year, month)) return false;
    *first = join(year, month, day);
    *last = join(year, last_month, last_day);
    return true;
}

static bool read_range(const char *text, const char *dots, uint32_t *first, uint32_t *last) {
    size_t before = (size_t)(dots - text), after = strlen(dots + 2);
    uint32_t unused;
    *first = OPEN_FIRST;
    *last = OPEN_LAST;
    if (before && !read_date(text, before, first, &unused)) return false;
    if (after && !read_date(dots + 2, after, &unused, last)) return false;
    return before || after;
}

ks_dates_result ks_query_dates_read(ks_filter_kind kind, const char *text, uint32_t *first, uint32_t *last) {
    const char *dots = strstr(text, "..");
    bool is_date = dots && kind == KS_FILTER_DATE ? read_range(text, dots, first, last)
                                                  : read_date(text, strlen(text), first, last);
    if (!is_date) return KS_DATES_BAD;
    if (kind == KS_FILTER_AFTER) *last = OPEN_LAST;
    if (kind == KS_FILTER_BEFORE) *first = OPEN_FIRST;
    return *first > *last ? KS_DATES_REVERSED : KS_DATES_OK;
}

/* How many parts of a date are needed to write the end of a range that falls on `day`: 1 is the year alone,
 * which suffices for its first or last day, 2 is with the month, 3 with the day. */
static int parts_needed(uint32_t day, bool is_last) {
    uint32_t year = day / 10000, month = day / 100 % 100;
    bool is_edge = day % 100 == (is_last ? days_in(year, month) : 1);
    if (!is_edge) return 3;
    return month == (is_last ? 12 : 1) ? 1 : 2;
}

static void print_date(ks_buffer *out, uint32_t day, int parts) {
    ks_buffer_format(out, "%04u", (unsigned)(day / 10000));
    if (parts >= 2) ks_buffer_format(out, "-%02u", (unsigned)(day / 100 % 100));
    if (parts == 3) ks_buffer_format(out, "-%02u", (unsigned)(day % 100));
}

static bool is_same(uint32_t first, uint32_t last, int parts) {
    uint32_t unit = parts == 1 ? 10000 : parts == 2 ? 100 : 1;
    return first / unit == last / unit;
}

void ks_query_dates_print(ks_buffer *out, uint32_t first, uint32_t last) {
    int from = first == OPEN_FIRST ? 1 : parts_needed(first, false),
        to = last == OPEN_LAST ? 1 : parts_needed(last, true);
    int parts = from > to ? from : to;
    ks_buffer_str(out, "date:");
    if (first == OPEN_FIRST && last == OPEN_LAST) {
        ks_buffer_str(out, "..9999"); /* ".." alone is no range */
        return;
    }
    if (first != OPEN_FIRST) print_date(out, first, parts);
    if (is_same(first, last, parts)) return;
    ks_buffer_str(out, "..");
    if (last != OPEN_LAST) print_date(out, last, parts);
}
