/* Opening a generation and counting in it; see view.h. May use base, engine and native's files. */
#include "native/view.h"

#include "native/folder.h"

#include <stdlib.h>
#include <string.h>

enum { SECTION_DELETED = 0, ATTEMPTS = 10, REMEMBERED = 1 << 16, WORD = 64 };

/* ---- Leaves ---- */

static size_t bitmap_bytes(const ks_leaf *leaf) {
    return ((size_t)leaf->segment->documents + 7) / 8;
}

/* Whether none of the documents first..first + WORD - 1 is deleted. */
static bool is_untouched(const ks_leaf *leaf, uint64_t first) {
    static const uint8_t zeros[WORD / 8];
    size_t left = bitmap_bytes(leaf) - first / 8;
    return memcmp(leaf->deleted + first / 8, zeros, left < sizeof zeros ? left : sizeof zeros) == 0;
}

/* The first deleted document from `doc` on; the number of documents where there is none. */
static uint64_t next_deleted(const ks_leaf *leaf, uint64_t doc) {
    uint64_t documents = leaf->segment->documents;
    while (doc < documents) {
        if (doc % WORD == 0 && is_untouched(leaf, doc))
            doc += WORD;
        else if (ks_leaf_is_deleted(leaf, (uint32_t)doc))
            return doc;
        else
            doc++;
    }
    return documents;
}

/* Counts the deleted documents and subtracts their lengths. */
static void count_deleted(ks_leaf *leaf) {
    uint64_t doc = 0;
    leaf->deleted_count = 0;
    leaf->live_length = leaf->segment->total_length;
    for (; (doc = next_deleted(leaf, doc)) < leaf->segment->documents; doc++) {
        leaf->deleted_count++;
        leaf->live_length -= ks_segment_length(leaf->segment, (uint32_t)doc);
    }
}

static ks_status read_bitmap(ks_leaf *leaf, ks_mapped *file, ks_error *err) {
    const uint8_t *bits;
    size_t bytes = bitmap_bytes(leaf);
    ks_status status;
    if (ks_mapped_size(file, SECTION_DELETED) != bytes)
        return ks_mapped_corrupt(file, SECTION_DELETED, 0, "the section has a wrong size", err);
    if ((status = ks_mapped_span(file, SECTION_DELETED, 0, bytes, &bits, err))) return status;
    if (!(leaf->deleted = malloc(bytes))) return ks_error_nomem(err);
    memcpy(leaf->deleted, bits, bytes);
    return KS_OK;
}

static ks_status load_deleted(ks_leaf *leaf, const char *folder, const ks_manifest_segment *segment,
                              ks_error *err) {
    ks_mapped *file = NULL;
    char name[KS_FILE_NAME];
    ks_status status =
        ks_mapped_open(&file, folder, ks_folder_name(name, KS_FILE_DELETED, segment->deletions_number), err);
    if (status) return status;
    if ((status = read_bitmap(leaf, file, err))) goto done;
    if (!(leaf->live_counts = calloc(1, sizeof *leaf->live_counts))) {
        status = ks_error_nomem(err);
        goto done;
    }
    count_deleted(leaf);
    if (!(status = ks_segment_fault(leaf->segment, err)) && leaf->deleted_count != segment->deleted)
        status = ks_mapped_corrupt(file, SECTION_DELETED, 0, "a wrong number of deletions", err);
done:
    ks_mapped_close(file);
    return status;
}

ks_status ks_leaf_open(ks_leaf *out, const char *folder, const ks_manifest_segment *segment, ks_error *err) {
    ks_leaf leaf = {0};
    ks_status status = ks_segment_open(&leaf.segment, folder, segment->number, err);
    if (status) return status;
    leaf.live_length = leaf.segment->total_length;
    if (leaf.segment->documents != segment->documents)
        status =
            ks_mapped_corrupt(leaf.segment->file, KS_SECTION_META, 0, "not the segment of the manifest", err);
    else if (segment->deletions_number)
        status = load_deleted(&leaf, folder, segment, err);
    if (status)
        ks_leaf_close(&leaf);
    else
        *out = leaf;
    return status;
}

void ks_leaf_close(ks_leaf *leaf) {
    ks_segment_close(leaf->segment);
    free(leaf->deleted);
    if (leaf->live_counts) ks_map_free(leaf->live_counts);
    free(leaf->live_counts);
    *leaf = (ks_leaf){0};
}

