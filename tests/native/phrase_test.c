/* Phrases that are looked at while lists are joined, against the matcher that looks at one document after the
 * other: at random, in every order of the lists; damaged positions; without memory. */
#include "tests/native/searching.h"

#include "tests/support/allocation.h"

enum { DOCUMENTS = 900, WORDS = 5 };

/* Frequent and rare ones, and one that most documents lack. */
static const char *const words[WORDS] = {"a", "b", "c", "d", "e"};

static const char *random_word(uint64_t *random) {
    static const unsigned shares[WORDS] = {50, 75, 90, 97, 100};
    uint64_t at = ks_test_below(random, 100);
    size_t i = 0;
    while (shares[i] <= at) i++;
    return words[i];
}

/* Up to `most` words in a field, some of them far behind the one before. */
static const char *random_text(ks_arena *scratch, size_t most, uint64_t *random) {
    ks_buffer text = {0};
    const char *copy;
    for (size_t left = ks_test_below(random, most + 1); left > 0; left--) {
        if (ks_test_below(random, 8) == 0) ks_buffer_str(&text, ". . ");
        ks_buffer_format(&text, "%s ", random_word(random));
    }
    copy = text.data ? ks_arena_copy(scratch, text.data, text.size) : NULL;
    ks_buffer_free(&text);
    return copy;
}

/* A leaf of several blocks, and one of a few documents. */
static int set_up_index(void **state) {
    uint64_t random = 71;
    if (set_up(state)) return -1;
    for (size_t leaf = 0; leaf < 2; leaf++) {
        ks_writer *writer = write_leaf();
        for (size_t i = 0; i < (leaf ? 9 : DOCUMENTS); i++) {
            ks_arena scratch = {0};
            char id[40];
            ks_test_spec spec = {.id = id, .order = i};
            ks_document document;
            snprintf(id, sizeof id, "%zu/%zu", leaf, i);
            spec.fields[KS_FIELD_TITLE] = random_text(&scratch, 5, &random);
            spec.fields[KS_FIELD_CLAIMS] = random_text(&scratch, 3, &random);
            spec.fields[KS_FIELD_BODY] = random_text(&scratch, i % 10 ? 12 : 90, &random);
            document = ks_test_document(&scratch, &spec);
            put(writer, &document);
            ks_arena_free(&scratch);
        }
        finish_leaf(writer);
    }
    open_view();
    return 0;
}

#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up_index, tear_down)

/* ---- A phrase and its lists ---- */

struct opened {
    ks_plan plan;
    struct course *course;
    const ks_leaf *leaf;
    ks_list *lists;
    size_t count;
    ks_phrase *phrase;
};

static ks_plan_node *phrase_of(ks_plan_kind kind, ks_field field, const char *const *of, size_t count,
                               uint32_t window) {
    ks_plan_node *node = node_of(kind);
    ks_term *terms = room(count * sizeof *terms);
    for (size_t i = 0; i < count; i++) terms[i] = ks_test_term(of[i]);
    node->terms = terms;
    node->term_count = count;
    node->field = field;
    node->window = window;
    return node;
}

/* All the words score, and `extra` as well, which may be one of them; NULL: none. */
static struct opened *open_lists(ks_plan_node *node, const char *extra, const ks_leaf *leaf) {
    struct opened *opened = room(sizeof *opened);
    *opened = (struct opened){.plan = plan_of(node), .leaf = leaf};
    if (extra) score_in(&opened->plan, extra, node->field, 1);
    for (size_t i = 0; i < node->term_count; i++)
        score_in(&opened->plan, node->terms[i].text, node->field, 1);
    opened->course = course_of(&opened->plan, KS_MATCH_ALL);
    OK(ks_lists_open(&opened->lists, &opened->count, &arena, &opened->course->factors, leaf, err));
    return opened;
}

static void shuffle(struct opened *opened, uint64_t *random) {
    for (size_t i = opened->count; i > 1; i--) {
        size_t other = ks_test_below(random, i);
        ks_list swap = opened->lists[i - 1];
        opened->lists[i - 1] = opened->lists[other];
        opened->lists[other] = swap;
    }
}

static void make_phrase(struct opened *opened) {
    OK(ks_phrase_make(&opened->phrase, &arena, opened->plan.root, &opened->course->factors, opened->lists,
                      opened->count, err));
}

/* Leaves the documents, ascending, that the list holds and in which the phrase still stands. `from` is where
 * they come from at first. */
static uint32_t join_list(ks_list *list, const uint32_t *from, uint32_t *docs, uint32_t count) {
    ks_cursor *cursor = list->cursor;
    uint32_t in_docs[KS_BLOCK + 1], in_block[KS_BLOCK + 1], kept = 0, found;
    for (uint32_t at = 0; at < count;) {
        ks_cursor_advance(cursor, from[at]);
        if (cursor->doc == KS_NO_DOC) break;
        found = 0;
        for (uint32_t last = cursor->docs[cursor->block_size - 1]; at < count && from[at] <= last; at++) {
            if (!ks_list_holds(list, from[at])) continue;
            in_docs[found] = at;
            in_block[found++] = cursor->in_block;
        }
        found = ks_phrase_keep(list->words, from, in_docs, in_block, found);
        for (uint32_t i = 0; i < found; i++) docs[kept++] = from[in_docs[i]];
    }
    return kept;
}

