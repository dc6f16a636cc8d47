// The module's only exported symbol: the engine, for a host built against the same engine.h. May use base and
// engine.
#include "shim/check.hh"
#include "shim/reader.hh"
#include "shim/writer.hh"

namespace {

const ks_engine engine = {"xapian", ks::open_reader, ks::open_writer, ks::check_index};

} // namespace

extern "C" __attribute__((visibility("default"))) const ks_engine *ks_engine_entry(int version) {
    return version == KS_ENGINE_VERSION ? &engine : nullptr;
}
