/* Reading JSON text that has passed ks_json_check and ks_json_repair, and so is trusted. May use base. */
#ifndef KS_CORPUS_JSON_VALUE_H
#define KS_CORPUS_JSON_VALUE_H

#include "base/memory.h"

/* The text of a value, without white space around it. A NULL text is no value. */
typedef struct ks_json_value {
    const char *text;
    size_t size;
} ks_json_value;

typedef enum ks_json_type {
    KS_JSON_NULL,
    KS_JSON_BOOLEAN,
    KS_JSON_NUM,
    KS_JSON_STRING,
    KS_JSON_ARRAY,
    KS_JSON_OBJECT
} ks_json_type;

ks_json_type ks_json_type_of(ks_json_value value);

/* Where a walk over the members of an object or the items of an array is. */
typedef struct ks_json_walk {
    const char *at, *end;
} ks_json_walk;

/* Starts on an object or array. */
ks_json_walk ks_json_walk_start(ks_json_value value);

/* The next member or item, false at the end. */
bool ks_json_next_member(ks_json_walk *walk, ks_json_value *name, ks_json_value *value);
bool ks_json_next_item(ks_json_walk *walk, ks_json_value *value);

/* The decoded string, in the arena and NUL-terminated; NULL when out of memory. */
const char *ks_json_decode(ks_arena *arena, ks_json_value string);

#endif
