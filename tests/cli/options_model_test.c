/* Reading the command line against a model: random lines are made together with what they must come to,
 * options in every spelling and order, some more than once, arguments between them, and lines that contradict
 * themselves. */
#include "tests/cli/support.h"

#include "cli/options.h"
#include "tests/support/random.h"

enum { ROUNDS = 30000, MOST_WORDS = 32, MOST_WORD = 48 };

/* A command line, and what it must be read as. */
typedef struct line {
    char words[MOST_WORDS][MOST_WORD];
    char *argv[MOST_WORDS + 1];
    int count;
    cli_options wanted;
    const char *arguments[MOST_WORDS];
    bool asks_json; /* some option asks for JSON, overruled later or not */
    bool format_given;
    bool dangling; /* ends in an option whose value is missing */
} line;

static char *add_word(line *it, const char *first, const char *rest) {
    char *word = it->words[it->count];
    assert_true(it->count < MOST_WORDS);
    assert_true(strlen(first) + strlen(rest) < MOST_WORD);
    strcpy(word, first);
    strcat(word, rest);
    it->argv[it->count++] = word;
    return word;
}

/* A value for the flag; for a choice *number is its place among the words. */
static const char *make_value(const cli_flag *flag, char *out, int *number, uint64_t *random) {
    static const char *const sizes[] = {"16M", "1G", "20000000", "16384k"};
    size_t choices = 1, at;
    *number = 0;
    switch (flag->kind) {
    case CLI_FLAG_SWITCH:
    case CLI_FLAG_SET: return NULL;
    case CLI_FLAG_CHOICE:
        for (const char *c = flag->argument; *c; c++) choices += *c == '|';
        *number = (int)ks_test_below(random, choices);
        at = 0;
        for (int n = *number; n > 0; at++) n -= flag->argument[at] == '|';
        snprintf(out, MOST_WORD, "%.*s", (int)strcspn(flag->argument + at, "|"), flag->argument + at);
        break;
    case CLI_FLAG_TEXT: snprintf(out, MOST_WORD, "a=%zu -b", ks_test_below(random, 100)); break;
    case CLI_FLAG_COUNT:
        snprintf(out, MOST_WORD, "%zu", ks_test_below(random, (size_t)flag->value + 1));
        break;
    case CLI_FLAG_SIZE: strcpy(out, sizes[ks_test_below(random, 4)]); break;
    case CLI_FLAG_NUMBER: snprintf(out, MOST_WORD, "%zu.25", ks_test_below(random, 9)); break;
    case CLI_FLAG_FIELDS: strcpy(out, ks_test_below(random, 2) ? "title,url" : "tags"); break;
    }
    return out;
}

static size_t bytes_of(const char *size) {
    size_t unit = strchr(size, 'M') ? 1 << 20 : strchr(size, 'G') ? 1 << 30 : strchr(size, 'k') ? 1 << 10 : 1;
    return (size_t)strtoull(size, NULL, 10) * unit;
}

static bool is(const cli_flag *flag, const char *name) {
    return strcmp(flag->name, name) == 0;
}

static void want_format(line *it, int format) {
    it->wanted.format = format;
    it->format_given = true;
    if (format == CLI_FORMAT_JSON || format == CLI_FORMAT_JSONL) it->asks_json = true;
}

/* By their names, since a wrong place in the table would be as wrong in what is made from it. */
static void want_value(line *it, const cli_flag *flag, const char *value, int number) {
    cli_options *to = &it->wanted;
    if (is(flag, "format")) want_format(it, number);
    if (is(flag, "json")) want_format(it, CLI_FORMAT_JSON);
    if (is(flag, "jsonl")) want_format(it, CLI_FORMAT_JSONL);
    if (is(flag, "fields")) {
        to->fields = *value == 't' && value[1] == 'i' ? CLI_FIELD_TITLE | CLI_FIELD_URL : CLI_FIELD_TAGS;
        to->fields_given = true;
    }
    if (is(flag, "limit")) to->limit = strtoul(value, NULL, 10);
    if (is(flag, "offset")) to->offset = strtoul(value, NULL, 10);
    if (is(flag, "sort")) to->sort = number;
    if (is(flag, "match")) to->match = number;
    if (is(flag, "tag-boost")) to->tag_boost = *value - '0' + 0.25;
    if (is(flag, "count")) to->count = number;
    if (is(flag, "batch")) {
        to->batch = value;
        it->asks_json = true;
    }
    if (is(flag, "engine")) to->engine = value;
    if (is(flag, "language")) to->language = value;
    if (is(flag, "year")) to->year = strtoul(value, NULL, 10);
    if (is(flag, "strict")) to->strict = true;
    if (is(flag, "keep-missing")) to->keep_missing = true;
    if (is(flag, "memory")) to->memory = bytes_of(value);
    if (is(flag, "threads")) to->threads = strtoul(value, NULL, 10);
    if (is(flag, "quiet")) to->quiet = true;
    if (is(flag, "index")) to->index = value;
    if (is(flag, "color")) to->color = number;
    if (is(flag, "no-pager")) to->no_pager = true;
}

