/* The parts of a check. Each works on one segment, whose checksums are right. Private to native. May use
 * base, engine and native's files. */
#ifndef KS_NATIVE_CHECK_H
#define KS_NATIVE_CHECK_H

#include "engine/content.h"
#include "native/view.h"

/* What the parts share. */
typedef struct ks_segment_check {
    const ks_leaf *leaf;
    const ks_segment *segment; /* of the leaf */
    const ks_unpacker *unpacker;
    uint64_t *lengths;        /* by document: the sum of the frequencies in its postings */
    uint64_t *contents;       /* by document: the sum of engine/content.h */
    uint64_t postings;        /* how many there are */
    uint64_t source_postings; /* how many of them are of terms that name sources */
} ks_segment_check;

/* Bounds must hold for any average length that the index may ever have: this many samples are tried. */
enum { KS_CHECK_NORMS = 7 };

/* Checks lists one after the other. */
typedef struct ks_list_check {
    ks_segment_check *check;
    ks_norm norms[KS_CHECK_NORMS];
    ks_term term;     /* the list's term, */
    uint64_t content; /* its ks_content_term */
    ks_dict_entry entry;
    ks_cursor cursor;
    uint32_t bounded; /* the block of `bounds`; `group_bounds` are those of its group */
    double bounds[KS_CHECK_NORMS], group_bounds[KS_CHECK_NORMS], list_bounds[KS_CHECK_NORMS];
    uint32_t *positions;
    size_t position_capacity;
} ks_list_check;

/* Checks the list of lists->entry, and adds it to the segment's sums. */
ks_status ks_check_list(ks_list_check *lists, ks_error *err);

/* Checks the positions of the document where the cursor stands. */
ks_status ks_check_positions(ks_list_check *lists, ks_error *err);

/* Sets KS_ERR_CORRUPT for the list. */
ks_status ks_check_bad_list(const ks_list_check *lists, const char *what, ks_error *err);

/* Checks the dictionary, and every posting list with its positions and bounds; fills in the sums. */
ks_status ks_check_terms(ks_segment_check *check, ks_error *err);

/* Checks columns, ids and the table of ids against each other and against the sums. */
ks_status ks_check_documents(const ks_segment_check *check, ks_error *err);

/* Checks the records; `visit` (may be NULL) is called for the live ones. */
ks_status ks_check_records(const ks_segment_check *check, ks_check_visitor *visit, void *context,
                           ks_error *err);

#endif
