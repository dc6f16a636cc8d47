/* Checking a segment's dictionary, and with it all posting lists. May use base, engine and native's files. */
#include "native/check.h"

#include "engine/bm25.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Adds the term to the message, with control characters escaped. */
static void name_term(const ks_dict_cursor *at, ks_error *err) {
    char base[sizeof err->message], text[200];
    size_t size = 0;
    if (!err) return;
    for (uint32_t i = 0; i < at->size && size < sizeof text - 8; i++) {
        unsigned char c = (unsigned char)at->text[i];
        size +=
            (size_t)snprintf(text + size, sizeof text - size, c < 0x20 || c == 0x7F ? "\\x%02X" : "%c", c);
    }
    text[size] = '\0';
    memcpy(base, err->message, sizeof base);
    snprintf(err->message, sizeof err->message, "%.*s, at the term \"%s\"", (int)(sizeof base - size - 20),
             base, text);
}

/* Looking the term up must find the same entry as walking. */
static ks_status check_lookup(ks_list_check *lists, const ks_dict_cursor *at, ks_error *err) {
    ks_dict *dict = &lists->check->leaf->segment->dict;
    ks_dict_entry entry = {0};
    bool found = false;
    ks_status status = ks_dict_find(dict, (ks_term){at->text, at->size}, &found, &entry, err);
    if (status) return status;
    if (!found || entry.documents != at->entry.documents || entry.postings != at->entry.postings ||
        entry.positions != at->entry.positions)
        return ks_mapped_corrupt(dict->file, dict->index_section, 0, "looking a term up does not find it",
                                 err);
    return KS_OK;
}

static ks_status check_term(ks_list_check *lists, const ks_dict_cursor *at, ks_error *err) {
    ks_status status = check_lookup(lists, at, err);
    lists->term = (ks_term){at->text, at->size};
    lists->content = ks_content_term(lists->term);
    lists->entry = at->entry;
    if (!status) status = ks_check_list(lists, err);
    if (status == KS_ERR_CORRUPT) name_term(at, err);
    return status;
}

/* The order of terms needs no check here: the cursor fails where terms do not ascend. */
static ks_status check_dictionary(ks_list_check *lists, ks_error *err) {
    ks_dict *dict = &lists->check->leaf->segment->dict;
    ks_dict_cursor at;
    uint64_t count = 0;
    ks_status status = ks_dict_seek(dict, &at, (ks_term){"", 0}, err);
    while (!status && at.valid) {
        count++;
        if ((status = check_term(lists, &at, err))) return status;
        status = ks_dict_next(&at, err);
        if (status == KS_ERR_CORRUPT) name_term(&at, err);
    }
    if (!status && count != dict->count)
        return ks_mapped_corrupt(dict->file, dict->index_section, 0, "a wrong number of terms", err);
    return status;
}

ks_status ks_check_terms(ks_segment_check *check, ks_error *err) {
    static const double averages[KS_CHECK_NORMS] = {1e-3, 1, 20, 100, 500, 1e4, 1e9};
    ks_list_check *lists = calloc(1, sizeof *lists);
    ks_status status;
    if (!lists) return ks_error_nomem(err);
    lists->check = check;
    for (size_t i = 0; i < KS_CHECK_NORMS; i++)
        lists->norms[i] = (ks_norm){.base = KS_BM25_K1 * (1 - KS_BM25_B),
                                    .slope = KS_BM25_K1 * KS_BM25_B / averages[i],
                                    .least = KS_BM25_LEAST_LENGTH * averages[i]};
    status = check_dictionary(lists, err);
    free(lists->positions);
    free(lists);
    return status;
}
