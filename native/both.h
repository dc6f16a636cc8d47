/* Two parts of one task, done at the same time by two threads. May use base. */
#ifndef KS_NATIVE_BOTH_H
#define KS_NATIVE_BOTH_H

#include "base/error.h"

#include <stdbool.h>

typedef ks_status ks_part(void *context, ks_error *err);

/* Calls both parts with the same context and returns when both have ended. If `parallel` is set and the
 * system has a thread to give, the first one runs in a thread of its own, with all signals blocked; otherwise
 * they run one after the other. After a failure the other part may not have been called. */
ks_status ks_run_both(ks_part *first, ks_part *second, void *context, bool parallel, ks_error *err);

#endif
