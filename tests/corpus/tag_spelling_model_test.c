/* The model of unseen words against the same model worked out sequence by sequence, without tables: what was
 * learnt is a list of weighted sequences of four classes, and a probability is interpolated from those that
 * end alike, as the head of tag_spelling.c says. */
#include "corpus/tag_spelling.h"

#include "support.h"

#include "tests/support/random.h"

#include <math.h>

enum {
    MOST = 4000,
    KINDS = 32,
    ORDER = 4,
    START = 0,
    END = 1,
    DIGIT = 2,
    OTHER = 3,
    LEAD = 4,
    TAIL = 5,
    A = 6
};

/* Three classes of context, the oldest first, and what came then. */
struct sequence {
    unsigned classes[ORDER];
    double weight;
};

static struct sequence learnt[MOST];
static size_t count;
static double words, sum, squares; /* lengths */
static ks_tag_spelling spelling;

/* ---- Learning, on both sides ---- */

static unsigned class_of(char byte) {
    unsigned char c = (unsigned char)byte;
    if (c >= 'a' && c <= 'z') return A + c - 'a';
    if (c >= '0' && c <= '9') return DIGIT;
    return c >= 0xC0 ? LEAD : c >= 0x80 ? TAIL : OTHER;
}

static void note(const unsigned context[3], unsigned next, double weight) {
    struct sequence *it = &learnt[count++];
    assert_true(count <= MOST);
    memcpy(it->classes, context, 3 * sizeof *context);
    it->classes[3] = next;
    it->weight = weight;
}

static void shift(unsigned context[3], unsigned next) {
    context[0] = context[1];
    context[1] = context[2];
    context[2] = next;
}

/* Each byte of the first `bytes` after those before it, and the end where that counts. */
static void note_all(const char *text, size_t size, size_t bytes, double weight, double end_weight) {
    unsigned context[3] = {START, START, START};
    for (size_t i = 0; i < size; i++) {
        if (i < bytes) note(context, class_of(text[i]), weight);
        shift(context, class_of(text[i]));
    }
    if (end_weight > 0) note(context, END, end_weight);
}

static void start_learning(void) {
    count = 0;
    words = 20; /* of 7.5 bytes, with a variance of 9 */
    sum = 20 * 7.5;
    squares = 20 * (7.5 * 7.5 + 9);
    assert_int_equal(ks_tag_spelling_init(&spelling, NULL), KS_OK);
}

static void add_word(const char *text, bool sized) {
    size_t size = strlen(text);
    ks_tag_spelling_add(&spelling, text, size, sized);
    note_all(text, size, size, 1, 1);
    if (!sized) return;
    words += 1;
    sum += (double)size;
    squares += (double)(size * size);
}

static void add_prefix(const char *text) {
    ks_tag_spelling_add_affix(&spelling, text, strlen(text), false);
    note_all(text, strlen(text), strlen(text), 2, 0);
}

/* Before a suffix stand two bytes of no known kind; its first byte is context alone. */
static void add_suffix(const char *text) {
    unsigned context[3] = {OTHER, OTHER, class_of(text[0])};
    ks_tag_spelling_add_affix(&spelling, text, strlen(text), true);
    for (size_t i = 1; text[i]; i++) {
        note(context, class_of(text[i]), 2);
        shift(context, class_of(text[i]));
    }
    note(context, END, 2);
}

static void add_edges(const char *text) {
    ks_tag_spelling_add_edges(&spelling, text, strlen(text));
    note_all(text, strlen(text), 3, 0.2, *text ? 0.2 : 0);
}

/* ---- The probabilities ---- */

static bool ends_alike(const struct sequence *it, const unsigned *context, size_t order) {
    for (size_t i = 0; i < order; i++)
        if (it->classes[3 - order + i] != context[3 - order + i]) return false;
    return true;
}

/* Of `next` behind the last `order` classes of the context: Witten and Bell's, where shorter contexts are
 * trusted four times as much. */
static double probability(const unsigned context[3], unsigned next, size_t order) {
    double weights[KINDS] = {0}, total = 0, kinds = 0, below;
    for (size_t i = 0; i < count; i++)
        if (ends_alike(&learnt[i], context, order)) weights[learnt[i].classes[3]] += learnt[i].weight;
    for (size_t i = 0; i < KINDS; i++) {
        total += weights[i];
        kinds += weights[i] > 0;
    }
    below = order ? probability(context, next, order - 1) : 1.0 / KINDS;
    return total > 0 ? (weights[next] + 4 * kinds * below) / (total + 4 * kinds) : below;
}

