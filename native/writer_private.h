/* What the parts of the native writer share. Private to native.
 *
 * Documents gather in inverters: each lane has one, and the writer has its own. An inverter that has filled
 * its share of the memory becomes a segment. The writer does not know what lanes hold and flush before a
 * join, which adds their segments to the view and their inverters to the writer's. Threads share nothing but
 * the merger. */
#ifndef KS_NATIVE_WRITER_PRIVATE_H
#define KS_NATIVE_WRITER_PRIVATE_H

#include "native/inverter.h"
#include "native/lock.h"
#include "native/merger.h"
#include "native/native.h"

struct ks_lane {
    struct native_writer *writer;
    ks_inverter *inverter; /* NULL: none yet, or it was split off or joined */
    ks_lane *next;
};

struct native_writer {
    ks_writer base; /* first, so that a ks_writer * is a native_writer * */
    ks_lock lock;
    bool locked;
    ks_view view; /* segments that were committed, then those flushed since; deletions are made here */
    size_t memory;
    bool parallel;           /* flushes and merges in its own thread may use a second one */
    ks_inverter **inverters; /* the first is the writer's own, others are from lanes */
    size_t inverter_count, inverter_capacity;
    ks_lane *lanes;
    size_t lane_count; /* without those that were split off */
    ks_merger merger;  /* has the segments that lanes flushed */
};

static inline struct native_writer *ks_writer_self(ks_writer *writer) {
    return (struct native_writer *)writer;
}

/* Adds a segment to the view and to its manifest. */
ks_status ks_writer_add_segment(struct native_writer *w, const ks_manifest_segment *segment, ks_error *err);

/* Whether so many documents are worth a second thread, and one may be used. */
bool ks_writer_works_parallel(const struct native_writer *w, uint64_t documents);

/* Makes one segment of all documents in the writer's inverters, if there are any. The second does so only if
 * they take more than the writer's share of the memory. */
ks_status ks_writer_flush(struct native_writer *w, ks_error *err);
ks_status ks_writer_flush_if_full(struct native_writer *w, ks_error *err);

/* Behind ks_writer_ops: */
ks_status ks_writer_find(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err);
ks_status ks_writer_stored(ks_writer *writer, ks_term id, ks_buffer *out, ks_error *err);
ks_status ks_writer_put(ks_writer *writer, const ks_document *document, ks_error *err);
ks_status ks_writer_remove(ks_writer *writer, ks_term id, ks_error *err);
ks_status ks_writer_each(ks_writer *writer, uint32_t source, ks_id_visitor *visit, void *context,
                         ks_error *err);
ks_status ks_writer_lane(ks_writer *writer, ks_lane **out, ks_error *err);
ks_status ks_writer_lane_put(ks_lane *lane, const ks_document *document, ks_error *err);
ks_status ks_writer_lane_flush(ks_lane *lane, ks_error *err);
ks_status ks_writer_lane_split(ks_lane *lane, ks_lane **out, ks_error *err);
ks_status ks_writer_join(ks_writer *writer, ks_error *err);
void ks_writer_free_lanes(struct native_writer *w);

#endif
