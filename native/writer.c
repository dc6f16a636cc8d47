/* Writing behind ks_writer_ops: documents gather in memory, go into segments as they fill it, and all becomes
 * visible with one manifest. May use base, engine and native's files. */
#include "native/native.h"

#include "native/commit.h"
#include "native/folder.h"
#include "native/inverter.h"
#include "native/lock.h"
#include "native/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Documents in memory are flushed into a segment when they take more than this. */
#define MEMORY_LIMIT ((size_t)512 << 20)

struct native_writer {
    ks_writer base; /* first, so that a ks_writer * is a native_writer * */
    ks_lock lock;
    bool locked;
    ks_view view;       /* what was committed, then what was flushed; deletions are made here */
    bool *deleted_here; /* by leaf: it lost documents since the last commit */
    size_t memory;      /* that the documents gathered may take */
    ks_inverter *inverter;
};

static struct native_writer *self(ks_writer *writer) {
    return (struct native_writer *)writer;
}

/* Files that were written but not committed are no part of the index. */
static void writer_close(ks_writer *writer) {
    struct native_writer *w = self(writer);
    char *folder = w->view.folder ? strdup(w->view.folder) : NULL;
    ks_manifest committed;
    ks_view_close(&w->view);
    if (w->locked && folder && ks_manifest_load(&committed, folder, NULL) == KS_OK) {
        ks_commit_sweep(folder, &committed, NULL,
                        NULL); /* what is left over does no harm, and goes next time */
        ks_manifest_free(&committed);
    }
    ks_inverter_free(w->inverter);
    free(w->deleted_here);
    if (w->locked) ks_lock_release(&w->lock);
    free(folder);
    free(w);
}

static ks_status writer_get_meta(ks_writer *writer, const char *key, ks_buffer *out, ks_error *err) {
    const ks_term *value = ks_manifest_get(&self(writer)->view.manifest, key);
    if (value) ks_buffer_add(out, value->text, value->size);
    return ks_buffer_check(out, err);
}

static ks_status writer_set_meta(ks_writer *writer, const char *key, ks_term value, ks_error *err) {
    return ks_manifest_set(&self(writer)->view.manifest, key, value, err);
}

static ks_status copy_state(ks_document_state *out, ks_hash128 hash, const uint32_t *sources, size_t count,
                            ks_error *err) {
    uint32_t *copy = malloc(count * sizeof *copy + 1);
    if (!copy) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) copy[i] = sources[i];
    *out = (ks_document_state){.found = true, .hash = hash, .sources = copy, .source_count = count};
    return KS_OK;
}

static ks_status writer_find(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err) {
    struct native_writer *w = self(writer);
    ks_document_state state = {0};
    const ks_leaf *leaf;
    uint32_t number;
    bool buffered;
    ks_status status = ks_inverter_find(w->inverter, id, &buffered, &number, err);
    if (status) return status;
    if (buffered) {
        ks_segment_document document = ks_inverter_document(w->inverter, number, NULL);
        return copy_state(out, document.hash, document.sources, document.source_count, err);
    }
    if ((status = ks_view_find(&w->view, id, &leaf, &number, err))) return status;
    if (leaf) {
        state.found = true;
        state.hash = ks_segment_hash(leaf->segment, number);
        if ((status = ks_segment_sources(leaf->segment, number, &state.sources, &state.source_count, err)))
            return status;
    }
    *out = state;
    return KS_OK;
}

static ks_status writer_stored(ks_writer *writer, ks_term id, ks_buffer *out, ks_error *err) {
    struct native_writer *w = self(writer);
    const ks_leaf *leaf;
    uint32_t number;
    ks_term record;
    bool buffered;
    ks_status status = ks_inverter_find(w->inverter, id, &buffered, &number, err);
    if (status) return status;
    if (buffered) {
        ks_inverter_document(w->inverter, number, &record);
        ks_buffer_add(out, record.text, record.size);
        return ks_buffer_check(out, err);
    }
    if ((status = ks_view_find(&w->view, id, &leaf, &number, err))) return status;
    if (!leaf) return ks_error_set(err, KS_ERR_NOT_FOUND, "no record has the id %.*s", (int)id.size, id.text);
    return ks_store_get(leaf->segment->store, number, out, err);
}

