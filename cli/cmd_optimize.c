/* ksearch optimize: merges the segments of the index and prints a line on what changed. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/text.h"

#include <inttypes.h>
#include <stdlib.h>

static void print_line(const ks_optimize_report *report) {
    char before[32], after[32];
    if (!report->changed) {
        printf("nothing to do: the %s index is one piece without deletions\n", report->engine);
        return;
    }
    printf("optimized: %s segment%s to %s, ", cli_text_count(before, report->segments_before),
           report->segments_before == 1 ? "" : "s", cli_text_count(after, report->segments_after));
    printf("%s deleted record%s to %s, ", cli_text_count(before, report->deleted_before),
           report->deleted_before == 1 ? "" : "s", cli_text_count(after, report->deleted_after));
    printf("%s to %s, ", cli_text_bytes(before, report->bytes_before),
           cli_text_bytes(after, report->bytes_after));
    printf("generation %" PRIu64 " (%s)\n", report->generation, cli_text_duration(before, report->took_us));
}

static void print(const cli_options *options, const char *path, const ks_optimize_report *report) {
    if (options->format != CLI_FORMAT_JSON) {
        if (!options->quiet) print_line(report);
        return;
    }
    cli_json json = cli_json_output();
    cli_json_optimize(&json, path, report);
    cli_json_finish(&json);
}

int cli_run_optimize(const cli_options *options) {
    ks_optimize_report report;
    ks_error error;
    int result = CLI_EXIT_ERROR;
    char *path = cli_index_path(options);
    if (!path) return result;
    if (ks_index_optimize(&report, path, &error)) {
        cli_index_error(options, &error);
    } else {
        print(options, path, &report);
        result = CLI_EXIT_OK;
    }
    free(path);
    return result;
}
