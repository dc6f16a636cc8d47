/* Planning prefixes, exact values and whole tags; see plan_words.h. */
#include "searcher/plan_words.h"

#include <string.h>

/* A whole tag is looked for in at most this many successive words. */
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

/* The normal form of a value does not end with a hyphen, but policy-* asks for less than policy*. Whether a
 * hyphen, or what counts as one, is due at the end of the prefix in `out` shows when a letter is put behind
 * it. */
static ks_status add_last_hyphen(ks_planner *planner, ks_buffer *out, const ks_query_node *leaf,
                                 ks_error *err) {
    ks_buffer text = {0}, longer = {0};
    ks_status status;
    ks_buffer_add(&text, leaf->text, leaf->size);
    ks_buffer_char(&text, 'x');
    ks_buffer_str(&longer, ks_exact_prefix(KS_EXACT_TAG));
    if (!(status = ks_buffer_check(&text, err)) &&
        !(status = ks_analyzer_exact(planner->index->analyzer, text.data, text.size, &longer, err)) &&
        longer.size == out->size + 2)
        ks_buffer_char(out, '-');
    ks_buffer_free(&text);
    ks_buffer_free(&longer);
    return status;
}

/* What all terms that the leaf means begin with: a normalised beginning of a word, or of a whole tag with the
 * tags' prefix in front. */
static ks_status prefix_of(ks_planner *planner, ks_buffer *out, const ks_query_node *leaf, ks_error *err) {
    ks_analyzer *analyzer = planner->index->analyzer;
    ks_status status;
    if (leaf->field != KS_FIELD_TAGS)
        return ks_analyzer_normalise(analyzer, leaf->text, leaf->size, out, err);
    ks_buffer_str(out, ks_exact_prefix(KS_EXACT_TAG));
    if (!(status = ks_analyzer_exact(analyzer, leaf->text, leaf->size, out, err)))
        status = add_last_hyphen(planner, out, leaf, err);
    return status ? status : ks_buffer_check(out, err);
}

/* A prefix on its way into the plan. Its terms differ from each other, so their scores are only compared with
 * those that the plan had before: comparing all with all would take quadratic time. */
struct expansion {
    const ks_query_node *leaf;
    ks_term prefix;
    ks_plan_node **last; /* where the next node goes */
    size_t known_scores; /* how many scores the plan had before */
    bool compound;       /* the prefix is a word of several tokens, and perhaps no term begins with it */
};

static ks_status add_expanded(ks_planner *planner, struct expansion *to, ks_term term, ks_error *err) {
    bool is_tag = to->leaf->field == KS_FIELD_TAGS;
    ks_plan_node *node;
    if (!ks_planner_room(planner)) return KS_OK;
    term.text = ks_arena_copy(&planner->out->arena, term.text, term.size);
    if (!term.text || !(node = ks_planner_term(planner, term, is_tag ? KS_FIELD_ANY : to->leaf->field)))
        return ks_error_nomem(err);
    *to->last = node;
    to->last = &node->next;
    return is_tag ? KS_OK : ks_planner_score_new(planner, term, to->leaf->field, to->known_scores, err);
}

/* Adds the stem of the prefix, taken as a word, if it does not begin with the prefix: terms are stems, which
 * can be shorter than what was typed. "reinforcement*" also means reinforc. */
static ks_status add_stem(ks_planner *planner, struct expansion *to, ks_error *err) {
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

static ks_status expand(ks_planner *planner, struct expansion *to, ks_error *err) {
    ks_reader *reader = planner->index->reader;
    ks_expansion found = {0};
    ks_status status = reader->ops->expand(reader, to->prefix, KS_PREFIX_TERMS, &found, err);
    for (size_t i = 0; i < found.count && !status; i++)
        status = add_expanded(planner, to, found.terms[i], err);
    if (!status && found.cut)
        status = ks_query_warn(planner->query, err,
                               "%s* begins more than %d words; the %d in most records were searched",
                               to->leaf->text, KS_PREFIX_TERMS, KS_PREFIX_TERMS);
    if (!status && to->leaf->field != KS_FIELD_TAGS) status = add_stem(planner, to, err);
    ks_expansion_free(&found);
    return status;
}

ks_status ks_planner_prefix(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err) {
    ks_buffer prefix = {0};
    ks_plan_node *any = ks_planner_node(planner, KS_PLAN_OR);
    struct expansion to = {.leaf = leaf, .known_scores = planner->out->plan.score_count};
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

/* Lets the joined words score if they are a tag of some record. *more: whether any tag begins with them. */
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

/* Tries one to four successive words from each word of the run on, joined with hyphens. It goes on to more
 * words only while some tag begins with those it has, which mostly ends it at the first. */
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
