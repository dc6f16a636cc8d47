/* Checking what a segment keeps of each document besides its terms and its record. May use base, engine and
 * native's files. */
#include "native/check.h"
#include "native/segment_writer.h"

#include <stdlib.h>

static ks_status bad(const ks_segment_check *check, unsigned section, uint32_t doc, const char *what,
                     ks_error *err) {
    return ks_mapped_corrupt(check->segment->file, section, doc, what, err);
}

/* Whether this is a date of the calendar as yyyymmdd, or 0. */
static bool is_day(uint32_t day) {
    static const uint8_t days[12] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    uint32_t year = day / 10000, month = day / 100 % 100, of_month = day % 100;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day == 0) return true;
    if (year > 9999 || month < 1 || month > 12 || of_month < 1 || of_month > days[month - 1]) return false;
    return month != 2 || of_month != 29 || leap;
}

/* Documents stand newest first, then by id. */
static ks_status check_order(const ks_segment_check *check, uint32_t doc, ks_term id, ks_error *err) {
    const ks_segment *segment = check->segment;
    ks_term before = {0};
    ks_status status;
    if (doc == 0) return KS_OK;
    if ((status = ks_segment_id(segment, doc - 1, &before, err))) return status;
    if (ks_segment_compare(ks_segment_order(segment, doc - 1), before, ks_segment_order(segment, doc), id) >=
        0)
        return bad(check, KS_SECTION_ORDERS, doc, "the documents are not in their order", err);
    return KS_OK;
}

/* Looking up the id must find this very document: then no id is there twice. */
static ks_status check_lookup(const ks_segment_check *check, uint32_t doc, ks_term id, ks_error *err) {
    uint32_t there = 0;
    bool found = false;
    ks_status status = ks_segment_find(check->segment, id, &found, &there, err);
    if (status) return status;
    if (!found || there != doc)
        return bad(check, KS_SECTION_IDS, doc, "looking an id up does not find its document", err);
    return KS_OK;
}

static ks_status check_sources(const ks_segment_check *check, uint32_t doc, uint64_t *total, ks_error *err) {
    uint32_t *sources = NULL;
    size_t count = 0;
    bool ascending = true;
    ks_status status = ks_segment_sources(check->segment, doc, &sources, &count, err);
    if (status) return status;
    for (size_t i = 1; i < count; i++) ascending = ascending && sources[i] > sources[i - 1];
    free(sources);
    *total += count;
    return ascending ? KS_OK : bad(check, KS_SECTION_SOURCES, doc, "sources that do not ascend", err);
}

static ks_status check_document(const ks_segment_check *check, uint32_t doc, uint64_t *sources,
                                ks_error *err) {
    const ks_segment *segment = check->segment;
    ks_term id = {0};
    ks_status status = ks_segment_id(segment, doc, &id, err);
    if (status) return status;
    if (id.size == 0) return bad(check, KS_SECTION_IDS, doc, "an empty id", err);
    if ((status = check_order(check, doc, id, err)) || (status = check_lookup(check, doc, id, err)) ||
        (status = check_sources(check, doc, sources, err)))
        return status;
    if (!is_day(ks_segment_day(segment, doc)))
        return bad(check, KS_SECTION_DAYS, doc, "a day that no calendar has", err);
    if (ks_segment_length(segment, doc) != check->lengths[doc])
        return bad(check, KS_SECTION_LENGTHS, doc, "a length that the terms do not add up to", err);
    return KS_OK;
}

ks_status ks_check_documents(const ks_segment_check *check, ks_error *err) {
    const ks_segment *segment = check->segment;
    uint64_t sources = 0, total = 0;
    for (uint32_t doc = 0; doc < segment->documents; doc++) {
        ks_status status = check_document(check, doc, &sources, err);
        if (status) return status;
        total += ks_segment_length(segment, doc);
    }
    if (total != segment->total_length) return bad(check, KS_SECTION_META, 0, "a wrong sum of lengths", err);
    if (sources != check->source_postings)
        return bad(check, KS_SECTION_SOURCES, 0, "sources that no posting list has", err);
    return KS_OK;
}
