/* Growing arrays and the arena: growth, refusals, alignment, reuse. */
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum { BIG_BLOCK = 1 << 20 };

static void an_array_grows_by_doubling(void **state) {
    static const struct {
        size_t capacity, need, expected;
    } table[] = {
        {0, 0, 0},   {0, 1, 8},  {0, 8, 8},   {0, 9, 16},     {0, 1000, 1024}, {8, 8, 8},
        {8, 3, 8},   {8, 9, 16}, {8, 16, 16}, {8, 17, 32},    {10, 11, 20},    {10, 21, 40},
        {16, 0, 16}, {3, 3, 3},  {3, 4, 8},   {100, 99, 100}, {100, 101, 200}, {100, 401, 800},
    };
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t capacity = table[i].capacity;
        uint32_t *array = capacity ? calloc(capacity, sizeof *array) : NULL;
        assert_int_equal(ks_array_reserve(&array, &capacity, table[i].need, sizeof *array, NULL), KS_OK);
        assert_int_equal(capacity, table[i].expected);
        if (capacity)
            memset(array, 0x5A, capacity * sizeof *array);
        else
            assert_null(array);
        free(array);
    }
}

static void what_was_in_it_stays(void **state) {
    size_t capacity = 0;
    uint64_t *array = NULL;
    (void)state;
    for (size_t i = 0; i < 5000; i++) {
        assert_int_equal(ks_array_reserve(&array, &capacity, i + 1, sizeof *array, NULL), KS_OK);
        assert_true(capacity > i);
        array[i] = i * i;
    }
    assert_int_equal(capacity, 8192);
    for (size_t i = 0; i < 5000; i++) assert_int_equal(array[i], i * i);
    free(array);
}

static void room_that_is_there_is_not_moved(void **state) {
    size_t capacity = 0;
    char *array = NULL, *before;
    (void)state;
    assert_int_equal(ks_array_reserve(&array, &capacity, 20, 1, NULL), KS_OK);
    assert_int_equal(capacity, 32);
    before = array;
    for (size_t need = 0; need <= 32; need++)
        assert_int_equal(ks_array_reserve(&array, &capacity, need, 1, NULL), KS_OK);
    assert_ptr_equal(array, before);
    free(array);
}

/* A count of bytes that does not fit into size_t is refused before any memory is asked for. */
static void impossible_sizes_are_refused(void **state) {
    static const struct {
        size_t need, size;
    } table[] = {
        {SIZE_MAX, 1},         {SIZE_MAX, 16},        {SIZE_MAX / 2 + 2, 1}, {SIZE_MAX / 2 + 2, 8},
        {SIZE_MAX / 4 + 2, 4}, {SIZE_MAX / 8, 16},    {SIZE_MAX / 8 + 2, 8}, {SIZE_MAX / 24 + 1, 24},
        {9, SIZE_MAX / 8},     {1, SIZE_MAX / 8 + 1}, {1, SIZE_MAX},
    };
    char *array = malloc(3), *before = array;
    (void)state;
    assert_non_null(array);
    memcpy(array, "abc", 3);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t capacity = table[i].need == 1 ? 0 : 3;
        size_t was = capacity;
        ks_error err = {0};
        assert_int_equal(ks_array_reserve(&array, &capacity, table[i].need, table[i].size, &err),
                         KS_ERR_NOMEM);
        assert_int_equal(err.code, KS_ERR_NOMEM);
        assert_string_equal(err.message, "out of memory");
        assert_ptr_equal(array, before);
        assert_int_equal(capacity, was);
        assert_memory_equal(array, "abc", 3);
        assert_int_equal(ks_array_reserve(&array, &capacity, table[i].need, table[i].size, NULL),
                         KS_ERR_NOMEM);
    }
    free(array);
}

