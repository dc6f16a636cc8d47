/* Making documents and plans; see documents.h. */
#include "tests/support/documents.h"

#include "tests/support/random.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const exact_names[KS_EXACT_COUNT] = {
    [KS_EXACT_ID] = "id",         [KS_EXACT_KIND] = "kind",     [KS_EXACT_AUTHOR] = "author",
    [KS_EXACT_STATUS] = "status", [KS_EXACT_LANG] = "lang",     [KS_EXACT_TAG] = "tag",
    [KS_EXACT_HAS] = "has",       [KS_EXACT_SOURCE] = "source",
};

static void *room(ks_arena *arena, size_t size) {
    void *piece = ks_arena_alloc(arena, size);
    assert(piece);
    return piece;
}

static char *copy(ks_arena *arena, const char *text, size_t size) {
    char *out = ks_arena_copy(arena, text, size);
    assert(out);
    return out;
}

ks_term ks_test_term(const char *text) {
    return (ks_term){text, (uint32_t)strlen(text)};
}

/* The next piece between blanks from *at on; false at the end. */
static bool next_piece(const char **at, ks_term *piece) {
    *at += strspn(*at, " ");
    *piece = (ks_term){*at, (uint32_t)strcspn(*at, " ")};
    *at += piece->size;
    return piece->size > 0;
}

static size_t pieces(const char *text) {
    size_t count = 0;
    ks_term piece;
    while (text && next_piece(&text, &piece)) {
        count++;
        for (uint32_t i = 0; i < piece.size; i++) count += piece.text[i] == '|';
    }
    return count;
}

static ks_exact exact_named(const char *name, size_t size) {
    int exact = 0;
    while (exact < KS_EXACT_COUNT &&
           (strlen(exact_names[exact]) != size || memcmp(exact_names[exact], name, size) != 0))
        exact++;
    assert(exact < KS_EXACT_COUNT);
    return (ks_exact)exact;
}

static void add_words(ks_document *document, ks_occurrence *out, ks_field field, const char *text) {
    uint32_t position = 0;
    ks_term piece;
    while (text && next_piece(&text, &piece)) {
        const char *end = piece.text + piece.size;
        for (const char *at = piece.text, *bar; at < end; at = bar + 1) {
            bar = memchr(at, '|', (size_t)(end - at));
            if (!bar) bar = end;
            if (bar - at != 1 || *at != '.')
                out[document->occurrence_count++] =
                    (ks_occurrence){{at, (uint32_t)(bar - at)}, position, field};
        }
        position++;
    }
}

static void add_values(ks_document *document, ks_exact_value *out, const char *text) {
    ks_term piece;
    while (text && next_piece(&text, &piece)) {
        uint32_t name = (uint32_t)strcspn(piece.text, ":");
        assert(name < piece.size);
        out[document->value_count++] =
            (ks_exact_value){exact_named(piece.text, name), {piece.text + name + 1, piece.size - name - 1}};
    }
}

/* Everything of the specification as one text, so that a hash of it changes with each part. */
static ks_hash128 hash_of(const ks_test_spec *spec, const char *stored) {
    ks_buffer all = {0};
    ks_hash128 hash;
    ks_buffer_format(&all, "%s|%s|%llu|%u|%s", spec->id, stored, (unsigned long long)spec->order, spec->day,
                     spec->values ? spec->values : "");
    for (int i = 0; i < KS_TEXT_FIELDS; i++)
        ks_buffer_format(&all, "|%s", spec->fields[i] ? spec->fields[i] : "");
    assert(!all.failed);
    hash = ks_hash128_of(all.data, all.size, 0);
    ks_buffer_free(&all);
    return hash;
}

ks_document ks_test_document(ks_arena *arena, const ks_test_spec *spec) {
    ks_document document = {.id = ks_test_term(copy(arena, spec->id, strlen(spec->id))),
                            .order = spec->order,
                            .day = spec->day,
                            .source_count = spec->source_count};
    size_t words = 0;
    ks_occurrence *occurrences;
    ks_exact_value *values;
    uint32_t *sources = room(arena, sizeof spec->sources);
    char *stored = room(arena, strlen(spec->id) + (spec->stored ? strlen(spec->stored) : 0) + 3);
    for (int i = 0; i < KS_TEXT_FIELDS; i++) words += pieces(spec->fields[i]);
    occurrences = room(arena, (words + 1) * sizeof *occurrences);
    values = room(arena, (pieces(spec->values) + 1) * sizeof *values);
    for (int i = 0; i < KS_TEXT_FIELDS; i++) add_words(&document, occurrences, (ks_field)i, spec->fields[i]);
    add_values(&document, values, spec->values);
    if (spec->stored)
        strcpy(stored, spec->stored);
    else
        sprintf(stored, "[%s]", spec->id);
    memcpy(sources, spec->sources, sizeof spec->sources);
    document.occurrences = occurrences;
    document.values = values;
    document.sources = sources;
    document.stored = ks_test_term(stored);
    document.hash = hash_of(spec, stored);
    return document;
}

