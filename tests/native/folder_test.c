/* Names, folders made and unmade, dead files removed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/folder.h"

#include "native/small_file.h"
#include "native/sweep.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <unistd.h>

static void names(void **state) {
    char name[KS_FILE_NAME];
    (void)state;
    assert_string_equal(ks_folder_name(name, KS_FILE_SEGMENT, 1), "seg-0000000000000001.ks");
    assert_string_equal(ks_folder_name(name, KS_FILE_DELETED, 0xabc), "del-0000000000000abc.ks");
    assert_string_equal(ks_folder_name(name, KS_FILE_SEGMENT, UINT64_MAX), "seg-ffffffffffffffff.ks");
}

static void names_are_parsed_back(void **state) {
    uint64_t random = ks_test_seed(51);
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        char name[KS_FILE_NAME];
        ks_file_kind kind = i % 2 ? KS_FILE_SEGMENT : KS_FILE_DELETED, got_kind;
        uint64_t number = ks_test_random(&random) >> ks_test_below(&random, 64), got_number;
        ks_folder_name(name, kind, number);
        assert_true(ks_folder_parse_name(name, &got_kind, &got_number));
        assert_int_equal(got_kind, kind);
        assert_int_equal(got_number, number);
    }
}

static void other_names_are_not(void **state) {
    static const char *const others[] = {"",
                                         "seg",
                                         "seg-",
                                         "seg-1.ks",
                                         "seg-0000000000000001",
                                         "seg-0000000000000001.k",
                                         "seg-0000000000000001.ks~",
                                         "seg-00000000000000001.ks",
                                         "seg-000000000000000A.ks",
                                         "seg-000000000000000g.ks",
                                         "seg-0x00000000000001.ks",
                                         "seg--000000000000001.ks",
                                         "seg- 000000000000001.ks",
                                         "Seg-0000000000000001.ks",
                                         "sex-0000000000000001.ks",
                                         "lock",
                                         "manifest"};
    ks_file_kind kind;
    uint64_t number;
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(ks_folder_parse_name(others[i], &kind, &number));
}

static void paths(void **state) {
    char *path;
    (void)state;
    assert_int_equal(ks_folder_path(&path, "a/b", "c", NULL), KS_OK);
    assert_string_equal(path, "a/b/c");
    free(path);
}

static void assert_makes(const char *folder) {
    struct stat info;
    ks_error err = {0};
    if (ks_folder_make(folder, &err)) fail_msg("%s: %s", folder, err.message);
    assert_int_equal(stat(folder, &info), 0);
    assert_true(S_ISDIR(info.st_mode));
}

static void folders_are_made(void **state) {
    static const char *const folders[] = {"a", "a", "a/b/c", "d/e/f/", "g//h///", "a/b/i", "./j/../k"};
    char path[KS_TEST_PATH], present[KS_TEST_PATH];
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        assert_makes(ks_test_path(path, *state, folders[i]));
    assert_non_null(getcwd(present, sizeof present));
    assert_int_equal(chdir(*state), 0);
    assert_makes("m");
    assert_makes("n/o");
    assert_makes("./p/q/");
    assert_makes(".");
    assert_makes("/");
    assert_int_equal(chdir(present), 0);
}

static void folders_that_cannot_be_made(void **state) {
    char path[KS_TEST_PATH], long_name[600], *before;
    ks_error err;
    ks_test_write_text(ks_test_path(path, *state, "file"), "text");
    before = snapshot(*state);
    assert_int_equal(ks_folder_make(path, &err), KS_ERR_IO);
    assert_non_null(strstr(err.message, path));
    assert_int_equal(ks_folder_make(ks_test_path(path, *state, "file/below"), &err), KS_ERR_IO);
    assert_int_equal(ks_folder_make("", &err), KS_ERR_NOT_FOUND);
    snprintf(long_name, sizeof long_name, "x/y/%0300d",
             1); /* the last name is too long, the others go again */
    assert_int_equal(ks_folder_make(ks_test_path(path, *state, long_name), &err), KS_ERR_IO);
    assert_unchanged(*state, before);
    free(before);
}

static ks_status make_deep(void *context, ks_error *err) {
    char path[KS_TEST_PATH];
    return ks_folder_make(ks_test_path(path, context, "one/two/three"), err);
}

static void every_call_of_making_may_fail(void **state) {
    assert_int_equal(each_io_fault(*state, make_deep, *state, EIO, KS_ERR_IO), 3 * 4);
    ks_test_folder_remove(*state);
    assert_makes(*state);
    assert_true(each_allocation_fault(*state, make_deep, *state) >= 1);
}

static ks_status remove_and_sync(void *context, ks_error *err) {
    ks_status status = ks_folder_remove(context, "not there", err);
    return status ? status : ks_folder_sync(context, err);
}

