/* The engine contract: opening what is no index, and readers that outlive commits. */
#include "tests/engines/contract.h"

#include <sys/stat.h>
#include <unistd.h>

/* ---- What cannot be opened ---- */

static void assert_no_index(void) {
    ks_reader *reader = NULL;
    const ks_engine *found = NULL;
    FAILS(KS_ERR_NO_INDEX, engine->open(&reader, place, err));
    assert_null(reader);
    FAILS(KS_ERR_NO_INDEX, ks_engine_by_path(&found, place, NULL, err));
    assert_null(found);
}

static void nothing_there(void **state) {
    (void)state;
    assert_no_index();
}

static void an_empty_folder(void **state) {
    (void)state;
    assert_int_equal(mkdir(place, 0700), 0);
    assert_no_index();
}

static void a_foreign_folder(void **state) {
    char path[KS_TEST_PATH];
    (void)state;
    assert_int_equal(mkdir(place, 0700), 0);
    ks_test_write_text(ks_test_path(path, place, "letter.txt"), "Dear reader");
    assert_no_index();
}

/* Engines are only given folders; a file is turned away before. */
static void a_file(void **state) {
    ks_reader *reader = NULL;
    const ks_engine *found = NULL;
    (void)state;
    ks_test_write_text(place, "no index");
    FAILS(KS_ERR_NO_INDEX, ks_engine_by_path(&found, place, NULL, err));
    assert_int_not_equal(engine->open(&reader, place, NULL), KS_OK);
    assert_null(reader);
}

static void an_index_never_committed(void **state) {
    ks_writer *writer = write_index();
    ks_reader *reader = NULL;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {"word"}});
    writer->ops->close(writer);
    FAILS(KS_ERR_NO_INDEX, engine->open(&reader, place, err));
    writer = write_index(); /* it can be begun again */
    assert_int_equal(writer->generation, 0);
    assert_int_equal(finish(writer), 1);
    reader = read_index();
    assert_int_equal(records_of(reader), 0);
    close_reader(reader);
}

static void a_writer_makes_the_folders_it_needs(void **state) {
    char deep[KS_TEST_PATH];
    (void)state;
    ks_test_path(deep, place, "one/two/three");
    strcpy(place, deep);
    finish(write_index());
    close_reader(read_index());
}

static void a_writer_where_a_file_is(void **state) {
    ks_writer *writer = NULL;
    ks_error error = {0};
    (void)state;
    ks_test_write_text(place, "no index");
    assert_int_not_equal(engine->write(&writer, place, NULL, &error), KS_OK);
    assert_null(writer);
    assert_int_not_equal(error.message[0], 0);
}

static void the_engine_is_recognised(void **state) {
    const ks_engine *found = NULL;
    bool nothing = true;
    (void)state;
    finish(write_index());
    OK(ks_engine_by_path(&found, place, &nothing, err));
    assert_string_equal(found->name, engine->name);
    assert_false(nothing);
}

/* ---- Describing ---- */

static void an_empty_index(void **state) {
    ks_plan_node all = {.kind = KS_PLAN_ALL};
    ks_plan plan = {.root = &all, .limit = 10, .count_limit = 10};
    ks_reader *reader;
    ks_engine_info info;
    ks_expansion expansion;
    ks_topk found;
    (void)state;
    finish(write_index());
    reader = read_index();
    OK(reader->ops->describe(reader, &info, err));
    assert_int_equal(info.generation, 1);
    assert_int_equal(info.records, 0);
    assert_int_equal(info.terms, 0);
    assert_true(info.average_length == 0);
    assert_true(info.bytes > 0);
    for (int match = 0; match < 3; match++) {
        plan.match = (ks_match)match;
        OK(reader->ops->search(reader, &plan, &found, err));
        assert_int_equal(found.count, 0);
        assert_int_equal(found.total, 0);
        assert_true(found.total_is_exact);
        ks_topk_free(&found);
    }
    OK(reader->ops->expand(reader, ks_test_term("a"), 5, &expansion, err));
    assert_int_equal(expansion.count, 0);
    assert_false(expansion.cut);
    ks_expansion_free(&expansion);
    assert_int_equal(doc_of(reader, "a"), 0);
    assert_int_equal(frequency_of_term(reader, "a"), 0);
    close_reader(reader);
}

static void describing(void **state) {
    ks_writer *writer = write_index();
    ks_reader *reader;
    ks_engine_info info;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {[KS_FIELD_TITLE] = "x", [KS_FIELD_CLAIMS] = "x y"}});
    put(writer, &(ks_test_spec){.id = "b", .fields = {[KS_FIELD_BODY] = "x"}, .values = "tag:t kind:k"});
    finish(writer);
    reader = read_index();
    OK(reader->ops->describe(reader, &info, err));
    assert_int_equal(info.records, 2);
    assert_true(info.average_length == (4 + 2 + 2 + 1 + 3) / 2.0);
    assert_true(info.terms >= 4); /* at least x, y and two values */
    assert_true(info.bytes > 100);
    close_reader(reader);
}

/* ---- Readers and later commits ---- */

enum { DOCUMENTS = 60, ROUNDS = 8 };

static const char *number(int i) {
    static char text[20];
    snprintf(text, sizeof text, "id%d", i);
    return text;
}

static void write_round(int round) {
    ks_writer *writer = write_index();
    char words[60], stored[60];
    for (int i = 0; i < DOCUMENTS; i++) {
        snprintf(words, sizeof words, "common word%d round%d", i, round);
        snprintf(stored, sizeof stored, "%d:%d", i, round);
        put(writer, &(ks_test_spec){.id = number(i), .fields = {words}, .stored = stored});
    }
    finish(writer);
    ks_arena_reset(&arena);
}

