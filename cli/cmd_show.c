/* ksearch show: whole records, as text or as they are stored. */
#include "cli/cli.h"
#include "cli/message.h"
#include "cli/pager.h"
#include "cli/print_record.h"

/* A record as it is stored; `asked` is how many were asked for: a single one may be spread over lines. */
static void print_stored(FILE *out, const cli_term *term, size_t asked, const ks_record *record) {
    cli_json json;
    cli_json_init(&json, out, term->terminal && asked == 1);
    cli_json_raw(&json, record->json, record->json_size);
    cli_json_finish(&json);
}

/* Prints the records that exist and counts them; false if an error ended that. */
static bool print_records(const cli_options *options, ks_index *index, FILE *out, size_t *found) {
    cli_term term = cli_term_of(stdout, (cli_color)options->color);
    bool json = cli_message_is_json(options);
    for (size_t i = 0; i < options->argument_count; i++) {
        ks_record *record = NULL;
        ks_error error;
        ks_status status = ks_index_record(&record, index, options->arguments[i], &error);
        if (status) cli_message_error(json, &error);
        if (status == KS_ERR_NOT_FOUND) continue;
        if (status) return false;
        if (!json && *found > 0) fputc('\n', out);
        ++*found;
        if (json)
            print_stored(out, &term, options->argument_count, record);
        else
            cli_print_record(out, &term, record);
        ks_record_free(record);
    }
    return true;
}

int cli_run_show(const cli_options *options) {
    cli_pager pager;
    size_t found = 0;
    ks_index *index = cli_open_index(options);
    if (!index) return CLI_EXIT_ERROR;
    bool wanted = cli_term_of(stdout, CLI_COLOR_NEVER).terminal && !options->no_pager;
    cli_pager_begin(&pager, wanted && !cli_message_is_json(options));
    bool done = print_records(options, index, pager.out, &found);
    cli_pager_end(&pager);
    ks_index_close(index);
    if (!done) return CLI_EXIT_ERROR;
    return found == options->argument_count ? CLI_EXIT_OK : found > 0 ? CLI_EXIT_PART : CLI_EXIT_NONE;
}
