/* Each check of the dictionary's reader, reached by bytes written by hand, with checksums that are right. */
#include "tests/native/dictionary_model.h"

static void put_u64(ks_buffer *out, uint64_t value) {
    for (int i = 0; i < 8; i++) ks_buffer_char(out, (char)(value >> 8 * i & 0xFF));
}

/* An index of one block at offset 0 whose first term is of one letter. */
static void index_of_one(ks_buffer *index, uint64_t count, char letter) {
    put_u64(index, count);
    put_u64(index, (uint64_t)(unsigned char)letter << 56);
    put_u64(index, 0);
}

static ks_status walk(ks_dict *dict, ks_error *err) {
    ks_dict_cursor cursor;
    ks_status status = ks_dict_seek(dict, &cursor, (ks_term){"", 0}, err);
    while (!status && cursor.valid) status = ks_dict_next(&cursor, err);
    if (status) assert_false(cursor.valid);
    return status;
}

/* Walks the dictionary and expects this error; NULL for none. Frees the bytes. */
static void check_walk(const char *folder, dict_bytes *b, const char *message) {
    ks_mapped *file = write_all(folder, b, 1);
    ks_error err = {0};
    ks_dict dict;
    ks_status status = ks_dict_open(&dict, file, 0, 1, &err);
    if (!status) status = walk(&dict, &err);
    assert_int_equal(status, message ? KS_ERR_CORRUPT : KS_OK);
    if (message && !strstr(err.message, message)) fail_msg("\"%s\" is not in \"%s\"", message, err.message);
    ks_mapped_close(file);
    bytes_free(b);
}

/* A block that begins with "b" of two documents at 5 and 6, and then this. */
static void check_second(const char *folder, uint64_t count, const char *rest, size_t size,
                         const char *message) {
    dict_bytes b = {0};
    ks_buffer_add(&b.terms, "\1b\4\5\6", 5);
    ks_buffer_add(&b.terms, rest, size);
    index_of_one(&b.index, count, 'b');
    check_walk(folder, &b, message);
}

static void the_terms_of_a_block(void **state) {
    const char *folder = *state;
    check_second(folder, 1, "", 0, NULL);
    check_second(folder, 2,
                 "\x11"
                 "a\4\0\0",
                 5, NULL);
    check_second(folder, 2,
                 "\x10"
                 "c\4\0\0",
                 5, NULL);
    check_second(folder, 2, "", 0, "ends too early");
    check_second(folder, 1,
                 "\x11"
                 "a\4\0\0",
                 5, "too long");
    check_second(folder, 2, "\x01\1\0\0", 4, "length"); /* nothing behind what is shared */
    check_second(folder, 2,
                 "\x12"
                 "a\4\0\0",
                 5, "length"); /* shares more than there is */
    check_second(folder, 2,
                 "\x51"
                 "a\4\0\0",
                 5, "length");                    /* longer than the block */
    check_second(folder, 2, "\x0F", 1, "length"); /* the rest of the shared length is missing */
    check_second(folder, 2, "\xF1", 1, "length"); /* the rest of the suffix's length is missing */
    check_second(folder, 2, "\xFF\x01", 2, "length");
    check_second(folder, 2,
                 "\x10"
                 "b\4\0\0",
                 5, "ascend"); /* the same term */
    check_second(folder, 2,
                 "\x20"
                 "bb\4\0\0",
                 6, "ascend"); /* shares more than it says */
    check_second(folder, 2,
                 "\x10"
                 "a\4\0\0",
                 5, "ascend");
    check_second(folder, 2,
                 "\x11"
                 "a",
                 2, "number");
    check_second(folder, 2,
                 "\x11"
                 "a\4",
                 3, "number");
    check_second(folder, 2,
                 "\x11"
                 "a\4\0",
                 4, "number");
    check_second(folder, 2,
                 "\x11"
                 "a\x84\0\0\0",
                 6, "number"); /* a byte more than needed */
    check_second(folder, 2,
                 "\x11"
                 "a\4\x80",
                 4, "number");
    check_second(folder, 2,
                 "\x11"
                 "a\0\0\0",
                 5, "out of range"); /* no documents */
}

/* Behind "a" the entry of one document, then whatever follows. */
static void check_single(const char *folder, const char *entry, size_t size, const char *message) {
    ks_buffer rest = {0};
    ks_buffer_add(&rest,
                  "\x11"
                  "a",
                  2);
    ks_buffer_add(&rest, entry, size);
    check_second(folder, 2, rest.data, rest.size, message);
    ks_buffer_free(&rest);
}

