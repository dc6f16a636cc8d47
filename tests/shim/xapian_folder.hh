// What the tests that use Xapian itself share: the engine, and a folder for a database of it.
#ifndef KS_TESTS_SHIM_XAPIAN_FOLDER_HH
#define KS_TESTS_SHIM_XAPIAN_FOLDER_HH

#include <csetjmp>
#include <cstdarg>
#include <cstddef>
#include <cstdint>

extern "C" {
#include <cmocka.h>

#include "engine/engine.h"
#include "tests/support/tempdir.h"
}

#include <xapian.h>

#include <string>

namespace {

const ks_engine *engine;

int set_up(void **state) {
    return ks_engine_by_name(&engine, "xapian", nullptr) ? -1 : ks_test_folder_setup(state);
}

int tear_down(void **state) {
    return ks_test_folder_teardown(state);
}

std::string place(void **state) {
    return std::string(static_cast<const char *>(*state)) + "/index";
}

} // namespace

#endif
