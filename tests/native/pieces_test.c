/* Out of memory at every single piece of an arena that reading, merging, writing and checking an index ask
 * for: KS_ERR_NOMEM, nothing leaked (the sanitizer looks), views and folders as they were, and a success once
 * there is enough. */
#include "tests/native/searching.h"

#include "native/merge.h"
#include "native/native.h"
#include "tests/support/pieces.h"

#include <dirent.h>

static size_t files(void) {
    size_t found = 0;
    DIR *folder = opendir(place);
    assert_non_null(folder);
    while (readdir(folder)) found++;
    closedir(folder);
    return found;
}

/* ---- Reading ---- */

static ks_status open_and_close(void *context, ks_error *err) {
    ks_view own = {0};
    ks_status status = ks_view_open(&own, place, err);
    (void)context;
    ks_view_close(&own);
    return status;
}

static ks_status expand_once(void *context, ks_error *err) {
    ks_expansion expansion = {0};
    ks_status status = ks_view_expand(&view, ks_test_term(context), 7, &expansion, err);
    if (status) {
        assert_null(expansion.terms);
        assert_int_equal(expansion.count, 0);
    }
    ks_expansion_free(&expansion);
    return status;
}

static ks_status describe_once(void *context, ks_error *err) {
    ks_engine_info info = {.records = 12345};
    ks_status status = ks_view_describe(&view, &info, err);
    (void)context;
    assert_int_equal(info.records == 12345, status != KS_OK);
    return status;
}

static ks_status check_once(void *context, ks_error *err) {
    ks_checked checked = {0};
    (void)context;
    return ks_native_check(place, NULL, NULL, &checked, err);
}

static void reading(void **state) {
    static char all[] = "", some[] = "de";
    uint64_t random = ks_test_seed(841);
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    write_random_leaves(3, 30, &random);
    open_view();
    delete_at_random(&random);
    assert_true(ks_test_each_piece(open_and_close, NULL) > 2);
    assert_true(ks_test_each_piece(expand_once, all) > 20);
    assert_true(ks_test_each_piece(expand_once, some) > 1);
    ks_test_each_piece(describe_once, NULL);
    ks_test_each_piece(check_once, NULL);
}

/* ---- Merging: the view stays as it was until it succeeds ---- */

struct shape {
    uint64_t records, length;
    size_t count, segments, files;
};

static struct shape shape_of_view(void) {
    return (struct shape){view.records, view.total_length, view.count, view.manifest.segment_count, files()};
}

static ks_status merge_with(ks_status (*merge)(ks_view *view, bool parallel, ks_error *err), ks_error *err) {
    struct shape before = shape_of_view(), after;
    ks_status status = merge(&view, false, err);
    after = shape_of_view();
    if (status) assert_memory_equal(&after, &before, sizeof after);
    assert_true(after.records == before.records && after.length == before.length);
    assert_int_equal(after.count, after.segments);
    return status;
}

static ks_status merge_all(void *context, ks_error *err) {
    (void)context;
    return merge_with(ks_merge_all, err);
}

static ks_status merge_tiers(void *context, ks_error *err) {
    (void)context;
    return merge_with(ks_merge_tiers, err);
}

static void merging(void **state) {
    uint64_t random = ks_test_seed(842);
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    write_random_leaves(4, 20, &random);
    open_view();
    for (size_t i = 0; i < view.count; i++) delete_document(i, 0);
    assert_true(ks_test_each_piece(merge_all, NULL) >= 1);
    assert_int_equal(view.count, 1);
    assert_int_equal(view.leaves[0].deleted_count, 0);
}

/* One leaf has so many deletions that it is due by itself, and then another. */
static void merging_what_is_due(void **state) {
    uint64_t random = ks_test_seed(843);
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    write_random_leaves(3, 20, &random);
    open_view();
    for (uint32_t doc = 0; doc < 10; doc++) delete_document(1, doc);
    assert_true(ks_test_each_piece(merge_tiers, NULL) >= 1);
    assert_int_equal(view.count, 3);
    for (size_t i = 0; i < 3; i++) assert_int_equal(view.leaves[i].deleted_count, 0);
    assert_int_equal(view.records, 50);
}

/* ---- Writing: the folder shows the old generation until it succeeds ---- */

struct writing {
    bool optimizes;
    uint64_t generation; /* of the last commit */
    unsigned number;     /* of the document that is written next */
};

static uint64_t generation_now(void) {
    ks_view own = {0};
    uint64_t generation;
    OK(ks_view_open(&own, place, err));
    generation = own.manifest.generation;
    ks_view_close(&own);
    return generation;
}

static ks_status write_once(const struct writing *writing, ks_error *err) {
    ks_writer *writer = NULL;
    uint64_t generation = 0;
    char id[40];
    ks_test_spec spec = {
        .id = id, .fields = {[KS_FIELD_TITLE] = "deep net pong"}, .values = "tag:deep kind:blog"};
    ks_arena own = {0};
    ks_document document;
    ks_status status;
    snprintf(id, sizeof id, "new%u", writing->number);
    status = ks_native_engine.write(&writer, place, NULL, err);
    if (status) return status;
    ks_test_piece_failed(); /* what the test itself makes is not to fail */
    document = ks_test_document(&own, &spec);
    ks_test_fail_piece(writing->number);
    status = writer->ops->put(writer, &document, err);
    if (!status) status = writer->ops->remove(writer, ks_test_term("d0.1"), err);
    if (!status && writing->optimizes) status = writer->ops->optimize(writer, err);
    if (!status) status = writer->ops->commit(writer, &generation, err);
    writer->ops->close(writer);
    ks_arena_free(&own);
    return status;
}

/* The first, second, … piece fails until the commit succeeds. */
static void write_until_done(struct writing writing) {
    ks_status status = KS_ERR_NOMEM;
    writing.generation = generation_now();
    for (writing.number = 1; status; writing.number++) {
        ks_error error = {0};
        status = write_once(&writing, &error);
        assert_true(ks_test_piece_failed() || !status);
        if (!status) break;
        if (status != KS_ERR_NOMEM) fail_msg("piece %u: %s", writing.number, error.message);
        assert_true(generation_now() == writing.generation);
    }
    assert_true(writing.number > 1);
    assert_true(generation_now() == writing.generation + 1);
    OK(check_once(NULL, err));
}

static void writing(void **state) {
    uint64_t random = ks_test_seed(844);
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    write_random_leaves(3, 20, &random);
    write_until_done((struct writing){.optimizes = false});
    write_until_done((struct writing){.optimizes = true});
}

/* As many segments as may stand side by side, and one more with the commit, which merges them. */
static void writing_that_merges(void **state) {
    uint64_t random = ks_test_seed(845);
    (void)state;
    if (!ks_test_can_fail_piece()) skip();
    write_random_leaves(KS_MERGE_FACTOR, 2, &random);
    write_until_done((struct writing){.optimizes = false});
    open_view();
    assert_true(view.count < KS_MERGE_FACTOR);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(reading),
        IN_FOLDER(merging),
        IN_FOLDER(merging_what_is_due),
        IN_FOLDER(writing),
        IN_FOLDER(writing_that_merges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
