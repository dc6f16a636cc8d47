/* Lists that no real documents would give: shapes of every kind, gaps up to 2^32, positions anywhere; against
 * plain arrays, in a segment of nothing but lists; and the same lists damaged, with checksums that are right.
 */
#include "native/list_writer.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/support/allocation.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 3000 };

/* How postings of a list look. */
typedef enum look { EXACT, ANY_TF, ONE_FIELD, MANY_COUNTS, FIELDS, ALIKE, LOOKS } look;

struct plain {
    ks_shape shape;
    ks_buffer encoded;
    uint32_t *positions; /* of all fields */
};

static struct plain plain[MOST];
static ks_posting postings[MOST];
static size_t count;

static uint32_t count_of(look kind, uint64_t *random) {
    if (kind == MANY_COUNTS)
        return 1 + (uint32_t)ks_test_below(random, ks_test_below(random, 30) ? 300 : 3000);
    return kind == ALIKE ? 2 : 1 + (uint32_t)ks_test_below(random, 1 + ks_test_below(random, 6));
}

static uint8_t mask_of(look kind, uint64_t *random) {
    if (kind == EXACT || kind == ANY_TF) return 0;
    if (kind == FIELDS) return (uint8_t)(1 + ks_test_below(random, 31));
    return 1u << KS_FIELD_BODY;
}

/* Positions ascend and stay below 2^32. */
static void put_field(struct plain *p, uint32_t positions, bool many, size_t *at, uint64_t *random) {
    uint64_t next = 0, room = UINT32_MAX - positions;
    if (many) ks_varint_put(&p->encoded, positions);
    for (uint32_t i = 0; i < positions; i++) {
        uint64_t most = ks_test_below(random, 50) ? 1 + ks_test_below(random, 200) : room;
        uint64_t gap = ks_test_random(random) % ((most < room ? most : room) + 1);
        room -= gap;
        next += gap;
        ks_varint_put(&p->encoded, gap);
        p->positions[(*at)++] = (uint32_t)next++;
    }
}

static void make_posting(size_t i, uint32_t doc, look kind, uint64_t *random) {
    struct plain *p = &plain[i];
    size_t at = 0;
    p->shape = (ks_shape){.mask = mask_of(kind, random)};
    if (kind == EXACT) p->shape.tf = 1 + 2 * (uint32_t)ks_test_below(random, 2);
    if (kind == ANY_TF) p->shape.tf = 1 + (uint32_t)(ks_test_random(random) % UINT32_MAX);
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (!(p->shape.mask & 1u << field)) continue;
        p->shape.counts[field] = count_of(kind, random);
        p->shape.tf += p->shape.counts[field] * ks_field_weight((ks_field)field);
    }
    free(p->positions);
    ks_buffer_free(&p->encoded);
    ks_buffer_str(&p->encoded, "");
    assert_non_null(p->positions = malloc((size_t)ks_shape_positions(&p->shape) * 4 + 1));
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
        if (p->shape.counts[field])
            put_field(p, p->shape.counts[field], ks_mask_has_many(p->shape.mask), &at, random);
    postings[i] = (ks_posting){doc,
                               p->shape.tf,
                               1 + (uint32_t)ks_test_below(random, 1000),
                               p->shape.mask,
                               (const uint8_t *)p->encoded.data,
                               (uint32_t)p->encoded.size};
}

/* A list among so many documents, the gaps as even as `spread` says: 1 for as dense as can be. */
static void make_list(size_t size, uint32_t documents, unsigned spread, look kind, uint64_t *random) {
    uint64_t room = documents - size, doc = 0;
    count = size;
    for (size_t i = 0; i < size; i++) {
        uint64_t most = spread == 1 ? 0 : spread == 2 ? 2 * (room / (size - i)) : room;
        uint64_t gap = ks_test_random(random) % ((most < room ? most : room) + 1);
        if (spread == 1 && ks_test_below(random, 200) == 0) gap = room / 2;
        room -= gap;
        doc += gap;
        make_posting(i, (uint32_t)doc++, kind, random);
    }
}

/* ---- A file of one list ---- */

static ks_segment segment;
static uint8_t *lengths;
static const bool yes = true;

