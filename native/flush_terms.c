/* The terms of documents in memory into a segment: the notes of all documents, in the segment's order, are
 * distributed among the terms, so many terms at a time that their postings fit into KS_FLUSH_POSTINGS, and
 * each term's postings become its list. May use base, engine and native's files. */
#include "native/flush_private.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A posting on its way to its term: its document above 32 bits that are IN_ONE | kind << KIND | value of its
 * note, or, where that is KS_NOTE_OTHER, the offset of the note among the document's. */
enum { KIND = 28 };
#define IN_ONE (UINT32_C(1) << 31)

/* Documents that are fetched before they are read; notes that are read at once, as their terms' places are
 * fetched; postings of lists, of which what they need is fetched in two steps. */
enum { AHEAD = 4, LINE = 64, LINES = 6, AT_ONCE = 64, NEAR = 16, FAR = 32 };

struct flush_document {
    const uint8_t *notes;
    uint32_t bytes, inverter;
};

/* A term of all inverters that have it. */
struct flush_term {
    ks_term text;
    uint32_t cell, postings;
};

struct terms {
    const ks_flush *flush;
    struct flush_document *documents; /* by their numbers in the segment */
    uint32_t *lengths;
    struct flush_term *terms; /* in their order */
    size_t term_count;
    uint32_t **cells; /* by inverter and number of a term: its cell; NULL: that is the number itself */
    uint32_t *next;   /* of cells: where the term's next posting goes; `nowhere` if it is not its turn */
    uint32_t nowhere;
    uint64_t *postings; /* of the terms whose turn it is, and FAR more, the first of which takes all others */
    size_t capacity;
};

/* ---- Documents ---- */

static ks_status list_documents(struct terms *terms, ks_error *err) {
    const ks_flush *flush = terms->flush;
    terms->documents = malloc((flush->document_count + 1) * sizeof *terms->documents);
    terms->lengths = malloc((flush->document_count + 1) * sizeof *terms->lengths);
    if (!terms->documents || !terms->lengths) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->document_count; i++) {
        const ks_text_item *item = &flush->documents[i];
        const struct inverter_document *from = &flush->inverters[item->inverter]->documents[item->number];
        terms->documents[i] = (struct flush_document){from->notes, from->note_bytes, item->inverter};
        terms->lengths[i] = from->length;
    }
    return KS_OK;
}

/* ---- Terms ---- */

static ks_status collect_terms(const ks_flush *flush, ks_text_item **out, size_t *out_count, ks_error *err) {
    size_t count = 0;
    ks_text_item *items;
    for (size_t i = 0; i < flush->count; i++) count += flush->inverters[i]->table.count;
    if (count > UINT32_MAX) return ks_error_set(err, KS_ERR_TOO_LARGE, "too many terms");
    if (!(items = malloc((count + 1) * sizeof *items))) return ks_error_nomem(err);
    *out = items;
    *out_count = count;
    for (size_t i = 0; i < flush->count; i++) {
        const ks_term_table *table = &flush->inverters[i]->table;
        for (uint32_t j = 0; j < table->count; j++)
            *items++ = (ks_text_item){
                table->terms[j].prefix.first, {table->texts[j], table->terms[j].size}, (uint32_t)i, j};
    }
    return ks_text_sort(out, count, err);
}

/* The cells of terms are in the order in which they came, so that those of frequent ones are together. */
static ks_status make_cells(struct terms *terms, size_t count, ks_error *err) {
    const ks_flush *flush = terms->flush;
    uint32_t cell = 0;
    terms->next = malloc((count + 1) * sizeof *terms->next);
    terms->cells = calloc(flush->count, sizeof *terms->cells);
    if (!terms->next || !terms->cells) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->count && flush->count > 1; i++) {
        size_t here = flush->inverters[i]->table.count;
        if (!(terms->cells[i] = malloc((here + 1) * sizeof **terms->cells))) return ks_error_nomem(err);
        for (size_t j = 0; j < here; j++) terms->cells[i][j] = cell++;
    }
    return KS_OK;
}

