/* Reading a file of sections through a mapping; see mapped.h. May use base. */
#include "native/mapped.h"

#include "base/clock.h"
#include "base/hash.h"
#include "native/bytes.h"
#include "native/folder.h"
#include "native/io.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TAIL = 32, ENTRY = 24, CHECKSUM = 8 };

/* After this many calls of ks_mapped_touch for a section the rest of it is verified too: it will most likely
 * be needed, and a section that is verified as a whole is read without calls. */
enum { TOUCHES = 1 << 12 };

/* Mapping and hashing a chunk that is in the page cache takes some microseconds; a page that is not takes
 * tens at least. A file is slow if verifying a chunk takes longer than SLOW_US. From a slow one, FETCHED
 * bytes are asked for at a time. */
enum { SLOW_US = 50, FETCHED = 1 << 16 };

struct section {
    uint64_t offset, size;
    uint32_t left;    /* chunks that are not verified yet */
    uint32_t touches; /* calls of ks_mapped_touch */
    bool present, all_verified;
};

struct ks_mapped {
    char *path;
    const char *name; /* the last part of path */
    const uint8_t *data;
    uint64_t size;
    uint64_t content; /* bytes before the checksums, which cover them */
    uint32_t chunks;
    uint8_t *verified; /* a bit for each chunk, */
    uint8_t *listed;   /* and behind these one for each group of checksums */
    bool slow;         /* reading had to wait for the disk */
    uint64_t fetched;  /* where what was asked for last ends, in FETCHED bytes */
    struct section sections[KS_SECTIONS];
    ks_error fault; /* that ks_mapped_fault reports; code KS_OK: none */
    const char *const *section_names;
    unsigned section_name_count;
};

static ks_status corrupt(const ks_mapped *mapped, uint64_t offset, const char *what, ks_error *err) {
    ks_error_set(err, KS_ERR_CORRUPT, "%s: %s at byte %" PRIu64, mapped->path, what, offset);
    return ks_error_at(err, KS_ERR_CORRUPT, (int64_t)offset);
}

static ks_status map_file(ks_mapped *mapped, ks_error *err) {
    int fd;
    void *data;
    ks_status status = ks_io_open(&fd, mapped->path, O_RDONLY, err), closed;
    if (status) return status;
    status = ks_io_size(fd, &mapped->size, mapped->path, err);
    if (!status && (mapped->size < KS_FILE_MAGIC_SIZE + TAIL || mapped->size > SIZE_MAX))
        status = corrupt(mapped, mapped->size, "the file ends too early", err);
    if (!status) {
        data = mmap(NULL, (size_t)mapped->size, PROT_READ, MAP_SHARED, fd, 0);
        if (data == MAP_FAILED)
            status = ks_error_errno(err, errno, "cannot map", mapped->path);
        else
            mapped->data = data;
        /* Reading ahead is up to fetch_chunks. */
        if (!status) posix_madvise(data, (size_t)mapped->size, POSIX_MADV_RANDOM);
    }
    closed = ks_io_close(fd, mapped->path, status ? NULL : err);
    return status ? status : closed;
}

static uint64_t divide_up(uint64_t dividend, uint64_t divisor) {
    return dividend / divisor + (dividend % divisor > 0);
}

/* How many chunks these bytes lie in. */
static uint32_t chunks_of(uint64_t offset, uint64_t size) {
    return size ? (uint32_t)((offset + size - 1) / KS_CHUNK - offset / KS_CHUNK + 1) : 0;
}

/* The table lists sections in file order; they do not overlap. */
static ks_status read_table(ks_mapped *mapped, const uint8_t *table, uint32_t count, ks_error *err) {
    uint64_t free_from = KS_FILE_MAGIC_SIZE;
    for (uint32_t i = 0; i < count; i++, table += ENTRY) {
        uint32_t number = ks_get_u32(table);
        uint64_t offset = ks_get_u64(table + 8), size = ks_get_u64(table + 16);
        uint64_t at = (uint64_t)(table - mapped->data);
        if (number >= KS_SECTIONS || mapped->sections[number].present || ks_get_u32(table + 4) != 0)
            return corrupt(mapped, at, "wrong section number", err);
        if (offset < free_from || offset % KS_SECTION_ALIGN != 0 || offset > mapped->content ||
            size > mapped->content - offset)
            return corrupt(mapped, at, "a section that does not fit", err);
        mapped->sections[number] =
            (struct section){offset, size, chunks_of(offset, size), 0, true, size == 0};
        free_from = offset + size;
    }
    return KS_OK;
}

