/* Parsing a query from beginning to end, and its warnings. May use base. */
#include "searcher/query_lex.h"

#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* At most this many warnings are given; if there are more, one more says so. */
enum { WARNINGS = 20 };

static char *format_text(ks_arena *arena, const char *format, va_list args) {
    va_list again;
    char *text = NULL;
    int size;
    va_copy(again, args);
    size = vsnprintf(NULL, 0, format, args);
    if (size >= 0) text = ks_arena_alloc(arena, (size_t)size + 1);
    if (text) vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    return text;
}

/* Inserts a warning at index `at`; one that is pushed beyond the last index is dropped. */
static ks_status add_warning(ks_query *query, size_t at, const char *text, ks_error *err) {
    ks_status status = ks_array_reserve(&query->warnings, &query->warning_capacity, query->warning_count + 1,
                                        sizeof *query->warnings, err);
    if (status) return status;
    memmove(query->warnings + at + 1, query->warnings + at,
            (query->warning_count - at) * sizeof *query->warnings);
    query->warnings[at] = text;
    if (query->warning_count < WARNINGS) {
        query->warning_count++;
    } else {
        query->warnings[WARNINGS] = "there are more warnings";
        query->warning_count = WARNINGS + 1;
    }
    return KS_OK;
}

static ks_status warn_at(ks_query *query, size_t at, ks_error *err, const char *format, va_list args) {
    const char *text = format_text(&query->arena, format, args);
    return text ? add_warning(query, at, text, err) : ks_error_nomem(err);
}

ks_status ks_query_vwarn(ks_query *query, ks_error *err, const char *format, va_list args) {
    if (query->warning_count > WARNINGS) return KS_OK;
    return warn_at(query, query->warning_count, err, format, args);
}

ks_status ks_query_warn(ks_query *query, ks_error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    ks_status status = ks_query_vwarn(query, err, format, args);
    va_end(args);
    return status;
}

ks_status ks_query_warn_first(ks_query *query, ks_error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    ks_status status = warn_at(query, 0, err, format, args);
    va_end(args);
    return status;
}

/* Sets query->raw to the repaired text, with blanks for NULs, so that it can be read as a C string. */
static ks_status repair(ks_query *query, const char *text, size_t size, ks_error *err) {
    ks_buffer repaired = {0};
    size_t sequences = ks_utf8_repair(&repaired, text, size);
    char *raw = NULL;
    ks_status status = ks_buffer_check(&repaired, err);
    if (status) goto done;
    raw = ks_arena_copy(&query->arena, repaired.data, repaired.size);
    if (!raw) {
        status = ks_error_nomem(err);
        goto done;
    }
    for (char *nul = raw; (nul = memchr(nul, '\0', (size_t)(raw + repaired.size - nul))) != NULL;) *nul = ' ';
    query->raw = raw;
    query->raw_size = repaired.size;
    if (sequences) {
        size_t bad = size + sequences * strlen("\xEF\xBF\xBD") - repaired.size;
        status = ks_query_warn(query, err,
                               bad == 1 ? "%zu byte that is not UTF-8 was replaced"
                                        : "%zu bytes that are not UTF-8 were replaced",
                               bad);
    }
done:
    ks_buffer_free(&repaired);
    return status;
}

static bool is_blank(const ks_query *query) {
    size_t length = 0;
    for (size_t at = 0; at < query->raw_size; at += length)
        if (ks_query_char_at(query->raw, query->raw_size, at, &length) != KS_CHAR_BLANK) return false;
    return true;
}

ks_status ks_query_parse(ks_query *query, const char *text, size_t size, ks_error *err) {
    ks_lexer lex = {0};
    *query = (ks_query){0};
    ks_status status = repair(query, text, size, err);
    if (status) return status;
    ks_lex_run(&lex, query, err);
    ks_lex_tidy(&lex);
    ks_query_build(&lex);
    if (!lex.status && !query->root->child)
        ks_lex_warn(&lex, is_blank(query) ? "the query is empty" : "the query holds no words");
    ks_lex_free(&lex);
    return lex.status;
}

void ks_query_free(ks_query *query) {
    ks_arena_free(&query->arena);
    free(query->warnings);
    *query = (ks_query){0};
}
