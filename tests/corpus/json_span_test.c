/* Where values end, however the text is cut into pieces. */
#include "corpus/json_span.h"

#include "support.h"

/* Walks with the text shown in pieces that grow by `step` bytes. */
static ks_json_span_state walk(const char *text, size_t step, size_t *at) {
    ks_json_span span = {0};
    size_t whole = strlen(text), shown = 0;
    ks_json_span_state state = KS_SPAN_OPEN;
    *at = 0;
    while (state == KS_SPAN_OPEN && shown < whole) {
        shown = shown + step < whole ? shown + step : whole;
        state = ks_json_span_walk(&span, text, shown, at);
        assert_true(*at <= shown);
    }
    return state;
}

static void ends_of_values(void **state) {
    static const struct {
        const char *text;
        ks_json_span_state state;
        size_t at;
    } cases[] = {
        {"{}", KS_SPAN_CLOSED, 2},
        {"{},", KS_SPAN_CLOSED, 2},
        {"[1,2]]", KS_SPAN_CLOSED, 5},
        {"{\"a\":\"}\"} x", KS_SPAN_CLOSED, 9},
        {"{\"a\\\"}\":[\"]\",{\"\\\\\":1}]},", KS_SPAN_CLOSED, 23},
        {"\"a,]\\\"b\",", KS_SPAN_CLOSED, 8},
        {"\"\\\\\"]", KS_SPAN_CLOSED, 4},
        {"12.5e3,", KS_SPAN_CLOSED, 6},
        {"true ]", KS_SPAN_CLOSED, 4},
        {"nul]", KS_SPAN_CLOSED, 3},
        {"abc{}", KS_SPAN_CLOSED, 3},
        {"tru", KS_SPAN_OPEN, 3},
        {"{\"a", KS_SPAN_OPEN, 3},
        {"[[]", KS_SPAN_OPEN, 3},
        {"\"a\\\"", KS_SPAN_OPEN, 4},
        {"{]", KS_SPAN_BROKEN, 1},
        {"[}", KS_SPAN_BROKEN, 1},
        {"{\"a\":[1},", KS_SPAN_BROKEN, 7},
        {"]", KS_SPAN_BROKEN, 0},
        {"}", KS_SPAN_BROKEN, 0},
        {",", KS_SPAN_BROKEN, 0},
        {":1", KS_SPAN_BROKEN, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t step = 1; step < 12; step++) {
            size_t at = 0;
            if (walk(cases[i].text, step, &at) != cases[i].state || at != cases[i].at)
                fail_msg("%s in pieces of %zu: at %zu", cases[i].text, step, at);
        }
    }
}

static void depth(void **state) {
    char text[2 * KS_JSON_DEPTH + 1];
    size_t at = 0;
    ks_json_span span = {0};
    (void)state;
    for (size_t i = 0; i < KS_JSON_DEPTH; i++) { /* brackets of both kinds, in no regular order */
        bool object = (i * 7 + i / 3) % 2;
        text[i] = object ? '{' : '[';
        text[2 * KS_JSON_DEPTH - 1 - i] = object ? '}' : ']';
    }
    text[2 * KS_JSON_DEPTH] = '\0';
    assert_int_equal(ks_json_span_walk(&span, text, 2 * KS_JSON_DEPTH, &at), KS_SPAN_CLOSED);
    assert_int_equal(at, 2 * KS_JSON_DEPTH);
    span = (ks_json_span){0};
    at = 0;
    text[KS_JSON_DEPTH] = '[';
    assert_int_equal(ks_json_span_walk(&span, text, 2 * KS_JSON_DEPTH, &at), KS_SPAN_DEEP);
    assert_int_equal(at, KS_JSON_DEPTH);
}

static void members(void **state) {
    static const char text[] =
        "{ \"a\" : 1,\"b:,\":\"x,\\\"}\" ,\n\"a\":{\"c\":[1,2]}, \"\":null,\"e\":true}";
    static const char *const values[] = {"1", "\"x,\\\"}\"", "{\"c\":[1,2]}", "null", "true"};
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        size_t start = 0, end = 0;
        ks_json_member(text, sizeof text - 1, i, &start, &end);
        assert_int_equal(end - start, strlen(values[i]));
        assert_memory_equal(text + start, values[i], end - start);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ends_of_values),
        cmocka_unit_test(depth),
        cmocka_unit_test(members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
