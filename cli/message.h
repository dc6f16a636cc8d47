/* Messages on stderr: errors, warnings, notes. May use ksearch.h and libc. */
#ifndef KS_CLI_MESSAGE_H
#define KS_CLI_MESSAGE_H

#include "cli/options.h"

/* Reports an error of the library: "ksearch: …" and its hint, or with `json` the object {"error":{…}}. */
void cli_message_error(bool json, const ks_error *error);

/* The same for a command line that makes no sense: code "usage". */
void cli_message_usage(bool json, const ks_error *error);

/* Fills `error`, without a hint. */
__attribute__((format(printf, 3, 4))) void cli_message_set(ks_error *error, ks_status code,
                                                           const char *format, ...);

/* Fills `error` for the errno that cli_paths_index has left. */
void cli_message_path_error(ks_error *error);

/* Fills `error`: out of memory. */
void cli_message_nomem(ks_error *error);

/* Prints "ksearch: warning: …" for each. */
void cli_message_warnings(ks_strings warnings);

/* Prints one line, "ksearch: …". */
__attribute__((format(printf, 1, 2))) void cli_message_line(const char *format, ...);

/* Whether the options ask for JSON, and errors have to be JSON, too. */
bool cli_message_is_json(const cli_options *options);

#endif
