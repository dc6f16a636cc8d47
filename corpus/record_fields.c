/* Checking and copying a record's members; see record_fields.h. */
#include "corpus/record_fields.h"

#include "corpus/record.h"

#include <string.h>

enum { ID_LIMIT = 512 };

enum member {
    ID,
    KIND,
    AUTHOR,
    DATE,
    STATUS,
    URL,
    TITLE,
    SUMMARY,
    CLAIMS,
    TAGS,
    BODY,
    LANG,
    FEED_ORDER,
    DATE_PRECISION,
    MEMBER_COUNT
};

static const char *const member_names[MEMBER_COUNT] = {
    "id",      "kind",   "author", "date", "status", "url",        "title",
    "summary", "claims", "tags",   "body", "lang",   "feed_order", "date_precision"};

struct filling {
    const cJSON *items[MEMBER_COUNT];
    size_t places[MEMBER_COUNT];
    ks_record_notes *notes;
    ks_arena *arena;
    ks_error *err;
};

static void find_members(struct filling *f, const cJSON *object) {
    size_t place = 0;
    for (size_t i = 0; i < MEMBER_COUNT; i++) f->places[i] = KS_NO_MEMBER;
    for (const cJSON *item = object->child; item; item = item->next, place++) {
        for (size_t i = 0; i < MEMBER_COUNT; i++) {
            if (strcmp(item->string, member_names[i]) != 0) continue;
            f->items[i] = cJSON_IsNull(item) ? NULL : item;
            f->places[i] = place;
        }
    }
}

static const char *type_name(const cJSON *item) {
    if (cJSON_IsNull(item)) return "null";
    if (cJSON_IsBool(item)) return "a boolean";
    if (cJSON_IsNumber(item)) return "a number";
    if (cJSON_IsString(item)) return "a string";
    return cJSON_IsArray(item) ? "an array" : "an object";
}

static ks_status wrong_type(struct filling *f, enum member member, const char *wanted) {
    f->notes->faulty_place = f->places[member];
    return ks_error_set(f->err, KS_ERR_FORMAT, "\"%s\" must be %s, not %s", member_names[member], wanted,
                        type_name(f->items[member]));
}

static bool has_text(const char *text) {
    return text[strspn(text, " \t\n\v\f\r")] != '\0';
}

static ks_status copy(struct filling *f, const char **out, const char *text) {
    *out = ks_arena_copy(f->arena, text, strlen(text));
    return *out ? KS_OK : ks_error_nomem(f->err);
}

static ks_status take_string(struct filling *f, enum member member, const char **out) {
    const cJSON *item = f->items[member];
    if (!item) return KS_OK;
    if (!cJSON_IsString(item)) return wrong_type(f, member, "a string");
    return has_text(item->valuestring) ? copy(f, out, item->valuestring) : KS_OK;
}

static ks_status take_strings(struct filling *f, enum member member, ks_strings *out) {
    const cJSON *array = f->items[member], *item;
    const char **items;
    size_t count = 0, room = 0;
    if (!array) return KS_OK;
    if (!cJSON_IsArray(array)) return wrong_type(f, member, "an array of strings");
    cJSON_ArrayForEach(item, array) {
        if (!cJSON_IsString(item)) {
            f->notes->faulty_place = f->places[member];
            return ks_error_set(f->err, KS_ERR_FORMAT, "\"%s\" must be an array of strings, but it holds %s",
                                member_names[member], type_name(item));
        }
        room += has_text(item->valuestring);
    }
    if (room == 0) return KS_OK;
    items = ks_arena_alloc(f->arena, room * sizeof *items);
    if (!items) return ks_error_nomem(f->err);
    cJSON_ArrayForEach(item, array) {
        ks_status status;
        if (!has_text(item->valuestring)) continue;
        status = copy(f, &items[count++], item->valuestring);
        if (status) return status;
    }
    *out = (ks_strings){.items = items, .count = count};
    return KS_OK;
}

