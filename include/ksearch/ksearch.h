/* ksearch: full-text search over captured content. This is the library's only public header.
 *
 * A record is one captured piece of content: a JSON object with an id, text fields (title, summary, claims,
 * tags, body) and some facts about it (kind, author, date, …). Records come from sources: files, folders, or
 * a file descriptor. ks_sync brings an index, which is a folder on disk, in step with its sources. Each
 * successful run is one transaction and makes one new generation of the index. ks_index_open opens the latest
 * generation for reading, ks_search ranks its records for a query, and ks_explain shows where a score comes
 * from.
 *
 * A minimal program:
 *
 *     ks_index *index = NULL;
 *     ks_results *results = NULL;
 *     ks_search_options options;
 *     ks_error error;
 *     ks_search_options_init(&options);
 *     if (ks_index_open(&index, "captures.index", &error) ||
 *         ks_search(&results, index, "policy gradients pong", 21, &options, &error))
 *         fprintf(stderr, "%s\n", error.message);
 *     else
 *         for (size_t i = 0; i < results->hit_count; i++)
 *             printf("%s %.3f\n", results->hits[i].record->id, results->hits[i].score);
 *     ks_results_free(results);
 *     ks_index_close(index);
 *
 * Conventions that hold for every call:
 * - Text is UTF-8. A `const char *` without a size beside it is NUL-terminated.
 * - A call that can fail returns a ks_status (KS_OK is 0, so `if (call(…))` means failure) and fills the
 *   caller's ks_error, which may be NULL. Out-parameters come first and are written only on success, unless
 *   a call says otherwise. Any of these calls can return KS_ERR_ARGUMENT, for a NULL where none is allowed,
 *   and KS_ERR_NOMEM.
 * - A pointer-to-pointer out-parameter hands an object to the caller, who releases it with the free or close
 *   function of its type; these accept NULL. Whatever is reachable from an object belongs to it and lives as
 *   long as it does. Results, reports and explanations do not depend on the index: they may outlive it.
 * - Different objects may be used by different threads at the same time; one object, by one thread at a time.
 *   To search with several threads, open the index once for each.
 * - The library never prints, exits, aborts, reads the environment or changes a signal handler, and keeps no
 *   global state.
 */
#ifndef KSEARCH_KSEARCH_H
#define KSEARCH_KSEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define KS_API __attribute__((visibility("default")))
#else
#define KS_API
#endif

/* ---- Status and error ------------------------------------------------------------------------------ */

typedef enum ks_status {
    KS_OK = 0,
    KS_ERR_ARGUMENT,  /* invalid argument: a NULL, an unknown engine or language, a value out of range */
    KS_ERR_NOMEM,     /* out of memory; nothing was changed */
    KS_ERR_IO,        /* the system failed to read or write */
    KS_ERR_NO_SPACE,  /* disk full, quota or file size limit reached; the index is as it was */
    KS_ERR_NOT_FOUND, /* no such source or record */
    KS_ERR_NO_INDEX,  /* there is no index at that path, or what is there is something else */
    KS_ERR_LOCKED,    /* another writer holds the index */
    KS_ERR_CORRUPT,   /* the index is damaged; the message says where */
    KS_ERR_VERSION,   /* the index has a format that this version of the library cannot read */
    KS_ERR_FORMAT,    /* a source, or a record in it, cannot be parsed */
    KS_ERR_TOO_LARGE, /* something exceeds a limit; the message says which */
    KS_ERR_REJECTED,  /* strict indexing met a record it had to reject; the index is as it was */
    KS_ERR_ENGINE     /* the engine's module is missing, or the engine failed in a way of its own */
} ks_status;

/* What went wrong. Owned by the caller, needs no initialisation, and is written only on failure. Plain data:
 * it may be copied, and there is nothing to free. */
typedef struct ks_error {
    ks_status code;
    int64_t position;  /* byte offset, from 0, into the text or file that the message is about; -1: none */
    char message[512]; /* for people; cut if it is too long */
    char hint[256];    /* for people: what to do about it; may be empty */
} ks_error;

/* The status as a fixed name for programs: "ok", "no_index", "locked", … Never NULL; "unknown" for a number
 * that is no status. The string is static. */
KS_API const char *ks_status_name(ks_status status);

/* The library's version, such as "0.1.0". The string is static. */
KS_API const char *ks_version(void);

/* ---- Records --------------------------------------------------------------------------------------- */

/* The largest record, in bytes of JSON. */
#define KS_RECORD_LIMIT ((size_t)16 << 20)

