/* Crowds of new records whose ids come again and again, before and after a run goes over to lanes, in one
 * source and in several, with the same content and another: every report, the last state of every record and
 * the sources that own it, against arrays; and the same with the lanes filled by bytes instead of numbers. */
#include "tests/indexer/support.h"

#include "base/buffer.h"
#include "engine/engine.h"
#include "indexer/intake.h"
#include "indexer/pending.h"
#include "indexer/source_list.h"
#include "tests/support/random.h"

enum { FEEDS = 3, IDS = 4200, LINES = 70000 };

/* What a feed says, line by line. */
typedef struct feed {
    size_t count;
    struct {
        size_t id;
        unsigned state;
    } lines[LINES];
} feed;

static feed feeds[FEEDS];
static size_t known;           /* ids 0..known - 1 were given out */
static size_t body;            /* bytes of text that each record has besides */
static unsigned state_of[IDS]; /* of what the index must hold: 0 is nothing */
static bool owns[FEEDS][IDS];

/* What a run must report, without the total. */
typedef struct tally {
    uint64_t fresh, changed, removed, unchanged, duplicates, kept;
} tally;

/* ---- Feeds ---- */

static void say_at(feed *it, size_t at, size_t id, unsigned state) {
    if (it->count == LINES) return;
    for (size_t i = it->count++; i > at; i--) it->lines[i] = it->lines[i - 1];
    it->lines[at].id = id;
    it->lines[at].state = state;
}

static unsigned any_state(uint64_t *random) {
    return 1 + (unsigned)ks_test_below(random, 3);
}

/* So many new ids come, most of them once; some at once again, some much later or in another feed. */
static void add_crowd(size_t count, uint64_t *random) {
    feed *home = &feeds[ks_test_below(random, FEEDS)];
    size_t from = known;
    if (count > IDS - known) count = IDS - known;
    for (; known < from + count; known++) {
        unsigned state = any_state(random);
        say_at(home, home->count, known, state);
        if (ks_test_below(random, 30) == 0) say_at(home, home->count, known, state);
        if (ks_test_below(random, 30) == 0) say_at(home, home->count, known, any_state(random));
        if (ks_test_below(random, 10) == 0) {
            size_t id = from + ks_test_below(random, known + 1 - from);
            feed *other = &feeds[ks_test_below(random, FEEDS)];
            say_at(other, other->count, id, any_state(random));
        }
    }
}

/* Lines go, change, and come at any place, of ids old and new, in one feed. */
static void stir(feed *it, uint64_t *random) {
    size_t kept = 0, drop = 1 + ks_test_below(random, 4);
    for (size_t i = 0; i < it->count; i++) {
        if (ks_test_below(random, 40) < drop) continue;
        it->lines[kept] = it->lines[i];
        if (ks_test_below(random, 25) == 0) it->lines[kept].state = any_state(random);
        kept++;
    }
    it->count = kept;
    for (size_t n = known ? ks_test_below(random, body ? 12 : 120) : 0; n; n--)
        say_at(it, ks_test_below(random, it->count + 1), ks_test_below(random, known), any_state(random));
    if (ks_test_below(random, 12) == 0) it->count = 0;
}

static const char *feed_path(size_t number) {
    char name[] = "feed0.jsonl";
    name[4] = (char)('0' + number);
    return path_of(name);
}

static void write_feed(size_t number) {
    ks_buffer text = {0}, rest = {0};
    ks_buffer_str(&text, "");
    ks_buffer_str(&rest, "");
    while (rest.size < body) ks_buffer_str(&rest, "padding of some words ");
    for (size_t i = 0; i < feeds[number].count; i++)
        ks_buffer_format(&text, "{\"id\":\"n%zu\",\"title\":\"n%zu is %u\",\"summary\":\"%s\"}\n",
                         feeds[number].lines[i].id, feeds[number].lines[i].id, feeds[number].lines[i].state,
                         rest.data);
    assert_int_equal(ks_buffer_check(&text, NULL), KS_OK);
    ks_test_write(feed_path(number), text.data, text.size);
    ks_buffer_free(&text);
    ks_buffer_free(&rest);
}

/* ---- Naively ---- */

static bool is_owned(size_t id) {
    for (size_t i = 0; i < FEEDS; i++)
        if (owns[i][id]) return true;
    return false;
}

