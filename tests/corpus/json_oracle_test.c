/* The strict JSON check against a second reading of RFC 8259, on random texts and their mutants; and what
 * else reads checked text, on those that pass. */
#include "corpus/json_check.h"

#include "support.h"

#include "base/utf8.h"
#include "corpus/json_repair.h"
#include "corpus/json_span.h"
#include "corpus/json_value.h"
#include "tests/support/random.h"

#include <cjson/cJSON.h>

/* ---- The grammar, as the RFC writes it ---- */

typedef struct naive {
    const char *at, *end;
    unsigned depth;
} naive;

static bool naive_value(naive *it);

static void naive_blank(naive *it) {
    while (it->at < it->end && (*it->at == ' ' || *it->at == '\t' || *it->at == '\n' || *it->at == '\r'))
        it->at++;
}

static bool naive_take(naive *it, char c) {
    if (it->at == it->end || *it->at != c) return false;
    it->at++;
    return true;
}

static bool naive_word(naive *it, const char *word) {
    for (; *word; word++)
        if (!naive_take(it, *word)) return false;
    return true;
}

static bool naive_is(const naive *it, const char *set) {
    return it->at < it->end && *it->at && strchr(set, *it->at);
}

static bool naive_digits(naive *it) {
    const char *from = it->at;
    while (naive_is(it, "0123456789")) it->at++;
    return it->at > from;
}

/* [ minus ] int [ frac ] [ exp ] */
static bool naive_number(naive *it) {
    const char *from = it->at;
    naive_take(it, '-');
    if (naive_is(it, "123456789"))
        naive_digits(it);
    else if (!naive_take(it, '0'))
        return false;
    if (naive_take(it, '.') && !naive_digits(it)) return false;
    if (naive_is(it, "eE")) {
        it->at++;
        if (naive_is(it, "+-")) it->at++;
        if (!naive_digits(it)) return false;
    }
    return it->at - from <= KS_JSON_NUMBER;
}

static bool naive_string(naive *it) {
    if (!naive_take(it, '"')) return false;
    while (it->at < it->end && *it->at != '"') {
        unsigned char c = (unsigned char)*it->at++;
        if (c && c < 0x20) return false; /* NUL passes: repairing comes later */
        if (c != '\\') continue;
        if (naive_take(it, 'u')) {
            for (int i = 0; i < 4; i++, it->at++)
                if (!naive_is(it, "0123456789abcdefABCDEF")) return false;
        } else if (naive_is(it, "\"\\/bfnrt")) {
            it->at++;
        } else {
            return false;
        }
    }
    return naive_take(it, '"');
}

static bool naive_members(naive *it, char close, bool named) {
    if (++it->depth > KS_JSON_DEPTH) return false;
    it->at++;
    naive_blank(it);
    if (!naive_take(it, close)) {
        do {
            naive_blank(it);
            if (named) {
                if (!naive_string(it)) return false;
                naive_blank(it);
                if (!naive_take(it, ':')) return false;
            }
            if (!naive_value(it)) return false;
        } while (naive_take(it, ','));
        if (!naive_take(it, close)) return false;
    }
    it->depth--;
    return true;
}

/* ws value ws */
static bool naive_value(naive *it) {
    bool good;
    naive_blank(it);
    if (it->at == it->end) return false;
    switch (*it->at) {
    case '{': good = naive_members(it, '}', true); break;
    case '[': good = naive_members(it, ']', false); break;
    case '"': good = naive_string(it); break;
    case 't': good = naive_word(it, "true"); break;
    case 'f': good = naive_word(it, "false"); break;
    case 'n': good = naive_word(it, "null"); break;
    default: good = naive_number(it); break;
    }
    if (good) naive_blank(it);
    return good;
}

static bool naive_check(const char *text, size_t size) {
    naive it = {text, text + size, 0};
    return naive_value(&it) && it.at == it.end;
}

/* ---- Random texts ---- */

