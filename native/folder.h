/* The folder of an index and the names in it. May use base and native/io.h. */
#ifndef KS_NATIVE_FOLDER_H
#define KS_NATIVE_FOLDER_H

#include "base/error.h"

#include <stdbool.h>

enum { KS_FILE_NAME = 32 }; /* room for the name of a file with its NUL */

/* What a numbered file holds. */
typedef enum ks_file_kind { KS_FILE_SEGMENT, KS_FILE_DELETED } ks_file_kind;

/* seg-%016x.ks or del-%016x.ks, written into `out`, which is returned. */
const char *ks_folder_name(char out[KS_FILE_NAME], ks_file_kind kind, uint64_t number);

/* Whether `name` is such a name, exactly as ks_folder_name writes it. */
bool ks_folder_parse_name(const char *name, ks_file_kind *kind, uint64_t *number);

/* FOLDER/NAME; free() it. */
ks_status ks_folder_path(char **out, const char *folder, const char *name, ks_error *err);

/* Makes the folder and its missing parents, and makes the new names durable. The folder may exist already. On
 * an error the folders that were made are removed again. */
ks_status ks_folder_make(const char *folder, ks_error *err);

/* Makes the names in the folder durable. */
ks_status ks_folder_sync(const char *folder, ks_error *err);

/* Removes FOLDER/NAME. It is no error if that does not exist. */
ks_status ks_folder_remove(const char *folder, const char *name, ks_error *err);

#endif
