/* Where the index is, by every mixture of what can be set; and the folders above it. */
#include "tests/cli/support.h"

#include "cli/paths.h"
#include "tests/support/allocation.h"
#include "tests/support/tempdir.h"

#include <errno.h>
#include <sys/stat.h>

static void set(const char *name, const char *value) {
    assert_int_equal(value ? setenv(name, value, 1) : unsetenv(name), 0);
}

/* The path and whether it is a default one, worked out from what is written in paths.h. */
static void expect(const char *given, const char *index, const char *data, const char *home) {
    char wanted[300] = "";
    bool wants_default = false, is_default = true;
    char *path;
    set("KSEARCH_INDEX", index);
    set("XDG_DATA_HOME", data);
    set("HOME", home);
    if (given)
        snprintf(wanted, sizeof wanted, "%s", given);
    else if (index && *index)
        snprintf(wanted, sizeof wanted, "%s", index);
    else if (data && *data == '/' && (wants_default = true))
        snprintf(wanted, sizeof wanted, "%s/ksearch/index", data);
    else if (home && *home && (wants_default = true))
        snprintf(wanted, sizeof wanted, "%s/.local/share/ksearch/index", home);
    else
        wants_default = true;
    errno = 0;
    path = cli_paths_index(given, &is_default);
    assert_int_equal(is_default, wants_default);
    if (*wanted || given) {
        assert_non_null(path);
        assert_string_equal(path, wanted);
    } else {
        assert_null(path);
        assert_int_equal(errno, ENOENT);
    }
    free(path);
}

static void every_mixture(void **state) {
    static const char *const givens[] = {NULL, "relative/index", "/an/index", ""};
    static const char *const indexes[] = {NULL, "", "there", "/over/there"};
    static const char *const datas[] = {NULL, "", "relative", "/data", "/"};
    static const char *const homes[] = {NULL, "", "/home/ann", "relative"};
    (void)state;
    for (size_t g = 0; g < 4; g++)
        for (size_t i = 0; i < 4; i++)
            for (size_t d = 0; d < 5; d++)
                for (size_t h = 0; h < 4; h++) expect(givens[g], indexes[i], datas[d], homes[h]);
}

static void no_memory(void **state) {
    bool is_default;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (int way = 0; way < 3; way++) {
        set("KSEARCH_INDEX", NULL);
        set("XDG_DATA_HOME", way == 1 ? "/data" : NULL);
        set("HOME", "/home/ann");
        ks_test_fail_allocation(1);
        assert_null(cli_paths_index(way ? NULL : "given", &is_default));
        assert_true(ks_test_allocation_failed());
    }
    ks_test_fail_allocation(1);
    assert_int_equal(cli_paths_make_parents("/tmp/x"), ENOMEM);
    assert_true(ks_test_allocation_failed());
}

/* ---- Folders ---- */

static bool is_folder(const char *folder, const char *name) {
    char path[KS_TEST_PATH];
    struct stat info;
    return stat(ks_test_path(path, folder, name), &info) == 0 && S_ISDIR(info.st_mode);
}

static int make_parents(const char *folder, const char *name) {
    char path[KS_TEST_PATH];
    return cli_paths_make_parents(ks_test_path(path, folder, name));
}

static void folders_are_made(void **state) {
    assert_int_equal(make_parents(*state, "a/b/c/index"), 0);
    assert_true(is_folder(*state, "a/b/c"));
    assert_false(is_folder(*state, "a/b/c/index"));
    assert_int_equal(make_parents(*state, "a/b/c/index"), 0); /* they may be there */
    assert_int_equal(make_parents(*state, "index"), 0);
    assert_false(is_folder(*state, "index"));
    assert_int_equal(make_parents(*state, "d//e/"), 0);
    assert_true(is_folder(*state, "d/e"));
}

/* They hold captures: nobody else is to look at them. */
static void folders_are_for_their_owner(void **state) {
    char path[KS_TEST_PATH];
    struct stat info;
    mode_t before = umask(0);
    assert_int_equal(make_parents(*state, "new/index"), 0);
    umask(before);
    assert_int_equal(stat(ks_test_path(path, *state, "new"), &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
}

static void relative_paths(void **state) {
    char before[KS_TEST_PATH];
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(*state), 0);
    assert_int_equal(cli_paths_make_parents("x/y/index"), 0);
    assert_int_equal(cli_paths_make_parents("index"), 0);
    assert_int_equal(cli_paths_make_parents(""), 0);
    assert_int_equal(chdir(before), 0);
    assert_true(is_folder(*state, "x/y"));
}

static void what_stands_in_the_way(void **state) {
    char path[KS_TEST_PATH];
    ks_test_write_text(ks_test_path(path, *state, "file"), "x");
    assert_int_equal(make_parents(*state, "file/b/index"), ENOTDIR);
    assert_int_equal(make_parents(*state, "file/index"), 0); /* whoever makes the index will see it */
    assert_int_equal(cli_paths_make_parents("/proc/nothing/index"), ENOENT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mixture),   cmocka_unit_test(no_memory), TEST(folders_are_made),
        TEST(folders_are_for_their_owner), TEST(relative_paths),        TEST(what_stands_in_the_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
