/* Runs a command and prints what it used, as one line of JSON after its output:
 *
 *     usage COMMAND...
 *
 * For the peak memory of a process the system starts counting from that of the process that started it, which
 * must therefore be small, as this one is. Ends with the command's status. */
#define _DEFAULT_SOURCE /* wait4 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double seconds_of(struct timeval t) {
    return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    struct rusage used;
    double start = now();
    int status = 0, error;
    pid_t child;
    if (argc < 2) {
        fprintf(stderr, "usage: usage COMMAND...\n");
        return 2;
    }
    error = posix_spawnp(&child, argv[1], NULL, NULL, argv + 1, environ);
    if (error) {
        fprintf(stderr, "usage: %s: %s\n", argv[1], strerror(error));
        return 2;
    }
    while (wait4(child, &status, 0, &used) < 0)
        if (errno != EINTR) return 2;
    printf("{\"wall_seconds\":%.6f,\"processor_seconds\":%.6f,\"peak_bytes\":%lld}\n", now() - start,
           seconds_of(used.ru_utime) + seconds_of(used.ru_stime), (long long)used.ru_maxrss * 1024);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 2;
}
