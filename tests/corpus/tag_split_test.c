/* The splitter of glued tags: small feeds of several domains, odd input, determinism, failing calls, and the
 * shared example feed against its truth where it is there. */
#include "corpus/tag_split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef KS_SHARED_DIR
#define KS_SHARED_DIR ""
#endif

enum { LINE = 4096, TAGS = 512, LINES = 128 };

/* A summary and its tags with spaces between them; the splitter sees the tags glued. */
typedef struct sample {
    const char *text, *tags;
} sample;

static const sample kitchen[] = {
    {"Sourdough bread rises slowly in a cold kitchen, since wild yeast likes warmth. A longer fermentation "
     "gives "
     "the dough more flavour and the crust a deeper colour.",
     "sourdough bread-baking wild-yeast fermentation"},
    {"Pickled cabbage is a fermentation too: salt keeps moulds away while lactic bacteria turn sugar into "
     "acid.",
     "fermentation pickled-cabbage lactic-bacteria food-preservation"},
    {"Cast iron pans need a thin coat of oil baked on. The seasoning of a pan fails when the coat is thick.",
     "cast-iron pan-seasoning kitchen-tools"},
    {"Knife skills save time in the kitchen: a sharp knife, a steady board and onions cut the same way each "
     "time.",
     "knife-skills kitchen-tools onions"},
    {"A bread oven of clay holds its heat for hours. The baking starts with pizza and ends with bread.",
     "clay-oven bread-baking pizza"},
    {"Tomato sauce tastes best of tomatoes roasted first, with garlic, olive oil and a little sugar.",
     "tomato-sauce roasted-tomatoes olive-oil garlic"},
};

static const sample sky[] = {
    {"A small telescope shows the moons of Jupiter and the rings of Saturn, if the night is dark and the air "
     "calm.",
     "small-telescope jupiter-moons saturn-rings night-sky"},
    {"Variable stars change in brightness over days. Amateur observers send their estimates to a shared "
     "archive.",
     "variable-stars amateur-observers brightness-estimates"},
    {"Light pollution hides faint galaxies. Filters help little; a drive to a dark valley helps more.",
     "light-pollution faint-galaxies dark-valley night-sky"},
    {"Spectra of the nearest stars reveal planets by the wobble they cause: radial velocity, measured in "
     "metres a "
     "second.",
     "radial-velocity spectra nearest-stars planets"},
    {"The comet brightened near the sun and grew a tail of dust, seen by observers from the valley.",
     "comet dust-tail observers"},
};

static void glue(char *out, const char *tags) {
    for (; *tags; tags++)
        if (*tags != ' ') *out++ = *tags;
    *out = '\0';
}

/* Splits a line and writes it with spaces at the boundaries. */
static void split(const ks_tag_splitter *s, const char *line, char *out) {
    size_t ends[LINE], count, at = 0;
    ks_error err;
    assert_int_equal(ks_tag_splitter_split(s, line, strlen(line), ends, LINE, &count, &err), KS_OK);
    for (size_t i = 0; i < count; i++) {
        if (i) *out++ = ' ';
        assert_true(ends[i] > at);
        memcpy(out, line + at, ends[i] - at);
        out += ends[i] - at;
        at = ends[i];
    }
    assert_int_equal(at, strlen(line));
    *out = '\0';
}

static ks_tag_splitter *new_splitter(void) {
    ks_tag_splitter *s = NULL;
    assert_int_equal(ks_tag_splitter_new(&s, NULL), KS_OK);
    return s;
}

static void add_text(ks_tag_splitter *s, const char *text) {
    assert_int_equal(ks_tag_splitter_add_text(s, text, strlen(text), NULL), KS_OK);
}

static void add_tags(ks_tag_splitter *s, const char *line) {
    assert_int_equal(ks_tag_splitter_add_tags(s, line, strlen(line), NULL), KS_OK);
}

static void add_samples(ks_tag_splitter *s, const sample *samples, size_t count) {
    char line[LINE];
    for (size_t i = 0; i < count; i++) {
        add_text(s, samples[i].text);
        glue(line, samples[i].tags);
        add_tags(s, line);
    }
}

static ks_tag_splitter *learnt(const sample *samples, size_t count) {
    ks_tag_splitter *s = new_splitter();
    add_samples(s, samples, count);
    assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    return s;
}

static void check_samples(const sample *samples, size_t count) {
    ks_tag_splitter *s = learnt(samples, count);
    char line[LINE], found[LINE];
    for (size_t i = 0; i < count; i++) {
        glue(line, samples[i].tags);
        split(s, line, found);
        assert_string_equal(found, samples[i].tags);
    }
    ks_tag_splitter_free(s);
}

static void cooking(void **state) {
    (void)state;
    check_samples(kitchen, sizeof kitchen / sizeof *kitchen);
}

