/* What deciding on merges and carrying them out share. Private to native. */
#ifndef KS_NATIVE_MERGE_PRIVATE_H
#define KS_NATIVE_MERGE_PRIVATE_H

#include "native/merge.h"
#include "native/segment_writer.h"

/* Writes the live documents of the leaves, of which there must be some, as segment `number`. */
ks_status ks_merge_leaves(ks_manifest_segment *out, const char *folder, uint64_t number,
                          const ks_leaf *const *leaves, size_t count, const ks_unpacker *unpacker,
                          ks_error *err);

#endif
