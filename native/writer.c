/* The writer behind ks_writer_ops: opening, flushing, committing and closing. Documents gather in memory,
 * become segments as they fill it, and all become visible at once with a new manifest. May use base, engine
 * and native's files. */
#include "native/writer_private.h"

#include "native/folder.h"
#include "native/sweep.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The memory for documents, unless the options say otherwise. */
#define MEMORY ((size_t)512 << 20)

/* For fewer documents no second thread is started. */
enum { PARALLEL_FROM = 5000 };

static void free_inverters(struct native_writer *w) {
    for (size_t i = 0; i < w->inverter_count; i++) ks_inverter_free(w->inverters[i]);
    free(w->inverters);
}

/* Removes the files that were written but not committed. */
static void writer_close(ks_writer *writer) {
    struct native_writer *w = ks_writer_self(writer);
    char *folder = w->view.folder ? strdup(w->view.folder) : NULL;
    ks_manifest committed;
    ks_merger_free(&w->merger);
    ks_writer_free_lanes(w);
    free_inverters(w);
    ks_view_close(&w->view);
    if (w->locked && folder && ks_manifest_load(&committed, folder, NULL) == KS_OK) {
        /* On an error files are left over, which do no harm; the next writer removes them. */
        ks_sweep_folder(folder, &committed, NULL, NULL);
        ks_manifest_free(&committed);
    }
    if (w->locked) ks_lock_release(&w->lock);
    free(folder);
    free(w);
}

static ks_status writer_get_meta(ks_writer *writer, const char *key, ks_buffer *out, ks_error *err) {
    const ks_term *value = ks_manifest_get(&ks_writer_self(writer)->view.manifest, key);
    if (value) ks_buffer_add(out, value->text, value->size);
    return ks_buffer_check(out, err);
}

static ks_status writer_set_meta(ks_writer *writer, const char *key, ks_term value, ks_error *err) {
    return ks_manifest_set(&ks_writer_self(writer)->view.manifest, key, value, err);
}

/* ---- Segments ---- */

ks_status ks_writer_add_segment(struct native_writer *w, const ks_manifest_segment *segment, ks_error *err) {
    size_t count = w->view.count, room = count + 1;
    ks_manifest_segment *segments = malloc(room * sizeof *segments);
    ks_leaf *leaves = realloc(w->view.leaves, room * sizeof *leaves);
    ks_status status;
    if (leaves) w->view.leaves = leaves;
    if (!segments || !leaves) {
        free(segments);
        return ks_error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) segments[i] = w->view.manifest.segments[i];
    segments[count] = *segment;
    if (!(status = ks_leaf_open(&leaves[count], w->view.folder, segment, err)) &&
        (status = ks_manifest_set_segments(&w->view.manifest, segments, room, err)))
        ks_leaf_close(&leaves[count]);
    if (!status) w->view.count = room;
    free(segments);
    return status;
}

bool ks_writer_works_parallel(const struct native_writer *w, uint64_t documents) {
    return w->parallel && documents >= PARALLEL_FROM;
}

ks_status ks_writer_flush(struct native_writer *w, ks_error *err) {
    ks_manifest_segment segment = {0};
    ks_status status;
    for (size_t i = 0; i < w->inverter_count; i++)
        segment.documents += ks_inverter_live_count(w->inverters[i]);
    if (segment.documents == 0) return KS_OK;
    segment.number = ks_merger_number(&w->merger);
    if ((status = ks_inverter_flush(w->inverters, w->inverter_count, w->view.folder, segment.number,
                                    ks_writer_works_parallel(w, segment.documents), err)))
        return status;
    while (w->inverter_count > 1) ks_inverter_free(w->inverters[--w->inverter_count]);
    return ks_writer_add_segment(w, &segment, err);
}

ks_status ks_writer_flush_if_full(struct native_writer *w, ks_error *err) {
    size_t share = w->lane_count ? w->memory / 8 : w->memory, bytes = 0;
    for (size_t i = 0; i < w->inverter_count; i++) bytes += ks_inverter_bytes(w->inverters[i]);
    return bytes > share ? ks_writer_flush(w, err) : KS_OK;
}

/* ---- Commit ---- */

