/* The model of unseen words: sequences of up to four bytes with Witten-Bell interpolation. The length of
 * words is modelled separately, since such sequences alone make long words too likely. May use base. */
#include "corpus/tag_spelling.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bytes are reduced to classes of 5 bits, so a sequence of four takes 20 bits. */
enum { CLASS_START, CLASS_END, CLASS_DIGIT, CLASS_OTHER, CLASS_LEAD, CLASS_TAIL, CLASS_A };
enum { BITS = 5, CLASSES = 1 << BITS, ORDER = 4, CONTEXTS = 1 << (BITS * (ORDER - 1)) };
enum { EDGE = 3 }; /* the first bytes of a piece, which tell how words begin */

static const double EDGE_WEIGHT = 0.2, AFFIX_WEIGHT = 2;
static const double TRUST_BELOW = 4; /* weight of shorter contexts, as a multiple of Witten and Bell's */

/* What is assumed of lengths before anything was learnt, for feeds with hardly any text. */
static const double FIRST_WORDS = 20, FIRST_LENGTH = 7.5, FIRST_VARIANCE = 9;

static uint32_t class_of(char byte) {
    unsigned char c = (unsigned char)byte;
    if (c >= 'a' && c <= 'z') return CLASS_A + (uint32_t)(c - 'a');
    if (c >= '0' && c <= '9') return CLASS_DIGIT;
    if (c >= 0xC0) return CLASS_LEAD;
    return c >= 0x80 ? CLASS_TAIL : CLASS_OTHER;
}

static uint32_t step(uint32_t context, uint32_t class) {
    return (context << BITS | class) & (CONTEXTS - 1);
}

ks_status ks_tag_spelling_init(ks_tag_spelling *s, ks_error *err) {
    *s = (ks_tag_spelling){.words = FIRST_WORDS,
                           .length_sum = FIRST_WORDS * FIRST_LENGTH,
                           .length_squares = FIRST_WORDS * (FIRST_LENGTH * FIRST_LENGTH + FIRST_VARIANCE)};
    s->weight = calloc((size_t)CONTEXTS * CLASSES, sizeof *s->weight);
    return s->weight ? KS_OK : ks_error_nomem(err);
}

void ks_tag_spelling_free(ks_tag_spelling *s) {
    free(s->weight);
    s->weight = NULL;
}

void ks_tag_spelling_add(ks_tag_spelling *s, const char *word, size_t size, bool sized) {
    uint32_t context = CLASS_START;
    for (size_t i = 0; i < size; i++) {
        uint32_t class = class_of(word[i]);
        s->weight[(size_t)context * CLASSES + class] += 1;
        context = step(context, class);
    }
    s->weight[(size_t)context * CLASSES + CLASS_END] += 1;
    if (!sized) return;
    s->words += 1;
    s->length_sum += (double)size;
    s->length_squares += (double)size * (double)size;
}

void ks_tag_spelling_add_affix(ks_tag_spelling *s, const char *affix, size_t size, bool ends) {
    uint32_t context = CLASS_START;
    for (size_t i = 0; i < size; i++) {
        uint32_t class = class_of(affix[i]);
        if (!ends || i > 0) s->weight[(size_t)context * CLASSES + class] += (float)AFFIX_WEIGHT;
        context =
            ends && i == 0 ? step(step(step(0, CLASS_OTHER), CLASS_OTHER), class) : step(context, class);
    }
    if (ends) s->weight[(size_t)context * CLASSES + CLASS_END] += (float)AFFIX_WEIGHT;
}

void ks_tag_spelling_add_edges(ks_tag_spelling *s, const char *piece, size_t size) {
    uint32_t context = CLASS_START;
    for (size_t i = 0; i < size; i++) {
        uint32_t class = class_of(piece[i]);
        if (i < EDGE) s->weight[(size_t)context * CLASSES + class] += (float)EDGE_WEIGHT;
        context = step(context, class);
    }
    if (size) s->weight[(size_t)context * CLASSES + CLASS_END] += (float)EDGE_WEIGHT;
}

/* Adds a row to the table of the order below, whose contexts lack the oldest byte. */
static void add_row(double *lower, const float *row, size_t context) {
    for (size_t c = 0; c < CLASSES; c++) lower[(context * CLASSES + c) % CONTEXTS] += (double)row[c];
}

/* Turns the weights of one context into probabilities, interpolated with those of the order below. */
static void interpolate(double *row, const double *below) {
    double total = 0, kinds = 0;
    for (size_t c = 0; c < CLASSES; c++) {
        total += row[c];
        kinds += row[c] > 0;
    }
    for (size_t c = 0; c < CLASSES; c++)
        row[c] =
            total > 0 ? (row[c] + TRUST_BELOW * kinds * below[c]) / (total + TRUST_BELOW * kinds) : below[c];
}

/* Turns a table of weights, of sequences of at most three bytes, into probabilities. Recurses to the order
 * below until sequences are single bytes, whose order below is uniform. */
static void finish_order(double *table, size_t size) {
    double below[CONTEXTS / CLASSES] = {0};
    size_t lower = size / CLASSES; /* entries of the order below; 1: there is none */
    if (lower == 1) {
        for (size_t c = 0; c < CLASSES; c++) below[c] = 1.0 / CLASSES;
    } else {
        for (size_t i = 0; i < size; i++) below[i % lower] += table[i];
        finish_order(below, lower);
    }
    for (size_t i = 0; i < size; i += CLASSES) interpolate(table + i, below + i % lower);
}

static void finish_lengths(ks_tag_spelling *s) {
    double mean = s->length_sum / s->words, sum = 0;
    double variance = s->length_squares / s->words - mean * mean;
    for (int n = 1; n <= KS_TAG_WORD_LIMIT; n++) {
        double off = n - mean;
        sum += s->length[n] = exp(-off * off / (2 * variance));
    }
    for (int n = 1; n <= KS_TAG_WORD_LIMIT; n++) {
        s->length[n] /= sum;
        if (s->length[n] > s->length_peak) s->length_peak = s->length[n];
    }
    s->end = 1 / (mean + 1);
}

ks_status ks_tag_spelling_finish(ks_tag_spelling *s, ks_error *err) {
    double *lower = calloc(CONTEXTS, sizeof *lower);
    if (!lower) return ks_error_nomem(err);
    for (size_t h = 0; h < CONTEXTS; h++) add_row(lower, s->weight + h * CLASSES, h);
    finish_order(lower, CONTEXTS);
    for (size_t h = 0; h < CONTEXTS; h++) {
        double row[CLASSES];
        for (size_t c = 0; c < CLASSES; c++) row[c] = (double)s->weight[h * CLASSES + c];
        interpolate(row, lower + h * CLASSES % CONTEXTS);
        for (size_t c = 0; c < CLASSES; c++) s->weight[h * CLASSES + c] = (float)row[c];
    }
    free(lower);
    finish_lengths(s);
    return KS_OK;
}

double ks_tag_spelling_step(const ks_tag_spelling *s, uint32_t *context, char c) {
    const float *row = s->weight + (size_t)*context * CLASSES;
    uint32_t class = class_of(c);
    double stays = *context == CLASS_START ? 1 : 1 - (double)row[CLASS_END];
    *context = step(*context, class);
    return (double)row[class] / stays;
}

double ks_tag_spelling_stop(const ks_tag_spelling *s, uint32_t context, size_t size) {
    return (double)s->weight[(size_t)context * CLASSES + CLASS_END] / s->end * s->length[size];
}
