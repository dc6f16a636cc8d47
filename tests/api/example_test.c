/* The program in the public header's comment compiles, alone with that header, and works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ksearch/ksearch.h>

#include "base/buffer.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The lines of the comment that are set in by four more blanks, as the body of main. */
static void extract_example(const char *path) {
    char *text = ks_test_read(KS_SOURCE_DIR "/include/ksearch/ksearch.h", NULL);
    const char *at = strstr(text, "\n *     ");
    ks_buffer out = {0};
    assert_non_null(at);
    ks_buffer_str(&out, "#include <ksearch/ksearch.h>\n#include <stdio.h>\nint main(void) {\n");
    while (strncmp(at, "\n *     ", 8) == 0) {
        const char *end = strchr(at + 1, '\n');
        ks_buffer_add(&out, at + 8, (size_t)(end - at - 8));
        ks_buffer_char(&out, '\n');
        at = end;
    }
    ks_buffer_str(&out, "    return 0;\n}\n");
    assert_false(out.failed);
    ks_test_write(path, out.data, out.size);
    ks_buffer_free(&out);
    free(text);
}

static void make_index(const char *folder) {
    const char *source = KS_SOURCE_DIR "/corpus/sample";
    char place[KS_TEST_PATH];
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_sync_options_init(&options);
    ks_test_path(place, folder, "captures.index");
    if (ks_sync(&report, place, &source, 1, &options, &error)) fail_msg("%s", error.message);
    ks_sync_report_free(report);
}

/* Whether this build's library can be linked into a program that knows nothing of sanitizers. */
static bool is_sanitized(void) {
    return system("nm -D '" KS_BUILD_DIR "/libksearch.so' 2>/dev/null | grep -q __asan_init") == 0;
}

static void run_example(const char *folder, const char *compiler, const char *flags, const char *output) {
    char command[6000];
    snprintf(command, sizeof command,
             "cd '%s' && %s -Wall -Wextra -pedantic -Werror %s %s -I'" KS_SOURCE_DIR
             "/include' -o example example.c -L'" KS_BUILD_DIR "' -lksearch -Wl,-rpath,'" KS_BUILD_DIR
             "' && LD_LIBRARY_PATH='" KS_BUILD_DIR "' ./example >%s 2>&1",
             folder, compiler, flags, is_sanitized() ? "-fsanitize=address,undefined" : "", output);
    if (system(command) != 0) {
        char path[KS_TEST_PATH];
        fail_msg("%s\n%s", command,
                 access(ks_test_path(path, folder, output), R_OK) == 0 ? ks_test_read(path, NULL) : "");
    }
}

static void the_example(void **state) {
    char path[KS_TEST_PATH], *text;
    const char *folder = *state;
    if (system("cc --version >/dev/null 2>&1") != 0) skip();
    if (access(KS_BUILD_DIR "/libksearch.so", R_OK) != 0) skip();
    extract_example(ks_test_path(path, folder, "example.c"));
    run_example(folder, "cc", "-std=c99", "without");
    text = ks_test_read(ks_test_path(path, folder, "without"), NULL);
    assert_string_equal(text, "there is no index at captures.index\n");
    free(text);
    make_index(folder);
    run_example(folder, "cc", "-std=c17", "with");
    text = ks_test_read(ks_test_path(path, folder, "with"), NULL);
    assert_non_null(strchr(text, '\n'));
    assert_non_null(strchr(text, '.'));
    free(text);
}

static void versions(void **state) {
    (void)state;
    assert_string_equal(ks_version(), "0.1.0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_example, ks_test_folder_setup, ks_test_folder_teardown),
        cmocka_unit_test(versions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
