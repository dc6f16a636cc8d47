/* Upper bounds of what a list's documents can score, read from its pairs; the layout is in postings.h. May
 * use base, engine and native's files. */
#include "native/postings.h"

/* The exact maximum over a list of one block, which the cursor still holds; 1, which bounds anything, where
 * it has left it. */
static double best_of_block(const ks_cursor *cursor, const ks_norm *norm) {
    double best = cursor->block_size ? 0 : 1;
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        double tf = (double)cursor->tfs[i];
        double share = tf / (tf + ks_norm_of(norm, ks_segment_length(cursor->segment, cursor->docs[i])));
        if (share > best) best = share;
    }
    return best;
}

double ks_cursor_bound(const ks_cursor *cursor, uint32_t block, const ks_norm *norm) {
    uint32_t begin;
    if (!cursor->list_pairs) return best_of_block(cursor, norm);
    if (block == KS_NO_DOC || !cursor->skips)
        return cursor->unpacker->best(cursor->list_pairs, cursor->end, norm);
    begin = block ? ks_cursor_skip(cursor, block - 1, KS_SKIP_PAIRS) : 0;
    if (begin >= (size_t)(cursor->end - cursor->pairs)) return 1;
    return cursor->unpacker->best(cursor->pairs + begin, cursor->end, norm);
}

double ks_cursor_group_bound(const ks_cursor *cursor, uint32_t group, const ks_norm *norm) {
    uint32_t begin = group ? ks_get_u32(cursor->group_ends + (group - 1) * sizeof(uint32_t)) : 0;
    if (begin >= (size_t)(cursor->end - cursor->group_pairs)) return 1;
    return cursor->unpacker->best(cursor->group_pairs + begin, cursor->end, norm);
}
