/* A random sample of the lines of a file, each as likely as any other. */
#ifndef KS_BENCH_RESERVOIR_H
#define KS_BENCH_RESERVOIR_H

#include "base/error.h"

#include <stdbool.h>

/* A kept line without its line feed. */
typedef struct gen_line {
    char *text; /* owned; ends with a NUL */
    uint64_t number;
} gen_line;

/* Reads `path` ("-" is stdin) and keeps `limit` of its lines that are not blank (all where there are fewer);
 * the same seed keeps the same ones. lines[0..limit) must be zeroed; *kept of them are filled in, and the
 * caller frees the text of all, after an error too. */
ks_status gen_reservoir_read(gen_line *lines, size_t limit, size_t *kept, const char *path, uint64_t seed,
                             ks_error *err);

#endif