static void an_array_survives_a_failed_growth(void **state) {
    size_t capacity = 0;
    char *array = NULL, *before;
    ks_error err = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    assert_int_equal(ks_array_reserve(&array, &capacity, 1, 1, &err), KS_ERR_NOMEM);
    assert_true(ks_test_allocation_failed());
    assert_int_equal(err.code, KS_ERR_NOMEM);
    assert_null(array);
    assert_int_equal(capacity, 0);
    assert_int_equal(ks_array_reserve(&array, &capacity, 5, 1, &err), KS_OK);
    memcpy(array, "hello", 5);
    before = array;
    ks_test_fail_allocation(1);
    assert_int_equal(ks_array_reserve(&array, &capacity, 100, 1, NULL), KS_ERR_NOMEM);
    assert_true(ks_test_allocation_failed());
    assert_ptr_equal(array, before);
    assert_int_equal(capacity, 8);
    assert_memory_equal(array, "hello", 5);
    free(array);
}

static void pieces_are_aligned_for_any_type(void **state) {
    ks_arena arena = {0};
    (void)state;
    for (size_t size = 0; size < 300; size++) {
        char *piece = ks_arena_alloc(&arena, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
        if (size) memset(piece, 0xA5, size);
    }
    ks_arena_free(&arena);
}

typedef struct piece {
    unsigned char *bytes;
    size_t size;
    unsigned char fill;
} piece;

static size_t random_size(uint64_t *random) {
    switch (ks_test_below(random, 20)) {
    case 0: return ks_test_below(random, 40000);
    case 1: return 4096 + ks_test_below(random, 3);
    case 2: return 0;
    default: return ks_test_below(random, 200);
    }
}

/* Every piece is filled with a byte of its own; when they overlap, one of them has lost it. */
static void pieces_do_not_overlap(void **state) {
    enum { PIECES = 3000 };
    static piece pieces[PIECES];
    uint64_t random = ks_test_seed(1);
    ks_arena arena = {0};
    (void)state;
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < PIECES; i++) {
            piece *new = &pieces[i];
            *new = (piece){.size = random_size(&random), .fill = (unsigned char)ks_test_random(&random)};
            new->bytes = ks_arena_alloc(&arena, new->size);
            assert_non_null(new->bytes);
            if (new->size) memset(new->bytes, new->fill, new->size);
        }
        for (size_t i = 0; i < PIECES; i++)
            for (size_t at = 0; at < pieces[i].size; at++)
                if (pieces[i].bytes[at] != pieces[i].fill) fail_msg("piece %zu was written over", i);
        ks_arena_reset(&arena);
    }
    ks_arena_free(&arena);
}

static void large_pieces_fit(void **state) {
    static const size_t sizes[] = {4095,      4096,          4097,          BIG_BLOCK - 1,
                                   BIG_BLOCK, BIG_BLOCK + 1, 3 * BIG_BLOCK, 1};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    char *pieces[SIZES];
    ks_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < SIZES; i++) {
        pieces[i] = ks_arena_alloc(&arena, sizes[i]);
        assert_non_null(pieces[i]);
        memset(pieces[i], (int)i + 1, sizes[i]);
    }
    for (size_t i = 0; i < SIZES; i++) {
        assert_int_equal(pieces[i][0], i + 1);
        assert_int_equal(pieces[i][sizes[i] - 1], i + 1);
    }
    ks_arena_free(&arena);
}

/* Those whose size, rounded up and with the block's head, does not fit into size_t. */
static void impossible_pieces_are_refused(void **state) {
    ks_arena arena = {0};
    (void)state;
    for (int used = 0; used < 2; used++) {
        for (size_t less = 0; less < 2 * alignof(max_align_t) - 1; less++)
            assert_null(ks_arena_alloc(&arena, SIZE_MAX - less));
        assert_null(ks_arena_copy(&arena, "", SIZE_MAX));
        assert_null(ks_arena_copy(&arena, "", SIZE_MAX - 1));
        char *bytes = ks_arena_alloc(&arena, 10);
        assert_non_null(bytes);
        memset(bytes, 1, 10);
    }
    ks_arena_free(&arena);
}

