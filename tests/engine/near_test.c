/* Words near each other, against trying every choice of positions: with words that stand together at one
 * position, words that are asked for several times, and windows from one position to the most. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/near.h"
#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WORDS = 7, MOST_PLACES = 12 };

/* A query of `count` terms, of which alike[i] is the first that is the same as term i. */
typedef struct question {
    uint32_t places[MOST_WORDS][MOST_PLACES]; /* of the first terms, ascending */
    size_t place_count[MOST_WORDS];
    size_t alike[MOST_WORDS];
    size_t count;
    uint32_t window;
} question;

static bool ask(const question *asked) {
    question copy = *asked; /* `items` is not const, but nothing may be written there */
    ks_near_positions positions[MOST_WORDS];
    bool holds;
    memset(positions, 0xEE, sizeof positions); /* what is not a first term is never looked at */
    for (size_t i = 0; i < copy.count; i++)
        if (copy.alike[i] == i)
            positions[i] = (ks_near_positions){copy.places[i], copy.place_count[i], MOST_PLACES, 0};
    holds = ks_near_holds(positions, copy.alike, copy.count, copy.window);
    assert_memory_equal(&copy, asked, sizeof copy);
    return holds;
}

/* Tries every choice for the terms from `i` on, such that all chosen lie within the window. */
static bool choose(const question *asked, uint32_t *chosen, size_t i) {
    const size_t first = i < asked->count ? asked->alike[i] : 0;
    if (i == asked->count) return true;
    for (size_t n = 0; n < asked->place_count[first]; n++) {
        uint32_t place = asked->places[first][n];
        bool fits = true;
        for (size_t k = 0; k < i && fits; k++) {
            uint32_t apart = chosen[k] < place ? place - chosen[k] : chosen[k] - place;
            fits = apart > 0 && apart < asked->window;
        }
        chosen[i] = place;
        if (fits && choose(asked, chosen, i + 1)) return true;
    }
    return false;
}

static bool expected(const question *asked) {
    uint32_t chosen[MOST_WORDS];
    return choose(asked, chosen, 0);
}

static int ascending(const void *left, const void *right) {
    const uint32_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Different places from `base` on, few enough for words to meet. */
static void random_places(question *asked, size_t word, uint32_t base, uint64_t *random) {
    size_t span = 4 + ks_test_below(random, 24), count = 0;
    for (size_t tries = ks_test_below(random, MOST_PLACES + 1); tries; tries--) {
        uint32_t place = base + (uint32_t)ks_test_below(random, span);
        bool known = false;
        for (size_t k = 0; k < count; k++) known = known || asked->places[word][k] == place;
        if (!known) asked->places[word][count++] = place;
    }
    qsort(asked->places[word], count, sizeof **asked->places, ascending);
    asked->place_count[word] = count;
}

static void random_question(question *asked, uint64_t *random) {
    uint32_t base = ks_test_below(random, 5) ? (uint32_t)ks_test_below(random, 3) : UINT32_MAX - 32;
    memset(asked, 0, sizeof *asked);
    asked->count = 1 + ks_test_below(random, MOST_WORDS);
    asked->window = 1 + (uint32_t)ks_test_below(random, 12);
    for (size_t i = 0; i < asked->count; i++) {
        asked->alike[i] = ks_test_below(random, 3) ? i : asked->alike[ks_test_below(random, i + 1)];
        if (asked->alike[i] == i) random_places(asked, i, base, random);
    }
}

static void random_questions(void **state) {
    enum { QUESTIONS = 60000 };
    uint64_t random = ks_test_seed(20261123);
    size_t yes = 0;
    (void)state;
    for (size_t i = 0; i < QUESTIONS; i++) {
        question asked;
        random_question(&asked, &random);
        yes += expected(&asked);
        if (ask(&asked) != expected(&asked))
            fail_msg("question %zu: %zu terms, window %u", i, asked.count, (unsigned)asked.window);
    }
    assert_true(yes > QUESTIONS / 10 && yes < QUESTIONS * 9 / 10);
}

/* More room never hides what was found: whatever holds within a window holds within a larger one, with one
 * place more, and with one term less. */
static void more_room_finds_more(void **state) {
    uint64_t random = ks_test_seed(20261124);
    size_t held = 0;
    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        question asked, easier;
        size_t word;
        random_question(&asked, &random);
        if (!ask(&asked)) continue;
        held++;
        easier = asked;
        easier.window = i % 2 ? KS_NEAR_WINDOW : asked.window + 1;
        assert_true(ask(&easier));
        easier = asked;
        easier.count = asked.count > 1 ? asked.count - 1 : 1;
        assert_true(ask(&easier));
        easier = asked;
        word = asked.alike[ks_test_below(&random, asked.count)];
        if (easier.place_count[word] < MOST_PLACES &&
            easier.places[word][easier.place_count[word] - 1] < UINT32_MAX) {
            easier.places[word][easier.place_count[word]] =
                easier.places[word][easier.place_count[word] - 1] + 1;
            easier.place_count[word]++;
            assert_true(ask(&easier));
        }
    }
    assert_true(held > 1000);
}

