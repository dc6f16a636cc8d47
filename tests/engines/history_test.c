/* The engine contract: random histories of putting, replacing and removing in many commits; after each, all
 * that a reader tells must be what the oracle tells. */
#include "tests/engines/contract.h"

#include "tests/support/oracle.h"

enum { IDS = 90, COMMITS = 12, CHANGES = 40, PLANS = 60 };

static const char *ids[IDS];

static void make_ids(void) {
    for (size_t i = 0; i < IDS; i++) {
        char text[600];
        size_t size = (size_t)snprintf(text, sizeof text, "%s%zu", i % 3 ? "id/" : "\xC3\xA9", i);
        if (i % 10 == 9) size += (size_t)snprintf(text + size, sizeof text - size, "%0300zu", i);
        ids[i] = ks_arena_copy(&arena, text, size);
        assert_non_null(ids[i]);
    }
}

static void change(ks_writer *writer, ks_oracle *oracle, uint64_t *random) {
    const char *id = ids[ks_test_below(random, IDS)];
    if (ks_test_below(random, 4) == 0) {
        remove_id(writer, id);
        ks_oracle_remove(oracle, id);
    } else {
        ks_document document = ks_test_random_document(&arena, id, random);
        OK(writer->ops->put(writer, &document, err));
        ks_oracle_put(oracle, &document);
    }
}

static void compare(ks_reader *reader, ks_oracle *oracle, uint64_t *random) {
    ks_arena plans = {0};
    ks_assert_same_content(ks_oracle_reader(oracle), reader, ids, IDS);
    for (int i = 0; i < PLANS; i++) {
        ks_plan plan = ks_test_random_plan(&plans, random, ids, IDS);
        ks_assert_same_topk(ks_oracle_reader(oracle), reader, &plan);
    }
    ks_arena_free(&plans);
}

static void run_history(uint64_t seed) {
    ks_oracle *oracle = ks_oracle_new("english");
    uint64_t random = seed;
    make_ids();
    for (uint64_t commit = 1; commit <= COMMITS; commit++) {
        ks_writer *writer = write_index();
        ks_reader *reader;
        size_t changes = commit == 1 ? 2 * IDS : ks_test_below(&random, CHANGES);
        for (size_t i = 0; i < changes; i++) change(writer, oracle, &random);
        assert_int_equal(finish(writer), commit);
        if (ks_test_below(&random, 3) == 0) { /* one that gives up in between */
            ks_document document = ks_test_random_document(&arena, ids[0], &random);
            writer = write_index();
            OK(writer->ops->put(writer, &document, err));
            writer->ops->close(writer);
        }
        reader = read_index();
        compare(reader, oracle, &random);
        close_reader(reader);
    }
    ks_oracle_free(oracle);
}

static void a_history(void **state) {
    (void)state;
    run_history(ks_test_seed(1));
}

static void another_history(void **state) {
    (void)state;
    run_history(ks_test_seed(2));
}

/* Everything goes, and comes again. */
static void down_to_nothing_and_up(void **state) {
    ks_oracle *oracle = ks_oracle_new("english");
    uint64_t random = ks_test_seed(3);
    (void)state;
    make_ids();
    for (int round = 0; round < 3; round++) {
        ks_writer *writer = write_index();
        ks_reader *reader;
        for (size_t i = 0; i < IDS; i++) {
            ks_document document = ks_test_random_document(&arena, ids[i], &random);
            OK(writer->ops->put(writer, &document, err));
            ks_oracle_put(oracle, &document);
        }
        finish(writer);
        reader = read_index();
        compare(reader, oracle, &random);
        close_reader(reader);
        writer = write_index();
        for (size_t i = 0; i < IDS; i++) {
            remove_id(writer, ids[i]);
            ks_oracle_remove(oracle, ids[i]);
        }
        finish(writer);
        reader = read_index();
        assert_int_equal(records_of(reader), 0);
        compare(reader, oracle, &random);
        close_reader(reader);
    }
    ks_oracle_free(oracle);
}

static const struct CMUnitTest tests[] = {
    IN_FOLDER(a_history),
    IN_FOLDER(another_history),
    IN_FOLDER(down_to_nothing_and_up),
};

RUN_FOR_EACH_ENGINE(tests)