/* One of each text; what other inverters know under that text gets the cell of the first. */
static ks_status join_terms(struct terms *terms, const ks_text_item *items, size_t count, ks_error *err) {
    ks_status status = make_cells(terms, count, err);
    if (status) return status;
    if (!(terms->terms = malloc((count + 1) * sizeof *terms->terms))) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const ks_text_item *item = &items[i];
        uint32_t *cells = terms->cells[item->inverter], number = item->number;
        bool known = i && ks_text_same(item - 1, item);
        struct flush_term *term = &terms->terms[known ? terms->term_count - 1 : terms->term_count++];
        if (!known) *term = (struct flush_term){item->text, cells ? cells[number] : number, 0};
        if (cells) cells[number] = term->cell;
        term->postings += terms->flush->inverters[item->inverter]->table.terms[number].postings;
    }
    return KS_OK;
}

static ks_status list_terms(struct terms *terms, ks_error *err) {
    ks_text_item *items = NULL;
    size_t count = 0;
    ks_status status = collect_terms(terms->flush, &items, &count, err);
    if (!status) status = join_terms(terms, items, count, err);
    free(items);
    return status;
}

/* ---- Distributing postings ---- */

static void fetch(const struct flush_document *document) {
    for (uint32_t i = 0; i < LINES && i * LINE < document->bytes; i++)
        __builtin_prefetch(document->notes + (size_t)i * LINE);
}

/* Some notes of a document: their terms' cells, and what is kept of them. */
struct notes {
    size_t count;
    uint32_t cells[AT_ONCE], what[AT_ONCE];
};

/* Reads the next ones, and begins to fetch their places; returns where they end. */
static const uint8_t *read_notes(const struct terms *terms, const struct flush_document *document,
                                 const uint8_t *at, struct notes *out) {
    const uint8_t *end = document->notes + document->bytes;
    const uint32_t *cells = terms->cells[document->inverter];
    size_t count = 0;
    while (at < end && count < AT_ONCE) {
        uint32_t offset = (uint32_t)(at - document->notes), cell;
        ks_note note;
        at = ks_note_read(at, &note);
        cell = cells ? cells[note.term] : note.term;
        __builtin_prefetch(&terms->next[cell], 1);
        out->cells[count] = cell;
        if (note.kind == KS_NOTE_OTHER) {
            out->what[count++] = offset;
            at += note.value;
        } else {
            out->what[count++] = IN_ONE | note.kind << KIND | note.value;
        }
    }
    out->count = count;
    return at;
}

/* Without a branch for whether it is the term's turn. */
static void distribute_document(const struct terms *terms, uint32_t doc) {
    const struct flush_document *document = &terms->documents[doc];
    const uint8_t *at = document->notes, *end = at + document->bytes;
    struct notes notes;
    while (at < end) {
        at = read_notes(terms, document, at, &notes);
        for (size_t i = 0; i < notes.count; i++) {
            uint32_t *next = &terms->next[notes.cells[i]], to = *next;
            terms->postings[to] = (uint64_t)doc << 32 | notes.what[i];
            *next = to + (to != terms->nowhere);
        }
    }
}

/* Of the terms begin..end - 1, which have so many postings at most. */
static ks_status distribute(struct terms *terms, size_t begin, size_t end, uint32_t most, ks_error *err) {
    size_t documents = terms->flush->document_count;
    ks_status status = ks_array_reserve(&terms->postings, &terms->capacity, (size_t)most + FAR + 1,
                                        sizeof *terms->postings, err);
    if (status) return status;
    terms->nowhere = most;
    for (size_t i = 0, at = 0; i < terms->term_count; i++) {
        bool here = i >= begin && i < end;
        terms->next[terms->terms[i].cell] = here ? (uint32_t)at : most;
        if (here) at += terms->terms[i].postings;
    }
    for (uint32_t doc = 0; doc < documents; doc++) {
        if (doc + AHEAD < documents) fetch(&terms->documents[doc + AHEAD]);
        distribute_document(terms, doc);
    }
    return KS_OK;
}

/* ---- Lists ---- */

static ks_posting other_posting(const struct terms *terms, uint32_t doc, uint32_t offset) {
    ks_posting posting = {.doc = doc, .length = terms->lengths[doc]};
    const uint8_t *at = terms->documents[doc].notes + offset, *end;
    uint64_t tf = 0;
    ks_note note;
    at = ks_note_read(at, &note);
    end = at + note.value;
    posting.mask = *at++;
    ks_varint_get(&at, end, &tf);
    posting.tf = (uint32_t)tf;
    posting.positions = at;
    posting.positions_size = (uint32_t)(end - at);
    return posting;
}

