/* The engine contract, writing: documents in and out, sources, metadata, commits and locks. */
#include "tests/engines/contract.h"

#include <sys/wait.h>
#include <unistd.h>

static ks_document_state state_of(ks_writer *writer, const char *id) {
    ks_document_state state = {0};
    OK(writer->ops->find(writer, ks_test_term(id), &state, err));
    return state;
}

static bool has(ks_writer *writer, const char *id) {
    ks_document_state state = state_of(writer, id);
    free(state.sources);
    return state.found;
}

static void assert_state(ks_writer *writer, const ks_document *document) {
    ks_document_state state = state_of(writer, document->id.text);
    ks_buffer stored = {0};
    assert_true(state.found);
    assert_true(state.hash.low == document->hash.low && state.hash.high == document->hash.high);
    assert_int_equal(state.source_count, document->source_count);
    for (size_t i = 0; i < state.source_count; i++) assert_int_equal(state.sources[i], document->sources[i]);
    OK(writer->ops->stored(writer, document->id, &stored, err));
    assert_int_equal(stored.size, document->stored.size);
    if (stored.size) assert_memory_equal(stored.data, document->stored.text, stored.size);
    free(state.sources);
    ks_buffer_free(&stored);
}

/* ---- Documents ---- */

static void what_is_put_is_found(void **state) {
    ks_writer *writer = write_index();
    ks_document first = ks_test_document(
        &arena, &(ks_test_spec){.id = "a", .fields = {"deep net"}, .sources = {0, 2, 9}, .source_count = 3});
    ks_document bare = ks_test_document(&arena, &(ks_test_spec){.id = "b", .stored = ""});
    (void)state;
    assert_false(has(writer, "a"));
    OK(writer->ops->put(writer, &first, err));
    OK(writer->ops->put(writer, &bare, err));
    assert_state(writer, &first);
    assert_state(writer, &bare);
    finish(writer);
    writer = write_index();
    assert_state(writer, &first);
    assert_state(writer, &bare);
    writer->ops->close(writer);
}

static void putting_again_replaces(void **state) {
    ks_writer *writer = write_index();
    ks_document first = ks_test_document(
        &arena, &(ks_test_spec){.id = "a", .fields = {"old word"}, .values = "tag:old", .source_count = 1});
    ks_document second =
        ks_test_document(&arena, &(ks_test_spec){.id = "a", .fields = {"new word"}, .day = 20150101});
    ks_reader *reader;
    (void)state;
    OK(writer->ops->put(writer, &first, err));
    OK(writer->ops->put(writer, &second, err));
    OK(writer->ops->put(writer, &second, err));
    assert_state(writer, &second);
    finish(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), 1);
    assert_int_equal(frequency_of_term(reader, "old"), 0);
    assert_int_equal(frequency_of_term(reader, "Kold"), 0);
    assert_int_equal(frequency_of_term(reader, "new"), 1);
    close_reader(reader);
    writer = write_index();
    OK(writer->ops->put(writer, &first, err));
    finish(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), 1);
    assert_int_equal(frequency_of_term(reader, "old"), 1);
    assert_int_equal(frequency_of_term(reader, "new"), 0);
    close_reader(reader);
}

static void removing(void **state) {
    ks_writer *writer = write_index();
    ks_buffer stored = {0};
    ks_reader *reader;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {"x"}});
    put(writer, &(ks_test_spec){.id = "b", .fields = {"x"}});
    remove_id(writer, "a");
    assert_false(has(writer, "a"));
    assert_true(has(writer, "b"));
    FAILS(KS_ERR_NOT_FOUND, writer->ops->stored(writer, ks_test_term("a"), &stored, err));
    remove_id(writer, "a");
    remove_id(writer, "never there");
    finish(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), 1);
    assert_int_equal(doc_of(reader, "a"), 0);
    assert_int_equal(frequency_of_term(reader, "x"), 1);
    close_reader(reader);
    writer = write_index();
    remove_id(writer, "b");
    put(writer, &(ks_test_spec){.id = "a", .fields = {"y"}});
    finish(writer);
    reader = read_index();
    assert_string_equal(stored_of(reader, "a"), "[a]");
    assert_string_equal(stored_of(reader, "b"), "");
    close_reader(reader);
    ks_buffer_free(&stored);
}

