/* Posting lists: their format, and walking them with a cursor; list_writer.h writes them. May use base,
 * engine and native's files.
 *
 * The format in prose: docs/index-format.md. A list of one document is held by the dictionary alone
 * (dictionary_layout.h). A list of n documents has n / 128 full blocks and a tail of n % 128 documents,
 * together its blocks. With less than 128 documents it is
 *
 *   where n >= KS_PAIRS_FROM: the pairs of the list (see below)
 *   the data of its tail
 *
 * and with more
 *
 *   varint bytes of what follows
 *   u8 shapes, 1 to 128, then the shapes (shape.h) that the full blocks refer to by number, the most frequent
 *     first
 *   the pairs of the list
 *   where there is more than one block: for each block u32 last document, u32 end of its data, u32 end of its
 *     pairs, u32 end of its positions (ends count from where the data, the pairs, the positions begin); then
 *     the pairs of each block
 *   where there are more than KS_GROUP blocks: for each group of so many, the last one may be smaller, u32
 * end of its pairs (from where those of the groups begin); then the pairs of each group the data of each
 * block
 *
 * The data of a full block:
 *   u8 bits of the gaps, u8 bits of the shapes (at most 7), u8 exceptions, then the packed gaps (bitpack.h,
 *   ascending after the block before) and the packed numbers of the shapes; for each exception, where the
 *   number does not count: u8 place in the block, varint number of the shape, and, where that is the number
 *   of shapes, a shape that the list does not number
 * of a tail:
 *   a shape, whose first number is doubled, plus 1 where not all documents have it
 *   the gaps less 1, after the block before, in Rice's code (rice.h) with the bits for so many of the
 *   segment's documents behind the last one before
 *   where not all have that shape: a bit for each document that has another, then those shapes
 *
 * The positions of a list stand in a section of their own; for each block, if there are any:
 *   u8 bits, then in Rice's code with so many bits for each document and each of its fields, upwards, the
 *   gaps between positions less 1, the first counted from -1
 *
 * Pairs are the competitive (tf, length) pairs: for every document of the block some pair has at least its tf
 * and at most its length, so the best score of the pairs bounds the block's scores for any average length; as
 * pairs.h writes them.
 */
#ifndef KS_NATIVE_POSTINGS_H
#define KS_NATIVE_POSTINGS_H

#include "native/bitpack.h"
#include "native/pairs.h"
#include "native/rice.h"
#include "native/segment.h"
#include "native/shape.h"

enum { KS_PAIRS_FROM = 16, KS_GROUP = 16, KS_SHAPES = 128 };
#define KS_NO_DOC UINT32_MAX

/* One posting on its way into a list. A mask has bit 1 << field for every field that holds the term; it is 0
 * for an exact value. `positions`: for each field of the mask, upwards, varint count (where the mask has more
 * than one field; otherwise it is tf / field weight), then as varints the gaps as above. */
typedef struct ks_posting {
    uint32_t doc, tf;
    uint32_t length; /* of the document */
    uint8_t mask;
    const uint8_t *positions;
    uint32_t positions_size;
} ks_posting;

/* What a skip tells of its block: its last document, and where its data, its pairs and its positions end. */
typedef enum ks_skip {
    KS_SKIP_LAST = 0,
    KS_SKIP_DATA = 4,
    KS_SKIP_PAIRS = 8,
    KS_SKIP_PLACES = 12,
    KS_SKIP_BYTES = 16
} ks_skip;

/* A place in a posting list, which begins before the first document. Big: keep few, and not on the stack. */
typedef struct ks_cursor {
    uint32_t doc; /* where it stands; KS_NO_DOC behind the last one */
    uint32_t in_block, block_size;
    uint32_t block, blocks; /* the block decoded, and how many there are */
    uint32_t documents;
    const uint8_t *list_pairs, *skips, *pairs, *data, *end; /* NULL where the list has none */
    const uint8_t *group_ends, *group_pairs;                /* the same */
    /* The block's shapes, until they are needed. */
    const uint8_t *shapes_at, *exceptions_at, *block_end;
    unsigned shape_bits, exceptions;
    uint32_t shapes;    /* that the list numbers, */
    unsigned most_bits; /* and the bits of their numbers */
    bool has_tfs, has_slots;
    bool damaged; /* content made no sense: the list ends early, and the search fails */
    const ks_unpacker *unpacker;
    const ks_segment *segment;
    uint64_t positions;    /* offset in the section */
    const uint8_t *places; /* of the only document, if they stand in the dictionary */
    uint32_t placed;       /* the block that `starts` and `rice` are of; KS_NO_DOC: none */
    ks_rice rice;
    uint32_t starts[KS_BLOCK + 1]; /* of each document's positions among the block's */
    uint32_t docs[KS_BLOCK];       /* KS_NO_DOC behind the last one of the block */
    uint32_t tfs[KS_BLOCK];        /* once ks_cursor_tf was called in the block */
    uint8_t slots[KS_BLOCK];
    /* Shapes by slot: the list's by their numbers, from KS_SHAPES on those of the block alone. */
    uint32_t shape_tfs[2 * KS_SHAPES];
    uint8_t shape_masks[2 * KS_SHAPES];
    uint32_t shape_ends[2 * KS_SHAPES]
                       [KS_TEXT_FIELDS + 1]; /* of each field's positions: 0, then sums of counts */
    uint32_t shape_places[2 * KS_SHAPES];    /* how many they are together */
} ks_cursor;

