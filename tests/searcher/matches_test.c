/* Finding a plan's terms in texts, and the window of a text that is shown: against looking for each term word
 * by word, and trying every stretch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/hash.h"
#include "searcher/matches.h"
#include "tests/support/allocation.h"
#include "tests/support/documents.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ks_analyzer *analyzer;
static ks_highlighter highlighter;
static ks_plan_score scores[20];
static size_t score_count;
static ks_text_matches matches;

static int set_up(void **state) {
    (void)state;
    score_count = 0;
    return ks_analyzer_new(&analyzer, "english", NULL) ? -1 : 0;
}

static int tear_down(void **state) {
    (void)state;
    ks_highlighter_free(&highlighter);
    ks_analyzer_free(analyzer);
    free(matches.items);
    matches = (ks_text_matches){0};
    return 0;
}

static void want(const char *term, ks_field field) {
    scores[score_count++] = (ks_plan_score){ks_test_term(term), field, 1};
}

static void make_highlighter(void) {
    ks_plan plan = {.scores = scores, .score_count = score_count};
    ks_highlighter_free(&highlighter);
    assert_int_equal(ks_highlighter_make(&highlighter, analyzer, &plan, NULL), KS_OK);
}

/* The text with each match in brackets. */
static void expect(ks_field field, const char *text, const char *expected) {
    char found[400] = "";
    size_t at = 0, used = 0;
    assert_int_equal(ks_matches_find(&matches, &highlighter, field, text, NULL), KS_OK);
    for (size_t i = 0; i < matches.count; i++) {
        const ks_text_match *match = &matches.items[i];
        if (match->start < at) continue; /* overlaps */
        used += (size_t)snprintf(found + used, sizeof found - used, "%.*s[%.*s]", (int)(match->start - at),
                                 text + at, (int)(match->end - match->start), text + match->start);
        at = match->end;
    }
    snprintf(found + used, sizeof found - used, "%s", text + at);
    if (strcmp(found, expected) != 0) fail_msg("%s, not %s", found, expected);
}

/* ---- Which terms ---- */

static void words_match_by_their_stems(void **state) {
    (void)state;
    want("train", KS_FIELD_ANY);
    want("cifar10", KS_FIELD_ANY);
    make_highlighter();
    expect(KS_FIELD_BODY, "Training, trained; a train trains TRAINERS.",
           "[Training], [trained]; a [train] [trains] TRAINERS.");
    expect(KS_FIELD_BODY, "On CIFAR-10 and cifar10.", "On [CIFAR-10] and [cifar10].");
    expect(KS_FIELD_BODY, "cifar 10", "cifar 10");
    expect(KS_FIELD_BODY, "", "");
    expect(KS_FIELD_BODY, "nothing of it", "nothing of it");
}

/* Where a stem may begin otherwise than its word. */
static void languages_that_change_first_letters(void **state) {
    (void)state;
    ks_analyzer_free(analyzer);
    analyzer = NULL;
    assert_int_equal(ks_analyzer_new(&analyzer, "turkish", NULL), KS_OK);
    want("p", KS_FIELD_ANY);
    make_highlighter();
    expect(KS_FIELD_BODY, "buma, not bumerang", "[buma], not bumerang");
}

static void fields_that_are_asked_for(void **state) {
    static const ks_field fields[] = {KS_FIELD_TITLE, KS_FIELD_SUMMARY, KS_FIELD_CLAIMS, KS_FIELD_TAGS,
                                      KS_FIELD_BODY};
    (void)state;
    want("deep", KS_FIELD_TITLE);
    want("net", KS_FIELD_BODY);
    want("net", KS_FIELD_CLAIMS);
    want("pong", KS_FIELD_ANY);
    make_highlighter();
    for (size_t i = 0; i < 5; i++) {
        bool deep = fields[i] == KS_FIELD_TITLE,
             net = fields[i] == KS_FIELD_BODY || fields[i] == KS_FIELD_CLAIMS;
        char expected[50];
        snprintf(expected, sizeof expected, "%s %s [pong]", deep ? "[deep]" : "deep", net ? "[net]" : "net");
        expect(fields[i], "deep net pong", expected);
    }
}

