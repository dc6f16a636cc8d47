/* Merging segments against a naive model: of disjoint and of mixed times, with deletions, of single
 * documents; which segments are merged; what happens when merging fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/folder.h"
#include "native/inverter.h"
#include "native/merge_private.h"
#include "tests/native/faults.h"
#include "tests/native/inverter_model.h"

static struct model model;

static int set_up(void **state) {
    return ks_test_folder_setup(state);
}

static int tear_down(void **state) {
    model_free(&model);
    return ks_test_folder_teardown(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

enum { MOST_SEGMENTS = 100 };

/* Segments of so many documents each; times mixed, or each segment newer than the one before. */
static void make_segments(const char *folder, const size_t *sizes, size_t count, bool mixed,
                          uint64_t *random) {
    ks_manifest_segment segments[MOST_SEGMENTS];
    ks_manifest manifest;
    ks_inverter *inverter = NULL;
    ks_manifest_init(&manifest);
    OK(ks_inverter_new(&inverter, err));
    for (size_t i = 0; i < count; i++) {
        segments[i] = (ks_manifest_segment){.number = i + 1, .documents = (uint32_t)sizes[i]};
        for (size_t j = 0; j < sizes[i]; j++) {
            uint64_t order = mixed ? ks_test_below(random, 50) : i * 1000 + ks_test_below(random, 900);
            size_t at = model_add(&model, order, random);
            OK(ks_inverter_add(inverter, &model.documents[at], NULL, err));
        }
        OK(ks_inverter_flush(&inverter, 1, folder, i + 1, false, err));
    }
    ks_inverter_free(inverter);
    manifest.next_number = count + 1;
    OK(ks_manifest_set_segments(&manifest, segments, count, err));
    OK(ks_manifest_store(&manifest, folder, err));
    ks_manifest_free(&manifest);
}

/* Deletes every document of the model with this chance of 1 in `one_in`. */
static void delete_some(ks_view *view, size_t one_in, uint64_t *random) {
    for (size_t i = 0; i < model.count; i++) {
        const ks_leaf *leaf;
        uint32_t doc;
        if (!model.live[i] || ks_test_below(random, one_in)) continue;
        OK(ks_view_find(view, model.documents[i].id, &leaf, &doc, err));
        assert_non_null(leaf);
        OK(ks_leaf_delete(&view->leaves[leaf - view->leaves], doc, err));
        model.live[i] = false;
    }
}

static size_t live_documents(void) {
    size_t live = 0;
    for (size_t i = 0; i < model.count; i++) live += model.live[i];
    return live;
}

/* The view is of one whole segment, or of none, and its manifest says so. */
static void check_merged(const ks_view *view) {
    size_t live = live_documents();
    assert_int_equal(view->count, live > 0);
    assert_int_equal(view->manifest.segment_count, view->count);
    if (live == 0) return;
    assert_int_equal(view->manifest.segments[0].documents, live);
    assert_int_equal(view->manifest.segments[0].deleted, 0);
    assert_true(view->manifest.segments[0].number < view->manifest.next_number);
    assert_int_equal(view->leaves[0].deleted_count, 0);
    assert_same_segment(view->leaves[0].segment, &model);
}

static void merge_all(const size_t *sizes, size_t count, bool mixed, size_t one_in, bool parallel,
                      uint64_t *random) {
    char own[KS_TEST_PATH];
    ks_view view = {0};
    ks_test_folder_make(own);
    make_segments(own, sizes, count, mixed, random);
    OK(ks_view_open(&view, own, err));
    if (one_in) delete_some(&view, one_in, random);
    OK(ks_merge_all(&view, parallel, err));
    check_merged(&view);
    OK(ks_merge_all(&view, parallel, err)); /* and there is nothing left to do */
    check_merged(&view);
    ks_view_close(&view);
    ks_test_folder_remove(own);
    model_free(&model);
}

