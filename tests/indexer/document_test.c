/* From a record to a document: occurrences, exact values, day and order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "corpus/record.h"
#include "indexer/document.h"

#include <stdlib.h>
#include <string.h>

static ks_document_builder *builder;

static int set_up(void **state) {
    (void)state;
    return ks_document_builder_new(&builder, "english", NULL) ? -1 : 0;
}

static int tear_down(void **state) {
    (void)state;
    ks_document_builder_free(builder);
    return 0;
}

static ks_record *parse(const char *json) {
    ks_record *record = NULL;
    ks_error error = {0};
    if (ks_record_parse(&record, json, strlen(json), NULL, &error)) fail_msg("%s: %s", json, error.message);
    return record;
}

static void build(ks_document *document, const ks_record *record) {
    ks_error error = {0};
    if (ks_document_build(builder, document, record, &error)) fail_msg("%s", error.message);
}

/* All occurrences as "title:deep@0 …", in their order. */
static void expect_words(const char *json, const char *expected) {
    ks_record *record = parse(json);
    ks_document document;
    ks_buffer text = {0};
    build(&document, record);
    for (size_t i = 0; i < document.occurrence_count; i++) {
        const ks_occurrence *word = &document.occurrences[i];
        ks_buffer_format(&text, "%s%s:%.*s@%u", i ? " " : "", ks_field_name(word->field),
                         (int)word->term.size, word->term.text, word->position);
    }
    assert_string_equal(text.data ? text.data : "", expected);
    ks_buffer_free(&text);
    ks_record_free(record);
}

/* All exact values as "Kdeep XKblog …", with the prefixes of the index. */
static void expect_values(const char *json, const char *expected) {
    ks_record *record = parse(json);
    ks_document document;
    ks_buffer text = {0};
    build(&document, record);
    for (size_t i = 0; i < document.value_count; i++)
        ks_buffer_format(&text, "%s%s%.*s", i ? " " : "", ks_exact_prefix(document.values[i].exact),
                         (int)document.values[i].value.size, document.values[i].value.text);
    assert_string_equal(text.data ? text.data : "", expected);
    ks_buffer_free(&text);
    ks_record_free(record);
}

/* ---- Words ---- */

static void each_field(void **state) {
    (void)state;
    expect_words("{\"title\":\"Deep nets\"}", "title:deep@0 title:net@1");
    expect_words("{\"summary\":\"nets\"}", "summary:net@0");
    expect_words("{\"claims\":[\"nets\"]}", "claims:net@0");
    expect_words("{\"tags\":[\"nets\"]}", "tags:net@0");
    expect_words("{\"body\":\"nets\"}", "body:net@0");
    expect_words("{\"body\":\"b\",\"tags\":[\"t\"],\"claims\":[\"c\"],\"summary\":\"s\",\"title\":\"i\"}",
                 "title:i@0 summary:s@0 body:b@0 claims:c@0 tags:t@0");
}

static void what_is_no_text_gives_no_words(void **state) {
    (void)state;
    expect_words("{\"title\":\"...\"}", "");
    expect_words("{\"title\":\"a\",\"url\":\"https://b.c\",\"author\":\"D\",\"kind\":\"e\",\"notes\":\"f\"}",
                 "title:a@0");
}

static void compounds_keep_all_their_forms(void **state) {
    (void)state;
    expect_words("{\"title\":\"CIFAR-10 set\"}", "title:cifar@0 title:cifar10@0 title:10@1 title:set@2");
    expect_words("{\"title\":\"C++ x\"}", "title:c@0 title:c++@0 title:x@1");
    expect_words("{\"tags\":[\"policy-gradients\"]}", "tags:polici@0 tags:policygradi@0 tags:gradient@1");
}

static void phrases_cannot_reach_over_items(void **state) {
    (void)state;
    expect_words("{\"claims\":[\"a b\",\"c\",\"d\"]}", "claims:a@0 claims:b@1 claims:c@66 claims:d@131");
    expect_words("{\"tags\":[\"a\",\"...\",\"b\"]}", "tags:a@0 tags:b@129");
    assert_int_equal(KS_POSITION_GAP, 64);
}

