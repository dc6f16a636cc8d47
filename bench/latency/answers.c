/* Comparing answers. */
#include "bench/latency/answers.h"

#include <math.h>
#include <string.h>

static bool is_near(const ks_hit *one, const ks_hit *other) {
    return one->tier == other->tier && fabs(one->score - other->score) <= LAT_TOLERANCE;
}

static bool holds(const ks_hit *hits, size_t count, const char *id) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(hits[i].record->id, id) == 0) return true;
    return false;
}

/* Whether all have exactly the same score. */
static bool is_level(const ks_hit *hits, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (hits[i].score < hits[0].score || hits[i].score > hits[0].score) return false;
    return true;
}

/* Compares the hits from `first` to `end`, which have about one score. */
static bool same_ids(const ks_results *one, const ks_results *other, size_t first, size_t end, bool is_cut) {
    const ks_hit *hits = one->hits + first, *others = other->hits + first;
    size_t count = end - first;
    if (is_cut && !(is_level(hits, count) && is_level(others, count))) return true;
    for (size_t i = 0; i < count; i++)
        if (!holds(others, count, hits[i].record->id)) return false;
    return true;
}

bool lat_answers_agree(const ks_results *one, const ks_results *other, size_t full) {
    size_t count = one->hit_count;
    if (count != other->hit_count) return false;
    for (size_t i = 0; i < count; i++)
        if (!is_near(&one->hits[i], &other->hits[i])) return false;
    for (size_t first = 0, end; first < count; first = end) {
        end = first + 1;
        while (end < count && is_near(&one->hits[end - 1], &one->hits[end])) end++;
        if (!same_ids(one, other, first, end, end == full)) return false;
    }
    return true;
}
