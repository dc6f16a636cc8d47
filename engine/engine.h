/* All that indexing and searching ask of an index. Implemented by native/ and shim/; nothing above this line
 * of the house knows which one it talks to. May use base.
 *
 * An engine keeps documents under a unique id, each with terms, a few exact values, a day, a place in time
 * and the stored record. Writing is one transaction: what a writer did is seen by readers opened after its
 * commit, and never happened if it is closed without one. There is one writer at a time, by a lock. */
#ifndef KS_ENGINE_ENGINE_H
#define KS_ENGINE_ENGINE_H

#include "base/buffer.h"
#include "base/hash.h"
#include "engine/plan.h"

/* ---- Documents ---- */

/* A word at a place. Positions count within one field; words of different fields are never neighbours. */
typedef struct ks_occurrence {
    ks_term term;
    uint32_t position;
    ks_field field; /* never KS_FIELD_ANY */
} ks_occurrence;

/* An exact value; the engine puts ks_exact_prefix in front. Tags score, the others only filter. */
typedef struct ks_exact_value {
    ks_exact exact;
    ks_term value;
} ks_exact_value;

typedef struct ks_document {
    ks_term id;
    ks_hash128 hash;         /* of everything that decides the document's content */
    uint64_t order;          /* place in time, newer is greater */
    uint32_t day;            /* yyyymmdd, 0: none */
    const uint32_t *sources; /* numbers of the sources that gave it, ascending */
    size_t source_count;
    ks_term stored;                   /* the record as JSON */
    const ks_occurrence *occurrences; /* any order */
    size_t occurrence_count;
    const ks_exact_value *values; /* no value twice */
    size_t value_count;
} ks_document;

/* What a writer knows of a document it holds. */
typedef struct ks_document_state {
    bool found;
    ks_hash128 hash;
    uint32_t *sources; /* owned: free() */
    size_t source_count;
} ks_document_state;

/* ---- Readers ---- */

/* An engine's own number of a document, valid for one reader; 0 is none. */
typedef uint64_t ks_docid;

enum { KS_ENGINE_SECTIONS = 24 };

typedef struct ks_engine_info {
    uint64_t generation, records, terms, bytes;
    double average_length;
    uint64_t segments;                             /* parts that the index is made of */
    uint64_t deleted;                              /* documents that are gone but still take room */
    ks_index_section sections[KS_ENGINE_SECTIONS]; /* what takes the bytes, which are the sum; static names */
    size_t section_count;
} ks_engine_info;

typedef struct ks_found {
    ks_docid doc;
    double score;
    ks_tier tier;
    ks_term id;     /* NULL where the plan leaves ids */
    ks_term stored; /* NULL unless the plan wants it */
} ks_found;

/* An answer. Everything lives in the arena. */
typedef struct ks_topk {
    ks_arena arena;
    ks_found *items;
    size_t count;
    uint64_t total; /* exact up to the plan's count limit, above that the limit */
    bool total_is_exact;
    uint64_t generation, records; /* of the state that answered */
    uint64_t ranked_us;           /* ks_clock_us() when the ranking stood */
} ks_topk;

void ks_topk_free(ks_topk *topk);

/* Terms with a given prefix, most documents first, ties in the order of bytes. */
typedef struct ks_expansion {
    ks_arena arena;
    ks_term *terms;
    size_t count;
    bool cut; /* there were more than asked for */
} ks_expansion;

void ks_expansion_free(ks_expansion *expansion);

typedef struct ks_reader ks_reader;

typedef struct ks_reader_ops {
    void (*close)(ks_reader *reader);
    ks_status (*describe)(ks_reader *reader, ks_engine_info *out, ks_error *err);
    /* Whether a commit has made another generation than the one this reader answers from. Cheap. */
    ks_status (*newer)(ks_reader *reader, bool *out, ks_error *err);
    /* Appends the value that a writer's set_meta stored; nothing where there is none. */
    ks_status (*get_meta)(ks_reader *reader, const char *key, ks_buffer *out, ks_error *err);
    ks_status (*search)(ks_reader *reader, const ks_plan *plan, ks_topk *out, ks_error *err);
    /* `prefix` may begin with a field's or exact value's prefix; without one, words are meant. */
    ks_status (*expand)(ks_reader *reader, ks_term prefix, size_t limit, ks_expansion *out, ks_error *err);
    /* Whether the index has a term that begins with `prefix`; one that only deleted documents hold may count.
     */
    ks_status (*begins)(ks_reader *reader, ks_term prefix, bool *out, ks_error *err);
    /* Document frequency. */
    ks_status (*documents)(ks_reader *reader, ks_term term, uint64_t *out, ks_error *err);
    ks_status (*find)(ks_reader *reader, ks_term id, ks_docid *out, ks_error *err);
    ks_status (*stored)(ks_reader *reader, ks_docid doc, ks_buffer *out, ks_error *err);
    ks_status (*length)(ks_reader *reader, ks_docid doc, uint64_t *out, ks_error *err);
    /* Weighted frequency of a term in one document; with a field, 0 unless the field holds it. */
    ks_status (*frequency)(ks_reader *reader, ks_docid doc, ks_term term, ks_field field, uint64_t *out,
                           ks_error *err);
} ks_reader_ops;

struct ks_reader {
    const ks_reader_ops *ops;
};

/* ---- Writers ---- */

typedef struct ks_writer ks_writer;

/* A second way into a writer, for one more thread: see the lane operations. Belongs to the writer. */
typedef struct ks_lane ks_lane;

