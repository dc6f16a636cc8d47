//! Building the index: one indexing thread, then one merge into a single segment.

use crate::schema::{self, Fields};
use crate::Fallible;
use serde_json::{json, Value};
use std::io::BufRead;
use std::path::Path;
use std::time::Instant;
use tantivy::indexer::NoMergePolicy;
use tantivy::{Index, IndexSettings, IndexWriter, TantivyDocument};

const MEMORY: usize = 512 << 20;

/// The strings of a member that is a string or an array of strings.
fn strings(member: &Value) -> Vec<&str> {
    match member {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn document(fields: &Fields, record: &Value, json: &str) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    for name in ["title", "summary", "claims", "tags", "body"] {
        for text in strings(&record[name]) {
            document.add_text(fields.text, text);
        }
    }
    for (field, name) in [(fields.author, "author"), (fields.tag, "tags")] {
        for value in strings(&record[name]) {
            document.add_text(field, schema::normalise(value));
        }
    }
    document.add_text(
        fields.kind,
        schema::normalise(record["kind"].as_str().unwrap_or("unknown")),
    );
    document.add_text(
        fields.status,
        schema::normalise(record["status"].as_str().unwrap_or("ok")),
    );
    document.add_text(
        fields.id,
        record["id"]
            .as_str()
            .or(record["url"].as_str())
            .unwrap_or_default(),
    );
    if let Some(date) = record["date"]
        .as_str()
        .and_then(|text| schema::date_number(text, 1))
    {
        document.add_i64(fields.date, date);
    }
    document.add_text(fields.json, json);
    document
}

pub fn build(folder: &Path) -> Fallible<()> {
    let start = Instant::now();
    let (schema, fields) = schema::make();
    let settings = IndexSettings {
        docstore_compress_dedicated_thread: false,
        ..IndexSettings::default()
    };
    std::fs::create_dir_all(folder)?;
    let index = Index::builder()
        .schema(schema)
        .settings(settings)
        .create_in_dir(folder)?;
    let mut writer: IndexWriter = index.writer_with_num_threads(1, MEMORY)?;
    writer.set_merge_policy(Box::new(NoMergePolicy));

    let mut records = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let record: Value = serde_json::from_str(&line)?;
        writer.add_document(document(&fields, &record, &line))?;
        records += 1;
    }
    writer.commit()?;
    let segments = index.searchable_segment_ids()?;
    if segments.len() > 1 {
        writer.merge(&segments).wait()?;
    }
    writer.garbage_collect_files().wait()?;
    writer.wait_merging_threads()?;
    println!(
        "{}",
        json!({"records": records, "seconds": start.elapsed().as_secs_f64()})
    );
    Ok(())
}
