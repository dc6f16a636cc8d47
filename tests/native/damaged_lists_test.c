/* Long lists with damage in their middle and checksums that are right: whatever way a search takes through
 * them, it ends, with an answer or with an error that says the index is damaged; and each way finds damage.
 */
#include "tests/native/searching.h"

#include "native/bytes.h"
#include "native/folder.h"
#include "tests/support/sections.h"

enum { DOCUMENTS = 2500, DAMAGES = 250, TAIL = 32, ENTRY = 24 };

static unsigned char *whole, *damaged;
static size_t whole_size;
static char file_path[KS_TEST_PATH];

/* Words in all documents, in two of three and so on, each at several places, so that lists have many blocks.
 */
static void make_index(void) {
    ks_writer *writer = write_leaf();
    for (int i = 0; i < DOCUMENTS; i++) {
        ks_arena mine = {0};
        char id[20], title[100] = "", body[200];
        ks_document document;
        snprintf(id, sizeof id, "id%d", i);
        snprintf(body, sizeof body, "all %s some all words%d", i % 3 ? "often" : "seldom", i % 50);
        if (i % 2) strcat(title, "all half ");
        if (i % 5) strcat(title, "often all");
        document = ks_test_document(
            &mine, &(ks_test_spec){.id = id,
                                   .order = (uint64_t)i,
                                   .day = 20000101,
                                   .fields = {[KS_FIELD_TITLE] = title, [KS_FIELD_BODY] = body}});
        put(writer, &document);
        ks_arena_free(&mine);
    }
    finish_leaf(writer);
}

static int set_up_index(void **state) {
    char name[KS_FILE_NAME];
    if (set_up(state)) return -1;
    make_index();
    ks_test_path(file_path, place, ks_folder_name(name, KS_FILE_SEGMENT, 1));
    whole = (unsigned char *)ks_test_read(file_path, &whole_size);
    damaged = malloc(whole_size);
    return damaged ? 0 : -1;
}

static int tear_down_index(void **state) {
    free(whole);
    free(damaged);
    return tear_down(state);
}

/* Where the section is in the file: by the table at its end, as file_writer.h has it. */
static ks_test_section section_of(unsigned number) {
    const unsigned char *tail = whole + whole_size - TAIL;
    size_t count = ks_get_u32(tail);
    for (size_t i = 0; i < count; i++) {
        const unsigned char *entry = tail - (count - i) * ENTRY;
        if (ks_get_u32(entry) == number)
            return (ks_test_section){(size_t)ks_get_u64(entry + 8), (size_t)ks_get_u64(entry + 16)};
    }
    fail_msg("there is no section %u", number);
    return (ks_test_section){0, 0};
}

/* One to three bytes anywhere in the section become others. */
static void damage(ks_test_section section, uint64_t *random) {
    memcpy(damaged, whole, whole_size);
    for (size_t n = 1 + ks_test_below(random, 3); n; n--) {
        size_t at = section.offset + ks_test_below(random, section.size);
        damaged[at] = (unsigned char)(damaged[at] ^ (1 + ks_test_below(random, 255)));
    }
    assert_true(ks_test_repair(damaged, whole_size));
    ks_test_write(file_path, damaged, whole_size);
}

/* ---- Ways through the lists ---- */

enum way_of_asking { BY_SCORE, BY_DATE, BOTH, EITHER, PHRASE, NEAR, WITHOUT, IN_FIELD, COUNTING, ASKED };

static const ks_plan_node *root_of(enum way_of_asking way) {
    switch (way) {
    case BY_SCORE:
    case BY_DATE:
    case COUNTING: return term_of("all");
    case BOTH: return with(with(node_of(KS_PLAN_AND), term_of("often")), term_of("half"));
    case EITHER: return with(with(node_of(KS_PLAN_OR), term_of("often")), term_of("seldom"));
    case PHRASE: return pair_of(KS_PLAN_PHRASE, "often", "all");
    case NEAR: return pair_of(KS_PLAN_NEAR, "half", "often");
    case WITHOUT:
        return with(with(node_of(KS_PLAN_AND), with(node_of(KS_PLAN_NOT), term_of("half"))), term_of("all"));
    case IN_FIELD: return term_in("all", KS_FIELD_TITLE);
    case ASKED: break;
    }
    return NULL;
}

static ks_reader *reader;

