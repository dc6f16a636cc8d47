/* What the user named as sources, as a list of files; and the numbers under which an index knows its sources.
 * May use base, corpus, engine. */
#ifndef KS_INDEXER_SOURCE_LIST_H
#define KS_INDEXER_SOURCE_LIST_H

#include "base/map.h"
#include "engine/engine.h"

typedef struct ks_source_file {
    const char *path; /* "-" for the input */
    const char *name; /* the canonical path, which stays the same from run to run; "-" for the input */
    uint64_t bytes;   /* as stored; 0 for the input */
    bool in_folder;   /* found in a folder, not named itself */
    uint32_t number;  /* set by ks_source_table_number */
} ks_source_file;

typedef struct ks_source_list {
    ks_arena arena;
    ks_source_file *files;
    size_t file_count, file_capacity;
    const char **folders; /* canonical names of the directories named */
    size_t folder_count, folder_capacity;
    uint64_t bytes;
    ks_map seen; /* canonical names of the files */
} ks_source_list;

/* Expands files, directories (every known file below, in the order of names; hidden entries and linked
 * folders are left out) and "-".
 * A file that is named twice is read once. KS_ERR_NOT_FOUND, KS_ERR_IO, KS_ERR_ARGUMENT (an empty name, or
 * NULL). Zero-initialise *list; free it in any case. */
ks_status ks_source_list_expand(ks_source_list *list, const char *const *sources, size_t count,
                                ks_error *err);
void ks_source_list_free(ks_source_list *list);

/* Whether the canonical name lies in one of the list's folders. */
bool ks_source_list_covers(const ks_source_list *list, const char *name);

/* All sources an index has ever had: number -> name, kept in its metadata. */
typedef struct ks_source_table {
    ks_arena arena;
    const char **names;
    size_t count, capacity;
    ks_map numbers; /* the other way round */
    bool changed;
} ks_source_table;

ks_status ks_source_table_load(ks_source_table *table, ks_writer *writer, ks_error *err);
ks_status ks_source_table_save(const ks_source_table *table, ks_writer *writer, ks_error *err);
/* The number of a name, a new one where it has none. */
ks_status ks_source_table_number(ks_source_table *table, uint32_t *out, const char *name, ks_error *err);
void ks_source_table_free(ks_source_table *table);

#endif
