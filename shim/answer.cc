// Answering a plan with one Xapian query for each tier, and one more to tell the tiers of hits that were
// found in one go; see answer.hh. May use base and engine.
#include "shim/answer.hh"

#include "shim/memory.hh"
#include "shim/query.hh"
#include "shim/schema.hh"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

namespace ks {

namespace {

void set_order(Xapian::Enquire &enquire, ks_sort sort) {
    switch (sort) {
    case KS_SORT_SCORE: enquire.set_sort_by_relevance_then_value(SLOT_RECENCY, true); break;
    case KS_SORT_NEW: enquire.set_sort_by_value(SLOT_RECENCY, true); break;
    case KS_SORT_OLD: enquire.set_sort_by_value(SLOT_RECENCY, false); break;
    }
}

// An answer being put together: the plan's first offset + limit hits.
class Answer {
  public:
    Answer(const Xapian::Database &database, const ks_plan &plan) : database_(database), plan_(plan) {
        std::uint64_t all = database.get_doccount();
        count_to_ = static_cast<Xapian::doccount>(plan.count_limit < all ? plan.count_limit + 1 : all);
        std::uint64_t end = plan.limit > all ? all : plan.limit + std::min<std::uint64_t>(plan.offset, all);
        wanted_ = static_cast<Xapian::doccount>(std::min(end, all));
    }

    void run() {
        bool tiers = plan_.match == KS_MATCH_AUTO && ks_plan_has_tiers(plan_.root);
        ks_match first = plan_.match == KS_MATCH_ANY ? KS_MATCH_ANY : KS_MATCH_ALL;
        Xapian::MSet all =
            ask_scored(scored_query(database_, plan_, first), wanted_, tiers ? wanted_ : count_to_);
        ks_tier tier = KS_TIER_ALL;
        if (first == KS_MATCH_ANY && ks_plan_has_tiers(plan_.root)) tier = KS_TIER_SOME;
        take(all, tier);
        if (tiers) run_second(all);
        if (tier == KS_TIER_SOME) find_full_matches();
    }

    std::vector<std::pair<Xapian::MSetIterator, ks_tier>> hits;
    std::vector<Xapian::MSet> pages; // the iterators point into these
    std::uint64_t total = 0;

  private:
    Xapian::MSet ask(const Xapian::Query &query, Xapian::doccount limit, Xapian::doccount at_least) {
        Xapian::Enquire enquire(database_);
        enquire.set_weighting_scheme(Xapian::BM25Weight(KS_BM25_K1, 0, 1, KS_BM25_B, KS_BM25_LEAST_LENGTH));
        set_order(enquire, plan_.sort);
        enquire.set_query(query);
        return enquire.get_mset(0, limit, at_least);
    }

    Xapian::MSet ask_scored(const ScoredQuery &scored, Xapian::doccount limit, Xapian::doccount at_least) {
        return ask(scored.query, limit, scored.may_prune ? at_least : database_.get_doccount());
    }

    void take(const Xapian::MSet &page, ks_tier tier) {
        pages.push_back(page);
        for (Xapian::MSetIterator hit = pages.back().begin(); hit != pages.back().end(); ++hit)
            hits.emplace_back(hit, tier);
        total += page.get_matches_lower_bound();
    }

    // The second tier: records with some of the words, or only their number if the first tier has filled the
    // page.
    void run_second(const Xapian::MSet &all) {
        if (all.size() < wanted_) {
            ScoredQuery some = scored_query(database_, plan_, KS_MATCH_ANY);
            some.query = Xapian::Query(Xapian::Query::OP_AND_NOT, some.query,
                                       matching_query(database_, *plan_.root, KS_MATCH_ALL));
            take(ask_scored(some, wanted_ - all.size(), count_to_), KS_TIER_SOME);
        } else {
            total = ask(matching_query(database_, *plan_.root, KS_MATCH_ANY), 0, count_to_)
                        .get_matches_lower_bound();
        }
    }

    // Finds out which hits of a search for any word have all of them, by a query over just these records.
    void find_full_matches() {
        std::vector<Xapian::Query> ids;
        std::set<Xapian::docid> full;
        for (const auto &hit : hits) {
            std::string id = hit.first.get_document().get_value(SLOT_ID);
            ids.push_back(Xapian::Query(id_term({id.data(), static_cast<std::uint32_t>(id.size())})));
        }
        Xapian::Query these(Xapian::Query::OP_OR, ids.begin(), ids.end());
        Xapian::Query query(Xapian::Query::OP_FILTER, these,
                            matching_query(database_, *plan_.root, KS_MATCH_ALL));
        Xapian::MSet found = ask(query, static_cast<Xapian::doccount>(hits.size()), 0);
        for (auto hit = found.begin(); hit != found.end(); ++hit) full.insert(*hit);
        for (auto &hit : hits)
            if (full.count(*hit.first)) hit.second = KS_TIER_ALL;
    }

    const Xapian::Database &database_;
    const ks_plan &plan_;
    Xapian::doccount count_to_, wanted_;
};

void copy_hits(const Answer &answer, const ks_plan &plan, ks_topk &topk) {
    std::size_t count = answer.hits.size() > plan.offset ? answer.hits.size() - plan.offset : 0;
    topk.items =
        static_cast<ks_found *>(checked(ks_arena_alloc(&topk.arena, (count + 1) * sizeof *topk.items)));
    for (std::size_t i = 0; i < count; i++) {
        const auto &[hit, tier] = answer.hits[plan.offset + i];
        Xapian::Document document = hit.get_document();
        ks_found &found = topk.items[topk.count++];
        found = {*hit, hit.get_weight(), tier, {nullptr, 0}, {nullptr, 0}};
        if (!plan.leave_ids) found.id = copy_term(topk.arena, document.get_value(SLOT_ID));
        if (plan.want_stored) found.stored = copy_term(topk.arena, document.get_data());
    }
}

} // namespace

void answer(const Xapian::Database &database, const ks_plan &plan, ks_topk &out) {
    Answer found(database, plan);
    found.run();
    out.ranked_us = ks_clock_us();
    out.records = database.get_doccount();
    out.total_is_exact = found.total <= plan.count_limit;
    out.total = out.total_is_exact ? found.total : plan.count_limit;
    copy_hits(found, plan, out);
}

} // namespace ks
