/* What tests of the query kernel share: an index of documents by hand, its view, and passes over it, set up
 * as native/search.c does. */
#ifndef KS_TESTS_NATIVE_SEARCHING_H
#define KS_TESTS_NATIVE_SEARCHING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/filter.h"
#include "native/gather.h"
#include "native/search.h"
#include "native/sift.h"
#include "tests/support/documents.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ks_arena arena; /* of the test that runs */
static ks_view view;   /* of its index */
static char place[KS_TEST_PATH];

#define OK(call)                                                                                             \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        if (call) fail_msg("%s: %s", #call, error_.message);                                                 \
    } while (0)

static inline int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    return 0;
}

static inline int tear_down(void **state) {
    ks_view_close(&view);
    ks_arena_free(&arena);
    return ks_test_folder_teardown(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* ---- The index ---- */

/* Each writer's documents become a leaf. */
static inline ks_writer *write_leaf(void) {
    ks_writer *writer = NULL;
    OK(ks_native_engine.write(&writer, place, NULL, err));
    return writer;
}

static inline void put(ks_writer *writer, const ks_document *document) {
    OK(writer->ops->put(writer, document, err));
}

static inline void finish_leaf(ks_writer *writer) {
    uint64_t generation;
    OK(writer->ops->commit(writer, &generation, err));
    writer->ops->close(writer);
}

/* So many leaves of so many documents each, with ids as "d0.3". */
static inline void write_random_leaves(size_t leaves, size_t documents, uint64_t *random) {
    for (size_t i = 0; i < leaves; i++) {
        ks_writer *writer = write_leaf();
        for (size_t j = 0; j < documents; j++) {
            char id[60];
            ks_document document;
            snprintf(id, sizeof id, "d%zu.%zu", i, j);
            document = ks_test_random_document(&arena, ks_arena_copy(&arena, id, strlen(id)), random);
            put(writer, &document);
        }
        finish_leaf(writer);
    }
}

static inline void open_view(void) {
    OK(ks_view_open(&view, place, err));
}

/* Puts document `number`, made in the scratch arena, into the writer. */
typedef void put_one(ks_writer *writer, ks_arena *scratch, size_t number, uint64_t *random);

/* Writes one leaf of so many documents and opens the view; for set-up functions. */
static inline int set_up_one_leaf(void **state, size_t documents, put_one *put_document, uint64_t seed) {
    ks_arena scratch = {0};
    ks_writer *writer;
    if (set_up(state)) return -1;
    writer = write_leaf();
    for (size_t i = 0; i < documents; i++) put_document(writer, &scratch, i, &seed);
    finish_leaf(writer);
    ks_arena_free(&scratch);
    open_view();
    assert_int_equal(view.count, 1);
    return 0;
}

/* In the open view only. */
static inline void delete_document(size_t leaf, uint32_t doc) {
    if (ks_leaf_is_deleted(&view.leaves[leaf], doc)) return;
    OK(ks_leaf_delete(&view.leaves[leaf], doc, err));
    view.records--;
    view.total_length -= ks_segment_length(view.leaves[leaf].segment, doc);
}

/* Documents here and there, and stretches of some blocks. */
static inline void delete_at_random(uint64_t *random) {
    for (size_t i = 0; i < view.count; i++) {
        uint32_t documents = view.leaves[i].segment->documents;
        size_t stretches = ks_test_below(random, 3), few = ks_test_below(random, documents / 8 + 1);
        while (few--) delete_document(i, (uint32_t)ks_test_below(random, documents));
        while (stretches--) {
            uint32_t from = (uint32_t)ks_test_below(random, documents);
            for (uint32_t doc = from; doc < documents && doc - from < 300; doc++) delete_document(i, doc);
        }
    }
}

/* ---- Plans by hand ---- */

static inline void *room(size_t size) {
    void *piece = ks_arena_alloc(&arena, size);
    assert_non_null(piece);
    return piece;
}

static inline ks_plan_node *node_of(ks_plan_kind kind) {
    ks_plan_node *node = room(sizeof *node);
    *node = (ks_plan_node){.kind = kind, .field = KS_FIELD_ANY};
    return node;
}

static inline ks_plan_node *term_in(const char *text, ks_field field) {
    ks_plan_node *node = node_of(KS_PLAN_TERM);
    ks_term *term = room(sizeof *term);
    *term = ks_test_term(text);
    node->terms = term;
    node->term_count = 1;
    node->field = field;
    return node;
}

static inline ks_plan_node *term_of(const char *text) {
    return term_in(text, KS_FIELD_ANY);
}

static inline ks_plan_node *dates_of(uint32_t first, uint32_t last) {
    ks_plan_node *node = node_of(KS_PLAN_DATES);
    node->first = first;
    node->last = last;
    return node;
}

/* A phrase, or NEAR. */
static inline ks_plan_node *pair_of(ks_plan_kind kind, const char *left, const char *right) {
    ks_plan_node *node = node_of(kind);
    ks_term *terms = room(2 * sizeof *terms);
    terms[0] = ks_test_term(left);
    terms[1] = ks_test_term(right);
    node->terms = terms;
    node->term_count = 2;
    node->window = 4;
    return node;
}

/* Puts a child in front of the others. */
static inline ks_plan_node *with(ks_plan_node *node, ks_plan_node *child) {
    child->next = node->child;
    node->child = child;
    return node;
}

/* By score, all counted; the scores follow. */
static inline ks_plan plan_of(const ks_plan_node *root) {
    enum { MOST = 128 };
    ks_plan_score *scores = room(MOST * sizeof *scores);
    return (ks_plan){
        .root = root, .scores = scores, .sort = KS_SORT_SCORE, .limit = 10, .count_limit = UINT64_MAX};
}

static inline void score_in(ks_plan *plan, const char *text, ks_field field, double weight) {
    ks_plan_score *scores = (ks_plan_score *)(uintptr_t)plan->scores;
    for (size_t i = 0; i < plan->score_count; i++)
        if (scores[i].field == field && scores[i].term.size == strlen(text) &&
            memcmp(scores[i].term.text, text, scores[i].term.size) == 0)
            return;
    scores[plan->score_count++] = (ks_plan_score){ks_test_term(text), field, weight};
}

/* Adds a term to a disjunction, and lets it score, unless it does already. */
static inline void add_scoring(ks_plan *plan, ks_plan_node *any, const char *text, ks_field field,
                               double weight) {
    size_t before = plan->score_count;
    score_in(plan, text, field, weight);
    if (plan->score_count > before) with(any, term_in(text, field));
}

static inline void score(ks_plan *plan, const char *text) {
    score_in(plan, text, KS_FIELD_ANY, 1);
}

/* ---- Passes ---- */

enum way { EXHAUSTIVE, CONJUNCTION, DISJUNCTION, GATHER, WAYS };

/* What a plan's passes have in common. */
struct course {
    const ks_plan *plan;
    ks_match match;
    ks_factors factors;
    ks_route route;
};

static inline struct course *course_of(const ks_plan *plan, ks_match match) {
    struct course *course = room(sizeof *course);
    course->plan = plan;
    course->match = match;
    OK(ks_factors_make(&course->factors, &arena, &view, plan, err));
    OK(ks_route_make(&course->route, &arena, &course->factors, match, err));
    return course;
}

/* Whether this pass can answer the plan by score. */
static inline bool is_right(const struct course *course, enum way way) {
    const ks_route *route = &course->route;
    if (way == CONJUNCTION)
        return route->leads || (route->required_count && (route->scores || !route->covered));
    if (way == GATHER) return route->disjunction;
    if (way == DISJUNCTION) return route->disjunction || (route->covered && !route->scores);
    return true;
}

static inline ks_pass pass_of(const struct course *course, size_t capacity, bool counting) {
    ks_pass pass = {.view = &view,
                    .plan = course->plan,
                    .factors = &course->factors,
                    .match = course->match,
                    .sort = course->plan->sort,
                    .counting = counting};
    OK(ks_ranking_init(&pass.ranking, capacity, pass.sort, err));
    return pass;
}

/* Its ranking stands sorted; ks_ranking_free. What `ranked` lists is left out; NULL: nothing. */
static inline ks_pass run_pass(struct course *course, enum way way, size_t capacity, bool counting,
                               const ks_pass *ranked) {
    ks_pass pass = pass_of(course, capacity, counting);
    if (ranked) {
        pass.ranked = ranked->ranked;
        pass.ranked_count = ranked->ranked_count;
    }
    for (size_t i = 0; i < view.count && (capacity || pass.counting); i++) {
        ks_arena scratch = {0};
        const ks_leaf *leaf = &view.leaves[i];
        if (way == EXHAUSTIVE) OK(ks_pass_exhaustive(&pass, leaf, &scratch, err));
        if (way == CONJUNCTION) OK(ks_pass_conjunction(&pass, &course->route, leaf, &scratch, err));
        if (way == DISJUNCTION) OK(ks_pass_disjunction(&pass, &course->route, leaf, &scratch, err));
        if (way == GATHER) OK(ks_pass_gather(&pass, leaf, &scratch, err));
        ks_arena_free(&scratch);
    }
    assert_int_equal(pass.ranking.status, KS_OK);
    ks_ranking_sort(&pass.ranking);
    return pass;
}

static inline void say_plan(const ks_plan *plan) {
    ks_buffer text = {0};
    ks_plan_print(&text, plan->root, 1);
    print_error("plan, match %d, sort %d:\n%s", (int)plan->match, (int)plan->sort, text.data);
    for (size_t i = 0; i < plan->score_count; i++)
        print_error("  score %.*s in %d times %g\n", (int)plan->scores[i].term.size,
                    plan->scores[i].term.text, (int)plan->scores[i].field, plan->scores[i].weight);
    ks_buffer_free(&text);
}

#endif
