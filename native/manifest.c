/* The manifest of an index; see manifest.h. */
#include "native/manifest.h"

#include "native/folder.h"
#include "native/manifest_file.h"
#include "native/small_file.h"
#include "native/term_order.h"

#include <stdlib.h>
#include <string.h>

#define FEATURE(name)                                                                                        \
    { name, sizeof(name) - 1 }

/* The features that this ksearch knows, and gives to a new index. */
static const ks_term read_features[] = {
    FEATURE("segments-4"),  /* segment.h */
    FEATURE("deletions-2"), /* a bitmap for a segment */
};
static const ks_term write_features[] = {
    FEATURE("sources-1"), /* each document's sources, which only writers need */
};

static const ks_manifest_features known_read = {read_features, sizeof read_features / sizeof *read_features};
static const ks_manifest_features known_write = {write_features,
                                                 sizeof write_features / sizeof *write_features};

void ks_manifest_init(ks_manifest *out) {
    *out = (ks_manifest){.next_number = 1, .read = known_read, .write = known_write};
}

void ks_manifest_free(ks_manifest *manifest) {
    ks_arena_free(&manifest->arena);
    *manifest = (ks_manifest){0};
}

static bool is_known(const ks_manifest_features *known, const ks_term *name) {
    for (size_t i = 0; i < known->count; i++)
        if (ks_term_same(known->names[i], *name)) return true;
    return false;
}

static ks_status check_features(const ks_manifest_features *needed, const ks_manifest_features *known,
                                const char *what, ks_error *err) {
    for (size_t i = 0; i < needed->count; i++) {
        const ks_term *name = &needed->names[i];
        if (is_known(known, name)) continue;
        ks_error_set(err, KS_ERR_VERSION, "%s this index needs \"%.*s\", which this ksearch does not have",
                     what, name->size < 100 ? (int)name->size : 100, name->text);
        return ks_error_hint(err, KS_ERR_VERSION, "use a newer ksearch, or index the sources anew");
    }
    return KS_OK;
}

static ks_status check_read(const ks_manifest *manifest, ks_error *err) {
    return check_features(&manifest->read, &known_read, "reading", err);
}

ks_status ks_manifest_check_write(const ks_manifest *manifest, ks_error *err) {
    return check_features(&manifest->write, &known_write, "writing to", err);
}

static ks_status no_index(ks_status status, const char *folder, ks_error *err) {
    if (status != KS_ERR_NOT_FOUND) return status;
    return ks_error_set(err, KS_ERR_NO_INDEX, "there is no index at %s", folder);
}

/* Reads at most `limit` bytes. The caller frees *path, which is for messages, even after an error. */
static ks_status read_file(ks_buffer *out, char **path, const char *folder, size_t limit, ks_error *err) {
    ks_status status = ks_folder_path(path, folder, KS_MANIFEST_NAME, err);
    return status ? status
                  : no_index(ks_small_file_read(out, folder, KS_MANIFEST_NAME, limit, err), folder, err);
}

static ks_status read_stamp(uint64_t *out, const char *folder, ks_error *err) {
    return no_index(ks_small_file_stamp(out, folder, KS_MANIFEST_NAME, err), folder, err);
}

ks_status ks_manifest_load(ks_manifest *out, const char *folder, ks_error *err) {
    ks_manifest loaded = {0};
    ks_buffer file = {0};
    char *path = NULL;
    uint64_t stamp = 0;
    ks_status status = read_stamp(&stamp, folder, err); /* before: should it be replaced now, it is another */
    if (!status) status = read_file(&file, &path, folder, SIZE_MAX, err);
    if (!status) status = ks_manifest_decode(&loaded, &file, path, check_read, err);
    if (status) {
        ks_manifest_free(&loaded);
    } else {
        *out = loaded;
        out->stamp = stamp;
    }
    ks_buffer_free(&file);
    free(path);
    return status;
}

ks_status ks_manifest_peek_generation(const char *folder, uint64_t *generation, ks_error *err) {
    ks_buffer head = {0};
    char *path = NULL;
    ks_status status = read_file(&head, &path, folder, KS_MANIFEST_HEAD, err);
    if (!status) status = ks_manifest_head(generation, &head, path, err);
    ks_buffer_free(&head);
    free(path);
    return status;
}

ks_status ks_manifest_is_other(const ks_manifest *loaded, const char *folder, bool *out, ks_error *err) {
    uint64_t generation = 0, stamp = 0;
    ks_status status = ks_manifest_peek_generation(folder, &generation, err);
    if (!status) status = read_stamp(&stamp, folder, err);
    if (!status) *out = generation != loaded->generation || stamp != loaded->stamp;
    return status;
}

ks_status ks_manifest_store(const ks_manifest *manifest, const char *folder, ks_error *err) {
    ks_buffer file = {0};
    ks_status status = ks_manifest_encode(&file, manifest, err);
    if (!status) status = ks_small_file_replace(folder, KS_MANIFEST_NAME, file.data, file.size, err);
    ks_buffer_free(&file);
    return status;
}

ks_status ks_manifest_set_segments(ks_manifest *manifest, const ks_manifest_segment *segments, size_t count,
                                   ks_error *err) {
    ks_manifest_segment *copy;
    if (count > SIZE_MAX / sizeof *copy) return ks_error_nomem(err);
    copy = ks_arena_alloc(&manifest->arena, count * sizeof *copy);
    if (!copy) return ks_error_nomem(err);
    if (count > 0) memcpy(copy, segments, count * sizeof *copy);
    manifest->segments = copy;
    manifest->segment_count = count;
    return KS_OK;
}

static ks_manifest_value *find_value(const ks_manifest *manifest, const char *key) {
    ks_term name = {key, (uint32_t)strlen(key)};
    for (size_t i = 0; i < manifest->value_count; i++)
        if (ks_term_same(manifest->values[i].key, name)) return &manifest->values[i];
    return NULL;
}

const ks_term *ks_manifest_get(const ks_manifest *manifest, const char *key) {
    const ks_manifest_value *found = find_value(manifest, key);
    return found ? &found->value : NULL;
}

static ks_status add_value(ks_manifest *manifest, const char *key, ks_term value, ks_error *err) {
    size_t size = strlen(key), count = manifest->value_count;
    char *copy = ks_arena_copy(&manifest->arena, key, size);
    ks_manifest_value *values = ks_arena_alloc(&manifest->arena, (count + 1) * sizeof *values);
    if (!copy || !values) return ks_error_nomem(err);
    if (count > 0) memcpy(values, manifest->values, count * sizeof *values);
    values[count] = (ks_manifest_value){{copy, (uint32_t)size}, value};
    manifest->values = values;
    manifest->value_count = count + 1;
    return KS_OK;
}

ks_status ks_manifest_set(ks_manifest *manifest, const char *key, ks_term value, ks_error *err) {
    ks_manifest_value *found = find_value(manifest, key);
    char *copy;
    if (value.size == 0) {
        if (found) *found = manifest->values[--manifest->value_count];
        return KS_OK;
    }
    copy = ks_arena_copy(&manifest->arena, value.text, value.size);
    if (!copy) return ks_error_nomem(err);
    value.text = copy;
    if (!found) return add_value(manifest, key, value, err);
    found->value = value;
    return KS_OK;
}
