// Checking a Xapian index: Xapian's own check of its tables, and then whether what ksearch keeps in them
// agrees. Xapian has no checksums; it is for `visit` to notice that a record has changed. May use base and
// engine.
#include "shim/check.hh"

#include "shim/guard.hh"
#include "shim/reader.hh"
#include "shim/schema.hh"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <sstream>

#include <fcntl.h>
#include <unistd.h>

namespace ks {

namespace {

ks_status corrupt(ks_error *err, const std::string &path, const std::string &what) {
    return ks_error_set(err, KS_ERR_CORRUPT, "%s: %s", path.c_str(), what.c_str());
}

// The end of Xapian's report, which tells what is wrong, as a single line.
std::string last_words(const std::string &report) {
    constexpr std::size_t MOST = 300;
    std::string words = report.size() > MOST ? "…" + report.substr(report.size() - MOST) : report;
    while (!words.empty() && words.back() == '\n') words.pop_back();
    std::replace(words.begin(), words.end(), '\n', ' ');
    return words;
}

// Xapian's check opens the tables for writing: that it may not is no damage.
ks_status need_to_write(const std::string &path, ks_error *err) {
    for (const auto &entry : std::filesystem::directory_iterator(path)) {
        const char *file = entry.path().c_str();
        if (entry.path().extension() == ".glass" && faccessat(AT_FDCWD, file, R_OK | W_OK, AT_EACCESS) != 0)
            return ks_error_errno(err, errno, "Xapian's check cannot open for writing", file);
    }
    return KS_OK;
}

ks_status check_tables(const std::string &path, ks_error *err) {
    std::ostringstream report;
    try {
        if (Xapian::Database::check(path, 0, &report) == 0) return KS_OK;
    } catch (const Xapian::DatabaseError &error) {
        report << error.get_msg();
    }
    return corrupt(err, path, last_words(report.str()));
}

ks_status check_document(const std::string &path, const Xapian::Database &database, Xapian::docid doc,
                         ks_check_visitor *visit, void *context, ks_error *err) {
    Xapian::Document document = database.get_document(doc);
    const std::string id = document.get_value(SLOT_ID), stored = document.get_data();
    ks_checked_document checked = {};
    checked.id = {id.data(), static_cast<std::uint32_t>(id.size())};
    checked.stored = {stored.data(), static_cast<std::uint32_t>(stored.size())};
    checked.hash = unpack_hash(document.get_value(SLOT_HASH));
    const std::string term = id_term(checked.id);
    auto posting = database.postlist_begin(term);
    if (posting == database.postlist_end(term) || *posting != doc || database.get_termfreq(term) != 1)
        return corrupt(err, path, "looking the id " + id.substr(0, 100) + " up does not find its document");
    if (stored.empty()) return corrupt(err, path, "the record " + id.substr(0, 100) + " is empty");
    return visit ? visit(context, &checked, err) : KS_OK;
}

ks_status check_documents(const std::string &path, const Xapian::Database &database, ks_check_visitor *visit,
                          void *context, ks_error *err) {
    Xapian::doccount count = 0;
    for (auto doc = database.postlist_begin(""); doc != database.postlist_end(""); ++doc, ++count) {
        ks_status status = check_document(path, database, *doc, visit, context, err);
        if (status) return status;
    }
    return count == database.get_doccount() ? KS_OK : corrupt(err, path, "a wrong number of documents");
}

// Every posting list must have as many documents as its term's frequency says.
ks_status check_terms(const std::string &path, const Xapian::Database &database, ks_checked &checked,
                      ks_error *err) {
    for (auto term = database.allterms_begin(); term != database.allterms_end(); ++term) {
        Xapian::doccount count = 0;
        for (auto doc = database.postlist_begin(*term); doc != database.postlist_end(*term); ++doc) count++;
        if (count != term.get_termfreq())
            return corrupt(err, path, "a wrong number of documents at the term \"" + *term + "\"");
        checked.terms++;
        checked.postings += count;
    }
    return KS_OK;
}

ks_status check_open(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                     ks_error *err) {
    const Xapian::Database database(path);
    ks_checked checked = {};
    ks_status status = check_documents(path, database, visit, context, err);
    if (!status) status = check_terms(path, database, checked, err);
    if (status) return status;
    checked.generation = generation_of(database);
    checked.records = database.get_doccount();
    checked.segments = 1;
    checked.bytes = bytes_in(path);
    *out = checked;
    return KS_OK;
}

} // namespace

// A writer that commits twice meanwhile may overwrite what is being read; then the check starts again.
ks_status check_index(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                      ks_error *err) {
    constexpr int ATTEMPTS = 5;
    ks_reader *reader = nullptr;
    ks_status status = open_reader(&reader, path, err); // fails for what is no index
    if (status) return status;
    reader->ops->close(reader);
    return guard(err, [&]() -> ks_status {
        for (int attempt = 1;; attempt++) {
            try {
                ks_status checked = need_to_write(path, err);
                if (!checked) checked = check_tables(path, err);
                return checked ? checked : check_open(path, visit, context, out, err);
            } catch (const Xapian::DatabaseModifiedError &) {
                if (attempt == ATTEMPTS) throw;
            }
        }
    });
}

} // namespace ks
