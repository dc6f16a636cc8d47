/* Reading the command line. */
#include "bench/latency/options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char lat_usage[] =
    "usage: latency [--top 10,100] [--threads 1,2] [--rounds 5] [--cold 5] [--json] QUERIES INDEX "
    "[INDEX]...\n"
    "Compares what the indexes answer, then times them in turn. Status 1: they answer differently.\n";

/* Reads a number that ends before *rest. */
static bool parse_number(size_t *out, const char *text, const char **rest, size_t least, size_t most) {
    char *end;
    if (*text < '0' || *text > '9') return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || value < least || value > most) return false;
    *out = (size_t)value;
    *rest = end;
    return true;
}

static bool parse_list(lat_list *out, const char *text, size_t most) {
    for (out->count = 0; out->count < LAT_LIST; text++) {
        if (!parse_number(&out->items[out->count], text, &text, 1, most)) return false;
        out->count++;
        if (*text == '\0') return true;
        if (*text != ',') return false;
    }
    return false;
}

static bool parse_count(size_t *out, const char *text, size_t least) {
    const char *rest;
    return parse_number(out, text, &rest, least, 1000000) && *rest == '\0';
}

static bool parse_option(lat_options *out, const char *name, const char *value) {
    if (strcmp(name, "--top") == 0) return parse_list(&out->top, value, LAT_MAX_TOP);
    if (strcmp(name, "--threads") == 0) return parse_list(&out->threads, value, LAT_MAX_THREADS);
    if (strcmp(name, "--rounds") == 0) return parse_count(&out->rounds, value, 1);
    if (strcmp(name, "--cold") == 0) return parse_count(&out->cold, value, 0);
    return false;
}

bool lat_options_parse(lat_options *out, int argc, char **argv) {
    int next = 1, left;
    *out = (lat_options){.top = {{10, 100}, 2}, .threads = {{1, 2}, 2}, .rounds = 5, .cold = 5};
    while (next < argc && strncmp(argv[next], "--", 2) == 0) {
        if (strcmp(argv[next], "--json") == 0) {
            out->json = true;
            next++;
        } else if (next + 1 < argc && parse_option(out, argv[next], argv[next + 1])) {
            next += 2;
        } else {
            return false;
        }
    }
    left = argc - next; /* the queries and the indexes */
    /* cppcheck-suppress knownConditionTrueFalse ; it takes the loop to end at argc */
    if (left < 2) return false;
    out->queries = argv[next];
    out->indexes = argv + next + 1;
    out->index_count = (size_t)left - 1;
    return true;
}
