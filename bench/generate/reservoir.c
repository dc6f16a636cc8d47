/* Reservoir sampling: Vitter, "Random sampling with a reservoir", 1985, algorithm R. */
#include "bench/generate/reservoir.h"

#include "bench/generate/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RESERVOIR_STREAM = 1 };

/* The slot for the line that is number `seen`, from 0, of those that are not blank; `limit` if it is not
 * kept. A random 32-bit fraction times the count, for which counts must be below 2^32; records are at most
 * 10^8. */
static size_t choose(gen_random *random, uint64_t seen, size_t limit) {
    uint64_t slot;
    if (seen < limit) return (size_t)seen;
    slot = ((gen_random_next(random) >> 32) * (seen + 1)) >> 32;
    return slot < limit ? (size_t)slot : limit;
}

static ks_status keep(gen_line *line, const char *text, size_t size, uint64_t number, ks_error *err) {
    char *copy = malloc(size + 1);
    if (!copy) return ks_error_nomem(err);
    memcpy(copy, text, size + 1);
    free(line->text);
    line->text = copy;
    line->number = number;
    return KS_OK;
}

static ks_status read_lines(gen_line *lines, size_t limit, size_t *kept, FILE *in, uint64_t seed,
                            ks_error *err) {
    gen_random random = gen_random_of(seed, RESERVOIR_STREAM);
    char *line = NULL;
    size_t capacity = 0;
    uint64_t seen = 0, number = 0;
    ks_status status = KS_OK;
    ssize_t size;
    while (status == KS_OK && (size = getline(&line, &capacity, in)) >= 0) {
        size_t slot;
        number++;
        if (strspn(line, " \t\r\n") == (size_t)size) continue;
        slot = choose(&random, seen++, limit);
        if (slot < limit) status = keep(&lines[slot], line, (size_t)size, number, err);
    }
    *kept = seen < limit ? (size_t)seen : limit;
    if (status == KS_OK && !feof(in)) status = ks_error_errno(err, errno, "cannot read", "the collection");
    free(line);
    return status;
}

ks_status gen_reservoir_read(gen_line *lines, size_t limit, size_t *kept, const char *path, uint64_t seed,
                             ks_error *err) {
    bool piped = strcmp(path, "-") == 0;
    FILE *in = piped ? stdin : fopen(path, "rb");
    ks_status status;
    if (!in) return ks_error_errno(err, errno, "cannot read", path);
    status = read_lines(lines, limit, kept, in, seed, err);
    if (!piped) fclose(in);
    return status;
}
