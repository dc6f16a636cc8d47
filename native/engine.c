/* The native engine as engine/engine.h knows it. */
#include "native/native.h"

const ks_engine ks_native_engine = {"native", ks_native_open_reader, ks_native_open_writer, ks_native_check};
