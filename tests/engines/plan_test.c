/* The engine contract: every kind of plan node alone, and some nested, against the oracle; pages, limits,
 * counting; expansion. */
#include "tests/engines/contract.h"

#include "tests/support/oracle.h"

#include <math.h>

static ks_oracle *oracle;
static ks_reader *reader;

/* A small collection in which each node kind has hits and misses. */
static const ks_test_spec collection[] = {
    {.id = "a",
     .fields = {"deep net", "a b c a b", "c b", "t", "a b"},
     .values = "tag:deep-net kind:blog",
     .order = 9,
     .day = 20150101},
    {.id = "b",
     .fields = {"net deep", "b . a", "a", NULL, "b c a"},
     .values = "tag:t kind:tweet",
     .order = 9,
     .day = 20150102},
    {.id = "c", .fields = {NULL, "a a a", NULL, NULL, "c c b a"}, .order = 3, .day = 20151231},
    {.id = "d", .fields = {"a", NULL, NULL, "deep", NULL}, .values = "kind:blog has:title", .order = 3},
    {.id = "e", .fields = {NULL, "b . . . . c", "a b"}, .order = 12, .day = 20160101},
    {.id = "f", .values = "kind:blog", .order = 1, .day = 10101},
    {.id = "g", .fields = {NULL, NULL, NULL, NULL, "deep deep net a . b . c"}, .values = "tag:deep-net"},
    {.id = "h", .fields = {"x"}, .order = 9, .day = 99991231},
};
enum { DOCUMENTS = sizeof collection / sizeof collection[0] };

static int make(void **state) {
    ks_writer *writer;
    if (set_up(state)) return -1;
    writer = write_index();
    oracle = ks_oracle_new("english");
    for (size_t i = 0; i < DOCUMENTS; i++) {
        ks_document document = ks_test_document(&arena, &collection[i]);
        OK(writer->ops->put(writer, &document, err));
        ks_oracle_put(oracle, &document);
    }
    finish(writer);
    reader = read_index();
    return 0;
}

static int unmake(void **state) {
    close_reader(reader);
    ks_oracle_free(oracle);
    return tear_down(state);
}

/* ---- Making nodes ---- */

static ks_plan_node *node(ks_plan_kind kind) {
    ks_plan_node *out = ks_arena_alloc(&arena, sizeof *out);
    assert_non_null(out);
    *out = (ks_plan_node){.kind = kind, .field = KS_FIELD_ANY};
    return out;
}

/* A node over the words of a text. */
static ks_plan_node *leaf(ks_plan_kind kind, ks_field field, uint32_t window, const char *text) {
    ks_plan_node *out = node(kind);
    ks_term *terms = ks_arena_alloc(&arena, 10 * sizeof *terms);
    out->terms = terms;
    out->field = field;
    out->window = window;
    for (; *text; text += strspn(text, " ")) {
        terms[out->term_count++] = (ks_term){text, (uint32_t)strcspn(text, " ")};
        text += strcspn(text, " ");
    }
    return out;
}

static ks_plan_node *term(const char *text) {
    return leaf(KS_PLAN_TERM, KS_FIELD_ANY, 0, text);
}

static ks_plan_node *dates(uint32_t first, uint32_t last) {
    ks_plan_node *out = node(KS_PLAN_DATES);
    out->first = first;
    out->last = last;
    return out;
}

/* A node over up to three children. */
static ks_plan_node *over(ks_plan_kind kind, ks_plan_node *a, ks_plan_node *b, ks_plan_node *c) {
    ks_plan_node *out = node(kind);
    out->child = a;
    if (a) a->next = b;
    if (b) b->next = c;
    return out;
}

/* ---- Asking ---- */

