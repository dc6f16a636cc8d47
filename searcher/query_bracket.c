/* Brackets: which of them group, which only separate, and which have no partner. May use base.
 *
 * (a b) groups; in f(x) the brackets separate, as any punctuation does. */
#include "searcher/query_lex.h"

/* lex->brackets is a stack with one of these for each open bracket. */
enum { GROUPS = 'g', SEPARATES = 's', TOO_DEEP = 'd' };

static void open_group(ks_lexer *lex) {
    bool has_field = lex->field != KS_FIELD_ANY && lex->at == lex->field_end;
    ks_field field = has_field ? lex->field : KS_FIELD_ANY;
    lex->field_used = lex->field_used || has_field;
    ks_lex_end_field(lex);
    if (!ks_lex_push(lex, KS_LEX_OPEN, lex->at, lex->at + 1)) return;
    lex->opened[lex->depth++] = lex->count - 1;
    lex->tokens[lex->count - 1].field = field;
}

void ks_lex_open(ks_lexer *lex) {
    bool groups = !lex->after_word;
    if (!groups) {
        ks_buffer_char(&lex->brackets, SEPARATES);
    } else if (lex->depth == KS_QUERY_DEPTH) {
        ks_buffer_char(&lex->brackets, TOO_DEEP);
        ks_lex_end_field(lex);
        ks_lex_warn(lex, "the bracket at byte %zu is nested deeper than %d; it is ignored", lex->at,
                    KS_QUERY_DEPTH);
    } else {
        ks_buffer_char(&lex->brackets, GROUPS);
        open_group(lex);
    }
    if (lex->brackets.failed) lex->status = ks_error_nomem(lex->err);
    lex->at++;
    lex->at_start = groups;
    lex->after_word = false;
}

void ks_lex_close(ks_lexer *lex) {
    size_t at = lex->at++, open = lex->brackets.size;
    lex->at_start = lex->after_word = false;
    if (open == 0) {
        ks_lex_warn(lex, "the bracket at byte %zu closes nothing; it is ignored", at);
        return;
    }
    if (lex->brackets.data[open - 1] == GROUPS) {
        ks_lex_end_field(lex);
        ks_lex_push(lex, KS_LEX_CLOSE, at, at + 1);
        lex->depth--;
    }
    ks_buffer_truncate(&lex->brackets, open - 1);
}

/* If the query was cut, closing brackets may be in the part that was left out: then the groups end at the
 * cut. */
void ks_lex_close_rest(ks_lexer *lex) {
    for (size_t i = 0; i < lex->depth && !lex->status; i++) {
        ks_query_token *open = &lex->tokens[lex->opened[i]];
        if (lex->cut) {
            ks_lex_push(lex, KS_LEX_CLOSE, lex->at, lex->at);
            continue;
        }
        open->kind = KS_LEX_DROPPED;
        ks_lex_warn(lex, "the bracket at byte %zu is not closed; it is ignored", open->start);
    }
}
