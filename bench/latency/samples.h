/* Times of one kind, and their statistics. */
#ifndef LATENCY_SAMPLES_H
#define LATENCY_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct lat_samples {
    double *times; /* microseconds each */
    size_t count, capacity;
    double elapsed; /* microseconds in which all were answered; less than their sum if threads work in
                       parallel */
} lat_samples;

/* All in microseconds, except for qps. */
typedef struct lat_figures {
    size_t count;
    double mean, p50, p95, p99, p999, max;
    double qps; /* answers per second */
} lat_figures;

/* Room for `count` more times, to be filled in by the caller, or NULL. */
double *lat_samples_add(lat_samples *samples, size_t count);

/* Adds all of `other`; false where memory is short. */
bool lat_samples_join(lat_samples *samples, const lat_samples *other);

/* Sorts the times, of which there must be one at least. A percentile is by nearest rank. */
lat_figures lat_samples_figures(lat_samples *samples);

void lat_samples_free(lat_samples *samples);

#endif