static ks_status writer_remove(ks_writer *writer, ks_term id, ks_error *err) {
    struct native_writer *w = self(writer);
    const ks_leaf *leaf;
    uint32_t number;
    bool buffered;
    ks_status status = ks_inverter_find(w->inverter, id, &buffered, &number, err);
    if (status) return status;
    if (buffered) {
        ks_inverter_drop(w->inverter, number);
        return KS_OK;
    }
    if ((status = ks_view_find(&w->view, id, &leaf, &number, err)) || !leaf) return status;
    if ((status = ks_leaf_delete(&w->view.leaves[leaf - w->view.leaves], number, err))) return status;
    w->deleted_here[leaf - w->view.leaves] = true;
    return KS_OK;
}

/* Adds a segment to the view and to its manifest. */
static ks_status add_segment(struct native_writer *w, const ks_manifest_segment *segment, ks_error *err) {
    size_t count = w->view.count, room = count + 1;
    ks_manifest_segment *segments = malloc(room * sizeof *segments);
    ks_leaf *leaves = realloc(w->view.leaves, room * sizeof *leaves);
    bool *deleted = realloc(w->deleted_here, room * sizeof *deleted);
    ks_status status;
    if (leaves) w->view.leaves = leaves;
    if (deleted) w->deleted_here = deleted;
    if (!segments || !leaves || !deleted) {
        free(segments);
        return ks_error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) segments[i] = w->view.manifest.segments[i];
    segments[count] = *segment;
    if (!(status = ks_leaf_open(&leaves[count], w->view.folder, segment, err)) &&
        (status = ks_manifest_set_segments(&w->view.manifest, segments, room, err)))
        ks_leaf_close(&leaves[count]);
    if (!status) {
        deleted[count] = false;
        w->view.count = room;
    }
    free(segments);
    return status;
}

static ks_status flush(struct native_writer *w, ks_error *err) {
    ks_manifest_segment segment = {.number = w->view.manifest.next_number,
                                   .documents = ks_inverter_documents(w->inverter)};
    ks_status status;
    if (segment.documents == 0) return KS_OK;
    w->view.manifest.next_number++;
    if ((status = ks_inverter_flush(&w->inverter, 1, w->view.folder, segment.number, err))) return status;
    return add_segment(w, &segment, err);
}

static ks_status writer_put(ks_writer *writer, const ks_document *document, ks_error *err) {
    struct native_writer *w = self(writer);
    ks_status status;
    if ((status = writer_remove(writer, document->id, err)) ||
        (status = ks_inverter_add(w->inverter, document, NULL, err)))
        return status;
    return ks_inverter_bytes(w->inverter) > w->memory ? flush(w, err) : KS_OK;
}

static ks_status each_buffered(struct native_writer *w, uint32_t source, ks_id_visitor *visit, void *context,
                               ks_error *err) {
    ks_status status = KS_OK;
    for (uint32_t i = 0; i < ks_inverter_count(w->inverter) && !status; i++) {
        ks_segment_document document;
        if (!ks_inverter_is_live(w->inverter, i)) continue;
        document = ks_inverter_document(w->inverter, i, NULL);
        for (size_t j = 0; j < document.source_count && !status; j++)
            if (document.sources[j] == source) status = visit(context, document.id, err);
    }
    return status;
}

