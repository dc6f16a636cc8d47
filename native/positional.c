/* Matchers for phrases and NEAR: documents that hold all terms, whose positions are then looked at. For where
 * joining lists does not tell (phrase.h), and as the simple version that it is tested against. May use base,
 * engine and native's files. */
#include "native/matcher.h"

#include <stdlib.h>
#include <string.h>

/* A term's positions in one field of the present document. */
struct ks_positions {
    uint32_t *items;
    size_t count, capacity, at;
};

void ks_matcher_free(ks_matcher *matcher) {
    if (!matcher) return;
    for (size_t i = 0; i < matcher->cursor_count && matcher->positions; i++)
        free(matcher->positions[i].items);
    for (size_t i = 0; i < matcher->count; i++) ks_matcher_free(matcher->children[i]);
}

/* Moves to the next position that is not less; false where there is none. */
static bool move_to(struct ks_positions *positions, uint64_t target) {
    while (positions->at < positions->count && positions->items[positions->at] < target) positions->at++;
    return positions->at < positions->count;
}

/* Keeps the starts, ascending, from which term `i` of a phrase stands in its place. */
static void keep_starts(struct ks_positions *starts, struct ks_positions *positions, size_t i) {
    size_t kept = 0;
    for (size_t j = 0; j < starts->count; j++) {
        uint64_t wanted = (uint64_t)starts->items[j] + i;
        if (!move_to(positions, wanted)) break;
        if (positions->items[positions->at] == wanted) starts->items[kept++] = starts->items[j];
    }
    starts->count = kept;
}

/* Where the phrase begins, if its term `i` stands in its place. */
static void make_starts(struct ks_positions *starts, size_t i) {
    size_t kept = 0;
    for (size_t j = 0; j < starts->count; j++)
        if (starts->items[j] >= i) starts->items[kept++] = starts->items[j] - (uint32_t)i;
    starts->count = kept;
}

/* Which term has which position of a window, one each: a matching of the two, found by augmenting paths (Kuhn
 * 1955). Trying all orders would take for ever where a word is asked for more often than it is there. */
struct matching {
    struct ks_positions *positions; /* of each term */
    size_t count;
    uint64_t low, window;
    uint16_t holders[KS_WIDEST]; /* by position less `low`: the number of a term, from 1; 0: free */
    bool asked[KS_PLACES];       /* terms that were asked to move */
};

static bool take_free(struct matching *matching, size_t term) {
    const struct ks_positions *own = &matching->positions[term];
    for (size_t at = own->at; at < own->count && own->items[at] < matching->low + matching->window; at++) {
        uint16_t *holder = &matching->holders[own->items[at] - matching->low];
        if (*holder) continue;
        *holder = (uint16_t)(term + 1);
        return true;
    }
    return false;
}

/* Gives the term a position, for which others may have to move to another of theirs. */
static bool take_place(struct matching *matching, size_t term) {
    const struct ks_positions *own = &matching->positions[term];
    if (take_free(matching, term)) return true;
    for (size_t at = own->at; at < own->count && own->items[at] < matching->low + matching->window; at++) {
        uint16_t *holder = &matching->holders[own->items[at] - matching->low];
        size_t other = *holder - 1u;
        if (matching->asked[other]) continue;
        matching->asked[other] = true;
        if (!take_place(matching, other)) continue;
        *holder = (uint16_t)(term + 1);
        return true;
    }
    return false;
}

/* Whether each term can have a position in [low, low + window) for itself. */
static bool place_terms(struct matching *matching) {
    memset(matching->holders, 0, (size_t)matching->window * sizeof *matching->holders);
    for (size_t i = 0; i < matching->count; i++) {
        memset(matching->asked, 0, matching->count * sizeof *matching->asked);
        if (!take_place(matching, i)) return false;
    }
    return true;
}

/* The window need only be tried where one of the terms stands at its beginning. */
static bool holds_near(struct ks_positions *positions, size_t count, uint64_t window) {
    struct matching matching; /* big: what need not be set is not */
    matching.positions = positions;
    matching.count = count;
    matching.window = window;
    for (matching.low = 0;; matching.low++) {
        uint64_t next = UINT64_MAX;
        for (size_t i = 0; i < count; i++) {
            if (!move_to(&positions[i], matching.low)) return false;
            if (positions[i].items[positions[i].at] < next) next = positions[i].items[positions[i].at];
        }
        matching.low = next;
        if (place_terms(&matching)) return true;
    }
}

