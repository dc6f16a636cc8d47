/* The ranking formula; see bm25.h. */
#include "engine/bm25.h"

#include <math.h>

double ks_bm25_idf(uint64_t records, uint64_t documents) {
    double n = (double)documents;
    double odds = ((double)records - n + 0.5) / (n + 0.5);
    if (odds < 2) odds = odds * 0.5 + 1;
    return log(odds);
}

double ks_bm25_score(double idf, double tf, double length, double average) {
    double relative = fmax(length / average, KS_BM25_LEAST_LENGTH);
    return idf * (KS_BM25_K1 + 1) * tf / (tf + KS_BM25_K1 * (1 - KS_BM25_B + KS_BM25_B * relative));
}
