/* Reading the command line: every flag of the table, defaults, faults with their hints. */
#include "tests/cli/support.h"

#include "cli/options.h"

enum { MOST = 20 };

typedef struct line {
    int count;
    char *words[MOST];
} line;

/* Cuts at blanks; a word '' is the empty one, and ~ stands for a blank. */
static void cut(line *to, char *text, const char *from) {
    strcpy(text, from);
    to->count = 0;
    to->words[to->count++] = text;
    char *rest = NULL;
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        for (char *c = word; *c; c++)
            if (*c == '~') *c = ' ';
        if (strcmp(word, "''") == 0) *word = '\0';
        assert_true(to->count < MOST - 1);
        to->words[to->count++] = word;
    }
    to->words[to->count] = NULL;
}

static ks_status parse(cli_options *options, const char *text, ks_error *error) {
    static char copy[512];
    static line words;
    cut(&words, copy, text);
    memset(error, 0, sizeof *error);
    return cli_options_parse(options, words.count, words.words, error);
}

static cli_options parsed(const char *text) {
    cli_options options;
    ks_error error;
    if (parse(&options, text, &error)) fail_msg("%s: %s", text, error.message);
    return options;
}

static void assert_refused(const char *text, const char *message, const char *hint) {
    cli_options options;
    ks_error error;
    if (parse(&options, text, &error) != KS_ERR_ARGUMENT) fail_msg("%s is accepted", text);
    assert_int_equal(error.code, KS_ERR_ARGUMENT);
    assert_int_equal(error.position, -1);
    assert_string_equal(error.message, message);
    assert_string_equal(error.hint, hint);
    cli_options_free(&options);
}

static void test_defaults(void **state) {
    (void)state;
    cli_options options = parsed("pong");
    assert_int_equal(options.command, CLI_SEARCH);
    assert_int_equal(options.format, CLI_FORMAT_TEXT);
    assert_int_equal(options.limit, 10);
    assert_int_equal(options.offset, 0);
    assert_int_equal(options.sort, KS_SORT_SCORE);
    assert_int_equal(options.match, KS_MATCH_AUTO);
    assert_int_equal(options.count, 0);
    assert_int_equal(options.color, CLI_COLOR_AUTO);
    assert_int_equal(options.fields, CLI_FIELD_ALL);
    assert_true(options.tag_boost == 1.0);
    assert_false(options.help || options.version || options.no_pager || options.strict || options.quiet);
    assert_null(options.index);
    assert_null(options.batch);
    assert_int_equal(options.argument_count, 1);
    assert_string_equal(options.arguments[0], "pong");
    cli_options_free(&options);
    assert_null(options.arguments);
    cli_options_free(&options);
}

