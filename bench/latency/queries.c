/* Reading the queries. */
#include "bench/latency/queries.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool parse_match(ks_match *out, const char *name) {
    if (strcmp(name, "auto") == 0)
        *out = KS_MATCH_AUTO;
    else if (strcmp(name, "all") == 0)
        *out = KS_MATCH_ALL;
    else if (strcmp(name, "any") == 0)
        *out = KS_MATCH_ANY;
    else
        return false;
    return true;
}

static bool copy_member(char **out, const cJSON *object, const char *name) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
    return text && (*out = strdup(text));
}

static bool parse_line(lat_query *out, const char *line) {
    cJSON *object = cJSON_Parse(line);
    const char *match = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, "match"));
    bool good = match && parse_match(&out->match, match) && copy_member(&out->id, object, "id") &&
                copy_member(&out->class, object, "class") && copy_member(&out->text, object, "query");
    if (good) out->size = strlen(out->text);
    cJSON_Delete(object);
    return good;
}

static lat_query *add_query(lat_queries *queries) {
    if ((queries->count & (queries->count - 1)) == 0) { /* full at every power of two */
        size_t capacity = queries->count ? 2 * queries->count : 1;
        lat_query *grown = realloc(queries->items, capacity * sizeof *grown);
        if (!grown) return NULL;
        queries->items = grown;
    }
    queries->items[queries->count] = (lat_query){0};
    return &queries->items[queries->count++];
}

static bool complain(const char *path, const char *what) {
    fprintf(stderr, "latency: %s: %s\n", path, what);
    return false;
}

static bool read_lines(lat_queries *out, FILE *file, const char *path) {
    char *line = NULL, what[64];
    size_t capacity = 0;
    bool good = true;
    while (good && getline(&line, &capacity, file) >= 0) {
        lat_query *query = add_query(out);
        good = query && parse_line(query, line);
    }
    free(line);
    if (good) return ferror(file) ? complain(path, strerror(errno)) : true;
    snprintf(what, sizeof what, "line %zu is no query", out->count);
    return complain(path, what);
}

/* Moves the queries of each class together, in the order in which they stand. */
static bool group(lat_queries *queries) {
    lat_query *grouped = calloc(queries->count, sizeof *grouped);
    size_t count = 0;
    queries->classes = calloc(queries->count, sizeof *queries->classes);
    if (!grouped || !queries->classes) {
        free(grouped);
        return false;
    }
    for (size_t i = 0; i < queries->count; i++) {
        const char *name = queries->items[i].class;
        size_t known = 0;
        while (known < queries->class_count &&
               strcmp(queries->classes[known].name, name) != 0) /* NOLINT: each has a name */
            known++;
        if (known < queries->class_count) continue;
        queries->classes[queries->class_count++] = (lat_class){.name = name, .first = count};
        for (size_t j = i; j < queries->count; j++)
            if (strcmp(queries->items[j].class, name) == 0) grouped[count++] = queries->items[j];
        queries->classes[known].count = count - queries->classes[known].first;
    }
    free(queries->items);
    queries->items = grouped;
    return true;
}

bool lat_queries_read(lat_queries *out, const char *path) {
    *out = (lat_queries){0};
    FILE *file = fopen(path, "r");
    if (!file) return complain(path, strerror(errno));
    bool good = read_lines(out, file, path);
    fclose(file);
    if (good && out->count == 0) return complain(path, "no queries");
    return good && group(out);
}

void lat_queries_free(lat_queries *queries) {
    for (size_t i = 0; i < queries->count; i++) {
        free(queries->items[i].id);
        free(queries->items[i].class);
        free(queries->items[i].text);
    }
    free(queries->items);
    free(queries->classes);
    *queries = (lat_queries){0};
}
