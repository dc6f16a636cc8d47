/* Derived ids of thousands of records that differ in one part or where parts end: no two are the same; and of
 * one record however its JSON is written: all are the same. */
#include "corpus/record.h"

#include "support.h"

#include "tests/support/random.h"

enum { MOST = 5000, ID = 17, MEMBERS = 7 };

/* Every value that a member may have here; NULL for absent. */
static const char *const kinds[] = {NULL, "\"a\"", "\"ab\""};
static const char *const authors[] = {NULL, "[\"a\"]", "[\"a\",\"b\"]", "[\"ab\"]", "[\"b\",\"a\"]"};
static const char *const dates[] = {NULL, "\"2020\"", "\"2020-06\""};
static const char *const lists[] = {NULL, "[\"a\"]", "[\"a\",\"b\"]", "[\"ab\"]"};
static const char *const titles[] = {NULL, "\"a\""};
static const char *const bodies[] = {NULL, "\"a\"", "\"b\""};
static const char *const summaries[] = {"\"a\"", "\"b\""};

#define COUNT(values) (sizeof(values) / sizeof *(values))

typedef struct content {
    const char *members[MEMBERS]; /* kind, author, date, title, claims, tags, body or, as the last, summary */
    bool has_summary;
} content;

static const char *const names[] = {"kind", "author", "date", "title", "claims", "tags", "body"};

static char ids[MOST][ID];
static content contents[MOST];
static size_t count;

static void parse_id(char out[ID], const char *text, size_t size) {
    ks_record *record = NULL;
    ks_error error = {0};
    if (ks_record_parse(&record, text, size, NULL, &error)) fail_msg("%s: %s", text, error.message);
    assert_int_equal(strlen(record->id), ID - 1);
    assert_int_equal(strspn(record->id, "0123456789abcdef"), ID - 1);
    strcpy(out, record->id);
    ks_record_free(record);
}

static const char *name_of(const content *it, size_t member) {
    return it->has_summary && member == MEMBERS - 1 ? "summary" : names[member];
}

/* The record with its members in that order and blanks between, some more members among them. */
static void write_record(ks_buffer *out, const content *it, uint64_t *random) {
    static const char *const blanks[] = {"", " ", "\n", "\t "};
    size_t order[MEMBERS];
    bool first = true;
    for (size_t i = 0; i < MEMBERS; i++) order[i] = i;
    for (size_t i = MEMBERS; random && i > 1; i--) {
        size_t other = ks_test_below(random, i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    ks_buffer_char(out, '{');
    for (size_t i = 0; i < MEMBERS; i++) {
        const char *value = it->members[order[i]], *blank = random ? blanks[ks_test_below(random, 4)] : "";
        if (random && ks_test_below(random, 4) == 0) {
            ks_buffer_format(out, "%s\"more%zu\":[%zu]", first ? "" : ",", i, i);
            first = false;
        }
        if (!value) continue;
        ks_buffer_format(out, "%s%s\"%s\"%s:%s%s", first ? "" : ",", blank, name_of(it, order[i]), blank,
                         blank, value);
        first = false;
    }
    ks_buffer_char(out, '}');
}

static void add(content it) {
    ks_buffer text = {0};
    assert_true(count < MOST);
    write_record(&text, &it, NULL);
    parse_id(ids[count], text.data, text.size);
    contents[count++] = it;
    ks_buffer_free(&text);
}

static void add_texts(content it) {
    for (size_t t = 0; t < COUNT(titles); t++)
        for (size_t c = 0; c < COUNT(lists); c++)
            for (size_t g = 0; g < COUNT(lists); g++)
                for (size_t b = 0; b < COUNT(bodies); b++) {
                    it.members[3] = titles[t];
                    it.members[4] = lists[c];
                    it.members[5] = lists[g];
                    it.members[6] = bodies[b];
                    if (titles[t] || lists[c] || lists[g] || bodies[b]) add(it);
                }
}

static int make_all(void **state) {
    (void)state;
    for (size_t k = 0; k < COUNT(kinds); k++)
        for (size_t a = 0; a < COUNT(authors); a++)
            for (size_t d = 0; d < COUNT(dates); d++) {
                content it = {{kinds[k], authors[a], dates[d]}, false};
                add_texts(it);
                for (size_t s = 0; s < COUNT(summaries); s++)
                    add((content){{kinds[k], authors[a], dates[d], NULL, NULL, NULL, summaries[s]}, true});
            }
    return 0;
}

static int by_bytes(const void *left, const void *right) {
    return memcmp(left, right, ID);
}

static void no_two_are_the_same(void **state) {
    static char sorted[MOST][ID];
    (void)state;
    assert_true(count > 4000);
    memcpy(sorted, ids, sizeof sorted);
    qsort(sorted, count, ID, by_bytes);
    for (size_t i = 1; i < count; i++)
        if (memcmp(sorted[i - 1], sorted[i], ID) == 0) fail_msg("two records have the id %s", sorted[i]);
}

static void writing_makes_no_difference(void **state) {
    uint64_t random = ks_test_seed(1171);
    (void)state;
    for (int round = 0; round < 8000; round++) {
        size_t number = ks_test_below(&random, count);
        ks_buffer text = {0};
        char id[ID];
        write_record(&text, &contents[number], &random);
        parse_id(id, text.data, text.size);
        if (strcmp(id, ids[number]) != 0) fail_msg("%s has the id %s, not %s", text.data, id, ids[number]);
        ks_buffer_free(&text);
    }
}

/* A record with a url is that url, whatever else changes. */
static void the_url_alone_counts(void **state) {
    char expected[ID] = "";
    (void)state;
    for (size_t i = 0; i < count; i += 37) {
        ks_buffer text = {0};
        char id[ID];
        write_record(&text, &contents[i], NULL);
        ks_buffer_truncate(&text, text.size - 1);
        ks_buffer_str(&text, ",\"url\":\"https://example.org/x\"}");
        parse_id(id, text.data, text.size);
        if (!*expected) strcpy(expected, id);
        assert_string_equal(id, expected);
        ks_buffer_free(&text);
    }
}

/* The derived id stands in the stored JSON, so that the record keeps it. */
static void a_derived_id_stays(void **state) {
    (void)state;
    for (size_t i = 0; i < count; i += 11) {
        ks_buffer text = {0};
        ks_record *record = NULL, *again = NULL;
        write_record(&text, &contents[i], NULL);
        assert_int_equal(ks_record_parse(&record, text.data, text.size, NULL, NULL), KS_OK);
        assert_int_equal(ks_record_parse(&again, record->json, record->json_size, NULL, NULL), KS_OK);
        assert_string_equal(again->id, record->id);
        assert_string_equal(again->json, record->json);
        ks_record_free(record);
        ks_record_free(again);
        ks_buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_two_are_the_same),
        cmocka_unit_test(writing_makes_no_difference),
        cmocka_unit_test(the_url_alone_counts),
        cmocka_unit_test(a_derived_id_stays),
    };
    return cmocka_run_group_tests(tests, make_all, NULL);
}
