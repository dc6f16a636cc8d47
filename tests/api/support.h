/* What tests of the public calls share: synchronising an index with one source. */
#ifndef KS_TESTS_API_SUPPORT_H
#define KS_TESTS_API_SUPPORT_H

#include <ksearch/ksearch.h>

/* With the default options, by this engine (NULL: the default). A report comes with success alone. */
static inline ks_status sync_one(const char *place, const char *engine, const char *source, ks_error *error) {
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_status status;
    ks_sync_options_init(&options);
    options.engine = engine;
    status = ks_sync(&report, place, &source, 1, &options, error);
    assert_int_equal(report != NULL, status == KS_OK);
    ks_sync_report_free(report);
    return status;
}

#endif
