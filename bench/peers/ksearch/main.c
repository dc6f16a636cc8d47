/* ksearch behind the peers' protocol: `index FOLDER < records.jsonl`, `serve FOLDER`. PEER_ENGINE names the
 * engine of a new index. Uses the public header and bench/peers/common. */
#include "bench/peers/common/protocol.h"

#include <ksearch/ksearch.h>
#include <stdio.h>
#include <string.h>

static int fail(const ks_error *error) {
    fprintf(stderr, "ksearch: %s\n", error->message);
    return 2;
}

static int build(const char *folder) {
    const char *source = "-";
    ks_sync_options options;
    ks_sync_report *report = NULL;
    ks_error error;
    double start = peer_clock_us();
    ks_optimize_report optimized;
    ks_sync_options_init(&options);
    options.engine = PEER_ENGINE;
    options.threads = 1;
    if (ks_sync(&report, folder, &source, 1, &options, &error) ||
        ks_index_optimize(&optimized, folder, &error)) /* the other peers end with one segment, too */
        return fail(&error);
    peer_print_indexed(report->fresh + report->changed + report->unchanged, (peer_clock_us() - start) / 1e6);
    ks_sync_report_free(report);
    return 0;
}

static ks_search_options options_for(const peer_request *request) {
    ks_search_options options;
    ks_search_options_init(&options);
    options.detail = KS_DETAIL_ID;
    options.limit = request->limit;
    options.count_exact = request->count;
    switch (request->match) {
    case PEER_MATCH_AUTO: options.match = KS_MATCH_AUTO; break;
    case PEER_MATCH_ALL: options.match = KS_MATCH_ALL; break;
    case PEER_MATCH_ANY: options.match = KS_MATCH_ANY; break;
    }
    return options;
}

static void answer(ks_index *index, const peer_request *request) {
    ks_search_options options = options_for(request);
    ks_results *results = NULL;
    ks_error error;
    double start = peer_clock_us(), took;
    ks_status status = ks_search(&results, index, request->query, strlen(request->query), &options, &error);
    took = peer_clock_us() - start;
    if (status) {
        peer_print_error(error.message);
        return;
    }
    peer_print_head(took);
    for (size_t i = 0; i < results->hit_count; i++)
        peer_print_hit(i, results->hits[i].record->id, results->hits[i].score);
    peer_print_tail(results->total_is_exact ? (int64_t)results->total : -1);
    ks_results_free(results);
}

static int serve(const char *folder) {
    peer_request request = {0};
    ks_index *index = NULL;
    ks_index_info info;
    ks_error error;
    int result = 0;
    if (ks_index_open(&index, folder, &error) || ks_index_describe(&info, index, &error)) {
        result = fail(&error);
        goto done;
    }
    peer_print_greeting(strcmp(info.engine, "xapian") == 0 ? "ksearch-xapian" : "ksearch-native",
                        ks_version(),
                        "weighted fields, tag boost 1, ids only, counts to 1000 unless asked for");
    while (peer_request_next(&request)) answer(index, &request);
done:
    peer_request_free(&request);
    ks_index_close(index);
    return result;
}

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "index") == 0) return build(argv[2]);
    if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(argv[2]);
    fprintf(stderr, "usage: %s index FOLDER < records.jsonl, or: %s serve FOLDER\n", argv[0], argv[0]);
    return 2;
}
