/* The parser, by recursive descent: from tokens to a tree. May use base.
 *
 *     list    = { "AND" | any | operator that lacks an operand, as a word }
 *     any     = operand { "OR" operand }
 *     operand = { "-" | "NOT" } ( leaf | "(" list ")" )
 *
 * The tree is kept small: a group of one child is that child, an OR inside an OR is merged into it, and two
 * negations cancel each other. */
#include "searcher/query_lex.h"

typedef struct parser {
    ks_lexer *lex;
    size_t at;    /* index of the next token */
    size_t depth; /* of open brackets */
} parser;

typedef struct siblings {
    ks_query_node *first, *last;
    size_t count;
} siblings;

static void append(siblings *all, ks_query_node *node) {
    if (!node) return;
    node->next = NULL;
    if (all->last) all->last->next = node;
    if (!all->first) all->first = node;
    all->last = node;
    all->count++;
}

/* NULL for no nodes, the node itself for one, else a new parent over all of them. */
static ks_query_node *gather(parser *p, ks_query_kind kind, const siblings *all) {
    ks_query_node *parent;
    if (all->count < 2) return all->first;
    parent = ks_lex_node(p->lex, kind, all->first->start, all->last->end);
    if (parent) parent->child = all->first;
    return parent;
}

static const ks_query_token *peek(const parser *p) {
    return p->at < p->lex->count && !p->lex->status ? &p->lex->tokens[p->at] : NULL;
}

static bool is_next(const parser *p, ks_query_token_kind kind) {
    const ks_query_token *token = peek(p);
    return token && token->kind == kind;
}

static bool is_operand(const parser *p, size_t at) {
    return at < p->lex->count && p->lex->tokens[at].operand;
}

static ks_query_node *parse_list(parser *p, ks_field field);

static ks_query_node *parse_leaf(parser *p, ks_field field) {
    ks_query_node *leaf = p->lex->tokens[p->at++].leaf;
    bool is_text =
        leaf->kind == KS_QUERY_WORDS || leaf->kind == KS_QUERY_PHRASE || leaf->kind == KS_QUERY_PREFIX;
    if (is_text && leaf->field == KS_FIELD_ANY) leaf->field = field;
    return leaf;
}

/* A minus applies to everything up to the next blank: -f(x) excludes records with both words. */
static ks_query_node *parse_glued(parser *p, ks_field field) {
    siblings all = {0};
    append(&all, parse_leaf(p, field));
    while (is_next(p, KS_LEX_LEAF) && peek(p)->glued && p->depth < KS_QUERY_DEPTH)
        append(&all, parse_leaf(p, field));
    return gather(p, KS_QUERY_GROUP, &all);
}

static ks_query_node *parse_group(parser *p, ks_field field) {
    const ks_query_token *open = &p->lex->tokens[p->at++];
    ks_query_node *node;
    p->depth++;
    node = parse_list(p, open->field == KS_FIELD_ANY ? field : open->field);
    p->depth--;
    p->at++;
    return node;
}

static ks_query_node *negate(parser *p, ks_query_node *node, size_t start) {
    ks_query_node *parent;
    if (!node) return NULL;
    if (node->kind == KS_QUERY_NOT) return node->child;
    parent = ks_lex_node(p->lex, KS_QUERY_NOT, start, node->end);
    if (!parent) return NULL;
    node->next = NULL;
    parent->child = node;
    return parent;
}

static ks_query_node *parse_operand(parser *p, ks_field field) {
    size_t start = peek(p)->start;
    bool is_negated = false, is_minus = false;
    ks_query_node *node;
    for (; is_next(p, KS_LEX_MINUS) || is_next(p, KS_LEX_NOT); p->at++) {
        is_negated = !is_negated;
        is_minus = is_next(p, KS_LEX_MINUS);
    }
    if (is_next(p, KS_LEX_OPEN)) {
        node = parse_group(p, field);
    } else {
        node = is_minus ? parse_glued(p, field) : parse_leaf(p, field);
    }
    return is_negated ? negate(p, node, start) : node;
}

static void append_alternative(siblings *all, ks_query_node *node) {
    ks_query_node *next;
    if (!node || node->kind != KS_QUERY_OR) {
        append(all, node);
        return;
    }
    for (node = node->child; node; node = next) {
        next = node->next;
        append(all, node);
    }
}

static ks_query_node *parse_any(parser *p, ks_field field) {
    siblings all = {0};
    append_alternative(&all, parse_operand(p, field));
    while (is_next(p, KS_LEX_OR) && is_operand(p, p->at + 1)) {
        p->at++;
        append_alternative(&all, parse_operand(p, field));
    }
    return gather(p, KS_QUERY_OR, &all);
}

static ks_query_node *parse_operator_as_word(parser *p, ks_field field) {
    const ks_query_token *token = &p->lex->tokens[p->at++];
    ks_query_node *node;
    if (p->lex->leaves >= KS_QUERY_LEAVES) {
        ks_lex_cut(p->lex, token->start);
        return NULL;
    }
    ks_lex_warn(p->lex, "%s at byte %zu has no operand; it is taken as a word",
                ks_query_operator_name(token->kind), token->start);
    node = ks_lex_node(p->lex, KS_QUERY_WORDS, token->start, token->end);
    if (!node) return NULL;
    ks_query_operator_word(node, token->kind);
    node->field = field;
    p->lex->leaves++;
    return node;
}

static ks_query_node *parse_list(parser *p, ks_field field) {
    siblings all = {0};
    while (peek(p) && !is_next(p, KS_LEX_CLOSE)) {
        if (is_operand(p, p->at)) {
            append(&all, parse_any(p, field));
        } else if (is_next(p, KS_LEX_AND) && all.count && is_operand(p, p->at + 1)) {
            p->at++;
        } else {
            append(&all, parse_operator_as_word(p, field));
        }
    }
    return gather(p, KS_QUERY_GROUP, &all);
}

void ks_query_build(ks_lexer *lex) {
    parser p = {.lex = lex};
    ks_query_node *node = lex->status ? NULL : parse_list(&p, KS_FIELD_ANY);
    ks_query_node *root =
        node && node->kind == KS_QUERY_GROUP ? node : ks_lex_node(lex, KS_QUERY_GROUP, 0, 0);
    if (!root) return;
    if (root != node) root->child = node;
    root->start = 0;
    root->end = lex->query->raw_size;
    lex->query->root = root;
}