static void make_value(ks_buffer *out, uint64_t *random, unsigned depth) {
    static const char *const scalars[] = {"null",
                                          "true",
                                          "false",
                                          "0",
                                          "-0",
                                          "10",
                                          "1.5",
                                          "-2e3",
                                          "0e+1",
                                          "1E-2",
                                          "\"\"",
                                          "\"a b\"",
                                          "\"\\n\"",
                                          "\"\\u00e9\"",
                                          "\"\xC3\xA9\"",
                                          "\"}]\"",
                                          "\"\\\\\"",
                                          "\"\\\"\"",
                                          "\"\\ud83d\\ude00\""};
    static const char *const blanks[] = {"", "", "", " ", "\n", "\t\r"};
    size_t kind = depth > 4 ? 9 : ks_test_below(random, 10), count = ks_test_below(random, 4);
    ks_buffer_str(out, blanks[ks_test_below(random, 6)]);
    if (kind > 3) {
        ks_buffer_str(out, scalars[ks_test_below(random, sizeof scalars / sizeof *scalars)]);
    } else {
        bool object = kind < 2;
        ks_buffer_char(out, object ? '{' : '[');
        for (size_t i = 0; i < count; i++) {
            if (i) ks_buffer_char(out, ',');
            if (object)
                ks_buffer_format(out, "%s\"m%zu\"%s:", blanks[ks_test_below(random, 6)], i, i ? " " : "");
            make_value(out, random, depth + 1);
        }
        ks_buffer_char(out, object ? '}' : ']');
    }
    ks_buffer_str(out, blanks[ks_test_below(random, 6)]);
}

static void change(ks_buffer *text, uint64_t *random) {
    static const char bytes[] = "{}[],:\"\\u0123456789abefnrtE+-. \n\t/x\x01\x7F\x80\xFF";
    for (size_t n = ks_test_below(random, 3); n && text->size; n--) {
        size_t at = ks_test_below(random, text->size);
        switch (ks_test_below(random, 4)) {
        case 0: text->data[at] = bytes[ks_test_below(random, sizeof bytes)]; break; /* NUL among them */
        case 1:
            memmove(text->data + at, text->data + at + 1, text->size - at - 1);
            ks_buffer_truncate(text, text->size - 1);
            break;
        case 2: ks_buffer_truncate(text, at); break;
        case 3: {
            char c = bytes[ks_test_below(random, sizeof bytes)];
            ks_buffer_char(text, c);
            memmove(text->data + at + 1, text->data + at, text->size - at - 1);
            text->data[at] = c;
            break;
        }
        }
    }
}

/* The place of a fault is the first one: what stands before it is right as far as it goes. */
static void check_place(const char *text, size_t size, const ks_error *error) {
    ks_error before = {0};
    ks_json_shape shape;
    assert_true(error->position >= 0 && (size_t)error->position <= size);
    if (ks_json_check(text, (size_t)error->position, &shape, &before) &&
        strcmp(before.message, "not valid JSON: it ends too early") != 0)
        fail_msg("[%.*s]: %s at %d, but %s at %d", (int)size, text, error->message, (int)error->position,
                 before.message, (int)before.position);
}

/* ---- What reads checked text ---- */

static void check_span(const char *text, const ks_json_shape *shape) {
    ks_json_span span = {0};
    size_t at = 0, size = shape->end - shape->start;
    ks_json_span_state state = ks_json_span_walk(&span, text + shape->start, size, &at);
    bool is_word = !strchr("{[\"", text[shape->start]);
    assert_int_equal(state, is_word ? KS_SPAN_OPEN : KS_SPAN_CLOSED); /* a number may go on */
    assert_int_equal(at, size);
}

static void check_same(ks_json_value value, const cJSON *tree) {
    ks_arena arena = {0};
    ks_json_walk walk;
    ks_json_value name, inner;
    const cJSON *child = tree->child;
    switch (ks_json_type_of(value)) {
    case KS_JSON_NULL: assert_true(cJSON_IsNull(tree)); return;
    case KS_JSON_BOOLEAN: assert_true(cJSON_IsBool(tree)); return;
    case KS_JSON_NUM: assert_true(cJSON_IsNumber(tree)); return;
    case KS_JSON_STRING:
        assert_true(cJSON_IsString(tree));
        assert_string_equal(ks_json_decode(&arena, value), tree->valuestring);
        break;
    case KS_JSON_ARRAY:
        assert_true(cJSON_IsArray(tree));
        for (walk = ks_json_walk_start(value); ks_json_next_item(&walk, &inner); child = child->next) {
            assert_non_null(child);
            check_same(inner, child);
        }
        assert_null(child);
        break;
    case KS_JSON_OBJECT:
        assert_true(cJSON_IsObject(tree));
        for (walk = ks_json_walk_start(value); ks_json_next_member(&walk, &name, &inner);
             child = child->next) {
            assert_non_null(child);
            assert_string_equal(ks_json_decode(&arena, name), child->string);
            check_same(inner, child);
        }
        assert_null(child);
        break;
    }
    ks_arena_free(&arena);
}

/* Members by number are those that a walk meets. */
static void check_members(const char *text, size_t size) {
    ks_json_walk walk = ks_json_walk_start((ks_json_value){text, size});
    ks_json_value name, value;
    for (size_t n = 0; ks_json_next_member(&walk, &name, &value); n++) {
        size_t start = 0, end = 0;
        ks_json_member(text, size, n, &start, &end);
        assert_ptr_equal(text + start, value.text);
        assert_int_equal(end - start, value.size);
    }
}

