/* The engine contract: an index that is cut short, overwritten or incomplete gives an error or the right
 * answer, and never a crash. */
#include "tests/engines/contract.h"
#include "tests/support/digest.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DOCUMENTS = 120, OVERWRITES = 60, TRUNCATIONS = 25 };

/* Xapian keeps no checksums, and its library reads beyond its buffers where bytes are changed: it can only
 * notice that something is missing. */
static const char *const without_checksums[] = {"xapian"};

static bool has_checksums(void) {
    for (size_t i = 0; i < sizeof without_checksums / sizeof without_checksums[0]; i++)
        if (strcmp(engine->name, without_checksums[i]) == 0) return false;
    return true;
}

static void make_index(uint64_t *random) {
    for (int commit = 0; commit < 2; commit++) {
        ks_writer *writer = write_index();
        for (int i = commit * 10; i < DOCUMENTS; i++) {
            char id[20];
            snprintf(id, sizeof id, "id%d", i);
            ks_document document = ks_test_random_document(&arena, id, random);
            OK(writer->ops->put(writer, &document, err));
        }
        finish(writer);
    }
}

static ks_status ask_everything(ks_buffer *out) {
    return ks_test_digest(out, engine, place, (ks_test_questions){40, DOCUMENTS, 9});
}

static size_t errors;

static void check_damage(const ks_buffer *right, const char *file, size_t at) {
    ks_buffer got = {0};
    ks_status status = ask_everything(&got);
    if (status) {
        errors++;
        if (!ks_test_is_damage(status)) fail_msg("%s at %zu: status %d", file, at, (int)status);
    } else if (has_checksums() &&
               (got.size != right->size || memcmp(got.data, right->data, right->size) != 0)) {
        fail_msg("%s at %zu: a wrong answer", file, at);
    }
    ks_buffer_free(&got);
}

/* ---- Damaging files ---- */

static void overwrite(const ks_buffer *right, const char *path, const char *bytes, size_t size,
                      uint64_t *random) {
    char *copy = malloc(size + 1);
    assert_non_null(copy);
    for (int i = 0; i < OVERWRITES; i++) {
        size_t at = ks_test_below(random, size), count = 1 + ks_test_below(random, 32);
        if (ks_test_below(random, 2)) at = ks_test_below(random, size < 100 ? size : 100); /* the header */
        if (count > size - at) count = size - at;
        memcpy(copy, bytes, size);
        ks_test_random_bytes(random, copy + at, count);
        ks_test_write(path, copy, size);
        check_damage(right, path, at);
    }
    free(copy);
}

static void cut(const ks_buffer *right, const char *path, const char *bytes, size_t size, uint64_t *random) {
    for (int i = 0; i < TRUNCATIONS; i++) {
        size_t at = i < 3 ? (size_t)i : ks_test_below(random, size);
        ks_test_write(path, bytes, at < size ? at : 0);
        check_damage(right, path, at);
    }
}

/* Files of the index, sorted so that a seed means the same each time. */
static size_t files_of_index(char (*names)[256], size_t most) {
    struct dirent **entries = NULL;
    size_t count = 0;
    int all = scandir(place, &entries, NULL, alphasort);
    assert_true(all > 2);
    for (int i = 0; i < all; i++) {
        char path[KS_TEST_PATH];
        struct stat info;
        ks_test_path(path, place, entries[i]->d_name);
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 && count < most)
            strcpy(names[count++], entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    return count;
}

typedef void damage(const ks_buffer *right, const char *path, const char *bytes, size_t size,
                    uint64_t *random);

static void damage_each_file(damage *how) {
    char names[32][256], path[KS_TEST_PATH];
    uint64_t random = ks_test_seed(7);
    ks_buffer right = {0};
    size_t count;
    make_index(&random);
    assert_int_equal(ask_everything(&right), KS_OK);
    count = files_of_index(names, 32);
    assert_true(count > 0);
    errors = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size;
        char *bytes = ks_test_read(ks_test_path(path, place, names[i]), &size);
        how(&right, path, bytes, size, &random);
        ks_test_write(path, bytes, size);
        free(bytes);
    }
    assert_true(errors > 0);
    check_damage(&right, "nothing", 0); /* all is in its place again */
    ks_buffer_free(&right);
}

static void overwritten_files(void **state) {
    (void)state;
    if (!has_checksums()) skip();
    damage_each_file(overwrite);
}

static void files_cut_short(void **state) {
    (void)state;
    damage_each_file(cut);
}

static void files_missing(void **state) {
    char names[32][256], path[KS_TEST_PATH];
    uint64_t random = 5;
    ks_buffer right = {0};
    size_t count;
    (void)state;
    make_index(&random);
    assert_int_equal(ask_everything(&right), KS_OK);
    count = files_of_index(names, 32);
    errors = 0;
    for (size_t i = 0; i < count; i++) {
        size_t size;
        char *bytes = ks_test_read(ks_test_path(path, place, names[i]), &size);
        assert_int_equal(unlink(path), 0);
        check_damage(&right, path, 0);
        ks_test_write(path, bytes, size);
        free(bytes);
    }
    assert_true(errors > 0);
    check_damage(&right, "nothing", 0);
    ks_buffer_free(&right);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(overwritten_files),
    IN_FOLDER(files_cut_short),
    IN_FOLDER(files_missing),
};

RUN_FOR_EACH_ENGINE(tests)
