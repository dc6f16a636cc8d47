/* A window with a position for each term; see near.h. */
#include "engine/near.h"

#include <string.h>

/* NEAR asks for a window in which each term has a position of its own. The same word may be asked for twice,
 * and one position may hold several words, so this is a bipartite matching of terms and positions, found by
 * augmenting paths (Kuhn 1955). Trying all assignments would take exponential time. */
struct matching {
    ks_near_positions *positions; /* of each term that is_first */
    const size_t *alike;          /* for each term: the first one that is the same */
    size_t count;
    uint16_t distinct[KS_NEAR_TERMS], times[KS_NEAR_TERMS]; /* the first ones; how often each is asked for */
    size_t distinct_count;
    uint64_t low, window;
    uint16_t holders[KS_NEAR_WINDOW]; /* by position less `low`: the number of a term, from 1; 0: free */
    bool asked[KS_NEAR_TERMS];        /* terms that were asked to move, in this search for a path */
};

/* Gives the term a free position of the window. False where there is none. */
static bool take_free(struct matching *matching, size_t term) {
    const ks_near_positions *own = &matching->positions[matching->alike[term]];
    for (size_t at = own->at; at < own->count && own->items[at] < matching->low + matching->window; at++) {
        uint16_t *holder = &matching->holders[own->items[at] - matching->low];
        if (*holder) continue;
        *holder = (uint16_t)(term + 1);
        return true;
    }
    return false;
}

/* Gives the term a position; where all of its positions are taken, some other term moves to another of its
 * own. */
static bool take_position(struct matching *matching, size_t term) {
    const ks_near_positions *own = &matching->positions[matching->alike[term]];
    if (take_free(matching, term)) return true;
    for (size_t at = own->at; at < own->count && own->items[at] < matching->low + matching->window; at++) {
        uint16_t *holder = &matching->holders[own->items[at] - matching->low];
        size_t other = *holder - 1u;
        if (matching->asked[other]) continue;
        matching->asked[other] = true;
        if (!take_position(matching, other)) continue;
        *holder = (uint16_t)(term + 1);
        return true;
    }
    return false;
}

/* Whether each term can have a position in [low, low + window) for itself. */
static bool assign_positions(struct matching *matching) {
    memset(matching->holders, 0, (size_t)matching->window * sizeof *matching->holders);
    for (size_t i = 0; i < matching->count; i++) {
        memset(matching->asked, 0, matching->count * sizeof *matching->asked);
        if (!take_position(matching, i)) return false;
    }
    return true;
}

static void find_distinct(struct matching *matching) {
    matching->distinct_count = 0;
    for (size_t i = 0; i < matching->count; i++) {
        if (matching->alike[i] == i) {
            matching->distinct[matching->distinct_count++] = (uint16_t)i;
            matching->times[i] = 0;
        }
        matching->times[matching->alike[i]]++;
    }
}

/* Whether each term stands in the window as often as it is asked for. Without this cheap test a matching
 * would be searched for in vain, at length. */
static bool has_enough(const struct matching *matching) {
    for (size_t i = 0; i < matching->distinct_count; i++) {
        const ks_near_positions *own = &matching->positions[matching->distinct[i]];
        size_t last = own->at + matching->times[matching->distinct[i]] - 1;
        if (last >= own->count || own->items[last] >= matching->low + matching->window) return false;
    }
    return true;
}

/* Tries the windows that begin with a position of some term: any other could be moved up to one. */
bool ks_near_holds(ks_near_positions *positions, const size_t *alike, size_t count, uint32_t window) {
    struct matching matching; /* big: not cleared as a whole */
    matching.positions = positions;
    matching.alike = alike;
    matching.count = count;
    matching.window = window;
    find_distinct(&matching);
    for (matching.low = 0;; matching.low++) {
        uint64_t next = UINT64_MAX;
        for (size_t i = 0; i < matching.distinct_count; i++) {
            ks_near_positions *own = &positions[matching.distinct[i]];
            if (!ks_near_move_to(own, matching.low)) return false;
            if (own->items[own->at] < next) next = own->items[own->at];
        }
        matching.low = next;
        if (has_enough(&matching) && assign_positions(&matching)) return true;
    }
}
