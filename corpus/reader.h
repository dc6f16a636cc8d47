/* Reading capture files record by record. May use base.
 *
 * Formats by name, each also with .gz behind it: .jsonl and .ndjson (one JSON object a line), .json (one
 * array, or one object), .txt and .feed (the capture feed's text, see feed.h). A file without a known
 * ending is taken by its first bytes. */
#ifndef KS_CORPUS_READER_H
#define KS_CORPUS_READER_H

#include "base/memory.h"

typedef struct ks_reader_options {
    int year;              /* as in ks_sync_options */
    const char *word_list; /* as in ks_sync_options; NULL for none */
} ks_reader_options;

typedef struct ks_source_reader ks_source_reader;

/* Opens a file. KS_ERR_NOT_FOUND, KS_ERR_IO, KS_ERR_FORMAT (no capture file). */
ks_status ks_source_open(ks_source_reader **out, const char *path, const ks_reader_options *options,
                         ks_error *err);

/* Reads JSONL from a file descriptor, which stays the caller's. `name` is what errors call it. */
ks_status ks_source_open_fd(ks_source_reader **out, int fd, const char *name,
                            const ks_reader_options *options, ks_error *err);

void ks_source_close(ks_source_reader *reader);

typedef enum ks_source_event { KS_SOURCE_RECORD, KS_SOURCE_REJECT, KS_SOURCE_END } ks_source_event;

/* What ks_source_next found. */
typedef struct ks_source_item {
    ks_source_event event;
    ks_record *record; /* KS_SOURCE_RECORD: owned by the caller from now on */
    uint64_t line;     /* from 1; where the record starts */
    uint64_t byte;     /* from 0, in the decompressed file; of a reject: where the fault is */
    char reason[512];  /* KS_SOURCE_REJECT */
} ks_source_item;

/* The next record, the next thing that should have been one, or the end. A rejected record does not end the
 * reading. An error of the call itself (the file cannot be read on, damaged gzip, no memory) does: the
 * source is then not known as a whole. */
ks_status ks_source_next(ks_source_reader *reader, ks_source_item *item, ks_error *err);

/* Bytes of the file itself (compressed where it is) consumed so far. */
uint64_t ks_source_bytes(const ks_source_reader *reader);

/* Invalid sequences repaired so far. */
uint64_t ks_source_repaired(const ks_source_reader *reader);

/* Whether a directory's entry of this name is a capture file by its ending. */
bool ks_source_is_known(const char *name);

#endif
