/* Reading a file through zlib; see inflow.h. */
#include "corpus/inflow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { INPUT_SIZE = 256 << 10, GZIP_WINDOW_BITS = 15 + 16 };

enum kind { UNKNOWN, PLAIN, GZIP };

struct ks_inflow {
    int fd;
    bool owns_fd;
    bool at_end; /* of the file */
    enum kind kind;
    bool in_member; /* GZIP: a member has begun and not ended */
    z_stream zlib;
    char *name;
    uint64_t bytes;     /* read so far */
    size_t start, size; /* input[start..start + size) was read but not used yet */
    unsigned char input[INPUT_SIZE];
};

static ks_status read_file(ks_inflow *inflow, void *out, size_t size, size_t *got, ks_error *err) {
    ssize_t result;
    do result = read(inflow->fd, out, size);
    while (result < 0 && errno == EINTR);
    if (result < 0) return ks_error_errno(err, errno, "cannot read", inflow->name);
    inflow->bytes += (uint64_t)result;
    inflow->at_end = result == 0;
    *got = (size_t)result;
    return KS_OK;
}

/* Reads more into `input`, which must not be full. */
static ks_status fill(ks_inflow *inflow, ks_error *err) {
    size_t got = 0;
    ks_status status;
    if (inflow->size == 0) inflow->start = 0;
    status = read_file(inflow, inflow->input + inflow->start + inflow->size,
                       INPUT_SIZE - inflow->start - inflow->size, &got, err);
    inflow->size += got;
    return status;
}

/* Tells gzip from plain text by the first two bytes. */
static ks_status recognise(ks_inflow *inflow, ks_error *err) {
    ks_status status = KS_OK;
    while (!status && inflow->size < 2 && !inflow->at_end) status = fill(inflow, err);
    if (status) return status;
    inflow->kind = PLAIN;
    if (inflow->size < 2 || inflow->input[0] != 0x1F || inflow->input[1] != 0x8B) return KS_OK;
    if (inflateInit2(&inflow->zlib, GZIP_WINDOW_BITS) != Z_OK) return ks_error_nomem(err);
    inflow->kind = GZIP;
    return KS_OK;
}

static ks_status read_plain(ks_inflow *inflow, char *out, size_t size, size_t *got, ks_error *err) {
    if (inflow->size == 0) return inflow->at_end ? KS_OK : read_file(inflow, out, size, got, err);
    if (size > inflow->size) size = inflow->size;
    memcpy(out, inflow->input + inflow->start, size);
    inflow->start += size;
    inflow->size -= size;
    *got = size;
    return KS_OK;
}

/* Makes one call of inflate with what is in `input`. */
static ks_status inflate_some(ks_inflow *inflow, char *out, size_t size, size_t *got, ks_error *err) {
    z_stream *zlib = &inflow->zlib;
    uInt room = size < INPUT_SIZE ? (uInt)size : (uInt)INPUT_SIZE;
    int result;
    if (!inflow->in_member) inflateReset(zlib);
    inflow->in_member = true;
    zlib->next_in = inflow->input + inflow->start;
    zlib->avail_in = (uInt)inflow->size;
    zlib->next_out = (unsigned char *)out;
    zlib->avail_out = room;
    result = inflate(zlib, Z_NO_FLUSH);
    inflow->start += inflow->size - zlib->avail_in;
    inflow->size = zlib->avail_in;
    *got = room - zlib->avail_out;
    if (result == Z_STREAM_END) inflow->in_member = false;
    if (result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR) return KS_OK;
    if (result == Z_MEM_ERROR) return ks_error_nomem(err);
    return ks_error_set(err, KS_ERR_FORMAT, "%s has damaged gzip data: %s", inflow->name,
                        zlib->msg ? zlib->msg : "inflate failed");
}

/* A member may be followed by zeros, with which tape drives and some tools fill up blocks. */
static void skip_padding(ks_inflow *inflow) {
    while (!inflow->in_member && inflow->size > 0 && inflow->input[inflow->start] == 0) {
        inflow->start++;
        inflow->size--;
    }
}

static ks_status read_gzip(ks_inflow *inflow, char *out, size_t size, size_t *got, ks_error *err) {
    size_t inflated = 0;
    while (inflated == 0) {
        ks_status status = KS_OK;
        if (inflow->size == 0 && !inflow->at_end) status = fill(inflow, err);
        if (status) return status;
        skip_padding(inflow);
        if (inflow->size == 0 && !inflow->in_member) {
            if (inflow->at_end) return KS_OK;
            continue;
        }
        if (inflow->size == 0 && inflow->at_end)
            return ks_error_set(err, KS_ERR_FORMAT, "%s is cut off: its gzip data ends too early",
                                inflow->name);
        status = inflate_some(inflow, out, size, &inflated, err);
        if (status) return status;
    }
    *got = inflated;
    return KS_OK;
}

ks_status ks_inflow_read(ks_inflow *inflow, char *out, size_t size, size_t *got, ks_error *err) {
    ks_status status = inflow->kind == UNKNOWN ? recognise(inflow, err) : KS_OK;
    size_t count = 0;
    if (status) return status;
    if (inflow->kind == GZIP)
        status = read_gzip(inflow, out, size, &count, err);
    else
        status = read_plain(inflow, out, size, &count, err);
    if (!status) *got = count;
    return status;
}

ks_status ks_inflow_open_fd(ks_inflow **out, int fd, const char *name, ks_error *err) {
    struct stat info;
    ks_inflow *inflow;
    if (fstat(fd, &info)) return ks_error_errno(err, errno, "cannot read", name);
    if (S_ISDIR(info.st_mode)) return ks_error_set(err, KS_ERR_FORMAT, "%s is a directory", name);
    inflow = calloc(1, sizeof *inflow);
    if (!inflow) return ks_error_nomem(err);
    inflow->fd = fd;
    inflow->name = strdup(name);
    if (!inflow->name) {
        free(inflow);
        return ks_error_nomem(err);
    }
    *out = inflow;
    return KS_OK;
}

ks_status ks_inflow_open(ks_inflow **out, const char *path, ks_error *err) {
    ks_status status;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return ks_error_errno(err, errno, "cannot open", path);
    status = ks_inflow_open_fd(out, fd, path, err);
    if (status)
        close(fd);
    else
        (*out)->owns_fd = true;
    return status;
}

void ks_inflow_close(ks_inflow *inflow) {
    if (!inflow) return;
    if (inflow->kind == GZIP) inflateEnd(&inflow->zlib);
    if (inflow->owns_fd) close(inflow->fd);
    free(inflow->name);
    free(inflow);
}

uint64_t ks_inflow_bytes(const ks_inflow *inflow) {
    return inflow->bytes;
}
