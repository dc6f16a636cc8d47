/* From the text of a query to FTS5's MATCH expression and SQL. Understood are the forms the benchmark uses:
 * words, "a phrase", prefix*, and the filters tag, kind, author, status, date, after and before. Uses base.
 */
#ifndef PEER_FTS5_QUERY_H
#define PEER_FTS5_QUERY_H

#include "base/buffer.h"

enum { FTS5_FILTERS = 16 };

/* A filter: how it is asked for beside words and without words, and where its value begins in `values`. */
typedef struct fts5_filter {
    const char *beside, *alone;
    size_t value;
} fts5_filter;

/* Zero-initialise before the first use, fts5_query_free after the last. */
typedef struct fts5_query {
    ks_buffer match;  /* what MATCH is given; empty where there are no words */
    ks_buffer values; /* of the filters, each with a NUL behind it */
    ks_buffer sql;    /* scratch of fts5_query_sql */
    fts5_filter filters[FTS5_FILTERS];
    size_t filter_count;
} fts5_query;

/* `all`: every word, phrase and prefix must be found, rather than any of them. */
ks_status fts5_query_parse(fts5_query *query, const char *text, bool all);

/* The statement that answers: number and score of the best, or how many there are. Its parameters are the
 * MATCH expression (?1), the limit (?2) and the values of the filters (from ?3). Valid until the next call;
 * NULL without memory. */
const char *fts5_query_sql(fts5_query *query, bool count);

void fts5_query_free(fts5_query *query);

#endif