/* ---- Ids ---- */

/* Ids of 1 to 512 bytes, prefixes of each other and other awkward ones. */
static size_t awkward_ids(char (*ids)[520]) {
    static const char *const some[] = {"a",
                                       "ab",
                                       "abc",
                                       " ",
                                       "a b",
                                       "\"quoted\"",
                                       "it's",
                                       "a/b/c",
                                       "/",
                                       "..",
                                       "https://x.org/?q=1&r=2#f",
                                       "Q",
                                       "Qa",
                                       "XKblog",
                                       "K",
                                       "id:",
                                       "\xC3\xA9t\xC3\xA9",
                                       "\xE5\xAD\xA6\xE7\xBF\x92",
                                       "\xF0\x9F\x98\x80",
                                       "%s%n",
                                       "*",
                                       "\\",
                                       "\x7F",
                                       "A",
                                       "\xEF\xBF\xBD"};
    static const size_t sizes[] = {100, 199, 200, 201, 215, 216, 217, 243,
                                   244, 245, 246, 255, 256, 300, 511, 512};
    size_t count = 0;
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++) strcpy(ids[count++], some[i]);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (int end = 0; end < 3; end++) { /* all of a's; a's and a z; two-byte characters */
            char *id = ids[count++];
            memset(id, 'a', sizes[i]);
            id[sizes[i]] = '\0';
            if (end == 1) id[sizes[i] - 1] = 'z';
            for (size_t at = 0; end == 2 && at + 1 < sizes[i]; at += 2) memcpy(id + at, "\xC3\xA9", 2);
        }
    return count;
}

static void awkward_ids_are_kept_apart(void **state) {
    static char ids[100][520];
    size_t count = awkward_ids(ids);
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < count; i++) put(writer, &(ks_test_spec){.id = ids[i], .fields = {"word"}});
    for (size_t i = 0; i < count; i++) assert_true(has(writer, ids[i]));
    finish(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), count);
    for (size_t i = 0; i < count; i++) {
        char expected[530];
        snprintf(expected, sizeof expected, "[%.519s]", ids[i]);
        assert_string_equal(stored_of(reader, ids[i]), expected);
    }
    assert_int_equal(doc_of(reader, ""), 0);
    assert_int_equal(doc_of(reader, "aaaa"), 0);
    close_reader(reader);
    writer = write_index();
    for (size_t i = 0; i < count; i += 2) remove_id(writer, ids[i]);
    finish(writer);
    reader = read_index();
    for (size_t i = 0; i < count; i++) assert_int_equal(doc_of(reader, ids[i]) != 0, i % 2);
    close_reader(reader);
}

/* All ids can also be asked for in a plan, and come back from it as they are. */
static void awkward_ids_in_plans(void **state) {
    static char ids[100][520];
    size_t count = awkward_ids(ids);
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    for (size_t i = 0; i < count; i++) put(writer, &(ks_test_spec){.id = ids[i], .fields = {"word"}});
    finish(writer);
    reader = read_index();
    for (size_t i = 0; i < count; i++) {
        char text[530];
        ks_term term;
        ks_plan_node node = {.kind = KS_PLAN_TERM, .field = KS_FIELD_ANY, .terms = &term, .term_count = 1};
        ks_plan plan = {.root = &node, .limit = 10, .count_limit = 10};
        ks_topk found;
        snprintf(text, sizeof text, "Q%.519s", ids[i]);
        term = ks_test_term(text);
        OK(reader->ops->search(reader, &plan, &found, err));
        assert_int_equal(found.count, 1);
        assert_string_equal(found.items[0].id.text, ids[i]);
        assert_int_equal(found.items[0].doc, doc_of(reader, ids[i]));
        ks_topk_free(&found);
    }
    close_reader(reader);
}

