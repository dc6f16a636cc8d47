/* What tests of sifting share: a leaf of random documents, lists and a sift over it, exact scores. */
#ifndef KS_TESTS_NATIVE_SIFTING_H
#define KS_TESTS_NATIVE_SIFTING_H

#include "tests/native/searching.h"

enum { DOCUMENTS = 1500, TERMS = 17 };

/* Approximate scores are right to this share. */
static const double rounding = 1e-5;

static const char *const terms[TERMS] = {"a",  "ab", "abc", "b",   "deep", "net",  "neural", "polici", "pong",
                                         "rl", "t",  "x1",  "c++", "3.14", "deep", "ab",     "b"};

static inline int set_up_index(void **state) {
    uint64_t random = 41;
    ks_writer *writer;
    if (set_up(state)) return -1;
    writer = write_leaf();
    for (size_t i = 0; i < DOCUMENTS; i++) {
        ks_arena scratch = {0};
        char id[40];
        ks_document document;
        snprintf(id, sizeof id, "%zu", i);
        document = ks_test_random_document(&scratch, id, &random);
        put(writer, &document);
        ks_arena_free(&scratch);
    }
    finish_leaf(writer);
    open_view();
    assert_int_equal(view.count, 1);
    return 0;
}

#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up_index, tear_down)

/* ---- Documents whose frequencies and lengths differ much ---- */

enum { FREQUENT = 12, SOME = 5000 }; /* words, documents */

/* Each in fewer documents than the one before. */
static const char *const frequent[FREQUENT] = {"f0", "f1", "f2", "f3", "f4",  "f5",
                                               "f6", "f7", "f8", "f9", "f10", "f11"};

static inline void put_frequent(ks_writer *writer, size_t number, uint64_t *random) {
    ks_buffer fields[2] = {{0}}; /* few words stand in the title */
    ks_arena scratch = {0};
    ks_test_spec spec = {.day = 20140101, .order = number};
    ks_document document;
    char id[20];
    snprintf(id, sizeof id, "%zu", number);
    for (size_t i = 0; i < FREQUENT; i++) {
        ks_buffer *field = &fields[ks_test_below(random, 4) == 0];
        if (ks_test_below(random, 4 + 4 * i * i) > 3 * (i > 0 || number % 16)) continue;
        for (size_t times = ks_test_below(random, 1 + ks_test_below(random, 30)) + 1; times > 0; times--)
            ks_buffer_format(field, "%s ", frequent[i]);
    }
    for (size_t left = ks_test_below(random, 1 + ks_test_below(random, 60)); left > 0; left--)
        ks_buffer_format(&fields[0], "x ");
    ks_buffer_format(&fields[0], "all");
    ks_buffer_char(&fields[0], '\0');
    ks_buffer_char(&fields[1], '\0');
    spec.id = id;
    spec.fields[KS_FIELD_BODY] = fields[0].data;
    spec.fields[KS_FIELD_TITLE] = fields[1].data;
    document = ks_test_document(&scratch, &spec);
    put(writer, &document);
    ks_arena_free(&scratch);
    ks_buffer_free(&fields[0]);
    ks_buffer_free(&fields[1]);
}

static inline int set_up_frequent(void **state) {
    uint64_t random = 71;
    ks_writer *writer;
    if (set_up(state)) return -1;
    writer = write_leaf();
    for (size_t i = 0; i < SOME; i++) put_frequent(writer, i, &random);
    finish_leaf(writer);
    open_view();
    assert_int_equal(view.count, 1);
    return 0;
}

#define ON_FREQUENT(test) cmocka_unit_test_setup_teardown(test, set_up_frequent, tear_down)

/* A plan of some of the words, no two of them the same, in fields now and then. */
static inline ks_plan frequent_plan(uint64_t *random, size_t count, size_t fields) {
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    while (plan.score_count < count) {
        ks_field field = ks_test_below(random, 100) >= fields ? KS_FIELD_ANY
                         : ks_test_below(random, 2)           ? KS_FIELD_BODY
                                                              : KS_FIELD_TITLE;
        score_in(&plan, frequent[ks_test_below(random, FREQUENT)], field,
                 (double)(1 + ks_test_below(random, 8)) / 4);
    }
    return plan;
}

/* A plan in which these words score, which are parted by blanks. */
static inline ks_plan plan_of_words(const char *words) {
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    char *copy = ks_arena_copy(&arena, words, strlen(words)), *rest = NULL;
    assert_non_null(copy);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) score(&plan, word);
    return plan;
}

/* ---- A sift over the only leaf ---- */

struct sifting {
    ks_plan plan;
    struct course *course;
    ks_pass pass;
    ks_sift sift;
    ks_list *lists;
    size_t count;
};

/* Lists of some terms, in fields now and then, some of them weighing a lot or very little. */
static inline ks_plan some_plan(uint64_t *random, size_t count) {
    static const double weights[] = {1, 1, 1, 5, 0.01};
    ks_plan plan = plan_of(node_of(KS_PLAN_ALL));
    while (count--)
        score_in(&plan, terms[ks_test_below(random, TERMS)],
                 ks_test_below(random, 3) ? KS_FIELD_ANY : (ks_field)ks_test_below(random, KS_TEXT_FIELDS),
                 weights[ks_test_below(random, 5)]);
    return plan;
}

static inline struct sifting *start(const ks_plan *plan, size_t capacity) {
    struct sifting *s = room(sizeof *s);
    s->plan = *plan;
    s->course = course_of(&s->plan, KS_MATCH_ANY);
    s->pass = pass_of(s->course, capacity, false);
    OK(ks_sift_start(&s->sift, &s->pass, &view.leaves[0], err));
    OK(ks_lists_open(&s->lists, &s->count, &arena, &s->course->factors, &view.leaves[0], err));
    return s;
}

static inline void end(struct sifting *s) {
    ks_sift_free(&s->sift);
    ks_ranking_free(&s->pass.ranking);
    ks_arena_reset(&arena);
}

/* What a list adds to a document's score, by a cursor of its own from the beginning of the list. */
static inline double exact_part(const struct sifting *s, const ks_list *list, uint32_t doc, bool *holds) {
    ks_list copy = *list;
    double part = 0;
    copy.cursor = room(sizeof *copy.cursor);
    OK(ks_cursor_open(copy.cursor, view.leaves[0].segment, &s->course->factors.entries[list->score_index],
                      view.unpacker, err));
    *holds = ks_list_holds(&copy, doc);
    if (*holds) part = ks_list_part(&copy, ks_list_norm(&s->course->factors, &view.leaves[0], doc));
    return part;
}

/* exact[i * documents + doc]: the parts of all lists; -1 where the list does not hold the document. */
static inline double *exact_parts(const struct sifting *s) {
    uint32_t documents = view.leaves[0].segment->documents;
    double *exact = room((s->count + 1) * documents * sizeof *exact);
    for (size_t i = 0; i < s->count; i++) {
        ks_list copy = s->lists[i];
        copy.cursor = room(sizeof *copy.cursor);
        OK(ks_cursor_open(copy.cursor, view.leaves[0].segment, &s->course->factors.entries[copy.score_index],
                          view.unpacker, err));
        for (uint32_t doc = 0; doc < documents; doc++)
            exact[i * documents + doc] =
                ks_list_holds(&copy, doc)
                    ? ks_list_part(&copy, ks_list_norm(&s->course->factors, &view.leaves[0], doc))
                    : -1;
    }
    return exact;
}

static inline void assert_close(double got, double want) {
    if (fabs(got - want) > rounding * (1 + fabs(want))) fail_msg("%.9f, not %.9f", got, want);
}

#endif