/* The positions of term `i` in the field. */
static ks_status load_positions(ks_matcher *matcher, size_t i, ks_field field, ks_error *err) {
    struct ks_positions *positions = &matcher->positions[i];
    positions->count = positions->at = 0;
    return ks_cursor_positions(matcher->cursors[i], field, &positions->items, &positions->capacity,
                               &positions->count, err);
}

/* The rarest terms first: most often they tell already that the phrase is not there. */
static ks_status test_phrase(ks_matcher *matcher, ks_field field, bool *out, ks_error *err) {
    struct ks_positions *starts = &matcher->positions[matcher->rarest[0]];
    ks_status status = load_positions(matcher, matcher->rarest[0], field, err);
    make_starts(starts, matcher->rarest[0]);
    for (size_t i = 1; i < matcher->cursor_count && starts->count && !status; i++)
        if (!(status = load_positions(matcher, matcher->rarest[i], field, err)))
            keep_starts(starts, &matcher->positions[matcher->rarest[i]], matcher->rarest[i]);
    *out = starts->count > 0;
    return status;
}

static ks_status test_near(ks_matcher *matcher, ks_field field, bool *out, ks_error *err) {
    ks_status status = KS_OK;
    *out = false;
    for (size_t i = 0; i < matcher->cursor_count && !status; i++) {
        status = load_positions(matcher, i, field, err);
        if (matcher->positions[i].count == 0) return status;
    }
    *out = !status && holds_near(matcher->positions, matcher->cursor_count, matcher->window);
    return status;
}

/* Whether the document that all cursors stand at holds the terms in their places, in one of the fields. */
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
    return status;
}

/* The next document with all terms. */
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

static ks_status damaged(const ks_matcher *matcher, ks_error *err) {
    return ks_mapped_corrupt(matcher->leaf->segment->file, KS_SECTION_POSTINGS, 0,
                             "a posting list makes no sense", err);
}

static ks_status advance_positional(ks_matcher *matcher, uint32_t target, ks_error *err) {
    bool found = false;
    ks_status status = KS_OK;
    while (!found && !status && (matcher->doc = next_common(matcher, target)) != KS_NO_DOC) {
        status = test_document(matcher, &found, err);
        target = matcher->doc + 1;
    }
    for (size_t i = 0; i < matcher->cursor_count && !status; i++)
        if (matcher->cursors[i]->damaged) status = damaged(matcher, err);
    return status;
}

static ks_status check_positional(ks_matcher *matcher, uint32_t doc, bool *out, ks_error *err) {
    *out = false;
    for (size_t i = 0; i < matcher->cursor_count; i++) {
        ks_cursor_advance(matcher->cursors[i], doc);
        if (matcher->cursors[i]->damaged) return damaged(matcher, err);
        if (matcher->cursors[i]->doc != doc) return KS_OK;
    }
    return test_document(matcher, out, err);
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
    size_t bytes = node->term_count * sizeof *matcher->positions;
    ks_status status = KS_OK;
    if (!matcher || !(matcher->cursors = ks_arena_alloc(arena, node->term_count * sizeof(ks_cursor *))) ||
        !(matcher->rarest = ks_arena_alloc(arena, node->term_count * sizeof *matcher->rarest)) ||
        !(matcher->positions = ks_arena_alloc(arena, bytes)))
        return ks_error_nomem(err);
    memset(matcher->positions, 0, bytes);
    matcher->check = check_positional;
    *out = matcher;
    if (node->kind == KS_PLAN_NEAR && (node->term_count > KS_PLACES || node->window > KS_WIDEST))
        return ks_error_set(err, KS_ERR_TOO_LARGE, "NEAR with more than %d words or %d positions", KS_PLACES,
                            KS_WIDEST);
    matcher->field = node->field;
    matcher->window = node->window;
    matcher->ordered = node->kind == KS_PLAN_PHRASE;
    matcher->cost = leaf->segment->documents;
    for (size_t i = 0; i < node->term_count && !status; i++) {
        status = ks_matcher_cursor(&matcher->cursors[i], arena, node->terms[i], leaf, unpacker, err);
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
