/* Reading what may be worth it: the least frequency that is enough, the postings that have it, and the
 * documents that are read for it. What is left out is nothing that could reach the least. */
#include "native/sift_read.h"

#include "tests/native/sifting.h"

/* ---- The least frequency ---- */

/* A sift that knows the norm alone, as much as frequencies are told by. */
struct norms {
    ks_factors factors;
    ks_pass pass;
    ks_sift sift;
};

static ks_sift *sift_of(struct norms *norms, double base, double slope, double least) {
    norms->factors.norm = (ks_norm){.base = base, .slope = slope, .least = least};
    norms->pass.factors = &norms->factors;
    norms->sift.pass = &norms->pass;
    return &norms->sift;
}

/* What a frequency gives to the shortest document. */
static double shortest_part(const ks_sift *sift, double factor, double tf) {
    return factor * tf / (tf + ks_norm_of(&sift->pass->factors->norm, 0));
}

/* A frequency less does not reach `need`, this one does. */
static void check_floor(const ks_sift *sift, double factor, float need) {
    ks_list list = {.factor = factor};
    uint32_t tf = ks_sift_floor(sift, &list, need);
    const double close = 1e-12;
    assert_true(tf > 0);
    if (shortest_part(sift, factor, (double)tf - 1) >= (double)need * (1 + close))
        fail_msg("factor %.17g: %u is too much for %.9g", factor, tf, (double)need);
    if (tf < UINT32_MAX && shortest_part(sift, factor, (double)tf) < (double)need * (1 - close))
        fail_msg("factor %.17g: %u is not enough for %.9g", factor, tf, (double)need);
}

static void test_floor(void **state) {
    static const double factors[] = {1e-6, 0.0123, 0.5, 1, 2, 3.14159, 17.25, 4000};
    static const double bases[] = {0.3, 0.5, 1.2, 2};
    static struct norms norms;
    (void)state;
    for (size_t b = 0; b < 4; b++)
        for (size_t f = 0; f < 8; f++) {
            const ks_sift *sift = sift_of(&norms, bases[b], 0.01, 10 * (double)b);
            for (uint32_t tf = 1; tf < 3000; tf += 1 + tf / 8) {
                float need = (float)shortest_part(sift, factors[f], tf);
                check_floor(sift, factors[f], need);
                check_floor(sift, factors[f], nextafterf(need, 0));
                check_floor(sift, factors[f], nextafterf(need, INFINITY));
                check_floor(sift, factors[f], need * 0.99f);
            }
        }
}

/* Powers of two are not rounded: a frequency that just gives what is needed is the least that does. */
static void test_floor_exactly(void **state) {
    static struct norms norms;
    const ks_sift *sift = sift_of(&norms, 1, 1, 3); /* 4 for the shortest */
    ks_list list = {.factor = 8};
    (void)state;
    assert_int_equal(ks_sift_floor(sift, &list, 4), 4);
    assert_int_equal(ks_sift_floor(sift, &list, nextafterf(4, 0)), 4);
    assert_int_equal(ks_sift_floor(sift, &list, nextafterf(4, 8)), 5);
    assert_int_equal(ks_sift_floor(sift, &list, 6), 12);
    assert_int_equal(ks_sift_floor(sift, &list, nextafterf(6, 8)), 13);
    assert_int_equal(ks_sift_floor(sift, &list, 7.5f), 60);
    list.factor = 5;
    assert_int_equal(ks_sift_floor(sift, &list, 1), 1);
    assert_int_equal(ks_sift_floor(sift, &list, nextafterf(1, 0)), 1);
    assert_int_equal(ks_sift_floor(sift, &list, nextafterf(1, 2)), 2);
}

/* Nothing is needed, or more than there is, or all but what no frequency gives. */
static void test_floor_at_the_ends(void **state) {
    static struct norms norms;
    const ks_sift *sift = sift_of(&norms, 1, 1, 3);
    ks_list list = {.factor = 8};
    (void)state;
    assert_int_equal(ks_sift_floor(sift, &list, 0), 0);
    assert_int_equal(ks_sift_floor(sift, &list, -1), 0);
    assert_int_equal(ks_sift_floor(sift, &list, -INFINITY), 0);
    assert_int_equal(ks_sift_floor(sift, &list, 1e-30f), 1);
    assert_int_equal(ks_sift_floor(sift, &list, 8), UINT32_MAX);
    assert_int_equal(ks_sift_floor(sift, &list, 9), UINT32_MAX);
    assert_int_equal(ks_sift_floor(sift, &list, INFINITY), UINT32_MAX);
    list.factor = 8 + 1e-9; /* 32e9 would be enough */
    assert_int_equal(ks_sift_floor(sift, &list, 8), UINT32_MAX);
    list.factor = 8 + 1e-8; /* 3.2e9 is */
    assert_true(ks_sift_floor(sift, &list, 8) > 3190000000 && ks_sift_floor(sift, &list, 8) < 3210000000);
    list.factor = 0; /* a list that only filters */
    assert_int_equal(ks_sift_floor(sift, &list, 0), 0);
    assert_int_equal(ks_sift_floor(sift, &list, 1e-30f), UINT32_MAX);
}

