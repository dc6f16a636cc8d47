/* A whole life of a native index in small: a committed state, and a run that puts, replaces and removes
 * documents, flushes several segments, merges them and commits. The tests of this folder break it off in
 * every way. May be used by one test program, which is why it is a header of statics. */
#ifndef KS_TESTS_FAULTS_LIFE_H
#define KS_TESTS_FAULTS_LIFE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "tests/support/allocation.h"
#include "tests/support/checked.h"
#include "tests/support/digest.h"
#include "tests/support/documents.h"
#include "tests/support/io_faults.h"
#include "tests/support/kept_folder.h"
#include "tests/support/random.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the committed state are BASE_COMMITS commits of BASE_EACH documents, of each of which the next commit
 * replaces one and removes one. The run replaces, removes and adds CHANGES each. */
enum { BASE_COMMITS = 3, BASE_EACH = 6, CHANGES = 3, VERSIONS = 3 };
enum { LIFE_DOCUMENTS = BASE_COMMITS * BASE_EACH + 2 * CHANGES };

/* What a run does. */
typedef struct life {
    const char *name;
    size_t memory; /* of the writer; 1: every document becomes a segment, which are then merged */
    bool fresh;    /* nothing is there before */
    bool optimize;
} life;

static const life lives[] = {
    {"many segments, merged", 1, false, false},
    {"one segment", 0, false, false},
    {"a new index", 1, true, false},
    {"optimized", 1, false, true},
};
enum { LIVES = sizeof lives / sizeof lives[0] };

static char place[KS_TEST_PATH]; /* of the index */
static ks_arena arena;           /* of the test that runs */
static ks_document documents[LIFE_DOCUMENTS][VERSIONS];

/* The documents are made beforehand, so that a run allocates for the engine alone. */
static inline void make_documents(void) {
    for (int i = 0; i < LIFE_DOCUMENTS; i++)
        for (int version = 0; version < VERSIONS; version++) {
            uint64_t random = (uint64_t)i * 1000 + (uint64_t)version;
            char id[20];
            snprintf(id, sizeof id, "id%d", i);
            documents[i][version] = ks_test_random_document(&arena, id, &random);
        }
}

static inline int set_up(void **state) {
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    ks_test_lazy_sync(true);
    make_documents();
    return 0;
}

