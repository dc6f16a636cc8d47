/* Terms over all segments of a view; see native.h. */
#include "native/native.h"
#include "native/term_walk.h"

#include <stdlib.h>
#include <string.h>

/* Called for each term that some live document holds. */
typedef ks_status term_visitor(void *context, ks_term term, uint64_t documents, ks_error *err);

/* Live documents of the present term. */
static ks_status count_live(const ks_term_walk *walk, const ks_unpacker *unpacker, ks_cursor *scratch,
                            uint64_t *documents, ks_error *err) {
    *documents = 0;
    for (size_t i = 0; i < walk->count; i++) {
        uint64_t here = walk->cursors[i].entry.documents;
        ks_status status;
        if (!walk->here[i]) continue;
        if (walk->leaves[i]->deleted_count &&
            (status = ks_leaf_live(walk->leaves[i], (ks_term){walk->text, walk->size},
                                   &walk->cursors[i].entry, scratch, unpacker, &here, err)))
            return status;
        *documents += here;
    }
    return KS_OK;
}

static ks_status visit_terms(ks_term_walk *walk, ks_term prefix, const ks_unpacker *unpacker,
                             ks_cursor *scratch, term_visitor *visit, void *context, ks_error *err) {
    ks_status status = KS_OK;
    while (!status && walk->valid && walk->size >= prefix.size &&
           memcmp(walk->text, prefix.text, prefix.size) == 0) {
        uint64_t documents = 0;
        if ((status = count_live(walk, unpacker, scratch, &documents, err))) break;
        if (documents) status = visit(context, (ks_term){walk->text, walk->size}, documents, err);
        if (!status) status = ks_term_walk_next(walk, err);
    }
    return status;
}

static ks_status walk_terms(const ks_view *view, ks_term prefix, term_visitor *visit, void *context,
                            ks_error *err) {
    const ks_leaf **leaves = malloc((view->count + 1) * sizeof(ks_leaf *));
    ks_cursor *scratch = malloc(sizeof *scratch);
    ks_term_walk walk = {0};
    ks_status status = leaves && scratch ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < view->count && !status; i++) leaves[i] = &view->leaves[i];
    if (!status) status = ks_term_walk_start(&walk, leaves, view->count, prefix, err);
    if (!status) status = visit_terms(&walk, prefix, view->unpacker, scratch, visit, context, err);
    ks_term_walk_free(&walk);
    free(leaves);
    free(scratch);
    return status;
}

static ks_status count_term(void *context, ks_term term, uint64_t documents, ks_error *err) {
    (void)term;
    (void)documents;
    (void)err;
    ++*(uint64_t *)context;
    return KS_OK;
}

ks_status ks_view_count_terms(const ks_view *view, uint64_t *out, ks_error *err) {
    uint64_t count = 0;
    ks_status status = walk_terms(view, (ks_term){"", 0}, count_term, &count, err);
    if (!status) *out = count;
    return status;
}

struct expanded {
    ks_term term;
    uint64_t documents;
};

struct expanding {
    ks_arena arena;
    struct expanded *items;
    size_t count, capacity;
};

static ks_status keep_term(void *context, ks_term term, uint64_t documents, ks_error *err) {
    struct expanding *expanding = context;
    const char *copy = ks_arena_copy(&expanding->arena, term.text, term.size);
    ks_status status;
    if (!copy) return ks_error_nomem(err);
    if ((status = ks_array_reserve(&expanding->items, &expanding->capacity, expanding->count + 1,
                                   sizeof *expanding->items, err)))
        return status;
    expanding->items[expanding->count++] = (struct expanded){{copy, term.size}, documents};
    return KS_OK;
}

static int compare_expanded(const void *left, const void *right) {
    const struct expanded *a = left, *b = right;
    if (a->documents != b->documents) return a->documents > b->documents ? -1 : 1;
    return ks_term_compare(a->term, b->term);
}

ks_status ks_view_expand(const ks_view *view, ks_term prefix, size_t limit, ks_expansion *out,
                         ks_error *err) {
    struct expanding expanding = {0};
    ks_term *terms = NULL;
    size_t count = 0;
    ks_status status = walk_terms(view, prefix, keep_term, &expanding, err);
    if (!status) {
        if (expanding.count)
            qsort(expanding.items, expanding.count, sizeof *expanding.items, compare_expanded);
        count = expanding.count < limit ? expanding.count : limit;
        terms = ks_arena_alloc(&expanding.arena, (count + 1) * sizeof *terms);
        if (!terms) status = ks_error_nomem(err);
    }
    if (status) {
        ks_arena_free(&expanding.arena);
    } else {
        for (size_t i = 0; i < count; i++) terms[i] = expanding.items[i].term;
        *out = (ks_expansion){expanding.arena, terms, count, expanding.count > limit};
    }
    free(expanding.items);
    return status;
}
