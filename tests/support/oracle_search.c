/* Matching and scoring one document after the other; see oracle.h. The formula is written out a second time,
 * apart from engine/bm25.c. */
#include "tests/support/oracle_private.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The words of a document with this term: first, and how many. */
static const oracle_word *words_of(const oracle_document *document, uint32_t term, size_t *count) {
    size_t low = 0, high = document->word_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (document->words[middle].term < term)
            low = middle + 1;
        else
            high = middle;
    }
    for (*count = 0; low + *count < document->word_count && document->words[low + *count].term == term;)
        ++*count;
    return document->words + low;
}

static const oracle_value *value_of(const oracle_document *document, uint32_t term) {
    for (size_t i = 0; i < document->value_count; i++)
        if (document->values[i].term == term) return &document->values[i];
    return NULL;
}

uint64_t ks_oracle_live(const ks_oracle *oracle) {
    uint64_t live = 0;
    for (size_t i = 0; i < oracle->count; i++) live += oracle->documents[i].id != NULL;
    return live;
}

double ks_oracle_average(const ks_oracle *oracle) {
    uint64_t length = 0, live = ks_oracle_live(oracle);
    for (size_t i = 0; i < oracle->count; i++)
        if (oracle->documents[i].id) length += oracle->documents[i].length;
    return live ? (double)length / (double)live : 0;
}

static bool holds(const oracle_document *document, uint32_t term, ks_field field) {
    size_t count;
    const oracle_word *words = words_of(document, term, &count);
    for (size_t i = 0; i < count; i++)
        if (field == KS_FIELD_ANY || words[i].field == (uint8_t)field) return true;
    return field == KS_FIELD_ANY && value_of(document, term);
}

/* Counts every term of every document once. */
static void count_documents(ks_oracle *oracle) {
    oracle->frequencies = calloc(oracle->terms.used + 1, sizeof *oracle->frequencies);
    assert(oracle->frequencies);
    for (size_t i = 0; i < oracle->count; i++) {
        const oracle_document *document = &oracle->documents[i];
        for (size_t j = 0; j < document->word_count; j++)
            if (j == 0 || document->words[j].term != document->words[j - 1].term)
                oracle->frequencies[document->words[j].term]++;
        for (size_t j = 0; j < document->value_count; j++) oracle->frequencies[document->values[j].term]++;
    }
}

uint64_t ks_oracle_documents(ks_oracle *oracle, ks_term term) {
    uint32_t number;
    if (!ks_oracle_find_term(oracle, term.text, term.size, &number)) return 0;
    if (!oracle->frequencies) count_documents(oracle);
    return oracle->frequencies[number];
}

uint64_t ks_oracle_frequency(const ks_oracle *oracle, const oracle_document *document, ks_term term,
                             ks_field field) {
    uint64_t frequency = 0;
    uint32_t number;
    size_t count;
    const oracle_word *words;
    const oracle_value *value;
    if (!ks_oracle_find_term(oracle, term.text, term.size, &number)) return 0;
    if (field != KS_FIELD_ANY && !holds(document, number, field)) return 0;
    words = words_of(document, number, &count);
    for (size_t i = 0; i < count; i++) frequency += ks_oracle_weight(words[i].field);
    value = value_of(document, number);
    return frequency + (value && value->is_tag ? 3 : 0);
}

/* ---- Matching ---- */

static bool at(const oracle_document *document, uint32_t term, unsigned field, uint32_t position) {
    size_t count;
    const oracle_word *words = words_of(document, term, &count);
    for (size_t i = 0; i < count; i++)
        if (words[i].field == field && words[i].position == position) return true;
    return false;
}

static bool phrase_in(const oracle_document *document, const uint32_t *terms, size_t n, unsigned field) {
    size_t count;
    const oracle_word *first = words_of(document, terms[0], &count);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        if (first[i].field != field) continue;
        while (k < n && at(document, terms[k], field, first[i].position + (uint32_t)k)) k++;
        if (k == n) return true;
    }
    return false;
}

/* Tries every choice of different positions, one for each term, inside low..low + window - 1. */
static bool choose(const oracle_document *document, const uint32_t *terms, size_t n, unsigned field,
                   uint32_t low, uint32_t window, uint32_t *taken, size_t done) {
    if (done == n) return true;
    for (uint32_t position = low; position < low + window; position++) {
        bool free_place = at(document, terms[done], field, position);
        for (size_t i = 0; i < done; i++) free_place = free_place && taken[i] != position;
        taken[done] = position;
        if (free_place && choose(document, terms, n, field, low, window, taken, done + 1)) return true;
    }
    return false;
}

