/* ksearch search --batch: one query per line, on one open index; one answer per line, in the same order. */
#include "cli/cli.h"
#include "cli/json_types.h"
#include "cli/message.h"
#include "cli/printer.h"

#include <cjson/cJSON.h>

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One line, read. Pointers are into the line or into `json`. */
typedef struct request {
    cJSON *json; /* to be deleted; NULL for a plain line */
    const char *query;
    size_t query_size;
    const char *id;
    bool id_is_number;
    char number[64]; /* where `id` points when it is a number */
    size_t limit;
} request;

typedef struct batch {
    const cli_options *options;
    ks_index *index;
    cli_printer printer;
    ks_search_options search;
    bool json, failed;
} batch;

static ks_status refuse(ks_error *error, const char *reason) {
    cli_message_set(error, KS_ERR_FORMAT, "%s", reason);
    return KS_ERR_FORMAT;
}

static const char *string_end(const char *text) {
    for (text++; *text != '"'; text++) text += *text == '\\';
    return text + 1;
}

/* The text of the value of the object's n-th member, from 0, in JSON that cJSON has accepted. */
static const char *member_text(const char *object, size_t n) {
    const char *at = object + 1;
    for (size_t depth = 1; n > 0; at++) {
        if (*at == '"') at = string_end(at) - 1;
        if (*at == '{' || *at == '[') depth++;
        if (*at == '}' || *at == ']') depth--;
        if (*at == ',' && depth == 1) n--;
    }
    at = string_end(strchr(at, '"'));
    return at + strspn(at, ": \t\r\n");
}

/* Copies an integer digit by digit from the JSON text, since a double may have lost some of them; false if
 * the id is no plain integer. */
static bool copy_integer(request *one, const cJSON *id, const char *object) {
    const cJSON *member = one->json->child;
    size_t n = 0, sign, digits;
    for (; member != id; member = member->next) n++;
    const char *text = member_text(object, n);
    sign = *text == '-';
    digits = strspn(text + sign, "0123456789");
    if (text[sign] == '0' || strchr(".eE", text[sign + digits]) || sign + digits >= sizeof one->number)
        return false;
    snprintf(one->number, sizeof one->number, "%.*s", (int)(sign + digits), text);
    return true;
}

static ks_status read_id(request *one, const cJSON *id, const char *object, ks_error *error) {
    if (!id || cJSON_IsNull(id)) return KS_OK;
    if (cJSON_IsString(id)) {
        one->id = id->valuestring;
        one->id_is_number = false;
        return KS_OK;
    }
    if (!cJSON_IsNumber(id) || !isfinite(id->valuedouble))
        return refuse(error, "id is neither text nor a number");
    if (copy_integer(one, id, object)) return KS_OK;
    snprintf(one->number, sizeof one->number, "%.15g", id->valuedouble);
    if (strtod(one->number, NULL) != id->valuedouble)
        snprintf(one->number, sizeof one->number, "%.17g", id->valuedouble);
    return KS_OK;
}

static ks_status read_limit(request *one, const cJSON *limit, ks_error *error) {
    if (!limit || cJSON_IsNull(limit)) return KS_OK;
    double value = cJSON_IsNumber(limit) ? limit->valuedouble : -1;
    if (!(value >= 0 && value <= CLI_LIMIT_MOST) || floor(value) != value) {
        cli_message_set(error, KS_ERR_FORMAT, "limit is not a whole number from 0 to %d", CLI_LIMIT_MOST);
        return KS_ERR_FORMAT;
    }
    one->limit = (size_t)value;
    return KS_OK;
}

static bool is_unicode_escape(const char *text, size_t size) {
    bool is_escape = size >= 6;
    for (size_t i = 2; i < 6 && is_escape; i++) is_escape = isxdigit((unsigned char)text[i]);
    return is_escape;
}

/* cJSON's strings are NUL-terminated, so each NUL in the text, or its escape, becomes a blank, which is what
 * the library takes it for. An escape \u without four digits would end cJSON's string without an error:
 * returns the offset of the first one, or `size`. */
static size_t blank_nuls(char *line, size_t size) {
    for (size_t at = 0; at < size; at++) {
        if (!line[at]) line[at] = ' ';
        if (line[at] != '\\') continue;
        if (at + 1 < size && line[at + 1] == 'u') {
            if (!is_unicode_escape(line + at, size - at)) return at;
            if (memcmp(line + at, "\\u0000", 6) == 0) memcpy(line + at, "\\u0020", 6);
        }
        at++;
    }
    return size;
}

