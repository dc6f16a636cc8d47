/* Cursors asked in any order for everything they know, against arrays: a word's documents in a segment, its
 * frequencies and positions there, blocks and what they may hold, from wherever it stands. */
#include "tests/native/searching.h"

#include "native/postings.h"

enum { DOCUMENTS = 3000, STEPS = 250, CURSORS = 60, MOST_POSITIONS = 12 };

/* What the segment must say of a document; `words` are those of its body. */
struct held {
    uint32_t count, positions[MOST_POSITIONS];
    bool in_title;
};

static struct held held[DOCUMENTS]; /* of the word at hand, by number in the segment */
static uint32_t list[DOCUMENTS];    /* the documents that hold it, ascending */
static size_t count;
static ks_segment *segment;

/* ---- One segment, whose documents hold the word "w" as `every` says ---- */

/* Bodies of a dozen words at most, among them the word. */
static void random_body(char *out, uint64_t *random) {
    *out = '\0';
    for (size_t n = 1 + ks_test_below(random, MOST_POSITIONS); n > 0; n--)
        strcat(out, ks_test_below(random, 3) ? "x " : "w ");
}

static void write_documents(size_t every, uint64_t *random) {
    ks_writer *writer = write_leaf();
    for (size_t i = 0; i < DOCUMENTS; i++) {
        char id[20], body[4 * MOST_POSITIONS] = "x";
        ks_test_spec spec = {.id = id, .order = DOCUMENTS - i};
        ks_document document;
        snprintf(id, sizeof id, "d%zu", i);
        if (ks_test_below(random, every) == 0) random_body(body, random);
        spec.fields[KS_FIELD_BODY] = body;
        if (ks_test_below(random, every * 4) == 0) spec.fields[KS_FIELD_TITLE] = "w";
        document = ks_test_document(&arena, &spec);
        held[i] = (struct held){.in_title = spec.fields[KS_FIELD_TITLE] != NULL};
        for (uint32_t at = 0; body[2 * at]; at++)
            if (body[2 * at] == 'w') held[i].positions[held[i].count++] = at;
        put(writer, &document);
        ks_arena_reset(&arena);
    }
    finish_leaf(writer);
    open_view();
    assert_int_equal(view.count, 1);
    segment = view.leaves[0].segment;
    count = 0;
    for (uint32_t i = 0; i < DOCUMENTS; i++)
        if (held[i].count || held[i].in_title) list[count++] = i;
}

static ks_cursor *open_cursor(const ks_unpacker *unpacker) {
    ks_cursor *cursor = malloc(sizeof *cursor);
    ks_dict_entry entry;
    bool found;
    assert_non_null(cursor);
    OK(ks_dict_find(&segment->dict, ks_test_term("w"), &found, &entry, err));
    assert_true(found);
    assert_int_equal(entry.documents, count);
    OK(ks_cursor_open(cursor, segment, &entry, unpacker, err));
    return cursor;
}

/* ---- What it says where it stands; `at` is its index in the list, `count` behind the last ---- */

static uint32_t tf_of(uint32_t doc) {
    return held[doc].count * ks_field_weight(KS_FIELD_BODY) +
           (held[doc].in_title ? ks_field_weight(KS_FIELD_TITLE) : 0);
}

static unsigned mask_of(uint32_t doc) {
    return (held[doc].count ? 1u << KS_FIELD_BODY : 0) | (held[doc].in_title ? 1u << KS_FIELD_TITLE : 0);
}

static void check_stand(const ks_cursor *cursor, size_t at) {
    assert_false(cursor->damaged);
    if (at == count) {
        assert_int_equal(cursor->doc, KS_NO_DOC);
        return;
    }
    assert_int_equal(cursor->doc, list[at]);
    assert_int_equal(cursor->block, at / KS_BLOCK);
    assert_int_equal(cursor->in_block, at % KS_BLOCK);
    assert_int_equal(cursor->docs[cursor->in_block], list[at]);
}

static void check_positions(ks_cursor *cursor, size_t at, uint64_t *random) {
    static ks_positions positions;
    uint32_t last = ks_test_below(random, 2) ? UINT32_MAX : (uint32_t)ks_test_below(random, MOST_POSITIONS);
    size_t block = at / KS_BLOCK * KS_BLOCK, size = count - block < KS_BLOCK ? count - block : KS_BLOCK;
    uint32_t in_block = (uint32_t)ks_test_below(random, size);
    const struct held *it = &held[list[block + in_block]];
    positions.count = 0;
    OK(ks_cursor_positions_at(cursor, in_block, KS_FIELD_BODY, last, &positions, err));
    for (size_t i = 0; i < it->count && it->positions[i] <= last; i++) {
        assert_true(i < positions.count);
        assert_int_equal(positions.items[i], it->positions[i]);
    }
    assert_true(positions.count <= it->count);
    free(positions.items);
    positions = (ks_positions){0};
}

