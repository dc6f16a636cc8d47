// Opening a Xapian index for reading. May use base and engine.
#ifndef KS_SHIM_READER_HH
#define KS_SHIM_READER_HH

#include "shim/c_headers.hh"

#include <cstdint>
#include <string>

namespace ks {

// The size of all files in the folder.
std::uint64_t bytes_in(const std::string &path);

ks_status open_reader(ks_reader **out, const char *path, ks_error *err);

} // namespace ks

#endif
