/* Whether two indexes give the same answer to a query. */
#ifndef LATENCY_ANSWERS_H
#define LATENCY_ANSWERS_H

#include <ksearch/ksearch.h>

/* Scores that differ by no more than this are taken as the same. */
#define LAT_TOLERANCE 1e-6

/* Whether both have the same number of hits, the same tier and score at each rank, and the same ids in the
 * same order, except that hits of about one score may swap ranks. If the list is full (`full` hits were asked
 * for), hits of the last score may even differ, because one that is just beyond the end in one list may be
 * before it in the other; but not if all of them have exactly the same score on both sides, which leaves no
 * choice. */
bool lat_answers_agree(const ks_results *one, const ks_results *other, size_t full);

#endif
