/* Phrases that are tested list by list; see phrase.h. May use base, engine and native's files. What the words
 * have shown so far of a document is kept as runs: for each field, the starts, which are the positions at
 * which the phrase may still begin. Each further word narrows the runs; a document without runs is out. */
#include "native/phrase.h"

#include <stdlib.h>
#include <string.h>

/* Up to so many starts are each compared with all positions, without branches; more are merged. */
enum { FEW = 8 };

/* The starts in one field of a document: `count` of phrase->starts, from `begin` on. */
struct run {
    uint32_t doc, count;
    size_t begin;
    ks_field field;
};

struct ks_phrase {
    unsigned fields; /* mask of the fields in which it may stand */
    bool is_near, tells_all;
    uint32_t window;             /* of NEAR */
    const ks_phrase_word *base;  /* the list that is read; NULL where that is none of the words */
    uint32_t base_in_block;      /* the current document's index in its block */
    const ks_phrase_word *word;  /* the word being joined; NULL: none yet */
    const ks_phrase_word *first; /* the first word that was joined: it opens the runs */
    struct run *runs;
    size_t run_count, run_capacity; /* runs that the word before has left */
    size_t at, kept;                /* of these: the next to look at, and how many this word leaves */
    ks_positions starts, positions; /* of all runs; scratch for those of one word */
    size_t used;                    /* how many starts belong to runs */
    ks_status status;
    ks_error *err;
};

/* ---- Making ---- */

/* The list of term i among those that score. */
static ks_list *list_of(const ks_factors *factors, const ks_plan_node *node, size_t i, ks_list *lists,
                        size_t count) {
    size_t score_index = ks_factors_find(factors, node->terms[i], node->field);
    for (size_t j = 0; j < count; j++)
        if (lists[j].factor > 0 && lists[j].score_index == score_index && lists[j].field == node->field)
            return &lists[j];
    return NULL;
}

/* Tells a list what it stands for in the phrase, if anything. */
static ks_status add_word(ks_phrase *phrase, ks_arena *arena, const ks_plan_node *node, ks_list *const *of,
                          ks_list *list, ks_error *err) {
    ks_phrase_word *word = ks_arena_alloc(arena, sizeof *word);
    uint32_t *offsets = ks_arena_alloc(arena, node->term_count * sizeof *offsets);
    if (!word || !offsets) return ks_error_nomem(err);
    *word = (ks_phrase_word){phrase, list->words, list->cursor, offsets, 0};
    for (size_t i = 0; i < node->term_count; i++)
        if (of[i] == list) offsets[word->count++] = phrase->is_near ? 0 : (uint32_t)i;
    if (phrase->is_near && word->count) word->count = 1;
    if (word->count) list->words = word;
    return KS_OK;
}

/* Finds the list of each term. False where one has none, or all have the same. */
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
                          .is_near = node->kind == KS_PLAN_NEAR,
                          .window = node->window,
                          .tells_all = node->kind == KS_PLAN_PHRASE || node->term_count == 2,
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

bool ks_phrase_tells_all(const ks_phrase *phrase) {
    return phrase->tells_all;
}

ks_status ks_phrase_status(const ks_phrase *phrase) {
    return phrase->status;
}

/* ---- Starts and positions ---- */

/* Keeps the starts with a position at a distance of `offset` behind them. Starts and positions ascend. */
static uint32_t keep_by_merging(uint32_t *starts, uint32_t count, const ks_positions *positions,
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

/* The same for a few starts. A sum that wraps around is no hit. */
static uint32_t keep_few(uint32_t *starts, uint32_t count, const ks_positions *positions, uint32_t offset) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t wanted = starts[i] + offset, hits = 0;
        for (size_t j = 0; j < positions->count; j++) hits |= positions->items[j] == wanted;
        starts[kept] = starts[i];
        kept += hits & (wanted >= offset);
    }
    return kept;
}

/* Keeps the starts that have a different position less than `window` away, on either side. */
static uint32_t keep_near(uint32_t *starts, uint32_t count, const ks_positions *positions, uint32_t window) {
    uint32_t kept = 0;
    size_t at = 0;
    for (uint32_t i = 0; i < count; i++) {
        size_t other;
        while (at < positions->count && (uint64_t)positions->items[at] + window <= starts[i]) at++;
        other = at + (at < positions->count && positions->items[at] == starts[i]);
        if (other < positions->count && positions->items[other] < (uint64_t)starts[i] + window)
            starts[kept++] = starts[i];
    }
    return kept;
}

static void keep_starts(ks_phrase *phrase, struct run *run, uint32_t offset) {
    uint32_t *starts = phrase->starts.items + run->begin;
    if (phrase->is_near)
        run->count = keep_near(starts, run->count, &phrase->positions, phrase->window);
    else if (run->count <= FEW)
        run->count = keep_few(starts, run->count, &phrase->positions, offset);
    else
        run->count = keep_by_merging(starts, run->count, &phrase->positions, offset);
}

/* Narrows a run by the word's positions, for its offsets from number `from` on. Positions beyond the last
 * start's reach are not read. */
