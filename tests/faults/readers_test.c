/* Several processes that read all the time while another commits: every answer is that of one committed
 * generation, the one it names. Segments are merged and cleared away under the readers' feet meanwhile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "tests/support/documents.h"
#include "tests/support/io_faults.h"
#include "tests/support/random.h"
#include "tests/support/shared.h"
#include "tests/support/soak.h"
#include "tests/support/tempdir.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A generation holds at most DOCUMENTS; each commit puts PUTS of them in a new version and removes some. */
enum {
    READERS = 4,
    MOST_COMMITS = 200,
    DOCUMENTS = 40,
    PUTS = 6,
    REMOVES = 2,
    QUERIES = 4,
    FLUSHED_EACH = 5
};

enum { PATIENCE = 900 }; /* seconds */

static char place[KS_TEST_PATH];

/* ---- What each generation must answer, known before it is made ---- */

/* The version of each document; 0: it is not there. A version is a word that the document holds. */
typedef struct generation {
    uint16_t versions[DOCUMENTS];
} generation;

static generation history[MOST_COMMITS + 1]; /* [0]: nothing */

static void plan_history(size_t commits, uint64_t *random) {
    for (size_t g = 1; g <= commits; g++) {
        history[g] = history[g - 1];
        for (int i = 0; i < PUTS; i++) history[g].versions[ks_test_below(random, DOCUMENTS)] = (uint16_t)g;
        for (int i = 0; i < REMOVES; i++) history[g].versions[ks_test_below(random, DOCUMENTS)] = 0;
        history[g].versions[0] = (uint16_t)g; /* so that no two generations are the same */
    }
}

static bool in_answer(const generation *state, int number, int query) {
    return state->versions[number] && (query == 0 || number % (query + 1) == 0);
}

/* Document and version, as the stored record tells them. */
static void print_record(char out[40], int number, unsigned version) {
    snprintf(out, 40, "{\"n\":%d,\"version\":%u}", number, version);
}

/* ---- Writing ---- */

static ks_document make_document(ks_arena *arena, int number, unsigned version) {
    char id[20], text[80], stored[40];
    ks_test_spec spec = {.id = id, .order = (uint64_t)number, .stored = stored};
    int size = snprintf(text, sizeof text, "all%s%s%s v%u", number % 2 ? "" : " by2",
                        number % 3 ? "" : " by3", number % 4 ? "" : " by4", version);
    snprintf(id, sizeof id, "id%d", number);
    print_record(stored, number, version);
    spec.fields[KS_FIELD_SUMMARY] = ks_arena_copy(arena, text, (size_t)size); /* words point into it */
    assert_non_null(spec.fields[KS_FIELD_SUMMARY]);
    return ks_test_document(arena, &spec);
}

static void must(ks_status status, const ks_error *err) {
    if (status) fail_msg("%s", err->message);
}

static void change(ks_writer *writer, ks_arena *arena, int number, unsigned version) {
    ks_error err = {0};
    ks_document document = make_document(arena, number, version);
    must(version ? writer->ops->put(writer, &document, &err) : writer->ops->remove(writer, document.id, &err),
         &err);
}

static void commit(size_t g) {
    ks_writer_options options = {.memory = g % FLUSHED_EACH ? 0 : 1};
    ks_writer *writer = NULL;
    ks_arena arena = {0};
    ks_error err = {0};
    uint64_t number = 0;
    must(ks_native_engine.write(&writer, place, &options, &err), &err);
    for (int i = 0; i < DOCUMENTS; i++)
        if (history[g].versions[i] != history[g - 1].versions[i])
            change(writer, &arena, i, history[g].versions[i]);
    if (g % 7 == 0) must(writer->ops->optimize(writer, &err), &err);
    must(writer->ops->commit(writer, &number, &err), &err);
    writer->ops->close(writer);
    ks_arena_free(&arena);
    assert_int_equal(number, g);
}

/* ---- Reading, in processes of their own: they end with 0, or say what is wrong and end with 1 ---- */

/* What all processes see. */
typedef struct blackboard {
    atomic_size_t committed; /* the last generation whose commit has returned */
    atomic_bool done;
    atomic_size_t answers[READERS],
        changes[READERS]; /* answers, and those of another generation than before */
} blackboard;

static void wrong(const char *text, uint64_t g, const char *more) {
    fprintf(stderr, "generation %llu: %s %s\n", (unsigned long long)g, text, more);
    exit(1);
}