ks_status ks_leaf_delete(ks_leaf *leaf, uint32_t doc, ks_error *err) {
    uint32_t length = ks_segment_length(leaf->segment, doc);
    ks_status status = ks_segment_fault(leaf->segment, err);
    if (status) return status;
    if (!leaf->deleted && !(leaf->deleted = calloc(bitmap_bytes(leaf), 1))) return ks_error_nomem(err);
    if (leaf->live_counts) ks_map_clear(leaf->live_counts);
    leaf->deleted[doc / 8] |= (uint8_t)(1u << doc % 8);
    leaf->deleted_count++;
    leaf->live_length -= length;
    return KS_OK;
}

ks_status ks_leaf_save_deleted(const ks_leaf *leaf, const char *folder, uint64_t number, ks_error *err) {
    ks_file_writer *file = NULL;
    char name[KS_FILE_NAME];
    ks_status status = ks_file_writer_open(&file, folder, ks_folder_name(name, KS_FILE_DELETED, number), err);
    if (status) return status;
    if (!(status = ks_file_writer_section(file, SECTION_DELETED, err)) &&
        !(status = ks_file_writer_add(file, leaf->deleted, bitmap_bytes(leaf), err)))
        status = ks_file_writer_finish(file, NULL, err);
    ks_file_writer_free(file);
    return status;
}

/* How many deleted documents the list holds: found by walking the list, or by walking the deleted documents
 * and looking each up in the list, whichever is cheaper. Most lists are short, and very many may be asked
 * about: none of these may cost a walk over all bits. */
static uint64_t deleted_in(const ks_leaf *leaf, ks_cursor *cursor) {
    enum { LOOK_UP = 8 }; /* what looking one up costs, in steps along the list */
    uint64_t count = 0, doc = 0, documents = leaf->segment->documents;
    if (cursor->documents <= documents / WORD + (uint64_t)leaf->deleted_count * LOOK_UP) {
        for (; cursor->doc != KS_NO_DOC; ks_cursor_next(cursor))
            count += ks_leaf_is_deleted(leaf, cursor->doc);
        return count;
    }
    for (; (doc = next_deleted(leaf, doc)) < documents; doc++) {
        ks_cursor_advance(cursor, (uint32_t)doc);
        count += cursor->doc == doc;
    }
    return count;
}

/* A full memory is cleared, so that it cannot grow for ever. */
static ks_status remember(ks_map *live, ks_term term, uint64_t documents, ks_error *err) {
    uint32_t *slot;
    if (!live) return KS_OK;
    if (live->used >= REMEMBERED) ks_map_clear(live);
    return ks_map_insert(live, term.text, term.size, (uint32_t)documents, &slot, NULL, err);
}

/* Counts by the list, and remembers the result. */
static ks_status count_in_list(const ks_leaf *leaf, ks_term term, const ks_dict_entry *entry,
                               ks_cursor *cursor, const ks_unpacker *unpacker, uint64_t *out, ks_error *err) {
    uint64_t live;
    ks_status status = ks_cursor_open(cursor, leaf->segment, entry, unpacker, err);
    if (status) return status;
    live = entry->documents - deleted_in(leaf, cursor);
    if (cursor->damaged)
        return ks_mapped_corrupt(leaf->segment->file, KS_SECTION_POSTINGS, entry->postings,
                                 "a posting list makes no sense", err);
    if ((status = remember(leaf->live_counts, term, live, err))) return status;
    *out = live;
    return KS_OK;
}

ks_status ks_leaf_count_live(const ks_leaf *leaf, ks_term term, const ks_dict_entry *entry, ks_cursor *cursor,
                             const ks_unpacker *unpacker, uint64_t *out, ks_error *err) {
    const uint32_t *known;
    if (entry->documents == 1 && entry->doc < leaf->segment->documents) { /* most terms: there is no list */
        *out = !ks_leaf_is_deleted(leaf, entry->doc);
        return KS_OK;
    }
    known = leaf->live_counts ? ks_map_find(leaf->live_counts, term.text, term.size) : NULL;
    if (!known && cursor && leaf->deleted_count > 0)
        return count_in_list(leaf, term, entry, cursor, unpacker, out, err);
    *out = known ? *known : entry->documents;
    return KS_OK;
}

