/* The dictionary against a sorted array: finding, walking, and what the writer refuses. */
#include "tests/native/dictionary_model.h"

#include "tests/support/allocation.h"

#include <signal.h>
#include <sys/resource.h>

/* The first term of the model that is not less than `term`. */
static size_t lower_bound(model *m, const model_term *term) {
    size_t i = 0;
    while (i < m->count && model_compare(&m->terms[i], term) < 0) i++;
    return i;
}

static void check_walk(model *m, const model_term *from, size_t steps) {
    ks_dict_cursor cursor;
    ks_error err;
    size_t i = lower_bound(m, from);
    assert_int_equal(ks_dict_seek(&m->dict, &cursor, model_key(from), &err), KS_OK);
    for (; i < m->count && steps > 0; i++, steps--) {
        assert_stands_at(&cursor, &m->terms[i]);
        assert_int_equal(ks_dict_next(&cursor, &err), KS_OK);
    }
    assert_int_equal(cursor.valid, i < m->count);
    if (cursor.valid) return;
    assert_int_equal(ks_dict_next(&cursor, &err), KS_OK);
    assert_false(cursor.valid);
}

/* Terms that begin with another follow it at once. */
static void check_begins(model *m, const model_term *prefix) {
    size_t i = lower_bound(m, prefix);
    bool there = i < m->count && m->terms[i].size >= prefix->size &&
                 memcmp(m->terms[i].text, prefix->text, prefix->size) == 0;
    bool begins = !there;
    ks_error err;
    assert_int_equal(ks_dict_begins(&m->dict, model_key(prefix), &begins, &err), KS_OK);
    assert_int_equal(begins, there);
}

static void check_find(model *m, const model_term *term) {
    static const ks_dict_entry before = {.documents = 77, .postings = 88, .positions = 99};
    ks_dict_entry entry = before;
    size_t i = lower_bound(m, term);
    bool there = i < m->count && model_compare(&m->terms[i], term) == 0, found = !there;
    ks_error err;
    assert_int_equal(ks_dict_find(&m->dict, model_key(term), &found, &entry, &err), KS_OK);
    assert_int_equal(found, there);
    assert_entry(&entry, there ? &m->terms[i].entry : &before);
    check_begins(m, term);
}

/* The terms just before and behind this one: a byte less, a byte more, the last byte changed. */
static void check_neighbours(model *m, const model_term *term) {
    model_term near = *term;
    near.size--;
    check_find(m, &near);
    near = *term;
    near.text[near.size - 1]++;
    check_find(m, &near);
    near.text[near.size - 1] = (char)(near.text[near.size - 1] - 2);
    check_find(m, &near);
    near = *term;
    if (near.size == MODEL_LONGEST) return;
    near.text[near.size++] = '\0';
    check_find(m, &near);
    near.text[near.size - 1] = '\xFF';
    check_find(m, &near);
}

static void check_prefix_range(model *m, const model_term *prefix) {
    ks_dict_cursor cursor;
    ks_error err;
    assert_int_equal(ks_dict_seek(&m->dict, &cursor, model_key(prefix), &err), KS_OK);
    for (size_t i = 0; i < m->count; i++) {
        if (m->terms[i].size < prefix->size || memcmp(m->terms[i].text, prefix->text, prefix->size) != 0)
            continue;
        assert_stands_at(&cursor, &m->terms[i]);
        assert_int_equal(ks_dict_next(&cursor, &err), KS_OK);
    }
    if (cursor.valid && cursor.size >= prefix->size)
        assert_memory_not_equal(cursor.text, prefix->text, prefix->size);
}

static void check_all(model *m, uint64_t *random, size_t letters) {
    static const model_term nothing = {0};
    assert_true(m->dict.count == m->count);
    check_walk(m, &nothing, SIZE_MAX);
    check_find(m, &nothing);
    for (size_t i = 0; i < m->count; i++) {
        model_term beginning = m->terms[i];
        check_find(m, &m->terms[i]);
        check_neighbours(m, &m->terms[i]);
        beginning.size = (uint32_t)ks_test_below(random, beginning.size + 1);
        check_begins(m, &beginning);
        check_walk(m, &m->terms[i], ks_test_below(random, 40));
    }
    for (int i = 0; i < 300; i++) {
        const model_term *like = m->count ? &m->terms[ks_test_below(random, m->count)] : NULL;
        model_term term = model_random_term(random, like, letters);
        check_find(m, &term);
        check_walk(m, &term, i % 8 ? 20 : SIZE_MAX);
        term.size = (uint32_t)ks_test_below(random, term.size < 6 ? term.size + 1 : 6);
        if (term.size > 0) check_prefix_range(m, &term);
    }
}

