/* Parsing the command line with the tables of flags.c. May use ksearch.h and libc. */
#include "cli/options.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned bit;
} field_names[] = {
    {"id", CLI_FIELD_ID},     {"kind", CLI_FIELD_KIND},         {"author", CLI_FIELD_AUTHOR},
    {"date", CLI_FIELD_DATE}, {"status", CLI_FIELD_STATUS},     {"title", CLI_FIELD_TITLE},
    {"url", CLI_FIELD_URL},   {"summary", CLI_FIELD_SUMMARY},   {"claims", CLI_FIELD_CLAIMS},
    {"tags", CLI_FIELD_TAGS}, {"passages", CLI_FIELD_PASSAGES}, {"matched_fields", CLI_FIELD_MATCHED},
    {"rank", CLI_FIELD_ID},   {"score", CLI_FIELD_ID},          {"tier", CLI_FIELD_ID}, /* always there */
};

enum { FIELD_COUNT = sizeof field_names / sizeof *field_names };

__attribute__((format(printf, 2, 3))) static ks_status usage_error(ks_error *error, const char *format, ...) {
    va_list args;
    error->code = KS_ERR_ARGUMENT;
    error->position = -1;
    error->hint[0] = '\0';
    va_start(args, format);
    vsnprintf(error->message, sizeof error->message, format, args);
    va_end(args);
    return KS_ERR_ARGUMENT;
}

__attribute__((format(printf, 2, 3))) static ks_status usage_hint(ks_error *error, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(error->hint, sizeof error->hint, format, args);
    va_end(args);
    return KS_ERR_ARGUMENT;
}

cli_command cli_command_named(const char *name) {
    int i = 0;
    while (i < CLI_COMMAND_COUNT && strcmp(cli_commands[i].name, name) != 0) i++;
    return (cli_command)i;
}

/* ---- Values ---- */

static ks_status bad_value(ks_error *error, const cli_flag *flag, const char *value, const char *wanted) {
    return usage_error(error, "--%s: %s is not %s", flag->name, *value ? value : "''", wanted);
}

static ks_status set_choice(int *out, const cli_flag *flag, const char *value, ks_error *error) {
    const char *word = flag->argument;
    for (int i = 0; word; i++) {
        size_t size = strcspn(word, "|");
        if (strlen(value) == size && memcmp(word, value, size) == 0) {
            *out = i;
            return KS_OK;
        }
        word = word[size] ? word + size + 1 : NULL;
    }
    return bad_value(error, flag, value, flag->argument);
}

static ks_status set_count(size_t *out, const cli_flag *flag, const char *value, ks_error *error) {
    char wanted[64];
    size_t number = 0, most = (size_t)flag->value;
    const char *c = value;
    for (; *c >= '0' && *c <= '9' && number <= most; c++) number = number * 10 + (size_t)(*c - '0');
    if (c == value || *c || number > most) {
        snprintf(wanted, sizeof wanted, "a whole number from 0 to %ld", flag->value);
        return bad_value(error, flag, value, wanted);
    }
    *out = number;
    return KS_OK;
}

/* The exponent of two that a unit, K, M, G or none, stands for; -1 if `text` is no unit. */
static int unit_bits(const char *text) {
    static const char units[] = "KMG";
    const char *unit;
    if (!text[0]) return 0;
    unit = strchr(units, text[0] & ~0x20);
    return unit && *unit && !text[1] ? 10 * (int)(unit - units + 1) : -1;
}

static ks_status set_size(size_t *out, const cli_flag *flag, const char *value, ks_error *error) {
    char wanted[64];
    size_t number = 0, least = (size_t)flag->value;
    const char *c = value;
    bool too_large = false;
    for (; *c >= '0' && *c <= '9'; c++) {
        if (number > (SIZE_MAX - 9) / 10) too_large = true;
        number = number * 10 + (size_t)(*c - '0');
    }
    int bits = unit_bits(c);
    if (bits >= 0 && number > SIZE_MAX >> bits) too_large = true;
    if (c == value || bits < 0 || too_large || number << bits < least) {
        snprintf(wanted, sizeof wanted, "a size such as 512M or 1G, at least %zuM", least >> 20);
        return bad_value(error, flag, value, wanted);
    }
    *out = number << bits;
    return KS_OK;
}

static ks_status set_number(double *out, const cli_flag *flag, const char *value, ks_error *error) {
    char wanted[64], *end = NULL;
    double number = strtod(value, &end);
    if (end == value || *end || !(number >= 0 && number <= (double)flag->value)) {
        snprintf(wanted, sizeof wanted, "a number from 0 to %ld", flag->value);
        return bad_value(error, flag, value, wanted);
    }
    *out = number;
    return KS_OK;
}

