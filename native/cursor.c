/* Walking posting lists; the layout is in postings.h. May use base, engine and native's files. Checksums were
 * compared before, but what the bytes say is checked here all the same, so that no content, however it came
 * about, can lead outside of the list. */
#include "native/postings.h"

#include <string.h>

/* Bytes of the longest shape; 128 gaps of so many bits do not add up to 2^32. */
enum { LONGEST_SHAPE = 40, CANNOT_WRAP = 24 };

/* Where a block's data begins, and where it ends. */
static const uint8_t *data_begin(const ks_cursor *cursor, uint32_t block) {
    return block ? cursor->data + ks_cursor_skip(cursor, block - 1, KS_SKIP_DATA) : cursor->data;
}

static const uint8_t *data_end(const ks_cursor *cursor, uint32_t block) {
    return cursor->skips ? cursor->data + ks_cursor_skip(cursor, block, KS_SKIP_DATA) : cursor->end;
}

/* The last document before the block. UINT32_MAX stands for -1: before the first block there is none. */
static uint32_t last_before(const ks_cursor *cursor, uint32_t block) {
    return block ? ks_cursor_skip(cursor, block - 1, KS_SKIP_LAST) : UINT32_MAX;
}

static void end_list(ks_cursor *cursor, bool damaged) {
    cursor->doc = KS_NO_DOC;
    cursor->block = cursor->blocks;
    cursor->block_size = 0;
    cursor->damaged = cursor->damaged || damaged;
}

/* ---- Shapes ---- */

/* Reads the frequency and the mask of a shape of several fields, each of which has a count of one byte. */
static bool skim_many(const uint8_t **at, const uint8_t *end, uint32_t *tf, uint8_t *mask) {
    const uint8_t *p = *at;
    if (end - p < 2 + KS_TEXT_FIELDS || p[0] != 0 || !ks_mask_has_many(p[1]) || p[1] >> KS_TEXT_FIELDS)
        return false;
    *mask = p[1];
    *tf = 0;
    p += 2;
    for (unsigned left = *mask; left; left &= left - 1, p++) {
        if (*p == 0 || *p >= 0x80) return false;
        *tf += *p * ks_field_weight((ks_field)__builtin_ctz(left));
    }
    *at = p;
    return true;
}

/* Reads a shape's frequency and mask. Of nearly all shapes nothing else is worked out. */
static bool skim_shape(const uint8_t **at, const uint8_t *end, uint32_t *tf, uint8_t *mask) {
    unsigned code = *at < end ? **at : 0;
    ks_shape shape;
    if (code > 0 && code < 0x80) {
        ks_shape_skim_single(code, tf, mask);
        ++*at;
        return true;
    }
    if (skim_many(at, end, tf, mask)) return true;
    if (!ks_shape_get(at, end, &shape)) return false;
    *tf = shape.tf;
    *mask = shape.mask;
    return true;
}

/* Sets where each field's positions end. */
static void set_ends(ks_cursor *cursor, uint32_t slot, const ks_shape *shape) {
    cursor->shape_ends[slot][0] = 0; /* the sums cannot overflow: none exceeds the frequency */
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
        cursor->shape_ends[slot][field + 1] = cursor->shape_ends[slot][field] + shape->counts[field];
    cursor->shape_positions[slot] = cursor->shape_ends[slot][KS_TEXT_FIELDS];
}

static void set_shape(ks_cursor *cursor, uint32_t slot, const ks_shape *shape) {
    cursor->shape_tfs[slot] = shape->tf;
    cursor->shape_masks[slot] = shape->mask;
    set_ends(cursor, slot, shape);
}

/* ---- Full blocks ---- */

/* Whether the documents of a full block ascend, beginning after `before`. Sums of large gaps may wrap around;
 * for small ones it is enough to compare the first and the last document. */
static bool ascends(const ks_cursor *cursor, unsigned gap_bits, uint32_t before) {
    if (before != UINT32_MAX && cursor->docs[0] <= before) return false;
    if (gap_bits <= CANNOT_WRAP) return cursor->docs[KS_BLOCK - 1] > cursor->docs[0];
    for (uint32_t i = 1; i < KS_BLOCK; i++)
        if (cursor->docs[i] <= cursor->docs[i - 1]) return false;
    return true;
}

