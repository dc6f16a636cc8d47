/* The fields' names, prefixes and weights: they are in every index, so none may change or be mistaken for
 * another. */
#include "engine/fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct {
    ks_field field;
    unsigned weight;
    const char *name, *prefix;
} fields[] = {
    {KS_FIELD_TITLE, 4, "title", "S"},    {KS_FIELD_SUMMARY, 1, "summary", "XM"},
    {KS_FIELD_CLAIMS, 2, "claims", "XC"}, {KS_FIELD_TAGS, 3, "tags", "XT"},
    {KS_FIELD_BODY, 1, "body", "XB"},
};

static const struct {
    ks_exact exact;
    const char *prefix;
} exacts[] = {
    {KS_EXACT_ID, "Q"},   {KS_EXACT_KIND, "XK"}, {KS_EXACT_AUTHOR, "A"}, {KS_EXACT_STATUS, "XS"},
    {KS_EXACT_LANG, "L"}, {KS_EXACT_TAG, "K"},   {KS_EXACT_HAS, "XH"},   {KS_EXACT_SOURCE, "XO"},
};

enum {
    FIELDS = sizeof fields / sizeof *fields,
    EXACTS = sizeof exacts / sizeof *exacts,
    ALL = FIELDS + EXACTS
};

static void the_tables_are_whole(void **state) {
    (void)state;
    assert_int_equal(FIELDS, KS_TEXT_FIELDS);
    assert_int_equal(EXACTS, KS_EXACT_COUNT);
    for (size_t i = 0; i < FIELDS; i++) assert_int_equal(fields[i].field, i);
    for (size_t i = 0; i < EXACTS; i++) assert_int_equal(exacts[i].exact, i);
}

static void names_prefixes_and_weights(void **state) {
    (void)state;
    for (size_t i = 0; i < FIELDS; i++) {
        assert_string_equal(ks_field_name(fields[i].field), fields[i].name);
        assert_string_equal(ks_field_prefix(fields[i].field), fields[i].prefix);
        assert_int_equal(ks_field_weight(fields[i].field), fields[i].weight);
    }
    for (size_t i = 0; i < EXACTS; i++)
        assert_string_equal(ks_exact_prefix(exacts[i].exact), exacts[i].prefix);
}

/* Title 4, tags 3, claims 2, summary 1, body 1. */
static void the_weights_order_the_fields(void **state) {
    (void)state;
    assert_true(ks_field_weight(KS_FIELD_TITLE) > ks_field_weight(KS_FIELD_TAGS));
    assert_true(ks_field_weight(KS_FIELD_TAGS) > ks_field_weight(KS_FIELD_CLAIMS));
    assert_true(ks_field_weight(KS_FIELD_CLAIMS) > ks_field_weight(KS_FIELD_SUMMARY));
    assert_int_equal(ks_field_weight(KS_FIELD_SUMMARY), ks_field_weight(KS_FIELD_BODY));
    assert_true(ks_field_weight(KS_FIELD_BODY) > 0);
}

static void no_field_in_particular(void **state) {
    (void)state;
    assert_null(ks_field_name(KS_FIELD_ANY));
    assert_string_equal(ks_field_prefix(KS_FIELD_ANY), "");
    assert_int_equal(ks_field_weight(KS_FIELD_ANY), 0);
    assert_string_equal(ks_exact_prefix(KS_EXACT_COUNT), "");
    assert_null(ks_field_name((ks_field)100));
    assert_string_equal(ks_field_prefix((ks_field)100), "");
    assert_int_equal(ks_field_weight((ks_field)100), 0);
    assert_string_equal(ks_exact_prefix((ks_exact)100), "");
}

static const char *prefix_of(size_t number) {
    return number < FIELDS ? ks_field_prefix(fields[number].field)
                           : ks_exact_prefix(exacts[number - FIELDS].exact);
}

static bool begins_with(const char *text, const char *start) {
    return strncmp(text, start, strlen(start)) == 0;
}

/* Capital letters only, which no folded word has; one or more. */
static void prefixes_are_capital_letters(void **state) {
    (void)state;
    for (size_t i = 0; i < ALL; i++) {
        const char *prefix = prefix_of(i);
        assert_int_not_equal(strlen(prefix), 0);
        assert_int_equal(strspn(prefix, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), strlen(prefix));
    }
}

/* No prefix begins another, so that whatever follows them, exact values with capital letters too, the terms
 * of different fields are different. */
static void no_prefix_begins_another(void **state) {
    (void)state;
    for (size_t i = 0; i < ALL; i++)
        for (size_t j = 0; j < ALL; j++)
            if (i != j && begins_with(prefix_of(i), prefix_of(j)))
                fail_msg("%s begins with %s", prefix_of(i), prefix_of(j));
}

/* The same seen from the terms: prefix and word, all pairs. */
static void terms_of_different_fields_differ(void **state) {
    static const char *const words[] = {"",   "a",         "s",     "x",  "xm", "m", "k",
                                        "10", "\xC3\xA9t", "title", "Xa", "M",  "SS"};
    enum { WORDS = sizeof words / sizeof *words };
    static char terms[ALL * WORDS][32];
    (void)state;
    for (size_t i = 0; i < ALL; i++)
        for (size_t j = 0; j < WORDS; j++)
            snprintf(terms[i * WORDS + j], sizeof *terms, "%s%s", prefix_of(i), words[j]);
    for (size_t i = 0; i < (size_t)ALL * WORDS; i++) {
        for (size_t j = 0; j < i; j++) assert_string_not_equal(terms[i], terms[j]);
        for (size_t j = 0; j < WORDS; j++)
            if (words[j][0] < 'A' || words[j][0] > 'Z') assert_string_not_equal(terms[i], words[j]);
    }
}

static void names_are_unique(void **state) {
    (void)state;
    for (size_t i = 0; i < FIELDS; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(ks_field_name(fields[i].field), ks_field_name(fields[j].field));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_are_whole),
        cmocka_unit_test(names_prefixes_and_weights),
        cmocka_unit_test(the_weights_order_the_fields),
        cmocka_unit_test(no_field_in_particular),
        cmocka_unit_test(prefixes_are_capital_letters),
        cmocka_unit_test(no_prefix_begins_another),
        cmocka_unit_test(terms_of_different_fields_differ),
        cmocka_unit_test(names_are_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
