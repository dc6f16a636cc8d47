/* The byte buffer: appending against a naive model, formatting, cutting, giving away, and the sticky error.
 */
#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static void expect(const ks_buffer *buffer, const char *bytes, size_t size) {
    assert_int_equal(ks_buffer_check(buffer, NULL), KS_OK);
    assert_int_equal(buffer->size, size);
    assert_non_null(buffer->data);
    assert_memory_equal(buffer->data, bytes, size);
    assert_int_equal(buffer->data[size], '\0');
    assert_true(buffer->capacity > size);
}

static void appending(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    ks_buffer_add(&buffer, "a\0b", 3);
    expect(&buffer, "a\0b", 3);
    ks_buffer_str(&buffer, "text");
    expect(&buffer, "a\0btext", 7);
    ks_buffer_char(&buffer, '\0');
    ks_buffer_char(&buffer, '\xFF');
    expect(&buffer, "a\0btext\0\xFF", 9);
    ks_buffer_format(&buffer, "%d-%s-%c", -5, "x", 'y');
    expect(&buffer, "a\0btext\0\xFF-5-x-y", 15);
    ks_buffer_free(&buffer);
}

static void appending_nothing_makes_an_empty_text(void **state) {
    ks_buffer buffers[3] = {{0}, {0}, {0}};
    (void)state;
    assert_int_equal(ks_buffer_check(&buffers[0], NULL), KS_OK);
    ks_buffer_add(&buffers[0], NULL, 0);
    ks_buffer_str(&buffers[1], "");
    ks_buffer_format(&buffers[2], "%s", "");
    for (size_t i = 0; i < 3; i++) {
        expect(&buffers[i], "", 0);
        ks_buffer_free(&buffers[i]);
    }
}

/* Whatever is appended by whichever call, the bytes are those that a fixed array has. */
static void random_histories(void **state) {
    enum { ROUNDS = 60, STEPS = 400, MOST = 200 };
    static char model[STEPS * MOST];
    uint64_t random = ks_test_seed(2);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        ks_buffer buffer = {0};
        size_t size = 0;
        for (int step = 0; step < STEPS; step++) {
            char bytes[MOST + 1];
            size_t more = ks_test_below(&random, MOST);
            switch (ks_test_below(&random, 6)) {
            case 0:
                ks_test_random_bytes(&random, bytes, more);
                ks_buffer_add(&buffer, bytes, more);
                break;
            case 1:
                memset(bytes, 's', more);
                bytes[more] = '\0';
                ks_buffer_str(&buffer, bytes);
                break;
            case 2:
                more = 1;
                bytes[0] = (char)ks_test_random(&random);
                ks_buffer_char(&buffer, bytes[0]);
                break;
            case 3:
                more = (size_t)snprintf(bytes, sizeof bytes, "%d:%5.1f", step, step / 3.0);
                ks_buffer_format(&buffer, "%d:%5.1f", step, step / 3.0);
                break;
            default:
                if (more < size && more % 3 == 0) size -= more;
                if (buffer.data) ks_buffer_truncate(&buffer, size);
                more = 0;
                break;
            }
            memcpy(model + size, bytes, more);
            size += more;
            if (buffer.data) expect(&buffer, model, size);
        }
        ks_buffer_free(&buffer);
    }
}

static void formatting_long_texts(void **state) {
    enum { LONG = 100000 };
    char *text = malloc(LONG + 1);
    (void)state;
    assert_non_null(text);
    memset(text, 'q', LONG);
    text[LONG] = '\0';
    for (size_t size = LONG; size > 0; size /= 3) {
        ks_buffer buffer = {0};
        text[size] = '\0';
        ks_buffer_str(&buffer, "<");
        ks_buffer_format(&buffer, "%s|%s", text, text);
        ks_buffer_str(&buffer, ">");
        assert_int_equal(buffer.size, 2 * size + 3);
        assert_int_equal(strlen(buffer.data), 2 * size + 3);
        assert_int_equal(buffer.data[0], '<');
        assert_memory_equal(buffer.data + 1, text, size);
        assert_int_equal(buffer.data[size + 1], '|');
        assert_memory_equal(buffer.data + size + 2, text, size);
        assert_int_equal(buffer.data[2 * size + 2], '>');
        ks_buffer_free(&buffer);
    }
    free(text);
}

/* Every length around the sizes at which the room is doubled. */
static void formatting_every_length(void **state) {
    (void)state;
    for (int size = 0; size < 300; size++) {
        ks_buffer buffer = {0};
        ks_buffer_format(&buffer, "%*s", size, "");
        assert_int_equal(buffer.size, size);
        assert_int_equal(strlen(buffer.data), size);
        ks_buffer_free(&buffer);
    }
}

static void truncating(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    ks_buffer_truncate(&buffer, 0);
    ks_buffer_truncate(&buffer, 5);
    assert_null(buffer.data);
    ks_buffer_str(&buffer, "0123456789");
    ks_buffer_truncate(&buffer, 11);
    ks_buffer_truncate(&buffer, SIZE_MAX);
    ks_buffer_truncate(&buffer, 10);
    expect(&buffer, "0123456789", 10);
    ks_buffer_truncate(&buffer, 4);
    expect(&buffer, "0123", 4);
    ks_buffer_str(&buffer, "x");
    expect(&buffer, "0123x", 5);
    ks_buffer_truncate(&buffer, 0);
    expect(&buffer, "", 0);
    ks_buffer_free(&buffer);
}

