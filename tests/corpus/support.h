/* What the tests of this room share: files in a folder of their own, and the transcript of a reading. */
#ifndef KS_TESTS_CORPUS_SUPPORT_H
#define KS_TESTS_CORPUS_SUPPORT_H

#include "base/buffer.h"
#include "corpus/reader.h"
#include "corpus/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/* Bytes with NULs inside as pointer and size. */
#define BYTES(literal) (literal), sizeof(literal) - 1

/* The test's own folder. A test program uses one at a time. */
static char folder[64];
static char path_in_folder[256];

static inline int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/ksearch-corpus-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

/* Tests unlink the files they make: an error here tells of one that was forgotten. */
static inline int remove_folder(void **state) {
    (void)state;
    return rmdir(folder);
}

/* The path of a file in the folder, valid until the next call. */
static inline const char *path_of(const char *name) {
    snprintf(path_in_folder, sizeof path_in_folder, "%s/%s", folder, name);
    return path_in_folder;
}

static inline const char *write_file(const char *name, const void *bytes, size_t size) {
    const char *path = path_of(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    return path;
}

/* Writes or appends (mode "wb", "ab") one gzip member. */
static inline const char *write_gzip(const char *name, const char *mode, const void *bytes, size_t size) {
    const char *path = path_of(name);
    gzFile file = gzopen(path, mode);
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes, (unsigned)size), (int)size);
    assert_int_equal(gzclose(file), Z_OK);
    return path;
}

/* The bytes of a file, NUL behind them; free() them. NULL where it cannot be read. */
static inline char *read_file(const char *path, size_t *size) {
    ks_buffer bytes = {0};
    char chunk[4096];
    size_t got;
    FILE *file = fopen(path, "rb");
    *size = 0;
    if (!file) return NULL;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0) ks_buffer_add(&bytes, chunk, got);
    fclose(file);
    *size = bytes.size;
    return ks_buffer_take(&bytes);
}

/* Reads to the end: a line for each record ("record LINE:BYTE ID"), each reject ("reject LINE:BYTE REASON"),
 * and for a failing call ("error CODE"). free() the result. */
static inline char *transcribe(ks_source_reader *reader) {
    ks_buffer out = {0};
    ks_source_item item;
    ks_error error;
    for (;;) {
        ks_status status = ks_source_next(reader, &item, &error);
        if (status) {
            assert_int_equal(error.code, status);
            assert_string_not_equal(error.message, "");
            ks_buffer_format(&out, "error %s\n", ks_status_name(status));
            break;
        }
        if (item.event == KS_SOURCE_END) break;
        ks_buffer_format(&out, "%s %" PRIu64 ":%" PRIu64 " ",
                         item.event == KS_SOURCE_RECORD ? "record" : "reject", item.line, item.byte);
        ks_buffer_format(&out, "%s\n", item.event == KS_SOURCE_RECORD ? item.record->id : item.reason);
        if (item.event == KS_SOURCE_RECORD) ks_record_free(item.record);
    }
    ks_buffer_str(&out, "");
    return ks_buffer_take(&out);
}

/* Opens and transcribes; where opening fails the transcript is "open CODE". */
static inline char *transcribe_file(const char *path, const ks_reader_options *options) {
    ks_source_reader *reader = NULL;
    ks_error error;
    ks_status status = ks_source_open(&reader, path, options, &error);
    char *text;
    if (status) {
        ks_buffer out = {0};
        assert_null(reader);
        assert_int_equal(error.code, status);
        ks_buffer_format(&out, "open %s\n", ks_status_name(status));
        return ks_buffer_take(&out);
    }
    text = transcribe(reader);
    ks_source_close(reader);
    return text;
}

/* Writes the bytes into a file of that name, reads it, and compares the transcripts. */
static inline void expect_transcript(const char *name, const char *bytes, size_t size, const char *expected) {
    char *text = transcribe_file(write_file(name, bytes, size), NULL);
    assert_string_equal(text, expected);
    free(text);
    unlink(path_of(name));
}

/* A small generator (SplitMix64), the same everywhere. */
static inline uint64_t next_random(uint64_t *state) {
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Changes, removes, doubles or inserts some bytes of text[0..*size), which has room for as many again. */
static inline void mutate(char *text, size_t *size, uint64_t *seed) {
    static const char favourites[] = "\0\"\\{}[],:u0d8\n\r \x80\xED\xFF/-";
    uint64_t count = next_random(seed) % 4 + 1;
    for (uint64_t i = 0; i<count && * size> 1; i++) {
        size_t at = (size_t)(next_random(seed) % *size);
        char byte = favourites[next_random(seed) % (sizeof favourites - 1)];
        switch (next_random(seed) % 4) {
        case 0: text[at] = byte; break;
        case 1: text[at] = (char)next_random(seed); break;
        case 2: memmove(text + at, text + at + 1, --*size - at); break;
        default:
            memmove(text + at + 1, text + at, (*size)++ - at);
            text[at] = byte;
            break;
        }
    }
}

#endif