/* A list of strings. `items` may be NULL where `count` is 0. */
typedef struct ks_strings {
    const char *const *items;
    size_t count;
} ks_strings;

/* A captured record, schema ksearch.record/1. A member that the record lacks is NULL, or has count 0. */
typedef struct ks_record {
    const char *id;     /* unique in an index; never NULL: derived from the content where it is missing */
    const char *kind;   /* "blog", "paper", …; never NULL: "unknown" where it is missing */
    const char *status; /* of the capture; never NULL: "ok" where it is missing */
    const char *date;   /* "YYYY-MM-DD", "YYYY-MM", "YYYY", or "--MM-DD" where the year is not known */
    const char *url, *title, *summary;
    const char *body; /* the captured text itself */
    const char *lang; /* ISO 639-1; to filter by: stemming follows the index's language */
    ks_strings authors, claims, tags;
    bool author_is_list; /* the source gave `author` as an array rather than as one string */
    uint64_t feed_order; /* position in the capture feed it came from: greater is newer, 0 is none */
    const char *json;    /* the whole record as stored: one JSON object, with the members not listed here */
    size_t json_size;    /* bytes of `json` */
} ks_record;

/* Frees a record from ks_index_record. Records in results and explanations belong to those. */
KS_API void ks_record_free(ks_record *record);

/* ---- Opening an index ------------------------------------------------------------------------------ */

/* An index open for reading. It is a snapshot: it keeps answering from the generation that was the latest
 * when it was opened, whatever is committed meanwhile. (Only an index of the engine "xapian" may move on by
 * itself to a later generation, when a writer overwrites the one being read. A single answer never mixes two;
 * ks_results.generation names the one it came from.) */
typedef struct ks_index ks_index;

/* Opens the index at `path`, whichever engine made it. Errors: KS_ERR_NO_INDEX, KS_ERR_VERSION,
 * KS_ERR_CORRUPT, KS_ERR_ENGINE, KS_ERR_IO. */
KS_API ks_status ks_index_open(ks_index **out, const char *path, ks_error *error);

KS_API void ks_index_close(ks_index *index);

/* How much of the disk one kind of data takes, all files of the index together. */
typedef struct ks_index_section {
    const char *name; /* such as "postings"; the names depend on the engine and its version; static */
    uint64_t bytes;
} ks_index_section;

typedef struct ks_index_info {
    const char *engine;    /* "native" or "xapian"; static */
    const char *language;  /* of stemming: a libstemmer algorithm or "none"; borrowed from the index */
    uint64_t generation;   /* 1 after the first commit, one more with each further commit */
    uint64_t records;      /* live records: neither replaced nor removed */
    uint64_t terms;        /* distinct terms */
    uint64_t bytes;        /* size on disk */
    double average_length; /* mean record length in weighted terms, the avgdl of BM25 */
    uint64_t segments;     /* parts of the index, each searched; ks_index_optimize makes them one */
    uint64_t deleted;      /* replaced or removed records that still take space */
    const ks_index_section *sections; /* they add up to `bytes`; borrowed from the index */
    size_t section_count;
} ks_index_info;

/* Describes the index as it was opened. Borrowed members of *out live until the next call for this index, or
 * until it is closed. Errors: KS_ERR_CORRUPT, KS_ERR_IO, KS_ERR_ENGINE. */
KS_API ks_status ks_index_describe(ks_index_info *out, ks_index *index, ks_error *error);

/* Sets *out to whether a newer generation than the one `index` reads has been committed, or another index has
 * taken its place; to see it, open the index again. Cheap enough to call before every search in a program
 * that keeps an index open. Errors: KS_ERR_NO_INDEX if the index is gone, and those of ks_index_open. */
KS_API ks_status ks_index_newer(bool *out, ks_index *index, ks_error *error);

/* Fetches the record with this id; free it with ks_record_free. Errors: KS_ERR_NOT_FOUND, KS_ERR_CORRUPT,
 * KS_ERR_IO, KS_ERR_ENGINE. */
KS_API ks_status ks_index_record(ks_record **out, ks_index *index, const char *id, ks_error *error);

/* ---- Indexing -------------------------------------------------------------------------------------- */

/* How far a running ks_sync has come. Valid during the callback only. */
typedef struct ks_sync_progress {
    const char *source;  /* the file being read; NULL when reading is over and the commit begins */
    uint64_t bytes_read; /* of all sources together, as they are stored (compressed ones: before inflating) */
    uint64_t bytes_total; /* what bytes_read will reach, or 0 if that is not known */
    uint64_t records;     /* read so far */
} ks_sync_progress;

