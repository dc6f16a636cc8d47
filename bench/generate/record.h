/* One captured record as a line of JSON. */
#ifndef KS_BENCH_RECORD_H
#define KS_BENCH_RECORD_H

#include "bench/generate/text.h"

typedef struct gen_collection {
    gen_language language;
    gen_ladder authors; /* practically endless, so that new ones keep turning up */
    uint64_t seed, count;
} gen_collection;

void gen_collection_make(gen_collection *collection, uint64_t seed, uint64_t count);

/* Appends record `number`, below collection->count, and a line feed. It depends only on the number and on the
 * collection's seed and count. */
void gen_record_add(ks_buffer *line, const gen_collection *collection, uint64_t number);

#endif
