/* The tag splitter. It learns in passes: each pass cuts every line, using the counts of the words and tags
 * that all other lines were cut into by the pass before. May use base and the other tag_*.h. */
#include "corpus/tag_split.h"

#include "base/buffer.h"
#include "corpus/tag_lattice.h"
#include "corpus/tag_letters.h"

#include <stdlib.h>
#include <string.h>

enum { PASSES = 3 };

/* The first guess at where new words of tags come from, and how many words it counts as later on. */
static const double FIRST_MIX[KS_TAG_SOURCES] = {0.55, 0.12, 0.1, 0.2, 0.01};
static const double MIX_WEIGHT[KS_TAG_SOURCES] = {1, 0.5, 0.5, 0.5, 0};
static const double LEAST_COMPOUNDS = 0.02; /* their share at least: few feeds can show how rare they are */

typedef struct line {
    size_t start, size; /* in `text`, `cuts` and `new_cuts` */
} line;

struct ks_tag_splitter {
    ks_tag_model model;
    ks_tag_scratch scratch;
    ks_map known; /* line to its index in `lines`; equal lines count once */
    line *lines;
    size_t line_capacity;
    ks_buffer text;        /* all lines, in small letters */
    bool *cuts, *new_cuts; /* for each byte of the text: whether a tag ends before it */
    bool closed;           /* learning has begun */
    bool learnt;           /* it has succeeded */
};

ks_status ks_tag_splitter_new(ks_tag_splitter **out, ks_error *err) {
    ks_tag_splitter *s = calloc(1, sizeof *s);
    ks_status status;
    if (!s) return ks_error_nomem(err);
    memcpy(s->model.mix, FIRST_MIX, sizeof FIRST_MIX);
    if ((status = ks_tag_lexicon_init(&s->model.lexicon, err)) ||
        (status = ks_tag_spelling_init(&s->model.spelling, err))) {
        ks_tag_splitter_free(s);
        return status;
    }
    *out = s;
    return KS_OK;
}

void ks_tag_splitter_free(ks_tag_splitter *s) {
    if (!s) return;
    ks_tag_lexicon_free(&s->model.lexicon);
    ks_tag_spelling_free(&s->model.spelling);
    ks_tag_pieces_free(&s->model.pieces);
    ks_map_free(&s->model.counts.words);
    ks_map_free(&s->model.counts.tags);
    ks_tag_scratch_free(&s->scratch);
    ks_map_free(&s->known);
    free(s->lines);
    ks_buffer_free(&s->text);
    free(s->cuts);
    free(s->new_cuts);
    free(s);
}

static ks_status check_open(const ks_tag_splitter *s, ks_error *err) {
    return s->closed ? ks_error_set(err, KS_ERR_ARGUMENT, "the tag splitter has learnt already") : KS_OK;
}

ks_status ks_tag_splitter_add_text(ks_tag_splitter *s, const char *text, size_t size, ks_error *err) {
    ks_status status = check_open(s, err);
    return status ? status : ks_tag_lexicon_add_text(&s->model.lexicon, text, size, err);
}

ks_status ks_tag_splitter_add_words(ks_tag_splitter *s, const char *text, size_t size, ks_error *err) {
    ks_status status = check_open(s, err);
    return status ? status : ks_tag_lexicon_add_words(&s->model.lexicon, text, size, err);
}

ks_status ks_tag_splitter_add_tags(ks_tag_splitter *s, const char *text, size_t size, ks_error *err) {
    line added = {s->text.size, size};
    char *copy;
    bool is_new;
    ks_status status = check_open(s, err);
    if (status || !size || size > KS_TAG_LINE_LIMIT) return status;
    if ((status = ks_array_reserve(&s->lines, &s->line_capacity, s->known.used + 1, sizeof *s->lines, err)))
        return status;
    ks_buffer_add(&s->text, text, size);
    if ((status = ks_buffer_check(&s->text, err))) return status;
    copy = s->text.data + added.start;
    ks_tag_lower(copy, text, size);
    s->lines[s->known.used] = added;
    status = ks_map_insert(&s->known, copy, size, (uint32_t)s->known.used, NULL, &is_new, err);
    if (status || !is_new) ks_buffer_truncate(&s->text, added.start);
    return status;
}

