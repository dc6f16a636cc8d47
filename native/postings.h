/* Posting lists: writing them, and walking them with a cursor. May use base, engine and native's files.
 *
 * A list of n documents has n / 128 full blocks and a tail of n % 128 documents, together its blocks.
 *
 *   varint bytes of what follows up to the positions, varint bytes of the positions
 *   where n >= KS_PAIRS_FROM: the pairs of the whole list (see below)
 *   where there is more than one block: for each block u32 last document, u32 end of its data, u32 end of its
 *     pairs, u32 end of its positions (ends count from where the data, the pairs, the positions begin); then
 *     the pairs of each block
 *   the data of each block:
 *     full:  u8 bits of the gaps, u8 bits of tf - 1, u8 mask of all or 0xFF, then the packed gaps (bitpack.h,
 * ascending after the block before), the packed tf - 1, and, where the masks differ, the packed masks of 5
 * bits tail:  u8 mask of all or 0xFF, then for each document varint gap - 1, varint tf - 1, u8 mask where
 * they differ the positions: for each document and each field of its mask, upwards: varint count (where the
 * mask has more than one field; otherwise it is tf / field weight), then varint gaps between positions
 *
 * A mask has bit 1 << field for every field that holds the term; 0 for an exact value.
 * Pairs are the competitive (tf, length) pairs: for every document of the block some pair has at least its tf
 * and at most its length, so the best score of the pairs bounds the block's scores for any average length. u8
 * count, then varint tf, varint length each, both ascending.
 */
#ifndef KS_NATIVE_POSTINGS_H
#define KS_NATIVE_POSTINGS_H

#include "native/bitpack.h"
#include "native/segment.h"

enum { KS_PAIRS = 8, KS_PAIRS_FROM = 8 };
#define KS_NO_DOC UINT32_MAX

/* One posting on its way into a list. */
typedef struct ks_posting {
    uint32_t doc, tf;
    uint32_t length; /* of the document */
    uint8_t mask;
    const uint8_t *positions; /* encoded as above */
    uint32_t positions_size;
} ks_posting;

/* Scratch memory of list writing; zero-initialise, free with ks_list_writer_free. */
typedef struct ks_list_writer {
    ks_buffer skips, pairs, data;
} ks_list_writer;

/* Appends the list of `count` postings, ascending by document, to the file's present section. */
ks_status ks_list_write(ks_list_writer *writer, ks_file_writer *file, const ks_posting *postings,
                        size_t count, ks_dict_entry *entry, ks_error *err);
void ks_list_writer_free(ks_list_writer *writer);

/* A place in a posting list, which begins before the first document. Big: keep few, and not on the stack. */
typedef struct ks_cursor {
    uint32_t doc; /* where it stands; KS_NO_DOC behind the last one */
    uint32_t in_block, block_size;
    uint32_t block, blocks; /* the block decoded, and how many there are */
    uint32_t documents;
    const uint8_t *list_pairs, *skips, *pairs, *data, *end; /* NULL where the list has none */
    uint64_t positions, positions_size;                     /* offset in the section; bytes */
    const uint8_t *tf_at; /* where the block's packed tfs are, until they are needed */
    unsigned tf_bits;
    const uint8_t *mask_at; /* packed masks; NULL: `mask` is that of all */
    uint8_t mask;
    bool damaged; /* content made no sense: the list ends early, and the search fails */
    const ks_unpacker *unpacker;
    const ks_segment *segment;
    uint32_t docs[KS_BLOCK];
    uint32_t tfs[KS_BLOCK];
    uint32_t masks[KS_BLOCK];
} ks_cursor;

/* Opens the list of a dictionary entry and moves to its first document. */
ks_status ks_cursor_open(ks_cursor *cursor, const ks_segment *segment, const ks_dict_entry *entry,
                         const ks_unpacker *unpacker, ks_error *err);

/* To the next document, or to the first that is not less than `target`. */
void ks_cursor_next(ks_cursor *cursor);
void ks_cursor_advance(ks_cursor *cursor, uint32_t target);

/* Of the document where the cursor stands. */
uint32_t ks_cursor_tf(ks_cursor *cursor);
uint8_t ks_cursor_mask(ks_cursor *cursor);

/* The last document of the first block, from the present one on, that can hold `target`; KS_NO_DOC where none
 * can. The cursor does not move. */
uint32_t ks_cursor_block_of(const ks_cursor *cursor, uint32_t target, uint32_t *block);

/* The best that the pairs promise: of one block, or of the whole list with KS_NO_DOC for the block. `k` is
 * how a length tells on the score: tf / (tf + k(length)) is what is bounded. 1 where there are no pairs. */
typedef struct ks_norm {
    double base, slope, least; /* k(length) = base + slope * max(length, least) */
} ks_norm;

static inline double ks_norm_of(const ks_norm *norm, uint32_t length) {
    double l = (double)length;
    return norm->base + norm->slope * (l > norm->least ? l : norm->least);
}

double ks_cursor_bound(const ks_cursor *cursor, uint32_t block, const ks_norm *norm);

/* The positions of the term in one field of the present document, ascending, appended to *out (an array of
 * *capacity, *count of them): nothing where the field does not hold it. */
ks_status ks_cursor_positions(ks_cursor *cursor, ks_field field, uint32_t **out, size_t *capacity,
                              size_t *count, ks_error *err);

/* All of a list's positions as they are stored, document after document, for copying them into another list.
 */
typedef struct ks_position_walk {
    const uint8_t *at, *end;
} ks_position_walk;

/* Right after the cursor was opened. */
ks_status ks_position_walk_start(ks_position_walk *walk, const ks_cursor *cursor, ks_error *err);
/* The bytes of the document where the cursor stands; to be called for every document in turn. */
ks_status ks_position_walk_next(ks_position_walk *walk, ks_cursor *cursor, const uint8_t **out,
                                uint32_t *size, ks_error *err);

#endif
