/* Failing system calls on purpose. Needs the linker's --wrap for every call of ks_test_call; then those calls
 * count that the test program and the library linked into it make, those inside shared libraries do not.
 *
 *     for (size_t n = 1;; n++) {
 *         ks_test_fail_io(n, EIO);
 *         status = operation();
 *         if (!ks_test_io_failed(NULL)) break;
 *         … it must have reported an error and changed nothing …
 *     }
 *
 * A call that fails does nothing, except that close gives the descriptor back and then reports. For one
 * thread. */
#ifndef KS_TESTS_SUPPORT_IO_FAULTS_H
#define KS_TESTS_SUPPORT_IO_FAULTS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum ks_test_call {
    KS_TEST_OPEN,
    KS_TEST_CLOSE,
    KS_TEST_READ,
    KS_TEST_WRITE,
    KS_TEST_PWRITE,
    KS_TEST_FSYNC,
    KS_TEST_RENAME,
    KS_TEST_FTRUNCATE,
    KS_TEST_MMAP,
    KS_TEST_MKDIR,
    KS_TEST_LINK,
    KS_TEST_FLOCK,
    KS_TEST_FSTAT,
    KS_TEST_OPENDIR,
    KS_TEST_UNLINK,
    KS_TEST_CALLS
} ks_test_call;

/* Whether the program was linked so that it works; a test skips itself otherwise. */
bool ks_test_can_fail_io(void);

/* Makes the nth of all these calls from now on fail with this errno, once; fstat, opendir and unlink are left
 * out and fail by ks_test_fail_call alone: whoever looks or tidies up may go on where they fail. */
void ks_test_fail_io(size_t n, int errnum);

/* The same, but only calls of this kind count, and with `lasting` all later ones of it fail too. */
void ks_test_fail_call(ks_test_call call, size_t n, int errnum, bool lasting);

/* The nth write moves only half of its bytes, and the next one fails: a disk that fills up. */
void ks_test_fail_half_written(size_t n, int errnum);

/* Kills this process with SIGKILL at the nth of really all calls: before it, or `after` it. */
void ks_test_kill_at(size_t n, bool after);

/* While set, fsync counts and fails as told but does not reach the disk, which saves time where only the
 * order of calls matters. */
void ks_test_lazy_sync(bool lazy);

/* What a power cut could take away, as the order of calls tells: bytes not synced before their file was
 * closed, and files made since their folder was synced last. */
typedef struct ks_test_sync_order {
    size_t renames;  /* since the watch began */
    size_t early;    /* of them, those that came before a sync of all that was written or made until then */
    size_t unsynced; /* files and names, now */
} ks_test_sync_order;

/* Begins to watch, for one folder. */
void ks_test_watch_syncs(void);

/* Ends that. */
ks_test_sync_order ks_test_syncs_watched(void);

/* Makes every read and write move at most `most` bytes; 0 ends it. */
void ks_test_short_io(size_t most);

/* Ends the failing; whether a call has failed, and which (call may be NULL). */
bool ks_test_io_failed(ks_test_call *call);

/* Open file descriptors of this process. */
size_t ks_test_open_files(void);

#endif
