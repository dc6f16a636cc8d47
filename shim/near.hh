// Words near each other, as a Xapian query. May use base and engine.
#ifndef KS_SHIM_NEAR_HH
#define KS_SHIM_NEAR_HH

#include "shim/c_headers.hh"

#include <xapian.h>

#include <string>
#include <vector>

namespace ks {

// The documents in which all terms stand within `window` positions, each at one of its own. Xapian's OP_NEAR
// would miss some: where two of its terms meet at one position, it moves one of them on and never back.
// Throws std::length_error where engine/near.h refuses.
Xapian::Query near_query(const std::vector<std::string> &terms, std::uint32_t window);

} // namespace ks

#endif
