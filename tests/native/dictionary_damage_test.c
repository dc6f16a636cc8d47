/* Dictionaries damaged at random, with checksums that are right: an error or consistent answers. */
#include "tests/native/dictionary_model.h"

static void copy_section(ks_buffer *out, model *m, unsigned section) {
    const uint8_t *at;
    size_t size = (size_t)ks_mapped_size(m->file, section);
    assert_int_equal(ks_mapped_span(m->file, section, 0, size, &at, NULL), KS_OK);
    ks_buffer_add(out, at, size);
}

static dict_bytes bytes_of(model *m) {
    dict_bytes b = {0};
    copy_section(&b.terms, m, MODEL_TERMS_SECTION);
    copy_section(&b.index, m, MODEL_INDEX_SECTION);
    return b;
}

/* Any outcome is right but a crash, a hang, an error of another kind, or terms that do not ascend. */
static bool walk_is_whole(ks_dict *dict) {
    ks_dict_cursor cursor;
    ks_error err;
    model_term before = {0}, now = {0};
    uint64_t walked = 0;
    ks_status status = ks_dict_seek(dict, &cursor, (ks_term){"", 0}, &err);
    while (!status && cursor.valid) {
        ks_dict_entry entry = {0};
        bool found = false;
        now.size = cursor.size;
        assert_true(now.size <= MODEL_LONGEST);
        memcpy(now.text, cursor.text, cursor.size);
        assert_true(model_compare(&before, &now) < 0);
        assert_true(cursor.entry.documents > 0);
        status = ks_dict_find(dict, model_key(&now), &found, &entry, &err);
        if (status) break;
        before = now;
        walked++;
        status = ks_dict_next(&cursor, &err);
    }
    if (status) {
        assert_int_equal(status, KS_ERR_CORRUPT);
        assert_int_equal(err.code, KS_ERR_CORRUPT);
        return false;
    }
    assert_true(walked == dict->count);
    return true;
}

/* When every block could be read in order, every term of it is found too. */
static void check_found(ks_dict *dict) {
    ks_dict_cursor cursor;
    assert_int_equal(ks_dict_seek(dict, &cursor, (ks_term){"", 0}, NULL), KS_OK);
    while (cursor.valid) {
        ks_dict_entry entry;
        bool found;
        assert_int_equal(ks_dict_find(dict, (ks_term){cursor.text, cursor.size}, &found, &entry, NULL),
                         KS_OK);
        assert_true(found);
        assert_entry(&entry, &cursor.entry);
        assert_int_equal(ks_dict_next(&cursor, NULL), KS_OK);
    }
}

static void probe(ks_dict *dict, model *m, uint64_t *random) {
    for (int i = 0; i < 10; i++) {
        model_term term = m->terms[ks_test_below(random, m->count)];
        ks_dict_entry entry = {0};
        ks_dict_cursor cursor;
        bool found = false;
        ks_status status = ks_dict_find(dict, model_key(&term), &found, &entry, NULL);
        if (status) assert_int_equal(status, KS_ERR_CORRUPT);
        term.size = (uint32_t)ks_test_below(random, term.size + 1);
        status = ks_dict_begins(dict, model_key(&term), &found, NULL);
        if (status) assert_int_equal(status, KS_ERR_CORRUPT);
        status = ks_dict_seek(dict, &cursor, model_key(&term), NULL);
        while (!status && cursor.valid) status = ks_dict_next(&cursor, NULL);
        if (status) assert_int_equal(status, KS_ERR_CORRUPT);
        assert_false(cursor.valid);
    }
}

/* The number of them that could be read to the end. */
static size_t check_damaged(const char *folder, model *m, dict_bytes *damaged, size_t count,
                            uint64_t *random) {
    ks_mapped *file = write_all(folder, damaged, count);
    size_t whole = 0;
    for (unsigned i = 0; i < count; i++) {
        ks_dict dict;
        ks_status status = ks_dict_open(&dict, file, 2 * i, 2 * i + 1, NULL);
        bytes_free(&damaged[i]);
        if (status) {
            assert_int_equal(status, KS_ERR_CORRUPT);
            continue;
        }
        if (m->count > 0) probe(&dict, m, random);
        if (!walk_is_whole(&dict)) continue;
        check_found(&dict);
        whole++;
    }
    ks_mapped_close(file);
    return whole;
}

/* Damaged copies of one dictionary, checked PER_FILE at a time. */
typedef struct damaging {
    const char *folder;
    model m;
    uint64_t random;
    dict_bytes waiting[PER_FILE];
    size_t count, all, whole;
} damaging;

static damaging damaging_begin(const char *folder, uint64_t seed, size_t terms, size_t letters) {
    damaging d = {.folder = folder, .random = ks_test_seed(seed)};
    model_random(&d.m, &d.random, terms, letters);
    model_write(&d.m, folder);
    return d;
}

static void damaging_flush(damaging *d) {
    d->all += d->count;
    d->whole += check_damaged(d->folder, &d->m, d->waiting, d->count, &d->random);
    d->count = 0;
}