static ks_status each_in_leaf(const ks_view *view, const ks_leaf *leaf, ks_term term, ks_cursor *cursor,
                              ks_id_visitor *visit, void *context, ks_error *err) {
    ks_dict_entry entry;
    bool found;
    ks_status status = ks_dict_find(&leaf->segment->dict, term, &found, &entry, err);
    if (status || !found) return status;
    status = ks_cursor_open(cursor, leaf->segment, &entry, view->unpacker, err);
    for (; !status && cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
        ks_term id;
        if (ks_leaf_is_deleted(leaf, cursor->doc)) continue;
        if (!(status = ks_segment_id(leaf->segment, cursor->doc, &id, err))) status = visit(context, id, err);
    }
    return status;
}

static ks_status writer_each(ks_writer *writer, uint32_t source, ks_id_visitor *visit, void *context,
                             ks_error *err) {
    struct native_writer *w = self(writer);
    ks_cursor *cursor = malloc(sizeof *cursor);
    char text[32];
    int size = snprintf(text, sizeof text, "%s%u", ks_exact_prefix(KS_EXACT_SOURCE), source);
    ks_status status = cursor ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < w->view.count && !status; i++)
        status = each_in_leaf(&w->view, &w->view.leaves[i], (ks_term){text, (uint32_t)size}, cursor, visit,
                              context, err);
    free(cursor);
    return status ? status : each_buffered(w, source, visit, context, err);
}

/* Writes the deletions made since the last commit, and says so in the manifest's segments. */
static ks_status save_deletions(struct native_writer *w, ks_error *err) {
    ks_manifest *manifest = &w->view.manifest;
    for (size_t i = 0; i < w->view.count; i++) {
        ks_status status;
        if (!w->deleted_here[i]) continue;
        manifest->segments[i].deleted_generation = manifest->next_number++;
        manifest->segments[i].deleted = w->view.leaves[i].deleted_count;
        if ((status = ks_leaf_save_deleted(&w->view.leaves[i], w->view.folder,
                                           manifest->segments[i].deleted_generation, err)))
            return status;
    }
    return KS_OK;
}

/* What is in memory becomes a segment first. Nothing deleted is left afterwards. */
static ks_status writer_optimize(ks_writer *writer, ks_error *err) {
    struct native_writer *w = self(writer);
    ks_status status;
    if ((status = flush(w, err)) || (status = ks_merge_all(&w->view, err))) return status;
    for (size_t i = 0; i < w->view.count; i++) w->deleted_here[i] = false;
    return KS_OK;
}

static ks_status writer_commit(ks_writer *writer, uint64_t *generation, ks_error *err) {
    struct native_writer *w = self(writer);
    ks_manifest *manifest = &w->view.manifest;
    ks_status status;
    if ((status = flush(w, err)) || (status = save_deletions(w, err)) ||
        (status = ks_merge_tiers(&w->view, err)))
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
    .find = writer_find,
    .stored = writer_stored,
    .put = writer_put,
    .remove = writer_remove,
    .each = writer_each,
    .optimize = writer_optimize,
    .commit = writer_commit,
};

/* The committed generation, or an empty one where nothing was ever committed. */
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
    w->deleted_here = calloc(w->view.count + 1, sizeof *w->deleted_here);
    if (!w->deleted_here) return ks_error_nomem(err);
    w->base.generation = w->view.manifest.generation;
    if ((status = ks_manifest_check_write(&w->view.manifest, err))) return status;
    return ks_commit_sweep(path, &w->view.manifest, NULL, err); /* what a killed writer has left */
}

ks_status ks_native_open_writer(ks_writer **out, const char *path, const ks_writer_options *options,
                                ks_error *err) {
    struct native_writer *w = calloc(1, sizeof *w);
    ks_status status;
    if (!w) return ks_error_nomem(err);
    w->base.ops = &writer_ops;
    w->memory = options && options->memory ? options->memory : MEMORY_LIMIT;
    if ((status = ks_folder_make(path, err)) || (status = ks_lock_take(&w->lock, path, err))) goto done;
    w->locked = true;
    if ((status = open_view(w, path, err))) goto done;
    status = ks_inverter_new(&w->inverter, err);
done:
    if (status)
        writer_close(&w->base);
    else
        *out = &w->base;
    return status;
}
