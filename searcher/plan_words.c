/* Planning words and phrases; see plan_words.h. */
#include "searcher/plan_words.h"

#include <stdlib.h>
#include <string.h>

/* A joined form repeats what its parts say, so it weighs less than a word of its own. */
static const double JOINED_WEIGHT = 0.5;

/* Makes a node for the token, which also scores; *out is NULL if the plan is full. */
static ks_status add_token(ks_planner *planner, ks_plan_node **out, const ks_token *token, ks_field field,
                           ks_error *err) {
    ks_term term = {NULL, token->size};
    *out = NULL;
    if (!ks_planner_room(planner)) return KS_OK;
    term.text = ks_arena_copy(&planner->out->arena, token->text, token->size);
    if (!term.text || !(*out = ks_planner_term(planner, term, field))) return ks_error_nomem(err);
    return ks_planner_score(planner, term, field, token->kind == KS_TOKEN_JOINED ? JOINED_WEIGHT : 1, err);
}

/* A compound matches if its joined form is there or all of its parts are; whichever is there scores:
 * "CIFAR-10" becomes OR(cifar10, WORDS(cifar, 10)). If the analyzer gives no joined form, that form equals
 * the first part, which then suffices. A spelled form is required besides: "C++" becomes WORDS(c++, c). */
static ks_status compound_node(ks_planner *planner, ks_plan_node **out, const ks_word *word, ks_field field,
                               ks_error *err) {
    ks_plan_node *parts = ks_planner_node(planner, KS_PLAN_WORDS),
                 *either = ks_planner_node(planner, KS_PLAN_OR);
    ks_plan_node *all = ks_planner_node(planner, KS_PLAN_WORDS), *node;
    bool joined = false;
    if (!parts || !either || !all) return ks_error_nomem(err);
    for (size_t i = 0; i < word->count; i++) {
        ks_status status = add_token(planner, &node, &word->tokens[i], field, err);
        if (status) return status;
        switch (word->tokens[i].kind) {
        case KS_TOKEN_WORD: ks_planner_append(parts, node); break;
        case KS_TOKEN_JOINED:
            ks_planner_append(either, node);
            joined = true;
            break;
        case KS_TOKEN_SPELLED:
        case KS_TOKEN_BIGRAM:
        case KS_TOKEN_CHAR: ks_planner_append(all, node); break;
        }
    }
    if (!parts->child) { /* nothing but a spelled form, or no room in the plan */
        *out = all->child ? all : NULL;
        return KS_OK;
    }
    if (word->whole && !joined && parts->child) parts->child->next = NULL;
    ks_planner_append(either, parts);
    ks_planner_append(all, either);
    *out = all->child->next ? all : either->child->next ? either : parts;
    return KS_OK;
}

/* A run of an unspaced script is searched for by its bigrams, a single character by itself. */
static ks_status unspaced_node(ks_planner *planner, ks_plan_node **out, const ks_word *word, ks_field field,
                               ks_error *err) {
    ks_plan_node *all = ks_planner_node(planner, KS_PLAN_WORDS), *node;
    if (!all) return ks_error_nomem(err);
    for (size_t i = 0; i < word->count; i++) {
        ks_status status;
        if (word->tokens[i].kind != KS_TOKEN_BIGRAM && word->count > 1) continue;
        if ((status = add_token(planner, &node, &word->tokens[i], field, err))) return status;
        ks_planner_append(all, node);
    }
    *out = all->child ? all : NULL; /* NULL: no room in the plan */
    return KS_OK;
}

static ks_status word_node(ks_planner *planner, ks_plan_node **out, const ks_word *word, ks_field field,
                           ks_error *err) {
    if (word->tokens[0].kind == KS_TOKEN_CHAR) return unspaced_node(planner, out, word, field, err);
    if (word->count == 1) return add_token(planner, out, &word->tokens[0], field, err);
    return compound_node(planner, out, word, field, err);
}

/* Adds the word to the run of successive words that may form a tag. Not a word at which the plan was cut: it
 * is not asked for, so a tag must not match in its place. */
