/* Requests and answers of the peers written in C. Uses POSIX alone. */
#include "bench/peers/common/protocol.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct {
    const char *name;
    size_t limit;
    bool count;
} commands[] = {
    {"TOP_10", 10, false}, {"TOP_100", 100, false}, {"COUNT", 0, true}, {"TOP_10_COUNT", 10, true}};

/* Ends the field at `text` and gives what follows its tab, or NULL. */
static char *cut_field(char *text) {
    char *tab = strchr(text, '\t');
    if (tab) *tab++ = '\0';
    return tab;
}

static bool read_command(peer_request *request, const char *name) {
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (strcmp(name, commands[i].name) != 0) continue;
        request->limit = commands[i].limit;
        request->count = commands[i].count;
        return true;
    }
    return false;
}

static bool read_match(peer_request *request, const char *name) {
    if (!name || strcmp(name, "auto") == 0)
        request->match = PEER_MATCH_AUTO;
    else if (strcmp(name, "all") == 0)
        request->match = PEER_MATCH_ALL;
    else if (strcmp(name, "any") == 0)
        request->match = PEER_MATCH_ANY;
    else
        return false;
    return true;
}

static const char *read_request(peer_request *request) {
    char *query, *match;
    request->line[strcspn(request->line, "\r\n")] = '\0';
    query = cut_field(request->line);
    if (!query) return "a line needs a command, a tab and a query";
    match = cut_field(query);
    request->query = query;
    if (!read_command(request, request->line)) return "unknown command";
    if (!read_match(request, match)) return "match is any, all or auto";
    return NULL;
}

bool peer_request_next(peer_request *request) {
    while (getline(&request->line, &request->capacity, stdin) > 0) {
        const char *fault = read_request(request);
        if (!fault) return true;
        peer_print_error(fault);
    }
    return false;
}

void peer_request_free(peer_request *request) {
    free(request->line);
    *request = (peer_request){0};
}

double peer_clock_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void print_string(const char *text) {
    putchar('"');
    for (const char *c = text; *c; c++) {
        if ((unsigned char)*c < 0x20)
            printf("\\u%04x", (unsigned)*c);
        else {
            if (*c == '"' || *c == '\\') putchar('\\');
            putchar(*c);
        }
    }
    putchar('"');
}

void peer_print_greeting(const char *engine, const char *version, const char *settings) {
    fputs("{\"engine\":", stdout);
    print_string(engine);
    fputs(",\"version\":", stdout);
    print_string(version);
    fputs(",\"settings\":", stdout);
    print_string(settings);
    puts("}");
    fflush(stdout);
}

void peer_print_indexed(uint64_t records, double seconds) {
    printf("{\"records\":%llu,\"seconds\":%.6f}\n", (unsigned long long)records, seconds);
}

void peer_print_head(double took_us) {
    printf("{\"took_us\":%.3f,\"hits\":[", took_us);
}

void peer_print_hit(size_t place, const char *id, double score) {
    if (place) putchar(',');
    putchar('[');
    print_string(id);
    printf(",%.9g]", score);
}

void peer_print_tail(int64_t count) {
    if (count < 0)
        puts("],\"count\":null}");
    else
        printf("],\"count\":%lld}\n", (long long)count);
    fflush(stdout);
}

void peer_print_error(const char *message) {
    fputs("{\"error\":", stdout);
    print_string(message);
    puts("}");
    fflush(stdout);
}
