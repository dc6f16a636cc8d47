/* Every form of output on random answers, whose texts hold what may stand in captures: control characters,
 * wide and invisible ones, bytes that are no UTF-8. JSON obeys the schema and gives texts back; lines are
 * lines; what is for people never commands a terminal and stays within its width. */
#include "tests/cli/schema_check.h"

#include "cli/printer.h"
#include "cli/text.h"
#include "tests/support/random.h"

enum { ANSWERS = 400, HITS = 4, LONGEST = 300, TEXTS = 12 };

static const char *const pieces[] = {"pong ",
                                     "a ",
                                     "b-c ",
                                     "reinforcement ",
                                     "\xC3\xA4\xC3\xB6 ",
                                     "\xE6\xB7\xB1\xE5\xBA\xA6",
                                     "\xF0\x9F\x98\x80",
                                     "\x1B[31m",
                                     "\x07",
                                     "\n",
                                     "\t",
                                     "\r",
                                     "\xE2\x80\xAE",
                                     "\xCC\x81",
                                     "\xC2\x9B",
                                     "\xFF",
                                     "\"",
                                     "\\",
                                     "<b>",
                                     "  ",
                                     "\xE2\x80\xA8",
                                     "\x7F",
                                     "x"};

static char texts[HITS * TEXTS][LONGEST + 10];
static size_t text_count;
static ks_record records[HITS];
static ks_span spans[HITS][TEXTS];
static ks_passage passages[HITS][3];
static ks_hit hits[HITS];
static ks_results results;

/* ---- Answers at random ---- */

static const char *random_text(size_t most, uint64_t *random) {
    char *out = texts[text_count++];
    size_t count = 1 + ks_test_below(random, most);
    assert_true(text_count <= HITS * TEXTS);
    strcpy(out, "t"); /* never empty */
    for (size_t i = 0; i < count && strlen(out) < LONGEST; i++)
        strcat(out, pieces[ks_test_below(random, sizeof pieces / sizeof *pieces)]);
    return out;
}

static const char *sometimes(size_t most, uint64_t *random) {
    return ks_test_below(random, 3) ? random_text(most, random) : NULL;
}

/* Spans at the edges of characters, in order and apart. */
static ks_passage random_passage(size_t hit, const char *text, uint64_t *random) {
    size_t at = 0, count = 0, size = strlen(text);
    while (at < size && count < TEXTS) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        if (ks_test_below(random, 9) == 0)
            spans[hit][count++] = (ks_span){.start_byte = at, .end_byte = at + glyph.size};
        at += glyph.size;
    }
    return (ks_passage){
        "summary", text, spans[hit], count, ks_test_below(random, 2), ks_test_below(random, 2)};
}

static void random_hit(size_t i, uint64_t *random) {
    static const char *const dates[] = {NULL, "2014", "2014-05", "2014-05-31", "--05-31"};
    static const char *claims[HITS][2], *tags[HITS][2], *authors[HITS][1];
    ks_record *record = &records[i];
    *record = (ks_record){.id = random_text(3, random),
                          .kind = "blog",
                          .status = ks_test_below(random, 2) ? "ok" : "failed",
                          .date = dates[ks_test_below(random, 5)],
                          .url = sometimes(4, random),
                          .title = sometimes(20, random),
                          .summary = random_text(60, random)};
    for (size_t j = 0; j < 2; j++) {
        claims[i][j] = random_text(20, random);
        tags[i][j] = random_text(2, random);
    }
    authors[i][0] = random_text(3, random);
    record->claims = (ks_strings){claims[i], ks_test_below(random, 3)};
    record->tags = (ks_strings){tags[i], ks_test_below(random, 3)};
    record->authors = (ks_strings){authors[i], ks_test_below(random, 2)};
    passages[i][0] = random_passage(i, record->summary, random);
    hits[i] = (ks_hit){i + 1,
                       (double)ks_test_below(random, 1000) / 7,
                       i < 2 ? KS_TIER_ALL : KS_TIER_SOME,
                       record,
                       {NULL, 0},
                       passages[i],
                       ks_test_below(random, 2)};
}

static void random_answer(uint64_t *random) {
    text_count = 0;
    results = (ks_results){.raw = "pong",
                           .parsed = "pong",
                           .match = (ks_match)ks_test_below(random, 3),
                           .engine = "native",
                           .generation = 1,
                           .records = 100,
                           .total_is_exact = ks_test_below(random, 2),
                           .took_us = ks_test_below(random, 10000000),
                           .hits = hits,
                           .hit_count = ks_test_below(random, HITS + 1)};
    results.total = results.hit_count + ks_test_below(random, 2000);
    for (size_t i = 0; i < results.hit_count; i++) random_hit(i, random);
}

static char *print_with(const cli_printer_form *form, size_t width, bool color, bool pretty) {
    sink out;
    cli_printer printer = {.form = form, .fields = CLI_FIELD_ALL, .scores = true, .pretty = pretty};
    sink_open(&out);
    printer.out = out.out;
    printer.term = (cli_term){.terminal = pretty, .color = color, .width = width};
    cli_printer_print(&printer, &results);
    return printed(&out);
}