/* What a run over these feeds, in this order, makes of the arrays. */
static tally run_naively(const bool reads[FEEDS], bool keep) {
    static unsigned before[IDS];
    static bool came[FEEDS + 1][IDS]; /* the last row: in any of them */
    tally out = {0};
    memcpy(before, state_of, sizeof before);
    memset(came, 0, sizeof came);
    for (size_t i = 0; i < FEEDS; i++)
        for (size_t j = 0; reads[i] && j < feeds[i].count; j++) {
            size_t id = feeds[i].lines[j].id;
            if (came[FEEDS][id]) out.duplicates++;
            came[i][id] = came[FEEDS][id] = owns[i][id] = true;
            state_of[id] = feeds[i].lines[j].state;
        }
    for (size_t id = 0; id < IDS; id++) {
        if (came[FEEDS][id])
            *(!before[id] ? &out.fresh : before[id] == state_of[id] ? &out.unchanged : &out.changed) += 1;
        for (size_t i = 0; i < FEEDS; i++) {
            if (!reads[i] || !owns[i][id] || came[i][id]) continue;
            owns[i][id] = keep;
            out.kept += keep;
        }
        if (!state_of[id] || is_owned(id)) continue;
        state_of[id] = 0;
        out.removed++;
    }
    return out;
}

/* ---- The index ---- */

static ks_sync_report *run_truly(const bool reads[FEEDS], bool keep) {
    const char *paths[FEEDS];
    size_t count = 0;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    options.keep_missing = keep;
    for (size_t i = 0; i < FEEDS; i++)
        if (reads[i]) paths[count++] = feed_path(i);
    if (ks_sync(&report, place, paths, count, &options, &error)) fail_msg("%s", error.message);
    return report;
}

static void check_report(const ks_sync_report *report, const tally *expected) {
    assert_int_equal(report->fresh, expected->fresh);
    assert_int_equal(report->changed, expected->changed);
    assert_int_equal(report->removed, expected->removed);
    assert_int_equal(report->unchanged, expected->unchanged);
    assert_int_equal(report->duplicates, expected->duplicates);
    assert_int_equal(report->kept, expected->kept);
    assert_int_equal(report->reject_count, 0);
    assert_int_equal(report->total,
                     expected->fresh + expected->changed + expected->removed + expected->unchanged);
}

static void check_owners(const ks_document_state *document, const ks_source_table *table, size_t id) {
    size_t count = 0;
    for (size_t i = 0; i < FEEDS; i++) count += owns[i][id];
    assert_int_equal(document->source_count, count);
    for (size_t i = 0; i < document->source_count; i++) {
        const char *name, *last;
        assert_true(document->sources[i] < table->count);
        assert_true(i == 0 || document->sources[i] > document->sources[i - 1]);
        name = table->names[document->sources[i]];
        last = strrchr(name, '/');
        assert_non_null(last);
        assert_true(owns[last[5] - '0'][id]);
    }
}

/* Every id that ever was: whether it is there, in which state, and whose it is. */
static void check_index(void) {
    const ks_engine *engine = NULL;
    ks_writer *writer = NULL;
    ks_source_table table = {0};
    ks_index *index = open_index();
    assert_int_equal(ks_engine_by_name(&engine, engine_name, NULL), KS_OK);
    assert_int_equal(engine->write(&writer, place, NULL, NULL), KS_OK);
    assert_int_equal(ks_source_table_load(&table, writer, NULL), KS_OK);
    for (size_t id = 0; id < known; id++) {
        char name[24], title[60];
        ks_document_state document = {0};
        ks_record *record = NULL;
        int size = snprintf(name, sizeof name, "n%zu", id);
        assert_int_equal(writer->ops->find(writer, (ks_term){name, (uint32_t)size}, &document, NULL), KS_OK);
        assert_int_equal(document.found, state_of[id] != 0);
        if (document.found) {
            check_owners(&document, &table, id);
            assert_int_equal(ks_index_record(&record, index, name, NULL), KS_OK);
            snprintf(title, sizeof title, "%s is %u", name, state_of[id]);
            assert_string_equal(record->title, title);
        }
        ks_record_free(record);
        free(document.sources);
    }
    ks_source_table_free(&table);
    writer->ops->close(writer);
    ks_index_close(index);
}

static tally run_and_check(const bool reads[FEEDS], bool keep) {
    tally expected = run_naively(reads, keep);
    ks_sync_report *report = run_truly(reads, keep);
    check_report(report, &expected);
    ks_sync_report_free(report);
    check_index();
    return expected;
}

/* ---- Histories ---- */

static void forget(size_t bytes) {
    memset(feeds, 0, sizeof feeds);
    memset(state_of, 0, sizeof state_of);
    memset(owns, 0, sizeof owns);
    known = 0;
    body = bytes;
}

