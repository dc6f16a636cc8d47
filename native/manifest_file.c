/* Encoding and decoding a manifest; see manifest_file.h. The format in prose: docs/index-format.md.
 *
 * Layout, all integers little-endian; a string is a u32 size and its bytes:
 *   "KSINDEX1"
 *   u64 generation
 *   features for reading: u32 count, strings
 *   features for writing: the same
 *   u64 next number
 *   segments: u32 count; for each u64 number, u64 number of its deletions or 0, u32 documents, u32 deleted
 *   metadata: u32 count; for each two strings, key and value
 *   u64 XXH3-64 of all bytes before
 * Magic, generation, features and checksum never move; the features tell the layout of the rest. */
#include "native/manifest_file.h"

#include "base/hash.h"
#include "native/bytes.h"

#include <inttypes.h>
#include <string.h>

static const char magic[8] = {'K', 'S', 'I', 'N', 'D', 'E', 'X', '1'};
enum { SEGMENT = 24, CHECKSUM = 8 };

static void add_string(ks_buffer *out, ks_term string) {
    ks_add_u32(out, string.size);
    ks_buffer_add(out, string.text, string.size);
}

static void add_features(ks_buffer *out, const ks_manifest_features *features) {
    ks_add_u32(out, (uint32_t)features->count);
    for (size_t i = 0; i < features->count; i++) add_string(out, features->names[i]);
}

ks_status ks_manifest_encode(ks_buffer *out, const ks_manifest *manifest, ks_error *err) {
    size_t start = out->size;
    if (manifest->segment_count > UINT32_MAX || manifest->value_count > UINT32_MAX)
        return ks_error_set(err, KS_ERR_TOO_LARGE, "too many segments or metadata for one index");
    ks_buffer_add(out, magic, sizeof magic);
    ks_add_u64(out, manifest->generation);
    add_features(out, &manifest->read);
    add_features(out, &manifest->write);
    ks_add_u64(out, manifest->next_number);
    ks_add_u32(out, (uint32_t)manifest->segment_count);
    for (size_t i = 0; i < manifest->segment_count; i++) {
        const ks_manifest_segment *segment = &manifest->segments[i];
        ks_add_u64(out, segment->number);
        ks_add_u64(out, segment->deletions_number);
        ks_add_u32(out, segment->documents);
        ks_add_u32(out, segment->deleted);
    }
    ks_add_u32(out, (uint32_t)manifest->value_count);
    for (size_t i = 0; i < manifest->value_count; i++) {
        add_string(out, manifest->values[i].key);
        add_string(out, manifest->values[i].value);
    }
    if (!out->failed) ks_add_u64(out, ks_hash64(out->data + start, out->size - start, 0));
    return ks_buffer_check(out, err);
}

struct input {
    const char *path;
    const char *start, *at, *end;
    ks_arena *arena;
    ks_error *err;
};

static ks_status corrupt(const struct input *in, const char *what) {
    ks_error_set(in->err, KS_ERR_CORRUPT, "%s: %s at byte %zu", in->path, what, (size_t)(in->at - in->start));
    ks_error_at(in->err, KS_ERR_CORRUPT, in->at - in->start);
    return KS_ERR_CORRUPT;
}

static ks_status take(struct input *in, size_t size, const char **bytes) {
    if ((size_t)(in->end - in->at) < size) return corrupt(in, "the manifest ends too early");
    *bytes = in->at;
    in->at += size;
    return KS_OK;
}

static ks_status take_u64(struct input *in, uint64_t *out) {
    const char *bytes = NULL;
    ks_status status = take(in, 8, &bytes);
    if (!status) *out = ks_get_u64(bytes);
    return status;
}

/* Takes a count of items, each of which takes at least `least` bytes in the file, and allocates `size` bytes
 * for each. */
static ks_status take_array(struct input *in, size_t least, size_t size, size_t *count, void **array) {
    const char *bytes = NULL;
    uint32_t value;
    ks_status status = take(in, 4, &bytes);
    if (status) return status;
    value = ks_get_u32(bytes);
    if (value > (size_t)(in->end - in->at) / least) return corrupt(in, "the manifest ends too early");
    *array = ks_arena_alloc(in->arena, value * size);
    if (!*array) return ks_error_nomem(in->err);
    *count = value;
    return KS_OK;
}

