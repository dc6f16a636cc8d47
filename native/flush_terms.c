/* Inverting: from the notes of each document to the posting list of each term. May use base, engine and
 * native's files.
 *
 * Terms are taken in batches whose postings fit into memory together. Each term of a batch gets a part of one
 * array. Then the notes of all documents are read, in the segment's order, and each posting of the batch is
 * put at the end of its term's part: the postings of a term end up together, and in document order, without
 * sorting. How many postings a term can have is known beforehand, so its part is large enough. */
#include "native/flush_private.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

/* A posting in 64 bits: the upper 32 are its document. The lower 32 are IN_ONE | kind << KIND | value of its
 * note, or, without IN_ONE, the offset of a KS_NOTE_OTHER in the document's notes. */
enum { KIND = 28 };
#define IN_ONE (UINT32_C(1) << 31)

/* How far ahead memory is prefetched: the first LINES cache lines of the notes AHEAD documents on; what
 * AT_ONCE notes point to; and for the postings of lists in two steps, FAR and NEAR postings on. */
enum { AHEAD = 4, LINE = 64, LINES = 6, AT_ONCE = 64, NEAR = 16, FAR = 32 };

struct flush_document {
    const uint8_t *notes;
    uint32_t bytes, inverter;
};

/* A term, joined from all inverters that have it. */
struct flush_term {
    ks_term text;
    uint32_t cell;     /* its index in `next` */
    uint32_t postings; /* how many it has, those of dropped documents included */
};

struct inversion {
    const ks_flush *flush;
    struct flush_document *documents; /* by number in the segment */
    uint32_t *lengths;
    struct flush_term *terms; /* in byte order */
    size_t term_count;
    uint32_t **cells;   /* by inverter and term number: the term's cell; NULL: the number is the cell */
    uint32_t *next;     /* by cell: where the term's next posting goes; `sink` if it is not in the batch */
    uint32_t sink;      /* index after the batch, where the postings of all other terms are written */
    uint64_t *postings; /* the batch, the sink, and FAR more that prefetch_later may read */
    size_t capacity;
};

/* ---- Documents ---- */

static ks_status list_documents(struct inversion *inversion, ks_error *err) {
    const ks_flush *flush = inversion->flush;
    inversion->documents = malloc((flush->document_count + 1) * sizeof *inversion->documents);
    inversion->lengths = malloc((flush->document_count + 1) * sizeof *inversion->lengths);
    if (!inversion->documents || !inversion->lengths) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->document_count; i++) {
        const ks_text_item *item = &flush->documents[i];
        const struct inverter_document *from = &flush->inverters[item->inverter]->documents[item->number];
        inversion->documents[i] = (struct flush_document){from->notes, from->note_bytes, item->inverter};
        inversion->lengths[i] = from->length;
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

/* Cells are in the order in which terms came: frequent terms come early, so their cells are close. */
static ks_status make_cells(struct inversion *inversion, size_t count, ks_error *err) {
    const ks_flush *flush = inversion->flush;
    uint32_t cell = 0;
    inversion->next = malloc((count + 1) * sizeof *inversion->next);
    inversion->cells = calloc(flush->count, sizeof *inversion->cells);
    if (!inversion->next || !inversion->cells) return ks_error_nomem(err);
    for (size_t i = 0; i < flush->count && flush->count > 1; i++) {
        size_t here = flush->inverters[i]->table.count;
        if (!(inversion->cells[i] = malloc((here + 1) * sizeof **inversion->cells)))
            return ks_error_nomem(err);
        for (size_t j = 0; j < here; j++) inversion->cells[i][j] = cell++;
    }
    return KS_OK;
}

/* Joins terms of the same text, which follow each other in `items`. All of them get the first one's cell. */
static ks_status join_terms(struct inversion *inversion, const ks_text_item *items, size_t count,
                            ks_error *err) {
    ks_status status = make_cells(inversion, count, err);
    if (status) return status;
    if (!(inversion->terms = malloc((count + 1) * sizeof *inversion->terms))) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const ks_text_item *item = &items[i];
        uint32_t *cells = inversion->cells[item->inverter], number = item->number;
        bool known = i && ks_text_same(item - 1, item);
        struct flush_term *term =
            &inversion->terms[known ? inversion->term_count - 1 : inversion->term_count++];
        if (!known) *term = (struct flush_term){item->text, cells ? cells[number] : number, 0};
        if (cells) cells[number] = term->cell;
        term->postings += inversion->flush->inverters[item->inverter]->table.terms[number].postings;
    }
    return KS_OK;
}

