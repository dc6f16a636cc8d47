//! Answering: a line of standard input each, a line of standard output each.

use crate::query::Translator;
use crate::schema::{self, TOKENIZER};
use crate::Fallible;
use serde_json::{json, Value};
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;
use tantivy::collector::{Count, TopDocs};
use tantivy::{DocAddress, Index, ReloadPolicy, Score, Searcher};

const SETTINGS: &str =
    "one text field, tokenizer en_stem, positions, single segment, block-max WAND; \
                        auto is answered as any";

type Hits = Vec<(Score, DocAddress)>;

fn search(
    searcher: &Searcher,
    translator: &mut Translator,
    line: &str,
) -> Fallible<(f64, Hits, Option<usize>)> {
    let mut parts = line.split('\t');
    let command = parts.next().unwrap_or_default();
    let text = parts
        .next()
        .ok_or("a line needs a command, a tab and a query")?;
    let all = match parts.next().unwrap_or("auto") {
        "all" => true,
        "any" | "auto" => false,
        _ => return Err("match is any, all or auto".into()),
    };
    let top = |limit| TopDocs::with_limit(limit).order_by_score();

    let start = Instant::now();
    let query = translator.translate(text, all);
    let (hits, count) = match command {
        "TOP_10" => (searcher.search(&query, &top(10))?, None),
        "TOP_100" => (searcher.search(&query, &top(100))?, None),
        "COUNT" => (Hits::new(), Some(searcher.search(&query, &Count)?)),
        "TOP_10_COUNT" => {
            let (hits, count) = searcher.search(&query, &(top(10), Count))?;
            (hits, Some(count))
        }
        _ => return Err(format!("unknown command {command}").into()),
    };
    Ok((start.elapsed().as_nanos() as f64 / 1e3, hits, count))
}

/// The records' own ids, after the clock has stopped.
fn named(searcher: &Searcher, hits: &Hits) -> Fallible<Vec<Value>> {
    let mut result = Vec::with_capacity(hits.len());
    for (score, address) in hits {
        let column = searcher
            .segment_reader(address.segment_ord)
            .fast_fields()
            .str("id")?
            .ok_or("no ids")?;
        let mut id = String::new();
        for ord in column.term_ords(address.doc_id) {
            column.ord_to_str(ord, &mut id)?;
        }
        result.push(json!([id, score]));
    }
    Ok(result)
}

pub fn answer_all(folder: &Path) -> Fallible<()> {
    let index = Index::open_in_dir(folder)?;
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    let searcher = reader.searcher();
    let analyzer = index.tokenizers().get(TOKENIZER).ok_or("no tokenizer")?;
    let mut translator = Translator {
        fields: schema::make().1,
        analyzer,
    };

    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "{}",
        json!({"engine": "tantivy", "version": "0.27.0", "settings": SETTINGS})
    )?;
    for line in std::io::stdin().lock().lines() {
        let answer = match search(&searcher, &mut translator, &line?) {
            Ok((took, hits, count)) => {
                json!({"took_us": took, "hits": named(&searcher, &hits)?, "count": count})
            }
            Err(error) => json!({"error": error.to_string()}),
        };
        writeln!(out, "{answer}")?;
        out.flush()?;
    }
    Ok(())
}
