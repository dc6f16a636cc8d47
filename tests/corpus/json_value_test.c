/* Reading checked JSON: types, walks and strings by hand, and random objects against cJSON. */
#include "corpus/json_value.h"

#include "support.h"

#include "corpus/json_check.h"
#include "corpus/json_repair.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <cjson/cJSON.h>

static ks_json_value value_of(const char *text) {
    return (ks_json_value){text, strlen(text)};
}

static void types(void **state) {
    static const struct {
        const char *text;
        ks_json_type type;
    } cases[] = {{"null", KS_JSON_NULL}, {"true", KS_JSON_BOOLEAN}, {"false", KS_JSON_BOOLEAN},
                 {"0", KS_JSON_NUM},     {"-1e5", KS_JSON_NUM},     {"\"\"", KS_JSON_STRING},
                 {"[1]", KS_JSON_ARRAY}, {"{}", KS_JSON_OBJECT}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(ks_json_type_of(value_of(cases[i].text)), cases[i].type);
}

static void expect_decoded(const char *text, const char *expected) {
    ks_arena arena = {0};
    assert_string_equal(ks_json_decode(&arena, value_of(text)), expected);
    ks_arena_free(&arena);
}

static void strings(void **state) {
    (void)state;
    expect_decoded("\"\"", "");
    expect_decoded("\"plain\"", "plain");
    expect_decoded("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    expect_decoded("\"a\\u0041\\u00e9\\u00E9\\u20ac b\"", "aAéé€ b");
    expect_decoded("\"\\ud83e\\udd16\"", "🤖");
    expect_decoded("\"\\uFFFD\\\\\"", "\xEF\xBF\xBD\\");
    expect_decoded("\"ends in \\\\\"", "ends in \\");
}

/* The pieces of an object or array, parted by |. */
static void expect_walk(const char *text, const char *expected) {
    ks_json_walk walk = ks_json_walk_start(value_of(text));
    ks_json_value name, value;
    ks_buffer out = {0};
    ks_buffer_str(&out, "");
    if (text[0] == '{')
        while (ks_json_next_member(&walk, &name, &value))
            ks_buffer_format(&out, "%.*s|%.*s|", (int)name.size, name.text, (int)value.size, value.text);
    else
        while (ks_json_next_item(&walk, &value)) ks_buffer_format(&out, "%.*s|", (int)value.size, value.text);
    assert_string_equal(out.data ? out.data : "", expected);
    ks_buffer_free(&out);
}

static void walks(void **state) {
    (void)state;
    expect_walk("{}", "");
    expect_walk("[ \n]", "");
    expect_walk("[1,true , null,\"a\"]", "1|true|null|\"a\"|");
    expect_walk("{\"a\":1}", "\"a\"|1|");
    expect_walk("{ \"a\" : -1.5e3 ,\t\"b\":\"}]\\\"\" }", "\"a\"|-1.5e3|\"b\"|\"}]\\\"\"|");
    expect_walk("{\"a\":{\"b\":[1,{\"c\":\"]}\"}]},\"d\":[]}", "\"a\"|{\"b\":[1,{\"c\":\"]}\"}]}|\"d\"|[]|");
    expect_walk("[\"a\\\\\",\"\\\\\\\"\",[[]],{}]", "\"a\\\\\"|\"\\\\\\\"\"|[[]]|{}|");
}

/* ---- Against cJSON ---- */

static void random_value(ks_buffer *out, uint64_t *random, unsigned depth);

static void random_blank(ks_buffer *out, uint64_t *random) {
    static const char *const blanks[] = {"", "", "", " ", "\n\t", "\r "};
    ks_buffer_str(out, blanks[ks_test_below(random, sizeof blanks / sizeof *blanks)]);
}

static void random_string(ks_buffer *out, uint64_t *random) {
    static const char *const pieces[] = {"a",   "bc ",    "\\\"", "\\\\", "\\n", "\\u00e9", "\\ud83e\\udd16",
                                         "é",   "]",      "}",    ",",    ":",   "{",       "[",
                                         "\\/", "\\u0041"};
    size_t count = ks_test_below(random, 12);
    ks_buffer_str(out, "\"");
    for (size_t i = 0; i < count; i++)
        ks_buffer_str(out, pieces[ks_test_below(random, sizeof pieces / sizeof *pieces)]);
    ks_buffer_str(out, "\"");
}

static void random_group(ks_buffer *out, uint64_t *random, unsigned depth, bool is_object) {
    size_t count = ks_test_below(random, 6);
    ks_buffer_str(out, is_object ? "{" : "[");
    for (size_t i = 0; i < count; i++) {
        ks_buffer_str(out, i ? "," : "");
        random_blank(out, random);
        if (is_object) {
            random_string(out, random);
            random_blank(out, random);
            ks_buffer_str(out, ":");
            random_blank(out, random);
        }
        random_value(out, random, depth + 1);
        random_blank(out, random);
    }
    ks_buffer_str(out, is_object ? "}" : "]");
}

static void random_value(ks_buffer *out, uint64_t *random, unsigned depth) {
    static const char *const words[] = {"null", "true", "false", "0", "-12", "1.5e+3"};
    size_t kind = ks_test_below(random, depth < 5 ? 8 : 6);
    if (kind < 3)
        ks_buffer_str(out, words[ks_test_below(random, sizeof words / sizeof *words)]);
    else if (kind < 6)
        random_string(out, random);
    else
        random_group(out, random, depth, kind == 6);
}

static void compare(ks_arena *arena, ks_json_value value, const cJSON *expected) {
    ks_json_walk walk;
    ks_json_value name, item;
    switch (ks_json_type_of(value)) {
    case KS_JSON_NULL: assert_true(cJSON_IsNull(expected)); break;
    case KS_JSON_BOOLEAN: assert_true(cJSON_IsBool(expected)); break;
    case KS_JSON_NUM: assert_true(cJSON_IsNumber(expected)); break;
    case KS_JSON_STRING:
        assert_true(cJSON_IsString(expected));
        assert_string_equal(ks_json_decode(arena, value), expected->valuestring);
        break;
    case KS_JSON_ARRAY:
        assert_true(cJSON_IsArray(expected));
        walk = ks_json_walk_start(value);
        expected = expected->child;
        for (; ks_json_next_item(&walk, &item); expected = expected->next) compare(arena, item, expected);
        assert_null(expected);
        break;
    case KS_JSON_OBJECT:
        assert_true(cJSON_IsObject(expected));
        walk = ks_json_walk_start(value);
        expected = expected->child;
        for (; ks_json_next_member(&walk, &name, &item); expected = expected->next) {
            assert_string_equal(ks_json_decode(arena, name), expected->string);
            compare(arena, item, expected);
        }
        assert_null(expected);
        break;
    }
}

static void random_objects(void **state) {
    uint64_t random = ks_test_seed(41);
    (void)state;
    for (int round = 0; round < 20000; round++) {
        ks_buffer text = {0};
        ks_arena arena = {0};
        ks_json_shape shape;
        cJSON *expected;
        random_group(&text, &random, 0, true);
        assert_int_equal(ks_json_check(text.data, text.size, &shape, NULL), KS_OK);
        expected = cJSON_ParseWithLength(text.data, text.size);
        assert_non_null(expected);
        compare(&arena, (ks_json_value){text.data, text.size}, expected);
        cJSON_Delete(expected);
        ks_arena_free(&arena);
        ks_buffer_free(&text);
    }
}

static void no_memory(void **state) {
    static const char *const texts[] = {"\"plain\"", "\"esc\\n\""};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t i = 0; i < 2; i++) {
        ks_arena arena = {0};
        ks_test_fail_allocation(1);
        assert_null(ks_json_decode(&arena, value_of(texts[i])));
        assert_true(ks_test_allocation_failed());
        ks_arena_free(&arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types),          cmocka_unit_test(strings),   cmocka_unit_test(walks),
        cmocka_unit_test(random_objects), cmocka_unit_test(no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
