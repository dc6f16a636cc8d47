/* The options of a search: defaults and ranges. May use base. */
#include "searcher/options.h"

void ks_search_options_init(ks_search_options *options) {
    *options = (ks_search_options){.match = KS_MATCH_AUTO,
                                   .sort = KS_SORT_SCORE,
                                   .detail = KS_DETAIL_PASSAGES,
                                   .limit = 10,
                                   .tag_boost = 1};
}

ks_status ks_search_options_check(const ks_search_options *options, ks_error *err) {
    if (!(options->tag_boost >= 0 && options->tag_boost <= KS_TAG_BOOST_LIMIT))
        return ks_error_set(err, KS_ERR_ARGUMENT, "the tag boost must be a number from 0 to %d",
                            KS_TAG_BOOST_LIMIT);
    if (options->limit > SIZE_MAX - options->offset)
        return ks_error_set(err, KS_ERR_ARGUMENT, "limit and offset are too large");
    if (options->match > KS_MATCH_ANY || options->sort > KS_SORT_OLD || options->detail > KS_DETAIL_PASSAGES)
        return ks_error_set(err, KS_ERR_ARGUMENT, "match, sort or detail has a value that there is not");
    return KS_OK;
}
