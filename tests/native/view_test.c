/* An open generation against the documents it was made of: frequencies, ids, means, with deletions made in
 * memory and read back; and files that do not belong together. */
#include "tests/native/searching.h"

#include "native/folder.h"
#include "native/native.h"

#include <unistd.h>

enum { MOST_DOCUMENTS = 600, MOST_LEAVES = 5 };

/* The model: every document, in the leaf and at the place that the view has it in. */
typedef struct model {
    ks_document documents[MOST_DOCUMENTS];
    size_t count;
} model;

static model them;

static bool holds_word(const ks_document *document, ks_term term) {
    for (size_t i = 0; i < document->occurrence_count; i++) {
        ks_term word = document->occurrences[i].term;
        if (word.size == term.size && memcmp(word.text, term.text, term.size) == 0) return true;
    }
    return false;
}

static bool holds_value(const ks_document *document, ks_exact exact, const char *value) {
    for (size_t i = 0; i < document->value_count; i++)
        if (document->values[i].exact == exact && document->values[i].value.size == strlen(value) &&
            memcmp(document->values[i].value.text, value, strlen(value)) == 0)
            return true;
    return false;
}

/* As engine/fields.h says: each word times its field's weight, each tag 3. */
static uint64_t length_of(const ks_document *document) {
    static const uint64_t weights[KS_TEXT_FIELDS] = {4, 1, 2, 3, 1};
    uint64_t sum = 0;
    for (size_t i = 0; i < document->occurrence_count; i++) sum += weights[document->occurrences[i].field];
    for (size_t i = 0; i < document->value_count; i++)
        sum += document->values[i].exact == KS_EXACT_TAG ? 3 : 0;
    return sum;
}

static void make_index(uint64_t *random, size_t leaves, size_t most) {
    them.count = 0;
    for (size_t leaf = 0; leaf < leaves; leaf++) {
        ks_writer *writer = write_leaf();
        for (size_t n = 1 + ks_test_below(random, most); n && them.count < MOST_DOCUMENTS; n--) {
            char id[20];
            snprintf(id, sizeof id, "id%zu", them.count);
            them.documents[them.count] =
                ks_test_random_document(&arena, ks_arena_copy(&arena, id, strlen(id)), random);
            put(writer, &them.documents[them.count++]);
        }
        finish_leaf(writer);
    }
    open_view();
}

/* Where the view has the document; NULL where it does not show it. */
static const ks_leaf *leaf_of(const ks_document *document, uint32_t *doc) {
    const ks_leaf *leaf = NULL;
    OK(ks_view_find(&view, document->id, &leaf, doc, err));
    return leaf;
}

static uint64_t count_word(const char *word, const bool *live) {
    uint64_t count = 0;
    for (size_t i = 0; i < them.count; i++)
        count += live[i] && holds_word(&them.documents[i], ks_test_term(word));
    return count;
}

static uint64_t documents_of(const char *term) {
    uint64_t count = 77;
    OK(ks_view_documents(&view, ks_test_term(term), &count, err));
    return count;
}

static void check_view(uint64_t *random, const bool *live) {
    static const char *const tags[] = {"deep", "deep-net", "a-b-c", "unheard-of"};
    uint64_t records = 0, length = 0;
    for (size_t i = 0; i < them.count; i++) {
        uint32_t doc = 0;
        const ks_leaf *leaf = leaf_of(&them.documents[i], &doc);
        assert_int_equal(leaf != NULL, live[i]);
        if (!leaf) continue;
        assert_false(ks_leaf_is_deleted(leaf, doc));
        assert_int_equal(ks_segment_length(leaf->segment, doc), length_of(&them.documents[i]));
        assert_int_equal(ks_segment_order(leaf->segment, doc), them.documents[i].order);
        assert_int_equal(ks_segment_day(leaf->segment, doc), them.documents[i].day);
        records++;
        length += length_of(&them.documents[i]);
    }
    assert_int_equal(view.records, records);
    assert_int_equal(view.total_length, length);
    assert_true(fabs(ks_view_average(&view) - (records ? (double)length / (double)records : 0)) < 1e-9);
    for (int i = 0; i < 60; i++) {
        const char *word = ks_test_random_word(random);
        assert_int_equal(documents_of(word), count_word(word, live));
    }
    for (size_t t = 0; t < sizeof tags / sizeof *tags; t++) {
        char term[40];
        uint64_t count = 0;
        snprintf(term, sizeof term, "%s%s", ks_exact_prefix(KS_EXACT_TAG), tags[t]);
        for (size_t i = 0; i < them.count; i++)
            count += live[i] && holds_value(&them.documents[i], KS_EXACT_TAG, tags[t]);
        assert_int_equal(documents_of(term), count);
    }
}

