/* The parts of a check, each over one segment whose checksums are right. Private to native. May use base,
 * engine and native's files. */
#ifndef KS_NATIVE_CHECK_H
#define KS_NATIVE_CHECK_H

#include "native/view.h"

/* What the parts tell each other. */
typedef struct ks_segment_check {
    const ks_leaf *leaf;
    const ks_segment *segment; /* of the leaf */
    const ks_unpacker *unpacker;
    uint64_t *lengths;        /* by document: the sum of its frequencies, as the posting lists have it */
    uint64_t postings;        /* of all terms */
    uint64_t source_postings; /* of the terms that name sources */
} ks_segment_check;

/* The dictionary, and every posting list with its positions and bounds; fills in lengths and postings. */
ks_status ks_check_terms(ks_segment_check *check, ks_error *err);

/* The columns, the ids and their lookup, against each other and against what the lists said. */
ks_status ks_check_documents(const ks_segment_check *check, ks_error *err);

/* The records; `visit` (may be NULL) sees those that are live. */
ks_status ks_check_records(const ks_segment_check *check, ks_record_visitor *visit, void *context,
                           ks_error *err);

#endif
