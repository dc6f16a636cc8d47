/* What deciding on merges and carrying them out share. Private to native. */
#ifndef KS_NATIVE_MERGE_PRIVATE_H
#define KS_NATIVE_MERGE_PRIVATE_H

#include "native/merge.h"
#include "native/segment_writer.h"

/* Of a segment. */
typedef struct ks_merge_size {
    uint32_t documents, deleted; /* deleted ones are included in the first */
} ks_merge_size;

/* Marks the segments that are due for one merge: those of a crowded tier and below, or one with too many
 * deletions. False where none are. */
bool ks_merge_choose(const ks_merge_size *sizes, size_t count, bool *chosen);

/* Writes the live documents of the leaves, of which there must be some, as segment `number`. */
ks_status ks_merge_leaves(ks_manifest_segment *out, const char *folder, uint64_t number,
                          const ks_leaf *const *leaves, size_t count, const ks_unpacker *unpacker,
                          ks_error *err);

#endif
