/* A segment: an immutable part of an index, in one file (folder.h names it). May use base, engine and
 * native's files.
 *
 * Documents stand newest first (order downwards, then id upwards) and are numbered from 0 in that order,
 * which is also the order of equal scores: the first of two equals is the better one.
 *
 * Sections, all integers little-endian:
 *   META      u32 documents, u32 0, u64 sum of lengths
 *   LENGTHS   u32 a document: weighted number of terms
 *   ORDERS    u64 a document: place in time
 *   DAYS      u32 a document: yyyymmdd or 0
 *   HASHES    two u64 a document: low, high
 *   IDS       u32 documents + 1 offsets into what follows, then the ids' bytes
 *   SOURCES   u32 documents + 1 offsets (in numbers) into what follows, then u32 source numbers
 *   ID_HASHES sorted by hash: u64 hash of the id, u32 document; 12 bytes each
 *   STORE, STORE_INDEX           the records, see store.h
 *   POSTINGS  one posting list after the other, each followed by its positions; see postings.h
 *   TERMS, TERM_INDEX            the dictionary, see dictionary.h
 */
#ifndef KS_NATIVE_SEGMENT_H
#define KS_NATIVE_SEGMENT_H

#include "engine/engine.h"
#include "native/bytes.h"
#include "native/dictionary.h"
#include "native/mapped.h"
#include "native/store.h"

enum {
    KS_SECTION_META,
    KS_SECTION_LENGTHS,
    KS_SECTION_ORDERS,
    KS_SECTION_DAYS,
    KS_SECTION_HASHES,
    KS_SECTION_IDS,
    KS_SECTION_SOURCES,
    KS_SECTION_ID_HASHES,
    KS_SECTION_STORE,
    KS_SECTION_STORE_INDEX,
    KS_SECTION_POSTINGS,
    KS_SECTION_TERMS,
    KS_SECTION_TERM_INDEX,
    KS_SEGMENT_SECTIONS /* their number */
};

/* "postings": for messages and for telling what takes room. */
const char *ks_segment_section_name(unsigned section);
/* Makes errors of a segment's file say these names. */
void ks_segment_name_sections(ks_mapped *file);

/* An open segment. The columns point into the mapped file. */
typedef struct ks_segment {
    uint64_t number;
    ks_mapped *file;
    ks_dict dict;
    ks_store *store;
    uint32_t documents;
    uint64_t total_length;
    const uint8_t *lengths, *orders, *days, *hashes, *id_offsets, *id_hashes, *source_offsets;
    uint64_t id_bytes, source_count;
} ks_segment;

ks_status ks_segment_open(ks_segment **out, const char *folder, uint64_t number, ks_error *err);
void ks_segment_close(ks_segment *segment);

static inline uint32_t ks_segment_length(const ks_segment *segment, uint32_t doc) {
    return ks_get_u32(segment->lengths + (size_t)doc * 4);
}

static inline uint64_t ks_segment_order(const ks_segment *segment, uint32_t doc) {
    return ks_get_u64(segment->orders + (size_t)doc * 8);
}

static inline uint32_t ks_segment_day(const ks_segment *segment, uint32_t doc) {
    return ks_get_u32(segment->days + (size_t)doc * 4);
}

ks_hash128 ks_segment_hash(const ks_segment *segment, uint32_t doc);

/* The document's id, pointing into the file. */
ks_status ks_segment_id(const ks_segment *segment, uint32_t doc, ks_term *out, ks_error *err);

/* Its sources in a new array: free(). */
ks_status ks_segment_sources(const ks_segment *segment, uint32_t doc, uint32_t **out, size_t *count,
                             ks_error *err);

/* *found false where no document has the id. */
ks_status ks_segment_find(const ks_segment *segment, ks_term id, bool *found, uint32_t *doc, ks_error *err);

#endif
