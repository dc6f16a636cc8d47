// The schema: how a Xapian database holds an index. May use base and engine.
//
// Terms of a document (engine/fields.h has the prefixes):
//   word            wdf (within-document frequency) = the sum of the field weights over its occurrences; no
//   positions field + word    wdf 0, with the positions in that field: for `title:x`, phrases, NEAR tag value
//   wdf = the weight of the tags other values    wdf 0; Q<id> is unique, XO<number> names a source
// Xapian derives the document length as the sum of all wdf: over words and whole tags, just what ranking
// needs.
//
// Values: see the slots below. Data: the stored record, JSON.
// Metadata: "format", "generation", and what the indexer keeps under "ks." names.
#ifndef KS_SHIM_SCHEMA_HH
#define KS_SHIM_SCHEMA_HH

#include "shim/c_headers.hh"

#include <xapian.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ks {

enum slot : Xapian::valueno {
    SLOT_RECENCY, // in descending order: newest first, then by id
    SLOT_DAY,     // yyyymmdd; none if the year is not known
    SLOT_HASH,    // 16 bytes
    SLOT_SOURCES, // 4 bytes each
    SLOT_ID
};

// The only format that this code reads and writes.
inline const char *const FORMAT = "1";
inline const char *const FORMAT_KEY = "format";
inline const char *const GENERATION_KEY = "generation";
inline const char *const META_PREFIX = "ks.";

inline std::string text_of(const ks_term &term) {
    return std::string(term.text, term.size);
}

std::string exact_term(ks_exact exact, const std::string &value);
std::string id_term(const ks_term &id);
std::string source_term(std::uint32_t source);
std::string recency_key(std::uint64_t order, const ks_term &id);
std::string day_value(std::uint32_t day);
std::string pack_hash(const ks_hash128 &hash);
ks_hash128 unpack_hash(const std::string &value);
std::string pack_sources(const std::uint32_t *sources, std::size_t count);
std::vector<std::uint32_t> unpack_sources(const std::string &value);

// The generation in the metadata; 0 if there is none, so nothing was ever committed. Throws
// Xapian::DatabaseVersionError for another format, DatabaseCorruptError if it is not a number.
std::uint64_t generation_of(const Xapian::Database &database);

} // namespace ks

#endif
