/* Posting lists: their format, and walking them with a cursor; list_writer.h writes them. May use base,
 * engine and native's files.
 *
 * The format in prose: docs/index-format.md. A list of one document is held by the dictionary alone
 * (dictionary_layout.h). A list of n documents has n / 128 full blocks and a tail of n % 128 documents,
 * together its blocks. With fewer than 128 documents it is
 *
 *   where n >= KS_PAIRS_FROM: the pairs of the list (see below)
 *   the data of its tail
 *
 * and otherwise
 *
 *   varint bytes of what follows
 *   u8 shapes, 1 to 128, then the shapes (shape.h) that the full blocks refer to by number, the most frequent
 *     first
 *   the pairs of the list
 *   where there is more than one block: the skips, for each block u32 last document, u32 end of its data, u32
 *     end of its pairs, u32 end of its positions (ends count from where the data, the pairs, the positions
 *     begin); then the pairs of each block
 *   where there are more than KS_GROUP blocks: for each group of KS_GROUP blocks, of which the last may be
 *     smaller, u32 end of its pairs (from where the groups' pairs begin); then the pairs of each group
 *   the data of each block
 *
 * The data of a full block:
 *   u8 bits of the gaps, u8 bits of the shapes (at most 7), u8 exceptions, then the packed gaps (bitpack.h,
 *   ascending after the block before) and the packed numbers of the shapes; for each exception, whose packed
 *   number does not count: u8 index in the block, varint number of the shape, and, where that number equals
 *   the count of shapes, a shape that the list does not number
 * of a tail:
 *   the most common shape, whose first number is doubled, plus 1 where not all documents have it
 *   the gaps less 1, after the block before, in Rice's code (rice.h), whose parameter follows from the number
 *     of gaps and from how many of the segment's documents they range over
 *   where not all have that shape: a bit for each document, set where it has another, then those shapes
 *
 * The positions of a list stand in a section of their own; for each block that has any:
 *   u8 Rice parameter, then in Rice's code, for each document and each of its fields in ascending order, the
 *   gaps between positions less 1, the first counted from -1
 *
 * Pairs are the competitive (tf, length) pairs, written as pairs.h says: for every document of the block some
 * pair has at least its tf and at most its length. A score grows with tf and shrinks with length, so the best
 * score of the pairs is an upper bound of the block's scores, whatever the average length is.
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

/* One posting on its way into a list. The mask has bit 1 << field for every field that holds the term; it is
 * 0 for an exact value. `positions`: for each field of the mask in ascending order, a varint count (only
 * where the mask has several fields; otherwise it is tf / field weight), then the gaps above as varints. */
typedef struct ks_posting {
    uint32_t doc, tf;
    uint32_t length; /* of the document */
    uint8_t mask;
    const uint8_t *positions;
    uint32_t positions_size;
} ks_posting;

/* Offsets in a block's skip of its last document and of where its data, its pairs and its positions end. */
typedef enum ks_skip {
    KS_SKIP_LAST = 0,
    KS_SKIP_DATA = 4,
    KS_SKIP_PAIRS = 8,
    KS_SKIP_POSITIONS = 12,
    KS_SKIP_BYTES = 16
} ks_skip;

/* A cursor walks a posting list from its first document to its last. It decodes one block at a time, and of
 * that block only what is asked for: documents at once, frequencies and shapes later. An index into the block
 * is called in_block everywhere. Big: keep few, and not on the stack. */
typedef struct ks_cursor {
    uint32_t doc; /* where it stands; KS_NO_DOC behind the last one */
    uint32_t in_block, block_size;
    uint32_t block, blocks; /* the decoded block, and how many there are */
    uint32_t documents;
    const uint8_t *list_pairs, *skips, *pairs, *data, *end; /* NULL where the list has none */
    const uint8_t *group_ends, *group_pairs;                /* the same */
    /* Where the block's shapes are, to be decoded when they are needed. */
    const uint8_t *shapes_at, *exceptions_at, *block_end;
    unsigned shape_bits, exceptions;
    uint32_t shapes;         /* how many the list numbers, */
    unsigned most_bits;      /* and how many bits their numbers take */
    const uint8_t *numbered; /* where they are; they end before `end` */
    bool has_ends;           /* shape_ends and shape_positions are set for them */
    bool has_tfs, has_slots;
    bool damaged; /* the content made no sense: the list ends early, and the search fails */
    const ks_unpacker *unpacker;
    const ks_segment *segment;
    uint64_t positions;         /* offset in the section */
    const uint8_t *single_gaps; /* the only document's positions, where the dictionary holds them; or NULL */
    uint32_t positions_block;   /* the block that `starts` and `rice` are of; KS_NO_DOC: none */
    ks_rice rice;               /* that block's positions */
    uint32_t starts[KS_BLOCK + 1]; /* index of each document's first position among the block's */
    uint32_t docs[KS_BLOCK];       /* KS_NO_DOC behind the last one of the block */
    uint32_t tfs[KS_BLOCK];        /* where has_tfs */
    uint8_t slots[KS_BLOCK];       /* where has_slots: each posting's shape, in the arrays below */
    /* Shapes by slot: first the list's by their numbers; from KS_SHAPES on, those of this block alone. Of the
     * list's the last two arrays are set where has_slots. */
    uint32_t shape_tfs[2 * KS_SHAPES];
    uint8_t shape_masks[2 * KS_SHAPES];
    /* Where each field's positions end among the posting's: 0, then running sums of the counts. */
    uint32_t shape_ends[2 * KS_SHAPES][KS_TEXT_FIELDS + 1];
    uint32_t shape_positions[2 * KS_SHAPES]; /* the last of these sums */
} ks_cursor;

