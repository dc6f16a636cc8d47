/* Records from JSON: every member, every way to be wrong, repair, and the text that is stored. */
#include "corpus/record.h"

#include "support.h"

#define FFFD "\xEF\xBF\xBD"

static ks_record *parse(const char *text) {
    ks_record *record = NULL;
    ks_error error;
    if (ks_record_parse(&record, text, strlen(text), NULL, &error)) fail_msg("%s: %s", text, error.message);
    assert_int_equal(record->json_size, strlen(record->json));
    return record;
}

static void assert_strings(ks_strings strings, size_t count, const char *const *expected) {
    assert_int_equal(strings.count, count);
    for (size_t i = 0; i < count; i++) assert_string_equal(strings.items[i], expected[i]);
}

static void all_members(void **state) {
    static const char text[] = "{\"id\":\"a:1\",\"kind\":\"blog\",\"author\":[\"ann\",\"bob\"],\"date\":"
                               "\"2020-06-11\",\"status\":\"failed\","
                               "\"url\":\"https://example.org/"
                               "\",\"title\":\"T\\u00e9\",\"summary\":\"S\",\"claims\":[\"c1\",\"c2\"],"
                               "\"tags\":[\"t-1\"],\"body\":\"B\\nb\",\"lang\":\"en\",\"feed_order\":7}";
    ks_record *record = parse(text);
    (void)state;
    assert_string_equal(record->id, "a:1");
    assert_string_equal(record->kind, "blog");
    assert_string_equal(record->status, "failed");
    assert_string_equal(record->date, "2020-06-11");
    assert_string_equal(record->url, "https://example.org/");
    assert_string_equal(record->title, "T\xC3\xA9");
    assert_string_equal(record->summary, "S");
    assert_string_equal(record->body, "B\nb");
    assert_string_equal(record->lang, "en");
    assert_strings(record->authors, 2, (const char *const[]){"ann", "bob"});
    assert_strings(record->claims, 2, (const char *const[]){"c1", "c2"});
    assert_strings(record->tags, 1, (const char *const[]){"t-1"});
    assert_true(record->author_is_list);
    assert_int_equal(record->feed_order, 7);
    assert_string_equal(record->json, text);
    ks_record_free(record);
}

static void defaults(void **state) {
    ks_record *record = parse("{\"id\":\"1\",\"title\":\"T\"}");
    (void)state;
    assert_string_equal(record->kind, "unknown");
    assert_string_equal(record->status, "ok");
    assert_null(record->date);
    assert_null(record->url);
    assert_null(record->summary);
    assert_null(record->body);
    assert_null(record->lang);
    assert_int_equal(record->authors.count, 0);
    assert_int_equal(record->claims.count, 0);
    assert_int_equal(record->tags.count, 0);
    assert_false(record->author_is_list);
    assert_int_equal(record->feed_order, 0);
    ks_record_free(record);
    ks_record_free(NULL);
}

static void null_and_blank_are_absent(void **state) {
    ks_record *record = parse(
        "{\"id\":\"1\",\"title\":\" \\t\\n\\r\\u000b\\u000c\",\"kind\":\"\",\"status\":null,\"date\":\"\","
        "\"author\":\" \",\"claims\":null,\"tags\":[\"\",\"a\",\" \"],\"feed_order\":null}");
    (void)state;
    assert_null(record->title);
    assert_string_equal(record->kind, "unknown");
    assert_string_equal(record->status, "ok");
    assert_null(record->date);
    assert_int_equal(record->authors.count, 0);
    assert_false(record->author_is_list);
    assert_strings(record->tags, 1, (const char *const[]){"a"});
    ks_record_free(record);
}

static void one_author(void **state) {
    ks_record *record = parse("{\"id\":\"1\",\"title\":\"T\",\"author\":\"ann\"}");
    (void)state;
    assert_strings(record->authors, 1, (const char *const[]){"ann"});
    assert_false(record->author_is_list);
    ks_record_free(record);
    record = parse("{\"id\":\"1\",\"title\":\"T\",\"author\":[]}");
    assert_int_equal(record->authors.count, 0);
    assert_true(record->author_is_list);
    ks_record_free(record);
}

