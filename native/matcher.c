/* Matchers for everything but phrases and NEAR; see matcher.h. May use base, engine and native's files. */
#include "native/matcher.h"

#include <stdlib.h>
#include <string.h>

ks_matcher *ks_matcher_new(ks_arena *arena, ks_matcher_advance *advance, const ks_leaf *leaf,
                           size_t children) {
    ks_matcher *matcher = ks_arena_alloc(arena, sizeof *matcher);
    ks_matcher **list = ks_arena_alloc(arena, (children + 1) * sizeof(ks_matcher *));
    if (!matcher || !list) return NULL;
    *matcher = (ks_matcher){.advance = advance, .leaf = leaf, .children = list, .field = KS_FIELD_ANY};
    return matcher;
}

ks_status ks_matcher_none(ks_matcher *matcher, uint32_t target, ks_error *err) {
    (void)target;
    (void)err;
    matcher->doc = KS_NO_DOC;
    return KS_OK;
}

static ks_status advance_all(ks_matcher *matcher, uint32_t target, ks_error *err) {
    (void)err;
    matcher->doc = target < matcher->leaf->segment->documents ? target : KS_NO_DOC;
    return KS_OK;
}

/* The document `first`, which has the id. */
static ks_status advance_id(ks_matcher *matcher, uint32_t target, ks_error *err) {
    (void)err;
    matcher->doc = target <= matcher->first ? matcher->first : KS_NO_DOC;
    return KS_OK;
}

static ks_status advance_dates(ks_matcher *matcher, uint32_t target, ks_error *err) {
    const ks_segment *segment = matcher->leaf->segment;
    (void)err;
    for (; target < segment->documents; target++) {
        uint32_t day = ks_segment_day(segment, target);
        if (day && day >= matcher->first && day <= matcher->last) break;
    }
    matcher->doc = target < segment->documents ? target : KS_NO_DOC;
    return KS_OK;
}

/* The documents of [first, last). */
static ks_status advance_range(ks_matcher *matcher, uint32_t target, ks_error *err) {
    (void)err;
    if (target < matcher->first) target = matcher->first;
    matcher->doc = target < matcher->last ? target : KS_NO_DOC;
    return KS_OK;
}

static ks_status advance_term(ks_matcher *matcher, uint32_t target, ks_error *err) {
    ks_cursor *cursor = matcher->cursors[0];
    ks_cursor_advance(cursor, target);
    if (matcher->field != KS_FIELD_ANY)
        while (cursor->doc != KS_NO_DOC && !(ks_cursor_mask(cursor) & 1u << matcher->field))
            ks_cursor_next(cursor);
    matcher->doc = cursor->doc;
    return ks_cursor_check(cursor, err);
}

/* Leapfrog: whichever child is ahead sets the next target. The cheapest child comes first. */
static ks_status advance_and(ks_matcher *matcher, uint32_t target, ks_error *err) {
    for (size_t i = 0; i < matcher->count;) {
        ks_matcher *child = matcher->children[i];
        ks_status status;
        bool here;
        if ((status = ks_matcher_test(child, target, &here, err))) return status;
        if (here) {
            i++;
            continue;
        }
        target = child->doc;
        if (target == KS_NO_DOC) break;
        i = i == 0 ? 1 : 0;
    }
    matcher->doc = target;
    return KS_OK;
}

static ks_status advance_or(ks_matcher *matcher, uint32_t target, ks_error *err) {
    uint32_t least = KS_NO_DOC;
    for (size_t i = 0; i < matcher->count && least != target; i++) {
        ks_status status;
        bool here;
        if ((status = ks_matcher_test(matcher->children[i], target, &here, err))) return status;
        if (matcher->children[i]->doc < least) least = matcher->children[i]->doc;
    }
    matcher->doc = least;
    return KS_OK;
}

/* The matches of children[0] that children[1] does not match. */
static ks_status advance_difference(ks_matcher *matcher, uint32_t target, ks_error *err) {
    ks_matcher *wanted = matcher->children[0];
    ks_status status;
    bool here, excluded;
    for (;; target = wanted->doc + 1) {
        if ((status = ks_matcher_test(wanted, target, &here, err))) return status;
        matcher->doc = wanted->doc;
        if (wanted->doc == KS_NO_DOC) return KS_OK;
        if ((status = ks_matcher_test(matcher->children[1], wanted->doc, &excluded, err)) || !excluded)
            return status;
    }
}

ks_status ks_matcher_cursor(ks_cursor **out, ks_arena *arena, ks_term term, const ks_leaf *leaf,
                            const ks_unpacker *unpacker, ks_error *err) {
    ks_dict_entry entry;
    bool found;
    ks_status status = ks_dict_find(&leaf->segment->dict, term, &found, &entry, err);
    *out = NULL;
    if (status || !found) return status;
    if (!(*out = ks_arena_alloc(arena, sizeof **out))) return ks_error_nomem(err);
    return ks_cursor_open(*out, leaf->segment, &entry, unpacker, err);
}

static ks_status make_id(ks_matcher *matcher, ks_term term, ks_error *err) {
    size_t prefix = strlen(ks_exact_prefix(KS_EXACT_ID));
    bool found;
    ks_status status =
        ks_segment_find(matcher->leaf->segment, (ks_term){term.text + prefix, term.size - (uint32_t)prefix},
                        &found, &matcher->first, err);
    matcher->advance = found ? advance_id : ks_matcher_none;
    matcher->cost = 1;
    return status;
}

