/* Timing with a cold page cache: the index is closed, its pages are dropped, then it is opened and asked. */
#ifndef LATENCY_COLD_H
#define LATENCY_COLD_H

#include "bench/latency/queries.h"
#include "bench/latency/samples.h"

/* Makes the system drop the pages of all files of the index at `path` from its cache. Nobody may have them
 * open or mapped. False, and the reason in `why`, if that is not possible. */
bool lat_cold_drop(const char *path, char *why, size_t size);

/* Adds the times of opening the index and asking one query, each from a cold start. False on errors, as
 * `why` tells. */
bool lat_cold_run(lat_samples *out, const char *path, const lat_query *queries, size_t count, size_t top,
                  char *why, size_t size);

#endif
