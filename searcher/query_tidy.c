/* Between lexing and parsing: drops tokens that turned out to have no content, and marks where operands
 * start. May use base. */
#include "searcher/query_lex.h"

static bool is_text(const ks_query_token *token) {
    return token->kind == KS_LEX_LEAF &&
           (token->leaf->kind == KS_QUERY_WORDS || token->leaf->kind == KS_QUERY_PHRASE ||
            token->leaf->kind == KS_QUERY_PREFIX);
}

/* A field before a bracket that is ignored applies to what stands right behind that bracket. */
static void hand_on_field(const ks_query_token *dropped, ks_query_token *next) {
    if (!next->glued) return;
    if (next->kind == KS_LEX_OPEN || next->kind == KS_LEX_DROPPED) {
        if (next->field == KS_FIELD_ANY) next->field = dropped->field;
    } else if (is_text(next) && next->leaf->field == KS_FIELD_ANY) {
        next->leaf->field = dropped->field;
    }
}

static bool takes_minus(const ks_query_token *token) {
    return token->glued && (token->kind == KS_LEX_LEAF || token->kind == KS_LEX_OPEN);
}

static void drop_contentless(ks_lexer *lex) {
    ks_query_token *tokens = lex->tokens;
    size_t kept = 0;
    for (size_t i = 0; i < lex->count; i++) {
        if (tokens[i].kind == KS_LEX_DROPPED) {
            if (i + 1 < lex->count) hand_on_field(&tokens[i], &tokens[i + 1]);
            continue;
        }
        if (kept && tokens[kept - 1].kind == KS_LEX_MINUS && !takes_minus(&tokens[i])) kept--;
        if (tokens[i].kind == KS_LEX_CLOSE && kept && tokens[kept - 1].kind == KS_LEX_OPEN) {
            kept--;
            if (!lex->cut)
                ks_lex_warn(lex, "the brackets at byte %zu are empty; they are ignored", tokens[kept].start);
            continue;
        }
        tokens[kept++] = tokens[i];
    }
    if (kept && tokens[kept - 1].kind == KS_LEX_MINUS) kept--;
    lex->count = kept;
}

static void mark_operands(ks_lexer *lex) {
    bool is_operand = false;
    for (size_t i = lex->count; i-- > 0;) {
        switch (lex->tokens[i].kind) {
        case KS_LEX_LEAF:
        case KS_LEX_OPEN:
        case KS_LEX_MINUS: is_operand = true; break;
        case KS_LEX_NOT: break; /* is one if what follows is one */
        case KS_LEX_CLOSE:
        case KS_LEX_AND:
        case KS_LEX_OR:
        case KS_LEX_DROPPED: is_operand = false; break;
        }
        lex->tokens[i].operand = is_operand;
    }
}

void ks_lex_tidy(ks_lexer *lex) {
    if (lex->status) return;
    drop_contentless(lex);
    mark_operands(lex);
}