static bool open_full(ks_cursor *cursor, const uint8_t *at, const uint8_t *end, uint32_t before) {
    unsigned gap_bits;
    if (end - at < 3) return false;
    gap_bits = at[0];
    cursor->shape_bits = at[1];
    cursor->exceptions = at[2];
    at += 3;
    if (gap_bits > 32 || cursor->shape_bits > cursor->most_bits || cursor->exceptions > KS_BLOCK ||
        (size_t)(end - at) < ks_bitpack_bytes(gap_bits) + ks_bitpack_bytes(cursor->shape_bits))
        return false;
    cursor->unpacker->ascending(cursor->docs, at, gap_bits, before);
    cursor->shapes_at = at + ks_bitpack_bytes(gap_bits);
    cursor->exceptions_at = cursor->shapes_at + ks_bitpack_bytes(cursor->shape_bits);
    cursor->block_end = end;
    cursor->has_tfs = cursor->has_slots = false;
    return ascends(cursor, gap_bits, before);
}

/* Reads the beginning of the next exception: the posting at *in_block has shape *number, or where that is no
 * number of the list's, the shape that follows. */
static bool read_exception(const ks_cursor *cursor, const uint8_t **at, uint8_t *in_block, uint64_t *number) {
    if (*at == cursor->block_end || **at >= KS_BLOCK) return false;
    *in_block = *(*at)++;
    return ks_varint_get(at, cursor->block_end, number) && *number <= cursor->shapes;
}

void ks_cursor_load_tfs(ks_cursor *cursor) {
    const uint8_t *at = cursor->exceptions_at;
    cursor->has_tfs = true;
    cursor->unpacker->lookup(cursor->tfs, cursor->shapes_at, cursor->shape_bits, cursor->shape_tfs);
    for (unsigned i = 0; i < cursor->exceptions; i++) {
        uint64_t number;
        uint32_t own;
        uint8_t in_block, mask;
        if (!read_exception(cursor, &at, &in_block, &number) ||
            (number == cursor->shapes && !skim_shape(&at, cursor->block_end, &own, &mask))) {
            cursor->damaged = true;
            return;
        }
        cursor->tfs[in_block] = number < cursor->shapes ? cursor->shape_tfs[number] : own;
    }
}

/* Sets the ends of the shapes that the list numbers, which read_shapes has read already. Frequent terms have
 * a hundred shapes, and most searches need no positions. */
static void load_ends(ks_cursor *cursor) {
    const uint8_t *at = cursor->numbered;
    ks_shape shape = {.tf = 1};
    for (uint32_t i = 0; i < 1u << cursor->most_bits; i++) {
        if (i < cursor->shapes && !ks_shape_get(&at, cursor->end, &shape)) cursor->damaged = true;
        set_ends(cursor, i, &shape);
    }
    cursor->has_ends = true;
}

void ks_cursor_load_slots(ks_cursor *cursor) {
    const uint8_t *at = cursor->exceptions_at;
    uint32_t numbers[KS_BLOCK];
    cursor->has_slots = true;
    if (!cursor->has_ends) load_ends(cursor);
    cursor->unpacker->plain(numbers, cursor->shapes_at, cursor->shape_bits);
    for (size_t i = 0; i < KS_BLOCK; i++) cursor->slots[i] = (uint8_t)numbers[i];
    for (unsigned i = 0; i < cursor->exceptions; i++) {
        ks_shape own;
        uint64_t number;
        uint8_t in_block;
        if (!read_exception(cursor, &at, &in_block, &number) ||
            (number == cursor->shapes && !ks_shape_get(&at, cursor->block_end, &own))) {
            cursor->damaged = true;
            return;
        }
        cursor->slots[in_block] = (uint8_t)(number < cursor->shapes ? number : KS_SHAPES + i);
        if (number == cursor->shapes) set_shape(cursor, KS_SHAPES + i, &own);
    }
}

/* ---- Tails ---- */

/* All postings were given the common shape, in slot KS_SHAPES. Those whose bit is set get theirs, in the
 * slots behind. */
