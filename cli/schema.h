/* docs/ksearch.schema.json, built into the program. */
#ifndef KS_CLI_SCHEMA_H
#define KS_CLI_SCHEMA_H

#include <stddef.h>

extern const unsigned char ks_schema_json[];
extern const size_t ks_schema_json_size;

#endif
