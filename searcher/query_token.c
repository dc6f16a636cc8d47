/* Adding tokens and leaves, within the limits. May use base. */
#include "searcher/query_lex.h"

void ks_lex_cut(ks_lexer *lex, size_t from) {
    if (!lex->cut && !lex->status)
        lex->status = ks_query_warn_first(
            lex->query, lex->err,
            "from byte %zu on the query is left out: it may have %d words, phrases and filters", from,
            KS_QUERY_LEAVES);
    lex->cut = true;
}

/* Closing brackets are exempt from the limit: there are no more of them than opening ones, which are not. */
bool ks_lex_push(ks_lexer *lex, ks_query_token_kind kind, size_t start, size_t end) {
    if (lex->status) return false;
    if (kind != KS_LEX_CLOSE && lex->count >= KS_QUERY_TOKENS) {
        ks_lex_cut(lex, start);
        return false;
    }
    lex->status =
        ks_array_reserve(&lex->tokens, &lex->capacity, lex->count + 1, sizeof *lex->tokens, lex->err);
    if (lex->status) return false;
    lex->tokens[lex->count++] = (ks_query_token){
        .kind = kind, .field = KS_FIELD_ANY, .glued = lex->glued, .start = start, .end = end};
    lex->glued = true;
    return true;
}

ks_query_node *ks_lex_node(ks_lexer *lex, ks_query_kind kind, size_t start, size_t end) {
    ks_query_node *node = lex->status ? NULL : ks_arena_alloc(&lex->query->arena, sizeof *node);
    if (!node) {
        if (!lex->status) lex->status = ks_error_nomem(lex->err);
        return NULL;
    }
    *node = (ks_query_node){.kind = kind, .field = KS_FIELD_ANY, .start = start, .end = end};
    return node;
}

ks_query_node *ks_lex_leaf(ks_lexer *lex, ks_query_kind kind, size_t start, size_t end) {
    ks_query_node *node;
    if (lex->leaves >= KS_QUERY_LEAVES) {
        ks_lex_cut(lex, start);
        return NULL;
    }
    node = ks_lex_node(lex, kind, start, end);
    if (!node || !ks_lex_push(lex, KS_LEX_LEAF, start, end)) return NULL;
    node->field = lex->field;
    lex->tokens[lex->count - 1].leaf = node;
    lex->field_used = true;
    lex->leaves++;
    return node;
}

void ks_lex_text(ks_lexer *lex, ks_query_node *node, size_t from, size_t to) {
    node->text = ks_arena_copy(&lex->query->arena, lex->query->raw + from, to - from);
    node->size = to - from;
    if (!node->text) lex->status = ks_error_nomem(lex->err);
}
