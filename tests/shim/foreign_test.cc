// Xapian databases that are no index of this ksearch: of another format, or of another program. Only these
// tests, like shim/, use Xapian itself.
#include "tests/shim/xapian_folder.hh"

#include <cstring>
#include <string>

namespace {

void make_index(const std::string &path) {
    ks_writer *writer = nullptr;
    ks_document document = {};
    uint64_t generation = 0;
    document.id = {"a", 1};
    document.stored = {"{}", 2};
    assert_int_equal(engine->write(&writer, path.c_str(), nullptr, nullptr), KS_OK);
    assert_int_equal(writer->ops->put(writer, &document, nullptr), KS_OK);
    assert_int_equal(writer->ops->commit(writer, &generation, nullptr), KS_OK);
    writer->ops->close(writer);
}

void set_metadata(const std::string &path, const char *key, const char *value) {
    Xapian::WritableDatabase database(path, Xapian::DB_OPEN);
    database.set_metadata(key, value);
    database.commit();
}

ks_status open_status(const std::string &path, ks_error *error) {
    ks_reader *reader = nullptr;
    ks_status status = engine->open(&reader, path.c_str(), error);
    if (reader) reader->ops->close(reader);
    return status;
}

ks_status write_status(const std::string &path, ks_error *error) {
    ks_writer *writer = nullptr;
    ks_status status = engine->write(&writer, path.c_str(), nullptr, error);
    if (writer) writer->ops->close(writer);
    return status;
}

void another_format(void **state) {
    ks_error error = {};
    make_index(place(state));
    assert_int_equal(open_status(place(state), &error), KS_OK);
    for (const char *format : {"0", "2", "10", "one"}) {
        set_metadata(place(state), "format", format);
        assert_int_equal(open_status(place(state), &error), KS_ERR_VERSION);
        assert_int_equal(error.code, KS_ERR_VERSION);
        assert_non_null(std::strstr(error.message, format));
        assert_int_equal(write_status(place(state), &error), KS_ERR_VERSION);
    }
    set_metadata(place(state), "format", "1");
    assert_int_equal(open_status(place(state), &error), KS_OK);
}

void a_damaged_generation(void **state) {
    ks_error error = {};
    make_index(place(state));
    for (const char *generation : {"", "x", "99999999999999999999999", "0", "-1", "1x"}) {
        set_metadata(place(state), "generation", generation);
        assert_int_equal(open_status(place(state), &error), KS_ERR_CORRUPT);
        assert_int_equal(error.code, KS_ERR_CORRUPT);
        assert_int_equal(write_status(place(state), &error), KS_ERR_CORRUPT);
    }
}

// Another program's database is not read, and above all not written to.
void another_programs_database(void **state) {
    ks_error error = {};
    {
        Xapian::WritableDatabase database(place(state), Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
        Xapian::Document document;
        document.add_term("mail");
        database.add_document(document);
        database.commit();
    }
    assert_int_equal(open_status(place(state), &error), KS_ERR_NO_INDEX);
    assert_int_equal(write_status(place(state), &error), KS_ERR_NO_INDEX);
    assert_int_equal(Xapian::Database(place(state)).get_doccount(), 1);
}

// Nor is one that has no documents yet but settings.
void another_programs_empty_database(void **state) {
    ks_error error = {};
    {
        Xapian::WritableDatabase database(place(state), Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS);
        database.set_metadata("version", "3");
        database.commit();
    }
    assert_int_equal(open_status(place(state), &error), KS_ERR_NO_INDEX);
    assert_int_equal(write_status(place(state), &error), KS_ERR_NO_INDEX);
}

// What the schema says of terms, positions and values, so that other Xapian programs can read an index.
void the_schema(void **state) {
    ks_writer *writer = nullptr;
    ks_occurrence words[] = {{{"deep", 4}, 0, KS_FIELD_TITLE},
                             {{"deep", 4}, 1, KS_FIELD_TITLE},
                             {{"deep", 4}, 7, KS_FIELD_CLAIMS}};
    ks_exact_value values[] = {{KS_EXACT_TAG, {"deep-net", 8}}, {KS_EXACT_KIND, {"blog", 4}}};
    uint32_t sources[] = {3};
    ks_document document = {};
    uint64_t generation;
    document.id = {"a", 1};
    document.day = 20150102;
    document.sources = sources;
    document.source_count = 1;
    document.occurrences = words;
    document.occurrence_count = 3;
    document.values = values;
    document.value_count = 2;
    document.stored = {"{}", 2};
    assert_int_equal(engine->write(&writer, place(state).c_str(), nullptr, nullptr), KS_OK);
    assert_int_equal(writer->ops->put(writer, &document, nullptr), KS_OK);
    assert_int_equal(writer->ops->commit(writer, &generation, nullptr), KS_OK);
    writer->ops->close(writer);
    Xapian::Database database(place(state));
    std::string terms;
    for (auto term = database.termlist_begin(1); term != database.termlist_end(1); ++term)
        terms += *term + ":" + std::to_string(term.get_wdf()) + " ";
    assert_string_equal(terms.c_str(), "Kdeep-net:3 Qa:0 Sdeep:0 XCdeep:0 XKblog:0 XO3:0 deep:10 ");
    assert_int_equal(database.get_doclength(1), 13);
    assert_int_equal(
        std::distance(database.positionlist_begin(1, "Sdeep"), database.positionlist_end(1, "Sdeep")), 2);
    assert_true(database.positionlist_begin(1, "deep") == database.positionlist_end(1, "deep"));
    assert_string_equal(database.get_document(1).get_value(1).c_str(), "20150102");
    assert_string_equal(database.get_document(1).get_data().c_str(), "{}");
    assert_string_equal(database.get_metadata("format").c_str(), "1");
}

} // namespace

int main() {
    const CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(another_format, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_damaged_generation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_programs_database, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_programs_empty_database, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_schema, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, nullptr, nullptr);
}
