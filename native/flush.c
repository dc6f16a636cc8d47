/* Documents in memory to a segment: sort them, then turn their postings round; see inverter.h. */
#include "native/inverter_private.h"

#include <stdlib.h>
#include <string.h>

/* What a flush works on. */
struct flush {
    ks_inverter *inverter;
    ks_segment_writer *writer;
    uint32_t *order;           /* document numbers, newest first, live ones only */
    const ks_map_slot **terms; /* in ascending order of bytes */
    size_t *starts; /* by term: where its postings begin, then, while they are filled in, end so far */
    ks_posting *postings;
};

/* For sorting numbers without global state: what is compared travels along. */
struct sort_key {
    uint64_t order;
    ks_term id;
    uint32_t number;
};

static int compare_keys(const void *left, const void *right) {
    const struct sort_key *a = left, *b = right;
    return ks_segment_compare(a->order, a->id, b->order, b->id);
}

static ks_status sort_documents(struct flush *flush, ks_error *err) {
    const ks_inverter *inverter = flush->inverter;
    struct sort_key *keys = malloc(inverter->live * sizeof *keys);
    uint32_t count = 0;
    flush->order = malloc(inverter->live * sizeof *flush->order);
    if (!keys || !flush->order) {
        free(keys);
        return ks_error_nomem(err);
    }
    for (uint32_t i = 0; i < inverter->document_count; i++) {
        ks_segment_document document;
        if (!inverter->documents[i].live) continue;
        document = ks_inverter_document(inverter, i, NULL);
        keys[count++] = (struct sort_key){document.order, document.id, i};
    }
    qsort(keys, count, sizeof *keys, compare_keys);
    for (uint32_t i = 0; i < count; i++) flush->order[i] = keys[i].number;
    free(keys);
    return KS_OK;
}

static ks_status write_documents(struct flush *flush, ks_error *err) {
    ks_status status = KS_OK;
    for (uint32_t i = 0; i < flush->inverter->live && !status; i++) {
        ks_term record = {0};
        ks_segment_document document = ks_inverter_document(flush->inverter, flush->order[i], &record);
        status = ks_segment_writer_document(flush->writer, &document, record.text, record.size, err);
    }
    return status;
}

static int compare_slots(const void *left, const void *right) {
    const ks_map_slot *a = *(const ks_map_slot *const *)left, *b = *(const ks_map_slot *const *)right;
    uint32_t shorter = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->key, b->key, shorter);
    return order ? order : (a->size > b->size) - (a->size < b->size);
}

static ks_status sort_terms(struct flush *flush, ks_error *err) {
    size_t at = 0, count = 0;
    const ks_map_slot *slot;
    flush->terms = malloc((flush->inverter->term_count + 1) * sizeof(ks_map_slot *));
    if (!flush->terms) return ks_error_nomem(err);
    while ((slot = ks_map_next(&flush->inverter->numbers, &at))) flush->terms[count++] = slot;
    qsort(flush->terms, count, sizeof *flush->terms, compare_slots);
    return KS_OK;
}

static void fill_postings(struct flush *flush) {
    const ks_inverter *inverter = flush->inverter;
    for (uint32_t doc = 0; doc < inverter->live; doc++) {
        const struct inverter_document *document = &inverter->documents[flush->order[doc]];
        const uint8_t *positions = (const uint8_t *)inverter->positions.data + document->positions;
        for (size_t i = 0; i < document->posting_count; i++) {
            const struct inverter_posting *from = &inverter->postings[document->first_posting + i];
            flush->postings[flush->starts[from->term]++] =
                (ks_posting){doc, from->tf, document->length, from->mask, positions, from->positions_size};
            positions += from->positions_size;
        }
    }
}

/* Counts, then places: after this, starts[t] is where term t's postings end. */
static ks_status invert(struct flush *flush, ks_error *err) {
    const ks_inverter *inverter = flush->inverter;
    size_t total = 0;
    flush->starts = calloc(inverter->term_count + 1, sizeof *flush->starts);
    if (!flush->starts) return ks_error_nomem(err);
    for (uint32_t doc = 0; doc < inverter->live; doc++) {
        const struct inverter_document *document = &inverter->documents[flush->order[doc]];
        for (size_t i = 0; i < document->posting_count; i++)
            flush->starts[inverter->postings[document->first_posting + i].term]++;
        total += document->posting_count;
    }
    if (!(flush->postings = malloc((total + 1) * sizeof *flush->postings))) return ks_error_nomem(err);
    for (size_t term = 0, start = 0; term < inverter->term_count; term++) {
        size_t count = flush->starts[term];
        flush->starts[term] = start;
        start += count;
    }
    fill_postings(flush);
    return KS_OK;
}

static ks_status write_terms(struct flush *flush, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < flush->inverter->term_count && !status; i++) {
        const ks_map_slot *slot = flush->terms[i];
        size_t end = flush->starts[slot->value], begin = slot->value ? flush->starts[slot->value - 1] : 0;
        if (end > begin)
            status = ks_segment_writer_term(flush->writer, (ks_term){slot->key, slot->size},
                                            flush->postings + begin, end - begin, err);
    }
    return status;
}

static void forget(ks_inverter *inverter) {
    ks_map_clear(&inverter->numbers);
    inverter->term_count = inverter->posting_count = inverter->document_count = inverter->source_total = 0;
    inverter->live = 0;
    ks_buffer_truncate(&inverter->positions, 0);
    ks_buffer_truncate(&inverter->bytes, 0);
}

ks_status ks_inverter_flush(ks_inverter *inverter, const char *folder, uint64_t number, ks_error *err) {
    struct flush flush = {.inverter = inverter};
    ks_status status;
    if ((status = sort_documents(&flush, err)) ||
        (status = ks_segment_writer_open(&flush.writer, folder, number, KS_STORE_FAST, err)) ||
        (status = write_documents(&flush, err)) || (status = sort_terms(&flush, err)) ||
        (status = invert(&flush, err)) || (status = write_terms(&flush, err)))
        goto done;
    status = ks_segment_writer_finish(flush.writer, err);
done:
    ks_segment_writer_free(flush.writer);
    free(flush.order);
    free(flush.terms);
    free(flush.starts);
    free(flush.postings);
    if (!status) forget(inverter);
    return status;
}
