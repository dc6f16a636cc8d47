/* Time that only goes forward. May use base only. */
#ifndef KS_BASE_CLOCK_H
#define KS_BASE_CLOCK_H

#include <stdint.h>

/* Microseconds since some fixed moment; 0 on a system without a monotonic clock. */
uint64_t ks_clock_us(void);

#endif
