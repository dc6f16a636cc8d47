/* Derived ids; see record_id.h. */
#include "corpus/record_id.h"

#include "base/hash.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Each part ends with a NUL, which no string of a record contains, so different parts never give the same
 * bytes. */
static void add_part(ks_buffer *parts, const char *text) {
    ks_buffer_add(parts, text ? text : "", text ? strlen(text) + 1 : 1);
}

static void add_parts(ks_buffer *parts, ks_strings texts) {
    for (size_t i = 0; i < texts.count; i++) add_part(parts, texts.items[i]);
    add_part(parts, NULL);
}

static void add_date(ks_buffer *parts, const char *date, bool yearless) {
    if (date && yearless && strlen(date) == sizeof "YYYY-MM-DD" - 1) {
        ks_buffer_str(parts, "-");
        date += 4;
    }
    add_part(parts, date);
}

static void add_content(ks_buffer *parts, const ks_record *record, bool yearless) {
    add_part(parts, record->kind);
    add_parts(parts, record->authors);
    add_date(parts, record->date, yearless);
    if (record->summary) {
        add_part(parts, record->summary);
        return;
    }
    add_part(parts, record->title);
    add_parts(parts, record->claims);
    add_parts(parts, record->tags);
    add_part(parts, record->body);
}

ks_status ks_record_derive_id(char out[KS_DERIVED_ID_SIZE + 1], const ks_record *record, bool yearless,
                              ks_error *err) {
    ks_buffer parts = {0};
    ks_status status;
    if (record->url)
        ks_buffer_str(&parts, record->url);
    else
        add_content(&parts, record, yearless);
    status = ks_buffer_check(&parts, err);
    if (!status) snprintf(out, KS_DERIVED_ID_SIZE + 1, "%016" PRIx64, ks_hash64(parts.data, parts.size, 0));
    ks_buffer_free(&parts);
    return status;
}
