// A second reader of the schema, made after what shim/schema.hh says and with nothing but Xapian: random
// documents that are put, replaced and removed over several commits stand in the database as described, and
// nothing else does.
#include "tests/shim/xapian_folder.hh"

extern "C" {
#include "tests/support/documents.h"
#include "tests/support/random.h"
}

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

// The prefixes and weights once more, as the documentation of the index has them.
const char *const field_prefixes[] = {"S", "XM", "XC", "XT", "XB"};
const unsigned field_weights[] = {4, 1, 2, 3, 1};
enum { TAG_WEIGHT = 3, LONGEST_ID_TERM = 245, SHORT_ID = 200 };

struct Term {
    unsigned wdf = 0;
    std::set<unsigned> positions; // from 1
    bool operator==(const Term &other) const {
        return wdf == other.wdf && positions == other.positions;
    }
};

// What is expected of a document.
struct Expected {
    std::map<std::string, Term> terms; // but for that of the id
    std::string id, data, day, sources, hash;
    std::uint64_t order = 0, length = 0;
};

std::string text_of(const ks_term &term) {
    return std::string(term.text, term.size);
}

// The lowest bytes of a number, the highest of them first.
std::string bytes_of(std::uint64_t number, int count) {
    std::string bytes;
    for (int i = count - 1; i >= 0; i--) bytes += static_cast<char>(number >> (8 * i) & 0xFF);
    return bytes;
}

Expected expect(const ks_document &document) {
    Expected out;
    for (std::size_t i = 0; i < document.occurrence_count; i++) {
        const ks_occurrence &word = document.occurrences[i];
        const std::string text = text_of(word.term);
        out.terms[text].wdf += field_weights[word.field];
        out.terms[field_prefixes[word.field] + text].positions.insert(word.position + 1);
        out.length += field_weights[word.field];
    }
    for (std::size_t i = 0; i < document.value_count; i++) {
        const ks_exact_value &value = document.values[i];
        const unsigned weight = value.exact == KS_EXACT_TAG ? TAG_WEIGHT : 0;
        out.terms[ks_exact_prefix(value.exact) + text_of(value.value)].wdf += weight;
        out.length += weight;
    }
    for (std::size_t i = 0; i < document.source_count; i++) {
        out.terms["XO" + std::to_string(document.sources[i])];
        out.sources += bytes_of(document.sources[i], 4);
    }
    out.id = text_of(document.id);
    out.data = text_of(document.stored);
    if (document.day) out.day = std::to_string(document.day);
    out.hash = bytes_of(document.hash.high, 8) + bytes_of(document.hash.low, 8);
    out.order = document.order;
    return out;
}

void check_document(const Xapian::Database &database, Xapian::docid doc, const Expected &expected) {
    const Xapian::Document document = database.get_document(doc);
    std::map<std::string, Term> found;
    std::vector<std::string> ids;
    for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
        if ((*term)[0] == 'Q') {
            ids.push_back(*term);
            continue;
        }
        Term &at = found[*term];
        at.wdf = term.get_wdf();
        for (auto position = term.positionlist_begin(); position != term.positionlist_end(); ++position)
            at.positions.insert(*position);
    }
    assert_int_equal(ids.size(), 1);
    assert_true(ids[0].size() <= LONGEST_ID_TERM);
    assert_string_equal(ids[0].substr(1, SHORT_ID).c_str(), expected.id.substr(0, SHORT_ID).c_str());
    assert_int_equal(database.get_termfreq(ids[0]), 1);
    assert_int_equal(found.size(), expected.terms.size());
    assert_true(found == expected.terms);
    assert_int_equal(database.get_doclength(doc), expected.length);
    assert_true(document.get_data() == expected.data);
    assert_true(document.get_value(1) == expected.day); // the day, or nothing
    assert_true(document.get_value(2) == expected.hash);
    assert_true(document.get_value(3) == expected.sources);
    assert_true(document.get_value(4) == expected.id);
}

using Model = std::map<std::string, Expected>;

