/* What queries mean, from their text to their hits: random records and random queries, whose meaning is
 * worked out here from docs/query-language.md by looking at every record's words. Shares nothing with the
 * parser, the plan or the engines. */
#define _DEFAULT_SOURCE /* mkstemps */
#include <unistd.h>

#include "tests/searcher/support.h"

#include "tests/searcher/plain_records.h"

enum { QUERIES = 700, DEPTH = 3, NODES = 64 };

/* ---- Queries ---- */

typedef enum kind {
    WORD,
    PREFIX,
    PHRASE,
    NEAR,
    TAG,
    KIND,
    STATUS,
    AUTHOR,
    DATES,
    HAS,
    LEAVES,
    AND = LEAVES,
    OR,
    NOT
} kind;

typedef struct node {
    kind kind;
    int field; /* WORD, PREFIX, PHRASE, NEAR: -1 for any */
    size_t a, b, n;
    size_t child, next; /* of nodes; 0: none */
} node;

static node nodes[NODES];
static size_t node_count;

static size_t new_node(kind of) {
    assert_true(node_count < NODES);
    nodes[node_count] = (node){.kind = of, .field = -1};
    return node_count++;
}

static size_t make_leaf(uint64_t *random) {
    static const kind often[] = {WORD, WORD, WORD, WORD, WORD,   PREFIX, PHRASE, PHRASE,
                                 NEAR, NEAR, TAG,  KIND, STATUS, AUTHOR, DATES,  HAS};
    static const int fields[] = {TITLE, SUMMARY, CLAIMS, BODY};
    size_t it = new_node(often[ks_test_below(random, sizeof often / sizeof *often)]);
    nodes[it].a = ks_test_below(random, WORDS);
    nodes[it].b = ks_test_below(random, WORDS);
    nodes[it].n = 1 + ks_test_below(random, 5);
    if (nodes[it].kind <= NEAR && ks_test_below(random, 3) == 0)
        nodes[it].field = fields[ks_test_below(random, 4)];
    return it;
}

static size_t make_tree(uint64_t *random, int depth) {
    size_t it, count;
    if (depth == 0 || ks_test_below(random, 3) == 0 || node_count > NODES - 16) return make_leaf(random);
    it = new_node((kind)(AND + ks_test_below(random, 3)));
    count = nodes[it].kind == NOT ? 1 : 2 + ks_test_below(random, 2);
    for (; count; count--) {
        size_t child = make_tree(random, depth - 1);
        nodes[child].next = nodes[it].child;
        nodes[it].child = child;
    }
    return it;
}

static const char *const field_names[] = {"title", "summary", "claim", NULL, "body"};
static const char *const has_names[] = {"title", "claims", "tags", "body", "date"};

static void put_node(ks_buffer *out, size_t at) {
    const node *it = &nodes[at];
    if (it->kind <= NEAR && it->field >= 0) ks_buffer_format(out, "%s:", field_names[it->field]);
    switch (it->kind) {
    case WORD: ks_buffer_str(out, words[it->a]); break;
    case PREFIX: ks_buffer_format(out, "%.2s*", words[it->a]); break;
    case PHRASE: ks_buffer_format(out, "\"%s %s\"", words[it->a], words[it->b]); break;
    case NEAR: ks_buffer_format(out, "\"%s %s\"~%zu", words[it->a], words[it->b], it->n); break;
    case TAG: ks_buffer_format(out, "tag:%s-%s,%s", words[it->a], words[it->b], words[it->n]); break;
    case KIND: ks_buffer_format(out, "kind:%s", kinds[it->a % 3]); break;
    case STATUS: ks_buffer_format(out, "is:%s", statuses[it->a % 2]); break;
    case AUTHOR: ks_buffer_format(out, "author:%s,%s", authors[it->a % 3], authors[it->b % 3]); break;
    case DATES:
        if (it->n == 1)
            ks_buffer_format(out, "after:2015-%02zu", it->a + 1);
        else if (it->n == 2)
            ks_buffer_format(out, "before:2015-%02zu", it->a + 1);
        else
            ks_buffer_format(out, "date:2014-%02zu..2015-%02zu", it->a + 1, it->b + 1);
        break;
    case HAS: ks_buffer_format(out, "has:%s", has_names[it->n - 1]); break;
    case AND:
    case OR:
        ks_buffer_char(out, '(');
        for (size_t child = it->child; child; child = nodes[child].next) {
            if (child != it->child) ks_buffer_str(out, it->kind == OR ? " OR " : " ");
            put_node(out, child);
        }
        ks_buffer_char(out, ')');
        break;
    case NOT:
        ks_buffer_str(out, "NOT ");
        put_node(out, it->child);
        break;
    }
}

/* ---- Meaning ---- */

static bool begins(size_t word, size_t with) {
    return strncmp(words[word], words[with], 2) == 0;
}

/* Whether one text has it: nothing reaches over from one claim or tag to the next. */
static bool in_item(const node *it, const item *text) {
    for (size_t i = 0; i < text->count; i++) {
        if (it->kind == WORD && text->words[i] == it->a) return true;
        if (it->kind == PREFIX && begins(text->words[i], it->a)) return true;
        for (size_t k = 0; k < text->count; k++) {
            size_t apart = i < k ? k - i : i - k;
            if (i == k || text->words[i] != it->a || text->words[k] != it->b) continue;
            if (it->kind == PHRASE && k == i + 1) return true;
            if (it->kind == NEAR && apart <= it->n) return true;
        }
    }
    return false;
}

