/* The data of single blocks, read back by the words of postings.h: documents and shapes of full blocks and of
 * tails, the shortest choice of bits, and room for gaps. */
#include "native/list_block.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"

#include <string.h>

static ks_list_block block;
static ks_shape_table table;
static uint16_t slots[KS_BLOCK];
static ks_shape others[KS_BLOCK];
static size_t other_count;

/* ---- Blocks at random ---- */

/* One of `different` shapes: exact values, words in one field, words in some, and counts too large for a key.
 */
static ks_shape shape_number(size_t number) {
    ks_shape shape = {0};
    if (number % 5 == 0) {
        shape.tf = 1 + (uint32_t)number;
        return shape;
    }
    shape.counts[number % KS_TEXT_FIELDS] = 1 + (uint32_t)number / 10;
    if (number % 3 == 0) shape.counts[(number + 2) % KS_TEXT_FIELDS] = 2;
    if (number % 11 == 0) shape.counts[(number + 1) % KS_TEXT_FIELDS] = 1u << 24;
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (!shape.counts[field]) continue;
        shape.mask |= (uint8_t)(1u << field);
        shape.tf += shape.counts[field] * ks_field_weight((ks_field)field);
    }
    return shape;
}

/* Documents behind `before`, some of whose gaps are as large as `gap`; shapes numbered around 0, few of them
 * large. */
static void fill(uint32_t size, uint32_t before, uint32_t gap, size_t different, uint64_t *random) {
    ks_list_block_clear(&block);
    block.size = size;
    for (uint32_t i = 0, doc = before; i < size; i++) {
        ks_shape shape = shape_number(ks_test_below(random, 1 + ks_test_below(random, different)));
        doc += 1 + (uint32_t)ks_test_below(random, ks_test_below(random, 4) ? 3 : gap);
        block.docs[i] = doc;
        block.keys[i] = ks_shape_key(&shape);
        block.shapes[i] = shape;
        block.tfs[i] = shape.tf;
    }
}

static void assert_same_shape(const ks_shape *got, const ks_shape *expected) {
    assert_int_equal(got->tf, expected->tf);
    assert_int_equal(got->mask, expected->mask);
    assert_memory_equal(got->counts, expected->counts, sizeof got->counts);
}

/* ---- Full blocks ---- */

/* What the table says of the block's shapes, once it is settled. */
static void settle(void) {
    ks_shape_table_clear(&table);
    other_count = 0;
    for (size_t i = 0; i < KS_BLOCK; i++) {
        slots[i] = block.keys[i] ? ks_shape_table_add(&table, block.keys[i]) : KS_SHAPE_UNSEEN;
        if (slots[i] == KS_SHAPE_UNSEEN) others[other_count++] = block.shapes[i];
    }
    ks_shape_table_settle(&table);
}

static uint32_t number_of(size_t i) {
    return slots[i] == KS_SHAPE_UNSEEN ? (uint32_t)table.count : table.slots[slots[i]].number;
}

/* Bytes with so many bits a number, where an exception is taken to be of two. */
static size_t cost_of(unsigned bits) {
    size_t cost = ks_bitpack_bytes(bits);
    for (size_t i = 0; i < KS_BLOCK; i++)
        if (number_of(i) == table.count || number_of(i) >= 1u << bits) cost += 2;
    return cost;
}

static unsigned cheapest(void) {
    unsigned best = 0;
    for (unsigned bits = 1; bits <= 7; bits++)
        if (cost_of(bits) < cost_of(best)) best = bits;
    return best;
}

static void read_exceptions(const uint8_t **at, const uint8_t *end, unsigned count, unsigned bits) {
    int last = -1;
    for (unsigned n = 0; n < count; n++) {
        size_t index = *(*at)++;
        uint64_t number = 0;
        ks_shape shape;
        assert_true((int)index > last && index < KS_BLOCK);
        last = (int)index;
        assert_true(ks_varint_get(at, end, &number));
        assert_int_equal(number, number_of(index));
        assert_true(number == table.count || number >= 1u << bits);
        if (number < table.count) continue;
        assert_true(ks_shape_get(at, end, &shape));
        assert_same_shape(&shape, &block.shapes[index]);
    }
}

