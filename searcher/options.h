/* The options of a search, which searching and explaining share. The defaults are the public
 * ks_search_options_init. May use base. */
#ifndef KS_SEARCHER_OPTIONS_H
#define KS_SEARCHER_OPTIONS_H

#include "base/error.h"

/* KS_ERR_ARGUMENT where a value is out of its range; see ks_search_options. */
ks_status ks_search_options_check(const ks_search_options *options, ks_error *err);

#endif
