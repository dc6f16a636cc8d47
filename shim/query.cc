// From a plan to Xapian queries; see query.hh.
//
// A plan keeps matching and scores apart, Xapian's queries do both at once. `(matching * 0) AND_MAYBE (all
// scores)` would be right for any plan, but it reads the posting lists twice. So the common trees, words side
// by side with filters, become queries in which the terms that match are also the ones that score, and only
// what is left over becomes an AND_MAYBE.
#include "shim/query.hh"

#include "shim/near.hh"
#include "shim/schema.hh"

#include <algorithm>
#include <cstring>
#include <vector>

namespace ks {

namespace {

using Xapian::Query;
using Queries = std::vector<Query>;

Query join(Query::op op, const Queries &queries) {
    return Query(op, queries.begin(), queries.end());
}

// A term that only filters. In place of an unweighted term that all documents have, Xapian 1.4.22 reads the
// list of all documents, and fails at the gaps that deleted ones have left. MatchAll means the same and does
// not fail.
Query filter_term(const Xapian::Database &database, const std::string &term) {
    return database.get_termfreq(term) == database.get_doccount() ? Query::MatchAll : Query(term);
}

// The documents of a TERM node. The term of a long id is a shorter form of it.
Query term_query(const Xapian::Database &database, const ks_plan_node &node) {
    const ks_term &term = node.terms[0];
    const std::size_t prefix = std::strlen(ks_exact_prefix(KS_EXACT_ID));
    if (node.field == KS_FIELD_ANY && text_of(term).compare(0, prefix, ks_exact_prefix(KS_EXACT_ID)) == 0)
        return filter_term(database,
                           id_term({term.text + prefix, term.size - static_cast<std::uint32_t>(prefix)}));
    return filter_term(database, ks_field_prefix(node.field) + text_of(term));
}

Query positional(const ks_plan_node &node, ks_field field) {
    std::vector<std::string> terms;
    for (std::size_t i = 0; i < node.term_count; i++)
        terms.push_back(ks_field_prefix(field) + text_of(node.terms[i]));
    if (node.kind == KS_PLAN_NEAR) return near_query(terms, node.window);
    return Query(Query::OP_PHRASE, terms.begin(), terms.end(), static_cast<Xapian::termcount>(terms.size()));
}

Query positional_anywhere(const ks_plan_node &node) {
    Queries fields;
    if (node.field != KS_FIELD_ANY) return positional(node, node.field);
    for (int field = 0; field < KS_TEXT_FIELDS; field++)
        fields.push_back(positional(node, static_cast<ks_field>(field)));
    return join(Query::OP_OR, fields);
}

Queries children_of(const Xapian::Database &database, const ks_plan_node &node, ks_match mode) {
    Queries children;
    for (const ks_plan_node *child = node.child; child; child = child->next)
        children.push_back(matching_query(database, *child, mode));
    return children;
}

// AND with the NOTs apart, since AND_NOT is one operator in Xapian.
Query conjunction(const Xapian::Database &database, const ks_plan_node &node, ks_match mode) {
    Queries wanted, unwanted;
    for (const ks_plan_node *child = node.child; child; child = child->next) {
        if (child->kind == KS_PLAN_NOT)
            unwanted.push_back(matching_query(database, *child->child, KS_MATCH_ALL));
        else
            wanted.push_back(matching_query(database, *child, mode));
    }
    Query query = wanted.empty() ? Query::MatchAll : join(Query::OP_AND, wanted);
    return unwanted.empty() ? query : Query(Query::OP_AND_NOT, query, join(Query::OP_OR, unwanted));
}

Query score_query(const Xapian::Database &database, const ks_plan_score &score) {
    Query query(text_of(score.term));
    if (score.field != KS_FIELD_ANY)
        query = Query(Query::OP_FILTER, query,
                      filter_term(database, ks_field_prefix(score.field) + text_of(score.term)));
    return score.weight == 1 ? query : Query(Query::OP_SCALE_WEIGHT, query, score.weight);
}

bool is_tag(const ks_term &term) {
    const std::string prefix = ks_exact_prefix(KS_EXACT_TAG);
    return text_of(term).compare(0, prefix.size(), prefix) == 0;
}

// The scores of a plan, each of which must go into the query exactly once.
class Scores {
  public:
    Scores(const Xapian::Database &database, const ks_plan &plan)
        : database_(database), plan_(plan), used_(plan.score_count, false) {}

    // The index of the unused score for a TERM node of any field; -1 if there is none.
    std::ptrdiff_t find(const ks_plan_node &node) const {
        if (node.kind != KS_PLAN_TERM || node.field != KS_FIELD_ANY) return -1;
        for (std::size_t i = 0; i < plan_.score_count; i++) {
            const ks_plan_score &score = plan_.scores[i];
            if (!used_[i] && score.field == KS_FIELD_ANY && score.weight > 0 &&
                text_of(score.term) == text_of(node.terms[0]))
                return static_cast<std::ptrdiff_t>(i);
        }
        return -1;
    }

    Query use(std::ptrdiff_t index) {
        used_[static_cast<std::size_t>(index)] = true;
        return score_query(database_, plan_.scores[index]);
    }

