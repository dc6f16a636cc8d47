/* Merging the posting lists of several segments, term by term; see merge_private.h. May use base, engine and
 * native's files. */
#include "native/merge_source.h"
#include "native/term_walk.h"

#include <stdlib.h>

/* A source that has postings left, and the document of the next one. */
struct head {
    uint32_t doc;
    ks_merge_source *source;
};

struct terms {
    const ks_merge *merge;
    ks_term_walk walk;
    ks_merge_source *sources; /* by leaf */
    struct head *open;        /* sources of the present term, by document: few, and mostly in order already */
    size_t open_count;
};

/* Inserts a source into the open ones. */
static void insert(struct terms *terms, ks_merge_source *source) {
    uint32_t doc = source->block.docs[source->at];
    size_t at = terms->open_count++;
    for (; at > 0 && terms->open[at - 1].doc > doc; at--) terms->open[at] = terms->open[at - 1];
    terms->open[at] = (struct head){doc, source};
}

/* Restores the order after the first source has moved on, or removes it if it has nothing left. */
static void settle_first(struct terms *terms) {
    ks_merge_source *source = terms->open[0].source;
    uint32_t doc = source->block.size ? source->block.docs[source->at] : KS_NO_DOC;
    size_t at = 0;
    for (; at + 1 < terms->open_count && terms->open[at + 1].doc < doc; at++)
        terms->open[at] = terms->open[at + 1];
    terms->open[at] = (struct head){doc, source};
    if (!source->block.size) terms->open_count--;
}

/* The end of the source's postings before document `bound`. */
static uint32_t end_of_run(const ks_merge_source *source, uint32_t bound) {
    const ks_list_block *block = &source->block;
    uint32_t end = source->at + 1;
    if (block->docs[block->size - 1] < bound) return block->size;
    while (block->docs[end] < bound) end++;
    return end;
}

/* Merges the open sources run by run. A leaf's documents keep their order in the new segment, so each source
 * still ascends. */
static ks_status merge_lists(struct terms *terms, ks_list_writer *out, ks_error *err) {
    ks_status status = KS_OK;
    while (terms->open_count && !status) {
        ks_merge_source *source = terms->open[0].source;
        uint32_t begin = source->at;
        source->at = end_of_run(source, terms->open_count > 1 ? terms->open[1].doc : KS_NO_DOC);
        status = ks_list_add_range(out, &source->block, begin, source->at, err);
        if (!status && source->at == source->block.size) status = ks_merge_source_next(source, err);
        settle_first(terms);
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
        if (!status && source->block.size) insert(terms, source);
    }
    return status;
}

/* Merges the present term, unless only deleted documents have it. */
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
    terms->open = calloc(merge->count, sizeof *terms->open);
    if (!terms->sources || !terms->open) return ks_error_nomem(err);
    for (size_t i = 0; i < merge->count; i++) {
        terms->sources[i].leaf = merge->leaves[i];
        terms->sources[i].targets = merge->targets[i];
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
    return status;
}
