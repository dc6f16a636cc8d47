/* Prefixes, exact values and whole tags as terms; see plan_words.h. */
#include "searcher/plan_words.h"

#include <string.h>

enum { LONGEST_TAG_RUN = 4 };

static ks_status exact_term(ks_planner *planner, ks_term *out, ks_exact exact, const char *value, size_t size,
                            ks_error *err) {
    ks_buffer text = {0};
    ks_status status = KS_OK;
    ks_buffer_str(&text, ks_exact_prefix(exact));
    if (exact == KS_EXACT_ID)
        ks_buffer_add(&text, value, size);
    else
        status = ks_analyzer_exact(planner->index->analyzer, value, size, &text, err);
    if (!status) status = ks_buffer_check(&text, err);
    if (!status) {
        *out = (ks_term){ks_arena_copy(&planner->out->arena, text.data, text.size), (uint32_t)text.size};
        if (!out->text) status = ks_error_nomem(err);
    }
    ks_buffer_free(&text);
    return status;
}

ks_status ks_planner_exact(ks_planner *planner, ks_plan_node **out, ks_exact exact, const char *value,
                           ks_error *err) {
    ks_term term;
    ks_status status = exact_term(planner, &term, exact, value, strlen(value), err);
    if (status) return status;
    *out = ks_planner_term(planner, term, KS_FIELD_ANY);
    return *out ? KS_OK : ks_error_nomem(err);
}

/* The term that all terms meant by the leaf begin with: a word's own beginning, or a whole tag's. */
static ks_status prefix_of(ks_planner *planner, ks_buffer *out, const ks_query_node *leaf, ks_error *err) {
    ks_analyzer *analyzer = planner->index->analyzer;
    ks_status status;
    if (leaf->field != KS_FIELD_TAGS)
        return ks_analyzer_normalise(analyzer, leaf->text, leaf->size, out, err);
    ks_buffer_str(out, ks_exact_prefix(KS_EXACT_TAG));
    status = ks_analyzer_exact(analyzer, leaf->text, leaf->size, out, err);
    return status ? status : ks_buffer_check(out, err);
}

/* A prefix on its way into the plan. Its terms are many: none is held against those before it. */
struct expanding {
    const ks_query_node *leaf;
    ks_term prefix;
    ks_plan_node **last; /* where the next node belongs */
    size_t scores;       /* of the plan, that other terms have */
    bool compound;       /* it is a word of several tokens, which need not be the beginning of any term */
};

static ks_status add_expanded(ks_planner *planner, struct expanding *to, ks_term term, ks_error *err) {
    bool is_tag = to->leaf->field == KS_FIELD_TAGS;
    ks_plan_node *node;
    if (!ks_planner_room(planner)) return KS_OK;
    term.text = ks_arena_copy(&planner->out->arena, term.text, term.size);
    if (!term.text || !(node = ks_planner_term(planner, term, is_tag ? KS_FIELD_ANY : to->leaf->field)))
        return ks_error_nomem(err);
    *to->last = node;
    to->last = &node->next;
    return is_tag ? KS_OK : ks_planner_score_new(planner, term, to->leaf->field, to->scores, err);
}

/* Terms are stems, which can be shorter than what was typed: "reinforcement*" also means reinforc. */
static ks_status add_stem(ks_planner *planner, struct expanding *to, ks_error *err) {
    ks_term prefix = to->prefix;
    ks_word word;
    bool more;
    ks_status status;
    ks_analyzer_start(planner->index->analyzer, to->leaf->text, to->leaf->size, 0);
    status = ks_analyzer_next(planner->index->analyzer, &word, &more, err);
    if (status || !more) return status;
    to->compound = word.count > 1;
    if (to->compound) return KS_OK;
    if (word.tokens[0].size >= prefix.size && memcmp(word.tokens[0].text, prefix.text, prefix.size) == 0)
        return KS_OK;
    return add_expanded(planner, to, (ks_term){word.tokens[0].text, word.tokens[0].size}, err);
}

static ks_status expand(ks_planner *planner, struct expanding *to, ks_error *err) {
    ks_reader *reader = planner->index->reader;
    ks_expansion expansion = {0};
    ks_status status = reader->ops->expand(reader, to->prefix, KS_PREFIX_TERMS, &expansion, err);
    for (size_t i = 0; i < expansion.count && !status; i++)
        status = add_expanded(planner, to, expansion.terms[i], err);
    if (!status && expansion.cut)
        status = ks_query_warn(planner->query, err,
                               "%s* begins more than %d words; the %d in most records were searched",
                               to->leaf->text, KS_PREFIX_TERMS, KS_PREFIX_TERMS);
    if (!status && to->leaf->field != KS_FIELD_TAGS) status = add_stem(planner, to, err);
    ks_expansion_free(&expansion);
    return status;
}

ks_status ks_planner_prefix(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err) {
    ks_buffer prefix = {0};
    ks_plan_node *any = ks_planner_node(planner, KS_PLAN_OR);
    struct expanding to = {.leaf = leaf, .scores = planner->out->plan.score_count};
    ks_status status;
    *out = NULL;
    if (!any) return ks_error_nomem(err);
    if (planner->cut) return KS_OK;
    status = prefix_of(planner, &prefix, leaf, err);
    if (!status && prefix.size) {
        to.prefix = (ks_term){prefix.data, (uint32_t)prefix.size};
        to.last = &any->child;
        status = expand(planner, &to, err);
        *out = any->child || !planner->cut ? any : NULL;
    }
    ks_buffer_free(&prefix);
    if (!status && !any->child && to.compound) status = ks_planner_words(planner, out, leaf, err);
    return status;
}

/* Makes the words score where they are a tag. *more: whether a tag begins with them. */
static ks_status score_tag(ks_planner *planner, const ks_buffer *words, bool *more, ks_error *err) {
    ks_reader *reader = planner->index->reader;
    uint64_t documents;
    ks_term term;
    ks_status status;
    if ((status = ks_buffer_check(words, err)) ||
        (status = exact_term(planner, &term, KS_EXACT_TAG, words->data, words->size, err)) ||
        (status = reader->ops->begins(reader, term, more, err)) || !*more ||
        (status = reader->ops->documents(reader, term, &documents, err)) || documents == 0)
        return status;
    return ks_planner_score(planner, term, KS_FIELD_ANY, planner->tag_boost, err);
}

/* Every run of one to four of the words, joined with hyphens: as long as some tag begins with it. */
ks_status ks_planner_end_run(ks_planner *planner, ks_error *err) {
    ks_buffer words = {0};
    ks_status status = KS_OK;
    for (size_t first = 0; first < planner->run_count && planner->tag_boost > 0 && !status; first++) {
        bool more = true;
        ks_buffer_truncate(&words, 0);
        for (size_t i = first; i < planner->run_count && i < first + LONGEST_TAG_RUN && more && !status;
             i++) {
            if (i > first) ks_buffer_char(&words, '-');
            ks_buffer_add(&words, planner->run[i].text, planner->run[i].size);
            status = score_tag(planner, &words, &more, err);
        }
    }
    planner->run_count = 0;
    ks_buffer_free(&words);
    return status;
}
