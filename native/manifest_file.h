/* Encoding and decoding a manifest; for manifest.c alone. May use base. */
#ifndef KS_NATIVE_MANIFEST_FILE_H
#define KS_NATIVE_MANIFEST_FILE_H

#include "base/buffer.h"
#include "native/manifest.h"

enum { KS_MANIFEST_HEAD = 16 }; /* bytes that ks_manifest_head needs */

/* Appends the whole file. KS_ERR_TOO_LARGE for more than 2^32 - 1 segments or values. */
ks_status ks_manifest_encode(ks_buffer *out, const ks_manifest *manifest, ks_error *err);

/* Reads the generation from the file's first bytes. `path` is for messages, here and below. */
ks_status ks_manifest_head(uint64_t *generation, const ks_buffer *head, const char *path, ks_error *err);

/* Decodes a whole file into `out`, which must be all zeros. Everything is copied into its arena, which the
 * caller frees even after an error. What follows the features is decoded only if `known` accepts them, as it
 * may have another layout. */
ks_status ks_manifest_decode(ks_manifest *out, const ks_buffer *file, const char *path,
                             ks_status (*known)(const ks_manifest *manifest, ks_error *err), ks_error *err);

#endif
