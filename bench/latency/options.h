/* The command line of latency. */
#ifndef LATENCY_OPTIONS_H
#define LATENCY_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum { LAT_LIST = 8, LAT_MAX_TOP = 1000, LAT_MAX_THREADS = 64 };

/* Up to LAT_LIST ascending or other numbers, as `--top 10,100` gives them. */
typedef struct lat_list {
    size_t items[LAT_LIST], count;
} lat_list;

typedef struct lat_options {
    lat_list top, threads;
    size_t rounds;       /* timed ones; an untimed one goes before them */
    size_t cold;         /* queries of each class that are asked with a cold page cache */
    bool json;           /* rather than a table */
    const char *queries; /* a file */
    char **indexes;      /* borrowed from the arguments */
    size_t index_count;
} lat_options;

extern const char lat_usage[];

/* False where the arguments make no sense. */
bool lat_options_parse(lat_options *out, int argc, char **argv);

#endif
