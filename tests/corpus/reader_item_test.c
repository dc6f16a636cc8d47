/* What a reader gives for a record, a reject and the end: places, reasons, and who is to blame. */
#include "corpus/reader_format.h"

#include "support.h"

#include "tests/support/allocation.h"

static const ks_place start = {.line = 7, .column = 3, .byte = 100};

static ks_source_item blank(void) {
    ks_source_item item;
    memset(&item, 0x5A, sizeof item);
    return item;
}

static void records_and_the_end(void **state) {
    ks_record record = {.id = "a"};
    ks_source_item item = blank();
    (void)state;
    ks_item_accept(&item, &record, start);
    assert_int_equal(item.event, KS_SOURCE_RECORD);
    assert_ptr_equal(item.record, &record);
    assert_int_equal(item.line, 7);
    assert_int_equal(item.byte, 100);
    assert_string_equal(item.reason, "");
    item = blank();
    ks_item_end(&item, start);
    assert_int_equal(item.event, KS_SOURCE_END);
    assert_null(item.record);
    assert_int_equal(item.line, 7);
    assert_int_equal(item.byte, 100);
    assert_string_equal(item.reason, "");
}

static void expect_reject(ks_place fault, const char *expected) {
    ks_source_item item = blank();
    ks_item_reject(&item, start, fault, "wrong");
    assert_int_equal(item.event, KS_SOURCE_REJECT);
    assert_null(item.record);
    assert_int_equal(item.line, start.line); /* where the record starts, */
    assert_int_equal(item.byte, fault.byte); /* where the fault is */
    assert_string_equal(item.reason, expected);
}

static void places_of_rejects(void **state) {
    (void)state;
    expect_reject(start, "wrong");
    expect_reject((ks_place){.line = 7, .column = 13, .byte = 110}, "wrong, at column 13");
    expect_reject((ks_place){.line = 9, .column = 1, .byte = 150}, "wrong, at line 9, column 1");
    expect_reject((ks_place){.line = UINT64_MAX, .column = UINT64_MAX, .byte = UINT64_MAX},
                  "wrong, at line 18446744073709551615, column 18446744073709551615");
}

/* A long reason leaves room for the place. */
static void long_reasons(void **state) {
    ks_source_item item = blank();
    char reason[2000];
    (void)state;
    memset(reason, 'r', sizeof reason);
    reason[sizeof reason - 1] = '\0';
    ks_item_reject(&item, start, (ks_place){.line = 8, .column = 2, .byte = 120}, reason);
    assert_true(strlen(item.reason) < sizeof item.reason);
    assert_non_null(strstr(item.reason, ", at line 8, column 2"));
}

static void records_that_are_too_large(void **state) {
    ks_source_item item = blank();
    char number[32];
    (void)state;
    snprintf(number, sizeof number, "%zu", KS_RECORD_LIMIT);
    ks_item_reject_size(&item, start);
    assert_int_equal(item.event, KS_SOURCE_REJECT);
    assert_int_equal(item.byte, 100);
    assert_non_null(strstr(item.reason, number));
}

static void parsing(void **state) {
    static const struct {
        const char *text, *reason;
        uint64_t byte;
    } cases[] = {
        {"{\"id\":\"1\",\"title\":\"one\"}", NULL, 100},
        {"{\"id\":\"1\",}", "not valid JSON: unexpected text, at column 13", 110},
        {"{\"id\":\"1\",\n\"title\":x}", "not valid JSON: unexpected text, at line 8, column 9", 119},
        {"{\"id\":\"1\",\"title\":5}", NULL, 0},
        {"[]", NULL, 0},
        {"{\"id\":\"1\"}", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_source_item item = blank();
        uint64_t repaired = 0;
        assert_int_equal(ks_item_parse(&item, cases[i].text, strlen(cases[i].text), start, &repaired, NULL),
                         KS_OK);
        assert_int_equal(item.event, i == 0 ? KS_SOURCE_RECORD : KS_SOURCE_REJECT);
        assert_int_equal(item.line, 7);
        assert_int_equal(repaired, 0);
        if (cases[i].byte) assert_int_equal(item.byte, cases[i].byte);
        if (cases[i].reason) assert_string_equal(item.reason, cases[i].reason);
        assert_int_equal(item.reason[0] == '\0', i == 0);
        if (i == 0) ks_record_free(item.record);
    }
}

static void repairs_are_counted(void **state) {
    ks_source_item item = blank();
    uint64_t repaired = 40;
    (void)state;
    assert_int_equal(
        ks_item_parse(&item, BYTES("{\"id\":\"1\",\"title\":\"a\xFF\\u0000\"}"), start, &repaired, NULL),
        KS_OK);
    assert_int_equal(repaired, 42);
    assert_string_equal(item.record->title, "a\xEF\xBF\xBD\xEF\xBF\xBD");
    ks_record_free(item.record);
}

/* Only what is not the text's fault is an error. */
static void no_memory_is_an_error(void **state) {
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n++) {
        ks_source_item item = blank();
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = ks_item_parse(&item, BYTES("{\"id\":\"1\",\"title\":\"one\",\"tags\":[\"a\"]}"), start, NULL,
                               &error);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            ks_record_free(item.record);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(error.code, KS_ERR_NOMEM);
        ks_test_fail_allocation(n); /* and without an error to fill */
        assert_int_equal(ks_item_parse(&item, BYTES("{\"id\":\"1\",\"title\":\"one\",\"tags\":[\"a\"]}"),
                                       start, NULL, NULL),
                         KS_ERR_NOMEM);
        assert_true(ks_test_allocation_failed());
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_and_the_end),
        cmocka_unit_test(places_of_rejects),
        cmocka_unit_test(long_reasons),
        cmocka_unit_test(records_that_are_too_large),
        cmocka_unit_test(parsing),
        cmocka_unit_test(repairs_are_counted),
        cmocka_unit_test(no_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
