/* Lines of a capture feed against a second reading of them by shapes and splits: headers put together from
 * good and bad parts, and lines of tags, claims and text of random bits. */
#include "corpus/feed_line.h"

#include "support.h"
#include "tests/support/random.h"

enum { ROUNDS = 40000, MOST = 256 };

#define PICK(table, random) ((table)[ks_test_below(random, sizeof(table) / sizeof *(table))])

static ks_slice slice(const char *text) {
    return (ks_slice){text, strlen(text)};
}

static void same_slice(ks_slice got, const char *wanted) {
    assert_int_equal(got.size, strlen(wanted));
    assert_memory_equal(got.text, wanted, got.size);
}

/* 9 is a digit, A a capital letter, a a small one; all else stands for itself. */
static bool has_shape(const char *text, const char *shape) {
    for (; *shape && *text; shape++, text++) {
        bool fits = *shape == '9'   ? *text >= '0' && *text <= '9'
                    : *shape == 'A' ? *text >= 'A' && *text <= 'Z'
                    : *shape == 'a' ? *text >= 'a' && *text <= 'z'
                                    : *shape == *text;
        if (!fits) return false;
    }
    return !*shape && !*text;
}

static bool read_date(const char *text, ks_date *out) {
    static const char *const named[] = {"Aaa 9", "Aaa 99", "Aaa 9, 9999", "Aaa 99, 9999"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    *out = (ks_date){0};
    if (has_shape(text, "9999-99-99"))
        return sscanf(text, "%d-%d-%d", &out->year, &out->month, &out->day) == 3;
    for (size_t i = 0; i < 4; i++) {
        if (!has_shape(text, named[i])) continue;
        for (out->month = 1; out->month <= 12; out->month++)
            if (strncmp(text, months[out->month - 1], 3) == 0) break;
        return sscanf(text + 4, "%d, %d", &out->day, &out->year) == (i < 2 ? 1 : 2);
    }
    return false;
}

static bool is_word(const char *text) {
    return *text && text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-")] == '\0';
}

typedef struct parts {
    char text[5][MOST];
    size_t count;
} parts;

/* At " / ", into five at most: a header has no fifth. */
static void split(parts *it, const char *line) {
    it->count = 0;
    for (const char *at = line; at && it->count < 5;) {
        const char *end = strstr(at, " / ");
        snprintf(it->text[it->count++], MOST, "%.*s", (int)(end ? end - at : (long)strlen(at)), at);
        at = end ? end + 3 : NULL;
    }
}

static void trim(char *text) {
    size_t from = strspn(text, " \t"), size;
    memmove(text, text + from, strlen(text + from) + 1);
    for (size = strlen(text); size && strchr(" \t", text[size - 1]);) text[--size] = '\0';
}

/* True where the line is a header. */
static bool compare_header(const char *line) {
    static parts of;
    ks_feed_header header = {.status = {"untouched", 9}};
    ks_date date;
    split(&of, line);
    if (of.count > 1) trim(of.text[1]);
    bool wanted = (of.count == 3 || of.count == 4) && is_word(of.text[0]) && *of.text[1] &&
                  read_date(of.text[2], &date) && (of.count == 3 || is_word(of.text[3]));
    if (ks_feed_header_read(&header, slice(line)) != wanted)
        fail_msg("%s: %s header", line, wanted ? "a" : "no");
    if (!wanted) {
        same_slice(header.status, "untouched");
        return false;
    }
    same_slice(header.kind, of.text[0]);
    same_slice(header.author, of.text[1]);
    same_slice(header.date_text, of.text[2]);
    same_slice(header.status, of.count == 4 ? of.text[3] : "");
    assert_int_equal(header.date.year, date.year);
    assert_int_equal(header.date.month, date.month);
    assert_int_equal(header.date.day, date.day);
    assert_int_equal(header.date_exists, ks_date_exists(date.year, date.month, date.day));
    return true;
}

static void headers(void **state) {
    static const char *const kinds[] = {"blog",      "x", "github_gist", "a-1", "blog", "Blog",
                                        "two words", "",  "b/"};
    static const char *const authors[] = {"ann", "Ann B.", "a / b", "\xC3\xA9", "/", " ann ", "\t", "", "--"};
    static const char *const dates[] = {
        "Jun 11",       "Feb 3",        "Feb 31",     "Dec 9, 2019", "Jan 31, 0000",
        "2019-02-03",   "2019-02-30",   "0000-02-29", "Foo 11",      "jun 11",
        "JUN 11",       "June 11",      "Jun 111",    "Jun  1",      "Jun 1,2019",
        "Jun 1, 19",    "Jun 1, 20190", "2019-2-3",   "2019-02-031", "2019/02/03",
        "Jun 11, 2019", "Jun",          "Jun 0",      "Jun 99",      ""};
    static const char *const statuses[] = {"ok", "failed", "not_yet-1", "OK", "a b", "", "ok / ok"};
    static const char *const marks[] = {" / ", " / ", " / ", " / ", " / ", " / ", " / ", "  /  ", " /", "/"};
    uint64_t random = ks_test_seed(4480);
    size_t good = 0;
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        char line[MOST];
        bool plain = ks_test_below(&random, 3) == 0;
        snprintf(line, sizeof line, "%s%s%s%s%s%s%s", PICK(kinds, &random), PICK(marks, &random),
                 PICK(authors, &random), PICK(marks, &random), PICK(dates, &random),
                 plain ? "" : PICK(marks, &random), plain ? "" : PICK(statuses, &random));
        trim(line);
        good += compare_header(line);
    }
    assert_true(good > ROUNDS / 40 && good < ROUNDS / 2);
}

