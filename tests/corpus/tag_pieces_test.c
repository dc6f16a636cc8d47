/* Pieces of glued lines and what stands beside a word in them, against looking at every piece. */
#include "corpus/tag_pieces.h"

#include "support.h"

#include "tests/support/allocation.h"
#include "tests/support/random.h"

enum { MOST = 300 };

/* The model: the texts as they came. */
typedef struct texts {
    char bytes[MOST][12];
    size_t sizes[MOST], count;
} texts;

static void add(ks_tag_pieces *pieces, texts *model, const char *text, size_t size) {
    memcpy(model->bytes[model->count], text, size);
    model->sizes[model->count] = size;
    assert_int_equal(ks_tag_pieces_add(pieces, model->bytes[model->count], size, NULL), KS_OK);
    model->count++;
}

/* Whether the same text came before number `i`. */
static bool is_repeated(const texts *model, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (model->sizes[k] == model->sizes[i] &&
            memcmp(model->bytes[k], model->bytes[i], model->sizes[i]) == 0)
            return true;
    return false;
}

/* What tag_pieces.h says of ks_tag_pieces_alike, looking at every piece. */
static size_t alike(const texts *model, const char *word, size_t size, bool backward) {
    size_t count = 0;
    int beside = -2; /* not seen yet */
    for (size_t i = 0; i < model->count; i++) {
        const char *text = model->bytes[i];
        size_t whole = model->sizes[i];
        int byte;
        if (!whole || whole < size || is_repeated(model, i)) continue;
        if (memcmp(backward ? text + whole - size : text, word, size) != 0) continue;
        if (whole == size) return 0; /* nothing is beside the word in this one */
        byte = (unsigned char)(backward ? text[whole - size - 1] : text[size]);
        if (beside != -2 && byte != beside) return 0;
        beside = byte;
        count++;
    }
    return count;
}

static void expect_alike(const char *const *list, const char *word, size_t forward, size_t backward) {
    ks_tag_pieces pieces = {0};
    for (; *list; list++) assert_int_equal(ks_tag_pieces_add(&pieces, *list, strlen(*list), NULL), KS_OK);
    assert_int_equal(ks_tag_pieces_finish(&pieces, NULL), KS_OK);
    assert_int_equal(ks_tag_pieces_alike(&pieces, word, strlen(word), false), forward);
    assert_int_equal(ks_tag_pieces_alike(&pieces, word, strlen(word), true), backward);
    ks_tag_pieces_free(&pieces);
}

static void by_hand(void **state) {
    static const char *const lines[] = {"gradientsatari", "gradientsgames",  "learningpolicy",
                                        "deeplearning",   "machinelearning", NULL};
    (void)state;
    expect_alike(lines, "gradient", 2, 0);  /* an s follows both */
    expect_alike(lines, "gradients", 0, 0); /* a and g follow: it meets many neighbours */
    expect_alike(lines, "learning", 1, 0);  /* p follows; p and e stand before */
    expect_alike(lines, "arning", 0, 2);    /* an e stands before both */
    expect_alike(lines, "policy", 0, 1);
    expect_alike(lines, "nowhere", 0, 0);
    expect_alike(lines, "learningpolicy", 0, 0); /* the whole piece */
}

static void nothing_was_added(void **state) {
    static const char *const none[] = {NULL}, *const empty[] = {"", "", NULL};
    (void)state;
    expect_alike(none, "a", 0, 0);
    expect_alike(empty, "a", 0, 0);
}

/* A piece counts once, however often it came. */
static void repeated_pieces(void **state) {
    static const char *const lines[] = {"ab", "ab", "ab", "ac", "bb", "bb", NULL};
    (void)state;
    expect_alike(lines, "a", 0, 0);
    expect_alike(lines, "b", 1, 0);
    expect_alike(lines, "c", 0, 1);
}

static void bytes_above_ascii(void **state) {
    static const char *const lines[] = {"\xC3\xA9t\xC3\xA9",
                                        "\xC3\xA9"
                                        "a",
                                        "\xFF\xFF", NULL};
    (void)state;
    expect_alike(lines, "\xC3", 2, 0);
    expect_alike(lines, "\xC3\xA9", 0, 1);
    expect_alike(lines, "\xFF", 1, 1);
}

static void random_pieces(void **state) {
    static const char letters[] = {'a', 'b', 'c', '\xC3', '\0'};
    static texts model;
    uint64_t random = ks_test_seed(911);
    (void)state;
    for (int round = 0; round < 60; round++) {
        ks_tag_pieces pieces = {0};
        size_t kinds = 2 + ks_test_below(&random, 4), count = ks_test_below(&random, MOST);
        model.count = 0;
        for (size_t i = 0; i < count; i++) {
            char text[12] = {0};
            size_t size = ks_test_below(&random, 1 + ks_test_below(&random, 9));
            for (size_t k = 0; k < size; k++) text[k] = letters[ks_test_below(&random, kinds)];
            add(&pieces, &model, text, size);
        }
        assert_int_equal(ks_tag_pieces_finish(&pieces, NULL), KS_OK);
        for (int ask = 0; ask < 300; ask++) {
            char word[6];
            size_t size = 1 + ks_test_below(&random, sizeof word);
            for (size_t k = 0; k < size; k++) word[k] = letters[ks_test_below(&random, kinds)];
            for (int backward = 0; backward < 2; backward++)
                assert_int_equal(ks_tag_pieces_alike(&pieces, word, size, backward),
                                 alike(&model, word, size, backward));
        }
        ks_tag_pieces_free(&pieces);
    }
}

static ks_status sort_once(void *context, ks_error *err) {
    static const char *const lines[] = {"ab", "ac", "bc"};
    ks_tag_pieces pieces = {0};
    ks_status status = KS_OK;
    (void)context;
    for (size_t i = 0; i < 3 && !status; i++) status = ks_tag_pieces_add(&pieces, lines[i], 2, err);
    if (!status) status = ks_tag_pieces_finish(&pieces, err);
    if (!status) assert_int_equal(ks_tag_pieces_alike(&pieces, "b", 1, false), 1);
    ks_tag_pieces_free(&pieces);
    return status;
}

static void every_allocation_may_fail(void **state) {
    (void)state;
    assert_int_equal(ks_test_each_allocation(sort_once, NULL), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),         cmocka_unit_test(nothing_was_added),
        cmocka_unit_test(repeated_pieces), cmocka_unit_test(bytes_above_ascii),
        cmocka_unit_test(random_pieces),   cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
