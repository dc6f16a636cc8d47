/* The members of schema ksearch.record/1: from checked JSON text into a ks_record. May use base. */
#ifndef KS_CORPUS_RECORD_FIELDS_H
#define KS_CORPUS_RECORD_FIELDS_H

#include "corpus/json_value.h"

/* The number of a member that the object does not have. */
#define KS_NO_MEMBER SIZE_MAX

typedef struct ks_record_notes {
    size_t id_member;      /* the number of the member, from 0, that is the `id`, or KS_NO_MEMBER */
    size_t faulty_member;  /* after KS_ERR_FORMAT: the number of the member at fault, or KS_NO_MEMBER */
    bool year_is_inferred; /* it has "date_precision": "inferred-year" */
} ks_record_notes;

/* Copies the members that the schema lists from `object`, checked and repaired JSON, into `record`, which is
 * zeroed, and `arena`. Fills in kind and status, but neither id nor json. ks_record_parse tells which members
 * count as absent. KS_ERR_FORMAT names the member at fault. *notes is written in any case. */
ks_status ks_record_fill(ks_record *record, ks_record_notes *notes, ks_arena *arena, ks_json_value object,
                         ks_error *err);

#endif