/* The next copy, to be damaged before the next call. */
static dict_bytes *damaging_next(damaging *d) {
    if (d->count == PER_FILE) damaging_flush(d);
    d->waiting[d->count] = bytes_of(&d->m);
    return &d->waiting[d->count++];
}

static void damaging_end(damaging *d) {
    damaging_flush(d);
    print_message("%zu of %zu damaged dictionaries could be read\n", d->whole, d->all);
    model_free(&d->m);
}

static void undamaged(void **state) {
    damaging d = damaging_begin(*state, 71, 100, 256);
    for (int i = 0; i < 20; i++) damaging_next(&d);
    damaging_flush(&d);
    assert_int_equal(d.whole, 20);
    damaging_end(&d);
}

static void every_byte_changed(void **state) {
    static const uint8_t changes[] = {0x01, 0x10, 0x80, 0x0F, 0xF0, 0xFF};
    damaging d = damaging_begin(*state, 72, 40, 3);
    dict_bytes plain = bytes_of(&d.m);
    for (size_t i = 0; i < plain.terms.size + plain.index.size; i++)
        for (size_t c = 0; c < sizeof changes; c++) {
            dict_bytes *b = damaging_next(&d);
            char *at = i < b->terms.size ? b->terms.data + i : b->index.data + (i - b->terms.size);
            *at = (char)(*at ^ changes[c]);
        }
    bytes_free(&plain);
    damaging_end(&d);
}

static void every_truncation(void **state) {
    damaging d = damaging_begin(*state, 73, 40, 256);
    dict_bytes plain = bytes_of(&d.m);
    for (size_t i = 0; i < plain.terms.size; i++) ks_buffer_truncate(&damaging_next(&d)->terms, i);
    for (size_t i = 0; i < plain.index.size; i++) ks_buffer_truncate(&damaging_next(&d)->index, i);
    bytes_free(&plain);
    damaging_flush(&d);
    assert_int_equal(d.whole, 0);
    damaging_end(&d);
}

static void bytes_appended(void **state) {
    damaging d = damaging_begin(*state, 74, 40, 6);
    for (size_t i = 0; i < 16; i++) {
        ks_buffer *one = i % 2 ? &damaging_next(&d)->terms : &damaging_next(&d)->index;
        for (size_t j = 0; j <= i; j++) ks_buffer_char(one, (char)(i / 2));
    }
    damaging_flush(&d);
    assert_int_equal(d.whole, 0);
    damaging_end(&d);
}

static void many_bytes_changed(void **state) {
    damaging d = damaging_begin(*state, 75, 200, 6);
    for (int round = 0; round < 600; round++) {
        dict_bytes *b = damaging_next(&d);
        for (size_t n = 1 + ks_test_below(&d.random, 6); n > 0; n--) {
            ks_buffer *one = ks_test_below(&d.random, 8) ? &b->terms : &b->index;
            one->data[ks_test_below(&d.random, one->size)] = (char)ks_test_random(&d.random);
        }
    }
    damaging_end(&d);
}

static void blocks_of_noise(void **state) {
    damaging d = damaging_begin(*state, 76, 60, 256);
    for (int round = 0; round < 300; round++) {
        ks_buffer *terms = &damaging_next(&d)->terms;
        /* Behind the first term, which the index knows. */
        size_t from = 1 + (size_t)(uint8_t)terms->data[0];
        for (size_t i = from; i < terms->size; i++)
            terms->data[i] = (char)ks_test_below(&d.random, round % 2 ? 256 : 20);
    }
    damaging_end(&d);
}

/* A block that cannot be read does not stop those before and behind it from being searched. */
static void only_the_damaged_block_fails(void **state) {
    uint64_t random = ks_test_seed(77);
    model m;
    dict_bytes b;
    ks_mapped *file;
    ks_dict dict;
    size_t failed = 0;
    model_random(&m, &random, 200, 256);
    model_write(&m, *state);
    b = bytes_of(&m);
    b.index.data[HEAD + 5 * 8] ^= 1; /* the lowest byte of the sixth prefix */
    file = write_all(*state, &b, 1);
    assert_int_equal(ks_dict_open(&dict, file, 0, 1, NULL), KS_OK);
    for (size_t i = 0; i < m.count; i++) {
        ks_dict_entry entry;
        bool found = false;
        ks_status status = ks_dict_find(&dict, model_key(&m.terms[i]), &found, &entry, NULL);
        failed += status != KS_OK;
        if (status) continue;
        assert_true(found || i / 16 == 5);
        if (found) assert_entry(&entry, &m.terms[i].entry);
    }
    assert_true(failed > 0 && failed <= 17);
    ks_mapped_close(file);
    bytes_free(&b);
    model_free(&m);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(undamaged),
        cmocka_unit_test(every_byte_changed),
        cmocka_unit_test(every_truncation),
        cmocka_unit_test(bytes_appended),
        cmocka_unit_test(many_bytes_changed),
        cmocka_unit_test(blocks_of_noise),
        cmocka_unit_test(only_the_damaged_block_fails),
    };
    return cmocka_run_group_tests(tests, ks_test_folder_setup, ks_test_folder_teardown);
}