static void check_passed(const char *text, size_t size, const ks_json_shape *shape) {
    ks_buffer clean = {0};
    ks_json_value value;
    ks_json_shape again;
    cJSON *tree;
    check_span(text, shape);
    ks_json_repair(&clean, text + shape->start, shape->end - shape->start);
    ks_buffer_str(&clean, "");
    assert_false(clean.failed);
    assert_int_equal(ks_json_check(clean.data, clean.size, &again, NULL), KS_OK);
    assert_int_equal(again.end, clean.size);
    assert_int_equal(ks_utf8_valid(clean.data, clean.size), clean.size);
    if (!shape->odd_bytes && !shape->odd_escapes) {
        assert_int_equal(clean.size, shape->end - shape->start);
        assert_memory_equal(clean.data, text + shape->start, clean.size);
    }
    value = (ks_json_value){clean.data, clean.size};
    tree = cJSON_ParseWithLengthOpts(clean.data, clean.size + 1, NULL, true);
    if (!tree) fail_msg("cJSON does not take %.*s", (int)size, text);
    check_same(value, tree);
    if (clean.data[0] == '{') check_members(clean.data, clean.size);
    cJSON_Delete(tree);
    ks_buffer_free(&clean);
}

static void random_texts_and_mutants(void **state) {
    uint64_t random = ks_test_seed(931);
    size_t passed = 0, refused = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        ks_buffer text = {0};
        ks_json_shape shape;
        ks_error error = {0};
        ks_status status;
        char *copy;
        make_value(&text, &random, 0);
        if (round % 4) change(&text, &random);
        assert_false(text.failed);
        copy = malloc(text.size ? text.size : 1); /* without the NUL: a read behind the end shows */
        assert_non_null(copy);
        memcpy(copy, text.data, text.size);
        status = ks_json_check(copy, text.size, &shape, &error);
        if ((status == KS_OK) != naive_check(copy, text.size))
            fail_msg("[%.*s]: %s", (int)text.size, copy, status ? error.message : "passed");
        if (status)
            check_place(copy, text.size, &error);
        else
            check_passed(copy, text.size, &shape);
        passed += !status;
        refused += status != KS_OK;
        free(copy);
        ks_buffer_free(&text);
    }
    assert_true(passed > 5000 && refused > 5000);
}

/* Every text of up to five bytes of those that matter: nothing between the cases is left to chance. */
static void every_short_text(void **state) {
    static const char letters[] = {'{', '}', '[', ']', '"', '0', '1', '-', '.', 'e', ',', ':', ' ', '\\'};
    enum { LETTERS = sizeof letters };
    char text[5];
    (void)state;
    for (size_t size = 0; size <= sizeof text; size++) {
        size_t count = 1;
        for (size_t i = 0; i < size; i++) count *= LETTERS;
        for (size_t number = 0; number < count; number++) {
            size_t rest = number;
            ks_json_shape shape;
            for (size_t i = 0; i < size; i++, rest /= LETTERS) text[i] = letters[rest % LETTERS];
            if ((ks_json_check(text, size, &shape, NULL) == KS_OK) != naive_check(text, size))
                fail_msg("[%.*s]", (int)size, text);
        }
    }
}

/* Numbers by their length: at the limit they pass, above it they do not, whatever they are made of. */
static void numbers_at_the_limit(void **state) {
    static const struct {
        const char *head;
        char fill;
    } forms[] = {{"1", '0'}, {"-9", '9'}, {"0.", '0'}, {"1e", '0'}, {"-0.0", '7'}, {"1E+", '1'}};
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        for (size_t size = KS_JSON_NUMBER - 2; size <= KS_JSON_NUMBER + 2; size++) {
            char text[KS_JSON_NUMBER + 8];
            ks_json_shape shape;
            ks_error error = {0};
            memset(text, forms[i].fill, sizeof text);
            memcpy(text, forms[i].head, strlen(forms[i].head));
            assert_int_equal(naive_check(text, size), size <= KS_JSON_NUMBER);
            if ((ks_json_check(text, size, &shape, &error) == KS_OK) != (size <= KS_JSON_NUMBER))
                fail_msg("%.*s of %zu bytes", (int)size, text, size);
        }
}

static void blanks(void **state) {
    (void)state;
    for (int c = 0; c < 256; c++)
        assert_int_equal(ks_json_is_blank((char)c), c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_and_mutants),
        cmocka_unit_test(every_short_text),
        cmocka_unit_test(numbers_at_the_limit),
        cmocka_unit_test(blanks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
