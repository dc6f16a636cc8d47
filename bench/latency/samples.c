/* Collecting times, and their percentiles. */
#include "bench/latency/samples.h"

#include <stdlib.h>
#include <string.h>

double *lat_samples_add(lat_samples *samples, size_t count) {
    if (samples->capacity - samples->count < count) {
        size_t capacity = 2 * samples->capacity + count;
        double *grown = realloc(samples->times, capacity * sizeof *grown);
        if (!grown) return NULL;
        samples->times = grown;
        samples->capacity = capacity;
    }
    samples->count += count;
    return samples->times + samples->count - count;
}

bool lat_samples_join(lat_samples *samples, const lat_samples *other) {
    double *room = lat_samples_add(samples, other->count);
    if (!room) return false;
    if (other->count > 0) memcpy(room, other->times, other->count * sizeof *room);
    samples->elapsed += other->elapsed;
    return true;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The smallest of the times that at least `thousandths` of all times do not exceed. */
static double percentile(const lat_samples *samples, size_t thousandths) {
    return samples->times[(samples->count * thousandths + 999) / 1000 - 1];
}

lat_figures lat_samples_figures(lat_samples *samples) {
    double sum = 0;
    qsort(samples->times, samples->count, sizeof *samples->times, compare);
    for (size_t i = 0; i < samples->count; i++) sum += samples->times[i];
    return (lat_figures){.count = samples->count,
                         .mean = sum / (double)samples->count,
                         .p50 = percentile(samples, 500),
                         .p95 = percentile(samples, 950),
                         .p99 = percentile(samples, 990),
                         .p999 = percentile(samples, 999),
                         .max = samples->times[samples->count - 1],
                         .qps = (double)samples->count / samples->elapsed * 1e6};
}

void lat_samples_free(lat_samples *samples) {
    free(samples->times);
    *samples = (lat_samples){0};
}
