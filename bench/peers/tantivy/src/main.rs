//! Tantivy behind the peers' protocol (bench/peers/README.md):
//! `tantivy index FOLDER < records.jsonl` and `tantivy serve FOLDER`.

mod index;
mod query;
mod schema;
mod serve;

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

pub type Fallible<T> = Result<T, Box<dyn Error>>;

fn run(arguments: &[String]) -> Fallible<()> {
    match arguments {
        [command, folder] if command == "index" => index::build(Path::new(folder)),
        [command, folder] if command == "serve" => serve::answer_all(Path::new(folder)),
        _ => Err("usage: tantivy index FOLDER < records.jsonl, or: tantivy serve FOLDER".into()),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tantivy: {error}");
            ExitCode::from(2)
        }
    }
}
