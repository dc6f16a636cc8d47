/* The JSON writer: form, escapes, numbers, text that is JSON already. */
#include "tests/cli/support.h"

#include "cli/json.h"
#include "cli/text.h"
#include "tests/support/random.h"

#include <cjson/cJSON.h>
#include <float.h>
#include <math.h>

static void write_sample(cli_json *json) {
    cli_json_begin(json, '{');
    cli_json_add_text(json, "a", "x");
    cli_json_name(json, "list");
    cli_json_begin(json, '[');
    cli_json_count(json, 1);
    cli_json_begin_flat(json, '{');
    cli_json_add_bool(json, "yes", true);
    cli_json_name(json, "deep");
    cli_json_begin(json, '[');
    cli_json_text(json, "p");
    cli_json_text(json, "q");
    cli_json_end(json, ']');
    cli_json_end(json, '}');
    cli_json_null(json);
    cli_json_end(json, ']');
    cli_json_name(json, "empty");
    cli_json_begin(json, '[');
    cli_json_end(json, ']');
    cli_json_add_number(json, "n", 0.5);
    cli_json_add_count(json, "c", UINT64_MAX);
    cli_json_end(json, '}');
    cli_json_finish(json);
}

static void test_compact(void **state) {
    sink out;
    cli_json json;
    (void)state;
    sink_open(&out);
    cli_json_init(&json, out.out, false);
    write_sample(&json);
    assert_printed(
        &out, "{\"a\":\"x\",\"list\":[1,{\"yes\":true,\"deep\":[\"p\",\"q\"]},null],\"empty\":[],\"n\":0.5,"
              "\"c\":18446744073709551615}\n");
}

static void test_pretty(void **state) {
    sink out;
    cli_json json;
    (void)state;
    sink_open(&out);
    cli_json_init(&json, out.out, true);
    write_sample(&json);
    assert_printed(&out, "{\n"
                         "  \"a\": \"x\",\n"
                         "  \"list\": [\n"
                         "    1,\n"
                         "    {\"yes\": true, \"deep\": [\"p\", \"q\"]},\n"
                         "    null\n"
                         "  ],\n"
                         "  \"empty\": [],\n"
                         "  \"n\": 0.5,\n"
                         "  \"c\": 18446744073709551615\n"
                         "}\n");
}

static void assert_text(const char *text, size_t size, const char *expected) {
    sink out;
    cli_json json;
    sink_open(&out);
    cli_json_init(&json, out.out, false);
    cli_json_text_size(&json, text, size);
    assert_printed(&out, expected);
}

