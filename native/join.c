/* Adding up approximate scores for many documents at once: the inner loops of a search. See sift.h. */
#include "native/phrase.h"
#include "native/sift_read.h"

#include <string.h>

enum { WORD = 64 };

/* Moves candidate `from` to `to`, which is not behind it. */
static void move(ks_candidates *c, uint32_t to, uint32_t from) {
    c->docs[to] = c->docs[from];
    c->scores[to] = c->scores[from];
    c->norms[to] = c->norms[from];
    if (c->held) c->held[to] = c->held[from];
}

/* Moves those of [begin, end) that reach `least` to `to`; the end of them there. */
static uint32_t keep_above(ks_candidates *c, uint32_t begin, uint32_t end, uint32_t to, float least) {
    if (begin == to && least <= 0) return end; /* no score is less */
    for (uint32_t i = begin; i < end; i++) {
        bool good = c->scores[i] >= least;
        move(c, to, i);
        to += good;
    }
    return to;
}

void ks_sift_drop(ks_sift *sift, float least) {
    ks_candidates *c = &sift->candidates;
    c->count = keep_above(c, 0, c->count, 0, least);
}

/* ---- Where two lists meet ---- */

/* Documents that stand in a block: their places among those asked for, and in the block. A document more is
 * written than is found. */
struct met {
    uint32_t count;
    uint32_t which[KS_BLOCK + 1], places[KS_BLOCK + 1];
};

/* Which of the documents, ascending and none of them behind the block, stand in it. */
static void meet(struct met *met, const uint32_t *docs, uint32_t count, const ks_cursor *cursor) {
    met->count = cursor->unpacker->meet(cursor->docs, docs, count, met->which, met->places);
}

/* Leaves those that hold the term in the list's field; `places` are those of its block, in one of the two. */
static void keep_met(struct met *met, ks_list *list, const uint32_t *places) {
    uint32_t kept = 0;
    if (list->field == KS_FIELD_ANY) return;
    for (uint32_t i = 0; i < met->count; i++) {
        bool good = ks_cursor_mask_at(list->cursor, places[i]) & 1u << list->field;
        met->which[kept] = met->which[i];
        met->places[kept] = met->places[i];
        kept += good;
    }
    met->count = kept;
}

/* What a list adds by the shape of a posting: where shapes are needed anyway, all of a block's frequencies
 * need not be unpacked for the few that stay. */
static float part_at(ks_list *list, uint32_t place, float norm) {
    return ks_sift_part((float)list->factor, (float)(int32_t)ks_cursor_tf_at(list->cursor, place), norm);
}

/* Leaves those of the candidates met, from `begin` on, in which the phrases still stand. Those that do not
 * reach `least` with the list's part are not looked at. */
static void keep_phrases(const ks_candidates *c, ks_list *list, uint32_t begin, struct met *met,
                         float least) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < met->count && least > 0; i++) {
        uint32_t at = begin + met->which[i], place = met->places[i];
        met->which[kept] = met->which[i];
        met->places[kept] = place;
        kept += c->scores[at] + part_at(list, place, c->norms[at]) >= least;
    }
    if (least > 0) met->count = kept;
    met->count = ks_phrase_keep(list->words, c->docs + begin, met->which, met->places, met->count);
}

/* Adds the block's parts to the candidates [begin, end), whose documents lie within it; the end of those that
 * stay. With less than `least` then, they need not. */
static uint32_t join_block(ks_candidates *c, ks_list *list, uint32_t begin, uint32_t end, bool must,
                           float least) {
    struct met met;
    ks_cursor *cursor = list->cursor;
    float factor = (float)list->factor;
    if (list->words) ks_cursor_prefetch_positions(cursor, list->block);
    if (!ks_list_enter(list) || cursor->doc > c->docs[end - 1]) return must ? begin : end;
    meet(&met, c->docs + begin, end - begin, cursor);
    keep_met(&met, list, met.places);
    if (list->words) keep_phrases(c, list, begin, &met, least);
    if (factor > 0 && met.count) {
        ks_cursor_tf(cursor); /* unpacks them all */
        for (uint32_t i = 0; i < met.count; i++) {
            uint32_t at = begin + met.which[i];
            c->scores[at] += ks_sift_part(factor, (float)(int32_t)cursor->tfs[met.places[i]], c->norms[at]);
        }
    }
    if (!must) {
        for (uint32_t i = 0; c->held && list->place < KS_HELD_SCORES && i < met.count; i++)
            c->held[begin + met.which[i]] |= UINT64_C(1) << list->place;
        return end;
    }
    for (uint32_t i = 0; i < met.count; i++) move(c, begin + i, begin + met.which[i]);
    return begin + met.count;
}