static bool holds_field(const ks_list *list, uint32_t doc) {
    uint32_t at = ks_block_find(list->cursor->docs, doc);
    return list->field == KS_FIELD_ANY || (ks_cursor_mask_at(list->cursor, at) & 1u << list->field);
}

/* Joins block after block of the first list with the others, as a pass does, and marks what is left. */
static void join_all(struct opened *opened, bool *left) {
    ks_list *first = &opened->lists[0];
    while (first->cursor->doc != KS_NO_DOC) {
        const uint32_t *block = first->cursor->docs;
        uint32_t docs[KS_BLOCK], count = first->cursor->block_size;
        memcpy(docs, block, sizeof docs);
        ks_phrase_begin(opened->phrase);
        for (size_t i = 1; i < opened->count && count; i++)
            count = join_list(&opened->lists[i], i == 1 ? block : docs, docs, count);
        for (uint32_t i = 0; i < count; i++) left[docs[i]] = holds_field(first, docs[i]);
        ks_cursor_advance(first->cursor, block[first->cursor->block_size - 1] + 1);
    }
}

/* ---- Against the matcher ---- */

/* Returns how many documents match. */
static size_t compare(const struct opened *opened, const bool *left) {
    bool tells_all = ks_phrase_tells_all(opened->phrase);
    ks_matcher *matcher = NULL;
    size_t matches = 0;
    OK(ks_matcher_make(&matcher, &arena, opened->plan.root, KS_MATCH_ALL, opened->leaf, view.unpacker, err));
    for (uint32_t doc = 0; doc < opened->leaf->segment->documents; doc++) {
        bool wanted, held = true;
        OK(ks_matcher_test(matcher, doc, &wanted, err));
        matches += wanted;
        for (size_t i = 0; i < opened->count; i++) {
            ks_cursor_rewind(opened->lists[i].cursor);
            held = held && ks_list_holds(&opened->lists[i], doc);
        }
        if (tells_all ? left[doc] == (wanted && held) : left[doc] >= (wanted && held)) continue;
        say_plan(&opened->plan);
        fail_msg("document %u: %d, not %d", doc, left[doc], wanted && held);
    }
    ks_matcher_free(matcher);
    return matches;
}

static ks_plan_node *random_phrase(ks_plan_kind kind, uint64_t *random) {
    const char *of[5];
    size_t count = 2 + ks_test_below(random, kind == KS_PLAN_NEAR ? 2 : 4);
    ks_field field = ks_test_below(random, 3) ? KS_FIELD_ANY : (ks_field)ks_test_below(random, 5);
    for (size_t i = 0; i < count; i++) of[i] = random_word(random);
    return phrase_of(kind, field, of, count, (uint32_t)(count + ks_test_below(random, 3)));
}

/* Whether the lists can tell of the phrase: all its words have one, and not all the same. */
static bool can_tell(const struct opened *opened) {
    const ks_plan_node *node = opened->plan.root;
    bool several = false;
    for (size_t i = 0; i < node->term_count; i++) {
        bool has_list = false;
        for (size_t j = 0; j < opened->count; j++) {
            const ks_plan_score *scored = &opened->plan.scores[opened->lists[j].score_index];
            has_list = has_list || scored->term.text[0] == node->terms[i].text[0];
        }
        if (!has_list) return false;
        several = several || node->terms[i].text[0] != node->terms[0].text[0];
    }
    return several;
}

static size_t check_phrase(ks_plan_node *node, const char *extra, const ks_leaf *leaf, uint64_t *random) {
    struct opened *opened = open_lists(node, extra, leaf);
    bool *left = room(leaf->segment->documents * sizeof *left);
    size_t matches = 0;
    memset(left, 0, leaf->segment->documents * sizeof *left);
    shuffle(opened, random);
    make_phrase(opened);
    assert_int_equal(opened->phrase != NULL, can_tell(opened));
    if (!opened->phrase) return 0;
    join_all(opened, left);
    assert_int_equal(ks_phrase_status(opened->phrase), KS_OK);
    matches = compare(opened, left);
    ks_phrase_free(opened->phrase);
    return matches;
}

static void check_random(ks_plan_kind kind, uint64_t seed) {
    uint64_t random = ks_test_seed(seed);
    size_t matched = 0;
    for (size_t i = 0; i < 400; i++) {
        const char *extra = ks_test_below(&random, 3) ? NULL : random_word(&random);
        ks_plan_node *node = random_phrase(kind, &random);
        view.unpacker = ks_test_below(&random, 2) ? ks_unpacker_portable() : ks_unpacker_best();
        for (size_t leaf = 0; leaf < view.count; leaf++)
            matched += check_phrase(node, extra, &view.leaves[leaf], &random) > 0;
        ks_arena_reset(&arena);
    }
    assert_true(matched > 100);
}

