/* What the libraries export: the shared library the names of the public header and no others, the engine's
 * module its entry alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buffer.h"
#include "tests/support/tempdir.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 200 };

struct names {
    char *items[MOST];
    size_t count;
};

static void add_name(struct names *names, const char *text, size_t size) {
    char *copy = calloc(1, size + 1);
    assert_non_null(copy);
    memcpy(copy, text, size);
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], copy) == 0) {
            free(copy);
            return;
        }
    assert_true(names->count < MOST);
    names->items[names->count++] = copy;
}

static int compare_names(const void *left, const void *right) {
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static char *sorted(struct names *names) {
    ks_buffer all = {0};
    qsort(names->items, names->count, sizeof names->items[0], compare_names);
    for (size_t i = 0; i < names->count; i++) {
        ks_buffer_format(&all, "%s\n", names->items[i]);
        free(names->items[i]);
    }
    names->count = 0;
    ks_buffer_str(&all, "");
    return ks_buffer_take(&all);
}

/* The names of functions behind each KS_API at the beginning of a line: the last word before the bracket. */
static char *names_of_header(void) {
    char *text = ks_test_read(KS_SOURCE_DIR "/include/ksearch/ksearch.h", NULL), *out;
    struct names names = {.count = 0};
    for (const char *at = text; (at = strstr(at, "\nKS_API ")); at++) {
        const char *end = strchr(at + 1, '('), *start = end;
        assert_non_null(end);
        while (isalnum((unsigned char)start[-1]) || start[-1] == '_') start--;
        add_name(&names, start, (size_t)(end - start));
    }
    assert_true(names.count > 10);
    out = sorted(&names);
    free(text);
    return out;
}

/* The defined dynamic symbols of a library that begin like ours, or NULL where nm is missing. */
static char *names_of_library(const char *path, const char *prefix) {
    char command[2000], line[1000];
    struct names names = {.count = 0};
    FILE *output;
    snprintf(command, sizeof command, "nm -D --defined-only '%s'", path);
    assert_non_null(output = popen(command, "r"));
    while (fgets(line, sizeof line, output)) {
        char name[1000];
        if (sscanf(line, "%*s %*s %999s", name) == 1 && strncmp(name, prefix, strlen(prefix)) == 0)
            add_name(&names, name, strcspn(name, "@"));
    }
    assert_int_equal(pclose(output), 0);
    return sorted(&names);
}

static void need_nm(void) {
    if (system("nm --version >/dev/null 2>&1") != 0) skip();
}

static void the_shared_library(void **state) {
    char *wanted, *got;
    (void)state;
    need_nm();
    if (access(KS_BUILD_DIR "/libksearch.so", R_OK) != 0) skip();
    wanted = names_of_header();
    got = names_of_library(KS_BUILD_DIR "/libksearch.so", "");
    assert_string_equal(wanted, got);
    free(wanted);
    free(got);
}

static void the_module(void **state) {
    char *got;
    (void)state;
    need_nm();
    if (access(KS_BUILD_DIR "/ksearch-xapian.so", R_OK) != 0) skip();
    got = names_of_library(KS_BUILD_DIR "/ksearch-xapian.so", "ks");
    assert_string_equal(got, "ks_engine_entry\n");
    free(got);
    got = names_of_library(KS_BUILD_DIR "/ksearch-xapian.so", "_ZN2ks"); /* names of our C++ namespace */
    assert_string_equal(got, "");
    free(got);
}

/* Every function of the header has its out-parameters first and ends with an error, or cannot fail. */
static void the_header_keeps_its_word(void **state) {
    char *text = ks_test_read(KS_SOURCE_DIR "/include/ksearch/ksearch.h", NULL);
    size_t failing = 0;
    (void)state;
    for (const char *at = text; (at = strstr(at, "\nKS_API ks_status ")); at++) {
        const char *end = strstr(at, ");");
        assert_non_null(end);
        assert_memory_equal(end - strlen("ks_error *error"), "ks_error *error", strlen("ks_error *error"));
        failing++;
    }
    assert_true(failing >= 6);
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shared_library),
        cmocka_unit_test(the_module),
        cmocka_unit_test(the_header_keeps_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