ks_status ks_leaf_documents(const ks_leaf *leaf, ks_term term, ks_cursor *cursor, const ks_unpacker *unpacker,
                            uint64_t *out, ks_error *err) {
    ks_dict_entry entry;
    bool found;
    ks_status status = ks_dict_find(&leaf->segment->dict, term, &found, &entry, err);
    if (status) return status;
    *out = 0;
    return found ? ks_leaf_count_live(leaf, term, &entry, cursor, unpacker, out, err) : KS_OK;
}

/* ---- Views ---- */

static ks_status open_leaves(ks_view *view, ks_error *err) {
    ks_status status = KS_OK;
    view->leaves = calloc(view->manifest.segment_count + 1, sizeof *view->leaves);
    if (!view->leaves) return ks_error_nomem(err);
    for (size_t i = 0; i < view->manifest.segment_count; i++) {
        ks_leaf *leaf = &view->leaves[i];
        if ((status = ks_leaf_open(leaf, view->folder, &view->manifest.segments[i], err))) break;
        view->count++;
        view->records += leaf->segment->documents - leaf->deleted_count;
        view->total_length += leaf->live_length;
    }
    return status;
}

static ks_status open_once(ks_view *view, const char *folder, ks_error *err) {
    ks_status status;
    view->unpacker = ks_unpacker_best();
    view->folder = strdup(folder);
    view->known = calloc(1, sizeof *view->known);
    if (!view->folder || !view->known) return ks_error_nomem(err);
    if ((status = ks_manifest_load(&view->manifest, folder, err))) return status;
    return open_leaves(view, err);
}

ks_status ks_view_open(ks_view *view, const char *folder, ks_error *err) {
    ks_status status;
    for (int attempt = 1;; attempt++) {
        status = open_once(view, folder, err);
        if (!status) return KS_OK;
        ks_view_close(view);
        /* After the manifest was read, a writer may have committed and removed its files. */
        if (status != KS_ERR_NOT_FOUND) return status;
        if (attempt == ATTEMPTS)
            return ks_error_set(err, KS_ERR_CORRUPT, "%s: a file of the index is missing", folder);
    }
}

void ks_view_close(ks_view *view) {
    for (size_t i = 0; i < view->count; i++) ks_leaf_close(&view->leaves[i]);
    free(view->leaves);
    free(view->folder);
    if (view->known) ks_known_free(view->known);
    free(view->known);
    ks_manifest_free(&view->manifest);
    *view = (ks_view){0};
}

bool ks_view_has_deletions(const ks_view *view) {
    for (size_t i = 0; i < view->count; i++)
        if (view->leaves[i].deleted_count > 0) return true;
    return false;
}

ks_status ks_view_documents(const ks_view *view, ks_term term, uint64_t *out, ks_error *err) {
    ks_cursor *cursor = NULL;
    uint64_t documents = 0, here;
    ks_status status = KS_OK;
    if (ks_view_has_deletions(view) && !(cursor = malloc(sizeof *cursor))) return ks_error_nomem(err);
    for (size_t i = 0; i < view->count && !status; i++) {
        status = ks_leaf_documents(&view->leaves[i], term, cursor, view->unpacker, &here, err);
        if (!status) documents += here;
    }
    free(cursor);
    if (!status) *out = documents;
    return status;
}

ks_status ks_view_begins(const ks_view *view, ks_term prefix, bool *out, ks_error *err) {
    bool begins = false;
    ks_status status = KS_OK;
    for (size_t i = 0; i < view->count && !begins && !status; i++)
        status = ks_dict_begins(&view->leaves[i].segment->dict, prefix, &begins, err);
    if (!status) *out = begins;
    return status;
}

ks_status ks_view_find(const ks_view *view, ks_term id, const ks_leaf **leaf, uint32_t *doc, ks_error *err) {
    *leaf = NULL;
    for (size_t i = 0; i < view->count; i++) {
        uint32_t here;
        bool found;
        ks_status status = ks_segment_find(view->leaves[i].segment, id, &found, &here, err);
        if (status) return status;
        if (!found || ks_leaf_is_deleted(&view->leaves[i], here)) continue;
        *leaf = &view->leaves[i];
        *doc = here;
        return KS_OK;
    }
    return KS_OK;
}

ks_status ks_view_fault(const ks_view *view, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t i = 0; i < view->count && !status; i++)
        status = ks_segment_fault(view->leaves[i].segment, err);
    return status;
}

double ks_view_average(const ks_view *view) {
    return view->records ? (double)view->total_length / (double)view->records : 0;
}
