/* Describing an open generation: its counts, and the bytes of each section. May use base, engine and native's
 * files. */
#include "native/native.h"

#include "native/folder.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

_Static_assert(KS_SEGMENT_SECTIONS + 3 <= KS_ENGINE_SECTIONS, "room for the sections and what is around");

/* Sets *bytes to 0 if the file is gone: an open generation outlives the names of its files. */
static ks_status file_size(const ks_view *view, const char *name, uint64_t *bytes, ks_error *err) {
    char *path = NULL;
    struct stat info;
    ks_status status = ks_folder_path(&path, view->folder, name, err);
    if (status) return status;
    *bytes = 0;
    if (stat(path, &info) == 0)
        *bytes = (uint64_t)info.st_size;
    else if (errno != ENOENT)
        status = ks_error_errno(err, errno, "cannot read", path);
    free(path);
    return status;
}

static void add_section(ks_engine_info *info, const char *name, uint64_t bytes) {
    info->sections[info->section_count++] = (ks_index_section){name, bytes};
    info->bytes += bytes;
}

static uint64_t section_bytes(const ks_view *view, unsigned section) {
    uint64_t bytes = 0;
    for (size_t i = 0; i < view->count; i++) bytes += ks_mapped_size(view->leaves[i].segment->file, section);
    return bytes;
}

/* Adds the sections of all segments, and what is around them: tables, checksums and padding. */
static void add_segments(const ks_view *view, ks_engine_info *info) {
    uint64_t whole = 0;
    for (size_t i = 0; i < view->count; i++) {
        whole += ks_mapped_file_size(view->leaves[i].segment->file);
        info->deleted += view->leaves[i].deleted_count;
    }
    for (unsigned section = 0; section < KS_SEGMENT_SECTIONS; section++)
        add_section(info, ks_segment_section_name(section), section_bytes(view, section));
    add_section(info, "frames", whole - info->bytes);
}

static ks_status add_others(const ks_view *view, ks_engine_info *info, ks_error *err) {
    char name[KS_FILE_NAME];
    uint64_t manifest = 0, deleted = 0, bytes;
    ks_status status = file_size(view, KS_MANIFEST_NAME, &manifest, err);
    for (size_t i = 0; i < view->manifest.segment_count && !status; i++) {
        uint64_t number = view->manifest.segments[i].deletions_number;
        if (!number) continue;
        status = file_size(view, ks_folder_name(name, KS_FILE_DELETED, number), &bytes, err);
        if (!status) deleted += bytes;
    }
    if (status) return status;
    add_section(info, "deletions", deleted);
    add_section(info, "manifest", manifest);
    return KS_OK;
}

ks_status ks_view_describe(const ks_view *view, ks_engine_info *out, ks_error *err) {
    ks_engine_info info = {.generation = view->manifest.generation,
                           .records = view->records,
                           .segments = view->count,
                           .average_length = ks_view_average(view)};
    ks_status status;
    add_segments(view, &info);
    if ((status = add_others(view, &info, err)) || (status = ks_view_count_terms(view, &info.terms, err)))
        return status;
    *out = info;
    return KS_OK;
}