/* Of the first number the lowest bit is set, the others are the shape's: 1 + field + 6 * (count - 1). */
static void entries_of_one_document(void **state) {
    const char *folder = *state;
    check_single(folder, "\x0D\7", 2, NULL);                   /* an exact value in document 7 */
    check_single(folder, "\x0D\xFE\xFF\xFF\xFF\x0F", 6, NULL); /* in the last one that there can be */
    check_single(folder, "\x0D\xFF\xFF\xFF\xFF\x0F", 6, "out of range");
    check_single(folder, "\x0D", 1, "number");
    check_single(folder, "\3\7\5", 3, NULL); /* once in the title, at 5 */
    check_single(folder, "\3\7", 2, "position");
    check_single(folder, "\3\7\x80", 3, "position");
    check_single(folder, "\3\7\xFF\xFF\xFF\xFF\x0F", 7, NULL);
    check_single(folder, "\3\7\x80\x80\x80\x80\x10", 7, "position");
    check_single(folder, "\3\7\5\5", 4, "too long");
    check_single(folder, "\x27\7\5\5\5\5", 6, NULL); /* four times */
    check_single(folder, "\x27\7\5\5\5", 5, "position");
    check_single(folder, "\x33\7\5", 3, NULL); /* five times: where the positions are */
    check_single(folder, "\x33\7", 2, "number");
    check_single(folder, "\x33\7\xFA\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1", 12, "out of range");
    check_single(folder, "\1\3\1\1\7\5\5", 7, NULL); /* in title and summary */
    check_single(folder, "\1", 1, "shape");
    check_single(folder, "\1\3", 2, "shape");
    check_single(folder, "\1\3\1", 3, "shape");
    check_single(folder, "\1\3\1\0\7\5", 6, "shape"); /* not at all in the summary */
    check_single(folder, "\1\2\1\7\5", 5, "shape");   /* one field alone has a shape of its own */
    check_single(folder, "\1\0\1\7\5", 5, "shape");
    check_single(folder, "\1\x21\1\1\7\5\5", 7, "shape");                            /* no such field */
    check_single(folder, "\x83\x80\x80\x80\x80\x80\x80\x80\x80\1\7\5", 12, "shape"); /* too often */
}

static void numbers_out_of_range(void **state) {
    static const char *const rests[] = {
        "\x11"
        "a\x80\x80\x80\x80\x20\1\1", /* 2^32 documents */
        "\x11"
        "a\4\xFB\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1\1", /* 5 + 2^64 - 5 */
        "\x11"
        "a\4\1\xFA\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1" /* 6 + 2^64 - 6 */
    };
    static const char just[] = "\x11"
                               "a\xFE\xFF\xFF\xFF\x1F\xFA\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1"
                               "\xF9\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\1";
    for (size_t i = 0; i < sizeof rests / sizeof *rests; i++)
        check_second(*state, 2, rests[i], strlen(rests[i]), "out of range");
    check_second(*state, 2, just, sizeof just - 1, NULL);
}

static void a_term_of_more_than_255_bytes(void **state) {
    for (int more = 0; more < 2; more++) {
        dict_bytes b = {0};
        ks_buffer_add(&b.terms, "\xFE", 1);
        for (int i = 0; i < 254; i++) ks_buffer_char(&b.terms, 'a');
        ks_buffer_add(&b.terms, "\4\0\0", 3);
        /* Shares 254 bytes and adds one or two. */
        ks_buffer_char(&b.terms, (char)(0x0F | (1 + more) << 4));
        ks_buffer_char(&b.terms, (char)(254 - 15));
        ks_buffer_add(&b.terms, "zz", (size_t)(1 + more));
        ks_buffer_add(&b.terms, "\4\0\0", 3);
        put_u64(&b.index, 2);
        put_u64(&b.index, UINT64_C(0x6161616161616161));
        put_u64(&b.index, 0);
        check_walk(*state, &b, more ? "length" : NULL);
    }
}

static void check_first(const char *folder, const char *terms, size_t size, char letter,
                        const char *message) {
    dict_bytes b = {0};
    ks_buffer_add(&b.terms, terms, size);
    index_of_one(&b.index, 1, letter);
    check_walk(folder, &b, message);
}

static void the_first_term_of_a_block(void **state) {
    check_first(*state, "\1b\4\0\0", 5, 'b', NULL);
    check_first(*state, "\0\4\0\0", 4, '\0', "first term");
    check_first(*state, "\1b\4\0\0", 5, 'c', "first term");
    check_first(*state, "\5b\1\0\0", 5, 'b', "first term");
    check_first(*state, "\1", 1, 'b', "first term");
    /* A byte more than the block has: behind it stands a zero, and the prefix would be right. */
    check_first(*state, "\2b", 2, 'b', "first term");
    check_first(*state, "\1b", 2, 'b', "number");
    check_first(*state, "\1b\0\0\0", 5, 'b', "out of range");
    check_first(*state, "", 0, 'b', "blocks of terms");
}

