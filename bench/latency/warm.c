/* Asking queries and taking their times. */
#include "bench/latency/warm.h"

#include "bench/latency/options.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* What one thread does. */
typedef struct lane {
    ks_index *index;
    const lat_query *queries;
    size_t count, start, top;
    double *times;
    double begin, end;
    bool good;
} lane;

static void *run_lane(void *context) {
    lane *self = context;
    self->good = true;
    self->begin = lat_clock_us();
    for (size_t i = 0; i < self->count && self->good; i++) {
        const lat_query *query = &self->queries[(self->start + i) % self->count];
        double start = lat_clock_us();
        ks_results *results = lat_ask(self->index, query, self->top);
        self->times[i] = lat_clock_us() - start;
        self->good = results != NULL;
        ks_results_free(results);
    }
    self->end = lat_clock_us();
    return NULL;
}

/* Runs all lanes but the first in threads of their own. */
static bool run_lanes(lane *lanes, size_t count) {
    pthread_t threads[LAT_MAX_THREADS];
    size_t started = 1;
    int error = 0;
    for (; started < count && error == 0; started++)
        error = pthread_create(&threads[started], NULL, run_lane, &lanes[started]);
    if (error) {
        fprintf(stderr, "latency: no thread: %s\n", strerror(error));
        started--;
    } else {
        run_lane(&lanes[0]);
    }
    for (size_t i = 1; i < started; i++) pthread_join(threads[i], NULL);
    return error == 0;
}

bool lat_warm_run(lat_samples *out, const lat_reader *reader, const lat_query *queries, size_t count,
                  size_t top, size_t threads) {
    lane lanes[LAT_MAX_THREADS];
    double begin, end;
    double *times = lat_samples_add(out, count * threads);
    if (!times) return false;
    for (size_t i = 0; i < threads; i++)
        lanes[i] = (lane){.index = reader->handles[i],
                          .queries = queries,
                          .count = count,
                          .start = count * i / threads,
                          .top = top,
                          .times = times + i * count};
    if (!run_lanes(lanes, threads)) return false;
    begin = lanes[0].begin;
    end = lanes[0].end;
    for (size_t i = 0; i < threads; i++) {
        if (!lanes[i].good) return false;
        if (lanes[i].begin < begin) begin = lanes[i].begin;
        if (lanes[i].end > end) end = lanes[i].end;
    }
    out->elapsed += end - begin;
    return true;
}
