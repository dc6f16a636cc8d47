/* ksearch: full-text search over captured content. This is the library's only public header.
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
 * Conventions, valid for every call:
 * - Text is UTF-8. `const char *` without a size beside it ends with NUL.
 * - A call that can fail returns a ks_status, KS_OK being 0, and fills the caller's ks_error, which may be
 *   NULL. Out-parameters come first and are written only on success.
 * - A pointer-to-pointer out-parameter gives away an object: release it with the free or close function
 *   of its type, all of which take NULL. Everything reachable from an object belongs to the object.
 * - The library never prints, exits, aborts, reads the environment or changes a signal. It has no global
 *   state: different objects may be used in different threads at once, one object in one thread at a time.
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
    KS_ERR_ARGUMENT,  /* the call makes no sense: a NULL, an unknown engine or language, a bad range */
    KS_ERR_NOMEM,     /* out of memory; nothing was changed */
    KS_ERR_IO,        /* the system refused to read or write */
    KS_ERR_NO_SPACE,  /* disk full, quota or file size limit; the index is as it was */
    KS_ERR_NOT_FOUND, /* a source or a record is not there */
    KS_ERR_NO_INDEX,  /* there is no index at that path, or what is there is not one */
    KS_ERR_LOCKED,    /* another process is writing to this index */
    KS_ERR_CORRUPT,   /* the index is damaged; the message names the place */
    KS_ERR_VERSION,   /* the index was made by a ksearch that this one cannot read */
    KS_ERR_FORMAT,    /* a source, or a record in it, cannot be understood */
    KS_ERR_TOO_LARGE, /* more than a limit of this header allows */
    KS_ERR_REJECTED,  /* strict indexing met a record it had to reject; the index is as it was */
    KS_ERR_ENGINE     /* the engine's module is missing, or the engine failed in a way of its own */
} ks_status;

/* What went wrong, in words for a person. Owned by the caller; plain data, may be copied. */
typedef struct ks_error {
    ks_status code;
    int64_t position; /* byte offset from 0 in the text or file the message speaks of, or -1; not in the
                         message */
    char message[512];
    char hint[256]; /* what to do about it; may be empty */
} ks_error;

/* A fixed, machine-readable name: "ok", "no_index", "locked", … Never NULL. */
KS_API const char *ks_status_name(ks_status status);

/* "0.1.0": the library's version. */
KS_API const char *ks_version(void);

/* ---- Records --------------------------------------------------------------------------------------- */

/* A record is at most this many bytes of JSON. */
#define KS_RECORD_LIMIT ((size_t)16 << 20)

typedef struct ks_strings {
    const char *const *items;
    size_t count;
} ks_strings;

/* A captured record, schema ksearch.record/1. A member that is absent is NULL or has count 0. */
typedef struct ks_record {
    const char *id;     /* never NULL */
    const char *kind;   /* never NULL: "unknown" where the source names none */
    const char *status; /* never NULL: "ok" where the source names none */
    const char *date;   /* "YYYY-MM-DD", "YYYY-MM", "YYYY" or "--MM-DD" */
    const char *url, *title, *summary, *body, *lang;
    ks_strings authors, claims, tags;
    bool author_is_list; /* the source gave `author` as an array */
    uint64_t feed_order; /* place in the feed it came from, greater is newer; 0: none */
    const char *json;    /* the whole stored record as one JSON object, unlisted members included */
    size_t json_size;
} ks_record;

KS_API void ks_record_free(ks_record *record);

/* ---- Opening an index ------------------------------------------------------------------------------ */

/* An index open for reading: the state that was committed last when it was opened. */
typedef struct ks_index ks_index;

/* Opens the index at `path`; its engine is recognised. Errors: KS_ERR_NO_INDEX, KS_ERR_VERSION,
 * KS_ERR_CORRUPT, KS_ERR_ENGINE, KS_ERR_IO, KS_ERR_NOMEM. */
KS_API ks_status ks_index_open(ks_index **out, const char *path, ks_error *error);

KS_API void ks_index_close(ks_index *index);

