/* An index's life ended by SIGKILL before and after every system call it makes: the next open finds just the
 * last committed state, and the next run succeeds and clears up. */
#include "tests/faults/life.h"
#include "tests/support/shared.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* Shared with the child: its commit has reported success. */
static bool *reported;

static void live_and_die(const life *how, size_t n, bool after) {
    ks_test_kill_at(n, after);
    _exit(run_life(how, reported, NULL) ? 1 : 0);
}

/* Kills at the nth call. False where the run makes fewer. */
static bool kill_once(const life *how, const states *known, size_t n, bool after) {
    int status = -1;
    pid_t child;
    bool new, committed;
    ks_error err = {0};
    *reported = false;
    child = fork();
    assert_true(child >= 0);
    if (child == 0) live_and_die(how, n, after);
    assert_int_equal(waitpid(child, &status, 0), child);
    if (WIFEXITED(status)) {
        assert_int_equal(WEXITSTATUS(status), 0);
        assert_true(is_new(known, how));
        start_again(known);
        return false;
    }
    assert_int_equal(WTERMSIG(status), SIGKILL);
    new = is_new(known, how);
    if (*reported && !new) fail_msg("%s, call %zu: a commit that was reported is lost", how->name, n);
    assert_tidy(known, new);
    if (!new) {
        must(run_life(how, &committed, &err), &err);
        assert_true(is_new(known, how));
        assert_tidy(known, true);
    }
    start_again(known);
    return true;
}

static void every_call(void **state) {
    uint64_t random = ks_test_seed(23);
    size_t stride = ks_test_share(1, 1, 12), count = 0;
    (void)state;
    if (!ks_test_can_fail_io()) skip();
    reported = ks_test_share_memory(sizeof *reported);
    for (size_t i = 0; i < LIVES; i++) {
        states known;
        make_states(&known, &lives[i]);
        for (int after = 0; after < 2; after++) {
            size_t n = 1;
            for (; kill_once(&lives[i], &known, n, after); count++)
                n += stride > 1 ? 1 + ks_test_below(&random, 2 * stride - 1) : 1;
            assert_true(n > 10);
        }
        free_states(&known);
        ks_test_folder_remove(place);
    }
    print_message("%zu kills\n", count);
    ks_test_unshare_memory(reported, sizeof *reported);
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(every_call)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
