/* Removing files that the committed generation does not use. May use base and native's files. */
#ifndef KS_NATIVE_SWEEP_H
#define KS_NATIVE_SWEEP_H

#include "native/manifest.h"

/* Removes segments and deletions in the folder that the manifest does not name, and what a killed commit left
 * behind. Only for the writer that holds the lock, with the committed manifest. *removed (may be NULL) gets
 * the number of files. On an error some files may be left, which does no harm. A reader that has loaded an
 * older manifest but not opened its files yet finds them gone (KS_ERR_NOT_FOUND) and must load again. */
ks_status ks_sweep_folder(const char *folder, const ks_manifest *manifest, size_t *removed, ks_error *err);

#endif
