/* Checking a whole index: the manifest, each segment (check_*.c), and that the segments fit together. May use
 * base, engine and native's files. */
#include "native/check.h"
#include "native/native.h"
#include "native/term_order.h"

#include <stdlib.h>

static ks_status damaged(const ks_view *view, const char *what, ks_error *err) {
    return ks_error_set(err, KS_ERR_CORRUPT, "%s/%s: %s", view->folder, KS_MANIFEST_NAME, what);
}

/* Checks what reading a manifest does not: that no two segments share a file, and that keys are distinct. */
static ks_status check_manifest(const ks_view *view, ks_error *err) {
    const ks_manifest *manifest = &view->manifest;
    if (manifest->generation == 0) return damaged(view, "the generation is 0", err);
    for (size_t i = 0; i < manifest->segment_count; i++)
        for (size_t j = 0; j < i; j++) {
            const ks_manifest_segment *a = &manifest->segments[i], *b = &manifest->segments[j];
            if (a->number == b->number || (a->deletions_number && a->deletions_number == b->deletions_number))
                return damaged(view, "two segments share a file", err);
        }
    for (size_t i = 0; i < manifest->value_count; i++)
        for (size_t j = 0; j < i; j++)
            if (ks_term_same(manifest->values[i].key, manifest->values[j].key))
                return damaged(view, "two values have the same key", err);
    return KS_OK;
}

/* The bitmap must have no bits after the last document. */
static ks_status check_deletions(const ks_leaf *leaf, ks_error *err) {
    uint32_t documents = leaf->segment->documents;
    if (leaf->deleted && documents % 8 && leaf->deleted[documents / 8] >> documents % 8)
        return ks_error_set(err, KS_ERR_CORRUPT, "%s: deletions of documents that are not there",
                            ks_mapped_name(leaf->segment->file));
    return KS_OK;
}

static ks_status check_segment(const ks_view *view, const ks_leaf *leaf, ks_check_visitor *visit,
                               void *context, uint64_t *postings, ks_error *err) {
    ks_segment_check check = {.leaf = leaf, .segment = leaf->segment, .unpacker = view->unpacker};
    ks_status status = ks_mapped_verify(leaf->segment->file, err);
    if (status || (status = check_deletions(leaf, err)) ||
        (status = ks_segment_verify_columns(leaf->segment, err)))
        return status;
    check.lengths = calloc(leaf->segment->documents, sizeof *check.lengths);
    check.contents = calloc(leaf->segment->documents, sizeof *check.contents);
    if (!check.lengths || !check.contents) status = ks_error_nomem(err);
    if (!status && !(status = ks_check_terms(&check, err)) && !(status = ks_check_documents(&check, err)))
        status = ks_check_records(&check, visit, context, err);
    free(check.lengths);
    free(check.contents);
    *postings += check.postings;
    return status;
}

/* No id may have two live documents, in whichever segments. */
static ks_status check_ids(const ks_view *view, const ks_leaf *leaf, ks_error *err) {
    for (uint32_t doc = 0; doc < leaf->segment->documents; doc++) {
        const ks_leaf *found = NULL;
        uint32_t there = 0;
        ks_term id = {0};
        ks_status status;
        if (ks_leaf_is_deleted(leaf, doc)) continue;
        if ((status = ks_segment_id(leaf->segment, doc, &id, err)) ||
            (status = ks_view_find(view, id, &found, &there, err)))
            return status;
        if (found != leaf || there != doc)
            return ks_mapped_corrupt(leaf->segment->file, KS_SECTION_IDS, doc,
                                     "a document that another segment has too", err);
    }
    return KS_OK;
}

static ks_status check_view(const ks_view *view, ks_check_visitor *visit, void *context, ks_checked *out,
                            ks_error *err) {
    ks_engine_info info;
    uint64_t postings = 0;
    ks_status status = check_manifest(view, err);
    for (size_t i = 0; i < view->count && !status; i++)
        status = check_segment(view, &view->leaves[i], visit, context, &postings, err);
    for (size_t i = 0; i < view->count && view->count > 1 && !status; i++)
        status = check_ids(view, &view->leaves[i], err);
    if (status || (status = ks_view_describe(view, &info, err))) return status;
    *out = (ks_checked){.generation = info.generation,
                        .records = info.records,
                        .segments = info.segments,
                        .terms = info.terms,
                        .postings = postings,
                        .bytes = info.bytes};
    return KS_OK;
}

ks_status ks_native_check(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                          ks_error *err) {
    ks_view view = {0};
    ks_status status = ks_view_open(&view, path, err);
    if (status) return status;
    status = check_view(&view, visit, context, out, err);
    ks_view_close(&view);
    return status;
}
