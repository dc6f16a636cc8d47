//! The fields of the index, the same for indexing and answering.

use tantivy::schema::{
    Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions, FAST, INDEXED, STORED, STRING,
};

/// Words as SimpleTokenizer finds them, at most 40 bytes long, in lower case, stemmed (English Snowball).
pub const TOKENIZER: &str = "en_stem";

pub struct Fields {
    /// All text of a record: title, summary, claims, tags, body.
    pub text: Field,
    pub id: Field,
    pub kind: Field,
    pub author: Field,
    pub status: Field,
    pub tag: Field,
    /// YYYYMMDD as a number.
    pub date: Field,
    pub json: Field,
}

pub fn make() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let words = TextFieldIndexing::default()
        .set_tokenizer(TOKENIZER)
        .set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let fields = Fields {
        text: builder.add_text_field("text", TextOptions::default().set_indexing_options(words)),
        id: builder.add_text_field("id", STRING | FAST),
        kind: builder.add_text_field("kind", STRING),
        author: builder.add_text_field("author", STRING),
        status: builder.add_text_field("status", STRING),
        tag: builder.add_text_field("tag", STRING),
        date: builder.add_i64_field("date", INDEXED | FAST),
        json: builder.add_text_field("json", STORED),
    };
    (builder.build(), fields)
}

/// Exact values are compared without regard to case, and blanks, `-` and `_` count as the same.
pub fn normalise(value: &str) -> String {
    value.to_lowercase().replace([' ', '_'], "-")
}

/// YYYY, YYYY-MM or YYYY-MM-DD as YYYYMMDD, what is missing being `rest`; `None` where it is no such date.
pub fn date_number(text: &str, rest: i64) -> Option<i64> {
    let mut parts = text.split('-').map(|part| part.parse::<i64>().ok());
    let year = parts.next()??;
    let month = parts.next().unwrap_or(Some(rest))?;
    let day = parts.next().unwrap_or(Some(rest))?;
    Some(year * 10_000 + month * 100 + day)
}