static bool in_texts(const node *it, const one_record *of) {
    for (int field = 0; field < FIELDS; field++)
        for (size_t i = 0; (it->field < 0 || it->field == field) && i < of->item_count[field]; i++)
            if (in_item(it, &of->items[field][i])) return true;
    return false;
}

static bool has_tag(const node *it, const one_record *of) {
    for (size_t i = 0; i < of->item_count[TAGS]; i++) {
        const item *tag = &of->items[TAGS][i];
        if (tag->count == 2 && tag->words[0] == it->a && tag->words[1] == it->b) return true;
        if (tag->count == 1 && tag->words[0] == it->n) return true;
    }
    return false;
}

static bool in_dates(const node *it, const one_record *of) {
    int month = of->year * 12 + of->month, a = 2015 * 12 + (int)it->a + 1;
    if (!of->year) return false;
    if (it->n == 1) return month >= a;
    if (it->n == 2) return month <= a;
    return month >= a - 12 && month <= 2015 * 12 + (int)it->b + 1;
}

static bool has_member(const node *it, const one_record *of) {
    switch (it->n) {
    case 1: return of->item_count[TITLE] > 0;
    case 2: return of->item_count[CLAIMS] > 0;
    case 3: return of->item_count[TAGS] > 0;
    case 4: return of->item_count[BODY] > 0;
    default: return of->year > 0;
    }
}

/* All words asked for. */
static bool means(size_t at, const one_record *of) {
    const node *it = &nodes[at];
    switch (it->kind) {
    case WORD:
    case PREFIX:
    case PHRASE:
    case NEAR: return in_texts(it, of);
    case TAG: return has_tag(it, of);
    case KIND: return of->kind == it->a % 3;
    case STATUS: return of->status == it->a % 2;
    case AUTHOR: return of->author == it->a % 3 || of->author == it->b % 3;
    case DATES: return in_dates(it, of);
    case HAS: return has_member(it, of);
    case AND:
        for (size_t child = it->child; child; child = nodes[child].next)
            if (!means(child, of)) return false;
        return true;
    case OR:
        for (size_t child = it->child; child; child = nodes[child].next)
            if (means(child, of)) return true;
        return false;
    case NOT: return !means(it->child, of);
    }
    return false;
}

/* ---- Asking ---- */

static void check_query(const char *query, ks_match match, const bool *expected) {
    ks_search_options options;
    ks_results *results;
    bool found[RECORDS] = {false};
    size_t count = 0;
    ks_search_options_init(&options);
    options.match = match;
    options.limit = RECORDS;
    options.detail = KS_DETAIL_ID;
    results = search(query, &options);
    if (results->warnings.count) fail_msg("[%s]: %s", query, results->warnings.items[0]);
    for (size_t i = 0; i < results->hit_count; i++) found[atoi(results->hits[i].record->id + 1)] = true;
    for (size_t i = 0; i < RECORDS; i++) {
        if (found[i] != expected[i])
            fail_msg("[%s] (%s, match %d): record r%zu %s", query, results->parsed, (int)match, i,
                     found[i] ? "is found" : "is missing");
        count += expected[i];
    }
    assert_int_equal(results->total, count);
    ks_results_free(results);
}

static void all_words(void **state) {
    uint64_t random = ks_test_seed(1091);
    size_t answered = 0;
    (void)state;
    make_records(&random);
    for (int i = 0; i < QUERIES; i++) {
        ks_buffer query = {0};
        bool expected[RECORDS];
        size_t root;
        node_count = 1; /* 0 is none */
        root = make_tree(&random, DEPTH);
        put_node(&query, root);
        for (size_t r = 0; r < RECORDS; r++) {
            expected[r] = means(root, &records[r]);
            answered += expected[r];
        }
        check_query(query.data, KS_MATCH_ALL, expected);
        ks_buffer_free(&query);
    }
    assert_true(answered > (size_t)QUERIES * 5);
}

/* Side by side: filters and negations hold, and any one of the words, phrases and prefixes will do. */
static void any_word(void **state) {
    uint64_t random = ks_test_seed(1092);
    (void)state;
    make_records(&random);
    for (int i = 0; i < QUERIES; i++) {
        ks_buffer query = {0};
        bool expected[RECORDS];
        size_t parts[6], count = 1 + ks_test_below(&random, 6);
        bool negated[6];
        node_count = 1;
        for (size_t k = 0; k < count; k++) {
            parts[k] = make_leaf(&random);
            negated[k] = ks_test_below(&random, 6) == 0;
            ks_buffer_str(&query, k ? " " : "");
            ks_buffer_str(&query, negated[k] ? "-" : "");
            put_node(&query, parts[k]);
        }
        for (size_t r = 0; r < RECORDS; r++) {
            bool words_asked = false, word_found = false, holds = true;
            for (size_t k = 0; k < count; k++) {
                bool here = means(parts[k], &records[r]),
                     is_word = nodes[parts[k]].kind <= NEAR && !negated[k];
                words_asked = words_asked || is_word;
                word_found = word_found || (is_word && here);
                if (!is_word && here == negated[k]) holds = false;
            }
            expected[r] = holds && (!words_asked || word_found);
        }
        check_query(query.data, KS_MATCH_ANY, expected);
        check_query(query.data, KS_MATCH_AUTO, expected);
        ks_buffer_free(&query);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(all_words, close_all),
        cmocka_unit_test_teardown(any_word, close_all),
    };
    RUN_FOR_EACH_ENGINE(tests);
}
