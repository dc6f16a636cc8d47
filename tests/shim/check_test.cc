// What the check of a Xapian index finds that Xapian's own check does not: ids, records and counts that do
// not go together. The faults are made with Xapian itself, so that its tables are whole.
#include "tests/shim/xapian_folder.hh"

#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

namespace {

// Documents "a", "b", "c" with the records {"n":1} and so on.
void make_index(const std::string &path) {
    ks_writer *writer = nullptr;
    uint64_t generation = 0;
    assert_int_equal(engine->write(&writer, path.c_str(), nullptr, nullptr), KS_OK);
    for (int i = 0; i < 3; i++) {
        const std::string id(1, static_cast<char>('a' + i));
        const std::string stored = "{\"n\":" + std::to_string(i + 1) + "}";
        ks_document document = {};
        document.id = {id.data(), 1};
        document.stored = {stored.data(), static_cast<uint32_t>(stored.size())};
        document.hash = {static_cast<uint64_t>(i), 7};
        assert_int_equal(writer->ops->put(writer, &document, nullptr), KS_OK);
    }
    assert_int_equal(writer->ops->commit(writer, &generation, nullptr), KS_OK);
    writer->ops->close(writer);
}

void change(const std::string &path, const std::function<void(Xapian::WritableDatabase &)> &how) {
    Xapian::WritableDatabase database(path, Xapian::DB_OPEN);
    how(database);
    database.commit();
}

ks_status check(const std::string &path, ks_error *error) {
    ks_checked checked = {};
    return engine->check(path.c_str(), nullptr, nullptr, &checked, error);
}

void expect_corrupt(const std::string &path, const char *what) {
    ks_error error = {};
    assert_int_equal(check(path, &error), KS_ERR_CORRUPT);
    assert_int_equal(error.code, KS_ERR_CORRUPT);
    assert_non_null(std::strstr(error.message, path.c_str()));
    if (!std::strstr(error.message, what)) fail_msg("%s, not %s", error.message, what);
    assert_int_equal(check(path, nullptr), KS_ERR_CORRUPT);
}

void a_good_index(void **state) {
    ks_checked checked = {};
    std::vector<std::string> seen;
    make_index(place(state));
    auto visit = [](void *context, const ks_checked_document *document, ks_error *) {
        static_cast<std::vector<std::string> *>(context)->push_back(
            std::string(document->id.text, document->id.size) + "=" +
            std::string(document->stored.text, document->stored.size) + "/" +
            std::to_string(document->hash.low) + "," + std::to_string(document->hash.high));
        return KS_OK;
    };
    assert_int_equal(engine->check(place(state).c_str(), visit, &seen, &checked, nullptr), KS_OK);
    assert_int_equal(checked.records, 3);
    assert_int_equal(checked.segments, 1);
    assert_int_equal(checked.generation, 1);
    assert_int_equal(checked.terms, 3); // the ids alone
    assert_int_equal(checked.postings, 3);
    assert_true(checked.bytes > 0);
    assert_int_equal(seen.size(), 3);
    assert_string_equal(seen[0].c_str(), "a={\"n\":1}/0,7");
    assert_string_equal(seen[2].c_str(), "c={\"n\":3}/2,7");
}

// An error of the visitor ends the check and is what it returns.
void a_visitor_that_fails(void **state) {
    int calls = 0;
    ks_checked checked = {};
    ks_error error = {};
    make_index(place(state));
    auto visit = [](void *context, const ks_checked_document *, ks_error *err) {
        int *count = static_cast<int *>(context);
        if (++*count < 2) return KS_OK;
        if (err) *err = {KS_ERR_FORMAT, -1, "not mine", ""};
        return KS_ERR_FORMAT;
    };
    assert_int_equal(engine->check(place(state).c_str(), visit, &calls, &checked, &error), KS_ERR_FORMAT);
    assert_int_equal(calls, 2);
    assert_string_equal(error.message, "not mine");
    assert_int_equal(checked.records, 0);
}

void an_id_that_is_not_looked_up(void **state) {
    make_index(place(state));
    change(place(state), [](Xapian::WritableDatabase &database) {
        Xapian::Document document = database.get_document(2);
        document.remove_term("Qb");
        database.replace_document(2, document);
    });
    expect_corrupt(place(state), "the id b ");
}

void an_id_that_two_documents_have(void **state) {
    make_index(place(state));
    change(place(state), [](Xapian::WritableDatabase &database) {
        Xapian::Document document = database.get_document(3);
        document.add_boolean_term("Qa");
        database.replace_document(3, document);
    });
    expect_corrupt(place(state), "the id a ");
}

void an_id_of_another_document(void **state) {
    make_index(place(state));
    change(place(state), [](Xapian::WritableDatabase &database) {
        Xapian::Document document = database.get_document(1);
        document.add_value(4, "c");
        database.replace_document(1, document);
    });
    expect_corrupt(place(state), "the id c ");
}

void a_record_that_is_empty(void **state) {
    make_index(place(state));
    change(place(state), [](Xapian::WritableDatabase &database) {
        Xapian::Document document = database.get_document(2);
        document.set_data("");
        database.replace_document(2, document);
    });
    expect_corrupt(place(state), "the record b is empty");
}

void a_document_without_any_id(void **state) {
    make_index(place(state));
    change(place(state), [](Xapian::WritableDatabase &database) {
        Xapian::Document document;
        document.set_data("{}");
        database.add_document(document);
    });
    expect_corrupt(place(state), "does not find its document");
}

// A hash of a wrong size counts as none: the check of records finds that they do not go together.
void a_hash_of_a_wrong_size(void **state) {
    ks_hash128 hash = {1, 1};
    ks_checked checked = {};
    make_index(place(state));
    change(place(state), [](Xapian::WritableDatabase &database) {
        Xapian::Document document = database.get_document(1);
        document.add_value(2, "short");
        database.replace_document(1, document);
    });
    auto visit = [](void *context, const ks_checked_document *document, ks_error *) {
        if (document->id.text[0] == 'a') *static_cast<ks_hash128 *>(context) = document->hash;
        return KS_OK;
    };
    assert_int_equal(engine->check(place(state).c_str(), visit, &hash, &checked, nullptr), KS_OK);
    assert_true(hash.low == 0 && hash.high == 0);
}

void what_is_no_index(void **state) {
    ks_error error = {};
    assert_int_equal(check(place(state) + "/nowhere", &error), KS_ERR_NO_INDEX);
    assert_int_equal(error.code, KS_ERR_NO_INDEX);
    assert_string_not_equal(error.hint, "");
}

// That is neither damage nor another writer. Root, who may write anywhere, becomes somebody else.
void an_index_that_may_only_be_read(void **state) {
    const std::string path = place(state);
    ks_writer *writer = nullptr;
    ks_error error = {};
    make_index(path);
    for (const char *name : {"/flintlock", "/postlist.glass"})
        assert_int_equal(chmod((path + name).c_str(), 0444), 0);
    assert_int_equal(chmod(path.c_str(), 0555), 0);
    assert_int_equal(chmod(static_cast<const char *>(*state), 0755), 0);
    const bool root = geteuid() == 0;
    if (root && seteuid(65534) != 0) skip();
    const ks_status checked = check(path, &error);
    const std::string message = error.message;
    const ks_status written = engine->write(&writer, path.c_str(), nullptr, &error);
    if (root) assert_int_equal(seteuid(0), 0);
    assert_int_equal(checked, KS_ERR_IO);
    assert_non_null(std::strstr(message.c_str(), "cannot open for writing"));
    assert_non_null(std::strstr(message.c_str(), ".glass: Permission denied"));
    assert_int_equal(written, KS_ERR_IO);
    assert_non_null(std::strstr(error.message, "Permission denied"));
    assert_int_equal(chmod(path.c_str(), 0755), 0);
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_good_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_visitor_that_fails, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_id_that_is_not_looked_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_id_that_two_documents_have, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_id_of_another_document, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_record_that_is_empty, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_document_without_any_id, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_hash_of_a_wrong_size, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_index, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_index_that_may_only_be_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
