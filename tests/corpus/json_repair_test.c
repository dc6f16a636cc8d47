/* Repairing JSON text: bytes and escapes, each counted. */
#include "corpus/json_repair.h"

#include "base/utf8.h"
#include "corpus/json_check.h"

#include "support.h"

#define FFFD "\xEF\xBF\xBD"

static void check(const char *text, size_t size, const char *expected, size_t count) {
    ks_buffer out = {0};
    ks_buffer_str(&out, "before");
    assert_int_equal(ks_json_repair(&out, text, size), count);
    assert_false(out.failed);
    assert_int_equal(out.size, strlen(expected) + 6);
    assert_string_equal(out.data + 6, expected);
    ks_buffer_free(&out);
}

static void invalid_bytes(void **state) {
    (void)state;
    check(BYTES("{}"), "{}", 0);
    check(BYTES("\"caf\xC3\xA9\""), "\"caf\xC3\xA9\"", 0);
    check(BYTES("\"\xFF\""), "\"" FFFD "\"", 1);
    check(BYTES("\"\xFF\xFE\""), "\"" FFFD FFFD "\"", 2);
    check(BYTES("\"\xE2\x82\""), "\"" FFFD "\"", 1);
    check(BYTES("\"\xE2\x82\0\""), "\"" FFFD FFFD "\"", 2);
    check(BYTES("\"\0\0a\0\""), "\"" FFFD FFFD "a" FFFD "\"", 3);
    check(BYTES("\"\xED\xA0\x80\""), "\"" FFFD FFFD FFFD "\"", 3);
    check(BYTES("\"\xC3\""), "\"" FFFD "\"", 1);
}

static void escapes(void **state) {
    (void)state;
    check(BYTES("\"\\u0000\""), "\"\\ufffd\"", 1);
    check(BYTES("\"\\\\u0000\""), "\"\\\\u0000\"", 0);
    check(BYTES("\"\\\\\\u0000\""), "\"\\\\\\ufffd\"", 1);
    check(BYTES("\"\\\\\\\\u0000\""), "\"\\\\\\\\u0000\"", 0);
    check(BYTES("\"\\\"\\u0000\""), "\"\\\"\\ufffd\"", 1);
    check(BYTES("\"\\u00001\""), "\"\\ufffd1\"", 1);
    check(BYTES("\"\\u0001\\u00e9\\uffff\""), "\"\\u0001\\u00e9\\uffff\"", 0);
}

static void surrogates(void **state) {
    (void)state;
    check(BYTES("\"\\ud83d\\ude00\""), "\"\\ud83d\\ude00\"", 0);
    check(BYTES("\"\\uD83D\\uDE00\""), "\"\\uD83D\\uDE00\"", 0);
    check(BYTES("\"\\ud83d\""), "\"\\ufffd\"", 1);
    check(BYTES("\"\\ude00\""), "\"\\ufffd\"", 1);
    check(BYTES("\"\\ude00\\ud83d\""), "\"\\ufffd\\ufffd\"", 2);
    check(BYTES("\"\\ud83d\\ud83d\\ude00\""), "\"\\ufffd\\ud83d\\ude00\"", 1);
    check(BYTES("\"\\ud83d \\ude00\""), "\"\\ufffd \\ufffd\"", 2);
    check(BYTES("\"\\ud83d\\u0041\""), "\"\\ufffd\\u0041\"", 1);
    check(BYTES("\"\\ud83d\\\\ude00\""), "\"\\ufffd\\\\ude00\"", 1);
    check(BYTES("\"\\ud83d\\u0000\""), "\"\\ufffd\\ufffd\"", 2);
    check(BYTES("\"\\udbff\\udfff\\ud800\\udc00\""), "\"\\udbff\\udfff\\ud800\\udc00\"", 0);
    check(BYTES("\"\\ud7ff\\ue000\""), "\"\\ud7ff\\ue000\"", 0);
}

/* Whatever passes the checker is clean after repair, passes again, and needs no second repair. */
static void repaired_text_is_clean(void **state) {
    static const char start[] =
        "{\"a\":\"\\u0000\\ud83d\\ude00 \xE2\x82\xAC\xF0\x9F\x98\x80\",\"b\":[\"\\\\ud800\",\"\\udc00\"]}";
    uint64_t seed = 20240611;
    size_t passed = 0;
    (void)state;
    print_message("seed %" PRIu64 "\n", seed);
    for (int round = 0; round < 20000; round++) {
        char text[2 * sizeof start];
        size_t size = sizeof start - 1;
        ks_buffer once = {0}, twice = {0};
        ks_json_shape shape;
        memcpy(text, start, size);
        mutate(text, &size, &seed);
        if (ks_json_check(text, size, &shape, NULL)) continue;
        passed++;
        ks_json_repair(&once, text, size);
        assert_int_equal(ks_json_check(once.data, once.size, &shape, NULL), KS_OK);
        assert_int_equal(ks_utf8_valid(once.data, once.size), once.size);
        assert_null(memchr(once.data, '\0', once.size));
        assert_int_equal(ks_json_repair(&twice, once.data, once.size), 0);
        assert_string_equal(once.data, twice.data);
        ks_buffer_free(&once);
        ks_buffer_free(&twice);
    }
    assert_true(passed > 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(invalid_bytes),
        cmocka_unit_test(escapes),
        cmocka_unit_test(surrogates),
        cmocka_unit_test(repaired_text_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
