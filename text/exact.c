/* Exact values: whole tags, names and the like, normalised but neither split nor stemmed; see normalise.h. */
#include "text/fold.h"
#include "text/normalise.h"

#include <utf8proc.h>

/* MOST_POINTS code points are sure to fill LIMIT bytes; see normalise.c. */
enum { LIMIT = 3 * KS_TOKEN_LIMIT, MOST_POINTS = 4 * LIMIT };

typedef struct value {
    int32_t points[MOST_POINTS + 2 * KS_FOLD_MOST];
    size_t count;
    bool gap; /* a "-" is due before the next character */
} value;

/* White space, control characters, hyphens and the underscore. */
static bool is_gap(int32_t point) {
    if (point == '-' || point == '_' || point == 0x2010 || point == 0x2011) return true;
    switch (utf8proc_category(point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC: return true;
    default: return false;
    }
}

static void add(value *to, int32_t point) {
    if (is_gap(point)) {
        to->gap = to->count > 0;
        return;
    }
    if (to->gap) to->points[to->count++] = '-';
    to->gap = false;
    to->points[to->count++] = point;
}

/* The same for ASCII, without tables; false for other text. */
static bool add_ascii(ks_buffer *out, const char *text, size_t size) {
    char bytes[LIMIT];
    size_t length = 0;
    bool gap = false;
    for (size_t i = 0; i < size && length < LIMIT; i++) {
        char c = text[i];
        if ((unsigned char)c >= 0x80) return false;
        if (c <= ' ' || c == 0x7F || c == '-' || c == '_') {
            gap = length > 0;
            continue;
        }
        if (gap) bytes[length++] = '-';
        gap = false;
        if (length < LIMIT) bytes[length++] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    if (length && bytes[length - 1] == '-') length--;
    ks_buffer_add(out, bytes, length);
    return true;
}

void ks_normalise_exact(ks_buffer *out, const char *text, size_t size) {
    char bytes[LIMIT];
    value all;
    size_t length;
    if (add_ascii(out, text, size)) return;
    all.count = 0;
    all.gap = false;
    for (size_t at = 0; at < size && all.count < MOST_POINTS;) {
        int32_t folded[KS_FOLD_MOST];
        uint32_t point;
        int step = ks_utf8_decode(text + at, size - at, &point);
        size_t count = ks_fold_point(step < 0 ? ' ' : point, folded);
        at += (size_t)(step < 0 ? -step : step);
        for (size_t i = 0; i < count; i++) add(&all, folded[i]);
    }
    length = ks_fold_compose(all.points, all.count, bytes, LIMIT);
    if (length && bytes[length - 1] == '-') length--; /* the cut fell behind a gap */
    ks_buffer_add(out, bytes, length);
}