/* A part of the files of an index. */
typedef struct ks_index_section {
    const char *name; /* such as "postings"; which ones there are depends on the engine and its version */
    uint64_t bytes;
} ks_index_section;

typedef struct ks_index_info {
    const char *engine;               /* "native" or "xapian"; borrowed from the index */
    const char *language;             /* of stemming, as libstemmer names it; borrowed from the index */
    uint64_t generation;              /* 1 after the first commit, then one more with each */
    uint64_t records;                 /* live ones */
    uint64_t terms;                   /* distinct terms */
    uint64_t bytes;                   /* on disk */
    double average_length;            /* weighted terms in a record */
    uint64_t segments;                /* parts searched one after the other; ks_index_optimize joins them */
    uint64_t deleted;                 /* records gone or replaced that still take room */
    const ks_index_section *sections; /* what takes the bytes, which are their sum; borrowed from the index */
    size_t section_count;
} ks_index_info;

/* Describes the index as it was opened. What *out points to lives until the next call for this index, or
 * until it is closed. Errors: KS_ERR_CORRUPT, KS_ERR_IO, KS_ERR_ENGINE. */
KS_API ks_status ks_index_describe(ks_index_info *out, ks_index *index, ks_error *error);

/* *out tells whether something was committed that `index` does not see, by whoever made another index in its
 * place too: open the index anew to see it. Costs little, so that a program that keeps an index open can ask
 * before each search. KS_ERR_NO_INDEX where the index is gone. */
KS_API ks_status ks_index_newer(bool *out, ks_index *index, ks_error *error);

/* The stored record with this id. KS_ERR_NOT_FOUND where there is none, KS_ERR_CORRUPT where it is damaged.
 */
KS_API ks_status ks_index_record(ks_record **out, ks_index *index, const char *id, ks_error *error);

/* ---- Indexing -------------------------------------------------------------------------------------- */

/* Where a running synchronisation stands. */
typedef struct ks_sync_progress {
    const char *source;               /* the file being read, or NULL while the commit runs */
    uint64_t bytes_read, bytes_total; /* of all sources as stored; total is 0 where it is not known */
    uint64_t records;                 /* read so far */
} ks_sync_progress;

typedef struct ks_sync_options {
    const char *engine;    /* for a new index: "native", "xapian", or NULL for native */
    const char *language;  /* for a new index: a libstemmer algorithm, or NULL for "english" */
    const char *word_list; /* a file of one word a line that helps to find lost tag boundaries, or NULL */
    int year;              /* of the newest record in capture feeds, or 0: dates stay without a year */
    bool strict;           /* commit nothing if any record is rejected */
    bool keep_missing;     /* keep records that are gone from their source */
    int input;             /* file descriptor that the source "-" reads */
    unsigned threads;      /* that analyse and index, the calling one included; 0: as many as there are
                              processors; at most 256 are used */
    size_t memory;         /* bytes that records may take before they are written out; 0: 512 MiB */
    /* Called now and then in the calling thread; may be NULL. */
    void (*progress)(void *context, const ks_sync_progress *progress);
    void *context;
} ks_sync_options;

/* The defaults: NULL, 0, false; `input` is 0, standard input. */
KS_API void ks_sync_options_init(ks_sync_options *options);

/* A record that could not be taken in. */
typedef struct ks_reject {
    const char *source;
    uint64_t line; /* from 1; 0 where the source has no lines */
    uint64_t byte; /* offset from 0 in the source as decompressed */
    const char *reason;
} ks_reject;

typedef struct ks_sync_report {
    uint64_t total; /* records dealt with: fresh + changed + removed + unchanged + reject_count */
    uint64_t fresh, changed, removed, unchanged;
    uint64_t duplicates; /* records whose id came more than once; the last one counts */
    uint64_t kept;       /* gone from a source but kept, because of keep_missing or of rejected records */
    uint64_t repaired;   /* invalid UTF-8 sequences and NUL characters replaced by U+FFFD */
    uint64_t skipped;    /* files of a folder that turned out to be no capture files */
    const ks_reject *rejects;
    size_t reject_count;
    uint64_t generation; /* after the call */
    uint64_t took_us;
} ks_sync_report;