/* ---- The postings that have it ---- */

static uint32_t tf_at(ks_list *list, uint32_t spot) {
    ks_cursor_tf(list->cursor);
    return list->cursor->tfs[spot];
}

static void check_choice(const struct sifting *s, ks_list *list, uint32_t begin, uint32_t end, float need) {
    uint32_t floor = ks_sift_floor(&s->sift, list, need), in_block[KS_BLOCK], got = 0;
    uint32_t count = ks_sift_choose(&s->sift, list, begin, end, need, in_block);
    for (uint32_t spot = begin; spot < end; spot++) {
        if (tf_at(list, spot) < floor) continue;
        assert_true(got < count);
        assert_int_equal(in_block[got++], spot);
    }
    assert_int_equal(got, count);
}

/* What some frequency gives to the shortest, near enough to all that the list gives now and then. */
static float some_need(const struct sifting *s, const ks_list *list, uint64_t *random) {
    double tf = (double)ks_test_below(random, 1 + ks_test_below(random, 32)) - 1;
    float need = tf <= 0 ? (float)tf : (float)shortest_part(&s->sift, list->factor, tf);
    return ks_test_below(random, 3) ? need : nextafterf(need, (float)ks_test_below(random, 2) * 100);
}

/* The one list of a plan of one word; its cursor goes from block to block. */
static struct sifting *start_some(uint64_t *random, size_t fields) {
    ks_plan plan = frequent_plan(random, 1, fields);
    struct sifting *s = start(&plan, 10);
    assert_int_equal(s->count, 1);
    return s;
}

static bool next_block(ks_list *list) {
    ks_cursor_advance(list->cursor, list->cursor->docs[list->cursor->block_size - 1] + 1);
    return list->cursor->doc != KS_NO_DOC;
}

static void test_choose(void **state) {
    static const uint32_t ends[] = {0, 1, 63, 64, 65, 127, 128};
    uint64_t random = ks_test_seed(72);
    (void)state;
    for (int round = 0; round < 60; round++) {
        struct sifting *s = start_some(&random, 0);
        ks_list *list = &s->lists[0];
        view.unpacker = round % 2 ? ks_unpacker_best() : ks_unpacker_portable();
        do {
            uint32_t size = list->cursor->block_size;
            for (size_t i = 0; i < 7; i++)
                for (size_t j = 0; j < 7; j++)
                    if (ends[j] <= size) check_choice(s, list, ends[i], ends[j], some_need(s, list, &random));
            for (int i = 0; i < 10; i++) {
                uint32_t begin = (uint32_t)ks_test_below(&random, size);
                check_choice(s, list, begin, begin + (uint32_t)ks_test_below(&random, size - begin + 1),
                             some_need(s, list, &random));
            }
        } while (next_block(list));
        end(s);
    }
}

/* ---- Reading ---- */

/* Of the documents read, those at `got` on: whether this one is among them, as it must be. */
struct reading {
    uint32_t count, floor, docs[KS_BLOCK];
    float scores[KS_BLOCK], norms[KS_BLOCK];
};

/* Where the document is read, `part` is what it got, and its frequency is enough. */
static void check_document(const struct sifting *s, const struct reading *r, uint32_t at, uint32_t doc,
                           double part, uint32_t tf) {
    float norm = (float)ks_list_norm(&s->course->factors, &view.leaves[0], doc);
    if (fabs((double)r->scores[at] - part) > rounding * part) fail_msg("%u gets %f", doc, part);
    assert_true(fabsf(r->norms[at] - norm) <= 1e-5f * norm);
    assert_true(r->floor <= 1 || tf >= r->floor);
}