static const ks_plan_score some_scores[] = {
    {{"a", 1}, KS_FIELD_ANY, 1},      {{"b", 1}, KS_FIELD_ANY, 2},         {{"c", 1}, KS_FIELD_BODY, 1},
    {{"deep", 4}, KS_FIELD_ANY, 0.5}, {{"Kdeep-net", 9}, KS_FIELD_ANY, 1}, {{"nowhere", 7}, KS_FIELD_ANY, 1},
};

/* The same page with all there is of each hit but its id. */
static void check_without_ids(const ks_plan *plan) {
    ks_plan without = *plan;
    ks_topk found, whole;
    without.leave_ids = true;
    OK(reader->ops->search(reader, plan, &whole, err));
    OK(reader->ops->search(reader, &without, &found, err));
    assert_int_equal(found.count, whole.count);
    assert_int_equal(found.total, whole.total);
    for (size_t i = 0; i < found.count; i++) {
        const ks_found *hit = &found.items[i], *same = &whole.items[i];
        assert_null(hit->id.text);
        assert_int_equal(hit->doc, same->doc);
        assert_true(hit->score == same->score && hit->tier == same->tier);
        assert_int_equal(hit->stored.size, same->stored.size);
        if (plan->want_stored) assert_memory_equal(hit->stored.text, same->stored.text, same->stored.size);
    }
    ks_topk_free(&found);
    ks_topk_free(&whole);
}

/* In every match mode and order, with scores and without, whole and in pages. */
static void check(const ks_plan_node *root) {
    for (int variant = 0; variant < 9; variant++)
        for (int scored = 0; scored < 2; scored++) {
            ks_plan plan = {.root = root,
                            .match = (ks_match)(variant % 3),
                            .sort = (ks_sort)(variant / 3),
                            .scores = some_scores,
                            .score_count = scored ? 6 : 0,
                            .limit = 100,
                            .count_limit = 100,
                            .want_stored = scored};
            ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
            check_without_ids(&plan);
            plan.limit = 2;
            plan.count_limit = 1;
            for (plan.offset = 0; plan.offset < DOCUMENTS + 2; plan.offset++)
                ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
        }
}

/* The ids found, in order of date; so that the oracle is not believed in everything. */
static void finds(const ks_plan_node *root, ks_match match, const char *ids) {
    ks_plan plan = {.root = root, .match = match, .sort = KS_SORT_NEW, .limit = 100, .count_limit = 100};
    char got[DOCUMENTS + 1] = "";
    ks_topk found;
    OK(reader->ops->search(reader, &plan, &found, err));
    for (size_t i = 0; i < found.count; i++) strncat(got, found.items[i].id.text, 1);
    ks_topk_free(&found);
    assert_string_equal(got, ids);
    check(root);
}

static void all_records(void **state) {
    (void)state;
    finds(node(KS_PLAN_ALL), KS_MATCH_ALL, "eabhcdfg");
    finds(node(KS_PLAN_AND), KS_MATCH_ALL, "eabhcdfg");
    finds(node(KS_PLAN_OR), KS_MATCH_ALL, "");
    finds(node(KS_PLAN_WORDS), KS_MATCH_ALL, "");
    finds(node(KS_PLAN_WORDS), KS_MATCH_ANY, "");
}

static void terms(void **state) {
    (void)state;
    finds(term("deep"), KS_MATCH_ALL, "abdg");
    finds(leaf(KS_PLAN_TERM, KS_FIELD_TITLE, 0, "deep"), KS_MATCH_ALL, "ab");
    finds(leaf(KS_PLAN_TERM, KS_FIELD_SUMMARY, 0, "a"), KS_MATCH_ALL, "abc");
    finds(leaf(KS_PLAN_TERM, KS_FIELD_CLAIMS, 0, "a"), KS_MATCH_ALL, "eb");
    finds(leaf(KS_PLAN_TERM, KS_FIELD_TAGS, 0, "deep"), KS_MATCH_ALL, "d");
    finds(leaf(KS_PLAN_TERM, KS_FIELD_BODY, 0, "c"), KS_MATCH_ALL, "bcg");
    finds(term("Kdeep-net"), KS_MATCH_ALL, "ag");
    finds(term("XKblog"), KS_MATCH_ALL, "adf");
    finds(term("XHtitle"), KS_MATCH_ALL, "d");
    finds(term("Qe"), KS_MATCH_ALL, "e");
    finds(term("nowhere"), KS_MATCH_ALL, "");
    finds(term("dee"), KS_MATCH_ALL, "");
}