/* Searches, fetches, expands and counts; the answers must be those of one round, the same for all in one
 * call, and that of `first` or a later one. */
static void use(ks_reader *reader, int first) {
    ks_term common = ks_test_term("common");
    ks_plan_node node = {.kind = KS_PLAN_TERM, .field = KS_FIELD_ANY, .terms = &common, .term_count = 1};
    ks_plan_score score = {common, KS_FIELD_ANY, 1};
    ks_plan plan = {.root = &node,
                    .scores = &score,
                    .score_count = 1,
                    .limit = 1000,
                    .count_limit = 1000,
                    .want_stored = true};
    ks_topk found;
    ks_expansion expansion;
    int round;
    OK(reader->ops->search(reader, &plan, &found, err));
    assert_int_equal(found.count, DOCUMENTS);
    assert_int_equal(found.total, DOCUMENTS);
    assert_int_equal(found.records, DOCUMENTS);
    round = atoi(strchr(found.items[0].stored.text, ':') + 1);
    assert_true(round >= first);
    assert_int_equal(found.generation, round + 1);
    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(atoi(strchr(found.items[i].stored.text, ':') + 1), round);
    ks_topk_free(&found);
    OK(reader->ops->expand(reader, ks_test_term("round"), 10, &expansion, err));
    assert_int_equal(expansion.count, 1);
    assert_int_equal(memcmp(expansion.terms[0].text, "round", 5), 0);
    ks_expansion_free(&expansion);
    assert_int_equal(frequency_of_term(reader, "common"), DOCUMENTS);
    assert_int_equal(frequency_of_term(reader, "word7"), 1);
    assert_int_equal(records_of(reader), DOCUMENTS);
}

static void use_documents(ks_reader *reader, int first) {
    for (int i = 0; i < DOCUMENTS; i += 7) {
        ks_docid doc = doc_of(reader, number(i));
        uint64_t length, frequency;
        const char *stored;
        assert_int_not_equal(doc, 0);
        OK(reader->ops->length(reader, doc, &length, err));
        assert_int_equal(length, 3 * 4);
        OK(reader->ops->frequency(reader, doc, ks_test_term("common"), KS_FIELD_TITLE, &frequency, err));
        assert_int_equal(frequency, 4);
        stored = stored_of(reader, number(i));
        assert_int_equal(atoi(stored), i);
        assert_true(atoi(strchr(stored, ':') + 1) >= first);
    }
}

/* A reader may be left behind by any number of commits and still answers, all of one state in each call. */
static void readers_survive_commits(void **state) {
    ks_reader *readers[ROUNDS];
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        write_round(round);
        readers[round] = read_index();
        for (int i = 0; i <= round; i += 3) use(readers[i], i);
    }
    for (int i = 0; i < ROUNDS; i++) {
        use(readers[i], i);
        use_documents(readers[i], i);
        use(readers[i], i);
    }
    for (int i = 0; i < ROUNDS; i++) close_reader(readers[i]);
}

/* Each call for itself as the first one after many commits. */
static void any_call_can_be_the_first_after_commits(void **state) {
    ks_buffer meta = {0};
    ks_reader *readers[5];
    ks_docid doc;
    uint64_t got;
    (void)state;
    write_round(0);
    for (int i = 0; i < 5; i++) {
        readers[i] = read_index();
        assert_int_not_equal(doc_of(readers[i], "id7"), 0); /* something of the old state has been read */
    }
    for (int round = 1; round < ROUNDS; round++) write_round(round);
    doc = doc_of(readers[0], "id7");
    assert_int_not_equal(doc, 0);
    OK(readers[1]->ops->length(readers[1], doc, &got, err));
    assert_int_equal(got, 12);
    OK(readers[2]->ops->frequency(readers[2], doc, ks_test_term("common"), KS_FIELD_ANY, &got, err));
    assert_int_equal(got, 4);
    use(readers[3], 0);
    OK(readers[4]->ops->get_meta(readers[4], "language", &meta, err));
    assert_int_equal(records_of(readers[4]), DOCUMENTS);
    for (int i = 0; i < 5; i++) close_reader(readers[i]);
    ks_buffer_free(&meta);
}

/* While a writer works, and after it has given up, readers see nothing of it. */
static void readers_do_not_see_open_transactions(void **state) {
    ks_writer *writer;
    ks_reader *reader;
    (void)state;
    write_round(0);
    writer = write_index();
    for (int i = 0; i < DOCUMENTS; i++) remove_id(writer, number(i));
    reader = read_index();
    use(reader, 0);
    writer->ops->close(writer);
    use(reader, 0);
    use_documents(reader, 0);
    close_reader(reader);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(nothing_there),
    IN_FOLDER(an_empty_folder),
    IN_FOLDER(a_foreign_folder),
    IN_FOLDER(a_file),
    IN_FOLDER(an_index_never_committed),
    IN_FOLDER(a_writer_makes_the_folders_it_needs),
    IN_FOLDER(a_writer_where_a_file_is),
    IN_FOLDER(the_engine_is_recognised),
    IN_FOLDER(an_empty_index),
    IN_FOLDER(describing),
    IN_FOLDER(readers_survive_commits),
    IN_FOLDER(any_call_can_be_the_first_after_commits),
    IN_FOLDER(readers_do_not_see_open_transactions),
};

RUN_FOR_EACH_ENGINE(tests)