static void into_one(void **state) {
    static const size_t sizes[] = {1, 40, 1, 130, 7, 200, 3, 1, 64, 2};
    uint64_t random = ks_test_seed(1);
    (void)state;
    for (int mixed = 0; mixed < 2; mixed++)
        for (size_t count = 1; count <= 10; count += 3)
            for (size_t one_in = 0; one_in < 4; one_in++)
                merge_all(sizes, count, mixed, one_in, (one_in + (size_t)mixed) % 2, &random);
}

static void nothing_at_all(void **state) {
    uint64_t random = ks_test_seed(2);
    (void)state;
    merge_all(NULL, 0, false, 0, true, &random);
}

/* The bytes of a folder's file; free() them. */
static char *read_segment(const char *folder, uint64_t number, size_t *size) {
    char name[KS_FILE_NAME], path[KS_TEST_PATH];
    return ks_test_read(ks_test_path(path, folder, ks_folder_name(name, KS_FILE_SEGMENT, number)), size);
}

/* Two threads write the same bytes as one. */
static void threads_make_no_difference(void **state) {
    static const size_t counts[] = {100, 1, 250, 60, 180};
    uint64_t random = ks_test_seed(5);
    ks_view view = {0};
    const ks_leaf *leaves[5];
    char *bytes[2];
    size_t sizes[2];
    make_segments(*state, counts, 5, true, &random);
    OK(ks_view_open(&view, *state, err));
    delete_some(&view, 10, &random);
    for (size_t i = 0; i < 5; i++) leaves[i] = &view.leaves[i];
    for (size_t i = 0; i < 2; i++) {
        ks_manifest_segment merged = {0};
        ks_merge merge = {.unpacker = view.unpacker, .leaves = leaves, .count = 5};
        OK(ks_merge_leaves(&merged, &merge, *state, 100 + i, i, err));
        assert_int_equal(merged.number, 100 + i);
        assert_int_equal(merged.documents, live_documents());
        bytes[i] = read_segment(*state, 100 + i, &sizes[i]);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    for (size_t i = 0; i < 2; i++) free(bytes[i]);
    ks_view_close(&view);
}

/* ---- Which ones ---- */

static void assert_choice(const ks_merge_size *sizes, size_t count, const char *expected) {
    bool chosen[MOST_SEGMENTS];
    bool any = ks_merge_choose(sizes, count, chosen);
    assert_int_equal(any, strchr(expected, 'x') != NULL);
    assert_int_equal(strlen(expected), count);
    for (size_t i = 0; i < count; i++) assert_int_equal(chosen[i], expected[i] == 'x');
}

static void choosing(void **state) {
    ks_merge_size sizes[20] = {{0}};
    (void)state;
    assert_choice(sizes, 0, "");
    for (int i = 0; i < 20; i++) sizes[i] = (ks_merge_size){100, 0};
    assert_choice(sizes, 1, "-");
    assert_choice(sizes, 8, "--------");
    assert_choice(sizes, 9, "xxxxxxxxx");
    sizes[2].documents = 5000; /* another tier stays, a lower one goes along */
    sizes[4].documents = 1;
    assert_choice(sizes, 10, "----------");
    assert_choice(sizes, 11, "xx-xxxxxxxx");
    sizes[6] = (ks_merge_size){10000, 9900}; /* what counts is what lives */
    assert_choice(sizes, 11, "xx-xxxxxxxx");
    assert_choice(sizes, 9, "------x--");
    sizes[6] = (ks_merge_size){100, 30};
    assert_choice(sizes, 9, "---------");
    sizes[6] = (ks_merge_size){100, 31};
    sizes[7] = (ks_merge_size){100, 99}; /* one at a time */
    assert_choice(sizes, 9, "------x--");
    sizes[0] = (ks_merge_size){UINT32_MAX, UINT32_MAX};
    assert_choice(sizes, 1, "x");
}

/* However many segments come: afterwards no tier is crowded, and every document is there once. */
static void tiers_are_not_crowded(void **state) {
    static size_t sizes[MOST_SEGMENTS];
    uint64_t random = ks_test_seed(3);
    ks_view view = {0};
    bool chosen[MOST_SEGMENTS];
    ks_merge_size after[MOST_SEGMENTS];
    size_t documents = 0;
    for (size_t i = 0; i < MOST_SEGMENTS; i++) sizes[i] = 1 + ks_test_below(&random, i % 10 ? 4 : 20);
    make_segments(*state, sizes, MOST_SEGMENTS, true, &random);
    OK(ks_view_open(&view, *state, err));
    delete_some(&view, 6, &random);
    OK(ks_merge_tiers(&view, true, err));
    assert_int_equal(view.manifest.segment_count, view.count);
    for (size_t i = 0; i < view.count; i++) {
        after[i] = (ks_merge_size){view.leaves[i].segment->documents, view.leaves[i].deleted_count};
        documents += after[i].documents - after[i].deleted;
        assert_int_equal(view.manifest.segments[i].number, view.leaves[i].segment->number);
    }
    assert_false(ks_merge_choose(after, view.count, chosen));
    assert_int_equal(documents, live_documents());
    assert_true(view.count < 30);
    for (size_t i = 0; i < model.count; i++) {
        const ks_leaf *leaf;
        uint32_t doc;
        OK(ks_view_find(&view, model.documents[i].id, &leaf, &doc, err));
        assert_int_equal(leaf != NULL, model.live[i]);
        if (leaf) assert_same_document(leaf->segment, doc, &model.documents[i]);
    }
    ks_view_close(&view);
}

/* ---- When something fails ---- */

static ks_status merge_view(void *context, ks_error *err) {
    return ks_merge_all(context, false, err);
}

static ks_status merge_view_in_threads(void *context, ks_error *err) {
    return ks_merge_all(context, true, err);
}

/* The view, and the files, are then as they were. */
static void merges_that_fail(void **state) {
    static const size_t sizes[] = {30, 1, 60};
    for (int kind = 0; kind < 3; kind++) {
        uint64_t random = ks_test_seed(4);
        char own[KS_TEST_PATH];
        ks_view view = {0};
        (void)state;
        ks_test_folder_make(own);
        make_segments(own, sizes, 3, true, &random);
        OK(ks_view_open(&view, own, err));
        delete_some(&view, 4, &random);
        if (kind)
            assert_true(each_allocation_fault(own, kind == 1 ? merge_view : merge_view_in_threads, &view) >
                        20);
        else
            assert_true(each_io_fault(own, merge_view, &view, EIO, KS_ERR_IO) > 5);
        check_merged(&view);
        ks_view_close(&view);
        ks_test_folder_remove(own);
        model_free(&model);
    }
}

static void damage(const char *folder, uint64_t number) {
    char name[KS_FILE_NAME], path[KS_TEST_PATH];
    size_t size;
    char *bytes = read_segment(folder, number, &size);
    bytes[size / 3] ^= 1;
    ks_test_write(ks_test_path(path, folder, ks_folder_name(name, KS_FILE_SEGMENT, number)), bytes, size);
    free(bytes);
}

/* The thread that copies documents reads the files anew: what it meets there is told, and nothing is left. */
static void a_segment_damaged_meanwhile(void **state) {
    static const size_t sizes[] = {30, 50, 60};
    uint64_t random = ks_test_seed(6);
    char *before;
    ks_view view = {0};
    ks_error error = {0};
    make_segments(*state, sizes, 3, true, &random);
    OK(ks_view_open(&view, *state, err));
    damage(*state, 2);
    before = snapshot(*state);
    assert_int_equal(ks_merge_all(&view, true, &error), KS_ERR_CORRUPT);
    assert_int_equal(error.code, KS_ERR_CORRUPT);
    assert_unchanged(*state, before);
    assert_int_equal(view.count, 3);
    ks_view_close(&view);
    free(before);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(into_one),
        IN_FOLDER(nothing_at_all),
        cmocka_unit_test(choosing),
        IN_FOLDER(tiers_are_not_crowded),
        IN_FOLDER(merges_that_fail),
        IN_FOLDER(a_segment_damaged_meanwhile),
        IN_FOLDER(threads_make_no_difference),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
