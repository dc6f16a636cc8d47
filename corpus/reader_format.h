/* A capture format, to the reader: a table of functions; and what the formats share. May use base. */
#ifndef KS_CORPUS_READER_FORMAT_H
#define KS_CORPUS_READER_FORMAT_H

#include "corpus/reader.h"
#include "corpus/record.h"
#include "corpus/stream.h"

typedef struct ks_format {
    /* Begins to read a stream, of which at most a byte order mark was stepped over; *state may remain NULL.
     * KS_ERR_FORMAT if the file is not of this format. May be NULL. */
    ks_status (*open)(void **state, ks_stream *stream, const ks_reader_options *options, const char *name,
                      ks_error *err);
    /* As ks_source_next; *repaired grows by the number of repairs. */
    ks_status (*next)(void *state, ks_stream *stream, ks_source_item *item, uint64_t *repaired,
                      ks_error *err);
    void (*close)(void *state); /* may be NULL */
} ks_format;

extern const ks_format ks_format_jsonl, ks_format_json, ks_format_feed;

/* Parses text[0..size), which stands at `start`, into the item: a record, or a reject that names the place of
 * the fault. Only what is not the text's fault is an error. */
ks_status ks_item_parse(ks_source_item *item, const char *text, size_t size, ks_place start,
                        uint64_t *repaired, ks_error *err);

/* Makes the item a record that starts at `start`. */
void ks_item_accept(ks_source_item *item, ks_record *record, ks_place start);

/* Makes the item a reject of a record that starts at `start`, for a fault at `fault`, whose line and column
 * are added to the reason if it is elsewhere. */
void ks_item_reject(ks_source_item *item, ks_place start, ks_place fault, const char *reason);

/* Makes the item the reject of a record larger than KS_RECORD_LIMIT. */
void ks_item_reject_size(ks_source_item *item, ks_place start);

void ks_item_end(ks_source_item *item, ks_place place);

#endif
