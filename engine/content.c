/* The fingerprint of what a document is indexed by; see content.h. */
#include "engine/content.h"

#include <string.h>

enum { LONGEST = 255 }; /* engines cut exact values to this size, prefix included */

uint64_t ks_content_term(ks_term term) {
    return ks_hash64(term.text, term.size, 0);
}

static uint64_t value_share(const ks_exact_value *value) {
    char text[LONGEST];
    size_t prefix = strlen(ks_exact_prefix(value->exact)), size = value->value.size;
    if (prefix + size > LONGEST) size = LONGEST - prefix;
    memcpy(text, ks_exact_prefix(value->exact), prefix);
    memcpy(text + prefix, value->value.text, size);
    return ks_content_share(ks_content_term((ks_term){text, (uint32_t)(prefix + size)}), KS_FIELD_ANY, 0);
}

uint64_t ks_content_of(const ks_document *document) {
    uint64_t sum = 0;
    for (size_t i = 0; i < document->occurrence_count; i++) {
        const ks_occurrence *occurrence = &document->occurrences[i];
        sum += ks_content_share(ks_content_term(occurrence->term), occurrence->field, occurrence->position);
    }
    for (size_t i = 0; i < document->value_count; i++) sum += value_share(&document->values[i]);
    return sum;
}
