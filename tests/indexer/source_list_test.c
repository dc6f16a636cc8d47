/* What the user named as a list of files, and the numbers under which an index knows its sources. */
#include "tests/indexer/support.h"

#include "indexer/source_list.h"
#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <fcntl.h>

static const char *make_folder(const char *name) {
    const char *path = path_of(name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

static ks_source_list expand(const char *const *sources, size_t count) {
    ks_source_list list = {0};
    ks_error error = {0};
    if (ks_source_list_expand(&list, sources, count, &error)) fail_msg("%s", error.message);
    return list;
}

/* The names of the files below the test's folder, parted by blanks. */
static void expect_files(const char *const *sources, size_t count, const char *expected) {
    ks_source_list list = expand(sources, count);
    char text[2000] = "", *real = realpath(folder, NULL);
    uint64_t bytes = 0;
    assert_non_null(real);
    for (size_t i = 0; i < list.file_count; i++) {
        const char *name = list.files[i].name;
        if (strncmp(name, real, strlen(real)) == 0) name += strlen(real) + 1;
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", name);
        bytes += list.files[i].bytes;
    }
    assert_string_equal(text, expected);
    assert_int_equal(list.bytes, bytes);
    free(real);
    ks_source_list_free(&list);
    assert_int_equal(list.file_count, 0);
}

static void expect_one(const char *source, const char *expected) {
    expect_files(&source, 1, expected);
}

static void files_of_a_folder_in_the_order_of_names(void **state) {
    const char *dir = make_folder("dir");
    (void)state;
    make_folder("dir/b");
    write_source("dir/c.jsonl", "");
    write_source("dir/b/z.json", "[]");
    write_source("dir/b/a.feed", "");
    write_source("dir/a.txt", "x");
    write_source("dir/d.jsonl.gz", "");
    write_source("dir/README", "");
    write_source("dir/notes.md", "");
    write_source("dir/x.jsonl.bak", "");
    write_source("dir/.a.jsonl", "");
    expect_one(dir, "dir/a.txt dir/b/a.feed dir/b/z.json dir/c.jsonl dir/d.jsonl.gz");
}

static void what_is_named_keeps_its_order(void **state) {
    const char *sources[] = {write_source("z.jsonl", "1"), write_source("a.jsonl", "22"), "-",
                             write_source("odd.name", "333")};
    (void)state;
    expect_files(sources, 4, "z.jsonl a.jsonl - odd.name");
}

static void a_file_named_twice_is_read_once(void **state) {
    const char *dir = make_folder("dir"), *a = write_source("dir/a.jsonl", "one");
    const char *sources[] = {a, path_of("dir/../dir/a.jsonl"), dir, path_of("dir/./a.jsonl"), "-", "-", dir};
    (void)state;
    write_source("dir/b.jsonl", "two");
    expect_files(sources, 7, "dir/a.jsonl dir/b.jsonl -");
}

static void bytes_and_folders_are_known(void **state) {
    const char *dir = make_folder("dir");
    const char *sources[] = {write_source("a.jsonl", "12345"), dir, "-"};
    ks_source_list list;
    (void)state;
    write_source("dir/b.jsonl", "123");
    list = expand(sources, 3);
    assert_int_equal(list.bytes, 8);
    assert_int_equal(list.files[0].bytes, 5);
    assert_false(list.files[0].in_folder);
    assert_int_equal(list.files[1].bytes, 3);
    assert_true(list.files[1].in_folder);
    assert_int_equal(list.files[2].bytes, 0);
    assert_int_equal(list.folder_count, 1);
    ks_source_list_free(&list);
}

static void nothing_named(void **state) {
    ks_source_list list = expand(NULL, 0);
    (void)state;
    assert_int_equal(list.file_count, 0);
    assert_false(ks_source_list_covers(&list, "/"));
    ks_source_list_free(&list);
    ks_source_list_free(&list);
}

/* Neither pipes nor sockets nor devices of a folder are read: they may never end. */
static void only_files_of_a_folder(void **state) {
    const char *dir = make_folder("dir");
    (void)state;
    assert_int_equal(mkfifo(path_of("dir/pipe.jsonl"), 0600), 0);
    assert_int_equal(symlink("/dev/zero", path_of("dir/zero.jsonl")), 0);
    write_source("dir/a.jsonl", "");
    expect_one(dir, "dir/a.jsonl");
}

/* Links in a folder that lead to nothing: to no file, to themselves, in a circle, below a file. */
static void links_that_lead_nowhere(void **state) {
    const char *dir = make_folder("dir");
    (void)state;
    write_source("dir/a.jsonl", "");
    write_source("dir/z.jsonl", "");
    assert_int_equal(symlink("nothing", path_of("dir/b.jsonl")), 0);
    assert_int_equal(symlink("c.jsonl", path_of("dir/c.jsonl")), 0);
    assert_int_equal(symlink("e.jsonl", path_of("dir/d.jsonl")), 0);
    assert_int_equal(symlink("d.jsonl", path_of("dir/e.jsonl")), 0);
    assert_int_equal(symlink("a.jsonl/f.jsonl", path_of("dir/f.jsonl")), 0);
    assert_int_equal(symlink("z.jsonl", path_of("dir/y.jsonl")), 0); /* this one leads to a file */
    expect_one(dir, "dir/a.jsonl dir/y.jsonl dir/z.jsonl");
}

static void expect_error(const char *source, ks_status expected, const char *part) {
    ks_source_list list = {0};
    ks_error error = {0};
    assert_int_equal(ks_source_list_expand(&list, &source, 1, &error), expected);
    assert_int_equal(error.code, expected);
    if (!strstr(error.message, part)) fail_msg("%s does not say %s", error.message, part);
    ks_source_list_free(&list);
}

static void sources_that_are_not_there(void **state) {
    (void)state;
    write_source("file", "");
    expect_error(path_of("nowhere"), KS_ERR_NOT_FOUND, "nowhere");
    expect_error(path_of("nowhere/a.jsonl"), KS_ERR_NOT_FOUND, "nowhere/a.jsonl");
    assert_int_equal(symlink("nowhere", path_of("dangling")), 0);
    expect_error(path_of("dangling"), KS_ERR_NOT_FOUND, "dangling");
}

static void empty_names(void **state) {
    const char *const names[] = {"", NULL};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        const char *const sources[] = {folder, names[i]};
        ks_source_list list = {0};
        ks_error error;
        assert_int_equal(ks_source_list_expand(&list, sources, 2, &error), KS_ERR_ARGUMENT);
        assert_string_equal(error.message, "the name of a source is empty");
        ks_source_list_free(&list);
    }
}

/* Folders in folders, `depth` of them below the first, with a file in the last. */
static const char *nest(char path[KS_TEST_PATH], const char *name, size_t depth) {
    char text[KS_TEST_PATH];
    strcpy(text, name);
    make_folder(text);
    for (size_t i = 0; i < depth; i++) {
        strcat(text, "/d");
        make_folder(text);
    }
    strcat(text, "/a.jsonl");
    write_source(text, "");
    return strcpy(path, path_of(name));
}

static void nesting_has_a_limit(void **state) {
    char path[KS_TEST_PATH];
    ks_source_list list;
    const char *source = nest(path, "good", 32);
    (void)state;
    list = expand(&source, 1);
    assert_int_equal(list.file_count, 1);
    ks_source_list_free(&list);
    expect_error(nest(path, "deep", 33), KS_ERR_IO, "nested deeper than 32");
}

/* Folders whose path would be longer than the system allows are an error, not left out. */
static void paths_that_are_too_long(void **state) {
    enum { NAME = 250, LEVELS = 17 };
    char name[NAME + 1];
    int at = open(make_folder("long"), O_RDONLY | O_DIRECTORY), below;
    (void)state;
    memset(name, 'n', NAME);
    name[NAME] = '\0';
    for (int i = 0; i < LEVELS; i++) {
        assert_int_equal(mkdirat(at, name, 0700), 0);
        below = openat(at, name, O_RDONLY | O_DIRECTORY);
        assert_true(below >= 0);
        close(at);
        at = below;
    }
    close(at);
    expect_error(path_of("long"), KS_ERR_IO, "too long");
    for (int level = LEVELS; level > 0; level--) { /* too deep for those who tidy up */
        at = open(path_of("long"), O_RDONLY | O_DIRECTORY);
        for (int i = 1; i < level; i++) {
            below = openat(at, name, O_RDONLY | O_DIRECTORY);
            close(at);
            at = below;
        }
        assert_int_equal(unlinkat(at, name, AT_REMOVEDIR), 0);
        close(at);
    }
}

static void what_folders_cover(void **state) {
    char *real;
    const char *dir = make_folder("dir");
    ks_source_list list = expand(&dir, 1);
    char path[KS_TEST_PATH + 40];
    (void)state;
    real = realpath(dir, NULL);
    assert_non_null(real);
    static const struct {
        const char *end;
        bool covered;
    } cases[] = {{"/a.jsonl", true}, {"/b/c", true},       {"/", true},
                 {"", false},        {"2/a.jsonl", false}, {"a", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(path, sizeof path, "%s%s", real, cases[i].end);
        assert_int_equal(ks_source_list_covers(&list, path), cases[i].covered);
    }
    assert_false(ks_source_list_covers(&list, "-"));
    assert_false(ks_source_list_covers(&list, "/"));
    free(real);
    ks_source_list_free(&list);
}

static ks_status expand_once(void *sources, ks_error *err) {
    ks_source_list list = {0};
    ks_status status = ks_source_list_expand(&list, sources, 3, err);
    if (!status) assert_int_equal(list.file_count, 3);
    ks_source_list_free(&list);
    return status;
}

static void every_allocation_may_fail(void **state) {
    const char *sources[] = {make_folder("dir"), write_source("b.jsonl", ""), "-"};
    (void)state;
    write_source("dir/a.jsonl", "");
    assert_true(ks_test_each_allocation(expand_once, sources) > 3);
}

/* ---- The table of an index ---- */

static ks_writer *write_index(void) {
    const ks_engine *engine = NULL;
    ks_writer *writer = NULL;
    assert_int_equal(ks_engine_by_name(&engine, engine_name, NULL), KS_OK);
    assert_int_equal(engine->write(&writer, place, NULL, NULL), KS_OK);
    return writer;
}

static void finish(ks_writer *writer) {
    uint64_t generation_;
    assert_int_equal(writer->ops->commit(writer, &generation_, NULL), KS_OK);
    writer->ops->close(writer);
}

static uint32_t number_of(ks_source_table *table, const char *name) {
    uint32_t number = 77;
    assert_int_equal(ks_source_table_number(table, &number, name, NULL), KS_OK);
    return number;
}

static void numbers_stay_from_commit_to_commit(void **state) {
    ks_writer *writer = write_index();
    ks_source_table table = {0};
    (void)state;
    assert_int_equal(ks_source_table_load(&table, writer, NULL), KS_OK);
    assert_int_equal(table.count, 0);
    assert_false(table.changed);
    assert_int_equal(number_of(&table, "/a"), 0);
    assert_int_equal(number_of(&table, "-"), 1);
    assert_int_equal(number_of(&table, "/a"), 0);
    assert_true(table.changed);
    assert_int_equal(ks_source_table_save(&table, writer, NULL), KS_OK);
    ks_source_table_free(&table);
    finish(writer);
    writer = write_index();
    assert_int_equal(ks_source_table_load(&table, writer, NULL), KS_OK);
    assert_int_equal(table.count, 2);
    assert_string_equal(table.names[0], "/a");
    assert_string_equal(table.names[1], "-");
    assert_int_equal(number_of(&table, "-"), 1);
    assert_false(table.changed);
    assert_int_equal(number_of(&table, "/b"), 2);
    assert_true(table.changed);
    ks_source_table_free(&table);
    ks_source_table_free(&table);
    writer->ops->close(writer);
}

/* A table that has not changed is not written: nothing would be there to commit. */
static void an_unchanged_table_is_not_saved(void **state) {
    ks_writer *writer = write_index();
    ks_source_table table = {0};
    ks_buffer value = {0};
    (void)state;
    assert_int_equal(ks_source_table_save(&table, writer, NULL), KS_OK);
    assert_int_equal(writer->ops->get_meta(writer, "sources", &value, NULL), KS_OK);
    assert_int_equal(value.size, 0);
    ks_buffer_free(&value);
    writer->ops->close(writer);
}

static void names_of_any_bytes(void **state) {
    enum { NAMES = 300 };
    static char names[NAMES][24];
    uint64_t random = ks_test_seed(1011);
    ks_writer *writer = write_index();
    ks_source_table table = {0};
    (void)state;
    for (size_t i = 0; i < NAMES; i++) {
        size_t size = 1 + ks_test_below(&random, 12);
        snprintf(names[i], sizeof names[i], "%zu", i);
        for (size_t k = strlen(names[i]); k < size; k++)
            names[i][k] = (char)(1 + ks_test_below(&random, 255));
        assert_int_equal(number_of(&table, names[i]), i);
    }
    assert_int_equal(ks_source_table_save(&table, writer, NULL), KS_OK);
    ks_source_table_free(&table);
    assert_int_equal(ks_source_table_load(&table, writer, NULL), KS_OK);
    assert_int_equal(table.count, NAMES);
    for (size_t i = 0; i < NAMES; i++) {
        assert_string_equal(table.names[i], names[i]);
        assert_int_equal(number_of(&table, names[i]), i);
    }
    ks_source_table_free(&table);
    writer->ops->close(writer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(files_of_a_folder_in_the_order_of_names),
        IN_FOLDER(what_is_named_keeps_its_order),
        IN_FOLDER(a_file_named_twice_is_read_once),
        IN_FOLDER(bytes_and_folders_are_known),
        IN_FOLDER(nothing_named),
        IN_FOLDER(only_files_of_a_folder),
        IN_FOLDER(links_that_lead_nowhere),
        IN_FOLDER(sources_that_are_not_there),
        IN_FOLDER(empty_names),
        IN_FOLDER(nesting_has_a_limit),
        IN_FOLDER(paths_that_are_too_long),
        IN_FOLDER(what_folders_cover),
        IN_FOLDER(every_allocation_may_fail),
    };
    const struct CMUnitTest table_tests[] = {
        IN_FOLDER(numbers_stay_from_commit_to_commit),
        IN_FOLDER(an_unchanged_table_is_not_saved),
        IN_FOLDER(names_of_any_bytes),
    };
    int failed = cmocka_run_group_tests_name("lists", tests, NULL, NULL);
    engine_name = "native";
    failed += cmocka_run_group_tests_name("native", table_tests, NULL, NULL);
    engine_name = "xapian";
    failed += cmocka_run_group_tests_name("xapian", table_tests, NULL, NULL);
    return failed;
}