static bool read_others(ks_cursor *cursor, const uint8_t *at, const uint8_t *end) {
    const uint8_t *bits = at;
    uint32_t slot = KS_SHAPES, bytes = (cursor->block_size + 7) / 8;
    if ((size_t)(end - at) < bytes) return false;
    at += bytes;
    for (uint32_t byte = 0; byte < bytes; byte++) {
        for (unsigned left = bits[byte]; left; left &= left - 1) {
            uint32_t i = byte * 8 + (unsigned)__builtin_ctz(left);
            ks_shape shape;
            if (slot == 2 * KS_SHAPES - 1 || i >= cursor->block_size || !ks_shape_get(&at, end, &shape))
                return false;
            set_shape(cursor, ++slot, &shape);
            cursor->slots[i] = (uint8_t)slot;
            cursor->tfs[i] = shape.tf;
        }
    }
    return true;
}

/* Reads the documents of a tail; its gaps end at *behind. */
static bool read_tail_docs(ks_cursor *cursor, const uint8_t *at, const uint8_t *end, uint32_t before,
                           const uint8_t **behind) {
    uint32_t *docs = cursor->docs, size = cursor->block_size, count = size;
    uint32_t first = before + 1, universe = cursor->segment->documents - first;
    bool ascending = true;
    ks_rice rice;
    if (!ks_rice_start(&rice, at, end, size, ks_rice_bits_of_gaps(universe, size)) ||
        !cursor->unpacker->sums(&rice, 0, &count, universe - 1, docs) || docs[count - 1] >= universe)
        return false;
    for (uint32_t i = 1; i < size; i++) ascending &= docs[i] > docs[i - 1];
    for (uint32_t i = 0; i < size; i++) docs[i] += first;
    for (uint32_t i = size; i < KS_BLOCK; i++) docs[i] = KS_NO_DOC;
    *behind = at + (rice.at + 7) / 8;
    return ascending;
}

/* Decodes everything at once: most of a tail is needed when any of it is. */
static bool read_tail(ks_cursor *cursor, const uint8_t *at, const uint8_t *end, uint32_t before) {
    uint64_t code;
    ks_shape common;
    if (!ks_varint_get(&at, end, &code) || !ks_shape_get_rest(code / 2, &at, end, &common) ||
        !read_tail_docs(cursor, at, end, before, &at))
        return false;
    set_shape(cursor, KS_SHAPES, &common);
    cursor->has_tfs = cursor->has_slots = true;
    for (uint32_t i = 0; i < cursor->block_size; i++) cursor->tfs[i] = common.tf;
    memset(cursor->slots, KS_SHAPES, cursor->block_size);
    return code % 2 == 0 || read_others(cursor, at, end);
}

/* ---- Blocks ---- */

/* Whether the documents, which ascend, lie within the segment, and the skip tells the truth about them. */
static bool is_plausible(const ks_cursor *cursor) {
    uint32_t last = cursor->docs[cursor->block_size - 1];
    return last < cursor->segment->documents &&
           (!cursor->skips || last == ks_cursor_skip(cursor, cursor->block, KS_SKIP_LAST));
}

static void load_block(ks_cursor *cursor, uint32_t block) {
    uint32_t left = cursor->documents - block * KS_BLOCK, before = last_before(cursor, block);
    const uint8_t *at = data_begin(cursor, block), *end = data_end(cursor, block);
    bool good;
    cursor->block = block;
    cursor->block_size = left < KS_BLOCK ? left : KS_BLOCK;
    cursor->in_block = 0;
    good = at <= end && at >= cursor->data && end <= cursor->end &&
           (left >= KS_BLOCK ? open_full(cursor, at, end, before) : read_tail(cursor, at, end, before));
    if (!good || !is_plausible(cursor)) {
        end_list(cursor, true);
        return;
    }
    cursor->doc = cursor->docs[0];
}

/* ---- Opening ---- */

/* Reads the shapes that the list numbers, but leaves their ends to load_ends. Every slot that a number of
 * most_bits bits can name is set, so that damaged numbers find some shape. */
static bool read_shapes(ks_cursor *cursor, const uint8_t **at, const uint8_t *end) {
    uint32_t tf = 1;
    uint8_t mask = 0;
    if (*at == end || **at > KS_SHAPES) return false;
    cursor->shapes = *(*at)++;
    cursor->most_bits = cursor->shapes > 1 ? 32u - (unsigned)__builtin_clz(cursor->shapes - 1) : 0;
    cursor->numbered = *at;
    cursor->has_ends = false;
    for (uint32_t i = 0; i < 1u << cursor->most_bits; i++) {
        if (i < cursor->shapes && !skim_shape(at, end, &tf, &mask)) return false;
        cursor->shape_tfs[i] = tf;
        cursor->shape_masks[i] = mask;
    }
    return true;
}

