/* Keeping an index in step with its sources: what goes in, what changes, what goes out, and what is told. */
#include "tests/indexer/support.h"

#include <dirent.h>

#define REC(id, title) "{\"id\":\"" id "\",\"title\":\"" title "\"}\n"

/* ---- Counts ---- */

static void a_new_index(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two"));
    ks_sync_report *report;
    (void)state;
    report = sync_status(KS_OK, a, NULL, NULL);
    assert_int_equal(report->total, 2);
    assert_int_equal(report->fresh, 2);
    assert_int_equal(report->changed, 0);
    assert_int_equal(report->removed, 0);
    assert_int_equal(report->unchanged, 0);
    assert_int_equal(report->duplicates, 0);
    assert_int_equal(report->kept, 0);
    assert_int_equal(report->repaired, 0);
    assert_int_equal(report->reject_count, 0);
    assert_int_equal(report->generation, 1);
    ks_sync_report_free(report);
    expect_ids("1 2");
}

static void new_changed_removed_unchanged(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two") REC("3", "three"));
    (void)state;
    sync_counts(a, NULL, NULL, "3 3 0 0 0");
    write_source("a.jsonl", REC("4", "four") REC("2", "TWO") REC("3", "three"));
    sync_counts(a, NULL, NULL, "4 1 1 1 1");
    expect_ids("2 3 4");
    expect_title("2", "TWO");
    assert_int_equal(generation(), 2);
}

static void changes_outside_of_what_is_indexed(void **state) {
    const char *a = write_source("a.jsonl", "{\"id\":\"1\",\"title\":\"one\",\"stars\":1}");
    (void)state;
    sync_counts(a, NULL, NULL, "1 1 0 0 0");
    write_source("a.jsonl", "{\"id\":\"1\",\"title\":\"one\",\"stars\":2}");
    sync_counts(a, NULL, NULL, "1 0 1 0 0");
}

static void an_emptied_source(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one"));
    (void)state;
    sync_counts(a, NULL, NULL, "1 1 0 0 0");
    write_source("a.jsonl", "");
    sync_counts(a, NULL, NULL, "1 0 0 1 0");
    expect_ids("");
}

/* The index's files, names, sizes and times, as one text. */
static void fingerprint(char *out, size_t size) {
    struct dirent **entries = NULL;
    int count = scandir(place, &entries, NULL, alphasort);
    size_t used = 0;
    assert_true(count > 2);
    for (int i = 0; i < count; i++) {
        char path[KS_TEST_PATH];
        struct stat info;
        assert_int_equal(stat(ks_test_path(path, place, entries[i]->d_name), &info), 0);
        if (S_ISREG(info.st_mode) && info.st_size) {
            size_t bytes;
            char *text = ks_test_read(path, &bytes);
            uint64_t sum = 0;
            for (size_t at = 0; at < bytes; at++) sum = sum * 31 + (unsigned char)text[at];
            free(text);
            used += (size_t)snprintf(out + used, size - used, "%s %zu %llu\n", entries[i]->d_name, bytes,
                                     (unsigned long long)sum);
        }
        free(entries[i]);
    }
    free(entries);
}

static void nothing_is_written_when_nothing_changed(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two"));
    char before[4000], after[4000];
    (void)state;
    sync_counts(a, NULL, NULL, "2 2 0 0 0");
    fingerprint(before, sizeof before);
    for (int i = 0; i < 3; i++) {
        ks_sync_report *report = sync_status(KS_OK, a, NULL, NULL);
        assert_int_equal(report->unchanged, 2);
        assert_int_equal(report->generation, 1);
        ks_sync_report_free(report);
    }
    fingerprint(after, sizeof after);
    assert_string_equal(before, after);
    assert_int_equal(generation(), 1);
}

/* Also where one id comes more than once. */
static void nothing_changed_with_duplicates(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("1", "two"));
    const char *b = write_source("b.jsonl", REC("1", "three"));
    (void)state;
    sync_counts(a, b, NULL, "1 1 0 0 0");
    sync_counts(a, b, NULL, "1 0 0 0 1");
    assert_int_equal(generation(), 1);
    expect_title("1", "three");
    write_source("a.jsonl", REC("1", "one") REC("1", "TWO"));
    sync_counts(a, b, NULL, "1 0 0 0 1");
    assert_int_equal(generation(), 1);
    write_source("b.jsonl", REC("1", "THREE"));
    sync_counts(a, b, NULL, "1 0 1 0 0");
    expect_title("1", "THREE");
    assert_int_equal(generation(), 2);
}

