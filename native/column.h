/* A column: an integer below 2^32 for each of many numbers, in as few whole bytes as the largest needs. May
 * use base and native/mapped.h.
 *
 * In a section, all integers little-endian: base u32, bytes a value u8 (0 to 4), shift u8 (0 to 31), 0 u16;
 * the values, each less the base and without the zero bits at its end that all have (frame of reference);
 * then KS_COLUMN_PAD bytes of 0, so that the last value can be read as a whole u32. */
#ifndef KS_NATIVE_COLUMN_H
#define KS_NATIVE_COLUMN_H

#include "native/bytes.h"
#include "native/mapped.h"

enum { KS_COLUMN_HEAD = 8, KS_COLUMN_PAD = 4 };

typedef struct ks_column {
    const uint8_t *values; /* in the mapped file */
    const bool *whole;     /* whether the whole section is verified */
    uint32_t base, mask;   /* mask: of `width` bytes */
    uint8_t width, shift;
    unsigned section;
    ks_mapped *file;
    uint64_t offset; /* of the values in the section */
} ks_column;

/* Verifies the bytes of values that are read next. KS_ERR_CORRUPT. */
ks_status ks_column_verify(const ks_column *column, uint32_t first, uint64_t count, ks_error *err);

/* The same for one value, with the error left to ks_mapped_fault. */
bool ks_column_touch(const ks_column *column, uint32_t number);

/* A value that is verified. */
static inline uint32_t ks_column_value(const ks_column *column, uint32_t number) {
    uint32_t stored = ks_get_u32(column->values + (size_t)number * column->width) & column->mask;
    return column->base + (stored << column->shift);
}

/* The value of `number`, which must be less than the column's count. Where its bytes turn out to be damaged
 * it is 0, and ks_mapped_fault of the file tells the error: whatever comes of it must not be given away. */
static inline uint32_t ks_column_get(const ks_column *column, uint32_t number) {
    if (!*column->whole && !ks_column_touch(column, number)) return 0;
    return ks_column_value(column, number);
}

/* Opens the column of `count` values that begins at *offset of the section, and moves *offset behind it. The
 * values are verified when they are read. KS_ERR_CORRUPT. */
ks_status ks_column_open(ks_column *out, ks_mapped *file, unsigned section, uint64_t *offset, uint64_t count,
                         ks_error *err);

/* Appends a column. `values` holds them as ks_add_u32 adds them; where it has failed `out` fails too. */
void ks_column_put(ks_buffer *out, const ks_buffer *values);

#endif
