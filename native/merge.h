/* Merging segments. May use base, engine and native's files. */
#ifndef KS_NATIVE_MERGE_H
#define KS_NATIVE_MERGE_H

#include "native/view.h"

/* How many segments of about one size may exist, and which share of a segment may be deleted. */
enum { KS_MERGE_FACTOR = 8, KS_MERGE_DELETED_PERCENT = 30 };

/* Merges segments until there are at most KS_MERGE_FACTOR of each size and none has too many deletions. The
 * new segments replace the old ones in the view and its manifest; the old files stay. `parallel`: uses a
 * second thread if it can be started. Segments that are too large to be one are left apart. */
ks_status ks_merge_tiers(ks_view *view, bool parallel, ks_error *err);

/* Merges all segments into one without deletions, in the same way. One that is so already stays. */
ks_status ks_merge_all(ks_view *view, bool parallel, ks_error *err);

#endif