static void random_terms(void **state) {
    static const size_t counts[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 48, 100, 700};
    static const size_t letters[] = {2, 3, 6, 256};
    uint64_t random = ks_test_seed(61);
    for (size_t c = 0; c < sizeof counts / sizeof *counts; c++)
        for (size_t l = 0; l < sizeof letters / sizeof *letters; l++) {
            model m;
            model_random(&m, &random, counts[c], letters[l]);
            model_write(&m, *state);
            check_all(&m, &random, letters[l]);
            model_free(&m);
        }
}

/* ---- The top of the index, which a dictionary gets when it is asked often ---- */

/* Terms of which each is found, and none between them, before there is a top and with it. */
static void check_large(const char *folder, size_t count, size_t letters) {
    uint64_t random = ks_test_seed(63);
    model m;
    model_random(&m, &random, count, letters);
    model_write(&m, folder);
    for (int round = 0; round < 2; round++) {
        size_t step = round ? 1 : m.count / 40 + 1;
        for (size_t i = 0; i < m.count; i += step) check_find(&m, &m.terms[i]);
        for (size_t i = 0; i < m.count; i += step + 7) check_neighbours(&m, &m.terms[i]);
    }
    assert_int_equal(m.dict.tree.step > 0, m.dict.blocks >= 64);
    for (int i = 0; i < 200; i++) {
        model_term term = model_random_term(&random, &m.terms[ks_test_below(&random, m.count)], letters);
        check_walk(&m, &term, 40);
    }
    model_free(&m);
}

static void many_terms(void **state) {
    static const size_t counts[] = {900, 1100, 1700, 8190, 8260, 17000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        check_large(*state, counts[i], 256);
        check_large(*state, counts[i], 26);
    }
}

