/* Checking the options that searching and explaining share; see also the public ks_search_options_init. May
 * use base. */
#ifndef KS_SEARCHER_OPTIONS_H
#define KS_SEARCHER_OPTIONS_H

#include "base/error.h"

/* KS_ERR_ARGUMENT if a value is out of the range that ks_search_options documents. */
ks_status ks_search_options_check(const ks_search_options *options, ks_error *err);

#endif
