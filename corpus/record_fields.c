/* Checking and copying a record's members; see record_fields.h. */
#include "corpus/record_fields.h"

#include "corpus/date.h"

#include <cjson/cJSON.h>
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
    ks_json_value items[MEMBER_COUNT]; /* text NULL: absent */
    size_t numbers[MEMBER_COUNT];      /* which member of the object each is, from 0 */
    ks_record_notes *notes;
    ks_arena *arena;
    ks_error *err;
};

static bool is_absent(ks_json_value item) {
    return !item.text || ks_json_type_of(item) == KS_JSON_NULL;
}

/* MEMBER_COUNT for a name that the schema does not list. */
static enum member member_named(const char *name, size_t size) {
    for (size_t i = 0; i < MEMBER_COUNT; i++)
        if (member_names[i][0] == name[0] && strlen(member_names[i]) == size &&
            memcmp(member_names[i], name, size) == 0)
            return (enum member)i;
    return MEMBER_COUNT;
}

/* The same for a name in quotation marks, which may hold escapes. */
static ks_status find_member(struct filling *f, ks_json_value name, enum member *out) {
    const char *decoded;
    if (!memchr(name.text, '\\', name.size)) {
        *out = member_named(name.text + 1, name.size - 2);
        return KS_OK;
    }
    if (!(decoded = ks_json_decode(f->arena, name))) return ks_error_nomem(f->err);
    *out = member_named(decoded, strlen(decoded));
    return KS_OK;
}

static ks_status find_members(struct filling *f, ks_json_value object) {
    ks_json_walk walk = ks_json_walk_start(object);
    ks_json_value name, value;
    for (size_t i = 0; i < MEMBER_COUNT; i++) f->numbers[i] = KS_NO_MEMBER;
    for (size_t number = 0; ks_json_next_member(&walk, &name, &value); number++) {
        enum member member = MEMBER_COUNT;
        ks_status status = find_member(f, name, &member);
        if (status) return status;
        if (member == MEMBER_COUNT) continue;
        if (is_absent(value)) value = (ks_json_value){0};
        f->items[member] = value;
        f->numbers[member] = number;
    }
    return KS_OK;
}

static const char *type_name(ks_json_value item) {
    switch (ks_json_type_of(item)) {
    case KS_JSON_NULL: return "null";
    case KS_JSON_BOOLEAN: return "a boolean";
    case KS_JSON_NUM: return "a number";
    case KS_JSON_STRING: return "a string";
    case KS_JSON_ARRAY: return "an array";
    case KS_JSON_OBJECT: return "an object";
    }
    return "something else";
}

static ks_status wrong_type(struct filling *f, enum member member, const char *wanted) {
    f->notes->faulty_member = f->numbers[member];
    return ks_error_set(f->err, KS_ERR_FORMAT, "\"%s\" must be %s, not %s", member_names[member], wanted,
                        type_name(f->items[member]));
}

static bool is_string(ks_json_value item) {
    return ks_json_type_of(item) == KS_JSON_STRING;
}

/* Decodes a string; *out is NULL if it is blank. */
static ks_status decode(struct filling *f, ks_json_value string, const char **out) {
    const char *text = ks_json_decode(f->arena, string);
    if (!text) return ks_error_nomem(f->err);
    *out = text[strspn(text, " \t\n\v\f\r")] ? text : NULL;
    return KS_OK;
}

static ks_status take_string(struct filling *f, enum member member, const char **out) {
    ks_json_value item = f->items[member];
    const char *text;
    ks_status status;
    if (!item.text) return KS_OK;
    if (!is_string(item)) return wrong_type(f, member, "a string");
    if ((status = decode(f, item, &text))) return status;
    if (text) *out = text;
    return KS_OK;
}

static ks_status wrong_item(struct filling *f, enum member member, ks_json_value item) {
    f->notes->faulty_member = f->numbers[member];
    return ks_error_set(f->err, KS_ERR_FORMAT, "\"%s\" must be an array of strings, but it holds %s",
                        member_names[member], type_name(item));
}

/* Counts the items, all of which must be strings. */
static ks_status count_strings(struct filling *f, enum member member, size_t *count) {
    ks_json_walk walk = ks_json_walk_start(f->items[member]);
    ks_json_value item;
    for (*count = 0; ks_json_next_item(&walk, &item); ++*count)
        if (!is_string(item)) return wrong_item(f, member, item);
    return KS_OK;
}

static ks_status take_strings(struct filling *f, enum member member, ks_strings *out) {
    ks_json_value item;
    ks_json_walk walk;
    const char **items;
    size_t count = 0, room;
    ks_status status;
    if (!f->items[member].text) return KS_OK;
    if (ks_json_type_of(f->items[member]) != KS_JSON_ARRAY)
        return wrong_type(f, member, "an array of strings");
    if ((status = count_strings(f, member, &room)) || room == 0) return status;
    items = ks_arena_alloc(f->arena, room * sizeof *items);
    if (!items) return ks_error_nomem(f->err);
    walk = ks_json_walk_start(f->items[member]);
    while (ks_json_next_item(&walk, &item)) {
        if ((status = decode(f, item, &items[count]))) return status;
        if (items[count]) count++;
    }
    if (count) *out = (ks_strings){.items = items, .count = count};
    return KS_OK;
}