static void whole_tags(void **state) {
    char term[50];
    (void)state;
    snprintf(term, sizeof term, "%sdeep-learning", ks_exact_prefix(KS_EXACT_TAG));
    want(term, KS_FIELD_ANY);
    make_highlighter();
    expect(KS_FIELD_TAGS, "deep-learning", "[deep-learning]");
    expect(KS_FIELD_TAGS, "Deep Learning", "[Deep Learning]");
    expect(KS_FIELD_TAGS, "deep-learning-theory", "deep-learning-theory");
    expect(KS_FIELD_TAGS, "deep", "deep");
    expect(KS_FIELD_SUMMARY, "deep-learning", "deep-learning"); /* a tag's term is no word */
}

static void matches_are_in_order(void **state) {
    (void)state;
    want("sne", KS_FIELD_ANY);
    want("t", KS_FIELD_ANY);
    want("tsne", KS_FIELD_ANY);
    make_highlighter();
    assert_int_equal(ks_matches_find(&matches, &highlighter, KS_FIELD_BODY, "a t-SNE of t-SNE", NULL), KS_OK);
    assert_int_equal(matches.count, 6);
    for (size_t i = 1; i < matches.count; i++) {
        const ks_text_match *a = &matches.items[i - 1], *b = &matches.items[i];
        assert_true(a->start < b->start || (a->start == b->start && a->end <= b->end));
    }
    assert_int_equal(matches.items[0].start, 2); /* t, then all of it, then its end */
    assert_int_equal(matches.items[0].end, 3);
    assert_int_equal(matches.items[1].end, 7);
    assert_int_equal(matches.items[2].start, 4);
    assert_true(matches.items[0].term != matches.items[1].term);
    for (size_t i = 0; i < 3; i++) assert_int_equal(matches.items[i].term, matches.items[i + 3].term);
}

static ks_status find_once(void *context, ks_error *err) {
    ks_highlighter own = {0};
    ks_text_matches found = {0};
    ks_plan plan = {.scores = scores, .score_count = score_count};
    ks_status status = ks_highlighter_make(&own, analyzer, &plan, err);
    (void)context;
    if (!status) status = ks_matches_find(&found, &own, KS_FIELD_TAGS, "deep-learning net", err);
    ks_highlighter_free(&own);
    free(found.items);
    return status;
}

static void allocations_that_fail(void **state) {
    (void)state;
    want("deep", KS_FIELD_ANY);
    want("net", KS_FIELD_TAGS);
    assert_true(ks_test_each_allocation(find_once, NULL) > 2);
}

/* A text is left when it has been looked at far enough behind its first match, wherever that stands. */
static void a_text_full_of_matches_is_left(void **state) {
    enum { SIZE = 3 * KS_MATCHES_REACH };
    char *long_text = malloc(SIZE + 1);
    (void)state;
    assert_non_null(long_text);
    want("x", KS_FIELD_ANY);
    make_highlighter();
    for (size_t first = 0; first <= SIZE; first += SIZE / 4) {
        for (size_t i = 0; i < SIZE; i++) long_text[i] = i % 2 ? ' ' : i < first ? 'a' : 'x';
        long_text[SIZE] = '\0';
        assert_int_equal(ks_matches_find(&matches, &highlighter, KS_FIELD_BODY, long_text, NULL), KS_OK);
        size_t reach = SIZE - first < KS_MATCHES_REACH ? SIZE - first - 1 : KS_MATCHES_REACH;
        assert_int_equal(matches.count, first < SIZE ? reach / 2 + 1 : 0);
        if (matches.count) assert_int_equal(matches.items[0].start, first);
    }
    free(long_text);
}

/* ---- The window ---- */

enum { LONGEST = 3000, STRETCH = KS_PASSAGE_BYTES * 3 / 4, MOST_TERMS = 100 };

static char text[LONGEST + 1];
static ks_text_match items[LONGEST];