static void phrases(void **state) {
    (void)state;
    check_random(KS_PLAN_PHRASE, 72);
}

static void near(void **state) {
    (void)state;
    check_random(KS_PLAN_NEAR, 73);
}

/* The word at the end of a phrase never stands where the phrase would begin before the text does. */
static void nothing_before_the_text(void **state) {
    const char *of[] = {"a", "a", "a", "a", "b"};
    uint64_t random = 74;
    (void)state;
    for (size_t count = 2; count <= 5; count++)
        assert_true(check_phrase(phrase_of(KS_PLAN_PHRASE, KS_FIELD_ANY, of + 5 - count, count, 0), NULL,
                                 &view.leaves[0], &random) > 0);
}

/* What is known of a phrase: whether its lists tell all. */
static void what_tells_all(void **state) {
    static const struct {
        ks_plan_kind kind;
        size_t count;
        bool tells_all;
    } cases[] = {{KS_PLAN_PHRASE, 2, true},
                 {KS_PLAN_PHRASE, 3, true},
                 {KS_PLAN_NEAR, 2, true},
                 {KS_PLAN_NEAR, 3, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct opened *opened = open_lists(phrase_of(cases[i].kind, KS_FIELD_ANY, words, cases[i].count, 4),
                                           NULL, &view.leaves[0]);
        make_phrase(opened);
        assert_non_null(opened->phrase);
        assert_int_equal(ks_phrase_tells_all(opened->phrase), cases[i].tells_all);
        ks_phrase_free(opened->phrase);
    }
}

/* ---- Failures ---- */

static struct opened *open_three(void) {
    return open_lists(phrase_of(KS_PLAN_PHRASE, KS_FIELD_ANY, words, 3, 0), NULL, &view.leaves[0]);
}

/* Whichever list it is: no document is kept any more, and the error tells. */
static void damaged_positions(void **state) {
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct opened *opened = open_three();
        bool left[DOCUMENTS] = {false};
        ks_error error = {0};
        opened->lists[i].cursor->positions = UINT64_MAX - 1;
        assert_int_equal(ks_phrase_make(&opened->phrase, &arena, opened->plan.root, &opened->course->factors,
                                        opened->lists, opened->count, &error),
                         KS_OK);
        join_all(opened, left);
        assert_int_equal(ks_phrase_status(opened->phrase), KS_ERR_CORRUPT);
        assert_non_null(strstr(error.message, "positions make no sense"));
        ks_phrase_free(opened->phrase);
    }
}

/* Positions of another list: what is read makes no sense, and nothing is read outside of the section. */
static void wrong_positions(void **state) {
    uint64_t random = ks_test_seed(75);
    (void)state;
    for (size_t i = 0; i < 200; i++) {
        struct opened *opened = open_three();
        bool left[DOCUMENTS] = {false};
        ks_error error = {0};
        ks_cursor *cursor = opened->lists[ks_test_below(&random, 3)].cursor;
        cursor->positions =
            ks_test_below(&random, ks_mapped_size(cursor->segment->file, KS_SECTION_POSITIONS));
        view.unpacker = ks_test_below(&random, 2) ? ks_unpacker_portable() : ks_unpacker_best();
        assert_int_equal(ks_phrase_make(&opened->phrase, &arena, opened->plan.root, &opened->course->factors,
                                        opened->lists, opened->count, &error),
                         KS_OK);
        join_all(opened, left);
        if (ks_phrase_status(opened->phrase))
            assert_int_equal(ks_phrase_status(opened->phrase), KS_ERR_CORRUPT);
        ks_phrase_free(opened->phrase);
        ks_arena_reset(&arena);
    }
}

static void without_memory(void **state) {
    size_t failures = 0;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n++, failures++) {
        struct opened *opened = open_three();
        bool left[DOCUMENTS] = {false}, failed;
        ks_error error = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = ks_phrase_make(&opened->phrase, &arena, opened->plan.root, &opened->course->factors,
                                opened->lists, opened->count, &error);
        if (!status) join_all(opened, left);
        failed = ks_test_allocation_failed();
        if (!status) status = ks_phrase_status(opened->phrase);
        if (opened->phrase) ks_phrase_free(opened->phrase);
        ks_arena_free(&arena);
        if (!failed) break;
        assert_int_equal(status, KS_ERR_NOMEM);
    }
    assert_true(failures > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_INDEX(phrases),
        ON_INDEX(near),
        ON_INDEX(nothing_before_the_text),
        ON_INDEX(what_tells_all),
        ON_INDEX(damaged_positions),
        ON_INDEX(wrong_positions),
        ON_INDEX(without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