static ks_topk ask(ks_reader *reader, int query) {
    static const char *const words[QUERIES] = {"all", "by2", "by3", "by4"};
    ks_term term = ks_test_term(words[query]);
    ks_plan_node node = {.kind = KS_PLAN_TERM, .field = KS_FIELD_ANY, .terms = &term, .term_count = 1};
    ks_plan_score score = {term, KS_FIELD_ANY, 1};
    ks_plan plan = {.root = &node,
                    .scores = &score,
                    .score_count = 1,
                    .match = KS_MATCH_ANY,
                    .sort = KS_SORT_NEW,
                    .limit = DOCUMENTS,
                    .count_limit = UINT64_MAX,
                    .want_stored = true};
    ks_topk found;
    ks_error err = {0};
    if (reader->ops->search(reader, &plan, &found, &err)) wrong("a search failed:", 0, err.message);
    return found;
}

/* The hits are the generation's documents, newest first, as they were stored. */
static uint64_t check_answer(ks_reader *reader, int query, size_t known) {
    ks_topk found = ask(reader, query);
    const generation *state = &history[found.generation];
    size_t at = 0;
    uint64_t g = found.generation, records = 0;
    if (g < known) wrong("is older than one that was committed before the index was opened", g, "");
    for (int i = DOCUMENTS - 1; i >= 0; i--) {
        char stored[40];
        records += state->versions[i] > 0;
        if (!in_answer(state, i, query)) continue;
        print_record(stored, i, state->versions[i]);
        if (at == found.count) wrong("lacks", g, stored);
        if (found.items[at].stored.size != strlen(stored) ||
            memcmp(found.items[at].stored.text, stored, strlen(stored)) != 0)
            wrong("has something in place of", g, stored);
        at++;
    }
    if (at != found.count || found.total != found.count) wrong("has too much", g, "");
    if (records != found.records) wrong("tells a wrong number of records", g, "");
    ks_topk_free(&found);
    return g;
}

/* Opens the index and asks some questions, which all have answers of the same generation. */
static uint64_t read_once(blackboard *board, int number, uint64_t *random) {
    ks_reader *reader = NULL;
    ks_error err = {0};
    size_t known = atomic_load(&board->committed);
    uint64_t g = 0;
    if (ks_native_engine.open(&reader, place, &err)) wrong("cannot open:", known, err.message);
    for (size_t rounds = 1 + ks_test_below(random, 12); rounds > 0; rounds--) {
        uint64_t now = check_answer(reader, (int)ks_test_below(random, QUERIES), known);
        if (g && now != g) wrong("is another one than the reader began with", now, "");
        g = now;
        atomic_fetch_add(&board->answers[number], 1);
    }
    reader->ops->close(reader);
    return g;
}

static void read_all_the_time(blackboard *board, int number) {
    uint64_t random = (uint64_t)number + 100, last = 0;
    alarm(PATIENCE); /* where the test has failed and nobody says that it is done */
    while (!atomic_load(&board->done)) {
        uint64_t g = read_once(board, number, &random);
        if (g < last) wrong("comes after a newer one", g, "");
        if (g != last) atomic_fetch_add(&board->changes[number], 1);
        last = g;
    }
    exit(0);
}

/* ---- Together ---- */

static bool all_alive(const pid_t *children) {
    for (int i = 0; i < READERS; i++) {
        int status;
        if (waitpid(children[i], &status, WNOHANG) != 0) return false;
    }
    return true;
}

/* Waits until every reader has given an answer more than now. */
static void let_them_read(blackboard *board, const pid_t *children) {
    size_t before[READERS];
    for (int i = 0; i < READERS; i++) before[i] = atomic_load(&board->answers[i]);
    for (int i = 0; i < READERS; i++)
        while (atomic_load(&board->answers[i]) == before[i]) {
            nanosleep(&(struct timespec){.tv_nsec = 200000}, NULL);
            if (!all_alive(children)) fail_msg("a reader has ended");
        }
}

static void stop(blackboard *board, const pid_t *children) {
    atomic_store(&board->done, true);
    for (int i = 0; i < READERS; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
        assert_true(atomic_load(&board->changes[i]) > 1);
        print_message("reader %d: %zu answers, %zu generations\n", i, atomic_load(&board->answers[i]),
                      atomic_load(&board->changes[i]));
    }
}

static void readers_and_a_writer(void **state) {
    size_t commits = ks_test_share(MOST_COMMITS, 60, 25);
    uint64_t random = ks_test_seed(61);
    blackboard *board = ks_test_share_memory(sizeof *board);
    pid_t children[READERS];
    ks_test_path(place, *state, "index");
    plan_history(commits, &random);
    commit(1);
    atomic_store(&board->committed, 1);
    for (int i = 0; i < READERS; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) read_all_the_time(board, i);
    }
    for (size_t g = 2; g <= commits; g++) {
        commit(g);
        atomic_store(&board->committed, g);
        if (g % 3 == 0) let_them_read(board, children); /* otherwise commit follows commit */
    }
    stop(board, children);
    ks_test_unshare_memory(board, sizeof *board);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(readers_and_a_writer, ks_test_folder_setup, ks_test_folder_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