bool ks_matcher_is_id(const ks_plan_node *node) {
    const char *prefix = ks_exact_prefix(KS_EXACT_ID);
    return node->field == KS_FIELD_ANY && node->terms[0].size >= strlen(prefix) &&
           memcmp(node->terms[0].text, prefix, strlen(prefix)) == 0;
}

static ks_status make_term(ks_matcher *matcher, ks_arena *arena, const ks_plan_node *node,
                           const ks_unpacker *unpacker, ks_error *err) {
    ks_status status;
    if (ks_matcher_is_id(node)) return make_id(matcher, node->terms[0], err);
    if (!(matcher->cursors = ks_arena_alloc(arena, sizeof(ks_cursor *)))) return ks_error_nomem(err);
    if ((status =
             ks_matcher_cursor(&matcher->cursors[0], arena, node->terms[0], matcher->leaf, unpacker, err)))
        return status;
    matcher->field = node->field;
    matcher->advance = matcher->cursors[0] ? advance_term : ks_matcher_none;
    matcher->cost = matcher->cursors[0] ? matcher->cursors[0]->documents : 0;
    return KS_OK;
}

/* Where days descend with the documents, a range of days is a range of documents. */
static void make_dates(ks_matcher *matcher, const ks_plan_node *node) {
    const ks_segment *segment = matcher->leaf->segment;
    matcher->advance = advance_dates;
    matcher->first = node->first;
    matcher->last = node->last;
    matcher->cost = segment->documents;
    if (!segment->days_descend) return;
    ks_segment_days(segment, node->first, node->last, &matcher->first, &matcher->last);
    matcher->advance = advance_range;
    matcher->cost = matcher->last - matcher->first;
}

static void sort_by_cost(ks_matcher *matcher) {
    for (size_t i = 1; i < matcher->count; i++)
        for (size_t j = i; j > 0 && matcher->children[j]->cost < matcher->children[j - 1]->cost; j--) {
            ks_matcher *swap = matcher->children[j];
            matcher->children[j] = matcher->children[j - 1];
            matcher->children[j - 1] = swap;
        }
}

static size_t count_children(const ks_plan_node *node) {
    size_t count = 0;
    for (const ks_plan_node *child = node->child; child; child = child->next) count++;
    return count;
}

/* AND (`every`), which matches all documents if it has no children, and OR. */
static ks_status make_children(ks_matcher *matcher, ks_arena *arena, const ks_plan_node *node, ks_match match,
                               const ks_unpacker *unpacker, bool every, ks_error *err) {
    ks_status status = KS_OK;
    for (const ks_plan_node *child = node->child; child && !status; child = child->next) {
        status = ks_matcher_make(&matcher->children[matcher->count], arena, child, match, matcher->leaf,
                                 unpacker, err);
        if (!status) matcher->count++;
    }
    sort_by_cost(matcher);
    matcher->cost = every ? matcher->leaf->segment->documents : 0;
    for (size_t i = 0; i < matcher->count; i++) {
        uint64_t cost = matcher->children[i]->cost;
        if (every && cost < matcher->cost) matcher->cost = cost;
        if (!every) matcher->cost += cost;
    }
    matcher->advance = !every ? advance_or : matcher->count ? advance_and : advance_all;
    return status;
}

static ks_status make_not(ks_matcher *matcher, ks_arena *arena, const ks_plan_node *node,
                          const ks_unpacker *unpacker, ks_error *err) {
    ks_matcher *all = ks_matcher_new(arena, advance_all, matcher->leaf, 0);
    ks_status status;
    if (!all) return ks_error_nomem(err);
    all->cost = matcher->cost = matcher->leaf->segment->documents;
    matcher->advance = advance_difference;
    matcher->children[0] = all;
    matcher->count = 1;
    status = ks_matcher_make(&matcher->children[1], arena, node->child, KS_MATCH_ALL, matcher->leaf, unpacker,
                             err);
    if (!status) matcher->count++;
    return status;
}

ks_status ks_matcher_make(ks_matcher **out, ks_arena *arena, const ks_plan_node *node, ks_match match,
                          const ks_leaf *leaf, const ks_unpacker *unpacker, ks_error *err) {
    ks_matcher *matcher = ks_matcher_new(arena, ks_matcher_none, leaf, count_children(node) + 2);
    bool every = match == KS_MATCH_ALL;
    if (!matcher) return ks_error_nomem(err);
    *out = matcher;
    switch (node->kind) {
    case KS_PLAN_ALL:
        matcher->advance = advance_all;
        matcher->cost = leaf->segment->documents;
        return KS_OK;
    case KS_PLAN_TERM: return make_term(matcher, arena, node, unpacker, err);
    case KS_PLAN_PHRASE:
    case KS_PLAN_NEAR: return ks_matcher_make_positional(out, arena, node, leaf, unpacker, err);
    case KS_PLAN_DATES: make_dates(matcher, node); return KS_OK;
    case KS_PLAN_AND: return make_children(matcher, arena, node, match, unpacker, true, err);
    case KS_PLAN_OR: return make_children(matcher, arena, node, match, unpacker, false, err);
    case KS_PLAN_WORDS:
        return make_children(matcher, arena, node, match, unpacker, every && node->child, err);
    case KS_PLAN_NOT: return make_not(matcher, arena, node, unpacker, err);
    }
    return KS_OK;
}
