/* Everything that was measured, and printing it. Uses cJSON. */
#ifndef LATENCY_REPORT_H
#define LATENCY_REPORT_H

#include "bench/latency/options.h"
#include "bench/latency/readers.h"
#include "bench/latency/samples.h"

/* One line of the table. */
typedef struct lat_row {
    size_t index;      /* which of the indexes given, from 0 */
    const char *state; /* "warm" or "cold" */
    const char *class;
    size_t top, threads;
    lat_figures figures;
} lat_row;

typedef struct lat_report {
    const lat_options *options;
    const lat_queries *queries;
    const lat_reader *readers; /* engine and sizes of each index */
    lat_row *rows;
    size_t row_count;
    const char *cold_note; /* why there are no cold times, or NULL */
} lat_report;

/* False where memory is short. */
bool lat_report_add(lat_report *report, lat_row row);

bool lat_report_print(const lat_report *report);

void lat_report_free(lat_report *report);

#endif
