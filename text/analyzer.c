/* From the runs of the segmenter to tokens; see analyzer.h. */
#include "text/analyzer.h"

#include "text/normalise.h"
#include "text/plain.h"
#include "text/segment.h"
#include "text/stem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The tokens of a run: parts, and the joined and the spelled form; or units and their bigrams. */
enum { MOST_FORMS = KS_PARTS_LIMIT + 1, MOST_TOKENS = 2 * KS_PARTS_LIMIT };

/* So many plain words are found ahead of their stemming, so that the processor can fetch their slots of the
 * stemmer's cache meanwhile. */
enum { AHEAD = 16 };

struct plain_word {
    size_t start, end;
    uint64_t hash; /* from ks_stem_prepare */
    ks_form form;
};

static_assert((int)KS_PLAIN_MOST <= (int)KS_STEM_CACHED, "plain words can be prepared");

struct ks_analyzer {
    ks_stemmer *stemmer; /* NULL for the language "none" */
    ks_segmenter segmenter;
    uint32_t position; /* of the next word */
    ks_run run;
    ks_form forms[MOST_FORMS];       /* of the run's parts */
    ks_form joined, spelled;         /* of the whole run */
    ks_form bigrams[KS_PARTS_LIMIT]; /* of a part and its right neighbour */
    ks_token tokens[MOST_TOKENS];
    size_t count;                   /* of tokens */
    struct plain_word ahead[AHEAD]; /* found but not given yet: ahead[next..found) */
    size_t next, found;
    const bool *firsts; /* what is asked for, by ks_analyzer_look_for; NULL: everything */
};

ks_status ks_analyzer_new(ks_analyzer **out, const char *language, ks_error *err) {
    ks_analyzer *analyzer = calloc(1, sizeof *analyzer);
    ks_status status = KS_OK;
    if (!analyzer) return ks_error_nomem(err);
    if (!language || strcmp(language, "none") != 0)
        status = ks_stemmer_new(&analyzer->stemmer, language, err);
    if (status) {
        ks_analyzer_free(analyzer);
        return status;
    }
    ks_analyzer_start(analyzer, "", 0, 0);
    *out = analyzer;
    return KS_OK;
}

void ks_analyzer_free(ks_analyzer *analyzer) {
    if (!analyzer) return;
    ks_stemmer_free(analyzer->stemmer);
    free(analyzer);
}

void ks_analyzer_start(ks_analyzer *analyzer, const char *text, size_t size, uint32_t position) {
    analyzer->segmenter = (ks_segmenter){.text = text, .size = size};
    analyzer->position = position;
    analyzer->next = analyzer->found = 0;
    analyzer->firsts = NULL;
}

void ks_analyzer_look_for(ks_analyzer *analyzer, const bool *firsts) {
    if (!analyzer->stemmer || ks_stemmer_keeps_first(analyzer->stemmer)) analyzer->firsts = firsts;
}

uint32_t ks_analyzer_position(const ks_analyzer *analyzer) {
    return analyzer->position;
}

static void normalise(ks_form *form, const char *text, const ks_part *part) {
    if (part->ascii) {
        ks_normalise_ascii(form, text + part->start, part->end - part->start);
    } else {
        ks_normalise_unicode(form, text + part->start, part->end - part->start);
    }
}

/* Of letters that are not ASCII stemmers may change the first as well. */
static bool is_asked_for(const ks_analyzer *analyzer, const ks_form *form) {
    unsigned char first = (unsigned char)form->text[0];
    return !analyzer->firsts || first >= 0x80 || analyzer->firsts[first];
}

static ks_status stem(ks_analyzer *analyzer, ks_form *form, ks_error *err) {
    if (!analyzer->stemmer || form->number || !is_asked_for(analyzer, form)) return KS_OK;
    return ks_stem(analyzer->stemmer, form, err);
}

static void emit(ks_analyzer *analyzer, const ks_form *form, ks_token_kind kind, size_t start, size_t end) {
    analyzer->tokens[analyzer->count++] = (ks_token){.text = form->text,
                                                     .size = form->size,
                                                     .kind = kind,
                                                     .position = analyzer->position,
                                                     .start = start,
                                                     .end = end};
}

static bool same(const ks_form *a, const ks_form *b) {
    return a->size == b->size && memcmp(a->text, b->text, a->size) == 0;
}

/* Makes the joined and the spelled form from the parts, which must not be stemmed yet. */
static void join(ks_analyzer *analyzer, size_t end) {
    const ks_run *run = &analyzer->run;
    analyzer->joined.size = 0;
    analyzer->joined.number = false;
    for (size_t i = 0; i < run->count; i++) {
        const ks_form *form = &analyzer->forms[i];
        ks_form_add(&analyzer->joined, form->text, form->size, KS_TOKEN_LIMIT);
        if (form->number) analyzer->joined.number = true;
    }
    analyzer->spelled.size = 0;
    ks_form_add(&analyzer->spelled, analyzer->joined.text, analyzer->joined.size,
                KS_TOKEN_LIMIT - run->signs);
    ks_form_add(&analyzer->spelled, analyzer->segmenter.text + end - run->signs, run->signs, KS_TOKEN_LIMIT);
}

/* Emits the forms of the whole compound, at the position of its first part, whose form is `first`. */
static ks_status emit_whole(ks_analyzer *analyzer, const ks_form *first, size_t end, ks_error *err) {
    const ks_run *run = &analyzer->run;
    size_t start = run->parts[0].start;
    if (run->count > 1 || run->parts[0].plural) {
        ks_status status = stem(analyzer, &analyzer->joined, err);
        if (status) return status;
        if (!same(&analyzer->joined, first))
            emit(analyzer, &analyzer->joined, KS_TOKEN_JOINED, start, end - run->signs);
    }
    if (run->signs) emit(analyzer, &analyzer->spelled, KS_TOKEN_SPELLED, start, end);
    return KS_OK;
}