void check_database(const std::string &path, const Model &model, unsigned generation) {
    Xapian::Database database(path);
    std::vector<std::pair<std::string, std::string>> by_recency; // the first value, and the id
    std::map<std::string, unsigned> frequencies;
    std::uint64_t length = 0;
    assert_int_equal(database.get_doccount(), model.size());
    for (auto all = database.postlist_begin(""); all != database.postlist_end(""); ++all) {
        const std::string id = database.get_document(*all).get_value(4);
        const auto expected = model.find(id);
        assert_true(expected != model.end());
        check_document(database, *all, expected->second);
        by_recency.emplace_back(database.get_document(*all).get_value(0), id);
    }
    for (const auto &[id, expected] : model) {
        length += expected.length;
        for (const auto &[term, at] : expected.terms) frequencies[term]++;
    }
    for (const auto &[term, count] : frequencies) assert_int_equal(database.get_termfreq(term), count);
    assert_int_equal(database.get_total_length(), length);
    // Newest first, then by id, is the descending order of the first value.
    std::sort(by_recency.rbegin(), by_recency.rend());
    for (std::size_t i = 1; i < by_recency.size(); i++) {
        const Expected &one = model.at(by_recency[i - 1].second), &next = model.at(by_recency[i].second);
        assert_true(one.order > next.order || (one.order == next.order && one.id < next.id));
    }
    assert_string_equal(database.get_metadata("format").c_str(), "1");
    assert_string_equal(database.get_metadata("generation").c_str(), std::to_string(generation).c_str());
}

// Ids that begin each other, that are longer than a term, and that differ only behind what a term can hold.
std::string random_id(std::uint64_t *random) {
    static const std::size_t sizes[] = {0, 0, 0, 1, 199, 200, 201, 244, 500};
    const std::size_t size = sizes[ks_test_below(random, 9)];
    const std::string end = std::to_string(ks_test_below(random, 12));
    return ks_test_below(random, 8) ? "i" + std::string(size, 'x') + end : "\xC3\xA9 " + end;
}

void commit(ks_writer *writer, std::uint64_t *generation) {
    assert_int_equal(writer->ops->commit(writer, generation, nullptr), KS_OK);
    writer->ops->close(writer);
}

void random_documents(void **state) {
    const std::string path = place(state);
    std::uint64_t random = ks_test_seed(20261127), generation = 0;
    Model model;
    ks_arena arena = {};
    for (unsigned round = 1; round <= 12; round++) {
        ks_writer *writer = nullptr;
        Model next = model;
        const bool given_up = ks_test_below(&random, 4) == 0;
        assert_int_equal(engine->write(&writer, path.c_str(), nullptr, nullptr), KS_OK);
        for (std::size_t n = ks_test_below(&random, 40); n; n--) {
            const std::string id = random_id(&random);
            if (ks_test_below(&random, 4)) {
                const ks_document document = ks_test_random_document(&arena, id.c_str(), &random);
                assert_int_equal(writer->ops->put(writer, &document, nullptr), KS_OK);
                next[id] = expect(document);
            } else {
                const ks_term term = {id.c_str(), static_cast<std::uint32_t>(id.size())};
                assert_int_equal(writer->ops->remove(writer, term, nullptr), KS_OK);
                next.erase(id);
            }
        }
        if (given_up && generation > 0) {
            writer->ops->close(writer);
        } else {
            commit(writer, &generation);
            model = next;
        }
        check_database(path, model, static_cast<unsigned>(generation));
    }
    assert_true(model.size() > 20);
    ks_arena_free(&arena);
}

// What the indexer keeps is kept under names of its own, beside those of the schema.
void metadata(void **state) {
    const std::string path = place(state), value("a\0\xFF\n", 4);
    std::uint64_t generation = 0;
    for (const char *key : {"format", "generation", "sources"}) {
        ks_writer *writer = nullptr;
        ks_buffer found = {};
        assert_int_equal(engine->write(&writer, path.c_str(), nullptr, nullptr), KS_OK);
        assert_int_equal(writer->ops->set_meta(writer, key, {value.data(), 4}, nullptr), KS_OK);
        assert_int_equal(writer->ops->get_meta(writer, key, &found, nullptr),
                         KS_OK); // before the commit, too
        assert_true(std::string(found.data, found.size) == value);
        ks_buffer_free(&found);
        commit(writer, &generation);
        assert_true(Xapian::Database(path).get_metadata(std::string("ks.") + key) == value);
    }
    check_database(path, {}, 3);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_documents, set_up, tear_down),
        cmocka_unit_test_setup_teardown(metadata, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
