/* The likeliest cut, by dynamic programming over a generative model: a line is a sequence of tags; a tag is
 * one that other lines have, or a new sequence of words; a word is one that tags of other lines have, or
 * comes from a source.
 *
 * First every candidate word, given by its start and size, gets a score (a cell). Then, from left to right,
 * each offset in the line keeps the best way to reach it with every number of tags (a state). At last the
 * best number of tags is chosen and its way traced back. Scores are logarithms of probabilities. May use base
 * and tag_lexicon.h. */
#include "corpus/tag_lattice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    WIDTH = KS_TAG_WORD_LIMIT + 1, /* cells in a row */
    LEAST_COMPOUND = 6,            /* bytes of a compound */
    MOST_COMPOUND = 20,
    LEAST_HEAD = 3, /* bytes of its parts */
    LEAST_TAIL = 3,
    MOST_ALIKE = 5 /* at most this many pieces with the same neighbour count as evidence */
};

/* tests/corpus/feed_gold_test.c holds what these weights achieve on a feed whose true tags are known. */

static const double WORD_DISCOUNT = 0.6, TAG_DISCOUNT = 0.7; /* taken off every count, for the unseen */
static const double AFFIX_EDGE = 0.02;      /* of a prefix before a boundary, of a suffix behind one */
static const double PREFIX_SHARE = 0.2;     /* of compounds that begin with a prefix */
static const double BEAM = 15;              /* states worse than the best by more than this are dropped */
static const double ONE_NEIGHBOUR = 0.2;    /* chance that two boundaries have the same byte next to them */
static const double SINGLE_LETTER = 0.0005; /* probability of each single letter, among unseen words */
static const double NUMBER_SHARE = 0.8;     /* weight of what other lines tell about the number of tags */
static const double NEIGHBOUR_SHARE = 0.3;  /* weight, there, of lines with one tag more or less */
static const double NUMBER_LEAST = 0.25;    /* weight of a number that no line has */
static const double LEAST_CHANCE = 1e-300;  /* keeps the logarithm finite */
static const double IMPOSSIBLE = -1e18;
static const double FIRST_TAGS = 20; /* the first guess at lengths of tags counts as this many tags */
static const double FIRST_LENGTHS[KS_TAG_WORDS + 1] = {0, .3, .5, .16, .03, .008, .002, .0005, .0001};

/* A candidate word: its start is the row, its size the column. */
typedef struct ks_tag_cell {
    float part;  /* its probability as part of a compound */
    float score; /* its score as a word of a tag */
    bool seen;   /* tags of other lines have it */
    uint8_t affix;
} cell;

/* The best way to reach an offset of the line with a given number of tags. */
typedef struct ks_tag_state {
    double score;
    uint32_t from;  /* the offset at which the last tag begins */
    uint8_t number; /* of tags before that */
} state;

typedef struct lattice {
    const ks_tag_model *m;
    const char *line;
    size_t size;
    cell *cells;
    state *states;
    double word_new, word_total, tag_new, tag_total;
    double length[KS_TAG_WORDS + 1];
} lattice;

void ks_tag_scratch_free(ks_tag_scratch *scratch) {
    free(scratch->cells);
    free(scratch->states);
    *scratch = (ks_tag_scratch){0};
}

static ks_status open_lattice(lattice *l, const ks_tag_model *m, ks_tag_scratch *scratch, const char *line,
                              size_t size, ks_error *err) {
    const ks_tag_counts *n = &m->counts;
    ks_status status;
    if ((status = ks_array_reserve(&scratch->cells, &scratch->cell_capacity, (size + 1) * WIDTH, sizeof(cell),
                                   err)))
        return status;
    if ((status = ks_array_reserve(&scratch->states, &scratch->state_capacity, (size + 1) * KS_TAG_NUMBERS,
                                   sizeof(state), err)))
        return status;
    *l = (lattice){.m = m, .line = line, .size = size, .cells = scratch->cells, .states = scratch->states};
    l->word_new = WORD_DISCOUNT * (double)n->word_types + 1;
    l->word_total = (double)n->word_tokens + 1;
    l->tag_total = (double)n->tag_tokens + 1;
    l->tag_new = log((TAG_DISCOUNT * (double)n->tag_types + 1) / l->tag_total);
    for (int i = 1; i <= KS_TAG_WORDS; i++)
        l->length[i] = log(((double)n->lengths[i] + FIRST_TAGS * FIRST_LENGTHS[i]) /
                           ((double)n->tag_tokens + FIRST_TAGS));
    return KS_OK;
}

