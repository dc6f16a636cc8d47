/* Pieces of glued lines in two sorted arrays. Those that begin with a word form a run in one array, those
 * that end with it a run in the other. A run is sorted by the byte next to the word, so its first and its
 * last piece tell whether that byte varies. May use base. */
#include "corpus/tag_pieces.h"

#include <stdlib.h>
#include <string.h>

ks_status ks_tag_pieces_add(ks_tag_pieces *p, const char *text, size_t size, ks_error *err) {
    ks_status status;
    if (!size) return KS_OK;
    if ((status = ks_array_reserve(&p->forward, &p->capacity, p->count + 1, sizeof *p->forward, err)))
        return status;
    p->forward[p->count++] = (ks_tag_piece){text, size};
    return KS_OK;
}

static int by_size(size_t a, size_t b) {
    return (a > b) - (a < b);
}

static int compare_forward(const void *left, const void *right) {
    const ks_tag_piece *a = left, *b = right;
    int order = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
    return order ? order : by_size(a->size, b->size);
}

static int compare_backward(const void *left, const void *right) {
    const ks_tag_piece *a = left, *b = right;
    for (size_t i = 1; i <= a->size && i <= b->size; i++) {
        int order = (unsigned char)a->text[a->size - i] - (unsigned char)b->text[b->size - i];
        if (order) return order;
    }
    return by_size(a->size, b->size);
}

ks_status ks_tag_pieces_finish(ks_tag_pieces *p, ks_error *err) {
    size_t kept = 0;
    if (!p->count) return KS_OK;
    qsort(p->forward, p->count, sizeof *p->forward, compare_forward);
    for (size_t i = 0; i < p->count; i++)
        if (!i || compare_forward(&p->forward[kept - 1], &p->forward[i])) p->forward[kept++] = p->forward[i];
    p->count = kept;
    p->backward = malloc(kept * sizeof *p->backward);
    if (!p->backward) return ks_error_nomem(err);
    memcpy(p->backward, p->forward, kept * sizeof *p->backward);
    qsort(p->backward, kept, sizeof *p->backward, compare_backward);
    return KS_OK;
}

void ks_tag_pieces_free(ks_tag_pieces *p) {
    free(p->forward);
    free(p->backward);
    *p = (ks_tag_pieces){0};
}

/* Compares the word with as many bytes from the front, or from the back, of the piece. */
static int compare_part(const ks_tag_piece *word, const ks_tag_piece *piece, bool backward) {
    size_t size = piece->size < word->size ? piece->size : word->size;
    ks_tag_piece part = {backward ? piece->text + piece->size - size : piece->text, size};
    return backward ? compare_backward(word, &part) : compare_forward(word, &part);
}

/* The index of the first piece of the word's run; or, if `behind`, of the first piece behind the run. */
static size_t bound(const ks_tag_pieces *p, const ks_tag_piece *word, bool backward, bool behind) {
    const ks_tag_piece *sorted = backward ? p->backward : p->forward;
    size_t low = 0, high = p->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_part(word, &sorted[middle], backward);
        if (order > 0 || (behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The byte next to the word that the piece begins or ends with; -1 if the word is the whole piece. */
static int neighbour(const ks_tag_piece *piece, size_t word, bool backward) {
    if (piece->size == word) return -1;
    return (unsigned char)(backward ? piece->text[piece->size - word - 1] : piece->text[word]);
}

size_t ks_tag_pieces_alike(const ks_tag_pieces *p, const char *text, size_t size, bool backward) {
    ks_tag_piece word = {text, size};
    const ks_tag_piece *sorted = backward ? p->backward : p->forward;
    size_t first = bound(p, &word, backward, false), end;
    int byte;
    if (first == p->count || compare_part(&word, &sorted[first], backward)) return 0;
    byte = neighbour(&sorted[first], size, backward);
    if (byte < 0) return 0;
    if (first + 1 == p->count || compare_part(&word, &sorted[first + 1], backward)) return 1;
    end = bound(p, &word, backward, true);
    return byte == neighbour(&sorted[end - 1], size, backward) ? end - first : 0;
}
