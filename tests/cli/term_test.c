/* Where output goes: files and terminals, widths, colors, progress. Terminals are pseudo-terminals. */
#include "tests/cli/support.h"

#include "cli/progress.h"
#include "cli/term.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>

/* A terminal of so many columns to write to; the other end is *master. NULL where the system has none. */
static FILE *open_terminal(unsigned short columns, int *master) {
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    *master = posix_openpt(O_RDWR | O_NOCTTY);
    if (*master < 0 || grantpt(*master) != 0 || unlockpt(*master) != 0) return NULL;
    int fd = open(ptsname(*master), O_RDWR | O_NOCTTY);
    if (fd < 0) return NULL;
    assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
    return fdopen(fd, "w");
}

static void set_environment(const char *term, const char *no_color, const char *columns) {
    unsetenv("TERM");
    unsetenv("NO_COLOR");
    unsetenv("COLUMNS");
    if (term) setenv("TERM", term, 1);
    if (no_color) setenv("NO_COLOR", no_color, 1);
    if (columns) setenv("COLUMNS", columns, 1);
}

static void test_file(void **state) {
    FILE *file = tmpfile();
    (void)state;
    assert_non_null(file);
    set_environment("xterm", NULL, "120");
    cli_term term = cli_term_of(file, CLI_COLOR_AUTO);
    assert_false(term.terminal || term.color);
    assert_int_equal(term.width, 80);
    assert_true(cli_term_of(file, CLI_COLOR_ALWAYS).color);
    assert_false(cli_term_of(file, CLI_COLOR_NEVER).color);
    fclose(file);
    sink out;
    sink_open(&out);
    assert_false(cli_term_of(out.out, CLI_COLOR_AUTO).terminal);
    free(printed(&out));
}

static void test_terminal(void **state) {
    static const struct {
        unsigned short columns;
        const char *variable;
        size_t width;
    } widths[] = {{72, NULL, 72},     {72, "90", 72},     {0, "90", 90},
                  {0, NULL, 80},      {0, "x", 80},       {0, "-3", 80},
                  {5, NULL, 20},      {5000, NULL, 1000}, {0, "99999999999999999999", 1000},
                  {0, "100", 100},    {0, "1", 20},       {0, "19", 20},
                  {0, "20", 20},      {0, "21", 21},      {0, "999", 999},
                  {0, "1000", 1000},  {0, "1001", 1000},  {0, "0", 80},
                  {0, "", 80},        {0, "05", 80},      {0, " 90", 80},
                  {20, NULL, 20},     {21, NULL, 21},     {1, NULL, 20},
                  {1000, NULL, 1000}, {1001, NULL, 1000}};
    static const struct {
        const char *term, *no_color;
        bool color;
    } colors[] = {{"xterm", NULL, true},
                  {"xterm", "", true},
                  {"xterm", "1", false},
                  {"dumb", NULL, false},
                  {NULL, NULL, false}};
    (void)state;
    for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
        int master;
        FILE *terminal = open_terminal(widths[i].columns, &master);
        if (!terminal) skip();
        set_environment("xterm", NULL, widths[i].variable);
        cli_term term = cli_term_of(terminal, CLI_COLOR_AUTO);
        assert_true(term.terminal);
        assert_int_equal(term.width, widths[i].width);
        for (size_t j = 0; j < sizeof colors / sizeof *colors; j++) {
            set_environment(colors[j].term, colors[j].no_color, NULL);
            assert_int_equal(cli_term_of(terminal, CLI_COLOR_AUTO).color, colors[j].color);
            assert_true(cli_term_of(terminal, CLI_COLOR_ALWAYS).color);
            assert_false(cli_term_of(terminal, CLI_COLOR_NEVER).color);
        }
        fclose(terminal);
        close(master);
    }
}

static void test_paint(void **state) {
    sink out;
    (void)state;
    sink_open(&out);
    cli_term_puts(out.out, true, CLI_ALERT, "a\033");
    cli_term_puts(out.out, false, CLI_ALERT, "b");
    assert_printed(&out, "\033[0;31ma\uFFFD\033[0mb");
    assert_int_equal(cli_term_mark(CLI_PLAIN), CLI_MARK);
    assert_int_equal(cli_term_mark(CLI_BOLD), CLI_MARK_BOLD);
    assert_int_equal(cli_term_mark(CLI_DIM), CLI_MARK_DIM);
}

static void assert_line(size_t width, ks_sync_progress state, double seconds, const char *expected) {
    sink out;
    sink_open(&out);
    cli_progress_line(out.out, width, &state, seconds);
    assert_printed(&out, expected);
}

static void test_progress_line(void **state) {
    (void)state;
    assert_line(80, (ks_sync_progress){"a", 50, 100, 12345}, 2,
                "━━━━━━━━━━━━────────────  50 %  12,345 records  6,172/s");
    assert_line(80, (ks_sync_progress){"a", 0, 100, 0}, 0, "────────────────────────   0 %  0 records  0/s");
    assert_line(80, (ks_sync_progress){"a", 200, 100, 1}, 1, "━━━━━━━━━━━━━━━━━━━━━━━━ 100 %  1 record  1/s");
    assert_line(80, (ks_sync_progress){"a", 50, 0, 7}, 1, "7 records  7/s");
    assert_line(80, (ks_sync_progress){NULL, 50, 50, 7}, 1, "7 records  7/s  committing");
    assert_line(60, (ks_sync_progress){"a", 50, 100, 7}, 1, "7 records  7/s");
    assert_line(20, (ks_sync_progress){NULL, 0, 0, 12345}, 1, "12,345 records  12,");
}

/* What is written into a terminal may arrive in pieces. */
static void read_until(int master, char *seen, size_t room, const char *text, size_t times) {
    struct pollfd ready = {.fd = master, .events = POLLIN};
    size_t size = 0;
    while (count_of(seen, text) < times && size + 1 < room && poll(&ready, 1, 10000) > 0) {
        ssize_t got = read(master, seen + size, room - 1 - size);
        assert_true(got > 0);
        size += (size_t)got;
        seen[size] = '\0';
    }
}

static void test_progress(void **state) {
    int master;
    char seen[512] = "";
    cli_progress progress;
    ks_sync_progress now = {"a", 50, 100, 7};
    (void)state;
    set_environment("xterm", NULL, NULL);
    FILE *terminal = open_terminal(80, &master);
    if (!terminal) skip();
    cli_progress_init(&progress, terminal, false);
    assert_true(progress.on);
    cli_progress_update(&progress, &now);
    progress.drawn += 1000;
    cli_progress_update(&progress, &now); /* too soon: nothing is drawn */
    cli_progress_clear(&progress);
    cli_progress_clear(&progress);
    fflush(terminal);
    read_until(master, seen, sizeof seen, "\r\033[K", 2);
    assert_int_equal(count_of(seen, "7 records"), 1);
    assert_int_equal(count_of(seen, "\r\033[K"), 2);
    cli_progress_init(&progress, terminal, true);
    assert_false(progress.on);
    set_environment("dumb", NULL, NULL);
    cli_progress_init(&progress, terminal, false);
    assert_false(progress.on);
    cli_progress_update(&progress, &now);
    assert_false(progress.shown);
    fclose(terminal);
    close(master);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_file),          cmocka_unit_test(test_terminal), cmocka_unit_test(test_paint),
        cmocka_unit_test(test_progress_line), cmocka_unit_test(test_progress),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
