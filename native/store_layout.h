/* The layout of stored records; for store_writer.c and store_reader.c alone. All integers little-endian.
 *
 * Data section: the blocks one after the other, each a raw deflate stream (RFC 1951) of its own. Unpacked, a
 * block is the size of each of its records, u32, and then the records' bytes.
 *
 * Index section:
 *   u32 records, u32 blocks
 *   for each block, and once more for the end: u64 offset in the data section, u32 number of its first
 *     record, u32 unpacked size (0 at the end)
 *
 * A block's packed size is the distance to the next offset. */
#ifndef KS_NATIVE_STORE_LAYOUT_H
#define KS_NATIVE_STORE_LAYOUT_H

#include "native/store.h"

enum {
    KS_STORE_HEAD = 8,
    KS_STORE_ENTRY = 16,
    KS_STORE_SIZE = 4,          /* bytes of a record's size */
    KS_STORE_UNPACKED = 1 << 26 /* most bytes of a block, unpacked */
};

_Static_assert(KS_STORE_UNPACKED == KS_RECORD_LIMIT * 4, "the limit of a block");

#endif
