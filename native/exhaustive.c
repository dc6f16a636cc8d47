/* A pass that looks at every matching document: the simple version that the clever ones are tested against.
 * See search.h. */
#include "native/search.h"

ks_status ks_pass_matcher(ks_matcher **out, const ks_pass *pass, const ks_leaf *leaf, ks_arena *arena,
                          ks_error *err) {
    ks_matcher *any = NULL, *all = NULL;
    ks_status status =
        ks_matcher_make(&any, arena, pass->plan->root, pass->match, leaf, pass->view->unpacker, err);
    *out = any;
    if (status || !pass->some) return status;
    status = ks_matcher_make(&all, arena, pass->plan->root, KS_MATCH_ALL, leaf, pass->view->unpacker, err);
    if (!status) status = ks_matcher_make_difference(out, arena, any, all, err);
    if (status) ks_matcher_free(all);
    return status;
}

static ks_status check_cursors(const ks_scorers *scorers, const ks_leaf *leaf, ks_error *err) {
    for (size_t i = 0; i < scorers->count; i++)
        if (scorers->items[i].cursor->damaged)
            return ks_mapped_corrupt(leaf->segment->file, KS_SECTION_POSTINGS, 0,
                                     "a posting list makes no sense", err);
    return KS_OK;
}

ks_status ks_pass_exhaustive(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err) {
    ks_matcher *matcher = NULL;
    ks_scorers scorers;
    ks_candidate candidate = {.leaf = leaf, .tier = pass->tier};
    size_t taken = 0;
    bool here;
    ks_status status;
    if ((status = ks_scorers_make(&scorers, arena, pass->plan, pass->factors, leaf, pass->view, err)) ||
        (status = ks_pass_matcher(&matcher, pass, leaf, arena, err)))
        goto done;
    for (uint32_t doc = 0; doc < leaf->segment->documents; doc = matcher->doc + 1) {
        if ((status = ks_matcher_test(matcher, doc, &here, err)) || matcher->doc == KS_NO_DOC) break;
        if (ks_leaf_is_deleted(leaf, matcher->doc)) continue;
        pass->counted++;
        candidate.doc = matcher->doc;
        /* With the newest first, the leaf's first documents are its best: more than a page of them never
         * counts. */
        if (pass->plan->sort == KS_SORT_NEW && taken == pass->ranking.capacity) {
            if (pass->counted > pass->plan->count_limit) break;
            continue;
        }
        candidate.score = ks_scorers_score(&scorers, leaf->segment, candidate.doc);
        ks_ranking_offer(&pass->ranking, &candidate);
        taken++;
        if (pass->ranking.capacity == 0 && pass->counted > pass->plan->count_limit) break;
    }
    if (!status) status = check_cursors(&scorers, leaf, err);
done:
    ks_matcher_free(matcher);
    return status;
}
