/* Which document comes where when segments are merged, against sorting all that live; the runs that documents
 * are copied in; and which segments are merged, as an index grows and shrinks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "native/merge_private.h"
#include "tests/native/searching.h"
#include "tests/support/allocation.h"

enum { MOST_LEAVES = 6, MOST_DOCUMENTS = 400 };

/* ---- Documents ---- */

static void write_leaves(size_t leaves, size_t documents, size_t orders, uint64_t *random) {
    size_t number = 0;
    for (size_t i = 0; i < leaves; i++) {
        ks_writer *writer = write_leaf();
        size_t count = 1 + ks_test_below(random, documents);
        for (size_t j = 0; j < count; j++) {
            char *id = room(20);
            snprintf(id, 20, "d%zu", number++ * 7919 % 10007);
            put(writer, &(ks_document){.id = ks_test_term(id),
                                       .stored = ks_test_term("{}"),
                                       .order = ks_test_below(random, orders)});
        }
        finish_leaf(writer);
    }
}

/* ---- The naive side: all live documents, sorted. ---- */

struct document {
    size_t leaf;
    uint32_t doc;
    uint64_t order;
    ks_term id;
};

static int compare_documents(const void *left, const void *right) {
    const struct document *a = left, *b = right;
    int ids = memcmp(a->id.text, b->id.text, a->id.size < b->id.size ? a->id.size : b->id.size);
    if (a->order != b->order) return a->order > b->order ? -1 : 1; /* the newest first */
    return ids ? ids : a->id.size < b->id.size ? -1 : a->id.size > b->id.size;
}

static size_t live_documents(struct document *out) {
    size_t count = 0;
    for (size_t i = 0; i < view.count; i++)
        for (uint32_t doc = 0; doc < view.leaves[i].segment->documents; doc++) {
            struct document *one = &out[count];
            if (ks_leaf_is_deleted(&view.leaves[i], doc)) continue;
            *one = (struct document){i, doc, ks_segment_order(view.leaves[i].segment, doc), {0}};
            OK(ks_segment_id(view.leaves[i].segment, doc, &one->id, err));
            count++;
        }
    qsort(out, count, sizeof *out, compare_documents);
    return count;
}

/* ---- Checks ---- */

static void free_merge(ks_merge *merge) {
    for (size_t i = 0; i < merge->count && merge->targets; i++) free(merge->targets[i]);
    free(merge->targets);
    free(merge->runs);
}

static void check_targets(const ks_merge *merge, const struct document *sorted, size_t count) {
    size_t placed = 0;
    assert_int_equal(merge->documents, count);
    for (size_t i = 0; i < count; i++) {
        const ks_merge_target *found = &merge->targets[sorted[i].leaf][sorted[i].doc];
        assert_int_equal(found->doc, i);
        assert_int_equal(found->length,
                         ks_segment_length(view.leaves[sorted[i].leaf].segment, sorted[i].doc));
    }
    for (size_t i = 0; i < view.count; i++)
        for (uint32_t doc = 0; doc < view.leaves[i].segment->documents; doc++)
            placed += merge->targets[i][doc].doc != KS_NO_DOC;
    assert_int_equal(placed, count);
}

/* Together they are the sorted documents, and no two of them could be one. */
static void check_runs(const ks_merge *merge, const struct document *sorted, size_t count) {
    size_t at = 0;
    for (size_t i = 0; i < merge->run_count; i++) {
        const ks_merge_run *run = &merge->runs[i], *next = run + 1;
        assert_true(run->count > 0 && at + run->count <= count);
        for (uint32_t j = 0; j < run->count; j++, at++) {
            assert_int_equal(sorted[at].leaf, run->leaf);
            assert_int_equal(sorted[at].doc, run->first + j);
        }
        if (i + 1 < merge->run_count)
            assert_false(next->leaf == run->leaf && next->first == run->first + run->count);
    }
    assert_int_equal(at, count);
}

static ks_status order(ks_merge *merge, ks_error *err) {
    static const ks_leaf *leaves[MOST_LEAVES];
    for (size_t i = 0; i < view.count; i++) leaves[i] = &view.leaves[i];
    *merge = (ks_merge){.leaves = leaves, .count = view.count};
    return ks_merge_order(merge, err);
}

static void check_order(void) {
    struct document sorted[MOST_DOCUMENTS];
    size_t count = live_documents(sorted);
    ks_merge merge;
    OK(order(&merge, err));
    check_targets(&merge, sorted, count);
    check_runs(&merge, sorted, count);
    free_merge(&merge);
}

static void orders_at_random(void **state) {
    static const size_t orders[] = {1, 3, 40, 100000};
    uint64_t random = ks_test_seed(711);
    (void)state;
    for (size_t round = 0; round < 16; round++) {
        write_leaves(1 + round % MOST_LEAVES, 60, orders[round % 4], &random);
        open_view();
        check_order();
        for (int i = 0; i < 3; i++) {
            delete_at_random(&random);
            check_order();
        }
        ks_view_close(&view);
        ks_test_folder_remove(place);
    }
}

static void all_documents_of_a_leaf_deleted(void **state) {
    uint64_t random = ks_test_seed(712);
    (void)state;
    write_leaves(3, 30, 10, &random);
    open_view();
    for (size_t leaf = 0; leaf < 3; leaf++) {
        for (uint32_t doc = 0; doc < view.leaves[leaf].segment->documents; doc++) delete_document(leaf, doc);
        check_order();
    }
}