/* Words of `longest` bytes at most, every `one_in`th of them a match of one of few terms. */
static void make_text(size_t size, size_t longest, size_t one_in, uint64_t *random) {
    size_t at = 0;
    matches.count = 0;
    while (at < size) {
        size_t length = 1 + ks_test_below(random, longest);
        if (length > size - at) length = size - at;
        memset(text + at, 'a' + (int)ks_test_below(random, 26), length);
        if (ks_test_below(random, 9) == 0) text[at + length - 1] = ".!?"[ks_test_below(random, 3)];
        if (ks_test_below(random, one_in) == 0)
            items[matches.count++] = (ks_text_match){at, at + length, (uint32_t)ks_test_below(random, 5)};
        at += length;
        if (at < size) text[at++] = " \n\t\r"[ks_test_below(random, 10) ? 0 : ks_test_below(random, 4)];
    }
    text[size] = '\0';
    free(matches.items);
    matches.items = NULL;
}

static size_t terms_within(size_t start, size_t end) {
    size_t count = 0;
    for (uint32_t term = 0; term < 5; term++) {
        bool found = false;
        for (size_t i = 0; i < matches.count && !found; i++)
            found = items[i].term == term && items[i].start >= start && items[i].end <= end;
        count += found;
    }
    return count;
}

static size_t most_terms(void) {
    size_t most = 0;
    for (size_t i = 0; i < matches.count; i++) {
        size_t found = terms_within(items[i].start, items[i].start + STRETCH);
        if (found > most) most = found;
    }
    return most;
}

/* Where the fullest stretch of at most 64 matches begins: every one of them is counted anew. */
static size_t fullest(void) {
    size_t best = 0, most = 0;
    for (size_t i = 0; i < matches.count; i++) {
        bool seen[MOST_TERMS] = {false};
        size_t worth = 0;
        for (size_t j = i; j < matches.count && j < i + 64 && items[j].end <= items[i].start + STRETCH; j++) {
            worth += seen[items[j].term] ? 1 : 65;
            seen[items[j].term] = true;
        }
        if (worth > most) best = i;
        if (worth > most) most = worth;
    }
    return best;
}

/* Matches that touch and overlap, few and many, of few terms and many. */
static void crowds_of_matches(void **state) {
    uint64_t random = ks_test_seed(752);
    (void)state;
    memset(text, 'x', LONGEST);
    text[LONGEST] = '\0'; /* no edges to move to: the window begins a quarter before the match */
    for (size_t round = 0; round < 3000; round++) {
        size_t terms = 1 + ks_test_below(&random, MOST_TERMS), step = 1 + ks_test_below(&random, 20), start,
               end, first;
        size_t longest = round % 7 ? 1 + ks_test_below(&random, 12) : 400;
        matches.count = 0;
        for (size_t at = ks_test_below(&random, 900); at + longest <= LONGEST;
             at += ks_test_below(&random, step + 1)) {
            if (matches.count == LONGEST) break;
            items[matches.count++] = (ks_text_match){at, at + 1 + ks_test_below(&random, longest),
                                                     (uint32_t)ks_test_below(&random, terms)};
        }
        ks_matches_window(&(ks_text_matches){items, matches.count, LONGEST}, text, LONGEST, &start, &end);
        first = items[fullest()].start;
        assert_int_equal(start, first > KS_PASSAGE_BYTES / 4 ? first : 0);
        assert_true(end > start);
        matches.count = 0;
    }
}

static bool is_blank(char c) {
    return strchr(" \n\t\r", c) != NULL;
}

static void check_window(size_t size, size_t longest) {
    ks_text_matches given = {items, matches.count, LONGEST};
    size_t start, end;
    ks_matches_window(&given, text, size, &start, &end);
    assert_true(start <= end && end <= size);
    if (size <= KS_PASSAGE_WHOLE) {
        assert_true(start == 0 && end == size);
        return;
    }
    assert_true(terms_within(start, end) >= most_terms());
    if (!matches.count) assert_int_equal(start, 0);
    if (longest > 30) return;                                    /* words that do not fit are cut */
    assert_true(start == 0 || is_blank(text[start - 1]));        /* from a word's beginning */
    assert_true(end == size || is_blank(text[end]) || end == 0); /* to a word's end */
    assert_true(end == size || !is_blank(text[end - 1]));
    assert_true(end - start <= KS_PASSAGE_BYTES + KS_PASSAGE_BYTES / 4 + 40);
    if (size - start > KS_PASSAGE_BYTES) assert_true(end - start > KS_PASSAGE_BYTES - 40);
}

