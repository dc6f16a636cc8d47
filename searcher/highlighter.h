/* What of a record is highlighted: the scoring terms of a plan. May use base, text, engine. */
#ifndef KS_SEARCHER_HIGHLIGHTER_H
#define KS_SEARCHER_HIGHLIGHTER_H

#include "base/map.h"
#include "engine/plan.h"
#include "text/analyzer.h"

/* Zero-initialise before use. */
typedef struct ks_highlighter {
    ks_analyzer *analyzer; /* borrowed; it makes the terms of the record's text */
    ks_map terms;     /* to a bit set of the fields each is asked for in, 1 << KS_FIELD_ANY for anywhere */
    bool firsts[256]; /* the bytes that one of them begins with */
} ks_highlighter;

/* Free with ks_highlighter_free in any case. */
ks_status ks_highlighter_make(ks_highlighter *out, ks_analyzer *analyzer, const ks_plan *plan, ks_error *err);
void ks_highlighter_free(ks_highlighter *highlighter);

/* Whether the term is one of them, and asked for in `field` or anywhere. */
bool ks_highlighter_wants(const ks_highlighter *highlighter, ks_field field, const char *text, size_t size);

#endif
