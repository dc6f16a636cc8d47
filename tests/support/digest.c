/* Asking a reader everything; see digest.h. */
#include "tests/support/digest.h"

#include "tests/support/documents.h"

#include <stdio.h>

static ks_status ask_plan(ks_reader *reader, const ks_plan *plan, ks_buffer *out) {
    ks_topk found;
    ks_status status = reader->ops->search(reader, plan, &found, NULL);
    if (status) return status;
    ks_buffer_format(out, "%llu:", (unsigned long long)found.total);
    for (size_t i = 0; i < found.count; i++) {
        ks_buffer_format(out, " %.6f ", found.items[i].score);
        ks_buffer_add(out, found.items[i].id.text, found.items[i].id.size);
        ks_buffer_add(out, found.items[i].stored.text, found.items[i].stored.size);
    }
    ks_topk_free(&found);
    ks_buffer_str(out, "\n");
    return KS_OK;
}

static ks_status ask_document(ks_reader *reader, const char *id, ks_buffer *out) {
    ks_docid doc = 0;
    uint64_t length = 0, frequency = 0;
    ks_status status = reader->ops->find(reader, ks_test_term(id), &doc, NULL);
    if (status || !doc) return status;
    if ((status = reader->ops->stored(reader, doc, out, NULL)) ||
        (status = reader->ops->length(reader, doc, &length, NULL)) ||
        (status = reader->ops->frequency(reader, doc, ks_test_term("deep"), KS_FIELD_BODY, &frequency, NULL)))
        return status;
    ks_buffer_format(out, " %s %llu %llu\n", id, (unsigned long long)length, (unsigned long long)frequency);
    return KS_OK;
}

static ks_status ask_expansion(ks_reader *reader, const char *prefix, ks_buffer *out) {
    ks_expansion found;
    ks_status status = reader->ops->expand(reader, ks_test_term(prefix), 50, &found, NULL);
    if (status) return status;
    for (size_t i = 0; i < found.count; i++) {
        uint64_t documents = 0;
        ks_status counted = reader->ops->documents(reader, found.terms[i], &documents, NULL);
        if (counted) status = counted;
        ks_buffer_add(out, found.terms[i].text, found.terms[i].size);
        ks_buffer_format(out, " %llu\n", (unsigned long long)documents);
    }
    ks_expansion_free(&found);
    return status;
}

static ks_status ask_for_all(ks_reader *reader, ks_buffer *out) {
    ks_engine_info info = {0};
    ks_status status = reader->ops->describe(reader, &info, NULL);
    if (status) return status;
    ks_buffer_format(out, "%llu records, %llu terms, mean %.6f\n", (unsigned long long)info.records,
                     (unsigned long long)info.terms, info.average_length);
    return reader->ops->get_meta(reader, "language", out, NULL);
}

static void keep_first(ks_status *first, ks_status status) {
    if (*first == KS_OK) *first = status;
}

ks_status ks_test_digest(ks_buffer *out, const ks_engine *engine, const char *path,
                         ks_test_questions questions) {
    static const char *const prefixes[] = {"d", "K", "", "XS"};
    uint64_t random = 99;
    ks_arena plans = {0};
    ks_reader *reader = NULL;
    ks_status first = engine->open(&reader, path, NULL);
    if (first) return first;
    first = ask_for_all(reader, out);
    for (int i = 0; i < questions.plans; i++) {
        ks_plan plan = ks_test_random_plan(&plans, &random, NULL, 0);
        plan.limit = 20;
        plan.want_stored = true;
        keep_first(&first, ask_plan(reader, &plan, out));
    }
    for (int i = 0; i < questions.documents; i += questions.step) {
        char id[20];
        snprintf(id, sizeof id, "id%d", i);
        keep_first(&first, ask_document(reader, id, out));
    }
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        keep_first(&first, ask_expansion(reader, prefixes[i], out));
    reader->ops->close(reader);
    ks_arena_free(&plans);
    return first;
}

bool ks_test_is_damage(ks_status status) {
    return status == KS_ERR_CORRUPT || status == KS_ERR_IO || status == KS_ERR_VERSION ||
           status == KS_ERR_NO_INDEX || status == KS_ERR_ENGINE || status == KS_ERR_NOMEM;
}