/* Half of them, or very few, which makes other ways of counting the cheaper ones. */
static void delete_some(uint64_t *random, bool *live) {
    size_t most = ks_test_below(random, 2) ? them.count / 2 : 3;
    for (size_t n = ks_test_below(random, most + 1); n; n--) {
        size_t i = ks_test_below(random, them.count);
        uint32_t doc = 0;
        const ks_leaf *leaf = leaf_of(&them.documents[i], &doc);
        if (!leaf) continue;
        delete_document((size_t)(leaf - view.leaves), doc);
        live[i] = false;
    }
}

static void random_views(void **state) {
    uint64_t random = ks_test_seed(971);
    (void)state;
    for (int round = 0; round < 6; round++) {
        bool live[MOST_DOCUMENTS];
        char folder[KS_TEST_PATH];
        snprintf(folder, sizeof folder, "%s/index%d", (const char *)*state, round);
        strcpy(place, folder);
        if (round % 2)
            make_index(&random, 1 + ks_test_below(&random, MOST_LEAVES), 100);
        else
            make_index(&random, 2, 2 * MOST_DOCUMENTS); /* a large one, most often all of them */
        for (size_t i = 0; i < them.count; i++) live[i] = true;
        check_view(&random, live);
        for (int again = 0; again < 3; again++) {
            delete_some(&random, live);
            check_view(&random, live);
        }
        ks_view_close(&view);
        assert_int_equal(view.count, 0);
    }
}

/* What is saved is read back with the same counts. */
static void saved_deletions(void **state) {
    uint64_t random = ks_test_seed(972);
    ks_manifest_segment segment;
    ks_leaf again;
    const ks_leaf *leaf;
    (void)state;
    make_index(&random, 1, 300);
    leaf = &view.leaves[0];
    segment = view.manifest.segments[0];
    for (uint32_t doc = 0; doc < leaf->segment->documents; doc += 1 + (uint32_t)ks_test_below(&random, 9))
        delete_document(0, doc);
    OK(ks_leaf_save_deleted(leaf, place, 999, err));
    segment.deletions_number = 999;
    segment.deleted = leaf->deleted_count;
    OK(ks_leaf_open(&again, place, &segment, err));
    assert_int_equal(again.deleted_count, leaf->deleted_count);
    assert_int_equal(again.live_length, leaf->live_length);
    for (uint32_t doc = 0; doc < leaf->segment->documents; doc++)
        assert_int_equal(ks_leaf_is_deleted(&again, doc), ks_leaf_is_deleted(leaf, doc));
    ks_leaf_close(&again);
    assert_null(again.segment);
}

/* Frequencies of a leaf that was opened with deletions are remembered, and right again after more of them. */
static void remembered_frequencies(void **state) {
    uint64_t random = ks_test_seed(973);
    ks_cursor *cursor = malloc(sizeof *cursor);
    ks_manifest_segment segment;
    ks_leaf leaf;
    (void)state;
    assert_non_null(cursor);
    make_index(&random, 1, 300);
    segment = view.manifest.segments[0];
    delete_document(0, 0);
    OK(ks_leaf_save_deleted(&view.leaves[0], place, 998, err));
    segment.deletions_number = 998;
    segment.deleted = 1;
    OK(ks_leaf_open(&leaf, place, &segment, err));
    for (uint32_t doc = 1; doc < leaf.segment->documents && doc < 40; doc++) {
        for (int i = 0; i < 30; i++) {
            ks_term word = ks_test_term(ks_test_random_word(&random));
            uint64_t expected = 0, found = 77;
            for (size_t k = 0; k < them.count; k++) {
                const ks_leaf *where;
                uint32_t at = 0;
                OK(ks_view_find(&view, them.documents[k].id, &where, &at, err));
                expected += where && !ks_leaf_is_deleted(&leaf, at) && holds_word(&them.documents[k], word);
            }
            for (int twice = 0; twice < 2; twice++) {
                OK(ks_leaf_documents(&leaf, word, cursor, view.unpacker, &found, err));
                assert_int_equal(found, expected);
            }
        }
        OK(ks_leaf_delete(&leaf, doc, err));
    }
    ks_leaf_close(&leaf);
    free(cursor);
}

