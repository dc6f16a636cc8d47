/* The name that was probably meant, by edit distance with transpositions. May use libc. */
#include "cli/options.h"

#include <string.h>

enum { LONGEST = 31 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* The edit distance of two words of at most LONGEST bytes: insertions, deletions, replacements, and swaps of
 * neighbours. (Optimal string alignment, which keeps the last three rows of its table.) */
static size_t distance(const char *a, size_t a_size, const char *b, size_t b_size) {
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_size; j++) last[j] = j;
    for (size_t i = 1; i <= a_size; i++) {
        row[0] = i;
        for (size_t j = 1; j <= b_size; j++) {
            size_t cost = last[j - 1] + (a[i - 1] != b[j - 1]);
            cost = least(cost, least(last[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                cost = least(cost, before[j - 2] + 1);
            row[j] = cost;
        }
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b_size];
}

const char *cli_nearest(const char *word, const char *const *names, size_t count) {
    const char *best = NULL;
    size_t size = strlen(word);
    size_t best_distance = (size > 5 ? size / 3 : 1) + 1; /* a longer word may have more typing errors */
    if (size == 0 || size > LONGEST) return NULL;
    for (size_t i = 0; i < count; i++) {
        size_t name_size = strlen(names[i]);
        if (name_size > LONGEST) continue;
        size_t d = distance(word, size, names[i], name_size);
        if (d < best_distance && d < size) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