static void test_escapes(void **state) {
    (void)state;
    assert_text("", 0, "\"\"");
    assert_text("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
    assert_text("\n\t\r\b\0", 5, "\"\\n\\t\\u000d\\u0008\\u0000\"");
    assert_text("\x7F", 1, "\"\\u007f\"");
    assert_text("\xC2\x9B", 2, "\"\\u009b\"");
    assert_text("\u202E\u2069", 6, "\"\\u202e\\u2069\"");
    assert_text("\u2027\u2028\u2029", 9, "\"\u2027\\u2028\\u2029\"");
    assert_text("é漢🎉", 9, "\"é漢🎉\"");
    assert_text("a\xFF\xC3", 3, "\"a\uFFFD\uFFFD\"");
    assert_text("\xED\xA0\x80", 3, "\"\uFFFD\uFFFD\uFFFD\"");
    assert_text("\uFFFD", 3, "\"\uFFFD\"");
}

static void assert_number(double number, const char *expected) {
    sink out;
    cli_json json;
    sink_open(&out);
    cli_json_init(&json, out.out, false);
    cli_json_number(&json, number);
    assert_printed(&out, expected);
}

static void test_numbers(void **state) {
    (void)state;
    assert_number(0, "0");
    assert_number(12.3, "12.3");
    assert_number(-0.1, "-0.1");
    assert_number(0.1 + 0.2, "0.30000000000000004");
    assert_number(1e300, "1e+300");
    assert_number(NAN, "null");
    assert_number(INFINITY, "null");
    assert_number(-INFINITY, "null");
    uint64_t seed = ks_test_seed(22);
    for (int round = 0; round < 2000; round++) {
        double number =
            (double)ks_test_random(&seed) / 1e15 * DBL_EPSILON * (double)ks_test_below(&seed, 1 << 30);
        sink out;
        cli_json json;
        sink_open(&out);
        cli_json_init(&json, out.out, false);
        cli_json_number(&json, number);
        char *text = printed(&out);
        assert_true(strtod(text, NULL) == number);
        free(text);
    }
}

static void assert_raw(const char *text, bool pretty, const char *expected) {
    sink out;
    cli_json json;
    sink_open(&out);
    cli_json_init(&json, out.out, pretty);
    cli_json_raw(&json, text, strlen(text));
    assert_printed(&out, expected);
}

static void test_raw(void **state) {
    (void)state;
    assert_raw("{}", false, "{}");
    assert_raw(" { \"a\" :\t1 , \"b\" : [ true , null,\n-1.5e3 ] } ", false,
               "{\"a\":1,\"b\":[true,null,-1.5e3]}");
    assert_raw("{\"a\":{},\"b\":[],\"c\":12345678901234567890}", false,
               "{\"a\":{},\"b\":[],\"c\":12345678901234567890}");
    assert_raw("{\"a,:}\\\"]\":\"{ \\\\\"}", false, "{\"a,:}\\\"]\":\"{ \\\\\"}");
    assert_raw("\"\\u001b\\n\"", false, "\"\\u001b\\n\"");
    assert_raw("\"\xC2\x9B\x7F\u202E\"", false, "\"\\u009b\\u007f\\u202e\"");
    assert_raw("{\"a\":[1,{\"b\":2}],\"c\":\"x y\"}", true,
               "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": \"x y\"\n}");
    assert_raw("17", false, "17");
    assert_raw("\"open", false, "\"open");
    assert_raw("\"open\\", false, "\"open\\");
}

/* Random values, printed by another writer: they must mean the same after passing through this one. */
static cJSON *random_value(uint64_t *seed, int depth) {
    static const char *const texts[] = {"", "a \"b\"", "\\", "{[,:]}", "é\n\t\x01", "\u202E", "漢", "null"};
    cJSON *value;
    switch (ks_test_below(seed, depth > 0 ? 6 : 4)) {
    case 0: return cJSON_CreateString(texts[ks_test_below(seed, 8)]);
    case 1: return cJSON_CreateNumber((double)ks_test_below(seed, 100000) / 8);
    case 2: return cJSON_CreateBool(ks_test_below(seed, 2) == 1);
    case 3: return cJSON_CreateNull();
    case 4:
        value = cJSON_CreateArray();
        for (size_t n = ks_test_below(seed, 4); n > 0; n--)
            cJSON_AddItemToArray(value, random_value(seed, depth - 1));
        return value;
    default:
        value = cJSON_CreateObject();
        for (size_t n = ks_test_below(seed, 4); n > 0; n--) {
            char name[32];
            snprintf(name, sizeof name, "%zu%s", n, texts[ks_test_below(seed, 8)]);
            cJSON_AddItemToObject(value, name, random_value(seed, depth - 1));
        }
        return value;
    }
}

static void test_random_values_pass_through(void **state) {
    uint64_t seed = ks_test_seed(23);
    (void)state;
    for (int round = 0; round < 1000; round++) {
        cJSON *value = random_value(&seed, 4);
        char *text = round & 1 ? cJSON_Print(value) : cJSON_PrintUnformatted(value);
        sink out;
        cli_json json;
        sink_open(&out);
        cli_json_init(&json, out.out, round & 2);
        cli_json_raw(&json, text, strlen(text));
        char *passed = printed(&out);
        cJSON *again = cJSON_ParseWithOpts(passed, NULL, true);
        assert_non_null(again);
        assert_true(cJSON_Compare(value, again, true));
        cJSON_Delete(again);
        cJSON_Delete(value);
        cJSON_free(text);
        free(passed);
    }
}

static void test_random_bytes_make_valid_strings(void **state) {
    uint64_t seed = ks_test_seed(24);
    (void)state;
    for (int round = 0; round < 2000; round++) {
        char bytes[32];
        size_t size = ks_test_below(&seed, sizeof bytes);
        sink out;
        cli_json json;
        ks_test_random_bytes(&seed, bytes, size);
        sink_open(&out);
        cli_json_init(&json, out.out, false);
        cli_json_text_size(&json, bytes, size);
        char *text = printed(&out);
        for (size_t at = 0; at < out.size;) {
            cli_glyph glyph = cli_text_glyph(text + at, out.size - at);
            assert_true(glyph.safe || glyph.point == ' ' ||
                        (glyph.blank && glyph.point > 0x7F && glyph.point != 0x85));
            at += glyph.size;
        }
        cJSON *value = cJSON_ParseWithOpts(text, NULL, true);
        assert_true(cJSON_IsString(value));
        cJSON_Delete(value);
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compact),
        cmocka_unit_test(test_pretty),
        cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_raw),
        cmocka_unit_test(test_random_values_pass_through),
        cmocka_unit_test(test_random_bytes_make_valid_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
