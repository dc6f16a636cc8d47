/* The report and the memory behind it; see report.h. */
#include "indexer/report.h"

#include <stdlib.h>
#include <string.h>

/* What a ks_sync_report really is: the public part, and the memory that its rejects live in. */
struct report {
    ks_sync_report public;
    ks_arena arena;
    ks_reject *rejects;
    size_t capacity;
};

ks_status ks_report_new(ks_sync_report **out, ks_error *err) {
    struct report *report = calloc(1, sizeof *report);
    if (!report) return ks_error_nomem(err);
    *out = &report->public;
    return KS_OK;
}

ks_status ks_report_reject(ks_sync_report *public, const char *source, uint64_t line, uint64_t byte,
                           const char *reason, ks_error *err) {
    struct report *report = (struct report *)public;
    ks_reject reject = {.line = line, .byte = byte};
    ks_status status;
    reject.source = ks_arena_copy(&report->arena, source, strlen(source));
    reject.reason = ks_arena_copy(&report->arena, reason, strlen(reason));
    if (!reject.source || !reject.reason) return ks_error_nomem(err);
    if ((status = ks_array_reserve(&report->rejects, &report->capacity, public->reject_count + 1,
                                   sizeof *report->rejects, err)))
        return status;
    report->rejects[public->reject_count++] = reject;
    public->rejects = report->rejects;
    return KS_OK;
}

void ks_sync_report_free(ks_sync_report *public) {
    struct report *report = (struct report *)public;
    if (!report) return;
    ks_arena_free(&report->arena);
    free(report->rejects);
    free(report);
}
