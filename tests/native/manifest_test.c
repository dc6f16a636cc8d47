/* The manifest: its bytes against a file made by hand, damage, features, faults, and processes at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/manifest.h"

#include "native/bytes.h"
#include "native/small_file.h"
#include "tests/native/faults.h"
#include "tests/support/random.h"

#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static ks_term term(const char *text) {
    return (ks_term){text, (uint32_t)strlen(text)};
}

/* ---- Files made by hand ---- */

static void put_string(ks_buffer *out, const char *text) {
    ks_add_u32(out, (uint32_t)strlen(text));
    ks_buffer_str(out, text);
}

static void put_head(ks_buffer *out, uint64_t generation) {
    ks_buffer_str(out, "KSINDEX1");
    ks_add_u64(out, generation);
}

static void put_features(ks_buffer *out, const char *more_to_read, const char *more_to_write) {
    ks_add_u32(out, more_to_read ? 3 : 2);
    put_string(out, "segments-4");
    if (more_to_read) put_string(out, more_to_read);
    put_string(out, "deletions-2");
    ks_add_u32(out, more_to_write ? 2 : 1);
    put_string(out, "sources-1");
    if (more_to_write) put_string(out, more_to_write);
}

static void put_segment(ks_buffer *out, ks_manifest_segment segment) {
    ks_add_u64(out, segment.number);
    ks_add_u64(out, segment.deletions_number);
    ks_add_u32(out, segment.documents);
    ks_add_u32(out, segment.deleted);
}

static void write_signed(const char *folder, ks_buffer *out) {
    char path[KS_TEST_PATH];
    ks_add_u64(out, ks_hash64(out->data, out->size, 0));
    ks_test_write(ks_test_path(path, folder, "manifest"), out->data, out->size);
    ks_buffer_free(out);
}

static void assert_load_fails(const char *folder, ks_status expected, const char *what) {
    ks_manifest loaded = {.generation = 77};
    ks_error err = {0};
    ks_status status = ks_manifest_load(&loaded, folder, &err);
    if (status != expected) fail_msg("%s: status %d, %s", what, (int)status, err.message);
    if (!strstr(err.message, what)) fail_msg("expected %s: %s", what, err.message);
    assert_int_equal(loaded.generation, 77); /* untouched */
}

/* ---- Round trips ---- */

static void assert_same_term(ks_term a, ks_term b) {
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.text, b.text, a.size);
}

static void assert_same_features(const ks_manifest_features *a, const ks_manifest_features *b) {
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) assert_same_term(a->names[i], b->names[i]);
}

static void assert_same(const ks_manifest *a, const ks_manifest *b) {
    assert_int_equal(a->generation, b->generation);
    assert_int_equal(a->next_number, b->next_number);
    assert_same_features(&a->read, &b->read);
    assert_same_features(&a->write, &b->write);
    assert_int_equal(a->segment_count, b->segment_count);
    for (size_t i = 0; i < a->segment_count; i++) {
        assert_int_equal(a->segments[i].number, b->segments[i].number);
        assert_int_equal(a->segments[i].deletions_number, b->segments[i].deletions_number);
        assert_int_equal(a->segments[i].documents, b->segments[i].documents);
        assert_int_equal(a->segments[i].deleted, b->segments[i].deleted);
    }
    assert_int_equal(a->value_count, b->value_count);
    for (size_t i = 0; i < a->value_count; i++) {
        assert_same_term(a->values[i].key, b->values[i].key);
        assert_same_term(a->values[i].value, b->values[i].value);
    }
}

static void make_random(ks_manifest *out, uint64_t *random) {
    ks_manifest_segment segments[40];
    size_t count = ks_test_below(random, 40);
    ks_manifest_init(out);
    out->generation = ks_test_random(random);
    out->next_number = 1000;
    for (size_t i = 0; i < count; i++) {
        bool deletions = ks_test_below(random, 2);
        segments[i] =
            (ks_manifest_segment){.number = 1 + ks_test_below(random, 999),
                                  .deletions_number = deletions ? 1 + ks_test_below(random, 999) : 0,
                                  .documents = UINT32_MAX,
                                  .deleted = deletions ? (uint32_t)ks_test_random(random) | 1 : 0};
    }
    assert_int_equal(ks_manifest_set_segments(out, segments, count, NULL), KS_OK);
    for (size_t i = ks_test_below(random, 10); i > 0; i--) {
        char key[24], value[300];
        snprintf(key, sizeof key, "key %zu", ks_test_below(random, 8));
        ks_test_random_bytes(random, value, sizeof value);
        assert_int_equal(
            ks_manifest_set(out, key, (ks_term){value, 1 + (uint32_t)ks_test_below(random, 300)}, NULL),
            KS_OK);
    }
}

