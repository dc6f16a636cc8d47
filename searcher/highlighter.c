/* The terms that are highlighted, in a map; see highlighter.h. */
#include "searcher/highlighter.h"

ks_status ks_highlighter_make(ks_highlighter *out, ks_analyzer *analyzer, const ks_plan *plan,
                              ks_error *err) {
    ks_status status = KS_OK;
    out->analyzer = analyzer;
    for (size_t i = 0; i < plan->score_count; i++) {
        const ks_plan_score *score = &plan->scores[i];
        uint32_t *fields;
        status = ks_map_insert(&out->terms, score->term.text, score->term.size, 0, &fields, NULL, err);
        if (status) break;
        *fields |= 1u << score->field;
        if (score->term.size) out->firsts[(unsigned char)score->term.text[0]] = true;
    }
    return status;
}

void ks_highlighter_free(ks_highlighter *highlighter) {
    ks_map_free(&highlighter->terms);
    *highlighter = (ks_highlighter){0};
}

bool ks_highlighter_wants(const ks_highlighter *highlighter, ks_field field, const char *text, size_t size) {
    const uint32_t *fields = ks_map_find(&highlighter->terms, text, size);
    return fields && (*fields & (1u << field | 1u << KS_FIELD_ANY));
}
