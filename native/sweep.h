/* Clearing up around a commit: files that no generation speaks of any more. May use base and native's files.
 */
#ifndef KS_NATIVE_SWEEP_H
#define KS_NATIVE_SWEEP_H

#include "native/manifest.h"

/* Removes the segments and deletions in the folder that the manifest does not name, and what a commit that
 * was killed left behind. Only for the one writer, with the manifest that is in place. *removed (may be
 * NULL): how many files. On an error some of them may be left, which does no harm. A reader that loaded an
 * older manifest but has not opened its files yet finds them gone (KS_ERR_NOT_FOUND) and must load again. */
ks_status ks_sweep_folder(const char *folder, const ks_manifest *manifest, size_t *removed, ks_error *err);

#endif
