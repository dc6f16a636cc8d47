/* Makes collections of realistic records, and queries for a collection; the same arguments give the same
 * bytes on every machine.
 *
 *     generate records COUNT [--seed N] [--out FILE]
 *     generate queries RECORDS.jsonl|- [--seed N] [--per-class N] [--class NAME] [--format json|text]
 *                                      [--out FILE] */
#include "bench/generate/queries.h"
#include "bench/generate/record.h"

#include <stdlib.h>

static ks_status write_records(FILE *out, const gen_options *options, ks_error *err) {
    gen_collection *collection = malloc(sizeof *collection);
    ks_buffer line = {0};
    ks_status status = KS_OK;
    if (!collection) return ks_error_nomem(err);
    gen_collection_make(collection, options->seed, options->count);
    for (uint64_t i = 0; i < options->count && status == KS_OK; i++) {
        gen_record_add(&line, collection, i);
        status = gen_output_write(out, &line, err);
    }
    ks_buffer_free(&line);
    free(collection);
    return status;
}

int main(int argc, char **argv) {
    gen_options options;
    ks_error err = {0};
    FILE *out = NULL;
    ks_status status;
    if (!gen_options_parse(&options, argc, argv) || (options.only && !gen_class_exists(options.only))) {
        fputs(gen_usage, stderr);
        return 2;
    }
    status = gen_output_open(&out, options.out, &err);
    if (status == KS_OK)
        status =
            options.queries ? gen_queries_write(out, &options, &err) : write_records(out, &options, &err);
    status = gen_output_close(out, status, &err);
    if (status != KS_OK) fprintf(stderr, "generate: %s\n", err.message);
    return status == KS_OK ? 0 : 2;
}
