// A plan as Xapian queries. May use base and engine.
#ifndef KS_SHIM_QUERY_HH
#define KS_SHIM_QUERY_HH

#include "shim/c_headers.hh"

#include <xapian.h>

namespace ks {

// Which documents match when all words are asked for or when any word will do, without scores.
Xapian::Query matching_query(const Xapian::Database &database, const ks_plan_node &node, ks_match mode);

// A query whose weights are the plan's scores.
struct ScoredQuery {
    Xapian::Query query;
    // Whether Xapian may leave documents out that cannot reach the page. With AND_MAYBE it sometimes leaves
    // out one that can (seen with 1.4.22), and an OR becomes AND_MAYBE on the way, so queries with either are
    // to be run to the end.
    bool may_prune;
};

// What matches, a matching document's weight being the sum of all scores whose term it holds. `mode` is
// KS_MATCH_ALL or KS_MATCH_ANY.
ScoredQuery scored_query(const Xapian::Database &database, const ks_plan &plan, ks_match mode);

} // namespace ks

#endif