static void windows_at_random(void **state) {
    static const size_t longest[] = {1, 5, 12, 30, 200, 1000};
    uint64_t random = ks_test_seed(751);
    (void)state;
    for (size_t round = 0; round < 6000; round++) {
        size_t size = 1 + ks_test_below(&random, round % 5 ? LONGEST - 1 : KS_PASSAGE_WHOLE + 5);
        make_text(size, longest[round % 6], 1 + ks_test_below(&random, 40), &random);
        check_window(size, longest[round % 6]);
        matches.count = 0;
    }
}

/* More matches count where the different terms are as many. */
static void of_equals_the_fuller(void **state) {
    size_t start, end;
    (void)state;
    memset(text, 'x', 2000);
    for (size_t at = 9; at < 2000; at += 10) text[at] = ' ';
    text[2000] = '\0';
    items[0] = (ks_text_match){100, 109, 1};
    items[1] = (ks_text_match){1000, 1009, 1};
    items[2] = (ks_text_match){1100, 1109, 1};
    ks_matches_window(&(ks_text_matches){items, 3, 3}, text, 2000, &start, &end);
    assert_true(start <= 1000 && start > 900 && end >= 1109);
    ks_matches_window(&(ks_text_matches){items, 2, 2}, text, 2000, &start, &end);
    assert_true(start <= 100); /* the first of those that are alike */
    items[3] = (ks_text_match){1500, 1509, 2};
    items[4] = (ks_text_match){1520, 1529, 3};
    ks_matches_window(&(ks_text_matches){items, 5, 5}, text, 2000, &start, &end);
    assert_true(start > 1400 && end >= 1529);
}

/* A match that is longer than a window is shown whole. */
static void a_match_longer_than_the_window(void **state) {
    size_t start, end;
    (void)state;
    memset(text, 'y', 2000);
    text[499] = text[1200] = ' ';
    text[2000] = '\0';
    items[0] = (ks_text_match){500, 1200, 1};
    ks_matches_window(&(ks_text_matches){items, 1, 1}, text, 2000, &start, &end);
    assert_true(start <= 500 && end >= 1200);
}

/* A window may begin at a sentence that begins a little before the match. */
static void sentences(void **state) {
    static const char *const ends[] = {". ", "! ", "? "};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        size_t start, end;
        memset(text, 'z', 1000);
        for (size_t at = 4; at < 1000; at += 5) text[at] = ' ';
        memcpy(text + 548, ends[i], 2);
        text[1000] = '\0';
        items[0] = (ks_text_match){600, 604, 1};
        ks_matches_window(&(ks_text_matches){items, 1, 1}, text, 1000, &start, &end);
        assert_int_equal(start, 550);
    }
}

/* No character is cut in two, however long a word is. */
static void characters_stay_whole(void **state) {
    static const char character[] = "\xF0\x9F\x98\x80";
    (void)state;
    for (size_t shift = 0; shift < 4; shift++) {
        size_t start, end, size = shift;
        memset(text, 'q', shift);
        for (; size + 4 <= 2000; size += 4) memcpy(text + size, character, 4);
        text[size] = '\0';
        items[0] = (ks_text_match){shift + 800, shift + 804, 1};
        ks_matches_window(&(ks_text_matches){items, 1, 1}, text, size, &start, &end);
        assert_true(((unsigned char)text[start] & 0xC0) != 0x80);
        assert_true(((unsigned char)text[end] & 0xC0) != 0x80);
        assert_true(start <= shift + 800 && end >= shift + 804);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    static const struct CMUnitTest tests[] = {
        TEST(words_match_by_their_stems),
        TEST(languages_that_change_first_letters),
        TEST(fields_that_are_asked_for),
        TEST(whole_tags),
        TEST(matches_are_in_order),
        TEST(allocations_that_fail),
        TEST(a_text_full_of_matches_is_left),
        TEST(crowds_of_matches),
        TEST(windows_at_random),
        TEST(of_equals_the_fuller),
        TEST(a_match_longer_than_the_window),
        TEST(sentences),
        TEST(characters_stay_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