/* ---- Checks ---- */

/* No control character but line feeds, and escapes only for colors. */
static void assert_safe(const char *text, bool color) {
    for (size_t at = 0, size = strlen(text); at < size;) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        if (color && text[at] == '\x1B') {
            size_t end = at + 1 + strspn(text + at + 1, "[0123456789;");
            assert_true(text[at + 1] == '[' && text[end] == 'm');
            at = end + 1;
            continue;
        }
        if (text[at] != '\n' && cli_text_is_control(glyph.point))
            fail_msg("U+%04X is not safe", (unsigned)glyph.point);
        at += glyph.size;
    }
}

static size_t count_lines(const char *text) {
    return count_of(text, "\n");
}

/* What a text is after a printer has repaired it: bytes that are no UTF-8 become U+FFFD. */
static void assert_same_text(const cJSON *member, const char *text) {
    size_t at = 0, got = 0, size = strlen(text);
    assert_true(cJSON_IsString(member));
    while (at < size) {
        cli_glyph glyph = cli_text_glyph(text + at, size - at);
        cli_glyph twin = cli_text_glyph(member->valuestring + got, strlen(member->valuestring) - got);
        assert_int_equal(twin.point, glyph.point);
        at += glyph.size;
        got += twin.size;
    }
    assert_int_equal(member->valuestring[got], '\0');
}

static void check_object(const char *text) {
    cJSON *whole = cJSON_Parse(text);
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(whole, "hits");
    assert_valid(text, "search");
    assert_int_equal(cJSON_GetArraySize(list), results.hit_count);
    for (size_t i = 0; i < results.hit_count; i++) {
        const cJSON *hit = cJSON_GetArrayItem(list, (int)i);
        assert_same_text(cJSON_GetObjectItemCaseSensitive(hit, "id"), records[i].id);
        assert_same_text(cJSON_GetObjectItemCaseSensitive(hit, "summary"), records[i].summary);
        if (records[i].title)
            assert_same_text(cJSON_GetObjectItemCaseSensitive(hit, "title"), records[i].title);
        assert_true(cJSON_GetObjectItemCaseSensitive(hit, "score")->valuedouble == hits[i].score);
    }
    cJSON_Delete(whole);
}

static void json(void **state) {
    uint64_t random = ks_test_seed(811);
    (void)state;
    for (int i = 0; i < ANSWERS; i++) {
        random_answer(&random);
        for (int pretty = 0; pretty < 2; pretty++) {
            char *text = print_with(&cli_print_json, 80, false, pretty);
            assert_safe(text, false);
            if (!pretty) assert_int_equal(count_lines(text), 1);
            check_object(text);
            free(text);
        }
    }
}

static void lines(void **state) {
    uint64_t random = ks_test_seed(812);
    (void)state;
    for (int i = 0; i < ANSWERS; i++) {
        char *ids, *trec, *jsonl;
        random_answer(&random);
        ids = print_with(&cli_print_ids, 80, false, false);
        trec = print_with(&cli_print_trec, 80, false, false);
        jsonl = print_with(&cli_print_jsonl, 80, false, false);
        assert_safe(ids, false);
        assert_safe(trec, false);
        assert_safe(jsonl, false);
        assert_int_equal(count_lines(ids), results.hit_count);
        assert_int_equal(count_lines(trec), results.hit_count);
        assert_int_equal(count_of(trec, " "), 5 * results.hit_count);
        assert_int_equal(count_lines(jsonl), results.hit_count + 2);
        for (char *line = jsonl, *end; (end = strchr(line, '\n')); line = end + 1) {
            *end = '\0';
            assert_valid(line, NULL);
        }
        free(ids);
        free(trec);
        free(jsonl);
    }
}

/* With colors and without the text is the same, and no line is wider than there is room. */
static void text_for_people(void **state) {
    static const size_t widths[] = {40, 60, 80, 100, 200};
    uint64_t random = ks_test_seed(813);
    (void)state;
    for (int i = 0; i < ANSWERS; i++) {
        size_t width = widths[i % 5];
        char *plain, *colored, *to;
        random_answer(&random);
        plain = print_with(&cli_print_text, width, false, true);
        colored = print_with(&cli_print_text, width, true, true);
        assert_safe(plain, false);
        assert_safe(colored, true);
        for (const char *line = plain, *end; (end = strchr(line, '\n')); line = end + 1)
            assert_true(cli_text_width(line, (size_t)(end - line)) <= width);
        to = colored; /* without its escapes */
        for (const char *from = colored; *from; from++) {
            if (*from != '\x1B')
                *to++ = *from;
            else
                from = strchr(from, 'm');
        }
        *to = '\0';
        assert_string_equal(colored, plain);
        free(plain);
        free(colored);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json),
        cmocka_unit_test(lines),
        cmocka_unit_test(text_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
