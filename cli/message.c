/* Messages on stderr; see message.h. Text that they quote is made safe for terminals. */
#include "cli/message.h"

#include "cli/json_types.h"
#include "cli/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

static void report(bool json, const char *code, const ks_error *error) {
    if (json) {
        cli_json writer;
        cli_json_init(&writer, stderr, false);
        cli_json_begin(&writer, '{');
        cli_json_error(&writer, code, error);
        cli_json_end(&writer, '}');
        cli_json_finish(&writer);
        return;
    }
    fputs("ksearch: ", stderr);
    cli_text_puts(stderr, error->message);
    if (error->position >= 0) fprintf(stderr, " (byte %" PRId64 ")", error->position);
    fputc('\n', stderr);
    if (!*error->hint) return;
    fputs("ksearch: hint: ", stderr);
    cli_text_puts(stderr, error->hint);
    fputc('\n', stderr);
}

void cli_message_error(bool json, const ks_error *error) {
    report(json, ks_status_name(error->code), error);
}

void cli_message_usage(bool json, const ks_error *error) {
    report(json, "usage", error);
}

void cli_message_set(ks_error *error, ks_status code, const char *format, ...) {
    va_list args;
    *error = (ks_error){.code = code, .position = -1};
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
}

void cli_message_nomem(ks_error *error) {
    cli_message_set(error, KS_ERR_NOMEM, "out of memory");
}

void cli_message_path_error(ks_error *error) {
    if (errno == ENOMEM) {
        cli_message_nomem(error);
        return;
    }
    cli_message_set(error, KS_ERR_NO_INDEX, "no place for the index is known: HOME is not set");
    snprintf(error->hint, sizeof error->hint, "name one with --index, or in KSEARCH_INDEX");
}

void cli_message_warnings(ks_strings warnings) {
    for (size_t i = 0; i < warnings.count; i++) cli_message_line("warning: %s", warnings.items[i]);
}

void cli_message_line(const char *format, ...) {
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fputs("ksearch: ", stderr);
    cli_text_puts(stderr, line);
    fputc('\n', stderr);
}

bool cli_message_is_json(const cli_options *options) {
    return options->format == CLI_FORMAT_JSON || options->format == CLI_FORMAT_JSONL;
}
