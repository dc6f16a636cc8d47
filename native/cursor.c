/* Walking posting lists; the layout is in postings.h. May use base, engine and native's files. Bytes come
 * checked against their checksums; what they say is checked again here, so that no content can lead outside
 * of the list. */
#include "native/postings.h"
#include "native/varint.h"

#include <string.h>

enum { SKIP_BYTES = 16, LONGEST_HEAD = 20 };

static const uint8_t *skip_of(const ks_cursor *cursor, uint32_t block) {
    return cursor->skips + (size_t)block * SKIP_BYTES;
}

/* Where the block's data begins and ends. */
static const uint8_t *data_begin(const ks_cursor *cursor, uint32_t block) {
    return block ? cursor->data + ks_get_u32(skip_of(cursor, block - 1) + 4) : cursor->data;
}

static const uint8_t *data_end(const ks_cursor *cursor, uint32_t block) {
    return cursor->skips ? cursor->data + ks_get_u32(skip_of(cursor, block) + 4) : cursor->end;
}

static uint32_t last_before(const ks_cursor *cursor, uint32_t block) {
    return block ? ks_get_u32(skip_of(cursor, block - 1)) : UINT32_MAX;
}

static void end_list(ks_cursor *cursor, bool damaged) {
    cursor->doc = KS_NO_DOC;
    cursor->block = cursor->blocks;
    cursor->block_size = 0;
    cursor->damaged = cursor->damaged || damaged;
}

static bool unpack_full(ks_cursor *cursor, const uint8_t *at, const uint8_t *end, uint32_t before) {
    unsigned gap_bits, tf_bits;
    size_t need;
    if (end - at < 3) return false;
    gap_bits = at[0];
    tf_bits = at[1];
    cursor->mask = at[2];
    at += 3;
    if (gap_bits > 32 || tf_bits > 32) return false;
    need = ks_bitpack_bytes(gap_bits) + ks_bitpack_bytes(tf_bits);
    if (cursor->mask == 0xFF) need += ks_bitpack_bytes(KS_TEXT_FIELDS);
    if ((size_t)(end - at) < need) return false;
    cursor->unpacker->ascending(cursor->docs, at, gap_bits, before);
    cursor->tf_at = at + ks_bitpack_bytes(gap_bits);
    cursor->tf_bits = tf_bits;
    cursor->mask_at = cursor->mask == 0xFF ? cursor->tf_at + ks_bitpack_bytes(tf_bits) : NULL;
    return true;
}

static bool unpack_tail(ks_cursor *cursor, const uint8_t *at, const uint8_t *end, uint32_t before) {
    bool same;
    if (at == end) return false;
    cursor->mask = *at++;
    same = cursor->mask != 0xFF;
    for (uint32_t i = 0; i < cursor->block_size; i++) {
        uint64_t gap, tf;
        if (!ks_varint_get(&at, end, &gap) || !ks_varint_get(&at, end, &tf)) return false;
        if (gap > UINT32_MAX || tf >= UINT32_MAX || (!same && at == end)) return false;
        before += (uint32_t)gap + 1;
        cursor->docs[i] = before;
        cursor->tfs[i] = (uint32_t)tf + 1;
        cursor->masks[i] = same ? cursor->mask : *at++;
    }
    cursor->tf_at = cursor->mask_at = NULL;
    if (!same) cursor->mask = 0;
    return true;
}

/* Whatever the bytes said, documents lie within the segment and ascend. */
static bool plausible(const ks_cursor *cursor, uint32_t before) {
    uint32_t last = cursor->docs[cursor->block_size - 1];
    if (last >= cursor->segment->documents || (before != UINT32_MAX && cursor->docs[0] <= before))
        return false;
    for (uint32_t i = 1; i < cursor->block_size; i++)
        if (cursor->docs[i] <= cursor->docs[i - 1]) return false;
    return !cursor->skips || last == ks_get_u32(skip_of(cursor, cursor->block));
}

