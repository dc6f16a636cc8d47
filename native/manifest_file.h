/* The bytes of a manifest; for manifest.c alone. May use base. */
#ifndef KS_NATIVE_MANIFEST_FILE_H
#define KS_NATIVE_MANIFEST_FILE_H

#include "base/buffer.h"
#include "native/manifest.h"

enum { KS_MANIFEST_HEAD = 16 }; /* what ks_manifest_head wants */

/* Appends the whole file. KS_ERR_TOO_LARGE with more than 2^32 - 1 of anything. */
ks_status ks_manifest_encode(ks_buffer *out, const ks_manifest *manifest, ks_error *err);

/* Its first bytes alone: the generation. `path` is for messages. */
ks_status ks_manifest_head(uint64_t *generation, const ks_buffer *head, const char *path, ks_error *err);

/* Everything is copied into out's arena, which the caller frees on errors too. `out` is all zero. Features
 * are not looked at where they are unknown; what stands behind the features is read only if `known` says so
 * of them. */
ks_status ks_manifest_decode(ks_manifest *out, const ks_buffer *file, const char *path,
                             ks_status (*known)(const ks_manifest *manifest, ks_error *err), ks_error *err);

#endif
