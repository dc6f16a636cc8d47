/* Checking damaged indexes: whatever byte is changed is noticed, and what stands behind right checksums is
 * looked at without harm. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/native.h"
#include "tests/support/allocation.h"
#include "tests/support/digest.h"
#include "tests/support/kept_folder.h"
#include "tests/support/random.h"
#include "tests/support/sections.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"
#include "tests/support/victim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SECONDS = 60 };
static const size_t LARGEST = (size_t)128 << 20; /* twice what one block of records may claim */

static char place[KS_TEST_PATH];
static ks_test_kept kept;

static int make_victim(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_victim_make(place);
    ks_test_keep_folder(&kept, place);
    return 0;
}

static int drop_victim(void **state) {
    ks_test_kept_free(&kept);
    return ks_test_folder_teardown(state);
}

/* The default action of SIGALRM ends a check that hangs, and the test with it. */
static ks_status check(ks_error *error) {
    ks_checked checked;
    ks_status status;
    ks_test_limit_allocation(LARGEST);
    alarm(SECONDS);
    status = ks_native_check(place, NULL, NULL, &checked, error);
    alarm(0);
    assert_true(ks_test_allocation_requests().largest <= LARGEST);
    ks_test_limit_allocation(SIZE_MAX);
    return status;
}

static const ks_test_file *some_file(uint64_t *random) {
    for (;;) {
        const ks_test_file *file = &kept.files[ks_test_below(random, kept.count)];
        if (file->size > 0) return file;
    }
}

/* A byte of any section, small ones as often as large ones. */
static size_t place_of_flip(const ks_test_file *file, uint64_t *random) {
    ks_test_section sections[KS_TEST_SECTIONS];
    size_t count = ks_test_sections(sections, file->bytes, file->size);
    const ks_test_section *section = &sections[ks_test_below(random, count)];
    if (section->size == 0 || ks_test_below(random, 4) == 0) return ks_test_below(random, file->size);
    return section->offset + ks_test_below(random, section->size);
}

/* Writes the file with one byte changed; returns the byte's place. */
static size_t write_flipped(const ks_test_file *file, bool repair, uint64_t *random) {
    char path[KS_TEST_PATH];
    size_t at = place_of_flip(file, random);
    unsigned char *bytes = malloc(file->size);
    assert_non_null(bytes);
    memcpy(bytes, file->bytes, file->size);
    bytes[at] ^= (unsigned char)(ks_test_below(random, 2) ? 1u << ks_test_below(random, 8)
                                                          : 1 + ks_test_below(random, 255));
    if (repair) ks_test_repair(bytes, file->size);
    ks_test_write(ks_test_path(path, place, file->name), bytes, file->size);
    free(bytes);
    return at;
}

static void every_flip_is_found(void **state) {
    uint64_t random = ks_test_seed(51);
    char path[KS_TEST_PATH];
    (void)state;
    assert_int_equal(check(NULL), KS_OK);
    for (size_t left = ks_test_share(20000, 600, 300); left > 0; left--) {
        const ks_test_file *file = some_file(&random);
        size_t at = write_flipped(file, false, &random);
        ks_error error = {0};
        ks_status status = check(&error);
        if (status != KS_ERR_CORRUPT || !strstr(error.message, file->name))
            fail_msg("%s, byte %zu: status %d, %s", file->name, at, (int)status, error.message);
        ks_test_write(ks_test_path(path, place, file->name), file->bytes, file->size);
    }
    assert_int_equal(check(NULL), KS_OK);
}

/* What goes unnoticed then are changes to content that nothing in the engine is compared with; records and
 * what they say are looked at above the engine. */
static void flips_behind_checksums_do_no_harm(void **state) {
    uint64_t random = ks_test_seed(52);
    size_t count = ks_test_share(20000, 1000, 500), found = 0;
    char path[KS_TEST_PATH];
    (void)state;
    for (size_t i = 0; i < count; i++) {
        const ks_test_file *file = some_file(&random);
        size_t at = write_flipped(file, true, &random);
        ks_error error = {0};
        ks_status status = check(&error);
        if (status && !ks_test_is_damage(status))
            fail_msg("%s, byte %zu: status %d, %s", file->name, at, (int)status, error.message);
        found += status != KS_OK;
        ks_test_write(ks_test_path(path, place, file->name), file->bytes, file->size);
    }
    print_message("%zu of %zu found\n", found, count);
    assert_true(found > count / 2);
}

static void missing_files(void **state) {
    char path[KS_TEST_PATH];
    (void)state;
    for (size_t i = 0; i < kept.count; i++) {
        ks_error error = {0};
        ks_status status;
        if (kept.files[i].size == 0) continue; /* the lock */
        assert_int_equal(unlink(ks_test_path(path, place, kept.files[i].name)), 0);
        status = check(&error);
        assert_int_equal(status,
                         strcmp(kept.files[i].name, "manifest") == 0 ? KS_ERR_NO_INDEX : KS_ERR_CORRUPT);
        ks_test_write(path, kept.files[i].bytes, kept.files[i].size);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_flip_is_found),
        cmocka_unit_test(flips_behind_checksums_do_no_harm),
        cmocka_unit_test(missing_files),
    };
    return cmocka_run_group_tests(tests, make_victim, drop_victim);
}