/* The magic number at the front is checked with the first chunk: reading it here would map a page that may
 * not be needed. */
static ks_status read_tail(ks_mapped *mapped, ks_error *err) {
    uint64_t at = mapped->size - TAIL;
    const uint8_t *tail = mapped->data + at;
    uint32_t count = ks_get_u32(tail);
    uint64_t after;  /* bytes behind the content */
    uint64_t sealed; /* of these, the last ones: what the tail's checksum covers, and the rest of the tail */
    if (memcmp(tail + TAIL - KS_FILE_MAGIC_SIZE, KS_FILE_MAGIC, KS_FILE_MAGIC_SIZE) != 0)
        return corrupt(mapped, at, "wrong magic number", err);
    mapped->chunks = ks_get_u32(tail + 4);
    mapped->content = ks_get_u64(tail + 8);
    sealed = divide_up(mapped->chunks, KS_CHUNK_GROUP) * CHECKSUM + (uint64_t)count * ENTRY + TAIL;
    after = (uint64_t)mapped->chunks * CHECKSUM + sealed;
    if (count > KS_SECTIONS || after > mapped->size || mapped->content != mapped->size - after ||
        mapped->chunks != divide_up(mapped->content, KS_CHUNK))
        return corrupt(mapped, at, "sizes that do not fit the file", err);
    if (ks_hash64(mapped->data + mapped->size - sealed, (size_t)(sealed - 16), 0) != ks_get_u64(tail + 16))
        return corrupt(mapped, mapped->size - sealed, "wrong checksum of the table", err);
    return read_table(mapped, tail - (size_t)count * ENTRY, count, err);
}

/* Nothing is verified yet. */
static ks_status make_marks(ks_mapped *mapped, ks_error *err) {
    size_t chunks = mapped->chunks / 8 + 1, groups = mapped->chunks / KS_CHUNK_GROUP / 8 + 1;
    mapped->verified = calloc(chunks + groups, 1);
    if (!mapped->verified) return ks_error_nomem(err);
    mapped->listed = mapped->verified + chunks;
    return KS_OK;
}

ks_status ks_mapped_open(ks_mapped **out, const char *folder, const char *name, ks_error *err) {
    ks_mapped *mapped = calloc(1, sizeof *mapped);
    uint64_t start;
    ks_status status;
    if (!mapped) return ks_error_nomem(err);
    status = ks_folder_path(&mapped->path, folder, name, err);
    if (status) goto done;
    mapped->name = mapped->path + strlen(mapped->path) - strlen(name);
    status = map_file(mapped, err);
    if (status) goto done;
    start = ks_clock_us();
    status = read_tail(mapped, err);
    if (status) goto done;
    mapped->slow = ks_clock_us() - start > SLOW_US;
    status = make_marks(mapped, err);
done:
    if (status)
        ks_mapped_close(mapped);
    else
        *out = mapped;
    return status;
}

void ks_mapped_close(ks_mapped *mapped) {
    if (!mapped) return;
    if (mapped->data) munmap((void *)(uintptr_t)mapped->data, (size_t)mapped->size);
    free(mapped->verified);
    free(mapped->path);
    free(mapped);
}

uint64_t ks_mapped_size(const ks_mapped *mapped, unsigned section) {
    return section < KS_SECTIONS ? mapped->sections[section].size : 0;
}

void ks_mapped_name_sections(ks_mapped *mapped, const char *const *names, unsigned count) {
    mapped->section_names = names;
    mapped->section_name_count = count;
}

/* The section's name, or its number if it has none. */
static const char *section_name(const ks_mapped *mapped, unsigned section, char room[24]) {
    if (section < mapped->section_name_count && mapped->section_names[section])
        return mapped->section_names[section];
    snprintf(room, 24, "%u", section);
    return room;
}

/* The first or last section in file order that has bytes in start..end - 1; KS_SECTIONS if there is none. */
static unsigned section_in(const ks_mapped *mapped, uint64_t start, uint64_t end, bool last) {
    unsigned found = KS_SECTIONS;
    for (unsigned i = 0; i < KS_SECTIONS; i++) {
        const struct section *section = &mapped->sections[i];
        if (section->size == 0 || section->offset >= end || section->offset + section->size <= start)
            continue;
        if (found == KS_SECTIONS || (section->offset > mapped->sections[found].offset) == last) found = i;
    }
    return found;
}

