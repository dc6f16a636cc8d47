/* From a tree back to the query language. May use base. */
#include "searcher/query_lex.h"

#include <string.h>

static void print_node(ks_buffer *out, const ks_query_node *node, unsigned depth);

static void print_field(ks_buffer *out, ks_field field) {
    static const char *const names[] = {
        [KS_FIELD_TITLE] = "title:", [KS_FIELD_SUMMARY] = "summary:", [KS_FIELD_CLAIMS] = "claim:",
        [KS_FIELD_TAGS] = "tag:",    [KS_FIELD_BODY] = "body:",       [KS_FIELD_ANY] = ""};
    ks_buffer_str(out, names[field]);
}

/* Whether a value may stand without quotes: it must be read back as a whole, and not turn the colon before it
 * into a :: or :// that names no filter. */
static bool is_bare(const char *value) {
    size_t size = strlen(value), length;
    if (value[0] == ':' || strncmp(value, "//", 2) == 0) return false;
    for (size_t at = 0; at < size; at += length)
        if (ks_query_char_at(value, size, at, &length) < KS_CHAR_OTHER || value[at] == ',') return false;
    return true;
}

static void print_exact(ks_buffer *out, const ks_query_node *node) {
    static const char *const names[] = {
        [KS_EXACT_ID] = "id",         [KS_EXACT_KIND] = "kind", [KS_EXACT_AUTHOR] = "author",
        [KS_EXACT_STATUS] = "status", [KS_EXACT_LANG] = "lang", [KS_EXACT_TAG] = "tag",
        [KS_EXACT_HAS] = "has"};
    ks_buffer_str(out, names[node->exact]);
    for (size_t i = 0; i < node->values.count; i++) {
        const char *value = node->values.items[i], *quote = is_bare(value) ? "" : "\"";
        ks_buffer_str(out, i ? "," : ":");
        ks_buffer_str(out, quote);
        ks_buffer_str(out, value);
        ks_buffer_str(out, quote);
    }
}

static void print_phrase(ks_buffer *out, const ks_query_node *node) {
    ks_buffer_char(out, '"');
    ks_buffer_add(out, node->text, node->size);
    ks_buffer_char(out, '"');
    if (node->slop) ks_buffer_format(out, "~%u", (unsigned)node->slop);
}

static bool has_brackets(const ks_query_node *parent, const ks_query_node *child) {
    return child->kind == KS_QUERY_GROUP || (parent->kind == KS_QUERY_NOT && child->kind == KS_QUERY_OR);
}

/* How deep brackets nest in a node that is printed with only those it needs. */
static unsigned brackets_needed(const ks_query_node *node) {
    unsigned most = 0;
    for (const ks_query_node *child = node->child; child; child = child->next) {
        unsigned needed = brackets_needed(child) + has_brackets(node, child);
        if (needed > most) most = needed;
    }
    return most;
}

/* `a (b OR c)` needs no brackets but is easier to read with them. They are left out if they would nest too
 * deep to be parsed again. */
static bool wants_brackets(const ks_query_node *parent, const ks_query_node *child, unsigned depth) {
    return parent->kind == KS_QUERY_GROUP && parent->child->next && child->kind == KS_QUERY_OR &&
           depth + 1 + brackets_needed(child) <= KS_QUERY_DEPTH;
}

static void print_children(ks_buffer *out, const ks_query_node *node, const char *between, unsigned depth) {
    for (const ks_query_node *child = node->child; child; child = child->next) {
        bool brackets = has_brackets(node, child) || wants_brackets(node, child, depth);
        if (child != node->child) ks_buffer_str(out, between);
        if (brackets) ks_buffer_char(out, '(');
        print_node(out, child, depth + brackets);
        if (brackets) ks_buffer_char(out, ')');
    }
}

static void print_node(ks_buffer *out, const ks_query_node *node, unsigned depth) {
    switch (node->kind) {
    case KS_QUERY_WORDS:
        print_field(out, node->field);
        ks_buffer_add(out, node->text, node->size);
        break;
    case KS_QUERY_PHRASE:
        print_field(out, node->field);
        print_phrase(out, node);
        break;
    case KS_QUERY_PREFIX:
        print_field(out, node->field);
        ks_buffer_add(out, node->text, node->size);
        ks_buffer_char(out, '*');
        break;
    case KS_QUERY_EXACT: print_exact(out, node); break;
    case KS_QUERY_DATES: ks_query_dates_print(out, node->first, node->last); break;
    case KS_QUERY_GROUP: print_children(out, node, " ", depth); break;
    case KS_QUERY_OR: print_children(out, node, " OR ", depth); break;
    case KS_QUERY_NOT:
        ks_buffer_char(out, '-');
        print_children(out, node, "", depth);
        break;
    }
}

void ks_query_print(ks_buffer *out, const ks_query_node *node) {
    print_node(out, node, 0);
}