static void duplicates(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two") REC("1", "uno") REC("1", "eins"));
    ks_sync_report *report;
    (void)state;
    report = sync_status(KS_OK, a, NULL, NULL);
    assert_int_equal(report->total, 2);
    assert_int_equal(report->fresh, 2);
    assert_int_equal(report->changed, 0);
    assert_int_equal(report->duplicates, 2);
    ks_sync_report_free(report);
    expect_ids("1 2");
    expect_title("1", "eins");
}

/* ---- Rejects ---- */

static const char with_rejects[] =
    REC("1", "one") "{\"id\":\"2\"}\n" REC("3", "three") "no JSON\n" REC("4", "four");

static void rejects_are_told_and_the_rest_goes_in(void **state) {
    const char *a = write_source("a.jsonl", with_rejects);
    ks_sync_report *report;
    (void)state;
    report = sync_status(KS_OK, a, NULL, NULL);
    assert_int_equal(report->total, 5);
    assert_int_equal(report->fresh, 3);
    assert_int_equal(report->reject_count, 2);
    assert_string_equal(report->rejects[0].source, a);
    assert_int_equal(report->rejects[0].line, 2);
    assert_int_equal(report->rejects[0].byte, strlen(REC("1", "one")));
    assert_int_not_equal(report->rejects[0].reason[0], 0);
    assert_int_equal(report->rejects[1].line, 4);
    ks_sync_report_free(report);
    expect_ids("1 3 4");
}

static void strict(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one"));
    ks_sync_report *report;
    char before[4000], after[4000];
    (void)state;
    options.strict = true;
    sync_counts(a, NULL, NULL, "1 1 0 0 0");
    fingerprint(before, sizeof before);
    write_source("a.jsonl", with_rejects);
    report = sync_status(KS_ERR_REJECTED, a, NULL, NULL);
    assert_int_equal(report->total, 5);
    assert_int_equal(report->reject_count, 2);
    assert_int_equal(report->rejects[1].line, 4);
    assert_int_equal(report->generation, 1);
    ks_sync_report_free(report);
    fingerprint(after, sizeof after);
    assert_int_equal(generation(), 1);
    expect_ids("1");
}

static void strict_without_an_index(void **state) {
    const char *a = write_source("a.jsonl", with_rejects);
    ks_index *index = NULL;
    (void)state;
    options.strict = true;
    sync_fails(KS_ERR_REJECTED, a, NULL, NULL);
    assert_int_equal(ks_index_open(&index, place, NULL), KS_ERR_NO_INDEX);
}

static void many_rejects(void **state) {
    FILE *file = fopen(path_of("a.jsonl"), "w");
    ks_sync_report *report;
    (void)state;
    assert_non_null(file);
    for (int i = 0; i < 1000; i++) fprintf(file, "no %d\n", i);
    assert_int_equal(fclose(file), 0);
    report = sync_status(KS_OK, path_of("a.jsonl"), NULL, NULL);
    assert_int_equal(report->reject_count, 1000);
    for (size_t i = 0; i < 1000; i++) {
        assert_int_equal(report->rejects[i].line, i + 1);
        assert_string_equal(report->rejects[i].source, path_of("a.jsonl"));
    }
    ks_sync_report_free(report);
    ks_sync_report_free(NULL);
}

/* What is missing from a source with rejects may be one of these. */
static void an_unreliable_source_loses_nothing(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two") REC("3", "three"));
    const char *b = write_source("b.jsonl", REC("5", "five") REC("6", "six"));
    ks_sync_report *report;
    (void)state;
    sync_counts(a, b, NULL, "5 5 0 0 0");
    write_source("a.jsonl", REC("1", "one") "broken\n");
    write_source("b.jsonl", REC("5", "five"));
    report = sync_status(KS_OK, a, b, NULL);
    assert_int_equal(report->kept, 2);
    assert_int_equal(report->removed, 1);
    ks_sync_report_free(report);
    expect_ids("1 2 3 5");
    write_source("a.jsonl", REC("1", "one"));
    sync_counts(a, NULL, NULL, "3 0 0 2 1");
    expect_ids("1 5");
}

