/* Going through the documents of a source while many of them are in memory: those that are many become a
 * segment first, since for each source all that is in memory would be gone through. */
#include "tests/engines/contract.h"

#include "native/native.h"
#include "native/writer_private.h"

enum { SOURCES = 60, MANY = 4097, LITTLE = 500 };

static unsigned char seen[2 * MANY];

static ks_status see(void *context, ks_term id, ks_error *err) {
    unsigned number = (unsigned)strtoul(id.text + 1, NULL, 10);
    (void)err;
    assert_int_equal(number % SOURCES, *(const uint32_t *)context);
    seen[number]++;
    return KS_OK;
}

static void put_range(ks_writer *writer, unsigned from, unsigned to) {
    for (unsigned number = from; number < to; number++) {
        ks_arena own = {0};
        char id[16];
        ks_test_spec spec = {.id = id, .sources = {number % SOURCES}, .source_count = 1};
        ks_document document;
        snprintf(id, sizeof id, "d%u", number);
        spec.fields[KS_FIELD_TITLE] = "word";
        document = ks_test_document(&own, &spec);
        OK(writer->ops->put(writer, &document, err));
        ks_arena_free(&own);
    }
}

/* Each document from `from` to `to` comes once, by its own source, and no other comes. */
static void check_each(ks_writer *writer, unsigned from, unsigned to) {
    memset(seen, 0, sizeof seen);
    for (uint32_t source = 0; source < SOURCES; source++)
        OK(writer->ops->each(writer, source, see, &source, err));
    for (unsigned number = 0; number < sizeof seen; number++)
        assert_int_equal(seen[number], number >= from && number < to);
}

static void many_become_a_segment(void **state) {
    ks_writer *writer = write_index();
    const struct native_writer *w = ks_writer_self(writer);
    (void)state;
    put_range(writer, 0, MANY - 1);
    check_each(writer, 0, MANY - 1);
    assert_int_equal(w->view.count, 0);
    put_range(writer, MANY - 1, MANY);
    check_each(writer, 0, MANY);
    assert_int_equal(w->view.count, 1);
    assert_int_equal(ks_inverter_count(w->inverters[0]), 0);
    put_range(writer, MANY, MANY + LITTLE);
    check_each(writer, 0, MANY + LITTLE);
    assert_int_equal(w->view.count, 1);
    finish(writer);
}

/* What was put again, in memory or in the segment, comes once; what was removed does not come. */
static void replaced_and_removed(void **state) {
    ks_writer *writer = write_index();
    (void)state;
    put_range(writer, 0, MANY);
    check_each(writer, 0, MANY);
    put_range(writer, 0, MANY);
    check_each(writer, 0, MANY);
    put_range(writer, 0, LITTLE);
    for (unsigned number = 0; number < LITTLE / 2; number++) {
        char id[16];
        snprintf(id, sizeof id, "d%u", number);
        OK(writer->ops->remove(writer, ks_test_term(id), err));
    }
    check_each(writer, LITTLE / 2, MANY);
    finish(writer);
    writer = write_index();
    check_each(writer, LITTLE / 2, MANY);
    writer->ops->close(writer);
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(many_become_a_segment), IN_FOLDER(replaced_and_removed)};
    engine = &ks_native_engine;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
