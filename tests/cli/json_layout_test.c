/* How JSON is laid out, against a printer of whole trees: random trees, compact and pretty, written call by
 * call and as text that is JSON already, whatever its own spacing. */
#include "tests/cli/support.h"

#include "cli/json.h"
#include "tests/support/random.h"

enum { MOST_NODES = 300, DEPTH = 5, TREES = 1500, ROOM = 60000 };

typedef struct node {
    char kind;         /* '{', '[', or 0 for a token */
    bool flat;         /* stays on one line */
    const char *token; /* JSON text */
    size_t first, next;
    const char *name; /* of a member */
} node;

static node nodes[MOST_NODES];
static size_t node_count;

static const char *const tokens[] = {"null",        "true",     "false",       "0",
                                     "-1.5e+10",    "\"\"",     "\"a b\"",     "\"{[,:]}\"",
                                     "\"\\\"\"",    "\"\\\\\"", "\"\\u0007\"", "18446744073709551615",
                                     "\"\xC3\xA4\""};
static const char *const names[] = {"a", "b c", "", "\xC3\xA4", "x:y", "{"};

/* Returns its number; 0 is the root. */
static size_t make_node(unsigned depth, bool may_be_flat, uint64_t *random) {
    size_t number = node_count++, count, last = 0;
    node *it = &nodes[number];
    *it = (node){.token = tokens[ks_test_below(random, sizeof tokens / sizeof *tokens)],
                 .name = names[ks_test_below(random, sizeof names / sizeof *names)]};
    if (depth == 0 || (number && ks_test_below(random, 2))) return number;
    it->kind = ks_test_below(random, 2) ? '{' : '[';
    it->flat = may_be_flat && ks_test_below(random, 4) == 0;
    count = ks_test_below(random, 5);
    for (size_t i = 0; i < count && node_count + 1 < MOST_NODES; i++) {
        size_t child = make_node(depth - 1, may_be_flat, random);
        if (last)
            nodes[last].next = child;
        else
            nodes[number].first = child;
        last = child;
    }
    return number;
}

static void make_tree(bool may_be_flat, uint64_t *random) {
    node_count = 0;
    make_node(DEPTH, may_be_flat, random);
}

/* ---- A printer of whole trees ---- */

static char expected[ROOM], source[ROOM];

static void add(char *out, const char *text) {
    size_t size = strlen(out);
    assert_true(size + strlen(text) < ROOM);
    strcpy(out + size, text);
}

static void add_line(char *out, unsigned depth) {
    add(out, "\n");
    while (depth--) add(out, "  ");
}

static void print_compact(char *out, size_t number) {
    const node *it = &nodes[number];
    if (!it->kind) {
        add(out, it->token);
        return;
    }
    add(out, it->kind == '{' ? "{" : "[");
    for (size_t child = it->first; child; child = nodes[child].next) {
        if (it->kind == '{') {
            add(out, "\"");
            add(out, nodes[child].name);
            add(out, "\":");
        }
        print_compact(out, child);
        if (nodes[child].next) add(out, ",");
    }
    add(out, it->kind == '{' ? "}" : "]");
}

static void print_pretty(char *out, size_t number, unsigned depth, bool flat) {
    const node *it = &nodes[number];
    if (!it->kind) {
        add(out, it->token);
        return;
    }
    flat = flat || it->flat;
    add(out, it->kind == '{' ? "{" : "[");
    for (size_t child = it->first; child; child = nodes[child].next) {
        if (!flat) add_line(out, depth + 1);
        if (it->kind == '{') {
            add(out, "\"");
            add(out, nodes[child].name);
            add(out, "\": ");
        }
        print_pretty(out, child, depth + 1, flat);
        if (nodes[child].next) add(out, flat ? ", " : ",");
    }
    if (!flat && it->first) add_line(out, depth);
    add(out, it->kind == '{' ? "}" : "]");
}

/* ---- The writer ---- */

static void write_node(cli_json *json, size_t number) {
    const node *it = &nodes[number];
    if (!it->kind) {
        cli_json_raw(json, it->token, strlen(it->token));
        return;
    }
    if (it->flat)
        cli_json_begin_flat(json, it->kind);
    else
        cli_json_begin(json, it->kind);
    for (size_t child = it->first; child; child = nodes[child].next) {
        if (it->kind == '{') cli_json_name(json, nodes[child].name);
        write_node(json, child);
    }
    cli_json_end(json, it->kind == '{' ? '}' : ']');
}

