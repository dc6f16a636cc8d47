/* Writing JSON straight to a stream. Nothing is allocated, so that only the stream can fail, which is checked
 * once at the end. Control characters are escaped, also those beyond ASCII, so that JSON is as safe to look
 * at as text. May use libc.
 *
 *     cli_json_begin(&json, '{');
 *     cli_json_add_text(&json, "id", id);
 *     cli_json_end(&json, '}');
 *     cli_json_finish(&json); */
#ifndef KS_CLI_JSON_H
#define KS_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct cli_json {
    FILE *out;
    bool pretty;    /* each member on a line of its own, indented by 2 */
    unsigned depth; /* of open containers */
    unsigned flat;  /* the depth from which on everything stays on one line; 0: none */
    bool separate;  /* a comma is due before the next value */
    bool named;     /* a member's name has just been written */
} cli_json;

void cli_json_init(cli_json *json, FILE *out, bool pretty);

/* Begin an object or array: `kind` is '{' or '['. A flat one stays on one line even if pretty. cli_json_end
 * is given
 * '}' or ']'. */
void cli_json_begin(cli_json *json, char kind);
void cli_json_begin_flat(cli_json *json, char kind);
void cli_json_end(cli_json *json, char kind);

/* The name of the next member. */
void cli_json_name(cli_json *json, const char *name);

/* Write a value. A NULL text and a number that is not finite are null; invalid UTF-8 becomes U+FFFD. */
void cli_json_text(cli_json *json, const char *text);
void cli_json_text_size(cli_json *json, const char *text, size_t size);
void cli_json_count(cli_json *json, uint64_t number);
void cli_json_number(cli_json *json, double number);
void cli_json_bool(cli_json *json, bool value);
void cli_json_null(cli_json *json);

/* Writes a value that is valid JSON text already; only its white space is changed. */
void cli_json_raw(cli_json *json, const char *text, size_t size);

/* Write a member, name and value. */
void cli_json_add_text(cli_json *json, const char *name, const char *text);
void cli_json_add_count(cli_json *json, const char *name, uint64_t number);
void cli_json_add_number(cli_json *json, const char *name, double number);
void cli_json_add_bool(cli_json *json, const char *name, bool value);

/* Ends the document with a line feed. */
void cli_json_finish(cli_json *json);

#endif
