/* The hash map against a plain list searched from the front; keys of any bytes; clearing; failed allocations.
 */
#include "base/map.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_KEY = 40, MOST_KEYS = 700 };

typedef struct entry {
    char key[LONGEST_KEY];
    size_t size;
    uint32_t value;
    bool seen;
} entry;

/* The model: entries in the order in which they came. */
typedef struct list {
    entry entries[MOST_KEYS];
    size_t count;
} list;

static entry *list_find(list *model, const char *key, size_t size) {
    for (size_t i = 0; i < model->count; i++)
        if (model->entries[i].size == size && memcmp(model->entries[i].key, key, size) == 0)
            return &model->entries[i];
    return NULL;
}

static entry *list_add(list *model, const char *key, size_t size, uint32_t value) {
    entry *new = &model->entries[model->count++];
    *new = (entry){.size = size, .value = value};
    memcpy(new->key, key, size);
    return new;
}

/* Short keys of few different bytes, NUL among them, so that many come again and many are prefixes of others.
 */
static size_t random_key(uint64_t *random, char key[LONGEST_KEY]) {
    static const char alphabet[] = {'\0', 'a', 'b', '\xFF'};
    size_t size = ks_test_below(random, 8) ? ks_test_below(random, 6) : ks_test_below(random, LONGEST_KEY);
    for (size_t i = 0; i < size; i++) key[i] = alphabet[ks_test_below(random, sizeof alphabet)];
    return size;
}

static void insert_both(ks_map *map, list *model, uint64_t *random) {
    char key[LONGEST_KEY] = {0};
    size_t size = random_key(random, key);
    uint32_t value = (uint32_t)ks_test_random(random), *at = NULL;
    entry *known = list_find(model, key, size);
    bool added = known;
    if (!known && model->count == MOST_KEYS) return;
    assert_int_equal(ks_map_insert(map, key, size, value, &at, &added, NULL), KS_OK);
    assert_int_equal(added, !known);
    if (!known) known = list_add(model, key, size, value);
    assert_non_null(at);
    assert_int_equal(*at, known->value);
    memset(key, '?', sizeof key); /* the map has a copy */
}

static void find_both(ks_map *map, list *model, uint64_t *random) {
    char key[LONGEST_KEY] = {0};
    size_t size = random_key(random, key);
    uint32_t *at = ks_map_find(map, key, size);
    entry *known = list_find(model, key, size);
    assert_int_equal(at != NULL, known != NULL);
    if (!at || !known) return;
    assert_int_equal(*at, known->value);
    if (ks_test_below(random, 2)) *at = known->value = (uint32_t)ks_test_random(random);
}

/* The walk meets every entry once and nothing else. */
static void compare(const ks_map *map, list *model) {
    const ks_map_slot *slot;
    size_t at = 0, count = 0;
    for (size_t i = 0; i < model->count; i++) model->entries[i].seen = false;
    while ((slot = ks_map_next(map, &at))) {
        entry *known = list_find(model, slot->key, slot->size);
        assert_non_null(known);
        assert_false(known->seen);
        assert_int_equal(slot->value, known->value);
        assert_int_equal(slot->key[slot->size], '\0');
        known->seen = true;
        count++;
    }
    assert_int_equal(count, model->count);
    assert_int_equal(map->used, model->count);
    assert_null(ks_map_next(map, &at));
}

static void random_histories(void **state) {
    static list model;
    uint64_t random = ks_test_seed(3);
    ks_map map = {0};
    (void)state;
    for (int round = 0; round < 30; round++) {
        size_t steps = ks_test_below(&random, 3000);
        for (size_t step = 0; step < steps; step++) {
            if (ks_test_below(&random, 2))
                insert_both(&map, &model, &random);
            else
                find_both(&map, &model, &random);
        }
        compare(&map, &model);
        if (round % 7 == 6)
            ks_map_free(&map);
        else
            ks_map_clear(&map);
        model.count = 0;
        compare(&map, &model);
    }
    ks_map_free(&map);
}

static void an_empty_map(void **state) {
    ks_map map = {0};
    size_t at = 0;
    (void)state;
    assert_null(ks_map_find(&map, "", 0));
    assert_null(ks_map_find(&map, "a", 1));
    assert_null(ks_map_next(&map, &at));
    ks_map_clear(&map);
    ks_map_free(&map);
    assert_null(ks_map_find(&map, "a", 1));
}

static void keys_of_any_bytes(void **state) {
    static const struct {
        const char *key;
        size_t size;
    } keys[] = {{"", 0},    {"\0", 1}, {"\0\0", 2}, {"a", 1},      {"a\0", 2}, {"a\0b", 3},    {"a\0c", 3},
                {"\0a", 2}, {"ab", 2}, {"\xFF", 1}, {"\xFF\0", 2}, {"A", 1},   {"\xC3\xA9", 2}};
    enum { KEYS = sizeof keys / sizeof *keys };
    ks_map map = {0};
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++) {
        bool added = false;
        assert_null(ks_map_find(&map, keys[i].key, keys[i].size));
        assert_int_equal(ks_map_insert(&map, keys[i].key, keys[i].size, i, NULL, &added, NULL), KS_OK);
        assert_true(added);
    }
    for (uint32_t i = 0; i < KEYS; i++) {
        uint32_t *value = ks_map_find(&map, keys[i].key, keys[i].size);
        assert_non_null(value);
        assert_int_equal(*value, i);
    }
    assert_int_equal(map.used, KEYS);
    ks_map_free(&map);
}