static ks_status wrong_checksum(const ks_mapped *mapped, uint64_t start, uint64_t end, ks_error *err) {
    unsigned first = section_in(mapped, start, end, false), last = section_in(mapped, start, end, true);
    char one[24], other[24];
    if (first == KS_SECTIONS) return corrupt(mapped, start, "wrong checksum of a chunk", err);
    ks_error_set(err, KS_ERR_CORRUPT, "%s: wrong checksum of a chunk at byte %" PRIu64 " (section %s%s%s)",
                 mapped->path, start, section_name(mapped, first, one), first == last ? "" : " to ",
                 first == last ? "" : section_name(mapped, last, other));
    return ks_error_at(err, KS_ERR_CORRUPT, (int64_t)start);
}

uint64_t ks_mapped_file_size(const ks_mapped *mapped) {
    return mapped->size;
}

static bool is_marked(const uint8_t *marks, uint64_t number) {
    return marks[number / 8] >> number % 8 & 1;
}

static void mark(uint8_t *marks, uint64_t number) {
    marks[number / 8] |= (uint8_t)(1U << number % 8);
}

static bool is_verified(const ks_mapped *mapped, uint64_t chunk) {
    return is_marked(mapped->verified, chunk);
}

/* Marks the chunk, and counts it off in each section that has a part of it. */
static void mark_verified(ks_mapped *mapped, uint64_t chunk, uint64_t start, uint64_t end) {
    if (is_verified(mapped, chunk)) return;
    mark(mapped->verified, chunk);
    for (struct section *section = mapped->sections; section < mapped->sections + KS_SECTIONS; section++)
        if (section->size > 0 && section->offset < end && section->offset + section->size > start)
            section->all_verified = --section->left == 0;
}

/* Asks the kernel to read these bytes, and those around them. */
static void fetch(const ks_mapped *mapped, uint64_t start, uint64_t end) {
    start = start / FETCHED * FETCHED;
    end = divide_up(end, FETCHED) * FETCHED;
    if (end > mapped->size) end = mapped->size;
    posix_madvise((void *)(uintptr_t)(mapped->data + start), (size_t)(end - start), POSIX_MADV_WILLNEED);
}

/* Gets the checksum of the chunk, once the group that it is in is verified. */
static ks_status find_checksum(ks_mapped *mapped, uint64_t chunk, uint64_t *out, ks_error *err) {
    const uint8_t *checksums = mapped->data + mapped->content;
    uint64_t group = chunk / KS_CHUNK_GROUP, first = group * KS_CHUNK_GROUP, left = mapped->chunks - first;
    size_t size = (size_t)(left < KS_CHUNK_GROUP ? left : KS_CHUNK_GROUP) * CHECKSUM;
    if (!is_marked(mapped->listed, group)) {
        uint64_t start = mapped->content + first * CHECKSUM;
        uint64_t expected = ks_get_u64(checksums + (mapped->chunks + group) * CHECKSUM);
        if (mapped->slow) fetch(mapped, start, start + size);
        if (ks_hash64(checksums + first * CHECKSUM, size, 0) != expected)
            return corrupt(mapped, start, "wrong checksum of checksums", err);
        mark(mapped->listed, group);
    }
    *out = ks_get_u64(checksums + chunk * CHECKSUM);
    return KS_OK;
}

static ks_status verify_chunk(ks_mapped *mapped, uint64_t chunk, ks_error *err) {
    uint64_t start = chunk * KS_CHUNK, rest = mapped->content - start, expected = 0;
    uint64_t size = rest < KS_CHUNK ? rest : KS_CHUNK;
    ks_status status = find_checksum(mapped, chunk, &expected, err);
    if (status) return status;
    if (chunk == 0 && memcmp(mapped->data, KS_FILE_MAGIC, KS_FILE_MAGIC_SIZE) != 0)
        return corrupt(mapped, 0, "wrong magic number", err);
    if (ks_hash64(mapped->data + start, (size_t)size, 0) != expected)
        return wrong_checksum(mapped, start, start + size, err);
    mark_verified(mapped, chunk, start, start + size);
    return KS_OK;
}

/* Asking for chunks that are in memory already would cost more than verifying them does: it is done only
 * after a chunk was slow to come. */
static ks_status verify_chunks(ks_mapped *mapped, uint64_t first, uint64_t end, ks_error *err) {
    uint64_t before = 0, now, last = divide_up(end * KS_CHUNK, FETCHED);
    for (uint64_t chunk = first; chunk < end; chunk++) {
        ks_status status;
        if (is_verified(mapped, chunk)) continue;
        if (!mapped->slow && !before) before = ks_clock_us();
        if (mapped->slow && mapped->fetched != last) {
            fetch(mapped, chunk * KS_CHUNK, end * KS_CHUNK);
            mapped->fetched = last;
        }
        if ((status = verify_chunk(mapped, chunk, err))) return status;
        if (mapped->slow) continue;
        now = ks_clock_us();
        mapped->slow = now - before > SLOW_US;
        before = now;
    }
    return KS_OK;
}

