/* Out of memory at every single allocation: KS_ERR_NOMEM, nothing leaked, and a success once there is enough.
 *
 * This program replaces malloc (which glibc allows a program to do) and lets the Nth call fail. The
 * sanitizers and other C libraries have no such door: there is nothing to test then. */
#include "support.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAN_FAIL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define CAN_FAIL 0
#endif
#endif
#ifndef CAN_FAIL
#ifdef __GLIBC__
#define CAN_FAIL 1
#else
#define CAN_FAIL 0
#endif
#endif

/* volatile: compilers know malloc as a function that changes no variable of the program. */
static volatile long calls_left = -1; /* until one fails; negative: none does */
static volatile long live;            /* allocations not yet freed */

#if CAN_FAIL

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);
void __libc_free(void *pointer);

static bool fails(void) {
    return calls_left >= 0 && calls_left-- == 0;
}

static void *counted(void *pointer) {
    if (pointer) live++;
    return pointer;
}

void *malloc(size_t size) {
    return fails() ? NULL : counted(__libc_malloc(size));
}

void *calloc(size_t count, size_t size) {
    return fails() ? NULL : counted(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size) {
    if (fails()) return NULL;
    return old ? __libc_realloc(old, size) : counted(__libc_malloc(size));
}

void free(void *pointer) {
    if (pointer) live--;
    __libc_free(pointer);
}

#endif

/* Valgrind puts its own malloc in the place of this one; then, too, there is nothing to test. */
static bool can_fail(void) {
    long before = live;
    ks_buffer probe = {0};
    bool can;
    ks_buffer_str(&probe, "x");
    can = live > before;
    ks_buffer_free(&probe);
    return can;
}

/* Runs `operation` with the first, second, … allocation failing until it passes. */
static void fail_each(ks_status (*operation)(ks_error *error)) {
    ks_status status = KS_ERR_NOMEM;
    long fail_at = 0;
    for (; status; fail_at++) {
        ks_error error = {0};
        long before = live;
        calls_left = fail_at;
        status = operation(&error);
        if (calls_left >= 0) {
            calls_left = -1;
            assert_int_equal(status, KS_OK); /* no allocation failed */
        } else if (status) {
            assert_int_equal(status, KS_ERR_NOMEM);
            assert_int_equal(error.code, KS_ERR_NOMEM);
        }
        assert_int_equal(live, before);
        assert_true(fail_at < 100000);
    }
    assert_true(fail_at > 3);
}

static ks_status parse(const char *text, size_t size, ks_error *error) {
    ks_record *record = NULL;
    ks_status status = ks_record_parse(&record, text, size, NULL, error);
    ks_record_free(record);
    return status;
}

static ks_status parse_whole(ks_error *error) {
    return parse(
        BYTES("{\"id\":\"1\",\"author\":[\"a\",\"b\"],\"title\":\"T\",\"tags\":[\"t\"],\"body\":\"B\"}"),
        error);
}

static ks_status parse_and_derive(ks_error *error) {
    return parse(
        BYTES(
            "{\"author\":\"a\",\"title\":\"\xFF\\u0000\",\"claims\":[\"c\"],\"x\":{\"y\":[1]},\"id\":null}"),
        error);
}

/* Strings that fill the arena's first block. */
static ks_status parse_long(ks_error *error) {
    static char text[20000];
    int used =
        snprintf(text, sizeof text, "{\"tags\":[\"%05000d\",\"%05000d\"],\"author\":[\"%04000d\"]}", 1, 2, 3);
    return parse(text, (size_t)used, error);
}

static void parsing(void **state) {
    (void)state;
    if (!can_fail()) skip();
    fail_each(parse_whole);
    fail_each(parse_and_derive);
    fail_each(parse_long);
}

static ks_status read_all(const char *name, ks_error *error) {
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

static ks_status read_jsonl(ks_error *error) {
    return read_all("f.jsonl", error);
}

static ks_status read_json(ks_error *error) {
    return read_all("f.json", error);
}

static ks_status read_gzip_feed(ks_error *error) {
    return read_all("f.gz", error);
}

static void reading(void **state) {
    (void)state;
    if (!can_fail()) skip();
    write_file("f.jsonl", BYTES("{\"id\":\"a\",\"title\":\"A\"}\nx\n{\"title\":\"B\"}\n"));
    write_file("f.json", BYTES("[{\"id\":\"a\",\"title\":\"A\"},\n{\"title\":\"B\"}]"));
    write_gzip("f.gz", "wb",
               BYTES("blog / ann / Jun 11 / failed\nGarden care.\nMore on it.\ngarden-carewater\n\"Water.\"\n"
                     "blog / ann / Foo 1\nblog / bob / Jun 10\nText.\none, two\n"));
    fail_each(read_jsonl);
    fail_each(read_json);
    fail_each(read_gzip_feed);
    unlink(path_of("f.jsonl"));
    unlink(path_of("f.json"));
    unlink(path_of("f.gz"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing),
        cmocka_unit_test(reading),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