/* In the shorter way where there is one position, and the posting says so. */
static ks_status add_shortly(ks_list_writer *writer, size_t i) {
    const struct plain *p = &plain[i];
    if (ks_shape_positions(&p->shape) != 1 || postings[i].tf != p->shape.tf ||
        postings[i].mask != p->shape.mask)
        return ks_list_add(writer, &postings[i], NULL);
    return ks_list_add_single(writer, postings[i].doc, postings[i].length,
                              (ks_field)__builtin_ctz(p->shape.mask), p->positions[0], NULL);
}

/* Behind a list that was begun and given up. */
static ks_status add_postings(ks_list_writer *writer, ks_dict_entry *entry) {
    ks_status status = ks_list_begin(writer, NULL);
    for (size_t i = 0; i < count / 2 && !status; i++) status = add_shortly(writer, i);
    if (!status) status = ks_list_begin(writer, NULL);
    for (size_t i = 0; i < count && !status; i++) {
        assert_int_equal(ks_list_count(writer), i);
        status = i % 3 ? add_shortly(writer, i) : ks_list_add(writer, &postings[i], NULL);
    }
    return status ? status : ks_list_end(writer, entry, NULL);
}

static ks_status write_list(const char *folder, uint32_t documents, ks_dict_entry *entry, ks_buffer *single) {
    ks_list_writer writer = {.documents = documents};
    ks_file_writer *file = NULL;
    char path[KS_TEST_PATH];
    ks_status status = ks_spill_init(&writer.positions, folder, "spilled", 1000, NULL);
    if (!status) status = ks_spill_init(&writer.lists, folder, "spilled", 1000, NULL);
    unlink(ks_test_path(path, folder, "list"));
    if (!status) status = ks_file_writer_open(&file, folder, "list", NULL);
    if (!status) status = ks_file_writer_section(file, KS_SECTION_POSTINGS, NULL);
    if (!status) status = add_postings(&writer, entry);
    if (!status) status = ks_spill_copy(&writer.lists, file, NULL);
    if (!status && entry->gaps) { /* the writer's own memory */
        ks_buffer_add(single, entry->gaps, entry->gaps_size);
        ks_buffer_str(single, "");
        status = ks_buffer_check(single, NULL);
        entry->gaps = (const uint8_t *)single->data;
    }
    if (!status) status = ks_file_writer_section(file, KS_SECTION_POSITIONS, NULL);
    if (!status) status = ks_spill_copy(&writer.positions, file, NULL);
    if (!status) status = ks_file_writer_finish(file, NULL, NULL);
    ks_file_writer_free(file);
    ks_list_writer_free(&writer);
    return status;
}

static void open_file(const char *folder, uint32_t documents) {
    segment = (ks_segment){.documents = documents};
    assert_int_equal(ks_mapped_open(&segment.file, folder, "list", NULL), KS_OK);
    if (documents > 1000000) return;
    assert_non_null(lengths = calloc(documents, 4));
    for (size_t i = 0; i < count; i++) ks_put_u32(lengths + (size_t)postings[i].doc * 4, postings[i].length);
    segment.lengths = (ks_column){.values = lengths, .verified = &yes, .mask = UINT32_MAX, .width = 4};
}

static void close_file(void) {
    ks_mapped_close(segment.file);
    free(lengths);
    lengths = NULL;
}

/* ---- Checks ---- */

static void check_field(ks_cursor *cursor, const struct plain *p, unsigned field) {
    uint32_t *out = NULL;
    size_t capacity = 0, found = 1, before = 0;
    assert_int_equal(ks_array_reserve(&out, &capacity, 1, sizeof *out, NULL), KS_OK);
    out[0] = 77;
    for (unsigned i = 0; i < field; i++) before += p->shape.counts[i];
    assert_int_equal(ks_cursor_positions(cursor, (ks_field)field, &out, &capacity, &found, NULL), KS_OK);
    assert_int_equal(found, 1 + p->shape.counts[field]);
    assert_int_equal(out[0], 77);
    if (found > 1) assert_memory_equal(out + 1, p->positions + before, p->shape.counts[field] * sizeof *out);
    free(out);
}