/* ---- At random ---- */

static const char *const words[] = {"a",
                                    "ab",
                                    "abc",
                                    "b",
                                    "deep",
                                    "net",
                                    "neural",
                                    "polici",
                                    "pong",
                                    "rl",
                                    "t",
                                    "x1",
                                    "\xC3\xA9t\xC3\xA9",
                                    "\xE5\xAD\xA6",
                                    "c++",
                                    "3.14",
                                    "deep1",
                                    "never",
                                    "nowhere"};
enum { WORDS = sizeof words / sizeof words[0], UNUSED = 2 };

static const char *const values[] = {
    "kind:blog",  "kind:tweet", "author:ann",   "author:ann-bee",       "status:ok",
    "status:bad", "tag:deep",   "tag:deep-net", "tag:neural",           "tag:a-b-c",
    "has:title",  "has:url",    "lang:en",      "tag:\xC3\xA9t\xC3\xA9"};
enum { VALUES = sizeof values / sizeof values[0] };

const char *ks_test_random_word(uint64_t *random) {
    size_t number = ks_test_below(random, WORDS);
    return words[ks_test_below(random, number + 1)];
}

/* Now and then two different words stand at one position, as a compound and its first part do. */
static char *random_words(ks_arena *arena, uint64_t *random, size_t most) {
    ks_buffer text = {0};
    char *out;
    for (size_t n = ks_test_below(random, most + 1); n > 0; n--) {
        size_t word = ks_test_below(random, WORDS - UNUSED), next = (word + 1) % (WORDS - UNUSED);
        const char *bar = ks_test_below(random, 6) ? "" : "|";
        ks_buffer_format(&text, "%s%s%s ", ks_test_below(random, 12) ? words[word] : ".", bar,
                         *bar ? words[next] : "");
    }
    ks_buffer_str(&text, "");
    assert(!text.failed);
    out = copy(arena, text.data, text.size);
    ks_buffer_free(&text);
    return out;
}

ks_document ks_test_random_document(ks_arena *arena, const char *id, uint64_t *random) {
    static const uint32_t days[] = {0, 20140101, 20140531, 20151231, 20160229, 20160301};
    static const size_t most[] = {[KS_FIELD_TITLE] = 4,
                                  [KS_FIELD_SUMMARY] = 12,
                                  [KS_FIELD_CLAIMS] = 8,
                                  [KS_FIELD_TAGS] = 4,
                                  [KS_FIELD_BODY] = 30};
    ks_test_spec spec = {.id = id, .day = days[ks_test_below(random, 6)]};
    ks_buffer some = {0};
    ks_document document;
    char stored[40];
    for (int i = 0; i < KS_TEXT_FIELDS; i++)
        if (ks_test_below(random, 3)) spec.fields[i] = random_words(arena, random, most[i]);
    for (size_t i = 0; i < VALUES; i++)
        if (ks_test_below(random, 4) == 0) ks_buffer_format(&some, "%s ", values[i]);
    spec.values = some.data ? copy(arena, some.data, some.size) : NULL;
    spec.order = ks_test_below(random, 2) ? (uint64_t)spec.day << 32 : ks_test_below(random, 5);
    for (uint32_t source = 0; source < 4; source++)
        if (ks_test_below(random, 2)) spec.sources[spec.source_count++] = source;
    snprintf(stored, sizeof stored, "{\"n\":%llu}", (unsigned long long)ks_test_random(random));
    spec.stored = stored;
    document = ks_test_document(arena, &spec);
    ks_buffer_free(&some);
    return document;
}

/* A word, an exact value, or an id, as a plan asks for it. */
static const char *random_term(ks_arena *arena, uint64_t *random, const char *const *ids, size_t id_count) {
    char text[700];
    if (ks_test_below(random, 3)) return ks_test_random_word(random);
    if (id_count && ks_test_below(random, 6) == 0) {
        snprintf(text, sizeof text, "%s%s", ks_exact_prefix(KS_EXACT_ID),
                 ids[ks_test_below(random, id_count)]);
    } else {
        const char *value = values[ks_test_below(random, VALUES)], *colon = strchr(value, ':');
        snprintf(text, sizeof text, "%s%s", ks_exact_prefix(exact_named(value, (size_t)(colon - value))),
                 colon + 1);
    }
    return copy(arena, text, strlen(text));
}