/* The same of what stands in the blocks of two lists. */
static void keep_phrases_met(const ks_sift *sift, ks_list *first, ks_list *second, struct met *met,
                             float least) {
    const uint32_t *docs = first->cursor->docs;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < met->count && least > 0; i++) {
        uint32_t at = met->which[i], place = met->places[i];
        float k = (float)ks_list_norm(sift->pass->factors, sift->leaf, docs[at]);
        met->which[kept] = at;
        met->places[kept] = place;
        kept += part_at(first, at, k) + part_at(second, place, k) >= least;
    }
    if (least > 0) met->count = kept;
    met->count = ks_phrase_keep(second->words, docs, met->which, met->places, met->count);
}

/* What two lists give to a document with these frequencies, by its norm. */
static float part_of_both(const ks_list *first, const ks_list *second, float first_tf, float second_tf,
                          float norm) {
    return ks_sift_part((float)first->factor, first_tf, norm) +
           ks_sift_part((float)second->factor, second_tf, norm);
}

/* Leaves those that may get `least` from both lists, if they are short: the lengths of the others, which
 * stand far apart in memory, are not looked up. */
static void keep_frequent(const ks_sift *sift, const ks_list *first, const ks_list *second, float least,
                          struct met *met) {
    float shortest = (float)ks_norm_of(&sift->pass->factors->norm, 0);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < met->count; i++) {
        float first_tf = (float)(int32_t)first->cursor->tfs[met->which[i]];
        float second_tf = (float)(int32_t)second->cursor->tfs[met->places[i]];
        bool good = part_of_both(first, second, first_tf, second_tf, shortest) >= least;
        met->which[kept] = met->which[i];
        met->places[kept] = met->places[i];
        kept += good;
    }
    met->count = kept;
}

/* Appends what stands in the blocks of both lists as candidates, for the time being with the frequencies in
 * place of score and norm. */
static void add_met(ks_sift *sift, ks_list *first, ks_list *second, float least, struct met *met) {
    ks_candidates *c = &sift->candidates;
    keep_met(met, first, met->which);
    keep_met(met, second, met->places);
    if (second->words) keep_phrases_met(sift, first, second, met, least);
    if (met->count == 0) return;
    ks_cursor_tf(first->cursor);
    ks_cursor_tf(second->cursor);
    if (least > 0) keep_frequent(sift, first, second, least, met);
    for (uint32_t i = 0; i < met->count; i++) {
        uint32_t to = c->count++, doc = first->cursor->docs[met->which[i]];
        ks_segment_prefetch_length(sift->leaf->segment, doc);
        c->docs[to] = doc;
        c->scores[to] = (float)(int32_t)first->cursor->tfs[met->which[i]];
        c->norms[to] = (float)(int32_t)second->cursor->tfs[met->places[i]];
    }
}

/* Scores them by their frequencies and their lengths, which stand far apart in memory and have been waited
 * for together. */
static void score_met(ks_sift *sift, const ks_list *first, const ks_list *second) {
    ks_candidates *c = &sift->candidates;
    const ks_norm *norm = &sift->pass->factors->norm;
    float lengths[KS_BLOCK];
    for (uint32_t i = 0; i < c->count; i++)
        lengths[i] = (float)(int32_t)ks_segment_length(sift->leaf->segment, c->docs[i]);
    for (uint32_t i = 0; i < c->count; i++) {
        float k = ks_sift_norm(norm, lengths[i]);
        c->scores[i] = part_of_both(first, second, c->scores[i], c->norms[i], k);
        c->norms[i] = k;
    }
}

/* The documents at some places of the first list's block. */
struct chosen {
    uint32_t count;
    uint32_t docs[KS_BLOCK], places[KS_BLOCK];
};

/* Those of [begin, end) that may get `need` from the list. */
static void choose(struct chosen *out, const ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end,
                   float need) {
    out->count = ks_sift_choose(sift, list, begin, end, need, out->places);
    for (uint32_t i = 0; i < out->count; i++) out->docs[i] = list->cursor->docs[out->places[i]];
}

/* Which of the first list's documents at [begin, end) stand in the block that the second list looks at:
 * places in both blocks. Left out are those to which both lists cannot give `least`; where the frequencies in
 * the first tell that of all of them, the second block need not be decoded. */