static ks_status add_posting(const struct terms *terms, ks_list_writer *list, uint64_t from, ks_error *err) {
    uint32_t doc = (uint32_t)(from >> 32), what = (uint32_t)from, kind = what >> KIND & 7;
    ks_posting posting;
    if (!(what & IN_ONE)) {
        posting = other_posting(terms, doc, what);
        return ks_list_add(list, &posting, err);
    }
    what &= KS_NOTE_MOST - 1;
    if (kind < KS_NOTE_VALUE)
        return ks_list_add_single(list, doc, terms->lengths[doc], (ks_field)kind, what, err);
    posting = (ks_posting){.doc = doc, .tf = what, .length = terms->lengths[doc]};
    return ks_list_add(list, &posting, err);
}

/* What lies elsewhere is fetched early: where it is, and then that itself. Most lists are short, so that this
 * goes on into the next ones. Inline, as compilers drop calls that do nothing but fetch. */
__attribute__((always_inline)) static inline void expect(const struct terms *terms, const uint64_t *posting) {
    uint64_t far = posting[FAR], near = posting[NEAR];
    __builtin_prefetch(&terms->lengths[far >> 32]);
    if (!((uint32_t)far & IN_ONE)) __builtin_prefetch(&terms->documents[far >> 32]);
    if (!((uint32_t)near & IN_ONE)) __builtin_prefetch(terms->documents[near >> 32].notes + (uint32_t)near);
}

static ks_status write_term(const struct terms *terms, ks_term text, const uint64_t *postings, size_t count,
                            ks_error *err) {
    ks_list_writer *list = NULL;
    ks_status status;
    if (count == 0) return KS_OK; /* only dropped documents held it */
    status = ks_segment_writer_begin_list(terms->flush->writer, &list, err);
    for (size_t i = 0; i < count && !status; i++) {
        expect(terms, &postings[i]);
        status = add_posting(terms, list, postings[i], err);
    }
    return status ? status : ks_segment_writer_end_list(terms->flush->writer, text, err);
}

/* Room that dropped documents have left over, and that behind all postings, gets what can be looked at. */
static void fill_gaps(const struct terms *terms, size_t begin, size_t end, uint32_t most) {
    uint32_t at = 0;
    for (size_t i = begin; i < end; i++) {
        uint32_t filled = terms->next[terms->terms[i].cell];
        at += terms->terms[i].postings;
        for (; filled < at; filled++) terms->postings[filled] = IN_ONE;
    }
    for (size_t i = 0; i <= FAR; i++) terms->postings[most + i] = IN_ONE;
}

/* The terms from `begin` on whose turn it is together, at least one. */
static size_t end_of_turn(const struct terms *terms, size_t begin, uint32_t *postings) {
    size_t end = begin + 1;
    uint64_t sum = terms->terms[begin].postings;
    while (end < terms->term_count && sum + terms->terms[end].postings <= terms->flush->most)
        sum += terms->terms[end++].postings;
    *postings = (uint32_t)sum;
    return end;
}

static ks_status write_terms(struct terms *terms, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t begin = 0, end; begin < terms->term_count && !status; begin = end) {
        uint32_t most = 0, at = 0;
        end = end_of_turn(terms, begin, &most);
        if (!(status = distribute(terms, begin, end, most, err))) fill_gaps(terms, begin, end, most);
        for (size_t i = begin; i < end && !status; i++) {
            const struct flush_term *term = &terms->terms[i];
            uint32_t to = terms->next[term->cell];
            status = write_term(terms, term->text, terms->postings + at, to - at, err);
            at += term->postings;
        }
    }
    return status;
}

ks_status ks_flush_terms(const ks_flush *flush, ks_error *err) {
    struct terms terms = {.flush = flush};
    ks_status status;
    if (!(status = list_documents(&terms, err)) && !(status = list_terms(&terms, err)))
        status = write_terms(&terms, err);
    free(terms.documents);
    free(terms.lengths);
    free(terms.terms);
    for (size_t i = 0; terms.cells && i < flush->count; i++) free(terms.cells[i]);
    free(terms.cells);
    free(terms.next);
    free(terms.postings);
    return status;
}
