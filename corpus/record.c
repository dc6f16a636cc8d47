/* From JSON text to a record; see record.h, and the public header for ks_record_free. */
#include "corpus/record.h"

#include "base/memory.h"
#include "base/utf8.h"
#include "corpus/json_check.h"
#include "corpus/json_repair.h"
#include "corpus/json_span.h"
#include "corpus/record_fields.h"
#include "corpus/record_id.h"

#include <stdlib.h>
#include <string.h>

/* A record's strings and its JSON mostly fit into one block of twice the size of the JSON and some spare
 * room. Hundreds of thousands of records may wait in memory, so a small one must not take a page. From
 * LARGE_JSON on the arena grows as it likes. */
enum { SPARE_ROOM = 256, LARGE_JSON = 1 << 16 };

/* What a ks_record really is: the arena owns every string of the record. */
struct owned {
    ks_record record;
    ks_arena arena;
};

void ks_record_free(ks_record *record) {
    struct owned *owned = (struct owned *)record;
    if (!owned) return;
    ks_arena_free(&owned->arena);
    free(owned);
}

static ks_status too_large(ks_error *err) {
    return ks_error_set(err, KS_ERR_TOO_LARGE, "longer than the limit of %zu bytes", KS_RECORD_LIMIT);
}

static ks_status check_is_object(const char *text, size_t start, ks_error *err) {
    const char *found = "a number";
    switch (text[start]) {
    case '{': return KS_OK;
    case '[': found = "an array"; break;
    case '"': found = "a string"; break;
    case 't':
    case 'f': found = "a boolean"; break;
    case 'n': found = "null"; break;
    default: break;
    }
    ks_error_set(err, KS_ERR_FORMAT, "a record must be a JSON object, not %s", found);
    return ks_error_at(err, KS_ERR_FORMAT, (int64_t)start);
}

/* Repairs the object's text, if there is anything to repair, into `scratch`, and makes *text point there. */
static ks_status clean(const char **text, size_t *size, const ks_json_shape *shape, ks_buffer *scratch,
                       size_t *repaired, ks_error *err) {
    bool bad_bytes = shape->odd_bytes && (ks_utf8_valid(*text, *size) < *size || memchr(*text, '\0', *size));
    if (!bad_bytes && !shape->odd_escapes) return KS_OK;
    *repaired = ks_json_repair(scratch, *text, *size);
    if (ks_buffer_check(scratch, err)) return KS_ERR_NOMEM;
    *text = scratch->data;
    *size = scratch->size;
    return KS_OK;
}

/* Adds a derived id, in place of a null or empty `id`, else in front of the other members. */
static ks_status add_id(struct owned *owned, const char *text, size_t size, const ks_record_notes *notes,
                        ks_error *err) {
    ks_buffer json = {0};
    size_t start = 1, end = 1;
    char id[KS_DERIVED_ID_SIZE + 1];
    bool replace = notes->id_member != KS_NO_MEMBER;
    ks_status status = ks_record_derive_id(id, &owned->record, notes->year_is_inferred, err);
    if (status) return status;
    if (replace) ks_json_member(text, size, notes->id_member, &start, &end);
    ks_buffer_add(&json, text, start);
    ks_buffer_format(&json, replace ? "\"%s\"" : "\"id\":\"%s\",", id);
    ks_buffer_add(&json, text + end, size - end);
    owned->record.id = ks_arena_copy(&owned->arena, id, KS_DERIVED_ID_SIZE);
    if (!json.failed) owned->record.json = ks_arena_copy(&owned->arena, json.data, json.size);
    if (!owned->record.id || !owned->record.json) status = ks_error_nomem(err);
    owned->record.json_size = json.size;
    ks_buffer_free(&json);
    return status;
}

static ks_status add_json(struct owned *owned, const char *text, size_t size, const ks_record_notes *notes,
                          ks_error *err) {
    ks_status status = KS_OK;
    if (owned->record.id) {
        owned->record.json_size = size;
        owned->record.json = ks_arena_copy(&owned->arena, text, size);
        if (!owned->record.json) status = ks_error_nomem(err);
    } else {
        status = add_id(owned, text, size, notes, err);
    }
    if (!status && owned->record.json_size > KS_RECORD_LIMIT) status = too_large(err);
    return status;
}

/* Makes the record from the clean text of its object. */
static ks_status build(struct owned **out, const char *text, size_t size, ks_record_notes *notes,
                       ks_error *err) {
    struct owned *owned = calloc(1, sizeof *owned);
    ks_status status;
    if (!owned) return ks_error_nomem(err);
    owned->arena.min_block = size < LARGE_JSON ? 2 * size + SPARE_ROOM : 0;
    status = ks_record_fill(&owned->record, notes, &owned->arena, (ks_json_value){text, size}, err);
    if (!status) status = add_json(owned, text, size, notes, err);
    if (status)
        ks_record_free(&owned->record);
    else
        *out = owned;
    return status;
}

ks_status ks_record_parse(ks_record **out, const char *text, size_t size, uint64_t *repaired, ks_error *err) {
    ks_buffer scratch = {0};
    ks_json_shape shape;
    ks_record_notes notes = {.faulty_member = KS_NO_MEMBER};
    struct owned *owned = NULL;
    const char *object;
    size_t object_size, fixed = 0;
    ks_status status;
    if (size > KS_RECORD_LIMIT) return too_large(err);
    status = ks_json_check(text, size, &shape, err);
    if (!status) status = check_is_object(text, shape.start, err);
    if (status) return status;
    object = text + shape.start;
    object_size = shape.end - shape.start;
    status = clean(&object, &object_size, &shape, &scratch, &fixed, err);
    if (!status) status = build(&owned, object, object_size, &notes, err);
    ks_buffer_free(&scratch);
    if (status && notes.faulty_member != KS_NO_MEMBER) {
        size_t start, end;
        ks_json_member(text + shape.start, shape.end - shape.start, notes.faulty_member, &start, &end);
        ks_error_at(err, status, (int64_t)(shape.start + start));
    }
    if (status) return status;
    if (repaired) *repaired += fixed;
    *out = &owned->record;
    return KS_OK;
}
