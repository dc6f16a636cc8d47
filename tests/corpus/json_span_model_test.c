/* Where JSON values end, however the text is cut into pieces: random values against where their maker ended
 * them, random bytes against a walk that keeps its brackets in a list, and members of objects against those
 * put in. */
#include "corpus/json_span.h"

#include "support.h"
#include "tests/support/random.h"

enum { ROUNDS = 20000, MOST_MEMBERS = 12 };

static void add_blanks(ks_buffer *out, uint64_t *random) {
    for (size_t n = ks_test_below(random, 6); n > 3; n--)
        ks_buffer_char(out, " \t\n\r"[ks_test_below(random, 4)]);
}

static void add_string(ks_buffer *out, uint64_t *random) {
    static const char *const bits[] = {"a", "\\\"", "\\\\", "{",       "]",        "}",
                                       "[", ",",    ":",    "\\u005c", "\xC3\xA9", " "};
    ks_buffer_char(out, '"');
    for (size_t n = ks_test_below(random, 6); n > 0; n--) ks_buffer_str(out, bits[ks_test_below(random, 12)]);
    ks_buffer_char(out, '"');
}

static void add_value(ks_buffer *out, unsigned depth, uint64_t *random) {
    static const char *const words[] = {"true", "false", "null", "0", "-12.5e+3", "7"};
    size_t kind = ks_test_below(random, depth ? 5 : 2);
    if (kind == 0) {
        ks_buffer_str(out, words[ks_test_below(random, 6)]);
    } else if (kind == 1) {
        add_string(out, random);
    } else {
        bool object = kind > 2;
        ks_buffer_char(out, object ? '{' : '[');
        for (size_t n = ks_test_below(random, 4), i = 0; i < n; i++) {
            if (i) ks_buffer_char(out, ',');
            add_blanks(out, random);
            if (object) {
                add_string(out, random);
                add_blanks(out, random);
                ks_buffer_char(out, ':');
                add_blanks(out, random);
            }
            add_value(out, depth - 1, random);
            add_blanks(out, random);
        }
        ks_buffer_char(out, object ? '}' : ']');
    }
}

/* In pieces of random sizes; each is all that can be read of the text at that time. */
static ks_json_span_state walk(const char *text, size_t size, size_t *at, uint64_t *random) {
    ks_json_span span = {0};
    ks_json_span_state state = KS_SPAN_OPEN;
    size_t shown = 0;
    *at = 0;
    while (state == KS_SPAN_OPEN && shown < size) {
        size_t more = 1 + ks_test_below(random, 1 + ks_test_below(random, 20));
        shown = more < size - shown ? shown + more : size;
        char *piece = malloc(shown);
        assert_non_null(piece);
        memcpy(piece, text, shown);
        state = ks_json_span_walk(&span, piece, shown, at);
        free(piece);
        assert_true(*at <= shown);
        if (state == KS_SPAN_OPEN) assert_int_equal(*at, shown);
    }
    return state;
}

/* Of a word only what follows tells that it has ended. */
static void made_values(void **state) {
    static const char *const behind[] = {",1]", "]", " x", "}", ":", "\n{"};
    uint64_t random = ks_test_seed(4450);
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        ks_buffer text = {0};
        ks_json_shape shape;
        size_t at, size;
        add_value(&text, 5, &random);
        size = text.size;
        assert_int_equal(ks_json_check(text.data, size, &shape, NULL), KS_OK);
        bool word = !strchr("{[\"", text.data[0]);
        assert_int_equal(walk(text.data, size, &at, &random), word ? KS_SPAN_OPEN : KS_SPAN_CLOSED);
        assert_int_equal(at, size);
        if (!word) assert_int_equal(walk(text.data, size - 1, &at, &random), KS_SPAN_OPEN);
        ks_buffer_str(&text, behind[ks_test_below(&random, 6)]);
        assert_int_equal(walk(text.data, text.size, &at, &random), KS_SPAN_CLOSED);
        assert_int_equal(at, size);
        ks_buffer_free(&text);
    }
}

/* One byte at a time, the open brackets as a string of those that would close them. */
static ks_json_span_state walk_naively(const char *text, size_t size, size_t *at) {
    static const char ends[] = " \t\r\n{}[],:\"";
    char open[64] = "";
    size_t depth = 0;
    bool string = false, word = false;
    for (*at = 0; *at < size; ++*at) {
        char c = text[*at];
        if (string && c == '\\') {
            ++*at; /* whatever it is */
            if (*at >= size) break;
        } else if (string) {
            string = c != '"';
            if (!string && !depth) return ++*at, KS_SPAN_CLOSED;
        } else if (word) {
            if (c && strchr(ends, c)) return KS_SPAN_CLOSED;
        } else if (c == '"') {
            string = true;
        } else if (c == '{' || c == '[') {
            open[depth++] = c == '{' ? '}' : ']';
        } else if (c == '}' || c == ']') {
            if (!depth || open[--depth] != c) return KS_SPAN_BROKEN;
            if (!depth) return ++*at, KS_SPAN_CLOSED;
        } else if (!depth) {
            if (c && strchr(ends, c)) return KS_SPAN_BROKEN;
            word = true;
        }
    }
    if (*at > size) *at = size;
    return KS_SPAN_OPEN;
}

static void random_bytes(void **state) {
    static const char letters[] = "{}[]{[\"\"\\\\,: a\0\n";
    uint64_t random = ks_test_seed(4451);
    size_t seen[4] = {0};
    (void)state;
    for (int round = 0; round < 5 * ROUNDS; round++) {
        char text[40];
        size_t size = 1 + ks_test_below(&random, sizeof text), at, wanted_at;
        for (size_t i = 0; i < size; i++) text[i] = letters[ks_test_below(&random, sizeof letters - 1)];
        while (text[0] == ' ' || text[0] == '\n')
            text[0] = letters[ks_test_below(&random, sizeof letters - 1)];
        ks_json_span_state wanted = walk_naively(text, size, &wanted_at);
        ks_json_span_state got = walk(text, size, &at, &random);
        if (got != wanted || at != wanted_at)
            fail_msg("%.*s: %d at %zu, not %d at %zu", (int)size, text, (int)got, at, (int)wanted, wanted_at);
        seen[got]++;
    }
    assert_true(seen[KS_SPAN_OPEN] > ROUNDS / 10 && seen[KS_SPAN_CLOSED] > ROUNDS / 10);
    assert_true(seen[KS_SPAN_BROKEN] > ROUNDS / 10);
}

static void members_of_made_objects(void **state) {
    uint64_t random = ks_test_seed(4452);
    (void)state;
    for (int round = 0; round < ROUNDS / 4; round++) {
        ks_buffer text = {0};
        size_t starts[MOST_MEMBERS], ends[MOST_MEMBERS], count = 1 + ks_test_below(&random, MOST_MEMBERS);
        ks_buffer_char(&text, '{');
        for (size_t i = 0; i < count; i++) {
            if (i) ks_buffer_char(&text, ',');
            add_blanks(&text, &random);
            add_string(&text, &random);
            add_blanks(&text, &random);
            ks_buffer_char(&text, ':');
            add_blanks(&text, &random);
            starts[i] = text.size;
            add_value(&text, 2, &random);
            ends[i] = text.size;
            add_blanks(&text, &random);
        }
        ks_buffer_char(&text, '}');
        for (size_t i = 0; i < count; i++) {
            size_t start = 0, end = 0;
            ks_json_member(text.data, text.size, i, &start, &end);
            assert_int_equal(start, starts[i]);
            assert_int_equal(end, ends[i]);
        }
        ks_buffer_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_values),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(members_of_made_objects),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
