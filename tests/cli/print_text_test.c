/* An answer as text: headings, passages, metadata, the line between the tiers, the footer. */
#include "tests/cli/support.h"

#include "cli/printer.h"
#include "cli/text.h"

static char *print_at(const sample *it, size_t width, bool color, bool terminal, size_t offset) {
    sink out;
    sink_open(&out);
    cli_printer printer = {.form = &cli_print_text, .out = out.out, .scores = true, .offset = offset};
    printer.term = (cli_term){.terminal = terminal, .color = color, .width = width};
    cli_printer_print(&printer, &it->results);
    return printed(&out);
}

static void assert_plain(const sample *it, size_t width, const char *expected) {
    char *text = print_at(it, width, false, false, 0);
    assert_string_equal(text, expected);
    free(text);
}

static void test_two_hits(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    assert_plain(&it, 60,
                 " 1  Policy gradients for Pong                          12.50\n"
                 "    A net learns to play.\n"
                 "    paper · Ann, Bob, Cy +2 · 2016-05-31\n"
                 "    https://example.org/1 · paper:1\n"
                 "\n"
                 "── some of the words ───────────────────────────────────────\n"
                 "\n"
                 " 2  Pong from pixels.                                   3.25\n"
                 "    “Rewards make actions likely”\n"
                 "    blog · Ann · May 31 · failed · #policy-gradients #games\n"
                 "    b2\n");
}

static void test_narrow(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    it.results.hits++;
    it.results.hit_count = 1;
    it.results.match = KS_MATCH_ANY;
    assert_plain(&it, 24,
                 " 2  Pong from       3.25\n"
                 "    pixels.\n"
                 "    “Rewards make\n"
                 "     actions likely”\n"
                 "    blog · Ann · May 31\n"
                 "    · failed ·\n"
                 "    #policy-gradients\n"
                 "    #games\n"
                 "    b2\n");
}

static void test_colors(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    it.results.match = KS_MATCH_ANY;
    char *text = print_at(&it, 60, true, false, 0);
    assert_string_equal(
        text, "\033[0;2m 1  \033[0m\033[0;1;33mPolicy\033[0;1m \033[0;1;33mgradients\033[0;1m for Pong\033[0m"
              "                          \033[0;2m12.50\033[0m\n"
              "    A net learns to play.\n"
              "    \033[0;2mpaper · Ann, Bob, Cy +2 · 2016-05-31\033[0m\n"
              "    \033[0;2;4mhttps://example.org/1\033[0;2m · paper:1\033[0m\n"
              "\n"
              "\033[0;2m 2  \033[0m\033[0;1;33mPong\033[0;1m from pixels.\033[0m"
              "                                   \033[0;2m3.25\033[0m\n"
              "    “Rewards make actions likely”\n"
              "    \033[0;2mblog · Ann · May 31 ·\033[0;31m failed\033[0;2m ·\033[0;33m "
              "#policy-gradients\033[0;2m #games\033[0m\n"
              "    \033[0;2mb2\033[0m\n");
    free(text);
}

static char *footer(const sample *it, size_t offset) {
    char *text = print_at(it, 60, false, true, offset), *start = strstr(text, "\n    b2\n\n");
    assert_non_null(start);
    char *copy = strdup(start + strlen("\n    b2\n\n"));
    free(text);
    return copy;
}

static void assert_footer(const sample *it, size_t offset, const char *expected) {
    char *text = footer(it, offset);
    assert_string_equal(text, expected);
    free(text);
}

static void test_footer(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    assert_footer(&it, 0, "2 records · 84 µs\n");
    it.results.total = 17;
    assert_footer(&it, 0, "2 of 17 records · 84 µs · more: --offset 2\n");
    assert_footer(&it, 10, "11–12 of 17 records · 84 µs · more: --offset 12\n");
    assert_footer(&it, 15, "16–17 of 17 records · 84 µs\n");
    it.results.total = 1000;
    it.results.total_is_exact = false;
    it.results.took_us = 812;
    assert_footer(&it, 0, "2 of 1,000+ records · 0.8 ms · more: --offset 2\n");
    it.results.hit_count = 0;
    char *text = print_at(&it, 60, false, true, 0);
    assert_string_equal(text, "");
    free(text);
    sample_make(&it);
    it.results.hits++;
    it.results.hit_count = 1;
    it.results.total = 1;
    assert_footer(&it, 0, "1 record · 84 µs\n");
}

