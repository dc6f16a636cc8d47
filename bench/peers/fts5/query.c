/* From the text of a query to FTS5's MATCH expression and SQL. Uses base. */
#include "bench/peers/fts5/query.h"

#include "bench/peers/fts5/values.h"

#include <string.h>

typedef struct slice {
    const char *text;
    size_t size;
} slice;

static const struct {
    const char *name, *beside, *alone;
} exact_filters[] = {
    {"tag", "EXISTS(SELECT 1 FROM tag WHERE value = ? AND number = r.number)",
     "r.number IN (SELECT number FROM tag WHERE value = ?)"},
    {"author", "EXISTS(SELECT 1 FROM author WHERE value = ? AND number = r.number)",
     "r.number IN (SELECT number FROM author WHERE value = ?)"},
    {"kind", "r.kind = ?", "r.kind = ?"},
    {"status", "r.status = ?", "r.status = ?"},
};

static const char date_from[] = "r.date >= ?", date_to[] = "r.date <= ?";

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* What FTS5's tokenizer takes for part of a word; beyond ASCII that is left to it. */
static bool is_word_byte(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool equals(slice s, const char *text) {
    return s.size == strlen(text) && memcmp(s.text, text, s.size) == 0;
}

static slice without_quotes(slice s) {
    while (s.size && *s.text == '"') s.text++, s.size--;
    while (s.size && s.text[s.size - 1] == '"') s.size--;
    return s;
}

/* Takes the next item off the text: what stands between blanks that are not within quotes. */
static slice next_item(const char **text) {
    bool quoted = false;
    slice item;
    while (is_blank(**text)) ++*text;
    item.text = *text;
    for (; **text && (quoted || !is_blank(**text)); ++*text) quoted ^= **text == '"';
    item.size = (size_t)(*text - item.text);
    return item;
}

static void add_quoted(fts5_query *query, slice text, bool prefix, bool all) {
    if (query->match.size) ks_buffer_str(&query->match, all ? " AND " : " OR ");
    ks_buffer_char(&query->match, '"');
    ks_buffer_add(&query->match, text.text, text.size);
    ks_buffer_str(&query->match, prefix ? "\"*" : "\"");
}

/* The words of an item: each by itself, or all of them as one phrase. */
static void add_words(fts5_query *query, slice item, bool all) {
    bool is_phrase = *item.text == '"', prefix = item.text[item.size - 1] == '*';
    slice text = without_quotes(item);
    for (size_t at = 0; at < text.size;) {
        slice word = {text.text + at, 0};
        while (at < text.size && is_word_byte(text.text[at])) at++, word.size++;
        if (word.size && is_phrase) {
            add_quoted(query, text, false, all);
            return;
        }
        if (word.size)
            add_quoted(query, word, prefix && at == text.size - 1, all);
        else
            at++;
    }
}

static void add_filter(fts5_query *query, const char *beside, const char *alone) {
    if (query->filter_count == FTS5_FILTERS) return;
    query->filters[query->filter_count++] = (fts5_filter){beside, alone, query->values.size};
}

/* A side of a range of dates; nothing where the date is left out. */
static void add_date(fts5_query *query, slice date, const char *condition, int rest) {
    if (!date.size) return;
    add_filter(query, condition, condition);
    ks_buffer_format(&query->values, "%d", fts5_date_number(date.text, date.size, rest));
    ks_buffer_char(&query->values, '\0');
}

static void add_dates(fts5_query *query, slice value) {
    slice from = value, to = value;
    for (size_t i = 0; i + 1 < value.size; i++) {
        if (memcmp(value.text + i, "..", 2) != 0) continue;
        from.size = i;
        to = (slice){value.text + i + 2, value.size - i - 2};
        break;
    }
    add_date(query, from, date_from, 1);
    add_date(query, to, date_to, 99);
}

/* Whether the item is a filter, which is then added. */
static bool take_filter(fts5_query *query, slice item) {
    const char *colon = memchr(item.text, ':', item.size);
    slice name, value;
    if (!colon) return false;
    name = (slice){item.text, (size_t)(colon - item.text)};
    value = without_quotes((slice){colon + 1, item.size - name.size - 1});
    for (size_t i = 0; i < sizeof exact_filters / sizeof *exact_filters; i++) {
        if (!equals(name, exact_filters[i].name)) continue;
        add_filter(query, exact_filters[i].beside, exact_filters[i].alone);
        fts5_value_add(&query->values, value.text, value.size);
        ks_buffer_char(&query->values, '\0');
        return true;
    }
    if (equals(name, "date"))
        add_dates(query, value);
    else if (equals(name, "after"))
        add_date(query, value, date_from, 1);
    else if (equals(name, "before"))
        add_date(query, value, date_to, 99);
    else
        return false;
    return true;
}

ks_status fts5_query_parse(fts5_query *query, const char *text, bool all) {
    ks_buffer_truncate(&query->match, 0);
    ks_buffer_truncate(&query->values, 0);
    query->filter_count = 0;
    for (slice item = next_item(&text); item.size; item = next_item(&text))
        if (!take_filter(query, item)) add_words(query, item, all);
    if (ks_buffer_check(&query->values, NULL)) return KS_ERR_NOMEM;
    return ks_buffer_check(&query->match, NULL);
}

/* The joins are CROSS so that SQLite goes from the words to the records and not the other way. */
const char *fts5_query_sql(fts5_query *query, bool count) {
    ks_buffer *sql = &query->sql;
    bool words = query->match.size > 0;
    ks_buffer_truncate(sql, 0);
    if (words) {
        ks_buffer_str(sql, count ? "SELECT count(*) FROM text t" : "SELECT t.rowid, -t.rank FROM text t");
        if (query->filter_count) ks_buffer_str(sql, " CROSS JOIN record r ON r.number = t.rowid");
        ks_buffer_str(sql, " WHERE t.text MATCH ?1");
    } else {
        ks_buffer_str(sql, count ? "SELECT count(*) FROM record r" : "SELECT r.number, 0.0 FROM record r");
        ks_buffer_str(sql, query->filter_count ? " WHERE ?1 IS NOT NULL" : " WHERE ?1 IS NULL");
    }
    for (size_t i = 0; i < query->filter_count; i++) {
        ks_buffer_str(sql, " AND ");
        ks_buffer_str(sql, words ? query->filters[i].beside : query->filters[i].alone);
    }
    if (!count) ks_buffer_str(sql, words ? " ORDER BY t.rank LIMIT ?" : " ORDER BY r.date DESC LIMIT ?");
    return ks_buffer_check(sql, NULL) ? NULL : sql->data;
}

void fts5_query_free(fts5_query *query) {
    ks_buffer_free(&query->match);
    ks_buffer_free(&query->values);
    ks_buffer_free(&query->sql);
}
