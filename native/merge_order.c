/* Finding the order of documents in a merged segment: a merge of the leaves' orders; see merge_private.h. May
 * use base, engine and native's files. */
#include "native/merge_private.h"

#include <stdlib.h>
#include <string.h>

/* A leaf's next live document. */
struct head {
    const ks_leaf *leaf;
    uint32_t doc; /* the number of documents if there is none */
    uint64_t order;
    ks_term id;
};

static bool is_done(const struct head *head) {
    return head->doc == head->leaf->segment->documents;
}

/* Skips deleted documents, and reads where the next live one belongs. */
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

/* The leaf whose next document comes first, apart from leaf `except`; `count` if all are done. */
static size_t first_except(const struct head *heads, size_t count, size_t except) {
    size_t best = count;
    for (size_t i = 0; i < count; i++)
        if (i != except && !is_done(&heads[i]) && (best == count || is_before(&heads[i], &heads[best])))
            best = i;
    return best;
}

static ks_status add_document(ks_merge *merge, size_t leaf, uint32_t doc, ks_error *err) {
    ks_merge_run *run = merge->run_count ? &merge->runs[merge->run_count - 1] : NULL;
    merge->targets[leaf][doc] =
        (ks_merge_target){merge->documents++, ks_segment_length(merge->leaves[leaf]->segment, doc)};
    if (run && run->leaf == leaf && run->first + run->count == doc) {
        run->count++;
        return KS_OK;
    }
    ks_status status =
        ks_array_reserve(&merge->runs, &merge->run_capacity, merge->run_count + 1, sizeof *merge->runs, err);
    if (!status) merge->runs[merge->run_count++] = (ks_merge_run){(uint32_t)leaf, doc, 1};
    return status;
}

/* Adds the documents of leaf `first` that come before the next document of any other leaf. */
static ks_status add_run(ks_merge *merge, struct head *heads, size_t first, ks_error *err) {
    size_t next = first_except(heads, merge->count, first);
    struct head *head = &heads[first];
    ks_status status = KS_OK;
    while (!status && !is_done(head) && (next == merge->count || is_before(head, &heads[next]))) {
        if ((status = add_document(merge, first, head->doc, err))) break;
        head->doc++;
        status = settle(head, err);
    }
    return status;
}

static ks_status make_targets(ks_merge *merge, ks_error *err) {
    if (!(merge->targets = calloc(merge->count, sizeof(ks_merge_target *)))) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count; i++) {
        size_t bytes = (size_t)merge->leaves[i]->segment->documents * sizeof **merge->targets;
        if (!(merge->targets[i] = malloc(bytes + 1))) return ks_error_nomem(err);
        memset(merge->targets[i], 0xFF, bytes); /* KS_NO_DOC */
    }
    return KS_OK;
}

ks_status ks_merge_order(ks_merge *merge, ks_error *err) {
    struct head *heads = calloc(merge->count, sizeof *heads);
    size_t first = 0;
    ks_status status = heads ? make_targets(merge, err) : ks_error_nomem(err);
    for (size_t i = 0; i < merge->count && !status; i++) {
        heads[i].leaf = merge->leaves[i];
        status = settle(&heads[i], err);
    }
    while (!status && (first = first_except(heads, merge->count, merge->count)) < merge->count)
        status = add_run(merge, heads, first, err);
    free(heads);
    return status;
}
