/* The lock of the one writer. May use base and native/io.h. */
#ifndef KS_NATIVE_LOCK_H
#define KS_NATIVE_LOCK_H

#include "base/error.h"

/* The first file in a new index, by which engine/pick.c knows the folder even if no commit was ever finished.
 */
#define KS_LOCK_NAME "ksearch.lock"

typedef struct ks_lock {
    int fd;
} ks_lock;

/* Locks FOLDER/KS_LOCK_NAME, making it where it is not there. KS_ERR_LOCKED where another writer has it, in
 * this process or another. The lock ends with the process at the latest. */
ks_status ks_lock_take(ks_lock *out, const char *folder, ks_error *err);

/* The file stays: another process may hold it open already. */
void ks_lock_release(ks_lock *lock);

#endif
