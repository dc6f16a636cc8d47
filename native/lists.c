/* Looking up a plan's scores, opening their lists and bounding what they add; see lists.h. May use base,
 * engine and native's files. */
#include "native/lists.h"

#include "base/hash.h"
#include "engine/bm25.h"

#include <string.h>

static ks_norm norm_of(const ks_view *view) {
    double average = ks_view_average(view);
    return (ks_norm){.base = KS_BM25_K1 * (1 - KS_BM25_B),
                     .slope = KS_BM25_K1 * KS_BM25_B / average,
                     .least = KS_BM25_LEAST_LENGTH * average};
}

/* Sets *out to the entry of a term in a leaf: the known one, or what the dictionary has. */
static ks_status find_entry(ks_dict_entry *out, const ks_leaf *leaf, ks_term term, const ks_dict_entry *known,
                            ks_error *err) {
    bool found = true;
    ks_status status = KS_OK;
    if (known)
        *out = *known;
    else
        status = ks_dict_find(&leaf->segment->dict, term, &found, out, err);
    if (!found) out->documents = 0;
    return status;
}

/* Looks up one score in all leaves. `cursor` is scratch. */
static ks_status look_up(ks_factors *factors, size_t i, ks_cursor *cursor, ks_error *err) {
    const ks_view *view = factors->view;
    const ks_plan_score *score = &factors->plan->scores[i];
    const ks_dict_entry *known = ks_known_find(view->known, score->term);
    factors->documents[i] = 0;
    for (size_t j = 0; j < view->count; j++) {
        ks_dict_entry *entry = &ks_factors_entries(factors, &view->leaves[j])[i];
        uint64_t here;
        ks_status status = find_entry(entry, &view->leaves[j], score->term, known ? &known[j] : NULL, err);
        if (status) return status;
        if (entry->documents == 0) continue;
        if ((status = ks_leaf_count_live(&view->leaves[j], score->term, entry, cursor, view->unpacker, &here,
                                         err)))
            return status;
        factors->documents[i] += here;
        ks_cursor_prefetch_list(view->leaves[j].segment, entry);
    }
    factors->values[i] = score->weight * ks_bm25_idf(view->records, factors->documents[i]) * (KS_BM25_K1 + 1);
    return KS_OK;
}

/* ---- Scores by term ---- */

static bool is_same(const ks_plan_score *score, ks_term term, ks_field field) {
    return score->field == field && score->term.size == term.size &&
           memcmp(score->term.text, term.text, term.size) == 0;
}

/* The slot of a score, or the free one where it belongs. */
static size_t slot_of(const ks_factors *factors, ks_term term, ks_field field) {
    const ks_plan_score *scores = factors->plan->scores;
    size_t at = ks_hash64(term.text, term.size, field) & (factors->slot_count - 1);
    while (factors->slots[at] && !is_same(&scores[factors->slots[at] - 1], term, field))
        at = (at + 1) & (factors->slot_count - 1);
    return at;
}

static ks_status make_slots(ks_factors *factors, ks_arena *arena, ks_error *err) {
    size_t count = factors->plan->score_count;
    factors->slot_count = 2;
    while (factors->slot_count < 2 * count) factors->slot_count *= 2;
    factors->slots = ks_arena_alloc(arena, factors->slot_count * sizeof *factors->slots);
    if (!factors->slots) return ks_error_nomem(err);
    memset(factors->slots, 0, factors->slot_count * sizeof *factors->slots);
    for (size_t i = 0; i < count; i++) {
        const ks_plan_score *score = &factors->plan->scores[i];
        factors->slots[slot_of(factors, score->term, score->field)] = (uint32_t)i + 1;
    }
    return KS_OK;
}

size_t ks_factors_find(const ks_factors *factors, ks_term term, ks_field field) {
    uint32_t score = factors->slots[slot_of(factors, term, field)];
    return score ? score - 1 : factors->plan->score_count;
}

/* ---- Factors ---- */

ks_status ks_factors_make(ks_factors *out, ks_arena *arena, const ks_view *view, const ks_plan *plan,
                          ks_error *err) {
    size_t count = plan->score_count;
    ks_cursor *cursor = NULL; /* scratch to count deleted documents with: big, and seldom needed */
    ks_status status = KS_OK;
    if (ks_view_has_deletions(view) && !(cursor = ks_arena_alloc(arena, sizeof *cursor)))
        return ks_error_nomem(err);
    *out = (ks_factors){.view = view, .plan = plan, .norm = norm_of(view)};
    out->values = ks_arena_alloc(arena, (count + 1) * sizeof *out->values);
    out->documents = ks_arena_alloc(arena, (count + 1) * sizeof *out->documents);
    out->entries = ks_arena_alloc(arena, (count * view->count + 1) * sizeof *out->entries);
    if (!out->values || !out->documents || !out->entries) return ks_error_nomem(err);
    status = make_slots(out, arena, err);
    for (size_t i = 0; i < count && !status; i++) status = look_up(out, i, cursor, err);
    ks_known_forget(view->known);
    return status;
}

/* Opens a list, but leaves `most` to set_most. */
static ks_status open_list(ks_list *out, ks_arena *arena, const ks_factors *factors, const ks_leaf *leaf,
                           const ks_dict_entry *entry, size_t score_index, ks_field field, ks_error *err) {
    ks_list list = {.field = field,
                    .score_index = score_index,
                    .block = UINT32_MAX,
                    .bound_block = UINT32_MAX,
                    .bound_group = UINT32_MAX};
    ks_status status;
    if (score_index < factors->plan->score_count) list.factor = factors->values[score_index];
    if (!(list.cursor = ks_arena_alloc(arena, sizeof *list.cursor))) return ks_error_nomem(err);
    if ((status = ks_cursor_open(list.cursor, leaf->segment, entry, factors->view->unpacker, err)))
        return status;
    *out = list;
    return KS_OK;
}

