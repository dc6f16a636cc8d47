/* Adding up approximate scores for many documents at once: the inner loops of a search; see sift.h. May use
 * base, engine and native's files. */
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

/* Moves the candidates of [begin, end) that reach `least` to `to`; returns where they end there. Each is
 * copied, and the next one overwrites it unless it counts: there is no branch to mispredict. */
static uint32_t keep_above(ks_candidates *c, uint32_t begin, uint32_t end, uint32_t to, float least) {
    if (begin == to && least <= 0) return end; /* no score is negative */
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

/* Documents found in a block: their indices among the documents asked for, and in the block. However many are
 * asked for, a block holds at most KS_BLOCK of them; one entry more may be written than is found. */
struct met {
    uint32_t count;
    uint32_t in_docs[KS_BLOCK + 1], in_block[KS_BLOCK + 1];
};

/* Finds the documents that stand in the cursor's block. They ascend, and none is behind the block. */
static void meet(struct met *met, const uint32_t *docs, uint32_t count, const ks_cursor *cursor) {
    met->count = cursor->unpacker->meet(cursor->docs, docs, count, met->in_docs, met->in_block);
}

/* Moves entry `from` to `to`, which is not behind it. */
static void move_met(struct met *met, uint32_t to, uint32_t from) {
    met->in_docs[to] = met->in_docs[from];
    met->in_block[to] = met->in_block[from];
}

/* Keeps those that hold the term in the list's field. `in_block` is the one of met's two arrays that has the
 * indices in this list's block. */
static void keep_field(struct met *met, ks_list *list, const uint32_t *in_block) {
    uint32_t kept = 0;
    if (list->field == KS_FIELD_ANY) return;
    for (uint32_t i = 0; i < met->count; i++) {
        bool good = ks_cursor_mask_at(list->cursor, in_block[i]) & 1u << list->field;
        move_met(met, kept, i);
        kept += good;
    }
    met->count = kept;
}

/* What a list adds for one posting. The frequency comes from the shape: a phrase needs shapes anyway, and so
 * the block's frequencies are not decoded where few candidates or none survive it. */
static float part_at(ks_list *list, uint32_t in_block, float norm) {
    return ks_sift_part((float)list->factor, (float)(int32_t)ks_cursor_tf_at(list->cursor, in_block), norm);
}

/* Keeps the candidates met, of those from `begin` on, that reach `least` with the list's part. */
static void keep_reaching(const ks_candidates *c, ks_list *list, uint32_t begin, struct met *met,
                          float least) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < met->count; i++) {
        uint32_t at = begin + met->in_docs[i];
        bool good = c->scores[at] + part_at(list, met->in_block[i], c->norms[at]) >= least;
        move_met(met, kept, i);
        kept += good;
    }
    met->count = kept;
}

/* Keeps those of them that the list's phrases still allow. Reading positions is dear: it comes last. */
static void keep_phrases(const ks_candidates *c, ks_list *list, uint32_t begin, struct met *met,
                         float least) {
    if (least > 0) keep_reaching(c, list, begin, met, least);
    met->count = ks_phrase_keep(list->words, c->docs + begin, met->in_docs, met->in_block, met->count);
}

/* Adds what the list gives to the candidates met. */
static void add_parts(ks_candidates *c, const ks_list *list, uint32_t begin, const struct met *met) {
    float factor = (float)list->factor;
    if (factor <= 0 || met->count == 0) return;
    ks_cursor_tf(list->cursor); /* decodes those of the whole block */
    for (uint32_t i = 0; i < met->count; i++) {
        uint32_t at = begin + met->in_docs[i], tf = list->cursor->tfs[met->in_block[i]];
        c->scores[at] += ks_sift_part(factor, (float)(int32_t)tf, c->norms[at]);
    }
}

/* Notes that the list holds the candidates met. */
static void note_held(ks_candidates *c, const ks_list *list, uint32_t begin, const struct met *met) {
    for (uint32_t i = 0; c->held && i < met->count; i++)
        c->held[begin + met->in_docs[i]] |= ks_held_bit(list->score_index);
}

/* Adds what the list gives to the candidates [begin, end), which are not behind the block looked at. Returns
 * the end of those that stay; those that come to less than `least` may be dropped. */