static void test_commands(void **state) {
    static const struct {
        const char *text;
        cli_command command;
        size_t arguments;
    } cases[] = {
        {"search a b", CLI_SEARCH, 2},   {"a b c", CLI_SEARCH, 3},
        {"index a", CLI_INDEX, 1},       {"feed", CLI_FEED, 0},
        {"feed a", CLI_FEED, 1},         {"show a b", CLI_SHOW, 2},
        {"explain a b", CLI_EXPLAIN, 2}, {"status", CLI_STATUS, 0},
        {"schema", CLI_SCHEMA, 0},       {"help", CLI_HELP, 0},
        {"-- index", CLI_SEARCH, 1},     {"--json index", CLI_SEARCH, 1},
        {"Index", CLI_SEARCH, 1},        {"indexes", CLI_SEARCH, 1},
        {"search index", CLI_SEARCH, 1}, {"search -- -a --b -", CLI_SEARCH, 3},
        {"-- --", CLI_SEARCH, 1},        {"index -", CLI_INDEX, 1},
        {"''", CLI_SEARCH, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cli_options options = parsed(cases[i].text);
        assert_int_equal(options.command, cases[i].command);
        assert_int_equal(options.argument_count, cases[i].arguments);
        cli_options_free(&options);
    }
    for (int i = 0; i < CLI_COMMAND_COUNT; i++) assert_int_equal(cli_command_named(cli_commands[i].name), i);
    assert_int_equal(cli_command_named(""), CLI_COMMAND_COUNT);
}

static void test_values(void **state) {
    (void)state;
    cli_options options =
        parsed("search --limit 5 --offset=20 -s new --match=all --tag-boost 0.5 --count exact q");
    assert_int_equal(options.limit, 5);
    assert_int_equal(options.offset, 20);
    assert_int_equal(options.sort, KS_SORT_NEW);
    assert_int_equal(options.match, KS_MATCH_ALL);
    assert_int_equal(options.count, 1);
    assert_true(options.tag_boost == 0.5);
    cli_options_free(&options);
    options = parsed("q -n5 -fids --color never --no-pager -i /a=b --sort old --match any");
    assert_int_equal(options.limit, 5);
    assert_int_equal(options.format, CLI_FORMAT_IDS);
    assert_int_equal(options.color, CLI_COLOR_NEVER);
    assert_true(options.no_pager);
    assert_string_equal(options.index, "/a=b");
    assert_int_equal(options.sort, KS_SORT_OLD);
    assert_int_equal(options.match, KS_MATCH_ANY);
    cli_options_free(&options);
    options =
        parsed("index --engine=xapian --language german --year 2020 --strict --keep-missing -q --json x");
    assert_string_equal(options.engine, "xapian");
    assert_string_equal(options.language, "german");
    assert_int_equal(options.year, 2020);
    assert_true(options.strict && options.keep_missing && options.quiet);
    assert_int_equal(options.format, CLI_FORMAT_JSON);
    assert_int_equal(options.threads, 0);
    assert_int_equal(options.memory, 0);
    cli_options_free(&options);
    options = parsed("index --threads 256 --memory=1G x");
    assert_int_equal(options.threads, 256);
    assert_int_equal(options.memory, (size_t)1 << 30);
    cli_options_free(&options);
}

static void test_sizes(void **state) {
    static const struct {
        const char *text;
        size_t bytes;
    } cases[] = {{"16M", (size_t)16 << 20},    {"16m", (size_t)16 << 20},  {"16777216", (size_t)16 << 20},
                 {"16384K", (size_t)16 << 20}, {"20000k", 20480000},       {"3g", (size_t)3 << 30},
                 {"20000001", 20000001},       {"0016M", (size_t)16 << 20}};
    static const char *const bad[] = {"0",
                                      "15M",
                                      "16777215",
                                      "M",
                                      "16",
                                      "16B",
                                      "16MB",
                                      "16T",
                                      "-16M",
                                      "1.5G",
                                      "0x10M",
                                      "16@",
                                      "99999999999999999999",
                                      "18446744073709551615G",
                                      "17179869184G"};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        cli_options options;
        snprintf(text, sizeof text, "index --memory %s x", cases[i].text);
        options = parsed(text);
        assert_int_equal(options.memory, cases[i].bytes);
        cli_options_free(&options);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char text[64], message[128];
        snprintf(message, sizeof message, "--memory: %s is not a size such as 512M or 1G, at least 16M",
                 bad[i]);
        snprintf(text, sizeof text, "index --memory=%s x", bad[i]);
        assert_refused(text, message, "");
    }
    assert_refused("index --memory= x", "--memory: '' is not a size such as 512M or 1G, at least 16M", "");
    assert_refused("index x --memory", "--memory needs a value: SIZE", "");
    assert_refused("index --memory=1~G x", "--memory: 1 G is not a size such as 512M or 1G, at least 16M",
                   "");
    assert_refused("q --memory 1G", "--memory does not belong to ksearch search",
                   "see ksearch search --help");
}