static ks_status list_terms(struct inversion *inversion, ks_error *err) {
    ks_text_item *items = NULL;
    size_t count = 0;
    ks_status status = collect_terms(inversion->flush, &items, &count, err);
    if (!status) status = join_terms(inversion, items, count, err);
    free(items);
    return status;
}

/* ---- Distributing postings ---- */

static void prefetch_notes(const struct flush_document *document) {
    for (uint32_t i = 0; i < LINES && i * LINE < document->bytes; i++)
        __builtin_prefetch(document->notes + (size_t)i * LINE);
}

/* Some notes of a document: the cells of their terms, and the lower halves of their postings. */
struct notes {
    size_t count;
    uint32_t cells[AT_ONCE], lower[AT_ONCE];
};

/* Reads the next notes and prefetches their cells; returns where they end. */
static const uint8_t *read_notes(const struct inversion *inversion, const struct flush_document *document,
                                 const uint8_t *at, struct notes *out) {
    const uint8_t *end = document->notes + document->bytes;
    const uint32_t *cells = inversion->cells[document->inverter];
    size_t count = 0;
    while (at < end && count < AT_ONCE) {
        uint32_t offset = (uint32_t)(at - document->notes), cell;
        ks_note note;
        at = ks_note_read(at, &note);
        cell = cells ? cells[note.term] : note.term;
        __builtin_prefetch(&inversion->next[cell], 1);
        out->cells[count] = cell;
        if (note.kind == KS_NOTE_OTHER) {
            out->lower[count++] = offset;
            at += note.value;
        } else {
            out->lower[count++] = IN_ONE | note.kind << KIND | note.value;
        }
    }
    out->count = count;
    return at;
}

/* Has no branch for whether a term is in the batch: postings of other terms overwrite the sink. */
static void distribute_document(const struct inversion *inversion, uint32_t doc) {
    const struct flush_document *document = &inversion->documents[doc];
    const uint8_t *at = document->notes, *end = at + document->bytes;
    struct notes notes;
    while (at < end) {
        at = read_notes(inversion, document, at, &notes);
        for (size_t i = 0; i < notes.count; i++) {
            uint32_t *next = &inversion->next[notes.cells[i]], to = *next;
            inversion->postings[to] = (uint64_t)doc << 32 | notes.lower[i];
            *next = to + (to != inversion->sink);
        }
    }
}

/* Distributes the postings of the terms begin..end - 1, `room` at most. */
static ks_status distribute(struct inversion *inversion, size_t begin, size_t end, uint32_t room,
                            ks_error *err) {
    size_t documents = inversion->flush->document_count;
    ks_status status = ks_array_reserve(&inversion->postings, &inversion->capacity, (size_t)room + FAR + 1,
                                        sizeof *inversion->postings, err);
    if (status) return status;
    inversion->sink = room;
    for (size_t i = 0, at = 0; i < inversion->term_count; i++) {
        bool here = i >= begin && i < end;
        inversion->next[inversion->terms[i].cell] = here ? (uint32_t)at : room;
        if (here) at += inversion->terms[i].postings;
    }
    for (uint32_t doc = 0; doc < documents; doc++) {
        if (doc + AHEAD < documents) prefetch_notes(&inversion->documents[doc + AHEAD]);
        distribute_document(inversion, doc);
    }
    return KS_OK;
}

/* ---- Lists ---- */

