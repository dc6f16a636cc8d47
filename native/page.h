/* Copying the page that a plan asks for out of what its passes have ranked. May use base, engine and native's
 * files. */
#ifndef KS_NATIVE_PAGE_H
#define KS_NATIVE_PAGE_H

#include "native/search.h"

/* Fills out->items and out->count from the hits of the first pass, followed by those of the second. The plan
 * says how many hits to leave out at the beginning, and what to copy of each. Takes scratch memory from the
 * passes' plan arena. */
ks_status ks_page_copy(ks_topk *out, const ks_pass passes[2], ks_error *err);

#endif
