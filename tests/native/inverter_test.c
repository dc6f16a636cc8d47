/* Inverting documents against a naive model: words in any order, documents that come oldest first, newest
 * first or at random, dropped ones, several inverters into one segment, and little room to do it in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/flush_private.h"
#include "tests/native/faults.h"
#include "tests/native/inverter_model.h"

static struct model model;

static int set_up(void **state) {
    return ks_test_folder_setup(state);
}

static int tear_down(void **state) {
    model_free(&model);
    return ks_test_folder_teardown(state);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static ks_inverter *new_inverter(void) {
    ks_inverter *inverter = NULL;
    OK(ks_inverter_new(&inverter, err));
    return inverter;
}

static void check_segment(const char *folder, uint64_t number) {
    ks_segment *segment = NULL;
    OK(ks_segment_open(&segment, folder, number, err));
    assert_same_segment(segment, &model);
    ks_segment_close(segment);
}

enum times { OLDEST_FIRST, NEWEST_FIRST, ANY_ORDER, ALL_AT_ONCE, TIMES };

static uint64_t order_of(enum times times, size_t i, uint64_t *random) {
    switch (times) {
    case OLDEST_FIRST: return i;
    case NEWEST_FIRST: return UINT64_MAX - i;
    case ANY_ORDER: return ks_test_random(random);
    case ALL_AT_ONCE:
    case TIMES: break;
    }
    return 7;
}

/* Adds `count` documents to the inverters in turn, drops some, flushes. */
static void invert(ks_inverter *const *inverters, size_t inverter_count, size_t count, enum times times,
                   const char *folder, uint64_t number, uint64_t *random) {
    uint32_t numbers[MODEL_DOCUMENTS];
    size_t drops = ks_test_below(random, 3) ? count / 5 : 0, before = 0;
    for (size_t i = 0; i < count; i++) {
        size_t at = model_add(&model, order_of(times, i, random), random);
        OK(ks_inverter_add(inverters[i % inverter_count], &model.documents[at], &numbers[i], err));
    }
    for (size_t i = 0; i < drops; i++) {
        size_t which = ks_test_below(random, count);
        ks_inverter_drop(inverters[which % inverter_count], numbers[which]);
        model.live[which] = false;
    }
    for (size_t i = 0; i < inverter_count; i++) before += ks_inverter_bytes(inverters[i]);
    assert_true(before > 0);
    OK(ks_inverter_flush(inverters, inverter_count, folder, number, count % 2, err));
    for (size_t i = 0; i < inverter_count; i++) {
        assert_int_equal(ks_inverter_bytes(inverters[i]), 0);
        assert_int_equal(ks_inverter_count(inverters[i]), 0);
        assert_int_equal(ks_inverter_live_count(inverters[i]), 0);
    }
    check_segment(folder, number);
    model_free(&model);
}

static void random_documents(void **state) {
    static const size_t counts[] = {1, 2, 9, 150, MODEL_DOCUMENTS};
    uint64_t random = ks_test_seed(1), number = 1;
    ks_inverter *inverters[3] = {new_inverter(), new_inverter(), new_inverter()};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
        for (enum times times = 0; times < TIMES; times++)
            invert(inverters, 1 + ks_test_below(&random, 3), counts[i], times, *state, number++, &random);
    for (int i = 0; i < 3; i++) ks_inverter_free(inverters[i]);
    ks_inverter_free(NULL);
}

/* Postings are distributed few at a time, so that a term may be all that is in its turn: the same segment. */
static void little_room(void **state) {
    static const uint32_t most[] = {0, 1, 7, 100, 1000, 5000, UINT32_MAX};
    uint64_t random = ks_test_seed(7);
    for (size_t i = 0; i < sizeof most / sizeof most[0]; i++) {
        ks_inverter *inverters[2] = {new_inverter(), new_inverter()};
        size_t used = 1 + i % 2;
        ks_flush flush = {.inverters = inverters, .count = used, .most = most[i]};
        for (size_t j = 0; j < 200; j++) {
            size_t at = model_add(&model, ks_test_below(&random, 50), &random);
            uint32_t number;
            OK(ks_inverter_add(inverters[j % used], &model.documents[at], &number, err));
            if (ks_test_below(&random, 5)) continue;
            ks_inverter_drop(inverters[j % used], number);
            model.live[at] = false;
        }
        OK(ks_flush_run(&flush, *state, i + 1, i % 3 == 0, err));
        check_segment(*state, i + 1);
        model_free(&model);
        for (int j = 0; j < 2; j++) ks_inverter_free(inverters[j]);
    }
}