typedef struct ks_writer_options {
    size_t memory; /* bytes that documents may take before they are flushed, all lanes together; 0: 512 MiB */
    unsigned threads; /* 1: the writer starts none; 0: as many as there are processors */
} ks_writer_options;

/* Called for each document; an error ends the walk and is what the walk returns. */
typedef ks_status ks_id_visitor(void *context, ks_term id, ks_error *err);

typedef struct ks_writer_ops {
    /* Without a commit before, nothing happened. */
    void (*close)(ks_writer *writer);
    ks_status (*get_meta)(ks_writer *writer, const char *key, ks_buffer *out, ks_error *err);
    /* An empty value removes the key. */
    ks_status (*set_meta)(ks_writer *writer, const char *key, ks_term value, ks_error *err);
    ks_status (*find)(ks_writer *writer, ks_term id, ks_document_state *out, ks_error *err);
    /* The stored record; KS_ERR_NOT_FOUND where there is none. */
    ks_status (*stored)(ks_writer *writer, ks_term id, ks_buffer *out, ks_error *err);
    /* Adds the document, or replaces the one with its id. */
    ks_status (*put)(ks_writer *writer, const ks_document *document, ks_error *err);
    ks_status (*remove)(ks_writer *writer, ks_term id, ks_error *err);
    /* Every document that has this source; the visitor must not write. */
    ks_status (*each)(ks_writer *writer, uint32_t source, ks_id_visitor *visit, void *context, ks_error *err);
    /* Merges everything, what this writer took included, into one segment, so that searching is fastest and
     * deleted documents take no room; visible with the commit. Takes as long as writing the index anew. Does
     * nothing where an engine knows nothing of the kind. */
    ks_status (*optimize)(ks_writer *writer, ks_error *err);
    /* Makes all of it durable and visible at once. The writer can only be closed afterwards. */
    ks_status (*commit)(ks_writer *writer, uint64_t *generation, ks_error *err);

    /* Lanes let several threads add documents at once. An engine without them has NULL for all of these.
     * While other threads put into lanes, one thread may use `put`, `find`, `get_meta` of the writer itself,
     * which do not know yet what the lanes took; everything else waits until no lane is in use and `join` was
     * called. */
    ks_status (*lane)(ks_writer *writer, ks_lane **out, ks_error *err);
    /* Adds a document whose id is nowhere yet: not in the index, nor put in this run. */
    ks_status (*lane_put)(ks_lane *lane, const ks_document *document, ks_error *err);
    /* Writes out what the lane holds in memory, so that a commit need not: the last thing its thread does. */
    ks_status (*lane_flush)(ks_lane *lane, ks_error *err);
    /* Where the lane is about to be full and lane_put would soon write it out, which takes long, moves what
     * it holds into another, *out, that can only be flushed, once, by any thread; else *out is NULL. For the
     * thread that made the lanes, while none of them joins. */
    ks_status (*lane_split)(ks_lane *lane, ks_lane **out, ks_error *err);
    /* Makes what the lanes took known to the writer. No thread is in a lane meanwhile; they can be used on.
     */
    ks_status (*join)(ks_writer *writer, ks_error *err);
} ks_writer_ops;

struct ks_writer {
    const ks_writer_ops *ops;
    uint64_t generation; /* of the state it started from; 0: a new index */
};

/* ---- Engines ---- */

/* What a check has looked at. */
typedef struct ks_checked {
    uint64_t generation, records, segments, terms, postings, bytes;
} ks_checked;

/* What an index holds of a live document, for comparing it with its record. */
typedef struct ks_checked_document {
    ks_term id, stored;
    ks_hash128 hash;
    bool has_content;        /* the engine can tell these three: */
    uint64_t order, content; /* content: engine/content.h's sum over what it is indexed by */
    uint32_t day;
} ks_checked_document;

/* Called with each live document; an error ends the check and is what the check returns. */
typedef ks_status ks_check_visitor(void *context, const ks_checked_document *document, ks_error *err);

typedef struct ks_engine {
    const char *name;
    ks_status (*open)(ks_reader **out, const char *path, ks_error *err);
    /* Opens for writing, making an empty index where there is none; `options` may be NULL. KS_ERR_LOCKED. */
    ks_status (*write)(ks_writer **out, const char *path, const ks_writer_options *options, ks_error *err);
    /* Reads the whole index and verifies all that is stored twice or in an order. KS_ERR_CORRUPT, with the
     * place of the first fault as far as the engine knows it, for damage. `visit` may be NULL. */
    ks_status (*check)(const char *path, ks_check_visitor *visit, void *context, ks_checked *out,
                       ks_error *err);
} ks_engine;

/* The embedded engine, which is part of the library (native/engine.c). */
extern const ks_engine ks_native_engine;

/* The engine of that name; KS_ERR_ARGUMENT for an unknown one, KS_ERR_ENGINE when its module is missing.
 * The name NULL is the default for new indexes. */
ks_status ks_engine_by_name(const ks_engine **out, const char *name, ks_error *err);

/* The engine that made the index at `path`. KS_ERR_NO_INDEX where nothing, or something else, is there;
 * *nothing (may be NULL) tells the two apart. */
ks_status ks_engine_by_path(const ks_engine **out, const char *path, bool *nothing, ks_error *err);

/* What a loadable engine module exports: its engine under the name KS_ENGINE_ENTRY. The version changes with
 * every change of this header. */
#define KS_ENGINE_ENTRY "ks_engine_entry"
#define KS_ENGINE_VERSION 5
typedef const ks_engine *ks_engine_entry_function(int version);

#endif
