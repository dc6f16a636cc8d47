// Answering a plan from a Xapian database. May use base and engine.
#ifndef KS_SHIM_ANSWER_HH
#define KS_SHIM_ANSWER_HH

#include "shim/c_headers.hh"

#include <xapian.h>

namespace ks {

// Fills `out`, which is empty, with all but the generation. Throws what Xapian throws, and std::bad_alloc;
// what is in out's arena by then is the caller's to free.
void answer(const Xapian::Database &database, const ks_plan &plan, ks_topk &out);

} // namespace ks

#endif