/* Brings the index at `path` in step with `sources` (files, directories, "-") as one transaction, making
 * the index if there is none. New records go in, changed ones are replaced, those that are gone from one of
 * these sources go out. On any error the index is as it was. A rejected record is no error unless
 * `options->strict`; KS_ERR_REJECTED then, and *out is written all the same.
 * Where there are many new records and the engine can use them, the call starts threads of its own, all
 * signals blocked in them; none is left when it returns. What comes out does not depend on how many there
 * were. Other errors: KS_ERR_NOT_FOUND (a source), KS_ERR_FORMAT (a source named itself that is no capture
 * file), KS_ERR_LOCKED, KS_ERR_NO_SPACE, KS_ERR_IO, KS_ERR_NO_INDEX (something else is at `path`),
 * KS_ERR_ARGUMENT (an unknown engine or language, or others than the index has), KS_ERR_CORRUPT,
 * KS_ERR_VERSION, KS_ERR_ENGINE, KS_ERR_TOO_LARGE (a capture feed), KS_ERR_NOMEM. */
KS_API ks_status ks_sync(ks_sync_report **out, const char *path, const char *const *sources,
                         size_t source_count, const ks_sync_options *options, ks_error *error);

KS_API void ks_sync_report_free(ks_sync_report *report);

/* ---- Maintenance ------------------------------------------------------------------------------------ */

/* What a check went through and found to be good. */
typedef struct ks_check_report {
    const char *engine; /* never freed */
    uint64_t generation;
    uint64_t records;  /* live ones; each was unpacked and understood */
    uint64_t segments; /* parts of the index */
    uint64_t terms;    /* distinct terms */
    uint64_t postings; /* how often a record, deleted ones included, is listed under a term */
    uint64_t bytes;    /* on disk */
    uint64_t took_us;
} ks_check_report;

/* Reads the whole index at `path` and verifies every checksum and every structure; the state that is looked
 * at is the one committed last, and nobody is kept from reading or writing meanwhile. KS_ERR_CORRUPT for the
 * first fault: the message names the place. Other errors: as ks_index_open. */
KS_API ks_status ks_index_check(ks_check_report *out, const char *path, ks_error *error);

/* What optimizing did. */
typedef struct ks_optimize_report {
    const char *engine;  /* never freed */
    bool changed;        /* false: there was nothing to do, and no new generation was made */
    uint64_t generation; /* after the call */
    uint64_t segments_before, segments_after;
    uint64_t deleted_before, deleted_after; /* records gone or replaced that took room */
    uint64_t bytes_before, bytes_after;
    uint64_t took_us;
} ks_optimize_report;

/* Makes one segment of the index at `path`, without what was deleted, as one transaction: readers go on
 * reading what they have opened. Records, answers and scores stay the same. Errors: KS_ERR_LOCKED,
 * KS_ERR_NO_SPACE, KS_ERR_IO, KS_ERR_NOMEM, and those of ks_index_open. The index is then as it was, unless
 * the last step failed, which only describes the result: then it is one segment already. */
KS_API ks_status ks_index_optimize(ks_optimize_report *out, const char *path, ks_error *error);

/* ---- Searching ------------------------------------------------------------------------------------- */

/* Which records answer: all words first and then the rest; only those with all words; those with any. */
typedef enum ks_match { KS_MATCH_AUTO, KS_MATCH_ALL, KS_MATCH_ANY } ks_match;
typedef enum ks_sort { KS_SORT_SCORE, KS_SORT_NEW, KS_SORT_OLD } ks_sort;
typedef enum ks_tier { KS_TIER_ALL, KS_TIER_SOME } ks_tier;
/* How much of a hit is wanted; each includes those before it. */
typedef enum ks_detail { KS_DETAIL_ID, KS_DETAIL_RECORD, KS_DETAIL_PASSAGES } ks_detail;

typedef struct ks_search_options {
    ks_match match;
    ks_sort sort;
    ks_detail detail;
    size_t limit, offset;
    double tag_boost;  /* weight of a whole tag found in the query: 0, which turns it off, to
                          KS_TAG_BOOST_LIMIT */
    bool count_exact;  /* count every match rather than stop at KS_COUNT_LIMIT */
    bool empty_is_all; /* a query without words or filters matches every record */
} ks_search_options;

