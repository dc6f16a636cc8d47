/* The likeliest cut of a glued line against trying all of them: what a word, a tag and a line are worth is
 * written down here a second time, by the words of tag_lattice.c's comments. */
#include "corpus/tag_lattice.h"

#include "support.h"

#include "tests/support/random.h"

#include <math.h>

enum { LONGEST = 11, LINES = 160 };

static ks_tag_model model;
static ks_tag_scratch scratch;

/* ---- A model at random ---- */

static const char *const text =
    "deep net nets learning to learn; policy gradients and the pong game. On games of "
    "chance, re-used hyper-net test 2014 (3d) anti net net deep policy ing ly";
static const char *const listed = "under\nstand\nground\ngame\nwater\nfall\nfore\nplay\nnettle\n";
static const char *const pieces[] = {"deep",  "net",  "nets", "learn", "pong", "game", "anti",  "ing",
                                     "water", "fall", "t",    "3",     "2014", "play", "under", "s",
                                     "of",    "ly",   "zq",   "-",     "-",    "hyper"};

static size_t random_line(char out[LONGEST + 1], uint64_t *random) {
    size_t size = 0, most = 4 + ks_test_below(random, LONGEST - 3);
    while (size < most) {
        const char *piece = pieces[ks_test_below(random, sizeof pieces / sizeof *pieces)];
        for (; *piece && size < most; piece++)
            if (*piece != '-' || (size && out[size - 1] != '-' && size + 1 < most)) out[size++] = *piece;
    }
    while (size && out[size - 1] == '-') size--;
    out[size] = '\0';
    return size;
}

static void count(ks_map *map, size_t *tokens, size_t *types, const char *key, size_t size, uint32_t times) {
    uint32_t *value;
    assert_int_equal(ks_map_insert(map, key, size, 0, &value, NULL, NULL), KS_OK);
    *types += *value == 0 && times;
    *value += times;
    *tokens += times;
}

static size_t words_in(const char *tag, size_t size) {
    size_t words = 1;
    for (size_t i = 0; i < size; i++) words += tag[i] == '-';
    return words;
}

/* A tag that other lines have, so many times. */
static void count_tag(const char *tag, uint32_t times) {
    ks_tag_counts *n = &model.counts;
    count(&n->tags, &n->tag_tokens, &n->tag_types, tag, strlen(tag), times);
    n->lengths[words_in(tag, strlen(tag))] += times;
    for (const char *at = tag; *at; at += strspn(at, "-")) {
        size_t size = strcspn(at, "-");
        count(&n->words, &n->word_tokens, &n->word_types, at, size, times);
        at += size;
    }
}

static void add_pieces(const char *line) {
    for (const char *at = line; *at; at += strspn(at, "-")) {
        size_t size = strcspn(at, "-");
        assert_int_equal(ks_tag_pieces_add(&model.pieces, at, size, NULL), KS_OK);
        at += size;
    }
}

