/* Whether two indexes answer a query alike. */
#ifndef LATENCY_ANSWERS_H
#define LATENCY_ANSWERS_H

#include <ksearch/ksearch.h>

/* Scores that differ by no more than this are taken as the same. */
#define LAT_TOLERANCE 1e-6

/* True where both have as many hits, with the same tier and score at each place, and the same ids: in the
 * same places, except that hits of one score may change places among themselves. Where the list is full, the
 * hits of the last score may be others unless all of them have exactly the same score on both sides: what is
 * just beyond the end may then have come before. `full` is the number of hits that was asked for. */
bool lat_answers_agree(const ks_results *one, const ks_results *other, size_t full);

#endif
