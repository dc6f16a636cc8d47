/* What is told of an open generation, against its files: every byte of them has a name, whatever was deleted,
 * merged or is gone meanwhile. */
#include "tests/native/searching.h"

#include "native/folder.h"
#include "native/native.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of the files whose name begins so; the lock is not of the index. */
static uint64_t bytes_of(const char *prefix) {
    uint64_t bytes = 0;
    DIR *folder = opendir(place);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        char path[KS_TEST_PATH];
        struct stat info;
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "lock") == 0) continue;
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        assert_int_equal(stat(ks_test_path(path, place, entry->d_name), &info), 0);
        bytes += (uint64_t)info.st_size;
    }
    closedir(folder);
    return bytes;
}

static ks_engine_info describe(void) {
    ks_engine_info info = {0};
    uint64_t sum = 0;
    OK(ks_view_describe(&view, &info, err));
    assert_true(info.section_count > 5 && info.section_count <= KS_ENGINE_SECTIONS);
    for (size_t i = 0; i < info.section_count; i++) {
        sum += info.sections[i].bytes;
        for (size_t j = 0; j < i; j++) assert_string_not_equal(info.sections[i].name, info.sections[j].name);
    }
    assert_true(sum == info.bytes);
    return info;
}

static uint64_t section(const ks_engine_info *info, const char *name) {
    for (size_t i = 0; i < info->section_count; i++)
        if (strcmp(info->sections[i].name, name) == 0) return info->sections[i].bytes;
    fail_msg("no section %s", name);
    return 0;
}

static void remove_document(const char *id) {
    ks_writer *writer = write_leaf();
    OK(writer->ops->remove(writer, ks_test_term(id), err));
    finish_leaf(writer);
}

static void an_empty_index(void **state) {
    ks_engine_info info;
    (void)state;
    finish_leaf(write_leaf());
    open_view();
    info = describe();
    assert_int_equal(info.records, 0);
    assert_int_equal(info.segments, 0);
    assert_int_equal(info.terms, 0);
    assert_int_equal(info.deleted, 0);
    assert_true(info.bytes == bytes_of(""));
    assert_true(section(&info, "manifest") == bytes_of("manifest"));
}

static void every_byte_has_a_name(void **state) {
    uint64_t random = ks_test_seed(781);
    (void)state;
    for (size_t leaves = 1; leaves < 5; leaves++) {
        ks_engine_info info;
        write_random_leaves(leaves, 40, &random);
        open_view();
        info = describe();
        assert_int_equal(info.segments, leaves);
        assert_int_equal(info.records, 40 * leaves);
        assert_true(info.generation == view.manifest.generation);
        assert_true(info.bytes == bytes_of(""));
        assert_true(info.bytes - section(&info, "manifest") == bytes_of("seg-"));
        assert_true(section(&info, "deletions") == 0);
        assert_true(section(&info, "frames") > 0);
        assert_true(info.average_length == ks_view_average(&view));
        ks_view_close(&view);
        ks_test_folder_remove(place);
    }
}

static void deleted_documents(void **state) {
    uint64_t random = ks_test_seed(782);
    ks_engine_info before, after;
    (void)state;
    write_random_leaves(3, 40, &random);
    open_view();
    before = describe();
    ks_view_close(&view);
    remove_document("d0.3");
    remove_document("d0.4");
    remove_document("d2.0");
    open_view();
    after = describe();
    assert_int_equal(after.deleted, 3);
    assert_int_equal(after.records, before.records - 3);
    assert_int_equal(after.segments, 3);
    assert_true(after.generation == before.generation + 3);
    assert_true(section(&after, "deletions") == bytes_of("del-"));
    assert_true(section(&after, "deletions") > 0);
    assert_true(after.bytes == bytes_of(""));
    assert_true(after.terms <= before.terms);
}

/* A term that only deleted documents hold is none. */
static void terms_of_live_documents(void **state) {
    static const char *const ids[] = {"a", "b", "c", "d", "e"};
    ks_writer *writer = write_leaf();
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        ks_test_spec spec = {.id = ids[i], .fields = {[KS_FIELD_TITLE] = i ? "net pong" : "deep net"}};
        ks_document document = ks_test_document(&arena, &spec);
        put(writer, &document);
    }
    finish_leaf(writer);
    open_view();
    assert_int_equal(describe().terms, 3);
    ks_view_close(&view);
    remove_document("a");
    open_view();
    assert_int_equal(describe().terms, 2);
    assert_int_equal(describe().deleted, 1);
}

/* An open generation outlives the names of its files: what is gone by name takes no bytes then. */
static void files_that_are_gone(void **state) {
    uint64_t random = ks_test_seed(783);
    char path[KS_TEST_PATH], name[KS_FILE_NAME];
    ks_engine_info info;
    (void)state;
    write_random_leaves(2, 20, &random);
    remove_document("d0.0");
    open_view();
    info = describe();
    for (size_t i = 0; i < view.manifest.segment_count; i++) {
        uint64_t number = view.manifest.segments[i].deletions_number;
        if (number)
            assert_int_equal(unlink(ks_test_path(path, place, ks_folder_name(name, KS_FILE_DELETED, number))),
                             0);
    }
    assert_int_equal(unlink(ks_test_path(path, place, "manifest")), 0);
    assert_true(describe().bytes == info.bytes - section(&info, "deletions") - section(&info, "manifest"));
    assert_int_equal(describe().deleted, 1);
}

static void a_folder_that_is_none_any_more(void **state) {
    uint64_t random = ks_test_seed(784);
    ks_engine_info info = {.records = 77};
    ks_error error = {0};
    (void)state;
    write_random_leaves(1, 20, &random);
    open_view();
    ks_test_folder_remove(place);
    ks_test_write_text(place, "a file");
    assert_int_equal(ks_view_describe(&view, &info, &error), ks_error_errno(NULL, ENOTDIR, "", ""));
    assert_non_null(strstr(error.message, strerror(ENOTDIR)));
    assert_int_equal(info.records, 77); /* written on success only */
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(an_empty_index),      IN_FOLDER(every_byte_has_a_name),
        IN_FOLDER(deleted_documents),   IN_FOLDER(terms_of_live_documents),
        IN_FOLDER(files_that_are_gone), IN_FOLDER(a_folder_that_is_none_any_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