/* One leaf newer than the other: two runs, whichever stands first. */
static void leaves_of_their_own_time(void **state) {
    (void)state;
    for (uint64_t first = 0; first < 2; first++) {
        ks_merge merge;
        for (uint64_t leaf = 0; leaf < 2; leaf++) {
            ks_writer *writer = write_leaf();
            for (uint64_t i = 0; i < 20; i++) {
                char id[20];
                snprintf(id, sizeof id, "x%d.%d", (int)leaf, (int)i);
                put(writer, &(ks_document){.id = ks_test_term(id),
                                           .stored = ks_test_term("{}"),
                                           .order = (leaf == first ? 100u : 0u) + i});
            }
            finish_leaf(writer);
        }
        open_view();
        OK(order(&merge, err));
        assert_int_equal(merge.run_count, 2);
        assert_int_equal(merge.runs[0].count, 20);
        assert_int_equal(merge.runs[1].count, 20);
        assert_int_equal(merge.runs[0].leaf, first);
        free_merge(&merge);
        ks_view_close(&view);
        ks_test_folder_remove(place);
    }
}

static void allocations_that_fail(void **state) {
    uint64_t random = ks_test_seed(713);
    size_t n = 1;
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    write_leaves(4, 40, 50, &random);
    open_view();
    for (;; n++) {
        ks_merge merge;
        ks_status status;
        ks_test_fail_allocation(n);
        status = order(&merge, NULL);
        free_merge(&merge);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
    }
    assert_true(n > 6);
}

/* ---- Which segments ---- */

enum { SEGMENTS = 400 };

static unsigned tier_of(const ks_merge_size *size) {
    uint64_t live = size->documents - size->deleted, reached = 1;
    unsigned tier = 0;
    while (live >= reached * KS_MERGE_FACTOR) {
        reached *= KS_MERGE_FACTOR;
        tier++;
    }
    return tier;
}

/* Those of the lowest crowded tier and below; else the first with too many deletions. */
static bool choose_naively(const ks_merge_size *sizes, size_t count, bool *chosen) {
    memset(chosen, 0, count);
    for (unsigned tier = 0; tier < 12; tier++) {
        size_t members = 0;
        for (size_t i = 0; i < count; i++) members += tier_of(&sizes[i]) == tier;
        if (members <= KS_MERGE_FACTOR) continue;
        for (size_t i = 0; i < count; i++) chosen[i] = tier_of(&sizes[i]) <= tier;
        return true;
    }
    for (size_t i = 0; i < count; i++)
        if ((double)sizes[i].deleted / (double)sizes[i].documents > KS_MERGE_DELETED_PERCENT / 100.0)
            return chosen[i] = true;
    return false;
}

static void choices_at_random(void **state) {
    uint64_t random = ks_test_seed(714);
    size_t some = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        ks_merge_size sizes[60];
        bool chosen[60], expected[60];
        size_t count = ks_test_below(&random, 60), share = ks_test_below(&random, 5);
        for (size_t i = 0; i < count; i++) {
            sizes[i].documents = 1 + (uint32_t)(ks_test_random(&random) >> (32 + ks_test_below(&random, 32)));
            sizes[i].deleted =
                (uint32_t)((uint64_t)sizes[i].documents * ks_test_below(&random, 1 + share * 10) / 100);
        }
        assert_int_equal(ks_merge_choose(sizes, count, chosen), choose_naively(sizes, count, expected));
        assert_memory_equal(chosen, expected, count);
        for (size_t i = 0; i < count; i++) some += chosen[i];
    }
    assert_true(some > 10000);
}

/* Merges as ks_merge_tiers does until nothing is due; adds up the documents written. */
static size_t merge_until_done(ks_merge_size *sizes, size_t count, uint64_t *written) {
    bool chosen[SEGMENTS];
    while (ks_merge_choose(sizes, count, chosen)) {
        uint32_t merged = 0;
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            if (chosen[i])
                merged += sizes[i].documents - sizes[i].deleted;
            else
                sizes[kept++] = sizes[i];
        }
        assert_true(kept < count);
        if (merged) sizes[kept++] = (ks_merge_size){merged, 0};
        *written += merged;
        count = kept;
    }
    return count;
}

/* Commits of any size, with deletions among the old: segments stay few, and a document is written again about
 * as often as there are tiers above it. */
static void an_index_that_grows(void **state) {
    uint64_t random = ks_test_seed(715);
    (void)state;
    for (uint32_t largest = 1; largest <= 10000; largest *= 10) {
        ks_merge_size sizes[SEGMENTS];
        uint64_t written = 0, added = 0, deleted = 0, live = 0;
        size_t count = 0;
        for (int commit = 0; commit < 3000; commit++) {
            uint32_t size = 1 + (uint32_t)ks_test_below(&random, largest);
            if (count) {
                ks_merge_size *old = &sizes[ks_test_below(&random, count)];
                uint32_t gone = (uint32_t)ks_test_below(&random, (old->documents - old->deleted) / 3 + 1);
                old->deleted += gone;
                deleted += gone;
            }
            sizes[count++] = (ks_merge_size){size, 0};
            added += size;
            count = merge_until_done(sizes, count, &written);
            assert_true(count <= 10 * KS_MERGE_FACTOR);
        }
        for (size_t i = 0; i < count; i++) live += sizes[i].documents - sizes[i].deleted;
        assert_true(live == added - deleted);
        assert_true(written < 12 * added);
    }
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(orders_at_random),         IN_FOLDER(all_documents_of_a_leaf_deleted),
        IN_FOLDER(leaves_of_their_own_time), IN_FOLDER(allocations_that_fail),
        cmocka_unit_test(choices_at_random), cmocka_unit_test(an_index_that_grows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