static ks_status take_author(struct filling *f, ks_record *record) {
    ks_json_value item = f->items[AUTHOR];
    const char **only;
    ks_status status;
    if (!item.text) return KS_OK;
    record->author_is_list = ks_json_type_of(item) == KS_JSON_ARRAY;
    if (record->author_is_list) return take_strings(f, AUTHOR, &record->authors);
    if (!is_string(item)) return wrong_type(f, AUTHOR, "a string or an array of strings");
    only = ks_arena_alloc(f->arena, sizeof *only);
    if (!only) return ks_error_nomem(f->err);
    if ((status = decode(f, item, only))) return status;
    if (*only) record->authors = (ks_strings){.items = only, .count = 1};
    return KS_OK;
}

/* Whether it has control characters, of ASCII or of Latin-1 (U+0080 to U+009F, two bytes in UTF-8). */
static bool has_control(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7F || (c[0] == 0xC2 && c[1] < 0xA0)) return true;
    return false;
}

static ks_status take_id(struct filling *f, ks_record *record) {
    ks_status status = take_string(f, ID, &record->id);
    if (status || !record->id) return status;
    f->notes->faulty_member = f->numbers[ID];
    if (strlen(record->id) > ID_LIMIT)
        return ks_error_set(f->err, KS_ERR_FORMAT, "\"id\" is longer than %d bytes", (int)ID_LIMIT);
    if (has_control(record->id))
        return ks_error_set(f->err, KS_ERR_FORMAT, "\"id\" holds a control character");
    f->notes->faulty_member = KS_NO_MEMBER;
    return KS_OK;
}

static ks_status take_date(struct filling *f, ks_record *record) {
    ks_status status = take_string(f, DATE, &record->date);
    if (status || !record->date || ks_date_valid(record->date)) return status;
    f->notes->faulty_member = f->numbers[DATE];
    return ks_error_set(f->err, KS_ERR_FORMAT,
                        "\"date\" must be a calendar date: YYYY-MM-DD, YYYY-MM, YYYY, or --MM-DD");
}

/* By cJSON, which reads numbers the same way in every locale. */
static ks_status number_of(struct filling *f, ks_json_value item, double *out) {
    cJSON *number = cJSON_ParseWithLength(item.text, item.size);
    if (!number) return ks_error_nomem(f->err);
    *out = number->valuedouble;
    cJSON_Delete(number);
    return KS_OK;
}

static ks_status take_feed_order(struct filling *f, ks_record *record) {
    ks_json_value item = f->items[FEED_ORDER];
    double number;
    ks_status status;
    if (!item.text) return KS_OK;
    if (ks_json_type_of(item) != KS_JSON_NUM) return wrong_type(f, FEED_ORDER, "an integer");
    if ((status = number_of(f, item, &number))) return status;
    if (number >= 0 && number <= UINT32_MAX) {
        record->feed_order = (uint64_t)number;
        if ((double)record->feed_order >= number) return KS_OK;
    }
    f->notes->faulty_member = f->numbers[FEED_ORDER];
    return ks_error_set(f->err, KS_ERR_FORMAT, "\"feed_order\" must be an integer from 0 to 4294967295");
}

/* Notes whether the year of the date was inferred; any other value of the member is ignored. */
static ks_status note_precision(struct filling *f) {
    ks_json_value item = f->items[DATE_PRECISION];
    const char *text = NULL;
    ks_status status = item.text && is_string(item) ? decode(f, item, &text) : KS_OK;
    f->notes->year_is_inferred = text && strcmp(text, "inferred-year") == 0;
    return status;
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

ks_status ks_record_fill(ks_record *record, ks_record_notes *notes, ks_arena *arena, ks_json_value object,
                         ks_error *err) {
    struct filling f = {.notes = notes, .arena = arena, .err = err};
    ks_status status;
    *notes = (ks_record_notes){.faulty_member = KS_NO_MEMBER};
    if ((status = find_members(&f, object))) return status;
    notes->id_member = f.numbers[ID];
    record->kind = "unknown";
    record->status = "ok";
    status = note_precision(&f);
    if (!status) status = take_id(&f, record);
    if (!status) status = take_plain_strings(&f, record);
    if (!status) status = take_author(&f, record);
    if (!status) status = take_date(&f, record);
    if (!status) status = take_strings(&f, CLAIMS, &record->claims);
    if (!status) status = take_strings(&f, TAGS, &record->tags);
    if (!status) status = take_feed_order(&f, record);
    return status ? status : check_text(&f, record);
}
