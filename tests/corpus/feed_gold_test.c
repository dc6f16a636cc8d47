/* A real capture feed against the truth about it: kind, author, date and status exactly, and the tags. */
#include "support.h"

#include <cjson/cJSON.h>

#ifndef KS_SHARED_DIR
#define KS_SHARED_DIR ""
#endif

static const char feed_path[] = KS_SHARED_DIR "/corpus/karpathy-feed.txt";
static const char gold_path[] = KS_SHARED_DIR "/corpus/karpathy-feed.gold.jsonl";

struct score {
    size_t tags, right;
};

static const char *string_in(const cJSON *object, const char *name) {
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    assert_non_null(value);
    return value;
}

/* "Jun 11" to "--06-11" */
static void yearless(char out[16], const char *text) {
    static const char months[] = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec";
    char month[4] = {text[0], text[1], text[2], '\0'};
    const char *found = strstr(months, month);
    assert_non_null(found);
    snprintf(out, 16, "--%02d-%02d", (int)((found - months) / 4 + 1) % 100, atoi(text + 4) % 100);
}

static void compare_tags(const ks_record *record, const cJSON *tags, struct score *score) {
    const cJSON *tag;
    cJSON_ArrayForEach(tag, tags) {
        score->tags++;
        for (size_t i = 0; i < record->tags.count; i++) {
            if (strcmp(record->tags.items[i], tag->valuestring) != 0) continue;
            score->right++;
            break;
        }
    }
}

static void compare_record(const ks_record *record, const cJSON *truth, struct score *score) {
    char date[16];
    yearless(date, string_in(truth, "date"));
    assert_string_equal(record->date, date);
    assert_string_equal(record->kind, string_in(truth, "kind"));
    assert_int_equal(record->authors.count, 1);
    assert_string_equal(record->authors.items[0], string_in(truth, "author"));
    assert_string_equal(record->status, string_in(truth, "status"));
    assert_non_null(record->summary);
    assert_int_equal(record->claims.count, 1);
    compare_tags(record, cJSON_GetObjectItemCaseSensitive(truth, "tags"), score);
}

/* NULL at the end. */
static ks_record *next_record(ks_source_reader *reader) {
    ks_source_item item;
    assert_int_equal(ks_source_next(reader, &item, NULL), KS_OK);
    assert_int_not_equal(item.event, KS_SOURCE_REJECT);
    return item.record;
}

static void the_real_feed(void **state) {
    const ks_reader_options options = {0};
    ks_source_reader *reader = NULL;
    struct score score = {0};
    uint64_t count = 0;
    size_t size;
    char *gold = read_file(gold_path, &size), *save = NULL;
    (void)state;
    if (!gold || access(feed_path, R_OK) != 0) {
        free(gold);
        skip();
    }
    assert_int_equal(ks_source_open(&reader, feed_path, &options, NULL), KS_OK);
    for (char *line = strtok_r(gold, "\n", &save); line; line = strtok_r(NULL, "\n", &save), count++) {
        cJSON *truth = cJSON_Parse(line);
        ks_record *record = next_record(reader);
        assert_non_null(truth);
        assert_non_null(record);
        assert_int_equal(record->feed_order, 32 - count);
        compare_record(record, truth, &score);
        ks_record_free(record);
        cJSON_Delete(truth);
    }
    assert_null(next_record(reader));
    assert_int_equal(count, 32);
    print_message("%zu of %zu tags\n", score.right, score.tags);
    assert_true(score.right * 100 >= score.tags * 97);
    ks_source_close(reader);
    free(gold);
}

/* The newest record is of June 2020; five times month and day go up on the way to the oldest. */
static void years_of_the_real_feed(void **state) {
    const ks_reader_options options = {.year = 2020};
    ks_source_reader *reader = NULL;
    char newer[16] = "9999-12-31";
    ks_record *record;
    (void)state;
    if (access(feed_path, R_OK) != 0) skip();
    assert_int_equal(ks_source_open(&reader, feed_path, &options, NULL), KS_OK);
    while ((record = next_record(reader)) != NULL) {
        assert_int_equal(strlen(record->date), 10);
        assert_true(strcmp(record->date, newer) <= 0);
        strcpy(newer, record->date);
        ks_record_free(record);
    }
    assert_string_equal(newer, "2015-04-27");
    ks_source_close(reader);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_real_feed),
        cmocka_unit_test(years_of_the_real_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