/* Positions beyond what a note can tell in one number. */
static void far_away(void **state) {
    static const uint32_t positions[] = {KS_NOTE_MOST - 1, KS_NOTE_MOST, UINT32_MAX - 1};
    ks_inverter *inverter = new_inverter();
    ks_occurrence occurrences[9];
    ks_document document = {.id = {"a", 1}, .hash = {1, 2}, .occurrences = occurrences};
    for (size_t i = 0; i < 3; i++) {
        static const char *const once[] = {"w1", "w2", "w3"}, *const twice[] = {"w4", "w5", "w6"};
        ks_occurrence *next = &occurrences[document.occurrence_count];
        next[0] = (ks_occurrence){model_text(&model, once[i]), positions[i], KS_FIELD_BODY};
        next[1] = (ks_occurrence){model_text(&model, twice[i]), positions[i] - 5, KS_FIELD_TAGS};
        next[2] = (ks_occurrence){model_text(&model, twice[i]), positions[i], KS_FIELD_TAGS};
        document.occurrence_count += 3;
    }
    model.documents[0] = document;
    model.live[0] = true;
    model.count = 1;
    OK(ks_inverter_add(inverter, &document, NULL, err));
    OK(ks_inverter_flush(&inverter, 1, *state, 1, false, err));
    check_segment(*state, 1);
    ks_inverter_free(inverter);
}

/* A document of so many words that the notes could not tell is refused, before any of them is looked at. */
static void too_many_words(void **state) {
    ks_document document = {.id = {"a", 1}, .occurrence_count = KS_NOTE_MOST / 6 + 1};
    ks_inverter *inverter = new_inverter();
    ks_error error = {0};
    (void)state;
    assert_int_equal(ks_inverter_add(inverter, &document, NULL, &error), KS_ERR_TOO_LARGE);
    assert_int_equal(ks_inverter_count(inverter), 0);
    ks_inverter_free(inverter);
}

/* What is known of documents before they are flushed. */
static void looking_at_documents(void **state) {
    uint64_t random = ks_test_seed(2);
    ks_inverter *inverter = new_inverter();
    (void)state;
    for (uint32_t i = 0; i < 300; i++) {
        uint32_t number = UINT32_MAX;
        bool found;
        model_add(&model, i, &random);
        if (i % 3 == 0) { /* asked for before it is there */
            OK(ks_inverter_find(inverter, model.documents[i].id, &found, &number, err));
            assert_false(found);
        }
        OK(ks_inverter_add(inverter, &model.documents[i], &number, err));
        assert_int_equal(number, i);
        assert_int_equal(ks_inverter_count(inverter), i + 1);
    }
    for (uint32_t i = 0; i < 300; i++) {
        const ks_document *expected = &model.documents[i];
        ks_term record;
        ks_segment_document got = ks_inverter_document(inverter, i, &record);
        bool found;
        uint32_t number;
        OK(ks_inverter_find(inverter, expected->id, &found, &number, err));
        assert_true(found && number == i && ks_inverter_is_live(inverter, i));
        assert_int_equal(record.size, expected->stored.size);
        assert_memory_equal(record.text, expected->stored.text, record.size);
        assert_int_equal(got.length, model_length(expected));
        assert_true(got.hash.low == expected->hash.low && got.order == expected->order);
        assert_int_equal(got.source_count, expected->source_count);
    }
    ks_inverter_free(inverter);
}

static void an_id_again_and_again(void **state) {
    uint64_t random = ks_test_seed(3);
    ks_inverter *inverter = new_inverter();
    size_t at = model_add(&model, 1, &random);
    for (uint32_t i = 0; i < 200; i++) {
        uint32_t number = UINT32_MAX;
        bool found;
        OK(ks_inverter_find(inverter, model.documents[at].id, &found, &number, err));
        assert_int_equal(found, i > 0 && i % 5 != 1);
        if (found) {
            assert_int_equal(number, i - 1);
            ks_inverter_drop(inverter, number);
            ks_inverter_drop(inverter, number); /* no matter */
        }
        OK(ks_inverter_add(inverter, &model.documents[at], &number, err));
        assert_int_equal(ks_inverter_live_count(inverter), 1);
        if (i % 5 == 0) ks_inverter_drop(inverter, number);
    }
    OK(ks_inverter_flush(&inverter, 1, *state, 1, false, err));
    check_segment(*state, 1);
    ks_inverter_free(inverter);
}

