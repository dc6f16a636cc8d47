/* Merging behind the writer's back: full tiers become one segment, old files go, and a merge that fails
 * leaves the segments as they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/folder.h"
#include "native/inverter.h"
#include "native/merger.h"
#include "tests/native/inverter_model.h"
#include "tests/support/tempdir.h"

#include <unistd.h>

static struct model model;

static int tear_down(void **state) {
    model_free(&model);
    return ks_test_folder_teardown(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, ks_test_folder_setup, tear_down)

static ks_manifest_segment make_segment(ks_merger *merger, size_t documents, uint64_t *random) {
    ks_manifest_segment segment = {.number = ks_merger_number(merger), .documents = (uint32_t)documents};
    ks_inverter *inverter = NULL;
    OK(ks_inverter_new(&inverter, err));
    for (size_t i = 0; i < documents; i++) {
        size_t at = model_add(&model, ks_test_random(random), random);
        OK(ks_inverter_add(inverter, &model.documents[at], NULL, err));
    }
    OK(ks_inverter_flush(&inverter, 1, merger->folder, segment.number, false, err));
    ks_inverter_free(inverter);
    return segment;
}

static bool has_file(const char *folder, uint64_t number) {
    char name[KS_FILE_NAME], path[KS_TEST_PATH];
    ks_test_path(path, folder, ks_folder_name(name, KS_FILE_SEGMENT, number));
    return access(path, F_OK) == 0;
}

static uint64_t documents_in(const ks_merger *merger) {
    uint64_t documents = 0;
    for (size_t i = 0; i < merger->count; i++) documents += merger->segments[i].documents;
    return documents;
}

static void full_tiers_are_merged(void **state) {
    uint64_t random = ks_test_seed(1), next = 1;
    ks_merger merger = {0};
    OK(ks_merger_init(&merger, *state, ks_unpacker_best(), &next, err));
    for (int i = 0; i < KS_MERGE_FACTOR + 1; i++) {
        ks_manifest_segment segment = make_segment(&merger, 20, &random);
        ks_merger_wait(&merger);
        assert_int_equal(merger.count, i); /* no merge so far */
        OK(ks_merger_add(&merger, &segment, err));
    }
    ks_merger_wait(&merger);
    ks_merger_wait(&merger);
    assert_int_equal(merger.count, 1);
    assert_false(merger.failed || merger.merging);
    assert_int_equal(merger.segments[0].documents, 20 * (KS_MERGE_FACTOR + 1));
    for (uint64_t number = 1; number < next; number++)
        assert_int_equal(has_file(*state, number), number == merger.segments[0].number);
    {
        ks_segment *segment = NULL;
        OK(ks_segment_open(&segment, *state, merger.segments[0].number, err));
        assert_same_segment(segment, &model);
        ks_segment_close(segment);
    }
    ks_merger_free(&merger);
    ks_merger_free(&merger); /* it is none any more */
}

static void segments_that_come_meanwhile(void **state) {
    uint64_t random = ks_test_seed(2), next = 1;
    ks_merger merger = {0};
    OK(ks_merger_init(&merger, *state, ks_unpacker_best(), &next, err));
    for (size_t i = 0; i < 60; i++) {
        ks_manifest_segment segment = make_segment(&merger, 1 + i % 7, &random);
        OK(ks_merger_add(&merger, &segment, err));
    }
    ks_merger_wait(&merger);
    assert_int_equal(documents_in(&merger), model.count);
    assert_true(merger.count <= 3 * KS_MERGE_FACTOR);
    for (size_t i = 0; i < merger.count; i++) assert_true(has_file(*state, merger.segments[i].number));
    ks_merger_free(&merger);
}

static void a_merge_that_fails(void **state) {
    uint64_t random = ks_test_seed(3), next = 1;
    ks_merger merger = {0};
    char name[KS_FILE_NAME], path[KS_TEST_PATH];
    OK(ks_merger_init(&merger, *state, ks_unpacker_best(), &next, err));
    for (size_t i = 0; i < KS_MERGE_FACTOR + 5; i++) {
        ks_manifest_segment segment = make_segment(&merger, 3, &random);
        if (i == 4)
            ks_test_write_text(
                ks_test_path(path, *state, ks_folder_name(name, KS_FILE_SEGMENT, segment.number)), "no");
        OK(ks_merger_add(&merger, &segment, err));
    }
    ks_merger_wait(&merger);
    assert_true(merger.failed);
    assert_int_equal(merger.count, KS_MERGE_FACTOR + 5);
    for (size_t i = 0; i < merger.count; i++) assert_true(has_file(*state, merger.segments[i].number));
    ks_merger_free(&merger);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(full_tiers_are_merged),
        IN_FOLDER(segments_that_come_meanwhile),
        IN_FOLDER(a_merge_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
