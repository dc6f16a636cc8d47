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

/* A document of a leaf, as its postings ask for it. */
typedef struct ks_merge_place {
    uint32_t doc; /* in the new segment; KS_NO_DOC where it is deleted */
    uint32_t length;
} ks_merge_place;

/* A merge under way. */
typedef struct ks_merge {
    const ks_unpacker *unpacker;
    const ks_leaf **leaves; /* newest first, by their first documents */
    size_t count;
    ks_merge_place **places; /* by leaf and document */
    ks_segment_writer *writer;
    uint32_t documents; /* written */
} ks_merge;

/* After the documents: writes all terms that live documents hold. */
ks_status ks_merge_terms(const ks_merge *merge, ks_error *err);

/* Writes the live documents of the leaves, of which there must be some, as segment `number`. */
ks_status ks_merge_leaves(ks_manifest_segment *out, const char *folder, uint64_t number,
                          const ks_leaf *const *leaves, size_t count, const ks_unpacker *unpacker,
                          ks_error *err);

#endif
