/* The engine contract: what a reader tells of single documents and terms, at the edges of what can be asked;
 * and that one reader tells of one state, however much is committed meanwhile. */
#include "tests/engines/contract.h"

static uint64_t length_of(ks_reader *reader, const char *id) {
    uint64_t length = 77;
    OK(reader->ops->length(reader, doc_of(reader, id), &length, err));
    return length;
}

static uint64_t frequency(ks_reader *reader, const char *id, const char *term, ks_field field) {
    uint64_t found = 77;
    OK(reader->ops->frequency(reader, doc_of(reader, id), ks_test_term(term), field, &found, err));
    return found;
}

static ks_reader *read_two(void) {
    ks_writer *writer = write_index();
    put(writer, &(ks_test_spec){.id = "one",
                                .fields = {[KS_FIELD_TITLE] = "pong",
                                           [KS_FIELD_SUMMARY] = "a pong b",
                                           [KS_FIELD_CLAIMS] = "b",
                                           [KS_FIELD_TAGS] = "pong",
                                           [KS_FIELD_BODY] = "pong"},
                                .values = "kind:blog tag:pong author:ann"});
    put(writer, &(ks_test_spec){.id = "two", .fields = {[KS_FIELD_BODY] = "a"}, .values = "kind:blog"});
    finish(writer);
    return read_index();
}

/* As engine/fields.h says: title 4, tags 3, claims 2, summary and body 1; a whole tag 3. */
static void lengths_and_frequencies(void **state) {
    ks_reader *reader = read_two();
    char tag[20];
    (void)state;
    snprintf(tag, sizeof tag, "%spong", ks_exact_prefix(KS_EXACT_TAG));
    assert_int_equal(length_of(reader, "one"), 4 + 3 + 2 + 3 + 1 + 3);
    assert_int_equal(length_of(reader, "two"), 1);
    assert_int_equal(frequency(reader, "one", "pong", KS_FIELD_ANY), 4 + 1 + 3 + 1);
    assert_int_equal(frequency(reader, "one", "pong", KS_FIELD_TITLE), 4 + 1 + 3 + 1);
    assert_int_equal(frequency(reader, "one", "pong", KS_FIELD_CLAIMS), 0);
    assert_int_equal(frequency(reader, "one", "b", KS_FIELD_CLAIMS), 3);
    assert_int_equal(frequency(reader, "one", tag, KS_FIELD_ANY), 3);
    assert_int_equal(frequency(reader, "two", "pong", KS_FIELD_ANY), 0);
    assert_int_equal(frequency(reader, "two", "nowhere", KS_FIELD_ANY), 0);
    assert_int_equal(frequency(reader, "two", "nowhere", KS_FIELD_BODY), 0);
    assert_int_equal(frequency_of_term(reader, "a"), 2);
    assert_int_equal(frequency_of_term(reader, tag), 1);
    assert_int_equal(frequency_of_term(reader, "nowhere"), 0);
    close_reader(reader);
}

/* 0 is no document, nor is a number that the reader did not give. */
static void numbers_of_no_document(void **state) {
    static const ks_docid none[] = {0, 1000, UINT32_MAX - 1, (ks_docid)7 << 40, UINT64_MAX};
    ks_reader *reader = read_two();
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ks_buffer out = {0};
        uint64_t length = 77;
        ks_error error = {0};
        ks_status status = reader->ops->stored(reader, none[i], &out, &error);
        if (!status) fail_msg("document %llu has a record", (unsigned long long)none[i]);
        assert_int_equal(error.code, status);
        assert_string_not_equal(error.message, "");
        assert_int_equal(out.size, 0);
        assert_int_not_equal(reader->ops->length(reader, none[i], &length, NULL), KS_OK);
        assert_int_equal(length, 77);
        ks_buffer_free(&out);
    }
    close_reader(reader);
}

static void ids_that_are_not_there(void **state) {
    static const char *const none[] = {"", "on", "onee", "One", "one\x01", "\xFF", "Qone"};
    ks_reader *reader = read_two();
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ks_docid doc = 77;
        OK(reader->ops->find(reader, ks_test_term(none[i]), &doc, err));
        assert_int_equal(doc, 0);
    }
    assert_int_not_equal(doc_of(reader, "one"), 0);
    assert_int_not_equal(doc_of(reader, "one"), doc_of(reader, "two"));
    close_reader(reader);
}

/* Appends: what the buffer held before stays. */
static void records_are_appended(void **state) {
    ks_reader *reader = read_two();
    ks_buffer out = {0};
    (void)state;
    ks_buffer_str(&out, "before ");
    OK(reader->ops->stored(reader, doc_of(reader, "two"), &out, err));
    OK(reader->ops->stored(reader, doc_of(reader, "one"), &out, err));
    assert_string_equal(out.data, "before [two][one]");
    ks_buffer_free(&out);
    close_reader(reader);
}

