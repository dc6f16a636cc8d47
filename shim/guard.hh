// The one place where exceptions turn into ks_status. Nothing throws past a guard. May use base.
#ifndef KS_SHIM_GUARD_HH
#define KS_SHIM_GUARD_HH

#include "shim/c_headers.hh"

namespace ks {

// To be called inside a catch block only: describes the exception in flight.
ks_status describe_exception(ks_error *err) noexcept;

// Runs `body`, which returns a ks_status, and turns whatever it throws into one.
template <class Body> ks_status guard(ks_error *err, Body &&body) noexcept {
    try {
        return body();
    } catch (...) {
        return describe_exception(err);
    }
}

} // namespace ks

#endif