static void set_most(ks_list *list, const ks_factors *factors) {
    if (list->factor > 0)
        list->most = list->factor * ks_cursor_bound(list->cursor, KS_NO_DOC, &factors->norm);
}

ks_status ks_list_open(ks_list *out, ks_arena *arena, const ks_factors *factors, const ks_leaf *leaf,
                       const ks_dict_entry *entry, size_t score_index, ks_field field, ks_error *err) {
    ks_status status = open_list(out, arena, factors, leaf, entry, score_index, field, err);
    if (!status) set_most(out, factors);
    return status;
}

uint32_t ks_list_look(ks_list *list, uint32_t low) {
    uint32_t from = list->cursor->block;
    if (list->block != UINT32_MAX) {
        if (list->last >= low) return list->last;
        if (list->block > from) from = list->block;
    }
    list->last = ks_cursor_block_of(list->cursor, from, low, &list->block);
    return list->last;
}

bool ks_list_is_bounded(const ks_list *list, uint32_t block) {
    return list->bounds &&
           (!list->group_bounds || list->group_bounds[block / KS_GROUP] >= list->bounded_from);
}

double ks_list_bound(ks_list *list, const ks_norm *norm) {
    if (list->bound_block == list->block) return list->bound;
    list->bound = 0;
    if (list->last != KS_NO_DOC && ks_list_is_bounded(list, list->block))
        list->bound = (double)list->bounds[list->block];
    else if (list->last != KS_NO_DOC && list->factor > 0)
        list->bound = list->factor * ks_cursor_bound(list->cursor, list->block, norm);
    list->bound_block = list->block;
    return list->bound;
}

/* The same for the group of the block looked at. */
static double group_bound(ks_list *list, const ks_norm *norm) {
    uint32_t group = list->block / KS_GROUP;
    if (list->bound_group == group) return list->group_bound;
    list->bound_group = group;
    list->group_bound = list->group_bounds ? (double)list->group_bounds[group]
                                           : list->factor * ks_cursor_group_bound(list->cursor, group, norm);
    return list->group_bound;
}

/* Looks at a block by its number. Only for a list that has skips. */
static void look_at(ks_list *list, uint32_t block) {
    uint32_t blocks = list->cursor->blocks;
    list->block = block < blocks ? block : blocks;
    list->last = block < blocks ? ks_cursor_skip(list->cursor, block, KS_SKIP_LAST) : KS_NO_DOC;
}

uint32_t ks_list_look_for(ks_list *list, uint32_t low, double least, const ks_norm *norm) {
    bool grouped = ks_cursor_groups(list->cursor) > 0;
    ks_list_look(list, low);
    while (list->last != KS_NO_DOC) {
        if (grouped && group_bound(list, norm) < least)
            look_at(list, (list->block / KS_GROUP + 1) * KS_GROUP);
        else if (ks_list_bound(list, norm) < least)
            look_at(list, list->block + 1);
        else
            break;
    }
    return list->last;
}

/* ---- All lists of a leaf ---- */

/* A list without pairs is bounded by its documents' lengths, which set_most will read. */
static void prefetch_lengths(const ks_leaf *leaf, const ks_cursor *cursor) {
    if (cursor->documents >= KS_PAIRS_FROM) return;
    for (uint32_t i = 0; i < cursor->block_size; i++)
        ks_segment_prefetch_length(leaf->segment, cursor->docs[i]);
}

ks_status ks_lists_open(ks_list **out, size_t *count, ks_arena *arena, const ks_factors *factors,
                        const ks_leaf *leaf, ks_error *err) {
    const ks_plan *plan = factors->plan;
    const ks_dict_entry *entries = ks_factors_entries(factors, leaf);
    ks_list *lists = ks_arena_alloc(arena, (plan->score_count + 1) * sizeof *lists);
    *count = 0;
    if (!lists) return ks_error_nomem(err);
    for (size_t i = 0; i < plan->score_count; i++) {
        ks_status status;
        if (!ks_factors_has_list(factors, entries, i)) continue;
        if ((status =
                 open_list(&lists[*count], arena, factors, leaf, &entries[i], i, plan->scores[i].field, err)))
            return status;
        prefetch_lengths(leaf, lists[(*count)++].cursor);
    }
    for (size_t i = 0; i < *count; i++) set_most(&lists[i], factors); /* after all prefetches */
    *out = lists;
    return KS_OK;
}

ks_status ks_lists_check(const ks_list *lists, size_t count, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < count && !status; i++) status = ks_cursor_check(lists[i].cursor, err);
    return status;
}

double ks_lists_score(ks_list *lists, size_t count, const ks_factors *factors, const ks_leaf *leaf,
                      uint32_t doc, uint64_t *held) {
    double k, score = 0;
    *held = 0;
    if (count == 0) return 0; /* without reading the length */
    k = ks_list_norm(factors, leaf, doc);
    for (size_t i = 0; i < count; i++) {
        if (!ks_list_holds(&lists[i], doc)) continue;
        score += ks_list_part(&lists[i], k);
        *held |= ks_held_bit(lists[i].score_index);
    }
    return score;
}