static void phrases(void **state) {
    (void)state;
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a b"), KS_MATCH_ALL, "ea");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_BODY, 0, "a b"), KS_MATCH_ALL, "a");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a b c"), KS_MATCH_ALL, "a");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "b a"), KS_MATCH_ALL, "c"); /* a gap is between them in b */
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a a"), KS_MATCH_ALL, "c");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a a a"), KS_MATCH_ALL, "c");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a a a a"), KS_MATCH_ALL, "");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a b a"), KS_MATCH_ALL, "");
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "net t"), KS_MATCH_ALL, ""); /* in two fields */
    finds(leaf(KS_PLAN_PHRASE, KS_FIELD_ANY, 0, "a nowhere"), KS_MATCH_ALL, "");
}

static void near_words(void **state) {
    (void)state;
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 2, "a b"), KS_MATCH_ALL, "eac");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 3, "a b"), KS_MATCH_ALL, "eabcg");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 3, "b a"), KS_MATCH_ALL, "eabcg");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_SUMMARY, 5, "b c"), KS_MATCH_ALL, "a");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_SUMMARY, 6, "b c"), KS_MATCH_ALL, "ea");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_BODY, 3, "c b a"), KS_MATCH_ALL, "bc");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_BODY, 5, "c b a"), KS_MATCH_ALL, "bcg");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 10, "net t"), KS_MATCH_ALL, "");
}

static void near_words_that_repeat(void **state) {
    (void)state;
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 2, "a a"), KS_MATCH_ALL, "c");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 4, "a a"), KS_MATCH_ALL, "ac");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 2, "deep deep"), KS_MATCH_ALL, "g");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 9, "deep deep deep"), KS_MATCH_ALL, "");
    finds(leaf(KS_PLAN_NEAR, KS_FIELD_ANY, 4, "a b a"), KS_MATCH_ALL, "a");
}

static void days(void **state) {
    (void)state;
    finds(dates(20150101, 20150101), KS_MATCH_ALL, "a");
    finds(dates(20150101, 20151231), KS_MATCH_ALL, "abc");
    finds(dates(20150102, 20160101), KS_MATCH_ALL, "ebc");
    finds(dates(0, 99991231), KS_MATCH_ALL, "eabhcf"); /* d and g have no day */
    finds(dates(0, 20150101), KS_MATCH_ALL, "af");
    finds(dates(20160102, 99991230), KS_MATCH_ALL, "");
    finds(dates(20150102, 20150101), KS_MATCH_ALL, "");
    finds(over(KS_PLAN_NOT, dates(0, 20151231), NULL, NULL), KS_MATCH_ALL, "ehdg");
}

static void conjunctions(void **state) {
    (void)state;
    finds(over(KS_PLAN_AND, term("a"), NULL, NULL), KS_MATCH_ALL, "eabcdg");
    finds(over(KS_PLAN_AND, term("a"), term("deep"), NULL), KS_MATCH_ANY, "abdg");
    finds(over(KS_PLAN_AND, term("a"), term("deep"), term("XKblog")), KS_MATCH_ALL, "ad");
    finds(over(KS_PLAN_AND, term("a"), node(KS_PLAN_ALL), NULL), KS_MATCH_ALL, "eabcdg");
    finds(over(KS_PLAN_AND, term("a"), node(KS_PLAN_OR), NULL), KS_MATCH_ALL, "");
    finds(over(KS_PLAN_AND, term("a"), over(KS_PLAN_NOT, term("b"), NULL, NULL), NULL), KS_MATCH_ALL, "d");
    finds(over(KS_PLAN_AND, over(KS_PLAN_NOT, term("b"), NULL, NULL),
               over(KS_PLAN_NOT, term("x"), NULL, NULL), NULL),
          KS_MATCH_ALL, "df");
}

