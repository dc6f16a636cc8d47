// ksearch's C headers, for C++. For shim only.
#ifndef KS_SHIM_C_HEADERS_HH
#define KS_SHIM_C_HEADERS_HH

extern "C" {
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "engine/bm25.h"
#include "engine/engine.h"
}

#endif
