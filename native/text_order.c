/* A radix sort by key, then a comparison sort among equal keys; see text_order.h. */
#include "native/text_order.h"

#include "native/term_order.h"

#include <stdlib.h>

/* Fewer than FEW items are sorted by comparisons alone. */
enum { FEW = 128, DIGIT = 8, VALUES = 1 << DIGIT, DIGITS = 64 / DIGIT };

/* What the radix sort moves: a key, and the index of its item. */
struct pair {
    uint64_t key;
    size_t item;
};

static int compare(const void *left, const void *right) {
    const ks_text_item *a = left, *b = right;
    if (a->key != b->key) return a->key < b->key ? -1 : 1;
    return ks_term_compare(a->text, b->text);
}

bool ks_text_same(const ks_text_item *a, const ks_text_item *b) {
    return a->key == b->key && ks_term_same(a->text, b->text);
}

/* Whether the items were sorted already, or backwards, and are reversed then. Both are common. */
static bool were_sorted(ks_text_item *items, size_t count) {
    bool ascending = true, descending = true;
    for (size_t i = 1; i < count && (ascending || descending); i++) {
        int order = compare(&items[i - 1], &items[i]);
        ascending = ascending && order <= 0;
        descending = descending && order > 0;
    }
    if (ascending || !descending) return ascending;
    for (size_t i = 0; i < count / 2; i++) {
        ks_text_item item = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = item;
    }
    return true;
}

/* One pass of a radix sort from the lowest digit on (Knuth, The Art of Computer Programming 3, 5.2.5). Does
 * nothing and returns false if all keys have the same digit. */
static bool sort_by_digit(struct pair *to, const struct pair *from, size_t count, unsigned shift) {
    size_t starts[VALUES] = {0};
    for (size_t i = 0; i < count; i++) starts[from[i].key >> shift & (VALUES - 1)]++;
    if (starts[from[0].key >> shift & (VALUES - 1)] == count) return false;
    for (size_t value = 0, start = 0; value < VALUES; value++) {
        size_t here = starts[value];
        starts[value] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++) to[starts[from[i].key >> shift & (VALUES - 1)]++] = from[i];
    return true;
}

/* Sorts by keys alone. `pairs` has room for 2 * count. */
static void sort_by_key(ks_text_item *to, const ks_text_item *from, size_t count, struct pair *pairs) {
    struct pair *here = pairs, *there = pairs + count;
    for (size_t i = 0; i < count; i++) here[i] = (struct pair){from[i].key, i};
    for (unsigned digit = 0; digit < DIGITS; digit++) {
        struct pair *other = there;
        if (!sort_by_digit(there, here, count, digit * DIGIT)) continue;
        there = here;
        here = other;
    }
    for (size_t i = 0; i < count; i++) to[i] = from[here[i].item];
}

static void sort_same_keys(ks_text_item *items, size_t count) {
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && items[end].key == items[i].key;) end++;
        if (end - i > 1) qsort(items + i, end - i, sizeof *items, compare);
    }
}

ks_status ks_text_sort(ks_text_item **items, size_t count, ks_error *err) {
    ks_text_item *sorted;
    struct pair *pairs;
    if (were_sorted(*items, count)) return KS_OK;
    if (count < FEW) {
        qsort(*items, count, sizeof **items, compare);
        return KS_OK;
    }
    sorted = malloc(count * sizeof *sorted);
    pairs = malloc(2 * count * sizeof *pairs);
    if (!sorted || !pairs) {
        free(sorted);
        free(pairs);
        return ks_error_nomem(err);
    }
    sort_by_key(sorted, *items, count, pairs);
    sort_same_keys(sorted, count);
    free(pairs);
    free(*items);
    *items = sorted;
    return KS_OK;
}
