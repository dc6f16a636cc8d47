/* Walking over JSON values; see json_span.h. */
#include "corpus/json_span.h"

#include <string.h>

static void walk_string(ks_json_span *span, const char *text, size_t size, size_t *at) {
    size_t i = *at;
    while (i < size && span->in_string) {
        if (span->escaped) {
            span->escaped = false;
            i++;
            continue;
        }
        while (i < size && text[i] != '"' && text[i] != '\\') i++;
        if (i == size) break;
        span->escaped = text[i] == '\\';
        span->in_string = span->escaped;
        i++;
    }
    *at = i;
}

/* A number or a literal (a "word" here) goes on up to white space or punctuation. */
static bool ends_word(char c) {
    return ks_json_is_blank(c) || (c && strchr("{}[],:\"", c));
}

static bool open_bracket(ks_json_span *span, bool is_object) {
    uint64_t bit = UINT64_C(1) << span->depth % 64;
    if (span->depth == KS_JSON_DEPTH) return false;
    if (is_object)
        span->is_object[span->depth / 64] |= bit;
    else
        span->is_object[span->depth / 64] &= ~bit;
    span->depth++;
    return true;
}

static bool close_bracket(ks_json_span *span, bool is_object) {
    unsigned inner = span->depth - 1;
    if (span->depth == 0 || (span->is_object[inner / 64] >> inner % 64 & 1) != is_object) return false;
    span->depth--;
    return true;
}

/* Takes the byte c, which is neither in a string nor in an outermost word. */
static ks_json_span_state step(ks_json_span *span, char c) {
    switch (c) {
    case '{':
    case '[': return open_bracket(span, c == '{') ? KS_SPAN_OPEN : KS_SPAN_DEEP;
    case '}':
    case ']':
        if (!close_bracket(span, c == '}')) return KS_SPAN_BROKEN;
        return span->depth ? KS_SPAN_OPEN : KS_SPAN_CLOSED;
    case '"': span->in_string = true; return KS_SPAN_OPEN;
    default:
        if (span->depth) return KS_SPAN_OPEN;
        if (ends_word(c)) return KS_SPAN_BROKEN;
        span->in_word = true;
        return KS_SPAN_OPEN;
    }
}

ks_json_span_state ks_json_span_walk(ks_json_span *span, const char *text, size_t size, size_t *at) {
    while (*at < size) {
        ks_json_span_state state;
        if (span->in_string) {
            walk_string(span, text, size, at);
            if (!span->in_string && span->depth == 0) return KS_SPAN_CLOSED;
            continue;
        }
        if (span->in_word && ends_word(text[*at])) return KS_SPAN_CLOSED;
        state = span->in_word ? KS_SPAN_OPEN : step(span, text[*at]);
        if (state == KS_SPAN_BROKEN || state == KS_SPAN_DEEP) return state;
        ++*at;
        if (state == KS_SPAN_CLOSED) return state;
    }
    return KS_SPAN_OPEN;
}

/* Steps over white space and the punctuation between members. */
static void skip_between(const char *text, size_t size, size_t *at) {
    while (*at < size && (ks_json_is_blank(text[*at]) || text[*at] == ',' || text[*at] == ':')) ++*at;
}

void ks_json_member(const char *text, size_t size, size_t n, size_t *start, size_t *end) {
    size_t at = 1, from = at;
    for (size_t value = 0; value < 2 * (n + 1); value++) { /* names and values take turns */
        ks_json_span span = {0};
        skip_between(text, size, &at);
        from = at;
        ks_json_span_walk(&span, text, size, &at);
    }
    *start = from;
    *end = at;
}
