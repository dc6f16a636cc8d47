/* Passages: what of a hit is shown, where it is cut, and what is marked in it. */
#include "corpus/record.h"
#include "searcher/passages.h"
#include "searcher/plan.h"
#include "tests/searcher/oracle_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int set_up(void **state) {
    (void)state;
    open_oracle();
    put_spec(&(ks_test_spec){.id = "1", .values = "tag:policy-gradients"}); /* that queries can mean */
    return 0;
}

/* The hit that a query makes of a record. */
struct made {
    ks_hit hit;
    ks_record *record;
    ks_arena arena;
};

static void make(struct made *made, const char *query_text, const char *json) {
    ks_query query = {0};
    ks_query_plan plan = {0};
    ks_highlighter highlighter = {0};
    ks_error error = {0};
    *made = (struct made){0};
    if (ks_record_parse(&made->record, json, strlen(json), NULL, &error))
        fail_msg("%s: %s", json, error.message);
    made->hit.record = made->record;
    assert_int_equal(ks_query_parse(&query, query_text, strlen(query_text), &error), KS_OK);
    assert_int_equal(ks_query_plan_make(&plan, &query, index_, 1, &error), KS_OK);
    assert_int_equal(ks_highlighter_make(&highlighter, index_->analyzer, &plan.plan, &error), KS_OK);
    assert_int_equal(ks_passages_make(&made->hit, &made->arena, &highlighter, &error), KS_OK);
    ks_highlighter_free(&highlighter);
    ks_query_plan_free(&plan);
    ks_query_free(&query);
}

static void unmake(struct made *made) {
    ks_record_free(made->record);
    ks_arena_free(&made->arena);
}

/* The passages as "summary: a [word] …", … where the text is cut, parted by " | ". */
static void expect(const char *query, const char *json, const char *expected) {
    struct made made;
    ks_buffer out = {0};
    make(&made, query, json);
    for (size_t i = 0; i < made.hit.passage_count; i++) {
        const ks_passage *passage = &made.hit.passages[i];
        size_t at = 0;
        ks_buffer_format(&out, "%s%s: %s", i ? " | " : "", passage->field, passage->cut_before ? "…" : "");
        for (size_t j = 0; j < passage->span_count; j++) {
            ks_buffer_add(&out, passage->text + at, passage->spans[j].start_byte - at);
            ks_buffer_char(&out, '[');
            at = passage->spans[j].end_byte;
            ks_buffer_add(&out, passage->text + passage->spans[j].start_byte,
                          at - passage->spans[j].start_byte);
            ks_buffer_char(&out, ']');
        }
        ks_buffer_format(&out, "%s%s", passage->text + at, passage->cut_after ? "…" : "");
    }
    assert_string_equal(out.data ? out.data : "", expected);
    ks_buffer_free(&out);
    unmake(&made);
}

static void expect_fields(const char *query, const char *json, const char *expected) {
    struct made made;
    char fields[100] = "";
    make(&made, query, json);
    for (size_t i = 0; i < made.hit.matched_fields.count; i++) {
        strcat(fields, i ? " " : "");
        strcat(fields, made.hit.matched_fields.items[i]);
    }
    assert_string_equal(fields, expected);
    unmake(&made);
}

/* ---- What is marked ---- */

static void words_are_marked(void **state) {
    (void)state;
    expect("pong", "{\"summary\":\"Pong, and PONGS; ping.\"}", "summary: [Pong], and [PONGS]; ping.");
    expect("policy", "{\"title\":\"Policies\"}", "title: [Policies]");
    expect("CIFAR-10", "{\"title\":\"cifar 10 or CIFAR10\"}", "title: [cifar] [10] or [CIFAR10]");
    expect("10", "{\"title\":\"CIFAR10 CIFAR-10\"}", "title: CIFAR[10] CIFAR-[10]");
    expect("c++", "{\"title\":\"C++ and C\"}", "title: [C++] and [C]");
    expect("\"a b\"", "{\"title\":\"a b x a\"}", "title: [a] [b] x [a]");
    expect("pon*", "{\"title\":\"pong pond po\"}", ""); /* of the index: it holds none */
}

