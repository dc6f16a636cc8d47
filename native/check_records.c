/* Checking a segment's stored records: each can be unpacked and is not empty. May use base, engine and
 * native's files. */
#include "native/check.h"

static ks_status show(const ks_segment_check *check, uint32_t doc, const ks_buffer *record,
                      ks_check_visitor *visit, void *context, ks_error *err) {
    ks_checked_document document = {.stored = {record->data, (uint32_t)record->size},
                                    .has_content = true,
                                    .order = ks_segment_order(check->segment, doc),
                                    .day = ks_segment_day(check->segment, doc),
                                    .content = check->contents[doc]};
    ks_status status = ks_segment_hash(check->segment, doc, &document.hash, err);
    if (!status) status = ks_segment_id(check->segment, doc, &document.id, err);
    return status ? status : visit(context, &document, err);
}

static ks_status check_record(const ks_segment_check *check, uint32_t doc, ks_buffer *record,
                              ks_check_visitor *visit, void *context, ks_error *err) {
    ks_status status;
    ks_buffer_truncate(record, 0);
    if ((status = ks_segment_record(check->segment, doc, record, err))) return status;
    if (record->size == 0)
        return ks_mapped_corrupt(check->segment->file, KS_SECTION_STORE, doc, "an empty record", err);
    return visit && !ks_leaf_is_deleted(check->leaf, doc) ? show(check, doc, record, visit, context, err)
                                                          : KS_OK;
}

ks_status ks_check_records(const ks_segment_check *check, ks_check_visitor *visit, void *context,
                           ks_error *err) {
    ks_buffer record = {0};
    ks_status status = KS_OK;
    for (uint32_t doc = 0; doc < check->segment->documents && !status; doc++)
        status = check_record(check, doc, &record, visit, context, err);
    ks_buffer_free(&record);
    return status;
}