static void check_full(const uint8_t *at, const uint8_t *end, uint32_t before) {
    unsigned gap_bits = at[0], bits = at[1], exceptions = at[2], expected = 0;
    uint32_t docs[KS_BLOCK], numbers[KS_BLOCK];
    assert_true(bits <= 7);
    assert_true(cost_of(bits) == cost_of(cheapest()));
    at += 3;
    ks_unpacker_portable()->ascending(docs, at, gap_bits, before);
    assert_memory_equal(docs, block.docs, sizeof docs);
    at += ks_bitpack_bytes(gap_bits);
    ks_unpacker_portable()->plain(numbers, at, bits);
    at += ks_bitpack_bytes(bits);
    for (size_t i = 0; i < KS_BLOCK; i++) {
        bool is_exception = number_of(i) == table.count || number_of(i) >= 1u << bits;
        expected += is_exception;
        if (!is_exception) assert_int_equal(numbers[i], number_of(i));
    }
    assert_int_equal(exceptions, expected);
    read_exceptions(&at, end, exceptions, bits);
    assert_ptr_equal(at, end);
}

static void full_blocks(void **state) {
    static const size_t different[] = {1, 2, 3, 9, 40, 200, 700};
    static const uint32_t gaps[] = {1, 2, 100, 1 << 20};
    uint64_t random = ks_test_seed(701);
    (void)state;
    for (size_t round = 0; round < 280; round++) {
        uint32_t before = round % 3 ? (uint32_t)ks_test_below(&random, 1000) : UINT32_MAX;
        ks_buffer packed = {0}, out = {0};
        const uint8_t *gaps_at;
        ks_block_shapes shapes = {slots, others};
        fill(KS_BLOCK, before, gaps[round % 4], different[round % 7], &random);
        settle();
        ks_list_block_put_gaps(&packed, &block, before);
        gaps_at = (const uint8_t *)packed.data;
        ks_list_block_put_full(&out, &gaps_at, &shapes, &table);
        assert_false(packed.failed || out.failed);
        check_full((const uint8_t *)out.data, (const uint8_t *)out.data + out.size, before);
        assert_ptr_equal(gaps_at, (const uint8_t *)packed.data + packed.size);
        assert_ptr_equal(shapes.slots, slots + KS_BLOCK);
        assert_ptr_equal(shapes.others, others + other_count);
        ks_buffer_free(&packed);
        ks_buffer_free(&out);
    }
}

/* ---- Tails ---- */

/* How many postings have the same shape as posting i, as far as that is known. */
static size_t alike(size_t i) {
    size_t count = 0;
    if (!block.keys[i]) return 1;
    for (size_t j = 0; j < block.size; j++) count += block.keys[j] == block.keys[i];
    return count;
}

static size_t most_alike(void) {
    size_t most = 0;
    for (size_t i = 0; i < block.size; i++)
        if (alike(i) > most) most = alike(i);
    return most;
}

static const uint8_t *read_docs(const uint8_t *at, const uint8_t *end, uint32_t before, uint32_t documents) {
    ks_rice rice;
    uint32_t doc = before;
    unsigned bits = ks_rice_bits_of_gaps(documents - before - 1, block.size);
    assert_true(ks_rice_start(&rice, at, end, block.size, bits));
    for (size_t i = 0; i < block.size; i++) {
        uint64_t gap = 0;
        assert_true(ks_rice_next(&rice, &gap));
        doc += (uint32_t)gap + 1;
        assert_int_equal(doc, block.docs[i]);
    }
    return at + (rice.at + 7) / 8;
}

static void check_tail(const uint8_t *at, const uint8_t *end, uint32_t before, uint32_t documents) {
    uint64_t code = 0;
    size_t differ = 0, without_key = 0;
    ks_shape common, shape;
    const uint8_t *bits;
    assert_true(ks_varint_get(&at, end, &code));
    assert_true(ks_shape_get_rest(code / 2, &at, end, &common));
    at = read_docs(at, end, before, documents);
    bits = at;
    if (code % 2) at += (block.size + 7) / 8;
    for (size_t i = 0; i < block.size; i++) {
        bool other = code % 2 && bits[i / 8] >> i % 8 & 1;
        differ += other;
        without_key += block.keys[i] == 0;
        if (other) assert_true(ks_shape_get(&at, end, &shape));
        assert_same_shape(other ? &shape : &common, &block.shapes[i]);
    }
    assert_ptr_equal(at, end);
    assert_true(differ == block.size - most_alike() || without_key > 1);
    assert_int_equal(code % 2, differ > 0);
}