static void astronomy(void **state) {
    (void)state;
    check_samples(sky, sizeof sky / sizeof *sky);
}

/* A line that was never added is split with what the feed has taught. */
static void unseen_line(void **state) {
    ks_tag_splitter *s = learnt(kitchen, sizeof kitchen / sizeof *kitchen);
    char found[LINE];
    (void)state;
    split(s, "garliconionskitchen-toolssourdough", found);
    assert_string_equal(found, "garlic onions kitchen-tools sourdough");
    split(s, "Bread-BakingPizza", found);
    assert_string_equal(found, "Bread-Baking Pizza");
    ks_tag_splitter_free(s);
}

/* A name that no text has is known by coming back beside different neighbours. */
static void recurring_name(void **state) {
    static const sample feed[] = {
        {"Notes on rivers and floods.", "river-floods zubkrow"},
        {"Notes on bridges of stone.", "zubkrow stone-bridges"},
        {"Notes on harbours and their walls.", "harbour-walls zubkrow"},
        {"Notes on towers.", "towers zubkrow stone-bridges"},
    };
    (void)state;
    check_samples(feed, sizeof feed / sizeof *feed);
}

/* Prefixes, suffixes and plurals do not come off; a hyphen in the text joins. */
static void whole_words(void **state) {
    static const sample feed[] = {
        {"We re-print old maps of the coast and the printer keeps the plate.", "reprint old-maps coast"},
        {"An engine was rebuilt by two engineers; the engines of the time leaked.",
         "engineering engine-rebuild"},
        {"A map of walks by the sea, with its tides.", "maps walking sea-tides"},
        {"The coast and the sea in winter: old plates and new prints.", "coast sea-tides printing"},
    };
    (void)state;
    check_samples(feed, sizeof feed / sizeof *feed);
}

static void word_list(void **state) {
    static const char words[] = "lantern\r\nmarigold\nmarigolds\nharvest\ndrum's\n\nthimble";
    ks_tag_splitter *s = new_splitter();
    char found[LINE];
    (void)state;
    assert_int_equal(ks_tag_splitter_add_words(s, words, sizeof words - 1, NULL), KS_OK);
    add_tags(s, "lanternmarigold-harvestthimble");
    assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    split(s, "lanternmarigold-harvestthimble", found);
    assert_string_equal(found, "lantern marigold-harvest thimble");
    ks_tag_splitter_free(s);
}

/* Letters outside ASCII are letters, and no boundary is inside one. */
static void other_scripts(void **state) {
    static const sample feed[] = {
        {"Élevage en montagne, fromage d'été et lait cru.", "élevage fromage-d’été lait-cru"},
        {"Le lait de montagne et l’élevage; un fromage affiné.", "fromage élevage montagne"},
        {"Москва и зима: снег на улице.", "москва зима снег-на-улице"},
        {"機械 と 学習", "機械-学習"},
    };
    ks_tag_splitter *s = learnt(feed, sizeof feed / sizeof *feed);
    char found[LINE], line[LINE];
    (void)state;
    for (size_t i = 0; i < sizeof feed / sizeof *feed; i++) {
        glue(line, feed[i].tags);
        split(s, line, found);
        for (const char *p = found; *p; p++)
            if (*p == ' ') assert_int_not_equal((unsigned char)p[1] & 0xC0, 0x80);
        if (i != 0) assert_string_equal(found, feed[i].tags);
    }
    split(s, "\xC3\xA9\xA9\xA9\xFF\xFE\xC3", found); /* not UTF-8: no more than safe */
    ks_tag_splitter_free(s);
}

/* ---- Odd input ------------------------------------------------------------------------------------- */

static void empty_feed(void **state) {
    ks_tag_splitter *s = new_splitter();
    size_t ends[1], count = 7;
    char found[LINE];
    (void)state;
    add_tags(s, "");
    add_text(s, "");
    assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_split(s, "", 0, ends, 0, &count, NULL), KS_OK);
    assert_int_equal(count, 0);
    split(s, "a", found);
    assert_string_equal(found, "a");
    ks_tag_splitter_free(s);
}

static void hyphens(void **state) {
    static const char *const odd[] = {
        "-", "---", "-bread", "bread-", "bread--baking", "-a-", "a-b-c-d-e-f-g-h-i-j-k-l"};
    ks_tag_splitter *s = new_splitter();
    char found[LINE];
    (void)state;
    add_samples(s, kitchen, sizeof kitchen / sizeof *kitchen);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) add_tags(s, odd[i]);
    assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        split(s, odd[i], found);
        assert_string_equal(found, odd[i]);
    }
    ks_tag_splitter_free(s);
}

