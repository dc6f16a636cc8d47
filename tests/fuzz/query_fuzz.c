/* Fuzz target: the query language, from text to answer. Any text is a valid query. */
#include "tests/fuzz/fuzz.h"

#include "tests/support/tempdir.h"

#include <ksearch/ksearch.h>

#include <string.h>

static char folder[KS_TEST_PATH];
static ks_index *index_of_sample;

static void remove_index(void) {
    ks_index_close(index_of_sample);
    ks_test_folder_remove(folder);
}

static void make_index(void) {
    static const char *const sources[] = {KS_SOURCE_DIR "/corpus/sample"};
    char place[KS_TEST_PATH];
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_test_folder_make(folder);
    ks_test_path(place, folder, "index");
    ks_sync_options_init(&options);
    options.engine = "native";
    options.threads = 1;
    FUZZ_CHECK(ks_sync(&report, place, sources, 1, &options, NULL) == KS_OK);
    ks_sync_report_free(report);
    FUZZ_CHECK(ks_index_open(&index_of_sample, place, NULL) == KS_OK);
    atexit(remove_index);
}

/* The first byte chooses the options, the rest is the query. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = size ? (const char *)data + 1 : "";
    size_t length = size ? size - 1 : 0;
    unsigned flags = size ? data[0] : 0;
    ks_search_options options;
    ks_results *results = NULL;
    ks_explanation *explanation = NULL;
    ks_error err = {0};
    if (!index_of_sample) make_index();
    ks_search_options_init(&options);
    options.match = (ks_match)(flags % 3);
    options.sort = (ks_sort)(flags / 3 % 3);
    options.count_exact = flags & 16;
    options.empty_is_all = flags & 32;
    FUZZ_CHECK(ks_search(&results, index_of_sample, text, length, &options, &err) == KS_OK);
    FUZZ_CHECK(results->hit_count <= options.limit && results->hit_count <= results->total);
    ks_results_free(results);
    FUZZ_CHECK(ks_explain(&explanation, index_of_sample, text, length, NULL, &options, &err) == KS_OK);
    ks_explanation_free(explanation);
    return 0;
}
