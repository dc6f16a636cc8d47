/* Matchers for phrases and NEAR: they find the documents that hold all terms and compare the positions there.
 * For what cannot be decided while lists are joined (phrase.h), and as the simple version that it is tested
 * against. May use base, engine and native's files. */
#include "native/matcher.h"

#include <stdlib.h>
#include <string.h>

void ks_matcher_free(ks_matcher *matcher) {
    if (!matcher) return;
    for (size_t i = 0; i < matcher->cursor_count && matcher->positions; i++)
        free(matcher->positions[i].items);
    if (matcher->starts) free(matcher->starts->items);
    for (size_t i = 0; i < matcher->count; i++) ks_matcher_free(matcher->children[i]);
}

/* Whether no earlier term of the phrase is the same. */
static bool is_first(const ks_matcher *matcher, size_t i) {
    return matcher->alike[i] == i;
}

/* Frees what a long text took: a query may have a thousand phrases. */
static void trim(ks_near_positions *positions) {
    enum { KEPT = 4096 };
    if (positions->capacity <= KEPT) return;
    free(positions->items);
    *positions = (ks_near_positions){0};
}

/* Starts are the positions, ascending, at which the phrase may begin. Keeps those that have term `i` at its
 * distance, which is i. */
static void keep_starts(ks_near_positions *starts, ks_near_positions *positions, size_t i) {
    size_t kept = 0;
    for (size_t j = 0; j < starts->count; j++) {
        uint64_t wanted = (uint64_t)starts->items[j] + i;
        if (!ks_near_move_to(positions, wanted)) break;
        if (positions->items[positions->at] == wanted) starts->items[kept++] = starts->items[j];
    }
    starts->count = kept;
}

/* Turns the positions of term `i` into the starts that they allow. */
static void make_starts(ks_near_positions *starts, size_t i) {
    size_t kept = 0;
    for (size_t j = 0; j < starts->count; j++)
        if (starts->items[j] >= i) starts->items[kept++] = starts->items[j] - (uint32_t)i;
    starts->count = kept;
}

static ks_status read_positions(ks_matcher *matcher, size_t i, ks_field field, ks_near_positions *out,
                                ks_error *err) {
    out->count = out->at = 0;
    return ks_cursor_positions(matcher->cursors[i], field, &out->items, &out->capacity, &out->count, err);
}

/* Whether the phrase stands in the field. The rarest terms come first, since they rule out most documents.
 * The positions of a term that comes several times are read once. */
static ks_status test_phrase(ks_matcher *matcher, ks_field field, bool *out, ks_error *err) {
    size_t rarest = matcher->rarest[0];
    ks_near_positions *starts = matcher->starts;
    ks_status status = read_positions(matcher, rarest, field, starts, err);
    make_starts(starts, rarest);
    matcher->positions[rarest].count = 0;
    for (size_t i = 1; i < matcher->cursor_count && starts->count && !status; i++) {
        size_t term = matcher->rarest[i];
        ks_near_positions *own = &matcher->positions[matcher->alike[term]];
        own->at = 0;
        if (is_first(matcher, term) || own->count == 0)
            status = read_positions(matcher, matcher->alike[term], field, own, err);
        if (!status) keep_starts(starts, own, term);
    }
    *out = starts->count > 0;
    return status;
}

static ks_status test_near(ks_matcher *matcher, ks_field field, bool *out, ks_error *err) {
    ks_status status = KS_OK;
    *out = false;
    for (size_t i = 0; i < matcher->cursor_count && !status; i++) {
        if (!is_first(matcher, i)) continue;
        status = read_positions(matcher, i, field, &matcher->positions[i], err);
        if (matcher->positions[i].count == 0) return status;
    }
    *out =
        !status && ks_near_holds(matcher->positions, matcher->alike, matcher->cursor_count, matcher->window);
    return status;
}

/* Whether the document that all cursors stand at matches, in one of the fields that all terms are in. */
static ks_status test_document(ks_matcher *matcher, bool *out, ks_error *err) {
    unsigned fields = matcher->field == KS_FIELD_ANY ? ~0u : 1u << matcher->field;
    ks_status status = KS_OK;
    for (size_t i = 0; i < matcher->cursor_count && fields; i++)
        fields &= ks_cursor_mask(matcher->cursors[i]);
    *out = false;
    for (ks_field field = 0; field < KS_FIELD_ANY && !*out && !status; field++) {
        if (!(fields & 1u << field)) continue;
        status =
            matcher->ordered ? test_phrase(matcher, field, out, err) : test_near(matcher, field, out, err);
    }
    for (size_t i = 0; i < matcher->cursor_count; i++) trim(&matcher->positions[i]);
    trim(matcher->starts);
    return status;
}

