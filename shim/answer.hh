// Answering a plan from a Xapian database. May use base and engine.
#ifndef KS_SHIM_ANSWER_HH
#define KS_SHIM_ANSWER_HH

#include "shim/c_headers.hh"

#include <xapian.h>

namespace ks {

// Fills `out`, which is empty, except for its generation. Throws what Xapian throws, and std::bad_alloc; the
// caller then frees what is in out's arena.
void answer(const Xapian::Database &database, const ks_plan &plan, ks_topk &out);

} // namespace ks

#endif