ks_status ks_mapped_span_unverified(const ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size,
                                    const uint8_t **out, ks_error *err) {
    uint64_t whole = ks_mapped_size(mapped, section);
    if (offset > whole || size > whole - offset)
        return ks_mapped_corrupt(mapped, section, offset, "bytes behind the section's end are asked for",
                                 err);
    *out = mapped->data + (section < KS_SECTIONS ? mapped->sections[section].offset + offset : 0);
    return KS_OK;
}

ks_status ks_mapped_span(ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size,
                         const uint8_t **out, ks_error *err) {
    const uint8_t *at = NULL;
    ks_status status = ks_mapped_span_unverified(mapped, section, offset, size, &at, err);
    if (status) return status;
    if (size > 0 && !mapped->sections[section].all_verified) {
        uint64_t start = (uint64_t)(at - mapped->data), first = start / KS_CHUNK;
        uint64_t last = (start + size - 1) / KS_CHUNK;
        if ((first != last || !is_verified(mapped, first)) &&
            (status = verify_chunks(mapped, first, last + 1, err)))
            return status;
    }
    *out = at;
    return KS_OK;
}

const bool *ks_mapped_all_verified(const ks_mapped *mapped, unsigned section) {
    return &mapped->sections[section].all_verified;
}

/* ---- Errors that are reported later ---- */

void ks_mapped_set_fault(ks_mapped *mapped, const ks_error *fault) {
    if (mapped->fault.code == KS_OK) mapped->fault = *fault;
}

bool ks_mapped_touch(ks_mapped *mapped, unsigned section, uint64_t offset, uint64_t size) {
    const uint8_t *at = NULL;
    ks_error fault;
    if (mapped->fault.code != KS_OK) return false; /* no result will be used: waste no more time */
    if (section < KS_SECTIONS && ++mapped->sections[section].touches == TOUCHES) {
        offset = 0;
        size = mapped->sections[section].size;
    }
    if (!ks_mapped_span(mapped, section, offset, size, &at, &fault)) return true;
    ks_mapped_set_fault(mapped, &fault);
    return false;
}

ks_status ks_mapped_fault(const ks_mapped *mapped, ks_error *err) {
    if (mapped->fault.code != KS_OK && err) *err = mapped->fault;
    return mapped->fault.code;
}

/* Where the next section from `at` on begins; *end gets where it ends. Without another, both are the
 * content's end. */
static uint64_t next_section(const ks_mapped *mapped, uint64_t at, uint64_t *end) {
    unsigned section = KS_SECTIONS;
    for (unsigned i = 0; i < KS_SECTIONS; i++)
        if (mapped->sections[i].size > 0 && mapped->sections[i].offset >= at &&
            (section == KS_SECTIONS || mapped->sections[i].offset < mapped->sections[section].offset))
            section = i;
    *end = section < KS_SECTIONS ? mapped->sections[section].offset + mapped->sections[section].size
                                 : mapped->content;
    return section < KS_SECTIONS ? mapped->sections[section].offset : mapped->content;
}

/* Between sections there are only zeros, and no more than the alignment needs. */
static ks_status check_gaps(const ks_mapped *mapped, ks_error *err) {
    for (uint64_t at = KS_FILE_MAGIC_SIZE, end; at < mapped->content; at = end) {
        uint64_t start = next_section(mapped, at, &end);
        if (start - at >= KS_SECTION_ALIGN) return corrupt(mapped, at, "bytes that no section has", err);
        for (; at < start; at++)
            if (mapped->data[at] != 0) return corrupt(mapped, at, "bytes that no section has", err);
    }
    return KS_OK;
}

ks_status ks_mapped_verify(ks_mapped *mapped, ks_error *err) {
    for (uint32_t chunk = 0; chunk < mapped->chunks; chunk++) {
        ks_status status = verify_chunk(mapped, chunk, err);
        if (status) return status;
    }
    return check_gaps(mapped, err);
}

const char *ks_mapped_name(const ks_mapped *mapped) {
    return mapped->name;
}

ks_status ks_mapped_corrupt(const ks_mapped *mapped, unsigned section, uint64_t offset, const char *what,
                            ks_error *err) {
    char room[24];
    return ks_error_set(err, KS_ERR_CORRUPT, "%s: section %s, offset %" PRIu64 ": %s", mapped->path,
                        section_name(mapped, section, room), offset, what);
}
