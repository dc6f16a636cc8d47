/* What writing a flush's documents and its terms share. Private to native. */
#ifndef KS_NATIVE_FLUSH_PRIVATE_H
#define KS_NATIVE_FLUSH_PRIVATE_H

#include "native/inverter_private.h"
#include "native/text_order.h"

typedef struct ks_flush {
    ks_inverter *const *inverters;
    size_t count;
    ks_segment_writer *writer;
    ks_text_item *documents; /* live ones, in the segment's order */
    size_t document_count;
    uint32_t most; /* postings in a batch, unless it is a single term's */
} ks_flush;

/* ks_inverter_flush, with flush->most postings in a batch. */
ks_status ks_flush_run(ks_flush *flush, const char *folder, uint64_t number, bool parallel, ks_error *err);

/* Writes all terms that live documents hold; may run while the documents are written. */
ks_status ks_flush_terms(const ks_flush *flush, ks_error *err);

#endif
