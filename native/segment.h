/* A segment: an immutable part of an index, in one file (folder.h names it). May use base, engine and
 * native's files. The format in prose: docs/index-format.md.
 *
 * Documents stand newest first (order downwards, then id upwards) and are numbered from 0 in that order,
 * which is also the order of equal scores: the first of two equals is the better one.
 *
 * Sections, all integers little-endian; a column is an integer for each document, see column.h:
 *   META      u32 documents, u32 0, u64 sum of lengths
 *   LENGTHS   a column: weighted number of terms
 *   ORDERS    two columns: the upper 32 bits of the place in time, then the lower
 *   DAYS      a column: yyyymmdd or 0; empty where every document's day is the upper half of its order
 *   HASHES    two u64 a document: low, high
 *   IDS       u32 size of the shortest id, u32 0; a column of documents + 1 offsets into what follows, each
 *             less document times that size; then the ids' bytes
 *   SOURCES   each distinct list of source numbers and a column, see source_lists.h
 *   ID_TABLE  document numbers by the hash of the id, see id_table.h
 *   STORE, STORE_INDEX           the records, see store.h
 *   POSTINGS  one posting list after the other, see postings.h
 *   TERMS, TERM_INDEX            the dictionary, see dictionary.h
 *   POSITIONS the positions of one list after the other, see postings.h
 */
#ifndef KS_NATIVE_SEGMENT_H
#define KS_NATIVE_SEGMENT_H

#include "engine/engine.h"
#include "native/column.h"
#include "native/dictionary.h"
#include "native/id_table.h"
#include "native/source_lists.h"
#include "native/store.h"

enum {
    KS_SECTION_META,
    KS_SECTION_LENGTHS,
    KS_SECTION_ORDERS,
    KS_SECTION_DAYS,
    KS_SECTION_HASHES,
    KS_SECTION_IDS,
    KS_SECTION_SOURCES,
    KS_SECTION_ID_TABLE,
    KS_SECTION_STORE,
    KS_SECTION_STORE_INDEX,
    KS_SECTION_POSTINGS,
    KS_SECTION_TERMS,
    KS_SECTION_TERM_INDEX,
    KS_SECTION_POSITIONS,
    KS_SEGMENT_SECTIONS /* their number */
};

/* "postings": for messages and for telling what takes room. */
const char *ks_segment_section_name(unsigned section);
/* Makes errors of a segment's file say these names. */
void ks_segment_name_sections(ks_mapped *file);

/* An open segment. Opening it reads next to nothing: a process that asks one question should not have to
 * verify what it does not need. Columns are opened when they are first asked for, and their values verified
 * when they are read. */
typedef struct ks_segment {
    uint64_t number;
    ks_mapped *file;
    ks_dict dict;
    uint32_t documents;
    uint64_t total_length;
    ks_column lengths;
    bool days_descend; /* no day is later than that of the document before */
    struct ks_segment_parts *parts;
} ks_segment;

ks_status ks_segment_open(ks_segment **out, const char *folder, uint64_t number, ks_error *err);
void ks_segment_close(ks_segment *segment);

/* Opens and verifies all columns, for those who will read them from end to end. */
ks_status ks_segment_prepare(const ks_segment *segment, ks_error *err);

/* The three below give 0 for what is damaged. Whoever uses them asks here before giving away what came of it:
 * KS_ERR_CORRUPT if that has happened in any of the segment's columns. */
ks_status ks_segment_fault(const ks_segment *segment, ks_error *err);

static inline uint32_t ks_segment_length(const ks_segment *segment, uint32_t doc) {
    return ks_column_get(&segment->lengths, doc);
}

/* Asks the memory for a document's length, which is going to be read. */
static inline void ks_segment_prefetch_length(const ks_segment *segment, uint32_t doc) {
    __builtin_prefetch(segment->lengths.values + (size_t)doc * segment->lengths.width);
}

/* The place in time. */
uint64_t ks_segment_order(const ks_segment *segment, uint32_t doc);

/* yyyymmdd, or 0. */
uint32_t ks_segment_day(const ks_segment *segment, uint32_t doc);

/* The documents of days first..last, as a range whose end is left out; only where days descend. None has the
 * day 0. Uses ks_segment_day. */
void ks_segment_days(const ks_segment *segment, uint32_t first, uint32_t last, uint32_t *begin,
                     uint32_t *end);

ks_status ks_segment_hash(const ks_segment *segment, uint32_t doc, ks_hash128 *out, ks_error *err);

/* The document's id, pointing into the file. */
ks_status ks_segment_id(const ks_segment *segment, uint32_t doc, ks_term *out, ks_error *err);

/* Have the processor fetch what ks_segment_id will read, for several documents before the first is asked for:
 * in one round where their ids stand, in another one the ids. Hints, and nothing else. */
void ks_segment_prefetch_id_offset(const ks_segment *segment, uint32_t doc);
void ks_segment_prefetch_id(const ks_segment *segment, uint32_t doc);

/* Appends the stored record. */
ks_status ks_segment_record(const ks_segment *segment, uint32_t doc, ks_buffer *out, ks_error *err);

/* The block of stored records that has the document's. */
ks_status ks_segment_block(const ks_segment *segment, uint32_t doc, ks_store_block *out, ks_error *err);

/* Documents with the same number have the same sources. */
ks_status ks_segment_source_list(const ks_segment *segment, uint32_t doc, uint32_t *out, ks_error *err);

/* Its sources in a new array: free(). */
ks_status ks_segment_sources(const ks_segment *segment, uint32_t doc, uint32_t **out, size_t *count,
                             ks_error *err);

/* *found false where no document has the id. */
ks_status ks_segment_find(const ks_segment *segment, ks_term id, bool *found, uint32_t *doc, ks_error *err);

#endif
