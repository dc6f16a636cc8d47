/* The terms of several segments into one, list by list; see merge.h. */
#include "native/merge_private.h"

#include "native/posting_array.h"
#include "native/term_walk.h"

#include <stdlib.h>

/* What merging one list after the other works on. */
struct lists {
    const ks_merge *merge;
    ks_term_walk walk;
    ks_cursor *cursor;
    ks_posting_array postings;
    ks_arena places;   /* the present term's positions */
    ks_buffer encoded; /* those of one document, and scratch for reading them */
    uint32_t *gaps;
    size_t gap_capacity;
};

static ks_status corrupt(const ks_leaf *leaf, const ks_dict_entry *entry, ks_error *err) {
    return ks_mapped_corrupt(leaf->segment->file, KS_SECTION_POSTINGS, entry->postings,
                             "a posting list makes no sense", err);
}

static ks_status copy_positions(struct lists *lists, ks_posting *out, ks_error *err) {
    ks_buffer *encoded = &lists->encoded;
    ks_status status;
    ks_buffer_truncate(encoded, 0);
    status = ks_cursor_put_positions(lists->cursor, &lists->gaps, &lists->gap_capacity, encoded, err);
    if (status) return status;
    if (encoded->size > UINT32_MAX) return ks_error_set(err, KS_ERR_TOO_LARGE, "too many positions");
    out->positions_size = (uint32_t)encoded->size;
    out->positions = (const uint8_t *)"";
    if (encoded->size == 0) return KS_OK;
    out->positions = (const uint8_t *)ks_arena_copy(&lists->places, encoded->data, encoded->size);
    return out->positions ? KS_OK : ks_error_nomem(err);
}

/* Appends the live postings of one leaf's list, in the order of the new numbers: a leaf's documents keep
 * theirs. */
static ks_status add_list(struct lists *lists, size_t i, ks_error *err) {
    const ks_leaf *leaf = lists->merge->leaves[i];
    const ks_merge_place *places = lists->merge->places[i];
    const ks_dict_entry *entry = &lists->walk.cursors[i].entry;
    ks_cursor *cursor = lists->cursor;
    ks_status status;
    if ((status = ks_cursor_open(cursor, leaf->segment, entry, lists->merge->unpacker, err)) ||
        (status = ks_posting_array_reserve(&lists->postings, cursor->documents, err)))
        return status;
    for (; cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
        ks_posting *out = &lists->postings.items[lists->postings.count];
        out->doc = places[cursor->doc].doc;
        if (out->doc == KS_NO_DOC) continue;
        out->length = places[cursor->doc].length;
        out->tf = ks_cursor_tf(cursor);
        out->mask = ks_cursor_mask(cursor);
        if ((status = copy_positions(lists, out, err))) return status;
        lists->postings.count++;
    }
    return cursor->damaged ? corrupt(leaf, entry, err) : KS_OK;
}

/* The present term: nothing where only deleted documents held it. */
static ks_status merge_term(struct lists *lists, ks_error *err) {
    ks_status status = KS_OK;
    lists->postings.count = 0;
    ks_arena_reset(&lists->places);
    for (size_t i = 0; i < lists->merge->count && !status; i++)
        if (lists->walk.here[i]) status = add_list(lists, i, err);
    if (status || lists->postings.count == 0) return status;
    if ((status = ks_posting_array_sort(&lists->postings, err))) return status;
    return ks_segment_writer_term(lists->merge->writer, (ks_term){lists->walk.text, lists->walk.size},
                                  lists->postings.items, lists->postings.count, err);
}

ks_status ks_merge_terms(const ks_merge *merge, ks_error *err) {
    struct lists lists = {.merge = merge, .cursor = malloc(sizeof(ks_cursor))};
    ks_status status = lists.cursor ? KS_OK : ks_error_nomem(err);
    if (!status) status = ks_term_walk_start(&lists.walk, merge->leaves, merge->count, (ks_term){"", 0}, err);
    while (!status && lists.walk.valid)
        if (!(status = merge_term(&lists, err))) status = ks_term_walk_next(&lists.walk, err);
    ks_term_walk_free(&lists.walk);
    ks_posting_array_free(&lists.postings);
    ks_arena_free(&lists.places);
    ks_buffer_free(&lists.encoded);
    free(lists.gaps);
    free(lists.cursor);
    return status;
}
