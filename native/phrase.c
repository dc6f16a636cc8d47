/* Phrases that are looked at list by list; see phrase.h. What a candidate's words have shown so far is kept
 * as runs of starts: the positions in a field from which the phrase may begin. */
#include "native/phrase.h"

#include <stdlib.h>
#include <string.h>

/* Up to so many starts are each compared with all positions, which takes no branches; more are merged. */
enum { FEW = 8 };

/* The starts of one document in one field. */
struct run {
    uint32_t doc, count;
    size_t begin;
    ks_field field;
};

struct ks_phrase {
    unsigned fields;                    /* in which it may stand, as a mask */
    uint32_t window;                    /* of NEAR; 0: a phrase */
    const ks_phrase_word *base;         /* of the list that is read; NULL where it is none of the words */
    uint32_t base_at;                   /* the place in its block */
    const ks_phrase_word *word, *first; /* whose turn it is, and was before all others; NULL: none's yet */
    struct run *runs;
    size_t run_count, run_capacity;
    size_t at, kept; /* runs: looked at, and left, by the word whose turn it is */
    ks_places starts, positions;
    size_t used; /* starts of the runs so far */
    ks_status status;
    ks_error *err;
};

/* ---- Making ---- */

static ks_list *list_of(const ks_factors *factors, const ks_plan_node *node, size_t i, ks_list *lists,
                        size_t count) {
    size_t place = ks_factors_find(factors, node->terms[i], node->field);
    for (size_t j = 0; j < count; j++)
        if (lists[j].factor > 0 && lists[j].place == place && lists[j].field == node->field) return &lists[j];
    return NULL;
}

/* A list's part in the phrase, if it has any. */
static ks_status add_word(ks_phrase *phrase, ks_arena *arena, const ks_plan_node *node, ks_list *const *of,
                          ks_list *list, ks_error *err) {
    ks_phrase_word *word = ks_arena_alloc(arena, sizeof *word);
    uint32_t *offsets = ks_arena_alloc(arena, node->term_count * sizeof *offsets);
    if (!word || !offsets) return ks_error_nomem(err);
    *word = (ks_phrase_word){phrase, list->words, list->cursor, offsets, 0};
    for (size_t i = 0; i < node->term_count; i++)
        if (of[i] == list) offsets[word->count++] = phrase->window ? 0 : (uint32_t)i;
    if (phrase->window && word->count) word->count = 1;
    if (word->count) list->words = word;
    return KS_OK;
}

/* Whether the terms have lists, and not all the same one. */
static bool find_lists(const ks_factors *factors, const ks_plan_node *node, ks_list *lists, size_t count,
                       ks_list **of) {
    bool several = false;
    for (size_t i = 0; i < node->term_count; i++) {
        if (!(of[i] = list_of(factors, node, i, lists, count))) return false;
        several = several || of[i] != of[0];
    }
    return several;
}

ks_status ks_phrase_make(ks_phrase **out, ks_arena *arena, const ks_plan_node *node,
                         const ks_factors *factors, ks_list *lists, size_t count, ks_error *err) {
    ks_list **of = ks_arena_alloc(arena, node->term_count * sizeof(ks_list *));
    ks_phrase *phrase = ks_arena_alloc(arena, sizeof *phrase);
    ks_status status = KS_OK;
    *out = NULL;
    if (!of || !phrase) return ks_error_nomem(err);
    if (!find_lists(factors, node, lists, count, of)) return KS_OK;
    *phrase = (ks_phrase){.fields = node->field == KS_FIELD_ANY ? ~0u : 1u << node->field,
                          .window = node->kind == KS_PLAN_NEAR ? node->window : 0,
                          .err = err};
    for (size_t i = 0; i < count && !status; i++) status = add_word(phrase, arena, node, of, &lists[i], err);
    if (lists[0].words && lists[0].words->phrase == phrase) phrase->base = lists[0].words;
    *out = phrase;
    return status;
}

void ks_phrase_free(ks_phrase *phrase) {
    free(phrase->runs);
    free(phrase->starts.items);
    free(phrase->positions.items);
}

ks_status ks_phrase_status(const ks_phrase *phrase) {
    return phrase->status;
}

/* ---- Starts and positions ---- */

/* Keeps the starts that have a position `offset` behind them; both ascend. */
static uint32_t keep_by_merging(uint32_t *starts, uint32_t count, const ks_places *positions,
                                uint32_t offset) {
    uint32_t kept = 0;
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t wanted = (uint64_t)starts[i] + offset;
        while (at < positions->count && positions->items[at] < wanted) at++;
        if (at == positions->count) break;
        if (positions->items[at] == wanted) starts[kept++] = starts[i];
    }
    return kept;
}

static uint32_t keep_few(uint32_t *starts, uint32_t count, const ks_places *positions, uint32_t offset) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t wanted = starts[i] + offset, hits = 0;
        for (size_t j = 0; j < positions->count; j++) hits |= positions->items[j] == wanted;
        starts[kept] = starts[i];
        kept += hits & (wanted >= offset);
    }
    return kept;
}

/* Keeps the starts that have a position less than `window` away. */
static uint32_t keep_near(uint32_t *starts, uint32_t count, const ks_places *positions, uint32_t window) {
    uint32_t kept = 0;
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        while (at < positions->count && (uint64_t)positions->items[at] + window <= starts[i]) at++;
        if (at == positions->count) break;
        if (positions->items[at] < (uint64_t)starts[i] + window) starts[kept++] = starts[i];
    }
    return kept;
}

