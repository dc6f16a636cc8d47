/* The wrappers that the linker puts before system calls; see io_faults.h. */
#include "tests/support/io_faults.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* Weak, so that a program linked without --wrap still links; nothing calls the wrappers then. */
int __real_open(const char *path, int flags, ...) __attribute__((weak));
int __real_close(int fd) __attribute__((weak));
ssize_t __real_read(int fd, void *bytes, size_t size) __attribute__((weak));
ssize_t __real_write(int fd, const void *bytes, size_t size) __attribute__((weak));
ssize_t __real_pwrite(int fd, const void *bytes, size_t size, off_t offset) __attribute__((weak));
int __real_fsync(int fd) __attribute__((weak));
int __real_rename(const char *from, const char *to) __attribute__((weak));
int __real_ftruncate(int fd, off_t size) __attribute__((weak));
void *__real_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset)
    __attribute__((weak));
int __real_mkdir(const char *path, mode_t mode) __attribute__((weak));
int __real_link(const char *from, const char *to) __attribute__((weak));
int __real_flock(int fd, int operation) __attribute__((weak));
int __real_fstat(int fd, struct stat *out) __attribute__((weak));
DIR *__real_opendir(const char *path) __attribute__((weak));
int __real_unlink(const char *path) __attribute__((weak));

int __wrap_open(const char *path, int flags, ...);
int __wrap_close(int fd);
ssize_t __wrap_read(int fd, void *bytes, size_t size);
ssize_t __wrap_write(int fd, const void *bytes, size_t size);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t offset);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_ftruncate(int fd, off_t size);
void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset);
int __wrap_mkdir(const char *path, mode_t mode);
int __wrap_link(const char *from, const char *to);
int __wrap_flock(int fd, int operation);
int __wrap_fstat(int fd, struct stat *out);
DIR *__wrap_opendir(const char *path);
int __wrap_unlink(const char *path);

typedef enum effect { FAIL, HALF, KILL_BEFORE, KILL_AFTER } effect;

static struct {
    size_t countdown;  /* 0: off, and 1: the next one fails */
    ks_test_call only; /* KS_TEST_CALLS: all count */
    effect effect;
    bool lasting;
    int errnum;
    bool failed;
    ks_test_call which; /* has failed first */
    size_t most;        /* bytes of a read or write; 0: any */
    bool lazy_sync;
    bool dying; /* behind the call that runs */
} faults;

enum { FILES = 1024 };

static struct {
    bool on;
    bool dirty[FILES]; /* by descriptor: was written since its last sync */
    size_t lost, names;
    size_t renames, early;
} order;

static void note_open(int fd, int flags) {
    if (!order.on || fd < 0 || fd >= FILES) return;
    order.dirty[fd] = false;
    if (flags & O_CREAT) order.names++; /* it may have been there, which does no harm */
}

static void note_write(int fd) {
    if (order.on && fd >= 0 && fd < FILES) order.dirty[fd] = true;
}

static void note_sync(int fd) {
    struct stat info;
    if (!order.on || fd < 0 || fd >= FILES) return;
    order.dirty[fd] = false;
    if (__real_fstat(fd, &info) == 0 && S_ISDIR(info.st_mode)) order.names = 0;
}

static void note_close(int fd) {
    if (order.on && fd >= 0 && fd < FILES && order.dirty[fd]) order.lost++;
}

static void note_rename(void) {
    if (!order.on) return;
    order.renames++;
    order.early += order.lost + order.names > 0;
    order.names++;
}

static void die(void) {
    kill(getpid(), SIGKILL);
}

static bool counts(ks_test_call call) {
    if (faults.only != KS_TEST_CALLS) return faults.only == call;
    return call < KS_TEST_FSTAT || faults.effect == KILL_BEFORE || faults.effect == KILL_AFTER;
}

static bool must_fail(ks_test_call call) {
    if (faults.countdown == 0 || !counts(call) || --faults.countdown > 0) return false;
    if (faults.effect == KILL_BEFORE) die();
    if (faults.effect == KILL_AFTER) {
        faults.dying = true;
        return false;
    }
    if (faults.lasting) faults.countdown = 1;
    if (!faults.failed) faults.which = call;
    faults.failed = true;
    errno = faults.errnum;
    return true;
}

/* Hands a call's result through. */
static long end(long result) {
    if (faults.dying) die();
    return result;
}

static size_t cut(size_t size) {
    return faults.most > 0 && size > faults.most ? faults.most : size;
}

int __wrap_open(const char *path, int flags, ...) {
    mode_t mode = 0;
    va_list args;
    int fd;
    if (must_fail(KS_TEST_OPEN)) return -1;
    if (flags & O_CREAT) {
        va_start(args, flags);
        mode = va_arg(args, mode_t);
        va_end(args);
    }
    fd = __real_open(path, flags, mode);
    note_open(fd, flags);
    return (int)end(fd);
}

