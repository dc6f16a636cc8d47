/* Passages: the pieces of a record that show why it was found. May use base, text, engine. */
#ifndef KS_SEARCHER_PASSAGES_H
#define KS_SEARCHER_PASSAGES_H

#include "base/map.h"
#include "searcher/index.h"

/* A text longer than KS_PASSAGE_WHOLE bytes is cut to a window of about KS_PASSAGE_BYTES. */
enum { KS_PASSAGE_WHOLE = 420, KS_PASSAGE_BYTES = 320, KS_PASSAGE_CLAIMS = 2, KS_PASSAGE_TAGS = 16 };

/* What is to be highlighted: the scoring terms of a plan. */
typedef struct ks_highlighter {
    ks_analyzer *analyzer;
    ks_map terms; /* term -> bit set of the fields it is asked for in, 1 << KS_FIELD_ANY for anywhere */
} ks_highlighter;

ks_status ks_highlighter_make(ks_highlighter *out, ks_analyzer *analyzer, const ks_plan *plan, ks_error *err);
void ks_highlighter_free(ks_highlighter *highlighter);

/* Fills hit->matched_fields and hit->passages from hit->record, all memory from the arena. Passages come in
 * the order title, summary, claims, body, tags. Where no running text matched, the beginning of the summary
 * (else of the first claim, else of the body) is shown without spans. */
ks_status ks_passages_make(ks_hit *hit, ks_arena *arena, ks_highlighter *highlighter, ks_error *err);

#endif