static void random_round_trips(void **state) {
    uint64_t random = ks_test_seed(41);
    for (unsigned round = 0; round < 25; round++) {
        ks_manifest manifest, loaded;
        uint64_t generation;
        make_random(&manifest, &random);
        assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
        assert_int_equal(ks_manifest_load(&loaded, *state, NULL), KS_OK);
        assert_same(&loaded, &manifest);
        assert_int_equal(ks_manifest_check_write(&loaded, NULL), KS_OK);
        assert_int_equal(ks_manifest_peek_generation(*state, &generation, NULL), KS_OK);
        assert_int_equal(generation, manifest.generation);
        ks_manifest_free(&manifest);
        ks_manifest_free(&loaded);
    }
}

static void a_new_manifest(void **state) {
    ks_manifest manifest, loaded;
    ks_manifest_init(&manifest);
    assert_int_equal(manifest.generation, 0);
    assert_int_equal(manifest.next_number, 1);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    assert_int_equal(ks_manifest_load(&loaded, *state, NULL), KS_OK);
    assert_same(&loaded, &manifest);
    ks_manifest_free(&loaded);
    ks_manifest_free(&manifest);
    ks_manifest_free(&manifest);
}

static void the_layout_is_as_written_down(void **state) {
    static const ks_manifest_segment segments[] = {{5, 7, 100, 3}, {6, 0, 200, 0}};
    static const char *const features[] = {"segments-4", "deletions-2"};
    ks_manifest manifest;
    ks_buffer expected = {0};
    char path[KS_TEST_PATH], *bytes;
    size_t size;
    ks_manifest_init(&manifest);
    manifest.generation = 4;
    manifest.next_number = 8;
    assert_int_equal(ks_manifest_set_segments(&manifest, segments, 2, NULL), KS_OK);
    assert_int_equal(ks_manifest_set(&manifest, "language", term("english"), NULL), KS_OK);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    put_head(&expected, 4);
    ks_add_u32(&expected, 2);
    for (size_t i = 0; i < 2; i++) put_string(&expected, features[i]);
    ks_add_u32(&expected, 1);
    put_string(&expected, "sources-1");
    ks_add_u64(&expected, 8);
    ks_add_u32(&expected, 2);
    for (size_t i = 0; i < 2; i++) put_segment(&expected, segments[i]);
    ks_add_u32(&expected, 1);
    put_string(&expected, "language");
    put_string(&expected, "english");
    ks_add_u64(&expected, ks_hash64(expected.data, expected.size, 0));
    bytes = ks_test_read(ks_test_path(path, *state, "manifest"), &size);
    assert_int_equal(size, expected.size);
    assert_memory_equal(bytes, expected.data, size);
    free(bytes);
    ks_buffer_free(&expected);
    ks_manifest_free(&manifest);
}

static void metadata(void **state) {
    ks_manifest manifest;
    (void)state;
    ks_manifest_init(&manifest);
    assert_null(ks_manifest_get(&manifest, "a"));
    assert_int_equal(ks_manifest_set(&manifest, "a", term(""), NULL), KS_OK);
    assert_int_equal(manifest.value_count, 0);
    assert_int_equal(ks_manifest_set(&manifest, "a", term("1"), NULL), KS_OK);
    assert_int_equal(ks_manifest_set(&manifest, "ab", (ks_term){"2\0x", 3}, NULL), KS_OK);
    assert_int_equal(ks_manifest_set(&manifest, "", term("3"), NULL), KS_OK);
    assert_int_equal(ks_manifest_set(&manifest, "a", term("one"), NULL), KS_OK);
    assert_int_equal(manifest.value_count, 3);
    assert_same_term(*ks_manifest_get(&manifest, "a"), term("one"));
    assert_same_term(*ks_manifest_get(&manifest, "ab"), (ks_term){"2\0x", 3});
    assert_same_term(*ks_manifest_get(&manifest, ""), term("3"));
    assert_int_equal(ks_manifest_set(&manifest, "a", term(""), NULL), KS_OK);
    assert_null(ks_manifest_get(&manifest, "a"));
    assert_int_equal(manifest.value_count, 2);
    assert_same_term(*ks_manifest_get(&manifest, ""), term("3"));
    ks_manifest_free(&manifest);
}