/* The order in which words are asked for has no meaning. */
static void order_has_no_meaning(void **state) {
    uint64_t random = ks_test_seed(20261125);
    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        question asked, turned = {0};
        random_question(&asked, &random);
        turned.count = asked.count;
        turned.window = asked.window;
        for (size_t k = 0; k < asked.count; k++) { /* the last becomes the first */
            size_t old = asked.count - 1 - k, first = k;
            for (size_t m = 0; m < k; m++)
                if (first == k && asked.alike[asked.count - 1 - m] == asked.alike[old]) first = m;
            turned.alike[k] = first;
            memcpy(turned.places[k], asked.places[asked.alike[old]], sizeof turned.places[k]);
            turned.place_count[k] = asked.place_count[asked.alike[old]];
        }
        assert_int_equal(ask(&turned), ask(&asked));
    }
}

/* Term i stands at i and i + 1, and the last one at 0 alone: each of the others must move for it. */
static void all_must_move(void **state) {
    enum { TERMS = KS_NEAR_TERMS };
    uint32_t(*places)[2] = calloc(TERMS, sizeof *places);
    ks_near_positions *positions = calloc(TERMS, sizeof *positions);
    size_t *alike = calloc(TERMS, sizeof *alike);
    (void)state;
    assert_true(places && positions && alike);
    for (uint32_t i = 0; i < TERMS; i++) {
        alike[i] = i;
        places[i][0] = i;
        places[i][1] = i + 1;
    }
    places[TERMS - 1][0] = 0;
    for (uint32_t window = TERMS - 1; window <= TERMS; window++) {
        for (size_t i = 0; i < TERMS; i++)
            positions[i] = (ks_near_positions){places[i], i + 1 < TERMS ? 2 : 1, 2, 0};
        assert_int_equal(ks_near_holds(positions, alike, TERMS, window), window == TERMS);
    }
    free(places);
    free(positions);
    free(alike);
}

static void edges(void **state) {
    static const uint32_t last = UINT32_MAX;
    uint32_t ends[] = {0, last}, close[] = {last - 1, last}, far[] = {0, KS_NEAR_WINDOW - 1, last};
    const size_t one[] = {0, 0}, two[] = {0, 1};
    ks_near_positions same = {close, 2, 2, 0};
    (void)state;
    assert_true(ks_near_holds(&same, one, 2, 2));
    same.at = 0;
    assert_false(ks_near_holds(&same, one, 2, 1));
    same.at = 0;
    assert_true(ks_near_holds(&same, one, 1, 1));
    same = (ks_near_positions){NULL, 0, 0, 0};
    assert_false(ks_near_holds(&same, one, 1, KS_NEAR_WINDOW));
    same = (ks_near_positions){ends, 2, 2, 0};
    assert_false(ks_near_holds(&same, one, 2, KS_NEAR_WINDOW));
    for (uint32_t less = 0; less < 2; less++) {
        ks_near_positions apart[] = {{far, 1, 1, 0}, {far + 1, 2, 2, 0}};
        assert_int_equal(ks_near_holds(apart, two, 2, KS_NEAR_WINDOW - less), !less);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_questions),
        cmocka_unit_test(more_room_finds_more),
        cmocka_unit_test(order_has_no_meaning),
        cmocka_unit_test(all_must_move),
        cmocka_unit_test(edges),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