/* ---- Sources ---- */

struct visited {
    char ids[64];
    size_t count;
    ks_status answer;
};

static ks_status visit(void *context, ks_term id, ks_error *err) {
    struct visited *visited = context;
    strncat(visited->ids, id.text, id.size);
    visited->count++;
    return visited->answer ? ks_error_set(err, visited->answer, "enough") : KS_OK;
}

static int compare_chars(const void *a, const void *b) {
    return *(const char *)a - *(const char *)b;
}

static void assert_each(ks_writer *writer, uint32_t source, const char *ids) {
    struct visited visited = {0};
    OK(writer->ops->each(writer, source, visit, &visited, err));
    qsort(visited.ids, strlen(visited.ids), 1, compare_chars);
    assert_string_equal(visited.ids, ids);
}

static void each_of_a_source(void **state) {
    ks_writer *writer = write_index();
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .sources = {0}, .source_count = 1});
    put(writer, &(ks_test_spec){.id = "b", .sources = {0, 1}, .source_count = 2});
    put(writer, &(ks_test_spec){.id = "c", .sources = {1, 10, 4000000000}, .source_count = 3});
    put(writer, &(ks_test_spec){.id = "d"});
    assert_each(writer, 0, "ab"); /* before a commit */
    finish(writer);
    writer = write_index();
    assert_each(writer, 0, "ab");
    assert_each(writer, 1, "bc");
    assert_each(writer, 10, "c");
    assert_each(writer, 4000000000, "c");
    assert_each(writer, 2, "");
    assert_each(writer, 100, "");
    put(writer, &(ks_test_spec){.id = "b", .sources = {1}, .source_count = 1});
    remove_id(writer, "c");
    assert_each(writer, 0, "a");
    assert_each(writer, 1, "b");
    assert_each(writer, 10, "");
    finish(writer);
}

static void a_visitor_can_end_the_walk(void **state) {
    ks_writer *writer = write_index();
    struct visited visited = {.answer = KS_ERR_TOO_LARGE};
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .source_count = 1});
    put(writer, &(ks_test_spec){.id = "b", .source_count = 1});
    FAILS(KS_ERR_TOO_LARGE, writer->ops->each(writer, 0, visit, &visited, err));
    assert_int_equal(visited.count, 2); /* once in each of the two calls */
    writer->ops->close(writer);
}

/* ---- Metadata ---- */

static void set_meta(ks_writer *writer, const char *key, const char *value, size_t size) {
    OK(writer->ops->set_meta(writer, key, (ks_term){value, (uint32_t)size}, err));
}

static void assert_meta(ks_writer *writer, const char *key, const char *value, size_t size) {
    ks_buffer out = {0};
    ks_buffer_str(&out, "before");
    OK(writer->ops->get_meta(writer, key, &out, err));
    assert_int_equal(out.size, size + 6);
    assert_memory_equal(out.data + 6, value, size);
    ks_buffer_free(&out);
}

static void assert_read_meta(const char *key, const char *value, size_t size) {
    ks_reader *reader = read_index();
    ks_buffer out = {0};
    OK(reader->ops->get_meta(reader, key, &out, err));
    assert_int_equal(out.size, size);
    if (size) assert_memory_equal(out.data, value, size);
    ks_buffer_free(&out);
    close_reader(reader);
}

static void metadata(void **state) {
    static char large[100000];
    ks_writer *writer = write_index();
    (void)state;
    memset(large, 'x', sizeof large);
    assert_meta(writer, "sources", "", 0);
    set_meta(writer, "sources", "a\0b\0", 4);
    set_meta(writer, "language", "english", 7);
    set_meta(writer, "large", large, sizeof large);
    assert_meta(writer, "sources", "a\0b\0", 4);
    finish(writer);
    assert_read_meta("sources", "a\0b\0", 4);
    assert_read_meta("large", large, sizeof large);
    assert_read_meta("source", "", 0);
    assert_read_meta("generation", "", 0); /* the engine's own are not seen */
    assert_read_meta("format", "", 0);
    writer = write_index();
    assert_meta(writer, "language", "english", 7);
    set_meta(writer, "language", "german", 6);
    set_meta(writer, "sources", "", 0);
    finish(writer);
    assert_read_meta("language", "german", 6);
    assert_read_meta("sources", "", 0);
}

