/* A dictionary and its model, a sorted array, for the tests of the dictionary. */
#ifndef KS_TESTS_NATIVE_DICTIONARY_MODEL_H
#define KS_TESTS_NATIVE_DICTIONARY_MODEL_H

#include "native/dictionary.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "native/varint.h"
#include "tests/support/random.h"
#include "tests/support/tempdir.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MODEL_TERMS_SECTION = 3, MODEL_INDEX_SECTION = 7, MODEL_LONGEST = 255 };

typedef struct model_term {
    char text[MODEL_LONGEST + 1];
    uint32_t size;
    ks_dict_entry entry;
    uint8_t gaps[32]; /* what the entry points to, if it does */
} model_term;

/* The entry of a term that is in several documents. */
static inline ks_dict_entry model_several(uint32_t documents, uint64_t postings, uint64_t positions) {
    return (ks_dict_entry){.documents = documents, .postings = postings, .positions = positions};
}

typedef struct model {
    model_term *terms;
    size_t count;
    ks_mapped *file;
    ks_dict dict;
} model;

static inline int model_compare(const void *left, const void *right) {
    const model_term *a = left, *b = right;
    for (uint32_t i = 0; i < a->size && i < b->size; i++)
        if (a->text[i] != b->text[i]) return (unsigned char)a->text[i] < (unsigned char)b->text[i] ? -1 : 1;
    return (a->size > b->size) - (a->size < b->size);
}

/* A number that is small, middling or as large as `most`. */
static inline uint64_t model_number(uint64_t *random, uint64_t most) {
    return (ks_test_random(random) >> ks_test_below(random, 64)) % (most + 1);
}

/* A term that may begin like `before`, which may be NULL, of an alphabet of `letters` bytes; 256 for all. */
static inline model_term model_random_term(uint64_t *random, const model_term *before, size_t letters) {
    static const char few[] = {'\0', 'a', '\xFF', 'b', '\x7F', '\x80'};
    model_term term = {0};
    size_t most = ks_test_below(random, 20) ? 12 : MODEL_LONGEST, size;
    if (before && ks_test_below(random, 3)) {
        term = *before;
        term.size = (uint32_t)ks_test_below(random, before->size + 1);
    }
    size = term.size + 1 + ks_test_below(random, most);
    if (size > MODEL_LONGEST) size = MODEL_LONGEST;
    while (term.size < size)
        term.text[term.size++] =
            letters > sizeof few ? (char)ks_test_below(random, letters) : few[ks_test_below(random, letters)];
    if (term.size == 0) term.text[term.size++] = 'a';
    return term;
}

/* The shape of some posting: exact values, one field or several, small counts and large ones. */
static inline ks_shape model_shape(uint64_t *random) {
    ks_shape shape = {.mask = (uint8_t)ks_test_below(random, 32)};
    uint64_t most = ks_test_below(random, 2) ? 2 : 100000000;
    if (ks_test_below(random, 2)) shape.mask = (uint8_t)(1u << ks_test_below(random, KS_TEXT_FIELDS));
    if (!shape.mask) shape.tf = 1 + (uint32_t)model_number(random, UINT32_MAX - 1);
    for (unsigned field = 0; field < KS_TEXT_FIELDS; field++) {
        if (!(shape.mask & 1u << field)) continue;
        shape.counts[field] = 1 + (uint32_t)model_number(random, most);
        shape.tf += shape.counts[field] * ks_field_weight((ks_field)field);
    }
    return shape;
}

/* The entry of a term in one document, with its positions if they are few. */
static inline void model_single(model_term *term, uint64_t *random, uint64_t positions) {
    ks_dict_entry *entry = &term->entry;
    ks_buffer gaps = {0};
    *entry = (ks_dict_entry){.documents = 1, .positions = positions};
    entry->doc = (uint32_t)model_number(random, UINT32_MAX - 1);
    entry->shape = model_shape(random);
    if (ks_shape_positions(&entry->shape) > KS_DICT_POSITIONS) return;
    for (uint64_t i = ks_shape_positions(&entry->shape); i > 0; i--)
        ks_varint_put(&gaps, model_number(random, UINT32_MAX));
    assert_true(gaps.size <= sizeof term->gaps);
    if (gaps.size) memcpy(term->gaps, gaps.data, gaps.size);
    entry->gaps = term->gaps;
    entry->gaps_size = gaps.size;
    ks_buffer_free(&gaps);
}

/* Sorts, takes out what is twice, and gives entries with offsets that never decrease. */
static inline void model_settle(model *m, uint64_t *random) {
    size_t kept = 0;
    uint64_t postings = 0, positions = 0;
    if (m->count > 0) qsort(m->terms, m->count, sizeof *m->terms, model_compare);
    for (size_t i = 0; i < m->count; i++)
        if (kept == 0 || model_compare(&m->terms[kept - 1], &m->terms[i])) m->terms[kept++] = m->terms[i];
    m->count = kept;
    for (size_t i = 0; i < m->count; i++) {
        postings += model_number(random, UINT64_MAX >> 14);
        positions += model_number(random, UINT64_MAX >> 14);
        if (ks_test_below(random, 2))
            model_single(&m->terms[i], random, positions);
        else
            m->terms[i].entry =
                model_several(2 + (uint32_t)model_number(random, UINT32_MAX - 2), postings, positions);
    }
}

