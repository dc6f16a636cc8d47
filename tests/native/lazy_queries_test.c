/* What readers make of a segment with one damaged chunk: each question is answered as if nothing were wrong
 * or not at all, with the place of the damage; what cannot need the damaged section is always answered. */
#include "tests/native/searching.h"

#include "native/native.h"

#include <unistd.h>

/* Columns of three bytes take more than two chunks; each group of documents has a word of its own. */
enum { DOCUMENTS = 46000, GROUP = 200, GROUPS = DOCUMENTS / GROUP, LONGEST = 17000 };

/* ---- The segment ---- */

static char segment_name[64], segment_path[KS_TEST_PATH];
static char *bytes;
static size_t byte_count;
static ks_reader *whole; /* of the undamaged segment */
static size_t matches;   /* of each group's word */

static uint32_t day_of(unsigned number) {
    return 19000101 + number * 16;
}

/* With something in it that does not compress to nothing. Until the next call. */
static const char *stored_of(unsigned number) {
    static char text[48];
    snprintf(text, sizeof text, "[record-%u %08x]", number, number * 2246822519u);
    return text;
}

/* Newest first, number n stands at DOCUMENTS - 1 - n; the places in time of one day are far from each other.
 */
static void put_numbered(ks_writer *writer, unsigned number, const char *title) {
    char id[24], body[40];
    ks_arena mine = {0};
    ks_test_spec spec = {.id = id, .day = day_of(number)};
    ks_document document;
    snprintf(id, sizeof id, "record-%u", number);
    spec.stored = stored_of(number);
    snprintf(body, sizeof body, "all g%u", number / GROUP);
    spec.order = (uint64_t)spec.day << 32 | number * 2654435761u;
    spec.fields[KS_FIELD_TITLE] = title;
    spec.fields[KS_FIELD_BODY] = body;
    if (number % 5 == 0) spec.fields[KS_FIELD_SUMMARY] = "odd";
    spec.sources[0] = number * 7 % 40009;
    spec.source_count = 1;
    document = ks_test_document(&mine, &spec);
    put(writer, &document);
    ks_arena_free(&mine);
}

static int make_segment(void **state) {
    static char title[3 * LONGEST + 1];
    ks_writer *writer;
    if (ks_test_folder_setup(state)) return -1;
    ks_test_path(place, *state, "index");
    for (size_t i = 0; i < LONGEST; i++) memcpy(title + 3 * i, "so ", 4);
    writer = write_leaf();
    for (unsigned number = 0; number < DOCUMENTS; number++)
        put_numbered(writer, number, number ? number % 3 ? "few" : "some more" : title);
    finish_leaf(writer);
    open_view();
    snprintf(segment_name, sizeof segment_name, "%s", ks_mapped_name(view.leaves[0].segment->file));
    assert_int_equal(view.leaves[0].segment->lengths.width, 3);
    assert_true(view.leaves[0].segment->days_descend);
    ks_test_path(segment_path, place, segment_name);
    bytes = ks_test_read(segment_path, &byte_count);
    OK(ks_native_open_reader(&whole, place, err));
    matches = GROUP;
    return 0;
}

static int free_segment(void **state) {
    whole->ops->close(whole);
    ks_view_close(&view);
    ks_arena_free(&arena);
    free(bytes);
    return ks_test_folder_teardown(state);
}

/* Where the section stands in the file, by what is in it. */
static size_t find_section(unsigned section, uint64_t *size) {
    ks_mapped *file = view.leaves[0].segment->file;
    const uint8_t *content = NULL;
    *size = ks_mapped_size(file, section);
    OK(ks_mapped_span(file, section, 0, *size, &content, err));
    for (size_t at = 0; at + *size <= byte_count; at += KS_SECTION_ALIGN)
        if (memcmp(bytes + at, content, *size) == 0) return at;
    fail_msg("section %u is nowhere", section);
    return 0;
}

/* Puts another file in place, so that what is open stays. */
static void write_segment(void) {
    assert_int_equal(unlink(segment_path), 0);
    ks_test_write(segment_path, bytes, byte_count);
}

/* Damages one bit of a chunk that belongs to the section alone, the first one or the last one. Where the
 * chunk begins in the file. */
static size_t damage(unsigned section, bool last) {
    uint64_t size;
    size_t start = find_section(section, &size), chunk = (start + KS_CHUNK - 1) / KS_CHUNK * KS_CHUNK;
    if (last) chunk = (start + size) / KS_CHUNK * KS_CHUNK - KS_CHUNK;
    if (chunk < start || chunk + KS_CHUNK > start + size)
        fail_msg("section %u has no chunk of its own: %zu bytes", section, (size_t)size);
    bytes[chunk + KS_CHUNK / 3] ^= 16;
    write_segment();
    bytes[chunk + KS_CHUNK / 3] ^= 16;
    return chunk;
}

/* ---- Questions ---- */

enum question { BY_SCORE, BY_DATE, OF_DAYS, WITH_RECORDS, RECORDS_ALONE, SHOW, STATUS, QUESTIONS };

