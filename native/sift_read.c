/* Reading the documents of a block, with their approximate scores, as far as they may matter; see sift.h and
 * sift_read.h. May use base, engine and native's files. */
#include "native/sift_read.h"

#include <string.h>

enum { WORD = 64 };

uint32_t ks_sift_block_end(const ks_cursor *cursor, uint32_t high) {
    uint32_t last = cursor->block_size - 1;
    return cursor->docs[last] <= high ? last + 1 : ks_block_find(cursor->docs, high + 1);
}

/* ---- What frequencies tell ---- */

/* Solves factor * tf / (tf + k) = need for tf, with the least k that a document can have. */
uint32_t ks_sift_floor(const ks_sift *sift, const ks_list *list, float need) {
    const ks_norm *norm = &sift->pass->factors->norm;
    double tf, factor = list->factor;
    uint32_t whole;
    if (need <= 0) return 0;
    if ((double)need >= factor) return UINT32_MAX;
    tf = (double)need * ks_norm_of(norm, 0) / (factor - (double)need);
    if (tf >= UINT32_MAX) return UINT32_MAX;
    whole = (uint32_t)tf;
    return whole + (tf > whole); /* rounded up, without a call of ceil */
}

/* The bits of [begin, end) within the word that begins with bit `first`. */
static uint64_t bits_between(uint32_t first, uint32_t begin, uint32_t end) {
    uint64_t bits = UINT64_MAX;
    if (end <= first || begin >= first + WORD) return 0;
    if (begin > first) bits &= UINT64_MAX << (begin - first);
    if (end < first + WORD) bits &= ~(UINT64_MAX << (end - first));
    return bits;
}

uint32_t ks_sift_choose(const ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end, float need,
                        uint32_t *in_block) {
    ks_cursor *cursor = list->cursor;
    uint64_t good[KS_BLOCK / WORD];
    uint32_t count = 0;
    ks_cursor_tf(cursor); /* decodes those of the whole block */
    cursor->unpacker->reach(good, cursor->tfs, ks_sift_floor(sift, list, need));
    for (uint32_t word = 0; word < KS_BLOCK / WORD; word++)
        for (uint64_t bits = good[word] & bits_between(word * WORD, begin, end); bits; bits &= bits - 1)
            in_block[count++] = word * WORD + (uint32_t)__builtin_ctzll(bits);
    return count;
}

/* ---- Reading ---- */

/* Sets norms and scores by the documents' frequencies and lengths. Two loops: the first one waits for memory,
 * the second one can be done with vectors. */
static void score(const ks_sift *sift, const ks_list *list, uint32_t count, const uint32_t *docs,
                  const uint32_t *tfs, float *scores, float *norms) {
    const ks_norm *norm = &sift->pass->factors->norm;
    const float factor = (float)list->factor;
    for (uint32_t i = 0; i < count; i++)
        norms[i] = (float)(int32_t)ks_segment_length(sift->leaf->segment, docs[i]);
    for (uint32_t i = 0; i < count; i++) {
        norms[i] = ks_sift_norm(norm, norms[i]);
        scores[i] = ks_sift_part(factor, (float)(int32_t)tfs[i], norms[i]);
    }
}

/* Keeps the postings that hold the term in the list's field. */
static uint32_t keep_field(ks_list *list, uint32_t *in_block, uint32_t count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = in_block[i];
        in_block[kept] = at;
        kept += (ks_cursor_mask_at(list->cursor, at) & 1u << list->field) != 0;
    }
    return kept;
}

/* Reads the postings of [begin, end) that reach the floor and hold the field. */
static uint32_t read_some(const ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end, float least,
                          uint32_t *docs, float *scores, float *norms) {
    const ks_cursor *cursor = list->cursor;
    uint32_t in_block[KS_BLOCK], tfs[KS_BLOCK], count;
    count = ks_sift_choose(sift, list, begin, end, least, in_block);
    if (list->field != KS_FIELD_ANY) count = keep_field(list, in_block, count);
    for (uint32_t i = 0; i < count; i++) {
        docs[i] = cursor->docs[in_block[i]];
        tfs[i] = cursor->tfs[in_block[i]];
    }
    score(sift, list, count, docs, tfs, scores, norms);
    return count;
}

uint32_t ks_sift_read(const ks_sift *sift, ks_list *list, uint32_t high, float least, uint32_t *docs,
                      float *scores, float *norms) {
    ks_cursor *cursor = list->cursor;
    uint32_t begin = cursor->in_block, end;
    if (cursor->doc > high) return 0; /* KS_NO_DOC as well */
    end = ks_sift_block_end(cursor, high);
    if (list->field != KS_FIELD_ANY || ks_sift_floor(sift, list, least) > 1)
        return read_some(sift, list, begin, end, least, docs, scores, norms);
    ks_cursor_tf(cursor); /* decodes those of the whole block */
    memcpy(docs, cursor->docs + begin, (end - begin) * sizeof *docs);
    score(sift, list, end - begin, docs, cursor->tfs + begin, scores, norms);
    return end - begin;
}
