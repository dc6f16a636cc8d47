/* The writer's documents: finding, adding and removing them. May use base, engine and native's files. */
#include "native/writer_private.h"

#include <stdio.h>
#include <stdlib.h>

/* If more documents than this are in memory, they are flushed before they are searched by source: there each
 * search reads all of them, in a segment only the source's posting list, and sources may be as many as
 * documents. */
enum { MOST_WALKED = 4096 };

/* Where a document is: in an inverter, in a leaf, or, if both are NULL, nowhere. */
struct location {
    ks_inverter *inverter;
    ks_leaf *leaf;
    uint32_t number; /* its number there */
};

static ks_status locate(struct native_writer *w, ks_term id, struct location *out, ks_error *err) {
    const ks_leaf *leaf;
    ks_status status;
    *out = (struct location){0};
    for (size_t i = 0; i < w->inverter_count; i++) {
        bool found;
        if ((status = ks_inverter_find(w->inverters[i], id, &found, &out->number, err))) return status;
        if (!found) continue;
        out->inverter = w->inverters[i];
        return KS_OK;
    }
    if ((status = ks_view_find(&w->view, id, &leaf, &out->number, err)) || !leaf) return status;
    out->leaf = &w->view.leaves[leaf - w->view.leaves];
    return KS_OK;
}

static ks_status copy_state(ks_document_state *out, const ks_segment_document *document, ks_error *err) {
    size_t count = document->source_count;
    uint32_t *copy = malloc(count * sizeof *copy + 1);
    if (!copy) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) copy[i] = document->sources[i];
    *out = (ks_document_state){.found = true, .hash = document->hash, .sources = copy, .source_count = count};
    return KS_OK;
}

ks_status ks_writer_find(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err) {
    ks_document_state state = {0};
    struct location at;
    ks_status status = locate(ks_writer_self(writer), id, &at, err);
    if (status) return status;
    if (at.inverter) {
        ks_segment_document document = ks_inverter_document(at.inverter, at.number, NULL);
        return copy_state(out, &document, err);
    }
    if (at.leaf) {
        const ks_segment *segment = at.leaf->segment;
        state.found = true;
        if ((status = ks_segment_hash(segment, at.number, &state.hash, err)) ||
            (status = ks_segment_sources(segment, at.number, &state.sources, &state.source_count, err)))
            return status;
    }
    *out = state;
    return KS_OK;
}

ks_status ks_writer_stored(ks_writer *writer, ks_term id, ks_buffer *out, ks_error *err) {
    struct location at;
    ks_term record;
    ks_status status = locate(ks_writer_self(writer), id, &at, err);
    if (status) return status;
    if (at.leaf) return ks_segment_record(at.leaf->segment, at.number, out, err);
    if (!at.inverter)
        return ks_error_set(err, KS_ERR_NOT_FOUND, "no record has the id %.*s", (int)id.size, id.text);
    ks_inverter_document(at.inverter, at.number, &record);
    ks_buffer_add(out, record.text, record.size);
    return ks_buffer_check(out, err);
}

ks_status ks_writer_remove(ks_writer *writer, ks_term id, ks_error *err) {
    struct location at;
    ks_status status = locate(ks_writer_self(writer), id, &at, err);
    if (status) return status;
    if (at.inverter) ks_inverter_drop(at.inverter, at.number);
    return at.leaf ? ks_leaf_delete(at.leaf, at.number, err) : KS_OK;
}

ks_status ks_writer_put(ks_writer *writer, const ks_document *document, ks_error *err) {
    struct native_writer *w = ks_writer_self(writer);
    ks_status status;
    if ((status = ks_writer_remove(writer, document->id, err)) ||
        (status = ks_inverter_add(w->inverters[0], document, NULL, err)))
        return status;
    return ks_writer_flush_if_full(w, err);
}

/* ---- The documents of a source ---- */

struct walk {
    uint32_t source;
    ks_term term; /* that names it */
    ks_cursor *cursor;
    ks_id_visitor *visit;
    void *context;
};

static ks_status each_buffered(const struct walk *walk, const ks_inverter *inverter, ks_error *err) {
    ks_status status = KS_OK;
    for (uint32_t i = 0; i < ks_inverter_count(inverter) && !status; i++) {
        ks_segment_document document;
        if (!ks_inverter_is_live(inverter, i)) continue;
        document = ks_inverter_document(inverter, i, NULL);
        for (size_t j = 0; j < document.source_count && !status; j++)
            if (document.sources[j] == walk->source) status = walk->visit(walk->context, document.id, err);
    }
    return status;
}

static ks_status each_in_leaf(const struct walk *walk, const ks_leaf *leaf, const ks_unpacker *unpacker,
                              ks_error *err) {
    ks_cursor *cursor = walk->cursor;
    ks_dict_entry entry;
    bool found;
    ks_status status = ks_dict_find(&leaf->segment->dict, walk->term, &found, &entry, err);
    if (status || !found) return status;
    status = ks_cursor_open(cursor, leaf->segment, &entry, unpacker, err);
    for (; !status && cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
        ks_term id;
        if (ks_leaf_is_deleted(leaf, cursor->doc)) continue;
        if (!(status = ks_segment_id(leaf->segment, cursor->doc, &id, err)))
            status = walk->visit(walk->context, id, err);
    }
    return status;
}

static ks_status bound_buffered(struct native_writer *w, ks_error *err) {
    size_t documents = 0;
    for (size_t i = 0; i < w->inverter_count; i++) documents += ks_inverter_count(w->inverters[i]);
    return documents > MOST_WALKED ? ks_writer_flush(w, err) : KS_OK;
}

ks_status ks_writer_each(ks_writer *writer, uint32_t source, ks_id_visitor *visit, void *context,
                         ks_error *err) {
    struct native_writer *w = ks_writer_self(writer);
    char text[32];
    int size = snprintf(text, sizeof text, "%s%u", ks_exact_prefix(KS_EXACT_SOURCE), source);
    struct walk walk = {.source = source,
                        .term = {text, (uint32_t)size},
                        .cursor = malloc(sizeof *walk.cursor),
                        .visit = visit,
                        .context = context};
    ks_status status = walk.cursor ? bound_buffered(w, err) : ks_error_nomem(err);
    for (size_t i = 0; i < w->view.count && !status; i++)
        status = each_in_leaf(&walk, &w->view.leaves[i], w->view.unpacker, err);
    for (size_t i = 0; i < w->inverter_count && !status; i++)
        status = each_buffered(&walk, w->inverters[i], err);
    free(walk.cursor);
    return status;
}
