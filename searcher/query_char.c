/* The classes of characters in a query. May use base and utf8proc. */
#include "searcher/query_lex.h"

#include "base/utf8.h"

#include <string.h>
#include <utf8proc.h>

enum { ZERO_WIDTH_SPACE = 0x200B };

static ks_query_char class_of_ascii(unsigned char c) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return KS_CHAR_LETTER;
    if (c <= ' ' || c == 0x7F) return KS_CHAR_BLANK;
    switch (c) {
    case '"': return KS_CHAR_QUOTE;
    case '(': return KS_CHAR_OPEN;
    case ')': return KS_CHAR_CLOSE;
    case '*': return KS_CHAR_STAR;
    default: return KS_CHAR_OTHER;
    }
}

static ks_query_char class_of_category(uint32_t point) {
    switch (utf8proc_category((utf8proc_int32_t)point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return KS_CHAR_LETTER;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF: return KS_CHAR_MARK;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC: return KS_CHAR_BLANK;
    default: return KS_CHAR_OTHER;
    }
}

/* Each of the quotes “ ” „ ‟ counts as ", whether it opens or closes. */
static ks_query_char class_of_point(uint32_t point) {
    if (point >= 0x201C && point <= 0x201F) return KS_CHAR_QUOTE;
    return point == ZERO_WIDTH_SPACE ? KS_CHAR_BLANK : class_of_category(point);
}

ks_query_char ks_query_char_at(const char *text, size_t size, size_t at, size_t *length) {
    uint32_t point;
    int step;
    *length = at < size;
    if (at >= size) return KS_CHAR_END;
    if ((unsigned char)text[at] < 0x80) return class_of_ascii((unsigned char)text[at]);
    step = ks_utf8_decode(text + at, size - at, &point);
    *length = (size_t)(step < 0 ? -step : step);
    return class_of_point(point);
}

bool ks_query_has_letters(const char *text) {
    size_t size = strlen(text), length;
    for (size_t at = 0; at < size; at += length)
        if (ks_query_char_at(text, size, at, &length) == KS_CHAR_LETTER) return true;
    return false;
}