/* The line between the tiers stands only where there are tiers in the order of hits. */
static void test_tiers(void **state) {
    sample it;
    (void)state;
    sample_make(&it);
    it.hits[0].tier = KS_TIER_SOME;
    char *text = print_at(&it, 60, false, false, 0);
    assert_int_equal(strncmp(text, "── some of the words ──", strlen("── some of the words ──")), 0);
    assert_int_equal(count_of(text, "some of the words"), 1);
    free(text);
    it.results.match = KS_MATCH_ALL;
    text = print_at(&it, 60, false, false, 0);
    assert_int_equal(count_of(text, "some of the words"), 0);
    free(text);
    it.results.match = KS_MATCH_AUTO;
    sink out;
    sink_open(&out);
    cli_printer printer = {.form = &cli_print_text, .out = out.out, .term.width = 60};
    cli_printer_print(&printer, &it.results);
    text = printed(&out);
    assert_int_equal(count_of(text, "some of the words"), 0);
    assert_null(strstr(text, "12.50"));
    free(text);
}

static void one_hit(sample *it, const ks_record *record, const ks_passage *passages, size_t count) {
    sample_make(it);
    it->records[0] = *record;
    it->hits[0].passages = passages;
    it->hits[0].passage_count = count;
    it->results.hit_count = 1;
}

static void test_cut_passages(void **state) {
    sample it;
    ks_span span = {4, 8, 4, 8};
    ks_record record = {
        .id = "x", .kind = "blog", .status = "ok", .summary = "It begins like this and goes on and on."};
    ks_passage passages[] = {{"summary", "and goes on", &span, 1, true, true},
                             {"claims", "a claim", NULL, 0, true, true}};
    (void)state;
    one_hit(&it, &record, passages, 2);
    assert_plain(&it, 36,
                 " 1  It begins like this and…   12.50\n"
                 "    …and goes on…\n"
                 "    “…a claim…”\n"
                 "    blog\n"
                 "    x\n");
    passages[0] = (ks_passage){"summary", "It begins like this", &span, 1, false, true};
    assert_plain(&it, 36,
                 " 1  It begins like this…       12.50\n"
                 "    “…a claim…”\n"
                 "    blog\n"
                 "    x\n");
    passages[0] = (ks_passage){"body", "of the body", NULL, 0, true, true};
    assert_plain(&it, 36,
                 " 1  It begins like this and…   12.50\n"
                 "    …of the body…\n"
                 "    “…a claim…”\n"
                 "    blog\n"
                 "    x\n");
}

static void test_without_passages(void **state) {
    sample it;
    const char *tags[] = {"lstm"};
    ks_record record = {.id = "x",
                        .kind = "blog",
                        .status = "ok",
                        .summary = "one two three four five six seven eight nine ten eleven twelve thirteen"};
    (void)state;
    one_hit(&it, &record, NULL, 0);
    assert_plain(&it, 30,
                 " 1  one two three four   12.50\n"
                 "    five six seven eight nine\n"
                 "    ten eleven twelve…\n"
                 "    blog\n"
                 "    x\n");
    record.title = "A title";
    one_hit(&it, &record, NULL, 0);
    assert_plain(&it, 30,
                 " 1  A title              12.50\n"
                 "    one two three four five\n"
                 "    six seven eight nine ten…\n"
                 "    blog\n"
                 "    x\n");
    ks_record bare = {.id = "x", .kind = "blog", .status = "ok", .tags = {tags, 1}};
    one_hit(&it, &bare, NULL, 0);
    assert_plain(&it, 30,
                 " 1  x                    12.50\n"
                 "    blog · #lstm\n"
                 "    x\n");
    bare.url = "https://a";
    bare.id = "https://a";
    one_hit(&it, &bare, NULL, 0);
    assert_plain(&it, 30,
                 " 1  https://a            12.50\n"
                 "    blog · #lstm\n"
                 "    https://a\n");
    bare.body = "The body.";
    one_hit(&it, &bare, NULL, 0);
    assert_plain(&it, 30,
                 " 1  The body.            12.50\n"
                 "    blog · #lstm\n"
                 "    https://a\n");
    ks_passage claim = {"claims", sample_claims[0], NULL, 0, false, false};
    bare.body = NULL;
    bare.claims = (ks_strings){sample_claims, 1};
    one_hit(&it, &bare, &claim, 1);
    assert_plain(&it, 50,
                 " 1  Rewards make actions likely              12.50\n"
                 "    blog · #lstm\n"
                 "    https://a\n");
}

/* Of a hundred tags the first are shown, and what matches; a title ends somewhere. */
static void test_very_much_of_it(void **state) {
    enum { TAGS = 100 };
    static char names[TAGS][8], title[2000];
    const char *tags[TAGS];
    ks_record record = {.id = "x", .kind = "blog", .status = "ok", .title = title, .tags = {tags, TAGS}};
    ks_passage match = {"tags", "t77", NULL, 0, false, false};
    sample it;
    (void)state;
    for (int i = 0; i < TAGS; i++) {
        snprintf(names[i], sizeof names[i], "t%d", i);
        tags[i] = names[i];
    }
    for (size_t at = 0; at + 1 < sizeof title; at++) title[at] = at % 10 ? 'w' : ' ';
    one_hit(&it, &record, &match, 1);
    char *text = print_at(&it, 60, false, false, 0);
    assert_non_null(strstr(text, "blog · #t0 #t1 #t2 #t3 #t4 #t5 #t6 #t7 #t8 #t9 #t10 #t11\n"
                                 "    #t12 #t13 #t14 #t15 #t77 +83\n"
                                 "    x\n"));
    assert_non_null(strstr(text, "…\n    blog"));
    assert_int_equal(count_of(text, "\n"), 11);
    free(text);
}

