/* The dictionary of a segment: sorted terms, front-coded in blocks, each with its entry. May use base and
 * native's files. Layout: at the head of dictionary_layout.h. */
#ifndef KS_NATIVE_DICTIONARY_H
#define KS_NATIVE_DICTIONARY_H

#include "engine/plan.h"
#include "native/mapped.h"
#include "native/shape.h"

/* Where a term has one document and at most so many positions there, they stand in the dictionary itself. */
enum { KS_DICT_POSITIONS = 4 };

/* What the dictionary says of a term. The last four are of its only document, where it has but one, which has
 * no posting list then. */
typedef struct ks_dict_entry {
    uint32_t documents; /* at least 1 */
    uint64_t postings;  /* offset in the postings section */
    uint64_t positions; /* offset in the positions section */
    uint32_t doc;
    ks_shape shape;
    const uint8_t *gaps; /* varint gaps between its positions, where those are at most KS_DICT_POSITIONS */
    size_t gaps_size;    /* in bytes */
} ks_dict_entry;

/* ---- Writing: two sections of a file, `terms` streamed, then `index` ---- */

typedef struct ks_dict_writer ks_dict_writer;

/* The file writer stands in the terms section until _finish, which begins the index section. */
ks_status ks_dict_writer_new(ks_dict_writer **out, ks_file_writer *file, unsigned index_section,
                             ks_error *err);
/* Terms of 1 to 255 bytes in strictly ascending order of bytes. Offsets never decrease from term to term.
 * Those that an entry has no use for are not kept: reading gives the ones of a term before. Terms out of
 * order, too long, empty or of no documents, and offsets that decrease, are KS_ERR_ARGUMENT; nothing was
 * added then. */
ks_status ks_dict_writer_add(ks_dict_writer *writer, ks_term term, const ks_dict_entry *entry, ks_error *err);
ks_status ks_dict_writer_finish(ks_dict_writer *writer, ks_error *err);
void ks_dict_writer_free(ks_dict_writer *writer);

/* ---- Reading ---- */

/* Some of the blocks' prefixes, in the order of a search tree's levels, so that the first steps of a look-up
 * wait for memory as seldom as can be. Made for a dictionary that is asked often. */
enum { KS_DICT_TOP = 512 };
typedef struct ks_dict_top {
    uint32_t seeks, step;       /* step: blocks from one key to the next; 0: there are no keys */
    uint64_t keys[KS_DICT_TOP]; /* from 1; the children of key i are 2i and 2i + 1 */
} ks_dict_top;

/* Belongs to the file: nothing to free, valid until it is closed. One thread at a time. */
typedef struct ks_dict {
    ks_mapped *file;
    unsigned terms_section, index_section;
    uint64_t count; /* terms */
    uint32_t blocks;
    const uint8_t *prefixes, *offsets; /* the index section's arrays, verified when they are looked at */
    const bool *whole;                 /* whether all of them are */
    ks_dict_top top;
} ks_dict;

ks_status ks_dict_open(ks_dict *out, ks_mapped *file, unsigned terms_section, unsigned index_section,
                       ks_error *err);

/* *found false, and *entry untouched, where the term is not there. Every byte read is checked: damaged
 * content is KS_ERR_CORRUPT. */
ks_status ks_dict_find(ks_dict *dict, ks_term term, bool *found, ks_dict_entry *entry, ks_error *err);

/* Walking in order from the first term that is not less than `from` (size 0: from the first). */
typedef struct ks_dict_cursor {
    const ks_dict *dict;
    uint32_t block, in_block;
    const uint8_t *at, *end;
    ks_dict_entry entry; /* of the present term */
    char text[256];
    uint32_t size;
    bool valid; /* false behind the last term */
} ks_dict_cursor;

/* After an error, and where no term is left, the cursor is not valid; ks_dict_next then does nothing. */
ks_status ks_dict_seek(ks_dict *dict, ks_dict_cursor *cursor, ks_term from, ks_error *err);
ks_status ks_dict_next(ks_dict_cursor *cursor, ks_error *err);

#endif