/* One number of a block's skip. Only for a list that has skips. */
static inline uint32_t ks_cursor_skip(const ks_cursor *cursor, uint32_t block, ks_skip what) {
    return ks_get_u32(cursor->skips + (size_t)block * KS_SKIP_BYTES + what);
}

/* Opens the list of a dictionary entry and moves to its first document. */
ks_status ks_cursor_open(ks_cursor *cursor, const ks_segment *segment, const ks_dict_entry *entry,
                         const ks_unpacker *unpacker, ks_error *err);

/* Prefetches the beginning of a list that is going to be opened. */
static inline void ks_cursor_prefetch_list(const ks_segment *segment, const ks_dict_entry *entry) {
    enum { LINE = 64 };
    const uint8_t *at;
    if (entry->documents < 2 ||
        ks_mapped_span_unverified(segment->file, KS_SECTION_POSTINGS, entry->postings, 0, &at, NULL))
        return;
    __builtin_prefetch(at);
    __builtin_prefetch(at + LINE);
}

/* KS_ERR_CORRUPT where the list turned out to be damaged on the way. */
ks_status ks_cursor_check(const ks_cursor *cursor, ks_error *err);

/* Back to its first document. */
void ks_cursor_rewind(ks_cursor *cursor);

/* To the next document, or to the first that is not less than `target`. */
void ks_cursor_next(ks_cursor *cursor);
void ks_cursor_advance(ks_cursor *cursor, uint32_t target);

/* Decode the frequencies of the block; the slots of its shapes. */
void ks_cursor_load_tfs(ks_cursor *cursor);
void ks_cursor_load_slots(ks_cursor *cursor);

/* The frequency in the document where the cursor stands. Decodes those of the whole block. */
static inline uint32_t ks_cursor_tf(ks_cursor *cursor) {
    if (!cursor->has_tfs) ks_cursor_load_tfs(cursor);
    return cursor->tfs[cursor->in_block];
}

/* The field mask, and the frequency, of any posting of its block. */
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

/* Finds the first block, from block `from` on, whose last document is not less than `target`, and returns
 * that document; KS_NO_DOC where there is none, and *block is the number of blocks then. Nothing is decoded.
 * The cursor, which is not behind block `from`, does not move. */
uint32_t ks_cursor_block_of(const ks_cursor *cursor, uint32_t from, uint32_t target, uint32_t *block);

/* To the first document of a block, unless the cursor stands in that block or behind it. */
void ks_cursor_enter(ks_cursor *cursor, uint32_t block);

/* An upper bound of tf / (tf + k) over the documents of one block, or of the whole list where `block` is
 * KS_NO_DOC: what the pairs say, see ks_pairs_best. A list too short for pairs is looked through. */
double ks_cursor_bound(const ks_cursor *cursor, uint32_t block, const ks_norm *norm);

/* How many groups of KS_GROUP blocks have pairs of their own: none in a list of at most KS_GROUP blocks. */
static inline uint32_t ks_cursor_groups(const ks_cursor *cursor) {
    return cursor->group_ends ? (cursor->blocks + KS_GROUP - 1) / KS_GROUP : 0;
}

/* The same bound over the documents of a group. */
double ks_cursor_group_bound(const ks_cursor *cursor, uint32_t group, const ks_norm *norm);

/* Appends the positions of the term in one field of the current document, ascending, to *out, a growing array
 * of *count items and room for *capacity: none where the field does not hold the term. Cheapest where
 * documents and fields are asked for in ascending order: the code is then read once, from front to back. */
ks_status ks_cursor_positions(ks_cursor *cursor, ks_field field, uint32_t **out, size_t *capacity,
                              size_t *count, ks_error *err);

/* Positions in a growing array: free() the items. */
typedef struct ks_positions {
    uint32_t *items;
    size_t count, capacity;
} ks_positions;

/* The same for any posting of its block; the cursor does not move. Positions behind the first one that is
 * greater than `last` may be left out. */
ks_status ks_cursor_positions_at(ks_cursor *cursor, uint32_t in_block, ks_field field, uint32_t last,
                                 ks_positions *out, ks_error *err);

/* Prefetches a block's positions, which are going to be read. */
void ks_cursor_prefetch_positions(const ks_cursor *cursor, uint32_t block);

/* Reads the gaps between the positions of all documents of the cursor's block into *gaps, a growing array
 * with room for *capacity. Those of posting i are gaps[starts[i]] to gaps[starts[i + 1] - 1], with the
 * cursor's `starts`. */
ks_status ks_cursor_gaps(ks_cursor *cursor, uint32_t **gaps, size_t *capacity, ks_error *err);

#endif
