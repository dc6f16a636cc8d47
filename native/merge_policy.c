/* Deciding which segments are merged, and replacing them; see merge.h. Segments are merged in tiers: a
 * segment with n live documents is in tier ⌊log n⌋, to the base KS_MERGE_FACTOR. So each document is copied
 * about once for each tier that it rises. */
#include "native/merge_private.h"

#include "native/folder.h"

#include <stdlib.h>

enum { TIERS = 32 };

static unsigned tier_of(const ks_merge_size *size) {
    unsigned tier = 0;
    for (uint32_t live = size->documents - size->deleted; live >= KS_MERGE_FACTOR; live /= KS_MERGE_FACTOR)
        tier++;
    return tier;
}

bool ks_merge_choose(const ks_merge_size *sizes, size_t count, bool *chosen) {
    size_t in_tier[TIERS] = {0};
    for (size_t i = 0; i < count; i++) in_tier[tier_of(&sizes[i])]++;
    for (size_t i = 0; i < count; i++) chosen[i] = false;
    for (unsigned tier = 0; tier < TIERS; tier++) {
        if (in_tier[tier] <= KS_MERGE_FACTOR) continue;
        for (size_t i = 0; i < count; i++) chosen[i] = tier_of(&sizes[i]) <= tier;
        return true;
    }
    for (size_t i = 0; i < count; i++) {
        chosen[i] =
            (uint64_t)sizes[i].deleted * 100 > (uint64_t)sizes[i].documents * KS_MERGE_DELETED_PERCENT;
        if (chosen[i]) return true;
    }
    return false;
}

/* Replaces the chosen leaves of the view by `merged`, unless that has no documents. */
static ks_status replace_leaves(ks_view *view, const bool *chosen, const ks_manifest_segment *merged,
                                ks_error *err) {
    ks_manifest_segment *segments = malloc((view->count + 1) * sizeof *segments);
    ks_leaf *leaves = malloc((view->count + 2) * sizeof *leaves);
    size_t kept = 0;
    ks_status status = segments && leaves ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < view->count && !status; i++) {
        if (chosen[i]) continue;
        segments[kept] = view->manifest.segments[i];
        leaves[kept++] = view->leaves[i];
    }
    if (!status && merged->documents) {
        segments[kept] = *merged;
        if (!(status = ks_leaf_open(&leaves[kept], view->folder, merged, err))) kept++;
    }
    if (!status && (status = ks_manifest_set_segments(&view->manifest, segments, kept, err)) &&
        merged->documents)
        ks_leaf_close(&leaves[kept - 1]);
    if (!status) {
        for (size_t i = 0; i < view->count; i++)
            if (chosen[i]) ks_leaf_close(&view->leaves[i]);
        free(view->leaves);
        view->leaves = leaves;
        view->count = kept;
        leaves = NULL;
    }
    free(leaves);
    free(segments);
    return status;
}

static ks_status merge_chosen(ks_view *view, const bool *chosen, bool parallel, ks_error *err) {
    const ks_leaf **leaves = malloc((view->count + 1) * sizeof(ks_leaf *));
    ks_merge merge = {.unpacker = view->unpacker, .leaves = leaves};
    ks_manifest_segment merged = {0};
    char name[KS_FILE_NAME];
    ks_status status = leaves ? KS_OK : ks_error_nomem(err);
    for (size_t i = 0; i < view->count && !status; i++)
        if (chosen[i] && view->leaves[i].segment->documents > view->leaves[i].deleted_count)
            leaves[merge.count++] = &view->leaves[i];
    if (!status && merge.count)
        status = ks_merge_leaves(&merged, &merge, view->folder, view->manifest.next_number++, parallel, err);
    if (!status && (status = replace_leaves(view, chosen, &merged, err)) && merged.documents)
        ks_folder_remove(view->folder, ks_folder_name(name, KS_FILE_SEGMENT, merged.number), NULL);
    free(leaves);
    return status;
}

ks_status ks_merge_tiers(ks_view *view, bool parallel, ks_error *err) {
    bool *chosen = calloc(view->count + 1, sizeof *chosen);
    ks_merge_size *sizes = calloc(view->count + 1, sizeof *sizes);
    ks_status status = chosen && sizes ? KS_OK : ks_error_nomem(err);
    while (!status) { /* ends, as each merge leaves fewer segments or fewer deletions */
        for (size_t i = 0; i < view->count; i++)
            sizes[i] = (ks_merge_size){view->leaves[i].segment->documents, view->leaves[i].deleted_count};
        if (!ks_merge_choose(sizes, view->count, chosen)) break;
        status = merge_chosen(view, chosen, parallel, err);
    }
    free(chosen);
    free(sizes);
    return status == KS_ERR_TOO_LARGE ? KS_OK : status; /* too much for one segment: they stay apart */
}

ks_status ks_merge_all(ks_view *view, bool parallel, ks_error *err) {
    bool *chosen;
    ks_status status;
    if (view->count == 0 || (view->count == 1 && view->leaves[0].deleted_count == 0)) return KS_OK;
    if (!(chosen = calloc(view->count, sizeof *chosen))) return ks_error_nomem(err);
    for (size_t i = 0; i < view->count; i++) chosen[i] = true;
    status = merge_chosen(view, chosen, parallel, err);
    free(chosen);
    return status;
}
