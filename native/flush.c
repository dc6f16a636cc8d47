/* Flushing documents in memory into a segment: sorts the documents, then writes them and their terms, both at
 * the same time if possible; see inverter.h and flush_terms.c. */
#include "native/flush_private.h"

#include "native/both.h"

#include <stdlib.h>

/* Sorts the live documents as ks_segment_compare does: newest first, then by id. */
static ks_status sort_documents(ks_flush *flush, ks_error *err) {
    size_t count = 0;
    for (size_t i = 0; i < flush->count; i++) count += flush->inverters[i]->live;
    if (!(flush->documents = malloc((count + 1) * sizeof *flush->documents))) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->count; i++) {
        const ks_inverter *inverter = flush->inverters[i];
        for (uint32_t number = 0; number < inverter->document_count; number++) {
            const struct inverter_document *from = &inverter->documents[number];
            if (inverter_is_live(from))
                flush->documents[flush->document_count++] =
                    (ks_text_item){~from->order, inverter_id(from), (uint32_t)i, number};
        }
    }
    return ks_text_sort(&flush->documents, count, err);
}

static ks_status write_documents(void *context, ks_error *err) {
    const ks_flush *flush = context;
    ks_status status = KS_OK;
    for (size_t i = 0; i < flush->document_count && !status; i++) {
        const ks_text_item *item = &flush->documents[i];
        ks_term record = {0};
        ks_segment_document document =
            ks_inverter_document(flush->inverters[item->inverter], item->number, &record);
        status = ks_segment_writer_document(flush->writer, &document, record.text, record.size, err);
    }
    return status ? status : ks_segment_writer_end_documents(flush->writer, err);
}

static ks_status write_terms(void *context, ks_error *err) {
    return ks_flush_terms(context, err);
}

ks_status ks_flush_run(ks_flush *flush, const char *folder, uint64_t number, bool parallel, ks_error *err) {
    ks_status status;
    if ((status = sort_documents(flush, err)) ||
        (status = ks_segment_writer_open(&flush->writer, folder, number, err)))
        goto done;
    ks_segment_writer_set_documents(flush->writer, (uint32_t)flush->document_count);
    if (!(status = ks_run_both(write_documents, write_terms, flush, parallel, err)))
        status = ks_segment_writer_finish(flush->writer, err);
done:
    ks_segment_writer_free(flush->writer);
    free(flush->documents);
    for (size_t i = 0; i < flush->count && !status; i++) ks_inverter_clear(flush->inverters[i]);
    return status;
}

ks_status ks_inverter_flush(ks_inverter *const *inverters, size_t count, const char *folder, uint64_t number,
                            bool parallel, ks_error *err) {
    ks_flush flush = {.inverters = inverters, .count = count, .most = KS_FLUSH_POSTINGS};
    return ks_flush_run(&flush, folder, number, parallel, err);
}