static void an_index_of_nothing(void **state) {
    const ks_leaf other = {0}, *leaf = &other;
    ks_engine_info info;
    ks_expansion expansion;
    uint32_t doc = 5;
    (void)state;
    finish_leaf(write_leaf());
    open_view();
    assert_int_equal(view.records, 0);
    assert_true(ks_view_average(&view) <= 0);
    OK(ks_view_find(&view, ks_test_term("a"), &leaf, &doc, err));
    assert_null(leaf);
    assert_int_equal(documents_of("a"), 0);
    OK(ks_view_describe(&view, &info, err));
    assert_int_equal(info.terms, 0);
    assert_int_equal(info.generation, 1);
    OK(ks_view_expand(&view, ks_test_term(""), 10, &expansion, err));
    assert_int_equal(expansion.count, 0);
    assert_false(expansion.cut);
    ks_expansion_free(&expansion);
}

static void describing(void **state) {
    uint64_t random = ks_test_seed(974), sum = 0;
    ks_engine_info info;
    (void)state;
    make_index(&random, 3, 50);
    delete_document(0, 0);
    OK(ks_view_describe(&view, &info, err));
    assert_int_equal(info.records, them.count - 1);
    assert_int_equal(info.deleted, 1);
    assert_int_equal(info.segments, 3);
    assert_int_equal(info.generation, 3);
    for (size_t i = 0; i < info.section_count; i++) {
        sum += info.sections[i].bytes;
        for (size_t k = 0; k < i; k++) assert_string_not_equal(info.sections[i].name, info.sections[k].name);
    }
    assert_int_equal(sum, info.bytes);
}

/* ---- Files that do not belong together ---- */

static void expect_leaf_error(const ks_manifest_segment *segment, ks_status expected) {
    ks_leaf leaf = {.deleted_count = 77};
    ks_error error = {0};
    assert_int_equal(ks_leaf_open(&leaf, place, segment, &error), expected);
    assert_int_equal(error.code, expected);
    assert_string_not_equal(error.message, "");
    assert_int_equal(leaf.deleted_count, 77); /* untouched */
}

static void leaves_that_are_not_what_the_manifest_says(void **state) {
    uint64_t random = ks_test_seed(975);
    ks_manifest_segment segment, other;
    char from[KS_TEST_PATH], to[KS_TEST_PATH], name[KS_FILE_NAME];
    (void)state;
    make_index(&random, 1, 300);
    segment = view.manifest.segments[0];
    other = segment;
    other.documents++;
    expect_leaf_error(&other, KS_ERR_CORRUPT);
    other = segment;
    other.number += 50;
    expect_leaf_error(&other, KS_ERR_NOT_FOUND);
    other = segment;
    other.deletions_number = 60;
    other.deleted = 1;
    expect_leaf_error(&other, KS_ERR_NOT_FOUND);
    delete_document(0, 0);
    OK(ks_leaf_save_deleted(&view.leaves[0], place, 60, err));
    other.deleted = 2;
    expect_leaf_error(&other, KS_ERR_CORRUPT); /* a wrong number of deletions */
    other.deleted = 1;
    ks_test_path(from, place, ks_folder_name(name, KS_FILE_SEGMENT, segment.number));
    ks_test_path(to, place, ks_folder_name(name, KS_FILE_DELETED, 61));
    assert_int_equal(link(from, to), 0);
    other.deletions_number = 61;
    expect_leaf_error(&other, KS_ERR_CORRUPT); /* not a bitmap */
}

/* A manifest in place whose files are gone: not as if nothing were there. */
static void files_that_are_gone(void **state) {
    uint64_t random = ks_test_seed(976);
    char path[KS_TEST_PATH], name[KS_FILE_NAME];
    ks_view other = {0};
    ks_error error = {0};
    (void)state;
    make_index(&random, 2, 20);
    ks_test_path(path, place, ks_folder_name(name, KS_FILE_SEGMENT, view.manifest.segments[1].number));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ks_view_open(&other, place, &error), KS_ERR_CORRUPT);
    assert_non_null(strstr(error.message, "missing"));
    assert_null(other.leaves);
    assert_int_equal(ks_view_open(&other, "/nonexistent/index", &error), KS_ERR_NO_INDEX);
    /* The view that is open reads on, and tells its size. */
    assert_int_equal(documents_of("nowhere"), count_word("nowhere", (bool[MOST_DOCUMENTS]){false}));
    OK(ks_view_describe(&view, &(ks_engine_info){0}, err));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(random_views),
        IN_FOLDER(saved_deletions),
        IN_FOLDER(remembered_frequencies),
        IN_FOLDER(an_index_of_nothing),
        IN_FOLDER(describing),
        IN_FOLDER(leaves_that_are_not_what_the_manifest_says),
        IN_FOLDER(files_that_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
