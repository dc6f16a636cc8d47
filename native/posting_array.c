/* Sorting postings; see posting_array.h. */
#include "native/posting_array.h"

#include <stdlib.h>

/* Up to FEW a sort by insertion is faster than one by digits. */
enum { FEW = 48, DIGIT = 8, DIGITS = 1 << DIGIT };

ks_status ks_posting_array_reserve(ks_posting_array *array, size_t more, ks_error *err) {
    return ks_array_reserve(&array->items, &array->capacity, array->count + more, sizeof *array->items, err);
}

static void sort_few(ks_posting *items, size_t count) {
    for (size_t i = 1; i < count; i++) {
        ks_posting item = items[i];
        size_t at = i;
        for (; at > 0 && items[at - 1].doc > item.doc; at--) items[at] = items[at - 1];
        items[at] = item;
    }
}

static void reverse(ks_posting *items, size_t count) {
    for (size_t i = 0; i < count / 2; i++) {
        ks_posting item = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = item;
    }
}

/* One pass of a radix sort, from the lowest digit on (Knuth, The Art of Computer Programming 3, 5.2.5). */
static void sort_by_digit(uint64_t *to, const uint64_t *from, size_t count, unsigned shift) {
    size_t starts[DIGITS] = {0};
    for (size_t i = 0; i < count; i++) starts[from[i] >> shift & (DIGITS - 1)]++;
    for (size_t digit = 0, start = 0; digit < DIGITS; digit++) {
        size_t here = starts[digit];
        starts[digit] = start;
        start += here;
    }
    for (size_t i = 0; i < count; i++) to[starts[from[i] >> shift & (DIGITS - 1)]++] = from[i];
}

/* Sorts pairs of document and number of the posting, and then brings the postings into that order. */
static ks_status sort_many(ks_posting_array *array, uint32_t greatest, ks_error *err) {
    size_t count = array->count;
    uint64_t *from, *to;
    ks_posting *sorted;
    ks_status status;
    if ((status = ks_array_reserve(&array->sorted, &array->sorted_capacity, array->capacity,
                                   sizeof *array->sorted, err)) ||
        (status = ks_array_reserve(&array->keys, &array->key_capacity, 2 * count, sizeof *array->keys, err)))
        return status;
    from = array->keys;
    to = from + count;
    for (size_t i = 0; i < count; i++) from[i] = (uint64_t)array->items[i].doc << 32 | i;
    for (unsigned shift = 0; shift < 32 && greatest >> shift; shift += DIGIT) {
        uint64_t *other = to;
        sort_by_digit(to, from, count, 32 + shift);
        to = from;
        from = other;
    }
    for (size_t i = 0; i < count; i++) array->sorted[i] = array->items[from[i] & UINT32_MAX];
    sorted = array->sorted;
    array->sorted = array->items;
    array->items = sorted;
    count = array->sorted_capacity;
    array->sorted_capacity = array->capacity;
    array->capacity = count;
    return KS_OK;
}

ks_status ks_posting_array_sort(ks_posting_array *array, ks_error *err) {
    bool ascending = true, descending = true;
    uint32_t greatest = array->count ? array->items[0].doc : 0;
    if (array->count > UINT32_MAX) return ks_error_set(err, KS_ERR_TOO_LARGE, "too many postings of a term");
    for (size_t i = 1; i < array->count; i++) {
        uint32_t doc = array->items[i].doc;
        ascending = ascending && doc > array->items[i - 1].doc;
        descending = descending && doc < array->items[i - 1].doc;
        if (doc > greatest) greatest = doc;
    }
    if (ascending) return KS_OK;
    if (descending)
        reverse(array->items, array->count);
    else if (array->count <= FEW)
        sort_few(array->items, array->count);
    else
        return sort_many(array, greatest, err);
    return KS_OK;
}

void ks_posting_array_free(ks_posting_array *array) {
    free(array->items);
    free(array->sorted);
    free(array->keys);
    *array = (ks_posting_array){0};
}
