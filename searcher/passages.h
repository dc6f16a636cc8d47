/* Passages: the pieces of a record that show why it was found. May use base, text, engine. */
#ifndef KS_SEARCHER_PASSAGES_H
#define KS_SEARCHER_PASSAGES_H

#include "searcher/highlighter.h"

/* A text longer than KS_PASSAGE_WHOLE bytes is cut to a window of about KS_PASSAGE_BYTES. */
enum { KS_PASSAGE_WHOLE = 420, KS_PASSAGE_BYTES = 320, KS_PASSAGE_CLAIMS = 2, KS_PASSAGE_TAGS = 16 };

/* Fills hit->matched_fields and hit->passages from hit->record, all memory from the arena. Passages come in
 * the order title, summary, claims, body, tags. Where no running text matched, the beginning of the summary
 * (else of the first claim, else of the body) is shown without spans. */
ks_status ks_passages_make(ks_hit *hit, ks_arena *arena, ks_highlighter *highlighter, ks_error *err);

#endif
