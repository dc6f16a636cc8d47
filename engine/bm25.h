/* The ranking formula, in one place for all engines and for explanations. May use base. */
#ifndef KS_ENGINE_BM25_H
#define KS_ENGINE_BM25_H

#include <stdint.h>

/* BM25 over weighted fields, known as BM25F (Robertson, Zaragoza, Taylor: "Simple BM25 extension to multiple
 * weighted fields", 2004), in the form of Xapian's BM25Weight with these parameters. Fields are weighted
 * before the formula: a term's frequency `tf`, and a record's `length`, are sums over the fields, each times
 * its weight. */
#define KS_BM25_K1 1.2
#define KS_BM25_B 0.75
#define KS_BM25_LEAST_LENGTH 0.5 /* lengths below half of the average count as half */

/* Inverse document frequency of a term that n `documents` of N `records` have: log(x) with
 * x = (N - n + 0.5) / (n + 0.5), or log(x / 2 + 1) where x < 2, so that even the most frequent term adds
 * something. The two meet at x = 2. */
double ks_bm25_idf(uint64_t records, uint64_t documents);

/* What one term adds to a record's score; 0 if tf is 0. `average` > 0 is the mean length of all records.
 * Grows with tf, towards idf * (k1 + 1), and falls with length: upper bounds rely on both. */
double ks_bm25_score(double idf, double tf, double length, double average);

#endif
