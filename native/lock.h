/* The lock that keeps an index to one writer. May use base and native/io.h. */
#ifndef KS_NATIVE_LOCK_H
#define KS_NATIVE_LOCK_H

#include "base/error.h"

/* The first file in a new index, by which engine/pick.c recognises one without any commit yet. */
#define KS_LOCK_NAME "ksearch.lock"

typedef struct ks_lock {
    int fd;
} ks_lock;

/* Locks FOLDER/KS_LOCK_NAME, which is created if it does not exist. KS_ERR_LOCKED if another writer holds it,
 * in this process or another. The lock ends with the process at the latest. */
ks_status ks_lock_take(ks_lock *out, const char *folder, ks_error *err);

/* Leaves the file in place: another process may have it open already. */
void ks_lock_release(ks_lock *lock);

#endif
