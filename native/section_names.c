/* The names of a segment's sections; see segment.h. */
#include "native/segment.h"

static const char *const section_names[] = {
    [KS_SECTION_META] = "meta",
    [KS_SECTION_LENGTHS] = "lengths",
    [KS_SECTION_ORDERS] = "orders",
    [KS_SECTION_DAYS] = "days",
    [KS_SECTION_HASHES] = "hashes",
    [KS_SECTION_IDS] = "ids",
    [KS_SECTION_SOURCES] = "sources",
    [KS_SECTION_ID_TABLE] = "id_table",
    [KS_SECTION_STORE] = "store",
    [KS_SECTION_STORE_INDEX] = "store_index",
    [KS_SECTION_POSTINGS] = "postings",
    [KS_SECTION_TERMS] = "terms",
    [KS_SECTION_TERM_INDEX] = "term_index",
    [KS_SECTION_POSITIONS] = "positions",
};

_Static_assert(sizeof section_names / sizeof *section_names == KS_SEGMENT_SECTIONS, "a name for each");

const char *ks_segment_section_name(unsigned section) {
    return section < KS_SEGMENT_SECTIONS ? section_names[section] : NULL;
}

void ks_segment_name_sections(ks_mapped *file) {
    ks_mapped_name_sections(file, section_names, KS_SEGMENT_SECTIONS);
}