static ks_status search(ks_reader *reader, enum question question, unsigned group, ks_topk *out,
                        ks_error *err) {
    char word[16];
    ks_plan_score score = {.field = KS_FIELD_ANY, .weight = 1};
    ks_plan plan;
    snprintf(word, sizeof word, "g%u", group);
    score.term = ks_test_term(word);
    plan = plan_of(question == OF_DAYS ? dates_of(day_of(group * GROUP + 5), day_of(group * GROUP + 60))
                                       : term_of(word));
    plan.sort = question == BY_DATE || question == OF_DAYS ? KS_SORT_NEW : KS_SORT_SCORE;
    plan.limit = GROUP + 1;
    plan.scores = &score;
    plan.score_count = plan.sort == KS_SORT_SCORE;
    plan.want_stored = question == WITH_RECORDS || question == RECORDS_ALONE;
    plan.leave_ids = question == RECORDS_ALONE;
    return reader->ops->search(reader, &plan, out, err);
}

static void assert_same_text(ks_term a, ks_term b) {
    assert_int_equal(a.size, b.size);
    if (a.size) assert_memory_equal(a.text, b.text, a.size);
}

static ks_status ask_search(ks_reader *reader, enum question question, unsigned group, ks_error *fault) {
    ks_topk expected = {0}, got = {0};
    ks_status status = search(reader, question, group, &got, fault);
    if (status) {
        assert_int_equal(got.total, 0);
        assert_null(got.items);
        return status;
    }
    OK(search(whole, question, group, &expected, err));
    assert_int_equal(expected.total, question == OF_DAYS ? 56 : matches);
    assert_int_equal(got.total, expected.total);
    assert_int_equal(got.count, expected.count);
    for (size_t i = 0; i < got.count; i++) {
        assert_same_text(got.items[i].id, expected.items[i].id);
        assert_same_text(got.items[i].stored, expected.items[i].stored);
        assert_true(got.items[i].score == expected.items[i].score);
    }
    ks_topk_free(&got);
    ks_topk_free(&expected);
    return KS_OK;
}

static ks_status ask_show(ks_reader *reader, unsigned number, ks_error *err) {
    char id[24];
    ks_docid doc = 0;
    ks_buffer record = {0};
    ks_status status;
    snprintf(id, sizeof id, "record-%u", number);
    status = reader->ops->find(reader, ks_test_term(id), &doc, err);
    if (!status) assert_int_equal(doc, DOCUMENTS - number); /* one more than its number */
    if (!status) status = reader->ops->stored(reader, doc, &record, err);
    if (!status) {
        const char *stored = stored_of(number);
        assert_int_equal(record.size, strlen(stored));
        assert_memory_equal(record.data, stored, record.size);
    }
    ks_buffer_free(&record);
    return status;
}

static ks_status ask_status(ks_reader *reader, ks_error *fault) {
    ks_engine_info expected, got;
    ks_status status = reader->ops->describe(reader, &got, fault);
    if (status) return status;
    OK(whole->ops->describe(whole, &expected, err));
    assert_true(got.records == expected.records && got.terms == expected.terms);
    assert_true(got.bytes == expected.bytes && got.average_length == expected.average_length);
    assert_true(got.deleted == 0 && got.segments == 1 && got.records == DOCUMENTS);
    return KS_OK;
}

/* A process of its own, as it were. */
static ks_status ask(enum question question, unsigned group, ks_error *fault) {
    ks_reader *reader = NULL;
    ks_status status;
    OK(ks_native_open_reader(&reader, place, err));
    if (question == SHOW)
        status = ask_show(reader, group * GROUP + group % GROUP, fault);
    else
        status = question == STATUS ? ask_status(reader, fault) : ask_search(reader, question, group, fault);
    reader->ops->close(reader);
    ks_arena_reset(&arena);
    return status;
}

/* ---- Damage ---- */

static void assert_told(const ks_error *fault, size_t chunk, unsigned section) {
    assert_int_equal(fault->code, KS_ERR_CORRUPT);
    assert_int_equal(fault->position, chunk);
    assert_non_null(strstr(fault->message, segment_name));
    assert_non_null(strstr(fault->message, ks_segment_section_name(section)));
}

/* Of which sections and questions some cannot be answered: all others always can. */
typedef struct hurt {
    unsigned section;
    bool last; /* chunk */
    unsigned questions;
    unsigned whole; /* those of them that may always need the chunk */
} hurt;

enum {
    HAVE_RECORDS = 1 << WITH_RECORDS | 1 << RECORDS_ALONE,
    HAVE_IDS = 1 << BY_SCORE | 1 << BY_DATE | 1 << OF_DAYS | 1 << WITH_RECORDS
};

static const hurt cases[] = {
    {KS_SECTION_LENGTHS, false, 1 << BY_SCORE | HAVE_RECORDS, 0},
    {KS_SECTION_ORDERS, false, 1 << OF_DAYS, 1 << OF_DAYS}, /* halving begins in the middle */
    {KS_SECTION_ORDERS, true, 0, 0}, /* the lower halves, which a single leaf's order tells as well */
    {KS_SECTION_HASHES, false, 0, 0},
    {KS_SECTION_SOURCES, false, 0, 0},
    {KS_SECTION_IDS, true, HAVE_IDS | 1 << SHOW, 0},
    {KS_SECTION_ID_TABLE, false, 1 << SHOW, 1 << SHOW}, /* a table is verified as a whole */
    {KS_SECTION_STORE, false, HAVE_RECORDS | 1 << SHOW, 0},
};

