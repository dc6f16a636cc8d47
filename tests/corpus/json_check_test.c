/* The strict JSON checker: what passes, what does not and where, cut off at every byte. */
#include "corpus/json_check.h"

#include "support.h"

static void valid_texts(void **state) {
    static const char *const valid[] = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "10",
        "1.5",
        "1e5",
        "1E+5",
        "-1.25e-10",
        "true",
        "false",
        "null",
        " { } ",
        "\t[\r\n]\n",
        "{\"a\":1}",
        "{\"a\" : [ 1 , 2 ] , \"b\":{}}",
        "[[[]]]",
        "[\"]\",\"}\"]",
        "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u12aB\"",
        "\"\x7F\"",
        "\"\xFF\"",
        "{\"\":\"\",\"\":0}",
        "123456789012345678901234567890123456789012345678901234567890",
    };
    (void)state;
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        ks_json_shape shape;
        ks_error error;
        if (ks_json_check(valid[i], strlen(valid[i]), &shape, &error))
            fail_msg("%s: %s", valid[i], error.message);
    }
}

static void invalid_texts_and_their_places(void **state) {
    static const struct {
        const char *text;
        int position;
        const char *reason;
    } invalid[] = {
        {"", 0, "it ends too early"},
        {"  ", 2, "it ends too early"},
        {"{", 1, "it ends too early"},
        {"{\"a\"", 4, "it ends too early"},
        {"{\"a\":", 5, "it ends too early"},
        {"{\"a\":1", 6, "it ends too early"},
        {"{\"a\":1,", 7, "it ends too early"},
        {"[1", 2, "it ends too early"},
        {"\"a", 2, "it ends too early"},
        {"\"a\\", 3, "it ends too early"},
        {"\"\\u12", 5, "it ends too early"},
        {"tru", 3, "it ends too early"},
        {"-", 1, "it ends too early"},
        {"1.", 2, "it ends too early"},
        {"1e+", 3, "it ends too early"},
        {"{\"a\":tru}", 8, "unexpected text"},
        {"{\"a\" 1}", 5, "unexpected text"},
        {"{a:1}", 1, "unexpected text"},
        {"{\"a\":1 \"b\":2}", 7, "unexpected text"},
        {"{\"a\":1,}", 7, "unexpected text"},
        {"[1,]", 3, "unexpected text"},
        {"[1 2]", 3, "unexpected text"},
        {"[,1]", 1, "unexpected text"},
        {"[1}", 2, "unexpected text"},
        {"01", 1, "unexpected text"},
        {"+1", 0, "unexpected text"},
        {".5", 0, "unexpected text"},
        {"1.e5", 2, "unexpected text"},
        {"1e5x", 3, "unexpected text"},
        {"-x", 1, "unexpected text"},
        {"NaN", 0, "unexpected text"},
        {"nulL", 3, "unexpected text"},
        {"{} {}", 3, "unexpected text"},
        {"{}\v", 2, "unexpected text"},
        {"\xEF\xBB\xBF{}", 0, "unexpected text"},
        {"{\"a\":\xC3\xA9}", 5, "unexpected text"},
        {"\"\\x\"", 2, "a bad escape in a string"},
        {"\"\\u12G4\"", 5, "a bad escape in a string"},
        {"\"a\tb\"", 2, "an unescaped control character in a string"},
        {"\"12345678\n\"", 9, "an unescaped control character in a string"},
        {"[1234567890123456789012345678901234567890123456789012345678901]", 1, "a number that is too long"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++) {
        ks_json_shape shape = {.start = 77};
        ks_error error;
        char expected[128];
        snprintf(expected, sizeof expected, "not valid JSON: %s", invalid[i].reason);
        if (!ks_json_check(invalid[i].text, strlen(invalid[i].text), &shape, &error))
            fail_msg("%s passed", invalid[i].text);
        assert_int_equal(error.code, KS_ERR_FORMAT);
        assert_string_equal(error.message, expected);
        if (error.position != invalid[i].position)
            fail_msg("%s: at %d", invalid[i].text, (int)error.position);
        assert_int_equal(shape.start, 77);
        assert_int_equal(ks_json_check(invalid[i].text, strlen(invalid[i].text), &shape, NULL),
                         KS_ERR_FORMAT);
    }
}

static void nul_is_an_escape_of_nothing(void **state) {
    ks_json_shape shape;
    (void)state;
    assert_int_equal(ks_json_check(BYTES("\"\\\0\""), &shape, NULL), KS_ERR_FORMAT);
    assert_int_equal(ks_json_check(BYTES("{}\0"), &shape, NULL), KS_ERR_FORMAT);
}

static void check_shape(const char *text, size_t size, size_t start, size_t end, bool bytes, bool escapes) {
    ks_json_shape shape;
    assert_int_equal(ks_json_check(text, size, &shape, NULL), KS_OK);
    assert_int_equal(shape.start, start);
    assert_int_equal(shape.end, end);
    assert_int_equal(shape.odd_bytes, bytes);
    assert_int_equal(shape.odd_escapes, escapes);
}

static void shapes(void **state) {
    (void)state;
    check_shape(BYTES("{}"), 0, 2, false, false);
    check_shape(BYTES(" \n{\"a\":1}\r\n"), 2, 9, false, false);
    check_shape(BYTES("\"plain text of some length\""), 0, 27, false, false);
    check_shape(BYTES("\"caf\xC3\xA9\""), 0, 7, true, false);
    check_shape(BYTES("\"caf\xC3\xA9 and more than eight\""), 0, 27, true, false);
    check_shape(BYTES("\"a\0b\""), 0, 5, true, false);
    check_shape(BYTES("\"\\u0000\""), 0, 8, false, true);
    check_shape(BYTES("\"\\u0001\\\\u0000\""), 0, 15, false, false);
    check_shape(BYTES("\"\\ud83d\\ude00\""), 0, 14, false, true);
    check_shape(BYTES("\"\\uD7FF\\uE000\""), 0, 14, false, false);
}

/* Each place in a word of eight bytes may hold the byte that ends the quick run. */
static void special_bytes_at_every_offset(void **state) {
    static const char specials[] = {'"', '\\', '\0', '\n', 0x1F, 0x20, 0x7F, (char)0x80, (char)0xFF};
    (void)state;
    for (size_t at = 1; at < 25; at++) {
        for (size_t i = 0; i < sizeof specials; i++) {
            char text[27];
            char byte = specials[i];
            bool good = byte == '\0' || (unsigned char)byte >= 0x20;
            ks_json_shape shape;
            memset(text, 'x', sizeof text);
            text[0] = text[sizeof text - 1] = '"';
            text[at] = byte;
            if (byte == '\\') text[at + 1] = 'n';
            if (byte == '"') good = false;
            assert_int_equal(ks_json_check(text, sizeof text, &shape, NULL) == KS_OK, good);
            if (good) assert_int_equal(shape.odd_bytes, byte == '\0' || (unsigned char)byte >= 0x80);
        }
    }
}

static ks_status check_depth(size_t depth, ks_error *error) {
    ks_json_shape shape;
    ks_status status;
    char *text = malloc(2 * depth);
    assert_non_null(text);
    memset(text, '[', depth);
    memset(text + depth, ']', depth);
    status = ks_json_check(text, 2 * depth, &shape, error);
    free(text);
    return status;
}

static void nesting_has_a_limit(void **state) {
    ks_error error;
    (void)state;
    assert_int_equal(check_depth(KS_JSON_DEPTH, &error), KS_OK);
    assert_int_equal(check_depth(KS_JSON_DEPTH + 1, &error), KS_ERR_FORMAT);
    assert_string_equal(error.message, "not valid JSON: nested too deeply");
    assert_int_equal(error.position, KS_JSON_DEPTH);
}

/* Exact copies on the heap let the sanitizers see a read behind the end. */
static void cut_off_at_every_byte(void **state) {
    static const char whole[] = "{\"a\\u00e9\\\"\":[1.5e3,true,null,\"caf\xC3\xA9\"],\"b\":{\"c\":-0}}";
    (void)state;
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        ks_json_shape shape;
        ks_error error;
        char *copy = malloc(size ? size : 1);
        assert_non_null(copy);
        memcpy(copy, whole, size);
        assert_int_equal(ks_json_check(copy, size, &shape, &error), KS_ERR_FORMAT);
        assert_string_equal(error.message, "not valid JSON: it ends too early");
        assert_int_equal(error.position, size);
        free(copy);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_texts),
        cmocka_unit_test(invalid_texts_and_their_places),
        cmocka_unit_test(nul_is_an_escape_of_nothing),
        cmocka_unit_test(shapes),
        cmocka_unit_test(special_bytes_at_every_offset),
        cmocka_unit_test(nesting_has_a_limit),
        cmocka_unit_test(cut_off_at_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
