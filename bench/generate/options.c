/* Reading the command line. */
#include "bench/generate/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_RECORDS = 100000000, MAX_PER_CLASS = 1000000 };

const char gen_usage[] =
    "usage: generate records COUNT [--seed N] [--out FILE]\n"
    "       generate queries RECORDS.jsonl|- [--seed N] [--per-class N] [--class NAME] [--format json|text] "
    "[--out FILE]\n"
    "classes: one any all auto phrase tag filtered prefix rare frequent\n";

static bool parse_number(uint64_t *out, const char *text, uint64_t least, uint64_t most) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value < least || value > most) return false;
    *out = value;
    return true;
}

static bool parse_option(gen_options *options, const char *name, const char *value) {
    uint64_t number;
    if (strcmp(name, "--seed") == 0) return parse_number(&options->seed, value, 0, UINT64_MAX);
    if (strcmp(name, "--out") == 0) return *(options->out = value) != '\0';
    if (!options->queries) return false;
    if (strcmp(name, "--class") == 0) return *(options->only = value) != '\0';
    if (strcmp(name, "--per-class") == 0) {
        if (!parse_number(&number, value, 1, MAX_PER_CLASS)) return false;
        options->per_class = (uint32_t)number;
        return true;
    }
    if (strcmp(name, "--format") != 0) return false;
    options->plain = strcmp(value, "text") == 0;
    return options->plain || strcmp(value, "json") == 0;
}

bool gen_options_parse(gen_options *options, int argc, char **argv) {
    *options = (gen_options){.seed = 1, .per_class = 100};
    if (argc < 3 || argc % 2 == 0) return false;
    options->queries = strcmp(argv[1], "queries") == 0;
    if (options->queries)
        options->collection = argv[2];
    else if (strcmp(argv[1], "records") != 0 || !parse_number(&options->count, argv[2], 1, MAX_RECORDS))
        return false;
    for (int i = 3; i < argc; i += 2)
        if (!parse_option(options, argv[i], argv[i + 1])) return false;
    return true;
}