static void overlapping_matches_are_one_span(void **state) {
    (void)state;
    expect("t-SNE", "{\"title\":\"On t-SNE\"}", "title: On [t-SNE]");
    expect("\xE6\xA9\x9F\xE6\xA2\xB0\xE5\xAD\xA6",
           "{\"title\":\"\xE6\xA9\x9F\xE6\xA2\xB0\xE5\xAD\xA6\xE7\xBF\x92\"}",
           "title: [\xE6\xA9\x9F\xE6\xA2\xB0\xE5\xAD\xA6]\xE7\xBF\x92");
}

static void only_the_fields_asked_for(void **state) {
    static const char json[] = "{\"title\":\"pong\",\"summary\":\"pong a\",\"claims\":[\"pong b\"]}";
    (void)state;
    expect("title:pong", json, "title: [pong] | summary: pong a");
    expect("claim:pong", json, "claims: [pong] b");
    expect("title:pong a", json, "title: [pong] | summary: pong [a]");
    expect("a -pong", json, "summary: pong [a]");
}

static void whole_tags_are_marked_as_a_whole(void **state) {
    static const char json[] = "{\"tags\":[\"policy-gradients\",\"policy\",\"x\"],\"summary\":\"s\"}";
    (void)state;
    expect("policy gradients", json, "summary: s | tags: [policy-gradients] | tags: [policy]");
    expect("gradients", json, "summary: s | tags: policy-[gradients]");
}

static void order_and_fields(void **state) {
    static const char json[] =
        "{\"body\":\"x b\",\"tags\":[\"x\"],\"claims\":[\"x c\",\"no\",\"x d\",\"x e\"],"
        "\"summary\":\"x s\",\"title\":\"x t\"}";
    (void)state;
    expect("x", json,
           "title: [x] t | summary: [x] s | claims: [x] c | claims: [x] d | body: [x] b | tags: [x]");
    expect_fields("x", json, "title summary claims tags body");
    expect_fields("t", json, "title");
    expect_fields("e", json, "claims");
    expect_fields("no s", json, "summary claims");
    expect_fields("nowhere", json, "");
    expect_fields("title:x", json, "title");
}

static void many_tags(void **state) {
    char json[2000] = "{\"tags\":[\"x0\"";
    struct made made;
    (void)state;
    for (int i = 1; i < 40; i++) sprintf(json + strlen(json), ",\"x%d\"", i);
    strcat(json, "],\"title\":\"x\",\"summary\":\"x\",\"claims\":[\"x\",\"x\",\"x\"],\"body\":\"x\"}");
    make(&made, "x", json);
    assert_int_equal(made.hit.passage_count, 3 + KS_PASSAGE_CLAIMS + KS_PASSAGE_TAGS);
    unmake(&made);
}

/* Memory is taken for what is shown, not for what matched. */
static void a_body_full_of_matches(void **state) {
    enum { SIZE = 600000 };
    char *json = malloc(SIZE + 30);
    struct made made;
    size_t used;
    (void)state;
    assert_non_null(json);
    used = (size_t)sprintf(json, "{\"body\":\"");
    while (used < SIZE) used += (size_t)sprintf(json + used, "x y ");
    sprintf(json + used, "\"}");
    make(&made, "x y", json);
    assert_int_equal(made.hit.passage_count, 1);
    assert_in_range(made.hit.passages[0].span_count, KS_PASSAGE_BYTES / 2 - 20, KS_PASSAGE_BYTES / 2 + 1);
    assert_in_range(made.arena.older + made.arena.size, 1, 40000);
    unmake(&made);
    free(json);
}

/* ---- The lead ---- */