static void load_block(ks_cursor *cursor, uint32_t block) {
    uint32_t left = cursor->documents - block * KS_BLOCK, before = last_before(cursor, block);
    const uint8_t *at = data_begin(cursor, block), *end = data_end(cursor, block);
    bool good;
    cursor->block = block;
    cursor->block_size = left < KS_BLOCK ? left : KS_BLOCK;
    cursor->in_block = 0;
    good = at <= end && at >= cursor->data && end <= cursor->end &&
           (left >= KS_BLOCK ? unpack_full(cursor, at, end, before) : unpack_tail(cursor, at, end, before));
    if (!good || !plausible(cursor, before)) {
        end_list(cursor, true);
        return;
    }
    cursor->doc = cursor->docs[0];
}

static bool skip_pairs(const uint8_t **at, const uint8_t *end) {
    uint64_t ignored;
    if (*at == end) return false;
    for (unsigned left = 2u * *(*at)++; left > 0; left--)
        if (!ks_varint_get(at, end, &ignored)) return false;
    return true;
}

/* Finds the parts of a list of `bytes` bytes at `at`. */
static bool lay_out(ks_cursor *cursor, const uint8_t *at, size_t bytes) {
    const uint8_t *end = at + bytes;
    size_t skips = (size_t)cursor->blocks * SKIP_BYTES;
    cursor->end = end;
    cursor->list_pairs = cursor->documents >= KS_PAIRS_FROM ? at : NULL;
    if (cursor->list_pairs && !skip_pairs(&at, end)) return false;
    cursor->data = at;
    if (cursor->blocks < 2) return true;
    if ((size_t)(end - at) < skips) return false;
    cursor->skips = at;
    cursor->pairs = at + skips;
    if ((size_t)(end - cursor->pairs) < ks_get_u32(skip_of(cursor, cursor->blocks - 1) + 8)) return false;
    cursor->data = cursor->pairs + ks_get_u32(skip_of(cursor, cursor->blocks - 1) + 8);
    return true;
}

