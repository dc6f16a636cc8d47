/* The indexes that are measured, with a handle for each thread; and the one way in which they are asked. */
#ifndef LATENCY_READERS_H
#define LATENCY_READERS_H

#include "bench/latency/queries.h"

typedef struct lat_reader {
    const char *path;   /* borrowed */
    ks_index **handles; /* one a thread */
    size_t handle_count;
    ks_index_info info; /* of the first handle */
} lat_reader;

/* Opens the index at `path` once for each thread. Says on stderr what is wrong, and is false then; close *out
 * in both cases. */
bool lat_reader_open(lat_reader *out, const char *path, size_t threads);

void lat_reader_close(lat_reader *reader);

/* Monotonic, in microseconds. */
double lat_clock_us(void);

/* Asks for the ids of the best `top`. On an error it says so on stderr and gives NULL. */
ks_results *lat_ask(ks_index *index, const lat_query *query, size_t top);

#endif
