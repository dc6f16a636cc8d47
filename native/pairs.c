/* Competitive pairs; see pairs.h. */
#include "native/pairs.h"

#include "native/varint.h"

#include <string.h>

/* Joins neighbours, the nearest in tf first, until few enough are left: the greater tf with the lesser length
 * still bounds both. */
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
    for (end = at; end < pairs->count && items[end].length >= length;) end++; /* beaten: at..end */
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

void ks_pairs_put(const ks_pairs *pairs, size_t most, ks_buffer *out) {
    ks_pairs few = *pairs;
    ks_pair before = {0};
    thin_out(&few, most);
    ks_buffer_char(out, (char)few.count);
    for (size_t i = few.count; i > 0; i--) {
        ks_varint_put(out, few.items[i - 1].tf - before.tf);
        ks_varint_put(out, few.items[i - 1].length - before.length);
        before = few.items[i - 1];
    }
}
