/* A column: an array of u32 values, mostly one for each document, in as few whole bytes as the largest needs.
 * May use base and native/mapped.h.
 *
 * In a section, all integers little-endian: u32 base, u8 width (bytes of a value, 0 to 4), u8 shift (0 to
 * 31), u16 0; then the values as (value - base) >> shift (frame of reference), where the shift drops zero
 * bits that all of them end with; then KS_COLUMN_PAD zero bytes, so that the last value can be loaded as a
 * whole u32. */
#ifndef KS_NATIVE_COLUMN_H
#define KS_NATIVE_COLUMN_H

#include "native/bytes.h"
#include "native/mapped.h"

enum { KS_COLUMN_HEAD = 8, KS_COLUMN_PAD = 4 };

typedef struct ks_column {
    const uint8_t *values; /* in the mapped file */
    const bool *verified;  /* whether all of the section is verified */
    uint32_t base, mask;   /* mask: the bits of `width` bytes */
    uint8_t width, shift;
    unsigned section;
    ks_mapped *file;
    uint64_t offset; /* of the first value in the section */
} ks_column;

/* Verifies `count` values from `first` on, which ks_column_value can then read. KS_ERR_CORRUPT. */
ks_status ks_column_verify(const ks_column *column, uint32_t first, uint64_t count, ks_error *err);

/* The same for one value. Returns false if it is damaged; ks_mapped_fault then has the error. */
bool ks_column_touch(const ks_column *column, uint32_t number);

/* Reads a value that is verified. */
static inline uint32_t ks_column_value(const ks_column *column, uint32_t number) {
    uint32_t stored = ks_get_u32(column->values + (size_t)number * column->width) & column->mask;
    return column->base + (stored << column->shift);
}

/* Reads value `number`, which must be less than the column's count. A damaged value reads as 0 and leaves the
 * error to ks_mapped_fault: whoever uses values must ask there before handing out a result. */
static inline uint32_t ks_column_get(const ks_column *column, uint32_t number) {
    if (!*column->verified && !ks_column_touch(column, number)) return 0;
    return ks_column_value(column, number);
}

/* Opens the column of `count` values at *offset in the section and moves *offset past it. Values are verified
 * when they are read. KS_ERR_CORRUPT. */
ks_status ks_column_open(ks_column *out, ks_mapped *file, unsigned section, uint64_t *offset, uint64_t count,
                         ks_error *err);

/* Appends a column. `values` was filled by ks_add_u32; if that has failed, `out` fails too. */
void ks_column_put(ks_buffer *out, const ks_buffer *values);

#endif
