/* ksearch, the program: dispatches to the commands, and does what holds for all of them: standard streams,
 * signals, exit status. */
#include "cli/cli.h"
#include "cli/message.h"
#include "cli/term.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* If a standard stream is closed, the next file to be opened, perhaps the index, gets its number, and
 * printing would write into that file. So closed ones are opened on /dev/null; stdout in a way that makes
 * writing fail. */
static bool fill_standard_streams(void) {
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) continue;
        if (open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY) != fd) return false;
    }
    return true;
}

/* Each write to a pipe wakes its reader: output goes out in large pieces, but to a terminal in lines. */
static void widen_output(void) {
    if (!isatty(STDOUT_FILENO)) {
        static char room[1 << 16]; /* stdout may be flushed after main */
        setvbuf(stdout, room, _IOFBF, sizeof room);
    }
}

static int run(const cli_options *options) {
    switch (options->command) {
    case CLI_SEARCH: return options->batch ? cli_run_batch(options) : cli_run_search(options);
    case CLI_INDEX: return cli_run_index(options);
    case CLI_FEED: return cli_run_feed(options);
    case CLI_SHOW: return cli_run_show(options);
    case CLI_EXPLAIN: return cli_run_explain(options);
    case CLI_STATUS: return cli_run_status(options);
    case CLI_CHECK: return cli_run_check(options);
    case CLI_OPTIMIZE: return cli_run_optimize(options);
    case CLI_SCHEMA: return cli_run_schema(options);
    case CLI_HELP:
    case CLI_COMMAND_COUNT: break;
    }
    cli_help_print(stdout, options->topic, cli_term_of(stdout, CLI_COLOR_NEVER).width);
    return CLI_EXIT_OK;
}

/* `ksearch --help` gives the overview; the help of search has to be asked for by name. */
static int help(cli_options *options, int argc, char *const *argv) {
    bool named = argc > 1 && cli_command_named(argv[1]) != CLI_COMMAND_COUNT;
    options->topic = named ? options->command : CLI_HELP;
    options->command = CLI_HELP;
    return run(options);
}

/* Output that did not arrive is an error, whatever the command has returned. */
static int check_output(bool json, int status) {
    ks_error error;
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return status;
    if (!errno && putchar('\n') != EOF) fflush(stdout); /* it failed long ago: once more, for the reason */
    if (errno == EPIPE) return CLI_EXIT_ERROR;
    if (errno)
        cli_message_set(&error, KS_ERR_IO, "cannot write to standard output: %s", strerror(errno));
    else
        cli_message_set(&error, KS_ERR_IO, "cannot write to standard output");
    cli_message_error(json, &error);
    return CLI_EXIT_ERROR;
}

int main(int argc, char **argv) {
    cli_options options;
    ks_error error;
    int status = CLI_EXIT_ERROR;
    if (!fill_standard_streams()) return status;
    widen_output();
    signal(SIGPIPE, SIG_DFL);
    signal(SIGXFSZ, SIG_IGN);              /* so that a file size limit is an error with a message */
    setvbuf(stderr, NULL, _IOLBF, BUFSIZ); /* a line takes one write; unbuffered, each character would */
    if (argc < 2) {
        cli_help_usage(stderr);
        return status;
    }
    bool json = cli_options_want_json(argc, argv);
    ks_status parsed = cli_options_parse(&options, argc, argv, &error);
    if (parsed == KS_ERR_NOMEM) {
        cli_message_error(json, &error);
    } else if (parsed) {
        cli_message_usage(json, &error);
    } else if (options.version) {
        printf("ksearch %s\n", ks_version());
        status = check_output(json, CLI_EXIT_OK);
    } else if (options.help) {
        status = check_output(json, help(&options, argc, argv));
    } else {
        status = check_output(cli_message_is_json(&options), run(&options));
    }
    cli_options_free(&options);
    return status;
}