/* ---- Counting -------------------------------------------------------------------------------------- */

static ks_status count_one(ks_map *map, size_t *tokens, size_t *types, const char *key, size_t size, int by,
                           ks_error *err) {
    uint32_t *count;
    ks_status status = ks_map_insert(map, key, size, 0, &count, NULL, err);
    if (status) return status;
    *types -= *count > 0;
    *count += (uint32_t)by; /* -1 only for what was counted before */
    *types += *count > 0;
    *tokens += (size_t)by;
    return KS_OK;
}

static ks_status count_tag(ks_tag_counts *n, const char *tag, size_t size, int by, ks_error *err) {
    ks_status status = count_one(&n->tags, &n->tag_tokens, &n->tag_types, tag, size, by, err);
    size_t words = 0;
    for (size_t at = 0, end; !status && at < size; at = end + 1) {
        end = ks_tag_piece_end(tag, size, at);
        status = count_one(&n->words, &n->word_tokens, &n->word_types, tag + at, end - at, by, err);
        words++;
    }
    n->lengths[words < KS_TAG_WORDS ? words : KS_TAG_WORDS] += (size_t)by;
    return status;
}

/* Adds a line, as it is cut, to the counts; or takes it off if `by` is -1. */
static ks_status count_line(ks_tag_splitter *s, const line *l, int by, ks_error *err) {
    ks_tag_counts *n = &s->model.counts;
    const char *text = s->text.data + l->start;
    size_t tags = 0, begin = 0;
    ks_status status = KS_OK;
    for (size_t at = 1; !status && at <= l->size; at++) {
        if (at < l->size && !s->cuts[l->start + at]) continue;
        status = count_tag(n, text + begin, at - begin, by, err);
        begin = at;
        tags++;
    }
    n->numbers[tags < KS_TAG_NUMBERS ? tags : KS_TAG_NUMBERS - 1] += (size_t)by;
    n->lines += (size_t)by;
    return status;
}

/* ---- Learning -------------------------------------------------------------------------------------- */

/* Learns from the pieces between hyphens, whose ends are certainly beginnings and ends of words. */
static ks_status learn_pieces(ks_tag_splitter *s, ks_error *err) {
    ks_tag_pieces *pieces = &s->model.pieces;
    ks_status status = KS_OK;
    for (size_t i = 0; i < s->known.used; i++) {
        const char *text = s->text.data + s->lines[i].start;
        for (size_t at = 0, end; !status && at < s->lines[i].size; at = end + 1) {
            end = ks_tag_piece_end(text, s->lines[i].size, at);
            ks_tag_spelling_add_edges(&s->model.spelling, text + at, end - at);
            status = ks_tag_pieces_add(pieces, text + at, end - at, err);
        }
    }
    return status ? status : ks_tag_pieces_finish(pieces, err);
}

/* Cuts every line, using the counts of all others. */
static ks_status pass(ks_tag_splitter *s, bool counted, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; !status && i < s->known.used; i++) {
        const line *l = &s->lines[i];
        if (counted && (status = count_line(s, l, -1, err))) break;
        status = ks_tag_lattice_cut(&s->model, &s->scratch, s->text.data + l->start, l->size,
                                    s->new_cuts + l->start, err);
        if (counted && !status) status = count_line(s, l, 1, err);
    }
    return status;
}

/* Counts all lines again, as the last pass has cut them. */
static ks_status recount(ks_tag_splitter *s, ks_error *err) {
    ks_tag_counts *n = &s->model.counts;
    bool *old = s->cuts;
    ks_status status = KS_OK;
    ks_map words = n->words, tags = n->tags;
    ks_map_clear(&words);
    ks_map_clear(&tags);
    *n = (ks_tag_counts){.words = words, .tags = tags};
    s->cuts = s->new_cuts;
    s->new_cuts = old;
    for (size_t i = 0; !status && i < s->known.used; i++) status = count_line(s, &s->lines[i], 1, err);
    return status;
}

/* Estimates where new words come from, from the words that tags have now, each counted once. (A step of
 * expectation maximisation: each word is shared among the sources in proportion to their probabilities.) */