static void too_much_for_a_file(void **state) {
    ks_manifest_segment segment = {1, 0, 1, 0};
    ks_manifest manifest;
    ks_manifest_init(&manifest);
    manifest.segments = &segment;
    manifest.segment_count = (size_t)UINT32_MAX + 1;
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_ERR_TOO_LARGE);
    assert_int_equal(ks_manifest_set_segments(&manifest, &segment, SIZE_MAX, NULL), KS_ERR_NOMEM);
    manifest.segment_count = 0;
    manifest.value_count = (size_t)UINT32_MAX + 1;
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_ERR_TOO_LARGE);
}

/* ---- What cannot be loaded ---- */

static void there_is_no_index(void **state) {
    char path[KS_TEST_PATH];
    uint64_t generation = 5;
    ks_error err;
    assert_load_fails(*state, KS_ERR_NO_INDEX, "there is no index at");
    assert_int_equal(ks_manifest_peek_generation(*state, &generation, &err), KS_ERR_NO_INDEX);
    assert_load_fails(ks_test_path(path, *state, "missing"), KS_ERR_NO_INDEX, "there is no index at");
    ks_test_write_text(path, "a file");
    assert_load_fails(path, KS_ERR_NO_INDEX, "there is no index at");
    assert_int_equal(mkdir(ks_test_path(path, *state, "manifest"), 0777), 0);
    assert_load_fails(*state, KS_ERR_CORRUPT, "/manifest: not a regular file");
    assert_int_equal(ks_manifest_peek_generation(*state, &generation, &err), KS_ERR_CORRUPT);
    assert_int_equal(generation, 5);
}

static char *some_bytes(const char *folder, size_t *size) {
    char path[KS_TEST_PATH];
    uint64_t random = 12;
    ks_manifest manifest;
    make_random(&manifest, &random);
    assert_int_equal(ks_manifest_store(&manifest, folder, NULL), KS_OK);
    ks_manifest_free(&manifest);
    return ks_test_read(ks_test_path(path, folder, "manifest"), size);
}

static void every_truncation_is_seen(void **state) {
    size_t size;
    char path[KS_TEST_PATH], *bytes = some_bytes(*state, &size);
    ks_test_path(path, *state, "manifest");
    for (size_t cut = 0; cut < size; cut++) {
        uint64_t generation = 0;
        unlink(path); /* some file systems are slow in overwriting */
        ks_test_write(path, bytes, cut);
        assert_load_fails(*state, KS_ERR_CORRUPT, "/manifest: ");
        assert_int_equal(ks_manifest_peek_generation(*state, &generation, NULL),
                         cut < 16 ? KS_ERR_CORRUPT : KS_OK);
    }
    ks_test_write(path, bytes, size + 1);
    assert_load_fails(*state, KS_ERR_CORRUPT, "/manifest: wrong checksum");
    free(bytes);
}

static void every_flipped_bit_is_seen(void **state) {
    size_t size;
    char path[KS_TEST_PATH], *bytes = some_bytes(*state, &size);
    ks_test_path(path, *state, "manifest");
    for (size_t bit = 0; bit < size * 8; bit++) {
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
        unlink(path);
        ks_test_write(path, bytes, size);
        assert_load_fails(*state, KS_ERR_CORRUPT, "/manifest: ");
        bytes[bit / 8] = (char)(bytes[bit / 8] ^ 1 << bit % 8);
    }
    free(bytes);
}

