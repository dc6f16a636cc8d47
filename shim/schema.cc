// Encoding and decoding the parts of the schema; see schema.hh.
#include "shim/schema.hh"

#include <charconv>
#include <cstdio>
#include <cstring>

namespace ks {

namespace {

// Xapian limits terms to 245 bytes, prefix included.
constexpr std::size_t LONGEST_ID = 200;

std::string big_endian(std::uint64_t number) {
    std::string bytes(8, '\0');
    for (int i = 0; i < 8; i++)
        bytes[static_cast<std::size_t>(i)] = static_cast<char>(number >> (56 - 8 * i));
    return bytes;
}

std::uint64_t from_big_endian(const char *bytes, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < size; i++) number = number << 8 | static_cast<unsigned char>(bytes[i]);
    return number;
}

} // namespace

std::string exact_term(ks_exact exact, const std::string &value) {
    return ks_exact_prefix(exact) + value;
}

std::string id_term(const ks_term &id) {
    std::string value = text_of(id);
    if (value.size() > LONGEST_ID) {
        ks_hash128 hash = ks_hash128_of(id.text, id.size, 0);
        value.resize(LONGEST_ID);
        value += pack_hash(hash);
    }
    return exact_term(KS_EXACT_ID, value);
}

std::string source_term(std::uint32_t source) {
    return exact_term(KS_EXACT_SOURCE, std::to_string(source));
}

std::string recency_key(std::uint64_t order, const ks_term &id) {
    std::string key = big_endian(order);
    for (std::uint32_t i = 0; i < id.size; i++) key += static_cast<char>(~id.text[i]);
    key += '\xFF'; // so that, in descending order, an id comes before ids that begin with it
    return key;
}

std::string day_value(std::uint32_t day) {
    char text[16];
    std::snprintf(text, sizeof text, "%08u", static_cast<unsigned>(day));
    return text;
}

std::string pack_hash(const ks_hash128 &hash) {
    return big_endian(hash.high) + big_endian(hash.low);
}

ks_hash128 unpack_hash(const std::string &value) {
    ks_hash128 hash = {0, 0};
    if (value.size() == 16) {
        hash.high = from_big_endian(value.data(), 8);
        hash.low = from_big_endian(value.data() + 8, 8);
    }
    return hash;
}

std::string pack_sources(const std::uint32_t *sources, std::size_t count) {
    std::string value;
    for (std::size_t i = 0; i < count; i++) value += big_endian(sources[i]).substr(4);
    return value;
}

std::vector<std::uint32_t> unpack_sources(const std::string &value) {
    std::vector<std::uint32_t> sources;
    for (std::size_t at = 0; at + 4 <= value.size(); at += 4)
        sources.push_back(static_cast<std::uint32_t>(from_big_endian(value.data() + at, 4)));
    return sources;
}

std::uint64_t generation_of(const Xapian::Database &database) {
    std::string format = database.get_metadata(FORMAT_KEY);
    if (format.empty()) return 0;
    if (format != FORMAT)
        throw Xapian::DatabaseVersionError("the index has format " + format + ", this ksearch reads format " +
                                           FORMAT);
    const std::string text = database.get_metadata(GENERATION_KEY);
    std::uint64_t generation = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), generation);
    if (error != std::errc() || end != text.data() + text.size() || generation == 0)
        throw Xapian::DatabaseCorruptError("the index has the generation \"" + text + "\"");
    return generation;
}

} // namespace ks
