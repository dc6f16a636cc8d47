/* Opening indexes, and asking them. */
#include "bench/latency/readers.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

bool lat_reader_open(lat_reader *out, const char *path, size_t threads) {
    ks_error error;
    *out = (lat_reader){.path = path, .handles = calloc(threads, sizeof(ks_index *))};
    for (; out->handles && out->handle_count < threads; out->handle_count++)
        if (ks_index_open(&out->handles[out->handle_count], path, &error)) goto failed;
    if (out->handles && ks_index_describe(&out->info, out->handles[0], &error) == KS_OK) return true;
failed:
    fprintf(stderr, "latency: %s: %s\n", path, out->handles ? error.message : "out of memory");
    return false;
}

void lat_reader_close(lat_reader *reader) {
    for (size_t i = 0; i < reader->handle_count; i++) ks_index_close(reader->handles[i]);
    free(reader->handles);
    *reader = (lat_reader){0};
}

double lat_clock_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

ks_results *lat_ask(ks_index *index, const lat_query *query, size_t top) {
    ks_search_options options;
    ks_results *results = NULL;
    ks_error error;
    ks_search_options_init(&options);
    options.match = query->match;
    options.detail = KS_DETAIL_ID;
    options.limit = top;
    if (ks_search(&results, index, query->text, query->size, &options, &error) == KS_OK) return results;
    fprintf(stderr, "latency: %s: %s\n", query->id, error.message);
    return NULL;
}
