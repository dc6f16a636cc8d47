/* The entries of a dictionary byte by byte: what is put comes back, at the edges of every number; cut off or
 * made of anything they are refused without a read behind their end. */
#include "native/dictionary_layout.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/random.h"

#include <stdlib.h>
#include <string.h>

static const ks_dict_entry zero;

/* A random number, small ones as likely as any. */
static uint64_t random_number(uint64_t *random) {
    return ks_test_random(random) >> ks_test_below(random, 64);
}

static uint32_t random_u32(uint64_t *random) {
    return (uint32_t)(ks_test_random(random) >> (32 + ks_test_below(random, 32)));
}

/* A shape of few counts, whose frequency is theirs. */
static ks_shape random_shape(uint64_t *random) {
    ks_shape shape = {0};
    if (ks_test_below(random, 4) == 0) {
        shape.tf = 1 + random_u32(random) / 2;
        return shape;
    }
    while (!shape.mask) shape.mask = (uint8_t)ks_test_below(random, 32);
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (!(shape.mask & 1u << field)) continue;
        shape.counts[field] = 1 + (uint32_t)ks_test_below(random, 4);
        shape.tf += shape.counts[field] * ks_field_weight((ks_field)field);
    }
    return shape;
}

/* A term of one document, with the gaps of its positions in `gaps` if they are few. */
static ks_dict_entry random_single(uint64_t *random, ks_buffer *gaps, const ks_dict_entry *before) {
    ks_dict_entry entry = {.documents = 1, .postings = before->postings, .positions = before->positions};
    entry.shape = random_shape(random);
    entry.doc = random_u32(random) % UINT32_MAX;
    if (ks_shape_positions(&entry.shape) <= KS_DICT_POSITIONS) {
        for (uint64_t left = ks_shape_positions(&entry.shape); left; left--)
            ks_varint_put(gaps, random_u32(random));
        entry.gaps = (const uint8_t *)(gaps->data ? gaps->data : "");
        entry.gaps_size = gaps->size;
    } else {
        entry.positions += random_number(random) % (UINT64_MAX - before->positions);
    }
    return entry;
}

static ks_dict_entry random_entry(uint64_t *random, ks_buffer *gaps, const ks_dict_entry *before) {
    ks_dict_entry entry = zero;
    if (ks_test_below(random, 2)) return random_single(random, gaps, before);
    entry.documents = 2 + random_u32(random) / 2;
    entry.postings = before->postings + random_number(random) % (UINT64_MAX - before->postings);
    entry.positions = before->positions + random_number(random) % (UINT64_MAX - before->positions);
    return entry;
}

static void check_same(const ks_dict_entry *a, const ks_dict_entry *b) {
    assert_int_equal(a->documents, b->documents);
    assert_true(a->postings == b->postings);
    assert_true(a->positions == b->positions);
    if (a->documents != 1) return;
    assert_int_equal(a->doc, b->doc);
    assert_int_equal(a->shape.tf, b->shape.tf);
    assert_int_equal(a->shape.mask, b->shape.mask);
    assert_memory_equal(a->shape.counts, b->shape.counts, sizeof a->shape.counts);
    if (ks_shape_positions(&a->shape) > KS_DICT_POSITIONS) return;
    assert_int_equal(a->gaps_size, b->gaps_size);
    if (a->gaps_size) assert_memory_equal(a->gaps, b->gaps, a->gaps_size);
}

/* The entry's bytes, at the end of their memory. */
static uint8_t *put_exactly(const ks_dict_entry *entry, const ks_dict_entry *before, size_t *size) {
    ks_buffer out = {0};
    uint8_t *bytes;
    ks_dict_entry_put(&out, entry, before);
    assert_false(out.failed);
    *size = out.size;
    bytes = malloc(out.size);
    assert_non_null(bytes);
    memcpy(bytes, out.data, out.size);
    ks_buffer_free(&out);
    return bytes;
}

