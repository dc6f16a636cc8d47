/* The ranking formula, in one place for all engines and for explanations. May use base. */
#ifndef KS_ENGINE_BM25_H
#define KS_ENGINE_BM25_H

#include <stdint.h>

/* BM25 over weighted fields (Robertson, Zaragoza, Taylor 2004) in the form of Xapian's BM25Weight with these
 * parameters: `tf` and `length` are already sums over the fields, each times its weight. */
#define KS_BM25_K1 1.2
#define KS_BM25_B 0.75
#define KS_BM25_LEAST_LENGTH 0.5 /* relative lengths below this count as this */

/* Inverse document frequency of a term in `documents` of `records`: log((N - n + 0.5) / (n + 0.5)), with the
 * argument x replaced by x / 2 + 1 below 2, so that even the most frequent term weighs something. */
double ks_bm25_idf(uint64_t records, uint64_t documents);

/* What one term adds to a record's score; 0 where tf is 0. `average` > 0 is the mean length of all records.
 */
double ks_bm25_score(double idf, double tf, double length, double average);

#endif
