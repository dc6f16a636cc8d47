/* Several segments into one; see merge.h. Which ones is decided in tiers.c. */
#include "native/merge_private.h"

#include "native/folder.h"
#include "native/term_walk.h"

#include <stdlib.h>
#include <string.h>

/* A merge under way. */
struct merge {
    const ks_unpacker *unpacker;
    const ks_leaf *const *leaves;
    size_t count;
    uint32_t **numbers; /* by leaf: old document number to new one; KS_NO_DOC for a deleted one */
    uint32_t *at;       /* by leaf: the next document */
    ks_segment_writer *writer;
    uint32_t documents;
    ks_cursor *cursors; /* by leaf */
    ks_position_walk *walks;
    ks_posting *postings;
    size_t posting_capacity;
};

static void skip_deleted(struct merge *merge, size_t i) {
    while (merge->at[i] < merge->leaves[i]->segment->documents &&
           ks_leaf_is_deleted(merge->leaves[i], merge->at[i]))
        merge->at[i]++;
}

/* The leaf whose next document comes first; merge->count where all are done. */
static ks_status next_leaf(struct merge *merge, size_t *out, ks_error *err) {
    uint64_t best_order = 0;
    ks_term best_id = {0}, id;
    *out = merge->count;
    for (size_t i = 0; i < merge->count; i++) {
        const ks_segment *segment = merge->leaves[i]->segment;
        uint64_t order;
        ks_status status;
        skip_deleted(merge, i);
        if (merge->at[i] == segment->documents) continue;
        order = ks_segment_order(segment, merge->at[i]);
        if ((status = ks_segment_id(segment, merge->at[i], &id, err))) return status;
        if (*out < merge->count && ks_segment_compare(order, id, best_order, best_id) >= 0) continue;
        *out = i;
        best_order = order;
        best_id = id;
    }
    return KS_OK;
}

static ks_status copy_document(struct merge *merge, size_t i, ks_buffer *record, ks_error *err) {
    const ks_segment *segment = merge->leaves[i]->segment;
    uint32_t doc = merge->at[i];
    ks_segment_document document = {.hash = ks_segment_hash(segment, doc),
                                    .order = ks_segment_order(segment, doc),
                                    .day = ks_segment_day(segment, doc),
                                    .length = ks_segment_length(segment, doc)};
    uint32_t *sources = NULL;
    ks_status status;
    ks_buffer_truncate(record, 0);
    if ((status = ks_segment_id(segment, doc, &document.id, err)) ||
        (status = ks_segment_sources(segment, doc, &sources, &document.source_count, err)) ||
        (status = ks_store_get(segment->store, doc, record, err)))
        goto done;
    document.sources = sources;
    status = ks_segment_writer_document(merge->writer, &document, record->data, record->size, err);
    merge->numbers[i][doc] = merge->documents++;
    merge->at[i]++;
done:
    free(sources);
    return status;
}

static ks_status copy_documents(struct merge *merge, ks_error *err) {
    ks_buffer record = {0};
    size_t i = 0;
    ks_status status;
    while (!(status = next_leaf(merge, &i, err)) && i < merge->count &&
           !(status = copy_document(merge, i, &record, err)))
        continue;
    ks_buffer_free(&record);
    return status;
}

/* ---- Terms ---- */

/* Stands at the leaf's next live document, or behind the last; positions of deleted ones are stepped over. */
static ks_status settle_cursor(struct merge *merge, size_t i, ks_posting *out, ks_error *err) {
    ks_cursor *cursor = &merge->cursors[i];
    for (; cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
        ks_status status =
            ks_position_walk_next(&merge->walks[i], cursor, &out->positions, &out->positions_size, err);
        if (status) return status;
        out->doc = merge->numbers[i][cursor->doc];
        if (out->doc == KS_NO_DOC) continue;
        out->tf = ks_cursor_tf(cursor);
        out->mask = ks_cursor_mask(cursor);
        out->length = ks_segment_length(merge->leaves[i]->segment, cursor->doc);
        return KS_OK;
    }
    out->doc = KS_NO_DOC;
    if (cursor->damaged)
        return ks_mapped_corrupt(merge->leaves[i]->segment->file, KS_SECTION_POSTINGS, 0,
                                 "a posting list makes no sense", err);
    return KS_OK;
}