static void check_round_trip(const ks_dict_entry *entry, const ks_dict_entry *before) {
    size_t size;
    uint8_t *bytes = put_exactly(entry, before, &size);
    const uint8_t *at = bytes;
    ks_dict_entry got = *before;
    const char *fault = ks_dict_entry_get(&at, bytes + size, &got);
    if (fault) fail_msg("%s", fault);
    assert_ptr_equal(at, bytes + size);
    check_same(entry, &got);
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *less = malloc(cut ? cut : 1);
        assert_non_null(less);
        memcpy(less, bytes, cut);
        at = less;
        got = *before;
        assert_non_null(ks_dict_entry_get(&at, less + cut, &got));
        free(less);
    }
    free(bytes);
}

static void random_round_trips(void **state) {
    uint64_t random = ks_test_seed(1061);
    (void)state;
    for (int round = 0; round < 4000; round++) {
        ks_dict_entry before = zero, entry;
        ks_buffer gaps = {0};
        if (ks_test_below(&random, 2)) {
            before.postings = random_number(&random) / 2;
            before.positions = random_number(&random) / 2;
        }
        entry = random_entry(&random, &gaps, &before);
        check_round_trip(&entry, &before);
        ks_buffer_free(&gaps);
    }
}

static void numbers_at_the_edges(void **state) {
    static const uint32_t documents[] = {2, 3, 127, 128, 129, 16383, 16384, UINT32_MAX - 1, UINT32_MAX};
    static const uint64_t offsets[] = {0, 1, 127, 128, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
    (void)state;
    for (size_t d = 0; d < sizeof documents / sizeof *documents; d++)
        for (size_t o = 0; o < sizeof offsets / sizeof *offsets; o++) {
            ks_dict_entry entry = {
                .documents = documents[d], .postings = offsets[o], .positions = UINT64_MAX - offsets[o]};
            ks_dict_entry before = entry;
            check_round_trip(&entry, &zero);
            check_round_trip(&entry, &before);
        }
}

static void the_only_document_at_the_edges(void **state) {
    static const uint32_t docs[] = {0, 1, 127, 128, UINT32_MAX - 2, UINT32_MAX - 1};
    static const uint32_t tfs[] = {1, 2, 127, 128, 1u << 20};
    (void)state;
    for (size_t d = 0; d < sizeof docs / sizeof *docs; d++)
        for (size_t t = 0; t < sizeof tfs / sizeof *tfs; t++) {
            ks_dict_entry entry = {.documents = 1, .doc = docs[d], .shape = {.tf = tfs[t]}};
            entry.gaps = (const uint8_t *)"";
            check_round_trip(&entry, &zero);
        }
}

/* Byte strings that no entry is. */
static void what_is_refused(void **state) {
    static const struct {
        const char *bytes;
        size_t size;
    } cases[] = {
        {"", 0},
        {"\x00", 1},                                              /* no documents */
        {"\x02\x00\x00", 3},                                      /* one document, written as several */
        {"\x80\x80\x80\x80\x20\x00\x00", 7},                      /* 2^33 / 2 documents: too many */
        {"\x04\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x02\x00", 12}, /* an offset above 64 bits */
        {"\x04\x80\x00\x00", 4},                                  /* more bytes than the number needs */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint8_t *at = (const uint8_t *)cases[i].bytes;
        ks_dict_entry entry = zero;
        if (!ks_dict_entry_get(&at, at + cases[i].size, &entry)) fail_msg("case %zu is taken", i);
    }
}

/* Positions are below 2^32. */
static void places_that_are_too_far(void **state) {
    static const struct {
        uint64_t gap;
        bool good;
    } cases[] = {{0, true}, {UINT32_MAX, true}, {(uint64_t)UINT32_MAX + 1, false}, {UINT64_MAX, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ks_dict_entry entry = {.documents = 1, .doc = 3}, got = zero;
        ks_buffer gaps = {0}, out = {0};
        const uint8_t *at;
        entry.shape = (ks_shape){.tf = 1, .mask = 1u << KS_FIELD_BODY};
        entry.shape.counts[KS_FIELD_BODY] = 1;
        ks_varint_put(&gaps, cases[i].gap);
        entry.gaps = (const uint8_t *)gaps.data;
        entry.gaps_size = gaps.size;
        ks_dict_entry_put(&out, &entry, &zero);
        at = (const uint8_t *)out.data;
        assert_int_equal(ks_dict_entry_get(&at, at + out.size, &got) == NULL, cases[i].good);
        ks_buffer_free(&gaps);
        ks_buffer_free(&out);
    }
}

/* Offsets that would run over 2^64. */
static void offsets_that_overflow(void **state) {
    static const uint8_t bytes[] = {4, 1, 1};
    for (int which = 0; which < 2; which++) {
        const uint8_t *at = bytes;
        ks_dict_entry entry = zero;
        *(which ? &entry.postings : &entry.positions) = UINT64_MAX;
        assert_non_null(ks_dict_entry_get(&at, bytes + sizeof bytes, &entry));
    }
    (void)state;
}

/* Any bytes: refused, or an entry that makes sense and lies within them. */
static void random_bytes(void **state) {
    uint64_t random = ks_test_seed(1062);
    size_t taken = 0;
    (void)state;
    for (int round = 0; round < 100000; round++) {
        size_t size = ks_test_below(&random, 14);
        uint8_t *bytes = malloc(size ? size : 1);
        const uint8_t *at = bytes;
        ks_dict_entry entry = zero;
        assert_non_null(bytes);
        ks_test_random_bytes(&random, bytes, size);
        for (size_t i = 0; i < size; i++)
            if (ks_test_below(&random, 2)) bytes[i] &= 0x7F;
        if (!ks_dict_entry_get(&at, bytes + size, &entry)) {
            taken++;
            assert_true(at > bytes && at <= bytes + size);
            assert_true(entry.documents >= 1);
            if (entry.documents == 1) assert_true(entry.doc < UINT32_MAX);
            if (entry.gaps_size) assert_true(entry.gaps >= bytes && entry.gaps + entry.gaps_size <= at);
        }
        free(bytes);
    }
    assert_true(taken > 1000);
}

/* Numbers of two terms' first bytes are in the terms' order, or equal. */
static void prefixes_keep_the_order(void **state) {
    uint64_t random = ks_test_seed(1063);
    (void)state;
    assert_true(ks_dict_prefix("", 0) == 0);
    assert_true(ks_dict_prefix("a", 1) == UINT64_C(0x61) << 56);
    assert_true(ks_dict_prefix("abcdefgh", 8) == UINT64_C(0x6162636465666768));
    assert_true(ks_dict_prefix("abcdefghi", 9) == UINT64_C(0x6162636465666768));
    assert_true(ks_dict_prefix("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8) == UINT64_MAX);
    for (int round = 0; round < 50000; round++) {
        char a[12] = {0}, b[12] = {0};
        size_t as = ks_test_below(&random, sizeof a), bs = ks_test_below(&random, sizeof b);
        uint64_t pa, pb;
        int order;
        for (size_t i = 0; i < as; i++) a[i] = "\x01z\xFF"[ks_test_below(&random, 3)];
        for (size_t i = 0; i < bs; i++) b[i] = "\x01z\xFF"[ks_test_below(&random, 3)];
        order = memcmp(a, b, as < bs ? as : bs);
        if (!order) order = (as > bs) - (as < bs);
        pa = ks_dict_prefix(a, as);
        pb = ks_dict_prefix(b, bs);
        if (pa != pb) assert_int_equal(pa < pb, order < 0);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_round_trips),
        cmocka_unit_test(numbers_at_the_edges),
        cmocka_unit_test(the_only_document_at_the_edges),
        cmocka_unit_test(what_is_refused),
        cmocka_unit_test(offsets_that_overflow),
        cmocka_unit_test(places_that_are_too_far),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(prefixes_keep_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
