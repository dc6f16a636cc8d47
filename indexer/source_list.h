/* Sources: the list of files that the caller's sources expand to, and the table of numbers under which an
 * index knows every source it has ever had. May use base, corpus, engine. */
#ifndef KS_INDEXER_SOURCE_LIST_H
#define KS_INDEXER_SOURCE_LIST_H

#include "base/map.h"
#include "engine/engine.h"

typedef struct ks_source_file {
    const char *path; /* as it was named or found; "-" for the input */
    const char *name; /* canonical, so that it is the same in every run; "-" for the input */
    uint64_t bytes;   /* size of the file; 0 for the input */
    bool in_folder;   /* it was found in a folder, not named itself */
    uint32_t number;  /* set by ks_source_table_number */
} ks_source_file;

typedef struct ks_source_list {
    ks_arena arena;
    ks_source_file *files;
    size_t file_count, file_capacity;
    const char **folders; /* canonical names of the folders among the sources */
    size_t folder_count, folder_capacity;
    uint64_t bytes; /* of all files */
    ks_map seen;    /* canonical names of the files */
} ks_source_list;

/* Expands files, directories (every known file below, in the order of names; hidden entries and linked
 * folders are left out) and "-".
 * A file that is named twice is read once. KS_ERR_NOT_FOUND, KS_ERR_IO, KS_ERR_ARGUMENT (an empty name, or
 * NULL). Zero-initialise *list; free it in any case. */
ks_status ks_source_list_expand(ks_source_list *list, const char *const *sources, size_t count,
                                ks_error *err);
void ks_source_list_free(ks_source_list *list);

/* Whether a canonical name lies below one of the list's folders. */
bool ks_source_list_covers(const ks_source_list *list, const char *name);

/* The names of all sources that an index has ever had, by number; kept in its metadata. */
typedef struct ks_source_table {
    ks_arena arena;
    const char **names;
    size_t count, capacity;
    ks_map numbers; /* name to number */
    bool changed;   /* since it was loaded */
} ks_source_table;

ks_status ks_source_table_load(ks_source_table *table, ks_writer *writer, ks_error *err);
ks_status ks_source_table_save(const ks_source_table *table, ks_writer *writer, ks_error *err);
/* The number of this source; a source that has none yet gets the next. */
ks_status ks_source_table_number(ks_source_table *table, uint32_t *out, const char *name, ks_error *err);
void ks_source_table_free(ks_source_table *table);

#endif