static ks_status field_error(ks_error *error, const char *name) {
    const char *names[FIELD_COUNT];
    for (size_t i = 0; i < FIELD_COUNT; i++) names[i] = field_names[i].name;
    const char *near = cli_nearest(name, names, FIELD_COUNT);
    usage_error(error, "--fields: %s is not a member of a hit", *name ? name : "''");
    if (near) return usage_hint(error, "did you mean %s?", near);
    return usage_hint(error, "id, kind, author, date, status, title, url, summary, claims, tags, "
                             "matched_fields, passages");
}

static ks_status set_fields(cli_options *options, const char *value, ks_error *error) {
    unsigned fields = 0;
    for (const char *word = value; word;) {
        size_t size = strcspn(word, ","), i = 0;
        char name[32];
        snprintf(name, sizeof name, "%.*s", (int)(size < sizeof name ? size : sizeof name - 1), word);
        while (i < FIELD_COUNT && strcmp(field_names[i].name, name) != 0) i++;
        if (i == FIELD_COUNT) return field_error(error, name);
        fields |= field_names[i].bit;
        word = word[size] ? word + size + 1 : NULL;
    }
    options->fields = fields;
    options->fields_given = true;
    return KS_OK;
}

static ks_status set_value(cli_options *options, const cli_flag *flag, const char *value, ks_error *error) {
    void *place = (char *)options + flag->offset;
    switch (flag->kind) {
    case CLI_FLAG_SWITCH: *(bool *)place = true; return KS_OK;
    case CLI_FLAG_SET: *(int *)place = (int)flag->value; return KS_OK;
    case CLI_FLAG_CHOICE: return set_choice(place, flag, value, error);
    case CLI_FLAG_TEXT:
        if (!*value) return usage_error(error, "--%s: a value is missing", flag->name);
        *(const char **)place = value;
        return KS_OK;
    case CLI_FLAG_COUNT: return set_count(place, flag, value, error);
    case CLI_FLAG_SIZE: return set_size(place, flag, value, error);
    case CLI_FLAG_NUMBER: return set_number(place, flag, value, error);
    case CLI_FLAG_FIELDS: return set_fields(options, value, error);
    }
    return KS_OK;
}

/* ---- Flags ---- */

static ks_status unknown_flag(ks_error *error, cli_command command, const char *argument) {
    const char *names[64];
    char name[64];
    size_t count = 0;
    for (size_t i = 0; i < cli_flag_count && count < sizeof names / sizeof *names; i++)
        if (cli_flags[i].commands & 1u << command) names[count++] = cli_flags[i].name;
    snprintf(name, sizeof name, "%.*s", (int)strcspn(argument + 1, "="), argument + 1);
    const char *near = cli_nearest(name[0] == '-' ? name + 1 : name, names, count);
    usage_error(error, "unknown option %s", argument);
    if (near) return usage_hint(error, "did you mean --%s?", near);
    if (argument[1] != '-' && (command == CLI_SEARCH || command == CLI_FEED))
        return usage_hint(error, "to leave out a word, put -- before the query: ksearch%s -- %s",
                          command == CLI_FEED ? " feed" : "", argument);
    return usage_hint(error, "see ksearch %s --help", cli_commands[command].name);
}

static const cli_flag *find_flag(const char *argument) {
    bool is_long = argument[1] == '-';
    const char *name = argument + 2;
    size_t size = strcspn(name, "=");
    for (size_t i = 0; i < cli_flag_count; i++) {
        const cli_flag *flag = &cli_flags[i];
        if (is_long ? strlen(flag->name) == size && memcmp(flag->name, name, size) == 0
                    : flag->letter && flag->letter == argument[1])
            return flag;
    }
    return NULL;
}

/* Parses the flag at argv[*at], and steps over it and its value. */
static ks_status parse_flag(cli_options *options, int argc, char *const *argv, int *at, ks_error *error) {
    const char *argument = argv[(*at)++];
    const cli_flag *flag = find_flag(argument);
    const char *value = NULL;
    if (!flag || (argument[1] != '-' && argument[2] && !flag->argument))
        return unknown_flag(error, options->command, argument);
    if (!(flag->commands & 1u << options->command)) {
        usage_error(error, "--%s does not belong to ksearch %s", flag->name,
                    cli_commands[options->command].name);
        return usage_hint(error, "see ksearch %s --help", cli_commands[options->command].name);
    }
    if (argument[1] != '-' && argument[2]) value = argument + 2;
    if (argument[1] == '-' && strchr(argument, '=')) value = strchr(argument, '=') + 1;
    if (!flag->argument && value) return usage_error(error, "--%s takes no value", flag->name);
    if (flag->argument && !value) {
        if (*at >= argc) return usage_error(error, "--%s needs a value: %s", flag->name, flag->argument);
        value = argv[(*at)++];
    }
    return set_value(options, flag, value ? value : "", error);
}

