/* Queries taken from the records of a collection, by class. */
#ifndef KS_BENCH_QUERIES_H
#define KS_BENCH_QUERIES_H

#include "bench/generate/options.h"
#include "bench/generate/output.h"

/* Whether there is a class of this name. */
bool gen_class_exists(const char *name);

/* Reads the collection and writes the queries that `options` ask for. KS_ERR_FORMAT if a line cannot be
 * parsed, KS_ERR_NOT_FOUND if the collection has nothing to make a query of some class from. */
ks_status gen_queries_write(FILE *out, const gen_options *options, ks_error *err);

#endif
