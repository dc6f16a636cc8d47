/* The parts of a check, each over one segment whose checksums are right. Private to native. May use base,
 * engine and native's files. */
#ifndef KS_NATIVE_CHECK_H
#define KS_NATIVE_CHECK_H

#include "engine/content.h"
#include "native/view.h"

/* What the parts tell each other. */
typedef struct ks_segment_check {
    const ks_leaf *leaf;
    const ks_segment *segment; /* of the leaf */
    const ks_unpacker *unpacker;
    uint64_t *lengths;        /* by document: the sum of its frequencies, as the posting lists have it */
    uint64_t *contents;       /* by document: the sum of content.h */
    uint64_t postings;        /* of all terms */
    uint64_t source_postings; /* of the terms that name sources */
} ks_segment_check;

/* Bounds have to hold for every average length that the index may come to have: so many samples of it are
 * tried. */
enum { KS_CHECK_NORMS = 7 };

/* Room for checking lists, one after the other. */
typedef struct ks_list_check {
    ks_segment_check *segment;
    ks_norm norms[KS_CHECK_NORMS];
    ks_term term;     /* that the list is of, */
    uint64_t content; /* its ks_content_term, */
    ks_dict_entry entry;
    ks_cursor cursor;
    uint32_t bounded; /* the block that `bounds` is of, and `group_bounds` of its group */
    double bounds[KS_CHECK_NORMS], group_bounds[KS_CHECK_NORMS], list_bounds[KS_CHECK_NORMS];
    uint32_t *positions;
    size_t position_capacity;
} ks_list_check;

/* Checks the list of lists->entry; adds to lengths and counts. */
ks_status ks_check_list(ks_list_check *lists, ks_error *err);

/* Checks the positions of the document where the cursor stands. */
ks_status ks_check_positions(ks_list_check *lists, ks_error *err);

/* KS_ERR_CORRUPT for the list. */
ks_status ks_check_bad_list(const ks_list_check *lists, const char *what, ks_error *err);

/* The dictionary, and every posting list with its positions and bounds; fills in all the sums. */
ks_status ks_check_terms(ks_segment_check *check, ks_error *err);

/* The columns, the ids and their lookup, against each other and against what the lists said. */
ks_status ks_check_documents(const ks_segment_check *check, ks_error *err);

/* The records; `visit` (may be NULL) sees those that are live. */
ks_status ks_check_records(const ks_segment_check *check, ks_check_visitor *visit, void *context,
                           ks_error *err);

#endif