static ks_plan_node *random_leaf(ks_arena *arena, uint64_t *random, const char *const *ids, size_t id_count) {
    static const ks_plan_kind kinds[] = {KS_PLAN_TERM,   KS_PLAN_TERM, KS_PLAN_TERM,  KS_PLAN_TERM,
                                         KS_PLAN_PHRASE, KS_PLAN_NEAR, KS_PLAN_DATES, KS_PLAN_ALL};
    ks_plan_node *node = room(arena, sizeof *node);
    ks_term *terms = room(arena, 4 * sizeof *terms);
    size_t count = 2 + ks_test_below(random, 3);
    *node =
        (ks_plan_node){.kind = kinds[ks_test_below(random, 8)],
                       .field = ks_test_below(random, 2) ? KS_FIELD_ANY : (ks_field)ks_test_below(random, 5),
                       .terms = terms,
                       .window = (uint32_t)(count + ks_test_below(random, 5)),
                       .first = 20140000 + (uint32_t)ks_test_below(random, 3) * 10000,
                       .last = 20141231 + (uint32_t)ks_test_below(random, 3) * 10000};
    if (node->kind == KS_PLAN_TERM) {
        terms[0] = ks_test_term(random_term(arena, random, ids, id_count));
        node->term_count = 1;
        if (terms[0].text[0] >= 'A' && terms[0].text[0] <= 'Z') node->field = KS_FIELD_ANY;
    } else if (node->kind == KS_PLAN_PHRASE || node->kind == KS_PLAN_NEAR) {
        node->term_count = count;
        for (size_t i = 0; i < count; i++) terms[i] = ks_test_term(ks_test_random_word(random));
    }
    return node;
}

static ks_plan_node *random_node(ks_arena *arena, uint64_t *random, const char *const *ids, size_t id_count,
                                 unsigned depth) {
    static const ks_plan_kind kinds[] = {KS_PLAN_AND, KS_PLAN_OR, KS_PLAN_WORDS, KS_PLAN_WORDS, KS_PLAN_NOT};
    ks_plan_node *node;
    size_t count;
    if (depth == 0 || ks_test_below(random, 4) == 0) return random_leaf(arena, random, ids, id_count);
    node = room(arena, sizeof *node);
    *node = (ks_plan_node){.kind = kinds[ks_test_below(random, 5)], .field = KS_FIELD_ANY};
    count = node->kind == KS_PLAN_NOT ? 1 : ks_test_below(random, 5);
    while (count-- > 0) {
        ks_plan_node *child = random_node(arena, random, ids, id_count, depth - 1);
        child->next = node->child;
        node->child = child;
    }
    return node;
}

/* Scores for the tree's own terms, so that matching and scoring share them, and for some others. Whole tags
 * are only scored where plan.h allows it for any tree. */
static void add_scores(ks_plan_score *scores, size_t *count, size_t most, const ks_plan_node *node,
                       const char *without, uint64_t *random) {
    static const double weights[] = {1, 1, 1, 2, 0.5, 0};
    for (size_t i = 0; i < node->term_count && node->kind != KS_PLAN_NOT; i++) {
        ks_plan_score score = {node->terms[i], node->field, weights[ks_test_below(random, 6)]};
        bool known = *count == most || strchr(without, score.term.text[0]);
        for (size_t j = 0; j < *count; j++)
            known = known || (scores[j].field == score.field && scores[j].term.size == score.term.size &&
                              memcmp(scores[j].term.text, score.term.text, score.term.size) == 0);
        if (!known) scores[(*count)++] = score;
    }
    for (const ks_plan_node *child = node->child; child; child = child->next)
        add_scores(scores, count, most, child, without, random);
}

ks_plan ks_test_random_plan(ks_arena *arena, uint64_t *random, const char *const *ids, size_t id_count) {
    enum { MOST = 32 };
    ks_plan_score *scores = room(arena, MOST * sizeof *scores);
    ks_plan_node *extra = random_leaf(arena, random, NULL, 0);
    ks_plan plan = {.root = random_node(arena, random, ids, id_count, (unsigned)ks_test_below(random, 4)),
                    .scores = scores,
                    .match = (ks_match)ks_test_below(random, 3),
                    .sort = ks_test_below(random, 2) ? KS_SORT_SCORE : (ks_sort)ks_test_below(random, 3),
                    .offset = ks_test_below(random, 3) ? 0 : ks_test_below(random, 40),
                    .limit = ks_test_below(random, 25),
                    .count_limit = ks_test_below(random, 2) ? UINT64_MAX : ks_test_below(random, 30),
                    .want_stored = ks_test_below(random, 2) != 0};
    const char *without = plan.match == KS_MATCH_ALL ? "QXAL" : "QXALK";
    add_scores(scores, &plan.score_count, MOST, plan.root, without, random);
    if (ks_test_below(random, 2)) add_scores(scores, &plan.score_count, MOST, extra, without, random);
    return plan;
}
