/* Timing with a cold page cache: the index is closed, its pages are given back, then it is opened and asked.
 */
#ifndef LATENCY_COLD_H
#define LATENCY_COLD_H

#include "bench/latency/queries.h"
#include "bench/latency/samples.h"

/* Asks the system to give back the pages of all files of the index at `path`, which nobody should have
 * open or mapped. What stands in the way comes out in `why` and makes it false. */
bool lat_cold_drop(const char *path, char *why, size_t size);

/* Adds the times of opening the index and asking one query, each from a cold start. False on errors, as
 * `why` tells. */
bool lat_cold_run(lat_samples *out, const char *path, const lat_query *queries, size_t count, size_t top,
                  char *why, size_t size);

#endif