/* ---- Words ----------------------------------------------------------------------------------------- */

static cell *cell_at(const lattice *l, size_t start, size_t size) {
    return &l->cells[start * WIDTH + size];
}

/* No word begins or ends inside a character. */
static bool can_cut(const lattice *l, size_t at) {
    return at >= l->size || ((unsigned char)l->line[at] & 0xC0) != 0x80;
}

static size_t piece_end(const lattice *l, size_t at) {
    return ks_tag_piece_end(l->line, l->size, at);
}

/* The probability of a compound. Needs the cells of all shorter words from `start`, and those of all words
 * further to the right. A prefix may make a word of any length; the length of other compounds counts as that
 * of any word. */
static double compound(const lattice *l, size_t start, size_t size) {
    double two_words = 0, prefixed = 0;
    if (size < LEAST_COMPOUND || size > MOST_COMPOUND) return 0;
    for (size_t head = 2; head + LEAST_TAIL <= size; head++) {
        const cell *a = cell_at(l, start, head), *b = cell_at(l, start + head, size - head);
        if (b->part <= 0 || b->affix & KS_TAG_SUFFIX) continue;
        if (a->affix & KS_TAG_PREFIX)
            prefixed += (double)b->part;
        else if (head >= LEAST_HEAD)
            two_words += (double)a->part * (double)b->part;
    }
    return two_words * l->m->spelling.length[size] / l->m->spelling.length_peak +
           prefixed * PREFIX_SHARE / (double)l->m->lexicon.prefix_count;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool before_hyphen(const lattice *l, size_t at) {
    return at + 1 < l->size && l->line[at + 1] == '-';
}

/* A single letter is seldom a word of a text, but may be the first word of a tag ("t-test"). */
static double single(const lattice *l, size_t start, size_t size) {
    return size == 1 && before_hyphen(l, start) ? SINGLE_LETTER : 0;
}

/* The word's probability in all sources but spelling; also sets the cell's probability in compounds. */
static void known_sources(const lattice *l, size_t start, size_t size, double out[KS_TAG_SOURCES]) {
    const double *mix = l->m->mix;
    double part = 0;
    for (int i = 0; i < KS_TAG_SOURCES; i++) out[i] = 0;
    if (size > 1 || is_digit(l->line[start]) || before_hyphen(l, start))
        ks_tag_lexicon_sources(&l->m->lexicon, l->line + start, size, out);
    for (int i = 0; i < KS_TAG_KNOWN; i++) part += mix[i] * out[i];
    cell_at(l, start, size)->part = (float)part;
    if (out[KS_TAG_TEXT] <= 0 && out[KS_TAG_LISTED] <= 0) out[KS_TAG_COMPOUND] = compound(l, start, size);
}

/* The evidence against a boundary beside an unknown word: all pieces that begin, or end, with the word have
 * the same byte next to it. (A known word may well occur only behind a few plurals.) */
static double neighbours(const lattice *l, size_t start, size_t size) {
    size_t end = start + size, alike;
    bool begins = start == 0 || l->line[start - 1] == '-', ends = end == l->size || l->line[end] == '-';
    if (begins == ends) return 0; /* no boundary next to it, or no piece begins or ends with it */
    alike = ks_tag_pieces_alike(&l->m->pieces, l->line + start, size, ends);
    return alike < 2 ? 0 : log(ONE_NEIGHBOUR) * (double)(alike < MOST_ALIKE ? alike - 1 : MOST_ALIKE);
}

static void score_word(const lattice *l, size_t start, size_t size, double spelled) {
    const char *word = l->line + start;
    cell *c = cell_at(l, start, size);
    size_t end = start + size;
    double source[KS_TAG_SOURCES], base = 0, seen;
    const uint32_t *count = ks_map_find(&l->m->counts.words, word, size);
    c->affix = (uint8_t)ks_tag_lexicon_affix(&l->m->lexicon, word, size);
    known_sources(l, start, size, source);
    source[KS_TAG_SPELLED] = fmax(spelled, single(l, start, size));
    for (int i = 0; i < KS_TAG_SOURCES; i++) base += l->m->mix[i] * source[i];
    if (c->affix & (KS_TAG_SUFFIX | KS_TAG_SMALL) && start > 0 && l->line[start - 1] != '-')
        base *= AFFIX_EDGE;
    if (c->affix & (KS_TAG_PREFIX | KS_TAG_SMALL) && end < l->size && l->line[end] != '-') base *= AFFIX_EDGE;
    seen = count && *count ? (double)*count - WORD_DISCOUNT : 0;
    c->seen = seen > 0;
    c->score = (float)log((seen + l->word_new * base) / l->word_total + LEAST_CHANCE);
    if (source[KS_TAG_TEXT] <= 0 && source[KS_TAG_LISTED] <= 0) c->score += (float)neighbours(l, start, size);
}

/* Scores every candidate word of a piece between hyphens, from right to left, since compounds need their
 * second part. */
static void score_piece(const lattice *l, size_t begin, size_t end) {
    for (size_t start = end; start-- > begin;) {
        uint32_t context = KS_TAG_SPELLING_START;
        double spelled = 1;
        for (size_t size = 1; start + size <= end && size <= KS_TAG_WORD_LIMIT; size++) {
            spelled *= ks_tag_spelling_step(&l->m->spelling, &context, l->line[start + size - 1]);
            if (can_cut(l, start) && can_cut(l, start + size))
                score_word(l, start, size, spelled * ks_tag_spelling_stop(&l->m->spelling, context, size));
            else
                *cell_at(l, start, size) = (cell){.score = (float)IMPOSSIBLE};
        }
    }
}

/* ---- Tags ------------------------------------------------------------------------------------------ */

static state *states_at(const lattice *l, size_t at) {
    return &l->states[at * KS_TAG_NUMBERS];
}

/* The states of an offset that are worth continuing: numbers of tags, `first` included, `end` excluded. */
typedef struct range {
    int first, end;
} range;

static range good_states(const lattice *l, size_t at) {
    const state *states = states_at(l, at);
    double best = IMPOSSIBLE;
    range good = {KS_TAG_NUMBERS, 0};
    for (int i = 0; i < KS_TAG_NUMBERS; i++) best = fmax(best, states[i].score);
    for (int i = 0; best > IMPOSSIBLE && i < KS_TAG_NUMBERS; i++) {
        if (states[i].score < best - BEAM) continue;
        if (i < good.first) good.first = i;
        good.end = i + 1;
    }
    return good;
}

static void extend(const lattice *l, size_t from, range good, size_t to, double score) {
    const state *before = states_at(l, from);
    state *after = states_at(l, to);
    for (int i = good.first; i < good.end; i++) {
        int next = i + 1 < KS_TAG_NUMBERS ? i + 1 : i;
        double sum = before[i].score + score;
        if (before[i].score <= IMPOSSIBLE || sum <= after[next].score) continue;
        after[next] = (state){.score = sum, .from = (uint32_t)from, .number = (uint8_t)i};
    }
}

/* Adds the probability that the tag is one of another line to its score as a new tag: log(e^a + e^b). */
static double with_seen(const lattice *l, size_t from, size_t to, double score) {
    const uint32_t *count = ks_map_find(&l->m->counts.tags, l->line + from, to - from);
    double seen;
    if (!count || !*count) return score;
    seen = log(((double)*count - TAG_DISCOUNT) / l->tag_total);
    return fmax(seen, score) + log1p(exp(-fabs(seen - score)));
}

/* Tries every tag that begins at `from`: all its words but the last are whole pieces, the last may end inside
 * one. */
static void tags_from(const lattice *l, size_t from, range good) {
    double before = l->tag_new;
    bool seen = true;
    size_t at = from;
    for (int words = 1; words <= KS_TAG_WORDS; words++) {
        size_t end = piece_end(l, at);
        for (size_t size = 1; at + size <= end && size <= KS_TAG_WORD_LIMIT; size++) {
            const cell *c = cell_at(l, at, size);
            double score = before + (double)c->score + l->length[words];
            if ((double)c->score <= IMPOSSIBLE) continue;
            if (seen && c->seen) score = with_seen(l, from, at + size, score);
            extend(l, from, good, at + size, score);
        }
        if (end == at || end - at > KS_TAG_WORD_LIMIT || end == l->size) return;
        before += (double)cell_at(l, at, end - at)->score;
        seen = seen && cell_at(l, at, end - at)->seen;
        at = end + 1;
    }
}

/* The likeliest number of tags, given how many the other lines have. */
static int best_number(const lattice *l) {
    const size_t *n = l->m->counts.numbers;
    double best = IMPOSSIBLE;
    int number = 0;
    for (int i = 1; i < KS_TAG_NUMBERS; i++) {
        size_t near = n[i - 1] + (i + 1 < KS_TAG_NUMBERS ? n[i + 1] : 0);
        double score = states_at(l, l->size)[i].score;
        if (score <= IMPOSSIBLE) continue;
        if (l->m->counts.lines)
            score += NUMBER_SHARE * log((double)n[i] + NEIGHBOUR_SHARE * (double)near + NUMBER_LEAST);
        if (score > best) {
            best = score;
            number = i;
        }
    }
    return number;
}

static void trace(const lattice *l, bool *cuts) {
    size_t at = l->size;
    int number = best_number(l);
    memset(cuts, 0, l->size * sizeof *cuts);
    if (!number) return; /* there is no way through pieces that are empty or too long */
    while (at) {
        const state *s = &states_at(l, at)[number];
        at = s->from;
        number = s->number;
        if (at) cuts[at] = true;
    }
}

ks_status ks_tag_lattice_cut(const ks_tag_model *m, ks_tag_scratch *scratch, const char *line, size_t size,
                             bool *cuts, ks_error *err) {
    lattice l;
    ks_status status = open_lattice(&l, m, scratch, line, size, err);
    if (status) return status;
    for (size_t at = 0; at < size; at = piece_end(&l, at) + 1) score_piece(&l, at, piece_end(&l, at));
    for (size_t i = 0; i < (size + 1) * KS_TAG_NUMBERS; i++) l.states[i].score = IMPOSSIBLE;
    l.states[0].score = 0;
    for (size_t at = 0; at < size; at++) {
        range good = good_states(&l, at);
        if (line[at] != '-' && good.first < good.end) tags_from(&l, at, good);
    }
    trace(&l, cuts);
    return KS_OK;
}

ks_status ks_tag_lattice_sources(const ks_tag_model *m, ks_tag_scratch *scratch, const char *word,
                                 size_t size, double out[KS_TAG_SOURCES], ks_error *err) {
    uint32_t context = KS_TAG_SPELLING_START;
    double spelled = 1;
    lattice l;
    ks_status status = open_lattice(&l, m, scratch, word, size, err);
    if (status) return status;
    score_piece(&l, 0, size);
    known_sources(&l, 0, size, out);
    for (size_t i = 0; i < size; i++) spelled *= ks_tag_spelling_step(&m->spelling, &context, word[i]);
    out[KS_TAG_SPELLED] = spelled * ks_tag_spelling_stop(&m->spelling, context, size);
    return KS_OK;
}