static void something_to_read(void **state) {
    (void)state;
    expect("t", "{\"title\":\"t\",\"summary\":\"s\",\"claims\":[\"c\"],\"body\":\"b\"}",
           "title: [t] | summary: s");
    expect("t", "{\"title\":\"t\",\"claims\":[\"c\",\"d\"],\"body\":\"b\"}", "title: [t] | claims: c");
    expect("t", "{\"title\":\"t\",\"body\":\"b\"}", "title: [t] | body: b");
    expect("t", "{\"title\":\"t\"}", "title: [t]");
    expect("t", "{\"tags\":[\"t\"],\"summary\":\"s\"}", "summary: s | tags: [t]");
    expect("t", "{\"tags\":[\"u\"],\"summary\":\"s\"}", "summary: s");
    expect("b", "{\"summary\":\"s\",\"body\":\"b\"}", "body: [b]");
    expect("", "{\"title\":\"t\",\"summary\":\"s\"}", "summary: s");
}

static void a_long_lead_is_cut(void **state) {
    char json[3000] = "{\"title\":\"t\",\"summary\":\"";
    struct made made;
    (void)state;
    for (int i = 0; i < 200; i++) strcat(json, "some words ");
    strcat(json, "\"}");
    make(&made, "t", json);
    assert_int_equal(made.hit.passage_count, 2);
    assert_false(made.hit.passages[1].cut_before);
    assert_true(made.hit.passages[1].cut_after);
    assert_int_equal(made.hit.passages[1].span_count, 0);
    assert_in_range(strlen(made.hit.passages[1].text), 250, KS_PASSAGE_BYTES + 40);
    unmake(&made);
}

/* ---- UTF-16 ---- */

static void expect_span(const char *query, const char *title, size_t number, size_t start, size_t end,
                        size_t start16, size_t end16) {
    struct made made;
    char json[500];
    const ks_span *span;
    snprintf(json, sizeof json, "{\"title\":\"%s\"}", title);
    make(&made, query, json);
    assert_true(number < made.hit.passages[0].span_count);
    span = &made.hit.passages[0].spans[number];
    assert_int_equal(span->start_byte, start);
    assert_int_equal(span->end_byte, end);
    assert_int_equal(span->start_utf16, start16);
    assert_int_equal(span->end_utf16, end16);
    unmake(&made);
}

static void spans_in_utf16(void **state) {
    (void)state;
    expect_span("pong", "x pong", 0, 2, 6, 2, 6);
    expect_span("pong", "\xC3\xA9 pong", 0, 3, 7, 2, 6);
    expect_span("pong", "\xF0\x9F\x98\x80 pong", 0, 5, 9, 3, 7); /* an emoji is two units */
    expect_span("pong", "pong \xF0\x9F\x98\x80\xF0\x9F\x98\x80 pong", 1, 14, 18, 10, 14);
    expect_span("muller", "M\xC3\xBCller", 0, 0, 7, 0, 6);
    expect_span("muller", "Mu\xCC\x88ller!", 0, 0, 8, 0, 7); /* the mark belongs to the word */
    expect_span("\xE5\xAD\xA6\xE7\xBF\x92", "a \xE5\xAD\xA6\xE7\xBF\x92", 0, 2, 8, 2, 4);
    expect_span("x", "\xF0\x9D\x94\xB5 x", 0, 0, 4, 0, 2); /* mathematical x */
    expect_span("x", "\xF0\x9D\x94\xB5 x", 1, 5, 6, 3, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_marked),          cmocka_unit_test(overlapping_matches_are_one_span),
        cmocka_unit_test(only_the_fields_asked_for), cmocka_unit_test(whole_tags_are_marked_as_a_whole),
        cmocka_unit_test(order_and_fields),          cmocka_unit_test(many_tags),
        cmocka_unit_test(a_body_full_of_matches),    cmocka_unit_test(something_to_read),
        cmocka_unit_test(a_long_lead_is_cut),        cmocka_unit_test(spans_in_utf16),
    };
    return cmocka_run_group_tests(tests, set_up, close_oracle);
}
