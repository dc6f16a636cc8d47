/* Visiting the terms of a view. May use base, engine and native's files. */
#ifndef KS_NATIVE_TERMS_H
#define KS_NATIVE_TERMS_H

#include "native/term_walk.h"

/* A walk at one of the terms. */
typedef struct ks_terms {
    const ks_term_walk *walk;
    const ks_unpacker *unpacker;
    ks_cursor *scratch;
} ks_terms;

/* Called for each term, one that only deleted documents hold included; an error ends the walk. */
typedef ks_status ks_term_visitor(void *context, const ks_terms *terms, ks_error *err);

/* All terms that begin with `prefix`, in the order of bytes. */
ks_status ks_terms_visit(const ks_view *view, ks_term prefix, ks_term_visitor *visit, void *context,
                         ks_error *err);

/* Documents of the present term, deleted ones included; and live ones, which takes longer where some are
 * deleted.
 */
uint64_t ks_terms_documents(const ks_terms *terms);
ks_status ks_terms_live(const ks_terms *terms, uint64_t *documents, ks_error *err);

#endif
