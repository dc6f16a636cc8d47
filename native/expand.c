/* Expanding a prefix to those of its terms that are in most documents; see native.h. May use base, engine and
 * native's files.
 *
 * A prefix can have very many terms, so only the best so far are kept, in a heap with the worst on top. A
 * term has at most as many live documents as documents. So once the heap is full, a term with no more
 * documents than the worst kept term has live ones can be passed over without counting its live ones. */
#include "native/native.h"
#include "native/terms.h"

#include <stdlib.h>
#include <string.h>

/* A term that is kept. */
struct kept {
    uint64_t documents; /* live ones */
    size_t number;      /* in the order in which terms were kept: of equals the earlier is better */
    char *text;         /* has room for the longest term */
    uint32_t size;
    ks_dict_entry *entries; /* one per leaf */
};

struct expanding {
    ks_arena arena;
    struct kept *heap; /* the worst on top */
    size_t count, capacity, limit, leaves;
    size_t numbers; /* given out so far */
    bool cut;       /* some term was not kept, or was kept no longer */
};

static bool is_worse(const struct kept *a, const struct kept *b) {
    return a->documents != b->documents ? a->documents < b->documents : a->number > b->number;
}

static void sift_up(struct kept *heap, size_t at) {
    struct kept moving = heap[at];
    for (; at > 0 && is_worse(&moving, &heap[(at - 1) / 2]); at = (at - 1) / 2) heap[at] = heap[(at - 1) / 2];
    heap[at] = moving;
}

/* Restores the heap after its top has changed. */
static void sift_down(struct kept *heap, size_t count) {
    struct kept moving = heap[0];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && is_worse(&heap[child + 1], &heap[child])) child++;
        if (is_worse(&moving, &heap[child])) break;
        heap[at] = heap[child];
    }
    heap[at] = moving;
}

static void fill(struct expanding *expanding, struct kept *kept, const ks_term_walk *walk,
                 uint64_t documents) {
    kept->documents = documents;
    kept->number = expanding->numbers++;
    kept->size = walk->size;
    memcpy(kept->text, walk->text, walk->size);
    for (size_t i = 0; i < walk->count; i++)
        kept->entries[i] = walk->here[i] ? walk->cursors[i].entry : (ks_dict_entry){0};
}

static ks_status add(struct expanding *expanding, const ks_term_walk *walk, uint64_t documents,
                     ks_error *err) {
    struct kept *kept;
    ks_status status = ks_array_reserve(&expanding->heap, &expanding->capacity, expanding->count + 1,
                                        sizeof *expanding->heap, err);
    if (status) return status;
    kept = &expanding->heap[expanding->count];
    kept->text = ks_arena_alloc(&expanding->arena, sizeof walk->cursors->text);
    kept->entries = ks_arena_alloc(&expanding->arena, walk->count * sizeof *kept->entries);
    if (!kept->text || !kept->entries) return ks_error_nomem(err);
    fill(expanding, kept, walk, documents);
    sift_up(expanding->heap, expanding->count++);
    return KS_OK;
}

/* Keeps the term that the walk is at, if it is among the best so far. Terms come in the order of their bytes:
 * of two in equally many documents the earlier one stays. */
static ks_status keep_term(void *context, const ks_terms *terms, ks_error *err) {
    struct expanding *expanding = context;
    bool full = expanding->count == expanding->limit;
    uint64_t least = full && expanding->limit ? expanding->heap[0].documents : full ? UINT64_MAX : 0;
    uint64_t documents = ks_terms_documents(terms);
    ks_status status;
    if (documents <= least && expanding->cut) return KS_OK; /* however many of them are live */
    if ((status = ks_terms_live(terms, &documents, err)) || documents == 0) return status;
    if (!full) return add(expanding, terms->walk, documents, err);
    expanding->cut = true;
    if (documents <= least) return KS_OK;
    fill(expanding, &expanding->heap[0], terms->walk, documents);
    sift_down(expanding->heap, expanding->count);
    return KS_OK;
}

/* Sorts the kept terms, the best first, and hands them over; their entries are kept for the next search. */
static ks_status hand_over(struct expanding *expanding, ks_known *known, ks_expansion *out, ks_error *err) {
    size_t count = expanding->count;
    ks_term *terms = ks_arena_alloc(&expanding->arena, (count + 1) * sizeof *terms);
    ks_status status = terms ? KS_OK : ks_error_nomem(err);
    for (size_t left = count; left > 0 && !status; left--) {
        struct kept worst = expanding->heap[0];
        expanding->heap[0] = expanding->heap[left - 1];
        sift_down(expanding->heap, left - 1);
        expanding->heap[left - 1] = worst;
    }
    for (size_t i = 0; i < count && !status; i++) {
        const struct kept *kept = &expanding->heap[i];
        terms[i] = (ks_term){kept->text, kept->size};
        status = ks_known_add(known, terms[i], kept->entries, expanding->leaves, err);
    }
    if (!status) *out = (ks_expansion){expanding->arena, terms, count, expanding->cut};
    return status;
}

ks_status ks_view_expand(const ks_view *view, ks_term prefix, size_t limit, ks_expansion *out,
                         ks_error *err) {
    struct expanding expanding = {.limit = limit, .leaves = view->count};
    ks_status status = ks_terms_visit(view, prefix, keep_term, &expanding, err);
    if (!status) status = hand_over(&expanding, view->known, out, err);
    if (status) ks_arena_free(&expanding.arena);
    free(expanding.heap);
    return status;
}