static void make_model(bool counted, char lines[LINES][LONGEST + 1], uint64_t *random) {
    static const char *const tags[] = {"deep-net", "pong", "game", "learn", "3-d", "anti-net", "t-test"};
    double sum = 0;
    model = (ks_tag_model){0};
    assert_int_equal(ks_tag_lexicon_init(&model.lexicon, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_init(&model.spelling, NULL), KS_OK);
    assert_int_equal(ks_tag_lexicon_add_text(&model.lexicon, text, strlen(text), NULL), KS_OK);
    assert_int_equal(ks_tag_lexicon_add_words(&model.lexicon, listed, strlen(listed), NULL), KS_OK);
    assert_int_equal(ks_tag_lexicon_finish(&model.lexicon, &model.spelling, NULL), KS_OK);
    assert_int_equal(ks_tag_spelling_finish(&model.spelling, NULL), KS_OK);
    for (size_t i = 0; i < LINES; i++) add_pieces(lines[i]);
    assert_int_equal(ks_tag_pieces_finish(&model.pieces, NULL), KS_OK);
    for (size_t i = 0; counted && i < sizeof tags / sizeof *tags; i++)
        count_tag(tags[i], (uint32_t)ks_test_below(random, 5)); /* some of them were, and are no more */
    for (size_t i = 0; counted && i < 5; i++) {
        model.counts.numbers[1 + i] = ks_test_below(random, 4);
        model.counts.lines += model.counts.numbers[1 + i];
    }
    for (int i = 0; i < KS_TAG_SOURCES; i++) sum += model.mix[i] = 1 + (double)ks_test_below(random, 20);
    for (int i = 0; i < KS_TAG_SOURCES; i++) model.mix[i] /= sum;
}

static void free_model(void) {
    ks_tag_lexicon_free(&model.lexicon);
    ks_tag_spelling_free(&model.spelling);
    ks_tag_pieces_free(&model.pieces);
    ks_map_free(&model.counts.words);
    ks_map_free(&model.counts.tags);
}

/* ---- What a word is worth ---- */

static bool letter_before_hyphen(const char *line, size_t at) {
    return line[at + 1] == '-';
}

/* Where a word may come from, but for its spelling and compounds. */
static void known(const char *line, size_t at, size_t size, double out[KS_TAG_SOURCES]) {
    for (int i = 0; i < KS_TAG_SOURCES; i++) out[i] = 0;
    if (size > 1 || (line[at] >= '0' && line[at] <= '9') || letter_before_hyphen(line, at))
        ks_tag_lexicon_sources(&model.lexicon, line + at, size, out);
}

static double part_of_compound(const char *line, size_t at, size_t size) {
    double source[KS_TAG_SOURCES];
    known(line, at, size, source);
    return model.mix[KS_TAG_TEXT] * source[KS_TAG_TEXT] + model.mix[KS_TAG_DERIVED] * source[KS_TAG_DERIVED] +
           model.mix[KS_TAG_LISTED] * source[KS_TAG_LISTED];
}

static uint32_t affix(const char *line, size_t at, size_t size) {
    return ks_tag_lexicon_affix(&model.lexicon, line + at, size);
}

/* Of 6 to 20 bytes: a head of 3 or more and a tail of 3 or more, both known; or a prefix and a known tail. */
static double compound(const char *line, size_t at, size_t size) {
    double words = 0, prefixed = 0;
    if (size < 6 || size > 20) return 0;
    for (size_t head = 2; size - head >= 3; head++) {
        double tail = part_of_compound(line, at + head, size - head);
        if (tail <= 0 || affix(line, at + head, size - head) & KS_TAG_SUFFIX) continue;
        if (affix(line, at, head) & KS_TAG_PREFIX)
            prefixed += tail;
        else if (head > 2)
            words += part_of_compound(line, at, head) * tail;
    }
    return words * model.spelling.length[size] / model.spelling.length_peak +
           0.2 * prefixed / (double)model.lexicon.prefix_count;
}

static double spelled(const char *line, size_t at, size_t size) {
    uint32_t context = KS_TAG_SPELLING_START;
    double product = 1;
    for (size_t i = 0; i < size; i++)
        product *= ks_tag_spelling_step(&model.spelling, &context, line[at + i]);
    return product * ks_tag_spelling_stop(&model.spelling, context, size);
}

static bool at_edge(const char *line, size_t at) {
    return at == 0 || line[at] == '\0' || line[at] == '-' || line[at - 1] == '-';
}

/* The same neighbour in all pieces that begin, or end, so. */
static double neighbours(const char *line, size_t at, size_t size) {
    bool begins = at_edge(line, at), ends = at_edge(line, at + size);
    size_t alike;
    if (begins == ends) return 0;
    alike = ks_tag_pieces_alike(&model.pieces, line + at, size, ends);
    if (alike < 2) return 0;
    return log(0.2) * (alike < 5 ? (double)alike - 1 : 5);
}

static double seen_before(const char *line, size_t at, size_t size) {
    const uint32_t *times = ks_map_find(&model.counts.words, line + at, size);
    return times && *times ? *times - 0.6 : 0;
}

static double word_score(const char *line, size_t at, size_t size) {
    double source[KS_TAG_SOURCES], base = 0, score;
    uint32_t flags = affix(line, at, size);
    bool is_new;
    known(line, at, size, source);
    is_new = source[KS_TAG_TEXT] <= 0 && source[KS_TAG_LISTED] <= 0;
    if (is_new) source[KS_TAG_COMPOUND] = compound(line, at, size);
    source[KS_TAG_SPELLED] = spelled(line, at, size);
    if (size == 1 && letter_before_hyphen(line, at) && source[KS_TAG_SPELLED] < 0.0005)
        source[KS_TAG_SPELLED] = 0.0005;
    for (int i = 0; i < KS_TAG_SOURCES; i++) base += model.mix[i] * source[i];
    if (flags & (KS_TAG_SUFFIX | KS_TAG_SMALL) && !at_edge(line, at)) base *= 0.02;
    if (flags & (KS_TAG_PREFIX | KS_TAG_SMALL) && !at_edge(line, at + size)) base *= 0.02;
    score = log((seen_before(line, at, size) + (0.6 * (double)model.counts.word_types + 1) * base) /
                    ((double)model.counts.word_tokens + 1) +
                1e-300);
    return is_new ? score + neighbours(line, at, size) : score;
}

/* ---- What a tag and a line are worth ---- */

static double length_score(size_t words) {
    static const double first[] = {0, .3, .5, .16, .03, .008, .002, .0005, .0001};
    return log(((double)model.counts.lengths[words] + 20 * first[words]) /
               ((double)model.counts.tag_tokens + 20));
}

static double tag_score(const char *line, size_t at, size_t size) {
    const uint32_t *times = ks_map_find(&model.counts.tags, line + at, size);
    double total = (double)model.counts.tag_tokens + 1;
    double score =
        log((0.7 * (double)model.counts.tag_types + 1) / total) + length_score(words_in(line + at, size));
    bool seen = times && *times;
    for (size_t end = at + size, next; at < end; at = next + 1) {
        for (next = at; next < end && line[next] != '-';) next++;
        score += word_score(line, at, next - at);
        seen = seen && seen_before(line, at, next - at) > 0;
    }
    return seen ? log(exp(score) + (*times - 0.7) / total) : score;
}

static double number_score(size_t number) {
    const size_t *n = model.counts.numbers;
    if (!model.counts.lines) return 0;
    return 0.8 * log((double)n[number] + 0.3 * (double)(n[number - 1] + n[number + 1]) + 0.25);
}

static double line_score(const char *line, size_t size, const bool *cuts) {
    double score = 0;
    size_t start = 0, number = 0;
    for (size_t i = 1; i <= size; i++) {
        if (i < size && !cuts[i]) continue;
        score += tag_score(line, start, i - start);
        start = i;
        number++;
    }
    return score + number_score(number);
}

static bool may_cut(const char *line, size_t at) {
    return line[at] != '-' && line[at - 1] != '-';
}

static double best_score(const char *line, size_t size) {
    double best = -INFINITY;
    for (uint32_t mask = 0; mask < 1u << (size - 1); mask++) {
        bool cuts[LONGEST + 1] = {false}, possible = true;
        for (size_t i = 1; i < size; i++)
            if (mask >> (i - 1) & 1) {
                cuts[i] = true;
                possible = possible && may_cut(line, i);
            }
        if (possible) best = fmax(best, line_score(line, size, cuts));
    }
    return best;
}

/* ---- Checks ---- */

static void check_line(const char *line, size_t size) {
    bool cuts[LONGEST + 1];
    double best, found;
    memset(cuts, 1, sizeof cuts);
    assert_int_equal(ks_tag_lattice_cut(&model, &scratch, line, size, cuts, NULL), KS_OK);
    cuts[0] = false;
    best = best_score(line, size);
    found = line_score(line, size, cuts);
    if (!(found >= best - 1e-3)) fail_msg("[%s]: %g, not %g", line, found, best);
}

/* The unmixed shares of a word. */
static void check_sources(const char *word, size_t size) {
    double found[KS_TAG_SOURCES], expected[KS_TAG_SOURCES];
    assert_int_equal(ks_tag_lattice_sources(&model, &scratch, word, size, found, NULL), KS_OK);
    known(word, 0, size, expected);
    if (expected[KS_TAG_TEXT] <= 0 && expected[KS_TAG_LISTED] <= 0)
        expected[KS_TAG_COMPOUND] = compound(word, 0, size);
    expected[KS_TAG_SPELLED] = spelled(word, 0, size);
    for (int i = 0; i < KS_TAG_SOURCES; i++)
        if (fabs(found[i] - expected[i]) > 1e-6 * expected[i])
            fail_msg("[%s] from source %d: %g, not %g", word, i, found[i], expected[i]);
}

static void lines_at_random(bool counted, uint64_t seed) {
    static char lines[LINES][LONGEST + 1];
    uint64_t random = seed;
    for (int round = 0; round < 3; round++) {
        size_t sizes[LINES];
        for (size_t i = 0; i < LINES; i++) sizes[i] = random_line(lines[i], &random);
        make_model(counted, lines, &random);
        for (size_t i = 0; i < LINES; i++) {
            if (sizes[i]) check_line(lines[i], sizes[i]);
            if (sizes[i] && !strchr(lines[i], '-')) check_sources(lines[i], sizes[i]);
        }
        free_model();
    }
}

static void nothing_counted_yet(void **state) {
    (void)state;
    lines_at_random(false, ks_test_seed(761));
}

static void with_other_lines_counted(void **state) {
    (void)state;
    lines_at_random(true, ks_test_seed(762));
}

static void words_of_two_words(void **state) {
    static char lines[LINES][LONGEST + 1] = {"waterfall", "antinet", "hypernet"};
    static const char *const words[] = {"waterfall",
                                        "underground",
                                        "hypernet",
                                        "antigame",
                                        "netlearning",
                                        "deepnet",
                                        "nettle",
                                        "fallfore",
                                        "playing",
                                        "xwaterfall",
                                        "renet",
                                        "unnet",
                                        "deeping",
                                        "netsing",
                                        "gamely",
                                        "renets",
                                        "netnet",
                                        "waternettleground",
                                        "netslearninggradients",
                                        "policygradientswater",
                                        "antigradientspolicynet"};
    uint64_t random = ks_test_seed(763);
    (void)state;
    make_model(false, lines, &random);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) check_sources(words[i], strlen(words[i]));
    free_model();
}

/* Pieces that are empty or too long leave no way through: the line stays whole. */
static void lines_without_a_way(void **state) {
    static char lines[LINES][LONGEST + 1] = {"net"};
    static const char *const stays[] = {"-net", "net-", "net--net", "-", "--"};
    uint64_t random = ks_test_seed(764);
    (void)state;
    make_model(true, lines, &random);
    for (size_t i = 0; i < sizeof stays / sizeof *stays; i++) {
        size_t size = strlen(stays[i]);
        bool cuts[20];
        memset(cuts, 1, sizeof cuts);
        assert_int_equal(ks_tag_lattice_cut(&model, &scratch, stays[i], size, cuts, NULL), KS_OK);
        for (size_t at = 1; at < size; at++) assert_false(cuts[at]);
    }
    free_model();
}

static int free_scratch(void **state) {
    (void)state;
    ks_tag_scratch_free(&scratch);
    assert_null(scratch.cells);
    assert_null(scratch.states);
    return 0;
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(nothing_counted_yet, free_scratch),
        cmocka_unit_test_teardown(with_other_lines_counted, free_scratch),
        cmocka_unit_test_teardown(words_of_two_words, free_scratch),
        cmocka_unit_test_teardown(lines_without_a_way, free_scratch),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