typedef struct ks_sync_options {
    const char *engine;    /* "native", "xapian", or NULL: the engine the index has, "native" for a new one */
    const char *language;  /* of stemming: a libstemmer algorithm, "none", or NULL: the language the index
                              has, "english" for a new one */
    const char *word_list; /* path of a file with one word per line, which helps to split tags that a capture
                              feed has glued together; NULL: none */
    int year;              /* year of the newest record of a capture feed, whose dates have no years; older
                              records count back from it; 0: dates stay without a year */
    bool strict;           /* if any record is rejected, commit nothing and fail with KS_ERR_REJECTED */
    bool keep_missing;     /* keep records that are gone from their source instead of removing them */
    int input;             /* the file descriptor that the source "-" is read from; it is not closed */
    unsigned threads;      /* threads that analyse and index, the calling one included; 0: one per processor;
                              more than 256 count as 256 */
    size_t memory;         /* bytes that indexed records may take in memory before they are written out,
                              roughly; 0: 512 MiB */
    /* Called now and then, in the calling thread, with `context`; NULL: never. */
    void (*progress)(void *context, const ks_sync_progress *progress);
    void *context;
} ks_sync_options;

/* Sets the defaults: everything NULL, 0 or false, so that `input` is standard input. */
KS_API void ks_sync_options_init(ks_sync_options *options);

/* A record that could not be read, and why. */
typedef struct ks_reject {
    const char *source; /* the file, as it was named or found; "-" for the input */
    uint64_t line;      /* from 1; 0 where the source has no lines */
    uint64_t byte;      /* offset, from 0, in the decompressed source */
    const char *reason; /* for people */
} ks_reject;

typedef struct ks_sync_report {
    uint64_t total;      /* fresh + changed + removed + unchanged + reject_count */
    uint64_t fresh;      /* records that are new in the index */
    uint64_t changed;    /* records that replaced an older state of themselves */
    uint64_t removed;    /* records that were gone from their sources */
    uint64_t unchanged;  /* records that the index already had in the same state */
    uint64_t duplicates; /* records read whose id had come before in this run; the last one counts */
    uint64_t kept;       /* records gone from a source but kept, because of keep_missing or of rejects */
    uint64_t repaired;   /* invalid UTF-8 sequences and NUL characters that were replaced by U+FFFD */
    uint64_t skipped;    /* files found in a folder that turned out not to be capture files */
    const ks_reject *rejects;
    size_t reject_count;
    uint64_t generation; /* of the index after the call */
    uint64_t took_us;
} ks_sync_report;

/* Brings the index at `path` in step with `sources` in one transaction, and makes the index if there is none.
 * A source is a file, a folder (every file in it, at any depth, whose name has a known ending), or "-" for
 * options->input. New records are added, changed ones replaced, and those that an earlier run took from one
 * of these sources, but that none of their sources has now, removed. Nothing is removed on account of "-" or
 * of a source with rejected records.
 *
 * On failure the index is as it was. Rejected records are no failure unless options->strict is set: then the
 * call returns KS_ERR_REJECTED, and writes *out all the same. Free the report with ks_sync_report_free.
 *
 * With many new records and an engine that allows it the call starts threads of its own, with all signals
 * blocked; they have ended when it returns. Their number does not influence any answer.
 *
 * Other errors: KS_ERR_ARGUMENT (an unknown engine or language, or not the one that the index has),
 * KS_ERR_NOT_FOUND (a source), KS_ERR_FORMAT (a file named as a source is no capture file), KS_ERR_TOO_LARGE
 * (a capture feed), KS_ERR_NO_INDEX (something else is at `path`), KS_ERR_LOCKED, KS_ERR_NO_SPACE, KS_ERR_IO,
 * KS_ERR_CORRUPT, KS_ERR_VERSION, KS_ERR_ENGINE. */
KS_API ks_status ks_sync(ks_sync_report **out, const char *path, const char *const *sources,
                         size_t source_count, const ks_sync_options *options, ks_error *error);

KS_API void ks_sync_report_free(ks_sync_report *report);

/* ---- Maintenance ------------------------------------------------------------------------------------ */

/* What a check has read and found sound. Plain data: nothing to free. */
typedef struct ks_check_report {
    const char *engine;  /* "native" or "xapian"; static */
    uint64_t generation; /* the one that was checked */
    uint64_t records;    /* live records; each was unpacked, parsed and compared with the index */
    uint64_t segments;   /* parts of the index */
    uint64_t terms;      /* distinct terms */
    uint64_t postings;   /* (term, record) pairs, those of deleted records included */
    uint64_t bytes;      /* size on disk */
    uint64_t took_us;
} ks_check_report;

