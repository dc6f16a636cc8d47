// Opening a Xapian index for writing. May use base and engine.
#ifndef KS_SHIM_WRITER_HH
#define KS_SHIM_WRITER_HH

#include "shim/c_headers.hh"

namespace ks {

ks_status open_writer(ks_writer **out, const char *path, const ks_writer_options *options, ks_error *err);

} // namespace ks

#endif
