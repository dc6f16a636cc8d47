/* The captured record (schema ksearch.record/1) and its JSON form. May use base. The struct itself is the
 * public ks_record; here is how one is made and checked. */
#ifndef KS_CORPUS_RECORD_H
#define KS_CORPUS_RECORD_H

#include "base/buffer.h"

/* Parses one JSON object, text[0..size), into an owned record. What the record leaves out is filled in: kind,
 * status, and the id (from url, else from a hash of kind, author, date and summary, see record_id.h);
 * `record->json` is the text without the white space around it, a derived id in front of the other members
 * or in the place of an empty `id`, all else as it came. Invalid UTF-8, NUL, \u0000 and escaped lone
 * surrogates become U+FFFD, *repaired (may be NULL) grows by how many.
 *
 * Where a member comes more than once the last one counts. null, a string of nothing but ASCII white space
 * and an empty array count as absent; such strings inside an array are left out of the struct. An id has at
 * most 512 bytes and no control characters, feed_order is an integer below 2^32.
 *
 * KS_ERR_FORMAT for what is no record: bad JSON (strictly RFC 8259, at most 512 levels deep, numbers of at
 * most 60 characters), a wrong type, a date that is none, no text at all; err->position is the byte of
 * `text` that is at fault, for a member the start of its value, or -1 where there is none to point at.
 * KS_ERR_TOO_LARGE where the text, or what is to be stored after repair, is above KS_RECORD_LIMIT. */
ks_status ks_record_parse(ks_record **out, const char *text, size_t size, uint64_t *repaired, ks_error *err);

/* A record's place in time as one number, newer is greater. With a year: the first day as yyyymmdd in the
 * upper 32 bits, feed_order (greater is newer) in the lower. Without a year, and so below all that have one:
 * feed_order, or month * 100 + day where there is none. 0 for no date at all. */
uint64_t ks_record_order(const ks_record *record);

/* The first day of a date as yyyymmdd, or 0 where there is no date or no year. */
uint32_t ks_record_day(const ks_record *record);

#endif
