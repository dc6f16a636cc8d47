// Checking a Xapian index. May use base and engine.
#ifndef KS_SHIM_CHECK_HH
#define KS_SHIM_CHECK_HH

#include "shim/c_headers.hh"

namespace ks {

ks_status check_index(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                      ks_error *err);

} // namespace ks

#endif
