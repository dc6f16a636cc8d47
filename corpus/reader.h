/* Reading capture files record by record. May use base.
 *
 * The ending of a file's name tells its format, also with .gz behind it: .jsonl and .ndjson (one JSON object
 * per line), .json (an array of objects, or one object), .txt and .feed (the text of a capture feed, see
 * feed.h). A file without a known ending is judged by its first bytes. */
#ifndef KS_CORPUS_READER_H
#define KS_CORPUS_READER_H

#include "base/memory.h"

typedef struct ks_reader_options {
    int year;              /* as in ks_sync_options */
    const char *word_list; /* as in ks_sync_options; NULL for none */
} ks_reader_options;

typedef struct ks_source_reader ks_source_reader;

/* Opens a file. KS_ERR_NOT_FOUND, KS_ERR_IO, KS_ERR_FORMAT (it is no capture file), KS_ERR_TOO_LARGE (a
 * feed). */
ks_status ks_source_open(ks_source_reader **out, const char *path, const ks_reader_options *options,
                         ks_error *err);

/* Reads JSON lines from a file descriptor, which remains the caller's to close. Errors call it `name`. */
ks_status ks_source_open_fd(ks_source_reader **out, int fd, const char *name,
                            const ks_reader_options *options, ks_error *err);

void ks_source_close(ks_source_reader *reader);

typedef enum ks_source_event { KS_SOURCE_RECORD, KS_SOURCE_REJECT, KS_SOURCE_END } ks_source_event;

/* What ks_source_next found. */
typedef struct ks_source_item {
    ks_source_event event;
    ks_record *record; /* of a record: now the caller's */
    uint64_t line;     /* on which the record starts, from 1 */
    uint64_t byte; /* where it starts, or of a reject where the fault is: offset in the decompressed file */
    char reason[512]; /* of a reject */
} ks_source_item;

/* Gives the next record, the next thing that should have been one, or the end. A reject does not end the
 * reading. An error of the call itself does (the file cannot be read on, damaged gzip, no memory): then the
 * rest of the source is not known. */
ks_status ks_source_next(ks_source_reader *reader, ks_source_item *item, ks_error *err);

/* The bytes read from the file so far, as they are in the file. */
uint64_t ks_source_bytes(const ks_source_reader *reader);

/* The number of invalid sequences repaired so far. */
uint64_t ks_source_repaired(const ks_source_reader *reader);

/* Whether a file of this name is a capture file, by its ending. */
bool ks_source_is_known(const char *name);

#endif
