/* The pieces between hyphens of all glued lines, as evidence of where words begin and end. Private to the tag
 * splitter. May use base. */
#ifndef KS_CORPUS_TAG_PIECES_H
#define KS_CORPUS_TAG_PIECES_H

#include "base/memory.h"

#include <string.h>

/* The end of the piece of text[0..size) that begins at `at`: the offset of the next hyphen, or `size`. */
static inline size_t ks_tag_piece_end(const char *text, size_t size, size_t at) {
    const char *hyphen = memchr(text + at, '-', size - at);
    return hyphen ? (size_t)(hyphen - text) : size;
}

typedef struct ks_tag_piece {
    const char *text;
    size_t size;
} ks_tag_piece;

/* Zero-initialise before use. Does not own the text. */
typedef struct ks_tag_pieces {
    ks_tag_piece *forward,
        *backward; /* each piece once, sorted by its bytes from the front and from the back */
    size_t capacity, count;
} ks_tag_pieces;

ks_status ks_tag_pieces_add(ks_tag_pieces *p, const char *text, size_t size, ks_error *err);

/* Sorts; nothing can be added afterwards. */
ks_status ks_tag_pieces_finish(ks_tag_pieces *p, ks_error *err);

void ks_tag_pieces_free(ks_tag_pieces *p);

/* How many pieces begin (if `backward`, end) with `word`, if the same byte follows (precedes) it in all of
 * them; otherwise 0. A whole word has various neighbours, part of a word always the same. */
size_t ks_tag_pieces_alike(const ks_tag_pieces *p, const char *word, size_t size, bool backward);

#endif
