/* Bounds of groups of blocks against every document in them, and the looking for blocks by bounds. */
#include "tests/native/sifting.h"

enum { CASES = 60, WORDS = 8 };

/* Each in fewer documents than the one before: from all of them to an eighth. */
static const char *const words[WORDS] = {"w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7"};

/* A word stands in most of its documents once, and in few of them often. */
static void put_words(ks_writer *writer, size_t number, uint64_t *random) {
    ks_buffer text = {0};
    ks_arena scratch = {0};
    ks_test_spec spec = {.day = 20140101, .order = number};
    ks_document document;
    char id[20];
    snprintf(id, sizeof id, "%zu", number);
    for (size_t i = 0; i < WORDS; i++) {
        size_t often = ks_test_below(random, 100) ? 1 : 1 + ks_test_below(random, 30);
        if (i + ks_test_below(random, WORDS) >= WORDS) continue;
        while (often--) ks_buffer_format(&text, "%s ", words[i]);
    }
    for (size_t left = ks_test_below(random, 200); left > 0; left--) ks_buffer_format(&text, "x ");
    ks_buffer_char(&text, '\0');
    spec.id = id;
    spec.fields[KS_FIELD_BODY] = text.data;
    document = ks_test_document(&scratch, &spec);
    put(writer, &document);
    ks_arena_free(&scratch);
    ks_buffer_free(&text);
}

static int set_up_words(void **state) {
    uint64_t random = 310;
    ks_writer *writer;
    if (set_up(state)) return -1;
    writer = write_leaf();
    for (size_t i = 0; i < SOME; i++) put_words(writer, i, &random);
    finish_leaf(writer);
    open_view();
    return 0;
}

#define ON_WORDS(test) cmocka_unit_test_setup_teardown(test, set_up_words, tear_down)

static const ks_norm *norm_in(const struct sifting *s) {
    return &s->course->factors.norm;
}

/* A list of one of the words, now and then of those that have no groups. */
static struct sifting *start_with_list(uint64_t *random, size_t capacity) {
    ks_plan plan = plan_of_words(words[ks_test_below(random, WORDS)]);
    struct sifting *s = start(&plan, capacity);
    assert_int_equal(s->count, 1);
    return s;
}

/* ---- Groups ---- */

static void groups_where_there_are_many_blocks(void **state) {
    size_t with = 0, without = 0;
    (void)state;
    for (size_t i = 0; i < WORDS; i++) {
        ks_plan plan = plan_of_words(words[i]);
        struct sifting *s = start(&plan, 1);
        uint32_t blocks = s->lists[0].cursor->blocks, groups = ks_cursor_groups(s->lists[0].cursor);
        if (blocks <= KS_GROUP)
            assert_int_equal(groups, 0);
        else
            assert_true(groups > 1 && groups * KS_GROUP >= blocks && (groups - 1) * KS_GROUP < blocks);
        with += groups > 0;
        without += groups == 0;
        end(s);
    }
    assert_true(with > 2 && without > 0);
}

/* Whatever the average length. */
static void bounds_of_groups_bound(void **state) {
    static const double averages[] = {3, 250, 100000};
    (void)state;
    for (size_t i = 0; i < WORDS; i++) {
        ks_plan plan = plan_of_words(words[i]);
        struct sifting *s = start(&plan, 1);
        ks_cursor *cursor = s->lists[0].cursor;
        for (; ks_cursor_groups(cursor) && cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
            double tf = (double)ks_cursor_tf(cursor);
            uint32_t length = ks_segment_length(view.leaves[0].segment, cursor->doc);
            for (size_t j = 0; j < 3; j++) {
                ks_norm norm = {.base = 0.3, .slope = 0.9 / averages[j], .least = averages[j] / 2};
                assert_true(tf / (tf + ks_norm_of(&norm, length)) <=
                            ks_cursor_group_bound(cursor, cursor->block / KS_GROUP, &norm) + 1e-12);
            }
        }
        end(s);
    }
}

/* ---- Looking for a block ---- */

