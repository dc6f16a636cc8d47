/* Where a plan has no tiers, asking for all words and for any word is the same: random plans over random
 * documents, answered by looking at every document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "tests/support/documents.h"
#include "tests/support/oracle.h"
#include "tests/support/random.h"

#include <stdio.h>
#include <string.h>

enum { DOCUMENTS = 60, PLANS = 3000 };

static const char *ids[DOCUMENTS];

static ks_oracle *make_documents(ks_arena *arena, uint64_t *random) {
    ks_oracle *oracle = ks_oracle_new("english");
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char id[20];
        ks_document document;
        snprintf(id, sizeof id, "id%zu", i);
        ids[i] = ks_arena_copy(arena, id, strlen(id));
        document = ks_test_random_document(arena, ids[i], random);
        ks_oracle_put(oracle, &document);
    }
    return oracle;
}

/* Which documents match, as a bit each. */
static uint64_t matches(ks_oracle *oracle, const ks_plan_node *root, ks_match match) {
    ks_plan plan = {
        .root = root, .match = match, .sort = KS_SORT_NEW, .limit = DOCUMENTS, .count_limit = UINT64_MAX};
    ks_reader *reader = ks_oracle_reader(oracle);
    ks_topk topk = {0};
    uint64_t found = 0;
    assert_int_equal(reader->ops->search(reader, &plan, &topk, NULL), KS_OK);
    for (size_t i = 0; i < topk.count; i++)
        for (size_t k = 0; k < DOCUMENTS; k++)
            if (strlen(ids[k]) == topk.items[i].id.size &&
                memcmp(ids[k], topk.items[i].id.text, topk.items[i].id.size) == 0)
                found |= UINT64_C(1) << k;
    ks_topk_free(&topk);
    return found;
}

/* A random plan, and what matches it in both readings. */
static ks_plan ask_both(ks_oracle *oracle, ks_arena *arena, uint64_t *random, uint64_t *all, uint64_t *any) {
    ks_plan plan = ks_test_random_plan(arena, random, ids, DOCUMENTS);
    *all = matches(oracle, plan.root, KS_MATCH_ALL);
    *any = matches(oracle, plan.root, KS_MATCH_ANY);
    return plan;
}

static void plans_without_tiers(void **state) {
    ks_arena arena = {0};
    uint64_t random = ks_test_seed(1151);
    ks_oracle *oracle = make_documents(&arena, &random);
    size_t without = 0, with = 0, differ = 0;
    (void)state;
    for (int i = 0; i < PLANS; i++) {
        ks_arena mine = {0};
        uint64_t all, any;
        ks_plan plan = ask_both(oracle, &mine, &random, &all, &any);
        if (ks_plan_has_tiers(plan.root)) {
            with++;
            differ += all != any;
        } else {
            without++;
            if (all != any) {
                ks_buffer text = {0};
                ks_plan_print(&text, plan.root, 0);
                fail_msg("all and any differ, though there are no tiers:\n%s", text.data);
            }
        }
        ks_arena_free(&mine);
    }
    assert_true(without > PLANS / 10);
    assert_true(differ > with / 4); /* it does not say so of everything */
    ks_oracle_free(oracle);
    ks_arena_free(&arena);
}

/* Whether there is a negation, or words of which there are none: all of none match, any of none does not. */
static bool is_odd(const ks_plan_node *node) {
    if (node->kind == KS_PLAN_NOT || (node->kind == KS_PLAN_WORDS && !node->child)) return true;
    for (const ks_plan_node *child = node->child; child; child = child->next)
        if (is_odd(child)) return true;
    return false;
}

/* Documents with all words are among those with any. */
static void all_words_are_some_words(void **state) {
    ks_arena arena = {0};
    uint64_t random = ks_test_seed(1152);
    ks_oracle *oracle = make_documents(&arena, &random);
    size_t checked = 0;
    (void)state;
    for (int i = 0; i < PLANS; i++) {
        ks_arena mine = {0};
        uint64_t all, any;
        ks_plan plan = ask_both(oracle, &mine, &random, &all, &any);
        if (!is_odd(plan.root)) {
            assert_true((all & ~any) == 0);
            checked++;
        }
        ks_arena_free(&mine);
    }
    assert_true(checked > PLANS / 10);
    ks_oracle_free(oracle);
    ks_arena_free(&arena);
}

/* What the printing says: a line for each node, indented by its depth. */
static size_t nodes_of(const ks_plan_node *node) {
    size_t count = 1;
    for (const ks_plan_node *child = node->child; child; child = child->next) count += nodes_of(child);
    return count;
}

static void printing_has_a_line_for_each_node(void **state) {
    uint64_t random = ks_test_seed(1153);
    (void)state;
    for (int i = 0; i < 500; i++) {
        ks_arena mine = {0};
        ks_plan plan = ks_test_random_plan(&mine, &random, NULL, 0);
        ks_buffer text = {0};
        size_t lines = 0;
        ks_plan_print(&text, plan.root, 0);
        for (size_t at = 0; at < text.size; at++) lines += text.data[at] == '\n';
        assert_int_equal(lines, nodes_of(plan.root));
        assert_int_equal(text.data[text.size - 1], '\n');
        assert_true(text.data[0] != ' ');
        ks_buffer_free(&text);
        ks_arena_free(&mine);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_without_tiers),
        cmocka_unit_test(all_words_are_some_words),
        cmocka_unit_test(printing_has_a_line_for_each_node),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
