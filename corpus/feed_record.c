/* From a feed's entry to JSON to a record; see feed_record.h. */
#include "corpus/feed_record.h"

#include "base/buffer.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The JSON object under construction. cJSON takes NUL-terminated strings, which `scratch` makes. */
struct making {
    cJSON *object;
    ks_buffer scratch;
    bool failed; /* out of memory */
};

/* A raw NUL would end the string. A byte that is not UTF-8 replaces it, to be repaired and counted with the
 * other invalid ones. */
static void append(ks_buffer *buffer, ks_slice slice) {
    size_t start = buffer->size;
    ks_buffer_add(buffer, slice.text, slice.size);
    for (size_t i = start; i < buffer->size; i++)
        if (!buffer->data[i]) buffer->data[i] = '\xFF';
}

static void add_string(struct making *m, const char *name, ks_slice value) {
    ks_buffer_truncate(&m->scratch, 0);
    append(&m->scratch, value);
    if (m->scratch.failed || !cJSON_AddStringToObject(m->object, name, m->scratch.data)) m->failed = true;
}

static void add_item(struct making *m, cJSON *array, ks_slice value) {
    cJSON *item;
    ks_buffer_truncate(&m->scratch, 0);
    append(&m->scratch, value);
    item = m->scratch.failed ? NULL : cJSON_CreateString(m->scratch.data);
    if (cJSON_AddItemToArray(array, item)) return;
    cJSON_Delete(item);
    m->failed = true;
}

static void add_date(struct making *m, const ks_feed_entry *entry) {
    char text[32];
    const ks_date *date = &entry->header.date;
    if (date->year)
        snprintf(text, sizeof text, "%04d-%02d-%02d", date->year, date->month, date->day);
    else
        snprintf(text, sizeof text, "--%02d-%02d", date->month, date->day);
    add_string(m, "date", (ks_slice){text, strlen(text)});
    if (entry->year_is_inferred && !cJSON_AddStringToObject(m->object, "date_precision", "inferred-year"))
        m->failed = true;
}

static void add_summary(struct making *m, const ks_feed *feed, const ks_feed_entry *entry) {
    ks_buffer *text = &m->scratch;
    if (!entry->has_text) return;
    ks_buffer_truncate(text, 0);
    for (size_t i = entry->first; i < entry->first + entry->count; i++) {
        if (feed->pieces[i].what != KS_FEED_TEXT) continue;
        if (text->size) ks_buffer_char(text, ' ');
        append(text, feed->pieces[i].line);
    }
    if (text->failed || !cJSON_AddStringToObject(m->object, "summary", text->data)) m->failed = true;
}

static void add_claims(struct making *m, const ks_feed *feed, const ks_feed_entry *entry) {
    cJSON *claims = cJSON_AddArrayToObject(m->object, "claims");
    for (size_t i = entry->first; i < entry->first + entry->count; i++)
        if (feed->pieces[i].what == KS_FEED_CLAIM) add_item(m, claims, ks_feed_claim(feed->pieces[i].line));
    if (!claims) m->failed = true;
}

static ks_status add_glued(struct making *m, cJSON *tags, ks_slice line, const ks_tag_splitter *splitter,
                           ks_error *err) {
    size_t capacity = line.size < KS_TAG_LINE_LIMIT ? line.size : KS_TAG_LINE_LIMIT;
    size_t *ends = calloc(capacity, sizeof *ends);
    size_t count = 0, start = 0;
    ks_status status;
    if (!ends) return ks_error_nomem(err);
    status = ks_tag_splitter_split(splitter, line.text, line.size, ends, capacity, &count, err);
    for (size_t i = 0; !status && i < count; start = ends[i++])
        add_item(m, tags, (ks_slice){line.text + start, ends[i] - start});
    free(ends);
    return status;
}

static ks_status add_tags(struct making *m, const ks_feed *feed, const ks_feed_entry *entry,
                          const ks_tag_splitter *splitter, ks_error *err) {
    cJSON *tags = cJSON_AddArrayToObject(m->object, "tags");
    ks_status status = tags ? KS_OK : ks_error_nomem(err);
    for (size_t i = entry->first; !status && i < entry->first + entry->count; i++) {
        ks_slice rest = feed->pieces[i].line, tag;
        if (feed->pieces[i].what == KS_FEED_TAGS)
            status = add_glued(m, tags, rest, splitter, err);
        else if (feed->pieces[i].what == KS_FEED_LIST)
            while (ks_feed_list_next(&rest, &tag)) add_item(m, tags, tag);
    }
    return status;
}

static ks_status fill(struct making *m, const ks_feed *feed, size_t index, const ks_tag_splitter *splitter,
                      ks_error *err) {
    const ks_feed_entry *entry = &feed->entries[index];
    const ks_feed_header *header = &entry->header;
    ks_status status;
    add_string(m, "kind", header->kind);
    add_string(m, "author", header->author);
    add_date(m, entry);
    if (header->status.size) add_string(m, "status", header->status);
    add_summary(m, feed, entry);
    add_claims(m, feed, entry);
    status = add_tags(m, feed, entry, splitter, err);
    if (!cJSON_AddNumberToObject(m->object, "feed_order", (double)(feed->count - index))) m->failed = true;
    if (!status && m->failed) status = ks_error_nomem(err);
    return status;
}

ks_status ks_feed_record(ks_record **out, const ks_feed *feed, size_t index, const ks_tag_splitter *splitter,
                         uint64_t *repaired, ks_error *err) {
    const ks_feed_header *header = &feed->entries[index].header;
    struct making making = {0};
    char *json = NULL;
    ks_status status;
    if (!header->date_exists)
        return ks_error_set(err, KS_ERR_FORMAT, "no calendar has the date \"%.*s\"",
                            (int)header->date_text.size, header->date_text.text);
    making.object = cJSON_CreateObject();
    status = making.object ? fill(&making, feed, index, splitter, err) : ks_error_nomem(err);
    if (status) goto done;
    json = cJSON_PrintUnformatted(making.object);
    status = json ? ks_record_parse(out, json, strlen(json), repaired, err) : ks_error_nomem(err);
done:
    cJSON_free(json);
    cJSON_Delete(making.object);
    ks_buffer_free(&making.scratch);
    return status;
}
