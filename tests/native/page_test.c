/* Pages copied out of two rankings made by hand, against the documents that stand in them. */
#include "native/page.h"
#include "tests/native/searching.h"
#include "tests/support/pieces.h"

/* More records than a block of the store has. */
enum { LEAVES = 3, DOCUMENTS = 2500, MOST = 150 };

/* ---- Rankings ---- */

static ks_search_memory memory;

/* Their ids and their order say nothing about each other. */
static void write_numbered_leaf(unsigned leaf) {
    ks_writer *writer = write_leaf();
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        char id[24];
        ks_test_spec spec = {.id = id, .order = i * 2654435761u};
        ks_document document;
        snprintf(id, sizeof id, "d%u.%u", leaf, i);
        spec.fields[KS_FIELD_TITLE] = "word";
        document = ks_test_document(&arena, &spec);
        put(writer, &document);
    }
    finish_leaf(writer);
}

static int write_index(void **state) {
    if (set_up(state)) return -1;
    for (unsigned leaf = 0; leaf < LEAVES; leaf++) write_numbered_leaf(leaf);
    open_view();
    return 0;
}

static int remove_index(void **state) {
    ks_search_memory_free(&memory);
    return tear_down(state);
}

/* A pass that has ranked `count` documents, any of the index, in any order. */
static ks_pass ranked_pass(const ks_plan *plan, ks_tier tier, size_t count, uint64_t *random) {
    ks_pass pass = {.view = &view, .plan = plan, .memory = &memory, .tier = tier};
    OK(ks_ranking_init(&pass.ranking, count, KS_SORT_SCORE, err));
    for (size_t i = 0; i < count; i++) {
        const ks_leaf *leaf = &view.leaves[ks_test_below(random, view.count)];
        pass.ranking.heap[i] = (ks_scored){.score = (double)(count - i),
                                           .leaf = leaf,
                                           .doc = (uint32_t)ks_test_below(random, leaf->segment->documents),
                                           .tier = tier};
    }
    pass.ranking.count = count;
    return pass;
}

static void make_passes(ks_pass passes[2], const ks_plan *plan, uint64_t *random) {
    passes[0] = ranked_pass(plan, KS_TIER_ALL, ks_test_below(random, MOST), random);
    passes[1] = ranked_pass(plan, KS_TIER_SOME, ks_test_below(random, MOST), random);
}

static void free_passes(ks_pass passes[2]) {
    ks_ranking_free(&passes[0].ranking);
    ks_ranking_free(&passes[1].ranking);
}

/* ---- Checking ---- */

static void assert_text(ks_term text, const char *expected, size_t size) {
    assert_non_null(text.text);
    assert_int_equal(text.size, size);
    assert_memory_equal(text.text, expected, size);
}

/* The hit is that document, and has what the plan asks for, and nothing else. A test document's record is its
 * id in brackets. */
static void check_hit(const ks_found *found, const ks_scored *hit, const ks_plan *plan) {
    uint64_t leaf = (found->doc - 1) >> 32;
    char record[KS_TEST_PATH];
    ks_term id;
    OK(ks_segment_id(hit->leaf->segment, hit->doc, &id, err));
    assert_ptr_equal(&view.leaves[leaf], hit->leaf);
    assert_int_equal((uint32_t)(found->doc - 1), hit->doc);
    assert_true(found->score == hit->score);
    assert_int_equal(found->tier, hit->tier);
    if (plan->leave_ids)
        assert_null(found->id.text);
    else
        assert_text(found->id, id.text, id.size);
    snprintf(record, sizeof record, "[%.*s]", (int)id.size, id.text);
    if (plan->want_stored)
        assert_text(found->stored, record, strlen(record));
    else
        assert_null(found->stored.text);
}

