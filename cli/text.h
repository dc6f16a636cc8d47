/* Text for terminals: UTF-8 character by character, display width, and no control character let through.
 * Numbers and dates as people read them. May use libc. */
#ifndef KS_CLI_TEXT_H
#define KS_CLI_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

typedef struct cli_glyph {
    uint32_t point; /* U+FFFD for invalid UTF-8 */
    size_t size;    /* in bytes, at least 1 */
    unsigned width; /* columns: 0 to 2 */
    bool blank;     /* white space, including line and paragraph separators */
    bool safe;      /* may be sent to a terminal as it is */
} cli_glyph;

/* The first character of text[0..size), size >= 1. */
cli_glyph cli_text_glyph(const char *text, size_t size);

/* How many characters text[0..size) begins with that are ASCII, neither blank nor control: a byte and a
 * column each, and safe. */
size_t cli_text_plain(const char *text, size_t size);

/* Writes the character `glyph` that is at `text`: a blank as a space, what is not safe as U+FFFD. */
void cli_text_put_glyph(FILE *out, const cli_glyph *glyph, const char *text);

/* Writes text on one line: each blank is a space. */
void cli_text_put(FILE *out, const char *text, size_t size);

/* The same for a NUL-terminated string. */
void cli_text_puts(FILE *out, const char *text);

/* The columns that cli_text_put fills. */
size_t cli_text_width(const char *text, size_t size);

/* The columns of a code point: 0 for combining marks and other invisible ones, 2 for wide ones, else 1. */
unsigned cli_text_columns(uint32_t point);

/* Whether the code point is a C0 or C1 control, DEL, a line or paragraph separator, or changes the direction
 * of text. */
bool cli_text_is_control(uint32_t point);

/* 1234567 as "1,234,567". `out` has at least 32 bytes; it is returned. */
char *cli_text_count(char *out, uint64_t number);

/* A number of bytes as "84.1 MB". `out` has at least 32 bytes; it is returned. */
char *cli_text_bytes(char *out, uint64_t number);

/* A duration in microseconds as "84 µs", "0.8 ms" or "12.3 s". */
char *cli_text_duration(char *out, uint64_t microseconds);

/* A date as a person reads it: "--05-31" as "May 31", all others as they are. */
char *cli_text_date(char *out, size_t size, const char *date);

#endif
