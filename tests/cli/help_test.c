/* The help: everything in the tables is there, nothing is too wide. */
#include "tests/cli/support.h"

#include "cli/options.h"
#include "cli/text.h"

static char *help(cli_command topic, size_t width) {
    sink out;
    sink_open(&out);
    cli_help_print(out.out, topic, width);
    return printed(&out);
}

/* Whether the flag has a line of its own. */
static bool lists(const char *text, const cli_flag *flag) {
    char line[64];
    snprintf(line, sizeof line, " --%s%c", flag->name, flag->argument ? ' ' : '\0');
    for (const char *at = text; (at = strstr(at, line)); at++) {
        const char *start = at;
        while (start > text && start[-1] != '\n') start--;
        if (at - start <= 5 && (at[strlen(line)] == ' ' || flag->argument)) return true;
    }
    return false;
}

static void test_overview(void **state) {
    (void)state;
    char *text = help(CLI_HELP, 80);
    for (int i = 0; i < CLI_COMMAND_COUNT; i++) assert_non_null(strstr(text, cli_commands[i].summary));
    for (size_t i = 0; i < cli_flag_count; i++)
        if (!lists(text, &cli_flags[i])) fail_msg("--%s is not in the overview", cli_flags[i].name);
    assert_non_null(strstr(text, "Exit status: 0 hits, or done; 1 no hits; 2 error; 3 done in part."));
    free(text);
}

static void test_topics(void **state) {
    (void)state;
    for (int topic = 0; topic < CLI_HELP; topic++) {
        char *text = help((cli_command)topic, 80);
        for (size_t i = 0; i < cli_flag_count; i++) {
            bool belongs = cli_flags[i].commands & 1u << topic;
            if (lists(text, &cli_flags[i]) != belongs)
                fail_msg("--%s in the help of %s", cli_flags[i].name, cli_commands[topic].name);
        }
        assert_non_null(strstr(text, cli_commands[topic].name));
        assert_int_equal(count_of(text, "Examples:"), cli_commands[topic].examples != NULL);
        free(text);
    }
}

static void test_width(void **state) {
    static const size_t widths[] = {60, 80, 100, 200};
    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++)
        for (int topic = 0; topic < CLI_COMMAND_COUNT; topic++) {
            char *text = help((cli_command)topic, widths[w]), *end;
            for (char *line = text; *line; line = end + 1) {
                end = strchr(line, '\n');
                assert_non_null(end);
                assert_true(cli_text_width(line, (size_t)(end - line)) <=
                                (widths[w] < 100 ? widths[w] : 100) ||
                            strstr(line, "ksearch") != NULL);
            }
            free(text);
        }
}

/* The first words of a flag's help stand in column 24, beside its name or, where that is long, on the next
 * line. */
static void test_columns(void **state) {
    enum { COLUMN = 24 };
    static const size_t widths[] = {60, 80, 100};
    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        char *text = help(CLI_HELP, widths[w]);
        for (size_t i = 0; i < cli_flag_count; i++) {
            const cli_flag *flag = &cli_flags[i];
            char left[128], beside[256], below[256], first[24];
            size_t size;
            snprintf(first, sizeof first, "%.*s", (int)strcspn(flag->help, " "), flag->help);
            snprintf(left, sizeof left, "%c%c%c --%s%s%s", flag->letter ? '-' : ' ',
                     flag->letter ? flag->letter : ' ', flag->letter ? ',' : ' ', flag->name,
                     flag->argument ? " " : "", flag->argument ? flag->argument : "");
            size = strlen(left) + 2;
            snprintf(beside, sizeof beside, "\n  %s%*s%s", left, size < COLUMN ? (int)(COLUMN - size) : 0, "",
                     first);
            snprintf(below, sizeof below, "\n  %s\n%*s%s", left, COLUMN, "", first);
            if (!strstr(text, size + 2 <= COLUMN ? beside : below))
                fail_msg("--%s at %zu columns", flag->name, widths[w]);
        }
        free(text);
    }
}

static void test_usage(void **state) {
    sink out;
    (void)state;
    sink_open(&out);
    cli_help_usage(out.out);
    char *text = printed(&out);
    assert_true(count_of(text, "\n") <= 5);
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_true(cli_text_width(line, strcspn(line, "\n")) <= 80);
    for (int i = 0; i < CLI_COMMAND_COUNT; i++) assert_non_null(strstr(text, cli_commands[i].name));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overview), cmocka_unit_test(test_topics), cmocka_unit_test(test_width),
        cmocka_unit_test(test_columns),  cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
