/* The members of schema ksearch.record/1: from JSON text into a ks_record, checked. May use base. */
#ifndef KS_CORPUS_RECORD_FIELDS_H
#define KS_CORPUS_RECORD_FIELDS_H

#include "corpus/json_value.h"

/* Place of a member that the object does not have. */
#define KS_NO_MEMBER SIZE_MAX

typedef struct ks_record_notes {
    size_t id_place;       /* which member of the object, from 0, is the `id` that counts, or KS_NO_MEMBER */
    size_t faulty_place;   /* after KS_ERR_FORMAT: which member is to blame, or KS_NO_MEMBER */
    bool year_is_inferred; /* "date_precision": "inferred-year" */
} ks_record_notes;

/* Copies what the schema lists from `object`, checked and clean JSON, into `record` (zeroed before) and
 * `arena`, filling in kind and status but not id and json. Where a member comes more than once the last one
 * counts. null, a string without any text and an empty array are as good as absent; strings without text in
 * arrays are left out. KS_ERR_FORMAT names the member. *notes is written in any case. */
ks_status ks_record_fill(ks_record *record, ks_record_notes *notes, ks_arena *arena, ks_json_value object,
                         ks_error *err);

#endif
