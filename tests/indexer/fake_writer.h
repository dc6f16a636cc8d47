/* A writer with lanes that keeps everything in memory, watches that the contract of lanes is kept, and fails
 * where it is told to. */
#ifndef KS_TESTS_INDEXER_FAKE_WRITER_H
#define KS_TESTS_INDEXER_FAKE_WRITER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/map.h"
#include "engine/engine.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { FAKE_SOURCES = 8, FAKE_LANES = 16 };

typedef struct fake_document {
    char *id;
    ks_hash128 hash, digest; /* digest: of all that a document says */
    uint32_t sources[FAKE_SOURCES];
    size_t source_count;
    bool by_lane; /* in this run */
} fake_document;

struct ks_lane {
    struct fake_writer *owner;
    fake_document *documents; /* not joined yet */
    size_t count, capacity;
    size_t flushes;
};

/* Which call fails, from 1; 0: none. */
typedef struct fake_failures {
    atomic_size_t lane, lane_put, lane_flush, lane_split, join, put;
} fake_failures;

typedef struct fake_writer {
    ks_writer base;
    ks_map ids; /* to the place in documents */
    fake_document *documents;
    size_t count, capacity;
    ks_lane lanes[FAKE_LANES];
    size_t lane_count, joins;
    size_t full; /* documents that fill a lane; 0: any number goes in */
    size_t splits;
    atomic_size_t puts_by_lanes;
    atomic_size_t in_lanes; /* calls under way */
    atomic_bool unjoined;
    atomic_bool broken; /* the contract of lanes was not kept */
    fake_failures fail;
} fake_writer;

static inline fake_writer *fake_of(ks_writer *writer) {
    return (fake_writer *)writer;
}

static inline ks_status fake_fail(atomic_size_t *when, const char *what, ks_error *err) {
    size_t left = *when;
    while (left && !atomic_compare_exchange_weak(when, &left, left - 1)) continue;
    if (left != 1) return KS_OK;
    ks_error_set(err, KS_ERR_NO_SPACE, "no room: %s", what);
    return ks_error_hint(err, KS_ERR_NO_SPACE, "make room");
}

static inline void fake_digest(ks_hash128 *digest, const void *bytes, size_t size) {
    ks_hash128 next = ks_hash128_of(bytes, size, digest->low);
    digest->low ^= next.low * 3;
    digest->high = digest->high * 5 + next.high;
}

static inline void fake_digest_term(ks_hash128 *digest, ks_term term) {
    fake_digest(digest, &term.size, sizeof term.size);
    fake_digest(digest, term.text, term.size);
}

static inline ks_hash128 fake_digest_of(const ks_document *document) {
    ks_hash128 digest = {0};
    fake_digest(&digest, &document->order, sizeof document->order);
    fake_digest(&digest, &document->day, sizeof document->day);
    fake_digest_term(&digest, document->stored);
    for (size_t i = 0; i < document->occurrence_count; i++) {
        const ks_occurrence *occurrence = &document->occurrences[i];
        uint32_t place[] = {occurrence->position, (uint32_t)occurrence->field};
        fake_digest_term(&digest, occurrence->term);
        fake_digest(&digest, place, sizeof place);
    }
    for (size_t i = 0; i < document->value_count; i++) {
        fake_digest(&digest, &document->values[i].exact, sizeof document->values[i].exact);
        fake_digest_term(&digest, document->values[i].value);
    }
    return digest;
}

static inline ks_status fake_copy(fake_document *out, const ks_document *document, ks_error *err) {
    fake_document copy = {
        .hash = document->hash, .digest = fake_digest_of(document), .source_count = document->source_count};
    if (document->source_count > FAKE_SOURCES) return ks_error_set(err, KS_ERR_ENGINE, "too many sources");
    copy.id = malloc(document->id.size + 1);
    if (!copy.id) return ks_error_nomem(err);
    memcpy(copy.id, document->id.text, document->id.size);
    copy.id[document->id.size] = '\0';
    for (size_t i = 0; i < document->source_count; i++) copy.sources[i] = document->sources[i];
    *out = copy;
    return KS_OK;
}

/* Takes the document over. */
static inline ks_status fake_store(fake_writer *fake, fake_document document, ks_error *err) {
    uint32_t *place = NULL;
    bool added = false;
    ks_status status =
        ks_array_reserve(&fake->documents, &fake->capacity, fake->count + 1, sizeof document, err);
    if (!status)
        status = ks_map_insert(&fake->ids, document.id, strlen(document.id), (uint32_t)fake->count, &place,
                               &added, err);
    if (status) {
        free(document.id);
        return status;
    }
    if (added) {
        fake->documents[fake->count++] = document;
        return KS_OK;
    }
    /* What a lane holds may only be replaced when all lanes are at rest, and a lane never replaces. */
    if (document.by_lane || (fake->documents[*place].by_lane && fake->unjoined)) fake->broken = true;
    free(fake->documents[*place].id);
    fake->documents[*place] = document;
    return KS_OK;
}

static inline ks_status fake_find(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err) {
    const fake_writer *fake = fake_of(writer);
    const uint32_t *place = ks_map_find(&fake->ids, id.text, id.size);
    const fake_document *document;
    if (!place) {
        *out = (ks_document_state){0};
        return KS_OK;
    }
    document = &fake->documents[*place];
    *out = (ks_document_state){.found = true, .hash = document->hash, .source_count = document->source_count};
    out->sources = malloc(sizeof document->sources);
    if (!out->sources) return ks_error_nomem(err);
    memcpy(out->sources, document->sources, sizeof document->sources);
    return KS_OK;
}

