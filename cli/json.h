/* Writing JSON straight to a stream: nothing is allocated, so the only thing that can fail is the stream,
 * which is checked once at the end. Control characters come out escaped, also those above ASCII, so that
 * JSON is as safe to look at as text. May use libc. */
#ifndef KS_CLI_JSON_H
#define KS_CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct cli_json {
    FILE *out;
    bool pretty;    /* members on lines of their own, indented by 2 */
    unsigned depth; /* open containers */
    unsigned flat;  /* the depth from which everything stays on one line; 0: none */
    bool separate;  /* a comma or a line break is due before the next value */
    bool named;     /* a member's name was just written */
} cli_json;

void cli_json_init(cli_json *json, FILE *out, bool pretty);

/* `kind` is '{' or '['. A flat container stays on one line when pretty. End with cli_json_end('}' or ']'). */
void cli_json_begin(cli_json *json, char kind);
void cli_json_begin_flat(cli_json *json, char kind);
void cli_json_end(cli_json *json, char kind);

/* The name of the next member. */
void cli_json_name(cli_json *json, const char *name);

/* Values; text that is NULL is null, invalid UTF-8 becomes U+FFFD, a number that is not finite is null. */
void cli_json_text(cli_json *json, const char *text);
void cli_json_text_size(cli_json *json, const char *text, size_t size);
void cli_json_count(cli_json *json, uint64_t number);
void cli_json_number(cli_json *json, double number);
void cli_json_bool(cli_json *json, bool value);
void cli_json_null(cli_json *json);

/* One value that is JSON text already, valid; its spacing is made to fit. */
void cli_json_raw(cli_json *json, const char *text, size_t size);

/* Name and value at once. */
void cli_json_add_text(cli_json *json, const char *name, const char *text);
void cli_json_add_count(cli_json *json, const char *name, uint64_t number);
void cli_json_add_number(cli_json *json, const char *name, double number);
void cli_json_add_bool(cli_json *json, const char *name, bool value);

/* Ends the document with a line feed. */
void cli_json_finish(cli_json *json);

#endif
