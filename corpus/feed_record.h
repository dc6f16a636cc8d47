/* An entry of a capture feed as a record. May use base. */
#ifndef KS_CORPUS_FEED_RECORD_H
#define KS_CORPUS_FEED_RECORD_H

#include "corpus/feed.h"
#include "corpus/record.h"
#include "corpus/tag_split.h"

/* Makes entry number `index` into a record as if its JSON had been read: kind, author, date, status, summary,
 * claims, tags, feed_order (the oldest entry has 1) and date_precision, each where the entry has it.
 * `splitter` has learned from the whole feed. As ks_record_parse; KS_ERR_FORMAT for a date that does not
 * exist. */
ks_status ks_feed_record(ks_record **out, const ks_feed *feed, size_t index, const ks_tag_splitter *splitter,
                         uint64_t *repaired, ks_error *err);

#endif