static ks_status take_string(struct input *in, ks_term *out) {
    const char *bytes = NULL;
    uint32_t size;
    ks_status status = take(in, 4, &bytes);
    if (status) return status;
    size = ks_get_u32(bytes);
    status = take(in, size, &bytes);
    if (status) return status;
    bytes = ks_arena_copy(in->arena, bytes, size);
    if (!bytes) return ks_error_nomem(in->err);
    *out = (ks_term){bytes, size};
    return KS_OK;
}

static ks_status take_features(struct input *in, ks_manifest_features *out) {
    void *array = NULL;
    ks_term *names;
    size_t count = 0;
    ks_status status = take_array(in, 4, sizeof *names, &count, &array);
    names = array;
    for (size_t i = 0; !status && i < count; i++) status = take_string(in, &names[i]);
    if (!status) *out = (ks_manifest_features){names, count};
    return status;
}

static bool makes_sense(const ks_manifest_segment *segment, uint64_t next_number) {
    return segment->number > 0 && segment->number < next_number && segment->deletions_number < next_number &&
           segment->deleted <= segment->documents &&
           (segment->deleted > 0) == (segment->deletions_number > 0);
}

static ks_status take_segments(struct input *in, ks_manifest *out) {
    void *array = NULL;
    size_t count = 0;
    ks_status status = take_array(in, SEGMENT, sizeof *out->segments, &count, &array);
    if (status) return status;
    out->segments = array;
    for (size_t i = 0; i < count; i++, in->at += SEGMENT) {
        out->segments[i] = (ks_manifest_segment){.number = ks_get_u64(in->at),
                                                 .deletions_number = ks_get_u64(in->at + 8),
                                                 .documents = ks_get_u32(in->at + 16),
                                                 .deleted = ks_get_u32(in->at + 20)};
        if (!makes_sense(&out->segments[i], out->next_number))
            return corrupt(in, "a segment that makes no sense");
    }
    out->segment_count = count;
    return KS_OK;
}

static ks_status take_values(struct input *in, ks_manifest *out) {
    void *array = NULL;
    size_t count = 0;
    ks_status status = take_array(in, 8, sizeof *out->values, &count, &array);
    out->values = array;
    for (size_t i = 0; !status && i < count; i++) {
        status = take_string(in, &out->values[i].key);
        if (!status) status = take_string(in, &out->values[i].value);
    }
    if (!status) out->value_count = count;
    return status;
}

ks_status ks_manifest_head(uint64_t *generation, const ks_buffer *head, const char *path, ks_error *err) {
    struct input in = {.path = path, .start = head->data, .at = head->data, .err = err};
    in.end = head->size > 0 ? head->data + head->size : head->data;
    if (head->size < KS_MANIFEST_HEAD) return corrupt(&in, "the manifest ends too early");
    if (memcmp(in.at, magic, sizeof magic) != 0) return corrupt(&in, "no manifest of ksearch");
    *generation = ks_get_u64(in.at + sizeof magic);
    return KS_OK;
}

static ks_status take_rest(struct input *in, ks_manifest *out) {
    ks_status status = take_u64(in, &out->next_number);
    if (!status) status = take_segments(in, out);
    if (!status) status = take_values(in, out);
    if (!status && in->at != in->end) status = corrupt(in, "the manifest goes on too long");
    return status;
}

ks_status ks_manifest_decode(ks_manifest *out, const ks_buffer *file, const char *path,
                             ks_status (*known)(const ks_manifest *manifest, ks_error *err), ks_error *err) {
    struct input in = {.path = path, .start = file->data, .at = file->data, .arena = &out->arena, .err = err};
    size_t content = file->size >= CHECKSUM ? file->size - CHECKSUM : 0;
    ks_status status = ks_manifest_head(&out->generation, file, path, err);
    if (status) return status;
    if (ks_hash64(file->data, content, 0) != ks_get_u64(file->data + content))
        return corrupt(&in, "wrong checksum of the manifest");
    in.at += KS_MANIFEST_HEAD;
    in.end = in.start + content;
    if (in.end < in.at) return corrupt(&in, "the manifest ends too early");
    status = take_features(&in, &out->read);
    if (!status) status = take_features(&in, &out->write);
    if (!status) status = known(out, err);
    return status ? status : take_rest(&in, out);
}