static inline void model_allocate(model *m, size_t count) {
    *m = (model){.count = count, .terms = calloc(count + 1, sizeof *m->terms)};
    assert_non_null(m->terms);
}

static inline void model_random(model *m, uint64_t *random, size_t count, size_t letters) {
    model_allocate(m, count);
    for (size_t i = 0; i < count; i++)
        m->terms[i] = model_random_term(random, i ? &m->terms[ks_test_below(random, i)] : NULL, letters);
    model_settle(m, random);
}

static inline ks_term model_key(const model_term *term) {
    return (ks_term){term->text, term->size};
}

/* Writes the model's terms into a new file "dict" of the folder, and opens it. */
static inline void model_write(model *m, const char *folder) {
    char path[KS_TEST_PATH];
    ks_file_writer *file;
    ks_dict_writer *writer;
    ks_error err;
    unlink(ks_test_path(path, folder, "dict"));
    assert_int_equal(ks_file_writer_open(&file, folder, "dict", &err), KS_OK);
    assert_int_equal(ks_file_writer_section(file, MODEL_TERMS_SECTION, &err), KS_OK);
    assert_int_equal(ks_dict_writer_new(&writer, file, MODEL_INDEX_SECTION, &err), KS_OK);
    for (size_t i = 0; i < m->count; i++)
        assert_int_equal(ks_dict_writer_add(writer, model_key(&m->terms[i]), &m->terms[i].entry, &err),
                         KS_OK);
    assert_int_equal(ks_dict_writer_finish(writer, &err), KS_OK);
    ks_dict_writer_free(writer);
    assert_int_equal(ks_file_writer_finish(file, NULL, &err), KS_OK);
    ks_file_writer_free(file);
    assert_int_equal(ks_mapped_open(&m->file, folder, "dict", &err), KS_OK);
    assert_int_equal(ks_dict_open(&m->dict, m->file, MODEL_TERMS_SECTION, MODEL_INDEX_SECTION, &err), KS_OK);
}

static inline void model_free(model *m) {
    ks_mapped_close(m->file);
    free(m->terms);
}

static inline void assert_single(const ks_dict_entry *entry, const ks_dict_entry *expected) {
    assert_int_equal(entry->doc, expected->doc);
    assert_int_equal(entry->shape.tf, expected->shape.tf);
    assert_int_equal(entry->shape.mask, expected->shape.mask);
    assert_memory_equal(entry->shape.counts, expected->shape.counts, sizeof expected->shape.counts);
    assert_int_equal(entry->gaps_size, expected->gaps_size);
    if (expected->gaps_size) assert_memory_equal(entry->gaps, expected->gaps, expected->gaps_size);
    if (!expected->gaps) assert_true(entry->positions == expected->positions);
}

static inline void assert_entry(const ks_dict_entry *entry, const ks_dict_entry *expected) {
    assert_int_equal(entry->documents, expected->documents);
    if (expected->documents == 1) {
        assert_single(entry, expected);
        return;
    }
    assert_true(entry->postings == expected->postings);
    assert_true(entry->positions == expected->positions);
}

static inline void assert_stands_at(const ks_dict_cursor *cursor, const model_term *term) {
    assert_true(cursor->valid);
    assert_int_equal(cursor->size, term->size);
    assert_memory_equal(cursor->text, term->text, term->size);
    assert_entry(&cursor->entry, &term->entry);
}

/* ---- Dictionaries of any bytes, with checksums that are right ---- */

/* A file holds up to 16 dictionaries, dictionary i in the sections 2 i and 2 i + 1, since each file costs an
 * fsync. */
enum { PER_FILE = KS_SECTIONS / 2, HEAD = 8 };

typedef struct dict_bytes {
    ks_buffer terms, index;
} dict_bytes;

static inline void bytes_free(dict_bytes *b) {
    ks_buffer_free(&b->terms);
    ks_buffer_free(&b->index);
}

static inline void write_section(ks_file_writer *file, unsigned section, const ks_buffer *bytes) {
    assert_int_equal(ks_file_writer_section(file, section, NULL), KS_OK);
    if (bytes->size > 0) assert_int_equal(ks_file_writer_add(file, bytes->data, bytes->size, NULL), KS_OK);
}

static inline ks_mapped *write_all(const char *folder, const dict_bytes *dictionaries, size_t count) {
    char path[KS_TEST_PATH];
    ks_file_writer *file;
    ks_mapped *mapped;
    unlink(ks_test_path(path, folder, "damaged"));
    assert_int_equal(ks_file_writer_open(&file, folder, "damaged", NULL), KS_OK);
    for (unsigned i = 0; i < count; i++) {
        write_section(file, 2 * i, &dictionaries[i].terms);
        write_section(file, 2 * i + 1, &dictionaries[i].index);
    }
    assert_int_equal(ks_file_writer_finish(file, NULL, NULL), KS_OK);
    ks_file_writer_free(file);
    assert_int_equal(ks_mapped_open(&mapped, folder, "damaged", NULL), KS_OK);
    return mapped;
}

#endif
