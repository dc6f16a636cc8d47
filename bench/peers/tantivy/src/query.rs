//! From the text of a query to Tantivy's query objects. Understood are the forms the benchmark uses: words,
//! `"a phrase"`, `prefix*`, and the filters tag, kind, author, status, date, after and before.

use crate::schema::{self, Fields};
use std::ops::Bound;
use tantivy::query::{
    BooleanQuery, ConstScoreQuery, EmptyQuery, Occur, PhraseQuery, Query, RangeQuery, RegexQuery,
    TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::Term;

pub struct Translator {
    pub fields: Fields,
    pub analyzer: TextAnalyzer,
}

/// Splits at blanks outside of quotes.
fn items(text: &str) -> Vec<&str> {
    let mut quoted = false;
    text.split(move |c: char| {
        quoted ^= c == '"';
        c.is_whitespace() && !quoted
    })
    .filter(|item| !item.is_empty())
    .collect()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_alphanumeric)
}

fn date_range(field: Field, from: Option<i64>, to: Option<i64>) -> Box<dyn Query> {
    let bound = |day: Option<i64>| match day {
        Some(day) => Bound::Included(Term::from_field_i64(field, day)),
        None => Bound::Unbounded,
    };
    match (from, to) {
        (None, None) => Box::new(EmptyQuery),
        _ => Box::new(RangeQuery::new(bound(from), bound(to))),
    }
}

impl Translator {
    /// `all`: every word, phrase and prefix must be found, rather than any of them.
    pub fn translate(&mut self, text: &str, all: bool) -> Box<dyn Query> {
        let mut scored: Vec<Box<dyn Query>> = Vec::new();
        let mut filters: Vec<Box<dyn Query>> = Vec::new();
        for item in items(text) {
            if let Some(filter) = self.filter(item) {
                filters.push(Box::new(ConstScoreQuery::new(filter, 0.0)));
            } else {
                self.add_scored(&mut scored, item);
            }
        }
        if filters.is_empty() {
            return match scored.len() {
                0 => Box::new(EmptyQuery),
                1 => scored.remove(0),
                _ => Box::new(if all {
                    BooleanQuery::intersection(scored)
                } else {
                    BooleanQuery::union(scored)
                }),
            };
        }
        if all || scored.len() == 1 {
            filters.append(&mut scored);
        } else if !scored.is_empty() {
            filters.push(Box::new(BooleanQuery::union(scored)));
        }
        Box::new(BooleanQuery::new(
            filters
                .into_iter()
                .map(|query| (Occur::Must, query))
                .collect(),
        ))
    }

    fn terms(&mut self, text: &str) -> Vec<Term> {
        let field = self.fields.text;
        let mut terms = Vec::new();
        self.analyzer
            .token_stream(text)
            .process(&mut |token| terms.push(Term::from_field_text(field, &token.text)));
        terms
    }

    fn add_scored(&mut self, scored: &mut Vec<Box<dyn Query>>, item: &str) {
        if let Some(stem) = item.strip_suffix('*').filter(|stem| is_word(stem)) {
            let pattern = format!("{}.*", stem.to_lowercase());
            scored.extend(
                RegexQuery::from_pattern(&pattern, self.fields.text)
                    .map(|query| Box::new(query) as _),
            );
            return;
        }
        let terms = self.terms(item);
        if item.starts_with('"') && terms.len() > 1 {
            scored.push(Box::new(PhraseQuery::new(terms)));
            return;
        }
        for term in terms {
            scored.push(Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)));
        }
    }

    fn filter(&self, item: &str) -> Option<Box<dyn Query>> {
        let (name, value) = item.split_once(':')?;
        let value = value.trim_matches('"');
        let date = self.fields.date;
        let field = match name {
            "tag" => self.fields.tag,
            "kind" => self.fields.kind,
            "author" => self.fields.author,
            "status" => self.fields.status,
            "date" => {
                let (from, to) = value.split_once("..").unwrap_or((value, value));
                return Some(date_range(
                    date,
                    schema::date_number(from, 1),
                    schema::date_number(to, 99),
                ));
            }
            "after" => return Some(date_range(date, schema::date_number(value, 1), None)),
            "before" => return Some(date_range(date, None, schema::date_number(value, 99))),
            _ => return None,
        };
        let term = Term::from_field_text(field, &schema::normalise(value));
        Some(Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    }
}
