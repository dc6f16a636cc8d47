/* The engine contract at the sizes where lists and blocks begin and end: words that just so many documents
 * hold, in every kind of plan, against the oracle; also after deletions, over several commits, and in one
 * segment. */
#include "tests/engines/contract.h"

#include "tests/support/oracle.h"

enum { DOCUMENTS = 1030, PLANS = 60, SOME_PLANS = 25 };

/* "n127" is a word that just 127 documents hold. */
static const size_t sizes[] = {1,   2,   3,   15,  16,  17,  31,  32,  33,   64,  127,
                               128, 129, 255, 256, 257, 383, 384, 385, 1023, 1024};
enum { SIZES = sizeof sizes / sizeof *sizes, WORDS = SIZES + 4 };

static char names[WORDS][8];

static int make_names(void **state) {
    static const char *const others[] = {"all", "half", "rare", "none"};
    (void)state;
    for (size_t i = 0; i < WORDS; i++)
        if (i < SIZES)
            snprintf(names[i], sizeof names[i], "n%zu", sizes[i]);
        else
            strcpy(names[i], others[i - SIZES]);
    return 0;
}

/* The first documents, the last ones, or every so many: for each word another way. */
static bool holds(size_t word, size_t doc) {
    size_t size = sizes[word];
    if (word % 3 == 0) return doc < size;
    if (word % 3 == 1) return doc >= DOCUMENTS - size;
    return doc * size / DOCUMENTS != (doc + 1) * size / DOCUMENTS;
}

static ks_document document_of(size_t doc) {
    ks_buffer texts[KS_TEXT_FIELDS] = {0};
    char id[20], values[40];
    ks_test_spec spec = {.order = doc / 3};
    ks_document out;
    snprintf(id, sizeof id, "id%zu", doc * 7919 % DOCUMENTS);
    snprintf(values, sizeof values, "kind:k%zu tag:t%zu", doc % 3, doc % 50);
    for (size_t word = 0; word < SIZES; word++)
        if (holds(word, doc)) ks_buffer_format(&texts[(doc + word) % KS_TEXT_FIELDS], "%s ", names[word]);
    ks_buffer_str(&texts[KS_FIELD_BODY], doc % 2 ? "all half all half " : "all ");
    if (doc % 97 == 0) ks_buffer_str(&texts[KS_FIELD_TITLE], "rare ");
    for (size_t i = doc * 31 % 9; i; i--) ks_buffer_format(&texts[KS_FIELD_BODY], "filler%zu ", i);
    for (int i = 0; i < KS_TEXT_FIELDS; i++) {
        spec.fields[i] = texts[i].data ? ks_arena_copy(&arena, texts[i].data, texts[i].size) : NULL;
        ks_buffer_free(&texts[i]);
    }
    spec.id = ks_arena_copy(&arena, id, strlen(id));
    spec.values = ks_arena_copy(&arena, values, strlen(values));
    spec.day = doc % 5 ? 20100001 + (uint32_t)(doc % 12 + 1) * 100 : 0;
    out = ks_test_document(&arena, &spec);
    return out;
}

/* ---- Plans ---- */

static ks_plan_node *node_of(ks_plan_kind kind, size_t terms) {
    ks_plan_node *node = ks_arena_alloc(&arena, sizeof *node);
    ks_term *room = ks_arena_alloc(&arena, (terms + 1) * sizeof *room);
    assert_true(node && room);
    *node = (ks_plan_node){.kind = kind, .field = KS_FIELD_ANY, .terms = room, .term_count = terms};
    return node;
}

static void set_term(ks_plan_node *node, size_t at, const char *word) {
    ((ks_term *)(uintptr_t)node->terms)[at] = ks_test_term(word);
}

static void add_child(ks_plan_node *parent, ks_plan_node *child) {
    child->next = parent->child;
    parent->child = child;
}

static const char *any_word(uint64_t *random) {
    return names[ks_test_below(random, WORDS)];
}