static void test_formats(void **state) {
    static const struct {
        const char *text;
        cli_format format;
    } cases[] = {
        {"q --format text", CLI_FORMAT_TEXT},    {"q --format json", CLI_FORMAT_JSON},
        {"q --json", CLI_FORMAT_JSON},           {"q -j", CLI_FORMAT_JSON},
        {"q --format=jsonl", CLI_FORMAT_JSONL},  {"q --jsonl", CLI_FORMAT_JSONL},
        {"q --format ids", CLI_FORMAT_IDS},      {"q -f trec", CLI_FORMAT_TREC},
        {"--batch -", CLI_FORMAT_JSON},          {"--batch - --format trec", CLI_FORMAT_TREC},
        {"--batch x --jsonl", CLI_FORMAT_JSONL}, {"q --json --format text", CLI_FORMAT_TEXT},
        {"status --json", CLI_FORMAT_JSON},      {"feed --jsonl", CLI_FORMAT_JSONL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cli_options options = parsed(cases[i].text);
        assert_int_equal(options.format, cases[i].format);
        cli_options_free(&options);
    }
}

static void test_fields(void **state) {
    (void)state;
    cli_options options = parsed("q --json --fields id");
    assert_int_equal(options.fields, CLI_FIELD_ID);
    cli_options_free(&options);
    options =
        parsed("q --json --fields title,matched_fields,passages,kind,author,date,status,url,summary,claims,"
               "tags,id,id");
    assert_int_equal(options.fields, CLI_FIELD_ALL);
    cli_options_free(&options);
    options = parsed("q --json --fields score,rank,tier");
    assert_int_equal(options.fields, CLI_FIELD_ID);
    cli_options_free(&options);
    assert_refused("q --json --fields titel", "--fields: titel is not a member of a hit",
                   "did you mean title?");
    assert_refused(
        "q --json --fields id,", "--fields: '' is not a member of a hit",
        "id, kind, author, date, status, title, url, summary, claims, tags, matched_fields, passages");
    assert_refused("q --fields id", "--fields chooses members of JSON hits", "add --json or --jsonl");
}

static void test_every_flag_is_read(void **state) {
    (void)state;
    for (size_t i = 0; i < cli_flag_count; i++) {
        const cli_flag *flag = &cli_flags[i];
        for (int command = 0; command < CLI_COMMAND_COUNT; command++) {
            char text[128], value[64];
            cli_options options;
            ks_error error;
            bool belongs = flag->commands & 1u << command;
            snprintf(value, sizeof value, "%.*s", (int)(flag->argument ? strcspn(flag->argument, "|") : 0),
                     flag->argument ? flag->argument : "");
            if (flag->kind == CLI_FLAG_COUNT || flag->kind == CLI_FLAG_NUMBER) strcpy(value, "3");
            if (flag->kind == CLI_FLAG_SIZE) strcpy(value, "16M");
            if (flag->kind == CLI_FLAG_FIELDS) strcpy(value, "id");
            snprintf(text, sizeof text, "%s --%s %s --help", cli_commands[command].name, flag->name, value);
            assert_int_equal(parse(&options, text, &error), belongs ? KS_OK : KS_ERR_ARGUMENT);
            if (!belongs) assert_non_null(strstr(error.message, "does not belong to"));
            cli_options_free(&options);
        }
    }
}

static void test_unknown_flags(void **state) {
    (void)state;
    assert_refused("--limt 4 x", "unknown option --limt", "did you mean --limit?");
    assert_refused("--limt=4 x", "unknown option --limt=4", "did you mean --limit?");
    assert_refused("index --jsno x", "unknown option --jsno", "did you mean --json?");
    assert_refused("status --frobnicate", "unknown option --frobnicate", "see ksearch status --help");
    assert_refused("pong -atari", "unknown option -atari",
                   "to leave out a word, put -- before the query: ksearch -- -atari");
    assert_refused("feed -atari", "unknown option -atari",
                   "to leave out a word, put -- before the query: ksearch feed -- -atari");
    assert_refused("pong -jx", "unknown option -jx",
                   "to leave out a word, put -- before the query: ksearch -- -jx");
    assert_refused("index -z x", "unknown option -z", "see ksearch index --help");
    assert_refused("q --strict", "--strict does not belong to ksearch search", "see ksearch search --help");
}

static void test_bad_values(void **state) {
    (void)state;
    assert_refused("q --limit", "--limit needs a value: N", "");
    assert_refused("q --limit x", "--limit: x is not a whole number from 0 to 1000000", "");
    assert_refused("q --limit -1", "--limit: -1 is not a whole number from 0 to 1000000", "");
    assert_refused("q --limit 1000001", "--limit: 1000001 is not a whole number from 0 to 1000000", "");
    assert_refused("q --limit 99999999999999999999999",
                   "--limit: 99999999999999999999999 is not a whole number from "
                   "0 to 1000000",
                   "");
    assert_refused("q --limit 5x", "--limit: 5x is not a whole number from 0 to 1000000", "");
    assert_refused("q --limit=", "--limit: '' is not a whole number from 0 to 1000000", "");
    assert_refused("index --threads 257 x", "--threads: 257 is not a whole number from 0 to 256", "");
    assert_refused("index --year 10000 x", "--year: 10000 is not a whole number from 0 to 9999", "");
    assert_refused("q --tag-boost -1", "--tag-boost: -1 is not a number from 0 to 1000000", "");
    assert_refused("q --tag-boost nan", "--tag-boost: nan is not a number from 0 to 1000000", "");
    assert_refused("q --tag-boost inf", "--tag-boost: inf is not a number from 0 to 1000000", "");
    assert_refused("q --tag-boost 1x", "--tag-boost: 1x is not a number from 0 to 1000000", "");
    assert_refused("q --tag-boost=", "--tag-boost: '' is not a number from 0 to 1000000", "");
    assert_refused("q --sort newest", "--sort: newest is not score|new|old", "");
    assert_refused("q --sort ne", "--sort: ne is not score|new|old", "");
    assert_refused("q --format jsn", "--format: jsn is not text|json|jsonl|ids|trec", "");
    assert_refused("q --index=", "--index: a value is missing", "");
    assert_refused("q --json=yes", "--json takes no value", "");
}

static void test_arguments(void **state) {
    (void)state;
    assert_refused("", "a query is missing", "");
    assert_refused("search", "a query is missing", "");
    assert_refused("--json", "a query is missing", "");
    assert_refused("index", "a source to index is missing", "");
    assert_refused("show", "an id is missing", "");
    assert_refused("explain", "a query is missing", "");
    assert_refused("explain a b c", "explain takes one query and at most one id",
                   "quote a query of several words");
    assert_refused("status x", "status takes no arguments", "to search for it: ksearch -- status …");
    assert_refused("schema x", "schema takes no arguments", "to search for it: ksearch -- schema …");
    assert_refused("help x", "there is no command x", "");
    assert_refused("--batch - x", "--batch takes no query besides", "");
    assert_refused("--batch - --format ids", "--batch answers in the form json or trec", "");
    assert_refused("--batch - --format text", "--batch answers in the form json or trec", "");
    assert_refused("--batch", "--batch needs a value: FILE", "");
}

static void test_help(void **state) {
    (void)state;
    cli_options options = parsed("help index");
    assert_int_equal(options.topic, CLI_INDEX);
    cli_options_free(&options);
    options = parsed("help");
    assert_int_equal(options.topic, CLI_HELP);
    cli_options_free(&options);
    options = parsed("index --help");
    assert_true(options.help);
    assert_int_equal(options.command, CLI_INDEX);
    cli_options_free(&options);
    options = parsed("-V");
    assert_true(options.version);
    cli_options_free(&options);
}

static void test_want_json(void **state) {
    static const struct {
        const char *text;
        bool json;
    } cases[] = {
        {"q --nope --json", true},
        {"q --jsonl", true},
        {"q -j", true},
        {"q --format json", true},
        {"q -f jsonl", true},
        {"q --format=jsonl", true},
        {"q -fjson", true},
        {"--batch", true},
        {"--batch=x", true},
        {"q", false},
        {"q -- --json", false},
        {"q --format", false},
        {"q --format ids", false},
        {"", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char copy[128];
        line words;
        cut(&words, copy, cases[i].text);
        assert_int_equal(cli_options_want_json(words.count, words.words), cases[i].json);
    }
}

static void test_nearest(void **state) {
    static const char *const names[] = {"limit", "offset", "json", "jsonl", "keep-missing"};
    static const struct {
        const char *word, *nearest;
    } cases[] = {
        {"limit", "limit"},    {"limt", "limit"},
        {"lmiit", "limit"},    {"limits", "limit"},
        {"json", "json"},      {"jsnol", "jsonl"},
        {"offfset", "offset"}, {"keepmissing", "keep-missing"},
        {"x", NULL},           {"", NULL},
        {"frobnicate", NULL},  {"a-word-that-is-longer-than-any-option-is", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *near = cli_nearest(cases[i].word, names, sizeof names / sizeof *names);
        if (cases[i].nearest)
            assert_string_equal(near, cases[i].nearest);
        else
            assert_null(near);
    }
    static const char *const longer[] = {"a-name-that-is-longer-than-the-table-of-the-distance"};
    assert_null(cli_nearest("limit", longer, 1));
}

/* Names and letters of the table are unique, or one flag would hide another. */
static void test_table(void **state) {
    (void)state;
    for (size_t i = 0; i < cli_flag_count; i++) {
        assert_true(*cli_flags[i].help);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(cli_flags[i].name, cli_flags[j].name);
            assert_false(cli_flags[i].letter && cli_flags[i].letter == cli_flags[j].letter);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_commands),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_every_flag_is_read),
        cmocka_unit_test(test_unknown_flags),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_help),
        cmocka_unit_test(test_want_json),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
