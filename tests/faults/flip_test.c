/* Flipped bytes and files cut short: an error or the right answer; and where checksums were made right after
 * the damage, so that the checks behind them count, never a crash, a hang or memory without bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/checked.h"
#include "tests/support/digest.h"
#include "tests/support/io_faults.h"
#include "tests/support/kept_folder.h"
#include "tests/support/random.h"
#include "tests/support/sections.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"
#include "tests/support/victim.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PLANS = 12, SECONDS = 60, WRITE_EACH = 4 };
static const size_t LARGEST = (size_t)128 << 20; /* twice what one block of records may claim */

static char place[KS_TEST_PATH];
static ks_test_kept kept;
static ks_buffer right;
static char what[200]; /* was done, for the alarm */
static size_t errors;

static void hangs(int signal) {
    (void)signal;
    if (write(STDERR_FILENO, what, strlen(what)) < 0) _exit(98);
    _exit(99);
}

static int make_victim(void **state) {
    struct sigaction action = {.sa_handler = hangs};
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_lazy_sync(true);
    ks_test_victim_make(place);
    ks_test_keep_folder(&kept, place);
    return ks_test_victim_read(&right, place, PLANS) != KS_OK || sigaction(SIGALRM, &action, NULL) != 0;
}

static int drop_victim(void **state) {
    ks_test_lazy_sync(false);
    ks_test_kept_free(&kept);
    ks_buffer_free(&right);
    return ks_test_folder_teardown(state);
}

/* ---- Looking at what was damaged ---- */

static void begin_watch(void) {
    ks_test_limit_allocation(LARGEST);
    alarm(SECONDS);
}

static void end_watch(void) {
    ks_test_requests asked = ks_test_allocation_requests();
    alarm(0);
    ks_test_limit_allocation(SIZE_MAX);
    if (asked.largest > LARGEST) fail_msg("%s: %zu bytes were asked for at once", what, asked.largest);
}

/* Reads, with checksums that must notice everything; a check reads every byte, so it always does. */
static void check_noticed(bool damaged) {
    ks_buffer got = {0};
    ks_status status, checked;
    begin_watch();
    status = ks_test_victim_read(&got, place, PLANS);
    checked = ks_test_check(place, NULL);
    end_watch();
    if ((checked != KS_OK) != damaged) fail_msg("%s: check says %d", what, (int)checked);
    if (status) {
        errors++;
        if (!ks_test_is_damage(status)) fail_msg("%s: status %d", what, (int)status);
    } else if (got.size != right.size || memcmp(got.data, right.data, right.size) != 0) {
        fail_msg("%s: a wrong answer", what);
    }
    ks_buffer_free(&got);
}

/* Reads and, now and then, writes what may be nonsense behind right checksums. */
static void check_survived(bool write_too) {
    ks_buffer got = {0};
    ks_status status, checked;
    begin_watch();
    status = ks_test_victim_read(&got, place, PLANS);
    checked = ks_test_check(place, NULL);
    if (status) errors++;
    if (status && !checked) fail_msg("%s: a check passes, and reading fails", what);
    if (status && status != KS_ERR_NOT_FOUND && !ks_test_is_damage(status))
        fail_msg("%s: status %d", what, (int)status);
    if (write_too) {
        status = ks_test_victim_write(place);
        if (status && status != KS_ERR_NOT_FOUND && status != KS_ERR_ARGUMENT && status != KS_ERR_TOO_LARGE &&
            !ks_test_is_damage(status))
            fail_msg("%s: writing: status %d", what, (int)status);
    }
    end_watch();
    ks_buffer_free(&got);
}

static void assert_peak(void) {
#ifndef __SANITIZE_ADDRESS__          /* which keeps freed memory for a while */
    static const long most = 1 << 20; /* KiB */
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    assert_true(usage.ru_maxrss < most);
#endif
}

/* ---- Flips ---- */

/* A byte of any section, small ones as often as large ones, or any byte. */
static size_t place_of_flip(const ks_test_file *file, uint64_t *random) {
    ks_test_section sections[KS_TEST_SECTIONS], section;
    size_t count = ks_test_sections(sections, file->bytes, file->size);
    section = sections[ks_test_below(random, count)];
    if (section.size == 0 || ks_test_below(random, 4) == 0) return ks_test_below(random, file->size);
    if (ks_test_below(random, 3) == 0 && section.size > 64) section.size = 64; /* its head */
    return section.offset + ks_test_below(random, section.size);
}