static ks_status take_author(struct filling *f, ks_record *record) {
    const cJSON *item = f->items[AUTHOR];
    const char **only;
    if (!item) return KS_OK;
    record->author_is_list = cJSON_IsArray(item);
    if (record->author_is_list) return take_strings(f, AUTHOR, &record->authors);
    if (!cJSON_IsString(item)) return wrong_type(f, AUTHOR, "a string or an array of strings");
    if (!has_text(item->valuestring)) return KS_OK;
    only = ks_arena_alloc(f->arena, sizeof *only);
    if (!only) return ks_error_nomem(f->err);
    record->authors = (ks_strings){.items = only, .count = 1};
    return copy(f, only, item->valuestring);
}

/* Control characters are those of ASCII and of Latin-1 (U+0080 to U+009F, two bytes in UTF-8). */
static bool has_control(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7F || (c[0] == 0xC2 && c[1] < 0xA0)) return true;
    return false;
}

static ks_status take_id(struct filling *f, ks_record *record) {
    ks_status status = take_string(f, ID, &record->id);
    if (status || !record->id) return status;
    f->notes->faulty_place = f->places[ID];
    if (strlen(record->id) > ID_LIMIT)
        return ks_error_set(f->err, KS_ERR_FORMAT, "\"id\" is longer than %d bytes", (int)ID_LIMIT);
    if (has_control(record->id))
        return ks_error_set(f->err, KS_ERR_FORMAT, "\"id\" holds a control character");
    f->notes->faulty_place = KS_NO_MEMBER;
    return KS_OK;
}

static ks_status take_date(struct filling *f, ks_record *record) {
    ks_status status = take_string(f, DATE, &record->date);
    if (status || !record->date || ks_date_valid(record->date)) return status;
    f->notes->faulty_place = f->places[DATE];
    return ks_error_set(f->err, KS_ERR_FORMAT,
                        "\"date\" must be a calendar date: YYYY-MM-DD, YYYY-MM, YYYY, or --MM-DD");
}

static ks_status take_feed_order(struct filling *f, ks_record *record) {
    const cJSON *item = f->items[FEED_ORDER];
    if (!item) return KS_OK;
    if (!cJSON_IsNumber(item)) return wrong_type(f, FEED_ORDER, "an integer");
    if (item->valuedouble >= 0 && item->valuedouble <= UINT32_MAX) {
        record->feed_order = (uint64_t)item->valuedouble;
        if ((double)record->feed_order >= item->valuedouble) return KS_OK;
    }
    f->notes->faulty_place = f->places[FEED_ORDER];
    return ks_error_set(f->err, KS_ERR_FORMAT, "\"feed_order\" must be an integer from 0 to 4294967295");
}

static ks_status check_text(struct filling *f, const ks_record *record) {
    if (record->title || record->summary || record->body || record->claims.count || record->tags.count)
        return KS_OK;
    return ks_error_set(f->err, KS_ERR_FORMAT,
                        "no text: one of title, summary, claims, tags or body is needed");
}

static ks_status take_plain_strings(struct filling *f, ks_record *record) {
    const struct {
        enum member member;
        const char **out;
    } strings[] = {{KIND, &record->kind},   {STATUS, &record->status},   {URL, &record->url},
                   {TITLE, &record->title}, {SUMMARY, &record->summary}, {BODY, &record->body},
                   {LANG, &record->lang}};
    ks_status status = KS_OK;
    for (size_t i = 0; !status && i < sizeof strings / sizeof *strings; i++)
        status = take_string(f, strings[i].member, strings[i].out);
    return status;
}

ks_status ks_record_fill(ks_record *record, ks_record_notes *notes, ks_arena *arena, const cJSON *object,
                         ks_error *err) {
    struct filling f = {.notes = notes, .arena = arena, .err = err};
    const cJSON *precision;
    ks_status status;
    *notes = (ks_record_notes){.faulty_place = KS_NO_MEMBER};
    find_members(&f, object);
    notes->id_place = f.places[ID];
    precision = f.items[DATE_PRECISION];
    notes->year_is_inferred = cJSON_IsString(precision) && !strcmp(precision->valuestring, "inferred-year");
    record->kind = "unknown";
    record->status = "ok";
    status = take_id(&f, record);
    if (!status) status = take_plain_strings(&f, record);
    if (!status) status = take_author(&f, record);
    if (!status) status = take_date(&f, record);
    if (!status) status = take_strings(&f, CLAIMS, &record->claims);
    if (!status) status = take_strings(&f, TAGS, &record->tags);
    if (!status) status = take_feed_order(&f, record);
    return status ? status : check_text(&f, record);
}
