/* Derived ids: fixed values, since a changed one would make every stored record a stranger. */
#include "corpus/record_id.h"

#include "base/hash.h"

#include "support.h"

static void id_of(const char *text, char out[KS_DERIVED_ID_SIZE + 1]) {
    ks_record *record = NULL;
    assert_int_equal(ks_record_parse(&record, text, strlen(text), NULL, NULL), KS_OK);
    assert_int_equal(strlen(record->id), KS_DERIVED_ID_SIZE);
    assert_int_equal(strspn(record->id, "0123456789abcdef"), KS_DERIVED_ID_SIZE);
    memcpy(out, record->id, KS_DERIVED_ID_SIZE + 1);
    ks_record_free(record);
}

static void fixed_values(void **state) {
    static const char *const fixed[][2] = {
        {"{\"url\":\"https://example.org/a\",\"title\":\"A\"}", "0050927113bd1d3f"},
        {"{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"2020-06-11\",\"summary\":\"A short text.\"}",
         "f18c5fdeac23ac45"},
        {"{\"kind\":\"blog\",\"author\":[\"ann\",\"bob\"],\"date\":\"2020-06-11\",\"summary\":\"A short "
         "text.\"}",
         "82fbc01563a18f8f"},
        {"{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"--06-11\",\"summary\":\"A short text.\"}",
         "3b442cc243be9ec4"},
        {"{\"summary\":\"A short text.\"}", "5a19f1e25439b383"},
        {"{\"title\":\"A\"}", "6b58d43b385053bb"},
        {"{\"body\":\"A\"}", "e427657879b48fd3"},
        {"{\"tags\":[\"A\"]}", "8abf2ce93e74b23f"},
        {"{\"claims\":[\"A\"]}", "81af3bcc70ef3ab5"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
        char id[KS_DERIVED_ID_SIZE + 1];
        id_of(fixed[i][0], id);
        assert_string_equal(id, fixed[i][1]);
    }
}

static void expect_hash(const char *text, const char *bytes, size_t size) {
    char id[KS_DERIVED_ID_SIZE + 1], expected[KS_DERIVED_ID_SIZE + 1];
    id_of(text, id);
    snprintf(expected, sizeof expected, "%016" PRIx64, ks_hash64(bytes, size, 0));
    assert_string_equal(id, expected);
}

static void what_is_hashed(void **state) {
    (void)state;
    expect_hash("{\"url\":\"https://example.org/a\",\"title\":\"A\",\"kind\":\"blog\"}",
                BYTES("https://example.org/a"));
    expect_hash(
        "{\"kind\":\"blog\",\"author\":\"ann\",\"date\":\"2020-06\",\"summary\":\"S\",\"title\":\"no part\"}",
        BYTES("blog\0ann\0\0002020-06\0S\0"));
    expect_hash("{\"title\":\"T\",\"claims\":[\"c\"],\"tags\":[\"t\"],\"body\":\"B\"}",
                BYTES("unknown\0\0\0T\0c\0\0t\0\0B\0"));
}

/* Pairs that must have the same id (first column "=") or different ones ("!"). */
static void sameness(void **state) {
    static const char *const pairs[][3] = {
        {"=", "{\"author\":\"a\",\"summary\":\"S\"}", "{\"author\":[\"a\"],\"summary\":\"S\"}"},
        {"=", "{\"summary\":\"S\",\"status\":\"failed\"}", "{\"summary\":\"S\",\"tags\":[\"x\"]}"},
        {"=", "{\"summary\":\"S\",\"kind\":\"unknown\"}", "{\"summary\":\"S\"}"},
        {"=", "{\"summary\":\"S\",\"date\":\"2020-06-11\",\"date_precision\":\"inferred-year\"}",
         "{\"summary\":\"S\",\"date\":\"2019-06-11\",\"date_precision\":\"inferred-year\"}"},
        {"=", "{\"summary\":\"S\",\"date\":\"2020-06-11\",\"date_precision\":\"inferred-year\"}",
         "{\"summary\":\"S\",\"date\":\"--06-11\"}"},
        {"!", "{\"summary\":\"S\",\"date\":\"2020-06-11\",\"date_precision\":\"day\"}",
         "{\"summary\":\"S\",\"date\":\"--06-11\"}"},
        {"!", "{\"summary\":\"S\",\"date\":\"2020-06\",\"date_precision\":\"inferred-year\"}",
         "{\"summary\":\"S\",\"date\":\"2019-06\",\"date_precision\":\"inferred-year\"}"},
        {"!", "{\"author\":[\"a\",\"b\"],\"summary\":\"S\"}", "{\"author\":[\"ab\"],\"summary\":\"S\"}"},
        {"!", "{\"author\":[\"a\",\"b\"],\"summary\":\"S\"}", "{\"author\":[\"b\",\"a\"],\"summary\":\"S\"}"},
        {"!", "{\"kind\":\"a\",\"author\":\"b\",\"summary\":\"S\"}", "{\"kind\":\"ab\",\"summary\":\"S\"}"},
        {"!", "{\"author\":\"2020\",\"summary\":\"S\"}", "{\"date\":\"2020\",\"summary\":\"S\"}"},
        {"!", "{\"title\":\"A\"}", "{\"title\":\"B\"}"},
        {"!", "{\"tags\":[\"a\"]}", "{\"claims\":[\"a\"]}"},
        {"!", "{\"tags\":[\"a\",\"b\"]}", "{\"tags\":[\"a\"],\"body\":\"b\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char left[KS_DERIVED_ID_SIZE + 1], right[KS_DERIVED_ID_SIZE + 1];
        id_of(pairs[i][1], left);
        id_of(pairs[i][2], right);
        if ((strcmp(left, right) == 0) != (*pairs[i][0] == '=')) fail_msg("%s %s", pairs[i][1], pairs[i][2]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fixed_values),
        cmocka_unit_test(what_is_hashed),
        cmocka_unit_test(sameness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
