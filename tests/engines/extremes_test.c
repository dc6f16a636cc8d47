/* The engine contract at its edges: the least and the greatest of every number of a document, very many
 * values and sources, the largest record, plans of very many terms, and a writer that has hardly any memory.
 */
#include "tests/engines/contract.h"

#include "tests/support/oracle.h"

static ks_reader *read_after(ks_writer *writer) {
    finish(writer);
    return read_index();
}

static void put_document(ks_writer *writer, const ks_document *document) {
    OK(writer->ops->put(writer, document, err));
}

/* The ids of all hits of a plan, in order, parted by blanks. */
static const char *ids_of(ks_reader *reader, const ks_plan *plan) {
    ks_topk topk = {0};
    ks_buffer out = {0};
    const char *copy;
    OK(reader->ops->search(reader, plan, &topk, err));
    ks_buffer_str(&out, "");
    for (size_t i = 0; i < topk.count; i++)
        ks_buffer_format(&out, "%s%.*s", i ? " " : "", (int)topk.items[i].id.size, topk.items[i].id.text);
    copy = ks_arena_copy(&arena, out.data, out.size);
    ks_buffer_free(&out);
    ks_topk_free(&topk);
    return copy;
}

static ks_plan plan_of(const ks_plan_node *root, ks_sort sort) {
    return (ks_plan){.root = root, .sort = sort, .limit = 100, .count_limit = UINT64_MAX};
}

static void orders(void **state) {
    static const struct {
        const char *id;
        uint64_t order;
    } them[] = {{"a", 0},
                {"b", 1},
                {"c", UINT32_MAX},
                {"d", (uint64_t)UINT32_MAX + 1},
                {"e", UINT64_MAX - 1},
                {"f", UINT64_MAX},
                {"g", UINT64_MAX},
                {"h", UINT64_C(1) << 63}};
    static const ks_plan_node all = {.kind = KS_PLAN_ALL};
    ks_plan newest = plan_of(&all, KS_SORT_NEW), oldest = plan_of(&all, KS_SORT_OLD);
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < sizeof them / sizeof *them; i++)
        put(writer, &(ks_test_spec){.id = them[i].id, .order = them[i].order});
    reader = read_after(writer);
    assert_string_equal(ids_of(reader, &newest), "f g e h d c b a");
    assert_string_equal(ids_of(reader, &oldest), "a b c d h e g f");
    close_reader(reader);
}

static void days(void **state) {
    static const uint32_t them[] = {0, 10101, 20160229, 99991230, 99991231};
    static const struct {
        uint32_t first, last;
        const char *ids;
    } cases[] = {{0, 99991231, "1 2 3 4"},
                 {1, 99991231, "1 2 3 4"},
                 {10101, 10101, "1"},
                 {10102, 20160228, ""},
                 {99991231, 99991231, "4"},
                 {99991230, 99991231, "3 4"},
                 {0, 0, ""},
                 {20160229, 20160229, "2"}};
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < sizeof them / sizeof *them; i++) {
        char id[8];
        snprintf(id, sizeof id, "%d", (int)i);
        put(writer,
            &(ks_test_spec){.id = ks_arena_copy(&arena, id, strlen(id)), .day = them[i], .order = 9 - i});
    }
    reader = read_after(writer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_plan_node dates = {.kind = KS_PLAN_DATES, .first = cases[i].first, .last = cases[i].last};
        ks_plan plan = plan_of(&dates, KS_SORT_NEW);
        assert_string_equal(ids_of(reader, &plan), cases[i].ids);
    }
    close_reader(reader);
}