static bool near_in(const oracle_document *document, const uint32_t *terms, size_t n, unsigned field,
                    uint32_t window) {
    uint32_t taken[64];
    assert(n <= 64);
    for (size_t i = 0; i < document->word_count; i++)
        if (document->words[i].field == field &&
            choose(document, terms, n, field, document->words[i].position, window, taken, 0))
            return true;
    return false;
}

static bool positional(const ks_oracle *oracle, const oracle_document *document, const ks_plan_node *node) {
    uint32_t terms[64];
    assert(node->term_count <= 64);
    for (size_t i = 0; i < node->term_count; i++)
        if (!ks_oracle_find_term(oracle, node->terms[i].text, node->terms[i].size, &terms[i]) ||
            !holds(document, terms[i], node->field))
            return false;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (node->field != KS_FIELD_ANY && (unsigned)node->field != field) continue;
        if (node->kind == KS_PLAN_PHRASE && phrase_in(document, terms, node->term_count, field)) return true;
        if (node->kind == KS_PLAN_NEAR && near_in(document, terms, node->term_count, field, node->window))
            return true;
    }
    return false;
}

static bool matches(const ks_oracle *oracle, const oracle_document *document, const ks_plan_node *node,
                    bool all);

static bool matches_every(const ks_oracle *oracle, const oracle_document *document, const ks_plan_node *node,
                          bool all) {
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (!matches(oracle, document, child, all)) return false;
    return true;
}

static bool matches_some(const ks_oracle *oracle, const oracle_document *document, const ks_plan_node *node,
                         bool all) {
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (matches(oracle, document, child, all)) return true;
    return false;
}

static bool matches_term(const ks_oracle *oracle, const oracle_document *document, const ks_plan_node *node) {
    const ks_term *term = &node->terms[0];
    uint32_t number;
    if (node->field == KS_FIELD_ANY && term->size && term->text[0] == 'Q')
        return strlen(document->id) == term->size - 1 &&
               memcmp(document->id, term->text + 1, term->size - 1) == 0;
    return ks_oracle_find_term(oracle, term->text, term->size, &number) &&
           holds(document, number, node->field);
}

static bool matches(const ks_oracle *oracle, const oracle_document *document, const ks_plan_node *node,
                    bool all) {
    switch (node->kind) {
    case KS_PLAN_ALL: return true;
    case KS_PLAN_TERM: return matches_term(oracle, document, node);
    case KS_PLAN_PHRASE:
    case KS_PLAN_NEAR: return positional(oracle, document, node);
    case KS_PLAN_DATES: return document->day && document->day >= node->first && document->day <= node->last;
    case KS_PLAN_AND: return matches_every(oracle, document, node, all);
    case KS_PLAN_OR: return matches_some(oracle, document, node, all);
    case KS_PLAN_WORDS:
        return all ? node->child && matches_every(oracle, document, node, all)
                   : matches_some(oracle, document, node, all);
    case KS_PLAN_NOT: return !matches(oracle, document, node->child, true);
    }
    return false;
}

/* ---- Ranking ---- */

struct candidate {
    const oracle_document *document;
    double score;
    ks_tier tier;
    ks_sort sort;
};

static double score_of(const ks_oracle *oracle, const oracle_document *document, const ks_plan *plan,
                       const uint64_t *documents, double live, double average) {
    double sum = 0;
    for (size_t i = 0; i < plan->score_count; i++) {
        const ks_plan_score *score = &plan->scores[i];
        double tf = (double)ks_oracle_frequency(oracle, document, score->term, score->field);
        double x = (live - (double)documents[i] + 0.5) / ((double)documents[i] + 0.5);
        double idf = log(x < 2 ? x / 2 + 1 : x);
        double length = fmax((double)document->length / average, 0.5);
        if (tf > 0) sum += score->weight * idf * 2.2 * tf / (tf + 1.2 * (0.25 + 0.75 * length));
    }
    return sum;
}

/* Newer first, then by id. */
static int compare_recency(const oracle_document *a, const oracle_document *b) {
    if (a->order != b->order) return a->order > b->order ? -1 : 1;
    return strcmp(a->id, b->id);
}

static int compare_candidates(const void *left, const void *right) {
    const struct candidate *a = left, *b = right;
    if (a->tier != b->tier) return a->tier < b->tier ? -1 : 1;
    if (a->sort == KS_SORT_OLD) return compare_recency(b->document, a->document);
    if (a->sort == KS_SORT_SCORE && a->score != b->score) return a->score > b->score ? -1 : 1;
    return compare_recency(a->document, b->document);
}