static void tails(void **state) {
    static const size_t different[] = {1, 2, 5, 30, 200};
    static const uint32_t gaps[] = {1, 60, 1 << 16};
    uint64_t random = ks_test_seed(702);
    (void)state;
    for (uint32_t round = 0; round < 900; round++) {
        uint32_t size = 1 + round % (KS_BLOCK - 1), documents;
        uint32_t before = round % 2 ? (uint32_t)ks_test_below(&random, 1000) : UINT32_MAX;
        ks_buffer out = {0};
        fill(size, before, gaps[round % 3], different[round % 5], &random);
        documents = block.docs[size - 1] + 1 + (uint32_t)ks_test_below(&random, round % 7 ? 5 : 1 << 20);
        ks_list_block_put_tail(&out, &block, before, documents);
        assert_int_equal(ks_buffer_check(&out, NULL), KS_OK);
        check_tail((const uint8_t *)out.data, (const uint8_t *)out.data + out.size, before, documents);
        ks_buffer_free(&out);
    }
}

/* Shapes without a key cannot be told to be the same: each is written, and comes back. */
static void a_tail_of_shapes_without_keys(void **state) {
    ks_buffer out = {0};
    uint64_t random = ks_test_seed(703);
    (void)state;
    fill(40, UINT32_MAX, 5, 1, &random);
    for (size_t i = 0; i < block.size; i++) {
        block.shapes[i] = shape_number(11);
        block.keys[i] = ks_shape_key(&block.shapes[i]);
        assert_true(block.keys[i] == 0);
    }
    ks_list_block_put_tail(&out, &block, UINT32_MAX, 1000);
    check_tail((const uint8_t *)out.data, (const uint8_t *)out.data + out.size, UINT32_MAX, 1000);
    ks_buffer_free(&out);
}

/* ---- Room ---- */

static void room_for_gaps(void **state) {
    ks_list_block small = {0};
    (void)state;
    assert_int_equal(ks_list_block_reserve(&small, 0, NULL), KS_OK);
    assert_int_equal(ks_list_block_reserve(&small, 5, NULL), KS_OK);
    assert_true(small.gap_capacity >= 5);
    for (uint32_t i = 0; i < 5; i++) small.gaps[i] = i * 7;
    small.starts[0] = 0;
    small.starts[1] = 5;
    small.size = 1;
    assert_int_equal(ks_list_block_reserve(&small, 1000, NULL), KS_OK);
    assert_true(small.gap_capacity >= 1005);
    for (uint32_t i = 0; i < 5; i++) assert_int_equal(small.gaps[i], i * 7);
    ks_list_block_free(&small);
    assert_null(small.gaps);
    assert_int_equal(small.gap_capacity, 0);
    assert_int_equal(small.size, 0);
    ks_list_block_free(&small);
}

/* At most UINT32_MAX of them. As many are asked of the memory, of which a test has less. */
static void more_gaps_than_can_be_counted(void **state) {
    ks_list_block small = {.size = 1, .starts = {0, 10}};
    ks_error error = {0};
    (void)state;
    if (!ks_test_can_fail_allocation()) skip();
    ks_test_limit_allocation(1 << 20);
    assert_int_equal(ks_list_block_reserve(&small, UINT32_MAX - 10, &error), KS_ERR_NOMEM);
    assert_int_equal(ks_list_block_reserve(&small, UINT32_MAX - 9, &error), KS_ERR_TOO_LARGE);
    assert_string_equal(error.message, "too many positions in one block");
    assert_int_equal(ks_list_block_reserve(&small, UINT64_MAX, &error), KS_ERR_TOO_LARGE);
    assert_int_equal(ks_list_block_reserve(&small, UINT64_MAX - 9, &error), KS_ERR_TOO_LARGE);
    small.starts[1] = UINT32_MAX;
    assert_int_equal(ks_list_block_reserve(&small, 0, &error), KS_ERR_NOMEM);
    assert_int_equal(ks_list_block_reserve(&small, 1, &error), KS_ERR_TOO_LARGE);
    ks_test_limit_allocation(SIZE_MAX);
    assert_null(small.gaps);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_blocks),
        cmocka_unit_test(tails),
        cmocka_unit_test(a_tail_of_shapes_without_keys),
        cmocka_unit_test(room_for_gaps),
        cmocka_unit_test(more_gaps_than_can_be_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