static void an_arena_survives_a_failed_piece(void **state) {
    ks_arena arena = {0};
    char *first, *second;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_fail_allocation(1);
    assert_null(ks_arena_alloc(&arena, 10));
    assert_true(ks_test_allocation_failed());
    ks_test_fail_allocation(1);
    assert_null(ks_arena_copy(&arena, "abc", 3));
    assert_true(ks_test_allocation_failed());
    first = ks_arena_copy(&arena, "abc", 3);
    assert_non_null(first);
    ks_test_fail_allocation(1);
    assert_null(ks_arena_alloc(&arena, 100000));
    assert_true(ks_test_allocation_failed());
    second = ks_arena_copy(&arena, "def", 3);
    assert_string_equal(first, "abc");
    assert_string_equal(second, "def");
    ks_arena_free(&arena);
}

static void copies_keep_every_byte(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
    } table[] = {{"", 0}, {"a", 1}, {"\0", 1}, {"a\0b", 3}, {"\0\0\0", 3}, {"\xFF\x80", 2}, {NULL, 0}};
    ks_arena arena = {0};
    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char *copy = ks_arena_copy(&arena, table[i].bytes, table[i].size);
        assert_non_null(copy);
        assert_ptr_not_equal(copy, table[i].bytes);
        if (table[i].size) assert_memory_equal(copy, table[i].bytes, table[i].size);
        assert_int_equal(copy[table[i].size], 0);
    }
    ks_arena_free(&arena);
}

/* The NUL behind a copy has room of its own, also where the text fills the alignment exactly. */
static void copies_of_every_length_stand_apart(void **state) {
    enum { COUNT = 200 };
    char text[COUNT + 1], *copies[COUNT];
    ks_arena arena = {0};
    (void)state;
    memset(text, 'z', sizeof text);
    for (size_t size = 0; size < COUNT; size++) copies[size] = ks_arena_copy(&arena, text, size);
    for (size_t size = 0; size < COUNT; size++) assert_int_equal(strlen(copies[size]), size);
    ks_arena_free(&arena);
}

static void reset_keeps_a_single_block(void **state) {
    ks_arena arena = {0};
    struct ks_arena_block *block;
    void *first;
    (void)state;
    ks_arena_reset(&arena);
    assert_null(arena.block);
    first = ks_arena_alloc(&arena, 100);
    block = arena.block;
    ks_arena_reset(&arena);
    assert_ptr_equal(arena.block, block);
    assert_int_equal(arena.used, 0);
    assert_ptr_equal(ks_arena_alloc(&arena, 50), first);
    ks_arena_free(&arena);
}

/* Of several blocks the newest stays, and the next one makes room for all. */
static void reset_makes_one_block_of_several(void **state) {
    enum { PIECES = 30, SIZE = 50000 };
    ks_arena arena = {0};
    struct ks_arena_block *block;
    (void)state;
    for (int i = 0; i < PIECES; i++) assert_non_null(ks_arena_alloc(&arena, SIZE));
    block = arena.block;
    ks_arena_reset(&arena);
    assert_ptr_equal(arena.block, block);
    assert_int_equal(arena.used, 0);
    assert_int_equal(arena.older, 0);
    while (arena.block == block) assert_non_null(ks_arena_alloc(&arena, SIZE));
    assert_true(arena.size >= (size_t)PIECES * SIZE);
    block = arena.block;
    ks_arena_reset(&arena);
    assert_ptr_equal(arena.block, block);
    for (int i = 0; i < PIECES - 1; i++) assert_non_null(ks_arena_alloc(&arena, SIZE));
    assert_ptr_equal(arena.block, block);
    ks_arena_free(&arena);
    assert_int_equal(arena.min_block, 0);
}