/* Finds the pairs of the groups, which begin at `at`, and the data behind them. */
static bool lay_out_groups(ks_cursor *cursor, const uint8_t *at, const uint8_t *end) {
    size_t ends = (cursor->blocks + KS_GROUP - 1) / KS_GROUP * sizeof(uint32_t), bytes;
    if ((size_t)(end - at) < ends) return false;
    cursor->group_ends = at;
    cursor->group_pairs = at += ends;
    bytes = ks_get_u32(at - sizeof(uint32_t));
    if ((size_t)(end - at) < bytes) return false;
    cursor->data = at + bytes;
    return true;
}

/* Finds the parts of a list in its bytes at..end. */
static bool lay_out(ks_cursor *cursor, const uint8_t *at, const uint8_t *end) {
    size_t skips = (size_t)cursor->blocks * KS_SKIP_BYTES, skipped;
    cursor->end = end;
    if (cursor->documents >= KS_BLOCK && !read_shapes(cursor, &at, end)) return false;
    cursor->list_pairs = NULL;
    if (cursor->documents >= KS_PAIRS_FROM) {
        size_t bytes = ks_pairs_bytes(at, end);
        if (bytes == 0) return false;
        cursor->list_pairs = at;
        at += bytes;
    }
    cursor->data = at;
    if (cursor->documents <= KS_BLOCK) return true;
    if ((size_t)(end - at) < skips) return false;
    cursor->skips = at;
    cursor->pairs = at += skips;
    skipped = ks_cursor_skip(cursor, cursor->blocks - 1, KS_SKIP_PAIRS);
    if ((size_t)(end - at) < skipped) return false;
    cursor->data = at += skipped;
    return cursor->blocks <= KS_GROUP || lay_out_groups(cursor, at, end);
}

/* Finds the bytes of the list. A list of a block or more tells its size; for a shorter one the greatest
 * possible size will do. */
static ks_status find_bytes(ks_cursor *cursor, uint64_t offset, const uint8_t **at, const uint8_t **end,
                            ks_error *err) {
    enum { PAIRS_BYTES = 1 + 3 * KS_PAIRS };
    ks_mapped *file = cursor->segment->file;
    uint64_t left = ks_mapped_size(file, KS_SECTION_POSTINGS) - offset, n = cursor->documents, bytes;
    uint64_t head = n >= KS_BLOCK ? KS_VARINT_LIMIT
                                  : PAIRS_BYTES + (n + 1) * LONGEST_SHAPE + ks_rice_limit(n) + (n + 7) / 8;
    const uint8_t *from;
    ks_status status;
    if (head > left) head = left;
    if ((status = ks_mapped_span(file, KS_SECTION_POSTINGS, offset, head, at, err))) return status;
    *end = *at + head;
    if (n < KS_BLOCK) return KS_OK;
    from = *at;
    if (!ks_varint_get(at, *end, &bytes))
        return ks_mapped_corrupt(file, KS_SECTION_POSTINGS, offset, "a list without a size", err);
    status = ks_mapped_span(file, KS_SECTION_POSTINGS, offset + (uint64_t)(*at - from), bytes, at, err);
    if (!status) *end = *at + bytes;
    return status;
}

static ks_status open_list(ks_cursor *cursor, uint64_t offset, ks_error *err) {
    const uint8_t *at = NULL, *end = NULL;
    ks_status status = find_bytes(cursor, offset, &at, &end, err);
    if (status) return status;
    if (lay_out(cursor, at, end))
        load_block(cursor, 0);
    else
        cursor->damaged = true;
    if (cursor->damaged)
        return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSTINGS, offset,
                                 "a posting list makes no sense", err);
    return KS_OK;
}

/* A list of one document, which is held by the dictionary. */
static void open_single(ks_cursor *cursor, const ks_dict_entry *entry) {
    cursor->list_pairs = cursor->data = cursor->end = NULL;
    cursor->single_gaps = entry->gaps;
    cursor->block = cursor->in_block = 0;
    cursor->block_size = 1;
    memset(cursor->docs, 0xFF, sizeof cursor->docs); /* KS_NO_DOC */
    cursor->doc = cursor->docs[0] = entry->doc;
    cursor->tfs[0] = entry->shape.tf;
    cursor->slots[0] = KS_SHAPES;
    set_shape(cursor, KS_SHAPES, &entry->shape);
    cursor->has_tfs = cursor->has_slots = true;
}

