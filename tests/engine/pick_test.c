/* Picking an engine by name and by what lies at a path. Where modules are found depends on where a program
 * lies, so the tests of loading run a copy of this program, whose run path leads to a folder of their own. */
#define _GNU_SOURCE /* RTLD_NEXT */
#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/tempdir.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MODULE "ksearch-xapian.so"

static const char *program; /* argv[0] */

/* ---- A readdir that can fail: it stands before the C library's ---- */

static int readdir_errno; /* 0: works */

struct dirent *readdir(DIR *folder) {
    struct dirent *(*real)(DIR * folder);
    void *symbol = dlsym(RTLD_NEXT, "readdir");
    memcpy(&real, &symbol, sizeof real);
    if (!readdir_errno) return real(folder);
    errno = readdir_errno;
    return NULL;
}

/* ---- What a call must give ---- */

static const ks_engine untouched;

static void expect_error(const ks_error *err, ks_status code, const char *message, const char *hint) {
    assert_int_equal(err->code, code);
    assert_int_equal(err->position, -1);
    assert_string_equal(err->message, message);
    assert_string_equal(err->hint, hint);
}

/* Picks by path, which must fail with that code and leave the out-parameter alone; says whether nothing is
 * there. */
static bool pick(const char *path, ks_status code, ks_error *err) {
    const ks_engine *engine = &untouched;
    bool nothing = false;
    memset(err, 'x', sizeof *err);
    assert_int_equal(ks_engine_by_path(&engine, path, &nothing, err), code);
    assert_ptr_equal(engine, &untouched);
    assert_int_equal(err->code, code);
    assert_int_equal(ks_engine_by_path(&engine, path, NULL, NULL), code);
    assert_ptr_equal(engine, &untouched);
    return nothing;
}

static void expect_nothing(const char *path) {
    char message[2 * KS_TEST_PATH];
    ks_error err;
    assert_true(pick(path, KS_ERR_NO_INDEX, &err));
    snprintf(message, sizeof message, "there is no index at %s", path);
    expect_error(&err, KS_ERR_NO_INDEX, message, "make one with: ksearch index SOURCE…");
}

static void expect_something_else(const char *path) {
    char message[2 * KS_TEST_PATH];
    ks_error err;
    assert_false(pick(path, KS_ERR_NO_INDEX, &err));
    snprintf(message, sizeof message, "%s is not a ksearch index", path);
    expect_error(&err, KS_ERR_NO_INDEX, message, "name another place with --index PATH");
}

static void expect_unreadable(const char *path, const char *named, ks_status code, int errnum) {
    char message[2 * KS_TEST_PATH];
    ks_error err;
    assert_false(pick(path, code, &err));
    snprintf(message, sizeof message, "cannot read %s: %s", named, strerror(errnum));
    expect_error(&err, code, message, "");
}

/* ---- By name ---- */

static void unknown_names(void **state) {
    static const char *const names[] = {"",        "x",     "Native",  "native ",           "nativ", "Xapian",
                                        "xapian ", "xapia", "xapianx", "ksearch-xapian.so", "lucene"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const ks_engine *engine = &untouched;
        char message[100];
        ks_error err;
        memset(&err, 'x', sizeof err);
        assert_int_equal(ks_engine_by_name(&engine, names[i], &err), KS_ERR_ARGUMENT);
        assert_ptr_equal(engine, &untouched);
        snprintf(message, sizeof message, "there is no engine \"%s\"", names[i]);
        assert_string_equal(err.message, message);
        assert_int_equal(err.code, KS_ERR_ARGUMENT);
        assert_string_equal(err.hint, "the engines are: native, xapian");
        assert_int_equal(ks_engine_by_name(&engine, names[i], NULL), KS_ERR_ARGUMENT);
        assert_ptr_equal(engine, &untouched);
    }
}

/* The engine that is part of the library; it is the one that a new index gets. */
static void the_engine_inside(void **state) {
    const char *const names[] = {"native", NULL};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const ks_engine *engine = &untouched;
        assert_int_equal(ks_engine_by_name(&engine, names[i], NULL), KS_OK);
        assert_ptr_equal(engine, &ks_native_engine);
        assert_string_equal(engine->name, "native");
    }
}

