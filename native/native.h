/* What the parts of the native engine offer to native/engine.c, to each other and to tests. May use base,
 * engine and native's files. */
#ifndef KS_NATIVE_NATIVE_H
#define KS_NATIVE_NATIVE_H

#include "native/view.h"

ks_status ks_native_open_reader(ks_reader **out, const char *path, ks_error *err);
/* The view that a reader of this engine reads. Belongs to the reader. */
ks_view *ks_native_reader_view(ks_reader *reader);
ks_status ks_native_open_writer(ks_writer **out, const char *path, const ks_writer_options *options,
                                ks_error *err);
ks_status ks_native_check(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                          ks_error *err);

ks_status ks_view_describe(const ks_view *view, ks_engine_info *out, ks_error *err);

/* Words and tags have frequencies and make up a document's length; other exact values only filter. */
static inline bool ks_term_has_frequency(ks_term term) {
    return term.size &&
           (term.text[0] < 'A' || term.text[0] > 'Z' || term.text[0] == ks_exact_prefix(KS_EXACT_TAG)[0]);
}

/* Over all dictionaries of a view, live documents only: the number of terms, and those with a prefix. */
ks_status ks_view_count_terms(const ks_view *view, uint64_t *out, ks_error *err);
ks_status ks_view_expand(const ks_view *view, ks_term prefix, size_t limit, ks_expansion *out, ks_error *err);

#endif
