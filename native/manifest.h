/* The manifest: which segments an index consists of, and its metadata. One small file, replaced as a whole
 * with each commit. May use base and native/small_file.h. Layout: at the head of manifest_file.c. */
#ifndef KS_NATIVE_MANIFEST_H
#define KS_NATIVE_MANIFEST_H

#include "base/memory.h"
#include "engine/plan.h"

#define KS_MANIFEST_NAME "manifest"

typedef struct ks_manifest_segment {
    uint64_t number;           /* of its file; from 1 */
    uint64_t deletions_number; /* number of the file with its deletions; 0: none are deleted */
    uint32_t documents;        /* deleted ones included */
    uint32_t deleted;          /* of them; 0 exactly where deletions_number is */
} ks_manifest_segment;

typedef struct ks_manifest_value {
    ks_term key, value;
} ks_manifest_value;

/* What a program must know to read the index, and what more it must know to write to it. */
typedef struct ks_manifest_features {
    const ks_term *names;
    size_t count;
} ks_manifest_features;

/* A generation of an index. Names, keys and values live in the arena, or as long as their owner says. */
typedef struct ks_manifest {
    uint64_t generation;  /* 0: nothing was committed */
    uint64_t stamp;       /* of the file it was loaded from */
    uint64_t next_number; /* greater than the number of any file that was made for the index */
    ks_manifest_features read, write;
    ks_manifest_segment *segments;
    size_t segment_count;
    ks_manifest_value *values; /* metadata; no key twice */
    size_t value_count;
    ks_arena arena;
} ks_manifest;

/* A manifest of no segments with the features that this ksearch has. */
void ks_manifest_init(ks_manifest *out);
void ks_manifest_free(ks_manifest *manifest);

/* Reads FOLDER/manifest. KS_ERR_NO_INDEX where there is none, KS_ERR_CORRUPT where it is damaged,
 * KS_ERR_VERSION, naming it, where a feature is needed for reading that this ksearch does not have. */
ks_status ks_manifest_load(ks_manifest *out, const char *folder, ks_error *err);

/* KS_ERR_VERSION, naming it, where a feature is needed for writing that this ksearch does not have. */
ks_status ks_manifest_check_write(const ks_manifest *manifest, ks_error *err);

/* Puts it in place of FOLDER/manifest: the commit. All files written into the folder before, and synced, are
 * durable then. On an error the old one is in its place; see ks_small_file_replace for the one exception. */
ks_status ks_manifest_store(const ks_manifest *manifest, const char *folder, ks_error *err);

/* The generation of FOLDER/manifest, without reading the rest or checking it; KS_ERR_NO_INDEX,
 * KS_ERR_CORRUPT. */
ks_status ks_manifest_peek_generation(const char *folder, uint64_t *generation, ks_error *err);

/* Whether FOLDER/manifest is another one than was loaded: of another generation, or of an index that was
 * removed and made anew. Errors as above. */
ks_status ks_manifest_is_other(const ks_manifest *loaded, const char *folder, bool *out, ks_error *err);

/* Copies these segments into the manifest in place of its own. */
ks_status ks_manifest_set_segments(ks_manifest *manifest, const ks_manifest_segment *segments, size_t count,
                                   ks_error *err);

/* The value under `key`, or NULL. */
const ks_term *ks_manifest_get(const ks_manifest *manifest, const char *key);

/* Copies key and value; an empty value removes the key. On an error nothing has changed. */
ks_status ks_manifest_set(ks_manifest *manifest, const char *key, ks_term value, ks_error *err);

#endif
