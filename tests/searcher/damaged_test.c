/* Indexes whose files are whole but whose content makes no sense, and options and ids at the edges of what
 * can be said: errors that name what is wrong, and nothing written on failure. For both engines. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <unistd.h>

#include "tests/searcher/support.h"

#include "engine/engine.h"
#include "tests/support/documents.h"

static ks_arena arena;

static int set_up(void **state) {
    (void)state;
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    return 0;
}

static int tear_down(void **state) {
    ks_arena_free(&arena);
    return close_all(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* An index with that language (NULL: none) and documents whose records are these. */
static void make_index(const char *language, const char *const *stored, size_t count) {
    const ks_engine *used = NULL;
    ks_writer *writer = NULL;
    uint64_t generation;
    assert_int_equal(ks_engine_by_name(&used, engine, NULL), KS_OK);
    assert_int_equal(used->write(&writer, place, NULL, NULL), KS_OK);
    if (language)
        assert_int_equal(writer->ops->set_meta(writer, "language", ks_test_term(language), NULL), KS_OK);
    for (size_t i = 0; i < count; i++) {
        char id[32];
        ks_document document;
        snprintf(id, sizeof id, "id%zu", i);
        document = ks_test_document(
            &arena, &(ks_test_spec){.id = id, .fields = {[KS_FIELD_BODY] = "pong"}, .stored = stored[i]});
        assert_int_equal(writer->ops->put(writer, &document, NULL), KS_OK);
    }
    assert_int_equal(writer->ops->commit(writer, &generation, NULL), KS_OK);
    writer->ops->close(writer);
}

static void expect_open(ks_status expected, const char *part) {
    ks_index *index = NULL;
    ks_error error = {0};
    assert_int_equal(ks_index_open(&index, place, &error), expected);
    assert_null(index);
    assert_int_equal(error.code, expected);
    if (!strstr(error.message, part)) fail_msg("%s does not say %s", error.message, part);
    assert_non_null(strstr(error.message, place));
    assert_int_equal(ks_index_open(&index, place, NULL), expected);
}

static void an_index_without_a_language(void **state) {
    (void)state;
    make_index(NULL, NULL, 0);
    expect_open(KS_ERR_CORRUPT, "language");
}

static void an_index_of_an_unknown_language(void **state) {
    (void)state;
    make_index("klingon", NULL, 0);
    expect_open(KS_ERR_CORRUPT, "language");
}

/* What ksearch itself never stores. */
static const char *const damaged[] = {"{", "no JSON", "[]", "{\"id\":\"id3\"}",
                                      "{\"id\":\"id4\",\"title\":5}"};
enum { DAMAGED = sizeof damaged / sizeof *damaged };

static void open_damaged(void) {
    ks_error error = {0};
    make_index("english", damaged, DAMAGED);
    if (ks_index_open(&index_, place, &error)) fail_msg("%s", error.message);
}

static void single_records_that_are_damaged(void **state) {
    (void)state;
    open_damaged();
    for (size_t i = 0; i < DAMAGED; i++) {
        ks_record *record = NULL;
        ks_error error = {0};
        char id[32];
        snprintf(id, sizeof id, "id%zu", i);
        assert_int_equal(ks_index_record(&record, index_, id, &error), KS_ERR_CORRUPT);
        assert_null(record);
        assert_int_equal(error.code, KS_ERR_CORRUPT);
        assert_non_null(strstr(error.message, id));
    }
}

/* Ids need no record; whatever wants one tells of the damage. */
static void hits_that_are_damaged(void **state) {
    ks_search_options options;
    (void)state;
    open_damaged();
    ks_search_options_init(&options);
    for (int detail = KS_DETAIL_ID; detail <= KS_DETAIL_PASSAGES; detail++) {
        ks_results *results = NULL;
        ks_error error = {0};
        ks_status status;
        options.detail = (ks_detail)detail;
        status = ks_search(&results, index_, "pong", 4, &options, &error);
        assert_int_equal(status, detail == KS_DETAIL_ID ? KS_OK : KS_ERR_CORRUPT);
        assert_int_equal(results != NULL, status == KS_OK);
        if (status) assert_non_null(strstr(error.message, "damaged"));
        if (results) assert_int_equal(results->hit_count, DAMAGED);
        ks_results_free(results);
    }
}