static ks_posting other_posting(const struct inversion *inversion, uint32_t doc, uint32_t offset) {
    ks_posting posting = {.doc = doc, .length = inversion->lengths[doc]};
    const uint8_t *at = inversion->documents[doc].notes + offset, *end;
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

static ks_status add_posting(const struct inversion *inversion, ks_list_writer *list, uint64_t from,
                             ks_error *err) {
    uint32_t doc = (uint32_t)(from >> 32), lower = (uint32_t)from, kind = lower >> KIND & 7;
    uint32_t value = lower & (KS_NOTE_MOST - 1);
    ks_posting posting;
    if (!(lower & IN_ONE)) {
        posting = other_posting(inversion, doc, lower);
        return ks_list_add(list, &posting, err);
    }
    if (kind < KS_NOTE_VALUE)
        return ks_list_add_single(list, doc, inversion->lengths[doc], (ks_field)kind, value, err);
    posting = (ks_posting){.doc = doc, .tf = value, .length = inversion->lengths[doc]};
    return ks_list_add(list, &posting, err);
}

/* Prefetches what later postings need: first the document, FAR ahead, then the note that it points to, NEAR
 * ahead. Most lists are short, so this looks beyond the list's end. Inline, as compilers drop calls that do
 * nothing but prefetch. */
__attribute__((always_inline)) static inline void prefetch_later(const struct inversion *inversion,
                                                                 const uint64_t *posting) {
    uint64_t far = posting[FAR], near = posting[NEAR];
    __builtin_prefetch(&inversion->lengths[far >> 32]);
    if (!((uint32_t)far & IN_ONE)) __builtin_prefetch(&inversion->documents[far >> 32]);
    if (!((uint32_t)near & IN_ONE))
        __builtin_prefetch(inversion->documents[near >> 32].notes + (uint32_t)near);
}

static ks_status write_term(const struct inversion *inversion, ks_term text, const uint64_t *postings,
                            size_t count, ks_error *err) {
    ks_list_writer *list = NULL;
    ks_status status;
    if (count == 0) return KS_OK; /* only dropped documents have it */
    status = ks_segment_writer_begin_list(inversion->flush->writer, &list, err);
    for (size_t i = 0; i < count && !status; i++) {
        prefetch_later(inversion, &postings[i]);
        status = add_posting(inversion, list, postings[i], err);
    }
    return status ? status : ks_segment_writer_end_list(inversion->flush->writer, text, err);
}

/* Lets prefetch_later read the room that dropped documents have left, and that after the batch. */
static void fill_gaps(const struct inversion *inversion, size_t begin, size_t end) {
    uint32_t at = 0;
    for (size_t i = begin; i < end; i++) {
        uint32_t filled = inversion->next[inversion->terms[i].cell];
        at += inversion->terms[i].postings;
        for (; filled < at; filled++) inversion->postings[filled] = IN_ONE;
    }
    for (size_t i = 0; i <= FAR; i++) inversion->postings[inversion->sink + i] = IN_ONE;
}

/* The end of the batch that begins with term `begin`; *postings gets how many its terms have. */
static size_t end_of_batch(const struct inversion *inversion, size_t begin, uint32_t *postings) {
    size_t end = begin + 1;
    uint64_t sum = inversion->terms[begin].postings;
    while (end < inversion->term_count && sum + inversion->terms[end].postings <= inversion->flush->most)
        sum += inversion->terms[end++].postings;
    *postings = (uint32_t)sum;
    return end;
}

static ks_status write_terms(struct inversion *inversion, ks_error *err) {
    ks_status status = KS_OK;
    for (size_t begin = 0, end; begin < inversion->term_count && !status; begin = end) {
        uint32_t room = 0, at = 0;
        end = end_of_batch(inversion, begin, &room);
        if (!(status = distribute(inversion, begin, end, room, err))) fill_gaps(inversion, begin, end);
        for (size_t i = begin; i < end && !status; i++) {
            const struct flush_term *term = &inversion->terms[i];
            uint32_t filled = inversion->next[term->cell];
            status = write_term(inversion, term->text, inversion->postings + at, filled - at, err);
            at += term->postings;
        }
    }
    return status;
}

ks_status ks_flush_terms(const ks_flush *flush, ks_error *err) {
    struct inversion inversion = {.flush = flush};
    ks_status status;
    if (!(status = list_documents(&inversion, err)) && !(status = list_terms(&inversion, err)))
        status = write_terms(&inversion, err);
    free(inversion.documents);
    free(inversion.lengths);
    free(inversion.terms);
    for (size_t i = 0; inversion.cells && i < flush->count; i++) free(inversion.cells[i]);
    free(inversion.cells);
    free(inversion.next);
    free(inversion.postings);
    return status;
}