/* Writes the deletions made since the last commit, and records them in the manifest's segments. */
static ks_status save_deletions(struct native_writer *w, ks_error *err) {
    ks_manifest *manifest = &w->view.manifest;
    for (size_t i = 0; i < w->view.count; i++) {
        const ks_leaf *leaf = &w->view.leaves[i];
        ks_manifest_segment *segment = &manifest->segments[i];
        uint64_t number = manifest->next_number;
        ks_status status;
        if (leaf->deleted_count == segment->deleted) continue;
        manifest->next_number++;
        if ((status = ks_leaf_save_deleted(leaf, w->view.folder, number, err))) return status;
        segment->deletions_number = number;
        segment->deleted = leaf->deleted_count;
    }
    return KS_OK;
}

static bool merges_parallel(const struct native_writer *w) {
    uint64_t documents = 0;
    for (size_t i = 0; i < w->view.count; i++) documents += w->view.leaves[i].segment->documents;
    return ks_writer_works_parallel(w, documents);
}

static ks_status writer_optimize(ks_writer *writer, ks_error *err) {
    struct native_writer *w = ks_writer_self(writer);
    ks_status status = ks_writer_flush(w, err);
    return status ? status : ks_merge_all(&w->view, merges_parallel(w), err);
}

static ks_status writer_commit(ks_writer *writer, uint64_t *generation, ks_error *err) {
    struct native_writer *w = ks_writer_self(writer);
    ks_manifest *manifest = &w->view.manifest;
    ks_status status;
    if ((status = ks_writer_join(writer, err)) || (status = ks_writer_flush(w, err)) ||
        (status = ks_merge_tiers(&w->view, merges_parallel(w), err)) || (status = save_deletions(w, err)))
        return status;
    manifest->generation++;
    if ((status = ks_manifest_store(manifest, w->view.folder, err))) return status;
    w->base.generation = *generation = manifest->generation;
    return KS_OK;
}

static const ks_writer_ops writer_ops = {
    .close = writer_close,
    .get_meta = writer_get_meta,
    .set_meta = writer_set_meta,
    .find = ks_writer_find,
    .stored = ks_writer_stored,
    .put = ks_writer_put,
    .remove = ks_writer_remove,
    .each = ks_writer_each,
    .optimize = writer_optimize,
    .commit = writer_commit,
    .lane = ks_writer_lane,
    .lane_put = ks_writer_lane_put,
    .lane_flush = ks_writer_lane_flush,
    .lane_split = ks_writer_lane_split,
    .join = ks_writer_join,
};

/* ---- Opening ---- */

/* Opens the committed generation, or makes an empty one if nothing was committed yet. */
static ks_status open_view(struct native_writer *w, const char *path, ks_error *err) {
    ks_status status = ks_view_open(&w->view, path, err);
    if (status == KS_ERR_NO_INDEX) {
        ks_manifest_init(&w->view.manifest);
        w->view.unpacker = ks_unpacker_best();
        w->view.folder = strdup(path);
        w->view.leaves = calloc(1, sizeof *w->view.leaves);
        status = w->view.folder && w->view.leaves ? KS_OK : ks_error_nomem(err);
    }
    if (status) return status;
    w->base.generation = w->view.manifest.generation;
    if ((status = ks_manifest_check_write(&w->view.manifest, err)) ||
        (status = ks_merger_init(&w->merger, w->view.folder, w->view.unpacker, &w->view.manifest.next_number,
                                 err)))
        return status;
    return ks_sweep_folder(path, &w->view.manifest, NULL, err); /* what a killed writer left behind */
}

static ks_status make_inverter(struct native_writer *w, ks_error *err) {
    ks_status status = ks_array_reserve(&w->inverters, &w->inverter_capacity, 1, sizeof(ks_inverter *), err);
    if (!status) status = ks_inverter_new(&w->inverters[0], err);
    if (!status) w->inverter_count = 1;
    return status;
}

ks_status ks_native_open_writer(ks_writer **out, const char *path, const ks_writer_options *options,
                                ks_error *err) {
    struct native_writer *w = calloc(1, sizeof *w);
    ks_status status;
    if (!w) return ks_error_nomem(err);
    w->base.ops = &writer_ops;
    w->memory = options && options->memory ? options->memory : MEMORY;
    w->parallel = options && options->threads ? options->threads > 1 : sysconf(_SC_NPROCESSORS_ONLN) > 1;
    if ((status = ks_folder_make(path, err)) || (status = ks_lock_take(&w->lock, path, err))) goto done;
    w->locked = true;
    if (!(status = open_view(w, path, err))) status = make_inverter(w, err);
done:
    if (status)
        writer_close(&w->base);
    else
        *out = &w->base;
    return status;
}