ks_status ks_cursor_open(ks_cursor *cursor, const ks_segment *segment, const ks_dict_entry *entry,
                         const ks_unpacker *unpacker, ks_error *err) {
    cursor->segment = segment;
    cursor->unpacker = unpacker;
    cursor->documents = entry->documents;
    cursor->blocks = (entry->documents + KS_BLOCK - 1) / KS_BLOCK;
    cursor->positions = entry->positions;
    cursor->skips = cursor->pairs = cursor->single_gaps = NULL;
    cursor->group_ends = cursor->group_pairs = NULL;
    cursor->positions_block = KS_NO_DOC;
    cursor->damaged = false;
    if (entry->documents == 0 || entry->documents > segment->documents ||
        (entry->documents == 1 ? entry->doc >= segment->documents
                               : entry->postings > ks_mapped_size(segment->file, KS_SECTION_POSTINGS)))
        return ks_mapped_corrupt(segment->file, KS_SECTION_TERMS, entry->postings,
                                 "a term's entry makes no sense", err);
    if (entry->documents > 1) return open_list(cursor, entry->postings, err);
    open_single(cursor, entry);
    return KS_OK;
}

ks_status ks_cursor_check(const ks_cursor *cursor, ks_error *err) {
    if (!cursor->damaged) return KS_OK;
    return ks_mapped_corrupt(cursor->segment->file, KS_SECTION_POSTINGS, 0, "a posting list makes no sense",
                             err);
}

/* ---- Moving ---- */

void ks_cursor_rewind(ks_cursor *cursor) {
    if (cursor->damaged) return;
    if (cursor->data && cursor->block != 0) load_block(cursor, 0);
    cursor->block = cursor->in_block = 0;
    if (!cursor->data) cursor->block_size = 1; /* held by the dictionary: end_list had cleared it */
    cursor->doc = cursor->docs[0];
}

void ks_cursor_next(ks_cursor *cursor) {
    if (++cursor->in_block < cursor->block_size) {
        cursor->doc = cursor->docs[cursor->in_block];
    } else if (cursor->block + 1 < cursor->blocks) {
        load_block(cursor, cursor->block + 1);
    } else {
        end_list(cursor, false);
    }
}

uint32_t ks_cursor_block_of(const ks_cursor *cursor, uint32_t from, uint32_t target, uint32_t *block) {
    uint32_t low = from, step = 1, high;
    *block = cursor->blocks;
    if (low >= cursor->blocks) return KS_NO_DOC;
    if (!cursor->skips) { /* one block, which is decoded */
        if (cursor->docs[cursor->block_size - 1] < target) return KS_NO_DOC;
        *block = 0;
        return cursor->docs[cursor->block_size - 1];
    }
    /* Galloping, then binary search: the block is mostly near. */
    for (high = low; high < cursor->blocks && ks_cursor_skip(cursor, high, KS_SKIP_LAST) < target;
         high += step, step *= 2)
        low = high + 1;
    if (high > cursor->blocks) high = cursor->blocks;
    while (low < high) { /* blocks before `low` end before target, `high` does not */
        uint32_t middle = low + (high - low) / 2;
        if (ks_cursor_skip(cursor, middle, KS_SKIP_LAST) < target)
            low = middle + 1;
        else
            high = middle;
    }
    *block = low;
    return low < cursor->blocks ? ks_cursor_skip(cursor, low, KS_SKIP_LAST) : KS_NO_DOC;
}

void ks_cursor_enter(ks_cursor *cursor, uint32_t block) {
    if (cursor->block < block) load_block(cursor, block);
}

void ks_cursor_advance(ks_cursor *cursor, uint32_t target) {
    uint32_t block;
    if (cursor->doc >= target) return;
    if (cursor->docs[cursor->block_size - 1] < target) {
        if (ks_cursor_block_of(cursor, cursor->block, target, &block) == KS_NO_DOC) {
            end_list(cursor, false);
            return;
        }
        load_block(cursor, block);
        if (cursor->doc >= target) return;
    }
    cursor->in_block = ks_block_find(cursor->docs, target);
    cursor->doc = cursor->docs[cursor->in_block];
}