/* One of its files is enough: the lock of a writer that has not committed yet, or a manifest. */
static void its_index(void **state) {
    static const char *const names[] = {"ksearch.lock", "manifest"};
    char path[KS_TEST_PATH];
    for (size_t i = 0; i < 2; i++) {
        const ks_engine *engine = &untouched;
        bool nothing = true;
        ks_test_write_text(ks_test_path(path, *state, names[i]), "");
        assert_int_equal(ks_engine_by_path(&engine, *state, &nothing, NULL), KS_OK);
        assert_ptr_equal(engine, &ks_native_engine);
        assert_false(nothing);
        assert_int_equal(remove(path), 0);
        expect_nothing(*state);
    }
}

/* ---- By path: nothing, something else ---- */

static void nothing_there(void **state) {
    char path[KS_TEST_PATH], link[KS_TEST_PATH];
    expect_nothing(ks_test_path(path, *state, "missing"));
    assert_int_equal(symlink(path, ks_test_path(link, *state, "dangling")), 0);
    expect_nothing(link);
    expect_nothing(ks_test_path(path, *state, "missing/below"));
    expect_nothing("");
}

static void an_empty_folder(void **state) {
    char path[KS_TEST_PATH], link[KS_TEST_PATH];
    assert_int_equal(mkdir(ks_test_path(path, *state, "empty"), 0700), 0);
    expect_nothing(path);
    assert_int_equal(symlink(path, ks_test_path(link, *state, "link")), 0);
    expect_nothing(link);
    strcat(path, "/");
    expect_nothing(path);
}

static void a_file(void **state) {
    char path[KS_TEST_PATH];
    ks_test_write_text(ks_test_path(path, *state, "file"), "text");
    expect_something_else(path);
    ks_test_write_text(path, "");
    expect_something_else(path);
    expect_something_else("/dev/null");
}

static void a_folder_with_other_things(void **state) {
    static const char *const names[] = {
        "a", ".hidden", "...", "Iamglass", "iamglass.bak", "manifest.old", "Manifest", "ksearch.lock.old"};
    char folder[KS_TEST_PATH], path[KS_TEST_PATH];
    assert_int_equal(mkdir(ks_test_path(folder, *state, "folder"), 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ks_test_write_text(ks_test_path(path, folder, names[i]), "");
        expect_something_else(folder);
        assert_int_equal(remove(path), 0);
        expect_nothing(folder);
        assert_int_equal(mkdir(path, 0700), 0);
        expect_something_else(folder);
        assert_int_equal(remove(path), 0);
    }
}

/* ---- By path: unreadable ---- */

static void a_path_through_a_file(void **state) {
    char file[KS_TEST_PATH], path[KS_TEST_PATH];
    ks_test_write_text(ks_test_path(file, *state, "file"), "text");
    ks_test_path(path, file, "index");
    expect_unreadable(path, path, KS_ERR_NOT_FOUND, ENOTDIR);
}

static void a_path_in_a_circle(void **state) {
    char path[KS_TEST_PATH];
    assert_int_equal(symlink("circle", ks_test_path(path, *state, "circle")), 0);
    expect_unreadable(path, path, KS_ERR_IO, ELOOP);
}

static void a_marker_in_a_circle(void **state) {
    static const char *const markers[] = {"ksearch.lock", "manifest", "iamglass", "flintlock"};
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++) {
        char path[KS_TEST_PATH];
        assert_int_equal(symlink(markers[i], ks_test_path(path, *state, markers[i])), 0);
        expect_unreadable(*state, path, KS_ERR_IO, ELOOP);
        assert_int_equal(remove(path), 0);
    }
}

static void a_name_that_is_too_long(void **state) {
    char name[600], path[KS_TEST_PATH];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    ks_error err;
    ks_test_path(path, *state, name);
    assert_false(pick(path, KS_ERR_IO, &err));
    assert_memory_equal(err.message, "cannot read ", 12);
}

/* A path that the system just takes, but not with the marker's name behind it. */
static void a_path_that_is_too_long(void **state) {
    char path[PATH_MAX];
    size_t size = strlen(*state);
    ks_error err;
    memcpy(path, *state, size);
    for (; size + 3 < PATH_MAX; size += 2) memcpy(path + size, "/.", 2);
    path[size] = '\0';
    assert_false(pick(path, KS_ERR_ARGUMENT, &err));
    assert_non_null(strstr(err.message, "is too long"));
    assert_memory_equal(err.message, "the path ", 9);
}

/* Does without the rights that make everything readable, where it has them. */
static bool lower_rights(void) {
    return geteuid() != 0 || seteuid(65534) == 0;
}

static void restore_rights(void) {
    if (getuid() == 0) assert_int_equal(seteuid(0), 0);
}

