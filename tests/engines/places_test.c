/* The engine contract where several words stand at one position, as a compound and its parts do: phrases and
 * words near each other, in one field and in any, beside filters and negated, against the oracle. */
#include "tests/engines/contract.h"

#include "tests/support/oracle.h"

enum { DOCUMENTS = 400, QUESTIONS = 250, MOST_TERMS = 5 };

static const char *const words[] = {"t", "sne", "tsne", "c", "c++", "x"};
enum { WORDS = sizeof words / sizeof *words };

static ks_oracle *oracle;

/* One to three words of different kinds at a position, or none. */
static const char *random_text(uint64_t *random) {
    ks_buffer text = {0};
    const char *copy;
    for (size_t places = 1 + ks_test_below(random, 9); places; places--) {
        size_t word = ks_test_below(random, WORDS), count = ks_test_below(random, 4);
        if (count == 0) ks_buffer_str(&text, ".");
        for (size_t i = 0; i < count; i++)
            ks_buffer_format(&text, "%s%s", i ? "|" : "", words[(word + i) % WORDS]);
        ks_buffer_str(&text, " ");
    }
    copy = ks_arena_copy(&arena, text.data, text.size);
    assert_non_null(copy);
    ks_buffer_free(&text);
    return copy;
}

static void put_both(ks_writer *writer, const ks_test_spec *spec) {
    ks_document document = ks_test_document(&arena, spec);
    OK(writer->ops->put(writer, &document, err));
    ks_oracle_put(oracle, &document);
}

static void put_random(ks_writer *writer, size_t number, uint64_t *random) {
    char id[20];
    ks_test_spec spec = {.id = id, .order = number, .values = number % 3 ? "kind:k" : NULL};
    snprintf(id, sizeof id, "id%zu", number);
    spec.fields[ks_test_below(random, KS_TEXT_FIELDS)] = random_text(random);
    if (ks_test_below(random, 2)) spec.fields[ks_test_below(random, KS_TEXT_FIELDS)] = random_text(random);
    put_both(writer, &spec);
}

static int make_oracle(void **state) {
    oracle = ks_oracle_new("english");
    return set_up(state);
}

static int free_oracle(void **state) {
    ks_oracle_free(oracle);
    return tear_down(state);
}

static ks_plan_node positional(ks_term *terms, uint64_t *random) {
    ks_plan_node node = {.kind = ks_test_below(random, 4) ? KS_PLAN_NEAR : KS_PLAN_PHRASE,
                         .field =
                             ks_test_below(random, 2) ? KS_FIELD_ANY : (ks_field)ks_test_below(random, 5),
                         .terms = terms,
                         .term_count = 2 + ks_test_below(random, MOST_TERMS - 1)};
    node.window = (uint32_t)(node.term_count + ks_test_below(random, 4));
    for (size_t i = 0; i < node.term_count; i++) terms[i] = ks_test_term(words[ks_test_below(random, WORDS)]);
    return node;
}

/* The node alone, negated, beside a filter, beside another, and as one of two. Returns how many it finds
 * alone. */
static size_t check(ks_reader *reader, ks_plan_node node, ks_plan_node other, uint64_t *random) {
    ks_reader *expected = ks_oracle_reader(oracle);
    ks_term kind = ks_test_term("XKk");
    ks_plan_node filter = {.kind = KS_PLAN_TERM, .field = KS_FIELD_ANY, .terms = &kind, .term_count = 1};
    static const ks_plan_kind parents[] = {KS_PLAN_OR, KS_PLAN_AND, KS_PLAN_WORDS, KS_PLAN_NOT};
    ks_plan_score score = {node.terms[0], KS_FIELD_ANY, 1};
    ks_topk topk = {0};
    size_t count;
    for (size_t way = 0; way < 6; way++) {
        ks_plan_node child = node,
                     parent = {.kind = parents[way % 4], .field = KS_FIELD_ANY, .child = &child};
        ks_plan plan = {.root = &parent,
                        .scores = &score,
                        .score_count = 1,
                        .match = (ks_match)ks_test_below(random, 3),
                        .sort = (ks_sort)ks_test_below(random, 3),
                        .offset = ks_test_below(random, 3),
                        .limit = ks_test_below(random, 2) ? DOCUMENTS : 3,
                        .count_limit = UINT64_MAX};
        if (way % 4 == 1) child.next = &filter;
        if (way % 4 == 2) child.next = &other;
        ks_assert_same_topk(expected, reader, &plan);
    }
    OK(reader->ops->search(
        reader, &(ks_plan){.root = &node, .match = KS_MATCH_ALL, .limit = 1, .count_limit = UINT64_MAX},
        &topk, err));
    count = topk.total;
    ks_topk_free(&topk);
    return count;
}

