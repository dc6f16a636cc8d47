/* The index that is damaged; see victim.h. */
#include "tests/support/victim.h"

#include "tests/support/digest.h"
#include "tests/support/documents.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { DOCUMENTS = 330, STEP = 31, REMOVED = 150 };

static ks_status put(ks_writer *writer, int number, int version) {
    ks_arena arena = {0};
    uint64_t random = (uint64_t)number * 7 + (uint64_t)version;
    char id[20];
    ks_document document;
    ks_status status;
    snprintf(id, sizeof id, "id%d", number);
    document = ks_test_random_document(&arena, id, &random);
    status = writer->ops->put(writer, &document, NULL);
    ks_arena_free(&arena);
    return status;
}

static ks_status remove_number(ks_writer *writer, int number) {
    char id[20];
    snprintf(id, sizeof id, "id%d", number);
    return writer->ops->remove(writer, ks_test_term(id), NULL);
}

static void must(ks_status status) {
    assert(status == KS_OK);
    (void)status;
}

static ks_writer *open_writer(const char *path) {
    ks_writer *writer = NULL;
    must(ks_native_engine.write(&writer, path, NULL, NULL));
    return writer;
}

static void finish(ks_writer *writer) {
    uint64_t generation;
    must(writer->ops->set_meta(writer, "language", ks_test_term("english"), NULL));
    must(writer->ops->commit(writer, &generation, NULL));
    writer->ops->close(writer);
}

void ks_test_victim_make(const char *path) {
    static const int from[] = {0, 250, 310}, to[] = {270, 320, DOCUMENTS};
    for (size_t commit = 0; commit < 3; commit++) {
        ks_writer *writer = open_writer(path);
        for (int i = from[commit]; i < to[commit]; i++) must(put(writer, i, (int)commit));
        if (commit) must(remove_number(writer, from[commit] / 2));
        finish(writer);
    }
}

void ks_test_victim_make_single(const char *path) {
    ks_writer *writer = open_writer(path);
    for (int i = 0; i < DOCUMENTS; i++) must(put(writer, i, 0));
    finish(writer);
}

ks_status ks_test_victim_read(ks_buffer *out, const char *path, int plans) {
    return ks_test_digest(out, &ks_native_engine, path, (ks_test_questions){plans, DOCUMENTS, STEP});
}

static ks_status count(void *context, ks_term id, ks_error *err) {
    (void)err;
    *(size_t *)context += id.size;
    return KS_OK;
}

static ks_status change(ks_writer *writer) {
    uint64_t generation;
    size_t bytes = 0;
    ks_document_state state = {0};
    ks_status status = writer->ops->each(writer, 1, count, &bytes, NULL);
    if (!status) status = writer->ops->find(writer, ks_test_term("id200"), &state, NULL);
    free(state.sources);
    for (int i = 0; i < REMOVED && !status; i++) status = remove_number(writer, i * 2);
    if (!status) status = put(writer, 1, 9);
    return status ? status : writer->ops->commit(writer, &generation, NULL);
}

ks_status ks_test_victim_write(const char *path) {
    ks_writer *writer = NULL;
    ks_status status = ks_native_engine.write(&writer, path, NULL, NULL);
    if (status) return status;
    status = change(writer);
    writer->ops->close(writer);
    return status;
}
