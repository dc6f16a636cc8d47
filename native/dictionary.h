/* The dictionary of a segment: its terms in order, front-coded in blocks, each with an entry that says where
 * its postings are. May use base and native's files. Layout: at the head of dictionary_layout.h. */
#ifndef KS_NATIVE_DICTIONARY_H
#define KS_NATIVE_DICTIONARY_H

#include "engine/plan.h"
#include "native/mapped.h"
#include "native/shape.h"

/* If a term has a single posting, with at most this many positions, they are kept in the dictionary. */
enum { KS_DICT_POSITIONS = 4 };

/* What the dictionary says of a term. If it has one document, the last four members are its only posting. */
typedef struct ks_dict_entry {
    uint32_t documents; /* at least 1 */
    uint64_t postings;  /* offset of its list in the postings section */
    uint64_t positions; /* offset of its positions in the positions section */
    uint32_t doc;
    ks_shape shape;
    const uint8_t *gaps; /* varint gaps between at most KS_DICT_POSITIONS positions; NULL if there are more */
    size_t gaps_size;    /* in bytes */
} ks_dict_entry;

/* ---- Writing: two sections of a file, `terms` streamed, then `index` ---- */

typedef struct ks_dict_writer ks_dict_writer;

/* The file's current section must be the terms section until _finish, which begins the index section. */
ks_status ks_dict_writer_new(ks_dict_writer **out, ks_file_writer *file, unsigned index_section,
                             ks_error *err);
/* Adds a term of 1 to 255 bytes, in strictly ascending byte order, with at least one document. Offsets must
 * not decrease from term to term. Those that an entry has no use for are not kept: reading gives the offsets
 * of an earlier term. KS_ERR_ARGUMENT, and nothing is added, if any of this does not hold. */
ks_status ks_dict_writer_add(ks_dict_writer *writer, ks_term term, const ks_dict_entry *entry, ks_error *err);
ks_status ks_dict_writer_finish(ks_dict_writer *writer, ks_error *err);
void ks_dict_writer_free(ks_dict_writer *writer);

/* ---- Reading ---- */

/* A small search tree over the block index, for dictionaries that are asked often: some of the blocks'
 * prefixes in breadth-first (Eytzinger) order, so that the first steps of a look-up can be prefetched. */
enum { KS_DICT_KEYS = 512 };
typedef struct ks_dict_tree {
    uint32_t seeks;              /* look-ups so far */
    uint32_t step;               /* blocks from one key to the next; 0: there is no tree yet */
    uint64_t keys[KS_DICT_KEYS]; /* from 1; the children of key i are 2i and 2i + 1 */
} ks_dict_tree;

/* Belongs to the file: nothing to free, valid until it is closed. One thread at a time. */
typedef struct ks_dict {
    ks_mapped *file;
    unsigned terms_section, index_section;
    uint64_t count; /* terms */
    uint32_t blocks;
    const uint8_t *prefixes, *offsets; /* the arrays of the index section; verified before they are read */
    const bool *verified;              /* whether all of that section is verified */
    ks_dict_tree tree;
} ks_dict;

ks_status ks_dict_open(ks_dict *out, ks_mapped *file, unsigned terms_section, unsigned index_section,
                       ks_error *err);

/* Looks a term up. If *found is false it is not there, and *entry is untouched. KS_ERR_CORRUPT for content
 * that makes no sense: every byte read is checked. */
ks_status ks_dict_find(ks_dict *dict, ks_term term, bool *found, ks_dict_entry *entry, ks_error *err);

/* Whether any term begins with `prefix`. */
ks_status ks_dict_begins(ks_dict *dict, ks_term prefix, bool *out, ks_error *err);

/* Walks the terms in order. */
typedef struct ks_dict_cursor {
    const ks_dict *dict;
    uint32_t block, in_block;
    const uint8_t *at, *end;
    ks_dict_entry entry; /* of the present term */
    char text[256];
    uint32_t size;
    bool valid; /* false after the last term, and after an error */
} ks_dict_cursor;

/* Moves to the first term that is not less than `from` (size 0: to the first term), or to the next one. With
 * a cursor that is not valid ks_dict_next does nothing. */
ks_status ks_dict_seek(ks_dict *dict, ks_dict_cursor *cursor, ks_term from, ks_error *err);
ks_status ks_dict_next(ks_dict_cursor *cursor, ks_error *err);

#endif