/* Reads from where the cursor stands; returns how many were left out for being too little. */
static size_t check_read(const struct sifting *s, const double *exact, ks_list *list, uint32_t high,
                         float least) {
    const ks_cursor *cursor = list->cursor;
    struct reading r = {.floor = ks_sift_floor(&s->sift, list, least)};
    uint32_t got = 0, begin = cursor->in_block, first = cursor->doc;
    size_t left_out = 0;
    r.count = ks_sift_read(&s->sift, list, high, least, r.docs, r.scores, r.norms);
    assert_int_equal(cursor->in_block, begin);
    assert_int_equal(cursor->doc, first);
    for (uint32_t spot = begin; spot < cursor->block_size && cursor->docs[spot] <= high; spot++) {
        uint32_t doc = cursor->docs[spot];
        bool here = got < r.count && r.docs[got] == doc;
        if (exact[doc] < 0) assert_false(here); /* not in the field */
        if (exact[doc] < 0) continue;
        if (here)
            check_document(s, &r, got++, doc, exact[doc], tf_at(list, spot));
        else if (exact[doc] >= (double)least * (1 + 1e-9))
            fail_msg("%u was left out: %.9f reaches %.9f", doc, exact[doc], (double)least);
        left_out += !here;
    }
    assert_int_equal(got, r.count);
    return left_out;
}

/* As a window may end anywhere: in the block, at its last document, behind it. */
static uint32_t some_high(const ks_cursor *cursor, uint64_t *random) {
    uint32_t last = cursor->docs[cursor->block_size - 1];
    switch (ks_test_below(random, 5)) {
    case 0: return last;
    case 1: return last + 100;
    case 2: return last - 1;
    case 3: return KS_NO_DOC - 1;
    default: return cursor->doc + (uint32_t)ks_test_below(random, last - cursor->doc + 1);
    }
}

static void read_all(size_t fields, uint64_t *random) {
    size_t left_out = 0, read = 0;
    for (int round = 0; round < 80; round++) {
        struct sifting *s = start_some(random, fields);
        const double *exact = exact_parts(s);
        ks_list *list = &s->lists[0];
        do {
            for (int i = 0; i < 8; i++) {
                float least = some_need(s, list, random);
                if (i == 0) least = (float)exact[list->cursor->doc]; /* -1 where it is not in the field */
                left_out += check_read(s, exact, list, some_high(list->cursor, random), least);
                read++;
            }
            ks_cursor_advance(list->cursor, list->cursor->doc + (uint32_t)ks_test_below(random, 40));
        } while (list->cursor->doc != KS_NO_DOC && (ks_test_below(random, 2) || next_block(list)));
        end(s);
    }
    assert_true(left_out > read);
}

static void test_read_least(void **state) {
    uint64_t random = ks_test_seed(73);
    (void)state;
    read_all(0, &random);
    view.unpacker = ks_unpacker_portable();
    read_all(0, &random);
}

static void test_read_in_fields(void **state) {
    uint64_t random = ks_test_seed(74);
    (void)state;
    read_all(100, &random);
    view.unpacker = ks_unpacker_portable();
    read_all(100, &random);
}

/* More than the list gives to any: nothing is read. */
static void test_read_nothing(void **state) {
    uint64_t random = ks_test_seed(75);
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct sifting *s = start_some(&random, 50);
        ks_list *list = &s->lists[0];
        struct reading r;
        do {
            assert_int_equal(
                ks_sift_read(&s->sift, list, SOME, (float)list->factor, r.docs, r.scores, r.norms), 0);
        } while (next_block(list));
        assert_int_equal(ks_sift_read(&s->sift, list, SOME, 0, r.docs, r.scores, r.norms), 0);
        end(s);
    }
}

/* A window that ends before where the cursor stands, however far. */
static void test_read_behind(void **state) {
    uint64_t random = ks_test_seed(76);
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct sifting *s = start_some(&random, 50);
        ks_list *list = &s->lists[0];
        struct reading r;
        ks_cursor_advance(list->cursor, list->cursor->docs[list->cursor->block_size - 1] / 2);
        assert_true(list->cursor->in_block > 1);
        for (uint32_t high = 0; high < list->cursor->doc; high++)
            for (uint32_t tf = 0; tf < 5; tf++) {
                float least = (float)shortest_part(&s->sift, list->factor, tf);
                assert_int_equal(ks_sift_read(&s->sift, list, high, least, r.docs, r.scores, r.norms), 0);
            }
        end(s);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_floor),
                                       cmocka_unit_test(test_floor_exactly),
                                       cmocka_unit_test(test_floor_at_the_ends),
                                       ON_FREQUENT(test_choose),
                                       ON_FREQUENT(test_read_least),
                                       ON_FREQUENT(test_read_in_fields),
                                       ON_FREQUENT(test_read_nothing),
                                       ON_FREQUENT(test_read_behind)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
