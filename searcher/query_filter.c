/* Filters: the leaf that each makes of its values. May use base. */
#include "searcher/query_lex.h"

#include <string.h>
#include <strings.h>

/* Takes what turned out not to be a filter as a word, or only its name if the values have quotes or brackets,
 * which cannot stand in a word. */
static void fall_back(ks_lexer *lex, size_t start, size_t name_end, const ks_query_values *list) {
    size_t end = list->is_plain ? list->end : name_end;
    ks_lex_words(lex, start, end);
    lex->at = end;
}

static void add_values(ks_lexer *lex, ks_exact exact, size_t start, const ks_query_values *list) {
    ks_query_node *node = ks_lex_leaf(lex, KS_QUERY_EXACT, start, list->end);
    const char **items;
    if (!node) return;
    items = ks_arena_alloc(&lex->query->arena, list->count * sizeof *items);
    if (!items) {
        lex->status = ks_error_nomem(lex->err);
        return;
    }
    memcpy(items, list->items, list->count * sizeof *items);
    node->exact = exact;
    node->values = (ks_strings){items, list->count};
    lex->leaves += list->count - 1;
    if (list->cut) ks_lex_cut(lex, list->end);
}

typedef struct member {
    const char *name, *canonical;
} member;

static const member members[] = {
    {"title", "title"},   {"url", "url"},       {"summary", "summary"}, {"claim", "claims"},
    {"claims", "claims"}, {"tag", "tags"},      {"tags", "tags"},       {"body", "body"},
    {"date", "date"},     {"author", "author"}, {"lang", "lang"},
};

static const char *find_member(const char *name) {
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (strcasecmp(members[i].name, name) == 0) return members[i].canonical;
    return NULL;
}

static void add_has(ks_lexer *lex, size_t start, size_t name_end, ks_query_values *list) {
    for (size_t i = 0; i < list->count; i++) {
        list->items[i] = find_member(list->items[i]);
        if (list->items[i]) continue;
        ks_lex_warn(
            lex,
            "has: at byte %zu knows title, url, summary, claims, tags, body, date, author and lang; it "
            "is taken as words",
            start);
        fall_back(lex, start, name_end, list);
        return;
    }
    add_values(lex, KS_EXACT_HAS, start, list);
}

static void add_dates(ks_lexer *lex, ks_filter_kind kind, size_t start, size_t name_end,
                      const ks_query_values *list) {
    uint32_t first, last;
    ks_query_node *node;
    switch (list->count == 1 ? ks_query_dates_read(kind, list->items[0], &first, &last) : KS_DATES_BAD) {
    case KS_DATES_OK: break;
    case KS_DATES_BAD:
        ks_lex_warn(lex, "the date at byte %zu is not YYYY, YYYY-MM or YYYY-MM-DD%s; it is taken as words",
                    name_end, kind == KS_FILTER_DATE ? ", nor two of them with .. between" : "");
        fall_back(lex, start, name_end, list);
        return;
    case KS_DATES_REVERSED:
        ks_lex_warn(lex, "the dates at byte %zu end before they begin; they are taken as words", name_end);
        fall_back(lex, start, name_end, list);
        return;
    }
    node = ks_lex_leaf(lex, KS_QUERY_DATES, start, list->end);
    if (!node) return;
    node->first = first;
    node->last = last;
}

/* tag:reinforc* is a prefix of whole tags. Returns whether the values are one. */
static bool add_tag_prefix(ks_lexer *lex, size_t start, const ks_query_values *list) {
    size_t stars = strspn(lex->query->raw + list->end, "*");
    ks_query_node *node;
    if (!stars || list->count != 1 || !list->is_plain || !ks_query_has_letters(list->items[0]) ||
        !ks_lex_is_tail(lex, list->end + stars))
        return false;
    lex->at = list->end + stars;
    node = ks_lex_leaf(lex, KS_QUERY_PREFIX, start, lex->at);
    if (!node) return true;
    node->field = KS_FIELD_TAGS;
    node->text = list->items[0];
    node->size = strlen(node->text);
    return true;
}

static void add_exact(ks_lexer *lex, ks_exact exact, size_t start, const ks_query_values *list) {
    size_t stars = strspn(lex->query->raw + list->end, "*");
    if (exact == KS_EXACT_TAG && add_tag_prefix(lex, start, list)) return;
    add_values(lex, exact, start, list);
    if (stars) ks_lex_warn(lex, "the star at byte %zu has no effect; it is ignored", list->end);
    lex->at += stars;
}

void ks_lex_filter(ks_lexer *lex, ks_filter_kind kind, ks_exact exact, size_t start, size_t name_end) {
    ks_query_values list;
    ks_lex_values(lex, name_end, &list);
    if (lex->status) return;
    lex->at = list.end;
    if (list.count == 0 && list.cut) {
        ks_lex_cut(lex, start);
        return;
    }
    if (list.count == 0) {
        list.is_plain = false;
        ks_lex_warn(lex, "%.*s at byte %zu has no value; it is taken as a word", (int)(name_end - start),
                    lex->query->raw + start, start);
        fall_back(lex, start, name_end, &list);
        return;
    }
    lex->after_word = list.is_plain;
    switch (kind) {
    case KS_FILTER_EXACT: add_exact(lex, exact, start, &list); break;
    case KS_FILTER_HAS: add_has(lex, start, name_end, &list); break;
    case KS_FILTER_DATE:
    case KS_FILTER_AFTER:
    case KS_FILTER_BEFORE: add_dates(lex, kind, start, name_end, &list); break;
    }
}
