/* Queries from a file of JSON lines with id, class, query and match, grouped by class. Uses cJSON. */
#ifndef LATENCY_QUERIES_H
#define LATENCY_QUERIES_H

#include <ksearch/ksearch.h>

typedef struct lat_query {
    char *id, *class, *text;
    size_t size; /* of text */
    ks_match match;
} lat_query;

/* Successive queries of one class. */
typedef struct lat_class {
    const char *name; /* borrowed from its first query */
    size_t first, count;
} lat_class;

typedef struct lat_queries {
    lat_query *items;
    size_t count;
    lat_class *classes; /* in the order in which the file names them */
    size_t class_count;
} lat_queries;

/* Reads the file. On failure says why on stderr and returns false. Free *out in any case. */
bool lat_queries_read(lat_queries *out, const char *path);

void lat_queries_free(lat_queries *queries);

#endif