/* The gaps of the whole block; those of the posting are looked at, of which there are as many as positions.
 */
static void check_gaps(ks_cursor *cursor, const struct plain *p) {
    uint32_t *gaps = NULL, at, end;
    size_t capacity = 0, n = 0;
    assert_int_equal(ks_cursor_gaps(cursor, &gaps, &capacity, NULL), KS_OK);
    at = cursor->starts[cursor->in_block];
    end = cursor->starts[cursor->in_block + 1];
    assert_int_equal(end - at, ks_shape_positions(&p->shape));
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++)
        for (uint32_t i = 0, next = 0; i < p->shape.counts[field]; i++, at++, n++) {
            assert_int_equal(next + gaps[at], p->positions[n]);
            next = p->positions[n] + 1;
        }
    assert_int_equal(at, end);
    free(gaps);
}

static void check_here(ks_cursor *cursor, size_t i, uint64_t *random) {
    assert_int_equal(cursor->doc, postings[i].doc);
    if (ks_test_below(random, 2)) assert_int_equal(ks_cursor_tf(cursor), postings[i].tf);
    if (ks_test_below(random, 2)) assert_int_equal(ks_cursor_mask(cursor), postings[i].mask);
    if (ks_test_below(random, 3) == 0) check_gaps(cursor, &plain[i]);
    for (unsigned n = (unsigned)ks_test_below(random, 4); n > 0; n--) /* fields in any order, some twice */
        check_field(cursor, &plain[i], (unsigned)ks_test_below(random, KS_TEXT_FIELDS));
}

static void check_walk(const ks_dict_entry *entry, const ks_unpacker *unpacker, uint64_t *random) {
    ks_cursor *cursor = malloc(sizeof *cursor);
    assert_non_null(cursor);
    assert_int_equal(ks_cursor_open(cursor, &segment, entry, unpacker, NULL), KS_OK);
    for (size_t i = 0; i < count; i++, ks_cursor_next(cursor)) {
        check_here(cursor, i, random);
        assert_int_equal(ks_cursor_tf(cursor), postings[i].tf);
        assert_int_equal(cursor->tfs[cursor->in_block], postings[i].tf);
        assert_int_equal(ks_cursor_mask(cursor), postings[i].mask);
    }
    assert_int_equal(cursor->doc, KS_NO_DOC);
    assert_false(cursor->damaged);
    free(cursor);
}

static void check_jumps(const ks_dict_entry *entry, const ks_unpacker *unpacker, size_t longest,
                        uint64_t *random) {
    ks_cursor *cursor = malloc(sizeof *cursor);
    assert_non_null(cursor);
    assert_int_equal(ks_cursor_open(cursor, &segment, entry, unpacker, NULL), KS_OK);
    for (size_t i = ks_test_below(random, longest); i < count; i += 1 + ks_test_below(random, longest)) {
        uint32_t before = i ? postings[i - 1].doc + 1 : 0; /* anywhere behind the one before */
        ks_cursor_advance(cursor, before + (uint32_t)ks_test_below(random, postings[i].doc - before + 1));
        check_here(cursor, i, random);
    }
    ks_cursor_advance(cursor, postings[count - 1].doc + 1);
    assert_int_equal(cursor->doc, KS_NO_DOC);
    assert_false(cursor->damaged);
    free(cursor);
}

/* For random ways in which a length tells. */
static void check_bounds(const ks_dict_entry *entry, uint64_t *random) {
    ks_cursor *cursor = malloc(sizeof *cursor);
    double average = (double)(1 + ks_test_below(random, 3000));
    const ks_norm norm = {.base = 0.3, .slope = 0.9 / average, .least = average / 2};
    assert_non_null(cursor);
    assert_int_equal(ks_cursor_open(cursor, &segment, entry, ks_unpacker_best(), NULL), KS_OK);
    for (size_t i = 0; i < count; i++, ks_cursor_next(cursor)) {
        double tf = (double)postings[i].tf, share = tf / (tf + ks_norm_of(&norm, postings[i].length));
        assert_true(share <= ks_cursor_bound(cursor, cursor->block, &norm) + 1e-12);
        assert_true(share <= ks_cursor_bound(cursor, KS_NO_DOC, &norm) + 1e-12);
        if (count == 1) assert_true(ks_cursor_bound(cursor, 0, &norm) <= share + 1e-12);
    }
    free(cursor);
}

