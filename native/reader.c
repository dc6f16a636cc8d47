/* Reading behind ks_reader_ops. May use base, engine and native's files. */
#include "native/native.h"

#include "native/search.h"

#include <stdlib.h>

struct native_reader {
    ks_reader base; /* first, so that a ks_reader * is a native_reader * */
    ks_view view;
    ks_search_memory memory;
};

enum { MEMORY_KEPT = 8 << 20 }; /* bytes */

ks_view *ks_native_reader_view(ks_reader *reader) {
    return &((struct native_reader *)reader)->view;
}

static void reader_close(ks_reader *reader) {
    ks_view_close(ks_native_reader_view(reader));
    ks_search_memory_free(&((struct native_reader *)reader)->memory);
    free(reader);
}

static ks_status reader_describe(ks_reader *reader, ks_engine_info *out, ks_error *err) {
    return ks_view_describe(ks_native_reader_view(reader), out, err);
}

static ks_status reader_newer(ks_reader *reader, bool *out, ks_error *err) {
    const ks_view *view = ks_native_reader_view(reader);
    return ks_manifest_is_other(&view->manifest, view->folder, out, err);
}

static ks_status reader_get_meta(ks_reader *reader, const char *key, ks_buffer *out, ks_error *err) {
    const ks_term *value = ks_manifest_get(&ks_native_reader_view(reader)->manifest, key);
    if (value) ks_buffer_add(out, value->text, value->size);
    return ks_buffer_check(out, err);
}

static ks_status reader_search(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err) {
    ks_search_memory *memory = &((struct native_reader *)reader)->memory;
    const ks_view *view = ks_native_reader_view(reader);
    ks_topk topk = {0};
    ks_status status = ks_native_search(view, plan, memory, &topk, err);
    ks_search_memory_trim(memory, MEMORY_KEPT);
    if (!status) status = ks_view_fault(view, err);
    if (status)
        ks_topk_free(&topk);
    else
        *out = topk;
    return status;
}

static ks_status reader_expand(ks_reader *reader, ks_term prefix, size_t limit, ks_expansion *out,
                               ks_error *err) {
    return ks_view_expand(ks_native_reader_view(reader), prefix, limit, out, err);
}

static ks_status reader_begins(ks_reader *reader, ks_term prefix, bool *out, ks_error *err) {
    return ks_view_begins(ks_native_reader_view(reader), prefix, out, err);
}

static ks_status reader_documents(ks_reader *reader, ks_term term, uint64_t *out, ks_error *err) {
    return ks_view_documents(ks_native_reader_view(reader), term, out, err);
}

static ks_status reader_find(ks_reader *reader, ks_term id, ks_docid *out, ks_error *err) {
    const ks_view *view = ks_native_reader_view(reader);
    const ks_leaf *leaf = NULL;
    uint32_t doc = 0;
    ks_status status = ks_view_find(view, id, &leaf, &doc, err);
    if (!status) *out = leaf ? ((ks_docid)(leaf - view->leaves) << 32 | doc) + 1 : 0;
    return status;
}

/* Finds the leaf and the number in it that a docid stands for: (leaf << 32 | number) + 1. */
static ks_status locate(ks_reader *reader, ks_docid id, const ks_leaf **leaf, uint32_t *doc, ks_error *err) {
    const ks_view *view = ks_native_reader_view(reader);
    ks_docid at = id - 1;
    if (id == 0 || at >> 32 >= view->count || (uint32_t)at >= view->leaves[at >> 32].segment->documents) {
        ks_error_set(err, KS_ERR_NOT_FOUND, "there is no document %llu", (unsigned long long)id);
        return KS_ERR_NOT_FOUND;
    }
    *leaf = &view->leaves[at >> 32];
    *doc = (uint32_t)at;
    return KS_OK;
}

static ks_status reader_stored(ks_reader *reader, ks_docid id, ks_buffer *out, ks_error *err) {
    const ks_leaf *leaf = NULL;
    uint32_t doc = 0;
    ks_status status = locate(reader, id, &leaf, &doc, err);
    return status ? status : ks_segment_record(leaf->segment, doc, out, err);
}

static ks_status reader_length(ks_reader *reader, ks_docid id, uint64_t *out, ks_error *err) {
    const ks_leaf *leaf = NULL;
    uint32_t doc = 0;
    ks_status status = locate(reader, id, &leaf, &doc, err);
    uint32_t length = status ? 0 : ks_segment_length(leaf->segment, doc);
    if (!status) status = ks_segment_fault(leaf->segment, err);
    if (!status) *out = length;
    return status;
}

static ks_status reader_frequency(ks_reader *reader, ks_docid id, ks_term term, ks_field field, uint64_t *out,
                                  ks_error *err) {
    const ks_leaf *leaf = NULL;
    ks_arena arena = {0};
    ks_cursor *cursor = NULL;
    uint32_t doc = 0;
    uint64_t frequency = 0;
    ks_status status = locate(reader, id, &leaf, &doc, err);
    if (!status)
        status = ks_matcher_cursor(&cursor, &arena, term, leaf, ks_native_reader_view(reader)->unpacker, err);
    if (!status && cursor && ks_term_has_frequency(term)) {
        ks_cursor_advance(cursor, doc);
        if (cursor->doc == doc && (field == KS_FIELD_ANY || ks_cursor_mask(cursor) & 1u << field))
            frequency = ks_cursor_tf(cursor);
    }
    ks_arena_free(&arena);
    if (!status) *out = frequency;
    return status;
}

static const ks_reader_ops reader_ops = {
    .close = reader_close,
    .describe = reader_describe,
    .newer = reader_newer,
    .get_meta = reader_get_meta,
    .search = reader_search,
    .expand = reader_expand,
    .begins = reader_begins,
    .documents = reader_documents,
    .find = reader_find,
    .stored = reader_stored,
    .length = reader_length,
    .frequency = reader_frequency,
};

ks_status ks_native_open_reader(ks_reader **out, const char *path, ks_error *err) {
    struct native_reader *reader = calloc(1, sizeof *reader);
    ks_status status;
    if (!reader) return ks_error_nomem(err);
    reader->base.ops = &reader_ops;
    if ((status = ks_view_open(&reader->view, path, err))) {
        free(reader);
        return status;
    }
    *out = &reader->base;
    return KS_OK;
}