static uint32_t join_block(ks_candidates *c, ks_list *list, uint32_t begin, uint32_t end, bool must,
                           float least) {
    struct met met;
    ks_cursor *cursor = list->cursor;
    if (list->words) ks_cursor_prefetch_positions(cursor, list->block);
    if (!ks_list_enter(list) || cursor->doc > c->docs[end - 1]) return must ? begin : end;
    meet(&met, c->docs + begin, end - begin, cursor);
    keep_field(&met, list, met.in_block);
    if (list->words) keep_phrases(c, list, begin, &met, least);
    add_parts(c, list, begin, &met);
    if (!must) {
        note_held(c, list, begin, &met);
        return end;
    }
    for (uint32_t i = 0; i < met.count; i++) move(c, begin + i, begin + met.in_docs[i]);
    return begin + met.count;
}

/* The same two for documents met in the blocks of two lists, which are no candidates yet: in_docs are indices
 * in the first list's block. */
static void keep_reaching_met(const ks_sift *sift, ks_list *first, ks_list *second, struct met *met,
                              float least) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < met->count; i++) {
        uint32_t at = met->in_docs[i];
        float k = (float)ks_list_norm(sift->pass->factors, sift->leaf, first->cursor->docs[at]);
        bool good = part_at(first, at, k) + part_at(second, met->in_block[i], k) >= least;
        move_met(met, kept, i);
        kept += good;
    }
    met->count = kept;
}

static void keep_phrases_met(const ks_sift *sift, ks_list *first, ks_list *second, struct met *met,
                             float least) {
    const uint32_t *docs = first->cursor->docs;
    if (least > 0) keep_reaching_met(sift, first, second, met, least);
    met->count = ks_phrase_keep(second->words, docs, met->in_docs, met->in_block, met->count);
}

/* What two lists give to a document with these frequencies and this norm. */
static float part_of_both(const ks_list *first, const ks_list *second, float first_tf, float second_tf,
                          float norm) {
    return ks_sift_part((float)first->factor, first_tf, norm) +
           ks_sift_part((float)second->factor, second_tf, norm);
}

/* Keeps those that would get `least` from both lists if they were as short as can be: the lengths of the
 * others, which are scattered in memory, are not looked up. */
static void keep_frequent(const ks_sift *sift, const ks_list *first, const ks_list *second, float least,
                          struct met *met) {
    float shortest = (float)ks_norm_of(&sift->pass->factors->norm, 0);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < met->count; i++) {
        float first_tf = (float)(int32_t)first->cursor->tfs[met->in_docs[i]];
        float second_tf = (float)(int32_t)second->cursor->tfs[met->in_block[i]];
        bool good = part_of_both(first, second, first_tf, second_tf, shortest) >= least;
        move_met(met, kept, i);
        kept += good;
    }
    met->count = kept;
}

/* Appends what was met in the blocks of both lists to the candidates. Until score_met, their scores and norms
 * hold the two frequencies. */
static void add_met(ks_sift *sift, ks_list *first, ks_list *second, float least, struct met *met) {
    ks_candidates *c = &sift->candidates;
    keep_field(met, first, met->in_docs);
    keep_field(met, second, met->in_block);
    if (second->words) keep_phrases_met(sift, first, second, met, least);
    if (met->count == 0) return;
    ks_cursor_tf(first->cursor);
    ks_cursor_tf(second->cursor);
    if (least > 0) keep_frequent(sift, first, second, least, met);
    for (uint32_t i = 0; i < met->count; i++) {
        uint32_t to = c->count++, doc = first->cursor->docs[met->in_docs[i]];
        ks_segment_prefetch_length(sift->leaf->segment, doc);
        c->docs[to] = doc;
        c->scores[to] = (float)(int32_t)first->cursor->tfs[met->in_docs[i]];
        c->norms[to] = (float)(int32_t)second->cursor->tfs[met->in_block[i]];
    }
}

/* Turns the candidates' frequencies into scores and norms. All of their lengths have been prefetched. */
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

/* Some documents of the first list's block, and their indices in it. */
struct chosen {
    uint32_t count;
    uint32_t docs[KS_BLOCK], in_block[KS_BLOCK];
};

