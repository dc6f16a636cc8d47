/* Seeded mutations of good files of every format: never a crash, places within the file, and every source
 * ends. */
#include "support.h"

enum { ROUNDS = 3000 };

static const struct {
    const char *name, *text;
} files[] = {
    {"f.jsonl", "{\"id\":\"a\",\"title\":\"A\"}\n{\"summary\":\"S\",\"tags\":[\"t\"]}\r\n\n{\"body\":"
                "\"\\ud83d\\ude00\"}"},
    {"f.json",
     "[{\"id\":\"a\",\"title\":\"A\"},\n {\"claims\":[\"{]\",\"\\\"\"]} , [1], {\"title\":\"x\"}]\n"},
    {"f.json", "{\"id\":\"a\",\"title\":\"A\",\"x\":[[{}]]}\n"},
    {"f.txt", "Heading\nblog / ann / Jun 11 / failed\nGarden care and water.\ngarden-carewater\n\xE2\x80\x9C"
              "Water.\xE2\x80\x9D\npaper / bob / Apr 2, 2019\nText\nof two lines.\na-b, c-d\n\"Claim.\"\n"},
    {"f", "[{\"id\":\"a\",\"title\":\"A\"}]"},
    {"f", "blog / ann / Jun 11\nGarden care.\n"},
};

static void check_item(const ks_source_item *item, size_t size) {
    assert_in_range(item->line, 1, size + 1);
    assert_in_range(item->byte, 0, size);
    if (item->event == KS_SOURCE_RECORD) {
        assert_non_null(item->record);
        assert_int_equal(strlen(item->record->json), item->record->json_size);
        assert_string_equal(item->reason, "");
    } else {
        assert_null(item->record);
    }
    if (item->event == KS_SOURCE_REJECT) assert_string_not_equal(item->reason, "");
}

static void check_source(const char *path, size_t size) {
    const ks_reader_options options = {.year = 2020};
    ks_source_reader *reader = NULL;
    ks_source_item item;
    ks_error error;
    if (ks_source_open(&reader, path, &options, &error)) {
        assert_int_equal(error.code, KS_ERR_FORMAT);
        return;
    }
    for (size_t items = 0;; items++) {
        assert_true(items <= size);
        assert_int_equal(ks_source_next(reader, &item, &error), KS_OK);
        check_item(&item, size);
        ks_record_free(item.record);
        if (item.event == KS_SOURCE_END) break;
    }
    ks_source_close(reader);
}

static void mutated_files(void **state) {
    uint64_t seed = 4711;
    (void)state;
    print_message("seed %" PRIu64 "\n", seed);
    for (size_t round = 0; round < ROUNDS; round++) {
        size_t which = round % (sizeof files / sizeof *files);
        size_t size = strlen(files[which].text);
        char *text = malloc(2 * size);
        assert_non_null(text);
        memcpy(text, files[which].text, size);
        for (uint64_t i = 0; i <= round % 4; i++) mutate(text, &size, &seed);
        check_source(write_file(files[which].name, text, size), size);
        unlink(path_of(files[which].name));
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(mutated_files)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