/* Counting stops here unless count_exact is set. */
#define KS_COUNT_LIMIT 1000

/* Larger weights would leave no digits of a score for anything but tags. */
#define KS_TAG_BOOST_LIMIT 1000000

/* auto, by score, passages, 10 from 0, tag boost 1, bounded count. */
KS_API void ks_search_options_init(ks_search_options *options);

/* A stretch of a passage's text that a query word matched: half-open, in bytes and in UTF-16 units. */
typedef struct ks_span {
    size_t start_byte, end_byte, start_utf16, end_utf16;
} ks_span;

/* A piece of one field worth showing; of the tags, one whole tag. Spans are in order and do not overlap. */
typedef struct ks_passage {
    const char *field; /* "title", "summary", "claims", "tags" or "body" */
    const char *text;
    const ks_span *spans;
    size_t span_count;
    bool cut_before, cut_after; /* the field goes on before or after this text */
} ks_passage;

typedef struct ks_hit {
    size_t rank; /* from 1, the offset counted in */
    double score;
    ks_tier tier;
    const ks_record *record; /* with KS_DETAIL_ID only its id is set */
    ks_strings matched_fields;
    const ks_passage *passages;
    size_t passage_count;
} ks_hit;

typedef struct ks_results {
    const char *raw;    /* the query as it came, invalid UTF-8 repaired */
    const char *parsed; /* the query as it was understood, in the query language */
    ks_strings warnings;
    ks_match match;
    const char *engine;
    uint64_t generation, records; /* of the index that answered */
    uint64_t total;               /* matches, */
    bool total_is_exact;          /* or at least so many */
    uint64_t took_us;             /* from the query's text to its ranked hits */
    const ks_hit *hits;
    size_t hit_count;
} ks_results;

/* Answers the query text[0..size), see docs/query-language.md. Any text is a valid query: what cannot be
 * parsed is taken as words, and a warning says so. Errors: KS_ERR_ARGUMENT (options), KS_ERR_NOMEM, and from
 * reading the index KS_ERR_CORRUPT, KS_ERR_IO, KS_ERR_ENGINE. */
KS_API ks_status ks_search(ks_results **out, ks_index *index, const char *text, size_t size,
                           const ks_search_options *options, ks_error *error);

KS_API void ks_results_free(ks_results *results);

/* ---- Explaining ------------------------------------------------------------------------------------ */

/* One scoring term of a query, and what it adds to one record's score. */
typedef struct ks_term_share {
    const char *term;   /* as it stands in the index; of a whole tag the tag */
    const char *field;  /* the one field it is asked for in, or NULL */
    bool is_tag;        /* a whole tag, weighed by tag_boost */
    double weight;      /* times it is asked for, times tag_boost for a tag */
    uint64_t documents; /* document frequency */
    double idf;
    uint64_t frequency; /* weighted term frequency in the record; 0: not there */
    double share;       /* what it adds to the score */
} ks_term_share;

typedef struct ks_explanation {
    const char *raw, *parsed;
    ks_strings warnings;
    const char *plan; /* the plan as an indented tree, a node a line */
    uint64_t records;
    double average_length;
    const ks_term_share *terms;
    size_t term_count;
    const ks_record *record; /* NULL where only the query was explained */
    uint64_t length;         /* the record's weighted length */
    bool matches;
    ks_tier tier; /* where it matches */
    double score; /* the sum of all shares, whether it matches or not */
} ks_explanation;

/* Explains how the query is understood and, unless `id` is NULL, how that record comes to its score. Of the
 * options only match, tag_boost and empty_is_all count. Errors: those of ks_search; KS_ERR_NOT_FOUND for an
 * unknown id. */
KS_API ks_status ks_explain(ks_explanation **out, ks_index *index, const char *text, size_t size,
                            const char *id, const ks_search_options *options, ks_error *error);

KS_API void ks_explanation_free(ks_explanation *explanation);

#ifdef __cplusplus
}
#endif

#endif
