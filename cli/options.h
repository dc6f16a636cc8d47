/* The command line: commands, flags, parsing, help. May use ksearch.h and libc. */
#ifndef KS_CLI_OPTIONS_H
#define KS_CLI_OPTIONS_H

#include <ksearch/ksearch.h>

#include <stdio.h>

typedef enum cli_command {
    CLI_SEARCH,
    CLI_INDEX,
    CLI_FEED,
    CLI_SHOW,
    CLI_EXPLAIN,
    CLI_STATUS,
    CLI_CHECK,
    CLI_OPTIMIZE,
    CLI_SCHEMA,
    CLI_HELP,
    CLI_COMMAND_COUNT
} cli_command;

typedef struct cli_command_def {
    const char *name;
    const char *arguments; /* as the help shows them */
    const char *summary;   /* one line */
    const char *text;      /* a paragraph or two */
    const char *examples;  /* lines, or NULL */
} cli_command_def;

/* In the order of the choices of --format. CLI_FORMAT_UNSET becomes a default at the end of parsing. */
typedef enum cli_format {
    CLI_FORMAT_UNSET = -1,
    CLI_FORMAT_TEXT,
    CLI_FORMAT_JSON,
    CLI_FORMAT_JSONL,
    CLI_FORMAT_IDS,
    CLI_FORMAT_TREC
} cli_format;

/* The largest values that these flags accept. */
enum { CLI_LIMIT_MOST = 1000000, CLI_OFFSET_MOST = 1000000000, CLI_YEAR_MOST = 9999, CLI_THREADS_MOST = 256 };

/* The smallest value that --memory accepts, in bytes. */
enum { CLI_MEMORY_LEAST = 16 << 20 };

typedef enum cli_color { CLI_COLOR_AUTO, CLI_COLOR_ALWAYS, CLI_COLOR_NEVER } cli_color;

/* Members of a JSON hit that --fields can choose; id, rank, score and tier are always there. */
enum cli_field {
    CLI_FIELD_ID = 1 << 0,
    CLI_FIELD_KIND = 1 << 1,
    CLI_FIELD_AUTHOR = 1 << 2,
    CLI_FIELD_DATE = 1 << 3,
    CLI_FIELD_STATUS = 1 << 4,
    CLI_FIELD_TITLE = 1 << 5,
    CLI_FIELD_URL = 1 << 6,
    CLI_FIELD_SUMMARY = 1 << 7,
    CLI_FIELD_CLAIMS = 1 << 8,
    CLI_FIELD_TAGS = 1 << 9,
    CLI_FIELD_MATCHED = 1 << 10,
    CLI_FIELD_PASSAGES = 1 << 11,
    CLI_FIELD_ALL = (1 << 12) - 1
};

typedef struct cli_options {
    cli_command command;
    cli_command topic; /* of help: the command asked about; CLI_HELP for the overview */
    bool help, version;
    const char *index;
    int format; /* cli_format */
    int color;  /* cli_color */
    int sort;   /* ks_sort */
    int match;  /* ks_match */
    int count;  /* 1: exact */
    size_t limit, offset, year, threads;
    size_t memory; /* bytes; 0: the default */
    double tag_boost;
    unsigned fields; /* of enum cli_field */
    bool fields_given;
    bool no_pager, strict, keep_missing, quiet;
    const char *batch, *engine, *language;
    const char **arguments; /* the positional ones, from argv, and a NULL; cli_options_free frees the array */
    size_t argument_count;
} cli_options;

/* How a flag's value is read and where it goes. */
typedef enum cli_flag_kind {
    CLI_FLAG_SWITCH, /* sets a bool */
    CLI_FLAG_SET,    /* sets an int to `value` */
    CLI_FLAG_CHOICE, /* an int: the index of the value among the words of `argument` */
    CLI_FLAG_TEXT,   /* a string that is not empty */
    CLI_FLAG_COUNT,  /* a size_t, 0 to `value` */
    CLI_FLAG_SIZE,   /* a size_t of bytes, at least `value`; K, M and G stand for 2^10, 2^20 and 2^30 */
    CLI_FLAG_NUMBER, /* a double, 0 to `value` */
    CLI_FLAG_FIELDS  /* names joined with commas */
} cli_flag_kind;

typedef struct cli_flag {
    const char *name;     /* without the dashes */
    char letter;          /* short form, or 0 */
    const char *argument; /* as the help shows it; for CHOICE the words, joined with |; NULL: none */
    unsigned commands;    /* bit 1 << cli_command for each it belongs to */
    cli_flag_kind kind;
    size_t offset; /* in cli_options */
    long value;    /* SET: what to set; COUNT, NUMBER: the largest; SIZE: the smallest */
    const char *help;
} cli_flag;

/* The tables from which parsing and help are made. */
extern const cli_command_def cli_commands[CLI_COMMAND_COUNT];
extern const cli_flag cli_flags[];
extern const size_t cli_flag_count;

/* The command of that name, or CLI_COMMAND_COUNT. */
cli_command cli_command_named(const char *name);

/* Parses the command line into *options, with defaults for what it leaves out. KS_ERR_ARGUMENT, with a
 * message and perhaps a hint, if it makes no sense; or KS_ERR_NOMEM. Call cli_options_free in any case. */
ks_status cli_options_parse(cli_options *options, int argc, char *const *argv, ks_error *error);

void cli_options_free(cli_options *options);

/* Whether the command line asks for JSON. Does not parse it, so that errors in it can be reported in JSON,
 * too. */
bool cli_options_want_json(int argc, char *const *argv);

/* The name among names[0..count) that is most like the mistyped `word`; NULL if none is similar. */
const char *cli_nearest(const char *word, const char *const *names, size_t count);

/* Prints the overview, for CLI_HELP, or the help of one command, in `width` columns. */
void cli_help_print(FILE *out, cli_command topic, size_t width);

/* Prints the few lines that answer a command line without arguments. */
void cli_help_usage(FILE *out);

#endif
