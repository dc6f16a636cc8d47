/* A recursive-descent checker of JSON text; see json_check.h. */
#include "corpus/json_check.h"

#include <string.h>

struct cursor {
    const char *text;
    size_t at, size;
    unsigned depth;
    ks_json_shape shape;
    const char *problem;
};

static bool check_value(struct cursor *c);

static bool fail(struct cursor *c, const char *problem) {
    c->problem = c->at == c->size ? "it ends too early" : problem;
    return false;
}

static bool unexpected(struct cursor *c) {
    return fail(c, "unexpected text");
}

bool ks_json_is_blank(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void skip_blank(struct cursor *c) {
    while (c->at < c->size && ks_json_is_blank(c->text[c->at])) c->at++;
}

/* Steps over `wanted` if it comes next. */
static bool accept(struct cursor *c, char wanted) {
    if (c->at == c->size || c->text[c->at] != wanted) return false;
    c->at++;
    return true;
}

static uint64_t spread(unsigned char byte) {
    return UINT64_C(0x0101010101010101) * byte;
}

/* Steps over the bytes of a string that stand for themselves, eight at a time where possible. Whether a
 * machine word has a byte below n is tested as in Warren, Hacker's Delight, 6-1. The test is exact about
 * whether there is any, though not about which. */
static void skip_plain(struct cursor *c) {
    const uint64_t ones = spread(0x01), highs = spread(0x80);
    for (uint64_t word; c->size - c->at >= sizeof word; c->at += sizeof word) {
        uint64_t quote, backslash, special;
        memcpy(&word, c->text + c->at, sizeof word);
        quote = word ^ spread('"');
        backslash = word ^ spread('\\');
        special =
            ((word - spread(0x20)) & ~word) | ((quote - ones) & ~quote) | ((backslash - ones) & ~backslash);
        if (special & highs) break;
        if (word & highs) c->shape.odd_bytes = true;
    }
    for (; c->at < c->size; c->at++) {
        unsigned char byte = (unsigned char)c->text[c->at];
        if (byte < 0x20 || byte == '"' || byte == '\\') return;
        if (byte >= 0x80) c->shape.odd_bytes = true;
    }
}

static int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool check_escape(struct cursor *c) {
    unsigned unit = 0;
    c->at++;
    if (c->at == c->size) return unexpected(c);
    if (c->text[c->at] != 'u') {
        if (!c->text[c->at] || !strchr("\"\\/bfnrt", c->text[c->at]))
            return fail(c, "a bad escape in a string");
        c->at++;
        return true;
    }
    c->at++;
    for (int i = 0; i < 4; i++, c->at++) {
        int digit = c->at < c->size ? hex_value(c->text[c->at]) : -1;
        if (digit < 0) return fail(c, "a bad escape in a string");
        unit = unit << 4 | (unsigned)digit;
    }
    if (unit == 0 || (unit & 0xF800) == 0xD800) c->shape.odd_escapes = true;
    return true;
}

static bool check_string(struct cursor *c) {
    if (!accept(c, '"')) return unexpected(c);
    for (;;) {
        skip_plain(c);
        if (accept(c, '"')) return true;
        if (c->at == c->size) return unexpected(c);
        if (c->text[c->at] == '\\') {
            if (!check_escape(c)) return false;
        } else if (accept(c, '\0')) {
            c->shape.odd_bytes = true;
        } else {
            return fail(c, "an unescaped control character in a string");
        }
    }
}

static bool skip_digits(struct cursor *c) {
    size_t start = c->at;
    while (c->at < c->size && c->text[c->at] >= '0' && c->text[c->at] <= '9') c->at++;
    return c->at > start;
}

static bool check_number(struct cursor *c) {
    size_t start = c->at;
    accept(c, '-');
    if (!accept(c, '0') && !skip_digits(c)) return unexpected(c);
    if (accept(c, '.') && !skip_digits(c)) return unexpected(c);
    if (accept(c, 'e') || accept(c, 'E')) {
        if (!accept(c, '+')) accept(c, '-');
        if (!skip_digits(c)) return unexpected(c);
    }
    if (c->at - start <= KS_JSON_NUMBER) return true;
    c->at = start;
    return fail(c, "a number that is too long");
}

static bool check_literal(struct cursor *c, const char *word) {
    for (; *word; word++)
        if (!accept(c, *word)) return unexpected(c);
    return true;
}

static bool check_array(struct cursor *c) {
    c->at++;
    skip_blank(c);
    if (accept(c, ']')) return true;
    for (;;) {
        if (!check_value(c)) return false;
        skip_blank(c);
        if (accept(c, ']')) return true;
        if (!accept(c, ',')) return unexpected(c);
        skip_blank(c);
    }
}

static bool check_object(struct cursor *c) {
    c->at++;
    skip_blank(c);
    if (accept(c, '}')) return true;
    for (;;) {
        if (!check_string(c)) return false;
        skip_blank(c);
        if (!accept(c, ':')) return unexpected(c);
        skip_blank(c);
        if (!check_value(c)) return false;
        skip_blank(c);
        if (accept(c, '}')) return true;
        if (!accept(c, ',')) return unexpected(c);
        skip_blank(c);
    }
}

static bool check_nested(struct cursor *c, bool (*check)(struct cursor *)) {
    bool good;
    if (c->depth == KS_JSON_DEPTH) return fail(c, "nested too deeply");
    c->depth++;
    good = check(c);
    c->depth--;
    return good;
}

static bool check_value(struct cursor *c) {
    if (c->at == c->size) return unexpected(c);
    switch (c->text[c->at]) {
    case '{': return check_nested(c, check_object);
    case '[': return check_nested(c, check_array);
    case '"': return check_string(c);
    case 't': return check_literal(c, "true");
    case 'f': return check_literal(c, "false");
    case 'n': return check_literal(c, "null");
    default: return check_number(c);
    }
}

ks_status ks_json_check(const char *text, size_t size, ks_json_shape *out, ks_error *err) {
    struct cursor c = {.text = text, .size = size};
    bool good;
    skip_blank(&c);
    c.shape.start = c.at;
    good = check_value(&c);
    c.shape.end = c.at;
    if (good) {
        skip_blank(&c);
        good = c.at == c.size || unexpected(&c);
    }
    if (!good) {
        ks_error_set(err, KS_ERR_FORMAT, "not valid JSON: %s", c.problem);
        return ks_error_at(err, KS_ERR_FORMAT, (int64_t)c.at);
    }
    *out = c.shape;
    return KS_OK;
}
