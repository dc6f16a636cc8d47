/* Opening a pass's demands on its matches, and checking them; see filter.h. May use base, engine and native's
 * files. */
#include "native/filter.h"

/* What a filter is opened with. */
struct opening {
    ks_filter *filter;
    ks_arena *arena;
    const ks_pass *pass;
    const ks_leaf *leaf;
    bool notes_held;
    ks_error *err;
};

/* ---- Needed terms ---- */

/* Moves the term's list from the scoring lists to the needed ones. False where it is not among them. */
static bool take_list(ks_filter *filter, const ks_need *need, size_t score_index, ks_list *lists,
                      size_t *count) {
    for (size_t i = 0; i < *count; i++) {
        if (lists[i].score_index != score_index || lists[i].field != need->field) continue;
        filter->needed[filter->needed_count++] = lists[i];
        lists[i] = lists[--*count];
        return true;
    }
    return false;
}

/* Whether the term's scoring list was taken before: a term may be required twice. */
static bool has_already(const ks_filter *filter, const ks_need *need, size_t score_index) {
    for (size_t i = 0; i < filter->needed_count; i++)
        if (filter->needed[i].factor > 0 && filter->needed[i].score_index == score_index &&
            filter->needed[i].field == need->field)
            return true;
    return false;
}

/* Opens the list of a term that does not score. Where the leaf does not have the term, nothing in it matches.
 */
static ks_status open_list(const struct opening *o, const ks_need *need) {
    ks_filter *filter = o->filter;
    ks_dict_entry entry;
    bool found;
    ks_status status = ks_dict_find(&o->leaf->segment->dict, need->term, &found, &entry, o->err);
    if (status) return status;
    filter->none = !found;
    if (!found) return KS_OK;
    status = ks_list_open(&filter->needed[filter->needed_count], o->arena, o->pass->factors, o->leaf, &entry,
                          o->pass->plan->score_count, need->field, o->err);
    if (!status) filter->needed_count++;
    return status;
}

static void sort_by_length(ks_filter *filter) {
    for (size_t i = 1; i < filter->needed_count; i++) {
        ks_list moving = filter->needed[i];
        size_t at = i;
        for (; at > 0 && filter->needed[at - 1].cursor->documents > moving.cursor->documents; at--)
            filter->needed[at] = filter->needed[at - 1];
        filter->needed[at] = moving;
    }
}

static ks_status open_needed(const struct opening *o, const ks_route *route, ks_list *lists, size_t *count) {
    ks_filter *filter = o->filter;
    ks_status status = KS_OK;
    if (!(filter->needed = ks_arena_alloc(o->arena, (route->required_count + 1) * sizeof *filter->needed)))
        return ks_error_nomem(o->err);
    for (size_t i = 0; i < route->required_count && !status && !filter->none; i++) {
        const ks_need *need = &route->required[i];
        size_t score_index = ks_factors_find(o->pass->factors, need->term, need->field);
        if (!has_already(filter, need, score_index) && !take_list(filter, need, score_index, lists, count))
            status = open_list(o, need);
    }
    sort_by_length(filter);
    return status;
}

/* ---- Other conditions ---- */

/* How many phrases are tested while lists are joined. Each holds positions of all documents of a block
 * meanwhile, where a matcher has those of a single document. */
enum { MOST_JOINED = 8 };

/* Each of the next three sets *done where the condition is met without a matcher. */

/* Where days descend with the documents, a range of days is a range of documents. */
static void open_dates(const struct opening *o, const ks_plan_node *node, bool *done) {
    ks_filter *filter = o->filter;
    uint32_t begin, end;
    if (!o->leaf->segment->days_descend) return;
    ks_segment_days(o->leaf->segment, node->first, node->last, &begin, &end);
    if (begin > filter->begin) filter->begin = begin;
    if (end < filter->end) filter->end = end;
    if (filter->begin >= filter->end) filter->none = true;
    *done = true;
}

