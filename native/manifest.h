/* The manifest: the segments of an index, and its metadata. One small file, replaced as a whole by each
 * commit. May use base and native/small_file.h. Layout: at the head of manifest_file.c. */
#ifndef KS_NATIVE_MANIFEST_H
#define KS_NATIVE_MANIFEST_H

#include "base/memory.h"
#include "engine/plan.h"

#define KS_MANIFEST_NAME "manifest"

typedef struct ks_manifest_segment {
    uint64_t number;           /* of its file; from 1 */
    uint64_t deletions_number; /* of the file with its deletions; 0: nothing is deleted */
    uint32_t documents;        /* deleted ones included */
    uint32_t deleted;          /* 0 if and only if deletions_number is */
} ks_manifest_segment;

typedef struct ks_manifest_value {
    ks_term key, value;
} ks_manifest_value;

/* Names of format features that a program must know in order to read the index, or to write to it. */
typedef struct ks_manifest_features {
    const ks_term *names;
    size_t count;
} ks_manifest_features;

/* A generation of an index. Names, keys and values live in the arena, or as long as their owner says. */
typedef struct ks_manifest {
    uint64_t generation;  /* 0: nothing was committed yet */
    uint64_t stamp;       /* of the file that it was loaded from */
    uint64_t next_number; /* greater than the number of any file ever made for the index */
    ks_manifest_features read, write;
    ks_manifest_segment *segments;
    size_t segment_count;
    ks_manifest_value *values; /* metadata; keys are distinct */
    size_t value_count;
    ks_arena arena;
} ks_manifest;

/* Makes a manifest without segments, with the features of this ksearch. */
void ks_manifest_init(ks_manifest *out);
void ks_manifest_free(ks_manifest *manifest);

/* Reads FOLDER/manifest. KS_ERR_NO_INDEX if there is none; KS_ERR_CORRUPT if it is damaged; KS_ERR_VERSION,
 * naming the feature, if reading needs one that this ksearch does not have. */
ks_status ks_manifest_load(ks_manifest *out, const char *folder, ks_error *err);

/* KS_ERR_VERSION, naming the feature, if writing needs one that this ksearch does not have. */
ks_status ks_manifest_check_write(const ks_manifest *manifest, ks_error *err);

/* Replaces FOLDER/manifest: this is the commit. All files that were written into the folder and synced before
 * are durable then. On an error the old one is still there; see ks_small_file_replace for the exception. */
ks_status ks_manifest_store(const ks_manifest *manifest, const char *folder, ks_error *err);

/* Reads the generation of FOLDER/manifest without reading or checking the rest. KS_ERR_NO_INDEX,
 * KS_ERR_CORRUPT. */
ks_status ks_manifest_peek_generation(const char *folder, uint64_t *generation, ks_error *err);

/* Whether FOLDER/manifest is no longer the one that was loaded: it is of another generation, or of an index
 * that replaced this one. Errors as above. */
ks_status ks_manifest_is_other(const ks_manifest *loaded, const char *folder, bool *out, ks_error *err);

/* Replaces the manifest's segments by a copy of these. */
ks_status ks_manifest_set_segments(ks_manifest *manifest, const ks_manifest_segment *segments, size_t count,
                                   ks_error *err);

/* The value under `key`, or NULL. */
const ks_term *ks_manifest_get(const ks_manifest *manifest, const char *key);

/* Copies key and value; an empty value removes the key. On an error nothing changes. */
ks_status ks_manifest_set(ks_manifest *manifest, const char *key, ks_term value, ks_error *err);

#endif
