// Memory from C functions, with std::bad_alloc in place of NULL. May use base and engine.
#ifndef KS_SHIM_MEMORY_HH
#define KS_SHIM_MEMORY_HH

#include "shim/c_headers.hh"

#include <new>
#include <string>

namespace ks {

// Returns the piece; throws if it is NULL.
inline void *checked(void *piece) {
    if (!piece) throw std::bad_alloc();
    return piece;
}

// A copy of the text in the arena.
inline ks_term copy_term(ks_arena &arena, const std::string &text) {
    const char *copy = static_cast<const char *>(checked(ks_arena_copy(&arena, text.data(), text.size())));
    return {copy, static_cast<std::uint32_t>(text.size())};
}

} // namespace ks

#endif
