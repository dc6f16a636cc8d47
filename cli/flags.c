/* The tables of commands and flags, from which both parsing and help are made. No code. */
#include "cli/options.h"

#define ON(command) (1u << CLI_##command)
#define EVERY (~0u)
#define MAINTENANCE (ON(STATUS) | ON(CHECK) | ON(OPTIMIZE))
#define INDEXED (ON(SEARCH) | ON(INDEX) | ON(FEED) | ON(SHOW) | ON(EXPLAIN) | MAINTENANCE)
#define QUERIES (ON(SEARCH) | ON(FEED))
#define AT(member) offsetof(cli_options, member)

const cli_command_def cli_commands[CLI_COMMAND_COUNT] = {
    [CLI_SEARCH] =
        {"search", "QUERY…", "find records, the best first",
         "Finds the records that answer QUERY; several arguments are joined with blanks. Any text is a "
         "query: words, \"a phrase\", -word, a OR b, prefix*, title:word, tag:name, kind:name, "
         "author:name, date:2014..2016, is:failed. A query that begins with a dash, or with the "
         "name of a command, goes behind --. The word search itself may be left out.",
         "ksearch policy gradients pong\n"
         "ksearch --match all 'lstm kind:github_gist'\n"
         "ksearch --json --limit 5 convnets | jq -r '.hits[].id'\n"
         "ksearch -- pong -atari"},
    [CLI_INDEX] =
        {"index", "SOURCE…", "bring the index in step with its sources",
         "Reads capture files (.jsonl, .json, .txt, .feed, each also as .gz) and folders of them; - reads "
         "JSON lines from standard input. New records go in, changed ones are replaced, those gone "
         "from a source go out, all in one step: readers see the old state or the new.",
         "ksearch index ~/captures/*.jsonl\n"
         "ksearch index --year 2020 feed.txt\n"
         "zcat export.jsonl.gz | ksearch index -"},
    [CLI_FEED] = {"feed", "[FILTER…]", "list records, the newest first",
                  "Lists all records, or those that FILTER (a query) lets through, the newest first.",
                  "ksearch feed kind:paper\n"
                  "ksearch feed --limit 50 after:2015"},
    [CLI_SHOW] =
        {"show", "ID…", "print whole records",
         "Prints the records with these ids in full; with --json as they are stored, one a line. Exit status "
         "1 when none of them is there, 3 when some are not.",
         "ksearch show arxiv:1406.2661\n"
         "ksearch show --json arxiv:1406.2661"},
    [CLI_EXPLAIN] = {"explain", "QUERY [ID]", "tell how a query is understood and a record is scored",
                     "Prints QUERY as it was understood, the plan made from it and its terms; with ID also "
                     "what each term adds "
                     "to that record's score. QUERY is one argument: quote it.",
                     "ksearch explain 'policy gradients pong' arxiv:1406.2661"},
    [CLI_STATUS] = {"status", "", "describe the index",
                    "Prints the engine and the language of the index, what is in it, what part of it is "
                    "deleted, and what takes the room.",
                    "ksearch status\n"
                    "ksearch status --json"},
    [CLI_CHECK] =
        {"check", "", "verify that the index is whole",
         "Reads the whole index, verifies all checksums, that everything in it is in order and that "
         "its parts agree, and prints one line. Damage is an error (exit status 2) that names the "
         "place of the first fault. Changes nothing; others can read and write meanwhile.",
         "ksearch check\n"
         "ksearch check --json"},
    [CLI_OPTIMIZE] =
        {"optimize", "", "make one piece of the index",
         "Joins the segments of the index into one without what was deleted: searches are fastest "
         "then, and the index is smallest. Answers stay the same. Worth its time after much "
         "has changed; readers see the old state or the new.",
         "ksearch optimize"},
    [CLI_SCHEMA] = {"schema", "", "print the JSON Schema of all JSON output",
                    "Prints the JSON Schema (2020-12) that everything ksearch prints as JSON obeys.", NULL},
    [CLI_HELP] = {"help", "[COMMAND]", "print this overview, or the help of one command", "", NULL},
};

