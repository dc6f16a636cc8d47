/* The sum of what a document is indexed by: the same in any order, another with every change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/content.h"
#include "tests/support/documents.h"
#include "tests/support/random.h"

#include <string.h>

static ks_arena arena;

static int tear_down(void **state) {
    (void)state;
    ks_arena_free(&arena);
    return 0;
}

static void sum_of_shares(void **state) {
    const ks_test_spec spec = {
        .id = "x", .fields = {"a . b"}, .values = "kind:blog tag:a-b", .sources = {4}, .source_count = 1};
    ks_document document = ks_test_document(&arena, &spec);
    uint64_t expected = ks_content_share(ks_content_term(ks_test_term("a")), KS_FIELD_TITLE, 0) +
                        ks_content_share(ks_content_term(ks_test_term("b")), KS_FIELD_TITLE, 2) +
                        ks_content_share(ks_content_term(ks_test_term("XKblog")), KS_FIELD_ANY, 0) +
                        ks_content_share(ks_content_term(ks_test_term("Ka-b")), KS_FIELD_ANY, 0);
    (void)state;
    assert_int_equal(ks_content_of(&document), expected);
    assert_int_equal(ks_content_of(&(ks_document){.id = {"x", 1}}), 0);
}

static void any_order(void **state) {
    uint64_t random = ks_test_seed(3);
    (void)state;
    for (int i = 0; i < 50; i++) {
        ks_document document = ks_test_random_document(&arena, "x", &random);
        ks_occurrence *turned = ks_arena_alloc(&arena, (document.occurrence_count + 1) * sizeof *turned);
        uint64_t before = ks_content_of(&document);
        assert_non_null(turned);
        for (size_t j = 0; j < document.occurrence_count; j++)
            turned[document.occurrence_count - 1 - j] = document.occurrences[j];
        document.occurrences = turned;
        assert_int_equal(ks_content_of(&document), before);
    }
}

/* Every single thing counts. */
static void every_change(void **state) {
    ks_document document = ks_test_document(
        &arena, &(ks_test_spec){.id = "x", .fields = {"a b", "b c"}, .values = "kind:blog tag:b"});
    ks_occurrence *words = (ks_occurrence *)(uintptr_t)document.occurrences;
    ks_exact_value *values = (ks_exact_value *)(uintptr_t)document.values;
    uint64_t before = ks_content_of(&document);
    (void)state;
    for (size_t i = 0; i < document.occurrence_count; i++) {
        ks_occurrence kept = words[i];
        words[i].position++;
        assert_int_not_equal(ks_content_of(&document), before);
        words[i] = kept;
        words[i].field = KS_FIELD_BODY;
        assert_int_not_equal(ks_content_of(&document), before);
        words[i] = kept;
        words[i].term = ks_test_term("z");
        assert_int_not_equal(ks_content_of(&document), before);
        words[i] = kept;
    }
    for (size_t i = 0; i < document.value_count; i++) {
        ks_exact_value kept = values[i];
        values[i].exact = KS_EXACT_HAS;
        assert_int_not_equal(ks_content_of(&document), before);
        values[i] = kept;
        values[i].value = ks_test_term("z");
        assert_int_not_equal(ks_content_of(&document), before);
        values[i] = kept;
    }
    document.occurrence_count--;
    assert_int_not_equal(ks_content_of(&document), before);
}

/* Cut where an engine cuts it. */
static void a_long_value(void **state) {
    static char text[400];
    ks_exact_value value = {KS_EXACT_TAG, {text, 400}};
    ks_document document = {.values = &value, .value_count = 1};
    uint64_t whole;
    (void)state;
    memset(text, 't', sizeof text);
    whole = ks_content_of(&document);
    text[399] = 'x';
    assert_int_equal(ks_content_of(&document), whole);
    value.value.size = 254;
    assert_int_equal(ks_content_of(&document), whole);
    value.value.size = 253;
    assert_int_not_equal(ks_content_of(&document), whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sum_of_shares),
        cmocka_unit_test(any_order),
        cmocka_unit_test(every_change),
        cmocka_unit_test(a_long_value),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
