/* Checking posting lists: documents, frequencies and bounds, and sources against those of the documents. They
 * are read with the cursor that searches use, so that what is checked is what a search would see. May use
 * base, engine and native's files. */
#include "native/check.h"
#include "native/native.h"

#include <stdlib.h>
#include <string.h>

ks_status ks_check_bad_list(const ks_list_check *lists, const char *what, ks_error *err) {
    return ks_mapped_corrupt(lists->check->segment->file, KS_SECTION_POSTINGS, lists->entry.postings, what,
                             err);
}

/* Finds the bounds of the cursor's block and its group. In a list without groups the list's bounds serve. */
static void find_bounds(ks_list_check *lists) {
    const ks_cursor *cursor = &lists->cursor;
    bool grouped = ks_cursor_groups(cursor) > 0;
    if (lists->bounded == cursor->block) return;
    lists->bounded = cursor->block;
    for (size_t i = 0; i < KS_CHECK_NORMS; i++) {
        const ks_norm *norm = &lists->norms[i];
        lists->bounds[i] = ks_cursor_bound(cursor, cursor->block, norm);
        lists->group_bounds[i] =
            grouped ? ks_cursor_group_bound(cursor, cursor->block / KS_GROUP, norm) : lists->list_bounds[i];
    }
}

/* What the posting adds to a score must not exceed the bounds of its block, its group and its list. */
static ks_status check_bounds(ks_list_check *lists, ks_error *err) {
    const ks_cursor *cursor = &lists->cursor;
    double tf = (double)ks_cursor_tf(&lists->cursor);
    uint32_t length = ks_segment_length(lists->check->segment, cursor->doc);
    find_bounds(lists);
    for (size_t i = 0; i < KS_CHECK_NORMS; i++) {
        double share =
            tf / (tf + ks_norm_of(&lists->norms[i], length)) * (1 - 1e-12); /* allow for rounding */
        if (share > lists->list_bounds[i])
            return ks_check_bad_list(lists, "the bound of the list does not bound", err);
        if (share > lists->bounds[i])
            return ks_check_bad_list(lists, "the bound of a block does not bound", err);
        if (share > lists->group_bounds[i])
            return ks_check_bad_list(lists, "the bound of a group of blocks does not bound", err);
    }
    return KS_OK;
}

/* Whether the term names a source; *source gets its number. */
static bool names_source(ks_term term, uint32_t *source) {
    const char *prefix = ks_exact_prefix(KS_EXACT_SOURCE);
    size_t start = strlen(prefix);
    uint64_t number = 0;
    if (term.size <= start || memcmp(term.text, prefix, start) != 0) return false;
    for (size_t i = start; i < term.size && number <= UINT32_MAX; i++) {
        if (term.text[i] < '0' || term.text[i] > '9') return false;
        number = number * 10 + (uint64_t)(term.text[i] - '0');
    }
    *source = (uint32_t)number;
    return number <= UINT32_MAX;
}

/* A document in the list of a source must have that source. */
static ks_status check_source(ks_list_check *lists, uint32_t source, ks_error *err) {
    uint32_t *sources = NULL;
    size_t count = 0;
    bool found = false;
    ks_status status = ks_segment_sources(lists->check->segment, lists->cursor.doc, &sources, &count, err);
    if (status) return status;
    for (size_t i = 0; i < count; i++) found = found || sources[i] == source;
    free(sources);
    lists->check->source_postings++;
    return found ? KS_OK : ks_check_bad_list(lists, "a source that the document does not have", err);
}

static ks_status check_posting(ks_list_check *lists, uint32_t before, ks_error *err) {
    const ks_cursor *cursor = &lists->cursor;
    uint32_t source;
    ks_status status;
    if (cursor->doc >= lists->check->segment->documents || (before != KS_NO_DOC && cursor->doc <= before))
        return ks_check_bad_list(lists, "the documents do not ascend", err);
    if (ks_cursor_tf(&lists->cursor) == 0) return ks_check_bad_list(lists, "a frequency of 0", err);
    if ((status = ks_check_positions(lists, err)) || (status = check_bounds(lists, err))) return status;
    if (ks_term_has_frequency(lists->term))
        lists->check->lengths[cursor->doc] += ks_cursor_tf(&lists->cursor);
    if (names_source(lists->term, &source)) return check_source(lists, source, err);
    if (ks_cursor_mask(&lists->cursor) == 0)
        lists->check->contents[cursor->doc] += ks_content_share(lists->content, KS_FIELD_ANY, 0);
    return KS_OK;
}

static ks_status open_list(ks_list_check *lists, ks_error *err) {
    ks_status status =
        ks_cursor_open(&lists->cursor, lists->check->segment, &lists->entry, lists->check->unpacker, err);
    if (status) return status;
    lists->bounded = KS_NO_DOC;
    for (size_t i = 0; i < KS_CHECK_NORMS; i++)
        lists->list_bounds[i] = ks_cursor_bound(&lists->cursor, KS_NO_DOC, &lists->norms[i]);
    return KS_OK;
}

ks_status ks_check_list(ks_list_check *lists, ks_error *err) {
    ks_cursor *cursor = &lists->cursor;
    uint32_t before = KS_NO_DOC, count = 0;
    ks_status status = open_list(lists, err);
    if (status) return status;
    for (; cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
        if ((status = check_posting(lists, before, err))) return status;
        before = cursor->doc;
        count++;
    }
    if (cursor->damaged) return ks_check_bad_list(lists, "a posting list makes no sense", err);
    if (count != lists->entry.documents) return ks_check_bad_list(lists, "a wrong number of documents", err);
    lists->check->postings += count;
    return KS_OK;
}