static void check_list(const char *folder, uint32_t documents, uint64_t *random) {
    const ks_unpacker *unpackers[] = {ks_unpacker_portable(), ks_unpacker_best()};
    ks_dict_entry entry = {0};
    ks_buffer single = {0};
    assert_int_equal(write_list(folder, documents, &entry, &single), KS_OK);
    assert_int_equal(entry.documents, count);
    open_file(folder, documents);
    for (size_t i = 0; i < 2; i++) {
        check_walk(&entry, unpackers[i], random);
        check_jumps(&entry, unpackers[i], 2, random);
        check_jumps(&entry, unpackers[i], 20, random);
        check_jumps(&entry, unpackers[i], 600, random);
    }
    if (segment.lengths.values)
        for (int i = 0; i < 4; i++) check_bounds(&entry, random);
    close_file();
    ks_buffer_free(&single);
}

static const size_t sizes[] = {1, 2, 3, 7, 15, 16, 17, 127, 128, 129, 255, 256, 257, 700, MOST};

static void every_size_and_look(void **state) {
    uint64_t random = ks_test_seed(241);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int kind = 0; kind < LOOKS; kind++)
            for (unsigned spread = 1; spread <= 3; spread++) {
                uint32_t documents = (uint32_t)(sizes[s] + ks_test_below(&random, 20 * sizes[s] + 2));
                make_list(sizes[s], documents, spread, (look)kind, &random);
                check_list(*state, documents, &random);
            }
}

static void gaps_as_large_as_can_be(void **state) {
    uint64_t random = ks_test_seed(242);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (unsigned spread = 1; spread <= 3; spread++) {
            make_list(sizes[s], UINT32_MAX - 1, spread, spread == 2 ? FIELDS : EXACT, &random);
            postings[count - 1].doc = UINT32_MAX - 2;
            check_list(*state, UINT32_MAX - 1, &random);
        }
}

static void postings_that_contradict_themselves(void **state) {
    static const size_t indices[] = {0, 5, 130, 299};
    uint64_t random = ks_test_seed(243);
    ks_dict_entry entry;
    ks_buffer single = {0};
    for (size_t i = 0; i < sizeof indices / sizeof *indices; i++) {
        make_list(i ? 300 : 1, 1000, 2, ONE_FIELD, &random);
        postings[indices[i]].tf += 1; /* more than there are positions */
        assert_int_equal(write_list(*state, 1000, &entry, &single), KS_ERR_ARGUMENT);
        postings[indices[i]].tf = 0;
        assert_int_equal(write_list(*state, 1000, &entry, &single), KS_ERR_ARGUMENT);
        make_list(i ? 300 : 1, 1000, 2, FIELDS, &random);
        postings[indices[i]].mask ^= 1;
        assert_int_equal(write_list(*state, 1000, &entry, &single), KS_ERR_ARGUMENT);
    }
}

/* What ks_list_begin has made ready into the writer's spills, which are compared then. */
static void end_list(ks_list_writer *writer) {
    ks_dict_entry entry;
    assert_int_equal(ks_list_end(writer, &entry, NULL), KS_OK);
    assert_int_equal(entry.documents, ks_list_count(writer));
}

static void assert_same_bytes(const ks_spill *spill, const ks_spill *other) {
    assert_int_equal(spill->waiting.size, other->waiting.size);
    if (spill->waiting.size)
        assert_memory_equal(spill->waiting.data, other->waiting.data, spill->waiting.size);
}

