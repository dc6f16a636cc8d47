/* What can be a source: files, folders, links, the input; several at once; and records that more than one
 * gives. */
#include "tests/indexer/support.h"

#include <fcntl.h>
#include <zlib.h>

#define REC(id, title) "{\"id\":\"" id "\",\"title\":\"" title "\"}\n"

static const char *make_folder(const char *name) {
    const char *path = path_of(name);
    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

/* ---- Several sources ---- */

static void two_sources(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one")), *b = write_source("b.jsonl", REC("2", "two"));
    (void)state;
    sync_counts(a, b, NULL, "2 2 0 0 0");
    write_source("a.jsonl", "");
    write_source("b.jsonl", "");
    sync_counts(b, NULL, NULL, "1 0 0 1 0"); /* only what is from there goes */
    expect_ids("1");
}

static void a_record_of_two_sources(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one")), *b = write_source("b.jsonl", REC("1", "one"));
    ks_sync_report *report;
    (void)state;
    report = sync_status(KS_OK, a, b, NULL);
    assert_int_equal(report->fresh, 1);
    assert_int_equal(report->duplicates, 1);
    ks_sync_report_free(report);
    write_source("a.jsonl", "");
    sync_counts(a, NULL, NULL, "0 0 0 0 0"); /* the other one still has it */
    expect_ids("1");
    sync_counts(b, NULL, NULL, "1 0 0 0 1");
    write_source("b.jsonl", "");
    sync_counts(b, NULL, NULL, "1 0 0 1 0");
    expect_ids("");
}

static void a_second_source_comes_later(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one")), *b = write_source("b.jsonl", REC("1", "one"));
    (void)state;
    sync_counts(a, NULL, NULL, "1 1 0 0 0");
    sync_counts(b, NULL, NULL, "1 0 0 0 1");
    write_source("a.jsonl", "");
    sync_counts(a, NULL, NULL, "0 0 0 0 0");
    expect_ids("1");
    expect_title("1", "one");
}

static void records_move_between_sources(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one") REC("2", "two"));
    const char *b = write_source("b.jsonl", REC("3", "three"));
    (void)state;
    sync_counts(a, b, NULL, "3 3 0 0 0");
    write_source("a.jsonl", REC("2", "two"));
    write_source("b.jsonl", REC("1", "one") REC("3", "three"));
    sync_counts(a, b, NULL, "3 0 0 0 3");
    write_source("b.jsonl", REC("3", "three"));
    sync_counts(a, b, NULL, "3 0 0 1 2");
    expect_ids("2 3");
}

static void a_record_changes_in_one_of_two_sources(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one")), *b = write_source("b.jsonl", REC("1", "one"));
    (void)state;
    sync_counts(a, b, NULL, "1 1 0 0 0");
    write_source("b.jsonl", REC("1", "uno"));
    sync_counts(a, b, NULL, "1 0 1 0 0");
    expect_title("1", "uno");
    sync_counts(a, NULL, NULL, "1 0 1 0 0");
    expect_title("1", "one");
    write_source("a.jsonl", "");
    write_source("b.jsonl", "");
    sync_counts(a, b, NULL, "1 0 0 1 0");
}

static void a_source_listed_twice_is_read_once(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one"));
    char other[KS_TEST_PATH + 10];
    ks_sync_report *report;
    (void)state;
    snprintf(other, sizeof other, "%s/./a.jsonl", folder);
    report = sync_status(KS_OK, a, a, other);
    assert_int_equal(report->fresh, 1);
    assert_int_equal(report->duplicates, 0);
    ks_sync_report_free(report);
    report = sync_status(KS_OK, folder, a, NULL);
    assert_int_equal(report->unchanged, 1);
    assert_int_equal(report->duplicates, 0);
    ks_sync_report_free(report);
}

/* ---- Folders ---- */

static void a_folder(void **state) {
    const char *dir = make_folder("dir");
    (void)state;
    write_source("dir/a.jsonl", REC("1", "one"));
    write_source("dir/b.json", "[{\"id\":\"2\",\"title\":\"two\"}]");
    make_folder("dir/deep");
    make_folder("dir/deep/er");
    write_source("dir/deep/er/c.ndjson", REC("3", "three"));
    write_source("dir/.hidden.jsonl", REC("4", "four"));
    make_folder("dir/.git");
    write_source("dir/.git/d.jsonl", REC("5", "five"));
    write_source("dir/notes.md", "no records");
    sync_counts(dir, NULL, NULL, "3 3 0 0 0");
    expect_ids("1 2 3");
}

static void an_empty_folder(void **state) {
    (void)state;
    sync_counts(make_folder("dir"), NULL, NULL, "0 0 0 0 0");
    expect_ids("");
}

static void files_that_vanish_from_a_folder(void **state) {
    const char *dir = make_folder("dir"), *b;
    (void)state;
    write_source("dir/a.jsonl", REC("1", "one"));
    b = write_source("dir/b.jsonl", REC("2", "two"));
    sync_counts(dir, NULL, NULL, "2 2 0 0 0");
    assert_int_equal(unlink(b), 0);
    sync_fails(KS_ERR_NOT_FOUND, b, NULL, NULL); /* named itself, it is missed */
    expect_ids("1 2");
    sync_counts(path_of("dir/a.jsonl"), NULL, NULL, "1 0 0 0 1");
    expect_ids("1 2");
    sync_counts(dir, NULL, NULL, "2 0 0 1 1");
    expect_ids("1");
}

static void a_file_renamed_in_a_folder(void **state) {
    const char *dir = make_folder("dir"), *a = write_source("dir/a.jsonl", REC("1", "one"));
    (void)state;
    sync_counts(dir, NULL, NULL, "1 1 0 0 0");
    assert_int_equal(rename(a, path_of("dir/z.jsonl")), 0);
    sync_counts(dir, NULL, NULL, "1 0 0 0 1");
    expect_ids("1");
    write_source("dir/z.jsonl", "");
    sync_counts(dir, NULL, NULL, "1 0 0 1 0");
}

/* A file that only an own name makes a source is not gone because its folder is read. */
static void files_that_a_folder_does_not_show(void **state) {
    const char *dir = make_folder("dir"), *odd = write_source("dir/records.data", REC("1", "one"));
    (void)state;
    write_source("dir/a.jsonl", REC("2", "two"));
    sync_counts(odd, NULL, NULL, "1 1 0 0 0");
    sync_counts(dir, NULL, NULL, "1 1 0 0 0");
    expect_ids("1 2");
    assert_int_equal(unlink(odd), 0);
    sync_counts(dir, NULL, NULL, "2 0 0 1 1");
    expect_ids("2");
}

static void folders_with_like_names(void **state) {
    const char *dir = make_folder("dir"), *other = make_folder("dir2");
    (void)state;
    write_source("dir/a.jsonl", REC("1", "one"));
    write_source("dir2/a.jsonl", REC("2", "two"));
    sync_counts(dir, other, NULL, "2 2 0 0 0");
    assert_int_equal(unlink(path_of("dir2/a.jsonl")), 0);
    sync_counts(dir, NULL, NULL, "1 0 0 0 1"); /* dir2 is not below dir */
    expect_ids("1 2");
}

static void what_is_no_capture_file(void **state) {
    const char *dir = make_folder("dir"),
               *image = write_source("dir/README.txt", "\x89PNG\r\n\x1A\n\x01\x02");
    ks_sync_report *report;
    (void)state;
    write_source("dir/a.jsonl", REC("1", "one"));
    report = sync_status(KS_OK, dir, NULL, NULL); /* a folder may hold other things */
    assert_int_equal(report->fresh, 1);
    assert_int_equal(report->skipped, 1);
    ks_sync_report_free(report);
    sync_fails(KS_ERR_FORMAT, image, NULL, NULL);
    expect_ids("1");
}

/* ---- Links ---- */

static void links(void **state) {
    const char *dir = make_folder("dir"), *a = write_source("a.jsonl", REC("1", "one"));
    (void)state;
    assert_int_equal(symlink(a, path_of("dir/link.jsonl")), 0);
    assert_int_equal(symlink("nowhere", path_of("dir/dangling.jsonl")), 0);
    assert_int_equal(symlink(dir, path_of("dir/round")), 0);
    sync_counts(dir, a, path_of("dir/link.jsonl"), "1 1 0 0 0");
    sync_counts(a, NULL, NULL, "1 0 0 0 1"); /* the link is the same source */
    assert_int_equal(symlink(dir, path_of("to-dir")), 0);
    sync_counts(path_of("to-dir"), NULL, NULL, "1 0 0 0 1");
    sync_fails(KS_ERR_NOT_FOUND, path_of("dir/dangling.jsonl"), NULL, NULL);
}

/* ---- The input ---- */

static int pipe_with(const char *text) {
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
    close(ends[1]);
    return ends[0];
}

/* What comes in that way only adds: nobody can say that it is all. */
static void the_input(void **state) {
    (void)state;
    options.input = pipe_with(REC("1", "one") REC("2", "two"));
    sync_counts("-", NULL, NULL, "2 2 0 0 0");
    assert_int_not_equal(fcntl(options.input, F_GETFD), -1); /* it stays the caller's */
    close(options.input);
    options.input = pipe_with(REC("2", "TWO") REC("3", "three"));
    sync_counts("-", NULL, NULL, "2 1 1 0 0");
    close(options.input);
    expect_ids("1 2 3");
    options.input = -1;
    sync_fails(KS_ERR_IO, "-", NULL, NULL);
}

static void the_input_and_files(void **state) {
    const char *a = write_source("a.jsonl", REC("1", "one"));
    (void)state;
    options.input = pipe_with(REC("2", "two") "broken\n");
    ks_sync_report *report = sync_status(KS_OK, "-", a, "-");
    assert_int_equal(report->fresh, 2);
    assert_int_equal(report->reject_count, 1);
    assert_string_equal(report->rejects[0].source, "-");
    ks_sync_report_free(report);
    close(options.input);
}

/* ---- Forms ---- */

static void gzip(void **state) {
    const char *path = path_of("a.jsonl.gz");
    gzFile file = gzopen(path, "wb");
    (void)state;
    assert_non_null(file);
    assert_true(gzputs(file, REC("1", "one") REC("2", "two")) > 0);
    assert_int_equal(gzclose(file), Z_OK);
    sync_counts(path, NULL, NULL, "2 2 0 0 0");
}

/* A source that breaks off is an error, and then nothing is taken from it. */
static void damaged_gzip(void **state) {
    const char *path = path_of("a.jsonl.gz");
    gzFile file = gzopen(path, "wb");
    size_t size;
    char *bytes;
    (void)state;
    assert_non_null(file);
    for (int i = 0; i < 3000; i++) gzprintf(file, "{\"id\":\"%d\",\"title\":\"t%d\"}\n", i, i * 7919 % 1009);
    assert_int_equal(gzclose(file), Z_OK);
    sync_counts(path, NULL, NULL, "3000 3000 0 0 0");
    bytes = ks_test_read(path, &size);
    ks_test_write(path, bytes, size / 2);
    free(bytes);
    ks_sync_report *report = NULL;
    ks_error error = {0};
    const char *sources[] = {path};
    assert_int_not_equal(ks_sync(&report, place, sources, 1, &options, &error), KS_OK);
    assert_null(report);
    assert_int_equal(generation(), 1);
}

static const char feed[] = "blog / ann / Jun 11\nGarden care.\ngarden-care\n\xE2\x80\x9CWater.\xE2\x80\x9D\n"
                           "blog / bob / Dec 30\nOlder text.\nsoil\n\xE2\x80\x9CMore.\xE2\x80\x9D\n";

static void expect_dates(const char *first, const char *second) {
    ks_index *index = open_index();
    ks_search_options all;
    ks_results *results = NULL;
    ks_search_options_init(&all);
    all.empty_is_all = true;
    all.sort = KS_SORT_NEW;
    assert_int_equal(ks_search(&results, index, "", 0, &all, NULL), KS_OK);
    assert_int_equal(results->hit_count, 2);
    assert_string_equal(results->hits[0].record->date, first);
    assert_string_equal(results->hits[1].record->date, second);
    ks_results_free(results);
    ks_index_close(index);
}

static void the_year_of_a_feed(void **state) {
    const char *a = write_source("a.txt", feed);
    (void)state;
    sync_fails(KS_OK, a, NULL, NULL);
    expect_dates("--06-11", "--12-30");
    options.year = 2020;
    sync_counts(a, NULL, NULL, "2 0 2 0 0");
    expect_dates("2020-06-11", "2019-12-30");
}

static void a_word_list(void **state) {
    const char *a = write_source("a.txt", feed);
    (void)state;
    options.word_list = write_source("words", "garden\ncare\nsoil\n");
    sync_counts(a, NULL, NULL, "2 2 0 0 0");
    options.word_list = path_of("no-words"); /* one that is missing is none */
    sync_counts(a, NULL, NULL, "2 0 0 0 2");
    options.word_list = folder;
    sync_fails(KS_ERR_FORMAT, a, NULL, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(two_sources),
        IN_FOLDER(a_record_of_two_sources),
        IN_FOLDER(a_second_source_comes_later),
        IN_FOLDER(records_move_between_sources),
        IN_FOLDER(a_record_changes_in_one_of_two_sources),
        IN_FOLDER(a_source_listed_twice_is_read_once),
        IN_FOLDER(a_folder),
        IN_FOLDER(an_empty_folder),
        IN_FOLDER(files_that_vanish_from_a_folder),
        IN_FOLDER(a_file_renamed_in_a_folder),
        IN_FOLDER(files_that_a_folder_does_not_show),
        IN_FOLDER(folders_with_like_names),
        IN_FOLDER(what_is_no_capture_file),
        IN_FOLDER(links),
        IN_FOLDER(the_input),
        IN_FOLDER(the_input_and_files),
        IN_FOLDER(gzip),
        IN_FOLDER(damaged_gzip),
        IN_FOLDER(the_year_of_a_feed),
        IN_FOLDER(a_word_list),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
