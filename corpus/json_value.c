/* Stepping over values and decoding strings; see json_value.h. */
#include "corpus/json_value.h"

#include "base/utf8.h"
#include "corpus/json_check.h"

#include <string.h>

ks_json_type ks_json_type_of(ks_json_value value) {
    switch (value.text[0]) {
    case '{': return KS_JSON_OBJECT;
    case '[': return KS_JSON_ARRAY;
    case '"': return KS_JSON_STRING;
    case 't':
    case 'f': return KS_JSON_BOOLEAN;
    case 'n': return KS_JSON_NULL;
    default: return KS_JSON_NUM;
    }
}

/* The end of the string at `at`: the first quotation mark behind an even number of backslashes. */
static const char *string_end(const char *at, const char *end) {
    const char *quote = at;
    for (;;) {
        const char *before;
        quote = memchr(quote + 1, '"', (size_t)(end - quote - 1));
        if (!quote) return end;
        for (before = quote; before[-1] == '\\';) before--;
        if ((quote - before) % 2 == 0) return quote + 1;
    }
}

static bool ends_word(char c) {
    return ks_json_is_blank(c) || c == ',' || c == ']' || c == '}';
}

/* The end of an array or object, found by counting the brackets outside of strings. */
static const char *bracket_end(const char *at, const char *end) {
    size_t depth = 0;
    while (at < end) {
        if (*at == '"') {
            at = string_end(at, end);
            continue;
        }
        if (*at == '{' || *at == '[') depth++;
        if ((*at == '}' || *at == ']') && --depth == 0) return at + 1;
        at++;
    }
    return end;
}

/* Steps over the value at walk->at. */
static ks_json_value take(ks_json_walk *walk) {
    const char *start = walk->at, *end = start;
    if (*start == '"') {
        end = string_end(start, walk->end);
    } else if (*start == '{' || *start == '[') {
        end = bracket_end(start, walk->end);
    } else {
        while (end < walk->end && !ends_word(*end)) end++;
    }
    walk->at = end;
    return (ks_json_value){start, (size_t)(end - start)};
}

ks_json_walk ks_json_walk_start(ks_json_value value) {
    return (ks_json_walk){value.text + 1, value.text + value.size - 1};
}

/* Steps over white space and the punctuation between values; false at the end. */
static bool find_next(ks_json_walk *walk) {
    while (walk->at < walk->end && (*walk->at == ',' || *walk->at == ':' || ks_json_is_blank(*walk->at)))
        walk->at++;
    return walk->at < walk->end;
}

bool ks_json_next_item(ks_json_walk *walk, ks_json_value *value) {
    if (!find_next(walk)) return false;
    *value = take(walk);
    return true;
}

bool ks_json_next_member(ks_json_walk *walk, ks_json_value *name, ks_json_value *value) {
    return ks_json_next_item(walk, name) && ks_json_next_item(walk, value);
}

static uint32_t hex4(const char *digits) {
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        char c = digits[i];
        unit = unit << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return unit;
}

/* Decodes the escape \uXXXX at *at, or a surrogate pair of two. */
static size_t decode_unit(const char **at, char out[4]) {
    uint32_t point = hex4(*at + 2);
    *at += 6;
    if (point >= 0xD800 && point < 0xDC00) { /* in repaired text the other half follows */
        point = 0x10000 + ((point - 0xD800) << 10) + (hex4(*at + 2) - 0xDC00);
        *at += 6;
    }
    return ks_utf8_encode(point, out);
}

/* Decodes the escape at *at; the result is never longer. */
static size_t decode_escape(const char **at, char out[4]) {
    char c = (*at)[1];
    if (c == 'u') return decode_unit(at, out);
    switch (c) {
    case 'b': c = '\b'; break;
    case 'f': c = '\f'; break;
    case 'n': c = '\n'; break;
    case 'r': c = '\r'; break;
    case 't': c = '\t'; break;
    default: break; /* " \ / stand for themselves */
    }
    out[0] = c;
    *at += 2;
    return 1;
}

const char *ks_json_decode(ks_arena *arena, ks_json_value string) {
    const char *at = string.text + 1, *end = string.text + string.size - 1;
    char *start, *out;
    if (!memchr(at, '\\', (size_t)(end - at))) return ks_arena_copy(arena, at, (size_t)(end - at));
    start = out = ks_arena_alloc(arena, string.size);
    if (!start) return NULL;
    while (at < end) {
        const char *escape = memchr(at, '\\', (size_t)(end - at));
        size_t plain = (size_t)((escape ? escape : end) - at);
        memcpy(out, at, plain);
        out += plain;
        at += plain;
        if (escape) out += decode_escape(&at, out);
    }
    *out = '\0';
    return start;
}
