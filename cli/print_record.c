/* One whole record as text, member by member; see print_record.h. */
#include "cli/print_record.h"

#include "cli/text.h"
#include "cli/wrap.h"

#include <cjson/cJSON.h>

#include <string.h>

enum { LABEL_COLUMNS = 10, READING_WIDTH = 100 };

typedef struct page {
    FILE *out;
    bool color;
    size_t width;
} page;

static void start(const page *to, cli_wrap *wrap, const char *label) {
    size_t width = cli_text_width(label, strlen(label));
    cli_wrap_init(wrap, to->out, to->width, LABEL_COLUMNS, to->color);
    cli_term_puts(to->out, to->color, CLI_DIM, label);
    if (width < LABEL_COLUMNS) {
        wrap->column = width;
        return;
    }
    fputc('\n', to->out);
    wrap->column = 0;
}

/* Text whose line breaks are kept. */
static void put_text(const page *to, const char *label, cli_paint paint, const char *text) {
    cli_wrap wrap;
    if (!text || !*text) return;
    start(to, &wrap, label);
    wrap.paint = paint;
    while (*text) {
        size_t size = strcspn(text, "\n");
        cli_wrap_text(&wrap, text, size, NULL, 0);
        if (wrap.started)
            cli_wrap_end(&wrap);
        else
            fputc('\n', to->out);
        wrap.column = 0; /* if the text begins with a line break, its label is alone on a line */
        text += size + (text[size] == '\n');
        wrap.started = false;
    }
}

static void put_names(const page *to, const char *label, const char *mark, const char *separator,
                      ks_strings names) {
    cli_wrap wrap;
    if (names.count == 0) return;
    start(to, &wrap, label);
    wrap.reserve = strlen(separator);
    for (size_t i = 0; i < names.count; i++) {
        const char *name = names.items[i];
        cli_wrap_room(&wrap, strlen(mark) + cli_text_width(name, strlen(name)), true);
        if (*mark) cli_wrap_puts(&wrap, CLI_PLAIN, mark);
        cli_wrap_puts(&wrap, CLI_PLAIN, name);
        if (i + 1 < names.count) cli_wrap_close(&wrap, separator);
    }
    cli_wrap_end(&wrap);
}

static void put_claims(const page *to, ks_strings claims) {
    for (size_t i = 0; i < claims.count; i++) {
        cli_wrap wrap;
        start(to, &wrap, i == 0 ? "claims" : "");
        wrap.reserve = 1;
        for (; wrap.column < LABEL_COLUMNS; wrap.column++) fputc(' ', to->out);
        fputs("“", to->out);
        wrap.indent = ++wrap.column;
        cli_wrap_text(&wrap, claims.items[i], strlen(claims.items[i]), NULL, 0);
        cli_wrap_close(&wrap, "”");
        cli_wrap_end(&wrap);
    }
}

static bool is_known(const char *name) {
    static const char *const known[] = {"id",    "kind",    "author", "date", "status", "url",
                                        "title", "summary", "claims", "tags", "body",   "lang"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0) return true;
    return false;
}

/* ---- Members that ksearch does not know ---- */

#define BLANKS " \t\r\n"

static const char *skip_string(const char *text) {
    for (text++; *text != '"'; text++) text += *text == '\\';
    return text + 1;
}

/* Makes cJSON print a number with the digits it came with, of which a double may lose some. */
static void keep_digits(cJSON *number, const char *text, size_t size) {
    char *digits = cJSON_malloc(size + 1);
    if (!digits) return;
    memcpy(digits, text, size);
    digits[size] = '\0';
    number->type = cJSON_Raw;
    number->valuestring = digits;
}

/* Does so for all numbers in `value`, by walking it along with `text`, the valid JSON it was parsed from.
 * Returns the end of the value's text. */
static const char *keep_all_digits(cJSON *value, const char *text) {
    bool is_object = cJSON_IsObject(value);
    size_t size = strcspn(text, ",]}" BLANKS);
    cJSON *child = NULL;
    if (cJSON_IsString(value)) return skip_string(text);
    if (cJSON_IsNumber(value)) keep_digits(value, text, size);
    if (!is_object && !cJSON_IsArray(value)) return text + size;
    text++;
    cJSON_ArrayForEach(child, value) {
        text += strspn(text, "," BLANKS);
        if (is_object) {
            text = skip_string(text);
            text += strspn(text, ":" BLANKS);
        }
        text = keep_all_digits(child, text);
        text += strspn(text, BLANKS);
    }
    return text + strspn(text, BLANKS) + 1;
}

static void put_unknown(const page *to, const ks_record *record) {
    cJSON *json = cJSON_ParseWithLength(record->json, record->json_size);
    const cJSON *member = NULL;
    if (json) keep_all_digits(json, record->json);
    cJSON_ArrayForEach(member, json) {
        if (!member->string || is_known(member->string)) continue;
        char *text = cJSON_PrintUnformatted(member);
        if (text) put_text(to, member->string, CLI_PLAIN, text);
        cJSON_free(text);
    }
    cJSON_Delete(json);
}

void cli_print_record(FILE *out, const cli_term *term, const ks_record *record) {
    page to = {.out = out, .color = term->color, .width = term->width};
    char date[64];
    if (to.width > READING_WIDTH) to.width = READING_WIDTH;
    put_text(&to, "id", CLI_PLAIN, record->id);
    put_text(&to, "title", CLI_BOLD, record->title);
    put_text(&to, "kind", CLI_PLAIN, record->kind);
    put_names(&to, "author", "", ",", record->authors);
    if (record->date) put_text(&to, "date", CLI_PLAIN, cli_text_date(date, sizeof date, record->date));
    put_text(&to, "status", strcmp(record->status, "failed") == 0 ? CLI_ALERT : CLI_PLAIN, record->status);
    put_text(&to, "url", CLI_PLAIN, record->url);
    put_text(&to, "lang", CLI_PLAIN, record->lang);
    put_names(&to, "tags", "#", "", record->tags);
    put_text(&to, "summary", CLI_PLAIN, record->summary);
    put_claims(&to, record->claims);
    put_text(&to, "body", CLI_PLAIN, record->body);
    put_unknown(&to, record);
}