static void long_lines(void **state) {
    size_t size = (size_t)1 << 20, *ends = malloc(size * sizeof *ends), count;
    ks_tag_splitter *s = new_splitter();
    char *line = malloc(size);
    (void)state;
    assert_non_null(line);
    assert_non_null(ends);
    for (size_t i = 0; i < size; i++) line[i] = (char)('a' + (i * i + i / 7) % 26);
    assert_int_equal(ks_tag_splitter_add_tags(s, line, size, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_add_tags(s, line, KS_TAG_LINE_LIMIT, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_add_text(s, line, size, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_add_words(s, line, size, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    assert_int_equal(ks_tag_splitter_split(s, line, size, ends, size, &count, NULL), KS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(ends[0], size);
    assert_int_equal(ks_tag_splitter_split(s, line, KS_TAG_LINE_LIMIT, ends, size, &count, NULL), KS_OK);
    assert_true(count >= 1);
    assert_int_equal(ends[count - 1], KS_TAG_LINE_LIMIT);
    ks_tag_splitter_free(s);
    free(line);
    free(ends);
}

static void bytes_of_all_kinds(void **state) {
    ks_tag_splitter *s = new_splitter();
    uint32_t random = 1;
    char line[64];
    size_t ends[sizeof line], count;
    (void)state;
    for (int round = 0; round < 2; round++) {
        random = 1;
        for (int i = 0; i < 200; i++) {
            for (size_t j = 0; j < sizeof line; j++)
                line[j] = (char)((random = random * 1664525 + 1013904223) >> 24);
            if (round == 0) {
                assert_int_equal(ks_tag_splitter_add_tags(s, line, sizeof line, NULL), KS_OK);
                assert_int_equal(ks_tag_splitter_add_text(s, line, sizeof line, NULL), KS_OK);
                assert_int_equal(ks_tag_splitter_add_words(s, line, sizeof line, NULL), KS_OK);
                continue;
            }
            assert_int_equal(ks_tag_splitter_split(s, line, sizeof line, ends, sizeof line, &count, NULL),
                             KS_OK);
            assert_true(count > 0);
            assert_int_equal(ends[count - 1], sizeof line);
        }
        if (round == 0) assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    }
    ks_tag_splitter_free(s);
}

static void wrong_calls(void **state) {
    ks_tag_splitter *s = new_splitter();
    size_t ends[2], count;
    ks_error err;
    (void)state;
    ks_tag_splitter_free(NULL);
    assert_int_equal(ks_tag_splitter_split(s, "a", 1, ends, 2, &count, &err), KS_ERR_ARGUMENT);
    assert_int_equal(err.code, KS_ERR_ARGUMENT);
    add_samples(s, kitchen, sizeof kitchen / sizeof *kitchen);
    assert_int_equal(ks_tag_splitter_learn(s, &err), KS_OK);
    assert_int_equal(ks_tag_splitter_learn(s, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_tag_splitter_add_text(s, "a", 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_tag_splitter_add_words(s, "a", 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_tag_splitter_add_tags(s, "a", 1, &err), KS_ERR_ARGUMENT);
    assert_int_equal(ks_tag_splitter_split(s, "garliconionspizza", 17, ends, 2, &count, &err),
                     KS_ERR_TOO_LARGE);
    assert_int_equal(ks_tag_splitter_split(s, "garliconionspizza", 17, NULL, 0, &count, &err),
                     KS_ERR_TOO_LARGE);
    ks_tag_splitter_free(s);
}

/* ---- Determinism ----------------------------------------------------------------------------------- */

static void same_answer_twice(void **state) {
    ks_tag_splitter *a = learnt(sky, sizeof sky / sizeof *sky), *b = learnt(sky, sizeof sky / sizeof *sky);
    char line[LINE], first[LINE], second[LINE];
    (void)state;
    for (size_t i = 0; i < sizeof kitchen / sizeof *kitchen; i++) {
        glue(line, kitchen[i].tags);
        split(a, line, first);
        split(a, line, second);
        assert_string_equal(first, second);
        split(b, line, second);
        assert_string_equal(first, second);
    }
    ks_tag_splitter_free(a);
    ks_tag_splitter_free(b);
}

/* The order of the records does not matter, nor does a line that comes twice. */
static void order_of_records(void **state) {
    size_t count = sizeof kitchen / sizeof *kitchen;
    ks_tag_splitter *s = new_splitter();
    char line[LINE], found[LINE];
    (void)state;
    for (size_t i = count; i-- > 0;) add_samples(s, &kitchen[i], 1);
    for (size_t i = 0; i < count; i++) {
        glue(line, kitchen[i].tags);
        add_tags(s, line);
    }
    assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
    for (size_t i = 0; i < count; i++) {
        glue(line, kitchen[i].tags);
        split(s, line, found);
        assert_string_equal(found, kitchen[i].tags);
    }
    ks_tag_splitter_free(s);
}

/* ---- Whole feeds ----------------------------------------------------------------------------------- */

typedef struct score {
    size_t right, all;
} score;

/* The file's bytes with a NUL behind them, to be freed, or NULL. */
static char *file_text(const char *path) {
    size_t size = 0, capacity = (size_t)4 << 20;
    FILE *file = fopen(path, "rb");
    char *text = file ? malloc(capacity) : NULL;
    if (text) size = fread(text, 1, capacity - 1, file);
    if (text) text[size] = '\0';
    if (file) fclose(file);
    return text;
}

/* The next line of *at, cut off in place, or NULL at the end. */
static char *next_line(char **at) {
    char *line = *at, *end = strchr(line, '\n');
    if (!*line) return NULL;
    *at = end ? end + 1 : line + strlen(line);
    if (end) *end = '\0';
    return line;
}

/* Reads the feed's text: a heading, then four lines a record, the third being the tags. */
static size_t add_feed(ks_tag_splitter *s, char *feed, char *lines[LINES]) {
    size_t number = 0, count = 0;
    for (char *line; (line = next_line(&feed)); number++) {
        if (number && number % 4 == 3 && count < LINES) {
            add_tags(s, line);
            lines[count++] = line;
        } else if (number) {
            add_text(s, line);
        }
    }
    return count;
}

/* The tags of a line of truth, with spaces between them. */
static void truth_tags(const char *json, char *out) {
    const char *at = strstr(json, "\"tags\": [");
    assert_non_null(at);
    for (at += strlen("\"tags\": ["); *at && *at != ']'; at++)
        if (*at == ',')
            *out++ = ' ';
        else if (*at != '"' && *at != ' ')
            *out++ = *at;
    *out = '\0';
}

static void count_right(const char *truth, const char *found, score *sum) {
    char padded[LINE + 2], tag[LINE + 2], copy[LINE];
    snprintf(padded, sizeof padded, " %s ", found);
    snprintf(copy, sizeof copy, "%s", truth);
    for (char *at = copy, *end; at; at = end) {
        end = strchr(at, ' ');
        if (end) *end++ = '\0';
        snprintf(tag, sizeof tag, " %s ", at);
        sum->right += strstr(padded, tag) != NULL;
        sum->all++;
    }
}

/* The tags found in a feed, against a file of truth with a line a record; skipped where a file is missing. */
static score score_feed(const char *feed_path, const char *truth_path, const char *list_path) {
    char *feed = file_text(feed_path), *truth = file_text(truth_path), *at = truth, *lines[LINES];
    char *list = list_path ? file_text(list_path) : NULL;
    ks_tag_splitter *s = new_splitter();
    score sum = {0, 0};
    if (feed && truth && (list || !list_path)) {
        size_t count = add_feed(s, feed, lines);
        if (list) assert_int_equal(ks_tag_splitter_add_words(s, list, strlen(list), NULL), KS_OK);
        assert_int_equal(ks_tag_splitter_learn(s, NULL), KS_OK);
        for (size_t i = 0; i < count; i++) {
            char expected[LINE], found[LINE], *json = next_line(&at);
            assert_non_null(json);
            truth_tags(json, expected);
            split(s, lines[i], found);
            count_right(expected, found, &sum);
        }
    }
    ks_tag_splitter_free(s);
    free(feed);
    free(truth);
    free(list);
    return sum;
}

static void check_score(score sum, size_t percent) {
    if (!sum.all) skip();
    if (sum.right * 100 < sum.all * percent) fail_msg("%zu of %zu tags are right", sum.right, sum.all);
}

#define EXAMPLE KS_SHARED_DIR "/corpus/karpathy-feed"
#define WORD_LIST "/usr/share/dict/words"

static void example_feed(void **state) {
    score sum = score_feed(EXAMPLE ".txt", EXAMPLE ".gold.jsonl", NULL);
    (void)state;
    if (sum.all) assert_int_equal(sum.all, 218);
    check_score(sum, 97);
}

static void example_feed_with_word_list(void **state) {
    (void)state;
    check_score(score_feed(EXAMPLE ".txt", EXAMPLE ".gold.jsonl", WORD_LIST), 99);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cooking),
        cmocka_unit_test(astronomy),
        cmocka_unit_test(unseen_line),
        cmocka_unit_test(recurring_name),
        cmocka_unit_test(whole_words),
        cmocka_unit_test(word_list),
        cmocka_unit_test(other_scripts),
        cmocka_unit_test(empty_feed),
        cmocka_unit_test(hyphens),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(bytes_of_all_kinds),
        cmocka_unit_test(wrong_calls),
        cmocka_unit_test(same_answer_twice),
        cmocka_unit_test(order_of_records),
        cmocka_unit_test(example_feed),
        cmocka_unit_test(example_feed_with_word_list),
    };
    return cmocka_run_group_tests_name("corpus/tag_split", tests, NULL, NULL);
}