static void metadata_of_a_reader(void **state) {
    ks_writer *writer = write_index();
    ks_reader *reader;
    ks_buffer out = {0};
    (void)state;
    OK(writer->ops->set_meta(writer, "language", ks_test_term("german"), err));
    OK(writer->ops->set_meta(writer, "gone", ks_test_term("x"), err));
    OK(writer->ops->set_meta(writer, "gone", ks_test_term(""), err));
    finish(writer);
    reader = read_index();
    ks_buffer_str(&out, "<");
    OK(reader->ops->get_meta(reader, "language", &out, err));
    OK(reader->ops->get_meta(reader, "gone", &out, err));
    OK(reader->ops->get_meta(reader, "never", &out, err));
    ks_buffer_str(&out, ">");
    assert_string_equal(out.data, "<german>");
    ks_buffer_free(&out);
    close_reader(reader);
}

static void prefixes_of_values_and_ids(void **state) {
    ks_reader *reader = read_two();
    ks_expansion expansion;
    char prefix[20];
    (void)state;
    snprintf(prefix, sizeof prefix, "%sb", ks_exact_prefix(KS_EXACT_KIND));
    OK(reader->ops->expand(reader, ks_test_term(prefix), 5, &expansion, err));
    assert_int_equal(expansion.count, 1);
    assert_false(expansion.cut);
    assert_int_equal(expansion.terms[0].size, strlen(prefix) + 3);
    assert_memory_equal(expansion.terms[0].text + strlen(prefix), "log", 3);
    ks_expansion_free(&expansion);
    ks_expansion_free(&expansion);
    OK(reader->ops->expand(reader, ks_test_term("po"), 0, &expansion, err));
    assert_int_equal(expansion.count, 0);
    assert_true(expansion.cut);
    ks_expansion_free(&expansion);
    close_reader(reader);
}

/* ---- One state ---- */

static void put_state(ks_writer *writer, int state, int documents) {
    for (int i = 0; i < documents; i++) {
        char id[20], text[200], stored[60];
        snprintf(id, sizeof id, "id%d", i);
        snprintf(text, sizeof text, "common state%d word%d word%d word%d", state, (i + state) % 50, i % 7, i);
        snprintf(stored, sizeof stored, "{\"state\":%d,\"id\":%d}", state, i);
        put(writer, &(ks_test_spec){.id = id,
                                    .fields = {[KS_FIELD_BODY] = text},
                                    .stored = stored,
                                    .order = (uint64_t)(i * 7 % 11)});
    }
}

/* All hits of a word hold records of one and the same state, which is returned. */
static int state_of_hits(ks_reader *reader, const char *word, size_t expected) {
    ks_term term = ks_test_term(word);
    ks_plan_node root = {.kind = KS_PLAN_TERM, .field = KS_FIELD_ANY, .terms = &term, .term_count = 1};
    ks_plan_score score = {.term = term, .field = KS_FIELD_ANY, .weight = 1};
    ks_plan plan = {.root = &root,
                    .scores = &score,
                    .score_count = 1,
                    .limit = 1000,
                    .count_limit = 1000,
                    .want_stored = true};
    ks_topk topk = {0};
    int found = -1;
    OK(reader->ops->search(reader, &plan, &topk, err));
    assert_int_equal(topk.count, expected);
    for (size_t i = 0; i < topk.count; i++) {
        int state = 0, id = 0;
        assert_int_equal(sscanf(topk.items[i].stored.text, "{\"state\":%d,\"id\":%d}", &state, &id), 2);
        if (found >= 0) assert_int_equal(state, found);
        found = state;
    }
    ks_topk_free(&topk);
    return found;
}

/* Commit after commit replaces all that a reader may read: its answers are of one state, the one it began
 * with or, where an engine cannot keep that, a later one. */
static void a_reader_among_commits(void **state) {
    enum { DOCUMENTS = 200, COMMITS = 5 };
    ks_writer *writer = write_index();
    ks_reader *reader, *fresh;
    (void)state;
    put_state(writer, 0, DOCUMENTS);
    finish(writer);
    reader = read_index(); /* nothing of it is read yet */
    for (int commit = 1; commit <= COMMITS; commit++) {
        int seen;
        writer = write_index();
        put_state(writer, commit, DOCUMENTS);
        finish(writer);
        seen = state_of_hits(reader, "common", DOCUMENTS);
        assert_in_range(seen, 0, commit);
        if (strcmp(engine->name, "native") == 0) assert_int_equal(seen, 0);
        fresh = read_index();
        assert_int_equal(state_of_hits(fresh, "common", DOCUMENTS), commit);
        close_reader(fresh);
    }
    close_reader(reader);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(lengths_and_frequencies), IN_FOLDER(numbers_of_no_document),
    IN_FOLDER(ids_that_are_not_there),  IN_FOLDER(records_are_appended),
    IN_FOLDER(metadata_of_a_reader),    IN_FOLDER(prefixes_of_values_and_ids),
    IN_FOLDER(a_reader_among_commits),
};

RUN_FOR_EACH_ENGINE(tests)
