/* Several segments into one; see merge.h. The documents are merged here, the terms in merge_terms.c; which
 * segments are merged is decided in tiers.c. */
#include "native/merge_private.h"

#include <stdlib.h>
#include <string.h>

/* Where a leaf stands: its next live document, or behind the last. */
struct head {
    uint32_t doc;
    uint64_t order;
    ks_term id;
};

static ks_status settle(struct head *head, const ks_leaf *leaf, ks_error *err) {
    while (head->doc < leaf->segment->documents && ks_leaf_is_deleted(leaf, head->doc)) head->doc++;
    if (head->doc == leaf->segment->documents) return KS_OK;
    head->order = ks_segment_order(leaf->segment, head->doc);
    return ks_segment_id(leaf->segment, head->doc, &head->id, err);
}

/* The leaf whose next document comes first; merge->count where all are done. */
static size_t first_of(const ks_merge *merge, const struct head *heads) {
    size_t best = merge->count;
    for (size_t i = 0; i < merge->count; i++) {
        if (heads[i].doc == merge->leaves[i]->segment->documents) continue;
        if (best == merge->count ||
            ks_segment_compare(heads[i].order, heads[i].id, heads[best].order, heads[best].id) < 0)
            best = i;
    }
    return best;
}

static ks_status copy_document(ks_merge *merge, size_t i, const struct head *head, ks_buffer *record,
                               ks_error *err) {
    const ks_segment *segment = merge->leaves[i]->segment;
    uint32_t doc = head->doc, *sources = NULL;
    ks_segment_document document = {.id = head->id,
                                    .order = head->order,
                                    .day = ks_segment_day(segment, doc),
                                    .length = ks_segment_length(segment, doc)};
    ks_status status;
    ks_buffer_truncate(record, 0);
    if (!(status = ks_segment_hash(segment, doc, &document.hash, err)) &&
        !(status = ks_segment_sources(segment, doc, &sources, &document.source_count, err)) &&
        !(status = ks_store_get(segment->store, doc, record, err))) {
        document.sources = sources;
        status = ks_segment_writer_document(merge->writer, &document, record->data, record->size, err);
    }
    merge->places[i][doc] = (ks_merge_place){merge->documents++, document.length};
    free(sources);
    return status;
}

static ks_status copy_documents(ks_merge *merge, ks_error *err) {
    struct head *heads = calloc(merge->count, sizeof *heads);
    ks_buffer record = {0};
    ks_status status = heads ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < merge->count && !status; i++) status = settle(&heads[i], merge->leaves[i], err);
    while (!status) {
        size_t i = first_of(merge, heads);
        if (i == merge->count) break;
        if ((status = copy_document(merge, i, &heads[i], &record, err))) break;
        heads[i].doc++;
        status = settle(&heads[i], merge->leaves[i], err);
    }
    ks_buffer_free(&record);
    free(heads);
    return status;
}

/* ---- The whole ---- */

/* Where segments are of different times, their lists then only need to be appended to each other. */
static ks_status order_leaves(ks_merge *merge, const ks_leaf *const *leaves, ks_error *err) {
    struct head *heads = calloc(merge->count, sizeof *heads);
    ks_status status;
    merge->leaves = calloc(merge->count, sizeof(ks_leaf *));
    status = heads && merge->leaves ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < merge->count && !status; i++) {
        struct head head = {0};
        size_t at = i;
        if ((status = settle(&head, leaves[i], err))) break;
        for (; at > 0 && ks_segment_compare(heads[at - 1].order, heads[at - 1].id, head.order, head.id) > 0;
             at--) {
            heads[at] = heads[at - 1];
            merge->leaves[at] = merge->leaves[at - 1];
        }
        heads[at] = head;
        merge->leaves[at] = leaves[i];
    }
    free(heads);
    return status;
}

static ks_status make_places(ks_merge *merge, ks_error *err) {
    if (!(merge->places = calloc(merge->count, sizeof(ks_merge_place *)))) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count; i++) {
        size_t bytes = (size_t)merge->leaves[i]->segment->documents * sizeof **merge->places;
        if (!(merge->places[i] = malloc(bytes))) return ks_error_nomem(err);
        memset(merge->places[i], 0xFF, bytes); /* KS_NO_DOC */
    }
    return KS_OK;
}

static void merge_free(ks_merge *merge) {
    ks_segment_writer_free(merge->writer);
    for (size_t i = 0; merge->places && i < merge->count; i++) free(merge->places[i]);
    free(merge->places);
    free(merge->leaves);
}

ks_status ks_merge_leaves(ks_manifest_segment *out, const char *folder, uint64_t number,
                          const ks_leaf *const *leaves, size_t count, const ks_unpacker *unpacker,
                          ks_error *err) {
    ks_merge merge = {.unpacker = unpacker, .count = count};
    ks_status status;
    if (!(status = order_leaves(&merge, leaves, err)) && !(status = make_places(&merge, err)) &&
        !(status = ks_segment_writer_open(&merge.writer, folder, number, KS_STORE_SMALL, err)) &&
        !(status = copy_documents(&merge, err)) && !(status = ks_merge_terms(&merge, err)) &&
        !(status = ks_segment_writer_finish(merge.writer, err)))
        *out = (ks_manifest_segment){.number = number, .documents = merge.documents};
    merge_free(&merge);
    return status;
}