/* Runs after crowds of new ones and after small changes, over all feeds and over some. */
static void history(uint64_t seed, unsigned threads, size_t runs, size_t crowd, size_t bytes) {
    static const bool all[FEEDS] = {true, true, true};
    uint64_t random = seed;
    tally sum = {0}, again;
    forget(bytes);
    options.threads = threads;
    for (size_t n = 0; n < runs; n++) {
        bool reads[FEEDS], some = ks_test_below(&random, 3) == 0, keep = n % 3 == 1;
        tally got;
        for (size_t i = 0; i < FEEDS; i++) {
            if (n) stir(&feeds[i], &random);
            reads[i] = !some || i == n % FEEDS || ks_test_below(&random, 2);
        }
        if (n % 2 == 0) add_crowd(crowd, &random);
        for (size_t i = 0; i < FEEDS; i++) write_feed(i);
        got = run_and_check(reads, keep);
        sum.fresh += got.fresh;
        sum.changed += got.changed;
        sum.removed += got.removed;
        sum.duplicates += got.duplicates;
        sum.kept += got.kept;
    }
    run_and_check(all, false);
    again = run_and_check(all, false); /* nothing is left to do */
    assert_int_equal(again.fresh + again.changed + again.removed, 0);
    if (crowd > KS_INTAKE_RECORDS) /* among so many there is some of each */
        assert_true(sum.fresh > crowd && sum.changed && sum.removed && sum.duplicates && sum.kept);
}

static void crowds_in_one_thread(void **state) {
    (void)state;
    history(ks_test_seed(501), 1, 3, KS_INTAKE_RECORDS + 300, 0);
}

static void crowds_in_three_threads(void **state) {
    (void)state;
    history(ks_test_seed(502), 3, 6, KS_INTAKE_RECORDS + 300, 0);
    assert_true(known > 3 * KS_INTAKE_RECORDS);
}

/* Few records that are so large that their bytes start the threads, after some forty. */
static void large_ones_in_three_threads(void **state) {
    (void)state;
    history(ks_test_seed(503), 3, 4, 60, KS_INTAKE_BYTES / 40);
}

/* One id among many new ones, in every state, once in front of and twice behind the point where threads
 * start; then by itself, and gone. */
static void one_id_on_both_sides(void **state) {
    static const bool all[FEEDS] = {true, true, true}, first[FEEDS] = {true}, second[FEEDS] = {false, true};
    (void)state;
    for (unsigned mask = 0; mask < 8; mask += 3) { /* every bit both ways */
        tally got;
        set_up(state);
        forget(0);
        options.threads = 3;
        known = KS_INTAKE_RECORDS + 200;
        for (size_t id = 0; id < known; id++) say_at(&feeds[0], id, id, 1);
        say_at(&feeds[0], feeds[0].count, 3, 1 + (mask & 1));
        say_at(&feeds[0], feeds[0].count, 3, 1 + (mask >> 1 & 1));
        say_at(&feeds[1], 0, 3, 1 + (mask >> 2 & 1));
        say_at(&feeds[1], 1, known - 1, 2);
        for (size_t i = 0; i < FEEDS; i++) write_feed(i);
        got = run_and_check(all, false);
        assert_int_equal(got.fresh, known);
        assert_int_equal(got.duplicates, 4);
        feeds[0].count = 3;
        write_feed(0);
        got = run_and_check(first, false);
        assert_int_equal(got.removed, known - 5); /* two are the second feed's as well */
        feeds[1].count = 0;
        write_feed(1);
        got = run_and_check(second, mask & 1);
        assert_int_equal(mask & 1 ? got.kept : got.removed, 2);
        ks_test_folder_teardown(state);
    }
}

/* So many come under ids of new ones that they cannot wait for the end of the run: the writer gets to know
 * what is new, which stays new, and what comes then is settled at the end. */
static void more_than_can_wait(void **state) {
    static const bool all[FEEDS] = {true, true, true};
    bool lanes = strcmp(engine_name, "native") == 0; /* without them nothing waits */
    size_t most = lanes ? KS_PENDING_BYTES / KS_PENDING_EACH : 1000;
    tally got;
    (void)state;
    forget(0);
    options.threads = 3;
    known = 20;
    for (size_t id = 0; id < known; id++) say_at(&feeds[0], id, id, 1);
    for (size_t i = 0; i < most; i++) say_at(&feeds[0], feeds[0].count, i % 10, i % 9001 ? 1 : 2);
    for (size_t id = 5; id < 15; id++) say_at(&feeds[1], feeds[1].count, id, id % 3 ? 1 : 3);
    for (size_t i = 0; i < FEEDS; i++) write_feed(i);
    got = run_and_check(all, false);
    assert_int_equal(got.fresh, known);
    assert_int_equal(got.duplicates, most + 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(crowds_in_one_thread),        IN_FOLDER(crowds_in_three_threads),
        IN_FOLDER(large_ones_in_three_threads), IN_FOLDER(more_than_can_wait),
        cmocka_unit_test(one_id_on_both_sides),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
