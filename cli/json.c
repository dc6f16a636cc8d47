/* A streaming JSON writer; see json.h. */
#include "cli/json.h"

#include "cli/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void cli_json_init(cli_json *json, FILE *out, bool pretty) {
    *json = (cli_json){.out = out, .pretty = pretty};
}

static void new_line(cli_json *json) {
    fputc('\n', json->out);
    for (unsigned i = 0; i < json->depth; i++) fputs("  ", json->out);
}

static bool on_lines(const cli_json *json) {
    return json->pretty && json->depth > 0 && (json->flat == 0 || json->depth < json->flat);
}

/* Writes what separates a value, or a member's name, from what was written before. */
static void lead_in(cli_json *json) {
    if (json->named) {
        json->named = false;
        return;
    }
    if (json->separate) fputc(',', json->out);
    if (on_lines(json))
        new_line(json);
    else if (json->separate && json->pretty)
        fputc(' ', json->out);
}

void cli_json_begin(cli_json *json, char kind) {
    lead_in(json);
    fputc(kind, json->out);
    json->depth++;
    json->separate = false;
}

void cli_json_begin_flat(cli_json *json, char kind) {
    cli_json_begin(json, kind);
    if (json->flat == 0) json->flat = json->depth;
}

void cli_json_end(cli_json *json, char kind) {
    bool lines = on_lines(json) && json->separate;
    if (json->flat == json->depth) json->flat = 0;
    json->depth--;
    if (lines) new_line(json);
    fputc(kind, json->out);
    json->separate = true;
}

/* Writes one character of a string, escaped if need be. */
static void put_character(FILE *out, const char *text, const cli_glyph *glyph) {
    uint32_t point = glyph->point;
    if (point == 0xFFFD)
        fputs("\xEF\xBF\xBD", out);
    else if (point == '\n')
        fputs("\\n", out);
    else if (point == '\t')
        fputs("\\t", out);
    else if (cli_text_is_control(point))
        fprintf(out, "\\u%04" PRIx32, point);
    else
        fwrite(text, 1, glyph->size, out);
}

static bool is_plain(char c) {
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7F && c != '"' && c != '\\';
}

/* Writes the inside of a string. In `escaped` text, which is JSON already, quotes and backslashes are left
 * alone. */
static void put_characters(FILE *out, const char *text, size_t size, bool escaped) {
    for (size_t at = 0; at < size;) {
        size_t plain = at;
        while (plain < size &&
               (is_plain(text[plain]) || (escaped && (text[plain] == '"' || text[plain] == '\\'))))
            plain++;
        fwrite(text + at, 1, plain - at, out);
        if ((at = plain) == size) break;
        if (text[at] == '"' || text[at] == '\\') {
            fputc('\\', out);
            fputc(text[at++], out);
            continue;
        }
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        put_character(out, text + at, &glyph);
        at += glyph.size;
    }
}

static void put_string(FILE *out, const char *text, size_t size) {
    fputc('"', out);
    put_characters(out, text, size, false);
    fputc('"', out);
}

void cli_json_name(cli_json *json, const char *name) {
    lead_in(json);
    put_string(json->out, name, strlen(name));
    fputs(json->pretty ? ": " : ":", json->out);
    json->named = true;
}

void cli_json_text_size(cli_json *json, const char *text, size_t size) {
    lead_in(json);
    put_string(json->out, text, size);
    json->separate = true;
}

static void put_bare(cli_json *json, const char *text) {
    lead_in(json);
    fputs(text, json->out);
    json->separate = true;
}

void cli_json_null(cli_json *json) {
    put_bare(json, "null");
}

void cli_json_text(cli_json *json, const char *text) {
    if (text)
        cli_json_text_size(json, text, strlen(text));
    else
        cli_json_null(json);
}

void cli_json_count(cli_json *json, uint64_t number) {
    char digits[24], *first = digits + sizeof digits - 1; /* an answer has hundreds of numbers */
    *first = '\0';
    do *--first = (char)('0' + number % 10);
    while (number /= 10);
    put_bare(json, first);
}

/* The shortest of three precisions that reads back as the same number. The program never sets LC_NUMERIC, so
 * the decimal point is a point. */
void cli_json_number(cli_json *json, double number) {
    char digits[40];
    if (!isfinite(number)) {
        cli_json_null(json);
        return;
    }
    snprintf(digits, sizeof digits, "%.15g", number);
    if (strtod(digits, NULL) != number) snprintf(digits, sizeof digits, "%.16g", number);
    if (strtod(digits, NULL) != number) snprintf(digits, sizeof digits, "%.17g", number);
    put_bare(json, digits);
}

void cli_json_bool(cli_json *json, bool value) {
    put_bare(json, value ? "true" : "false");
}

void cli_json_add_text(cli_json *json, const char *name, const char *text) {
    cli_json_name(json, name);
    cli_json_text(json, text);
}

void cli_json_add_count(cli_json *json, const char *name, uint64_t number) {
    cli_json_name(json, name);
    cli_json_count(json, number);
}

void cli_json_add_number(cli_json *json, const char *name, double number) {
    cli_json_name(json, name);
    cli_json_number(json, number);
}

void cli_json_add_bool(cli_json *json, const char *name, bool value) {
    cli_json_name(json, name);
    cli_json_bool(json, value);
}

void cli_json_finish(cli_json *json) {
    fputc('\n', json->out);
}

/* ---- Text that is JSON already ---- */

/* The size in bytes of the JSON string at text[0..size), with both quotes. */
static size_t string_size(const char *text, size_t size) {
    size_t at = 1;
    while (at < size && text[at] != '"') at += text[at] == '\\' && at + 1 < size ? 2 : 1;
    return at < size ? at + 1 : size;
}

static void put_token(cli_json *json, const char *text, size_t size) {
    lead_in(json);
    put_characters(json->out, text, size, true);
    json->separate = true;
}

void cli_json_raw(cli_json *json, const char *text, size_t size) {
    for (size_t at = 0; at < size;) {
        size_t length = 1;
        switch (text[at]) {
        case '{':
        case '[': cli_json_begin(json, text[at]); break;
        case '}':
        case ']': cli_json_end(json, text[at]); break;
        case ':':
            fputs(json->pretty ? ": " : ":", json->out);
            json->named = true;
            break;
        case '"':
            length = string_size(text + at, size - at);
            put_token(json, text + at, length);
            break;
        case ',': /* written before what follows */
        case ' ':
        case '\t':
        case '\r':
        case '\n': break;
        default:
            length = strcspn(text + at, ",:]} \t\r\n");
            if (length > size - at) length = size - at;
            put_token(json, text + at, length ? length : 1);
            if (!length) length = 1;
        }
        at += length;
    }
}