static void flip(unsigned char *bytes, size_t size, size_t at, uint64_t *random) {
    size_t more = size - at < 8 ? size - at : 8;
    switch (ks_test_below(random, 6)) {
    case 0:
    case 1: bytes[at] ^= (unsigned char)(1u << ks_test_below(random, 8)); break;
    case 2: bytes[at] ^= (unsigned char)(1 + ks_test_below(random, 255)); break;
    case 3: bytes[at] = (unsigned char)(bytes[at] + 1); break;
    case 4: memset(bytes + at, 0xFF, 1 + ks_test_below(random, more)); break;
    case 5: memset(bytes + at, 0, 1 + ks_test_below(random, more)); break;
    }
}

static const ks_test_file *some_file(uint64_t *random) {
    for (;;) {
        const ks_test_file *file = &kept.files[ks_test_below(random, kept.count)];
        if (file->size > 0) return file;
    }
}

static void flip_some(size_t count, uint64_t *random, bool repair) {
    char path[KS_TEST_PATH];
    errors = 0;
    for (size_t i = 0; i < count; i++) {
        const ks_test_file *file = some_file(random);
        unsigned char *bytes = malloc(file->size);
        bool write_too = repair && i % WRITE_EACH == 0;
        size_t at = 0;
        assert_non_null(bytes);
        memcpy(bytes, file->bytes, file->size);
        for (size_t flips = repair ? 1 + ks_test_below(random, 2) : 1; flips > 0; flips--) {
            at = place_of_flip(file, random);
            flip(bytes, file->size, at, random);
        }
        if (repair) ks_test_repair(bytes, file->size);
        snprintf(what, sizeof what, "flip %zu, %s, byte %zu%s\n", i, file->name, at,
                 repair ? ", repaired" : "");
        ks_test_write(ks_test_path(path, place, file->name), bytes, file->size);
        if (repair)
            check_survived(write_too);
        else
            check_noticed(memcmp(bytes, file->bytes, file->size) != 0);
        if (write_too)
            ks_test_put_back(&kept, place);
        else
            ks_test_write(path, file->bytes, file->size);
        free(bytes);
    }
    print_message("%zu flips%s: %zu errors\n", count, repair ? ", checksums repaired" : "", errors);
    assert_true(errors > count / 4);
    snprintf(what, sizeof what, "everything in its place\n");
    errors = 0;
    check_noticed(false);
    assert_int_equal(errors, 0);
    assert_peak();
}

static void flips_are_noticed(void **state) {
    uint64_t random = ks_test_seed(41);
    (void)state;
    flip_some(ks_test_share(50000, 1000, 400), &random, false);
}

static void flips_behind_checksums_are_survived(void **state) {
    uint64_t random = ks_test_seed(43);
    (void)state;
    flip_some(ks_test_share(50000, 1500, 800), &random, true);
}

/* ---- Files cut short ---- */

static void cut(const ks_test_file *file, size_t size) {
    char path[KS_TEST_PATH];
    if (size >= file->size) return;
    snprintf(what, sizeof what, "%s cut to %zu bytes\n", file->name, size);
    ks_test_write(ks_test_path(path, place, file->name), file->bytes, size);
    errors = 0;
    check_noticed(true);
    if (errors == 0) fail_msg("%s: nothing was noticed", what);
    ks_test_write(path, file->bytes, file->size);
}

static void files_cut_at_every_edge(void **state) {
    size_t cuts = 0;
    (void)state;
    for (size_t i = 0; i < kept.count; i++) {
        const ks_test_file *file = &kept.files[i];
        ks_test_section sections[KS_TEST_SECTIONS];
        size_t count;
        if (file->size == 0) continue;
        count = ks_test_sections(sections, file->bytes, file->size);
        for (size_t j = 0; j < count; j++)
            for (size_t move = 0; move < 3; move++) { /* one less, just there, one more */
                if (sections[j].offset + move > 0) cut(file, sections[j].offset + move - 1);
                if (sections[j].offset + sections[j].size + move > 0)
                    cut(file, sections[j].offset + sections[j].size + move - 1);
                cuts += 2;
            }
    }
    print_message("%zu cuts\n", cuts);
    assert_true(cuts > 50);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flips_are_noticed),
        cmocka_unit_test(flips_behind_checksums_are_survived),
        cmocka_unit_test(files_cut_at_every_edge),
    };
    return cmocka_run_group_tests(tests, make_victim, drop_victim);
}
