/* Out of memory at every single allocation: KS_ERR_NOMEM, nothing leaked (the sanitizer looks), and a success
 * once there is enough. */
#include "support.h"

#include "tests/support/allocation.h"

#include <cJSON.h>

/* cJSON is a library of its own, whose allocations would not count. */
static void *allocate(size_t size) {
    return malloc(size);
}

static int set_up(void **state) {
    cJSON_InitHooks(&(cJSON_Hooks){.malloc_fn = allocate, .free_fn = free});
    return make_folder(state);
}

static int tear_down(void **state) {
    cJSON_InitHooks(NULL);
    return remove_folder(state);
}

static ks_status parse(const char *text, size_t size, ks_error *error) {
    ks_record *record = NULL;
    ks_status status = ks_record_parse(&record, text, size, NULL, error);
    ks_record_free(record);
    return status;
}

static ks_status parse_whole(void *context, ks_error *error) {
    (void)context;
    return parse(
        BYTES("{\"id\":\"1\",\"author\":[\"a\",\"b\"],\"title\":\"T\",\"tags\":[\"t\"],\"body\":\"B\"}"),
        error);
}

static ks_status parse_and_derive(void *context, ks_error *error) {
    (void)context;
    return parse(
        BYTES(
            "{\"author\":\"a\",\"title\":\"\xFF\\u0000\",\"claims\":[\"c\"],\"x\":{\"y\":[1]},\"id\":null}"),
        error);
}

/* Strings that fill the arena's first block. */
static ks_status parse_long(void *context, ks_error *error) {
    static char text[20000];
    int used =
        snprintf(text, sizeof text, "{\"tags\":[\"%05000d\",\"%05000d\"],\"author\":[\"%04000d\"]}", 1, 2, 3);
    (void)context;
    return parse(text, (size_t)used, error);
}

static void parsing(void **state) {
    (void)state;
    assert_true(ks_test_each_allocation(parse_whole, NULL) > 0);
    assert_true(ks_test_each_allocation(parse_and_derive, NULL) > 0);
    assert_true(ks_test_each_allocation(parse_long, NULL) > 0);
}

static ks_status read_all(void *name, ks_error *error) {
    const ks_reader_options options = {.year = 2020, .word_list = "/dev/null"};
    ks_source_reader *reader = NULL;
    ks_source_item item = {.event = KS_SOURCE_REJECT};
    ks_status status = ks_source_open(&reader, path_of(name), &options, error);
    if (status) return status;
    do {
        status = ks_source_next(reader, &item, error);
        if (!status) ks_record_free(item.record);
    } while (!status && item.event != KS_SOURCE_END);
    ks_source_close(reader);
    return status;
}

static void reading(void **state) {
    (void)state;
    write_file("f.jsonl", BYTES("{\"id\":\"a\",\"title\":\"A\"}\nx\n{\"title\":\"B\"}\n"));
    write_file("f.json", BYTES("[{\"id\":\"a\",\"title\":\"A\"},\n{\"title\":\"B\"}]"));
    write_gzip("f.gz", "wb",
               BYTES("blog / ann / Jun 11 / failed\nGarden care.\nMore on it.\ngarden-carewater\n\"Water.\"\n"
                     "blog / ann / Foo 1\nblog / bob / Jun 10\nText.\none, two\n"));
    assert_true(ks_test_each_allocation(read_all, (char[]){"f.jsonl"}) > 0);
    assert_true(ks_test_each_allocation(read_all, (char[]){"f.json"}) > 0);
    assert_true(ks_test_each_allocation(read_all, (char[]){"f.gz"}) > 0);
    unlink(path_of("f.jsonl"));
    unlink(path_of("f.json"));
    unlink(path_of("f.gz"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing),
        cmocka_unit_test(reading),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