/* In one of its spellings. */
static void add_flag(line *it, const cli_flag *flag, uint64_t *random) {
    char name[MOST_WORD], made[MOST_WORD];
    int number;
    const char *value = make_value(flag, made, &number, random);
    bool is_short = flag->letter && ks_test_below(random, 2), apart = ks_test_below(random, 2);
    if (is_short)
        snprintf(name, sizeof name, "-%c", flag->letter);
    else
        snprintf(name, sizeof name, "--%s%s", flag->name, value && !apart ? "=" : "");
    if (!value) {
        add_word(it, name, "");
    } else if (apart) {
        add_word(it, name, "");
        value = add_word(it, value, "");
    } else {
        value = add_word(it, name, value) + strlen(name);
    }
    want_value(it, flag, value, number);
}

static void add_argument(line *it, bool any, uint64_t *random) {
    static const char *const words[] = {"pong",      "a=b", "-",      "\u7b56", "",
                                        "two words", "-x",  "--json", "--",     "-n"};
    const char *word = words[ks_test_below(random, any ? 10 : 6)];
    it->arguments[it->wanted.argument_count++] = add_word(it, word, "");
}

static void make_line(line *it, uint64_t *random) {
    memset(it, 0, sizeof *it);
    it->wanted = (cli_options){.topic = CLI_HELP,
                               .limit = 10,
                               .tag_boost = 1,
                               .fields = CLI_FIELD_ALL,
                               .match = KS_MATCH_AUTO,
                               .sort = KS_SORT_SCORE};
    it->wanted.command = (cli_command)ks_test_below(random, CLI_HELP);
    add_word(it, "ksearch", "");
    if (it->wanted.command != CLI_SEARCH || ks_test_below(random, 2))
        add_word(it, cli_commands[it->wanted.command].name, "");
    for (size_t n = ks_test_below(random, 7); n > 0; n--) {
        const cli_flag *flag = &cli_flags[ks_test_below(random, cli_flag_count)];
        if (flag->commands & 1u << it->wanted.command && !is(flag, "help") && !is(flag, "version"))
            add_flag(it, flag, random);
        else
            add_argument(it, false, random);
    }
    if (ks_test_below(random, 12) == 0) {
        it->dangling = it->wanted.command != CLI_SCHEMA;
        if (it->dangling) add_word(it, ks_test_below(random, 2) ? "-i" : "--index", "");
    } else if (ks_test_below(random, 3) == 0) {
        add_word(it, "--", "");
        for (size_t n = ks_test_below(random, 3); n > 0; n--) add_argument(it, true, random);
    }
    if (!it->format_given) it->wanted.format = it->wanted.batch ? CLI_FORMAT_JSON : CLI_FORMAT_TEXT;
}

/* What is wrong with the line as a whole, or NULL. */
static const char *contradiction(const line *it) {
    const cli_options *of = &it->wanted;
    static const char *const missing[] = {[CLI_SEARCH] = "a query is missing",
                                          [CLI_INDEX] = "a source to index is missing",
                                          [CLI_SHOW] = "an id is missing",
                                          [CLI_EXPLAIN] = "a query is missing"};
    bool takes_none = of->command >= CLI_STATUS;
    if (it->dangling) return "--index needs a value: PATH";
    if (of->batch && of->argument_count) return "--batch takes no query besides";
    if (!of->batch && !of->argument_count && of->command <= CLI_EXPLAIN && missing[of->command])
        return missing[of->command];
    if (of->command == CLI_EXPLAIN && of->argument_count > 2)
        return "explain takes one query and at most one id";
    if (takes_none && of->argument_count) return "takes no arguments";
    if (of->batch && (of->format == CLI_FORMAT_TEXT || of->format == CLI_FORMAT_IDS))
        return "--batch answers in the form json or trec";
    if (of->fields_given && of->format == CLI_FORMAT_TEXT) return "--fields chooses members of JSON hits";
    return NULL;
}

