/* The set of hashes against a plain list; the hash of zeros; hashes that fall on one slot; failed
 * allocations. */
#include "base/set.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

enum { MOST = 1000 };

/* The model: members in the order in which they came. */
typedef struct list {
    ks_hash128 members[MOST];
    size_t count;
} list;

static bool list_has(const list *model, ks_hash128 member) {
    for (size_t i = 0; i < model->count; i++)
        if (model->members[i].low == member.low && model->members[i].high == member.high) return true;
    return false;
}

/* Few different halves, small and large, zero among them; never low 1 with high 0, which stands for zero. */
static ks_hash128 random_member(uint64_t *random) {
    uint64_t low = ks_test_below(random, 30), high = ks_test_below(random, 10);
    if (ks_test_below(random, 4) == 0) low <<= 40; /* all on one slot */
    if (ks_test_below(random, 8) == 0) low = UINT64_MAX - low;
    if (low == 1 && high == 0) high = 1;
    return (ks_hash128){.low = low, .high = high};
}

static void step_both(ks_set *set, list *model, uint64_t *random) {
    ks_hash128 member = random_member(random);
    bool known = list_has(model, member), added = known;
    assert_int_equal(ks_set_has(set, member), known);
    if (ks_test_below(random, 3) == 0 || model->count == MOST) return;
    assert_int_equal(ks_set_add(set, member, &added, NULL), KS_OK);
    assert_int_equal(added, !known);
    assert_true(ks_set_has(set, member));
    if (!known) model->members[model->count++] = member;
    assert_int_equal(set->used, model->count);
}

static void random_histories(void **state) {
    static list model;
    uint64_t random = ks_test_seed(4);
    (void)state;
    for (int round = 0; round < 20; round++) {
        ks_set set = {0};
        size_t steps = ks_test_below(&random, 4000);
        model.count = 0;
        for (size_t step = 0; step < steps; step++) step_both(&set, &model, &random);
        for (size_t i = 0; i < model.count; i++) assert_true(ks_set_has(&set, model.members[i]));
        ks_set_free(&set);
    }
}

static void an_empty_set(void **state) {
    ks_set set = {0};
    (void)state;
    assert_false(ks_set_has(&set, (ks_hash128){.low = 0, .high = 0}));
    assert_false(ks_set_has(&set, (ks_hash128){.low = 5, .high = 6}));
    ks_set_free(&set);
}

static void the_hash_of_zeros_is_a_member_like_others(void **state) {
    static const ks_hash128 zero = {0, 0}, others[] = {{2, 0}, {0, 1}, {1, 1}, {0, UINT64_MAX}, {64, 0}};
    ks_set set = {0};
    bool added = false;
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_int_equal(ks_set_add(&set, others[i], &added, NULL), KS_OK);
        assert_true(added);
        assert_false(ks_set_has(&set, zero));
    }
    assert_int_equal(ks_set_add(&set, zero, &added, NULL), KS_OK);
    assert_true(added);
    assert_true(ks_set_has(&set, zero));
    assert_int_equal(ks_set_add(&set, zero, &added, NULL), KS_OK);
    assert_false(added);
    assert_int_equal(set.used, 6);
    ks_set_free(&set);
}

static void only_zero_is_a_set_of_one(void **state) {
    ks_set set = {0};
    (void)state;
    assert_int_equal(ks_set_add(&set, (ks_hash128){0, 0}, NULL, NULL), KS_OK);
    assert_int_equal(set.used, 1);
    assert_true(ks_set_has(&set, (ks_hash128){0, 0}));
    assert_false(ks_set_has(&set, (ks_hash128){0, 1}));
    assert_false(ks_set_has(&set, (ks_hash128){2, 0}));
    ks_set_free(&set);
}

/* The lower half decides the slot: here it is the same for all, or equal in the bits that count. */
static void hashes_on_one_slot(void **state) {
    ks_set set = {0};
    (void)state;
    for (uint64_t i = 1; i <= 400; i++) {
        assert_int_equal(ks_set_add(&set, (ks_hash128){.low = 63, .high = i}, NULL, NULL), KS_OK);
        assert_int_equal(ks_set_add(&set, (ks_hash128){.low = i << 40 | 63, .high = 0}, NULL, NULL), KS_OK);
    }
    assert_int_equal(set.used, 800);
    for (uint64_t i = 1; i <= 800; i++) {
        assert_int_equal(ks_set_has(&set, (ks_hash128){.low = 63, .high = i}), i <= 400);
        assert_int_equal(ks_set_has(&set, (ks_hash128){.low = i << 40 | 63, .high = 0}), i <= 400);
        assert_false(ks_set_has(&set, (ks_hash128){.low = i << 40 | 63, .high = i}));
    }
    ks_set_free(&set);
}

static void many_members(void **state) {
    enum { MEMBERS = 50000 };
    ks_set set = {0};
    (void)state;
    for (uint32_t i = 0; i < MEMBERS; i++) {
        bool added = false;
        assert_int_equal(ks_set_add(&set, ks_hash128_of(&i, sizeof i, 0), &added, NULL), KS_OK);
        assert_true(added);
        assert_true(set.used * 2 <= set.capacity);
    }
    for (uint32_t i = 0; i < 2 * MEMBERS; i++)
        assert_int_equal(ks_set_has(&set, ks_hash128_of(&i, sizeof i, 0)), i < MEMBERS);
    ks_set_free(&set);
    assert_null(set.slots);
    assert_int_equal(set.used, 0);
    assert_int_equal(set.capacity, 0);
    assert_int_equal(ks_set_add(&set, (ks_hash128){1, 2}, NULL, NULL), KS_OK);
    ks_set_free(&set);
}

/* A failed insertion leaves all that was there, and can be done again. */
static void every_failed_allocation_leaves_the_set(void **state) {
    enum { MEMBERS = 1000 };
    size_t n;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (n = 1;; n++) {
        ks_set set = {0};
        uint64_t count = 0;
        bool failed, added = true;
        ks_error err = {0};
        ks_test_fail_allocation(n);
        while (count < MEMBERS && !ks_set_add(&set, (ks_hash128){count, count}, &added, &err)) count++;
        failed = ks_test_allocation_failed();
        assert_int_equal(count < MEMBERS, failed);
        if (failed) assert_int_equal(err.code, KS_ERR_NOMEM);
        assert_int_equal(set.used, count);
        for (uint64_t i = 0; i < MEMBERS; i++)
            assert_int_equal(ks_set_has(&set, (ks_hash128){i, i}), i < count);
        for (uint64_t i = 0; i < MEMBERS; i++) {
            assert_int_equal(ks_set_add(&set, (ks_hash128){i, i}, &added, NULL), KS_OK);
            assert_int_equal(added, i >= count);
        }
        assert_int_equal(set.used, MEMBERS);
        ks_set_free(&set);
        if (!failed) break;
    }
    assert_int_equal(n, 7); /* 64 slots at first, 2048 at last, and one more that did not fail */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories),
        cmocka_unit_test(an_empty_set),
        cmocka_unit_test(the_hash_of_zeros_is_a_member_like_others),
        cmocka_unit_test(only_zero_is_a_set_of_one),
        cmocka_unit_test(hashes_on_one_slot),
        cmocka_unit_test(many_members),
        cmocka_unit_test(every_failed_allocation_leaves_the_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