int __wrap_close(int fd) {
    bool fails = must_fail(KS_TEST_CLOSE);
    int result = __real_close(fd);
    note_close(fd);
    if (!fails) return (int)end(result);
    errno = faults.errnum;
    return -1;
}

ssize_t __wrap_read(int fd, void *bytes, size_t size) {
    return must_fail(KS_TEST_READ) ? -1 : end(__real_read(fd, bytes, cut(size)));
}

ssize_t __wrap_write(int fd, const void *bytes, size_t size) {
    bool fails = must_fail(KS_TEST_WRITE);
    note_write(fd);
    if (fails && faults.effect == HALF && size > 1) {
        faults.effect = FAIL; /* of the next write */
        faults.countdown = 1;
        return __real_write(fd, bytes, size / 2);
    }
    return fails ? -1 : end(__real_write(fd, bytes, cut(size)));
}

ssize_t __wrap_pwrite(int fd, const void *bytes, size_t size, off_t offset) {
    return must_fail(KS_TEST_PWRITE) ? -1 : end(__real_pwrite(fd, bytes, cut(size), offset));
}

int __wrap_fsync(int fd) {
    if (must_fail(KS_TEST_FSYNC)) return -1;
    note_sync(fd);
    return (int)end(faults.lazy_sync ? 0 : __real_fsync(fd));
}

int __wrap_rename(const char *from, const char *to) {
    if (must_fail(KS_TEST_RENAME)) return -1;
    note_rename();
    return (int)end(__real_rename(from, to));
}

int __wrap_ftruncate(int fd, off_t size) {
    return must_fail(KS_TEST_FTRUNCATE) ? -1 : (int)end(__real_ftruncate(fd, size));
}

void *__wrap_mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    void *result =
        must_fail(KS_TEST_MMAP) ? MAP_FAILED : __real_mmap(at, size, protection, flags, fd, offset);
    end(0);
    return result;
}

int __wrap_mkdir(const char *path, mode_t mode) {
    return must_fail(KS_TEST_MKDIR) ? -1 : (int)end(__real_mkdir(path, mode));
}

int __wrap_link(const char *from, const char *to) {
    return must_fail(KS_TEST_LINK) ? -1 : (int)end(__real_link(from, to));
}

int __wrap_flock(int fd, int operation) {
    return must_fail(KS_TEST_FLOCK) ? -1 : (int)end(__real_flock(fd, operation));
}

int __wrap_fstat(int fd, struct stat *out) {
    return must_fail(KS_TEST_FSTAT) ? -1 : (int)end(__real_fstat(fd, out));
}

DIR *__wrap_opendir(const char *path) {
    DIR *result = must_fail(KS_TEST_OPENDIR) ? NULL : __real_opendir(path);
    end(0);
    return result;
}

int __wrap_unlink(const char *path) {
    return must_fail(KS_TEST_UNLINK) ? -1 : (int)end(__real_unlink(path));
}

static void arm(effect what, ks_test_call call, size_t n, int errnum, bool lasting) {
    faults.countdown = n;
    faults.only = call;
    faults.effect = what;
    faults.lasting = lasting;
    faults.errnum = errnum;
    faults.failed = false;
}

bool ks_test_can_fail_io(void) {
    return __real_write != NULL;
}

void ks_test_fail_io(size_t n, int errnum) {
    ks_test_fail_call(KS_TEST_CALLS, n, errnum, false);
}

void ks_test_fail_call(ks_test_call call, size_t n, int errnum, bool lasting) {
    arm(FAIL, call, n, errnum, lasting);
}

void ks_test_fail_half_written(size_t n, int errnum) {
    arm(HALF, KS_TEST_WRITE, n, errnum, false);
}

void ks_test_kill_at(size_t n, bool after) {
    arm(after ? KILL_AFTER : KILL_BEFORE, KS_TEST_CALLS, n, 0, false);
}

void ks_test_lazy_sync(bool lazy) {
    faults.lazy_sync = lazy;
}

void ks_test_watch_syncs(void) {
    memset(&order, 0, sizeof order);
    order.on = true;
}

ks_test_sync_order ks_test_syncs_watched(void) {
    order.on = false;
    return (ks_test_sync_order){order.renames, order.early, order.lost + order.names};
}

void ks_test_short_io(size_t most) {
    faults.most = most;
}

bool ks_test_io_failed(ks_test_call *call) {
    faults.countdown = 0;
    if (faults.failed && call) *call = faults.which;
    return faults.failed;
}

size_t ks_test_open_files(void) {
    DIR *folder = opendir("/proc/self/fd");
    size_t count = 0;
    if (!folder) return 0;
    while (readdir(folder)) count++;
    closedir(folder);
    return count;
}
