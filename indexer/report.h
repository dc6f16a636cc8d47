/* The report of a run, ks_sync_report, while it is being filled. May use base. */
#ifndef KS_INDEXER_REPORT_H
#define KS_INDEXER_REPORT_H

#include "base/memory.h"

ks_status ks_report_new(ks_sync_report **out, ks_error *err);

/* Adds a reject; the texts are copied. */
ks_status ks_report_reject(ks_sync_report *report, const char *source, uint64_t line, uint64_t byte,
                           const char *reason, ks_error *err);

#endif
