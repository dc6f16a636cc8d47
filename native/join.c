/* Adding up approximate scores for many documents at once: the inner loops of a search. See sift.h. */
#include "native/phrase.h"
#include "native/sift.h"

#include <string.h>

/* Fewer candidates than this in a block are looked up one by one. */
enum { FEW = 12, WORD = 64 };

static float part(float factor, float tf, float norm) {
    return factor * tf / (tf + norm);
}

/* Takes out what does not hold the term in the list's field. `places` are in the cursor's block. */
static uint32_t keep_field(ks_list *list, const uint32_t *places, uint32_t *kept_places, uint32_t count) {
    ks_cursor *cursor = list->cursor;
    uint32_t kept = 0, before = cursor->in_block;
    for (uint32_t i = 0; i < count; i++) {
        cursor->in_block = places[i];
        kept_places[kept] = i;
        kept += (ks_cursor_mask(cursor) & 1u << list->field) != 0;
    }
    cursor->in_block = before;
    return kept;
}

static uint32_t read_field(ks_list *list, uint32_t count, uint32_t *docs, float *scores, float *norms) {
    uint32_t places[KS_BLOCK], which[KS_BLOCK], kept;
    for (uint32_t i = 0; i < count; i++) places[i] = list->cursor->in_block + i;
    kept = keep_field(list, places, which, count);
    for (uint32_t i = 0; i < kept; i++) {
        docs[i] = docs[which[i]];
        scores[i] = scores[which[i]];
        norms[i] = norms[which[i]];
    }
    return kept;
}

uint32_t ks_sift_read(const ks_sift *sift, ks_list *list, uint32_t high, uint32_t *docs, float *scores,
                      float *norms) {
    ks_cursor *cursor = list->cursor;
    const ks_norm *norm = &sift->pass->factors->norm;
    const float base = (float)norm->base, slope = (float)norm->slope, least = (float)norm->least;
    const float factor = (float)list->factor;
    const uint32_t *from = cursor->docs + cursor->in_block, *tfs = cursor->tfs + cursor->in_block;
    uint32_t count = cursor->block_size - cursor->in_block;
    if (cursor->doc > high) return 0; /* KS_NO_DOC as well */
    while (from[count - 1] > high) count--;
    ks_cursor_tf(cursor); /* unpacks them all */
    memcpy(docs, from, count * sizeof *docs);
    for (uint32_t i = 0; i < count; i++)
        norms[i] = (float)(int32_t)ks_segment_length(sift->leaf->segment, docs[i]);
    for (uint32_t i = 0; i < count; i++) {
        norms[i] = base + slope * (norms[i] > least ? norms[i] : least);
        scores[i] = part(factor, (float)(int32_t)tfs[i], norms[i]);
    }
    return list->field == KS_FIELD_ANY ? count : read_field(list, count, docs, scores, norms);
}

/* Moves candidate `from` to `to`, which is not behind it. */
static void move(ks_candidates *c, uint32_t to, uint32_t from) {
    c->docs[to] = c->docs[from];
    c->scores[to] = c->scores[from];
    c->norms[to] = c->norms[from];
}

/* Moves those of [begin, end) that reach `least` to `to`; the end of them there. */
static uint32_t keep_above(ks_candidates *c, uint32_t begin, uint32_t end, uint32_t to, float least) {
    if (begin == to && least <= 0) return end; /* no score is less */
    for (uint32_t i = begin; i < end; i++) {
        bool good = c->scores[i] >= least;
        move(c, to, i);
        to += good;
    }
    return to;
}

void ks_sift_drop(ks_sift *sift, float least) {
    ks_candidates *c = &sift->candidates;
    c->count = keep_above(c, 0, c->count, 0, least);
}

/* Which of the candidates [begin, end) the cursor's block holds, and where: by a bitmap of the block, as
 * comparing two lists step by step waits for each step before it. The documents span less than
 * KS_CANDIDATES. */
static uint32_t intersect(const ks_candidates *c, uint32_t begin, uint32_t end, const ks_cursor *cursor,
                          uint32_t *which, uint32_t *places) {
    uint64_t bits[KS_CANDIDATES / WORD];
    uint8_t place_of[KS_CANDIDATES];
    uint32_t first = c->docs[begin], range = c->docs[end - 1] - first, found = 0;
    memset(bits, 0, (range / WORD + 1) * sizeof *bits);
    memset(place_of, 0, range + 1);
    for (uint32_t j = cursor->in_block; j < cursor->block_size; j++) {
        uint32_t at = cursor->docs[j] - first;
        if (at > range) break;
        bits[at / WORD] |= UINT64_C(1) << at % WORD;
        place_of[at] = (uint8_t)j;
    }
    for (uint32_t i = begin; i < end && found < KS_BLOCK; i++) {
        uint32_t at = c->docs[i] - first;
        which[found] = i;
        found += (bits[at / WORD] >> at % WORD & 1) != 0;
    }
    for (uint32_t i = 0; i < found; i++) places[i] = place_of[c->docs[which[i]] - first];
    return found;
}

