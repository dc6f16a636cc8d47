/* The table of terms against a list that is searched from its beginning: terms of every length, alike in
 * front, at the end or but for their length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/term_table.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct text {
    char bytes[300];
    uint32_t size;
};

static int compare_texts(const struct text *a, const struct text *b) {
    uint32_t shorter = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->bytes, b->bytes, shorter);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static ks_status look_up(ks_term_table *table, const struct text *text, uint32_t *number) {
    char *copy = malloc(text->size + 1); /* exactly as large, so that a read behind it is seen */
    ks_status status;
    ks_term_key key;
    memcpy(copy, text->bytes, text->size);
    copy = realloc(copy, text->size ? text->size : 1);
    key = ks_term_key_of(copy, text->size);
    ks_term_table_prefetch(table, &key);
    ks_term_table_prefetch_term(table, &key);
    status = ks_term_table_number(table, copy, text->size, &key, number, NULL);
    free(copy);
    return status;
}

/* Few different bytes, zeros among them, so that many texts are nearly alike. */
static void make_text(struct text *text, uint64_t *random) {
    static const size_t most[] = {3, 9, 17, 255};
    text->size = (uint32_t)ks_test_below(random, most[ks_test_below(random, 4)] + 1);
    for (uint32_t i = 0; i < text->size; i++)
        text->bytes[i] = ks_test_below(random, 9) ? 'a' : (char)(ks_test_below(random, 4) * 85);
}

static uint32_t number_of(struct text *known, uint32_t *count, const struct text *text) {
    uint32_t number = 0;
    while (number < *count && compare_texts(&known[number], text) != 0) number++;
    if (number == *count) known[(*count)++] = *text;
    return number;
}

static void numbers_in_the_order_of_coming(void **state) {
    enum { LOOK_UPS = 6000 };
    static struct text known[LOOK_UPS];
    uint64_t random = ks_test_seed(1);
    ks_term_table table = {0};
    uint32_t count = 0;
    (void)state;
    for (int i = 0; i < LOOK_UPS; i++) {
        struct text text;
        uint32_t number = UINT32_MAX;
        make_text(&text, &random);
        assert_int_equal(look_up(&table, &text, &number), KS_OK);
        assert_int_equal(number, number_of(known, &count, &text));
    }
    assert_int_equal(table.count, count);
    assert_true(count > 1000);
    for (uint32_t i = 0; i < count; i++) {
        const ks_table_term *term = &table.terms[i], *other = &table.terms[ks_test_below(&random, count)];
        int order = compare_texts(&known[i], &known[other - table.terms]);
        assert_int_equal(term->size, known[i].size);
        assert_memory_equal(table.texts[i], known[i].bytes, term->size);
        /* The prefix has the terms' order as far as it goes. */
        if (term->prefix.first < other->prefix.first) assert_true(order < 0);
        if (term->prefix.first == other->prefix.first && term->prefix.second < other->prefix.second)
            assert_true(order < 0);
    }
    ks_term_table_free(&table);
    assert_int_equal(ks_term_table_bytes(&table), 0);
}

static void many_terms(void **state) {
    enum { TERMS = 50000 };
    ks_term_table table = {0};
    (void)state;
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < TERMS; i++) {
            struct text text;
            uint32_t number = 0;
            text.size = (uint32_t)snprintf(text.bytes, sizeof text.bytes, "%u", i * 7919);
            assert_int_equal(look_up(&table, &text, &number), KS_OK);
            assert_int_equal(number, i);
        }
    assert_true(ks_term_table_bytes(&table) > TERMS * sizeof *table.terms);
    assert_true(ks_term_table_bytes(&table) < TERMS * (2 * sizeof *table.terms + 96));
    ks_term_table_free(&table);
}

static void out_of_memory(void **state) {
    ks_term_table table = {0};
    uint32_t failures = 0;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (uint32_t i = 0; i < 2000; i++) {
        struct text text;
        uint32_t number = 0;
        ks_status status;
        text.size = (uint32_t)snprintf(text.bytes, sizeof text.bytes, "term%u", i);
        for (size_t nth = 1; nth < 4; nth++) {
            ks_term_key key = ks_term_key_of(text.bytes, text.size);
            ks_test_fail_allocation(nth);
            status = ks_term_table_number(&table, text.bytes, text.size, &key, &number, NULL);
            if (ks_test_allocation_failed()) assert_int_equal(status, KS_ERR_NOMEM);
            failures += status != KS_OK;
        }
        assert_int_equal(look_up(&table, &text, &number), KS_OK);
        assert_int_equal(number, i);
    }
    assert_true(failures > 10);
    ks_term_table_free(&table);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_the_order_of_coming),
        cmocka_unit_test(many_terms),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