/* ---- The whole line ---- */

static ks_status check_format(cli_options *options, ks_error *error) {
    if (options->format == CLI_FORMAT_UNSET)
        options->format = options->batch ? CLI_FORMAT_JSON : CLI_FORMAT_TEXT;
    if (options->batch && (options->format == CLI_FORMAT_TEXT || options->format == CLI_FORMAT_IDS))
        return usage_error(error, "--batch answers in the form json or trec");
    if (options->fields_given && options->format == CLI_FORMAT_TEXT) {
        usage_error(error, "--fields chooses members of JSON hits");
        return usage_hint(error, "add --json or --jsonl");
    }
    return KS_OK;
}

static ks_status check_arguments(cli_options *options, ks_error *error) {
    size_t count = options->argument_count;
    switch (options->command) {
    case CLI_SEARCH:
        if (options->batch && count) return usage_error(error, "--batch takes no query besides");
        if (!options->batch && !count) return usage_error(error, "a query is missing");
        break;
    case CLI_INDEX:
        if (!count) return usage_error(error, "a source to index is missing");
        break;
    case CLI_SHOW:
        if (!count) return usage_error(error, "an id is missing");
        break;
    case CLI_EXPLAIN:
        if (!count) return usage_error(error, "a query is missing");
        if (count <= 2) break;
        usage_error(error, "explain takes one query and at most one id");
        return usage_hint(error, "quote a query of several words");
    case CLI_STATUS:
    case CLI_CHECK:
    case CLI_OPTIMIZE:
    case CLI_SCHEMA:
        if (!count) break;
        usage_error(error, "%s takes no arguments", cli_commands[options->command].name);
        return usage_hint(error, "to search for it: ksearch -- %s …", cli_commands[options->command].name);
    case CLI_HELP:
        if (!options->arguments[0]) break;
        options->topic = cli_command_named(options->arguments[0]);
        if (options->topic == CLI_COMMAND_COUNT)
            return usage_error(error, "there is no command %s", options->arguments[0]);
        break;
    case CLI_FEED:
    case CLI_COMMAND_COUNT: break;
    }
    return check_format(options, error);
}

static void set_defaults(cli_options *options) {
    ks_search_options defaults;
    ks_search_options_init(&defaults);
    memset(options, 0, sizeof *options);
    options->topic = CLI_HELP;
    options->format = CLI_FORMAT_UNSET;
    options->match = (int)defaults.match;
    options->sort = (int)defaults.sort;
    options->limit = defaults.limit;
    options->tag_boost = defaults.tag_boost;
    options->fields = CLI_FIELD_ALL;
}

ks_status cli_options_parse(cli_options *options, int argc, char *const *argv, ks_error *error) {
    int at = 1;
    bool only_arguments = false;
    set_defaults(options);
    options->arguments = calloc((size_t)argc + 1, sizeof *options->arguments);
    if (!options->arguments) {
        usage_error(error, "out of memory");
        return error->code = KS_ERR_NOMEM;
    }
    if (at < argc && cli_command_named(argv[at]) != CLI_COMMAND_COUNT)
        options->command = cli_command_named(argv[at++]);
    while (at < argc) {
        if (only_arguments || argv[at][0] != '-' || !argv[at][1]) {
            options->arguments[options->argument_count++] = argv[at++];
        } else if (strcmp(argv[at], "--") == 0) {
            only_arguments = true;
            at++;
        } else {
            ks_status status = parse_flag(options, argc, argv, &at, error);
            if (status) return status;
        }
    }
    if (options->help || options->version) return KS_OK;
    return check_arguments(options, error);
}

void cli_options_free(cli_options *options) {
    free(options->arguments);
    options->arguments = NULL;
}

bool cli_options_want_json(int argc, char *const *argv) {
    static const char *const asking[] = {"--json",         "-j",     "--jsonl", "--format=json",
                                         "--format=jsonl", "-fjson", "-fjsonl", "--batch"};
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        for (size_t j = 0; j < sizeof asking / sizeof *asking; j++)
            if (strcmp(argv[i], asking[j]) == 0) return true;
        bool format = strcmp(argv[i], "--format") == 0 || strcmp(argv[i], "-f") == 0;
        if (format && i + 1 < argc && strncmp(argv[i + 1], "json", 4) == 0) return true;
        if (strncmp(argv[i], "--batch=", 8) == 0) return true;
    }
    return false;
}
