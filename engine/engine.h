/* What an engine is: all that indexing and searching ask of an index. Implemented by native/ and shim/; the
 * indexer and the searcher do not know which of them they talk to. May use base.
 *
 * An engine keeps documents under unique ids. A document has words at positions, exact values, a day, an
 * order in time, and the stored record. Writing is one transaction: readers that are opened after the commit
 * see all of it, and if a writer is closed without a commit, nothing has happened. A lock admits one writer
 * at a time. */
#ifndef KS_ENGINE_ENGINE_H
#define KS_ENGINE_ENGINE_H

#include "base/buffer.h"
#include "base/hash.h"
#include "engine/plan.h"

/* ---- Documents ---- */

/* A word at a position of a field. Each field counts its own positions, so words of different fields are
 * never neighbours. */
typedef struct ks_occurrence {
    ks_term term;
    uint32_t position;
    ks_field field; /* never KS_FIELD_ANY */
} ks_occurrence;

/* An exact value; its term is the value with ks_exact_prefix in front, which the engine adds. Tags can score,
 * the others only filter. */
typedef struct ks_exact_value {
    ks_exact exact;
    ks_term value;
} ks_exact_value;

typedef struct ks_document {
    ks_term id;
    ks_hash128 hash;         /* of all that the document is made from */
    uint64_t order;          /* in time: greater is newer; equal scores are sorted by it */
    uint32_t day;            /* for date filters: yyyymmdd, 0: none */
    const uint32_t *sources; /* numbers of the sources that have it, ascending */
    size_t source_count;
    ks_term stored;                   /* the record as JSON */
    const ks_occurrence *occurrences; /* any order */
    size_t occurrence_count;
    const ks_exact_value *values; /* each at most once */
    size_t value_count;
} ks_document;

/* What a writer tells about the document with a given id. */
typedef struct ks_document_state {
    bool found;
    ks_hash128 hash;
    uint32_t *sources; /* owned: free() */
    size_t source_count;
} ks_document_state;

/* ---- Readers ---- */

/* An engine's own number for a document, meaningful to one reader only; 0 is none. */
typedef uint64_t ks_docid;

enum { KS_ENGINE_SECTIONS = 24 };

typedef struct ks_engine_info {
    uint64_t generation, records, terms, bytes;
    double average_length;
    uint64_t segments;                             /* parts of the index */
    uint64_t deleted;                              /* replaced or removed documents that still take space */
    ks_index_section sections[KS_ENGINE_SECTIONS]; /* add up to `bytes`; their names are static */
    size_t section_count;
} ks_engine_info;

typedef struct ks_found {
    ks_docid doc;
    double score;
    ks_tier tier;
    ks_term id;     /* NULL where the plan leaves ids */
    ks_term stored; /* NULL unless the plan wants it */
} ks_found;

/* The answer to a plan: hits in order of rank. All memory is the arena's. */
typedef struct ks_topk {
    ks_arena arena;
    ks_found *items;
    size_t count;
    uint64_t total; /* matching documents; if they are more than the plan's count limit, that limit */
    bool total_is_exact;
    uint64_t generation, records; /* of the index state that answered */
    uint64_t ranked_us;           /* ks_clock_us() when the ranking was done, before anything was fetched */
} ks_topk;

void ks_topk_free(ks_topk *topk);

/* The terms that begin with a prefix: highest document frequency first, ties in the order of bytes. */
typedef struct ks_expansion {
    ks_arena arena;
    ks_term *terms;
    size_t count;
    bool cut; /* there are more than were asked for */
} ks_expansion;

void ks_expansion_free(ks_expansion *expansion);

typedef struct ks_reader ks_reader;

/* Out-parameters are written only on success, as everywhere; `ks_buffer *out` is appended to. */
typedef struct ks_reader_ops {
    void (*close)(ks_reader *reader);
    ks_status (*describe)(ks_reader *reader, ks_engine_info *out, ks_error *err);
    /* Whether a commit has made another generation than the one this reader answers from, be it of an index
     * that was made anew in its place. Cheap. */
    ks_status (*newer)(ks_reader *reader, bool *out, ks_error *err);
    /* The value that a writer's set_meta stored under the key; nothing if there is none. */
    ks_status (*get_meta)(ks_reader *reader, const char *key, ks_buffer *out, ks_error *err);
    ks_status (*search)(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err);
    /* The `limit` most frequent terms that begin with `prefix`. That is the beginning of a word, unless it
     * begins itself with the prefix of a field or an exact value. */
    ks_status (*expand)(ks_reader *reader, ks_term prefix, size_t limit, ks_expansion *out, ks_error *err);
    /* Whether any term begins with `prefix`; terms of deleted documents may count. */
    ks_status (*begins)(ks_reader *reader, ks_term prefix, bool *out, ks_error *err);
    /* The document frequency of a term; 0 if the index does not have it. */
    ks_status (*documents)(ks_reader *reader, ks_term term, uint64_t *out, ks_error *err);
    /* The document with this id, 0 if there is none; and what is known of a document: its stored record, and
     * its weighted length. */
    ks_status (*find)(ks_reader *reader, ks_term id, ks_docid *out, ks_error *err);
    ks_status (*stored)(ks_reader *reader, ks_docid doc, ks_buffer *out, ks_error *err);
    ks_status (*length)(ks_reader *reader, ks_docid doc, uint64_t *out, ks_error *err);
    /* The weighted frequency of a term in a document, over all fields even where `field` names one; but 0 if
     * that field does not have the term. */
    ks_status (*frequency)(ks_reader *reader, ks_docid doc, ks_term term, ks_field field, uint64_t *out,
                           ks_error *err);
} ks_reader_ops;

struct ks_reader {
    const ks_reader_ops *ops;
};

/* ---- Writers ---- */