static void alternatives(void **state) {
    (void)state;
    finds(over(KS_PLAN_OR, term("x"), term("deep"), NULL), KS_MATCH_ALL, "abhdg");
    finds(over(KS_PLAN_OR, term("x"), term("x"), term("nowhere")), KS_MATCH_ALL, "h");
    finds(over(KS_PLAN_OR, term("x"), over(KS_PLAN_AND, term("c"), term("deep"), NULL), dates(0, 20000101)),
          KS_MATCH_ALL, "abhfg");
    finds(over(KS_PLAN_OR, term("x"), over(KS_PLAN_NOT, term("a"), NULL, NULL), NULL), KS_MATCH_ALL, "hf");
}

static void words_side_by_side(void **state) {
    (void)state;
    finds(over(KS_PLAN_WORDS, term("c"), term("deep"), NULL), KS_MATCH_ALL, "abg");
    finds(over(KS_PLAN_WORDS, term("c"), term("deep"), NULL), KS_MATCH_ANY, "eabcdg");
    finds(over(KS_PLAN_WORDS, term("c"), term("deep"), NULL), KS_MATCH_AUTO, "abgecd");
    finds(over(KS_PLAN_WORDS, term("c"), NULL, NULL), KS_MATCH_AUTO, "eabcg");
    finds(over(KS_PLAN_WORDS, term("c"), term("c"), term("deep")), KS_MATCH_AUTO, "abgecd");
    finds(over(KS_PLAN_AND, over(KS_PLAN_WORDS, term("c"), term("deep"), NULL), dates(0, 20151231), NULL),
          KS_MATCH_AUTO, "abc");
    finds(over(KS_PLAN_WORDS, over(KS_PLAN_WORDS, term("c"), term("x"), NULL), term("deep"), NULL),
          KS_MATCH_AUTO, "eabhcdg");
    finds(over(KS_PLAN_OR, over(KS_PLAN_WORDS, term("c"), term("t"), NULL), term("x"), NULL), KS_MATCH_AUTO,
          "ahebcg");
}

/* All words of what is negated are asked for, in every mode. */
static void negations(void **state) {
    (void)state;
    finds(over(KS_PLAN_NOT, term("a"), NULL, NULL), KS_MATCH_ALL, "hf");
    finds(over(KS_PLAN_NOT, over(KS_PLAN_WORDS, term("c"), term("deep"), NULL), NULL, NULL), KS_MATCH_ANY,
          "ehcdf");
    finds(over(KS_PLAN_NOT, over(KS_PLAN_NOT, term("x"), NULL, NULL), NULL, NULL), KS_MATCH_ALL, "h");
    finds(over(KS_PLAN_NOT, node(KS_PLAN_ALL), NULL, NULL), KS_MATCH_ALL, "");
    finds(over(KS_PLAN_NOT, node(KS_PLAN_OR), NULL, NULL), KS_MATCH_ALL, "eabhcdfg");
}

/* ---- Pages and counting ---- */

static void pages_and_counting(void **state) {
    const size_t limits[] = {0, 1, 7, 8, 9, 1000, SIZE_MAX / 2, SIZE_MAX};
    const uint64_t counts[] = {0, 1, 7, 8, 9, UINT32_MAX, UINT64_MAX};
    const ks_plan_node *roots[] = {node(KS_PLAN_ALL), term("a"),
                                   over(KS_PLAN_WORDS, term("c"), term("deep"), NULL)};
    (void)state;
    for (size_t root = 0; root < 3; root++)
        for (size_t limit = 0; limit < 8; limit++)
            for (size_t count = 0; count < 7; count++)
                for (size_t offset = 0; offset < 12; offset += offset == 9 ? 2 : 3) {
                    ks_plan plan = {.root = roots[root],
                                    .scores = some_scores,
                                    .score_count = 6,
                                    .limit = limits[limit],
                                    .count_limit = counts[count],
                                    .offset = offset == 11 ? SIZE_MAX - limits[limit] : offset};
                    ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
                }
}

