/* Random histories of sources against a model of a few lines: which records there are, what each run reports,
 * and that a run that finds nothing new writes nothing. */
#include "tests/indexer/support.h"

#include "base/buffer.h"
#include "tests/support/random.h"

enum { FILES = 4, IDS = 12, LINES = 14 };

/* A line of a source: a record of an id and a version, or a reject. */
typedef struct line {
    bool reject;
    int id, version;
} line;

typedef struct source {
    bool there;
    line lines[LINES];
    size_t count;
} source;

/* A record of the index. */
typedef struct held {
    bool there;
    int version;
    unsigned sources; /* a bit for each */
} held;

typedef struct counts {
    size_t fresh, changed, removed, unchanged, duplicates, kept, rejects;
} counts;

static source sources[FILES];
static held index_of[IDS];

static const char *path_of_source(size_t i) {
    char name[40];
    snprintf(name, sizeof name, "feed/s%zu.jsonl", i);
    return path_of(name);
}

static void write_lines(size_t i) {
    ks_buffer text = {0};
    ks_buffer_str(&text, "");
    for (size_t k = 0; k < sources[i].count; k++) {
        const line *it = &sources[i].lines[k];
        if (it->reject)
            ks_buffer_format(&text, "{\"id\":\"id%d\"}\n", it->id);
        else
            ks_buffer_format(&text, "{\"id\":\"id%d\",\"title\":\"version %d of %d\"}\n", it->id, it->version,
                             it->id);
    }
    ks_test_write(path_of_source(i), text.data, text.size);
    ks_buffer_free(&text);
}

/* A few lines change; now and then a source is written anew, vanishes or comes back. */
static void change_source(size_t i, uint64_t *random) {
    source *it = &sources[i];
    size_t kind = ks_test_below(random, 10);
    if (kind == 0 && it->there) {
        assert_int_equal(unlink(path_of_source(i)), 0);
        it->there = false;
        it->count = 0;
        return;
    }
    if (kind == 1) it->count = 0;
    for (size_t n = ks_test_below(random, 4); n; n--) {
        line next = {.reject = ks_test_below(random, 12) == 0,
                     .id = (int)ks_test_below(random, IDS),
                     .version = (int)ks_test_below(random, 3)};
        size_t at = ks_test_below(random, LINES);
        if (at < it->count)
            it->lines[at] = next;
        else if (it->count < LINES)
            it->lines[it->count++] = next;
    }
    if (it->count && ks_test_below(random, 3) == 0) it->count--;
    it->there = true;
    write_lines(i);
}

/* ---- The model ---- */

typedef struct run {
    bool reads[FILES];  /* the sources that are read, in the order of their numbers */
    bool covers[FILES]; /* those whose files, if they are gone, count as emptied */
    bool strict, keep;
} run;

static counts model_run(const run *it) {
    held before[IDS];
    bool seen[IDS] = {false}, sighted[FILES][IDS] = {{false}}, unreliable[FILES] = {false};
    counts sum = {0};
    memcpy(before, index_of, sizeof before);
    for (size_t i = 0; i < FILES; i++) {
        for (size_t k = 0; it->reads[i] && k < sources[i].count; k++) {
            const line *l = &sources[i].lines[k];
            held *record = &index_of[l->id];
            if (l->reject) {
                sum.rejects++;
                unreliable[i] = true;
                continue;
            }
            sum.duplicates += seen[l->id];
            sum.fresh += !seen[l->id] && !record->there;
            seen[l->id] = sighted[i][l->id] = true;
            *record = (held){true, l->version, record->sources | 1u << i};
        }
    }
    for (size_t id = 0; id < IDS; id++) {
        if (!seen[id] || !before[id].there) continue;
        sum.changed += index_of[id].version != before[id].version;
        sum.unchanged += index_of[id].version == before[id].version;
    }
    for (size_t i = 0; i < FILES; i++)
        for (size_t id = 0; (it->reads[i] || it->covers[i]) && id < IDS; id++) {
            held *record = &index_of[id];
            if (!(record->sources & 1u << i) || sighted[i][id]) continue;
            if (it->keep || unreliable[i]) {
                sum.kept++;
                continue;
            }
            record->sources &= ~(1u << i);
            if (record->sources) continue;
            *record = (held){0};
            sum.removed++;
        }
    if (it->strict && sum.rejects) memcpy(index_of, before, sizeof before);
    return sum;
}

/* ---- The index against it ---- */