typedef struct ks_writer ks_writer;

/* A way into a writer for one more thread; see the lane operations. Belongs to the writer. */
typedef struct ks_lane ks_lane;

typedef struct ks_writer_options {
    size_t memory;    /* bytes of documents to hold before they are flushed, all lanes together; 0: 512 MiB */
    unsigned threads; /* for work of its own, such as merging; 1: it starts none; 0: one per processor */
} ks_writer_options;

/* Called with the id of each document in turn; an error ends the walk, which returns it. */
typedef ks_status ks_id_visitor(void *context, ks_term id, ks_error *err);

typedef struct ks_writer_ops {
    /* Without a commit before it, nothing has happened. */
    void (*close)(ks_writer *writer);
    ks_status (*get_meta)(ks_writer *writer, const char *key, ks_buffer *out, ks_error *err);
    /* An empty value removes the key. */
    ks_status (*set_meta)(ks_writer *writer, const char *key, ks_term value, ks_error *err);
    ks_status (*find)(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err);
    /* The stored record of this id; KS_ERR_NOT_FOUND if there is none. */
    ks_status (*stored)(ks_writer *writer, ks_term id, ks_buffer *out, ks_error *err);
    /* Adds the document, or replaces the one with its id. */
    ks_status (*put)(ks_writer *writer, const ks_document *document, ks_error *err);
    ks_status (*remove)(ks_writer *writer, ks_term id, ks_error *err);
    /* Visits every document that has this source; the visitor must not write. */
    ks_status (*each)(ks_writer *writer, uint32_t source, ks_id_visitor *visit, void *context, ks_error *err);
    /* Merges everything, what this writer was given included, into one segment, so that searching is fastest
     * and deleted documents take no space; visible with the commit. Takes as long as writing the index anew.
     * Does nothing in an engine without segments. */
    ks_status (*optimize)(ks_writer *writer, ks_error *err);
    /* Makes everything durable, and visible at once. Afterwards the writer can only be closed. */
    ks_status (*commit)(ks_writer *writer, uint64_t *generation, ks_error *err);

    /* Lanes let several threads add documents at once; an engine without them has NULL for all of these.
     * While other threads put into lanes, one thread may use `put`, `find` and `get_meta` of the writer
     * itself, which do not know yet what the lanes have taken. Everything else must wait until no lane is in
     * use and `join` has been called. */
    ks_status (*lane)(ks_writer *writer, ks_lane **out, ks_error *err);
    /* Adds a document whose id is new: not in the index, and not put before by this writer or any lane. */
    ks_status (*lane_put)(ks_lane *lane, const ks_document *document, ks_error *err);
    /* Writes out what the lane holds in memory, so that the commit need not. The last call for a lane. */
    ks_status (*lane_flush)(ks_lane *lane, ks_error *err);
    /* If the lane is nearly full, so that lane_put would soon write it out, which takes long: moves what it
     * holds into another lane, *out, which can only be flushed, once, by any thread. Otherwise *out is NULL.
     * To be called by the thread that made the lanes, never during a join. */
    ks_status (*lane_split)(ks_lane *lane, ks_lane **out, ks_error *err);
    /* Makes what the lanes have taken known to the writer. No thread may be in a lane meanwhile; afterwards
     * they can be used again. */
    ks_status (*join)(ks_writer *writer, ks_error *err);
} ks_writer_ops;

struct ks_writer {
    const ks_writer_ops *ops;
    uint64_t generation; /* the one it builds on; 0: a new index */
};

/* ---- Engines ---- */

/* What a check has read. */
typedef struct ks_checked {
    uint64_t generation, records, segments, terms, postings, bytes;
} ks_checked;

/* What an index has of a live document, to be compared with its record. */
typedef struct ks_checked_document {
    ks_term id, stored;
    ks_hash128 hash;
    bool has_content; /* whether the engine can tell the rest: */
    uint64_t order;
    uint64_t content; /* the fingerprint of engine/content.h */
    uint32_t day;
} ks_checked_document;

/* Called with each live document in turn; an error ends the check, which returns it. */
typedef ks_status ks_check_visitor(void *context, const ks_checked_document *document, ks_error *err);

typedef struct ks_engine {
    const char *name;
    ks_status (*open)(ks_reader **out, const char *path, ks_error *err);
    /* Opens for writing, and begins a new index if there is none; `options` may be NULL. KS_ERR_LOCKED if
     * there is another writer. */
    ks_status (*write)(ks_writer **out, const char *path, const ks_writer_options *options, ks_error *err);
    /* Reads the whole index and verifies whatever is redundant in it: checksums, orders, counts, bounds.
     * Damage is KS_ERR_CORRUPT, with the place of the first fault as far as the engine can tell. `visit` may
     * be NULL. */
    ks_status (*check)(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                       ks_error *err);
} ks_engine;

/* The engine that is part of the library (native/engine.c). */
extern const ks_engine ks_native_engine;

/* The engine of that name, or for NULL the default for new indexes. KS_ERR_ARGUMENT for an unknown name,
 * KS_ERR_ENGINE if its module is missing. */
ks_status ks_engine_by_name(const ks_engine **out, const char *name, ks_error *err);

/* The engine that made the index at `path`. KS_ERR_NO_INDEX if there is none: *nothing, which may be NULL,
 * then tells whether the path is free (missing or an empty folder) or taken by something else. */
ks_status ks_engine_by_path(const ks_engine **out, const char *path, bool *nothing, ks_error *err);

/* What a loadable engine module exports: its engine under the name KS_ENGINE_ENTRY. The version changes with
 * every change of this header. */
#define KS_ENGINE_ENTRY "ks_engine_entry"
#define KS_ENGINE_VERSION 5
typedef const ks_engine *ks_engine_entry_function(int version);

#endif