static ks_status extend_run(ks_planner *planner, const ks_query_node *leaf, const ks_word *word,
                            ks_error *err) {
    ks_status status;
    if (leaf->field != KS_FIELD_ANY || planner->negated || planner->cut) return KS_OK;
    if ((status = ks_array_reserve(&planner->run, &planner->run_capacity, planner->run_count + 1,
                                   sizeof *planner->run, err)))
        return status;
    planner->run[planner->run_count++] =
        (ks_term){leaf->text + word->start, (uint32_t)(word->end - word->start)};
    return KS_OK;
}

ks_status ks_planner_words(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                           ks_error *err) {
    ks_plan_node *words = ks_planner_node(planner, KS_PLAN_WORDS), *node = NULL;
    ks_status status;
    ks_word word;
    bool more;
    if (!words) return ks_error_nomem(err);
    ks_analyzer_start(planner->index->analyzer, leaf->text, leaf->size, 0);
    while (!(status = ks_analyzer_next(planner->index->analyzer, &word, &more, err)) && more &&
           !planner->cut) {
        if ((status = word_node(planner, &node, &word, leaf->field, err)) ||
            (status = extend_run(planner, leaf, &word, err)))
            return status;
        ks_planner_append(words, node);
    }
    *out = words->child && !words->child->next ? words->child : words->child ? words : NULL;
    return status;
}

/* Whether the token is the one that a phrase asks for at its position. That is a part, or the spelled form of
 * a word of one part. Joined forms and bigrams would claim positions that belong to other tokens. */
static bool in_phrase(const ks_word *word, const ks_token *token) {
    bool spelled = word->count == 2 && word->tokens[1].kind == KS_TOKEN_SPELLED;
    switch (token->kind) {
    case KS_TOKEN_WORD: return !spelled;
    case KS_TOKEN_CHAR: return true;
    case KS_TOKEN_SPELLED: return spelled;
    case KS_TOKEN_JOINED:
    case KS_TOKEN_BIGRAM: return false;
    }
    return false;
}

struct term_list {
    ks_term *terms;
    size_t count, capacity;
};

static ks_status phrase_terms(ks_planner *planner, struct term_list *list, const ks_query_node *leaf,
                              ks_error *err) {
    ks_status status;
    ks_word word;
    bool more;
    ks_analyzer_start(planner->index->analyzer, leaf->text, leaf->size, 0);
    while (!(status = ks_analyzer_next(planner->index->analyzer, &word, &more, err)) && more) {
        for (size_t i = 0; i < word.count; i++) {
            ks_term term = {NULL, word.tokens[i].size};
            if (!in_phrase(&word, &word.tokens[i]) || !ks_planner_room(planner)) continue;
            if (!(term.text = ks_arena_copy(&planner->out->arena, word.tokens[i].text, term.size)))
                return ks_error_nomem(err);
            if ((status = ks_array_reserve(&list->terms, &list->capacity, list->count + 1, sizeof term, err)))
                return status;
            list->terms[list->count++] = term;
        }
        if ((status = extend_run(planner, leaf, &word, err))) return status;
    }
    return status;
}

static ks_status phrase_node(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                             const struct term_list *list, ks_error *err) {
    ks_plan_node *node;
    ks_status status = KS_OK;
    size_t bytes = list->count * sizeof *list->terms;
    ks_term *terms = ks_arena_alloc(&planner->out->arena, bytes + 1);
    uint32_t closest = (uint32_t)list->count - 1;
    ks_plan_kind kind = list->count == 1 ? KS_PLAN_TERM : leaf->slop ? KS_PLAN_NEAR : KS_PLAN_PHRASE;
    if (!terms || !(node = ks_planner_node(planner, kind))) return ks_error_nomem(err);
    memcpy(terms, list->terms, bytes);
    node->terms = terms;
    node->term_count = list->count;
    node->field = leaf->field;
    node->window = (leaf->slop > closest ? leaf->slop : closest) + 1;
    for (size_t i = 0; i < list->count && !status; i++)
        status = ks_planner_score(planner, terms[i], leaf->field, 1, err);
    *out = node;
    return status;
}

ks_status ks_planner_phrase(ks_planner *planner, ks_plan_node **out, const ks_query_node *leaf,
                            ks_error *err) {
    struct term_list list = {0};
    ks_status status = phrase_terms(planner, &list, leaf, err);
    *out = NULL;
    if (!status && list.count) status = phrase_node(planner, out, leaf, &list, err);
    free(list.terms);
    return status;
}