/* Positions may be anywhere below 2^32 - 1; neighbours are neighbours there too. */
static void positions(void **state) {
    static const uint32_t places[] = {0, 1, 127, 128, 65535, 65536, UINT32_MAX - 3};
    enum { PLACES = sizeof places / sizeof *places };
    ks_writer *writer = write_index();
    ks_term pair[] = {{"x", 1}, {"y", 1}};
    ks_plan_node phrase = {.kind = KS_PLAN_PHRASE, .field = KS_FIELD_BODY, .terms = pair, .term_count = 2};
    ks_plan plan = plan_of(&phrase, KS_SORT_NEW);
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < PLACES; i++) {
        char id[8];
        ks_occurrence words[] = {{pair[0], places[i], KS_FIELD_BODY},
                                 {pair[1], places[i] + (i % 2 ? 2 : 1), KS_FIELD_BODY}};
        ks_document document = {
            .stored = {"{}", 2}, .occurrences = words, .occurrence_count = 2, .order = 100 - i};
        snprintf(id, sizeof id, "%d", (int)i);
        document.id = (ks_term){id, 1};
        put_document(writer, &document);
    }
    reader = read_after(writer);
    assert_string_equal(ids_of(reader, &plan), "0 2 4 6");
    close_reader(reader);
}

static ks_status note_id(void *context, ks_term id, ks_error *err) {
    (void)err;
    strncat(context, id.text, id.size);
    return KS_OK;
}

static void sources(void **state) {
    enum { MANY = 3000 };
    static const uint32_t asked[] = {0, 1, 2, MANY - 1, MANY, UINT32_MAX - 1, UINT32_MAX};
    static const char *const expected[] = {"m", "m", "m", "m", "", "", "f"};
    uint32_t *many = ks_arena_alloc(&arena, MANY * sizeof *many), far[] = {UINT32_MAX};
    ks_writer *writer = write_index();
    ks_document document = {.id = {"m", 1}, .stored = {"{}", 2}, .source_count = MANY};
    (void)state;
    for (uint32_t i = 0; i < MANY; i++) many[i] = i;
    document.sources = many;
    put_document(writer, &document);
    document.id = (ks_term){"f", 1};
    document.sources = far;
    document.source_count = 1;
    put_document(writer, &document);
    finish(writer);
    writer = write_index();
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        char seen[8] = "";
        OK(writer->ops->each(writer, asked[i], note_id, seen, err));
        assert_string_equal(seen, expected[i]);
    }
    {
        ks_document_state known;
        OK(writer->ops->find(writer, ks_test_term("m"), &known, err));
        assert_true(known.found);
        assert_int_equal(known.source_count, MANY);
        assert_memory_equal(known.sources, many, MANY * sizeof *many);
        free(known.sources);
    }
    writer->ops->close(writer);
}

static void hashes(void **state) {
    static const ks_hash128 them[] = {{0, 0}, {UINT64_MAX, UINT64_MAX}, {1, 0}, {0, 1}, {UINT64_MAX, 0}};
    ks_writer *writer = write_index();
    (void)state;
    for (size_t i = 0; i < sizeof them / sizeof *them; i++) {
        char id = (char)('a' + i);
        ks_document document = {.id = {&id, 1}, .stored = {"{}", 2}, .hash = them[i]};
        put_document(writer, &document);
    }
    finish(writer);
    writer = write_index();
    for (size_t i = 0; i < sizeof them / sizeof *them; i++) {
        char id[] = {(char)('a' + i), '\0'};
        ks_document_state known;
        OK(writer->ops->find(writer, ks_test_term(id), &known, err));
        assert_true(known.found);
        assert_true(known.hash.low == them[i].low && known.hash.high == them[i].high);
        free(known.sources);
    }
    writer->ops->close(writer);
}

static void many_values(void **state) {
    enum { MANY = 2000 };
    ks_exact_value *values = ks_arena_alloc(&arena, MANY * sizeof *values);
    ks_document document = {.id = {"m", 1}, .stored = {"{}", 2}, .values = values, .value_count = MANY};
    ks_writer *writer = write_index();
    ks_reader *reader;
    uint64_t length = 0;
    (void)state;
    for (int i = 0; i < MANY; i++) {
        char text[20];
        int size = snprintf(text, sizeof text, "tag%d", i);
        values[i] =
            (ks_exact_value){KS_EXACT_TAG, {ks_arena_copy(&arena, text, (size_t)size), (uint32_t)size}};
    }
    put_document(writer, &document);
    reader = read_after(writer);
    OK(reader->ops->length(reader, doc_of(reader, "m"), &length, err));
    assert_int_equal(length, 3 * MANY);
    for (int i = 0; i < MANY; i += 211) {
        char term[40];
        snprintf(term, sizeof term, "%stag%d", ks_exact_prefix(KS_EXACT_TAG), i);
        assert_int_equal(frequency_of_term(reader, term), 1);
    }
    close_reader(reader);
}