/* The indexer's names cannot reach what the engine itself keeps. */
static void metadata_named_like_the_engines_own(void **state) {
    ks_writer *writer = write_index();
    (void)state;
    set_meta(writer, "format", "99", 2);
    set_meta(writer, "generation", "99", 2);
    assert_int_equal(finish(writer), 1);
    assert_read_meta("format", "99", 2);
    assert_int_equal(finish(write_index()), 2);
}

/* ---- Transactions ---- */

static void generations_count_commits(void **state) {
    (void)state;
    for (uint64_t generation = 1; generation <= 5; generation++) {
        ks_writer *writer = write_index();
        ks_reader *reader;
        assert_int_equal(writer->generation, generation - 1);
        assert_int_equal(finish(writer), generation); /* also of nothing */
        reader = read_index();
        assert_int_equal(generation_of(reader), generation);
        close_reader(reader);
    }
}

static void closing_without_commit_undoes_everything(void **state) {
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {"first"}});
    put(writer, &(ks_test_spec){.id = "b", .fields = {"first"}});
    set_meta(writer, "language", "english", 7);
    finish(writer);
    writer = write_index();
    put(writer, &(ks_test_spec){.id = "a", .fields = {"second"}});
    put(writer, &(ks_test_spec){.id = "c", .fields = {"second"}});
    remove_id(writer, "b");
    set_meta(writer, "language", "german", 6);
    writer->ops->close(writer);
    reader = read_index();
    assert_int_equal(generation_of(reader), 1);
    assert_int_equal(records_of(reader), 2);
    assert_int_equal(frequency_of_term(reader, "first"), 2);
    assert_int_equal(frequency_of_term(reader, "second"), 0);
    close_reader(reader);
    assert_read_meta("language", "english", 7);
    writer = write_index();
    assert_int_equal(writer->generation, 1);
    assert_true(has(writer, "b"));
    assert_false(has(writer, "c"));
    writer->ops->close(writer);
}

/* More than an engine might keep in memory before it must write something out. */
static void a_large_transaction_is_undone_as_well(void **state) {
    ks_writer *writer = write_index();
    ks_reader *reader;
    char id[20];
    (void)state;
    put(writer, &(ks_test_spec){.id = "a", .fields = {"first"}});
    finish(writer);
    writer = write_index();
    for (int i = 0; i < 12000; i++) {
        snprintf(id, sizeof id, "n%d", i);
        put(writer, &(ks_test_spec){.id = id, .fields = {"second"}});
        ks_arena_reset(&arena);
    }
    remove_id(writer, "a");
    assert_true(has(writer, "n0"));
    writer->ops->close(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), 1);
    assert_string_equal(stored_of(reader, "a"), "[a]");
    close_reader(reader);
}

/* ---- Optimizing ---- */

static void optimizing_changes_nothing_that_is_seen(void **state) {
    ks_writer *writer;
    ks_reader *reader;
    (void)state;
    for (int i = 0; i < 3; i++) {
        writer = write_index();
        put(writer, &(ks_test_spec){.id = "a", .fields = {"x"}, .source_count = 1});
        put(writer, &(ks_test_spec){.id = i ? "b" : "c", .fields = {"x y"}, .source_count = 1});
        finish(writer);
    }
    writer = write_index();
    remove_id(writer, "a");
    put(writer, &(ks_test_spec){.id = "d", .fields = {"x"}, .source_count = 1});
    OK(writer->ops->optimize(writer, err));
    assert_each(writer, 0, "bcd");
    remove_id(writer, "c"); /* and the writer goes on */
    put(writer, &(ks_test_spec){.id = "e", .fields = {"x"}, .source_count = 1});
    finish(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), 3);
    assert_int_equal(frequency_of_term(reader, "x"), 3);
    assert_int_equal(frequency_of_term(reader, "y"), 1);
    assert_string_equal(stored_of(reader, "b"), "[b]");
    close_reader(reader);
}