static void same_text(const char *left, const char *right) {
    if (left && right)
        assert_string_equal(left, right);
    else
        assert_true(left == right);
}

static void same_options(const cli_options *got, const line *it) {
    const cli_options *wanted = &it->wanted;
    assert_int_equal(got->command, wanted->command);
    assert_int_equal(got->topic, wanted->topic);
    assert_int_equal(got->format, wanted->format);
    assert_int_equal(got->color, wanted->color);
    assert_int_equal(got->sort, wanted->sort);
    assert_int_equal(got->match, wanted->match);
    assert_int_equal(got->count, wanted->count);
    assert_int_equal(got->limit, wanted->limit);
    assert_int_equal(got->offset, wanted->offset);
    assert_int_equal(got->year, wanted->year);
    assert_int_equal(got->threads, wanted->threads);
    assert_int_equal(got->memory, wanted->memory);
    assert_true(got->tag_boost == wanted->tag_boost);
    assert_int_equal(got->fields, wanted->fields);
    assert_int_equal(got->fields_given, wanted->fields_given);
    assert_int_equal(got->no_pager, wanted->no_pager);
    assert_int_equal(got->strict, wanted->strict);
    assert_int_equal(got->keep_missing, wanted->keep_missing);
    assert_int_equal(got->quiet, wanted->quiet);
    assert_false(got->help || got->version);
    same_text(got->index, wanted->index);
    same_text(got->batch, wanted->batch);
    same_text(got->engine, wanted->engine);
    same_text(got->language, wanted->language);
    assert_int_equal(got->argument_count, wanted->argument_count);
    for (size_t i = 0; i < wanted->argument_count; i++) assert_ptr_equal(got->arguments[i], it->arguments[i]);
    assert_null(got->arguments[wanted->argument_count]);
}

static void print_line(const line *it) {
    for (int i = 0; i < it->count; i++) print_message("[%s] ", it->argv[i]);
    print_message("\n");
}

static void random_lines(void **state) {
    uint64_t random = ks_test_seed(4430);
    size_t accepted = 0, refused = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static line it;
        cli_options options;
        ks_error error = {0};
        make_line(&it, &random);
        const char *wrong = contradiction(&it);
        ks_status status = cli_options_parse(&options, it.count, it.argv, &error);
        if ((status != KS_OK) != (wrong != NULL)) {
            print_line(&it);
            fail_msg("%s, not %s", status ? error.message : "accepted", wrong ? wrong : "accepted");
        }
        if (wrong) {
            assert_int_equal(status, KS_ERR_ARGUMENT);
            assert_non_null(strstr(error.message, wrong));
            refused++;
        } else {
            same_options(&options, &it);
            accepted++;
        }
        assert_int_equal(cli_options_want_json(it.count, it.argv), it.asks_json);
        cli_options_free(&options);
    }
    assert_true(accepted > ROUNDS / 10 && refused > ROUNDS / 10);
}

/* Whatever stands on the line, it is read to its end or refused with a message, and the last word of all
 * being an option that wants a value is never read beyond. */
static void lines_of_anything(void **state) {
    static const char *const words[] = {
        "-",   "--",  "---",    "-n",      "-n5",     "--limit", "--limit=", "--=",      "-=", "-j",
        "-jj", "-hV", "--json", "--json=", "--index", "index",   "help",     "--help",   "-V", "--batch",
        "-i",  "",    "=",      "-é",      "feed",    "--fie",   "-f",       "--version"};
    uint64_t random = ks_test_seed(4431);
    size_t accepted = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        static line it;
        cli_options options;
        ks_error error = {0};
        memset(&it, 0, sizeof it);
        add_word(&it, "ksearch", "");
        for (size_t n = ks_test_below(&random, 5); n > 0; n--)
            add_word(&it, words[ks_test_below(&random, sizeof words / sizeof *words)], "");
        ks_status status = cli_options_parse(&options, it.count, it.argv, &error);
        assert_true(status == KS_OK || status == KS_ERR_ARGUMENT);
        assert_int_equal(*error.message != '\0', status != KS_OK);
        assert_true(options.argument_count < (size_t)it.count);
        for (size_t i = 0; i < options.argument_count; i++) assert_non_null(options.arguments[i]);
        if (!status && !options.help && !options.version) assert_true(options.format != CLI_FORMAT_UNSET);
        accepted += status == KS_OK;
        cli_options_free(&options);
    }
    assert_true(accepted > ROUNDS / 20 && accepted < ROUNDS - ROUNDS / 20);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_lines),
        cmocka_unit_test(lines_of_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