/* Most prefixes are the same, the greatest there is among them. */
static void many_terms_that_begin_alike(void **state) {
    static const char *const beginnings[] = {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", "abcdefghij"};
    for (size_t b = 0; b < 2; b++) {
        uint64_t random = ks_test_seed(64);
        size_t size = strlen(beginnings[b]);
        model m;
        model_allocate(&m, 6000);
        for (size_t i = 0; i < m.count; i++) {
            memcpy(m.terms[i].text, beginnings[b], size);
            if (i % 5 == 0) m.terms[i].text[ks_test_below(&random, 8)] = 'q';
            m.terms[i].size =
                (uint32_t)(size + (size_t)snprintf(m.terms[i].text + size, 32, "%zu", i * 7919 % 10007));
        }
        model_settle(&m, &random);
        model_write(&m, *state);
        for (size_t i = 0; i < m.count; i++) check_find(&m, &m.terms[i]);
        for (size_t i = 0; i < m.count; i += 11) check_neighbours(&m, &m.terms[i]);
        assert_true(m.dict.tree.step > 0);
        model_free(&m);
    }
}

/* ---- What is read of the index ---- */

/* Damages the file where the index section's byte `at` stands. */
static void damage_index(const char *folder, const model *m, uint64_t at) {
    const uint8_t *index = NULL;
    char path[KS_TEST_PATH];
    size_t size, offset = 0;
    char *bytes = ks_test_read(ks_test_path(path, folder, "dict"), &size);
    assert_int_equal(ks_mapped_span_unverified(m->file, MODEL_INDEX_SECTION, at, 24, &index, NULL), KS_OK);
    while (memcmp(bytes + offset, index, 24) != 0) offset++;
    bytes[offset] ^= 4;
    ks_test_write(path, bytes, size);
    free(bytes);
}

/* A look-up reads some chunks of the index. Where another one is damaged it does not matter, until there have
 * been so many that the whole index is verified. */
static void damage_is_seen_when_it_matters(void **state) {
    uint64_t random = ks_test_seed(65);
    model m;
    ks_error err = {0};
    ks_dict_entry entry;
    bool found = false;
    size_t good = 0, bad = 0;
    model_random(&m, &random, 150000, 256);
    for (size_t i = 0; i < m.count; i++) /* offsets that so many terms do not add up too far */
        m.terms[i].entry.postings = m.terms[i].entry.positions = i;
    model_write(&m, *state);
    assert_true((uint64_t)m.dict.blocks * 8 > KS_CHUNK);
    damage_index(*state, &m, HEAD + (uint64_t)m.dict.blocks * 16 - 100); /* the last offsets */
    for (size_t i = 0; i < 30; i++) {
        ks_term term = model_key(&m.terms[(m.count - 1) * i / 29]);
        ks_status status = ks_dict_find(&m.dict, term, &found, &entry, &err);
        good += status == KS_OK && found;
        bad += status == KS_ERR_CORRUPT;
    }
    assert_int_equal(good + bad, 30);
    assert_true(good > 0 && bad > 0);
    assert_non_null(strstr(err.message, "wrong checksum of a chunk at byte "));
    for (size_t i = 0; i < 64; i++) ks_dict_find(&m.dict, model_key(&m.terms[0]), &found, &entry, NULL);
    assert_int_equal(ks_dict_find(&m.dict, model_key(&m.terms[0]), &found, &entry, &err), KS_ERR_CORRUPT);
    assert_int_equal(m.dict.tree.step, 0);
    model_free(&m);
}

/* Blocks in a row whose first terms begin with the same eight bytes. */
static void check_shared_beginning(const char *folder, const char *beginning, size_t size) {
    uint64_t random = ks_test_seed(62);
    model m;
    model_allocate(&m, 600);
    for (size_t i = 0; i < m.count; i++) {
        model_term *term = &m.terms[i];
        bool other = i % 10 == 0;
        memcpy(term->text, beginning, size);
        if (other) term->text[ks_test_below(&random, size)] = 'q';
        term->size = (uint32_t)(size + (size_t)snprintf(term->text + size, 32, "%zu", i * 7919 % 1000));
    }
    model_settle(&m, &random);
    model_write(&m, folder);
    check_all(&m, &random, 256);
    model_free(&m);
}

static void blocks_that_begin_alike(void **state) {
    check_shared_beginning(*state, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
    check_shared_beginning(*state, "\0\0\0\0\0\0\0\0", 8);
    check_shared_beginning(*state, "XTdirector", 10);
    check_shared_beginning(*state, "abcdefg", 7);
}

/* One byte after the other: terms that end where a prefix of eight bytes is filled up with zeros. */
static void every_term_begins_the_next(void **state) {
    uint64_t random = ks_test_seed(63);
    for (int fill = 0; fill <= 0xFF; fill += 0x55) {
        model m;
        model_allocate(&m, MODEL_LONGEST);
        for (size_t i = 0; i < m.count; i++) {
            memset(m.terms[i].text, fill, i + 1);
            m.terms[i].size = (uint32_t)i + 1;
        }
        model_settle(&m, &random);
        assert_int_equal(m.count, MODEL_LONGEST);
        model_write(&m, *state);
        check_all(&m, &random, 6);
        model_free(&m);
    }
}

/* Lengths around those that do not fit into a nibble, shared and not. */
static void every_length(void **state) {
    static const uint32_t lengths[] = {1, 13, 14, 15, 16, 17, 29, 30, 31, 100, 239, 240, 254};
    enum { LENGTHS = sizeof lengths / sizeof *lengths };
    uint64_t random = ks_test_seed(64);
    for (size_t shared = 0; shared < LENGTHS; shared++)
        for (size_t suffix = 0; suffix < LENGTHS; suffix++) {
            model m;
            if (lengths[shared] + lengths[suffix] > MODEL_LONGEST) continue;
            model_allocate(&m, 2);
            for (size_t i = 0; i < 2; i++) {
                memset(m.terms[i].text, 's', MODEL_LONGEST);
                m.terms[i].text[lengths[shared]] = i ? 'z' : 'c';
                m.terms[i].size = lengths[shared] + (i ? lengths[suffix] : 1);
            }
            model_settle(&m, &random);
            model_write(&m, *state);
            check_all(&m, &random, 6);
            model_free(&m);
        }
}

static void entries_at_the_edges(void **state) {
    const ks_dict_entry entries[] = {
        model_several(2, 0, 0), model_several(UINT32_MAX, 0, 0), model_several(2, UINT64_MAX, 1),
        model_several(127, UINT64_MAX, UINT64_MAX), model_several(128, UINT64_MAX, UINT64_MAX)};
    uint64_t random = 0;
    model m;
    model_allocate(&m, 5);
    for (size_t i = 0; i < m.count; i++) {
        m.terms[i] = (model_term){.text = {(char)('a' + i)}, .size = 1};
        m.terms[i].entry = entries[i];
    }
    model_write(&m, *state);
    check_all(&m, &random, 6);
    model_free(&m);
}

static void a_search_longer_than_any_term(void **state) {
    uint64_t random = ks_test_seed(65);
    char text[1000];
    ks_dict_entry entry;
    bool found = true;
    model m;
    memset(text, 'a', sizeof text);
    model_random(&m, &random, 100, 2);
    model_write(&m, *state);
    assert_int_equal(ks_dict_find(&m.dict, (ks_term){text, sizeof text}, &found, &entry, NULL), KS_OK);
    assert_false(found);
    found = true;
    assert_int_equal(ks_dict_begins(&m.dict, (ks_term){text, sizeof text}, &found, NULL), KS_OK);
    assert_false(found);
    model_free(&m);
}

/* ---- What the writer refuses, and what can fail in it ---- */

typedef struct writing {
    ks_file_writer *file;
    ks_dict_writer *writer;
} writing;

static writing begin(const char *folder, unsigned index_section) {
    writing w;
    char path[KS_TEST_PATH];
    unlink(ks_test_path(path, folder, "dict"));
    assert_int_equal(ks_file_writer_open(&w.file, folder, "dict", NULL), KS_OK);
    assert_int_equal(ks_file_writer_section(w.file, MODEL_TERMS_SECTION, NULL), KS_OK);
    assert_int_equal(ks_dict_writer_new(&w.writer, w.file, index_section, NULL), KS_OK);
    return w;
}

static void end(writing *w) {
    ks_dict_writer_free(w->writer);
    ks_file_writer_free(w->file);
}

static ks_status add(const writing *w, const char *text, uint32_t size, ks_dict_entry entry, ks_error *err) {
    return ks_dict_writer_add(w->writer, (ks_term){text, size}, &entry, err);
}

static void check_refused(const writing *w, const char *text, uint32_t size, ks_dict_entry entry,
                          const char *message) {
    ks_error err = {0};
    assert_int_equal(add(w, text, size, entry, &err), KS_ERR_ARGUMENT);
    assert_int_equal(err.code, KS_ERR_ARGUMENT);
    assert_non_null(strstr(err.message, message));
    assert_int_equal(add(w, text, size, entry, NULL), KS_ERR_ARGUMENT);
}

static void what_the_writer_refuses(void **state) {
    const ks_dict_entry first = model_several(2, 10, 20), second = model_several(3, 10, 21);
    char longest[256];
    ks_dict_entry entry;
    bool found;
    ks_mapped *file;
    ks_dict dict;
    writing w = begin(*state, MODEL_INDEX_SECTION);
    memset(longest, 'x', sizeof longest);
    check_refused(&w, "", 0, first, "0 bytes");
    check_refused(&w, longest, 256, first, "256 bytes");
    check_refused(&w, "m", 1, model_several(0, 10, 20), "no documents");
    assert_int_equal(add(&w, "m\x80", 2, first, NULL), KS_OK);
    check_refused(&w, "m\x80", 2, second, "ascend");
    check_refused(&w, "m", 1, second, "ascend");
    check_refused(&w, "m\x7F", 2, second, "ascend");
    check_refused(&w, "a", 1, second, "ascend");
    check_refused(&w, "n", 1, model_several(2, 9, 20), "decrease");
    check_refused(&w, "n", 1, model_several(2, 10, 19), "decrease");
    assert_int_equal(add(&w, longest, 255, second, NULL), KS_OK);
    assert_int_equal(ks_dict_writer_finish(w.writer, NULL), KS_OK);
    assert_int_equal(ks_file_writer_finish(w.file, NULL, NULL), KS_OK);
    end(&w);
    assert_int_equal(ks_mapped_open(&file, *state, "dict", NULL), KS_OK);
    assert_int_equal(ks_dict_open(&dict, file, MODEL_TERMS_SECTION, MODEL_INDEX_SECTION, NULL), KS_OK);
    assert_int_equal(dict.count, 2);
    assert_int_equal(ks_dict_find(&dict, (ks_term){longest, 255}, &found, &entry, NULL), KS_OK);
    assert_true(found);
    assert_entry(&entry, &second);
    ks_mapped_close(file);
}

static void an_index_section_used_already(void **state) {
    writing w = begin(*state, MODEL_TERMS_SECTION);
    assert_int_equal(add(&w, "a", 1, model_several(2, 0, 0), NULL), KS_OK);
    assert_int_equal(ks_dict_writer_finish(w.writer, NULL), KS_ERR_ARGUMENT);
    end(&w);
}

static void nothing_to_free(void **state) {
    (void)state;
    ks_dict_writer_free(NULL);
}

static ks_status add_numbers(const writing *w, unsigned count) {
    for (unsigned i = 0; i < count; i++) {
        char text[16];
        uint32_t size = (uint32_t)snprintf(text, sizeof text, "%08u", i);
        ks_status status = add(w, text, size, model_several(2, i, i), NULL);
        if (status) return status;
    }
    return ks_dict_writer_finish(w->writer, NULL);
}

static void a_full_disk(void **state) {
    struct rlimit before, limit;
    bool failed = false, passed = false;
    writing w;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t size = 0; size < 5 * (rlim_t)KS_PIECE; size += KS_PIECE / 2) {
        ks_status status;
        w = begin(*state, MODEL_INDEX_SECTION);
        limit = (struct rlimit){size, before.rlim_max};
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
        status = add_numbers(&w, 500000);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
        if (status) assert_int_equal(status, KS_ERR_NO_SPACE);
        failed = failed || status;
        passed = passed || !status;
        end(&w);
    }
    assert_true(failed);
    assert_true(passed);
}

static void every_allocation_fails_once(void **state) {
    if (!ks_test_can_fail_allocation()) skip();
    for (size_t n = 1;; n++) {
        char path[KS_TEST_PATH];
        ks_file_writer *file;
        writing w = {0};
        ks_status status;
        unlink(ks_test_path(path, *state, "dict"));
        assert_int_equal(ks_file_writer_open(&file, *state, "dict", NULL), KS_OK);
        assert_int_equal(ks_file_writer_section(file, MODEL_TERMS_SECTION, NULL), KS_OK);
        w.file = file;
        ks_test_fail_allocation(n);
        status = ks_dict_writer_new(&w.writer, file, MODEL_INDEX_SECTION, NULL);
        if (!status) status = add_numbers(&w, 3000);
        if (!ks_test_allocation_failed()) {
            assert_int_equal(status, KS_OK);
            assert_true(n > 4);
            end(&w);
            break;
        }
        assert_int_equal(status, KS_ERR_NOMEM);
        end(&w);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_terms),
        cmocka_unit_test(many_terms),
        cmocka_unit_test(many_terms_that_begin_alike),
        cmocka_unit_test(damage_is_seen_when_it_matters),
        cmocka_unit_test(blocks_that_begin_alike),
        cmocka_unit_test(every_term_begins_the_next),
        cmocka_unit_test(every_length),
        cmocka_unit_test(entries_at_the_edges),
        cmocka_unit_test(a_search_longer_than_any_term),
        cmocka_unit_test(what_the_writer_refuses),
        cmocka_unit_test(an_index_section_used_already),
        cmocka_unit_test(nothing_to_free),
        cmocka_unit_test(a_full_disk),
        cmocka_unit_test(every_allocation_fails_once),
    };
    return cmocka_run_group_tests(tests, ks_test_folder_setup, ks_test_folder_teardown);
}
