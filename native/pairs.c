/* Competitive pairs; see pairs.h. May use base. */
#include "native/pairs.h"

#include <string.h>

/* Joins neighbours, those nearest in tf first, until at most `most` are left. The greater tf with the smaller
 * length beats both. */
static void thin_out(ks_pairs *pairs, size_t most) {
    ks_pair *items = pairs->items;
    while (pairs->count > most) {
        size_t best = 0;
        for (size_t i = 1; i + 1 < pairs->count; i++)
            if (items[i].tf - items[i + 1].tf < items[best].tf - items[best + 1].tf) best = i;
        items[best].length = items[best + 1].length;
        pairs->count--;
        memmove(items + best + 1, items + best + 2, (pairs->count - best - 1) * sizeof *items);
    }
}

void ks_pairs_add(ks_pairs *pairs, uint32_t tf, uint32_t length) {
    ks_pair *items = pairs->items;
    size_t at = pairs->count, end;
    while (at > 0 && items[at - 1].tf < tf) at--; /* items[0..at) have at least this tf */
    if (at > 0 && items[at - 1].length <= length) return;
    if (at > 0 && items[at - 1].tf == tf) at--;
    for (end = at; end < pairs->count && items[end].length >= length;) end++; /* items[at..end) are beaten */
    if (end == at && pairs->count == KS_PAIRS_ROOM) {
        thin_out(pairs, KS_PAIRS_ROOM / 2);
        ks_pairs_add(pairs, tf, length);
        return;
    }
    memmove(items + at + 1, items + end, (pairs->count - end) * sizeof *items);
    pairs->count = pairs->count - (end - at) + 1;
    items[at] = (ks_pair){tf, length};
}

void ks_pairs_join(ks_pairs *pairs, const ks_pairs *more) {
    for (size_t i = 0; i < more->count; i++) ks_pairs_add(pairs, more->items[i].tf, more->items[i].length);
}

static void put_length(ks_buffer *out, uint32_t length) {
    uint32_t most = length < KS_PAIR_LENGTH ? length : KS_PAIR_LENGTH;
    ks_buffer_char(out, (char)(uint8_t)most);
    ks_buffer_char(out, (char)(uint8_t)(most >> 8));
}

void ks_pairs_put(const ks_pairs *pairs, size_t most, ks_buffer *out) {
    ks_pairs few = *pairs;
    thin_out(&few, most);
    ks_buffer_char(out, (char)few.count);
    for (size_t i = few.count; i-- > 0;)
        ks_buffer_char(out, (char)(uint8_t)(few.items[i].tf < KS_PAIR_TF ? few.items[i].tf : KS_PAIR_TF));
    for (size_t i = few.count; i-- > 0;) put_length(out, few.items[i].length);
}

/* Shares are compared without dividing: a / (a + k) > b / (b + l) if and only if a * l > b * k. */
double ks_pairs_best_portable(const uint8_t *at, const uint8_t *end, const ks_norm *norm) {
    size_t bytes = ks_pairs_bytes(at, end), count = bytes / 3;
    double best = 0, best_k = 1;
    if (bytes == 0) return 1;
    for (size_t i = 0; i < count; i++) {
        const uint8_t *length = at + 1 + count + 2 * i;
        double tf = at[1 + i], k = ks_norm_of(norm, (uint32_t)length[0] | (uint32_t)length[1] << 8);
        if (tf >= KS_PAIR_TF) return 1;
        if (tf * best_k <= best * k) continue;
        best = tf;
        best_k = k;
    }
    return best / (best + best_k);
}
