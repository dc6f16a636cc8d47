/* Which document of which leaf comes where in a merged segment; see merge_private.h. May use base, engine and
 * native's files. */
#include "native/merge_private.h"

#include <stdlib.h>
#include <string.h>

/* Where a leaf stands: its next live document, or behind the last. */
struct head {
    const ks_leaf *leaf;
    uint32_t doc;
    uint64_t order;
    ks_term id;
};

static bool is_done(const struct head *head) {
    return head->doc == head->leaf->segment->documents;
}

static ks_status settle(struct head *head, ks_error *err) {
    const ks_segment *segment = head->leaf->segment;
    while (!is_done(head) && ks_leaf_is_deleted(head->leaf, head->doc)) head->doc++;
    if (is_done(head)) return KS_OK;
    head->order = ks_segment_order(segment, head->doc);
    return ks_segment_id(segment, head->doc, &head->id, err);
}

static bool is_before(const struct head *head, const struct head *other) {
    return ks_segment_compare(head->order, head->id, other->order, other->id) < 0;
}

/* The leaf whose next document comes first, without regard to `other`; NULL where all are done. */
static struct head *first_but(struct head *heads, size_t count, const struct head *other) {
    struct head *best = NULL;
    for (struct head *head = heads; head < heads + count; head++)
        if (head != other && !is_done(head) && (!best || is_before(head, best))) best = head;
    return best;
}

static ks_status add_document(ks_merge *merge, size_t leaf, uint32_t doc, ks_error *err) {
    ks_merge_run *run = merge->run_count ? &merge->runs[merge->run_count - 1] : NULL;
    merge->places[leaf][doc] =
        (ks_merge_place){merge->documents++, ks_segment_length(merge->leaves[leaf]->segment, doc)};
    if (run && run->leaf == leaf && run->first + run->count == doc) {
        run->count++;
        return KS_OK;
    }
    ks_status status =
        ks_array_reserve(&merge->runs, &merge->run_capacity, merge->run_count + 1, sizeof *merge->runs, err);
    if (!status) merge->runs[merge->run_count++] = (ks_merge_run){(uint32_t)leaf, doc, 1};
    return status;
}

/* All documents of one leaf that come before those of the others. */
static ks_status add_run(ks_merge *merge, struct head *heads, struct head *first, ks_error *err) {
    const struct head *next = first_but(heads, merge->count, first);
    ks_status status = KS_OK;
    while (!status && !is_done(first) && (!next || is_before(first, next))) {
        if ((status = add_document(merge, (size_t)(first - heads), first->doc, err))) break;
        first->doc++;
        status = settle(first, err);
    }
    return status;
}

static ks_status make_places(ks_merge *merge, ks_error *err) {
    if (!(merge->places = calloc(merge->count, sizeof(ks_merge_place *)))) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count; i++) {
        size_t bytes = (size_t)merge->leaves[i]->segment->documents * sizeof **merge->places;
        if (!(merge->places[i] = malloc(bytes + 1))) return ks_error_nomem(err);
        memset(merge->places[i], 0xFF, bytes); /* KS_NO_DOC */
    }
    return KS_OK;
}

ks_status ks_merge_order(ks_merge *merge, ks_error *err) {
    struct head *heads = calloc(merge->count, sizeof *heads), *first = NULL;
    ks_status status = heads ? make_places(merge, err) : ks_error_nomem(err);
    for (size_t i = 0; i < merge->count && !status; i++) {
        heads[i].leaf = merge->leaves[i];
        status = settle(&heads[i], err);
    }
    while (!status && (first = first_but(heads, merge->count, NULL)))
        status = add_run(merge, heads, first, err);
    free(heads);
    return status;
}