static void check_index(void) {
    ks_index *index = open_index();
    ks_index_info info;
    size_t there = 0;
    for (int id = 0; id < IDS; id++) {
        ks_record *record = NULL;
        char name[20], title[60];
        ks_status status;
        snprintf(name, sizeof name, "id%d", id);
        status = ks_index_record(&record, index, name, NULL);
        assert_int_equal(status, index_of[id].there ? KS_OK : KS_ERR_NOT_FOUND);
        if (!record) continue;
        snprintf(title, sizeof title, "version %d of %d", index_of[id].version, id);
        assert_string_equal(record->title, title);
        ks_record_free(record);
        there++;
    }
    assert_int_equal(ks_index_describe(&info, index, NULL), KS_OK);
    assert_int_equal(info.records, there);
    ks_index_close(index);
}

static ks_sync_report *do_run(const run *it, ks_status expected) {
    const char *paths[FILES + 1];
    size_t count = 0;
    ks_sync_report *report = NULL;
    ks_error error = {0};
    ks_status status;
    options.strict = it->strict;
    options.keep_missing = it->keep;
    if (it->covers[0]) paths[count++] = path_of("feed");
    for (size_t i = 0; i < FILES && !it->covers[0]; i++)
        if (it->reads[i]) paths[count++] = path_of_source(i);
    status = ks_sync(&report, place, paths, count, &options, &error);
    if (status != expected) fail_msg("status %d: %s", (int)status, error.message);
    assert_non_null(report);
    return report;
}

static void check_report(const ks_sync_report *report, const counts *sum) {
    assert_int_equal(report->fresh, sum->fresh);
    assert_int_equal(report->changed, sum->changed);
    assert_int_equal(report->removed, sum->removed);
    assert_int_equal(report->unchanged, sum->unchanged);
    assert_int_equal(report->duplicates, sum->duplicates);
    assert_int_equal(report->kept, sum->kept);
    assert_int_equal(report->reject_count, sum->rejects);
    assert_int_equal(report->total, sum->fresh + sum->changed + sum->removed + sum->unchanged + sum->rejects);
}

/* A run of all that is there as a folder, or of some sources by name. */
static run random_run(uint64_t *random) {
    run it = {.strict = ks_test_below(random, 6) == 0, .keep = ks_test_below(random, 5) == 0};
    bool whole = ks_test_below(random, 2), any = false;
    for (size_t i = 0; i < FILES; i++) {
        it.covers[i] = whole;
        it.reads[i] = sources[i].there && (whole || ks_test_below(random, 2));
        any = any || it.reads[i];
    }
    for (size_t i = 0; i < FILES && !any && !whole; i++) any = it.reads[i] = sources[i].there;
    for (size_t i = 0; i < FILES && !any; i++) it.covers[i] = true;
    return it;
}

static void a_history(uint64_t seed, int runs) {
    uint64_t random = seed, last = 0;
    memset(sources, 0, sizeof sources);
    memset(index_of, 0, sizeof index_of);
    assert_int_equal(mkdir(path_of("feed"), 0700), 0);
    for (int n = 0; n < runs; n++) {
        run it;
        counts sum;
        ks_sync_report *report;
        for (size_t i = 0; i < FILES; i++)
            if (n == 0 || ks_test_below(&random, 2)) change_source(i, &random);
        it = random_run(&random);
        if (n == 0) it.strict = false;
        sum = model_run(&it);
        report = do_run(&it, it.strict && sum.rejects ? KS_ERR_REJECTED : KS_OK);
        if (it.strict && sum.rejects) {
            assert_int_equal(report->reject_count, sum.rejects);
            assert_int_equal(generation(), last);
        } else {
            check_report(report, &sum);
            if (n && sum.fresh + sum.changed + sum.removed) assert_int_equal(report->generation, last + 1);
            assert_true(report->generation == last || report->generation == last + 1);
        }
        ks_sync_report_free(report);
        check_index();
        it.strict = false; /* the same once more, and then it finds nothing to do */
        sum = model_run(&it);
        ks_sync_report_free(do_run(&it, KS_OK));
        last = generation(); /* the run may have noted new sources */
        sum = model_run(&it);
        report = do_run(&it, KS_OK);
        check_report(report, &sum);
        assert_int_equal(sum.fresh + sum.changed + sum.removed, 0);
        assert_int_equal(report->generation, last);
        ks_sync_report_free(report);
    }
    {
        ks_check_report checked;
        ks_error error = {0};
        if (ks_index_check(&checked, place, &error)) fail_msg("%s", error.message);
    }
}

static void one_history(void **state) {
    (void)state;
    a_history(ks_test_seed(1001), 60);
}

static void another_history(void **state) {
    (void)state;
    options.threads = 3;
    a_history(ks_test_seed(1002), 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {IN_FOLDER(one_history), IN_FOLDER(another_history)};
    RUN_FOR_EACH_ENGINE(tests);
}