static void a_key_that_is_there_keeps_its_value(void **state) {
    ks_map map = {0};
    uint32_t *value;
    bool added;
    (void)state;
    assert_int_equal(ks_map_insert(&map, "k", 1, 7, &value, &added, NULL), KS_OK);
    assert_true(added);
    assert_int_equal(*value, 7);
    assert_int_equal(ks_map_insert(&map, "k", 1, 8, &value, &added, NULL), KS_OK);
    assert_false(added);
    assert_int_equal(*value, 7);
    *value = 9;
    assert_int_equal(*ks_map_find(&map, "k", 1), 9);
    assert_int_equal(ks_map_insert(&map, "k", 1, 8, NULL, NULL, NULL), KS_OK);
    assert_int_equal(*ks_map_find(&map, "k", 1), 9);
    assert_int_equal(map.used, 1);
    ks_map_free(&map);
}

static void many_keys(void **state) {
    enum { KEYS = 20000 };
    ks_map map = {0};
    char key[16];
    (void)state;
    for (uint32_t i = 0; i < KEYS; i++) {
        int size = snprintf(key, sizeof key, "%u", i);
        assert_int_equal(ks_map_insert(&map, key, (size_t)size, i, NULL, NULL, NULL), KS_OK);
        assert_true(map.used * 4 <= map.capacity * 3);
        assert_int_equal(map.capacity & (map.capacity - 1), 0);
    }
    for (uint32_t i = 0; i < 2 * KEYS; i++) {
        int size = snprintf(key, sizeof key, "%u", i);
        uint32_t *value = ks_map_find(&map, key, (size_t)size);
        assert_int_equal(value != NULL, i < KEYS);
        if (value) assert_int_equal(*value, i);
    }
    ks_map_free(&map);
}

static void clearing_keeps_the_room(void **state) {
    ks_map map = {0};
    size_t capacity;
    (void)state;
    for (char c = 'a'; c <= 'z'; c++)
        assert_int_equal(ks_map_insert(&map, &c, 1, 1, NULL, NULL, NULL), KS_OK);
    capacity = map.capacity;
    for (int round = 0; round < 100; round++) {
        bool added = false;
        ks_map_clear(&map);
        assert_int_equal(map.used, 0);
        assert_int_equal(map.capacity, capacity);
        assert_null(ks_map_find(&map, "a", 1));
        assert_int_equal(ks_map_insert(&map, "a", 1, 2, NULL, &added, NULL), KS_OK);
        assert_true(added);
        assert_int_equal(*ks_map_find(&map, "a", 1), 2);
        assert_null(ks_map_find(&map, "b", 1));
    }
    ks_map_free(&map);
    assert_null(map.slots);
    assert_int_equal(map.capacity, 0);
}

/* The size alone is enough to refuse it: the key is not read. */
static void a_key_above_the_limit_is_refused(void **state) {
    ks_map map = {0};
    uint32_t here = 5, *value = &here;
    bool added = true;
    ks_error err = {0};
    (void)state;
    assert_int_equal(ks_map_insert(&map, "k", (size_t)UINT32_MAX + 1, 1, &value, &added, &err),
                     KS_ERR_TOO_LARGE);
    assert_int_equal(err.code, KS_ERR_TOO_LARGE);
    assert_string_equal(err.message, "a key of 4294967296 bytes");
    assert_ptr_equal(value, &here);
    assert_true(added);
    assert_int_equal(map.used, 0);
    assert_int_equal(ks_map_insert(&map, "k", SIZE_MAX, 1, NULL, NULL, NULL), KS_ERR_TOO_LARGE);
    ks_map_free(&map);
}

/* Inserts until all are in or memory runs out; says which key failed, or `count`. */
static uint32_t insert_numbers(ks_map *map, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t here = 5, *value = &here;
        bool added = false;
        char key[100];
        ks_error err = {0};
        memset(key, 'n', sizeof key);
        snprintf(key, sizeof key, "%099u", i);
        if (ks_map_insert(map, key, sizeof key, i, &value, &added, &err)) {
            assert_int_equal(err.code, KS_ERR_NOMEM);
            assert_ptr_equal(value, &here);
            return i;
        }
        assert_true(added);
    }
    return count;
}

/* A failed insertion leaves all that was there, and can be done again. */
static void every_failed_allocation_leaves_the_map(void **state) {
    enum { KEYS = 300 };
    size_t n;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (n = 1;; n++) {
        ks_map map = {0};
        uint32_t inserted;
        bool failed, added;
        char key[100];
        ks_test_fail_allocation(n);
        inserted = insert_numbers(&map, KEYS);
        failed = ks_test_allocation_failed();
        assert_int_equal(inserted < KEYS, failed);
        assert_int_equal(map.used, inserted);
        for (uint32_t i = 0; i < KEYS; i++) {
            snprintf(key, sizeof key, "%099u", i);
            assert_int_equal(ks_map_find(&map, key, sizeof key) != NULL, i < inserted);
        }
        for (uint32_t i = 0; i < KEYS; i++) {
            snprintf(key, sizeof key, "%099u", i);
            assert_int_equal(ks_map_insert(&map, key, sizeof key, i, NULL, &added, NULL), KS_OK);
            assert_int_equal(added, i >= inserted);
            assert_int_equal(*ks_map_find(&map, key, sizeof key), i);
        }
        ks_map_free(&map);
        if (!failed) break;
    }
    assert_true(n > 5); /* growths and key copies both were met */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories),
        cmocka_unit_test(an_empty_map),
        cmocka_unit_test(keys_of_any_bytes),
        cmocka_unit_test(a_key_that_is_there_keeps_its_value),
        cmocka_unit_test(many_keys),
        cmocka_unit_test(clearing_keeps_the_room),
        cmocka_unit_test(a_key_above_the_limit_is_refused),
        cmocka_unit_test(every_failed_allocation_leaves_the_map),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
