/* Reading lists for merging; see merge_source.h. */
#include "native/merge_source.h"

#include <string.h>

static ks_status corrupt(const ks_merge_source *source, ks_error *err) {
    return ks_mapped_corrupt(source->leaf->segment->file, KS_SECTION_POSTINGS, source->entry->postings,
                             "a posting list makes no sense", err);
}

static ks_shape shape_at(const ks_cursor *cursor, uint8_t slot) {
    ks_shape shape = {.tf = cursor->shape_tfs[slot], .mask = cursor->shape_masks[slot]};
    const uint32_t *ends = cursor->shape_ends[slot];
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
        shape.counts[field] = ends[field + 1] - ends[field];
    return shape;
}

static uint64_t key_at(const ks_cursor *cursor, uint8_t slot) {
    ks_shape shape = shape_at(cursor, slot);
    return ks_shape_key(&shape);
}

/* Keeps the gaps of posting i: moves them over those of deleted documents. */
static void keep_gaps(ks_list_block *block, const ks_cursor *cursor, uint32_t i) {
    uint32_t from = cursor->starts[i], count = cursor->starts[i + 1] - from;
    uint32_t to = block->starts[block->size];
    if (to != from && count) memmove(block->gaps + to, block->gaps + from, count * sizeof *block->gaps);
    block->starts[block->size + 1] = to + count;
}

/* The targets of a block's documents are far apart in memory: without prefetching, waiting for them would
 * take longer than everything else. */
static void prefetch_targets(const ks_merge_source *source) {
    const ks_cursor *cursor = &source->cursor;
    for (uint32_t i = 0; i < cursor->block_size; i++) __builtin_prefetch(&source->targets[cursor->docs[i]]);
}

/* Takes the live postings of the cursor's block. Neighbours often have the same shape. */
static void take_postings(ks_merge_source *source) {
    const ks_cursor *cursor = &source->cursor;
    ks_list_block *block = &source->block;
    unsigned last = UINT8_MAX + 1;
    uint64_t key = 0;
    ks_list_block_clear(block);
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        const ks_merge_target *target = &source->targets[cursor->docs[i]];
        uint8_t slot = cursor->slots[i];
        if (target->doc == KS_NO_DOC) continue;
        if (slot != last) key = slot < KS_SHAPES ? source->keys[slot] : key_at(cursor, slot);
        last = slot;
        block->docs[block->size] = target->doc;
        block->lengths[block->size] = target->length;
        block->tfs[block->size] = cursor->shape_tfs[slot];
        block->keys[block->size] = key;
        if (!key) block->shapes[block->size] = shape_at(cursor, slot);
        keep_gaps(block, cursor, i);
        block->size++;
    }
}

ks_status ks_merge_source_next(ks_merge_source *source, ks_error *err) {
    ks_cursor *cursor = &source->cursor;
    ks_list_block *block = &source->block;
    source->at = 0;
    ks_list_block_clear(block);
    while (block->size == 0 && cursor->doc != KS_NO_DOC) {
        ks_status status;
        if (!cursor->has_slots) ks_cursor_load_slots(cursor);
        if (cursor->damaged) break;
        status = ks_cursor_gaps(cursor, &block->gaps, &block->gap_capacity, err);
        if (status) return status;
        take_postings(source);
        cursor->in_block = cursor->block_size - 1;
        ks_cursor_next(cursor);
        prefetch_targets(source);
    }
    return cursor->damaged ? corrupt(source, err) : KS_OK;
}

ks_status ks_merge_source_open(ks_merge_source *source, const ks_dict_entry *entry,
                               const ks_unpacker *unpacker, ks_error *err) {
    ks_cursor *cursor = &source->cursor;
    ks_status status = ks_cursor_open(cursor, source->leaf->segment, entry, unpacker, err);
    if (status) return status;
    source->entry = entry;
    prefetch_targets(source);
    if (!cursor->has_slots) ks_cursor_load_slots(cursor); /* sets all shapes */
    if (entry->documents >= KS_BLOCK)                     /* shorter lists number no shapes */
        for (unsigned slot = 0; slot < 1u << cursor->most_bits; slot++)
            source->keys[slot] = key_at(cursor, (uint8_t)slot);
    return ks_merge_source_next(source, err);
}

void ks_merge_source_free(ks_merge_source *source) {
    ks_list_block_free(&source->block);
}