/* Of a list that has skips. */
static inline uint32_t ks_cursor_skip(const ks_cursor *cursor, uint32_t block, ks_skip what) {
    return ks_get_u32(cursor->skips + (size_t)block * KS_SKIP_BYTES + what);
}

/* Opens the list of a dictionary entry and moves to its first document. */
ks_status ks_cursor_open(ks_cursor *cursor, const ks_segment *segment, const ks_dict_entry *entry,
                         const ks_unpacker *unpacker, ks_error *err);

/* Asks the memory for the beginning of the entry's list, which is going to be opened. */
static inline void ks_cursor_prefetch_list(const ks_segment *segment, const ks_dict_entry *entry) {
    enum { LINE = 64 };
    const uint8_t *at;
    if (entry->documents < 2 ||
        ks_mapped_span_unverified(segment->file, KS_SECTION_POSTINGS, entry->postings, 0, &at, NULL))
        return;
    __builtin_prefetch(at);
    __builtin_prefetch(at + LINE);
}

/* Back to its first document. */
void ks_cursor_rewind(ks_cursor *cursor);

/* To the next document, or to the first that is not less than `target`. */
void ks_cursor_next(ks_cursor *cursor);
void ks_cursor_advance(ks_cursor *cursor, uint32_t target);

/* Decode the block's frequencies; the slots of its shapes. */
void ks_cursor_load_tfs(ks_cursor *cursor);
void ks_cursor_load_slots(ks_cursor *cursor);

/* Of the document where the cursor stands. */
static inline uint32_t ks_cursor_tf(ks_cursor *cursor) {
    if (!cursor->has_tfs) ks_cursor_load_tfs(cursor);
    return cursor->tfs[cursor->in_block];
}

/* Of any posting of its block. */
static inline uint8_t ks_cursor_mask_at(ks_cursor *cursor, uint32_t in_block) {
    if (!cursor->has_slots) ks_cursor_load_slots(cursor);
    return cursor->shape_masks[cursor->slots[in_block]];
}

static inline uint32_t ks_cursor_tf_at(ks_cursor *cursor, uint32_t in_block) {
    if (!cursor->has_slots) ks_cursor_load_slots(cursor);
    return cursor->shape_tfs[cursor->slots[in_block]];
}

static inline uint8_t ks_cursor_mask(ks_cursor *cursor) {
    return ks_cursor_mask_at(cursor, cursor->in_block);
}

/* The last document of the first block, from block `from` on, that can hold `target`; KS_NO_DOC where none
 * can, and *block is their number then. The cursor, which is not behind `from`, does not move. */
uint32_t ks_cursor_block_of(const ks_cursor *cursor, uint32_t from, uint32_t target, uint32_t *block);

/* To the first document of a block, unless the cursor stands in it already; never back. */
void ks_cursor_enter(ks_cursor *cursor, uint32_t block);

/* The best that the pairs promise: of one block, or of the whole list with KS_NO_DOC for the block; see
 * ks_pairs_best. Where there are no pairs, the best that is in the list. */
double ks_cursor_bound(const ks_cursor *cursor, uint32_t block, const ks_norm *norm);

/* How many groups of KS_GROUP blocks have pairs of their own: none in a list of no more blocks than that. The
 * best that those of one promise. */
static inline uint32_t ks_cursor_groups(const ks_cursor *cursor) {
    return cursor->group_ends ? (cursor->blocks + KS_GROUP - 1) / KS_GROUP : 0;
}

double ks_cursor_group_bound(const ks_cursor *cursor, uint32_t group, const ks_norm *norm);

/* The positions of the term in one field of the present document, ascending, appended to *out (an array of
 * *capacity, *count of them): nothing where the field does not hold it. Documents and fields asked for in
 * ascending order are read once; those between are stepped over. */
ks_status ks_cursor_positions(ks_cursor *cursor, ks_field field, uint32_t **out, size_t *capacity,
                              size_t *count, ks_error *err);

/* Numbers in an array that grows: free() the items. */
typedef struct ks_places {
    uint32_t *items;
    size_t count, capacity;
} ks_places;

/* The same for any posting of its block; the cursor does not move. What stands behind the first position that
 * is more than `last` may be left out. */
ks_status ks_cursor_places(ks_cursor *cursor, uint32_t in_block, ks_field field, uint32_t last,
                           ks_places *out, ks_error *err);

/* Asks the memory for a block's positions, which are going to be read. */
void ks_cursor_prefetch_positions(const ks_cursor *cursor, uint32_t block);

/* The gaps between the positions of all of the block's documents where the cursor stands, into *gaps, an
 * array of *capacity that grows: those of document i of the block begin at cursor->starts[i], and the end
 * stands behind the last. */
ks_status ks_cursor_gaps(ks_cursor *cursor, uint32_t **gaps, size_t *capacity, ks_error *err);

#endif