static double length_share(size_t size) {
    double mean = sum / words, variance = squares / words - mean * mean, all = 0;
    for (size_t n = 1; n <= KS_TAG_WORD_LIMIT; n++)
        all += exp(-((double)n - mean) * ((double)n - mean) / (2 * variance));
    return exp(-((double)size - mean) * ((double)size - mean) / (2 * variance)) / all;
}

static void assert_close(double found, double expected, const char *text, size_t at) {
    if (fabs(found - expected) > 1e-4 * expected)
        fail_msg("[%s] at %zu: %g, not %g", text, at, found, expected);
}

static void check_word(const char *text) {
    unsigned context[3] = {START, START, START};
    uint32_t reading = KS_TAG_SPELLING_START;
    size_t size = strlen(text);
    double ends;
    for (size_t i = 0; i < size; i++) {
        double stays = i ? 1 - probability(context, END, 3) : 1;
        double factor = ks_tag_spelling_step(&spelling, &reading, text[i]);
        assert_close(factor, probability(context, class_of(text[i]), 3) / stays, text, i);
        shift(context, class_of(text[i]));
    }
    ends = probability(context, END, 3) * (sum / words + 1) * length_share(size);
    assert_close(ks_tag_spelling_stop(&spelling, reading, size), ends, text, size);
}

static void check_lengths(void) {
    double peak = 0;
    for (size_t n = 1; n <= KS_TAG_WORD_LIMIT; n++) {
        double share = length_share(n);
        if (fabs(spelling.length[n] - share) > 1e-9)
            fail_msg("length %zu: %g, not %g", n, spelling.length[n], share);
        if (share > peak) peak = share;
    }
    assert_true(fabs(spelling.length_peak - peak) < 1e-9);
    assert_true(fabs(spelling.end - 1 / (sum / words + 1)) < 1e-9);
}

static const char *const test_words[] = {
    "deep",  "net",         "ing",  "learning", "x",      "zq",      "under", "ization",        "2014",
    "t-sne", "caf\xC3\xA9", "anti", "antinet",  "deeply", "network", "a",     "qqqqqqqqqqqqqqq"};

static void finish_and_check(void) {
    assert_int_equal(ks_tag_spelling_finish(&spelling, NULL), KS_OK);
    check_lengths();
    for (size_t i = 0; i < sizeof test_words / sizeof *test_words; i++) check_word(test_words[i]);
    ks_tag_spelling_free(&spelling);
}

static void nothing_learnt(void **state) {
    (void)state;
    start_learning();
    finish_and_check();
}

static void words_alone(void **state) {
    (void)state;
    start_learning();
    add_word("deep", true);
    add_word("deeper", true);
    add_word("net", false);
    add_word("networks", true);
    finish_and_check();
}

static void affixes(void **state) {
    (void)state;
    start_learning();
    add_prefix("anti");
    add_prefix("a");
    add_suffix("ing");
    add_suffix("ization");
    add_suffix("s");
    finish_and_check();
}

static void edges_of_pieces(void **state) {
    (void)state;
    start_learning();
    add_edges("deepnetworks");
    add_edges("ab");
    add_edges("a");
    add_edges("");
    finish_and_check();
}

static void everything_at_random(void **state) {
    uint64_t random = ks_test_seed(831);
    (void)state;
    for (int round = 0; round < 12; round++) {
        start_learning();
        for (size_t n = ks_test_below(&random, 120); n > 0; n--) {
            char text[20];
            size_t size = 1 + ks_test_below(&random, 12);
            for (size_t i = 0; i < size; i++) text[i] = "abcdeinst0-\xC3\xA9"[ks_test_below(&random, 13)];
            text[size] = '\0';
            switch (ks_test_below(&random, 5)) {
            case 0: add_prefix(text); break;
            case 1: add_suffix(text); break;
            case 2: add_edges(text); break;
            default: add_word(text, ks_test_below(&random, 2)); break;
            }
        }
        finish_and_check();
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_learnt),  cmocka_unit_test(words_alone),          cmocka_unit_test(affixes),
        cmocka_unit_test(edges_of_pieces), cmocka_unit_test(everything_at_random),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
