/* A segment: an immutable part of an index, in one file (folder.h names it). May use base, engine and
 * native's files. The format in prose: docs/index-format.md.
 *
 * Documents are numbered from 0, newest first: by order descending, then by id ascending. Equal scores are
 * ranked in the same way, so that of two documents with equal scores the lower number ranks first.
 *
 * Sections, all integers little-endian; a column (column.h) has a u32 for each document:
 *   META      u32 documents, u32 0, u64 sum of lengths
 *   LENGTHS   a column: the sum of the frequencies of the document's words and tags
 *   ORDERS    two columns: the upper and the lower 32 bits of the order, the place in time
 *   DAYS      a column: yyyymmdd or 0; empty if every document's day is the upper half of its order
 *   HASHES    for each document two u64: low, high
 *   IDS       u32 size of the shortest id, u32 0; a column of documents + 1 values, the offset of each id in
 *             the bytes that follow, less document number * that size; then the ids' bytes
 *   SOURCES   each distinct list of source numbers, and a column, see source_lists.h
 *   ID_TABLE  a hash table from ids to document numbers, see id_table.h
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
    KS_SEGMENT_SECTIONS /* how many there are */
};

/* A section's name, such as "postings". */
const char *ks_segment_section_name(unsigned section);
/* Makes errors about a segment's file use these names. */
void ks_segment_name_sections(ks_mapped *file);

/* An open segment. Opening reads next to nothing, since a process that answers one query should not verify
 * what it does not need: most columns are opened at first use and verified as they are read. */
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

/* Opens and verifies all columns, for callers that read them from end to end. */
ks_status ks_segment_verify_columns(const ks_segment *segment, ks_error *err);

/* Damaged lengths, orders and days read as 0. Callers must ask here before they hand out a result:
 * KS_ERR_CORRUPT if any was read. */
ks_status ks_segment_fault(const ks_segment *segment, ks_error *err);

static inline uint32_t ks_segment_length(const ks_segment *segment, uint32_t doc) {
    return ks_column_get(&segment->lengths, doc);
}

/* Prefetches a document's length. */
static inline void ks_segment_prefetch_length(const ks_segment *segment, uint32_t doc) {
    __builtin_prefetch(segment->lengths.values + (size_t)doc * segment->lengths.width);
}

/* The place in time. */
uint64_t ks_segment_order(const ks_segment *segment, uint32_t doc);

/* yyyymmdd, or 0. */
uint32_t ks_segment_day(const ks_segment *segment, uint32_t doc);

/* Sets *begin and *end so that documents begin..end - 1 are those of the days first..last; day 0 is never
 * among them. Only if days descend. Uses ks_segment_day. */
void ks_segment_days(const ks_segment *segment, uint32_t first, uint32_t last, uint32_t *begin,
                     uint32_t *end);

ks_status ks_segment_hash(const ks_segment *segment, uint32_t doc, ks_hash128 *out, ks_error *err);

/* The document's id, which points into the file. */
ks_status ks_segment_id(const ks_segment *segment, uint32_t doc, ks_term *out, ks_error *err);

/* Prefetch what ks_segment_id will read. For several documents, first call one for all of them, then the
 * other: the second reads what the first has fetched. */
void ks_segment_prefetch_id_offset(const ks_segment *segment, uint32_t doc);
void ks_segment_prefetch_id(const ks_segment *segment, uint32_t doc);

/* Appends the stored record. */
ks_status ks_segment_record(const ks_segment *segment, uint32_t doc, ks_buffer *out, ks_error *err);

/* Finds the block that holds the document's record. */
ks_status ks_segment_find_block(const ks_segment *segment, uint32_t doc, ks_store_block *out, ks_error *err);

/* The number of the document's list of sources. Documents with the same number have the same sources. */
ks_status ks_segment_source_list(const ks_segment *segment, uint32_t doc, uint32_t *out, ks_error *err);

/* The document's sources in a new array; free() it. */
ks_status ks_segment_sources(const ks_segment *segment, uint32_t doc, uint32_t **out, size_t *count,
                             ks_error *err);

/* Looks a document up by its id. If *found is false there is none, and *doc is untouched. */
ks_status ks_segment_find(const ks_segment *segment, ks_term id, bool *found, uint32_t *doc, ks_error *err);

#endif
