/* The names of the operators. */
#include "searcher/query_lex.h"

#include <string.h>

typedef struct operator_name {
    const char *name, *word;
    ks_query_token_kind kind;
} operator_name;

static const operator_name names[] = {
    {"OR", "or", KS_LEX_OR}, {"AND", "and", KS_LEX_AND}, {"NOT", "not", KS_LEX_NOT}};

enum { NAMES = sizeof names / sizeof *names };

static const operator_name *find(ks_query_token_kind kind) {
    size_t i = 0;
    while (i + 1 < NAMES && names[i].kind != kind) i++;
    return &names[i];
}

ks_query_token_kind ks_query_operator_of(const char *text, size_t size) {
    for (size_t i = 0; i < NAMES; i++)
        if (size == strlen(names[i].name) && memcmp(text, names[i].name, size) == 0) return names[i].kind;
    return KS_LEX_LEAF;
}

const char *ks_query_operator_name(ks_query_token_kind kind) {
    return find(kind)->name;
}

void ks_query_operator_word(ks_query_node *node, ks_query_token_kind kind) {
    node->text = find(kind)->word;
    node->size = strlen(node->text);
}
