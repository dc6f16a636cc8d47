/* Times two commands as whole processes, by turns, and prints the medians and the median ratio.
 *
 *     process RUNS COMMAND... -- OTHER COMMAND...
 *
 * Uses POSIX alone. Output of the commands goes to /dev/null. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double now_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* Microseconds from start to end; -1 if the command cannot be run or fails. */
static double time_once(char **command) {
    posix_spawn_file_actions_t actions;
    double start, took;
    int status = -1, error;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    start = now_us();
    error = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
    if (error) fprintf(stderr, "%s: %s\n", command[0], strerror(error));
    if (!error)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
    took = now_us() - start;
    posix_spawn_file_actions_destroy(&actions);
    return !error && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? took : -1;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, size_t count) {
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

int main(int argc, char **argv) {
    size_t runs = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
    char **first = argv + 2, **second = first;
    double *times, one, other;
    while (*second && strcmp(*second, "--") != 0) second++;
    if (runs == 0 || argc < 5 || !*second || !second[1]) {
        fprintf(stderr, "usage: process RUNS COMMAND... -- OTHER COMMAND...\n");
        return 2;
    }
    *second++ = NULL;
    if (!(times = calloc(3 * runs, sizeof *times))) return 2;
    for (size_t i = 0; i < runs; i++) {
        times[i] = time_once(first);
        times[runs + i] = time_once(second);
        if (times[i] < 0 || times[runs + i] < 0) return 1;
        times[2 * runs + i] = times[i] / times[runs + i];
    }
    one = median(times, runs);
    other = median(times + runs, runs);
    printf("%s: %.0f us, %s: %.0f us, ratio %.2f (median of %zu pairs)\n", first[0], one, second[0], other,
           median(times + 2 * runs, runs), runs);
    free(times);
    return 0;
}
