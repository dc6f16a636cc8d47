/* A view is an open generation of an index: its segments, what is deleted in them, and statistics over the
 * live documents. Its leaves are the segments as this reader sees them. May use base, engine and native's
 * files. One thread at a time. */
#ifndef KS_NATIVE_VIEW_H
#define KS_NATIVE_VIEW_H

#include "base/map.h"
#include "native/known.h"
#include "native/manifest.h"
#include "native/postings.h"

/* A segment and its deletions. */
typedef struct ks_leaf {
    ks_segment *segment;
    uint8_t *deleted;       /* a bit for each document; NULL: none is deleted */
    uint32_t deleted_count; /* bits that are set */
    uint64_t live_length;   /* sum of the live documents' lengths */
    ks_map *live_counts;    /* results of ks_leaf_count_live, by term; NULL: opened without deletions */
} ks_leaf;

typedef struct ks_view {
    char *folder;
    ks_manifest manifest;
    ks_leaf *leaves; /* in the manifest's order */
    size_t count;
    uint64_t records, total_length; /* live ones */
    const ks_unpacker *unpacker;
    ks_known *known; /* what the last expansions found */
} ks_view;

/* Opens the newest generation in the folder. Zero-initialise *view. */
ks_status ks_view_open(ks_view *view, const char *folder, ks_error *err);
void ks_view_close(ks_view *view);

/* Opens one segment with its deletions. */
ks_status ks_leaf_open(ks_leaf *out, const char *folder, const ks_manifest_segment *segment, ks_error *err);
void ks_leaf_close(ks_leaf *leaf);

static inline bool ks_leaf_is_deleted(const ks_leaf *leaf, uint32_t doc) {
    return leaf->deleted && leaf->deleted[doc / 8] >> doc % 8 & 1;
}

/* Marks a document as deleted. It must not be deleted yet. */
ks_status ks_leaf_delete(ks_leaf *leaf, uint32_t doc, ks_error *err);

/* Writes the deletions as FOLDER/del-<number>.ks. */
ks_status ks_leaf_save_deleted(const ks_leaf *leaf, const char *folder, uint64_t number, ks_error *err);

/* Counts the live documents that hold a term; the second function is for a term whose entry is known.
 * `cursor` is scratch and may be NULL where nothing is deleted. Where documents are deleted, counting takes a
 * walk over the list, so the result is remembered. */
ks_status ks_leaf_documents(const ks_leaf *leaf, ks_term term, ks_cursor *cursor, const ks_unpacker *unpacker,
                            uint64_t *out, ks_error *err);
ks_status ks_leaf_count_live(const ks_leaf *leaf, ks_term term, const ks_dict_entry *entry, ks_cursor *cursor,
                             const ks_unpacker *unpacker, uint64_t *out, ks_error *err);

bool ks_view_has_deletions(const ks_view *view);

/* The same count over all leaves. */
ks_status ks_view_documents(const ks_view *view, ks_term term, uint64_t *out, ks_error *err);

/* Whether some leaf's dictionary has a term that begins with `prefix`. */
ks_status ks_view_begins(const ks_view *view, ks_term prefix, bool *out, ks_error *err);

/* Finds the live document with this id. *leaf is NULL where there is none. */
ks_status ks_view_find(const ks_view *view, ks_term id, const ks_leaf **leaf, uint32_t *doc, ks_error *err);

/* KS_ERR_CORRUPT where a column of some segment turned out to be damaged: results based on it are void. */
ks_status ks_view_fault(const ks_view *view, ks_error *err);

/* The mean length of the live documents. */
double ks_view_average(const ks_view *view);

#endif
