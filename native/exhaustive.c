/* A pass that looks at every matching document: the simple version that the clever ones are tested against;
 * see search.h. May use base, engine and native's files. */
#include "native/search.h"

/* Whether no further document of the leaf can enter the page. With the newest first, a leaf's first documents
 * are its best, so a page of them will do. */
static bool is_enough(const ks_pass *pass, size_t taken) {
    return pass->ranking.capacity == 0 || (pass->sort == KS_SORT_NEW && taken >= pass->ranking.capacity);
}

ks_status ks_pass_exhaustive(ks_pass *pass, const ks_leaf *leaf, ks_arena *arena, ks_error *err) {
    ks_matcher *matcher = NULL;
    ks_list *lists;
    size_t count, taken = 0;
    uint64_t held;
    double score;
    bool here;
    ks_status status;
    if ((status = ks_lists_open(&lists, &count, arena, pass->factors, leaf, err)) ||
        (status = ks_matcher_make(&matcher, arena, pass->plan->root, pass->match, leaf, pass->view->unpacker,
                                  err)))
        goto done;
    for (uint32_t doc = 0; doc < leaf->segment->documents; doc = matcher->doc + 1) {
        if (is_enough(pass, taken) && !pass->counting) break;
        if ((status = ks_matcher_test(matcher, doc, &here, err)) || matcher->doc == KS_NO_DOC) break;
        if (ks_leaf_is_deleted(leaf, matcher->doc)) continue;
        if (pass->counting) ks_pass_count(pass, 1);
        if (is_enough(pass, taken) || ks_pass_is_ranked(pass, leaf, matcher->doc)) continue;
        score = ks_lists_score(lists, count, pass->factors, leaf, matcher->doc, &held);
        ks_pass_offer(pass, leaf, matcher->doc, score, held);
        taken++;
    }
    if (!status) status = ks_lists_check(lists, count, err);
done:
    ks_matcher_free(matcher);
    return status;
}
