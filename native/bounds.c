/* What the pairs of a posting list promise of its blocks; the layout is in postings.h. May use base, engine
 * and native's files. */
#include "native/postings.h"

static double share_of(uint64_t tf, uint64_t length, const ks_norm *norm) {
    return (double)tf / ((double)tf + ks_norm_of(norm, (uint32_t)length));
}

/* Shares are compared without dividing: a / (a + k) is greater than b / (b + l) where a * l is than b * k. */
static double best_of(const uint8_t *at, const uint8_t *end, const ks_norm *norm) {
    uint64_t tf = 0, length = 0;
    double best = 0, best_k = 1;
    if (at == end) return 1;
    for (unsigned left = *at++; left > 0; left--) {
        uint64_t more_tf, more_length;
        double k;
        if (!ks_varint_get(&at, end, &more_tf) || !ks_varint_get(&at, end, &more_length)) return 1;
        tf += more_tf;
        length += more_length;
        k = ks_norm_of(norm, (uint32_t)length);
        if ((double)tf * best_k <= best * k) continue;
        best = (double)tf;
        best_k = k;
    }
    return best / (best + best_k);
}

/* Of a list that has one block, which the cursor has not left. */
static double best_here(const ks_cursor *cursor, const ks_norm *norm) {
    double best = cursor->block_size ? 0 : 1;
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        double share = share_of(cursor->tfs[i], ks_segment_length(cursor->segment, cursor->docs[i]), norm);
        if (share > best) best = share;
    }
    return best;
}

double ks_cursor_bound(const ks_cursor *cursor, uint32_t block, const ks_norm *norm) {
    uint32_t begin;
    if (!cursor->list_pairs) return best_here(cursor, norm);
    if (block == KS_NO_DOC || !cursor->skips) return best_of(cursor->list_pairs, cursor->end, norm);
    begin = block ? ks_cursor_skip(cursor, block - 1, KS_SKIP_PAIRS) : 0;
    if (begin >= (size_t)(cursor->end - cursor->pairs)) return 1;
    return best_of(cursor->pairs + begin, cursor->end, norm);
}

double ks_cursor_group_bound(const ks_cursor *cursor, uint32_t group, const ks_norm *norm) {
    uint32_t begin = group ? ks_get_u32(cursor->group_ends + (group - 1) * sizeof(uint32_t)) : 0;
    if (begin >= (size_t)(cursor->end - cursor->group_pairs)) return 1;
    return best_of(cursor->group_pairs + begin, cursor->end, norm);
}