static ks_status emit_compound(ks_analyzer *analyzer, size_t end, ks_error *err) {
    const ks_run *run = &analyzer->run;
    bool forms_due = run->whole && (run->count > 1 || run->signs || run->parts[0].plural);
    ks_status status;
    for (size_t i = 0; i < run->count; i++)
        normalise(&analyzer->forms[i], analyzer->segmenter.text, &run->parts[i]);
    if (forms_due) join(analyzer, end);
    for (size_t i = 0; i < run->count; i++) {
        ks_form *form = &analyzer->forms[i];
        if (!form->size) continue;
        if (run->parts[i].plural && analyzer->stemmer && form->text[form->size - 1] == 's')
            form->size--; /* Snowball leaves cnns and gpus alone */
        if ((status = stem(analyzer, form, err))) return status;
        emit(analyzer, form, KS_TOKEN_WORD, run->parts[i].start, run->parts[i].end);
        if (forms_due && (status = emit_whole(analyzer, form, end, err))) return status;
        forms_due = false;
        analyzer->position++;
    }
    return KS_OK;
}

static void emit_units(ks_analyzer *analyzer) {
    const ks_run *run = &analyzer->run;
    size_t forms = run->count + (run->neighbour ? 1 : 0);
    for (size_t i = 0; i < forms; i++)
        normalise(&analyzer->forms[i], analyzer->segmenter.text, &run->parts[i]);
    for (size_t i = 0; i < run->count; i++) {
        const ks_form *form = &analyzer->forms[i], *next = form + 1;
        if (!form->size) continue;
        emit(analyzer, form, KS_TOKEN_CHAR, run->parts[i].start, run->parts[i].end);
        if (i + 1 < forms && next->size) {
            analyzer->bigrams[i] = *form;
            ks_form_add(&analyzer->bigrams[i], next->text, next->size, KS_TOKEN_LIMIT);
            emit(analyzer, &analyzer->bigrams[i], KS_TOKEN_BIGRAM, run->parts[i].start,
                 run->parts[i + 1].end);
        }
        analyzer->position++;
    }
}

static ks_status emit_run(ks_analyzer *analyzer, size_t end, ks_error *err) {
    if (!analyzer->run.unspaced) return emit_compound(analyzer, end, err);
    emit_units(analyzer);
    return KS_OK;
}

/* Finds the plain words that come next, if any. */
static void look_ahead(ks_analyzer *analyzer) {
    struct plain_word *word = analyzer->ahead;
    analyzer->next = 0;
    while (word < analyzer->ahead + AHEAD && ks_plain_next(&analyzer->segmenter, &word->start, &word->form)) {
        if (!is_asked_for(analyzer, &word->form)) continue;
        word->end = analyzer->segmenter.at;
        if (analyzer->stemmer) word->hash = ks_stem_prepare(analyzer->stemmer, &word->form);
        word++;
    }
    analyzer->found = (size_t)(word - analyzer->ahead);
}

/* Gives the next of the plain words found ahead. Its form is its only token. */
static ks_status give_plain(ks_analyzer *analyzer, ks_word *word, ks_error *err) {
    struct plain_word *plain = &analyzer->ahead[analyzer->next++];
    if (analyzer->stemmer) {
        ks_status status = ks_stem_prepared(analyzer->stemmer, &plain->form, plain->hash, err);
        if (status) return status;
    }
    emit(analyzer, &plain->form, KS_TOKEN_WORD, plain->start, plain->end);
    analyzer->position++;
    *word = (ks_word){
        .start = plain->start, .end = plain->end, .whole = true, .tokens = analyzer->tokens, .count = 1};
    return KS_OK;
}

ks_status ks_analyzer_next(ks_analyzer *analyzer, ks_word *word, bool *more, ks_error *err) {
    const ks_run *run = &analyzer->run;
    size_t end = 0;
    analyzer->count = 0;
    if (analyzer->next == analyzer->found) look_ahead(analyzer);
    if (analyzer->next < analyzer->found) {
        *more = true;
        return give_plain(analyzer, word, err);
    }
    while (analyzer->count == 0) { /* a word may normalise to nothing in some version of Unicode */
        ks_status status;
        if (!ks_segment_next(&analyzer->segmenter, &analyzer->run)) {
            *more = false;
            return KS_OK;
        }
        end = run->parts[run->count - 1].end + run->signs;
        if ((status = emit_run(analyzer, end, err))) return status;
    }
    *word = (ks_word){.start = run->parts[0].start,
                      .end = end,
                      .whole = run->whole,
                      .tokens = analyzer->tokens,
                      .count = analyzer->count};
    *more = true;
    return KS_OK;
}

ks_status ks_analyzer_exact(ks_analyzer *analyzer, const char *text, size_t size, ks_buffer *out,
                            ks_error *err) {
    (void)analyzer;
    ks_normalise_exact(out, text, size);
    return ks_buffer_check(out, err);
}

ks_status ks_analyzer_normalise(ks_analyzer *analyzer, const char *text, size_t size, ks_buffer *out,
                                ks_error *err) {
    ks_form form;
    (void)analyzer;
    ks_normalise_unicode(&form, text, size);
    ks_buffer_add(out, form.text, form.size);
    return ks_buffer_check(out, err);
}
