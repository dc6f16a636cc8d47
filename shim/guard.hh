// The only place where exceptions turn into ks_status. No exception gets past a guard. May use base.
#ifndef KS_SHIM_GUARD_HH
#define KS_SHIM_GUARD_HH

#include "shim/c_headers.hh"

namespace ks {

// Describes the exception that is being handled. To be called inside a catch block.
ks_status describe_exception(ks_error *err) noexcept;

// Runs `body`, which returns a ks_status, and turns whatever it throws into a ks_status.
template <class Body> ks_status guard(ks_error *err, Body &&body) noexcept {
    try {
        return body();
    } catch (...) {
        return describe_exception(err);
    }
}

} // namespace ks

#endif