/* Postings that come in parts of blocks make the same list as one after the other. */
static void ranges_of_blocks(void **state) {
    uint64_t random = ks_test_seed(245);
    for (int round = 0; round < 200; round++) {
        ks_list_writer one = {0}, ranges = {0}, part = {0};
        ks_list_writer *writers[] = {&one, &ranges, &part};
        make_list(2 + ks_test_below(&random, 700), 5000, 2, (look)ks_test_below(&random, LOOKS), &random);
        for (size_t i = 0; i < 3; i++) {
            writers[i]->documents = 5000;
            assert_int_equal(ks_spill_init(&writers[i]->lists, *state, "a", SIZE_MAX, NULL), KS_OK);
            assert_int_equal(ks_spill_init(&writers[i]->positions, *state, "b", SIZE_MAX, NULL), KS_OK);
            assert_int_equal(ks_list_begin(writers[i], NULL), KS_OK);
        }
        for (size_t i = 0; i < count; i++) assert_int_equal(ks_list_add(&one, &postings[i], NULL), KS_OK);
        for (size_t at = 0, end; at < count; at = end) { /* `part` gathers a block, of which some is taken */
            size_t left = count - at, before = ks_test_below(&random, at + 1) % 20;
            size_t take = 1 + ks_test_below(&random, left < 100 ? left : 100), behind;
            end = at + take;
            behind = end + ks_test_below(&random, 8);
            assert_int_equal(ks_list_begin(&part, NULL), KS_OK);
            for (size_t i = at - before; i < behind && i < count; i++)
                assert_int_equal(ks_list_add(&part, &postings[i], NULL), KS_OK);
            assert_int_equal(ks_list_add_range(&ranges, &part.block, before, before + take, NULL), KS_OK);
            assert_int_equal(ks_list_count(&ranges), end);
        }
        end_list(&one);
        end_list(&ranges);
        assert_same_bytes(&one.lists, &ranges.lists);
        assert_same_bytes(&one.positions, &ranges.positions);
        for (size_t i = 0; i < 3; i++) ks_list_writer_free(writers[i]);
    }
}

/* What a skip cannot tell is an error, and no list that leads elsewhere. The writer is made to believe that
 * the list has had so many bytes of positions already. */
static void positions_beyond_4_gib(void **state) {
    static const struct {
        uint64_t bytes;
        ks_status status;
    } cases[] = {
        {UINT32_MAX / 2, KS_OK}, {UINT32_MAX, KS_ERR_TOO_LARGE}, {UINT64_C(5) << 32, KS_ERR_TOO_LARGE}};
    uint64_t random = ks_test_seed(246);
    make_list(300, 10000, 2, ONE_FIELD, &random);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t size = 200; size <= 300; size += 100) { /* in a full block, and in the tail */
            ks_list_writer writer = {.documents = 10000};
            ks_dict_entry entry;
            ks_status status;
            assert_int_equal(ks_spill_init(&writer.lists, *state, "a", SIZE_MAX, NULL), KS_OK);
            assert_int_equal(ks_spill_init(&writer.positions, *state, "b", SIZE_MAX, NULL), KS_OK);
            status = ks_list_begin(&writer, NULL);
            for (size_t at = 0; at < size && !status; at++) {
                if (at == (size == 200 ? 0 : 290)) writer.positions_begin -= cases[i].bytes;
                status = ks_list_add(&writer, &postings[at], NULL);
            }
            if (!status) status = ks_list_end(&writer, &entry, NULL);
            assert_int_equal(status, cases[i].status);
            ks_list_writer_free(&writer);
        }
}

/* A posting of one position makes the same list, however it is added. */
static void single_positions(void **state) {
    uint64_t random = ks_test_seed(246);
    for (int round = 0; round < 200; round++) {
        ks_list_writer whole = {0}, shortly = {0};
        ks_list_writer *writers[] = {&whole, &shortly};
        look kind = ks_test_below(&random, 2) ? ONE_FIELD : FIELDS;
        make_list(1 + ks_test_below(&random, round % 2 ? 700 : 20), 5000, 2, kind, &random);
        for (size_t i = 0; i < 2; i++) {
            writers[i]->documents = 5000;
            assert_int_equal(ks_spill_init(&writers[i]->lists, *state, "a", SIZE_MAX, NULL), KS_OK);
            assert_int_equal(ks_spill_init(&writers[i]->positions, *state, "b", SIZE_MAX, NULL), KS_OK);
            assert_int_equal(ks_list_begin(writers[i], NULL), KS_OK);
        }
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(ks_list_add(&whole, &postings[i], NULL), KS_OK);
            assert_int_equal(add_shortly(&shortly, i), KS_OK);
            assert_int_equal(ks_list_count(&shortly), i + 1);
        }
        end_list(&whole);
        end_list(&shortly);
        assert_same_bytes(&whole.lists, &shortly.lists);
        assert_same_bytes(&whole.positions, &shortly.positions);
        for (size_t i = 0; i < 2; i++) ks_list_writer_free(writers[i]);
    }
}