/* Weights multiply; the rest of the formula stays. */
static void weights(void **state) {
    static const double sizes[] = {0.25, 1, 1.5, 3, 1000};
    double one = 0;
    (void)state;
    for (size_t i = 0; i < 5; i++) {
        ks_plan_score score = {ks_test_term("deep"), KS_FIELD_ANY, 1};
        ks_plan plan = {
            .root = term("deep"), .scores = &score, .score_count = 1, .limit = 1, .count_limit = 1};
        ks_topk found;
        OK(reader->ops->search(reader, &plan, &found, err));
        one = found.items[0].score;
        ks_topk_free(&found);
        score.weight = sizes[i];
        OK(reader->ops->search(reader, &plan, &found, err));
        assert_true(found.items[0].score > 0);
        assert_true(fabs(found.items[0].score - one * sizes[i]) <= one * sizes[i] * 1e-9);
        ks_topk_free(&found);
    }
}

/* ---- Everything else that a reader tells ---- */

static void content(void **state) {
    const char *ids[DOCUMENTS + 1];
    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) ids[i] = collection[i].id;
    ids[DOCUMENTS] = "nobody";
    ks_assert_same_content(ks_oracle_reader(oracle), reader, ids, DOCUMENTS + 1);
}

static void assert_expansion(const char *prefix, size_t limit, const char *expected, bool cut) {
    ks_expansion got;
    ks_buffer text = {0};
    OK(reader->ops->expand(reader, ks_test_term(prefix), limit, &got, err));
    for (size_t i = 0; i < got.count; i++) {
        ks_buffer_add(&text, got.terms[i].text, got.terms[i].size);
        ks_buffer_char(&text, ' ');
    }
    assert_string_equal(text.size ? text.data : "", expected);
    assert_int_equal(got.cut, cut);
    ks_expansion_free(&got);
    ks_buffer_free(&text);
}

static void expansion_order_and_cut(void **state) {
    (void)state;
    assert_expansion("K", 10, "Kdeep-net Kt ", false); /* two documents, one document */
    assert_expansion("K", 2, "Kdeep-net Kt ", false);
    assert_expansion("K", 1, "Kdeep-net ", true);
    assert_expansion("K", 0, "", true);
    assert_expansion("Kd", 1, "Kdeep-net ", false);
    assert_expansion("Kdeep-net", 1, "Kdeep-net ", false);
    assert_expansion("Kdeep-net-", 1, "", false);
    assert_expansion("XK", 10, "XKblog XKtweet ", false);
    assert_expansion("d", 10, "deep ", false);
    assert_expansion("nowhere", 10, "", false);
}

#define IN_COLLECTION(test) cmocka_unit_test_setup_teardown(test, make, unmake)

static const struct CMUnitTest tests[] = {
    IN_COLLECTION(all_records),
    IN_COLLECTION(terms),
    IN_COLLECTION(phrases),
    IN_COLLECTION(near_words),
    IN_COLLECTION(near_words_that_repeat),
    IN_COLLECTION(days),
    IN_COLLECTION(conjunctions),
    IN_COLLECTION(alternatives),
    IN_COLLECTION(words_side_by_side),
    IN_COLLECTION(negations),
    IN_COLLECTION(pages_and_counting),
    IN_COLLECTION(weights),
    IN_COLLECTION(content),
    IN_COLLECTION(expansion_order_and_cut),
};

RUN_FOR_EACH_ENGINE(tests)
