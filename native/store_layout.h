/* Layout of the stored records; for store_writer.c and store_reader.c alone. All integers little-endian.
 *
 * Data section: the blocks one after the other, each a raw deflate stream (RFC 1951) of its own. Unpacked, a
 * block is the size of each of its records, u32, and then the records' bytes.
 *
 * Index section:
 *   records u32, blocks u32
 *   for each block, and once more for where the next block would be:
 *     offset in the data section u64, number of its first record u32, its size unpacked u32 (the last: 0)
 * A block's packed size is the distance to the next block's offset. */
#ifndef KS_NATIVE_STORE_LAYOUT_H
#define KS_NATIVE_STORE_LAYOUT_H

#include "native/store.h"

enum {
    KS_STORE_HEAD = 8,
    KS_STORE_ENTRY = 16,
    KS_STORE_SIZE = 4,          /* of a record's size in a block */
    KS_STORE_UNPACKED = 1 << 26 /* a block is at most so many bytes */
};

_Static_assert(KS_STORE_UNPACKED == KS_RECORD_LIMIT * 4, "the limit of a block");

#endif