static void every_allocation_may_fail(void **state) {
    uint64_t random = ks_test_seed(244);
    if (!ks_test_can_fail_allocation()) skip();
    make_list(600, 10000, 2, FIELDS, &random);
    for (size_t n = 1;; n++) {
        ks_dict_entry entry;
        ks_buffer single = {0};
        ks_status status;
        ks_test_fail_allocation(n);
        status = write_list(*state, 10000, &entry, &single);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
    }
}

/* ---- Damage ---- */

static void copy_section(ks_buffer *out, unsigned section) {
    size_t size = (size_t)ks_mapped_size(segment.file, section);
    const uint8_t *at;
    assert_int_equal(ks_mapped_span(segment.file, section, 0, size, &at, NULL), KS_OK);
    ks_buffer_add(out, at, size);
}

static void write_damaged(const char *folder, const ks_buffer *lists, const ks_buffer *positions) {
    ks_file_writer *file = NULL;
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, folder, "list"));
    assert_int_equal(ks_file_writer_open(&file, folder, "list", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, KS_SECTION_POSTINGS, NULL), KS_OK);
    if (lists->size) assert_int_equal(ks_file_writer_add(file, lists->data, lists->size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(file, KS_SECTION_POSITIONS, NULL), KS_OK);
    if (positions->size)
        assert_int_equal(ks_file_writer_add(file, positions->data, positions->size, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(file, NULL, NULL), KS_OK);
    ks_file_writer_free(file);
}

/* Whatever comes, documents ascend within the segment, and errors are those of damage. */
static void read_all(const ks_dict_entry *entry, uint64_t *random) {
    const ks_norm norm = {.base = 0.3, .slope = 0.01, .least = 1};
    ks_cursor *cursor = malloc(sizeof *cursor);
    uint32_t *out = NULL, next = 0;
    size_t capacity = 0;
    ks_status status;
    assert_non_null(cursor);
    status = ks_cursor_open(cursor, &segment, entry, ks_unpacker_best(), NULL);
    if (status) assert_int_equal(status, KS_ERR_CORRUPT);
    while (!status && cursor->doc != KS_NO_DOC) {
        size_t found = 0;
        assert_true(cursor->doc >= next && cursor->doc < segment.documents);
        next = cursor->doc + 1;
        ks_cursor_tf(cursor);
        ks_cursor_mask(cursor);
        ks_cursor_bound(cursor, cursor->block, &norm);
        ks_cursor_bound(cursor, KS_NO_DOC, &norm);
        status = ks_cursor_positions(cursor, (ks_field)ks_test_below(random, KS_TEXT_FIELDS), &out, &capacity,
                                     &found, NULL);
        if (status) assert_int_equal(status, KS_ERR_CORRUPT);
        if (ks_test_below(random, 20))
            ks_cursor_next(cursor);
        else
            ks_cursor_advance(cursor, next + (uint32_t)ks_test_below(random, 500));
    }
    free(out);
    free(cursor);
}

static void damage(ks_buffer *bytes, uint64_t *random) {
    if (bytes->size == 0) return;
    if (ks_test_below(random, 8) == 0) ks_buffer_truncate(bytes, ks_test_below(random, bytes->size));
    for (size_t n = ks_test_below(random, 4); n > 0 && bytes->size; n--) {
        size_t at = ks_test_below(random, ks_test_below(random, 2) || bytes->size < 60 ? bytes->size : 60);
        bytes->data[at] = (char)ks_test_random(random);
    }
}

static void damaged_lists(void **state) {
    static const size_t some[] = {2, 5, 20, 127, 128, 300, 700};
    uint64_t random = ks_test_seed(245);
    for (size_t s = 0; s < sizeof some / sizeof *some; s++)
        for (int kind = 0; kind < LOOKS; kind++) {
            ks_dict_entry entry;
            ks_buffer single = {0}, lists = {0}, positions = {0};
            make_list(some[s], 10000, 2, (look)kind, &random);
            assert_int_equal(write_list(*state, 10000, &entry, &single), KS_OK);
            open_file(*state, 10000);
            copy_section(&lists, KS_SECTION_POSTINGS);
            copy_section(&positions, KS_SECTION_POSITIONS);
            close_file();
            for (int round = 0; round < 30; round++) {
                ks_buffer other_lists = {0}, other_positions = {0};
                ks_buffer_add(&other_lists, lists.data, lists.size);
                if (positions.size) ks_buffer_add(&other_positions, positions.data, positions.size);
                damage(round % 4 ? &other_lists : &other_positions, &random);
                write_damaged(*state, &other_lists, &other_positions);
                open_file(*state, 10000);
                read_all(&entry, &random);
                close_file();
                ks_buffer_free(&other_lists);
                ks_buffer_free(&other_positions);
            }
            ks_buffer_free(&lists);
            ks_buffer_free(&positions);
        }
}

static void entries_that_make_no_sense(void **state) {
    uint64_t random = ks_test_seed(246);
    ks_cursor *cursor = malloc(sizeof *cursor);
    ks_dict_entry entry, wrong;
    ks_buffer single = {0};
    uint32_t *out = NULL;
    size_t capacity = 0, found = 0;
    assert_non_null(cursor);
    make_list(300, 1000, 2, ONE_FIELD, &random);
    assert_int_equal(write_list(*state, 1000, &entry, &single), KS_OK);
    open_file(*state, 1000);
    wrong = entry;
    wrong.documents = 0;
    assert_int_equal(ks_cursor_open(cursor, &segment, &wrong, ks_unpacker_best(), NULL), KS_ERR_CORRUPT);
    wrong.documents = 1001;
    assert_int_equal(ks_cursor_open(cursor, &segment, &wrong, ks_unpacker_best(), NULL), KS_ERR_CORRUPT);
    wrong = entry;
    wrong.postings = UINT64_MAX;
    assert_int_equal(ks_cursor_open(cursor, &segment, &wrong, ks_unpacker_best(), NULL), KS_ERR_CORRUPT);
    wrong = (ks_dict_entry){.documents = 1, .doc = 1000, .shape = {.tf = 1}};
    assert_int_equal(ks_cursor_open(cursor, &segment, &wrong, ks_unpacker_best(), NULL), KS_ERR_CORRUPT);
    wrong = entry;
    wrong.positions = UINT64_MAX;
    assert_int_equal(ks_cursor_open(cursor, &segment, &wrong, ks_unpacker_best(), NULL), KS_OK);
    assert_int_equal(ks_cursor_positions(cursor, KS_FIELD_BODY, &out, &capacity, &found, NULL),
                     KS_ERR_CORRUPT);
    /* So many positions that there could be no such file. */
    wrong =
        (ks_dict_entry){.documents = 1,
                        .doc = 9,
                        .shape = {.tf = UINT32_MAX, .counts = {[KS_FIELD_BODY] = UINT32_MAX}, .mask = 16}};
    assert_int_equal(ks_cursor_open(cursor, &segment, &wrong, ks_unpacker_best(), NULL), KS_OK);
    assert_int_equal(ks_cursor_positions(cursor, KS_FIELD_BODY, &out, &capacity, &found, NULL),
                     KS_ERR_CORRUPT);
    assert_int_equal(found, 0);
    close_file();
    free(out);
    free(cursor);
}

static int tear_down(void **state) {
    for (size_t i = 0; i < MOST; i++) {
        ks_buffer_free(&plain[i].encoded);
        free(plain[i].positions);
    }
    return ks_test_folder_teardown(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_and_look),
        cmocka_unit_test(gaps_as_large_as_can_be),
        cmocka_unit_test(postings_that_contradict_themselves),
        cmocka_unit_test(ranges_of_blocks),
        cmocka_unit_test(positions_beyond_4_gib),
        cmocka_unit_test(single_positions),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(damaged_lists),
        cmocka_unit_test(entries_that_make_no_sense),
    };
    return cmocka_run_group_tests(tests, ks_test_folder_setup, tear_down);
}
