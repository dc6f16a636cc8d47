/* Inspecting plans; see plan.h. */
#include "engine/plan.h"

/* Only a WORDS node with two or more children has two readings, and inside a NOT it is always read as AND. */
bool ks_plan_has_tiers(const ks_plan_node *node) {
    if (node->kind == KS_PLAN_NOT) return false;
    if (node->kind == KS_PLAN_WORDS && node->child && node->child->next) return true;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (ks_plan_has_tiers(child)) return true;
    return false;
}

static const char *kind_name(ks_plan_kind kind) {
    switch (kind) {
    case KS_PLAN_ALL: return "every record";
    case KS_PLAN_TERM: return "term";
    case KS_PLAN_PHRASE: return "phrase";
    case KS_PLAN_NEAR: return "near";
    case KS_PLAN_DATES: return "dates";
    case KS_PLAN_AND: return "and";
    case KS_PLAN_OR: return "or";
    case KS_PLAN_WORDS: return "words";
    case KS_PLAN_NOT: return "not";
    }
    return "?";
}

void ks_plan_print(ks_buffer *out, const ks_plan_node *node, unsigned depth) {
    ks_buffer_format(out, "%*s%s", (int)depth * 2, "", kind_name(node->kind));
    if (node->kind == KS_PLAN_NEAR) ks_buffer_format(out, " window %u", node->window);
    if (node->kind == KS_PLAN_DATES) ks_buffer_format(out, " %08u..%08u", node->first, node->last);
    for (size_t i = 0; i < node->term_count; i++) {
        ks_buffer_char(out, ' ');
        ks_buffer_add(out, node->terms[i].text, node->terms[i].size);
    }
    if (node->term_count && node->field != KS_FIELD_ANY)
        ks_buffer_format(out, " in %s", ks_field_name(node->field));
    ks_buffer_char(out, '\n');
    for (const ks_plan_node *child = node->child; child; child = child->next)
        ks_plan_print(out, child, depth + 1);
}