    // The scores that no part of the matching has used; *only_tags tells whether all of them are whole tags.
    Queries rest(bool *only_tags) const {
        Queries left;
        *only_tags = true;
        for (std::size_t i = 0; i < plan_.score_count; i++) {
            if (used_[i] || plan_.scores[i].weight <= 0) continue;
            *only_tags = *only_tags && is_tag(plan_.scores[i].term);
            left.push_back(score_query(database_, plan_.scores[i]));
        }
        return left;
    }

  private:
    const Xapian::Database &database_;
    const ks_plan &plan_;
    std::vector<bool> used_;
};

// Collects the scores of the leaves of a tree of alternatives; false unless every leaf has one.
bool alternatives(const ks_plan_node &node, ks_match mode, const Scores &scores,
                  std::vector<std::ptrdiff_t> &leaves) {
    if (node.kind == KS_PLAN_OR || (node.kind == KS_PLAN_WORDS && mode == KS_MATCH_ANY)) {
        for (const ks_plan_node *child = node.child; child; child = child->next)
            if (!alternatives(*child, mode, scores, leaves)) return false;
        return node.child != nullptr;
    }
    std::ptrdiff_t index = scores.find(node);
    if (index < 0) return false;
    if (std::find(leaves.begin(), leaves.end(), index) == leaves.end()) leaves.push_back(index);
    return true;
}

// What a tree of conjunctions is split into: parts that match and score at once, parts that only match, and
// parts that must not match.
struct Parts {
    Queries scoring, filters, unwanted;
    bool alternatives = false; // one of the scoring parts is an OR
};

void take_apart(const Xapian::Database &database, const ks_plan_node &node, ks_match mode, Scores &scores,
                Parts &parts) {
    std::vector<std::ptrdiff_t> leaves;
    if (node.kind == KS_PLAN_AND || (node.kind == KS_PLAN_WORDS && mode == KS_MATCH_ALL && node.child) ||
        (node.kind == KS_PLAN_WORDS && node.child && !node.child->next)) {
        for (const ks_plan_node *child = node.child; child; child = child->next)
            take_apart(database, *child, mode, scores, parts);
    } else if (node.kind == KS_PLAN_NOT) {
        parts.unwanted.push_back(matching_query(database, *node.child, KS_MATCH_ALL));
    } else if (alternatives(node, mode, scores, leaves)) {
        Queries terms;
        for (std::ptrdiff_t leaf : leaves) terms.push_back(scores.use(leaf));
        if (terms.size() > 1) parts.alternatives = true;
        parts.scoring.push_back(join(Query::OP_OR, terms));
    } else if (node.kind != KS_PLAN_ALL) {
        parts.filters.push_back(matching_query(database, node, mode));
    }
}

} // namespace

Query matching_query(const Xapian::Database &database, const ks_plan_node &node, ks_match mode) {
    switch (node.kind) {
    case KS_PLAN_ALL: return Query::MatchAll;
    case KS_PLAN_TERM: return term_query(database, node);
    case KS_PLAN_PHRASE:
    case KS_PLAN_NEAR: return positional_anywhere(node);
    case KS_PLAN_DATES:
        return Query(Query::OP_VALUE_RANGE, SLOT_DAY, day_value(node.first), day_value(node.last));
    case KS_PLAN_AND: return conjunction(database, node, mode);
    case KS_PLAN_OR: return join(Query::OP_OR, children_of(database, node, mode));
    case KS_PLAN_WORDS:
        if (mode == KS_MATCH_ALL && node.child) return conjunction(database, node, mode);
        return join(Query::OP_OR, children_of(database, node, mode));
    case KS_PLAN_NOT:
        return Query(Query::OP_AND_NOT, Query::MatchAll, matching_query(database, *node.child, KS_MATCH_ALL));
    }
    return Query::MatchNothing;
}

ScoredQuery scored_query(const Xapian::Database &database, const ks_plan &plan, ks_match mode) {
    Scores scores(database, plan);
    Parts parts;
    bool only_tags;
    take_apart(database, *plan.root, mode, scores, parts);
    Queries rest = scores.rest(&only_tags);
    // Every record with such a tag matches when any word will do (see ks_plan_score), so the tags can join
    // the words as alternatives without letting other records in.
    if (mode == KS_MATCH_ANY && only_tags && parts.scoring.size() == 1) {
        if (!rest.empty()) parts.alternatives = true;
        rest.push_back(parts.scoring[0]);
        parts.scoring[0] = join(Query::OP_OR, rest);
        rest.clear();
    }
    Query query;
    if (parts.scoring.empty()) {
        query = parts.filters.empty() ? Query::MatchAll : join(Query::OP_AND, parts.filters);
        query = Query(Query::OP_SCALE_WEIGHT, query, 0);
    } else {
        query = join(Query::OP_AND, parts.scoring);
        if (!parts.filters.empty())
            query = Query(Query::OP_FILTER, query, join(Query::OP_AND, parts.filters));
    }
    if (!parts.unwanted.empty()) query = Query(Query::OP_AND_NOT, query, join(Query::OP_OR, parts.unwanted));
    if (rest.empty()) return {query, !parts.alternatives};
    return {Query(Query::OP_AND_MAYBE, query, join(Query::OP_OR, rest)), false};
}

} // namespace ks
