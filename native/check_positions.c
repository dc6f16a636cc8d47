/* Checking positions, read as searches read them. May use base, engine and native's files. */
#include "native/check.h"

static ks_status check_field(ks_list_check *lists, ks_field field, uint64_t *sum, ks_error *err) {
    size_t count = 0;
    ks_status status =
        ks_cursor_positions(&lists->cursor, field, &lists->positions, &lists->position_capacity, &count, err);
    if (status) return status;
    if (count == 0) return ks_check_bad_list(lists, "a field without positions", err);
    for (size_t i = 1; i < count; i++)
        if (lists->positions[i] < lists->positions[i - 1])
            return ks_check_bad_list(lists, "positions do not ascend", err);
    for (size_t i = 0; i < count; i++)
        lists->check->contents[lists->cursor.doc] +=
            ks_content_share(lists->content, field, lists->positions[i]);
    *sum += (uint64_t)count * ks_field_weight(field);
    return KS_OK;
}

/* A word's frequency must be the weighted number of its positions. An exact value has none. */
ks_status ks_check_positions(ks_list_check *lists, ks_error *err) {
    uint8_t mask = ks_cursor_mask(&lists->cursor);
    uint64_t sum = 0;
    ks_status status;
    if (mask >> KS_TEXT_FIELDS) return ks_check_bad_list(lists, "a field that there is not", err);
    for (ks_field field = 0; field < KS_FIELD_ANY; field++)
        if (mask & 1u << field && (status = check_field(lists, field, &sum, err))) return status;
    if (mask && sum != ks_cursor_tf(&lists->cursor))
        return ks_check_bad_list(lists, "a frequency that the positions do not add up to", err);
    return KS_OK;
}