static void removing_and_syncing(void **state) {
    char path[KS_TEST_PATH], *empty = snapshot(*state);
    ks_error err;
    ks_test_write_text(ks_test_path(path, *state, "file"), "text");
    assert_int_equal(ks_folder_sync(path, &err), KS_ERR_NOT_FOUND);
    assert_int_equal(ks_folder_remove(*state, "file", &err), KS_OK);
    assert_unchanged(*state, empty);
    assert_int_equal(ks_folder_remove(*state, "file", &err), KS_OK);
    assert_int_equal(ks_folder_remove(*state, ".", &err), KS_ERR_IO);
    assert_int_equal(ks_folder_sync(path, &err), KS_ERR_NOT_FOUND);
    assert_int_equal(each_io_fault(*state, remove_and_sync, *state, EIO, KS_ERR_IO), 3);
    assert_int_equal(each_allocation_fault(*state, remove_and_sync, *state), 1);
    free(empty);
}

static void files_are_read_up_to_a_limit(void **state) {
    static const size_t limits[] = {0, 1, 9, 10, 11, SIZE_MAX};
    assert_int_equal(ks_small_file_replace(*state, "file", "0123456789", 10, NULL), KS_OK);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        ks_buffer out = {0};
        ks_buffer_str(&out, "before ");
        assert_int_equal(ks_small_file_read(&out, *state, "file", limits[i], NULL), KS_OK);
        assert_int_equal(out.size, 7 + (limits[i] < 10 ? limits[i] : 10));
        assert_memory_equal(out.data, "before 0123456789", out.size);
        ks_buffer_free(&out);
    }
}

/* ---- Dead files ---- */

static void touch(const char *folder, const char *name) {
    char path[KS_TEST_PATH];
    ks_test_write_text(ks_test_path(path, folder, name), name);
}

static void make_live(const char *folder, ks_manifest *manifest) {
    static const ks_manifest_segment segments[] = {{1, 0, 5, 0}, {0x1f, 0x20, 5, 2}};
    static const char *const live[] = {"seg-0000000000000001.ks",
                                       "seg-000000000000001f.ks",
                                       "del-0000000000000020.ks",
                                       "manifest",
                                       "lock",
                                       "notes.txt",
                                       "seg-1.ks",
                                       "seg-0000000000000003.ks.bak"};
    ks_manifest_init(manifest);
    assert_int_equal(ks_manifest_set_segments(manifest, segments, 2, NULL), KS_OK);
    for (size_t i = 0; i < sizeof live / sizeof *live; i++) touch(folder, live[i]);
}

static const char *const dead[] = {"seg-0000000000000002.ks",
                                   "seg-0000000000000020.ks",
                                   "del-0000000000000001.ks",
                                   "del-000000000000001f.ks",
                                   "del-0000000000000000.ks",
                                   "seg-0000000000000000.ks",
                                   "manifest.new",
                                   "manifest.old"};
enum { DEAD = sizeof dead / sizeof *dead };

static void dead_files_are_removed(void **state) {
    ks_manifest manifest;
    char *before;
    size_t removed = 9;
    make_live(*state, &manifest);
    before = snapshot(*state);
    for (size_t i = 0; i < DEAD; i++) touch(*state, dead[i]);
    assert_int_equal(ks_sweep_folder(*state, &manifest, &removed, NULL), KS_OK);
    assert_int_equal(removed, DEAD);
    assert_unchanged(*state, before);
    assert_int_equal(ks_sweep_folder(*state, &manifest, &removed, NULL), KS_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(ks_sweep_folder(*state, &manifest, NULL, NULL), KS_OK);
    ks_manifest_free(&manifest);
    free(before);
}

static void sweeping_may_fail(void **state) {
    ks_manifest manifest;
    char path[KS_TEST_PATH];
    size_t removed = 9;
    ks_error err;
    make_live(*state, &manifest);
    ks_test_path(path, *state, "missing");
    assert_int_equal(ks_sweep_folder(path, &manifest, &removed, &err), KS_ERR_NOT_FOUND);
    assert_int_equal(mkdir(ks_test_path(path, *state, dead[0]), 0777), 0);
    assert_int_equal(ks_sweep_folder(*state, &manifest, &removed, &err), KS_ERR_IO);
    assert_non_null(strstr(err.message, dead[0]));
    assert_int_equal(removed, 9);
    ks_manifest_free(&manifest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(names_are_parsed_back),
        cmocka_unit_test(other_names_are_not),
        cmocka_unit_test(paths),
        TEST(folders_are_made),
        TEST(folders_that_cannot_be_made),
        TEST(every_call_of_making_may_fail),
        TEST(removing_and_syncing),
        TEST(files_are_read_up_to_a_limit),
        TEST(dead_files_are_removed),
        TEST(sweeping_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
