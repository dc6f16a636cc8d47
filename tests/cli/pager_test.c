/* The pager as a process: what it gets to read, when there is none, how its command is taken apart, and that
 * signals, descriptors and children are afterwards as they were. */
#include "tests/cli/support.h"

#include "cli/pager.h"
#include "tests/support/io_faults.h"
#include "tests/support/tempdir.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static char out_path[KS_TEST_PATH]; /* where the pagers of these tests write */

static int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(out_path, *state, "out");
    return setenv("OUT", out_path, 1);
}

static void set_pager(const char *command) {
    assert_int_equal(command ? setenv("PAGER", command, 1) : unsetenv("PAGER"), 0);
}

/* What SIGPIPE does, and whether children or descriptors were left. */
struct surroundings {
    void (*on_pipe)(int);
    size_t files;
};

static struct surroundings look_around(void) {
    struct sigaction action;
    assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    return (struct surroundings){action.sa_handler, ks_test_open_files()};
}

/* Sends the text through the pager; whether there was one. */
static bool page(const char *command, bool wanted, const char *text) {
    struct surroundings before = look_around(), after;
    cli_pager pager;
    bool paged;
    set_pager(command);
    cli_pager_begin(&pager, wanted);
    paged = pager.pid != 0;
    assert_int_equal(paged, pager.out != stdout);
    if (paged) {
        struct sigaction action;
        assert_int_equal(sigaction(SIGPIPE, NULL, &action), 0);
        assert_true(action.sa_handler == SIG_IGN);
        fputs(text, pager.out);
    }
    cli_pager_end(&pager);
    assert_ptr_equal(pager.out, stdout);
    assert_int_equal(pager.pid, 0);
    cli_pager_end(&pager); /* a second time does nothing */
    after = look_around();
    assert_true(after.on_pipe == before.on_pipe);
    assert_int_equal(after.files, before.files);
    return paged;
}

/* What the pager wrote. */
static void expect_paged(const char *command, const char *text, const char *expected) {
    char *written;
    unlink(out_path);
    if (!page(command, true, text)) fail_msg("[%s] is no pager", command);
    written = ks_test_read(out_path, NULL);
    if (strcmp(written, expected) != 0) fail_msg("[%s] wrote [%s], not [%s]", command, written, expected);
    free(written);
}

static void commands_of_the_shell(void **state) {
    (void)state;
    expect_paged("cat > $OUT", "one\ntwo\n", "one\ntwo\n");
    expect_paged("cat > \"$OUT\"", "one\n", "one\n");
    expect_paged("sed 's/^/> /' > $OUT", "one\ntwo\n", "> one\n> two\n");
    expect_paged("cat | tr a-z A-Z > $OUT", "one\n", "ONE\n");
    expect_paged("sort -r >$OUT; true", "a\nb\n", "b\na\n");
    expect_paged("cat > $OUT # all of it", "", "");
}

static void commands_of_words(void **state) {
    char command[2 * KS_TEST_PATH];
    (void)state;
    snprintf(command, sizeof command, "tee %s", out_path);
    {
        held_output held = hold_output(stdout); /* the pager's standard output is the program's */
        char *shown;
        expect_paged(command, "one\ntwo\n", "one\ntwo\n");
        shown = release_output(&held, stdout);
        assert_string_equal(shown, "one\ntwo\n");
        free(shown);
    }
    snprintf(command, sizeof command, " \t dd   status=none \t of=%s  ", out_path);
    unlink(out_path);
    assert_false(page(command, false, "x"));
    assert_int_equal(access(out_path, F_OK), -1);
}

static void no_pager(void **state) {
    static const char *const none[] = {
        "", "cat", "   ", "\t", "/nonexistent/pager", "no-such-pager-at-all -x", "/etc/passwd", "/"};
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (page(none[i], true, "x")) fail_msg("[%s] is a pager", none[i]);
    assert_false(page("cat > $OUT", false, "x"));
    assert_int_equal(access(out_path, F_OK), -1);
}

/* Text that nobody reads to its end: no signal, no failure, and the child is waited for. */
static void readers_who_have_seen_enough(void **state) {
    static const char *const commands[] = {"true", "false", "head -n 1 > $OUT", "exit 7;", "kill -9 $$;"};
    size_t size = 1 << 20;
    char *text = malloc(size + 1);
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = i % 80 ? 'x' : '\n';
    text[size] = '\0';
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        assert_true(page(commands[i], true, text));
    free(text);
}

static void long_texts_arrive_whole(void **state) {
    size_t size = 3 << 20;
    char *text = malloc(size + 1);
    (void)state;
    assert_non_null(text);
    for (size_t i = 0; i < size; i++) text[i] = (char)('a' + i % 23);
    text[size] = '\0';
    expect_paged("cat > $OUT", text, text);
    free(text);
}

/* LESS is set for the pager where it is not set already, and never for the program itself. */
static void options_of_less(void **state) {
    (void)state;
    assert_int_equal(unsetenv("LESS"), 0);
    expect_paged("printf %s \"$LESS\" > $OUT", "", "FRX");
    assert_null(getenv("LESS"));
    assert_int_equal(setenv("LESS", "-S", 1), 0);
    expect_paged("printf %s \"$LESS\" > $OUT", "", "-S");
    assert_int_equal(unsetenv("LESS"), 0);
}

/* The program's own handling of SIGPIPE comes back, whatever it was. */
static void the_signal_is_as_it_was(void **state) {
    struct sigaction before, ignored = {.sa_handler = SIG_IGN};
    (void)state;
    assert_int_equal(sigaction(SIGPIPE, &ignored, &before), 0);
    assert_true(page("cat > $OUT", true, "x"));
    assert_true(look_around().on_pipe == SIG_IGN);
    assert_int_equal(sigaction(SIGPIPE, &before, NULL), 0);
}

/* What the program printed before comes first. */
static void what_was_printed_before(void **state) {
    held_output held = hold_output(stdout);
    char *shown;
    (void)state;
    fputs("before ", stdout); /* not flushed yet */
    assert_true(page("sed s/x/y/", true, "x\n"));
    fputs("after", stdout);
    shown = release_output(&held, stdout);
    assert_string_equal(shown, "before y\nafter");
    free(shown);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, ks_test_folder_teardown)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(commands_of_the_shell),        TEST(commands_of_words),       TEST(no_pager),
        TEST(readers_who_have_seen_enough), TEST(long_texts_arrive_whole), TEST(options_of_less),
        TEST(the_signal_is_as_it_was),      TEST(what_was_printed_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