static inline ks_status fake_put(ks_writer *writer, const ks_document *document, ks_error *err) {
    fake_document copy;
    ks_status status = fake_fail(&fake_of(writer)->fail.put, "put", err);
    if (!status) status = fake_copy(&copy, document, err);
    return status ? status : fake_store(fake_of(writer), copy, err);
}

static inline ks_status fake_lane(ks_writer *writer, ks_lane **out, ks_error *err) {
    fake_writer *fake = fake_of(writer);
    ks_status status = fake_fail(&fake->fail.lane, "lane", err);
    if (status) return status;
    if (fake->lane_count == FAKE_LANES) return ks_error_set(err, KS_ERR_ENGINE, "too many lanes");
    *out = &fake->lanes[fake->lane_count++];
    (*out)->owner = fake;
    return KS_OK;
}

static inline ks_status fake_lane_put(ks_lane *lane, const ks_document *document, ks_error *err) {
    fake_writer *fake = lane->owner;
    ks_status status;
    fake->in_lanes++;
    fake->unjoined = true;
    fake->puts_by_lanes++;
    if (lane->flushes) fake->broken = true;
    status = fake_fail(&fake->fail.lane_put, "lane_put", err);
    if (!status)
        status = ks_array_reserve(&lane->documents, &lane->capacity, lane->count + 1, sizeof *lane->documents,
                                  err);
    if (!status) status = fake_copy(&lane->documents[lane->count], document, err);
    if (!status) lane->documents[lane->count++].by_lane = true;
    fake->in_lanes--;
    return status;
}

static inline ks_status fake_lane_flush(ks_lane *lane, ks_error *err) {
    if (lane->flushes++) lane->owner->broken = true;
    return fake_fail(&lane->owner->fail.lane_flush, "lane_flush", err);
}

static inline ks_status fake_lane_split(ks_lane *lane, ks_lane **out, ks_error *err) {
    fake_writer *fake = lane->owner;
    ks_status status = KS_OK;
    *out = NULL;
    if (!fake->full || lane->count < fake->full || fake->lane_count == FAKE_LANES) return KS_OK;
    if ((status = fake_fail(&fake->fail.lane_split, "lane_split", err))) return status;
    *out = &fake->lanes[fake->lane_count++];
    **out = *lane;
    *lane = (ks_lane){.owner = fake};
    fake->splits++;
    return KS_OK;
}

static inline ks_status fake_join(ks_writer *writer, ks_error *err) {
    fake_writer *fake = fake_of(writer);
    ks_status status = fake_fail(&fake->fail.join, "join", err);
    if (fake->in_lanes) fake->broken = true;
    for (size_t i = 0; i < fake->lane_count; i++) {
        ks_lane *lane = &fake->lanes[i];
        for (; lane->count && !status; lane->count--)
            status = fake_store(fake, lane->documents[lane->count - 1], err);
    }
    fake->joins++;
    fake->unjoined = false;
    return status;
}

static const ks_writer_ops fake_ops = {.find = fake_find,
                                       .put = fake_put,
                                       .lane = fake_lane,
                                       .lane_put = fake_lane_put,
                                       .lane_flush = fake_lane_flush,
                                       .lane_split = fake_lane_split,
                                       .join = fake_join};

/* The same without lanes. */
static const ks_writer_ops fake_plain_ops = {.find = fake_find, .put = fake_put};

/* Forgets the lanes, as a writer opened anew after a commit has none. */
static inline void fake_reopen(fake_writer *fake) {
    for (size_t i = 0; i < fake->lane_count; i++) {
        for (size_t k = 0; k < fake->lanes[i].count; k++) free(fake->lanes[i].documents[k].id);
        free(fake->lanes[i].documents);
        fake->lanes[i] = (ks_lane){0};
    }
    for (size_t i = 0; i < fake->count; i++) fake->documents[i].by_lane = false;
    fake->lane_count = 0;
    fake->joins = fake->splits = 0;
    fake->puts_by_lanes = 0;
    fake->unjoined = false;
}

static inline void fake_free(fake_writer *fake) {
    fake_reopen(fake);
    for (size_t i = 0; i < fake->count; i++) free(fake->documents[i].id);
    free(fake->documents);
    ks_map_free(&fake->ids);
    fake->documents = NULL;
    fake->count = fake->capacity = 0;
}

/* Fails the test unless both hold the same documents. */
static inline void fake_assert_same(const fake_writer *expected, const fake_writer *actual) {
    assert_int_equal(expected->count, actual->count);
    for (size_t i = 0; i < expected->count; i++) {
        const fake_document *a = &expected->documents[i], *b;
        const uint32_t *place = ks_map_find(&actual->ids, a->id, strlen(a->id));
        assert_non_null(place);
        b = &actual->documents[*place];
        assert_memory_equal(&a->hash, &b->hash, sizeof a->hash);
        assert_memory_equal(&a->digest, &b->digest, sizeof a->digest);
        assert_int_equal(a->source_count, b->source_count);
        assert_memory_equal(a->sources, b->sources, a->source_count * sizeof *a->sources);
    }
}

#endif
