/* What the lines of a capture feed are. */
#include "corpus/feed_line.h"

#include "support.h"

static ks_slice slice(const char *text) {
    return (ks_slice){text, strlen(text)};
}

static void assert_slice(ks_slice actual, const char *expected) {
    assert_int_equal(actual.size, strlen(expected));
    assert_memory_equal(actual.text, expected, actual.size);
}

static void headers(void **state) {
    static const struct {
        const char *line, *kind, *author, *status;
        ks_date date;
    } good[] = {
        {"blog / ann / Jun 11", "blog", "ann", "", {0, 6, 11}},
        {"github_gist / ann lee / Jan 1 / failed", "github_gist", "ann lee", "failed", {0, 1, 1}},
        {"web-page2 / \xC3\x85sa/b / Dec 31, 2019", "web-page2", "\xC3\x85sa/b", "", {2019, 12, 31}},
        {"video / a / 2019-02-03 / ok", "video", "a", "ok", {2019, 2, 3}},
        {"tweet / a / Feb 29", "tweet", "a", "", {0, 2, 29}},
        {"tweet / a / Sep 07", "tweet", "a", "", {0, 9, 7}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        ks_feed_header header;
        if (!ks_feed_header_read(&header, slice(good[i].line))) fail_msg("%s", good[i].line);
        assert_slice(header.kind, good[i].kind);
        assert_slice(header.author, good[i].author);
        assert_slice(header.status, good[i].status);
        assert_int_equal(header.date.year, good[i].date.year);
        assert_int_equal(header.date.month, good[i].date.month);
        assert_int_equal(header.date.day, good[i].date.day);
        assert_true(header.date_exists);
    }
}

static void dates_that_no_calendar_has(void **state) {
    static const char *const bad[][2] = {
        {"blog / ann / Feb 31", "Feb 31"},
        {"blog / ann / Foo 12", "Foo 12"},
        {"blog / ann / Jan 0", "Jan 0"},
        {"blog / ann / Feb 29, 2019", "Feb 29, 2019"},
        {"blog / ann / 2020-13-01 / failed", "2020-13-01"},
        {"blog / ann / Jun 99", "Jun 99"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        ks_feed_header header;
        assert_true(ks_feed_header_read(&header, slice(bad[i][0])));
        assert_false(header.date_exists);
        assert_slice(header.date_text, bad[i][1]);
    }
}

static void no_headers(void **state) {
    static const char *const none[] = {
        "",
        "blog",
        "blog / ann",
        "blog / ann / ",
        "blog / / Jun 11",
        "blog /  / Jun 11",
        "Blog / ann / Jun 11",
        "a blog / ann / Jun 11",
        " / ann / Jun 11",
        "blog/ann/Jun 11",
        "blog / ann / jun 11",
        "blog / ann / June 11",
        "blog / ann / Jun",
        "blog / ann / Jun 111",
        "blog / ann / Jun 1x",
        "blog / ann / JUN 11",
        "blog / ann / Jun11",
        "blog / ann / Jun 11, 20",
        "blog / ann / Jun 11, 20200",
        "blog / ann / 2020-6-11",
        "blog / ann / 2020-06-111",
        "blog / ann / 2020-06",
        "blog / ann / Jun 11 / failed / twice",
        "blog / ann / Jun 11 / two words",
        "blog / ann / Jun 11 / Failed",
        "this / that / Something 5",
        "blog / ann / tomorrow",
    };
    (void)state;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ks_feed_header header;
        if (ks_feed_header_read(&header, slice(none[i]))) fail_msg("%s", none[i]);
    }
}

static void kinds_of_lines(void **state) {
    static const struct {
        const char *line;
        ks_feed_line first, later; /* without and with running text above */
    } cases[] = {
        {"Plain words.", KS_FEED_TEXT, KS_FEED_TEXT},
        {"Word", KS_FEED_TEXT, KS_FEED_TAGS},
        {"regions.", KS_FEED_TEXT, KS_FEED_TEXT},
        {"deep-learning", KS_FEED_TAGS, KS_FEED_TAGS},
        {"deep-learningrnncnn-lstm", KS_FEED_TAGS, KS_FEED_TAGS},
        {"c++c#v1.5under_score", KS_FEED_TEXT, KS_FEED_TAGS},
        {"\xC3\xA9tude-musique", KS_FEED_TAGS, KS_FEED_TAGS},
        {"2012-2013", KS_FEED_TEXT, KS_FEED_TEXT},
        {"https://example.org/a-b", KS_FEED_TEXT, KS_FEED_TEXT},
        {"alpha, beta-two", KS_FEED_TEXT, KS_FEED_LIST},
        {"alpha \xC2\xB7 beta \xC2\xB7 gamma", KS_FEED_TEXT, KS_FEED_LIST},
        {"alpha, beta two", KS_FEED_TEXT, KS_FEED_TEXT},
        {"alpha, beta,", KS_FEED_TEXT, KS_FEED_TEXT},
        {"alpha,beta", KS_FEED_TEXT, KS_FEED_TEXT},
        {"\xE2\x80\x9C"
         "A claim.\xE2\x80\x9D",
         KS_FEED_CLAIM, KS_FEED_CLAIM},
        {"\"A claim.\"", KS_FEED_CLAIM, KS_FEED_CLAIM},
        {"\xE2\x80\x9C"
         "A\xE2\x80\x9D is a word that begins this text",
         KS_FEED_TEXT, KS_FEED_CLAIM},
        {"\"A\" is a word that begins this text", KS_FEED_TEXT, KS_FEED_CLAIM},
        {"\"", KS_FEED_TEXT, KS_FEED_CLAIM},
        {"\xE2\x80\x9D", KS_FEED_TEXT, KS_FEED_TAGS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (ks_feed_line_of(slice(cases[i].line), false) != cases[i].first)
            fail_msg("first: %s", cases[i].line);
        if (ks_feed_line_of(slice(cases[i].line), true) != cases[i].later)
            fail_msg("later: %s", cases[i].line);
    }
}

static void claims(void **state) {
    (void)state;
    assert_slice(ks_feed_claim(slice("\xE2\x80\x9C"
                                     "A claim.\xE2\x80\x9D")),
                 "A claim.");
    assert_slice(ks_feed_claim(slice("\xE2\x80\x9C"
                                     "No end")),
                 "No end");
    assert_slice(ks_feed_claim(slice("\" spaces \"")), "spaces");
    assert_slice(ks_feed_claim(slice("\"say \"so\"\"")), "say \"so\"");
    assert_slice(ks_feed_claim(slice("\"")), "");
    assert_slice(ks_feed_claim(slice("\"\"")), "");
    assert_slice(ks_feed_claim(slice("\xE2\x80\x9C\xE2\x80\x9D")), "");
}

static void check_list(const char *line, size_t count, const char *const *expected) {
    ks_slice rest = slice(line), tag;
    for (size_t i = 0; i < count; i++) {
        assert_true(ks_feed_list_next(&rest, &tag));
        assert_slice(tag, expected[i]);
    }
    assert_false(ks_feed_list_next(&rest, &tag));
}

static void lists(void **state) {
    (void)state;
    check_list("", 0, NULL);
    check_list("one", 1, (const char *const[]){"one"});
    check_list("one, two-three", 2, (const char *const[]){"one", "two-three"});
    check_list("one \xC2\xB7 two, three", 3, (const char *const[]){"one", "two", "three"});
    check_list("a, , b", 3, (const char *const[]){"a", "", "b"});
}

static void trimming(void **state) {
    (void)state;
    assert_slice(ks_slice_trim(slice("")), "");
    assert_slice(ks_slice_trim(slice(" \t\r ")), "");
    assert_slice(ks_slice_trim(slice(" a b\r")), "a b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers),    cmocka_unit_test(dates_that_no_calendar_has),
        cmocka_unit_test(no_headers), cmocka_unit_test(kinds_of_lines),
        cmocka_unit_test(claims),     cmocka_unit_test(lists),
        cmocka_unit_test(trimming),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