static ks_plan_node *leaf(uint64_t *random) {
    size_t kind = ks_test_below(random, 12);
    ks_plan_node *node = node_of(kind == 0   ? KS_PLAN_PHRASE
                                 : kind == 1 ? KS_PLAN_NEAR
                                             : KS_PLAN_TERM,
                                 kind < 2 ? 2 : 1);
    if (kind == 2) {
        node = node_of(KS_PLAN_DATES, 0);
        node->first = 20100000 + (uint32_t)ks_test_below(random, 12) * 100;
        node->last = node->first + (uint32_t)ks_test_below(random, 500);
        return node;
    }
    node->window = 3;
    if (kind < 2) {
        set_term(node, 0, "half");
        set_term(node, 1, ks_test_below(random, 2) ? "all" : any_word(random));
    } else {
        set_term(node, 0, any_word(random));
        if (kind == 3) node->field = (ks_field)ks_test_below(random, KS_TEXT_FIELDS);
    }
    return node;
}

static ks_plan_node *tree(uint64_t *random, unsigned depth) {
    static const ks_plan_kind kinds[] = {KS_PLAN_AND, KS_PLAN_OR, KS_PLAN_WORDS, KS_PLAN_WORDS, KS_PLAN_NOT};
    ks_plan_node *node;
    size_t kind = ks_test_below(random, 5);
    if (depth == 0 || ks_test_below(random, 4) == 0) return leaf(random);
    node = node_of(kinds[kind], 0);
    for (size_t n = kind == 4 ? 1 : 1 + ks_test_below(random, 4); n; n--)
        add_child(node, tree(random, depth - 1));
    return node;
}

static void score_terms(ks_plan_score *scores, size_t *count, const ks_plan_node *node) {
    for (size_t i = 0; i < node->term_count; i++) {
        bool known = *count == 16;
        for (size_t k = 0; k < *count && !known; k++)
            known = scores[k].field == node->field && scores[k].term.size == node->terms[i].size &&
                    memcmp(scores[k].term.text, node->terms[i].text, node->terms[i].size) == 0;
        if (!known) scores[(*count)++] = (ks_plan_score){node->terms[i], node->field, 1};
    }
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (child->kind != KS_PLAN_NOT) score_terms(scores, count, child);
}

static void compare(ks_reader *reader, ks_oracle *oracle, uint64_t *random, int plans) {
    static const size_t limits[] = {0, 1, 10, 127, 128, 129, 1030, 5000};
    for (size_t word = 0; word < WORDS; word++) {
        uint64_t expected = 0;
        OK(ks_oracle_reader(oracle)->ops->documents(ks_oracle_reader(oracle), ks_test_term(names[word]),
                                                    &expected, err));
        assert_int_equal(frequency_of_term(reader, names[word]), expected);
    }
    for (int i = 0; i < plans; i++) {
        ks_plan_score scores[16];
        ks_plan plan = {.root = tree(random, (unsigned)ks_test_below(random, 3)),
                        .scores = scores,
                        .match = (ks_match)ks_test_below(random, 3),
                        .sort = (ks_sort)(ks_test_below(random, 2) ? 0 : ks_test_below(random, 3)),
                        .limit = limits[ks_test_below(random, 8)],
                        .offset = ks_test_below(random, 3) ? 0 : limits[ks_test_below(random, 7)],
                        .count_limit =
                            ks_test_below(random, 2) ? UINT64_MAX : limits[ks_test_below(random, 8)]};
        score_terms(scores, &plan.score_count, plan.root);
        ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
    }
}

static void put_range(ks_oracle *oracle, size_t from, size_t to) {
    ks_writer *writer = write_index();
    for (size_t doc = from; doc < to; doc++) {
        ks_document document = document_of(doc);
        OK(writer->ops->put(writer, &document, err));
        ks_oracle_put(oracle, &document);
    }
    finish(writer);
}

static void compare_index(ks_oracle *oracle, uint64_t *random, int plans) {
    ks_reader *reader = read_index();
    compare(reader, oracle, random, plans);
    close_reader(reader);
}

