/* The two faces of the native engine, for native/engine.c to put together. May use base, engine and native's
 * files. */
#ifndef KS_NATIVE_NATIVE_H
#define KS_NATIVE_NATIVE_H

#include "native/view.h"

ks_status ks_native_open_reader(ks_reader **out, const char *path, ks_error *err);
ks_status ks_native_open_writer(ks_writer **out, const char *path, const ks_writer_options *options,
                                ks_error *err);

/* Over all dictionaries of a view, live documents only: the number of terms, and those with a prefix. */
ks_status ks_view_count_terms(const ks_view *view, uint64_t *out, ks_error *err);
ks_status ks_view_expand(const ks_view *view, ks_term prefix, size_t limit, ks_expansion *out, ks_error *err);

#endif
