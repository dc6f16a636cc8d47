/* The terms of several segments into one, list by list; see merge_private.h. May use base, engine and
 * native's files. */
#include "native/merge_source.h"
#include "native/term_walk.h"

#include <stdlib.h>

/* What merging one list after the other works on. */
struct terms {
    const ks_merge *merge;
    ks_term_walk walk;
    ks_merge_source *sources; /* one a leaf */
    /* Those of the present term that have postings left, and the first of them: */
    ks_merge_source **open;
    uint32_t *heads;
    size_t open_count;
};

/* The source whose next posting comes first, and how far its postings come before those of the others. */
static size_t first_of(const struct terms *terms, uint32_t *bound) {
    size_t best = 0;
    *bound = KS_NO_DOC;
    for (size_t i = 1; i < terms->open_count; i++) {
        uint32_t head = terms->heads[i];
        if (head < terms->heads[best]) {
            *bound = terms->heads[best];
            best = i;
        } else if (head < *bound) {
            *bound = head;
        }
    }
    return best;
}

static uint32_t end_of_run(const ks_merge_source *source, uint32_t bound) {
    const ks_list_block *block = &source->block;
    uint32_t end = source->at + 1;
    if (block->docs[block->size - 1] < bound) return block->size;
    while (block->docs[end] < bound) end++;
    return end;
}

static void close_source(struct terms *terms, size_t i) {
    terms->open_count--;
    terms->open[i] = terms->open[terms->open_count];
    terms->heads[i] = terms->heads[terms->open_count];
}

/* A leaf's documents keep their order, so that its list stays ascending. */
static ks_status merge_lists(struct terms *terms, ks_list_writer *out, ks_error *err) {
    ks_status status = KS_OK;
    while (terms->open_count && !status) {
        uint32_t bound, end;
        size_t i = first_of(terms, &bound);
        ks_merge_source *source = terms->open[i];
        end = end_of_run(source, bound);
        if ((status = ks_list_add_range(out, &source->block, source->at, end, err))) break;
        source->at = end;
        if (end == source->block.size) status = ks_merge_source_next(source, err);
        if (source->block.size)
            terms->heads[i] = source->block.docs[source->at];
        else
            close_source(terms, i);
    }
    return status;
}

static ks_status open_sources(struct terms *terms, ks_error *err) {
    ks_status status = KS_OK;
    terms->open_count = 0;
    for (size_t i = 0; i < terms->merge->count && !status; i++) {
        ks_merge_source *source = &terms->sources[i];
        if (!terms->walk.here[i]) continue;
        status = ks_merge_source_open(source, &terms->walk.cursors[i].entry, terms->merge->unpacker, err);
        if (status || source->block.size == 0) continue;
        terms->heads[terms->open_count] = source->block.docs[0];
        terms->open[terms->open_count++] = source;
    }
    return status;
}

/* The present term: nothing where only deleted documents held it. */
static ks_status merge_term(struct terms *terms, ks_error *err) {
    ks_list_writer *list = NULL;
    ks_status status = open_sources(terms, err);
    if (status || terms->open_count == 0) return status;
    if ((status = ks_segment_writer_begin_list(terms->merge->writer, &list, err)) ||
        (status = merge_lists(terms, list, err)))
        return status;
    return ks_segment_writer_end_list(terms->merge->writer, (ks_term){terms->walk.text, terms->walk.size},
                                      err);
}

static ks_status start(struct terms *terms, ks_error *err) {
    const ks_merge *merge = terms->merge;
    terms->sources = calloc(merge->count, sizeof *terms->sources);
    terms->open = calloc(merge->count, sizeof(ks_merge_source *));
    terms->heads = calloc(merge->count, sizeof *terms->heads);
    if (!terms->sources || !terms->open || !terms->heads) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count; i++) {
        terms->sources[i].leaf = merge->leaves[i];
        terms->sources[i].places = merge->places[i];
    }
    return ks_term_walk_start(&terms->walk, merge->leaves, merge->count, (ks_term){"", 0}, err);
}

ks_status ks_merge_terms(const ks_merge *merge, ks_error *err) {
    struct terms terms = {.merge = merge};
    ks_status status = start(&terms, err);
    while (!status && terms.walk.valid)
        if (!(status = merge_term(&terms, err))) status = ks_term_walk_next(&terms.walk, err);
    ks_term_walk_free(&terms.walk);
    for (size_t i = 0; terms.sources && i < merge->count; i++) ks_merge_source_free(&terms.sources[i]);
    free(terms.sources);
    free(terms.open);
    free(terms.heads);
    return status;
}
