/* The progress line at every width: it never fills the last column, says what it can, and tells of a commit.
 */
#include "tests/cli/support.h"

#include "cli/progress.h"
#include "cli/text.h"
#include "tests/support/random.h"

/* free() it. */
static char *line_of(size_t width, const ks_sync_progress *state, double seconds) {
    sink out;
    sink_open(&out);
    cli_progress_line(out.out, width, state, seconds);
    return printed(&out);
}

static uint64_t random_number(uint64_t *random) {
    return ks_test_random(random) >> ks_test_below(random, 64);
}

static ks_sync_progress random_state(uint64_t *random) {
    ks_sync_progress state = {.source = ks_test_below(random, 4) ? "a.jsonl" : NULL,
                              .bytes_total = ks_test_below(random, 4) ? random_number(random) : 0,
                              .records = random_number(random)};
    state.bytes_read = state.bytes_total ? ks_test_random(random) % state.bytes_total : 0;
    if (ks_test_below(random, 10) == 0) state.bytes_read = state.bytes_total;
    return state;
}

static void every_width(void **state) {
    uint64_t random = ks_test_seed(1141);
    (void)state;
    for (size_t width = 20; width < 200; width++)
        for (int i = 0; i < 60; i++) {
            ks_sync_progress at = random_state(&random);
            char *line = line_of(width, &at, (double)ks_test_below(&random, 1000) / 10);
            if (cli_text_width(line, strlen(line)) >= width) fail_msg("%zu columns: [%s]", width, line);
            assert_null(strpbrk(line, "\r\n\033"));
            assert_true(line[0] != '\0');
            free(line);
        }
}

static void the_share_that_is_read(void **state) {
    static const struct {
        uint64_t read, total;
        const char *share;
        size_t filled;
    } cases[] = {{0, 1000, "   0 %", 0},
                 {1, 1000, "   0 %", 0},
                 {500, 1000, "  50 %", 12},
                 {999, 1000, "  99 %", 23},
                 {1000, 1000, " 100 %", 24},
                 {1, 1, " 100 %", 24},
                 {2000, 1000, " 100 %", 24}, /* a file that grew meanwhile */
                 {UINT64_MAX, UINT64_MAX, " 100 %", 24}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_sync_progress at = {"a", cases[i].read, cases[i].total, 5};
        char *line = line_of(120, &at, 1);
        if (!strstr(line, cases[i].share)) fail_msg("%s has no%s", line, cases[i].share);
        assert_int_equal(count_of(line, "━"), cases[i].filled);
        assert_int_equal(count_of(line, "━") + count_of(line, "─"), 24);
        free(line);
    }
}

static void expect(const ks_sync_progress *at, double seconds, size_t width, const char *expected) {
    char *line = line_of(width, at, seconds);
    assert_string_equal(line, expected);
    free(line);
}

static void what_is_told(void **state) {
    ks_sync_progress reading = {"a", 0, 0, 1234567}, committing = {NULL, 10, 10, 1234567},
                     none = {"a", 0, 0, 0};
    (void)state;
    expect(&reading, 10, 80, "1,234,567 records  123,456/s");
    expect(&(ks_sync_progress){.source = "x", .records = 1}, 1, 80, "1 record  1/s");
    expect(&reading, 0, 80, "1,234,567 records  0/s");
    expect(&reading, -1, 80, "1,234,567 records  0/s");
    expect(&committing, 10, 80, "1,234,567 records  123,456/s  committing");
    expect(&committing, 10, 120, "1,234,567 records  123,456/s  committing");
    expect(&none, 1, 80, "0 records  0/s");
    expect(&reading, 10, 20, "1,234,567 records  ");
    expect(&reading, 10, 29, "1,234,567 records  123,456/s");
    expect(&reading, 10, 28, "1,234,567 records  123,456/");
}

/* The bar comes where it leaves room for the rest. */
static void the_bar_needs_room(void **state) {
    ks_sync_progress at = {"a", 5, 10, 1};
    (void)state;
    for (size_t width = 20; width < 120; width++) {
        char *line = line_of(width, &at, 1);
        assert_int_equal(count_of(line, "━") > 0, width >= 74);
        assert_non_null(strstr(line, "1 record "));
        free(line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_width),
        cmocka_unit_test(the_share_that_is_read),
        cmocka_unit_test(what_is_told),
        cmocka_unit_test(the_bar_needs_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
