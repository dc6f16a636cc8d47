/* Two parts of one work, in two threads. May use base. */
#ifndef KS_NATIVE_BOTH_H
#define KS_NATIVE_BOTH_H

#include "base/error.h"

#include <stdbool.h>

typedef ks_status ks_part(void *context, ks_error *err);

/* Calls both with the same context and returns when both have ended: the first, if `parallel` is set and the
 * system has a thread to give, in a thread of its own with all signals blocked; otherwise one after the
 * other. After a failure the other part may not have been called. */
ks_status ks_run_both(ks_part *first, ks_part *second, void *context, bool parallel, ks_error *err);

#endif
