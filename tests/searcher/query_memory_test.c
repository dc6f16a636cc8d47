/* Every allocation of the parser and printer fails once: KS_ERR_NOMEM, nothing leaks, nothing breaks. The
 * part of base that allocates is compiled into this test, with an allocator that can be told to fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>

static size_t allocations_left = SIZE_MAX;

static bool may_allocate(void) {
    if (allocations_left == 0) return false;
    allocations_left--;
    return true;
}

static void *failing_malloc(size_t size) {
    return may_allocate() ? malloc(size) : NULL;
}

static void *failing_realloc(void *old, size_t size) {
    return may_allocate() ? realloc(old, size) : NULL;
}

#define malloc failing_malloc
#define realloc failing_realloc
#include "base/memory.c" /* NOLINT(bugprone-suspicious-include) */
#undef malloc
#undef realloc

#include "tests/searcher/query_dump.h"

static const char all_forms[] = "policy C++ -word \"a  b\"~3 pre* (x OR y) AND NOT -z f(x) -f(x) -(a b) "
                                "title:(a \"b c\" d*) title: has:foo "
                                "foo:bar* kind:a,\"b c\" id:a(b)c tag:x tag:y* date:2014..2016 after:x "
                                "date:\"x\" is:failed has:url \xFF OR OR "
                                ") \"\" () * \"a\"~99 \"open (and ((";

/* The first `allowed` allocations work. */
static ks_status parse_with(const char *text, size_t size, size_t allowed, bool *had_enough) {
    ks_error err = {0};
    ks_query query;
    ks_status status;
    allocations_left = allowed;
    status = ks_query_parse(&query, text, size, &err);
    *had_enough = allocations_left > 0;
    allocations_left = SIZE_MAX;
    if (status) {
        assert_int_equal(status, KS_ERR_NOMEM);
        assert_int_equal(err.code, KS_ERR_NOMEM);
        assert_true(err.message[0] != '\0');
    } else {
        assert_non_null(query.root);
    }
    ks_query_free(&query);
    return status;
}

/* Returns how many allocations the parse takes. */
static size_t fail_each(const char *text, size_t size) {
    size_t allowed = 0;
    bool had_enough = false;
    while (!had_enough) {
        ks_status status = parse_with(text, size, allowed, &had_enough);
        if (had_enough) {
            assert_int_equal(status, KS_OK);
            break;
        }
        allowed++;
        assert_true(allowed < 1000);
    }
    for (size_t i = 0; i + 1 < allowed; i++)
        assert_int_equal(parse_with(text, size, i, &had_enough), KS_ERR_NOMEM);
    return allowed;
}

static void every_form_fails_well(void **state) {
    (void)state;
    assert_true(fail_each(all_forms, sizeof all_forms - 1) > 8);
}

/* The arena takes its memory in blocks: where a block ends, another call has to ask for the next one. */
static void each_call_meets_the_end_of_a_block(void **state) {
    static const char padding[] = "pppppppppppppppp";
    ks_buffer text = {0};
    (void)state;
    for (size_t length = 0; length < 4096; length += sizeof padding - 1) {
        ks_buffer_add(&text, padding, sizeof padding - 1);
        ks_buffer_char(&text, ' ');
        ks_buffer_add(&text, all_forms, sizeof all_forms - 1);
        fail_each(text.data, text.size);
        ks_buffer_truncate(&text, text.size - sizeof all_forms);
    }
    ks_buffer_free(&text);
}

static void warnings_fail_well(void **state) {
    ks_error err = {0};
    ks_query query;
    size_t added = 0;
    (void)state;
    assert_int_equal(ks_query_parse(&query, "a", 1, NULL), KS_OK);
    allocations_left = 0;
    assert_int_equal(ks_query_warn(&query, &err, "%s", "text"), KS_ERR_NOMEM);
    assert_int_equal(err.code, KS_ERR_NOMEM);
    assert_int_equal(query.warning_count, 0);
    allocations_left = 1;
    while (ks_query_warn(&query, NULL, "%02000zu", added) == KS_OK) added++;
    assert_int_equal(query.warning_count, added);
    assert_true(added < 20);
    allocations_left = SIZE_MAX;
    ks_query_free(&query);
}

static void printing_fails_well(void **state) {
    ks_query query;
    bool is_done = false;
    (void)state;
    assert_int_equal(ks_query_parse(&query, all_forms, sizeof all_forms - 1, NULL), KS_OK);
    for (size_t allowed = 0; !is_done; allowed++) {
        ks_buffer out = {0};
        allocations_left = allowed;
        ks_query_print(&out, query.root);
        allocations_left = SIZE_MAX;
        is_done = ks_buffer_check(&out, NULL) == KS_OK;
        assert_true(is_done || out.failed);
        ks_buffer_free(&out);
        assert_true(allowed < 100);
    }
    ks_query_free(&query);
}

/* A list of brackets grows without the arena. */
static void many_brackets_fail_well(void **state) {
    char text[400];
    (void)state;
    memset(text, '(', sizeof text);
    fail_each(text, sizeof text);
    for (size_t i = 0; i + 1 < sizeof text; i += 2) memcpy(text + i, "f(", 2);
    fail_each(text, sizeof text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_fails_well),   cmocka_unit_test(each_call_meets_the_end_of_a_block),
        cmocka_unit_test(warnings_fail_well),      cmocka_unit_test(printing_fails_well),
        cmocka_unit_test(many_brackets_fail_well),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