static void the_last_of_several_members_counts(void **state) {
    ks_record *record =
        parse("{\"id\":\"1\",\"title\":7,\"title\":\"a\",\"title\":\"b\",\"i\\u0064\":\"2\",\"ID\":\"3\"}");
    (void)state;
    assert_string_equal(record->title, "b");
    assert_string_equal(record->id, "2");
    ks_record_free(record);
    record = parse("{\"id\":\"1\",\"title\":\"a\",\"summary\":\"s\",\"title\":null}");
    assert_null(record->title);
    ks_record_free(record);
}

static void each_text_member_is_enough(void **state) {
    static const char *const enough[] = {"\"title\":\"x\"", "\"summary\":\"x\"", "\"body\":\"x\"",
                                         "\"claims\":[\"x\"]", "\"tags\":[\"\",\"x\"]"};
    (void)state;
    for (size_t i = 0; i < sizeof enough / sizeof *enough; i++) {
        char text[64];
        snprintf(text, sizeof text, "{%s}", enough[i]);
        ks_record_free(parse(text));
    }
}

static void bad_records(void **state) {
    static const struct {
        const char *text;
        int position;
        const char *message;
    } bad[] = {
        {"[]", 0, "a record must be a JSON object, not an array"},
        {" \"a\"", 1, "a record must be a JSON object, not a string"},
        {"12", 0, "a record must be a JSON object, not a number"},
        {"-1", 0, "a record must be a JSON object, not a number"},
        {"true", 0, "a record must be a JSON object, not a boolean"},
        {"false", 0, "a record must be a JSON object, not a boolean"},
        {"null", 0, "a record must be a JSON object, not null"},
        {"{\"title\":\"T\"} x", 14, "not valid JSON: unexpected text"},
        {"{\"title\":\"T\"", 12, "not valid JSON: it ends too early"},
        {"{}", -1, "no text: one of title, summary, claims, tags or body is needed"},
        {"{\"url\":\"u\",\"kind\":\"k\",\"tags\":[\"\"]}", -1,
         "no text: one of title, summary, claims, tags or body is needed"},
        {"{\"id\":1,\"title\":\"T\"}", 6, "\"id\" must be a string, not a number"},
        {"{\"title\":\"T\", \"kind\": [\"a\"]}", 22, "\"kind\" must be a string, not an array"},
        {"{\"title\":{}}", 9, "\"title\" must be a string, not an object"},
        {"{\"title\":\"T\",\"date\":2020}", 20, "\"date\" must be a string, not a number"},
        {"{\"status\":true,\"title\":\"T\"}", 10, "\"status\" must be a string, not a boolean"},
        {"{\"url\":false,\"title\":\"T\"}", 7, "\"url\" must be a string, not a boolean"},
        {"{\"summary\":[]}", 11, "\"summary\" must be a string, not an array"},
        {"{\"body\":1}", 8, "\"body\" must be a string, not a number"},
        {"{\"lang\":1,\"title\":\"T\"}", 8, "\"lang\" must be a string, not a number"},
        {"{\"author\":1,\"title\":\"T\"}", 10,
         "\"author\" must be a string or an array of strings, not a number"},
        {"{\"author\":[\"a\",{}],\"title\":\"T\"}", 10,
         "\"author\" must be an array of strings, but it holds an object"},
        {"{\"title\":\"T\",\"tags\":\"a\"}", 20, "\"tags\" must be an array of strings, not a string"},
        {"{\"claims\":{\"a\":\"b\"}}", 10, "\"claims\" must be an array of strings, not an object"},
        {"{\"claims\":[\"a\",null]}", 10, "\"claims\" must be an array of strings, but it holds null"},
        {"{\"title\":\"\xFF\xFF\",\"date\":\"2020-02-30\"}", 21,
         "\"date\" must be a calendar date: YYYY-MM-DD, YYYY-MM, YYYY, or --MM-DD"},
        {"{\"title\":\"T\",\"id\":\"a\\nb\"}", 18, "\"id\" holds a control character"},
        {"{\"title\":\"T\",\"id\":\"\\u007f\"}", 18, "\"id\" holds a control character"},
        {"{\"title\":\"T\",\"id\":\"a\\u0085\"}", 18, "\"id\" holds a control character"},
        {"{\"title\":\"T\",\"feed_order\":\"1\"}", 26, "\"feed_order\" must be an integer, not a string"},
        {"{\"title\":\"T\",\"feed_order\":-1}", 26, "\"feed_order\" must be an integer from 0 to 4294967295"},
        {"{\"title\":\"T\",\"feed_order\":1.5}", 26,
         "\"feed_order\" must be an integer from 0 to 4294967295"},
        {"{\"title\":\"T\",\"feed_order\":4294967296}", 26,
         "\"feed_order\" must be an integer from 0 to 4294967295"},
        {"{\"title\":\"T\",\"feed_order\":1e999}", 26,
         "\"feed_order\" must be an integer from 0 to 4294967295"},
        {"{\"title\":1,\"title\":2}", 19, "\"title\" must be a string, not a number"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ks_record *record = NULL;
        uint64_t repaired = 5;
        ks_error error;
        assert_int_equal(ks_record_parse(&record, bad[i].text, strlen(bad[i].text), &repaired, &error),
                         KS_ERR_FORMAT);
        assert_int_equal(error.code, KS_ERR_FORMAT);
        assert_string_equal(error.message, bad[i].message);
        if (error.position != bad[i].position) fail_msg("%s: at %d", bad[i].text, (int)error.position);
        assert_null(record);
        assert_int_equal(repaired, 5);
        assert_int_equal(ks_record_parse(&record, bad[i].text, strlen(bad[i].text), NULL, NULL),
                         KS_ERR_FORMAT);
    }
}

static void length_of_ids(void **state) {
    (void)state;
    for (size_t size = 511; size <= 513; size++) {
        char text[600];
        ks_record *record = NULL;
        ks_error error;
        snprintf(text, sizeof text, "{\"id\":\"%0*d\",\"title\":\"T\"}", (int)size, 0);
        if (size <= 512) {
            record = parse(text);
            assert_int_equal(strlen(record->id), size);
            ks_record_free(record);
            continue;
        }
        assert_int_equal(ks_record_parse(&record, text, strlen(text), NULL, &error), KS_ERR_FORMAT);
        assert_string_equal(error.message, "\"id\" is longer than 512 bytes");
        assert_int_equal(error.position, 6);
    }
}

static void feed_orders(void **state) {
    static const struct {
        const char *text;
        uint64_t order;
    } good[] = {{"0", 0}, {"1", 1}, {"1.0", 1}, {"1e3", 1000}, {"4294967295", UINT32_MAX}, {"-0", 0}};
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[64];
        ks_record *record;
        snprintf(text, sizeof text, "{\"title\":\"T\",\"feed_order\":%s}", good[i].text);
        record = parse(text);
        assert_int_equal(record->feed_order, good[i].order);
        ks_record_free(record);
    }
}