/* The first document from `low` on to which the list gives `least`. */
static uint32_t first_with(const double *exact, uint32_t low, double least) {
    for (uint32_t doc = low; doc < SOME; doc++)
        if (exact[doc] >= least) return doc;
    return KS_NO_DOC;
}

/* From block to block: none is passed by that has such a document. */
static size_t look_through(const struct sifting *s, const double *exact, double least, uint64_t *random) {
    ks_list *list = &s->lists[0];
    uint32_t low = 0, last;
    size_t seen = 0;
    while ((last = ks_list_look_for(list, low, least, norm_in(s))) != KS_NO_DOC) {
        assert_true(last >= low && list->block < list->cursor->blocks);
        assert_int_equal(last, list->last);
        assert_true(ks_list_bound(list, norm_in(s)) >= least);
        assert_true(first_with(exact, low, least) == KS_NO_DOC || list->block == 0 ||
                    first_with(exact, low, least) >
                        ks_cursor_skip(list->cursor, list->block - 1, KS_SKIP_LAST));
        low = last + 1 + (uint32_t)ks_test_below(random, 50);
        seen++;
    }
    assert_int_equal(first_with(exact, low, least), KS_NO_DOC);
    return seen;
}

static void looking_passes_by_what_cannot_reach(void **state) {
    uint64_t random = ks_test_seed(311);
    size_t passed_by = 0;
    (void)state;
    for (int round = 0; round < CASES; round++) {
        struct sifting *s = start_with_list(&random, 1 + ks_test_below(&random, 3));
        double *exact = exact_parts(s), share = (double)ks_test_below(&random, 1001) / 1000;
        uint32_t blocks = s->lists[0].cursor->blocks;
        if (round % 2) OK(ks_sift_prime(&s->sift, &s->lists[0], &arena, err));
        passed_by += look_through(s, exact, s->lists[0].most * share, &random) < blocks;
        end(s);
    }
    assert_true(passed_by > CASES / 4);
}

/* Nothing reaches more than the list's most. */
static void looking_for_too_much(void **state) {
    uint64_t random = ks_test_seed(312);
    (void)state;
    for (int round = 0; round < 10; round++) {
        struct sifting *s = start_with_list(&random, 1);
        assert_int_equal(ks_list_look_for(&s->lists[0], 0, s->lists[0].most * 1.01, norm_in(s)), KS_NO_DOC);
        assert_int_equal(s->lists[0].block, s->lists[0].cursor->blocks);
        end(s);
    }
}

/* ---- Priming ---- */

/* Of blocks whose bounds were not looked at, none has a document better than the best of the others. */
static void priming_knows_the_best_blocks(void **state) {
    uint64_t random = ks_test_seed(313);
    size_t unknown = 0;
    (void)state;
    for (int round = 0; round < CASES; round++) {
        struct sifting *s = start_with_list(&random, 1);
        ks_list *list = &s->lists[0];
        double best_known = 0, best_unknown = 0;
        OK(ks_sift_prime(&s->sift, list, &arena, err));
        for (uint32_t block = 0; list->bounds && block < list->cursor->blocks; block++) {
            double bound = list->factor * ks_cursor_bound(list->cursor, block, norm_in(s));
            if (ks_list_is_bounded(list, block)) assert_close((double)list->bounds[block], bound);
            if (ks_list_is_bounded(list, block) && bound > best_known) best_known = bound;
            unknown += !ks_list_is_bounded(list, block);
        }
        for (; list->bounds && list->cursor->doc != KS_NO_DOC; ks_cursor_next(list->cursor)) {
            double part =
                ks_list_part(list, ks_list_norm(&s->course->factors, &view.leaves[0], list->cursor->doc));
            if (!ks_list_is_bounded(list, list->cursor->block) && part > best_unknown) best_unknown = part;
        }
        assert_true(best_unknown <= best_known * (1 + rounding));
        end(s);
    }
    assert_true(unknown > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_WORDS(groups_where_there_are_many_blocks), ON_WORDS(bounds_of_groups_bound),
        ON_WORDS(looking_passes_by_what_cannot_reach), ON_WORDS(looking_for_too_much),
        ON_WORDS(priming_knows_the_best_blocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
