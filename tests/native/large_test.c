/* More documents than 16 bits can number, in one segment and in several, live and deleted: how many match is
 * known from the numbers of the documents alone. */
#include "tests/native/searching.h"

#include "native/native.h"
#include "tests/support/checked.h"

enum { DOCUMENTS = 66000, PIECES = 3 };

/* Word "m7" is in every seventh document, "all" in all. */
static const unsigned steps[] = {2, 3, 7, 64, 127, 128, 129, 1000, 16384, 65535, 65536};
enum { STEPS = sizeof steps / sizeof *steps };

static char names[STEPS][8];

/* Documents are numbered from 0; the greater the number the newer. */
static void put_number(ks_writer *writer, unsigned number) {
    char id[16], text[120] = "all", values[20];
    ks_arena mine = {0};
    ks_test_spec spec = {.id = id, .order = number, .day = 20000101 + number % 28, .values = values};
    ks_document document;
    snprintf(id, sizeof id, "d%u", number);
    snprintf(values, sizeof values, "kind:k%u", number % 5);
    for (size_t i = 0; i < STEPS; i++)
        if (number % steps[i] == 0) {
            strcat(text, " ");
            strcat(text, names[i]);
        }
    spec.fields[number % 2 ? KS_FIELD_BODY : KS_FIELD_SUMMARY] = text;
    document = ks_test_document(&mine, &spec);
    put(writer, &document);
    ks_arena_free(&mine);
}

static void put_range(unsigned from, unsigned to) {
    ks_writer *writer = write_leaf();
    for (unsigned number = from; number < to; number++) put_number(writer, number);
    finish_leaf(writer);
}

static int name_words(void **state) {
    (void)state;
    for (size_t i = 0; i < STEPS; i++) snprintf(names[i], sizeof names[i], "m%u", steps[i]);
    return 0;
}

/* ---- What is there ---- */

typedef bool is_live(unsigned number);

static bool all_live(unsigned number) {
    (void)number;
    return true;
}

static bool no_thirds(unsigned number) {
    return number % 3 != 1;
}

static uint64_t count_of(unsigned a, unsigned b, is_live *live) {
    uint64_t count = 0;
    for (unsigned number = 0; number < DOCUMENTS; number++)
        count += number % a == 0 && number % b == 0 && live(number);
    return count;
}

/* The answer's total and, newest first, its documents. */
static void check_plan(const ks_plan_node *root, unsigned a, unsigned b, is_live *live) {
    ks_plan plan = plan_of(root);
    ks_search_memory memory = {0};
    ks_topk topk = {0};
    unsigned number = DOCUMENTS;
    plan.sort = KS_SORT_NEW;
    plan.limit = 300;
    OK(ks_native_search(&view, &plan, &memory, &topk, err));
    assert_int_equal(topk.total, count_of(a, b, live));
    assert_true(topk.total_is_exact);
    for (size_t i = 0; i < topk.count; i++) {
        do number--;
        while (number % a != 0 || number % b != 0 || !live(number));
        assert_int_equal(atoi(topk.items[i].id.text + 1), number);
    }
    assert_int_equal(topk.count, topk.total < 300 ? topk.total : 300);
    ks_topk_free(&topk);
    ks_search_memory_free(&memory);
}

static void check_words(is_live *live) {
    uint64_t documents = 0;
    OK(ks_view_documents(&view, ks_test_term("all"), &documents, err));
    assert_int_equal(documents, count_of(1, 1, live));
    for (size_t i = 0; i < STEPS; i++) {
        OK(ks_view_documents(&view, ks_test_term(names[i]), &documents, err));
        assert_int_equal(documents, count_of(steps[i], 1, live));
        check_plan(term_of(names[i]), steps[i], 1, live);
    }
    for (size_t i = 0; i + 1 < STEPS; i++)
        check_plan(with(with(node_of(KS_PLAN_AND), term_of(names[i])), term_of(names[i + 1])), steps[i],
                   steps[i + 1], live);
    check_plan(with(with(with(node_of(KS_PLAN_AND), term_of("all")), term_of("m2")), term_of("m3")), 2, 3,
               live);
}

static void check_ids(is_live *live) {
    for (unsigned number = 0; number < DOCUMENTS; number += number < 300 || number > 65500 ? 1 : 101) {
        char id[16];
        const ks_leaf *leaf;
        uint32_t doc = 0;
        snprintf(id, sizeof id, "d%u", number);
        OK(ks_view_find(&view, ks_test_term(id), &leaf, &doc, err));
        assert_int_equal(leaf != NULL, live(number));
        if (!leaf) continue;
        assert_int_equal(ks_segment_order(leaf->segment, doc), number);
        assert_int_equal(ks_segment_day(leaf->segment, doc), 20000101 + number % 28);
    }
}

static void check_records(void) {
    ks_buffer record = {0};
    for (unsigned number = 2; number < DOCUMENTS; number += 7919) {
        char id[16], expected[20];
        const ks_leaf *leaf;
        uint32_t doc = 0;
        snprintf(id, sizeof id, "d%u", number);
        snprintf(expected, sizeof expected, "[%s]", id);
        OK(ks_view_find(&view, ks_test_term(id), &leaf, &doc, err));
        if (!leaf) continue;
        ks_buffer_truncate(&record, 0);
        OK(ks_segment_record(leaf->segment, doc, &record, err));
        assert_string_equal(record.data, expected);
    }
    ks_buffer_free(&record);
}

/* By score: a rare word beside one that all have decides. */
static void check_scores(void) {
    ks_plan plan = plan_of(with(with(node_of(KS_PLAN_OR), term_of("all")), term_of("m65535")));
    ks_search_memory memory = {0};
    ks_topk topk = {0};
    score(&plan, "all");
    score(&plan, "m65535");
    plan.limit = 2;
    OK(ks_native_search(&view, &plan, &memory, &topk, err));
    assert_int_equal(topk.total, view.records);
    assert_int_equal(topk.count, 2);
    for (size_t i = 0; i < 2; i++) assert_int_equal(atoi(topk.items[i].id.text + 1) % 65535, 0);
    assert_true(topk.items[0].score > 1);
    ks_topk_free(&topk);
    ks_search_memory_free(&memory);
}

static void check_all(is_live *live) {
    open_view();
    assert_int_equal(view.records, count_of(1, 1, live));
    check_words(live);
    check_ids(live);
    check_records();
    ks_view_close(&view);
    OK(ks_test_check(place, err));
}

static void in_one_segment(void **state) {
    (void)state;
    put_range(0, DOCUMENTS);
    open_view();
    assert_int_equal(view.count, 1);
    check_scores();
    ks_view_close(&view);
    check_all(all_live);
}

static void in_several_segments(void **state) {
    ks_writer *writer;
    (void)state;
    for (unsigned i = 0; i < PIECES; i++) put_range(DOCUMENTS / PIECES * i, DOCUMENTS / PIECES * (i + 1));
    open_view();
    assert_int_equal(view.count, PIECES);
    check_scores();
    check_words(all_live);
    ks_view_close(&view);
    writer = write_leaf();
    for (unsigned number = 1; number < DOCUMENTS; number += 3) {
        char id[16];
        snprintf(id, sizeof id, "d%u", number);
        OK(writer->ops->remove(writer, ks_test_term(id), err));
    }
    finish_leaf(writer);
    check_all(no_thirds);
    writer = write_leaf();
    OK(writer->ops->optimize(writer, err));
    finish_leaf(writer);
    check_all(no_thirds);
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(in_one_segment), IN_FOLDER(in_several_segments)};
    return cmocka_run_group_tests(tests, name_words, NULL);
}
