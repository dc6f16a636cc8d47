/* What the parts of the native writer share. Private to native.
 *
 * Documents gather in memory in inverters: each lane has one, and the writer has one for those it is given
 * itself. As one fills its share of the memory it becomes a segment. What lanes hold and flush is not known
 * to the writer before a join, which puts their segments into the view, and their inverters beside the
 * writer's own. Only a merger's members are shared between threads. */
#ifndef KS_NATIVE_WRITER_PRIVATE_H
#define KS_NATIVE_WRITER_PRIVATE_H

#include "native/inverter.h"
#include "native/lock.h"
#include "native/merger.h"
#include "native/native.h"

struct ks_lane {
    struct native_writer *writer;
    ks_inverter *inverter; /* NULL: nothing since it was taken away or written out */
    ks_lane *next;
};

struct native_writer {
    ks_writer base; /* first, so that a ks_writer * is a native_writer * */
    ks_lock lock;
    bool locked;
    ks_view view; /* what was committed, then what was flushed; deletions are made here */
    size_t memory;
    bool parallel;           /* flushes and merges of its own thread may use another one */
    ks_inverter **inverters; /* the first is the writer's own, which is always there */
    size_t inverter_count, inverter_capacity;
    ks_lane *lanes;
    size_t lane_count; /* without those that were split off */
    ks_merger merger;  /* what lanes flushed */
};

static inline struct native_writer *ks_writer_self(ks_writer *writer) {
    return (struct native_writer *)writer;
}

/* Adds a segment to the view and to its manifest. */
ks_status ks_writer_add_segment(struct native_writer *w, const ks_manifest_segment *segment, ks_error *err);

/* Whether writing so many documents is worth another thread, and it may be started. */
bool ks_writer_works_parallel(const struct native_writer *w, uint64_t documents);

/* Makes one segment of all that is in the writer's inverters; nothing where they are empty. The second does
 * so if they have more than the writer's share of the memory. */
ks_status ks_writer_flush(struct native_writer *w, ks_error *err);
ks_status ks_writer_flush_full(struct native_writer *w, ks_error *err);

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
