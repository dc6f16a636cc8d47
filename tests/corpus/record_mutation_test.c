/* Seeded mutations of good records: never a crash, and what is accepted survives storing and reading again.
 */
#include "base/utf8.h"
#include "corpus/date.h"

#include "support.h"

enum { ROUNDS = 30000 };

static void assert_same_text(const char *left, const char *right) {
    if (left && right)
        assert_string_equal(left, right);
    else
        assert_true(left == right);
}

static void assert_same_strings(ks_strings left, ks_strings right) {
    assert_int_equal(left.count, right.count);
    for (size_t i = 0; i < left.count; i++) assert_string_equal(left.items[i], right.items[i]);
}

static void assert_same(const ks_record *left, const ks_record *right) {
    assert_same_text(left->id, right->id);
    assert_same_text(left->kind, right->kind);
    assert_same_text(left->status, right->status);
    assert_same_text(left->date, right->date);
    assert_same_text(left->url, right->url);
    assert_same_text(left->title, right->title);
    assert_same_text(left->summary, right->summary);
    assert_same_text(left->body, right->body);
    assert_same_text(left->lang, right->lang);
    assert_same_strings(left->authors, right->authors);
    assert_same_strings(left->claims, right->claims);
    assert_same_strings(left->tags, right->tags);
    assert_int_equal(left->author_is_list, right->author_is_list);
    assert_int_equal(left->feed_order, right->feed_order);
    assert_same_text(left->json, right->json);
    assert_int_equal(left->json_size, right->json_size);
}

static void check_accepted(const ks_record *record) {
    ks_record *again = NULL;
    uint64_t repaired = 0;
    assert_non_null(record->id);
    assert_in_range(strlen(record->id), 1, 512);
    assert_non_null(record->kind);
    assert_non_null(record->status);
    assert_true(!record->date || ks_date_valid(record->date));
    assert_true(record->title || record->summary || record->body || record->claims.count ||
                record->tags.count);
    assert_int_equal(strlen(record->json), record->json_size);
    assert_int_equal(ks_utf8_valid(record->json, record->json_size), record->json_size);
    assert_int_equal(ks_record_parse(&again, record->json, record->json_size, &repaired, NULL), KS_OK);
    assert_int_equal(repaired, 0);
    assert_same(record, again);
    ks_record_free(again);
}

static const char *const seeds[] = {
    "{\"id\":\"a:1\",\"kind\":\"blog\",\"author\":[\"ann\",\"b\xC3\xA9\"],\"date\":\"2020-06-11\",\"title\":"
    "\"T\\u00e9\",\"x\":[1,{}]}",
    "{\"summary\":\"Plain words \\ud83d\\ude00 and "
    "more.\",\"tags\":[\"t-1\",\"\"],\"date\":\"--02-29\",\"feed_order\":3}",
    "{ \"id\" : null , \"claims\" : [ \"one\" , \"two\" ] , \"n\" : 1234567890123456789 , \"body\" : "
    "\"\\u0000\" }",
    "{\"url\":\"https://example.org/"
    "\",\"body\":\"\xFF\",\"lang\":\"en\",\"id\":\"\",\"date_precision\":\"inferred-year\"}",
};

static void mutated_records(void **state) {
    uint64_t seed = 1811;
    size_t accepted = 0;
    (void)state;
    print_message("seed %" PRIu64 "\n", seed);
    for (int round = 0; round < ROUNDS; round++) {
        const char *start = seeds[(size_t)round % (sizeof seeds / sizeof *seeds)];
        size_t size = strlen(start);
        char *text = malloc(2 * size), *exact;
        ks_record *record = NULL;
        ks_error error;
        ks_status status;
        assert_non_null(text);
        memcpy(text, start, size);
        mutate(text, &size, &seed);
        exact = realloc(text, size); /* so that a read behind the end is seen */
        assert_non_null(exact);
        status = ks_record_parse(&record, exact, size, NULL, &error);
        if (status) {
            assert_int_equal(status, KS_ERR_FORMAT);
            assert_in_range(error.position + 1, 0, size + 1);
        } else {
            check_accepted(record);
            accepted++;
        }
        ks_record_free(record);
        free(exact);
    }
    assert_in_range(accepted, ROUNDS / 10, ROUNDS - ROUNDS / 10);
}

static void good_records_survive(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
        ks_record *record = NULL;
        assert_int_equal(ks_record_parse(&record, seeds[i], strlen(seeds[i]), NULL, NULL), KS_OK);
        check_accepted(record);
        ks_record_free(record);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_records_survive),
        cmocka_unit_test(mutated_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