static void random_questions(void **state) {
    uint64_t random = ks_test_seed(20261126);
    size_t some = 0;
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < DOCUMENTS; i++) put_random(writer, i, &random);
    finish(writer);
    writer = write_index();
    for (size_t i = 0; i < DOCUMENTS; i += 3) { /* gaps, and a second part of the index */
        char id[20];
        snprintf(id, sizeof id, "id%zu", i);
        if (i % 2) {
            put_random(writer, i, &random);
        } else {
            remove_id(writer, id);
            ks_oracle_remove(oracle, id);
        }
    }
    finish(writer);
    reader = read_index();
    for (size_t i = 0; i < QUESTIONS; i++) {
        ks_term terms[2][MOST_TERMS];
        ks_plan_node node = positional(terms[0], &random), other = positional(terms[1], &random);
        some += check(reader, node, other, &random) > 0;
    }
    assert_true(some > QUESTIONS / 10);
    close_reader(reader);
}

/* Pairs of a text and words, and whether the words are near each other there within `window` positions. */
static void by_hand(void **state) {
    static const struct {
        const char *text, *asked;
        uint32_t window;
        bool near;
    } cases[] = {
        {"t|tsne sne", "t tsne", 9, false}, /* both have the first position only */
        {"t|tsne sne", "tsne sne", 2, true},
        {"t|tsne sne t", "t tsne", 2, false},
        {"t|tsne sne t", "t tsne", 3, true}, /* the first word moves on for the second */
        {"t|tsne sne t", "tsne t", 3, true},
        {"t|tsne t|tsne", "t tsne", 2, true},
        {"t|tsne t|tsne", "t tsne t", 9, false},
        {"t|tsne t|tsne t", "t tsne t", 3, true},
        {"t . . t|tsne", "t tsne", 3, false},
        {"t . . t|tsne", "t tsne", 4, true},
        {"t|sne|tsne t|sne|tsne t|sne|tsne", "tsne sne t", 3, true},
        {"t|sne|tsne t|sne|tsne", "tsne sne t", 9, false},
        {"c|c++ x c", "c++ c", 3, true},
        {"c x c|c++", "c c++ c", 3, false},
        {"c c|c++ c", "c c++ c", 3, true},
        {"t|sne t|c c|x x", "sne t c x", 4, true}, /* one way only */
        {"t|sne t|c c|x", "sne t c x", 4, false},
    };
    enum { CASES = sizeof cases / sizeof *cases };
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        char id[20];
        snprintf(id, sizeof id, "case%02zu", i);
        put_both(writer,
                 &(ks_test_spec){.id = id, .fields = {[KS_FIELD_CLAIMS] = cases[i].text}, .order = i});
    }
    finish(writer);
    reader = read_index();
    for (size_t i = 0; i < CASES; i++) {
        char text[40], id[20], *rest = NULL;
        ks_term terms[2 * MOST_TERMS];
        ks_plan_node node = {
            .kind = KS_PLAN_NEAR, .field = KS_FIELD_CLAIMS, .terms = terms, .window = cases[i].window};
        ks_plan plan = {.root = &node, .match = KS_MATCH_ALL, .limit = CASES, .count_limit = UINT64_MAX};
        ks_topk topk = {0};
        bool found = false;
        snprintf(id, sizeof id, "case%02zu", i);
        strcpy(text, cases[i].asked);
        for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
            terms[node.term_count++] = ks_test_term(word);
        ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
        OK(reader->ops->search(reader, &plan, &topk, err));
        for (size_t k = 0; k < topk.count; k++)
            found = found || strncmp(topk.items[k].id.text, id, topk.items[k].id.size) == 0;
        if (found != cases[i].near)
            fail_msg("\"%s\"~%u in \"%s\"", cases[i].asked, cases[i].window, cases[i].text);
        ks_topk_free(&topk);
    }
    close_reader(reader);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(random_questions, make_oracle, free_oracle),
    cmocka_unit_test_setup_teardown(by_hand, make_oracle, free_oracle),
};

RUN_FOR_EACH_ENGINE(tests)