/* Chooses the postings of [begin, end) that may get `need` from the list. */
static void choose(struct chosen *out, const ks_sift *sift, ks_list *list, uint32_t begin, uint32_t end,
                   float need) {
    out->count = ks_sift_choose(sift, list, begin, end, need, out->in_block);
    for (uint32_t i = 0; i < out->count; i++) out->docs[i] = list->cursor->docs[out->in_block[i]];
}

/* Meets the first list's postings of [begin, end) with the block that the second list looks at: in_docs are
 * indices in the first list's block then. Leaves out documents whose frequency in the first list is too low
 * to reach `least` with the second block's bound; where that goes for all of them, the second block is not
 * even decoded. */
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
        met->in_docs[i] = few ? chosen.in_block[met->in_docs[i]] : begin + met->in_docs[i];
}

/* Sets a bit for each posting of the first list's block that may reach `least` with the most that the second
 * list gives to any document. Blocks of the second list that lie between them are not even looked at. */
static void find_promising(const ks_sift *sift, ks_list *first, const ks_list *second, float least,
                           uint64_t promising[KS_BLOCK / WORD]) {
    float need = least > 0 ? least - (float)second->most : 0;
    uint32_t floor = ks_sift_floor(sift, first, need);
    memset(promising, 0xFF, KS_BLOCK / 8);
    if (floor <= 1) return;
    ks_cursor_tf(first->cursor); /* decodes those of the whole block */
    first->cursor->unpacker->reach(promising, first->cursor->tfs, floor);
}

/* The first index from `at` on whose bit is set; KS_BLOCK where there is none. */
static uint32_t next_promising(const uint64_t promising[KS_BLOCK / WORD], uint32_t at) {
    for (; at < KS_BLOCK; at = (at / WORD + 1) * WORD) {
        uint64_t rest = promising[at / WORD] >> at % WORD;
        if (rest) return at + (uint32_t)__builtin_ctzll(rest);
    }
    return KS_BLOCK;
}

void ks_sift_meet(ks_sift *sift, ks_list *first, ks_list *second, uint32_t high, float least) {
    const ks_cursor *cursor = first->cursor;
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t end, next;
    uint64_t promising[KS_BLOCK / WORD];
    struct met met;
    sift->candidates.count = 0;
    if (cursor->doc > high) return;
    end = ks_sift_block_end(cursor, high);
    find_promising(sift, first, second, least, promising);
    for (uint32_t at = next_promising(promising, cursor->in_block); at < end;
         at = next_promising(promising, next)) {
        uint32_t last = ks_list_look(second, cursor->docs[at]);
        if (last == KS_NO_DOC) break;
        next = last < high ? ks_sift_block_end(cursor, last) : end;
        if (least > 0 && ks_list_bound(first, norm) + ks_list_bound(second, norm) < (double)least) continue;
        meet_block(&met, sift, first, second, at, next, least);
        add_met(sift, first, second, least, &met);
    }
    score_met(sift, first, second);
}

/* The end of the candidates from `begin` on whose documents are not greater than `last`; there is one. */
static uint32_t end_of(const ks_candidates *c, uint32_t begin, uint32_t last) {
    uint32_t end = begin + 1;
    while (end < c->count && c->docs[end] <= last) end++;
    return end;
}

/* The candidates are joined block by block of the list. Before a block is decoded, those are dropped that
 * cannot reach the threshold even with the block's bound: often all of them. */
void ks_sift_join(ks_sift *sift, ks_list *list, bool must, float rest, float threshold) {
    ks_candidates *c = &sift->candidates;
    const ks_norm *norm = &sift->pass->factors->norm;
    uint32_t to = 0, end;
    for (uint32_t at = 0; at < c->count; at = end) {
        uint32_t last = ks_list_look(list, c->docs[at]), begin = to;
        float least = -1; /* keeps all */
        if (threshold > 0)
            least = threshold - rest - (last == KS_NO_DOC ? 0 : (float)ks_list_bound(list, norm));
        end = end_of(c, at, last);
        to = last == KS_NO_DOC && must ? begin : keep_above(c, at, end, begin, least);
        if (last == KS_NO_DOC || to == begin) continue;
        to = join_block(c, list, begin, to, must, threshold > 0 ? threshold - rest : -1);
    }
    c->count = to;
}
