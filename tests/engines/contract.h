/* What the tests of the engine contract share: they run for every engine, in a folder of each test's own. */
#ifndef KS_TESTS_ENGINES_CONTRACT_H
#define KS_TESTS_ENGINES_CONTRACT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "tests/support/documents.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const engine_names[] = {"xapian", "native"};
enum { ENGINES = sizeof engine_names / sizeof engine_names[0] };

static const ks_engine *engine;  /* the one under test */
static char place[KS_TEST_PATH]; /* of the index under test */
static ks_arena arena;           /* of the test that runs */

#define OK(call)                                                                                             \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        if (call) fail_msg("%s: %s", #call, error_.message);                                                 \
    } while (0)

/* The call fails with this code, and the error says so. */
#define FAILS(code_, call)                                                                                   \
    do {                                                                                                     \
        ks_error error_ = {0}, *err = &error_;                                                               \
        assert_int_equal(call, code_);                                                                       \
        assert_int_equal(error_.code, code_);                                                                \
        assert_int_not_equal(error_.message[0], 0);                                                          \
        err = NULL;                                                                                          \
        assert_int_equal(call, code_);                                                                       \
    } while (0)

static inline int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    return 0;
}

static inline int tear_down(void **state) {
    ks_arena_free(&arena);
    return ks_test_folder_teardown(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* Runs the tests once for each engine. */
#define RUN_FOR_EACH_ENGINE(tests)                                                                           \
    int main(void) {                                                                                         \
        int failed = 0;                                                                                      \
        for (size_t i = 0; i < ENGINES; i++) {                                                               \
            ks_error error = {0};                                                                            \
            if (ks_engine_by_name(&engine, engine_names[i], &error)) {                                       \
                print_error("%s\n", error.message);                                                          \
                return 99;                                                                                   \
            }                                                                                                \
            failed += cmocka_run_group_tests_name(engine_names[i], tests, NULL, NULL);                       \
        }                                                                                                    \
        return failed;                                                                                       \
    }

static inline ks_writer *write_index(void) {
    ks_writer *writer = NULL;
    OK(engine->write(&writer, place, NULL, err));
    assert_non_null(writer);
    return writer;
}

static inline ks_reader *read_index(void) {
    ks_reader *reader = NULL;
    OK(engine->open(&reader, place, err));
    assert_non_null(reader);
    return reader;
}

static inline void close_reader(ks_reader *reader) {
    reader->ops->close(reader);
}

/* Commits, closes, and returns the generation. */
static inline uint64_t finish(ks_writer *writer) {
    uint64_t generation = 0;
    OK(writer->ops->commit(writer, &generation, err));
    writer->ops->close(writer);
    return generation;
}

static inline void put(ks_writer *writer, const ks_test_spec *spec) {
    ks_document document = ks_test_document(&arena, spec);
    OK(writer->ops->put(writer, &document, err));
}

static inline void remove_id(ks_writer *writer, const char *id) {
    OK(writer->ops->remove(writer, ks_test_term(id), err));
}

/* What a reader tells, in short. */
static inline ks_docid doc_of(ks_reader *reader, const char *id) {
    ks_docid doc = 0;
    OK(reader->ops->find(reader, ks_test_term(id), &doc, err));
    return doc;
}

static inline uint64_t records_of(ks_reader *reader) {
    ks_engine_info info;
    OK(reader->ops->describe(reader, &info, err));
    return info.records;
}

static inline uint64_t generation_of(ks_reader *reader) {
    ks_engine_info info;
    OK(reader->ops->describe(reader, &info, err));
    return info.generation;
}

static inline uint64_t frequency_of_term(ks_reader *reader, const char *term) {
    uint64_t documents = 0;
    OK(reader->ops->documents(reader, ks_test_term(term), &documents, err));
    return documents;
}

/* The stored record of an id; "" where there is none. Lives as long as the test. */
static inline const char *stored_of(ks_reader *reader, const char *id) {
    ks_docid doc = doc_of(reader, id);
    ks_buffer text = {0};
    const char *copy;
    if (!doc) return "";
    OK(reader->ops->stored(reader, doc, &text, err));
    copy = ks_arena_copy(&arena, text.data ? text.data : "", text.size);
    ks_buffer_free(&text);
    return copy;
}

#endif