/* KS_RECORD_LIMIT bytes of any kind, beside small ones. */
static void the_largest_record(void **state) {
    char *large = malloc(KS_RECORD_LIMIT);
    uint64_t random = 7;
    ks_writer *writer = write_index();
    ks_document document = {.id = {"large", 5}};
    ks_reader *reader;
    ks_buffer out = {0};
    (void)state;
    assert_non_null(large);
    ks_test_random_bytes(&random, large, KS_RECORD_LIMIT);
    document.stored = (ks_term){large, (uint32_t)KS_RECORD_LIMIT};
    put(writer, &(ks_test_spec){.id = "before"});
    put_document(writer, &document);
    put(writer, &(ks_test_spec){.id = "small"});
    reader = read_after(writer);
    OK(reader->ops->stored(reader, doc_of(reader, "large"), &out, err));
    assert_int_equal(out.size, KS_RECORD_LIMIT);
    assert_memory_equal(out.data, large, KS_RECORD_LIMIT);
    ks_buffer_free(&out);
    assert_string_equal(stored_of(reader, "small"), "[small]");
    assert_string_equal(stored_of(reader, "before"), "[before]");
    close_reader(reader);
    free(large);
}

/* An OR and an AND of very many terms, and scores for them all; the page has room for every document. */
static void plans_of_many_terms(void **state) {
    enum { MANY = 1500, DOCUMENTS = 400 };
    ks_plan_node *leaves = ks_arena_alloc(&arena, MANY * sizeof *leaves), root = {.kind = KS_PLAN_OR};
    ks_plan_score *scores = ks_arena_alloc(&arena, MANY * sizeof *scores);
    ks_plan plan = plan_of(&root, KS_SORT_SCORE);
    ks_oracle *oracle = ks_oracle_new("english");
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    plan.limit = 2 * DOCUMENTS;
    for (int i = 0; i < DOCUMENTS; i++) {
        ks_buffer text = {0};
        char id[20];
        ks_document document;
        snprintf(id, sizeof id, "id%d", i);
        for (int k = 0; k <= i % 60; k++) ks_buffer_format(&text, "w%d ", (k * 8 + i / 60 * 200) % MANY);
        document = ks_test_document(
            &arena, &(ks_test_spec){
                        .id = id, .fields = {[KS_FIELD_BODY] = ks_arena_copy(&arena, text.data, text.size)}});
        ks_buffer_free(&text);
        put_document(writer, &document);
        ks_oracle_put(oracle, &document);
    }
    for (int i = 0; i < MANY; i++) {
        char word[20];
        ks_term *term = ks_arena_alloc(&arena, sizeof *term);
        int size = snprintf(word, sizeof word, "w%d", i);
        *term = (ks_term){ks_arena_copy(&arena, word, (size_t)size), (uint32_t)size};
        leaves[i] = (ks_plan_node){.kind = KS_PLAN_TERM,
                                   .field = KS_FIELD_ANY,
                                   .terms = term,
                                   .term_count = 1,
                                   .next = i + 1 < MANY ? &leaves[i + 1] : NULL};
        scores[i] = (ks_plan_score){*term, KS_FIELD_ANY, 1};
    }
    root.child = leaves;
    plan.scores = scores;
    plan.score_count = MANY;
    reader = read_after(writer);
    for (int kind = 0; kind < 3; kind++)
        for (int match = KS_MATCH_AUTO; match <= KS_MATCH_ANY; match++) {
            static const ks_plan_kind kinds[] = {KS_PLAN_OR, KS_PLAN_AND, KS_PLAN_WORDS};
            root.kind = kinds[kind];
            plan.match = (ks_match)match;
            ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
        }
    close_reader(reader);
    ks_oracle_free(oracle);
}

