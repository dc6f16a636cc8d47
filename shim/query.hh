// From a plan to Xapian queries. May use base and engine.
#ifndef KS_SHIM_QUERY_HH
#define KS_SHIM_QUERY_HH

#include "shim/c_headers.hh"

#include <xapian.h>

namespace ks {

// Which documents match when all words are asked for, or when any word will do; without scores.
Xapian::Query matching_query(const Xapian::Database &database, const ks_plan_node &node, ks_match mode);

// A query whose weights are the plan's scores.
struct ScoredQuery {
    Xapian::Query query;
    // Whether Xapian may skip documents that cannot reach the page. With AND_MAYBE it sometimes skips one
    // that can (seen with 1.4.22), and it turns an OR into AND_MAYBE as the search goes on, so queries with
    // either must be run to their end.
    bool may_prune;
};

// The documents that match; the weight of each is the sum of all scores whose terms it has. `mode` is
// KS_MATCH_ALL or KS_MATCH_ANY.
ScoredQuery scored_query(const Xapian::Database &database, const ks_plan &plan, ks_match mode);

} // namespace ks

#endif