/* Reads the whole index at `path`, its latest generation, and verifies every checksum and every structure.
 * Others may read and write the index meanwhile. The first fault is KS_ERR_CORRUPT, with a message that says
 * where it is. Other errors: those of ks_index_open. */
KS_API ks_status ks_index_check(ks_check_report *out, const char *path, ks_error *error);

/* What optimizing did. Plain data: nothing to free. */
typedef struct ks_optimize_report {
    const char *engine;                       /* "native" or "xapian"; static */
    bool changed;                             /* false: nothing to do, so no new generation was made */
    uint64_t generation;                      /* after the call */
    uint64_t segments_before, segments_after; /* parts of the index */
    uint64_t deleted_before, deleted_after;   /* replaced or removed records that take space */
    uint64_t bytes_before, bytes_after;       /* size on disk */
    uint64_t took_us;
} ks_optimize_report;

/* Merges the segments of the index at `path` into one and drops deleted records, in one transaction. This
 * makes searching fastest; records, answers and scores stay the same, and so does what open indexes read.
 * Takes about as long as writing the index anew. Errors: KS_ERR_LOCKED, KS_ERR_NO_SPACE, KS_ERR_IO, and those
 * of ks_index_open. On failure the index is as it was, with one exception: if only the description of the
 * result failed, the merged index is already committed. */
KS_API ks_status ks_index_optimize(ks_optimize_report *out, const char *path, ks_error *error);

/* ---- Searching ------------------------------------------------------------------------------------- */

/* Which records match. This is about the words, phrases and prefixes of a query: its filters and negations
 * always hold. */
typedef enum ks_match {
    KS_MATCH_AUTO, /* records with all of the words, and after them those with only some */
    KS_MATCH_ALL,  /* only records with all of the words */
    KS_MATCH_ANY   /* records with any of the words, in the order of `sort` alone */
} ks_match;

/* How hits are ordered; with KS_MATCH_AUTO, within each tier. */
typedef enum ks_sort {
    KS_SORT_SCORE, /* highest score first, equal scores as with KS_SORT_NEW */
    KS_SORT_NEW,   /* newest first: dates with a year, then dates without, then none; equal ones by id */
    KS_SORT_OLD    /* the reverse of KS_SORT_NEW */
} ks_sort;

/* Whether a hit has all of the query's words or only some. */
typedef enum ks_tier { KS_TIER_ALL, KS_TIER_SOME } ks_tier;

/* How much of each hit to fetch. Each includes the ones before it, and costs more. */
typedef enum ks_detail {
    KS_DETAIL_ID,      /* record->id and nothing else of the record */
    KS_DETAIL_RECORD,  /* the whole record */
    KS_DETAIL_PASSAGES /* matched_fields and passages, too */
} ks_detail;

typedef struct ks_search_options {
    ks_match match;
    ks_sort sort;
    ks_detail detail;
    size_t limit;      /* at most so many hits; 0: count matches only */
    size_t offset;     /* number of first hits to leave out; limit + offset must fit in size_t */
    double tag_boost;  /* when successive query words form a whole tag of a record (policy gradients:
                          policy-gradients), that tag scores too, times this weight: 0 (never) to
                          KS_TAG_BOOST_LIMIT */
    bool count_exact;  /* count all matches instead of stopping at KS_COUNT_LIMIT; may take much longer */
    bool empty_is_all; /* a query without words and filters matches every record instead of none */
} ks_search_options;

/* Counting may stop at this many matches unless count_exact is set. */
#define KS_COUNT_LIMIT 1000

/* With larger weights a tag would leave no significant digits of a score to anything else. */
#define KS_TAG_BOOST_LIMIT 1000000

/* Sets the defaults: KS_MATCH_AUTO, KS_SORT_SCORE, KS_DETAIL_PASSAGES, limit 10, offset 0, tag_boost 1, both
 * bools false. */
KS_API void ks_search_options_init(ks_search_options *options);

/* A stretch of a passage that matched the query: a half-open range [start, end) of the passage's text, in
 * bytes of UTF-8 and again in UTF-16 code units, for languages that index strings by those. */
typedef struct ks_span {
    size_t start_byte, end_byte, start_utf16, end_utf16;
} ks_span;