ks_status ks_cursor_open(ks_cursor *cursor, const ks_segment *segment, const ks_dict_entry *entry,
                         const ks_unpacker *unpacker, ks_error *err) {
    uint64_t size = ks_mapped_size(segment->file, KS_SECTION_POSTINGS), bytes;
    uint64_t head = size - entry->postings < LONGEST_HEAD ? size - entry->postings : LONGEST_HEAD;
    const uint8_t *at, *end;
    ks_status status;
    cursor->segment = segment;
    cursor->unpacker = unpacker;
    cursor->documents = entry->documents;
    cursor->blocks = (entry->documents + KS_BLOCK - 1) / KS_BLOCK;
    cursor->positions = entry->positions;
    cursor->skips = cursor->pairs = NULL;
    cursor->damaged = false;
    if (entry->postings > size || entry->documents == 0 || entry->documents > segment->documents)
        return ks_mapped_corrupt(segment->file, KS_SECTION_TERMS, entry->postings,
                                 "a term's entry makes no sense", err);
    if ((status = ks_mapped_span(segment->file, KS_SECTION_POSTINGS, entry->postings, head, &at, err)))
        return status;
    end = at;
    if (!ks_varint_get(&end, at + head, &bytes) || !ks_varint_get(&end, at + head, &cursor->positions_size))
        return ks_mapped_corrupt(segment->file, KS_SECTION_POSTINGS, entry->postings, "a list without a size",
                                 err);
    head = (uint64_t)(end - at);
    if ((status =
             ks_mapped_span(segment->file, KS_SECTION_POSTINGS, entry->postings + head, bytes, &at, err)))
        return status;
    if (lay_out(cursor, at, (size_t)bytes))
        load_block(cursor, 0);
    else
        cursor->damaged = true;
    if (cursor->damaged)
        return ks_mapped_corrupt(segment->file, KS_SECTION_POSTINGS, entry->postings,
                                 "a posting list makes no sense", err);
    return KS_OK;
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

uint32_t ks_cursor_block_of(const ks_cursor *cursor, uint32_t target, uint32_t *block) {
    uint32_t low = cursor->block, step = 1, high;
    *block = cursor->blocks;
    if (low >= cursor->blocks) return KS_NO_DOC;
    if (!cursor->skips) { /* one block: it is the present one */
        if (cursor->docs[cursor->block_size - 1] < target) return KS_NO_DOC;
        *block = 0;
        return cursor->docs[cursor->block_size - 1];
    }
    for (high = low; high < cursor->blocks && ks_get_u32(skip_of(cursor, high)) < target;
         high += step, step *= 2)
        low = high + 1;
    if (high > cursor->blocks) high = cursor->blocks;
    while (low < high) { /* the first block whose last document is not less than target */
        uint32_t middle = low + (high - low) / 2;
        if (ks_get_u32(skip_of(cursor, middle)) < target)
            low = middle + 1;
        else
            high = middle;
    }
    *block = low;
    return low < cursor->blocks ? ks_get_u32(skip_of(cursor, low)) : KS_NO_DOC;
}

void ks_cursor_advance(ks_cursor *cursor, uint32_t target) {
    uint32_t block, low, size;
    if (cursor->doc >= target) return;
    if (cursor->docs[cursor->block_size - 1] < target) {
        if (ks_cursor_block_of(cursor, target, &block) == KS_NO_DOC) {
            end_list(cursor, false);
            return;
        }
        load_block(cursor, block);
        if (cursor->doc >= target) return;
    }
    low = cursor->in_block;
    size = cursor->block_size - low;
    while (size > 1) { /* without branches: the half that holds the first document not less than target */
        uint32_t half = size / 2;
        low += cursor->docs[low + half - 1] < target ? half : 0;
        size -= half;
    }
    cursor->in_block = low;
    cursor->doc = cursor->docs[low];
}

uint32_t ks_cursor_tf(ks_cursor *cursor) {
    if (cursor->tf_at) {
        cursor->unpacker->plain(cursor->tfs, cursor->tf_at, cursor->tf_bits);
        for (size_t i = 0; i < KS_BLOCK; i++) cursor->tfs[i]++;
        cursor->tf_at = NULL;
    }
    return cursor->tfs[cursor->in_block];
}

uint8_t ks_cursor_mask(ks_cursor *cursor) {
    bool tail = cursor->block_size < KS_BLOCK;
    if (cursor->mask_at) {
        cursor->unpacker->plain(cursor->masks, cursor->mask_at, KS_TEXT_FIELDS);
        cursor->mask_at = NULL;
        cursor->mask = 0xFF;
    }
    return (uint8_t)(tail || cursor->mask == 0xFF ? cursor->masks[cursor->in_block] : cursor->mask);
}

static double best_of(const uint8_t *at, const uint8_t *end, const ks_norm *norm) {
    double best = 0;
    if (!at || at == end) return 1;
    for (unsigned left = *at++; left > 0; left--) {
        uint64_t tf, length;
        double share;
        if (!ks_varint_get(&at, end, &tf) || !ks_varint_get(&at, end, &length)) return 1;
        share = (double)tf / ((double)tf + ks_norm_of(norm, (uint32_t)length));
        if (share > best) best = share;
    }
    return best;
}

double ks_cursor_bound(const ks_cursor *cursor, uint32_t block, const ks_norm *norm) {
    uint32_t begin;
    if (block == KS_NO_DOC || !cursor->skips) return best_of(cursor->list_pairs, cursor->end, norm);
    begin = block ? ks_get_u32(skip_of(cursor, block - 1) + 8) : 0;
    if (begin >= (size_t)(cursor->end - cursor->pairs)) return 1;
    return best_of(cursor->pairs + begin, cursor->end, norm);
}