static void taking(void **state) {
    ks_buffer buffer = {0};
    char *taken;
    (void)state;
    ks_buffer_str(&buffer, "mine");
    taken = ks_buffer_take(&buffer);
    assert_string_equal(taken, "mine");
    assert_null(buffer.data);
    assert_int_equal(buffer.size, 0);
    assert_int_equal(buffer.capacity, 0);
    ks_buffer_str(&buffer, "yours");
    assert_string_equal(taken, "mine");
    expect(&buffer, "yours", 5);
    free(taken);
    ks_buffer_free(&buffer);
}

static void taking_from_an_empty_buffer(void **state) {
    ks_buffer buffer = {0};
    char *taken = ks_buffer_take(&buffer);
    (void)state;
    assert_non_null(taken);
    assert_string_equal(taken, "");
    assert_null(buffer.data);
    free(taken);
}

static void freeing_makes_it_new(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    ks_buffer_free(&buffer);
    ks_buffer_str(&buffer, "x");
    ks_buffer_free(&buffer);
    assert_null(buffer.data);
    assert_int_equal(buffer.size, 0);
    ks_buffer_add(&buffer, "", SIZE_MAX);
    assert_true(buffer.failed);
    ks_buffer_free(&buffer);
    assert_false(buffer.failed);
    ks_buffer_str(&buffer, "y");
    expect(&buffer, "y", 1);
    ks_buffer_free(&buffer);
}

/* After a failure nothing is added, the bytes before it stay, the check says so, and there is nothing to
 * take. */
static void expect_stuck(ks_buffer *buffer, const char *before, size_t size) {
    ks_error err = {0};
    assert_true(buffer->failed);
    ks_buffer_add(buffer, "a", 1);
    ks_buffer_str(buffer, "b");
    ks_buffer_char(buffer, 'c');
    ks_buffer_format(buffer, "%d", 4);
    ks_buffer_add(buffer, "", 0);
    assert_true(buffer->failed);
    assert_int_equal(buffer->size, size);
    if (size) assert_memory_equal(buffer->data, before, size);
    assert_int_equal(ks_buffer_check(buffer, &err), KS_ERR_NOMEM);
    assert_int_equal(err.code, KS_ERR_NOMEM);
    assert_string_equal(err.message, "out of memory");
    assert_int_equal(ks_buffer_check(buffer, NULL), KS_ERR_NOMEM);
    assert_null(ks_buffer_take(buffer));
    assert_null(buffer->data);
    assert_int_equal(ks_buffer_check(buffer, NULL), KS_OK);
}

/* Sizes that no memory can have: refused before a byte is read. */
static void impossible_sizes_stick(void **state) {
    static const size_t sizes[] = {SIZE_MAX, SIZE_MAX - 1, SIZE_MAX - 5, SIZE_MAX - 6, SIZE_MAX / 2 + 2};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ks_buffer buffer = {0};
        ks_buffer_add(&buffer, "", sizes[i]);
        expect_stuck(&buffer, "", 0);
        ks_buffer_str(&buffer, "hello");
        ks_buffer_add(&buffer, "", sizes[i]);
        expect_stuck(&buffer, "hello", 5);
    }
}

static void a_format_that_cannot_be_printed_sticks(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    ks_buffer_str(&buffer, "before");
    ks_buffer_format(&buffer, "%lc", (wint_t)0xDC80); /* a lone surrogate: there are no bytes for it */
    expect_stuck(&buffer, "before", 6);
}

static void a_failed_buffer_can_still_be_cut(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    ks_buffer_str(&buffer, "hello");
    ks_buffer_add(&buffer, "", SIZE_MAX);
    ks_buffer_truncate(&buffer, 2);
    expect_stuck(&buffer, "he", 2);
}

static void write_a_lot(ks_buffer *buffer) {
    for (int i = 0; i < 100; i++) {
        ks_buffer_add(buffer, "0123456789", 10);
        ks_buffer_format(buffer, "%d", i % 10);
        ks_buffer_char(buffer, '.');
    }
}

static void every_failed_allocation_sticks(void **state) {
    ks_buffer whole = {0};
    size_t n;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    write_a_lot(&whole);
    for (n = 1;; n++) {
        ks_buffer buffer = {0};
        size_t size;
        ks_test_fail_allocation(n);
        write_a_lot(&buffer);
        size = buffer.size;
        if (!ks_test_allocation_failed()) {
            expect(&buffer, whole.data, whole.size);
            ks_buffer_free(&buffer);
            break;
        }
        assert_true(size < whole.size);
        expect_stuck(&buffer, whole.data, size);
    }
    assert_in_range(n, 5, 20);
    ks_buffer_free(&whole);
}

static void taking_without_memory(void **state) {
    ks_buffer buffer = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    assert_null(ks_buffer_take(&buffer));
    assert_true(ks_test_allocation_failed());
    assert_int_equal(ks_buffer_check(&buffer, NULL), KS_OK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appending),
        cmocka_unit_test(appending_nothing_makes_an_empty_text),
        cmocka_unit_test(random_histories),
        cmocka_unit_test(formatting_long_texts),
        cmocka_unit_test(formatting_every_length),
        cmocka_unit_test(truncating),
        cmocka_unit_test(taking),
        cmocka_unit_test(taking_from_an_empty_buffer),
        cmocka_unit_test(freeing_makes_it_new),
        cmocka_unit_test(impossible_sizes_stick),
        cmocka_unit_test(a_format_that_cannot_be_printed_sticks),
        cmocka_unit_test(a_failed_buffer_can_still_be_cut),
        cmocka_unit_test(every_failed_allocation_sticks),
        cmocka_unit_test(taking_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