/* Words near each other, so many of them that no document holds them all; an engine may refuse to look. */
static void near_of_many_words(void **state) {
    enum { MANY = 3000 };
    ks_term *terms = ks_arena_alloc(&arena, MANY * sizeof *terms);
    ks_plan_node near = {.kind = KS_PLAN_NEAR, .field = KS_FIELD_ANY, .terms = terms, .window = MANY};
    ks_plan plan = plan_of(&near, KS_SORT_NEW);
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {[KS_FIELD_BODY] = "x y x y x y"}});
    reader = read_after(writer);
    for (int i = 0; i < MANY; i++) terms[i] = ks_test_term(i % 2 ? "x" : "y");
    for (size_t count = 2; count <= MANY; count = count < 8 ? count + 1 : count == 8 ? 2048 : count + 1) {
        ks_topk topk = {.count = 77};
        ks_error error = {0};
        ks_status status;
        if (count > 2050) count = MANY;
        near.term_count = count;
        status = reader->ops->search(reader, &plan, &topk, &error);
        if (status) { /* and then it says so, and answers nothing */
            assert_int_equal(status, KS_ERR_TOO_LARGE);
            assert_true(count > 2048);
            assert_int_equal(error.code, KS_ERR_TOO_LARGE);
            assert_int_equal(topk.count, 77);
            continue;
        }
        assert_int_equal(topk.count, count <= 6);
        ks_topk_free(&topk);
        if (count == MANY) break;
    }
    close_reader(reader);
}

/* A word near itself, once oftener than it stands there: to try all orders would take for ever.
 */
static void near_of_a_word_too_often(void **state) {
    enum { MANY = 24 };
    static const char text[] = "x x x x x x x x x x x x x x x x x x x x x x x y z";
    ks_term terms[MANY];
    ks_plan_node near = {.kind = KS_PLAN_NEAR, .field = KS_FIELD_ANY, .terms = terms, .window = 50};
    ks_plan plan = plan_of(&near, KS_SORT_NEW);
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {[KS_FIELD_BODY] = text}});
    reader = read_after(writer);
    for (size_t i = 0; i < MANY; i++) terms[i] = ks_test_term("x");
    for (size_t count = MANY - 2; count <= MANY; count++) { /* it stands there 23 times */
        ks_topk topk = {0};
        near.term_count = count;
        OK(reader->ops->search(reader, &plan, &topk, err));
        assert_int_equal(topk.count, count < MANY);
        ks_topk_free(&topk);
    }
    close_reader(reader);
}

/* A byte of memory: every document is written out by itself, and nothing else changes. */
static void a_writer_without_memory(void **state) {
    enum { DOCUMENTS = 150 };
    static const char *ids[DOCUMENTS];
    ks_oracle *oracle = ks_oracle_new("english");
    uint64_t random = ks_test_seed(1101);
    ks_writer_options options = {.memory = 1};
    ks_writer *writer = NULL;
    ks_reader *reader;
    (void)state;
    OK(engine->write(&writer, place, &options, err));
    for (int i = 0; i < DOCUMENTS; i++) {
        char id[20];
        ks_document document;
        snprintf(id, sizeof id, "id%d", i % 100);
        ids[i] = ks_arena_copy(&arena, id, strlen(id));
        document = ks_test_random_document(&arena, ids[i], &random);
        put_document(writer, &document);
        ks_oracle_put(oracle, &document);
        if (i % 7 == 3) {
            remove_id(writer, ids[i / 2]);
            ks_oracle_remove(oracle, ids[i / 2]);
        }
    }
    reader = read_after(writer);
    ks_assert_same_content(ks_oracle_reader(oracle), reader, ids, 100);
    for (int i = 0; i < 40; i++) {
        ks_plan plan = ks_test_random_plan(&arena, &random, ids, 100);
        ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
    }
    close_reader(reader);
    ks_oracle_free(oracle);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(orders),
    IN_FOLDER(days),
    IN_FOLDER(positions),
    IN_FOLDER(sources),
    IN_FOLDER(hashes),
    IN_FOLDER(many_values),
    IN_FOLDER(the_largest_record),
    IN_FOLDER(plans_of_many_terms),
    IN_FOLDER(near_of_many_words),
    IN_FOLDER(near_of_a_word_too_often),
    IN_FOLDER(a_writer_without_memory),
};

RUN_FOR_EACH_ENGINE(tests)