static inline int tear_down(void **state) {
    ks_test_lazy_sync(false);
    ks_arena_free(&arena);
    return ks_test_folder_teardown(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static inline ks_status put_number(ks_writer *writer, int number, int version, ks_error *err) {
    return writer->ops->put(writer, &documents[number][version], err);
}

static inline ks_status remove_number(ks_writer *writer, int number, ks_error *err) {
    char id[20];
    snprintf(id, sizeof id, "id%d", number);
    return writer->ops->remove(writer, ks_test_term(id), err);
}

static inline ks_writer *open_writer(size_t memory) {
    ks_writer_options options = {.memory = memory};
    ks_writer *writer = NULL;
    ks_error err = {0};
    if (ks_native_engine.write(&writer, place, &options, &err)) fail_msg("%s", err.message);
    return writer;
}

static inline void must(ks_status status, const ks_error *err) {
    if (status) fail_msg("%s", err->message);
}

/* Makes the committed state. */
static inline void make_base(void) {
    for (int commit = 0; commit < BASE_COMMITS; commit++) {
        ks_writer *writer = open_writer(0);
        ks_error err = {0};
        uint64_t generation;
        int first = commit * BASE_EACH;
        for (int i = 0; i < BASE_EACH; i++) must(put_number(writer, first + i, 0, &err), &err);
        if (commit) {
            must(put_number(writer, first - 1, 1, &err), &err);
            must(remove_number(writer, first - 2, &err), &err);
        }
        must(writer->ops->set_meta(writer, "language", ks_test_term("old"), &err), &err);
        must(writer->ops->commit(writer, &generation, &err), &err);
        writer->ops->close(writer);
    }
}

static inline ks_status count_visit(void *context, ks_term id, ks_error *err) {
    (void)id;
    (void)err;
    ++*(size_t *)context;
    return KS_OK;
}

/* Asks the writer itself for what it holds. */
static inline ks_status ask_writer(ks_writer *writer, ks_error *err) {
    ks_document_state found = {0};
    ks_buffer text = {0};
    size_t visited = 0;
    ks_status status = writer->ops->find(writer, ks_test_term("id1"), &found, err);
    if (!status && found.found) status = writer->ops->stored(writer, ks_test_term("id1"), &text, err);
    if (!status) status = writer->ops->get_meta(writer, "language", &text, err);
    if (!status) status = writer->ops->each(writer, 1, count_visit, &visited, err);
    free(found.sources);
    ks_buffer_free(&text);
    return status;
}

/* The last new documents go in through a lane where the engine has lanes. */
static inline ks_status put_new(ks_writer *writer, int first, int count, ks_error *err) {
    ks_lane *lane = NULL;
    ks_status status = writer->ops->lane ? writer->ops->lane(writer, &lane, err) : KS_OK;
    for (int i = first; i < first + count && !status; i++) {
        const ks_document *document = &documents[i][0];
        status = lane ? writer->ops->lane_put(lane, document, err) : writer->ops->put(writer, document, err);
    }
    if (!status && lane) status = writer->ops->lane_flush(lane, err);
    if (!status && lane) status = writer->ops->join(writer, err);
    return status;
}

static inline ks_status change(ks_writer *writer, const life *how, ks_error *err) {
    ks_status status = KS_OK;
    for (int i = 0; i < CHANGES && !status; i++) {
        status = put_number(writer, i, 2, err);
        if (!status) status = remove_number(writer, BASE_EACH + i, err);
        if (!status) status = put_number(writer, BASE_COMMITS * BASE_EACH + i, 0, err);
    }
    if (!status) status = ask_writer(writer, err);
    if (!status) status = put_new(writer, BASE_COMMITS * BASE_EACH + CHANGES, CHANGES, err);
    if (!status) status = writer->ops->set_meta(writer, "language", ks_test_term("new"), err);
    if (!status && how->optimize) status = writer->ops->optimize(writer, err);
    return status;
}

/* The run. *committed tells whether a commit reported success. */
static inline ks_status run_life(const life *how, bool *committed, ks_error *err) {
    ks_writer_options options = {.memory = how->memory};
    ks_writer *writer = NULL;
    uint64_t generation = 0;
    ks_status status = ks_native_engine.write(&writer, place, &options, err);
    *committed = false;
    if (status) return status;
    status = change(writer, how, err);
    if (!status) status = writer->ops->commit(writer, &generation, err);
    *committed = !status;
    writer->ops->close(writer);
    return status;
}

/* ---- States ---- */

/* What an index may be found as. */
typedef struct states {
    ks_test_kept base;     /* the files before the run */
    ks_buffer old, new;    /* digests; old is empty for a new index */
    ks_test_kept finished; /* the files after it */
} states;

static inline ks_status digest(ks_buffer *out) {
    return ks_test_digest(out, &ks_native_engine, place, (ks_test_questions){12, LIFE_DOCUMENTS, 1});
}

static inline bool same(const ks_buffer *a, const ks_buffer *b) {
    return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* Brings the folder back to what it was before the run. */
static inline void start_again(const states *known) {
    ks_test_put_back(&known->base, place);
}

/* Makes the state before, and learns the one after from a run that nothing disturbs. */
static inline void make_states(states *out, const life *how) {
    ks_error err = {0};
    bool committed;
    *out = (states){0};
    if (how->fresh) {
        ks_test_put_back(&out->base, place);
    } else {
        make_base();
        assert_int_equal(digest(&out->old), KS_OK);
    }
    ks_test_keep_folder(&out->base, place);
    must(run_life(how, &committed, &err), &err);
    assert_true(committed);
    assert_int_equal(digest(&out->new), KS_OK);
    assert_false(same(&out->old, &out->new));
    ks_test_keep_folder(&out->finished, place);
    start_again(out);
}

static inline void free_states(states *known) {
    ks_test_kept_free(&known->base);
    ks_test_kept_free(&known->finished);
    ks_buffer_free(&known->old);
    ks_buffer_free(&known->new);
}

/* Fails the test unless the index is just in one of the two states; whether in the new one. */
static inline bool is_new(const states *known, const life *how) {
    ks_buffer now = {0};
    ks_error err = {0};
    ks_status status = digest(&now);
    bool new = !status &&same(&now, &known->new);
    bool old = how->fresh ? status == KS_ERR_NO_INDEX : !status && same(&now, &known->old);
    if (!new && !old) fail_msg("%s: a third state, status %d:\n%.2000s", how->name, (int)status, now.data);
    ks_buffer_free(&now);
    if (status == KS_OK) must(ks_test_check(place, &err), &err);
    return new;
}

/* A writer that opens and closes clears up what one before it could not: the folder then has just the files
 * of its state. */
static inline void assert_tidy(const states *known, bool new) {
    const ks_test_kept *kept = new ? &known->finished : &known->base;
    if (ks_test_same_names(kept, place)) return;
    ks_writer *writer = open_writer(0);
    writer->ops->close(writer);
    if (kept->count == 0) return; /* the lock stays */
    assert_true(ks_test_same_names(kept, place));
}

#endif