static ks_status open_lists(struct merge *merge, const ks_term_walk *walk, ks_posting *next, size_t *total,
                            ks_error *err) {
    ks_status status = KS_OK;
    *total = 0;
    for (size_t i = 0; i < merge->count && !status; i++) {
        next[i].doc = KS_NO_DOC;
        if (!walk->here[i]) continue;
        *total += walk->cursors[i].entry.documents;
        if ((status = ks_cursor_open(&merge->cursors[i], merge->leaves[i]->segment, &walk->cursors[i].entry,
                                     merge->unpacker, err)) ||
            (status = ks_position_walk_start(&merge->walks[i], &merge->cursors[i], err)))
            break;
        status = settle_cursor(merge, i, &next[i], err);
    }
    return status;
}

/* The present term's postings of all leaves, in the order of the new numbers. */
static ks_status merge_term(struct merge *merge, const ks_term_walk *walk, ks_posting *next, ks_error *err) {
    size_t total, count = 0;
    ks_status status;
    if ((status = open_lists(merge, walk, next, &total, err)) ||
        (status = ks_array_reserve(&merge->postings, &merge->posting_capacity, total + 1,
                                   sizeof *merge->postings, err)))
        return status;
    for (;;) {
        size_t least = 0;
        for (size_t i = 1; i < merge->count; i++)
            if (next[i].doc < next[least].doc) least = i;
        if (next[least].doc == KS_NO_DOC) break;
        merge->postings[count++] = next[least];
        ks_cursor_next(&merge->cursors[least]);
        if ((status = settle_cursor(merge, least, &next[least], err))) return status;
    }
    if (count == 0) return KS_OK;
    return ks_segment_writer_term(merge->writer, (ks_term){walk->text, walk->size}, merge->postings, count,
                                  err);
}

static ks_status merge_terms(struct merge *merge, ks_error *err) {
    ks_posting *next = calloc(merge->count, sizeof *next);
    ks_term_walk walk = {0};
    ks_status status = next ? KS_OK : ks_error_nomem(err);
    if (!status) status = ks_term_walk_start(&walk, merge->leaves, merge->count, (ks_term){"", 0}, err);
    while (!status && walk.valid)
        if (!(status = merge_term(merge, &walk, next, err))) status = ks_term_walk_next(&walk, err);
    ks_term_walk_free(&walk);
    free(next);
    return status;
}

/* ---- The whole ---- */

static ks_status make_room(struct merge *merge, ks_error *err) {
    merge->numbers = calloc(merge->count, sizeof(uint32_t *));
    merge->at = calloc(merge->count, sizeof *merge->at);
    merge->cursors = calloc(merge->count, sizeof *merge->cursors);
    merge->walks = calloc(merge->count, sizeof *merge->walks);
    if (!merge->numbers || !merge->at || !merge->cursors || !merge->walks) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count; i++) {
        size_t bytes = (size_t)merge->leaves[i]->segment->documents * sizeof(uint32_t);
        if (!(merge->numbers[i] = malloc(bytes))) return ks_error_nomem(err);
        memset(merge->numbers[i], 0xFF, bytes);
    }
    return KS_OK;
}

static void merge_free(struct merge *merge) {
    ks_segment_writer_free(merge->writer);
    for (size_t i = 0; merge->numbers && i < merge->count; i++) free(merge->numbers[i]);
    free(merge->numbers);
    free(merge->at);
    free(merge->cursors);
    free(merge->walks);
    free(merge->postings);
}

ks_status ks_merge_leaves(ks_manifest_segment *out, const char *folder, uint64_t number,
                          const ks_leaf *const *leaves, size_t count, const ks_unpacker *unpacker,
                          ks_error *err) {
    struct merge merge = {.unpacker = unpacker, .leaves = leaves, .count = count};
    ks_status status;
    if ((status = make_room(&merge, err)) ||
        (status = ks_segment_writer_open(&merge.writer, folder, number, KS_STORE_SMALL, err)) ||
        (status = copy_documents(&merge, err)) || (status = merge_terms(&merge, err)))
        goto done;
    if (!(status = ks_segment_writer_finish(merge.writer, err)))
        *out = (ks_manifest_segment){.number = number, .documents = merge.documents};
done:
    merge_free(&merge);
    return status;
}
