// Readers that outlive what they read: Xapian keeps the blocks of two generations, so that after more commits
// a reader meets DatabaseModifiedError at any call. Whatever is asked then is answered, from one state: the
// one the reader knew, or a later one.
#include "tests/shim/xapian_folder.hh"

#include <cstring>
#include <string>

namespace {

enum { DOCUMENTS = 200, COMMITS = 6 };

// Every document has the words "common place", and a word for the generation that it was written in.
void commit_generation(const std::string &path, unsigned generation) {
    ks_writer *writer = nullptr;
    uint64_t committed = 0;
    const std::string word = "generation" + std::to_string(generation);
    const std::string stored = "{\"generation\":" + std::to_string(generation) + "}";
    assert_int_equal(engine->write(&writer, path.c_str(), nullptr, nullptr), KS_OK);
    for (unsigned i = 0; i < DOCUMENTS; i++) {
        const std::string id = "id" + std::to_string(i);
        const ks_occurrence words[] = {
            {{"common", 6}, 0, KS_FIELD_BODY},
            {{"place", 5}, 1, KS_FIELD_BODY},
            {{word.data(), static_cast<uint32_t>(word.size())}, 1, KS_FIELD_TITLE}};
        ks_document document = {};
        document.id = {id.data(), static_cast<uint32_t>(id.size())};
        document.hash = {generation, i};
        document.order = generation;
        document.stored = {stored.data(), static_cast<uint32_t>(stored.size())};
        document.occurrences = words;
        document.occurrence_count = 3;
        assert_int_equal(writer->ops->put(writer, &document, nullptr), KS_OK);
    }
    assert_int_equal(writer->ops->commit(writer, &committed, nullptr), KS_OK);
    assert_int_equal(committed, generation);
    writer->ops->close(writer);
}

ks_reader *open_reader(const std::string &path) {
    ks_reader *reader = nullptr;
    assert_int_equal(engine->open(&reader, path.c_str(), nullptr), KS_OK);
    return reader;
}

uint64_t generation_of(ks_reader *reader) {
    ks_engine_info info = {};
    assert_int_equal(reader->ops->describe(reader, &info, nullptr), KS_OK);
    assert_int_equal(info.records, DOCUMENTS);
    return info.generation;
}

// The generation that a stored record says it is of.
unsigned told_by(ks_term stored) {
    const std::string text(stored.text, stored.size);
    assert_true(text.rfind("{\"generation\":", 0) == 0);
    return static_cast<unsigned>(std::stoul(text.substr(std::strlen("{\"generation\":"))));
}

// All documents, from one generation, which is what the answer says.
unsigned find_all(ks_reader *reader, ks_plan_kind kind, std::size_t term_count) {
    const ks_term terms[] = {{"common", 6}, {"place", 5}};
    ks_plan_node root = {};
    ks_plan_score score = {};
    ks_plan plan = {};
    ks_topk topk = {};
    ks_error error = {};
    root.kind = kind;
    root.terms = terms;
    root.term_count = term_count;
    root.window = 2;
    root.field = KS_FIELD_ANY;
    score.term = terms[0];
    score.field = KS_FIELD_ANY;
    score.weight = 1;
    plan.root = &root;
    plan.scores = &score;
    plan.score_count = 1;
    plan.limit = DOCUMENTS;
    plan.count_limit = UINT64_MAX;
    plan.want_stored = true;
    if (reader->ops->search(reader, &plan, &topk, &error)) fail_msg("%s", error.message);
    assert_int_equal(topk.count, DOCUMENTS);
    assert_int_equal(topk.total, DOCUMENTS);
    const unsigned generation = told_by(topk.items[0].stored);
    for (size_t i = 0; i < topk.count; i++) assert_int_equal(told_by(topk.items[i].stored), generation);
    assert_int_equal(topk.generation, generation);
    ks_topk_free(&topk);
    return generation;
}

unsigned search(ks_reader *reader) {
    return find_all(reader, KS_PLAN_TERM, 1);
}

void ask_for_documents(ks_reader *reader) {
    uint64_t documents = 0;
    assert_int_equal(reader->ops->documents(reader, {"common", 6}, &documents, nullptr), KS_OK);
    assert_int_equal(documents, DOCUMENTS);
}

void ask_for_record(ks_reader *reader) {
    ks_docid doc = 0;
    ks_buffer stored = {};
    uint64_t length = 0, frequency = 0;
    assert_int_equal(reader->ops->find(reader, {"id7", 3}, &doc, nullptr), KS_OK);
    assert_true(doc != 0);
    assert_int_equal(reader->ops->stored(reader, doc, &stored, nullptr), KS_OK);
    const unsigned generation = told_by({stored.data, static_cast<uint32_t>(stored.size)});
    assert_true(generation >= 1);
    ks_buffer_free(&stored);
    assert_int_equal(reader->ops->length(reader, doc, &length, nullptr), KS_OK);
    assert_int_equal(length, 2 + 4); // two words of the body, one of the title
    assert_int_equal(reader->ops->frequency(reader, doc, {"common", 6}, KS_FIELD_ANY, &frequency, nullptr),
                     KS_OK);
    assert_int_equal(frequency, 1);
}

void ask_for_terms(ks_reader *reader) {
    ks_expansion expansion = {};
    bool begins = false;
    assert_int_equal(reader->ops->expand(reader, {"com", 3}, 5, &expansion, nullptr), KS_OK);
    assert_int_equal(expansion.count, 1);
    assert_int_equal(expansion.terms[0].size, 6);
    ks_expansion_free(&expansion);
    assert_int_equal(reader->ops->begins(reader, {"generation", 10}, &begins, nullptr), KS_OK);
    assert_true(begins);
}

using question = void(ks_reader *reader);

void ask_search(ks_reader *reader) {
    search(reader);
}

// Positions are read from a table of their own, by Xapian's phrases and by our own words near each other.
void ask_for_a_phrase(ks_reader *reader) {
    find_all(reader, KS_PLAN_PHRASE, 2);
}

void ask_for_words_near_each_other(ks_reader *reader) {
    find_all(reader, KS_PLAN_NEAR, 2);
}

void ask_what_it_is(ks_reader *reader) {
    assert_true(generation_of(reader) >= 1);
}

question *const questions[] = {ask_search,    ask_for_documents, ask_for_record,
                               ask_for_terms, ask_for_a_phrase,  ask_for_words_near_each_other,
                               ask_what_it_is};

// Each question as the first one that a stale reader is asked.
void every_question_of_a_stale_reader(void **state) {
    const std::string path = place(state);
    unsigned generation = 1;
    commit_generation(path, generation);
    for (question *const first : questions) {
        ks_reader *reader = open_reader(path);
        for (int i = 0; i < 3; i++) commit_generation(path, ++generation);
        first(reader);
        for (question *const next : questions) next(reader);
        reader->ops->close(reader);
    }
}

// A reader that has answered before goes on answering, never from an older state than before.
void answers_while_others_commit(void **state) {
    const std::string path = place(state);
    commit_generation(path, 1);
    ks_reader *reader = open_reader(path);
    unsigned last = search(reader);
    assert_int_equal(last, 1);
    for (unsigned generation = 2; generation <= COMMITS; generation++) {
        bool newer = false;
        commit_generation(path, generation);
        assert_int_equal(reader->ops->newer(reader, &newer, nullptr), KS_OK);
        assert_true(newer);
        const unsigned found = search(reader);
        assert_true(found >= last && found <= generation);
        last = found;
        ask_for_record(reader);
    }
    reader->ops->close(reader);
    reader = open_reader(path);
    assert_int_equal(search(reader), COMMITS);
    assert_int_equal(generation_of(reader), COMMITS);
    reader->ops->close(reader);
}

// Several readers of several ages at once.
void readers_of_every_age(void **state) {
    const std::string path = place(state);
    ks_reader *readers[COMMITS];
    for (unsigned i = 0; i < COMMITS; i++) {
        commit_generation(path, i + 1);
        readers[i] = open_reader(path);
    }
    for (unsigned i = 0; i < COMMITS; i++) {
        const unsigned found = search(readers[i]);
        assert_true(found >= i + 1 && found <= COMMITS);
        for (question *const next : questions) next(readers[i]);
        readers[i]->ops->close(readers[i]);
    }
}

} // namespace

int main() {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_question_of_a_stale_reader, set_up, tear_down),
        cmocka_unit_test_setup_teardown(answers_while_others_commit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(readers_of_every_age, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