/* A tag that matches may be there a thousand times: its passages say that it matches, not how often. */
static void test_one_tag_many_times(void **state) {
    enum { TAGS = 1000 };
    const char *tags[TAGS];
    ks_record record = {.id = "x", .kind = "blog", .status = "ok", .title = "t", .tags = {tags, TAGS}};
    ks_passage match = {"tags", "again", NULL, 0, false, false};
    sample it;
    (void)state;
    for (int i = 0; i < TAGS; i++) tags[i] = i % 2 ? "other" : "again";
    one_hit(&it, &record, &match, 1);
    char *text = print_at(&it, 60, false, false, 0);
    assert_int_equal(count_of(text, "#other"), 8);
    assert_int_equal(count_of(text, "#again"), 24);
    assert_non_null(strstr(text, "#again +968\n    x\n"));
    free(text);
}

/* No value and no word, however long, takes more than so many lines, and the id is always there. */
static void test_values_out_of_proportion(void **state) {
    enum { SIZE = 9000, MOST_LINES = 32 };
    static char many[SIZE + 1];
    const char *list[] = {many, "y", many, "z"};
    ks_record good = {.id = "the-id", .kind = "blog", .status = "ok", .title = "t", .url = "u"};
    ks_passage match = {"body", many, NULL, 0, false, true}, claim = {"claims", many, NULL, 0, true, true};
    (void)state;
    memset(many, 'w', SIZE);
    for (int i = 0; i < 7; i++) {
        ks_record record = good;
        sample it;
        if (i == 0) record.kind = many;
        if (i == 1) record.authors = (ks_strings){list, 4};
        if (i == 2) record.status = many;
        if (i == 3) record.url = many;
        if (i == 4) record.tags = (ks_strings){list, 4};
        one_hit(&it, &record, i == 6 ? &claim : &match, i == 5 || i == 6);
        for (size_t width = 20; width <= 100; width += 40) {
            char *text = print_at(&it, width, false, false, 0);
            assert_in_range(count_of(text, "\n"), MOST_LINES + 1, MOST_LINES + 5);
            assert_int_equal(count_of(text, "…"), 1 + (i == 6)); /* where it is cut, where it begins */
            assert_string_equal(strrchr(text, ' ') + 1, "the-id\n");
            free(text);
        }
    }
}

/* Nothing that a record holds reaches the terminal as a control character. */
static void test_no_control_characters(void **state) {
    static const char *const bad[] = {"\033[2J\xC2\x9B\u202E\x07"};
    ks_strings list = {bad, 1};
    ks_passage passages[] = {{"title", bad[0], NULL, 0, false, false},
                             {"summary", bad[0], NULL, 0, true, true},
                             {"claims", bad[0], NULL, 0, false, false},
                             {"tags", bad[0], NULL, 0, false, false}};
    ks_record record = {.id = bad[0],
                        .kind = bad[0],
                        .status = bad[0],
                        .date = bad[0],
                        .url = "\033]8;;x\a",
                        .title = bad[0],
                        .summary = bad[0],
                        .authors = list,
                        .claims = list,
                        .tags = list};
    sample it;
    (void)state;
    one_hit(&it, &record, passages, 4);
    char *text = print_at(&it, 60, false, true, 0);
    for (const char *at = text; *at;) {
        cli_glyph glyph = cli_text_glyph(at, strlen(at));
        assert_true(glyph.safe || *at == ' ' || *at == '\n');
        at += glyph.size;
    }
    free(text);
}

static void test_no_line_is_too_long(void **state) {
    sample it;
    (void)state;
    for (size_t width = 30; width < 130; width++) {
        sample_make(&it);
        char *text = print_at(&it, width, false, true, 0), *rest;
        for (char *line = text; *line; line = rest + 1) {
            rest = strchr(line, '\n');
            assert_true(cli_text_width(line, (size_t)(rest - line)) <= (width < 100 ? width : 100));
        }
        free(text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_hits),
        cmocka_unit_test(test_narrow),
        cmocka_unit_test(test_colors),
        cmocka_unit_test(test_footer),
        cmocka_unit_test(test_tiers),
        cmocka_unit_test(test_cut_passages),
        cmocka_unit_test(test_without_passages),
        cmocka_unit_test(test_very_much_of_it),
        cmocka_unit_test(test_one_tag_many_times),
        cmocka_unit_test(test_values_out_of_proportion),
        cmocka_unit_test(test_no_control_characters),
        cmocka_unit_test(test_no_line_is_too_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