static void repeated_words_are_repeated(void **state) {
    (void)state;
    expect_words("{\"title\":\"a a\",\"summary\":\"a\"}", "title:a@0 title:a@1 summary:a@0");
}

/* ---- Values ---- */

static void defaults(void **state) {
    (void)state;
    expect_values("{\"title\":\"x\"}", "XKunknown XSok XHtitle");
    expect_values("{\"summary\":\"x\"}", "XKunknown XSok XHsummary");
}

static void all_kinds_of_values(void **state) {
    (void)state;
    expect_values("{\"title\":\"x\",\"kind\":\"Github_Gist\",\"author\":[\"Ann Bee\",\"M\xC3\xBCller\"],"
                  "\"status\":\"Failed\",\"lang\":\"EN\",\"tags\":[\"Policy Gradients\",\"c++\"]}",
                  "XKgithub-gist Aann-bee Amuller XSfailed Len Kc++ Kpolicy-gradients "
                  "XHauthor XHlang XHtags XHtitle");
}

static void members_that_are_there(void **state) {
    (void)state;
    expect_values(
        "{\"title\":\"x\",\"summary\":\"x\",\"claims\":[\"x\"],\"tags\":[\"x\"],\"body\":\"x\",\"url\":"
        "\"u\",\"date\":\"2015\",\"author\":\"a\",\"lang\":\"en\"}",
        "XKunknown Aa XSok Len Kx XHauthor XHbody XHclaims XHdate XHlang XHsummary XHtags XHtitle XHurl");
    expect_values("{\"title\":\"x\",\"summary\":\" \",\"claims\":[],\"tags\":null,\"url\":\"\"}",
                  "XKunknown XSok XHtitle");
}

static void spellings_of_one_value_are_one(void **state) {
    (void)state;
    expect_values("{\"tags\":[\"Deep Learning\",\"deep-learning\",\"deep_learning\",\"deep\",\"DEEP\"]}",
                  "XKunknown XSok Kdeep Kdeep-learning XHtags");
    expect_values("{\"title\":\"x\",\"author\":[\"Ann\",\"ann\",\"ANN \"]}",
                  "XKunknown Aann XSok XHauthor XHtitle");
}

static void values_of_nothing_are_none(void **state) {
    (void)state;
    expect_values("{\"title\":\"x\",\"tags\":[\"-\",\"--\"]}", "XKunknown XSok XHtags XHtitle");
}

/* No value may be larger than an engine's term. */
static void long_values_are_cut(void **state) {
    char json[5000] = "{\"tags\":[\"";
    ks_record *record;
    ks_document document;
    (void)state;
    memset(json + strlen(json), 'x', 4000);
    strcpy(json + strlen(json), "\"]}");
    record = parse(json);
    build(&document, record);
    for (size_t i = 0; i < document.value_count; i++)
        assert_in_range(document.values[i].value.size, 1, 64 * 3);
    for (size_t i = 0; i < document.occurrence_count; i++)
        assert_in_range(document.occurrences[i].term.size, 1, 64);
    ks_record_free(record);
}

/* ---- The rest of the document ---- */

static void id_hash_and_stored(void **state) {
    static const char json[] = "{\"id\":\"a/b\",\"title\":\"x\",\"stars\":5}";
    ks_record *record = parse(json);
    ks_hash128 hash = ks_document_hash(record);
    ks_document document;
    (void)state;
    build(&document, record);
    assert_int_equal(document.id.size, 3);
    assert_memory_equal(document.id.text, "a/b", 3);
    assert_int_equal(document.stored.size, sizeof json - 1);
    assert_memory_equal(document.stored.text, json, sizeof json - 1);
    assert_true(document.hash.low == hash.low && document.hash.high == hash.high);
    ks_record_free(record);
}

