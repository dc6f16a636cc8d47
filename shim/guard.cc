// From exceptions to ks_status; see guard.hh.
#include "shim/guard.hh"

#include <xapian.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <stdexcept>
#include <system_error>

namespace ks {

namespace {

// Whether the error stems from this errno, which Xapian keeps as text only.
bool says(const Xapian::Error &error, int errnum) {
    const char *reason = error.get_error_string();
    return reason && std::strcmp(reason, std::strerror(errnum)) == 0;
}

bool disk_is_full(const Xapian::Error &error) {
    return says(error, ENOSPC) || says(error, EDQUOT) || says(error, EFBIG);
}

// A lock that could not be asked for is an error of this type, too.
bool is_locked(const Xapian::Error &error) {
    return error.get_msg().find("already locked") != std::string::npos;
}

// Xapian's errors are told apart by name. Those not listed here become KS_ERR_ENGINE.
const struct {
    const char *type;
    ks_status status;
} statuses[] = {
    {"DatabaseLockError", KS_ERR_IO},
    {"DatabaseCorruptError", KS_ERR_CORRUPT},
    {"DatabaseVersionError", KS_ERR_VERSION},
    {"DatabaseNotFoundError", KS_ERR_NO_INDEX},
    {"DatabaseOpeningError", KS_ERR_CORRUPT},
    {"DatabaseError", KS_ERR_CORRUPT},
    {"NetworkError", KS_ERR_IO},
    {"NetworkTimeoutError", KS_ERR_IO},
};

ks_status status_of(const Xapian::Error &error) {
    const std::string type = error.get_type();
    if (disk_is_full(error)) return KS_ERR_NO_SPACE;
    if (type == "DatabaseLockError" && is_locked(error)) return KS_ERR_LOCKED;
    for (const auto &row : statuses)
        if (type == row.type)
            return row.status == KS_ERR_CORRUPT && error.get_error_string() ? KS_ERR_IO : row.status;
    return error.get_error_string() ? KS_ERR_IO : KS_ERR_ENGINE;
}

ks_status describe(ks_error *err, const Xapian::Error &error) {
    ks_status status = status_of(error);
    const char *reason = error.get_error_string();
    if (status == KS_ERR_LOCKED) {
        ks_error_set(err, status, "another process is writing to this index");
        return ks_error_hint(err, status, "wait until it is done, then try again");
    }
    ks_error_set(err, status, "%s%s%s (%s)", error.get_msg().c_str(), reason ? ": " : "",
                 reason ? reason : "", error.get_type());
    if (status == KS_ERR_NO_SPACE)
        ks_error_hint(err, status, "the index is as it was; make room and try again");
    return status;
}

} // namespace

ks_status describe_exception(ks_error *err) noexcept {
    try {
        throw;
    } catch (const Xapian::Error &error) {
        return describe(err, error);
    } catch (const std::bad_alloc &) {
        return ks_error_nomem(err);
    } catch (const std::system_error &error) {
        return ks_error_errno(err, error.code().value(), "cannot use", "the index folder");
    } catch (const std::length_error &error) {
        return ks_error_set(err, KS_ERR_TOO_LARGE, "%s", error.what());
    } catch (const std::exception &error) {
        return ks_error_set(err, KS_ERR_ENGINE, "%s", error.what());
    } catch (...) {
        return ks_error_set(err, KS_ERR_ENGINE, "the Xapian engine failed in an unknown way");
    }
}

} // namespace ks