static ks_status ask(enum way_of_asking way, ks_error *err) {
    ks_plan plan = plan_of(root_of(way));
    ks_topk topk = {0};
    ks_status status;
    if (way != BY_DATE) {
        score(&plan, "all");
        score(&plan, "often");
        score(&plan, "half");
    } else {
        plan.sort = KS_SORT_OLD;
    }
    if (way == COUNTING) plan.limit = 0;
    status = reader->ops->search(reader, &plan, &topk, err);
    if (!status) assert_true(topk.count <= 10 && topk.total <= DOCUMENTS);
    ks_topk_free(&topk);
    return status;
}

static void try_section(unsigned number, uint64_t seed, size_t found[ASKED]) {
    ks_test_section section = section_of(number);
    uint64_t random = seed;
    for (int i = 0; i < DAMAGES; i++) {
        ks_error error = {0};
        damage(section, &random);
        if (ks_native_engine.open(&reader, place, &error)) { /* seen at once */
            assert_int_equal(error.code, KS_ERR_CORRUPT);
            continue;
        }
        for (enum way_of_asking way = 0; way < ASKED; way++) {
            ks_arena_free(&arena);
            ks_status status = ask(way, &error);
            if (status && status != KS_ERR_CORRUPT) fail_msg("way %d: %s", (int)way, error.message);
            if (status) assert_non_null(strstr(error.message, "seg-"));
            found[way] += status != KS_OK;
        }
        reader->ops->close(reader);
    }
}

static void in_the_postings(void **state) {
    size_t found[ASKED] = {0};
    (void)state;
    try_section(KS_SECTION_POSTINGS, ks_test_seed(1161), found);
    for (enum way_of_asking way = 0; way < ASKED; way++)
        if (way != COUNTING && !found[way]) fail_msg("way %d never finds damage", (int)way);
}

/* Only phrases and near words read positions. */
static void in_the_positions(void **state) {
    size_t found[ASKED] = {0};
    (void)state;
    try_section(KS_SECTION_POSITIONS, ks_test_seed(1162), found);
    for (enum way_of_asking way = 0; way < ASKED; way++)
        if (way != PHRASE && way != NEAR) assert_int_equal(found[way], 0);
}

/* Where in the file the pairs of the groups of a word's list begin. */
static size_t group_pairs_of(const char *word) {
    size_t at = section_of(KS_SECTION_POSTINGS).offset;
    const uint8_t *section;
    ks_dict_entry entry;
    bool found = false;
    ks_cursor *cursor = room(sizeof *cursor);
    open_view();
    OK(ks_dict_find(&view.leaves[0].segment->dict, ks_test_term(word), &found, &entry, err));
    assert_true(found);
    OK(ks_cursor_open(cursor, view.leaves[0].segment, &entry, view.unpacker, err));
    assert_true(ks_cursor_groups(cursor) > 1);
    OK(ks_mapped_span(view.leaves[0].segment->file, KS_SECTION_POSTINGS, 0, 0, &section, err));
    at += (size_t)(cursor->group_pairs - section);
    ks_view_close(&view);
    return at;
}

/* Pairs that promise nothing: a check says which bound is wrong. */
static void group_without_pairs(void **state) {
    ks_error error = {0};
    ks_checked checked;
    (void)state;
    memcpy(damaged, whole, whole_size);
    damaged[group_pairs_of("all")] = 0;
    assert_true(ks_test_repair(damaged, whole_size));
    ks_test_write(file_path, damaged, whole_size);
    assert_int_equal(ks_native_engine.check(place, NULL, NULL, &checked, &error), KS_ERR_CORRUPT);
    assert_non_null(strstr(error.message, "the bound of a group of blocks does not bound"));
    assert_non_null(strstr(error.message, "\"all\""));
}

/* The bytes as they were give the answers as they were. */
static void undamaged_again(void **state) {
    (void)state;
    ks_test_write(file_path, whole, whole_size);
    OK(ks_native_engine.open(&reader, place, err));
    for (enum way_of_asking way = 0; way < ASKED; way++) assert_int_equal(ask(way, NULL), KS_OK);
    reader->ops->close(reader);
}

#define ON_INDEX(test) cmocka_unit_test_setup_teardown(test, set_up_index, tear_down_index)

int main(void) {
    const struct CMUnitTest tests[] = {
        ON_INDEX(in_the_postings),
        ON_INDEX(in_the_positions),
        ON_INDEX(group_without_pairs),
        ON_INDEX(undamaged_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
