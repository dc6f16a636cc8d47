/* Choosing and cutting passages; see passages.h. */
#include "searcher/passages.h"

#include "base/utf8.h"
#include "searcher/matches.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_PASSAGES = 3 + KS_PASSAGE_CLAIMS + KS_PASSAGE_TAGS };

/* The passages of one hit being gathered. */
struct gathering {
    ks_arena *arena;
    ks_highlighter *highlighter;
    ks_text_matches matches;
    ks_passage passages[MOST_PASSAGES];
    size_t count;
    bool running_text; /* one of them is of summary, claims or body */
    bool matched[KS_TEXT_FIELDS];
};

static bool is_inside(const ks_text_match *match, size_t start, size_t end) {
    return match->start >= start && match->end <= end;
}

/* The matches inside start..end as spans of the text cut there; overlapping ones become one. */
static ks_status make_spans(struct gathering *gathering, ks_passage *passage, size_t start, size_t end,
                            ks_error *err) {
    const ks_text_matches *matches = &gathering->matches;
    ks_span *spans;
    size_t inside = 0, count = 0;
    for (size_t i = 0; i < matches->count; i++) inside += is_inside(&matches->items[i], start, end);
    if (!(spans = ks_arena_alloc(gathering->arena, inside * sizeof *spans + 1))) return ks_error_nomem(err);
    for (size_t i = 0; i < matches->count; i++) {
        const ks_text_match *match = &matches->items[i];
        if (!is_inside(match, start, end)) continue;
        if (count && match->start - start < spans[count - 1].end_byte) {
            if (match->end - start > spans[count - 1].end_byte)
                spans[count - 1].end_byte = match->end - start;
        } else {
            spans[count++] = (ks_span){.start_byte = match->start - start, .end_byte = match->end - start};
        }
    }
    passage->spans = spans;
    passage->span_count = count;
    for (size_t i = 0, byte = 0, unit = 0; i < count; i++) {
        spans[i].start_utf16 = unit + ks_utf8_utf16_length(passage->text + byte, spans[i].start_byte - byte);
        spans[i].end_utf16 =
            spans[i].start_utf16 + ks_utf8_utf16_length(passage->text + spans[i].start_byte,
                                                        spans[i].end_byte - spans[i].start_byte);
        byte = spans[i].end_byte;
        unit = spans[i].end_utf16;
    }
    return KS_OK;
}

static ks_status add_passage(struct gathering *gathering, ks_field field, const char *text, ks_error *err) {
    ks_passage *passage = &gathering->passages[gathering->count];
    size_t size = strlen(text), start, end;
    ks_status status;
    if (gathering->count == MOST_PASSAGES) return KS_OK;
    ks_matches_window(&gathering->matches, text, size, &start, &end);
    *passage = (ks_passage){.field = ks_field_name(field), .cut_before = start > 0, .cut_after = end < size};
    if (!(passage->text = ks_arena_copy(gathering->arena, text + start, end - start)))
        return ks_error_nomem(err);
    if ((status = make_spans(gathering, passage, start, end, err))) return status;
    if (field != KS_FIELD_TITLE && field != KS_FIELD_TAGS) gathering->running_text = true;
    gathering->count++;
    return KS_OK;
}

/* Adds the text's passage if it matches; *matched (may be NULL) says so. */
static ks_status try_text(struct gathering *gathering, ks_field field, const char *text, bool show,
                          ks_error *err) {
    ks_status status;
    if (!text) return KS_OK;
    status = ks_matches_find(&gathering->matches, gathering->highlighter, field, text, err);
    if (status || gathering->matches.count == 0) return status;
    gathering->matched[field] = true;
    return show ? add_passage(gathering, field, text, err) : KS_OK;
}

static ks_status try_texts(struct gathering *gathering, ks_field field, ks_strings texts, size_t most,
                           ks_error *err) {
    size_t before = gathering->count;
    ks_status status = KS_OK;
    for (size_t i = 0; i < texts.count && !status; i++)
        if (gathering->count - before < most) status = try_text(gathering, field, texts.items[i], true, err);
    return status;
}

/* Something to read where only the title or the tags matched. */
static ks_status add_lead(struct gathering *gathering, const ks_record *record, ks_error *err) {
    gathering->matches.count = 0;
    if (record->summary) return add_passage(gathering, KS_FIELD_SUMMARY, record->summary, err);
    if (record->claims.count) return add_passage(gathering, KS_FIELD_CLAIMS, record->claims.items[0], err);
    if (record->body) return add_passage(gathering, KS_FIELD_BODY, record->body, err);
    return KS_OK;
}

static ks_status gather(struct gathering *gathering, const ks_record *record, ks_error *err) {
    ks_status status;
    if ((status = try_text(gathering, KS_FIELD_TITLE, record->title, true, err)) ||
        (status = try_text(gathering, KS_FIELD_SUMMARY, record->summary, true, err)) ||
        (status = try_texts(gathering, KS_FIELD_CLAIMS, record->claims, KS_PASSAGE_CLAIMS, err)) ||
        (status = try_text(gathering, KS_FIELD_BODY, record->body, true, err)))
        return status;
    if (!gathering->running_text && (status = add_lead(gathering, record, err))) return status;
    return try_texts(gathering, KS_FIELD_TAGS, record->tags, KS_PASSAGE_TAGS, err);
}

static ks_status hand_over(const struct gathering *gathering, ks_hit *hit, ks_error *err) {
    ks_passage *passages = ks_arena_alloc(gathering->arena, sizeof gathering->passages);
    const char **fields = ks_arena_alloc(gathering->arena, KS_TEXT_FIELDS * sizeof *fields);
    size_t count = 0;
    if (!passages || !fields) return ks_error_nomem(err);
    memcpy(passages, gathering->passages, gathering->count * sizeof *passages);
    for (int field = 0; field < KS_TEXT_FIELDS; field++)
        if (gathering->matched[field]) fields[count++] = ks_field_name((ks_field)field);
    hit->passages = passages;
    hit->passage_count = gathering->count;
    hit->matched_fields = (ks_strings){fields, count};
    return KS_OK;
}

ks_status ks_passages_make(ks_hit *hit, ks_arena *arena, ks_highlighter *highlighter, ks_error *err) {
    struct gathering gathering = {.arena = arena, .highlighter = highlighter};
    ks_status status = gather(&gathering, hit->record, err);
    if (!status) status = hand_over(&gathering, hit, err);
    free(gathering.matches.items);
    return status;
}