static void narrow_run(ks_phrase *phrase, struct run *run, const ks_phrase_word *word, size_t from,
                       uint32_t in_block) {
    const uint32_t *starts = phrase->starts.items + run->begin;
    uint64_t reach = phrase->is_near ? phrase->window : word->offsets[word->count - 1];
    if (run->count == 0) return;
    reach += starts[run->count - 1];
    phrase->positions.count = 0;
    phrase->status = ks_cursor_positions_at(word->cursor, in_block, run->field,
                                            reach < UINT32_MAX ? (uint32_t)reach : UINT32_MAX,
                                            &phrase->positions, phrase->err);
    for (size_t i = from; i < word->count && !phrase->status; i++) keep_starts(phrase, run, word->offsets[i]);
}

/* Fills a new run with the starts that the word's positions allow: each position less the word's offset. */
static void fill_run(ks_phrase *phrase, struct run *run, const ks_phrase_word *word, uint32_t in_block) {
    uint32_t offset = word->offsets[0], *starts;
    phrase->starts.count = run->begin;
    phrase->status =
        ks_cursor_positions_at(word->cursor, in_block, run->field, UINT32_MAX, &phrase->starts, phrase->err);
    starts = phrase->starts.items + run->begin;
    for (size_t i = 0; i < phrase->starts.count - run->begin; i++) {
        uint32_t position = starts[i];
        starts[run->count] = position - offset;
        run->count += position >= offset;
    }
    if (word->count > 1 && !phrase->status) narrow_run(phrase, run, word, 1, in_block);
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

/* Opens the runs of a document with the first word that is joined; with the base first, where there is one,
 * so that its positions are read only for documents that hold both words. */
static void open_runs(ks_phrase *phrase, const ks_phrase_word *word, uint32_t doc, uint32_t in_block) {
    const ks_phrase_word *base = phrase->base;
    unsigned fields = phrase->fields & ks_cursor_mask_at(word->cursor, in_block);
    if (base) fields &= ks_cursor_mask_at(base->cursor, phrase->base_in_block);
    for (; fields && !phrase->status; fields &= fields - 1) {
        struct run run = {.doc = doc, .begin = phrase->used, .field = (ks_field)__builtin_ctz(fields)};
        fill_run(phrase, &run, base ? base : word, base ? phrase->base_in_block : in_block);
        if (base && !phrase->status) narrow_run(phrase, &run, word, 0, in_block);
        if (run.count && !phrase->status) add_run(phrase, &run);
    }
}

/* Narrows the runs of a document by a further word. */
static void narrow_runs(ks_phrase *phrase, const ks_phrase_word *word, uint32_t doc, uint32_t in_block) {
    uint8_t mask = ks_cursor_mask_at(word->cursor, in_block);
    while (phrase->at < phrase->run_count && phrase->runs[phrase->at].doc < doc) phrase->at++;
    for (; phrase->at < phrase->run_count && phrase->runs[phrase->at].doc == doc; phrase->at++) {
        struct run run = phrase->runs[phrase->at];
        if (!(mask & 1u << run.field)) continue;
        narrow_run(phrase, &run, word, 0, in_block);
        if (run.count && !phrase->status) phrase->runs[phrase->kept++] = run;
    }
}

void ks_phrase_begin(ks_phrase *phrase) {
    phrase->word = NULL;
    phrase->used = phrase->kept = 0;
    if (phrase->base) phrase->base_in_block = phrase->base->cursor->in_block;
}

/* The runs that the word before has kept are narrowed by this one, in place. */
static void start_word(ks_phrase *phrase, const ks_phrase_word *word) {
    if (!phrase->word) phrase->first = word;
    phrase->word = word;
    phrase->run_count = phrase->kept;
    phrase->at = phrase->kept = 0;
}

/* Finds a document in the block of the base; its index is known where `docs` is that block. */
static void find_base(ks_phrase *phrase, const uint32_t *docs, uint32_t index) {
    const uint32_t *read = phrase->base->cursor->docs;
    if (docs == read)
        phrase->base_in_block = index;
    else
        while (read[phrase->base_in_block] < docs[index]) phrase->base_in_block++;
}

/* ks_phrase_keep for one phrase of the list. */
static uint32_t keep_word(const ks_phrase_word *word, const uint32_t *docs, uint32_t *in_docs,
                          uint32_t *in_block, uint32_t found) {
    ks_phrase *phrase = word->phrase;
    uint32_t kept = 0;
    if (phrase->word != word) start_word(phrase, word); /* else it goes on in another block of its list */
    for (uint32_t i = 0; i < found && !phrase->status; i++) {
        size_t before = phrase->kept;
        uint32_t doc = docs[in_docs[i]];
        if (word != phrase->first) {
            narrow_runs(phrase, word, doc, in_block[i]);
        } else {
            if (phrase->base) find_base(phrase, docs, in_docs[i]);
            open_runs(phrase, word, doc, in_block[i]);
        }
        in_docs[kept] = in_docs[i];
        in_block[kept] = in_block[i];
        kept += phrase->kept > before;
    }
    return phrase->status ? 0 : kept;
}

uint32_t ks_phrase_keep(ks_phrase_word *words, const uint32_t *docs, uint32_t *in_docs, uint32_t *in_block,
                        uint32_t found) {
    for (const ks_phrase_word *word = words; word; word = word->next)
        found = keep_word(word, docs, in_docs, in_block, found);
    return found;
}