/* The next document with all terms, by leapfrog: whichever cursor is ahead sets the target. */
static uint32_t next_common(ks_matcher *matcher, uint32_t target) {
    for (size_t i = 0; i < matcher->cursor_count;) {
        ks_cursor_advance(matcher->cursors[i], target);
        if (matcher->cursors[i]->doc == target) {
            i++;
            continue;
        }
        target = matcher->cursors[i]->doc;
        if (target == KS_NO_DOC) break;
        i = i == 0 ? 1 : 0;
    }
    return target;
}

static ks_status advance_positional(ks_matcher *matcher, uint32_t target, ks_error *err) {
    bool found = false;
    ks_status status = KS_OK;
    while (!found && !status && (matcher->doc = next_common(matcher, target)) != KS_NO_DOC) {
        status = test_document(matcher, &found, err);
        target = matcher->doc + 1;
    }
    for (size_t i = 0; i < matcher->cursor_count && !status; i++)
        status = ks_cursor_check(matcher->cursors[i], err);
    return status;
}

static ks_status check_positional(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err) {
    *out = false;
    for (size_t i = 0; i < matcher->cursor_count; i++) {
        ks_status status;
        ks_cursor_advance(matcher->cursors[i], doc);
        if ((status = ks_cursor_check(matcher->cursors[i], err))) return status;
        if (matcher->cursors[i]->doc != doc) return KS_OK;
    }
    return test_document(matcher, out, err);
}

static bool same_term(ks_term a, ks_term b) {
    return a.size == b.size && memcmp(a.text, b.text, a.size) == 0;
}

/* The cursor of term `i`: that of the first term like it, or a new one. */
static ks_status add_cursor(ks_matcher *matcher, ks_arena *arena, const ks_plan_node *node, size_t i,
                            const ks_unpacker *unpacker, ks_error *err) {
    size_t first = 0;
    while (!same_term(node->terms[first], node->terms[i])) first++;
    matcher->alike[i] = first;
    if (first == i)
        return ks_matcher_cursor(&matcher->cursors[i], arena, node->terms[i], matcher->leaf, unpacker, err);
    matcher->cursors[i] = matcher->cursors[first];
    return KS_OK;
}

static void add_by_rarity(ks_matcher *matcher, size_t i) {
    size_t at = i;
    for (; at > 0 && matcher->cursors[matcher->rarest[at - 1]]->documents > matcher->cursors[i]->documents;
         at--)
        matcher->rarest[at] = matcher->rarest[at - 1];
    matcher->rarest[at] = i;
}

ks_status ks_matcher_make_positional(ks_matcher **out, ks_arena *arena, const ks_plan_node *node,
                                     const ks_leaf *leaf, const ks_unpacker *unpacker, ks_error *err) {
    ks_matcher *matcher = ks_matcher_new(arena, advance_positional, leaf, 0);
    size_t bytes = (node->term_count + 1) * sizeof *matcher->positions;
    ks_status status = KS_OK;
    if (!matcher || !(matcher->cursors = ks_arena_alloc(arena, node->term_count * sizeof(ks_cursor *))) ||
        !(matcher->rarest = ks_arena_alloc(arena, node->term_count * sizeof *matcher->rarest)) ||
        !(matcher->alike = ks_arena_alloc(arena, node->term_count * sizeof *matcher->alike)) ||
        !(matcher->positions = ks_arena_alloc(arena, bytes)))
        return ks_error_nomem(err);
    memset(matcher->positions, 0, bytes);
    matcher->starts = matcher->positions + node->term_count;
    matcher->check = check_positional;
    *out = matcher;
    if (node->kind == KS_PLAN_NEAR && (node->term_count > KS_NEAR_TERMS || node->window > KS_NEAR_WINDOW))
        return ks_error_set(err, KS_ERR_TOO_LARGE, "NEAR with more than %d words or %d positions",
                            KS_NEAR_TERMS, KS_NEAR_WINDOW);
    matcher->field = node->field;
    matcher->window = node->window;
    matcher->ordered = node->kind == KS_PLAN_PHRASE;
    matcher->cost = leaf->segment->documents;
    for (size_t i = 0; i < node->term_count && !status; i++) {
        status = add_cursor(matcher, arena, node, i, unpacker, err);
        if (status || !matcher->cursors[i]) {
            matcher->advance = ks_matcher_none;
            matcher->check = NULL;
            matcher->cost = 0;
            return status;
        }
        matcher->cursor_count++;
        add_by_rarity(matcher, i);
        if (matcher->cursors[i]->documents < matcher->cost) matcher->cost = matcher->cursors[i]->documents;
    }
    return status;
}