static ks_status open_phrase(const struct opening *o, const ks_plan_node *node, bool *done) {
    ks_filter *filter = o->filter;
    ks_phrase *phrase;
    ks_status status;
    if (filter->phrase_count == MOST_JOINED) return KS_OK;
    status = ks_phrase_make(&phrase, o->arena, node, o->pass->factors, filter->needed, filter->needed_count,
                            o->err);
    if (phrase) filter->phrases[filter->phrase_count++] = phrase;
    *done = phrase && ks_phrase_tells_all(phrase);
    return status;
}

static ks_status open_either(const struct opening *o, const ks_plan_node *node, bool *done) {
    ks_filter *filter = o->filter;
    ks_status status;
    if (!o->notes_held) return KS_OK;
    status = ks_either_make(&filter->eithers[filter->either_count], done, o->arena, node, o->pass->match,
                            o->pass->factors, o->err);
    if (!status && *done) filter->either_count++;
    return status;
}

/* Opens a condition: in one of the ways that cost little, or else as a matcher. */
static ks_status open_other(const struct opening *o, const ks_plan_node *node) {
    ks_filter *filter = o->filter;
    bool done = false;
    ks_status status = KS_OK;
    if (node->kind == KS_PLAN_DATES)
        open_dates(o, node, &done);
    else if (node->kind == KS_PLAN_PHRASE || node->kind == KS_PLAN_NEAR)
        status = open_phrase(o, node, &done);
    else
        status = open_either(o, node, &done);
    if (status || done) return status;
    filter->others[filter->other_count] = NULL;
    return ks_matcher_make(&filter->others[filter->other_count++], o->arena, node, o->pass->match, o->leaf,
                           o->pass->view->unpacker, o->err);
}

static ks_status open_others(const struct opening *o, const ks_route *route) {
    ks_filter *filter = o->filter;
    size_t most = route->other_count + 1;
    ks_status status = KS_OK;
    filter->others = ks_arena_alloc(o->arena, most * sizeof(ks_matcher *));
    filter->phrases = ks_arena_alloc(o->arena, most * sizeof(ks_phrase *));
    filter->eithers = ks_arena_alloc(o->arena, most * sizeof *filter->eithers);
    if (!filter->others || !filter->phrases || !filter->eithers) return ks_error_nomem(o->err);
    for (size_t i = 0; i < route->other_count && !status; i++) status = open_other(o, route->others[i]);
    return status;
}

ks_status ks_filter_open(ks_filter *out, ks_arena *arena, const ks_pass *pass, const ks_route *route,
                         const ks_leaf *leaf, ks_list *lists, size_t *count, bool notes_held, ks_error *err) {
    const struct opening opening = {out, arena, pass, leaf, notes_held, err};
    ks_status status;
    *out = (ks_filter){.end = leaf->segment->documents};
    if ((status = open_needed(&opening, route, lists, count)) || out->none) return status;
    return open_others(&opening, route);
}

void ks_filter_close(ks_filter *filter) {
    for (size_t i = 0; i < filter->other_count; i++) ks_matcher_free(filter->others[i]);
    for (size_t i = 0; i < filter->phrase_count; i++) ks_phrase_free(filter->phrases[i]);
}

void ks_filter_begin(const ks_filter *filter) {
    for (size_t i = 0; i < filter->phrase_count; i++) ks_phrase_begin(filter->phrases[i]);
}

ks_status ks_filter_status(const ks_filter *filter) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < filter->phrase_count && !status; i++)
        status = ks_phrase_status(filter->phrases[i]);
    return status;
}

ks_status ks_filter_check_others(const ks_filter *filter, uint32_t doc, bool *out, ks_error *err) {
    ks_status status = KS_OK;
    *out = true;
    for (size_t i = 0; i < filter->other_count && *out && !status; i++)
        status = ks_matcher_check(filter->others[i], doc, out, err);
    return status;
}