static void check_values(ks_cursor *cursor, size_t at, uint64_t *random) {
    size_t block = at / KS_BLOCK * KS_BLOCK, size = count - block < KS_BLOCK ? count - block : KS_BLOCK;
    uint32_t other = (uint32_t)ks_test_below(random, size);
    if (ks_test_below(random, 2)) assert_int_equal(ks_cursor_tf(cursor), tf_of(list[at]));
    if (ks_test_below(random, 2)) assert_int_equal(ks_cursor_mask(cursor), mask_of(list[at]));
    if (ks_test_below(random, 2))
        assert_int_equal(ks_cursor_tf_at(cursor, other), tf_of(list[block + other]));
    if (ks_test_below(random, 2))
        assert_int_equal(ks_cursor_mask_at(cursor, other), mask_of(list[block + other]));
    if (ks_test_below(random, 2)) check_positions(cursor, at, random);
}

/* The first block, not before `from`, whose last document is not less than the target. */
static void check_block_of(const ks_cursor *cursor, size_t at, uint64_t *random) {
    uint32_t blocks = (uint32_t)((count + KS_BLOCK - 1) / KS_BLOCK);
    uint32_t from = (uint32_t)(at / KS_BLOCK + ks_test_below(random, 3)), block = 77, last;
    uint32_t target = (uint32_t)ks_test_below(random, DOCUMENTS + 10), expected;
    if (from > blocks) from = blocks;
    for (expected = from; expected < blocks; expected++) {
        size_t end = (expected + 1) * (size_t)KS_BLOCK;
        if (list[(end < count ? end : count) - 1] >= target) break;
    }
    last = ks_cursor_block_of(cursor, from, target, &block);
    assert_int_equal(block, expected);
    if (expected < blocks) {
        size_t end = (expected + 1) * (size_t)KS_BLOCK;
        assert_true(last == list[(end < count ? end : count) - 1] || (end >= count && last >= target));
    } else {
        assert_int_equal(last, KS_NO_DOC);
    }
}

/* ---- Where it goes ---- */

static size_t first_from(size_t at, uint32_t target) {
    while (at < count && list[at] < target) at++;
    return at;
}

static size_t move(ks_cursor *cursor, size_t at, uint64_t *random) {
    size_t blocks = (count + KS_BLOCK - 1) / KS_BLOCK, block = at / KS_BLOCK;
    switch (ks_test_below(random, 12)) {
    case 0: ks_cursor_rewind(cursor); return 0;
    case 1:
    case 2: {
        uint32_t target = (uint32_t)ks_test_below(random, DOCUMENTS + 10);
        ks_cursor_advance(cursor, target);
        return first_from(at, target);
    }
    case 3: /* into a block: its first document, or none where it stands there already */
        block += ks_test_below(random, 3);
        if (at == count || block >= blocks) return at;
        ks_cursor_enter(cursor, (uint32_t)block);
        return block == at / KS_BLOCK ? at : block * KS_BLOCK;
    case 4:
    case 5: {
        uint32_t target = at < count ? list[at] + (uint32_t)ks_test_below(random, 50) : KS_NO_DOC;
        ks_cursor_advance(cursor, target);
        return first_from(at, target);
    }
    default:
        if (at < count) ks_cursor_next(cursor);
        return at < count ? at + 1 : at;
    }
}

static void walk(const ks_unpacker *unpacker, uint64_t *random) {
    ks_cursor *cursor = open_cursor(unpacker);
    size_t at = 0;
    for (size_t step = 0; step < STEPS; step++) {
        check_stand(cursor, at);
        if (at < count && ks_test_below(random, 2)) check_values(cursor, at, random);
        if (at < count && count >= KS_BLOCK) check_block_of(cursor, at, random);
        at = move(cursor, at, random);
    }
    free(cursor);
}

static void walks(size_t every, uint64_t seed) {
    const ks_unpacker *unpackers[] = {ks_unpacker_portable(), ks_unpacker_best()};
    uint64_t random = seed;
    write_documents(every, &random);
    for (size_t i = 0; i < CURSORS; i++) walk(unpackers[i % 2], &random);
}

static void a_word_in_most_documents(void **state) {
    (void)state;
    walks(1, ks_test_seed(821));
}

static void a_word_in_some(void **state) {
    (void)state;
    walks(6, ks_test_seed(822));
}

static void a_word_in_few(void **state) {
    (void)state;
    walks(100, ks_test_seed(823));
}

static void a_word_in_hardly_any(void **state) {
    (void)state;
    walks(900, ks_test_seed(824));
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        IN_FOLDER(a_word_in_most_documents),
        IN_FOLDER(a_word_in_some),
        IN_FOLDER(a_word_in_few),
        IN_FOLDER(a_word_in_hardly_any),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
