/* A pass that skips what cannot reach the page: MaxScore over windows of documents, with block-max bounds
 * (Turtle and Flood 1995; Mallia, Siedlaczek, Suel 2019 compare the family). See search.h.
 *
 * In each window the lists are split: the documents that only the weak lists hold cannot reach the threshold,
 * even with the sum of those lists' bounds. So only the strong lists are read through, into an array of
 * approximate scores; the weak ones are looked up for the documents that may still make it; and those few
 * that do are scored by the exact formula, matched against the whole plan and offered. */
#include "native/search.h"

#include <string.h>

enum { WINDOW = 2048, WORD = 64 };

/* Rounding in the approximate scores must never lose a document. */
static const double MARGIN = 1 + 1e-4;

/* One term's list. */
struct list {
    ks_cursor *cursor;
    ks_field field;
    double factor;
    double most;   /* bound over the whole list */
    double window; /* bound over the present window */
};

struct maxscore {
    ks_pass *pass;
    const ks_leaf *leaf;
    ks_norm norm;
    struct list *lists; /* by `most`, the weakest first */
    size_t count;
    ks_scorers exact;    /* cursors of their own, for the few */
    ks_matcher *matcher; /* NULL: every document with one of the terms matches */
    float scores[WINDOW];
    uint64_t touched[WINDOW / WORD];
};

static bool is_in_field(ks_cursor *cursor, ks_field field) {
    return field == KS_FIELD_ANY || ks_cursor_mask(cursor) & 1u << field;
}

static double part_of(const struct maxscore *m, const struct list *list, uint32_t doc) {
    double tf = (double)ks_cursor_tf(list->cursor);
    return list->factor * tf / (tf + ks_norm_of(&m->norm, ks_segment_length(m->leaf->segment, doc)));
}

/* The best that the list can give to a document of low..high, the ends included. */
static double bound_between(const struct maxscore *m, const struct list *list, uint32_t low, uint32_t high) {
    const ks_cursor *cursor = list->cursor;
    double best = 0;
    uint32_t block, last;
    if (cursor->doc > high) return 0; /* KS_NO_DOC as well */
    for (last = ks_cursor_block_of(cursor, low, &block); block < cursor->blocks;
         last = ks_cursor_block_of(cursor, last + 1, &block)) {
        double bound = ks_cursor_bound(cursor, block, &m->norm);
        if (bound > best) best = bound;
        if (last >= high || last == KS_NO_DOC) break;
    }
    return best * list->factor;
}

static void take_document(struct maxscore *m, uint32_t doc, ks_status *status, ks_error *err) {
    ks_candidate candidate = {.leaf = m->leaf, .doc = doc, .tier = m->pass->tier};
    bool here = true;
    if (ks_leaf_is_deleted(m->leaf, doc)) return;
    candidate.score = ks_scorers_score(&m->exact, m->leaf->segment, doc);
    if (candidate.score < ks_ranking_threshold(&m->pass->ranking)) return;
    if (m->matcher) *status = ks_matcher_test(m->matcher, doc, &here, err);
    if (!*status && here) ks_ranking_offer(&m->pass->ranking, &candidate);
}

/* Adds the weak lists' parts, the strongest first, as long as the document can make it. */
static void look_up(struct maxscore *m, uint32_t doc, double score, size_t weak, double weak_bound,
                    ks_status *status, ks_error *err) {
    double threshold = ks_ranking_threshold(&m->pass->ranking);
    for (size_t i = weak; i > 0; i--) {
        struct list *list = &m->lists[i - 1];
        if ((score + weak_bound) * MARGIN < threshold) return;
        weak_bound -= list->window;
        ks_cursor_advance(list->cursor, doc);
        if (list->cursor->doc == doc && is_in_field(list->cursor, list->field))
            score += part_of(m, list, doc);
    }
    if (score * MARGIN >= threshold) take_document(m, doc, status, err);
}

static void read_strong(struct maxscore *m, size_t weak, uint32_t low, uint32_t high) {
    for (size_t i = weak; i < m->count; i++) {
        struct list *list = &m->lists[i];
        ks_cursor *cursor = list->cursor;
        for (ks_cursor_advance(cursor, low); cursor->doc <= high && cursor->doc != KS_NO_DOC;
             ks_cursor_next(cursor)) {
            uint32_t at = cursor->doc - low;
            if (!is_in_field(cursor, list->field)) continue;
            m->scores[at] += (float)part_of(m, list, cursor->doc);
            m->touched[at / WORD] |= UINT64_C(1) << at % WORD;
        }
    }
}

