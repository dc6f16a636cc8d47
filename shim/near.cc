// Words near each other, as a Xapian query; see near.hh.
#include "shim/near.hh"

extern "C" {
#include "engine/near.h"
}

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace ks {

namespace {

// One of the different terms.
struct Word {
    std::string term;
    std::size_t first; // among all terms
    Xapian::doccount documents;
    Xapian::PostingIterator posting;
    std::vector<std::uint32_t> positions; // in the current document
};

// The first document from `doc` on that has the word; 0 if there is none.
Xapian::docid move_to(Word &word, Xapian::docid doc) {
    const Xapian::PostingIterator end;
    if (word.posting != end) word.posting.skip_to(doc);
    return word.posting == end ? 0 : *word.posting;
}

// The first document from `doc` on that has all words; 0 if there is none.
Xapian::docid next_common(std::vector<Word> &words, Xapian::docid doc) {
    for (std::size_t i = 0; doc && i < words.size();) {
        Xapian::docid found = move_to(words[i], doc);
        i = found == doc ? i + 1 : 0;
        doc = found;
    }
    return doc;
}

// A list of documents for Xapian's matcher, which goes through it in ascending order.
class NearSource : public Xapian::PostingSource {
  public:
    NearSource(const std::vector<std::string> &terms, std::uint32_t window);
    // Xapian matches with a copy, so that a query may stand in several places.
    PostingSource *clone() const override {
        return new NearSource(terms_, window_);
    }
    void init(const Xapian::Database &database) override;

    Xapian::doccount get_termfreq_min() const override {
        return 0;
    }
    Xapian::doccount get_termfreq_est() const override {
        return words_[0].documents;
    }
    Xapian::doccount get_termfreq_max() const override {
        return words_[0].documents;
    }
    Xapian::docid get_docid() const override {
        return doc_;
    }
    bool at_end() const override {
        return at_end_;
    }

    void next(double least) override {
        skip_to(doc_ + 1, least);
    }
    void skip_to(Xapian::docid doc, double) override;
    bool check(Xapian::docid doc, double) override;

  private:
    bool stand_near();

    std::vector<std::string> terms_;
    std::uint32_t window_;
    std::vector<std::size_t> alike_; // for each term: the first one that is the same
    std::vector<Word> words_;
    std::vector<ks_near_positions> positions_; // the memory is that of the words
    Xapian::docid doc_ = 0;
    bool at_end_ = false;
};

NearSource::NearSource(const std::vector<std::string> &terms, std::uint32_t window)
    : terms_(terms), window_(window), positions_(terms.size()) {
    for (std::size_t i = 0; i < terms.size(); i++) {
        auto first = std::find(terms.begin(), terms.end(), terms[i]) - terms.begin();
        alike_.push_back(static_cast<std::size_t>(first));
        if (alike_[i] == i) words_.push_back({terms[i], i, 0, {}, {}});
    }
}

void NearSource::init(const Xapian::Database &database) {
    for (Word &word : words_) word.documents = database.get_termfreq(word.term);
    // The rarest first, since it rules out most documents; often there is none of it in this field.
    std::sort(words_.begin(), words_.end(),
              [](const Word &a, const Word &b) { return a.documents < b.documents; });
    for (Word &word : words_)
        word.posting = words_[0].documents ? database.postlist_begin(word.term) : Xapian::PostingIterator();
    doc_ = 0;
    at_end_ = false;
}

void NearSource::skip_to(Xapian::docid doc, double) {
    do {
        doc_ = next_common(words_, doc);
        doc = doc_ + 1;
    } while (doc_ && !stand_near());
    at_end_ = doc_ == 0;
}

// The same for one document, without looking for the next.
bool NearSource::check(Xapian::docid doc, double) {
    doc_ = doc;
    for (Word &word : words_)
        if (move_to(word, doc) != doc) return false;
    return stand_near();
}

// Whether the words, which all stand at one document, are near each other there.
bool NearSource::stand_near() {
    for (Word &word : words_) {
        word.positions.assign(word.posting.positionlist_begin(), word.posting.positionlist_end());
        positions_[word.first] = {word.positions.data(), word.positions.size(), word.positions.size(), 0};
    }
    return ks_near_holds(positions_.data(), alike_.data(), alike_.size(), window_);
}

} // namespace

Xapian::Query near_query(const std::vector<std::string> &terms, std::uint32_t window) {
    if (terms.size() > KS_NEAR_TERMS || window > KS_NEAR_WINDOW)
        throw std::length_error("NEAR with more than " + std::to_string(KS_NEAR_TERMS) + " words or " +
                                std::to_string(KS_NEAR_WINDOW) + " positions");
    return Xapian::Query((new NearSource(terms, window))->release());
}

} // namespace ks
