// What becomes of each exception that Xapian, the C++ library or the shim itself may throw: its status,
// message and hint. The guard is compiled into this test, as the engine's module shows nothing but the
// engine.
#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>

extern "C" {
#include <cmocka.h>
}

#include "shim/guard.cc" // NOLINT(bugprone-suspicious-include)
#include "shim/memory.hh"

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

// The status of what is thrown; *error is filled.
ks_status thrown(const std::function<void()> &what, ks_error *error) {
    return ks::guard(error, [&]() -> ks_status {
        what();
        return KS_OK;
    });
}

void expect(const std::function<void()> &what, ks_status status, const char *message, const char *hint) {
    ks_error error = {};
    assert_int_equal(thrown(what, &error), status);
    assert_int_equal(error.code, status);
    assert_string_equal(error.message, message);
    assert_string_equal(error.hint, hint);
    assert_int_equal(thrown(what, nullptr), status);
}

template <class Error> void expect_xapian(ks_status plain, ks_status with_errno, const char *type) {
    const std::string of_type = std::string(" (") + type + ")";
    expect([] { throw Error("It fell"); }, plain, ("It fell" + of_type).c_str(), "");
    expect([] { throw Error("It fell", EIO); }, with_errno,
           ("It fell: " + std::string(std::strerror(EIO)) + of_type).c_str(), "");
}

void errors_of_xapian(void **state) {
    (void)state;
    expect_xapian<Xapian::DatabaseCorruptError>(KS_ERR_CORRUPT, KS_ERR_IO, "DatabaseCorruptError");
    expect_xapian<Xapian::DatabaseOpeningError>(KS_ERR_CORRUPT, KS_ERR_IO, "DatabaseOpeningError");
    expect_xapian<Xapian::DatabaseError>(KS_ERR_CORRUPT, KS_ERR_IO, "DatabaseError");
    expect_xapian<Xapian::DatabaseVersionError>(KS_ERR_VERSION, KS_ERR_VERSION, "DatabaseVersionError");
    expect_xapian<Xapian::DatabaseNotFoundError>(KS_ERR_NO_INDEX, KS_ERR_NO_INDEX, "DatabaseNotFoundError");
    expect_xapian<Xapian::NetworkError>(KS_ERR_IO, KS_ERR_IO, "NetworkError");
    expect_xapian<Xapian::NetworkTimeoutError>(KS_ERR_IO, KS_ERR_IO, "NetworkTimeoutError");
}

// Those without a status of their own are the engine's, or the system's where it gave a reason.
void errors_that_are_not_listed(void **state) {
    (void)state;
    expect_xapian<Xapian::DocNotFoundError>(KS_ERR_ENGINE, KS_ERR_IO, "DocNotFoundError");
    expect_xapian<Xapian::InvalidArgumentError>(KS_ERR_ENGINE, KS_ERR_IO, "InvalidArgumentError");
    expect_xapian<Xapian::InternalError>(KS_ERR_ENGINE, KS_ERR_IO, "InternalError");
    expect_xapian<Xapian::RangeError>(KS_ERR_ENGINE, KS_ERR_IO, "RangeError");
    expect_xapian<Xapian::UnimplementedError>(KS_ERR_ENGINE, KS_ERR_IO, "UnimplementedError");
    expect_xapian<Xapian::DatabaseModifiedError>(KS_ERR_ENGINE, KS_ERR_IO, "DatabaseModifiedError");
}

void a_full_disk(void **state) {
    static const char hint[] = "the index is as it was; make room and try again";
    (void)state;
    for (const int reason : {ENOSPC, EDQUOT, EFBIG}) {
        const std::string message =
            "Cannot write: " + std::string(std::strerror(reason)) + " (DatabaseError)";
        expect([reason] { throw Xapian::DatabaseError("Cannot write", reason); }, KS_ERR_NO_SPACE,
               message.c_str(), hint);
        ks_error error = {};
        assert_int_equal(thrown([reason] { throw Xapian::DatabaseLockError("x", reason); }, &error),
                         KS_ERR_NO_SPACE);
        assert_int_equal(thrown([reason] { throw Xapian::InternalError("x", reason); }, &error),
                         KS_ERR_NO_SPACE);
    }
}

