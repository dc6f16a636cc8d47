/* Random queries of every form of the query language, made from the words, tags, authors and dates of real
 * records. */
#ifndef KS_TESTS_SUPPORT_QUERY_MAKER_H
#define KS_TESTS_SUPPORT_QUERY_MAKER_H

#include "base/buffer.h"

typedef struct ks_query_maker ks_query_maker;

/* Reads every record of a capture file. */
ks_query_maker *ks_query_maker_new(const char *path, uint64_t seed);
void ks_query_maker_free(ks_query_maker *maker);

/* Replaces *query by the next query. */
void ks_query_maker_next(ks_query_maker *maker, ks_buffer *query);

/* Random options: match, tag boost, offset, limit, sort. */
void ks_query_maker_options(ks_query_maker *maker, ks_search_options *options);

#endif