/* A piece of one field that is worth showing. */
typedef struct ks_passage {
    const char *field;    /* "title", "summary", "claims", "tags" or "body"; static */
    const char *text;     /* the whole of a short text, else an excerpt; one claim or tag at most */
    const ks_span *spans; /* what matched, in order and without overlaps; may be none */
    size_t span_count;
    bool cut_before, cut_after; /* the field's text goes on before or after this piece */
} ks_passage;

typedef struct ks_hit {
    size_t rank;  /* from 1, counting the hits that `offset` left out */
    double score; /* BM25 over weighted fields, at least 0; ks_explain shows what it is made of */
    ks_tier tier;
    const ks_record *record;   /* never NULL; with KS_DETAIL_ID all but its id is NULL or 0 */
    ks_strings matched_fields; /* names of the fields in which a word of the query stands */
    const ks_passage *passages;
    size_t passage_count;
} ks_hit;

typedef struct ks_results {
    const char *raw;     /* the query as given, with invalid UTF-8 repaired */
    const char *parsed;  /* the query as it was understood, written in the query language */
    ks_strings warnings; /* for people: what could not be taken as it was written */
    ks_match match;      /* as in the options */
    const char *engine;  /* "native" or "xapian"; static */
    uint64_t generation; /* the generation that answered */
    uint64_t records;    /* live records in it */
    uint64_t total;      /* matching records: exact if total_is_exact, else a lower bound */
    bool total_is_exact;
    uint64_t took_us;   /* from the query's text to the ranking; fetching records and passages comes on top */
    const ks_hit *hits; /* in the order of rank */
    size_t hit_count;
} ks_results;

/* Answers the query text[0..size); its language is described in docs/query-language.md. Every text is a valid
 * query: what cannot be parsed is searched for as words, and a warning says so. Free the results with
 * ks_results_free. Errors: KS_ERR_ARGUMENT (an option out of range), and from reading the index
 * KS_ERR_CORRUPT, KS_ERR_IO, KS_ERR_ENGINE. */
KS_API ks_status ks_search(ks_results **out, ks_index *index, const char *text, size_t size,
                           const ks_search_options *options, ks_error *error);

KS_API void ks_results_free(ks_results *results);

/* ---- Explaining ------------------------------------------------------------------------------------ */

/* One scoring term of a query, and what it adds to one record's score. With N records in the index and the
 * record's length divided by the average length, but at least 0.5, as l:
 *
 *     share = weight * idf * (k1 + 1) * f / (f + k1 * (1 - b + b * l)),  k1 = 1.2, b = 0.75
 *     idf   = log(x), or log(x / 2 + 1) where x < 2,  x = (N - documents + 0.5) / (documents + 0.5)
 */
typedef struct ks_term_share {
    const char *term;   /* as it stands in the index, such as a stem; for a whole tag the tag */
    const char *field;  /* the one field the query asks for it in; NULL: any field; static */
    bool is_tag;        /* a whole tag, formed by words of the query */
    double weight;      /* how often the query asks for it; a compound's joined form counts half, a tag
                           tag_boost */
    uint64_t documents; /* document frequency: records that have the term, in any field */
    double idf;         /* inverse document frequency */
    uint64_t frequency; /* f: occurrences in the record, each weighted by its field; 0: it does not count */
    double share;       /* what the term adds to the score */
} ks_term_share;

/* How a query is understood and, if a record was named, how the record comes to its score. */
typedef struct ks_explanation {
    const char *raw, *parsed; /* as in ks_results */
    ks_strings warnings;
    const char *plan;           /* what the engine is asked: a tree, one node per line, children indented */
    uint64_t records;           /* live records in the index */
    double average_length;      /* as in ks_index_info */
    const ks_term_share *terms; /* of the whole query, also those that the record does not have */
    size_t term_count;
    const ks_record *record; /* NULL if no record was named; what follows is then 0 */
    uint64_t length;         /* the record's length in weighted terms */
    bool matches;            /* whether the record answers the query at all */
    ks_tier tier;            /* meaningful only if it matches */
    double score;            /* the sum of all shares, whether it matches or not */
} ks_explanation;

/* Explains how the query text[0..size) is understood and, unless `id` is NULL, how the record with that id
 * comes to its score. Of the options only match, tag_boost and empty_is_all matter. Free the explanation with
 * ks_explanation_free. Errors: those of ks_search, and KS_ERR_NOT_FOUND for an unknown id. */
KS_API ks_status ks_explain(ks_explanation **out, ks_index *index, const char *text, size_t size,
                            const char *id, const ks_search_options *options, ks_error *error);

KS_API void ks_explanation_free(ks_explanation *explanation);

#ifdef __cplusplus
}
#endif

#endif
