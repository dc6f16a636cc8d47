/* Exact values of the FTS5 peer: one form for values, dates as numbers. Uses base. */
#ifndef PEER_FTS5_VALUES_H
#define PEER_FTS5_VALUES_H

#include "base/buffer.h"

/* Adds the value in the form it is compared in: ASCII letters small, blanks and `_` as `-`. */
void fts5_value_add(ks_buffer *out, const char *value, size_t size);

/* YYYY, YYYY-MM or YYYY-MM-DD as YYYYMMDD, what is missing being `rest`; 0 where it is no such date. */
int fts5_date_number(const char *text, size_t size, int rest);

#endif