/* ---- Lines inside a record ---- */

/* Nothing but what tags are made of, a letter among it, and no full stop at the end. */
static bool is_glued(const char *text, size_t size) {
    bool letter = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        bool one = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
        if (!one && !strchr("0123456789-_.+#", c)) return false;
        letter = letter || one;
    }
    return letter && text[size - 1] != '.';
}

/* The size of the tag at text, before whichever separator comes first; that one's size in *step. */
static size_t tag_size(const char *text, size_t *step) {
    const char *comma = strstr(text, ", "), *dot = strstr(text, " \xC2\xB7 ");
    *step = 0;
    if (!comma && !dot) return strlen(text);
    bool first = comma && (!dot || comma < dot);
    *step = first ? 2 : 4;
    return (size_t)((first ? comma : dot) - text);
}

static bool is_list(const char *text) {
    size_t count = 0, step = 1;
    for (; step && *text; count++) {
        size_t size = tag_size(text, &step);
        if (!size || !is_glued(text, size)) return false;
        text += size + step;
    }
    return count > 1;
}

static bool ends_with(const char *text, const char *end) {
    return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static ks_feed_line look(const char *text, bool has_text) {
    if (strncmp(text, "\xE2\x80\x9C", 3) == 0)
        return has_text || ends_with(text, "\xE2\x80\x9D") ? KS_FEED_CLAIM : KS_FEED_TEXT;
    if (*text == '"') return has_text || (text[1] && ends_with(text, "\"")) ? KS_FEED_CLAIM : KS_FEED_TEXT;
    if (is_glued(text, strlen(text)) && (has_text || strchr(text, '-'))) return KS_FEED_TAGS;
    return has_text && is_list(text) ? KS_FEED_LIST : KS_FEED_TEXT;
}

/* The tags of a list, one after the other, put together with what parted them, are the list. */
static void compare_list(const char *text) {
    ks_slice rest = slice(text), tag;
    const char *at = text;
    for (size_t step = 1; *at;) {
        size_t size = tag_size(at, &step);
        assert_true(ks_feed_list_next(&rest, &tag));
        assert_ptr_equal(tag.text, at);
        assert_int_equal(tag.size, size);
        at += size + step;
    }
    assert_false(ks_feed_list_next(&rest, &tag));
}

static void compare_claim(const char *text) {
    char inner[MOST];
    bool curly = *text != '"';
    snprintf(inner, sizeof inner, "%s", text + (curly ? 3 : 1));
    if (ends_with(inner, curly ? "\xE2\x80\x9D" : "\"")) inner[strlen(inner) - (curly ? 3 : 1)] = '\0';
    trim(inner);
    same_slice(ks_feed_claim(slice(text)), inner);
}

static void lines(void **state) {
    static const char *const bits[] = {
        "a",    "tag", "-",   ", ", ", ",           " \xC2\xB7 ",   " ",  "7", ".",        "_",
        "+",    "#",   ",",   "!",  "\xE2\x80\x9C", "\xE2\x80\x9D", "\"", "B", "\xC3\xA9", "\xC2\xB7",
        "word", "\t",  "x-y", "tag"};
    uint64_t random = ks_test_seed(4481);
    size_t seen[4] = {0};
    (void)state;
    for (int round = 0; round < 2 * ROUNDS; round++) {
        char line[MOST] = "";
        if (ks_test_below(&random, 6) == 0) strcat(line, ks_test_below(&random, 2) ? "\"" : "\xE2\x80\x9C");
        for (size_t n = 1 + ks_test_below(&random, 8); n > 0; n--) strcat(line, PICK(bits, &random));
        trim(line);
        if (!*line) continue;
        for (int has_text = 0; has_text < 2; has_text++) {
            ks_feed_line wanted = look(line, has_text), got = ks_feed_line_of(slice(line), has_text);
            if (got != wanted) fail_msg("%s: %d, not %d", line, (int)got, (int)wanted);
            seen[got]++;
            if (got == KS_FEED_LIST) compare_list(line);
            if (got == KS_FEED_CLAIM) compare_claim(line);
        }
    }
    for (size_t i = 0; i < 4; i++) assert_true(seen[i] > ROUNDS / 40);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(headers), cmocka_unit_test(lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
