/* The command line of the generator. */
#ifndef KS_BENCH_OPTIONS_H
#define KS_BENCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct gen_options {
    bool queries;           /* else records */
    const char *collection; /* of queries: the file, or "-" */
    const char *out;        /* NULL: stdout */
    const char *only;       /* the one class of queries that is wanted, or NULL */
    uint64_t count, seed;
    uint32_t per_class;
    bool plain; /* --format text */
} gen_options;

/* Parses the command line. Strings are borrowed from argv. False for wrong arguments; *options is undefined
 * then. */
bool gen_options_parse(gen_options *options, int argc, char **argv);

extern const char gen_usage[];

#endif