static void answers_are_right_or_none(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t chunk = damage(cases[i].section, cases[i].last);
        for (enum question question = 0; question < QUESTIONS; question++) {
            size_t good = 0, bad = 0;
            for (unsigned group = 0; group < GROUPS; group += question == STATUS ? GROUPS : 3) {
                ks_error fault = {0};
                if (ask(question, group, &fault))
                    assert_told(&fault, chunk, cases[i].section), bad++;
                else
                    good++;
            }
            if (!good && !(cases[i].whole >> question & 1))
                fail_msg("case %zu, question %d: nothing answered", i, (int)question);
            if ((bad > 0) != (cases[i].questions >> question & 1))
                fail_msg("case %zu, question %d: %zu answered, %zu not", i, (int)question, good, bad);
        }
    }
}

/* A group by score needs the lengths of its documents, and of no others. */
static void lengths_of_those_that_match(void **state) {
    const ks_column *lengths = &view.leaves[0].segment->lengths;
    uint64_t size;
    size_t chunk = damage(KS_SECTION_LENGTHS, false), bad = 0;
    size_t begin = chunk - find_section(KS_SECTION_LENGTHS, &size) - lengths->offset;
    (void)state;
    for (unsigned group = 0; group < GROUPS; group++) {
        bool meets = false;
        for (unsigned number = group * GROUP; number < (group + 1) * GROUP; number++) {
            size_t at = (size_t)(DOCUMENTS - 1 - number) * lengths->width;
            meets = meets || (at + KS_COLUMN_PAD > begin && at < begin + KS_CHUNK);
        }
        assert_int_equal(ask(BY_SCORE, group, NULL), meets ? KS_ERR_CORRUPT : KS_OK);
        bad += meets;
    }
    assert_in_range(bad, KS_CHUNK / 3 / GROUP, KS_CHUNK / 3 / GROUP + 2);
}

/* Once a reader has met damage it gives no answers that could have come of it; another one does. */
static void readers_that_have_met_damage(void **state) {
    size_t chunk = damage(KS_SECTION_LENGTHS, false), good = 0;
    unsigned first_bad = 0;
    ks_reader *reader = NULL;
    ks_error fault = {0};
    (void)state;
    OK(ks_native_open_reader(&reader, place, err));
    while (first_bad < GROUPS && !ask_search(reader, BY_SCORE, first_bad, &fault)) first_bad++;
    assert_in_range(first_bad, 1, GROUPS - 1);
    assert_told(&fault, chunk, KS_SECTION_LENGTHS);
    for (unsigned group = 0; group < GROUPS; group += 10) {
        fault = (ks_error){0};
        assert_int_equal(ask_search(reader, BY_SCORE, group, &fault), KS_ERR_CORRUPT);
        assert_told(&fault, chunk, KS_SECTION_LENGTHS);
        OK(ask_show(reader, group * GROUP, err)); /* which needs no lengths */
        good += ask(BY_SCORE, group, NULL) == KS_OK;
    }
    assert_true(good > 0);
    reader->ops->close(reader);
}

/* Between leaves it is the place in time that decides, of which the lower halves are damaged. Leaves a second
 * leaf behind, with a document that is in every group. */
static void by_date_over_two_leaves(void **state) {
    ks_writer *writer;
    ks_buffer text = {0};
    ks_test_spec spec = {.id = "everywhere", .order = (uint64_t)day_of(DOCUMENTS / 2) << 32};
    ks_document document;
    size_t chunk, good = 0, bad = 0;
    (void)state;
    write_segment();
    for (unsigned group = 0; group < GROUPS; group++) ks_buffer_format(&text, "g%u ", group);
    spec.fields[KS_FIELD_BODY] = text.data;
    writer = write_leaf();
    document = ks_test_document(&arena, &spec);
    put(writer, &document);
    finish_leaf(writer);
    ks_buffer_free(&text);
    whole->ops->close(whole);
    OK(ks_native_open_reader(&whole, place, err));
    assert_int_equal(ks_native_reader_view(whole)->count, 2);
    matches = GROUP + 1;
    chunk = damage(KS_SECTION_ORDERS, true);
    for (unsigned group = 0; group < GROUPS; group++) {
        ks_error fault = {0};
        if (ask(BY_DATE, group, &fault))
            assert_told(&fault, chunk, KS_SECTION_ORDERS), bad++;
        else
            good++;
    }
    assert_true(good > 0 && bad > 0);
}

int main(void) {
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_are_right_or_none), cmocka_unit_test(lengths_of_those_that_match),
        cmocka_unit_test(readers_that_have_met_damage),
        cmocka_unit_test(by_date_over_two_leaves), /* the last one */
    };
    return cmocka_run_group_tests(tests, make_segment, free_segment);
}