static void meet_block(struct met *met, const ks_sift *sift, ks_list *first, ks_list *second, uint32_t begin,
                       uint32_t end, float least) {
    const ks_norm *norm = &sift->pass->factors->norm;
    struct chosen chosen;
    float need = least > 0 ? least - (float)ks_list_bound(second, norm) : 0;
    bool few = ks_sift_floor(sift, first, need) > 1;
    met->count = 0;
    if (few) {
        choose(&chosen, sift, first, begin, end, need);
        if (chosen.count == 0) return;
        for (uint32_t i = 0; i < chosen.count; i++)
            ks_segment_prefetch_length(sift->leaf->segment, chosen.docs[i]);
    }
    if (second->words) ks_cursor_prefetch_positions(second->cursor, second->block);
    if (!ks_list_enter(second)) return;
    if (few)
        meet(met, chosen.docs, chosen.count, second->cursor);
    else
        meet(met, first->cursor->docs + begin, end - begin, second->cursor);
    for (uint32_t i = 0; i < met->count; i++)
        met->which[i] = few ? chosen.places[met->which[i]] : begin + met->which[i];
}

/* The places in the first list's block that may get `least` with the most that the second list gives to any
 * document: between them whole blocks of a long list need not even be looked at. */
static void find_able(const ks_sift *sift, ks_list *first, const ks_list *second, float least,
                      uint64_t able[KS_BLOCK / WORD]) {
    float need = least > 0 ? least - (float)second->most : 0;
    uint32_t floor = ks_sift_floor(sift, first, need);
    memset(able, 0xFF, KS_BLOCK / 8);
    if (floor <= 1) return;
    ks_cursor_tf(first->cursor); /* unpacks them all */
    first->cursor->unpacker->reach(able, first->cursor->tfs, floor);
}

/* The first place from `at` on whose bit is set; KS_BLOCK where there is none. */
static uint32_t next_able(const uint64_t able[KS_BLOCK / WORD], uint32_t at) {
    for (; at < KS_BLOCK; at = (at / WORD + 1) * WORD) {
        uint64_t rest = able[at / WORD] >> at % WORD;
        if (rest) return at + (uint32_t)__builtin_ctzll(rest);
    }
    return KS_BLOCK;
}

void ks_sift_meet(ks_sift *sift, ks_list *first, ks_list *second, uint32_t high, float least) {
    const ks_cursor *cursor = first->cursor;
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t end = cursor->doc > high ? 0 : ks_sift_block_end(cursor, high), next;
    uint64_t able[KS_BLOCK / WORD];
    struct met met;
    sift->candidates.count = 0;
    if (end) find_able(sift, first, second, least, able);
    for (uint32_t at = end ? next_able(able, cursor->in_block) : 0; at < end; at = next_able(able, next)) {
        uint32_t last = ks_list_look(second, cursor->docs[at]);
        if (last == KS_NO_DOC) break;
        next = last < high ? ks_sift_block_end(cursor, last) : end;
        if (least > 0 && ks_list_bound(first, norm) + ks_list_bound(second, norm) < (double)least) continue;
        meet_block(&met, sift, first, second, at, next, least);
        add_met(sift, first, second, least, &met);
    }
    score_met(sift, first, second);
}

/* The end of the candidates from `begin` on whose documents are not behind `last`. */
static uint32_t end_of(const ks_candidates *c, uint32_t begin, uint32_t last) {
    uint32_t end = begin + 1;
    while (end < c->count && c->docs[end] <= last) end++;
    return end;
}

void ks_sift_join(ks_sift *sift, ks_list *list, bool must, float rest, float threshold) {
    ks_candidates *c = &sift->candidates;
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t to = 0, end;
    for (uint32_t at = 0; at < c->count; at = end) {
        uint32_t last = ks_list_look(list, c->docs[at]), begin = to;
        float least = -1; /* all, whatever rounding does */
        if (threshold > 0)
            least = threshold - rest - (last == KS_NO_DOC ? 0 : (float)ks_list_bound(list, norm));
        end = end_of(c, at, last);
        to = last == KS_NO_DOC && must ? begin : keep_above(c, at, end, begin, least);
        if (last == KS_NO_DOC || to == begin) continue;
        /* The block holds at most 128 of them, but more may lie in its stretch. */
        to = join_block(c, list, begin, to, must, threshold > 0 ? threshold - rest : -1);
    }
    c->count = to;
}