static ks_status remix(ks_tag_splitter *s, ks_error *err) {
    ks_tag_model *m = &s->model;
    const ks_map_slot *slot;
    double sum[KS_TAG_SOURCES], total = 0;
    memcpy(sum, MIX_WEIGHT, sizeof sum);
    sum[KS_TAG_COMPOUND] = LEAST_COMPOUNDS * (double)m->counts.word_types;
    for (size_t at = 0; (slot = ks_map_next(&m->counts.words, &at));) {
        double source[KS_TAG_SOURCES], all = 0;
        ks_status status;
        if (!slot->size || slot->size > KS_TAG_WORD_LIMIT) continue;
        if ((status = ks_tag_lattice_sources(m, &s->scratch, slot->key, slot->size, source, err)))
            return status;
        for (int i = 0; i < KS_TAG_SOURCES; i++) all += source[i] *= m->mix[i];
        for (int i = 0; all > 0 && i < KS_TAG_SOURCES; i++) sum[i] += source[i] / all;
    }
    if (!m->lexicon.listed_count) sum[KS_TAG_LISTED] = 0;
    for (int i = 0; i < KS_TAG_SOURCES; i++) total += sum[i];
    for (int i = 0; i < KS_TAG_SOURCES; i++) m->mix[i] = sum[i] / total;
    return KS_OK;
}

ks_status ks_tag_splitter_learn(ks_tag_splitter *s, ks_error *err) {
    ks_status status = check_open(s, err);
    if (status) return status;
    s->closed = true;
    s->cuts = calloc(s->text.size + 1, sizeof *s->cuts);
    s->new_cuts = calloc(s->text.size + 1, sizeof *s->new_cuts);
    if (!s->cuts || !s->new_cuts) return ks_error_nomem(err);
    if ((status = learn_pieces(s, err))) return status;
    if ((status = ks_tag_lexicon_finish(&s->model.lexicon, &s->model.spelling, err))) return status;
    if ((status = ks_tag_spelling_finish(&s->model.spelling, err))) return status;
    for (int i = 0; i < PASSES; i++)
        if ((status = pass(s, i > 0, err)) || (status = recount(s, err)) || (status = remix(s, err)))
            return status;
    s->learnt = true;
    return KS_OK;
}

/* ---- Answering ------------------------------------------------------------------------------------- */

static ks_status write_ends(const bool *cuts, size_t size, size_t *ends, size_t capacity, size_t *n,
                            ks_error *err) {
    *n = 0;
    for (size_t at = 1; at <= size; at++) {
        if (at < size && (!cuts || !cuts[at])) continue;
        if (*n == capacity)
            return ks_error_set(err, KS_ERR_TOO_LARGE, "more than %zu tags in a line", capacity);
        ends[(*n)++] = at;
    }
    return KS_OK;
}

static ks_status split_unknown(const ks_tag_splitter *s, const char *small, size_t size, size_t *ends,
                               size_t capacity, size_t *n, ks_error *err) {
    ks_tag_scratch scratch = {0};
    bool *cuts = calloc(size, sizeof *cuts);
    ks_status status =
        cuts ? ks_tag_lattice_cut(&s->model, &scratch, small, size, cuts, err) : ks_error_nomem(err);
    if (!status) status = write_ends(cuts, size, ends, capacity, n, err);
    free(cuts);
    ks_tag_scratch_free(&scratch);
    return status;
}

ks_status ks_tag_splitter_split(const ks_tag_splitter *s, const char *text, size_t size, size_t *ends,
                                size_t capacity, size_t *n, ks_error *err) {
    const uint32_t *known;
    char *small;
    ks_status status;
    if (!s->learnt) return ks_error_set(err, KS_ERR_ARGUMENT, "the tag splitter has not learnt yet");
    if (!size || size > KS_TAG_LINE_LIMIT) return write_ends(NULL, size, ends, capacity, n, err);
    if (!(small = malloc(size))) return ks_error_nomem(err);
    ks_tag_lower(small, text, size);
    known = ks_map_find(&s->known, small, size);
    status = known ? write_ends(s->cuts + s->lines[*known].start, size, ends, capacity, n, err)
                   : split_unknown(s, small, size, ends, capacity, n, err);
    free(small);
    return status;
}