static void days_and_order(void **state) {
    static const struct {
        const char *json;
        uint32_t day;
    } rows[] = {{"{\"title\":\"x\"}", 0},
                {"{\"title\":\"x\",\"date\":\"--05-31\"}", 0},
                {"{\"title\":\"x\",\"date\":\"2015\"}", 20150101},
                {"{\"title\":\"x\",\"date\":\"2015-06\"}", 20150601},
                {"{\"title\":\"x\",\"date\":\"2015-06-07\"}", 20150607}};
    uint64_t before = 0;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ks_record *record = parse(rows[i].json);
        ks_document document;
        build(&document, record);
        assert_int_equal(document.day, rows[i].day);
        assert_true(i == 0 ? document.order == 0 : document.order > before);
        before = document.order;
        ks_record_free(record);
    }
}

static bool same_hash(const char *left, const char *right) {
    ks_record *a = parse(left), *b = parse(right);
    ks_hash128 x = ks_document_hash(a), y = ks_document_hash(b);
    ks_record_free(a);
    ks_record_free(b);
    return x.low == y.low && x.high == y.high;
}

/* The hash is of everything that is stored, be it indexed or not. */
static void the_hash_changes_with_the_record(void **state) {
    (void)state;
    assert_true(same_hash("{\"id\":\"1\",\"title\":\"x\"}", " {\"id\":\"1\",\"title\":\"x\"} "));
    assert_false(same_hash("{\"id\":\"1\",\"title\":\"x\"}", "{\"id\":\"1\",\"title\":\"y\"}"));
    assert_false(same_hash("{\"id\":\"1\",\"title\":\"x\"}", "{\"id\":\"1\",\"title\":\"x\",\"n\":1}"));
}

/* The builder forgets the record before, however much larger that was. */
static void one_builder_for_many_records(void **state) {
    static char json[60000];
    (void)state;
    strcpy(json, "{\"body\":\"");
    for (int i = 0; i < 5000; i++) strcat(json + 9 + (size_t)i * 6, "word1 ");
    strcat(json, "\"}");
    for (int i = 0; i < 3; i++) {
        ks_record *record = parse(json);
        ks_document document;
        build(&document, record);
        assert_int_equal(document.occurrence_count, 15000);
        ks_record_free(record);
        expect_words("{\"title\":\"small\"}", "title:small@0");
        expect_values("{\"title\":\"small\"}", "XKunknown XSok XHtitle");
    }
}

static void languages(void **state) {
    ks_document_builder *other = NULL;
    ks_error error = {0};
    ks_record *record = parse("{\"title\":\"running\"}");
    ks_document document;
    (void)state;
    assert_int_equal(ks_document_builder_new(&other, "klingon", &error), KS_ERR_ARGUMENT);
    assert_null(other);
    assert_int_equal(ks_document_builder_new(&other, "none", &error), KS_OK);
    assert_int_equal(ks_document_build(other, &document, record, &error), KS_OK);
    assert_memory_equal(document.occurrences[0].term.text, "running", 7);
    ks_document_builder_free(other);
    ks_document_builder_free(NULL);
    ks_record_free(record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_field),
        cmocka_unit_test(what_is_no_text_gives_no_words),
        cmocka_unit_test(compounds_keep_all_their_forms),
        cmocka_unit_test(phrases_cannot_reach_over_items),
        cmocka_unit_test(repeated_words_are_repeated),
        cmocka_unit_test(defaults),
        cmocka_unit_test(all_kinds_of_values),
        cmocka_unit_test(members_that_are_there),
        cmocka_unit_test(spellings_of_one_value_are_one),
        cmocka_unit_test(values_of_nothing_are_none),
        cmocka_unit_test(long_values_are_cut),
        cmocka_unit_test(id_hash_and_stored),
        cmocka_unit_test(days_and_order),
        cmocka_unit_test(the_hash_changes_with_the_record),
        cmocka_unit_test(one_builder_for_many_records),
        cmocka_unit_test(languages),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
