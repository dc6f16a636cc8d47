/* Timing with everything in memory, in one thread or several. */
#ifndef LATENCY_WARM_H
#define LATENCY_WARM_H

#include "bench/latency/readers.h"
#include "bench/latency/samples.h"

/* Every thread asks all queries of a class with a handle of its own, each beginning with another query. Their
 * times are added to `out`. On failure says why on stderr and returns false. */
bool lat_warm_run(lat_samples *out, const lat_reader *reader, const lat_query *queries, size_t count,
                  size_t top, size_t threads);

#endif
