/* Asking queries and timing them. */
#include "bench/latency/warm.h"

#include "bench/latency/options.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

/* Holds all threads back until the last has been started, or makes them give up. */
typedef struct gate {
    pthread_mutex_t mutex;
    bool cancelled;
} gate;

/* What one thread does. */
typedef struct lane {
    gate *gate;
    ks_index *index;
    const lat_query *queries;
    size_t count, start, top;
    double *times;
    double begin, end;
    bool good;
} lane;

static bool pass(gate *self) {
    pthread_mutex_lock(&self->mutex);
    bool open = !self->cancelled;
    pthread_mutex_unlock(&self->mutex);
    return open;
}

static void *run_lane(void *context) {
    lane *self = context;
    self->good = pass(self->gate); /* NOLINT: there is a first lane always */
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
static bool run_lanes(lane *lanes, size_t count, gate *door) {
    pthread_t threads[LAT_MAX_THREADS] = {0};
    size_t started = 1;
    int error = 0;
    pthread_mutex_lock(&door->mutex);
    while (started < count && error == 0)
        if (!(error = pthread_create(&threads[started], NULL, run_lane, &lanes[started]))) started++;
    door->cancelled = error != 0;
    pthread_mutex_unlock(&door->mutex);
    run_lane(&lanes[0]);
    for (size_t i = 1; i < started; i++) pthread_join(threads[i], NULL);
    if (error) fprintf(stderr, "latency: no thread: %s\n", strerror(error));
    return error == 0;
}

bool lat_warm_run(lat_samples *out, const lat_reader *reader, const lat_query *queries, size_t count,
                  size_t top, size_t threads) {
    gate door = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    lane lanes[LAT_MAX_THREADS];
    double rate = 0; /* answers in a microsecond, all threads together */
    double *times = lat_samples_add(out, count * threads);
    if (!times) return false;
    for (size_t i = 0; i < threads; i++)
        lanes[i] = (lane){.gate = &door,
                          .index = reader->handles[i],
                          .queries = queries,
                          .count = count,
                          .start = count * i / threads,
                          .top = top,
                          .times = times + i * count};
    if (!run_lanes(lanes, threads, &door)) return false;
    for (size_t i = 0; i < threads; i++) {
        if (!lanes[i].good) return false;
        rate += (double)count / (lanes[i].end - lanes[i].begin);
    }
    out->elapsed += (double)(count * threads) / rate;
    return true;
}