/* Two blocks: sixteen terms, "b", "b\4" to "b\47" in octal, and behind them one more, whose block begins at
 * the offset. */
static void check_blocks(const char *folder, const char *second, uint64_t offset, const char *message) {
    dict_bytes b = {0};
    size_t size = strlen(second);
    ks_buffer_add(&b.terms, "\1b\4\0\0", 5);
    for (char i = 1; i < 16; i++) {
        const char other[] = {0x11, i, 4, 0, 0};
        ks_buffer_add(&b.terms, other, sizeof other);
    }
    ks_buffer_char(&b.terms, (char)size);
    ks_buffer_str(&b.terms, second);
    ks_buffer_add(&b.terms, "\4\0\0", 3);
    put_u64(&b.index, 17);
    put_u64(&b.index, (uint64_t)'b' << 56);
    put_u64(&b.index, (uint64_t)(unsigned char)second[0] << 56 | (uint64_t)(unsigned char)second[1] << 48);
    put_u64(&b.index, 0);
    put_u64(&b.index, offset);
    check_walk(folder, &b, message);
}

static void the_order_of_blocks(void **state) {
    check_blocks(*state, "c", 80, NULL);
    check_blocks(*state, "b", 80, "ascend");
    check_blocks(*state, "b\x10", 80, NULL);
    check_blocks(*state, "b\x0F", 80, "ascend");
    check_blocks(*state, "a", 80, "ascend");
    check_blocks(*state, "c", 0, "blocks of terms");
    check_blocks(*state, "c", 85, "too long");
    check_blocks(*state, "c", 1000, "section's end");
    check_blocks(*state, "c", UINT64_MAX, "section's end");
    check_blocks(*state, "c", 79, "number");
    check_blocks(*state, "c", 81, "too long");
}

static void check_open(const char *folder, const char *index, size_t size, ks_status expected) {
    dict_bytes b = {0};
    ks_mapped *file;
    ks_error err = {0};
    ks_dict dict = {.count = 99};
    ks_buffer_add(&b.index, index, size);
    file = write_all(folder, &b, 1);
    assert_int_equal(ks_dict_open(&dict, file, 0, 1, &err), expected);
    assert_int_equal(err.code, expected);
    assert_int_equal(dict.count, expected ? 99 : 0);
    ks_mapped_close(file);
    bytes_free(&b);
}

static void the_head_of_the_index(void **state) {
    static const char zeros[64] = {0};
    char head[64] = {0};
    check_open(*state, zeros, HEAD, KS_OK);
    for (size_t size = 0; size < HEAD; size++) check_open(*state, zeros, size, KS_ERR_CORRUPT);
    check_open(*state, zeros, HEAD + 16, KS_ERR_CORRUPT);
    head[0] = 16;
    check_open(*state, head, HEAD, KS_ERR_CORRUPT);
    check_open(*state, head, HEAD + 15, KS_ERR_CORRUPT);
    head[0] = 17;
    check_open(*state, head, HEAD + 16, KS_ERR_CORRUPT);
    /* 2^36 + 1 terms have more blocks than 32 bits count, 2^64 - 1 more than there are bytes. */
    memset(head, 0, sizeof head);
    head[0] = 1;
    head[4] = 16;
    check_open(*state, head, HEAD + 16, KS_ERR_CORRUPT);
    memset(head, 0xFF, sizeof head);
    check_open(*state, head, HEAD, KS_ERR_CORRUPT);
    check_open(*state, head, HEAD + 16, KS_ERR_CORRUPT);
}

static void no_such_sections(void **state) {
    dict_bytes b = {0};
    ks_mapped *file = write_all(*state, &b, 1);
    ks_dict dict;
    assert_int_equal(ks_dict_open(&dict, file, 20, 21, NULL), KS_ERR_CORRUPT);
    ks_mapped_close(file);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_terms_of_a_block),      cmocka_unit_test(entries_of_one_document),
        cmocka_unit_test(numbers_out_of_range),      cmocka_unit_test(a_term_of_more_than_255_bytes),
        cmocka_unit_test(the_first_term_of_a_block), cmocka_unit_test(the_order_of_blocks),
        cmocka_unit_test(the_head_of_the_index),     cmocka_unit_test(no_such_sections),
    };
    return cmocka_run_group_tests(tests, ks_test_folder_setup, ks_test_folder_teardown);
}
