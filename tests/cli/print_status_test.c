/* The text of `status`, to the character. */
#include "tests/cli/support.h"

#include "cli/print_status.h"

static void test_all_of_it(void **state) {
    const ks_index_section sections[] = {
        {"terms", 200000}, {"postings", 600000}, {"deletions", 0}, {"store", 200000}, {"meta", 16}};
    const ks_index_info info = {.engine = "native",
                                .language = "english",
                                .generation = 12,
                                .records = 9000,
                                .terms = 1874321,
                                .bytes = 1000016,
                                .average_length = 96.25,
                                .segments = 3,
                                .deleted = 1000,
                                .sections = sections,
                                .section_count = 5};
    sink out;
    (void)state;
    sink_open(&out);
    cli_print_status(out.out, "/a\x1B[1m", &info);
    assert_printed(&out, "index      /a\xEF\xBF\xBD[1m\n"
                         "engine     native\n"
                         "language   english\n"
                         "records    9,000\n"
                         "deleted    1,000, 10.0 % of what is stored\n"
                         "segments   3\n"
                         "terms      1,874,321\n"
                         "size       1.0 MB\n"
                         "length     96.2 weighted terms in a record\n"
                         "generation 12\n"
                         "\n"
                         "what takes the room, in bytes\n"
                         "  postings    600,000   60.0 %\n"
                         "  terms       200,000   20.0 %\n"
                         "  store       200,000   20.0 %\n"
                         "  meta             16    0.0 %\n");
}

static void test_an_empty_index(void **state) {
    const ks_index_info info = {.engine = "xapian", .language = "none", .generation = 1};
    sink out;
    (void)state;
    sink_open(&out);
    cli_print_status(out.out, "x", &info);
    char *text = printed(&out);
    assert_non_null(strstr(text, "\nrecords    0\ndeleted    0\nsegments   0\n"));
    assert_null(strstr(text, "what takes the room"));
    assert_non_null(strstr(text, "\ngeneration 1\n"));
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_of_it),
        cmocka_unit_test(test_an_empty_index),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
