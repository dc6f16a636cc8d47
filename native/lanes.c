/* Lanes, by which several threads add documents to one writer; see engine/engine.h and writer_private.h. */
#include "native/writer_private.h"

#include <stdlib.h>

/* What lanes hold when their threads end is not flushed where all of it is less than 1 / LITTLE of the
 * memory, shared out equally: the commit makes one segment of what is left over, and a search has fewer to
 * open. */
enum { LITTLE = 8 };

/* A lane may be split if at most 1 / LACKING of its share is free. */
enum { LACKING = 8 };

/* The memory of one lane: an equal part of what is left without the writer's own share, and some of what
 * flushes need. */
static size_t lane_share(const struct native_writer *w) {
    return (w->memory - w->memory / 8 - w->memory / 16) / w->lane_count;
}

static ks_status new_lane(ks_lane **out, struct native_writer *w, ks_inverter *inverter, ks_error *err) {
    ks_lane *lane = calloc(1, sizeof *lane);
    if (!lane) return ks_error_nomem(err);
    *lane = (ks_lane){.writer = w, .inverter = inverter, .next = w->lanes};
    w->lanes = *out = lane;
    return KS_OK;
}

ks_status ks_writer_lane(ks_writer *writer, ks_lane **out, ks_error *err) {
    struct native_writer *w = ks_writer_self(writer);
    ks_status status = new_lane(out, w, NULL, err);
    if (!status) w->lane_count++;
    return status;
}

ks_status ks_writer_lane_split(ks_lane *lane, ks_lane **out, ks_error *err) {
    size_t share = lane_share(lane->writer);
    ks_status status;
    *out = NULL;
    if (!lane->inverter || ks_inverter_bytes(lane->inverter) < share - share / LACKING) return KS_OK;
    status = new_lane(out, lane->writer, lane->inverter, err);
    if (!status) lane->inverter = NULL;
    return status;
}

void ks_writer_free_lanes(struct native_writer *w) {
    while (w->lanes) {
        ks_lane *lane = w->lanes;
        w->lanes = lane->next;
        ks_inverter_free(lane->inverter);
        free(lane);
    }
}

static ks_status flush_lane(ks_lane *lane, bool parallel, ks_error *err) {
    ks_merger *merger = &lane->writer->merger;
    ks_manifest_segment segment = {.documents = ks_inverter_live_count(lane->inverter)};
    ks_status status;
    if (segment.documents == 0) return KS_OK;
    segment.number = ks_merger_number(merger);
    status = ks_inverter_flush(&lane->inverter, 1, merger->folder, segment.number, parallel, err);
    return status ? status : ks_merger_add(merger, &segment, err);
}

ks_status ks_writer_lane_put(ks_lane *lane, const ks_document *document, ks_error *err) {
    ks_status status = lane->inverter ? KS_OK : ks_inverter_new(&lane->inverter, err);
    if (!status) status = ks_inverter_add(lane->inverter, document, NULL, err);
    if (!status && ks_inverter_bytes(lane->inverter) > lane_share(lane->writer))
        status = flush_lane(lane, false, err);
    return status;
}

/* May use a second thread: towards the end of a run others are idle. */
ks_status ks_writer_lane_flush(ks_lane *lane, ks_error *err) {
    const struct native_writer *w = lane->writer;
    if (!lane->inverter || ks_inverter_bytes(lane->inverter) < w->memory / LITTLE / w->lane_count)
        return KS_OK;
    return flush_lane(lane, ks_writer_works_parallel(w, ks_inverter_live_count(lane->inverter)), err);
}

/* A segment that cannot be opened stays with the merger: the commit tries again and reports the error. */
static ks_status take_segments(struct native_writer *w, ks_error *err) {
    ks_merger *merger = &w->merger;
    ks_status status = KS_OK;
    ks_merger_wait(merger);
    while (merger->count && !(status = ks_writer_add_segment(w, &merger->segments[merger->count - 1], err)))
        merger->count--;
    return status;
}

ks_status ks_writer_join(ks_writer *writer, ks_error *err) {
    struct native_writer *w = ks_writer_self(writer);
    ks_status status = take_segments(w, err);
    size_t most = w->inverter_count;
    for (const ks_lane *lane = w->lanes; lane; lane = lane->next) most++;
    if (!status)
        status = ks_array_reserve(&w->inverters, &w->inverter_capacity, most, sizeof(ks_inverter *), err);
    for (ks_lane *lane = w->lanes; lane && !status; lane = lane->next) {
        if (!lane->inverter || ks_inverter_count(lane->inverter) == 0) continue;
        w->inverters[w->inverter_count++] = lane->inverter;
        lane->inverter = NULL;
    }
    return status ? status : ks_writer_flush_if_full(w, err);
}