/* All in one commit, so that the native engine has lists of just these sizes. */
static void in_one_piece(void **state) {
    uint64_t random = ks_test_seed(1041);
    ks_oracle *oracle = ks_oracle_new("english");
    (void)state;
    put_range(oracle, 0, DOCUMENTS);
    compare_index(oracle, &random, PLANS);
    ks_oracle_free(oracle);
}

/* Pieces of sizes at the edges, too. */
static void in_several_pieces(void **state) {
    static const size_t ends[] = {1, 129, 257, 640, DOCUMENTS};
    uint64_t random = ks_test_seed(1042);
    ks_oracle *oracle = ks_oracle_new("english");
    size_t from = 0;
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; from = ends[i++]) {
        put_range(oracle, from, ends[i]);
        compare_index(oracle, &random, SOME_PLANS);
    }
    ks_oracle_free(oracle);
}

/* Whole blocks of a list are deleted, its first and last documents, and all but one. */
static void with_deletions(void **state) {
    static const struct {
        size_t from, to, step;
    } stretches[] = {
        {0, 1, 1}, {DOCUMENTS - 1, DOCUMENTS, 1}, {128, 256, 1}, {300, 700, 2}, {1, DOCUMENTS, 3}};
    uint64_t random = ks_test_seed(1043);
    ks_oracle *oracle = ks_oracle_new("english");
    (void)state;
    put_range(oracle, 0, DOCUMENTS);
    for (size_t i = 0; i < sizeof stretches / sizeof *stretches; i++) {
        ks_writer *writer = write_index();
        for (size_t doc = stretches[i].from; doc < stretches[i].to; doc += stretches[i].step) {
            char id[20];
            snprintf(id, sizeof id, "id%zu", doc * 7919 % DOCUMENTS);
            remove_id(writer, id);
            ks_oracle_remove(oracle, id);
        }
        finish(writer);
        compare_index(oracle, &random, SOME_PLANS);
    }
    {
        ks_writer *writer = write_index();
        OK(writer->ops->optimize(writer, err));
        finish(writer);
    }
    compare_index(oracle, &random, SOME_PLANS);
    ks_oracle_free(oracle);
}

/* One document of very many words, and of very many different ones. */
static void long_documents(void **state) {
    enum { MANY = 20000 };
    ks_buffer same = {0}, different = {0};
    ks_writer *writer = write_index();
    ks_reader *reader;
    uint64_t length = 0, frequency = 0;
    (void)state;
    for (int i = 0; i < MANY; i++) {
        ks_buffer_str(&same, "word ");
        ks_buffer_format(&different, "w%d ", i);
    }
    put(writer, &(ks_test_spec){.id = "same", .fields = {[KS_FIELD_TITLE] = same.data}});
    put(writer, &(ks_test_spec){.id = "different", .fields = {[KS_FIELD_BODY] = different.data}});
    finish(writer);
    reader = read_index();
    OK(reader->ops->length(reader, doc_of(reader, "same"), &length, err));
    assert_int_equal(length, 4 * MANY);
    OK(reader->ops->frequency(reader, doc_of(reader, "same"), ks_test_term("word"), KS_FIELD_TITLE,
                              &frequency, err));
    assert_int_equal(frequency, 4 * MANY);
    OK(reader->ops->length(reader, doc_of(reader, "different"), &length, err));
    assert_int_equal(length, MANY);
    for (int i = 0; i < MANY; i += 997) {
        char word[20];
        snprintf(word, sizeof word, "w%d", i);
        assert_int_equal(frequency_of_term(reader, word), 1);
    }
    close_reader(reader);
    ks_buffer_free(&same);
    ks_buffer_free(&different);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(in_one_piece),
    IN_FOLDER(in_several_pieces),
    IN_FOLDER(with_deletions),
    IN_FOLDER(long_documents),
};

int main(void) {
    int failed = 0;
    for (size_t i = 0; i < ENGINES; i++) {
        if (ks_engine_by_name(&engine, engine_names[i], NULL)) return 99;
        failed += cmocka_run_group_tests_name(engine_names[i], tests, make_names, NULL);
    }
    return failed;
}
