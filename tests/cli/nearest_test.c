/* The name that was probably meant, against the distance as it is defined, and after slips made on purpose.
 */
#include "tests/cli/support.h"

#include "cli/options.h"
#include "tests/support/random.h"

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Insertions, deletions, replacements, swaps of neighbours; no stretch is edited twice. The whole table, each
 * entry as the definition says. */
static size_t distance(const char *a, size_t as, const char *b, size_t bs) {
    static size_t table[64][64];
    assert_true(as < 64 && bs < 64);
    for (size_t i = 0; i <= as; i++)
        for (size_t j = 0; j <= bs; j++) {
            size_t best = i + j;
            if (i && j) best = table[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (i) best = least(best, table[i - 1][j] + 1);
            if (j) best = least(best, table[i][j - 1] + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                best = least(best, table[i - 2][j - 2] + 1);
            table[i][j] = best;
        }
    return table[as][bs];
}

static void check(const char *word, const char *const *names, size_t count) {
    const char *near = cli_nearest(word, names, count);
    size_t nearest = SIZE_MAX, found = near ? distance(word, strlen(word), near, strlen(near)) : SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        nearest = least(nearest, distance(word, strlen(word), names[i], strlen(names[i])));
    if (near && found != nearest) fail_msg("%s: %s at %zu, though %zu is nearer", word, near, found, nearest);
    if (!near && nearest <= 1 && strlen(word) > 1) fail_msg("%s: one slip is close", word);
    if (near) assert_true(found < strlen(word)); /* something of the word is left */
}

static void random_words(void **state) {
    static const char *const names[] = {"abc", "abcd", "cab", "bbbb", "a", "cccc", "bac"};
    uint64_t random = ks_test_seed(1081);
    (void)state;
    for (int round = 0; round < 3000; round++) {
        char word[7];
        size_t size = ks_test_below(&random, sizeof word);
        for (size_t i = 0; i < size; i++) word[i] = (char)('a' + ks_test_below(&random, 3));
        word[size] = '\0';
        check(word, names, 1 + ks_test_below(&random, 7));
    }
}

/* One slip in any option of the program leads back to it, or to one as near. */
static void one_slip_in_any_option(void **state) {
    const char *names[64];
    uint64_t random = ks_test_seed(1082);
    (void)state;
    assert_true(cli_flag_count <= 64);
    for (size_t i = 0; i < cli_flag_count; i++) names[i] = cli_flags[i].name;
    for (size_t i = 0; i < cli_flag_count; i++)
        for (int kind = 0; kind < 4; kind++) {
            char word[40];
            size_t size = strlen(names[i]), at;
            if (size < 4) continue;
            strcpy(word, names[i]);
            at = ks_test_below(&random, size - 1);
            if (kind == 0) memmove(word + at, word + at + 1, size - at);     /* left out */
            if (kind == 1) memmove(word + at + 1, word + at, size - at + 1); /* twice */
            if (kind == 2) word[at] = 'q';                                   /* another */
            if (kind == 3) {                                                 /* swapped */
                char first = word[at];
                word[at] = word[at + 1];
                word[at + 1] = first;
            }
            if (!cli_nearest(word, names, cli_flag_count)) fail_msg("%s is near to nothing", word);
            assert_true(distance(word, strlen(word), names[i], size) <= 1);
        }
}

static void nothing_to_choose_from(void **state) {
    static const char *const names[] = {"limit"};
    (void)state;
    assert_null(cli_nearest("limit", NULL, 0));
    assert_null(cli_nearest("limit", names, 0));
    assert_null(cli_nearest("", names, 1));
    assert_string_equal(cli_nearest("limit", names, 1), "limit");
}

/* Of two that are as near the first one counts. */
static void ties(void **state) {
    static const char *const names[] = {"abcx", "abcy"}, *const others[] = {"abcy", "abcx"};
    (void)state;
    assert_string_equal(cli_nearest("abcz", names, 2), "abcx");
    assert_string_equal(cli_nearest("abcz", others, 2), "abcy");
    assert_string_equal(cli_nearest("abcy", names, 2), "abcy");
}

static void the_longest_words(void **state) {
    static const char *const names[] = {"abcdefghijklmnopqrstuvwxyz01234",
                                        "abcdefghijklmnopqrstuvwxyz012345"};
    (void)state;
    assert_string_equal(cli_nearest("abcdefghijklmnopqrstuvwxyz01234", names, 2), names[0]);
    assert_string_equal(cli_nearest("bcdefghijklmnopqrstuvwxyz01234", names, 2), names[0]);
    assert_null(cli_nearest("abcdefghijklmnopqrstuvwxyz012345", names, 2)); /* too long to be looked at */
    assert_null(cli_nearest("abcdefghijklmnopqrstuvwxyz012345", names + 1, 1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_words),           cmocka_unit_test(one_slip_in_any_option),
        cmocka_unit_test(nothing_to_choose_from), cmocka_unit_test(ties),
        cmocka_unit_test(the_longest_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