const cli_flag cli_flags[] = {
    {"format", 'f', "text|json|jsonl|ids|trec", QUERIES, CLI_FLAG_CHOICE, AT(format), 0,
     "print hits in this form (text; with --batch json)"},
    {"json", 'j', NULL, INDEXED, CLI_FLAG_SET, AT(format), CLI_FORMAT_JSON, "print JSON"},
    {"jsonl", 0, NULL, QUERIES, CLI_FLAG_SET, AT(format), CLI_FORMAT_JSONL,
     "print JSON lines: begin, hits, end"},
    {"fields", 0, "NAMES", QUERIES, CLI_FLAG_FIELDS, AT(fields), 0,
     "keep only these members of JSON hits, such as title,date; id, rank, score and tier always stay"},
    {"limit", 'n', "N", QUERIES, CLI_FLAG_COUNT, AT(limit), CLI_LIMIT_MOST, "print at most N hits (10)"},
    {"offset", 0, "N", QUERIES, CLI_FLAG_COUNT, AT(offset), CLI_OFFSET_MOST, "leave out the first N hits"},
    {"sort", 's', "score|new|old", ON(SEARCH), CLI_FLAG_CHOICE, AT(sort), 0,
     "order hits by score or by date"},
    {"match", 'm', "auto|all|any", QUERIES | ON(EXPLAIN), CLI_FLAG_CHOICE, AT(match), 0,
     "which records answer: those with all words and then the rest (auto), those with all words, those with "
     "any"},
    {"tag-boost", 0, "X", QUERIES | ON(EXPLAIN), CLI_FLAG_NUMBER, AT(tag_boost), KS_TAG_BOOST_LIMIT,
     "weight of words that are a whole tag of the record (1); 0 turns it off"},
    {"count", 0, "bounded|exact", QUERIES, CLI_FLAG_CHOICE, AT(count), 0,
     "stop counting matches at 1,000 (bounded), or count all"},
    {"batch", 0, "FILE", ON(SEARCH), CLI_FLAG_TEXT, AT(batch), 0,
     "answer the queries in FILE (- for standard input), each line plain text or "
     "{\"id\",\"query\",\"limit\"}, "
     "with one JSON line each"},
    {"engine", 0, "native|xapian", ON(INDEX), CLI_FLAG_TEXT, AT(engine), 0, "engine of a new index (native)"},
    {"language", 0, "NAME", ON(INDEX), CLI_FLAG_TEXT, AT(language), 0,
     "language whose word endings a new index strips (english)"},
    {"year", 0, "Y", ON(INDEX), CLI_FLAG_COUNT, AT(year), CLI_YEAR_MOST,
     "year of the newest record in a capture feed"},
    {"strict", 0, NULL, ON(INDEX), CLI_FLAG_SWITCH, AT(strict), 0,
     "change nothing if any record is rejected"},
    {"keep-missing", 0, NULL, ON(INDEX), CLI_FLAG_SWITCH, AT(keep_missing), 0,
     "keep records that are gone from their source"},
    {"memory", 0, "SIZE", ON(INDEX), CLI_FLAG_SIZE, AT(memory), CLI_MEMORY_LEAST,
     "memory that new records may take before they are written out, such as 512M (512M); less takes longer"},
    {"threads", 0, "N", ON(INDEX), CLI_FLAG_COUNT, AT(threads), CLI_THREADS_MOST,
     "use N threads; 0: one for each processor (0)"},
    {"quiet", 'q', NULL, ON(INDEX) | ON(CHECK) | ON(OPTIMIZE), CLI_FLAG_SWITCH, AT(quiet), 0,
     "print only what went wrong"},
    {"index", 'i', "PATH", INDEXED, CLI_FLAG_TEXT, AT(index), 0,
     "where the index is ($KSEARCH_INDEX, else $XDG_DATA_HOME/ksearch/index, else "
     "~/.local/share/ksearch/index)"},
    {"color", 0, "auto|always|never", QUERIES | ON(SHOW) | ON(EXPLAIN), CLI_FLAG_CHOICE, AT(color), 0,
     "use colors; auto: on a terminal, unless NO_COLOR is set or TERM is dumb"},
    {"no-pager", 0, NULL, QUERIES | ON(SHOW), CLI_FLAG_SWITCH, AT(no_pager), 0,
     "do not pass text through $PAGER on a terminal"},
    {"help", 'h', NULL, EVERY, CLI_FLAG_SWITCH, AT(help), 0, "print this help"},
    {"version", 'V', NULL, EVERY, CLI_FLAG_SWITCH, AT(version), 0, "print the version"},
};

const size_t cli_flag_count = sizeof cli_flags / sizeof *cli_flags;
