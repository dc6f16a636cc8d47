/* ksearch index: brings the index in step with its sources and reports what changed. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/message.h"
#include "cli/paths.h"
#include "cli/progress.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ks_sync_options sync_options(const cli_options *options, cli_progress *progress) {
    ks_sync_options sync;
    ks_sync_options_init(&sync);
    sync.engine = options->engine;
    sync.language = options->language;
    sync.year = (int)options->year;
    sync.strict = options->strict;
    sync.keep_missing = options->keep_missing;
    sync.memory = options->memory;
    sync.threads = (unsigned)options->threads;
    sync.input = STDIN_FILENO;
    if (access(CLI_WORD_LIST, R_OK) == 0) sync.word_list = CLI_WORD_LIST;
    if (progress->on) sync.progress = cli_progress_update;
    sync.context = progress;
    return sync;
}

static void list_rejects(const ks_sync_report *report) {
    for (size_t i = 0; i < report->reject_count; i++) {
        const ks_reject *reject = &report->rejects[i];
        fputs("ksearch: ", stderr);
        cli_text_puts(stderr, reject->source);
        if (reject->line) fprintf(stderr, ":%" PRIu64, reject->line);
        fprintf(stderr, ": byte %" PRIu64 ": ", reject->byte);
        cli_text_puts(stderr, reject->reason);
        fputc('\n', stderr);
    }
}

static const char *plural(uint64_t number) {
    return number == 1 ? "" : "s";
}

static void print_notes(const ks_sync_report *report) {
    if (report->duplicates)
        cli_message_line("note: %" PRIu64 " record%s came with an id that came before; the last one counts",
                         report->duplicates, plural(report->duplicates));
    if (report->kept)
        cli_message_line("note: %" PRIu64 " record%s kept, though gone from the source", report->kept,
                         report->kept == 1 ? " was" : "s were");
    if (report->skipped)
        cli_message_line("note: %" PRIu64 " file%s skipped, being no capture file%s", report->skipped,
                         report->skipped == 1 ? " was" : "s were", plural(report->skipped));
    if (report->repaired)
        cli_message_line("note: %" PRIu64 " invalid character%s replaced by U+FFFD", report->repaired,
                         report->repaired == 1 ? " was" : "s were");
}

static void print_report(const cli_options *options, const ks_sync_report *report) {
    if (options->format == CLI_FORMAT_JSON) {
        cli_json json = cli_json_output();
        cli_json_report(&json, report);
        cli_json_finish(&json);
        return;
    }
    list_rejects(report);
    if (options->quiet) return;
    print_notes(report);
    printf("indexed %" PRIu64 " record%s: %" PRIu64 " new, %" PRIu64 " changed, %" PRIu64
           " removed, %zu rejected, %" PRIu64 " unchanged\n",
           report->total, plural(report->total), report->fresh, report->changed, report->removed,
           report->reject_count, report->unchanged);
}

/* After strict indexing met a reject: the rejects, but no summary, since nothing was done. */
static void print_refusal(const cli_options *options, const ks_sync_report *report) {
    if (options->format == CLI_FORMAT_JSON)
        print_report(options, report);
    else
        list_rejects(report);
}

static char *find_path(const cli_options *options, ks_error *error) {
    bool is_default;
    char *path = cli_paths_index(options->index, &is_default);
    if (!path) {
        cli_message_path_error(error);
        return NULL;
    }
    int failure = is_default ? cli_paths_make_parents(path) : 0;
    if (!failure) return path;
    cli_message_set(error, KS_ERR_IO, "cannot make the folders above %s: %s", path, strerror(failure));
    free(path);
    return NULL;
}

int cli_run_index(const cli_options *options) {
    cli_progress progress;
    ks_sync_report *report = NULL;
    ks_error error;
    int result = CLI_EXIT_ERROR;
    bool json = cli_message_is_json(options);
    char *path = find_path(options, &error);
    if (!path) {
        cli_message_error(json, &error);
        return result;
    }
    cli_progress_init(&progress, stderr, options->quiet);
    ks_sync_options sync = sync_options(options, &progress);
    ks_status status = ks_sync(&report, path, options->arguments, options->argument_count, &sync, &error);
    cli_progress_clear(&progress);
    if (status) {
        if (report) print_refusal(options, report);
        cli_message_error(json, &error);
    } else {
        print_report(options, report);
        result = report->reject_count > 0 ? CLI_EXIT_PART : CLI_EXIT_OK;
    }
    ks_sync_report_free(report);
    free(path);
    return result;
}
