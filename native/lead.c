/* The union of some lists, window by window; see lead.h. */
#include "native/lead.h"

#include "native/either.h"

_Static_assert(KS_CANDIDATES / KS_BLOCK >= KS_EITHER_SETS, "a block of each list is room enough");

void ks_lead_make(ks_lead *out, ks_list *lists, size_t count, uint64_t places) {
    *out = (ks_lead){.lists = lists};
    for (size_t i = 0; i < count; i++) {
        ks_list moving = lists[i];
        if (moving.place >= KS_HELD_SCORES || !(places >> moving.place & 1)) continue;
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

/* The first place in the list's block, from `place` on, whose document holds the term in the list's field. */
static uint32_t find_field(ks_list *list, uint32_t place) {
    if (list->field == KS_FIELD_ANY) return place;
    while (place < list->cursor->block_size && !(ks_cursor_mask_at(list->cursor, place) & 1u << list->field))
        place++;
    return place;
}

/* The least document at which one of the lists stands; those that stand there move on. The cursors stay,
 * since their blocks will be joined. */
static uint32_t take_least(const ks_lead *lead, uint32_t *places) {
    uint32_t least = KS_NO_DOC;
    for (size_t i = 0; i < lead->count; i++) {
        const ks_cursor *cursor = lead->lists[i].cursor;
        if (places[i] < cursor->block_size && cursor->docs[places[i]] < least)
            least = cursor->docs[places[i]];
    }
    for (size_t i = 0; i < lead->count; i++) {
        const ks_cursor *cursor = lead->lists[i].cursor;
        if (places[i] < cursor->block_size && cursor->docs[places[i]] == least)
            places[i] = find_field(&lead->lists[i], places[i] + 1);
    }
    return least;
}

void ks_lead_read(ks_lead *lead, ks_sift *sift, uint32_t low, uint32_t high) {
    const ks_norm *norm = &sift->pass->factors->norm;
    ks_candidates *c = &sift->candidates;
    uint32_t places[KS_EITHER_SETS], doc;
    c->count = 0;
    for (size_t i = 0; i < lead->count; i++) {
        ks_cursor_advance(lead->lists[i].cursor, low);
        places[i] = find_field(&lead->lists[i], lead->lists[i].cursor->in_block);
    }
    while ((doc = take_least(lead, places)) <= high && doc != KS_NO_DOC) {
        ks_segment_prefetch_length(sift->leaf->segment, doc);
        c->docs[c->count] = doc;
        c->scores[c->count++] = 0;
    }
    for (uint32_t i = 0; i < c->count; i++)
        c->norms[i] = (float)ks_norm_of(norm, ks_segment_length(sift->leaf->segment, c->docs[i]));
}