/* The hits of the second pass follow those of the first, without the first `offset` of them all. */
static void check_page(const ks_topk *page, const ks_pass passes[2], const ks_plan *plan) {
    size_t first = passes[0].ranking.count, all = first + passes[1].ranking.count;
    assert_int_equal(page->count, plan->offset < all ? all - plan->offset : 0);
    for (size_t i = 0; i < page->count; i++) {
        size_t rank = plan->offset + i;
        const ks_scored *hit =
            rank < first ? &passes[0].ranking.heap[rank] : &passes[1].ranking.heap[rank - first];
        check_hit(&page->items[i], hit, plan);
    }
}

/* ---- Tests ---- */

static void test_random_pages(void **state) {
    uint64_t random = ks_test_seed(412);
    size_t hits = 0;
    (void)state;
    for (int round = 0; round < 400; round++) {
        ks_plan plan = {.offset = ks_test_below(&random, 2) ? ks_test_below(&random, 2 * MOST) : 0,
                        .want_stored = ks_test_below(&random, 2),
                        .leave_ids = ks_test_below(&random, 2)};
        ks_topk page = {0};
        ks_pass passes[2];
        make_passes(passes, &plan, &random);
        OK(ks_page_copy(&page, passes, err));
        check_page(&page, passes, &plan);
        hits += page.count;
        ks_topk_free(&page);
        free_passes(passes);
        ks_arena_reset(&memory.plan);
    }
    assert_true(hits > 10000);
}

/* A page of nothing, and an offset behind everything, however large. */
static void test_empty_pages(void **state) {
    static const size_t offsets[] = {0, 1, SIZE_MAX};
    uint64_t random = 1;
    (void)state;
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        ks_plan plan = {.offset = offsets[i], .want_stored = true};
        ks_topk page = {0};
        ks_pass passes[2] = {ranked_pass(&plan, KS_TIER_ALL, i ? 1 : 0, &random),
                             ranked_pass(&plan, KS_TIER_SOME, 0, &random)};
        OK(ks_page_copy(&page, passes, err));
        assert_int_equal(page.count, 0);
        ks_topk_free(&page);
        free_passes(passes);
    }
}

/* What was copied does not depend on the index: it outlives the view. */
static void test_page_outlives_view(void **state) {
    uint64_t random = ks_test_seed(413);
    ks_plan plan = {.want_stored = true};
    ks_topk page = {0};
    ks_pass passes[2];
    (void)state;
    passes[0] = ranked_pass(&plan, KS_TIER_ALL, 20, &random);
    passes[1] = ranked_pass(&plan, KS_TIER_SOME, 0, &random);
    OK(ks_page_copy(&page, passes, err));
    ks_view_close(&view);
    for (size_t i = 0; i < page.count; i++) {
        char record[KS_TEST_PATH];
        snprintf(record, sizeof record, "[%.*s]", (int)page.items[i].id.size, page.items[i].id.text);
        assert_text(page.items[i].stored, record, strlen(record));
    }
    ks_topk_free(&page);
    free_passes(passes);
    open_view();
}

static ks_status copy_once(void *context, ks_error *err) {
    const ks_pass *passes = context;
    ks_topk page = {0};
    ks_status status = ks_page_copy(&page, passes, err);
    ks_topk_free(&page);
    return status;
}

/* Two arrays, and an id and a record of each hit. */
static void test_every_piece_may_fail(void **state) {
    enum { HITS = 3 };
    uint64_t random = ks_test_seed(414);
    ks_plan plan = {.want_stored = true};
    ks_pass passes[2];
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    passes[0] = ranked_pass(&plan, KS_TIER_ALL, HITS, &random);
    passes[1] = ranked_pass(&plan, KS_TIER_SOME, 0, &random);
    assert_int_equal(ks_test_each_piece(copy_once, passes), 2 + 2 * HITS);
    free_passes(passes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_pages),
        cmocka_unit_test(test_empty_pages),
        cmocka_unit_test(test_page_outlives_view),
        cmocka_unit_test(test_every_piece_may_fail),
    };
    return cmocka_run_group_tests(tests, write_index, remove_index);
}
