/* Notes of postings: what is written is read again, whatever its size, and no byte behind the spare ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/note.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

static void assert_note(const ks_note *note) {
    uint8_t bytes[KS_NOTE_LIMIT + 1];
    uint8_t *end;
    memset(bytes, 0xA5, sizeof bytes);
    end = ks_note_put(bytes, note);
    assert_in_range(end - bytes, 2, KS_NOTE_LIMIT);
    assert_int_equal(*end, 0xA5);
    for (int behind = 0; behind < 256; behind += 85) { /* it is all the same what follows */
        size_t size = (size_t)(end - bytes);
        uint8_t *exact = malloc(size + KS_NOTE_SPARE); /* a read behind it is seen */
        ks_note got = {0};
        memcpy(exact, bytes, size);
        memset(exact + size, behind, KS_NOTE_SPARE);
        assert_ptr_equal(ks_note_read(exact, &got), exact + size);
        assert_int_equal(got.term, note->term);
        assert_int_equal(got.kind, note->kind);
        assert_int_equal(got.value, note->value);
        free(exact);
    }
}

/* Around every power of two, where a varint gets longer. */
static void numbers_at_the_edges(void **state) {
    (void)state;
    for (unsigned i = 0; i <= 32; i++)
        for (unsigned j = 0; j <= 28; j++)
            for (int off = -1; off <= 1; off++)
                for (uint32_t kind = 0; kind <= KS_NOTE_OTHER; kind++) {
                    uint64_t term = (UINT64_C(1) << i) + (uint64_t)(int64_t)off;
                    uint64_t value = (UINT64_C(1) << j) + (uint64_t)(int64_t)off;
                    ks_note note = {(uint32_t)term, kind, (uint32_t)value};
                    if (term <= UINT32_MAX && value < KS_NOTE_MOST) assert_note(&note);
                }
}

static void any_numbers(void **state) {
    uint64_t random = ks_test_seed(1);
    (void)state;
    for (int i = 0; i < 20000; i++) {
        ks_note note = {(uint32_t)ks_test_random(&random) >> ks_test_below(&random, 32),
                        (uint32_t)ks_test_below(&random, KS_NOTE_OTHER + 1),
                        (uint32_t)(ks_test_random(&random) % KS_NOTE_MOST) >> ks_test_below(&random, 28)};
        assert_note(&note);
    }
}

/* One after the other, with bytes that follow some of them. */
static void many_notes(void **state) {
    enum { NOTES = 500, BODY = 40 };
    static ks_note notes[NOTES];
    static uint8_t bytes[NOTES * (KS_NOTE_LIMIT + BODY) + KS_NOTE_SPARE];
    uint64_t random = ks_test_seed(2);
    uint8_t *end = bytes;
    const uint8_t *at = bytes;
    (void)state;
    for (size_t i = 0; i < NOTES; i++) {
        notes[i] = (ks_note){(uint32_t)ks_test_below(&random, 100000),
                             (uint32_t)ks_test_below(&random, KS_NOTE_OTHER + 1),
                             (uint32_t)ks_test_below(&random, BODY)};
        end = ks_note_put(end, &notes[i]);
        if (notes[i].kind != KS_NOTE_OTHER) continue;
        ks_test_random_bytes(&random, end, notes[i].value);
        end += notes[i].value;
    }
    for (size_t i = 0; i < NOTES; i++) {
        ks_note got;
        at = ks_note_read(at, &got);
        assert_memory_equal(&got, &notes[i], sizeof got);
        if (got.kind == KS_NOTE_OTHER) at += got.value;
    }
    assert_ptr_equal(at, end);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_at_the_edges),
        cmocka_unit_test(any_numbers),
        cmocka_unit_test(many_notes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
