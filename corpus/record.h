/* Making a captured record (schema ksearch.record/1) from its JSON, and checking it. The struct is the public
 * ks_record. May use base. */
#ifndef KS_CORPUS_RECORD_H
#define KS_CORPUS_RECORD_H

#include "base/buffer.h"

/* Parses one JSON object, text[0..size), into a record, which is freed with ks_record_free. Missing kind,
 * status and id are filled in, the id from a hash (record_id.h). `record->json` is the text as it came,
 * without white space around it, except for a derived id, which replaces an empty `id` or stands before the
 * other members, and for repairs: invalid UTF-8, NUL, \u0000 and escaped lone surrogates become U+FFFD, and
 * *repaired, which may be NULL, grows by their number.
 *
 * If a member comes more than once, the last one counts. null, a string of only ASCII white space, and an
 * empty array count as absent; such strings inside an array are left out of the struct. An id has at most 512
 * bytes and no control characters, feed_order is an integer below 2^32.
 *
 * KS_ERR_FORMAT for what is no record: invalid JSON (strictly RFC 8259, at most 512 levels deep, numbers of
 * at most 60 characters), a wrong type, a wrong date, no text at all. err->position is then the byte of
 * `text` at fault, for a member the start of its value, or -1 if there is nothing to point at.
 * KS_ERR_TOO_LARGE if the text, or what is to be stored after repair, exceeds KS_RECORD_LIMIT. */
ks_status ks_record_parse(ks_record **out, const char *text, size_t size, uint64_t *repaired, ks_error *err);

/* A number that orders records in time: greater is newer. With a year it has the first day, as yyyymmdd, in
 * the upper 32 bits and feed_order in the lower. Without a year, and so below all records that have one, it
 * is feed_order, or month * 100 + day if that is missing. 0 for no date at all. */
uint64_t ks_record_order(const ks_record *record);

/* The first day of the record's date as yyyymmdd; 0 if it has no date, or one without a year. */
uint32_t ks_record_day(const ks_record *record);

#endif