static void unlisted_members_come_back_as_they_were(void **state) {
    static const char text[] =
        "{\"id\":\"1\", \"n\":1234567890123456789, \"x\":1.50, \"e\":1E400,\t\"o\":{\"b\":[1,{}],\"a\":null},"
        "\"s\":\"\\u00e9\\/\",\"title\":\"T\" }";
    ks_record *record = parse(text);
    (void)state;
    assert_string_equal(record->json, text);
    ks_record_free(record);
    record = parse(" \r\n{\"n\":1234567890123456789,\"title\":\"T\"}\n");
    assert_string_equal(record->json,
                        "{\"id\":\"1e6e8546930c93d8\",\"n\":1234567890123456789,\"title\":\"T\"}");
    ks_record_free(record);
}

static void a_derived_id_takes_the_place_of_an_empty_one(void **state) {
    static const char *const texts[][2] = {
        {"{\"title\":\"T\"}", "{\"id\":\"1e6e8546930c93d8\",\"title\":\"T\"}"},
        {"{ \"title\":\"T\"}", "{\"id\":\"1e6e8546930c93d8\", \"title\":\"T\"}"},
        {"{\"id\":null,\"title\":\"T\"}", "{\"id\":\"1e6e8546930c93d8\",\"title\":\"T\"}"},
        {"{\"title\":\"T\", \"id\" : \"\" }", "{\"title\":\"T\", \"id\" : \"1e6e8546930c93d8\" }"},
        {"{\"id\":\"9\",\"title\":\"T\",\"\\u0069d\":\" \"}",
         "{\"id\":\"9\",\"title\":\"T\",\"\\u0069d\":\"1e6e8546930c93d8\"}"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        ks_record *record = parse(texts[i][0]), *again;
        assert_string_equal(record->json, texts[i][1]);
        again = parse(record->json);
        assert_string_equal(again->id, "1e6e8546930c93d8");
        assert_string_equal(again->json, texts[i][1]);
        ks_record_free(again);
        ks_record_free(record);
    }
}

static void repair(void **state) {
    static const char text[] =
        "{\"id\":\"1\",\"title\":\"a\xFF\0b\\u0000c\\ud800d\\ud83d\\ude00\",\"x\":\"\xC3\"}";
    ks_record *record = NULL;
    uint64_t repaired = 10;
    (void)state;
    assert_int_equal(ks_record_parse(&record, BYTES(text), &repaired, NULL), KS_OK);
    assert_int_equal(repaired, 15);
    assert_string_equal(record->title, "a" FFFD FFFD "b" FFFD "c" FFFD "d\xF0\x9F\x98\x80");
    assert_string_equal(record->json, "{\"id\":\"1\",\"title\":\"a" FFFD FFFD
                                      "b\\ufffdc\\ufffdd\\ud83d\\ude00\",\"x\":\"" FFFD "\"}");
    ks_record_free(record);
    assert_int_equal(ks_record_parse(&record, BYTES("{\"title\":\"caf\xC3\xA9\"}"), &repaired, NULL), KS_OK);
    assert_int_equal(repaired, 15);
    ks_record_free(record);
}

/* A record of `size` bytes in all; every byte of its title is `fill`. */
static char *record_of_size(size_t size, char fill) {
    static const char before[] = "{\"id\":\"1\",\"title\":\"", after[] = "\"}";
    char *text = malloc(size + 1);
    assert_non_null(text);
    memset(text, fill, size);
    memcpy(text, before, sizeof before - 1);
    memcpy(text + size - (sizeof after - 1), after, sizeof after);
    return text;
}

static void limit_of_size(void **state) {
    ks_record *record = NULL;
    ks_error error;
    char *text = record_of_size(KS_RECORD_LIMIT, 'x');
    (void)state;
    assert_int_equal(ks_record_parse(&record, text, KS_RECORD_LIMIT, NULL, NULL), KS_OK);
    assert_int_equal(record->json_size, KS_RECORD_LIMIT);
    ks_record_free(record);
    free(text);
    record = NULL;
    text = record_of_size(KS_RECORD_LIMIT + 1, 'x');
    assert_int_equal(ks_record_parse(&record, text, KS_RECORD_LIMIT + 1, NULL, &error), KS_ERR_TOO_LARGE);
    assert_string_equal(error.message, "longer than the limit of 16777216 bytes");
    free(text);
    assert_null(record);
}

/* U+FFFD takes three bytes for one: what is stored must stay within the limit, or it could not be read again.
 */
static void limit_of_size_after_repair(void **state) {
    ks_record *record = NULL;
    char *text = record_of_size(KS_RECORD_LIMIT / 2, '\xFF');
    (void)state;
    assert_int_equal(ks_record_parse(&record, text, KS_RECORD_LIMIT / 2, NULL, NULL), KS_ERR_TOO_LARGE);
    assert_null(record);
    free(text);
}

static void nesting(void **state) {
    char text[3000];
    ks_record *record = NULL;
    (void)state;
    for (int depth = 511; depth <= 512; depth++) { /* the record itself is one level */
        int used = snprintf(text, sizeof text, "{\"title\":\"T\",\"x\":");
        for (int i = 0; i < depth; i++) text[used++] = '[';
        for (int i = 0; i < depth; i++) text[used++] = ']';
        text[used++] = '}';
        text[used] = '\0';
        assert_int_equal(ks_record_parse(&record, text, (size_t)used, NULL, NULL),
                         depth < 512 ? KS_OK : KS_ERR_FORMAT);
    }
    ks_record_free(record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_members),
        cmocka_unit_test(defaults),
        cmocka_unit_test(null_and_blank_are_absent),
        cmocka_unit_test(one_author),
        cmocka_unit_test(the_last_of_several_members_counts),
        cmocka_unit_test(each_text_member_is_enough),
        cmocka_unit_test(bad_records),
        cmocka_unit_test(length_of_ids),
        cmocka_unit_test(feed_orders),
        cmocka_unit_test(unlisted_members_come_back_as_they_were),
        cmocka_unit_test(a_derived_id_takes_the_place_of_an_empty_one),
        cmocka_unit_test(repair),
        cmocka_unit_test(limit_of_size),
        cmocka_unit_test(limit_of_size_after_repair),
        cmocka_unit_test(nesting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
