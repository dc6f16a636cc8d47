/* Sections and checksums of the native engine's files; see sections.h. */
#include "tests/support/sections.h"

#include "base/hash.h"
#include "native/bytes.h"
#include "native/file_writer.h"

#include <string.h>

enum { TAIL = 32, TAIL_CHECKSUM = 16, ENTRY = 24, CHECKSUM = 8, MANIFEST_MAGIC = 8 };

static void put_u64(unsigned char *at, uint64_t value) {
    for (int i = 0; i < 8; i++) at[i] = (unsigned char)(value >> 8 * i);
}

/* How many checksums of checksums there are. */
static size_t groups_of(size_t content) {
    size_t chunks = (content + KS_CHUNK - 1) / KS_CHUNK;
    return (chunks + KS_CHUNK_GROUP - 1) / KS_CHUNK_GROUP;
}

/* Whether it is a file of sections; where its content ends, and how many there are. */
static bool is_sectioned(const unsigned char *bytes, size_t size, size_t *content, size_t *count) {
    const unsigned char *tail;
    if (size < KS_FILE_MAGIC_SIZE + TAIL || memcmp(bytes, KS_FILE_MAGIC, KS_FILE_MAGIC_SIZE) != 0)
        return false;
    tail = bytes + size - TAIL;
    *count = ks_get_u32(tail);
    *content = (size_t)ks_get_u64(tail + 8);
    return *count <= KS_SECTIONS && *content <= size &&
           ks_get_u32(tail + 4) == (*content + KS_CHUNK - 1) / KS_CHUNK &&
           size - *content ==
               ((size_t)ks_get_u32(tail + 4) + groups_of(*content)) * CHECKSUM + *count * ENTRY + TAIL;
}

size_t ks_test_sections(ks_test_section out[KS_TEST_SECTIONS], const unsigned char *bytes, size_t size) {
    size_t content, count, table;
    if (!is_sectioned(bytes, size, &content, &count)) {
        out[0] = (ks_test_section){0, size};
        return 1;
    }
    table = size - TAIL - count * ENTRY;
    for (size_t i = 0; i < count; i++) {
        const unsigned char *entry = bytes + table + i * ENTRY;
        out[i] = (ks_test_section){(size_t)ks_get_u64(entry + 8), (size_t)ks_get_u64(entry + 16)};
    }
    out[count++] = (ks_test_section){content, table - content};
    out[count++] = (ks_test_section){table, size - TAIL - table};
    out[count++] = (ks_test_section){size - TAIL, TAIL};
    return count;
}

/* Puts the checksums of each `step` bytes of from..end - 1 behind one another. Returns where they end. */
static unsigned char *put_checksums(unsigned char *to, const unsigned char *from, const unsigned char *end,
                                    size_t step) {
    for (; from < end; from += step, to += CHECKSUM) {
        size_t left = (size_t)(end - from);
        put_u64(to, ks_hash64(from, left < step ? left : step, 0));
    }
    return to;
}

bool ks_test_repair(unsigned char *bytes, size_t size) {
    size_t content, count;
    if (is_sectioned(bytes, size, &content, &count)) {
        unsigned char *end = bytes + size - TAIL_CHECKSUM;
        unsigned char *groups = put_checksums(bytes + content, bytes, bytes + content, KS_CHUNK);
        put_checksums(groups, bytes + content, groups, (size_t)KS_CHUNK_GROUP * CHECKSUM);
        put_u64(end, ks_hash64(groups, (size_t)(end - groups), 0));
        return true;
    }
    if (size < MANIFEST_MAGIC + CHECKSUM || memcmp(bytes, "KSINDEX1", MANIFEST_MAGIC) != 0) return false;
    put_u64(bytes + size - CHECKSUM, ks_hash64(bytes, size - CHECKSUM, 0));
    return true;
}