static ks_term copied(ks_arena *arena, const char *text) {
    ks_term term = {ks_arena_copy(arena, text, strlen(text)), (uint32_t)strlen(text)};
    assert(term.text);
    return term;
}

static void hand_out(const ks_oracle *oracle, const ks_plan *plan, const struct candidate *found,
                     size_t count, ks_topk *out) {
    size_t first = plan->offset < count ? plan->offset : count;
    size_t last = plan->limit < count - first ? first + plan->limit : count;
    *out = (ks_topk){.generation = 1, .records = ks_oracle_live(oracle)};
    out->items = ks_arena_alloc(&out->arena, (last - first + 1) * sizeof *out->items);
    assert(out->items);
    for (size_t i = first; i < last; i++)
        out->items[out->count++] = (ks_found){.doc = (ks_docid)(found[i].document - oracle->documents) + 1,
                                              .score = found[i].score,
                                              .tier = found[i].tier,
                                              .id = copied(&out->arena, found[i].document->id),
                                              .stored = copied(&out->arena, found[i].document->stored)};
    out->total_is_exact = count <= plan->count_limit;
    out->total = out->total_is_exact ? count : plan->count_limit;
}

ks_status ks_oracle_search(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err) {
    ks_oracle *oracle = (ks_oracle *)reader;
    struct candidate *found = calloc(oracle->count + 1, sizeof *found);
    uint64_t *documents = calloc(plan->score_count + 1, sizeof *documents);
    double live = (double)ks_oracle_live(oracle), average = ks_oracle_average(oracle);
    size_t count = 0;
    (void)err;
    assert(found && documents);
    for (size_t i = 0; i < plan->score_count; i++)
        documents[i] = ks_oracle_documents(oracle, plan->scores[i].term);
    for (size_t i = 0; i < oracle->count; i++) {
        const oracle_document *document = &oracle->documents[i];
        bool all = document->id && matches(oracle, document, plan->root, true);
        if (!document->id || (!all && plan->match == KS_MATCH_ALL) ||
            (!all && !matches(oracle, document, plan->root, false)))
            continue;
        found[count++] =
            (struct candidate){document, score_of(oracle, document, plan, documents, live, average),
                               all ? KS_TIER_ALL : KS_TIER_SOME, plan->sort};
    }
    for (size_t i = 0; i < count && plan->match == KS_MATCH_ANY; i++) found[i].tier = KS_TIER_SOME;
    qsort(found, count, sizeof *found, compare_candidates);
    for (size_t i = 0; i < count; i++)
        found[i].tier = matches(oracle, found[i].document, plan->root, true) ? KS_TIER_ALL : KS_TIER_SOME;
    hand_out(oracle, plan, found, count, out);
    free(found);
    free(documents);
    return KS_OK;
}

/* ---- Prefixes ---- */

struct expanded {
    ks_term term;
    uint64_t documents;
};

static int compare_expanded(const void *left, const void *right) {
    const struct expanded *a = left, *b = right;
    uint32_t shorter = a->term.size < b->term.size ? a->term.size : b->term.size;
    int order;
    if (a->documents != b->documents) return a->documents > b->documents ? -1 : 1;
    order = memcmp(a->term.text, b->term.text, shorter);
    return order ? order : (a->term.size > b->term.size) - (a->term.size < b->term.size);
}

ks_status ks_oracle_expand(ks_reader *reader, ks_term prefix, size_t limit, ks_expansion *out,
                           ks_error *err) {
    ks_oracle *oracle = (ks_oracle *)reader;
    struct expanded *found = calloc(oracle->terms.used + 1, sizeof *found);
    size_t count = 0, at_slot = 0;
    const ks_map_slot *slot;
    (void)err;
    assert(found);
    while ((slot = ks_map_next(&oracle->terms, &at_slot))) {
        ks_term term = {slot->key, slot->size};
        uint64_t documents;
        if (term.size < prefix.size || memcmp(term.text, prefix.text, prefix.size) != 0) continue;
        if ((documents = ks_oracle_documents(oracle, term)))
            found[count++] = (struct expanded){term, documents};
    }
    qsort(found, count, sizeof *found, compare_expanded);
    *out = (ks_expansion){.cut = count > limit};
    out->terms = ks_arena_alloc(&out->arena, (count + 1) * sizeof *out->terms);
    assert(out->terms);
    for (size_t i = 0; i < count && i < limit; i++) {
        out->terms[out->count] = found[i].term;
        out->terms[out->count++].text = ks_arena_copy(&out->arena, found[i].term.text, found[i].term.size);
    }
    free(found);
    return KS_OK;
}
