/* The union of some lists, window by window; see lead.h. May use base, engine and native's files. */
#include "native/lead.h"

#include "native/either.h"

_Static_assert(KS_CANDIDATES / KS_BLOCK >= KS_EITHER_SETS,
               "the candidates have room for a block of each list");

void ks_lead_make(ks_lead *out, ks_list *lists, size_t count, uint64_t leads) {
    *out = (ks_lead){.lists = lists};
    for (size_t i = 0; i < count; i++) {
        ks_list moving = lists[i];
        if (!(leads & ks_held_bit(moving.score_index))) continue;
        lists[i] = lists[out->count];
        lists[out->count++] = moving;
        out->documents += moving.cursor->documents;
    }
}

uint32_t ks_lead_look(ks_lead *lead, uint32_t low, const ks_norm *norm, double *bound) {
    uint32_t end = KS_NO_DOC;
    *bound = 0;
    for (size_t i = 0; i < lead->count; i++) {
        uint32_t last = ks_list_look(&lead->lists[i], low);
        if (last < end) end = last;
        *bound += ks_list_bound(&lead->lists[i], norm);
    }
    return end;
}

/* The first posting of the list's block, from `in_block` on, that holds the term in the list's field. */
static uint32_t find_field(ks_list *list, uint32_t in_block) {
    if (list->field == KS_FIELD_ANY) return in_block;
    while (in_block < list->cursor->block_size &&
           !(ks_cursor_mask_at(list->cursor, in_block) & 1u << list->field))
        in_block++;
    return in_block;
}

/* Returns the least document at which one of the lists stands, by its index in_block[i], and moves those that
 * stand there on. The cursors do not move, since their blocks will be joined. */
static uint32_t take_least(const ks_lead *lead, uint32_t *in_block) {
    uint32_t least = KS_NO_DOC;
    for (size_t i = 0; i < lead->count; i++) {
        const ks_cursor *cursor = lead->lists[i].cursor;
        if (in_block[i] < cursor->block_size && cursor->docs[in_block[i]] < least)
            least = cursor->docs[in_block[i]];
    }
    for (size_t i = 0; i < lead->count; i++) {
        const ks_cursor *cursor = lead->lists[i].cursor;
        if (in_block[i] < cursor->block_size && cursor->docs[in_block[i]] == least)
            in_block[i] = find_field(&lead->lists[i], in_block[i] + 1);
    }
    return least;
}

void ks_lead_read(ks_lead *lead, ks_sift *sift, uint32_t low, uint32_t high) {
    const ks_norm *norm = &sift->pass->factors->norm;
    ks_candidates *c = &sift->candidates;
    uint32_t in_block[KS_EITHER_SETS], doc;
    c->count = 0;
    for (size_t i = 0; i < lead->count; i++) {
        ks_cursor_advance(lead->lists[i].cursor, low);
        in_block[i] = find_field(&lead->lists[i], lead->lists[i].cursor->in_block);
    }
    while ((doc = take_least(lead, in_block)) <= high && doc != KS_NO_DOC) {
        ks_segment_prefetch_length(sift->leaf->segment, doc);
        c->docs[c->count] = doc;
        c->scores[c->count++] = 0;
    }
    for (uint32_t i = 0; i < c->count; i++)
        c->norms[i] = (float)ks_norm_of(norm, ks_segment_length(sift->leaf->segment, c->docs[i]));
}