/* Every way to end early or to count wrong, the checksum being right. */
static void lies_with_a_right_checksum(void **state) {
    for (size_t cut = 0;; cut++) {
        ks_buffer out = {0};
        size_t whole;
        put_head(&out, 1);
        put_features(&out, NULL, NULL);
        ks_add_u64(&out, 3);
        ks_add_u32(&out, 1);
        put_segment(&out, (ks_manifest_segment){1, 2, 10, 5});
        ks_add_u32(&out, 1);
        put_string(&out, "key");
        put_string(&out, "value");
        whole = out.size;
        if (cut >= whole)
            ks_buffer_char(&out, 'x');
        else
            ks_buffer_truncate(&out, cut);
        write_signed(*state, &out);
        assert_load_fails(*state, KS_ERR_CORRUPT,
                          cut < 8       ? "/manifest: "
                          : cut < whole ? "too early"
                                        : "too long");
        if (cut >= whole) return;
    }
}

static void segments_without_sense(void **state) {
    static const ks_manifest_segment segments[] = {{0, 0, 1, 0}, {9, 0, 1, 0}, {UINT64_MAX, 0, 1, 0},
                                                   {1, 9, 1, 1}, {1, 2, 1, 2}, {1, 2, 1, 0},
                                                   {1, 0, 1, 1}};
    for (size_t i = 0; i < sizeof segments / sizeof *segments; i++) {
        ks_buffer out = {0};
        put_head(&out, 1);
        put_features(&out, NULL, NULL);
        ks_add_u64(&out, 9);
        ks_add_u32(&out, 1);
        put_segment(&out, segments[i]);
        ks_add_u32(&out, 0);
        write_signed(*state, &out);
        assert_load_fails(*state, KS_ERR_CORRUPT, "a segment that makes no sense");
    }
}

static void counts_that_lie(void **state) {
    for (unsigned which = 0; which < 4; which++) {
        ks_buffer out = {0};
        put_head(&out, 1);
        if (which == 0) {
            ks_add_u32(&out, UINT32_MAX);
        } else {
            put_features(&out, NULL, NULL);
            ks_add_u64(&out, 9);
            ks_add_u32(&out, which == 1 ? UINT32_MAX : 0);
        }
        if (which > 1) ks_add_u32(&out, which == 2 ? UINT32_MAX : 1);
        if (which == 3) {
            ks_add_u32(&out, UINT32_MAX);
            ks_add_u32(&out, 0);
        }
        write_signed(*state, &out);
        assert_load_fails(*state, KS_ERR_CORRUPT, "too early");
    }
}

/* ---- Features ---- */

static void unknown_features_to_read(void **state) {
    ks_buffer out = {0};
    ks_error err;
    ks_manifest loaded;
    put_head(&out, 3);
    put_features(&out, "segments-5", NULL);
    ks_buffer_str(&out, "a rest of another layout");
    write_signed(*state, &out);
    assert_load_fails(*state, KS_ERR_VERSION, "reading this index needs \"segments-5\"");
    assert_int_equal(ks_manifest_load(&loaded, *state, &err), KS_ERR_VERSION);
    assert_true(strlen(err.hint) > 0);
}

static void unknown_features_to_write(void **state) {
    ks_buffer out = {0};
    ks_error err;
    ks_manifest loaded, again;
    put_head(&out, 3);
    put_features(&out, NULL, "notes-9");
    ks_add_u64(&out, 1);
    ks_add_u32(&out, 0);
    ks_add_u32(&out, 0);
    write_signed(*state, &out);
    assert_int_equal(ks_manifest_load(&loaded, *state, &err), KS_OK);
    assert_int_equal(loaded.write.count, 2);
    assert_int_equal(ks_manifest_check_write(&loaded, &err), KS_ERR_VERSION);
    assert_non_null(strstr(err.message, "writing to this index needs \"notes-9\""));
    assert_int_equal(ks_manifest_store(&loaded, *state, NULL), KS_OK); /* features stay as they are */
    assert_int_equal(ks_manifest_load(&again, *state, &err), KS_OK);
    assert_same(&again, &loaded);
    ks_manifest_free(&again);
    ks_manifest_free(&loaded);
}