/* The weakest lists of the window whose bounds together stay below the threshold. */
static size_t split(const struct maxscore *m, double threshold, double *weak_bound) {
    size_t weak = 0;
    *weak_bound = 0;
    while (weak < m->count && (*weak_bound + m->lists[weak].window) * MARGIN < threshold)
        *weak_bound += m->lists[weak++].window;
    return weak;
}

static ks_status run_window(struct maxscore *m, uint32_t low, uint32_t high, ks_error *err) {
    double threshold = ks_ranking_threshold(&m->pass->ranking), weak_bound;
    ks_status status = KS_OK;
    size_t weak;
    for (size_t i = 0; i < m->count; i++)
        m->lists[i].window = threshold > 0 ? bound_between(m, &m->lists[i], low, high) : m->lists[i].most;
    weak = split(m, threshold, &weak_bound);
    if (weak == m->count) return KS_OK;
    memset(m->scores, 0, sizeof m->scores);
    memset(m->touched, 0, sizeof m->touched);
    read_strong(m, weak, low, high);
    for (size_t word = 0; word < WINDOW / WORD; word++)
        for (uint64_t bits = m->touched[word]; bits && !status; bits &= bits - 1) {
            uint32_t at = (uint32_t)(word * WORD) + (uint32_t)__builtin_ctzll(bits);
            look_up(m, low + at, (double)m->scores[at], weak, weak_bound, &status, err);
        }
    return status;
}

/* The least document, from `low` on, of the lists that matter: those that are not weak over their whole
 * lengths. */
static uint32_t next_document(struct maxscore *m, uint32_t low) {
    double threshold = ks_ranking_threshold(&m->pass->ranking), sum = 0;
    uint32_t least = KS_NO_DOC;
    size_t weak = 0;
    while (weak < m->count && (sum + m->lists[weak].most) * MARGIN < threshold) sum += m->lists[weak++].most;
    for (size_t i = weak; i < m->count; i++) {
        ks_cursor_advance(m->lists[i].cursor, low);
        if (m->lists[i].cursor->doc < least) least = m->lists[i].cursor->doc;
    }
    return least;
}

static ks_status run_windows(struct maxscore *m, ks_error *err) {
    uint32_t low = 0;
    while ((low = next_document(m, low)) != KS_NO_DOC) {
        uint32_t high = low > UINT32_MAX - WINDOW ? UINT32_MAX - 1 : low + WINDOW - 1;
        ks_status status = run_window(m, low, high, err);
        if (status) return status;
        low = high + 1;
    }
    return KS_OK;
}

static void add_list(struct maxscore *m, const ks_scorer *scorer) {
    struct list list = {.cursor = scorer->cursor, .field = scorer->field, .factor = scorer->factor};
    size_t at = m->count++;
    list.most = list.window = list.factor * ks_cursor_bound(list.cursor, KS_NO_DOC, &m->norm);
    for (; at > 0 && m->lists[at - 1].most > list.most; at--) m->lists[at] = m->lists[at - 1];
    m->lists[at] = list;
}

static ks_status check_lists(const struct maxscore *m, ks_error *err) {
    for (size_t i = 0; i < m->count; i++)
        if (m->lists[i].cursor->damaged || m->exact.items[i].cursor->damaged)
            return ks_mapped_corrupt(m->leaf->segment->file, KS_SECTION_POSTINGS, 0,
                                     "a posting list makes no sense", err);
    return KS_OK;
}

ks_status ks_pass_maxscore(ks_pass *pass, const ks_leaf *leaf, ks_matcher *matcher, ks_arena *arena,
                           ks_error *err) {
    struct maxscore *m = ks_arena_alloc(arena, sizeof *m);
    ks_scorers scorers;
    ks_status status;
    if (!m) return ks_error_nomem(err);
    *m = (struct maxscore){.pass = pass, .leaf = leaf, .matcher = matcher};
    if ((status = ks_scorers_make(&scorers, arena, pass->plan, pass->factors, leaf, pass->view, err)) ||
        (status = ks_scorers_make(&m->exact, arena, pass->plan, pass->factors, leaf, pass->view, err)))
        return status;
    m->norm = scorers.norm;
    if (!(m->lists = ks_arena_alloc(arena, (scorers.count + 1) * sizeof *m->lists)))
        return ks_error_nomem(err);
    for (size_t i = 0; i < scorers.count; i++) add_list(m, &scorers.items[i]);
    status = run_windows(m, err);
    return status ? status : check_lists(m, err);
}