static void expect(bool pretty, bool by_text) {
    sink out;
    cli_json json;
    sink_open(&out);
    cli_json_init(&json, out.out, pretty);
    if (by_text)
        cli_json_raw(&json, source, strlen(source));
    else
        write_node(&json, 0);
    cli_json_finish(&json);
    add(expected, "\n");
    assert_printed(&out, expected);
}

static void trees_written_call_by_call(void **state) {
    uint64_t random = ks_test_seed(801);
    (void)state;
    for (int i = 0; i < TREES; i++) {
        make_tree(true, &random);
        expected[0] = '\0';
        print_compact(expected, 0);
        expect(false, false);
        expected[0] = '\0';
        print_pretty(expected, 0, 0, false);
        expect(true, false);
    }
}

/* The tree's text with blanks between its tokens. */
static void spread(size_t number, uint64_t *random) {
    static const char *const blanks[] = {"", "", " ", "\n", "\t", "\r\n", "   "};
    const node *it = &nodes[number];
    add(source, blanks[ks_test_below(random, 7)]);
    if (!it->kind) {
        add(source, it->token);
    } else {
        add(source, it->kind == '{' ? "{" : "[");
        for (size_t child = it->first; child; child = nodes[child].next) {
            add(source, blanks[ks_test_below(random, 7)]);
            if (it->kind == '{') {
                add(source, "\"");
                add(source, nodes[child].name);
                add(source, "\"");
                add(source, blanks[ks_test_below(random, 7)]);
                add(source, ":");
            }
            spread(child, random);
            if (nodes[child].next) add(source, ",");
        }
        add(source, blanks[ks_test_below(random, 7)]);
        add(source, it->kind == '{' ? "}" : "]");
    }
    add(source, blanks[ks_test_below(random, 7)]);
}

static void trees_that_are_text_already(void **state) {
    uint64_t random = ks_test_seed(802);
    (void)state;
    for (int i = 0; i < TREES; i++) {
        make_tree(false, &random);
        source[0] = expected[0] = '\0';
        spread(0, &random);
        print_compact(expected, 0);
        expect(false, true);
        expected[0] = '\0';
        print_pretty(expected, 0, 0, false);
        expect(true, true);
    }
}

/* Text inside of a container that stays on one line stays there too. */
static void text_in_a_flat_container(void **state) {
    uint64_t random = ks_test_seed(803);
    (void)state;
    for (int i = 0; i < TREES / 3; i++) {
        sink out;
        cli_json json;
        make_tree(false, &random);
        source[0] = '\0';
        strcpy(expected, "[0, ");
        spread(0, &random);
        print_pretty(expected, 0, 0, true);
        add(expected, "]\n");
        sink_open(&out);
        cli_json_init(&json, out.out, true);
        cli_json_begin_flat(&json, '[');
        cli_json_count(&json, 0);
        cli_json_raw(&json, source, strlen(source));
        cli_json_end(&json, ']');
        cli_json_finish(&json);
        assert_printed(&out, expected);
    }
}

/* What follows a container that was on one line is on lines of its own again, however deep that was. */
static void lines_after_a_flat_container(void **state) {
    sink out;
    cli_json json;
    (void)state;
    sink_open(&out);
    cli_json_init(&json, out.out, true);
    cli_json_begin(&json, '[');
    cli_json_begin_flat(&json, '[');
    cli_json_begin_flat(&json, '[');
    cli_json_begin(&json, '{');
    cli_json_end(&json, '}');
    cli_json_end(&json, ']');
    cli_json_null(&json);
    cli_json_end(&json, ']');
    cli_json_begin(&json, '[');
    cli_json_null(&json);
    cli_json_end(&json, ']');
    cli_json_end(&json, ']');
    cli_json_finish(&json);
    assert_printed(&out, "[\n  [[{}], null],\n  [\n    null\n  ]\n]\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_written_call_by_call),
        cmocka_unit_test(trees_that_are_text_already),
        cmocka_unit_test(text_in_a_flat_container),
        cmocka_unit_test(lines_after_a_flat_container),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
