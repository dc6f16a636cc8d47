/* A small JSON Schema validator, for what docs/ksearch.schema.json uses and no more: an unknown keyword
 * fails the test. Patterns are POSIX extended regular expressions. */
#ifndef KS_TESTS_CLI_SCHEMA_CHECK_H
#define KS_TESTS_CLI_SCHEMA_CHECK_H

#include "tests/cli/support.h"

#include <cjson/cJSON.h>
#include <regex.h>

static const cJSON *schema_root;

static inline bool schema_allows(const cJSON *schema, const cJSON *value);

static inline bool schema_has_type(const char *type, const cJSON *value) {
    if (strcmp(type, "object") == 0) return cJSON_IsObject(value);
    if (strcmp(type, "array") == 0) return cJSON_IsArray(value);
    if (strcmp(type, "string") == 0) return cJSON_IsString(value);
    if (strcmp(type, "boolean") == 0) return cJSON_IsBool(value);
    if (strcmp(type, "null") == 0) return cJSON_IsNull(value);
    if (strcmp(type, "number") == 0) return cJSON_IsNumber(value);
    assert_string_equal(type, "integer");
    return cJSON_IsNumber(value) && value->valuedouble == (double)(long long)value->valuedouble;
}

static inline bool schema_any_type(const cJSON *types, const cJSON *value) {
    const cJSON *type;
    if (cJSON_IsString(types)) return schema_has_type(types->valuestring, value);
    cJSON_ArrayForEach(type, types) if (schema_has_type(type->valuestring, value)) return true;
    return false;
}

static inline size_t schema_count(const cJSON *schemas, const cJSON *value) {
    const cJSON *schema;
    size_t count = 0;
    cJSON_ArrayForEach(schema, schemas) count += schema_allows(schema, value);
    return count;
}

static inline bool schema_properties(const cJSON *properties, const cJSON *value) {
    const cJSON *property;
    cJSON_ArrayForEach(property, properties) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(value, property->string);
        if (member && !schema_allows(property, member)) {
            return false;
        }
    }
    return true;
}

static inline bool schema_required(const cJSON *names, const cJSON *value) {
    const cJSON *name;
    cJSON_ArrayForEach(name, names) if (!cJSON_HasObjectItem(value, name->valuestring)) return false;
    return true;
}

static inline bool schema_items(const cJSON *items, const cJSON *value) {
    const cJSON *item;
    cJSON_ArrayForEach(item, value) if (!schema_allows(items, item)) return false;
    return true;
}

static inline bool schema_enum(const cJSON *values, const cJSON *value) {
    const cJSON *one;
    cJSON_ArrayForEach(one, values) if (cJSON_Compare(one, value, true)) return true;
    return false;
}

static inline bool schema_pattern(const char *pattern, const char *text) {
    regex_t expression;
    assert_int_equal(regcomp(&expression, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool found = regexec(&expression, text, 0, NULL, 0) == 0;
    regfree(&expression);
    return found;
}

static inline bool schema_reference(const char *reference, const cJSON *value) {
    const char *start = "#/$defs/";
    assert_int_equal(strncmp(reference, start, strlen(start)), 0);
    const cJSON *definition = cJSON_GetObjectItemCaseSensitive(
        cJSON_GetObjectItemCaseSensitive(schema_root, "$defs"), reference + strlen(start));
    assert_non_null(definition);
    return schema_allows(definition, value);
}

static inline bool schema_keyword(const cJSON *keyword, const cJSON *value) {
    const char *name = keyword->string;
    if (strcmp(name, "type") == 0) return schema_any_type(keyword, value);
    if (strcmp(name, "const") == 0) return cJSON_Compare(keyword, value, true);
    if (strcmp(name, "enum") == 0) return schema_enum(keyword, value);
    if (strcmp(name, "$ref") == 0) return schema_reference(keyword->valuestring, value);
    if (strcmp(name, "anyOf") == 0) return schema_count(keyword, value) > 0;
    if (strcmp(name, "allOf") == 0)
        return schema_count(keyword, value) == (size_t)cJSON_GetArraySize(keyword);
    if (strcmp(name, "not") == 0) return !schema_allows(keyword, value);
    if (strcmp(name, "properties") == 0) return !cJSON_IsObject(value) || schema_properties(keyword, value);
    if (strcmp(name, "required") == 0) return !cJSON_IsObject(value) || schema_required(keyword, value);
    if (strcmp(name, "items") == 0) return !cJSON_IsArray(value) || schema_items(keyword, value);
    if (strcmp(name, "minimum") == 0)
        return !cJSON_IsNumber(value) || value->valuedouble >= keyword->valuedouble;
    if (strcmp(name, "minLength") == 0)
        return !cJSON_IsString(value) || strlen(value->valuestring) >= (size_t)keyword->valuedouble;
    if (strcmp(name, "pattern") == 0)
        return !cJSON_IsString(value) || schema_pattern(keyword->valuestring, value->valuestring);
    if (strcmp(name, "description") != 0 && strcmp(name, "title") != 0 && *name != '$')
        fail_msg("the schema uses %s, which this check does not know", name);
    return true;
}

static inline bool schema_allows(const cJSON *schema, const cJSON *value) {
    const cJSON *keyword;
    cJSON_ArrayForEach(keyword, schema) if (!schema_keyword(keyword, value)) return false;
    return true;
}

/* Loads the schema of the checkout; delete it at the end. */
static inline cJSON *schema_load(void) {
    FILE *file = fopen(KS_SOURCE_DIR "/docs/ksearch.schema.json", "r");
    char *text = calloc(1, 1 << 20);
    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    cJSON *schema = cJSON_Parse(text);
    free(text);
    assert_non_null(schema);
    schema_root = schema;
    return schema;
}

/* Asserts that `text` is JSON which the schema's definition `name` (NULL: the schema itself) allows. */
static inline void assert_valid(const char *text, const char *name) {
    cJSON *schema = schema_load(), *value = cJSON_ParseWithOpts(text, NULL, true);
    const cJSON *part = schema;
    if (!value) fail_msg("not JSON: %s", text);
    if (name)
        part = cJSON_GetObjectItemCaseSensitive(cJSON_GetObjectItemCaseSensitive(schema, "$defs"), name);
    assert_non_null(part);
    if (!schema_allows(part, value)) fail_msg("not valid as %s: %s", name ? name : "any", text);
    cJSON_Delete(value);
    cJSON_Delete(schema);
}

static inline bool is_valid(const char *text) {
    cJSON *schema = schema_load(), *value = cJSON_ParseWithOpts(text, NULL, true);
    bool valid = value && schema_allows(schema, value);
    cJSON_Delete(value);
    cJSON_Delete(schema);
    return valid;
}

#endif
