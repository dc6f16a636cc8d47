/* Names before a colon: fields, filters, and words that only look like one. May use base. */
#include "searcher/query_lex.h"

#include <string.h>
#include <strings.h>

typedef struct field_name {
    const char *name;
    ks_field field; /* KS_FIELD_ANY: a filter */
    ks_filter_kind filter;
    ks_exact exact;
} field_name;

static const field_name fields[] = {
    {"title", KS_FIELD_TITLE, 0, 0},
    {"summary", KS_FIELD_SUMMARY, 0, 0},
    {"claim", KS_FIELD_CLAIMS, 0, 0},
    {"claims", KS_FIELD_CLAIMS, 0, 0},
    {"body", KS_FIELD_BODY, 0, 0},
    {"tag", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_TAG},
    {"tags", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_TAG},
    {"kind", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_KIND},
    {"author", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_AUTHOR},
    {"status", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_STATUS},
    {"is", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_STATUS},
    {"id", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_ID},
    {"lang", KS_FIELD_ANY, KS_FILTER_EXACT, KS_EXACT_LANG},
    {"has", KS_FIELD_ANY, KS_FILTER_HAS, KS_EXACT_HAS},
    {"date", KS_FIELD_ANY, KS_FILTER_DATE, 0},
    {"after", KS_FIELD_ANY, KS_FILTER_AFTER, 0},
    {"before", KS_FIELD_ANY, KS_FILTER_BEFORE, 0},
};

enum { SHOWN_NAME = 32 };

static const field_name *find(const char *name, size_t size) {
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strlen(fields[i].name) == size && strncasecmp(fields[i].name, name, size) == 0) return &fields[i];
    return NULL;
}

static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The offset of the colon behind a name that starts at `start`, or `start` if there is none. The colon of a
 * URL and the double colon of program code do not count. */
static size_t find_colon(const ks_lexer *lex, size_t start) {
    const char *raw = lex->query->raw;
    size_t at = start;
    while (is_letter(raw[at])) at++;
    if (raw[at] != ':' || raw[at + 1] == ':') return start;
    return strncmp(raw + at, "://", 3) == 0 ? start : at;
}

static bool ends_at(const ks_lexer *lex, size_t at) {
    size_t length;
    ks_query_char class = ks_lex_char(lex, at, &length);
    return class == KS_CHAR_END || class == KS_CHAR_BLANK || class == KS_CHAR_CLOSE;
}

/* Not for a single letter, as in C:/temp or f:X, nor for a colon at the end of a word. */
static void warn_unknown(ks_lexer *lex, size_t start, size_t colon) {
    int shown = colon - start > SHOWN_NAME ? SHOWN_NAME : (int)(colon - start);
    if (colon - start < 2 || ends_at(lex, colon + 1)) return;
    ks_lex_warn(lex, "%.*s: at byte %zu is no field; it is taken as words", shown, lex->query->raw + start,
                start);
}

bool ks_lex_field(ks_lexer *lex) {
    size_t start = lex->at, colon = find_colon(lex, start);
    const field_name *field;
    if (colon == start) return false;
    field = find(lex->query->raw + start, colon - start);
    if (!field) {
        warn_unknown(lex, start, colon);
        return false;
    }
    lex->at = colon + 1;
    if (field->field == KS_FIELD_ANY) {
        ks_lex_filter(lex, field->filter, field->exact, start, colon + 1);
        return true;
    }
    lex->field = field->field;
    lex->field_start = start;
    lex->field_end = colon + 1;
    lex->field_used = false;
    return true;
}