static void folders_without_permission(void **state) {
    char folder[KS_TEST_PATH], path[KS_TEST_PATH];
    assert_int_equal(chmod(*state, 0755), 0);
    assert_int_equal(mkdir(ks_test_path(folder, *state, "closed"), 0700), 0);
    if (!lower_rights()) skip();
    restore_rights();
    ks_test_path(path, folder, "ksearch.lock"); /* the first that is looked for */
    assert_int_equal(chmod(folder, 0), 0);      /* its files cannot be looked for */
    assert_true(lower_rights());
    expect_unreadable(folder, path, KS_ERR_IO, EACCES);
    expect_unreadable(path, path, KS_ERR_IO, EACCES);
    restore_rights();
    assert_int_equal(chmod(folder, 0111), 0); /* they can, but not listed */
    assert_true(lower_rights());
    expect_unreadable(folder, folder, KS_ERR_IO, EACCES);
    restore_rights();
    assert_int_equal(chmod(folder, 0755), 0);
    expect_nothing(folder);
}

/* A folder that cannot be listed to its end is not taken for an empty one. */
static void a_folder_that_breaks_off(void **state) {
    readdir_errno = EIO;
    expect_unreadable(*state, *state, KS_ERR_IO, EIO);
    readdir_errno = 0;
    expect_nothing(*state);
}

/* ---- Loading: in a second process ---- */

/* What the second process does: picks and prints what came of it. */
static int run_pick(const char *how, const char *what) {
    const ks_engine *engine = &untouched;
    ks_error err;
    bool nothing = true;
    bool by_name = strcmp(how, "name") == 0;
    ks_status status = by_name ? ks_engine_by_name(&engine, strcmp(what, "NULL") == 0 ? NULL : what, &err)
                               : ks_engine_by_path(&engine, what, &nothing, &err);
    if (status) {
        printf("%s\n%s\n%s\n", ks_status_name(status), err.message, err.hint);
        if (err.code != status || engine != &untouched) printf("and the out-parameter was written\n");
    } else {
        printf("ok %s%s\n", engine->name, engine->open && engine->write ? "" : " without calls");
    }
    if (!by_name && nothing) printf("and nothing was there\n");
    return 0;
}

/* A copy of this program in FOLDER/bin, whose run path leads to FOLDER. */
static void copy_program(char copy[KS_TEST_PATH], const char *folder) {
    char bin[KS_TEST_PATH];
    size_t size;
    char *bytes = ks_test_read(program, &size);
    ks_test_path(copy, ks_test_path(bin, folder, "bin"), "pick");
    mkdir(bin, 0700); /* it may be there already */
    remove(copy);
    ks_test_write(copy, bytes, size);
    assert_int_equal(chmod(copy, 0700), 0);
    free(bytes);
}

static void become(const char *copy, const char *folder, const char *how, const char *what) {
    char out[KS_TEST_PATH];
    if (snprintf(out, sizeof out, "%s/out", folder) < (int)sizeof out && freopen(out, "w", stdout))
        execl(copy, copy, "--pick", how, what, (char *)NULL);
    _exit(127);
}

/* What the second process printed, when its run path leads to the folder; free() it. */
static char *pick_with(const char *folder, const char *how, const char *what) {
    char out[KS_TEST_PATH], copy[KS_TEST_PATH];
    int status = -1;
    pid_t child;
    copy_program(copy, folder);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) become(copy, folder, how, what);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    return ks_test_read(ks_test_path(out, folder, "out"), NULL);
}

/* A folder that has the marker, below the test's own. */
static const char *make_index(char path[KS_TEST_PATH], const char *folder) {
    char marker[KS_TEST_PATH];
    assert_int_equal(mkdir(ks_test_path(path, folder, "index"), 0700), 0);
    ks_test_write_text(ks_test_path(marker, path, "iamglass"), "");
    return path;
}

/* Both ways that lead to the engine give that text. */
static void expect_of_all(const char *folder, const char *expected) {
    char path[KS_TEST_PATH];
    const char *ways[][2] = {{"name", "xapian"}, {"path", make_index(path, folder)}};
    for (size_t i = 0; i < 2; i++) {
        char *text = pick_with(folder, ways[i][0], ways[i][1]);
        if (strncmp(text, expected, strlen(expected)) != 0 || strstr(text, "\nand "))
            fail_msg("by %s: %s", ways[i][0], text);
        free(text);
    }
}