static void a_feature_that_begins_like_a_known_one(void **state) {
    static const char *const names[] = {"segments-", "segments-10", "", "Segments-1"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ks_buffer out = {0};
        put_head(&out, 3);
        put_features(&out, names[i], NULL);
        write_signed(*state, &out);
        assert_load_fails(*state, KS_ERR_VERSION, names[i]);
    }
}

/* ---- Faults ---- */

struct attempt {
    const char *folder;
    const ks_manifest *manifest;
};

static ks_status store_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    return ks_manifest_store(attempt->manifest, attempt->folder, err);
}

static ks_status load_attempt(void *context, ks_error *err) {
    const struct attempt *attempt = context;
    ks_manifest loaded;
    uint64_t generation;
    ks_status status = ks_manifest_load(&loaded, attempt->folder, err);
    if (status) return status;
    ks_manifest_free(&loaded);
    return ks_manifest_peek_generation(attempt->folder, &generation, err);
}

/* Of the first commit and of one that has something to replace. */
static void every_call_may_fail(void **state) {
    uint64_t random = 13;
    char path[KS_TEST_PATH];
    ks_manifest manifest;
    struct attempt attempt = {*state, &manifest};
    make_random(&manifest, &random);
    for (unsigned round = 0; round < 2; round++) {
        assert_true(each_io_fault(*state, store_attempt, &attempt, EIO, KS_ERR_IO) >= 11);
        assert_int_equal(each_io_fault(*state, load_attempt, &attempt, EIO, KS_ERR_IO), 6);
        assert_int_equal(each_call_fault(*state, load_attempt, &attempt, KS_TEST_FSTAT, EIO, KS_ERR_IO), 2);
        manifest.generation++;
        assert_true(each_io_fault(*state, store_attempt, &attempt, ENOSPC, KS_ERR_NO_SPACE) >= 11);
        manifest.generation++;
        assert_int_equal(unlink(ks_test_path(path, *state, "manifest")), 0);
    }
    ks_manifest_free(&manifest);
}

static void every_allocation_may_fail(void **state) {
    uint64_t random = 14;
    ks_manifest manifest;
    struct attempt attempt = {*state, &manifest};
    make_random(&manifest, &random);
    assert_true(each_allocation_fault(*state, store_attempt, &attempt) >= 4);
    assert_true(each_allocation_fault(*state, load_attempt, &attempt) >= 4);
    ks_manifest_free(&manifest);
}

static ks_status set_attempt(void *context, ks_error *err) {
    ks_manifest_segment segment = {1, 0, 1, 0};
    ks_manifest manifest;
    ks_status status;
    (void)context;
    ks_manifest_init(&manifest);
    status = ks_manifest_set_segments(&manifest, &segment, 1, err);
    if (!status) status = ks_manifest_set(&manifest, "key", term("value"), err);
    ks_manifest_free(&manifest);
    return status;
}

static void large_values_may_find_no_memory(void **state) {
    char *large = malloc(100000);
    ks_manifest manifest;
    assert_true(each_allocation_fault(*state, set_attempt, NULL) >= 1);
    assert_non_null(large);
    memset(large, 'x', 100000);
    ks_manifest_init(&manifest);
    assert_int_equal(ks_manifest_set(&manifest, "key", term("old"), NULL), KS_OK);
    ks_test_fail_allocation(1);
    assert_int_equal(ks_manifest_set(&manifest, "key", (ks_term){large, 100000}, NULL), KS_ERR_NOMEM);
    assert_true(ks_test_allocation_failed());
    assert_same_term(*ks_manifest_get(&manifest, "key"), term("old"));
    ks_manifest_free(&manifest);
    free(large);
}

static void interrupted_and_short_calls_go_on(void **state) {
    static const ks_test_call calls[] = {KS_TEST_OPEN, KS_TEST_READ, KS_TEST_WRITE, KS_TEST_FSYNC,
                                         KS_TEST_CLOSE};
    uint64_t random = 15;
    ks_manifest manifest, loaded;
    make_random(&manifest, &random);
    ks_test_short_io(7);
    for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
        for (size_t n = 1; n <= 3; n++) {
            ks_test_fail_call(calls[i], n, EINTR, false);
            assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
            assert_int_equal(ks_manifest_load(&loaded, *state, NULL), KS_OK);
            ks_test_io_failed(NULL);
            assert_same(&loaded, &manifest);
            ks_manifest_free(&loaded);
        }
    ks_test_short_io(0);
    ks_manifest_free(&manifest);
}

