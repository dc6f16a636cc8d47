/* Terms over all segments of a view; see native.h and terms.h. */
#include "native/terms.h"

#include "native/native.h"

#include <stdlib.h>
#include <string.h>

uint64_t ks_terms_documents(const ks_terms *terms) {
    const ks_term_walk *walk = terms->walk;
    uint64_t documents = 0;
    for (size_t i = 0; i < walk->count; i++)
        if (walk->here[i]) documents += walk->cursors[i].entry.documents;
    return documents;
}

ks_status ks_terms_live(const ks_terms *terms, uint64_t *documents, ks_error *err) {
    const ks_term_walk *walk = terms->walk;
    *documents = 0;
    for (size_t i = 0; i < walk->count; i++) {
        uint64_t here = walk->cursors[i].entry.documents;
        ks_status status;
        if (!walk->here[i]) continue;
        if (walk->leaves[i]->deleted_count &&
            (status =
                 ks_leaf_count_live(walk->leaves[i], (ks_term){walk->text, walk->size},
                                    &walk->cursors[i].entry, terms->scratch, terms->unpacker, &here, err)))
            return status;
        *documents += here;
    }
    return KS_OK;
}

static ks_status visit_terms(ks_term_walk *walk, const ks_terms *terms, ks_term prefix,
                             ks_term_visitor *visit, void *context, ks_error *err) {
    ks_status status = KS_OK;
    while (!status && walk->valid && walk->size >= prefix.size &&
           memcmp(walk->text, prefix.text, prefix.size) == 0) {
        status = visit(context, terms, err);
        if (!status) status = ks_term_walk_next(walk, err);
    }
    return status;
}

ks_status ks_terms_visit(const ks_view *view, ks_term prefix, ks_term_visitor *visit, void *context,
                         ks_error *err) {
    const ks_leaf **leaves = malloc((view->count + 1) * sizeof(ks_leaf *));
    ks_cursor *scratch = malloc(sizeof *scratch);
    ks_term_walk walk = {0};
    ks_terms terms = {&walk, view->unpacker, scratch};
    ks_status status = leaves && scratch ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < view->count && !status; i++) leaves[i] = &view->leaves[i];
    if (!status) status = ks_term_walk_start(&walk, leaves, view->count, prefix, err);
    if (!status) status = visit_terms(&walk, &terms, prefix, visit, context, err);
    ks_term_walk_free(&walk);
    free(leaves);
    free(scratch);
    return status;
}

static ks_status count_term(void *context, const ks_terms *terms, ks_error *err) {
    uint64_t documents = 0;
    ks_status status = ks_terms_live(terms, &documents, err);
    if (!status && documents > 0) ++*(uint64_t *)context;
    return status;
}

ks_status ks_view_count_terms(const ks_view *view, uint64_t *out, ks_error *err) {
    uint64_t count = 0;
    ks_status status = ks_terms_visit(view, (ks_term){"", 0}, count_term, &count, err);
    if (!status) *out = count;
    return status;
}
