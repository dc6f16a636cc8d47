/* The tables of docs/query-language.md: each row's query prints as its second column says, with the warning
 * of its third column, where that is one, and else without. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/searcher/query_dump.h"

#include <stdio.h>

static const char page[] = KS_SOURCE_DIR "/docs/query-language.md";

enum { LONGEST = 1024 };

/* The text between the backticks that open *at; NULL where it opens with something else. Steps behind the
 * cell's end. */
static const char *next_cell(char **at) {
    char *text = *at, *end;
    if (!text) return NULL;
    if (*text == '`') {
        end = strchr(++text, '`');
        assert_non_null(end);
        *end++ = '\0';
        *at = strstr(end, "| ");
        if (*at) *at += 2;
        return text;
    }
    end = strstr(text, " | ");
    *at = end ? end + 3 : NULL;
    return NULL;
}

static void check_row(char *line) {
    char *at = line + 2, *printed;
    const char *text = next_cell(&at), *expected = next_cell(&at), *warning = next_cell(&at);
    ks_query query;
    assert_non_null(text);
    assert_int_equal(ks_query_parse(&query, text, strlen(text), NULL), KS_OK);
    printed = print_tree(query.root);
    if (strcmp(printed, expected ? expected : "") != 0) print_error("query: %s\n", text);
    assert_string_equal(printed, expected ? expected : "");
    if (query.warning_count != (warning != NULL)) print_error("query: %s\n", text);
    assert_int_equal(query.warning_count, warning != NULL);
    if (warning) assert_string_equal(query.warnings[0], warning);
    free(printed);
    ks_query_free(&query);
}

/* In the tables of good queries the third column is prose, which never opens with code. */
static void the_tables_are_right(void **state) {
    char line[LONGEST];
    size_t rows = 0, warned = 0;
    FILE *file = fopen(page, "r");
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        assert_non_null(strchr(line, '\n'));
        if (strncmp(line, "| `", 3) != 0) continue;
        rows++;
        warned += strstr(line, "| `the ") || strstr(line, "taken as");
        check_row(line);
    }
    assert_int_equal(fclose(file), 0);
    assert_true(rows >= 80);
    assert_true(warned >= 15);
}

static bool page_says(const char *wanted) {
    char text[1 << 16];
    FILE *file = fopen(page, "r");
    size_t size;
    assert_non_null(file);
    size = fread(text, 1, sizeof text - 1, file);
    assert_int_equal(fclose(file), 0);
    text[size] = '\0';
    return strstr(text, wanted) != NULL;
}

static void the_limits_are_those_of_the_code(void **state) {
    char wanted[128];
    (void)state;
    assert_int_equal(KS_QUERY_LEAVES, 1024);
    assert_true(page_says("at most 1,024 words, phrases and filters"));
    snprintf(wanted, sizeof wanted, "Brackets nest at most %d deep", KS_QUERY_DEPTH);
    assert_true(page_says(wanted));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_are_right),
        cmocka_unit_test(the_limits_are_those_of_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