static void keeping_what_is_missing(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two"));
    ks_sync_report *report;
    (void)state;
    sync_counts(a, NULL, NULL, "2 2 0 0 0");
    write_source("a.jsonl", REC("2", "two") REC("3", "three"));
    options.keep_missing = true;
    report = sync_status(KS_OK, a, NULL, NULL);
    assert_int_equal(report->kept, 1);
    assert_int_equal(report->removed, 0);
    assert_int_equal(report->fresh, 1);
    ks_sync_report_free(report);
    expect_ids("1 2 3");
    options.keep_missing = false;
    sync_counts(a, NULL, NULL, "3 0 0 1 2");
    expect_ids("2 3");
}

static void repaired_text(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "o\xFFne\xC3") REC("2", "two"));
    ks_sync_report *report;
    (void)state;
    report = sync_status(KS_OK, a, NULL, NULL);
    assert_int_equal(report->repaired, 2);
    assert_int_equal(report->fresh, 2);
    ks_sync_report_free(report);
    expect_title("1", "o\xEF\xBF\xBDne\xEF\xBF\xBD");
}

/* ---- Progress ---- */

struct seen {
    uint64_t bytes, records, total, calls;
    bool committing;
};

static void look(void *context, const ks_sync_progress *progress) {
    struct seen *seen = context;
    assert_true(progress->bytes_read >= seen->bytes);
    assert_true(progress->records >= seen->records);
    assert_true(progress->bytes_total == 0 || progress->bytes_read <= progress->bytes_total);
    assert_false(seen->committing);
    seen->committing = progress->source == NULL;
    seen->bytes = progress->bytes_read;
    seen->records = progress->records;
    seen->total = progress->bytes_total;
    seen->calls++;
}

static const char *write_many(const char *name, int first, int count) {
    const char *path = path_of(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = first; i < first + count; i++)
        fprintf(file, "{\"id\":\"%d\",\"title\":\"title %d\"}\n", i, i);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void progress(void **state) {
    const char *a = write_many("a.jsonl", 0, 1500), *b = write_many("b.jsonl", 1000, 1500);
    struct seen seen = {0};
    struct stat first, second;
    (void)state;
    options.progress = look;
    options.context = &seen;
    sync_counts(a, b, NULL, "2500 2500 0 0 0");
    assert_int_equal(stat(a, &first), 0);
    assert_int_equal(stat(b, &second), 0);
    assert_true(seen.committing);
    assert_true(seen.calls > 3);
    assert_int_equal(seen.records, 3000);
    assert_int_equal(seen.total, first.st_size + second.st_size);
    assert_int_equal(seen.bytes, seen.total);
}

/* Of a stream nobody knows the size. */
static void progress_with_a_stream(void **state) {
    const char *a = write_many("a.jsonl", 0, 2000), *b = write_many("b.jsonl", 2000, 600);
    struct seen seen = {0};
    FILE *input = fopen(a, "r");
    (void)state;
    assert_non_null(input);
    options.progress = look;
    options.context = &seen;
    options.input = fileno(input);
    sync_counts("-", b, NULL, "2600 2600 0 0 0");
    assert_int_equal(seen.total, 0);
    assert_int_equal(seen.records, 2600);
    fclose(input);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(a_new_index),
        IN_FOLDER(new_changed_removed_unchanged),
        IN_FOLDER(changes_outside_of_what_is_indexed),
        IN_FOLDER(an_emptied_source),
        IN_FOLDER(nothing_is_written_when_nothing_changed),
        IN_FOLDER(nothing_changed_with_duplicates),
        IN_FOLDER(duplicates),
        IN_FOLDER(rejects_are_told_and_the_rest_goes_in),
        IN_FOLDER(strict),
        IN_FOLDER(strict_without_an_index),
        IN_FOLDER(many_rejects),
        IN_FOLDER(an_unreliable_source_loses_nothing),
        IN_FOLDER(keeping_what_is_missing),
        IN_FOLDER(repaired_text),
        IN_FOLDER(progress),
        IN_FOLDER(progress_with_a_stream),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