static void explaining_a_damaged_record(void **state) {
    ks_explanation *explanation = NULL;
    ks_search_options options;
    ks_error error = {0};
    (void)state;
    open_damaged();
    ks_search_options_init(&options);
    assert_int_equal(ks_explain(&explanation, index_, "pong", 4, "id0", &options, &error), KS_ERR_CORRUPT);
    assert_null(explanation);
    assert_non_null(strstr(error.message, "id0"));
    assert_int_equal(ks_explain(&explanation, index_, "pong", 4, NULL, &options, NULL), KS_OK);
    ks_explanation_free(explanation);
}

/* ---- Edges ---- */

static void open_three(void) {
    open_records("{\"id\":\"a\",\"title\":\"pong one\"}\n{\"id\":\"b\",\"title\":\"pong two\"}\n"
                 "{\"id\":\"c\",\"title\":\"three\"}\n");
}

static void pages_at_the_edges(void **state) {
    static const struct {
        size_t offset, limit, hits;
        ks_status status;
    } cases[] = {
        {0, 0, 0, KS_OK},
        {0, 1, 1, KS_OK},
        {1, 1, 1, KS_OK},
        {2, 1, 0, KS_OK},
        {0, 2, 2, KS_OK},
        {0, 3, 2, KS_OK},
        {0, SIZE_MAX, 2, KS_OK},
        {1, SIZE_MAX - 1, 1, KS_OK},
        {SIZE_MAX, 0, 0, KS_OK},
        {SIZE_MAX - 10, 10, 0, KS_OK},
        {UINT32_MAX, 10, 0, KS_OK},
        {(size_t)UINT32_MAX + 1, 10, 0, KS_OK},
        {1, SIZE_MAX, 0, KS_ERR_ARGUMENT},
        {SIZE_MAX, 1, 0, KS_ERR_ARGUMENT},
        {SIZE_MAX, SIZE_MAX, 0, KS_ERR_ARGUMENT},
    };
    (void)state;
    open_three();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int match = KS_MATCH_AUTO; match <= KS_MATCH_ANY; match++)
            for (int sort = KS_SORT_SCORE; sort <= KS_SORT_OLD; sort++) {
                ks_results *results = NULL;
                ks_search_options options;
                ks_search_options_init(&options);
                options.offset = cases[i].offset;
                options.limit = cases[i].limit;
                options.match = (ks_match)match;
                options.sort = (ks_sort)sort;
                assert_int_equal(ks_search(&results, index_, "pong", 4, &options, NULL), cases[i].status);
                if (cases[i].status) continue;
                if (results->hit_count != cases[i].hits)
                    fail_msg("page %zu: %zu hits", i, results->hit_count);
                assert_int_equal(results->total, 2);
                assert_true(results->total_is_exact);
                for (size_t h = 0; h < results->hit_count; h++)
                    assert_int_equal(results->hits[h].rank, cases[i].offset + h + 1);
                ks_results_free(results);
            }
}

static void ids_at_the_edges(void **state) {
    enum { LONG = 1 << 20 };
    char *many = malloc(LONG + 1);
    const char *ids[] = {"", "A", "a ", "aa", "\xFF", many};
    (void)state;
    assert_non_null(many);
    memset(many, 'a', LONG);
    many[LONG] = '\0';
    open_three();
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        ks_record *record = NULL;
        ks_error error = {0};
        assert_int_equal(ks_index_record(&record, index_, ids[i], &error), KS_ERR_NOT_FOUND);
        assert_null(record);
        assert_string_not_equal(error.hint, "");
    }
    free(many);
}

/* Any text is a query: of no bytes, of NULs, of one byte each, of bytes that are no text. */
static void every_byte_is_a_query(void **state) {
    ks_search_options options;
    (void)state;
    open_three();
    ks_search_options_init(&options);
    for (int byte = 0; byte < 256; byte++)
        for (size_t size = 0; size < 4; size++) {
            char text[4] = {(char)byte, (char)byte, (char)byte, (char)byte};
            ks_results *results = NULL;
            assert_int_equal(ks_search(&results, index_, text, size, &options, NULL), KS_OK);
            assert_non_null(results->parsed);
            assert_int_equal(results->hit_count, 0); /* no record has such a word, and nothing is no query */
            ks_results_free(results);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(an_index_without_a_language),
        IN_FOLDER(an_index_of_an_unknown_language),
        IN_FOLDER(single_records_that_are_damaged),
        IN_FOLDER(hits_that_are_damaged),
        IN_FOLDER(explaining_a_damaged_record),
        cmocka_unit_test_teardown(pages_at_the_edges, close_all),
        cmocka_unit_test_teardown(ids_at_the_edges, close_all),
        cmocka_unit_test_teardown(every_byte_is_a_query, close_all),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
