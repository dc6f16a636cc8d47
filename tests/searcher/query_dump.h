/* Test help: a query tree as an s-expression, and the rules that every tree keeps. */
#ifndef KS_TESTS_QUERY_DUMP_H
#define KS_TESTS_QUERY_DUMP_H

#include "searcher/query.h"

#include <stdlib.h>
#include <string.h>

/* WORDS text, PHRASE "text"~slop, PREFIX text*, each as field=…; EXACT name{a|b}; DATES [first..last];
 * (all …), (any …), (not …). */
static inline void dump_node(ks_buffer *out, const ks_query_node *node) {
    static const char *const field_names[] = {"title=", "summary=", "claims=", "tags=", "body=", ""};
    static const char *const exact_names[] = {"id", "kind", "author", "status", "lang", "tag", "has"};
    static const char *const parents[] = {
        [KS_QUERY_GROUP] = "(all", [KS_QUERY_OR] = "(any", [KS_QUERY_NOT] = "(not"};
    switch (node->kind) {
    case KS_QUERY_WORDS: ks_buffer_format(out, "%s%s", field_names[node->field], node->text); break;
    case KS_QUERY_PHRASE:
        ks_buffer_format(out, "%s\"%s\"", field_names[node->field], node->text);
        if (node->slop) ks_buffer_format(out, "~%u", (unsigned)node->slop);
        break;
    case KS_QUERY_PREFIX: ks_buffer_format(out, "%s%s*", field_names[node->field], node->text); break;
    case KS_QUERY_EXACT:
        ks_buffer_format(out, "%s{", exact_names[node->exact]);
        for (size_t i = 0; i < node->values.count; i++)
            ks_buffer_format(out, "%s%s", i ? "|" : "", node->values.items[i]);
        ks_buffer_char(out, '}');
        break;
    case KS_QUERY_DATES:
        ks_buffer_format(out, "[%u..%u]", (unsigned)node->first, (unsigned)node->last);
        break;
    case KS_QUERY_GROUP:
    case KS_QUERY_OR:
    case KS_QUERY_NOT:
        ks_buffer_str(out, parents[node->kind]);
        for (const ks_query_node *child = node->child; child; child = child->next) {
            ks_buffer_char(out, ' ');
            dump_node(out, child);
        }
        ks_buffer_char(out, ')');
        break;
    }
}

/* free() it. */
static inline char *dump_tree(const ks_query_node *root) {
    ks_buffer out = {0};
    dump_node(&out, root);
    return ks_buffer_take(&out);
}

/* free() it. */
static inline char *print_tree(const ks_query_node *root) {
    ks_buffer out = {0};
    ks_query_print(&out, root);
    return ks_buffer_take(&out);
}

typedef struct tree_size {
    size_t nodes, leaves;
} tree_size;

/* Why the tree breaks a rule, or NULL. Counts its nodes and leaves, each value of a filter as a leaf. */
static inline const char *tree_fault(const ks_query *query, const ks_query_node *node, tree_size *size) {
    size_t children = 0;
    size->nodes++;
    if (node->start > node->end || node->end > query->raw_size) return "bytes outside the query";
    for (const ks_query_node *child = node->child; child; child = child->next) {
        const char *fault = tree_fault(query, child, size);
        if (fault) return fault;
        if (child->start < node->start || child->end > node->end) return "bytes outside the parent's";
        if (child->next && child->end > child->next->start) return "bytes that overlap a sibling's";
        if (node->kind == KS_QUERY_OR && child->kind == KS_QUERY_OR) return "any in any";
        if (node->kind == KS_QUERY_NOT && child->kind == KS_QUERY_NOT) return "not not";
        children++;
    }
    switch (node->kind) {
    case KS_QUERY_GROUP:
        if (node == query->root && children == 1 && node->child->kind == KS_QUERY_GROUP)
            return "needless group";
        return node != query->root && children < 2 ? "group of one" : NULL;
    case KS_QUERY_OR: return children < 2 ? "any of one" : NULL;
    case KS_QUERY_NOT: return children != 1 ? "not of none" : NULL;
    case KS_QUERY_WORDS:
    case KS_QUERY_PHRASE:
    case KS_QUERY_PREFIX:
        size->leaves++;
        if (!node->size || strlen(node->text) != node->size) return "text and its size differ";
        if (node->kind != KS_QUERY_PREFIX && node->field == KS_FIELD_TAGS) return "words in the tags";
        return node->slop > 50 ? "slop over the limit" : NULL;
    case KS_QUERY_EXACT: size->leaves += node->values.count; return node->values.count ? NULL : "no values";
    case KS_QUERY_DATES: size->leaves++; return node->first <= node->last ? NULL : "dates reversed";
    }
    return "no such kind";
}

#endif