static void keep_starts(ks_phrase *phrase, struct run *run, uint32_t offset) {
    uint32_t *starts = phrase->starts.items + run->begin;
    if (phrase->window)
        run->count = keep_near(starts, run->count, &phrase->positions, phrase->window);
    else if (run->count <= FEW)
        run->count = keep_few(starts, run->count, &phrase->positions, offset);
    else
        run->count = keep_by_merging(starts, run->count, &phrase->positions, offset);
}

/* Looks at a run with the places of a word, from number `from` on, that it has not been looked at with. */
static void narrow_run(ks_phrase *phrase, struct run *run, const ks_phrase_word *word, size_t from,
                       uint32_t place) {
    const uint32_t *starts = phrase->starts.items + run->begin;
    uint64_t reach = phrase->window ? phrase->window : word->offsets[word->count - 1];
    if (run->count == 0) return;
    reach += starts[run->count - 1];
    phrase->positions.count = 0;
    phrase->status =
        ks_cursor_places(word->cursor, place, run->field, reach < UINT32_MAX ? (uint32_t)reach : UINT32_MAX,
                         &phrase->positions, phrase->err);
    for (size_t i = from; i < word->count && !phrase->status; i++) keep_starts(phrase, run, word->offsets[i]);
}

/* A new run: wherever the word allows the phrase to begin. */
static void make_run(ks_phrase *phrase, struct run *run, const ks_phrase_word *word, uint32_t place) {
    uint32_t offset = word->offsets[0], *starts;
    phrase->starts.count = run->begin;
    phrase->status =
        ks_cursor_places(word->cursor, place, run->field, UINT32_MAX, &phrase->starts, phrase->err);
    starts = phrase->starts.items + run->begin;
    for (size_t i = 0; i < phrase->starts.count - run->begin; i++) {
        uint32_t position = starts[i];
        starts[run->count] = position - offset;
        run->count += position >= offset;
    }
    if (word->count > 1 && !phrase->status) narrow_run(phrase, run, word, 1, place);
}

/* ---- Documents ---- */

static void add_run(ks_phrase *phrase, const struct run *run) {
    if (phrase->kept == phrase->run_capacity &&
        (phrase->status = ks_array_reserve(&phrase->runs, &phrase->run_capacity, phrase->kept + 1,
                                           sizeof *phrase->runs, phrase->err)))
        return;
    phrase->runs[phrase->kept++] = *run;
    phrase->used = run->begin + run->count;
}

/* The first word that is joined: with that of the list read, where it is one. */
static void look_first(ks_phrase *phrase, const ks_phrase_word *word, uint32_t doc, uint32_t place) {
    const ks_phrase_word *base = phrase->base;
    unsigned fields = phrase->fields & ks_cursor_mask_at(word->cursor, place);
    if (base) fields &= ks_cursor_mask_at(base->cursor, phrase->base_at);
    for (; fields && !phrase->status; fields &= fields - 1) {
        struct run run = {.doc = doc, .begin = phrase->used, .field = (ks_field)__builtin_ctz(fields)};
        make_run(phrase, &run, base ? base : word, base ? phrase->base_at : place);
        if (base && !phrase->status) narrow_run(phrase, &run, word, 0, place);
        if (run.count && !phrase->status) add_run(phrase, &run);
    }
}

static void look_again(ks_phrase *phrase, const ks_phrase_word *word, uint32_t doc, uint32_t place) {
    uint8_t mask = ks_cursor_mask_at(word->cursor, place);
    while (phrase->at < phrase->run_count && phrase->runs[phrase->at].doc < doc) phrase->at++;
    for (; phrase->at < phrase->run_count && phrase->runs[phrase->at].doc == doc; phrase->at++) {
        struct run run = phrase->runs[phrase->at];
        if (!(mask & 1u << run.field)) continue;
        narrow_run(phrase, &run, word, 0, place);
        if (run.count && !phrase->status) phrase->runs[phrase->kept++] = run;
    }
}

void ks_phrase_begin(ks_phrase *phrase) {
    phrase->word = NULL;
    phrase->used = phrase->kept = 0;
    if (phrase->base) phrase->base_at = phrase->base->cursor->in_block;
}

static void start_turn(ks_phrase *phrase, const ks_phrase_word *word) {
    if (!phrase->word) phrase->first = word;
    phrase->word = word;
    phrase->run_count = phrase->kept;
    phrase->at = phrase->kept = 0;
}

/* Where the document stands in the block of the list read: if it was from there, that is known. */
static void find_base(ks_phrase *phrase, const uint32_t *docs, uint32_t which) {
    const uint32_t *read = phrase->base->cursor->docs;
    if (docs == read)
        phrase->base_at = which;
    else
        while (read[phrase->base_at] < docs[which]) phrase->base_at++;
}

static uint32_t keep_word(const ks_phrase_word *word, const uint32_t *docs, uint32_t *which, uint32_t *places,
                          uint32_t found) {
    ks_phrase *phrase = word->phrase;
    uint32_t kept = 0;
    if (phrase->word != word) start_turn(phrase, word);
    for (uint32_t i = 0; i < found && !phrase->status; i++) {
        size_t before = phrase->kept;
        uint32_t doc = docs[which[i]];
        if (word != phrase->first) {
            look_again(phrase, word, doc, places[i]);
        } else {
            if (phrase->base) find_base(phrase, docs, which[i]);
            look_first(phrase, word, doc, places[i]);
        }
        which[kept] = which[i];
        places[kept] = places[i];
        kept += phrase->kept > before;
    }
    return phrase->status ? 0 : kept;
}

uint32_t ks_phrase_keep(ks_phrase_word *words, const uint32_t *docs, uint32_t *which, uint32_t *places,
                        uint32_t found) {
    for (const ks_phrase_word *word = words; word; word = word->next)
        found = keep_word(word, docs, which, places, found);
    return found;
}