void an_index_that_is_locked(void **state) {
    (void)state;
    expect([] { throw Xapian::DatabaseLockError("Unable to get write lock on x: already locked"); },
           KS_ERR_LOCKED, "another process is writing to this index",
           "wait until it is done, then try again");
}

void a_lock_that_cannot_be_had(void **state) {
    (void)state;
    expect(
        [] {
            throw Xapian::DatabaseLockError("Unable to get write lock on x: Couldn't open lockfile: reason");
        },
        KS_ERR_IO, "Unable to get write lock on x: Couldn't open lockfile: reason (DatabaseLockError)", "");
}

void errors_of_cpp(void **state) {
    (void)state;
    expect([] { throw std::runtime_error("a reason"); }, KS_ERR_ENGINE, "a reason", "");
    expect([] { throw std::length_error("too long"); }, KS_ERR_TOO_LARGE, "too long", "");
    expect([] { throw 42; }, KS_ERR_ENGINE, "the Xapian engine failed in an unknown way", "");
    expect([] { throw "text"; }, KS_ERR_ENGINE, "the Xapian engine failed in an unknown way", "");
    ks_error error = {};
    assert_int_equal(thrown([] { throw std::bad_alloc(); }, &error), KS_ERR_NOMEM);
    assert_int_equal(error.code, KS_ERR_NOMEM);
}

void errors_of_the_system(void **state) {
    (void)state;
    for (const int reason : {ENOENT, EACCES, EIO, ENOSPC, ENOMEM}) {
        ks_error error = {}, expected = {};
        const ks_status status = ks_error_errno(&expected, reason, "cannot use", "the index folder");
        assert_int_equal(
            thrown([reason] { throw std::system_error(reason, std::generic_category()); }, &error), status);
        assert_int_equal(error.code, status);
        assert_string_equal(error.message, expected.message);
    }
}

// A message longer than there is room for is cut, whatever is in it.
void long_messages(void **state) {
    (void)state;
    for (const char *piece : {"x", "\xC3\xA4", "%s%n"}) {
        std::string message;
        while (message.size() < 5000) message += piece;
        ks_error error = {};
        assert_int_equal(thrown([&] { throw Xapian::DatabaseCorruptError(message); }, &error),
                         KS_ERR_CORRUPT);
        assert_true(std::strlen(error.message) < sizeof error.message);
        assert_memory_equal(error.message, message.data(), 100);
        assert_int_equal(thrown([&] { throw std::runtime_error(message); }, &error), KS_ERR_ENGINE);
        assert_memory_equal(error.message, message.data(), 100);
    }
}

void what_throws_nothing(void **state) {
    ks_error error = {};
    (void)state;
    for (const ks_status status : {KS_OK, KS_ERR_IO, KS_ERR_NOT_FOUND})
        assert_int_equal(ks::guard(&error, [status] { return status; }), status);
    assert_int_equal(error.code, KS_OK);
}

void pieces(void **state) {
    int piece = 0;
    ks_error error = {};
    (void)state;
    assert_ptr_equal(ks::checked(&piece), &piece);
    assert_int_equal(thrown([] { ks::checked(nullptr); }, &error), KS_ERR_NOMEM);
}

void copies(void **state) {
    ks_arena arena = {};
    const std::string text("a\0b", 3);
    (void)state;
    const ks_term copy = ks::copy_term(arena, text);
    assert_int_equal(copy.size, 3);
    assert_memory_equal(copy.text, "a\0b", 4);
    assert_ptr_not_equal(copy.text, text.data());
    ks_arena_free(&arena);
}

} // namespace

int main() {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_of_xapian),
        cmocka_unit_test(errors_that_are_not_listed),
        cmocka_unit_test(a_full_disk),
        cmocka_unit_test(an_index_that_is_locked),
        cmocka_unit_test(a_lock_that_cannot_be_had),
        cmocka_unit_test(errors_of_cpp),
        cmocka_unit_test(errors_of_the_system),
        cmocka_unit_test(long_messages),
        cmocka_unit_test(what_throws_nothing),
        cmocka_unit_test(pieces),
        cmocka_unit_test(copies),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