static void optimizing_nothing(void **state) {
    ks_writer *writer = write_index();
    (void)state;
    OK(writer->ops->optimize(writer, err));
    assert_int_equal(finish(writer), 1);
    writer = write_index();
    put(writer, &(ks_test_spec){.id = "a"});
    OK(writer->ops->optimize(writer, err));
    OK(writer->ops->optimize(writer, err));
    remove_id(writer, "a");
    OK(writer->ops->optimize(writer, err));
    assert_false(has(writer, "a"));
    assert_int_equal(finish(writer), 2);
}

static void optimizing_is_undone_as_well(void **state) {
    ks_writer *writer = write_index();
    ks_reader *reader;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a"});
    finish(writer);
    writer = write_index();
    put(writer, &(ks_test_spec){.id = "b"});
    OK(writer->ops->optimize(writer, err));
    writer->ops->close(writer);
    reader = read_index();
    assert_int_equal(records_of(reader), 1);
    assert_string_equal(stored_of(reader, "a"), "[a]");
    close_reader(reader);
}

static void two_writers(void **state) {
    ks_writer *first = write_index(), *second = NULL;
    (void)state;
    FAILS(KS_ERR_LOCKED, engine->write(&second, place, NULL, err));
    assert_null(second);
    finish(first);
    first = write_index(); /* the lock is gone with its writer */
    FAILS(KS_ERR_LOCKED, engine->write(&second, place, NULL, err));
    first->ops->close(first);
    second = write_index();
    second->ops->close(second);
}

static void a_writer_in_another_process(void **state) {
    ks_writer *writer = write_index();
    int status = -1;
    pid_t child;
    (void)state;
    put(writer, &(ks_test_spec){.id = "a"});
    if ((child = fork()) == 0) {
        ks_writer *other = NULL;
        _exit(engine->write(&other, place, NULL, NULL) == KS_ERR_LOCKED ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    finish(writer);
}

/* The lock of a process that dies is nobody's; what it has not committed never was. */
static void a_writer_that_dies(void **state) {
    int status = -1;
    pid_t child;
    ks_reader *reader;
    (void)state;
    finish(write_index());
    if ((child = fork()) == 0) {
        ks_writer *writer = NULL;
        ks_document document = ks_test_document(&arena, &(ks_test_spec){.id = "a", .fields = {"word"}});
        if (engine->write(&writer, place, NULL, NULL) || writer->ops->put(writer, &document, NULL)) _exit(1);
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    reader = read_index();
    assert_int_equal(records_of(reader), 0);
    close_reader(reader);
    assert_int_equal(finish(write_index()), 2);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(what_is_put_is_found),
    IN_FOLDER(putting_again_replaces),
    IN_FOLDER(removing),
    IN_FOLDER(awkward_ids_are_kept_apart),
    IN_FOLDER(awkward_ids_in_plans),
    IN_FOLDER(each_of_a_source),
    IN_FOLDER(a_visitor_can_end_the_walk),
    IN_FOLDER(metadata),
    IN_FOLDER(metadata_named_like_the_engines_own),
    IN_FOLDER(generations_count_commits),
    IN_FOLDER(closing_without_commit_undoes_everything),
    IN_FOLDER(a_large_transaction_is_undone_as_well),
    IN_FOLDER(optimizing_changes_nothing_that_is_seen),
    IN_FOLDER(optimizing_nothing),
    IN_FOLDER(optimizing_is_undone_as_well),
    IN_FOLDER(two_writers),
    IN_FOLDER(a_writer_in_another_process),
    IN_FOLDER(a_writer_that_dies),
};

RUN_FOR_EACH_ENGINE(tests)
