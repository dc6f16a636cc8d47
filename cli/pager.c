/* Sending text through a pager; see pager.h. */
#include "cli/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_WORDS = 16 };

/* Splits the command into words at blanks; one with any special character is handed to a shell. */
static void split(char *command, char *words[MOST_WORDS + 1]) {
    static char shell[] = "/bin/sh", flag[] = "-c";
    size_t count = 0;
    if (strpbrk(command, "|&;<>()$`\\\"'*?[#~=%")) {
        words[0] = shell;
        words[1] = flag;
        words[2] = command;
        words[3] = NULL;
        return;
    }
    char *rest = NULL;
    for (char *word = strtok_r(command, " \t", &rest); word && count < MOST_WORDS;
         word = strtok_r(NULL, " \t", &rest))
        words[count++] = word;
    words[count] = NULL;
}

static bool make_pipe(int ends[2]) {
    if (pipe(ends) != 0) return false;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return true;
}

static void close_pipe(const int ends[2]) {
    close(ends[0]);
    close(ends[1]);
}

/* In the child: becomes the pager, or writes to `report` the errno of what kept it from that. */
static _Noreturn void become(char *const *words, int input, int report) {
    int failure;
    if (dup2(input, STDIN_FILENO) >= 0) {
        setenv("LESS", "FRX", 0);
        signal(SIGXFSZ, SIG_DFL);
        execvp(words[0], words);
    }
    failure = errno;
    while (write(report, &failure, sizeof failure) < 0 && errno == EINTR) continue;
    _exit(127);
}

/* Starts the pager and returns its pid once it runs, and in *to the pipe to write to; 0 if it cannot be
 * started. The child's end of `report` closes when it becomes the pager, so reading nothing from it means
 * success. */
static pid_t start(char *const *words, int *to) {
    int data[2], report[2], failure = 0;
    if (!make_pipe(data)) return 0;
    if (!make_pipe(report)) {
        close_pipe(data);
        return 0;
    }
    pid_t pid = fork();
    if (pid == 0) become(words, data[0], report[1]);
    close(data[0]);
    close(report[1]);
    ssize_t size = pid > 0 ? read(report[0], &failure, sizeof failure) : 1;
    close(report[0]);
    if (size == 0) { /* closed by exec */
        *to = data[1];
        return pid;
    }
    close(data[1]);
    if (pid > 0) waitpid(pid, NULL, 0);
    return 0;
}

void cli_pager_begin(cli_pager *pager, bool wanted) {
    const char *setting = getenv("PAGER");
    char *words[MOST_WORDS + 1], *command;
    int to = -1;
    *pager = (cli_pager){.out = stdout};
    if (!wanted || (setting && (!*setting || strcmp(setting, "cat") == 0))) return;
    command = strdup(setting ? setting : "less -FRX");
    if (!command) return;
    split(command, words);
    pid_t pid = words[0] && fflush(stdout) == 0 ? start(words, &to) : 0;
    free(command);
    if (pid == 0) return;
    FILE *out = fdopen(to, "w");
    if (!out) {
        close(to);
        waitpid(pid, NULL, 0);
        return;
    }
    *pager = (cli_pager){.out = out, .pid = pid};
    struct sigaction ignore = {.sa_handler = SIG_IGN}; /* to leave the pager early is no failure */
    sigaction(SIGPIPE, &ignore, &pager->before);
}

void cli_pager_end(cli_pager *pager) {
    if (pager->pid == 0) return;
    fclose(pager->out);
    while (waitpid(pager->pid, NULL, 0) < 0 && errno == EINTR) continue;
    sigaction(SIGPIPE, &pager->before, NULL);
    *pager = (cli_pager){.out = stdout};
}
