/* What lanes hold when their threads end: little of it waits for the commit, which makes one segment of all;
 * a lane that holds more is written out. */
#include "tests/engines/contract.h"

#include "native/native.h"
#include "native/writer_private.h"

enum { MEMORY = 1 << 22, EIGHTH = MEMORY / 8, LANES = 4 };

static unsigned next_id;

static ks_writer *write_with(size_t memory) {
    ks_writer *writer = NULL;
    OK(engine->write(&writer, place, &(ks_writer_options){.memory = memory}, err));
    return writer;
}

static void lane_put_one(ks_lane *lane) {
    ks_arena own = {0};
    char id[16];
    ks_test_spec spec = {.id = id, .fields = {"word"}};
    ks_document document;
    ks_writer *writer = &lane->writer->base;
    snprintf(id, sizeof id, "d%u", next_id++);
    document = ks_test_document(&own, &spec);
    OK(writer->ops->lane_put(lane, &document, err));
    ks_arena_free(&own);
}

/* Fills the lane up to `bytes`, and a document more if `over`. */
static void fill(ks_lane *lane, size_t bytes, bool over) {
    size_t before = 0, now = 0;
    do {
        lane_put_one(lane);
        before = now;
        now = ks_inverter_bytes(lane->inverter);
    } while (now + 2 * (now - before) < bytes);
    while (over && ks_inverter_bytes(lane->inverter) < bytes) lane_put_one(lane);
}

/* One lane of `count` holds an equal part of an eighth of the memory, or hardly less. */
static void the_limit(void **state) {
    (void)state;
    for (unsigned count = 1; count <= LANES; count++)
        for (int over = 0; over < 2; over++) {
            ks_writer *writer = write_with(MEMORY);
            struct native_writer *w = ks_writer_self(writer);
            ks_lane *lanes[LANES] = {0};
            for (unsigned i = 0; i < count; i++) OK(writer->ops->lane(writer, &lanes[i], err));
            fill(lanes[0], EIGHTH / count, over);
            OK(writer->ops->lane_flush(lanes[0], err));
            assert_int_equal(w->merger.count, over);
            finish(writer);
        }
}

static void leftovers_are_one_segment(void **state) {
    ks_writer *writer = write_with(MEMORY);
    struct native_writer *w = ks_writer_self(writer);
    ks_lane *lanes[LANES] = {0};
    uint64_t generation;
    (void)state;
    for (unsigned i = 0; i < LANES; i++) OK(writer->ops->lane(writer, &lanes[i], err));
    next_id = 0;
    for (unsigned i = 0; i < LANES; i++) fill(lanes[i], EIGHTH / LANES, false);
    for (unsigned i = 0; i < LANES; i++) OK(writer->ops->lane_flush(lanes[i], err));
    OK(writer->ops->commit(writer, &generation, err));
    assert_int_equal(w->view.count, 1);
    assert_int_equal(w->view.leaves[0].segment->documents, next_id);
    writer->ops->close(writer);
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(the_limit), IN_FOLDER(leftovers_are_one_segment)};
    engine = &ks_native_engine;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