static void a_module_that_cannot_be_loaded(void **state) {
    char path[KS_TEST_PATH], index[KS_TEST_PATH], *text;
    ks_test_write_text(ks_test_path(path, *state, MODULE), "this is no module");
    expect_of_all(*state, "engine\nthe xapian engine cannot be loaded: ");
    text = pick_with(*state, "name", "NULL"); /* the engine of new indexes needs none */
    assert_string_equal(text, "ok native\n");
    free(text);
    text = pick_with(*state, "path", ks_test_path(index, *state, "index"));
    assert_non_null(strstr(text, MODULE));
    assert_non_null(strstr(text, "\n" MODULE " belongs beside the program or in its lib/ksearch folder\n"));
    free(text);
}

/* A module that is one, but has not the entry that this version of ksearch looks for. */
static void a_module_of_another_version(void **state) {
    static const char other[] = KS_BUILD_DIR "/libksearch.so";
    char path[KS_TEST_PATH];
    if (access(other, R_OK) != 0) skip();
    assert_int_equal(symlink(other, ks_test_path(path, *state, MODULE)), 0);
    expect_of_all(*state, "engine\n" MODULE " belongs to another version of ksearch\n\n");
}

static void the_module_that_belongs_here(void **state) {
    static const char module[] = KS_BUILD_DIR "/" MODULE;
    char path[KS_TEST_PATH];
    if (access(module, R_OK) != 0) skip();
    assert_int_equal(symlink(module, ks_test_path(path, *state, MODULE)), 0);
    expect_of_all(*state, "ok xapian\n");
}

/* Makes FOLDER/NAMES and those above it. */
static void make_folders(const char *folder, const char *names) {
    char path[KS_TEST_PATH], command[KS_TEST_PATH + 20];
    snprintf(command, sizeof command, "mkdir -p '%s'", ks_test_path(path, folder, names));
    assert_int_equal(system(command), 0);
}

static const char *const places[] = {"bin", "bin/ksearch", KS_LIBDIR "/ksearch"};
enum { PLACES = sizeof places / sizeof *places };

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 }; /* $ORIGIN is the sanitizer's: modules are found by the run path alone */
#else
enum { SANITIZED = 0 };
#endif

/* Without the run path's help: beside the program, and in the folders for it. */
static void modules_in_every_place(void **state) {
    static const char module[] = KS_BUILD_DIR "/" MODULE;
    if (SANITIZED || access(module, R_OK) != 0) skip();
    for (size_t i = 0; i < PLACES; i++) {
        char folder[KS_TEST_PATH], path[KS_TEST_PATH], *text;
        make_folders(*state, places[i]);
        ks_test_path(path, ks_test_path(folder, *state, places[i]), MODULE);
        text = pick_with(*state, "name", "xapian");
        assert_non_null(strstr(text, MODULE ": cannot open"));
        assert_non_null(
            strstr(text, "\n" MODULE " belongs beside the program or in its lib/ksearch folder\n"));
        free(text);
        assert_int_equal(symlink(module, path), 0);
        text = pick_with(*state, "name", "xapian");
        assert_string_equal(text, "ok xapian\n");
        free(text);
        assert_int_equal(remove(path), 0);
        ks_test_write_text(path, "this is no module"); /* which is told, not that others are not there */
        text = pick_with(*state, "name", "xapian");
        assert_non_null(strstr(text, MODULE ": "));
        assert_null(strstr(text, "No such file"));
        free(text);
        assert_int_equal(remove(path), 0);
    }
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, ks_test_folder_setup, ks_test_folder_teardown)

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_names),
        cmocka_unit_test(the_engine_inside),
        IN_FOLDER(its_index),
        IN_FOLDER(nothing_there),
        IN_FOLDER(an_empty_folder),
        IN_FOLDER(a_file),
        IN_FOLDER(a_folder_with_other_things),
        IN_FOLDER(a_path_through_a_file),
        IN_FOLDER(a_path_in_a_circle),
        IN_FOLDER(a_marker_in_a_circle),
        IN_FOLDER(a_name_that_is_too_long),
        IN_FOLDER(a_path_that_is_too_long),
        IN_FOLDER(folders_without_permission),
        IN_FOLDER(a_folder_that_breaks_off),
        IN_FOLDER(a_module_that_cannot_be_loaded),
        IN_FOLDER(a_module_of_another_version),
        IN_FOLDER(the_module_that_belongs_here),
        IN_FOLDER(modules_in_every_place),
    };
    program = arguments[0];
    if (count == 4 && strcmp(arguments[1], "--pick") == 0) return run_pick(arguments[2], arguments[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
