/* What the peers written in C share: reading requests line by line, a clock, and printing answers.
 * The protocol itself is described in bench/peers/README.md. Uses POSIX alone. */
#ifndef PEER_COMMON_PROTOCOL_H
#define PEER_COMMON_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum peer_match { PEER_MATCH_AUTO, PEER_MATCH_ALL, PEER_MATCH_ANY } peer_match;

/* A line of standard input. Zero-initialise before the first use, peer_request_free after the last. */
typedef struct peer_request {
    const char *query; /* NUL-terminated; valid until the next line is read */
    peer_match match;
    size_t limit; /* 0 for COUNT */
    bool count;   /* the exact number of matches is wanted */
    char *line;
    size_t capacity;
} peer_request;

/* Reads the next request; false at the end of standard input. Lines that are none are answered with an error
 * here and passed over. */
bool peer_request_next(peer_request *request);

void peer_request_free(peer_request *request);

/* Microseconds since some fixed moment. */
double peer_clock_us(void);

/* The line that greets whoever started the program. */
void peer_print_greeting(const char *engine, const char *version, const char *settings);

/* The line that ends `index`: records taken in, seconds it took. */
void peer_print_indexed(uint64_t records, double seconds);

/* An answer is a head, its hits with places from 0, and a tail; or one error. `count` is negative where it is
 * not known. The tail and the error flush. */
void peer_print_head(double took_us);
void peer_print_hit(size_t place, const char *id, double score);
void peer_print_tail(int64_t count);
void peer_print_error(const char *message);

#endif