/* Every byte is there, whatever the block is made of: small ones, a huge page, more than one. */
static void blocks_of_every_size_hold_their_bytes(void **state) {
    uint64_t random = ks_test_seed(7);
    (void)state;
    for (size_t wanted = 1 << 16; wanted <= 1 << 22; wanted += (size_t)ks_test_below(&random, 100000) + 1) {
        ks_arena arena = {.min_block = wanted};
        size_t asked = ks_test_below(&random, wanted) + 1, rest;
        unsigned char *first = ks_arena_alloc(&arena, asked), *last;
        assert_non_null(first);
        memset(first, 1, asked);
        assert_true(arena.size >= wanted);
        rest = (arena.size - arena.used) / alignof(max_align_t) * alignof(max_align_t);
        assert_non_null(last = ks_arena_alloc(&arena, rest));
        memset(last, 2, rest);
        assert_int_equal(arena.older, 0); /* all in one block */
        assert_int_equal(first[0], 1);
        assert_int_equal(first[asked - 1], 1);
        ks_arena_free(&arena);
    }
}

static void no_memory_for_large_blocks(void **state) {
    static const size_t sizes[] = {1000, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21, 1 << 23};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ks_arena arena = {0};
        ks_test_fail_allocation(1);
        assert_null(ks_arena_alloc(&arena, sizes[i]));
        assert_true(ks_test_allocation_failed());
        assert_null(arena.block);
        assert_non_null(ks_arena_alloc(&arena, sizes[i]));
        ks_arena_free(&arena);
    }
}

/* Who knows what is needed says so: a little takes no more than that, and more is there when it is asked for.
 */
static void a_first_block_as_wanted(void **state) {
    static const size_t sizes[] = {32, 100, 4000, 5000, 3 << 20};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        ks_arena arena = {.min_block = sizes[i]};
        assert_non_null(ks_arena_alloc(&arena, 16));
        assert_int_equal(arena.size, sizes[i]);
        for (int n = 0; n < 200; n++) assert_non_null(ks_arena_alloc(&arena, 1000));
        assert_true(arena.older + arena.size >= 200 * 1000);
        ks_arena_free(&arena);
    }
}

/* A loop that asks for the same each time needs no new memory after the first rounds. */
static void a_loop_with_resets_settles(void **state) {
    ks_arena arena = {0};
    struct ks_arena_block *settled = NULL;
    (void)state;
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 1000; i++) assert_non_null(ks_arena_alloc(&arena, 64));
        if (round == 10) settled = arena.block;
        if (round > 10) assert_ptr_equal(arena.block, settled);
        ks_arena_reset(&arena);
    }
    ks_arena_free(&arena);
}

static void a_freed_arena_is_a_new_one(void **state) {
    ks_arena arena = {0};
    (void)state;
    ks_arena_free(&arena);
    assert_non_null(ks_arena_alloc(&arena, 10));
    ks_arena_free(&arena);
    assert_null(arena.block);
    assert_int_equal(arena.used, 0);
    assert_int_equal(arena.size, 0);
    assert_string_equal(ks_arena_copy(&arena, "again", 5), "again");
    ks_arena_free(&arena);
    ks_arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_array_grows_by_doubling),
        cmocka_unit_test(what_was_in_it_stays),
        cmocka_unit_test(room_that_is_there_is_not_moved),
        cmocka_unit_test(impossible_sizes_are_refused),
        cmocka_unit_test(an_array_survives_a_failed_growth),
        cmocka_unit_test(pieces_are_aligned_for_any_type),
        cmocka_unit_test(pieces_do_not_overlap),
        cmocka_unit_test(large_pieces_fit),
        cmocka_unit_test(impossible_pieces_are_refused),
        cmocka_unit_test(an_arena_survives_a_failed_piece),
        cmocka_unit_test(copies_keep_every_byte),
        cmocka_unit_test(copies_of_every_length_stand_apart),
        cmocka_unit_test(reset_keeps_a_single_block),
        cmocka_unit_test(reset_makes_one_block_of_several),
        cmocka_unit_test(blocks_of_every_size_hold_their_bytes),
        cmocka_unit_test(no_memory_for_large_blocks),
        cmocka_unit_test(a_first_block_as_wanted),
        cmocka_unit_test(a_loop_with_resets_settles),
        cmocka_unit_test(a_freed_arena_is_a_new_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
