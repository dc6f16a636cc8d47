/* From an entry of a capture feed to a record. May use base. */
#ifndef KS_CORPUS_FEED_RECORD_H
#define KS_CORPUS_FEED_RECORD_H

#include "corpus/feed.h"
#include "corpus/record.h"
#include "corpus/tag_split.h"

/* Makes a record of entry number `index`, as if it had been read as JSON with kind, author, date, status,
 * summary, claims, tags, feed_order (1 for the oldest entry) and date_precision, as far as the entry has
 * them. `splitter` must have learnt from the whole feed. Otherwise as ks_record_parse; KS_ERR_FORMAT also for
 * a date that does not exist. */
ks_status ks_feed_record(ks_record **out, const ks_feed *feed, size_t index, const ks_tag_splitter *splitter,
                         uint64_t *repaired, ks_error *err);

#endif