/* A file system without hard links: all goes well, only the way back is missing. */
static void without_hard_links(void **state) {
    ks_manifest manifest;
    uint64_t generation;
    ks_manifest_init(&manifest);
    if (!ks_test_can_fail_io()) skip();
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    manifest.generation = 2;
    ks_test_fail_call(KS_TEST_LINK, 1, EPERM, false);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    assert_true(ks_test_io_failed(NULL));
    assert_int_equal(ks_manifest_peek_generation(*state, &generation, NULL), KS_OK);
    assert_int_equal(generation, 2);
}

/* Whatever a killed writer has left does not stand in the way. */
static void leftovers_are_replaced(void **state) {
    char path[KS_TEST_PATH], *before;
    ks_manifest manifest;
    ks_manifest_init(&manifest);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    before = snapshot(*state);
    ks_test_write_text(ks_test_path(path, *state, "manifest.new"), "half");
    ks_test_write_text(ks_test_path(path, *state, "manifest.old"), "old");
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    assert_unchanged(*state, before);
    assert_int_equal(mkdir(ks_test_path(path, *state, "manifest.new"), 0777), 0);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_ERR_IO);
    assert_int_equal(rmdir(path), 0);
    assert_int_equal(mkdir(ks_test_path(path, *state, "manifest.old"), 0777), 0);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_ERR_IO);
    assert_int_equal(rmdir(path), 0);
    assert_unchanged(*state, before);
    free(before);
}

/* ---- Processes at once ---- */

static void commit_for_ever(const char *folder) {
    ks_manifest manifest;
    ks_manifest_init(&manifest);
    for (uint64_t generation = 1;; generation++) {
        char text[32];
        snprintf(text, sizeof text, "%llu", (unsigned long long)generation);
        manifest.generation = generation;
        if (ks_manifest_set(&manifest, "same", term(text), NULL) ||
            ks_manifest_store(&manifest, folder, NULL))
            _exit(1);
    }
}

/* A reader always finds a whole manifest, and a killed writer leaves one. */
static void readers_see_whole_generations(void **state) {
    uint64_t last = 0;
    ks_manifest manifest;
    int status;
    pid_t child;
    ks_manifest_init(&manifest);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) commit_for_ever(*state);
    for (unsigned loads = 0; loads < 500 || last < 10; loads++) {
        char text[32];
        uint64_t peeked = 0;
        assert_int_equal(ks_manifest_load(&manifest, *state, NULL), KS_OK);
        assert_true(manifest.generation >= last);
        last = manifest.generation;
        snprintf(text, sizeof text, "%llu", (unsigned long long)last);
        if (last > 0) assert_same_term(*ks_manifest_get(&manifest, "same"), term(text));
        ks_manifest_free(&manifest);
        assert_int_equal(ks_manifest_peek_generation(*state, &peeked, NULL), KS_OK);
        assert_true(peeked >= last);
    }
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(ks_manifest_load(&manifest, *state, NULL), KS_OK);
    assert_int_equal(ks_manifest_store(&manifest, *state, NULL), KS_OK);
    ks_manifest_free(&manifest);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, ks_test_folder_setup, ks_test_folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(random_round_trips),
        TEST(a_new_manifest),
        TEST(the_layout_is_as_written_down),
        TEST(metadata),
        TEST(too_much_for_a_file),
        TEST(there_is_no_index),
        TEST(every_truncation_is_seen),
        TEST(every_flipped_bit_is_seen),
        TEST(lies_with_a_right_checksum),
        TEST(segments_without_sense),
        TEST(counts_that_lie),
        TEST(unknown_features_to_read),
        TEST(unknown_features_to_write),
        TEST(a_feature_that_begins_like_a_known_one),
        TEST(every_call_may_fail),
        TEST(every_allocation_may_fail),
        TEST(large_values_may_find_no_memory),
        TEST(interrupted_and_short_calls_go_on),
        TEST(without_hard_links),
        TEST(leftovers_are_replaced),
        TEST(readers_see_whole_generations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
