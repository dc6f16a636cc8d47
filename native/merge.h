/* Merging segments. May use base, engine and native's files. */
#ifndef KS_NATIVE_MERGE_H
#define KS_NATIVE_MERGE_H

#include "native/view.h"

/* As many segments of about one size as may stand side by side, and what share of deletions a segment may
 * carry. */
enum { KS_MERGE_FACTOR = 8, KS_MERGE_DELETED_PERCENT = 30 };

/* Merges segments until no size has more than KS_MERGE_FACTOR of them and none carries too many deletions:
 * writes new segments, puts them into the view and its manifest in place of the old ones, whose files stay.
 * `parallel`: in two threads, where the system has another one to give. Segments that are too large for one
 * together stay as they are. */
ks_status ks_merge_tiers(ks_view *view, bool parallel, ks_error *err);

/* Merges all segments into one without deletions, in the same way; one that is already alone and whole stays.
 */
ks_status ks_merge_all(ks_view *view, bool parallel, ks_error *err);

#endif