/* Where a full block, whose last document is not less, has the first that is not less than `target`. No step
 * waits for a search before this one. */
static uint32_t find_in_full(const uint32_t docs[KS_BLOCK], uint32_t target) {
    uint32_t low = 0;
    for (uint32_t half = KS_BLOCK / 2; half > 0; half /= 2) {
        uint32_t is_less = docs[low + half - 1] < target;
        low += half & (0 - is_less);
    }
    return low;
}

/* The same for a few, or for a block that spans more, by searching. */
static uint32_t look_up(const ks_candidates *c, uint32_t begin, uint32_t end, ks_cursor *cursor,
                        uint32_t *which, uint32_t *places) {
    bool is_full = cursor->block_size == KS_BLOCK;
    uint32_t found = 0;
    for (uint32_t i = begin; i < end; i++) {
        if (!is_full) ks_cursor_advance(cursor, c->docs[i]);
        which[found] = i;
        places[found] = is_full ? find_in_full(cursor->docs, c->docs[i]) : cursor->in_block;
        found += cursor->docs[places[found]] == c->docs[i];
    }
    return found;
}

/* Keeps those of the found that hold the term in the list's field. */
static uint32_t keep_found_field(ks_list *list, uint32_t *which, uint32_t *places, uint32_t found) {
    uint32_t good[KS_BLOCK], kept = keep_field(list, places, good, found);
    for (uint32_t i = 0; i < kept; i++) {
        which[i] = which[good[i]];
        places[i] = places[good[i]];
    }
    return kept;
}

/* Where a phrase is looked at, the shapes are needed as well, and tell the few frequencies. Only what may
 * still be wanted is looked at. */
static uint32_t keep_phrases(ks_candidates *c, ks_list *list, uint32_t *which, uint32_t *places,
                             uint32_t found, float least) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < found; i++) {
        which[kept] = which[i];
        places[kept] = places[i];
        kept += c->scores[which[i]] >= least;
    }
    return ks_phrase_keep(list->words, c->docs, which, places, kept);
}

static void add_parts(ks_candidates *c, ks_list *list, const uint32_t *which, const uint32_t *places,
                      uint32_t found) {
    float factor = (float)list->factor;
    if (list->words) {
        for (uint32_t i = 0; i < found; i++)
            c->scores[which[i]] +=
                part(factor, (float)(int32_t)ks_cursor_tf_at(list->cursor, places[i]), c->norms[which[i]]);
        return;
    }
    ks_cursor_tf(list->cursor); /* unpacks them all */
    for (uint32_t i = 0; i < found; i++)
        c->scores[which[i]] += part(factor, (float)(int32_t)list->cursor->tfs[places[i]], c->norms[which[i]]);
}

/* Adds the block's parts to the candidates [begin, end), whose documents lie within it; the end of those that
 * stay. */
static uint32_t join_block(ks_candidates *c, ks_list *list, uint32_t begin, uint32_t end, bool must,
                           float least) {
    uint32_t which[KS_BLOCK], places[KS_BLOCK], found;
    ks_cursor *cursor = list->cursor;
    ks_cursor_advance(cursor, c->docs[begin]);
    if (cursor->doc == KS_NO_DOC || cursor->doc > c->docs[end - 1]) return must ? begin : end;
    found = end - begin < FEW || c->docs[end - 1] - c->docs[begin] >= KS_CANDIDATES
                ? look_up(c, begin, end, cursor, which, places)
                : intersect(c, begin, end, cursor, which, places);
    if (list->field != KS_FIELD_ANY) found = keep_found_field(list, which, places, found);
    add_parts(c, list, which, places, found);
    if (list->words) found = keep_phrases(c, list, which, places, found, least);
    if (!must) return end;
    for (uint32_t i = 0; i < found; i++) move(c, begin + i, which[i]);
    return begin + found;
}

/* The end of the candidates from `begin` on whose documents are not behind `last`. */
static uint32_t end_of(const ks_candidates *c, uint32_t begin, uint32_t last) {
    uint32_t end = begin + 1;
    while (end < c->count && c->docs[end] <= last) end++;
    return end;
}

void ks_sift_join(ks_sift *sift, ks_list *list, bool must, float rest, float threshold) {
    ks_candidates *c = &sift->candidates;
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t to = 0, end;
    for (uint32_t at = 0; at < c->count; at = end) {
        uint32_t last = ks_list_look(list, c->docs[at], norm), begin = to;
        float least =
            threshold > 0 ? threshold - rest - (float)list->bound : -1; /* all, whatever rounding does */
        end = end_of(c, at, last);
        to = last == KS_NO_DOC && must ? begin : keep_above(c, at, end, begin, least);
        if (last == KS_NO_DOC || to == begin) continue;
        /* The block holds at most 128 of them, but more may lie in its stretch. */
        to = join_block(c, list, begin, to, must, threshold > 0 ? threshold - rest : -1);
    }
    c->count = to;
}
