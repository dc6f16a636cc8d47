/* The heap of hits against sorting all that was offered: by score, newest and oldest first, with ties within
 * and between leaves. */
#include "tests/native/searching.h"

#include "native/ranking.h"

enum { LEAVES = 3, MOST_OFFERS = 400 };

/* Leaves of documents with few different orders, so that only ids tell many apart. */
static void make_leaves(uint64_t *random) {
    size_t number = 0;
    for (size_t leaf = 0; leaf < LEAVES; leaf++) {
        ks_writer *writer = write_leaf();
        for (size_t n = 0; n < 80; n++) {
            char id[20];
            ks_test_spec spec = {.id = id, .order = ks_test_below(random, 4)};
            ks_document document;
            snprintf(id, sizeof id, "id%zu", (number++ * 7919) % 1000);
            document = ks_test_document(&arena, &spec);
            put(writer, &document);
        }
        finish_leaf(writer);
    }
    open_view();
}

static ks_sort sort_by;

static ks_term id_of(const ks_scored *it) {
    ks_term id = {NULL, 0};
    OK(ks_segment_id(it->leaf->segment, it->doc, &id, err));
    return id;
}

/* Newer first, then by id. */
static int by_recency(const ks_scored *a, const ks_scored *b) {
    uint64_t order_a = ks_segment_order(a->leaf->segment, a->doc);
    uint64_t order_b = ks_segment_order(b->leaf->segment, b->doc);
    ks_term id_a = id_of(a), id_b = id_of(b);
    int order;
    if (order_a != order_b) return order_a > order_b ? -1 : 1;
    order = memcmp(id_a.text, id_b.text, id_a.size < id_b.size ? id_a.size : id_b.size);
    return order ? order : (id_a.size > id_b.size) - (id_a.size < id_b.size);
}

static int by_rank(const void *left, const void *right) {
    const ks_scored *a = left, *b = right;
    if (sort_by == KS_SORT_SCORE && (a->score > b->score || a->score < b->score))
        return a->score > b->score ? -1 : 1;
    return sort_by == KS_SORT_OLD ? -by_recency(a, b) : by_recency(a, b);
}

/* Every document at most once, in any order, with few different scores. */
static size_t random_offers(uint64_t *random, ks_scored *offers) {
    size_t count = 0;
    for (size_t leaf = 0; leaf < view.count; leaf++)
        for (uint32_t doc = 0; doc < view.leaves[leaf].segment->documents; doc++)
            if (ks_test_below(random, 4))
                offers[count++] = (ks_scored){.score = (double)ks_test_below(random, 5) / 2,
                                              .leaf = &view.leaves[leaf],
                                              .doc = doc,
                                              .held = ks_test_random(random)};
    for (size_t i = count; i > 1; i--) {
        size_t other = ks_test_below(random, i);
        ks_scored moved = offers[i - 1];
        offers[i - 1] = offers[other];
        offers[other] = moved;
    }
    return count;
}

/* What a score must reach to enter: that of the worst where the ranking is full. */
static double naive_threshold(const ks_scored *offers, size_t offered, size_t capacity) {
    ks_scored sorted[MOST_OFFERS];
    if (sort_by != KS_SORT_SCORE || capacity == 0 || offered < capacity) return 0;
    memcpy(sorted, offers, offered * sizeof *sorted);
    qsort(sorted, offered, sizeof *sorted, by_rank);
    return sorted[capacity - 1].score;
}

static void check_ranking(uint64_t *random, size_t capacity) {
    ks_scored offers[MOST_OFFERS];
    size_t count = random_offers(random, offers), kept = count < capacity ? count : capacity;
    ks_ranking ranking;
    OK(ks_ranking_init(&ranking, capacity, sort_by, err));
    for (size_t i = 0; i < count; i++) {
        ks_ranking_offer(&ranking, &offers[i]);
        if (i % 16 == 0)
            assert_true(fabs(ks_ranking_threshold(&ranking) - naive_threshold(offers, i + 1, capacity)) <
                        1e-12);
    }
    ks_ranking_sort(&ranking);
    assert_int_equal(ranking.status, KS_OK);
    assert_int_equal(ranking.count, kept);
    qsort(offers, count, sizeof *offers, by_rank);
    for (size_t i = 0; i < kept; i++) {
        assert_ptr_equal(ranking.heap[i].leaf, offers[i].leaf);
        assert_int_equal(ranking.heap[i].doc, offers[i].doc);
        assert_int_equal(ranking.heap[i].held, offers[i].held);
    }
    ks_ranking_free(&ranking);
    ks_ranking_free(&ranking);
}

static void random_rankings(void **state) {
    static const ks_sort sorts[] = {KS_SORT_SCORE, KS_SORT_NEW, KS_SORT_OLD};
    static const size_t capacities[] = {0, 1, 2, 3, 10, 100, 239, 240, 241, 1000};
    uint64_t random = ks_test_seed(991);
    (void)state;
    make_leaves(&random);
    for (size_t s = 0; s < 3; s++)
        for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++) {
            sort_by = sorts[s];
            check_ranking(&random, capacities[c]);
        }
}

static void more_than_there_is_memory(void **state) {
    ks_ranking ranking = {0};
    ks_error error = {0};
    (void)state;
    assert_int_equal(ks_ranking_init(&ranking, SIZE_MAX, KS_SORT_SCORE, &error), KS_ERR_NOMEM);
    assert_int_equal(error.code, KS_ERR_NOMEM);
    assert_int_equal(ks_ranking_init(&ranking, SIZE_MAX / sizeof(ks_scored), KS_SORT_SCORE, &error),
                     KS_ERR_NOMEM);
    ks_ranking_free(&ranking);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_FOLDER(random_rankings),
        cmocka_unit_test(more_than_there_is_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