/* A line that begins with a brace is a JSON object, any other line is a query itself. */
static ks_status read_line(request *one, char *line, size_t size, ks_error *error) {
    const char *stop = NULL;
    size_t broken;
    one->query = line;
    one->query_size = size;
    if (*line != '{') return KS_OK;
    broken = blank_nuls(line, size);
    one->json = cJSON_ParseWithLengthOpts(line, size, &stop, false);
    if (broken < size || !one->json || (size_t)(stop - line) + strspn(stop, " \t\r\n") < size) {
        refuse(error, "the line is not valid JSON");
        error->position = broken < size ? (int64_t)broken : stop ? stop - line : 0;
        return KS_ERR_FORMAT;
    }
    ks_status status = read_id(one, cJSON_GetObjectItemCaseSensitive(one->json, "id"), line, error);
    if (!status) status = read_limit(one, cJSON_GetObjectItemCaseSensitive(one->json, "limit"), error);
    if (status) return status;
    const cJSON *query = cJSON_GetObjectItemCaseSensitive(one->json, "query");
    if (!cJSON_IsString(query)) return refuse(error, "query is missing, or is no text");
    one->query = query->valuestring;
    one->query_size = strlen(query->valuestring);
    return KS_OK;
}

static void print_error(batch *run, const request *one, const ks_error *error) {
    cli_json json;
    run->failed = true;
    if (!run->json) {
        cli_message_line("query %s: %s", one->id, error->message);
        return;
    }
    cli_json_init(&json, run->printer.out, false);
    cli_json_begin(&json, '{');
    cli_json_name(&json, "id");
    if (one->id_is_number)
        cli_json_raw(&json, one->id, strlen(one->id));
    else
        cli_json_text(&json, one->id);
    cli_json_error(&json, ks_status_name(error->code), error);
    cli_json_end(&json, '}');
    cli_json_finish(&json);
}

static void answer(batch *run, char *line, size_t size, unsigned long number) {
    request one = {.limit = run->options->limit, .id_is_number = true};
    ks_results *results = NULL;
    ks_error error;
    snprintf(one.number, sizeof one.number, "%lu", number);
    one.id = one.number;
    ks_status status = read_line(&one, line, size, &error);
    run->search.limit = one.limit;
    if (!status) status = ks_search(&results, run->index, one.query, one.query_size, &run->search, &error);
    run->printer.query_id = one.id;
    run->printer.id_is_number = one.id_is_number;
    if (status)
        print_error(run, &one, &error);
    else
        cli_printer_print(&run->printer, results);
    run->printer.query_id = NULL;
    ks_results_free(results);
    cJSON_Delete(one.json);
}

/* Anything but a regular file may be a program that waits for each answer before it sends the next query, so
 * answers must not stay in a buffer. */
static bool is_regular(FILE *file) {
    struct stat about;
    return fstat(fileno(file), &about) == 0 && S_ISREG(about.st_mode);
}

static bool is_blank(const char *line) {
    return line[strspn(line, " \t\r\n")] == '\0';
}

/* The size of the byte order mark that some editors put before the text of a file; 0 if there is none. */
static size_t byte_order_mark(const char *text) {
    static const char mark[] = "\xEF\xBB\xBF";
    return strncmp(text, mark, sizeof mark - 1) == 0 ? sizeof mark - 1 : 0;
}

/* Answers all lines. Returns 0, or an errno if the input cannot be read to its end. */
static int answer_lines(batch *run, FILE *in) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    bool flush = !is_regular(in);
    int failure = 0;
    for (unsigned long number = 1; (size = getline(&line, &capacity, in)) >= 0; number++) {
        while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r')) line[--size] = '\0';
        size_t mark = number == 1 ? byte_order_mark(line) : 0;
        if (is_blank(line + mark) && strlen(line) == (size_t)size) continue;
        answer(run, line + mark, (size_t)size - mark, number);
        if (flush) fflush(run->printer.out);
        if (ferror(run->printer.out)) break;
    }
    if (size < 0 && !feof(in)) failure = errno; /* this includes ENOMEM for a huge line */
    free(line);
    return failure;
}

int cli_run_batch(const cli_options *options) {
    batch run = {.options = options, .printer = cli_printer_of(options, stdout)};
    bool from_input = strcmp(options->batch, "-") == 0;
    int status = CLI_EXIT_ERROR, failure;
    ks_error error;
    run.json = cli_message_is_json(options);
    run.search = cli_search_options(options);
    FILE *in = from_input ? stdin : fopen(options->batch, "r");
    if (!in) {
        cli_message_set(&error, errno == ENOENT ? KS_ERR_NOT_FOUND : KS_ERR_IO, "cannot open %s: %s",
                        options->batch, strerror(errno));
        cli_message_error(run.json, &error);
        return status;
    }
    run.index = cli_open_index(options);
    if (run.index) {
        status = CLI_EXIT_OK;
        if ((failure = answer_lines(&run, in))) {
            cli_message_set(&error, failure == ENOMEM ? KS_ERR_NOMEM : KS_ERR_IO, "cannot read %s: %s",
                            from_input ? "standard input" : options->batch, strerror(failure));
            cli_message_error(run.json, &error);
            status = CLI_EXIT_ERROR;
        } else if (run.failed) {
            status = CLI_EXIT_PART;
        }
    }
    ks_index_close(run.index);
    if (!from_input) fclose(in);
    return status;
}