/* A long value is cut to what a term may have. */
static void long_values(void **state) {
    static char text[1000];
    ks_exact_value value = {KS_EXACT_AUTHOR, {text, sizeof text}};
    ks_document document = {.id = {"a", 1}, .values = &value, .value_count = 1};
    ks_inverter *inverter = new_inverter();
    ks_segment *segment = NULL;
    ks_dict_entry entry;
    bool found;
    memset(text, 'A', sizeof text);
    OK(ks_inverter_add(inverter, &document, NULL, err));
    OK(ks_inverter_flush(&inverter, 1, *state, 1, false, err));
    OK(ks_segment_open(&segment, *state, 1, err));
    OK(ks_dict_find(&segment->dict, (ks_term){text, 255}, &found, &entry, err));
    assert_true(found);
    assert_int_equal(segment->total_length, 0);
    ks_segment_close(segment);
    ks_inverter_free(inverter);
}

/* The figure is what was allocated, more or less; that a document takes little more than its parts. */
static void bytes_are_honest(void **state) {
    uint64_t random = ks_test_seed(4);
    ks_inverter *inverter = new_inverter();
    size_t content = 0, before = 0;
    (void)state;
    for (size_t i = 0; i < MODEL_DOCUMENTS; i++) {
        size_t at = model_add(&model, i, &random);
        OK(ks_inverter_add(inverter, &model.documents[at], NULL, err));
        content += model.documents[at].stored.size + 6 * model.documents[at].occurrence_count;
        assert_true(ks_inverter_bytes(inverter) >= before);
        before = ks_inverter_bytes(inverter);
    }
    assert_true(before > content / 2);
    assert_true(before < 3 * content + 200000);
    ks_inverter_free(inverter);
}

/* ---- When something fails ---- */

static void out_of_memory_while_adding(void **state) {
    uint64_t random = ks_test_seed(5);
    ks_inverter *inverter = new_inverter();
    size_t failures = 0;
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t i = 0; i < 200; i++) {
        size_t at = model_add(&model, i, &random);
        for (size_t nth = 1; nth < 20; nth++) {
            ks_status status;
            bool found;
            uint32_t number;
            ks_test_fail_allocation(nth);
            status = ks_inverter_add(inverter, &model.documents[at], NULL, NULL);
            if (!ks_test_allocation_failed()) {
                assert_int_equal(status, KS_OK);
                break;
            }
            assert_int_equal(status, KS_ERR_NOMEM);
            assert_int_equal(ks_inverter_live_count(inverter), i);
            OK(ks_inverter_find(inverter, model.documents[at].id, &found, &number, err));
            assert_false(found);
            failures++;
        }
    }
    assert_true(failures > 8);
    OK(ks_inverter_flush(&inverter, 1, *state, 1, false, err));
    check_segment(*state, 1);
    ks_inverter_free(inverter);
}

struct flushing {
    const char *folder;
    bool parallel;
    ks_inverter *inverters[2];
};

static ks_status flush_both(void *context, ks_error *err) {
    struct flushing *flushing = context;
    return ks_inverter_flush(flushing->inverters, 2, flushing->folder, 1, flushing->parallel, err);
}

static void prepare(struct flushing *flushing, const char *folder, uint64_t *random) {
    flushing->folder = folder;
    for (size_t i = 0; i < 2; i++) flushing->inverters[i] = new_inverter();
    for (size_t i = 0; i < 120; i++) {
        size_t at = model_add(&model, ks_test_random(random), random);
        OK(ks_inverter_add(flushing->inverters[i % 2], &model.documents[at], NULL, err));
    }
}

/* Nothing is lost by a flush that fails: the one that passes writes it all. */
static void flushes_that_fail(void **state) {
    uint64_t random = ks_test_seed(6);
    for (int kind = 0; kind < 3; kind++) { /* the last in two threads */
        struct flushing flushing = {.parallel = kind == 2};
        char path[KS_TEST_PATH];
        prepare(&flushing, *state, &random);
        if (kind)
            assert_true(each_allocation_fault(*state, flush_both, &flushing) > 20);
        else
            assert_true(each_io_fault(*state, flush_both, &flushing, EIO, KS_ERR_IO) > 3);
        check_segment(*state, 1);
        model_free(&model);
        for (int i = 0; i < 2; i++) ks_inverter_free(flushing.inverters[i]);
        assert_int_equal(remove(ks_test_path(path, *state, "seg-0000000000000001.ks")), 0);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(random_documents),  IN_FOLDER(looking_at_documents), IN_FOLDER(an_id_again_and_again),
        IN_FOLDER(long_values),       IN_FOLDER(bytes_are_honest),     IN_FOLDER(out_of_memory_while_adding),
        IN_FOLDER(flushes_that_fail), IN_FOLDER(little_room),          IN_FOLDER(far_away),
        IN_FOLDER(too_many_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
