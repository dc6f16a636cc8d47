/* Checking a segment's dictionary, its posting lists, their positions and bounds: all through the cursors
 * that searches use, so that what they would meet is what is looked at. May use base, engine and native's
 * files. */
#include "native/check.h"
#include "native/native.h"

#include "engine/bm25.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bounds have to hold for every average length that the index may come to have. */
static const double averages[] = {1e-3, 1, 20, 100, 500, 1e4, 1e9};
enum { NORMS = sizeof averages / sizeof *averages };

/* A walk over all terms. */
struct walk {
    ks_segment_check *check;
    ks_norm norms[NORMS];
    ks_dict_cursor dict; /* at the present term */
    ks_cursor cursor;    /* of its list */
    uint32_t bounded;    /* the block that `bounds` is of */
    double bounds[NORMS], list_bounds[NORMS];
    uint32_t *places;
    size_t place_capacity;
};

static ks_term present(const struct walk *walk) {
    return (ks_term){walk->dict.text, walk->dict.size};
}

/* The message so far and the term, whatever its bytes are. */
static void name_term(const struct walk *walk, ks_error *err) {
    char base[sizeof err->message], text[200];
    size_t size = 0;
    if (!err) return;
    for (uint32_t i = 0; i < walk->dict.size && size < sizeof text - 8; i++) {
        unsigned char c = (unsigned char)walk->dict.text[i];
        size +=
            (size_t)snprintf(text + size, sizeof text - size, c < 0x20 || c == 0x7F ? "\\x%02X" : "%c", c);
    }
    text[size] = '\0';
    memcpy(base, err->message, sizeof base);
    base[sizeof base - 1] = '\0';
    snprintf(err->message, sizeof err->message, "%.*s, at the term \"%s\"", (int)(sizeof base - size - 20),
             base, text);
}

static ks_status bad_list(const struct walk *walk, const char *what, ks_error *err) {
    return ks_mapped_corrupt(walk->check->segment->file, KS_SECTION_POSTINGS, walk->dict.entry.postings, what,
                             err);
}

/* ---- One posting ---- */

static ks_status check_field(struct walk *walk, ks_field field, uint64_t *sum, ks_error *err) {
    size_t count = 0;
    ks_status status =
        ks_cursor_positions(&walk->cursor, field, &walk->places, &walk->place_capacity, &count, err);
    if (status) return status;
    if (count == 0) return bad_list(walk, "a field without positions", err);
    for (size_t i = 1; i < count; i++)
        if (walk->places[i] < walk->places[i - 1]) return bad_list(walk, "positions do not ascend", err);
    *sum += (uint64_t)count * ks_field_weight(field);
    return KS_OK;
}

/* A word's frequency is what its positions add up to; an exact value has none. */
static ks_status check_positions(struct walk *walk, ks_error *err) {
    uint8_t mask = ks_cursor_mask(&walk->cursor);
    uint64_t sum = 0;
    if (mask >> KS_TEXT_FIELDS) return bad_list(walk, "a field that there is not", err);
    for (ks_field field = 0; field < KS_FIELD_ANY; field++) {
        ks_status status = mask & 1u << field ? check_field(walk, field, &sum, err) : KS_OK;
        if (status) return status;
    }
    if (mask && sum != ks_cursor_tf(&walk->cursor))
        return bad_list(walk, "a frequency that the positions do not add up to", err);
    return KS_OK;
}

static ks_status check_bounds(struct walk *walk, ks_error *err) {
    double tf = (double)ks_cursor_tf(&walk->cursor);
    uint32_t length = ks_segment_length(walk->check->segment, walk->cursor.doc);
    if (walk->bounded != walk->cursor.block)
        for (size_t i = 0; i < NORMS; i++)
            walk->bounds[i] = ks_cursor_bound(&walk->cursor, walk->cursor.block, &walk->norms[i]);
    walk->bounded = walk->cursor.block;
    for (size_t i = 0; i < NORMS; i++) {
        double share = tf / (tf + ks_norm_of(&walk->norms[i], length)) * (1 - 1e-12); /* rounding forgiven */
        if (share > walk->bounds[i]) return bad_list(walk, "a block's bound does not bound", err);
        if (share > walk->list_bounds[i]) return bad_list(walk, "the list's bound does not bound", err);
    }
    return KS_OK;
}

/* ---- One list ---- */

/* The document names this source, which its posting says. */
static ks_status check_source(struct walk *walk, uint32_t source, ks_error *err) {
    uint32_t *sources = NULL;
    size_t count = 0;
    bool found = false;
    ks_status status = ks_segment_sources(walk->check->segment, walk->cursor.doc, &sources, &count, err);
    if (status) return status;
    for (size_t i = 0; i < count; i++) found = found || sources[i] == source;
    free(sources);
    walk->check->source_postings++;
    return found ? KS_OK : bad_list(walk, "a source that the document does not have", err);
}

/* Whether the term names a source, and which. */
static bool names_source(ks_term term, uint32_t *source) {
    const char *prefix = ks_exact_prefix(KS_EXACT_SOURCE);
    uint64_t number = 0;
    if (term.size < strlen(prefix) || memcmp(term.text, prefix, strlen(prefix)) != 0) return false;
    for (size_t i = strlen(prefix); i < term.size && number <= UINT32_MAX; i++) {
        if (term.text[i] < '0' || term.text[i] > '9') return false;
        number = number * 10 + (uint64_t)(term.text[i] - '0');
    }
    *source = (uint32_t)number;
    return term.size > strlen(prefix) && number <= UINT32_MAX;
}

static ks_status check_posting(struct walk *walk, uint32_t before, ks_error *err) {
    const ks_cursor *cursor = &walk->cursor;
    uint32_t source;
    ks_status status;
    if (cursor->doc >= walk->check->segment->documents || (before != KS_NO_DOC && cursor->doc <= before))
        return bad_list(walk, "the documents do not ascend", err);
    if (ks_cursor_tf(&walk->cursor) == 0) return bad_list(walk, "a frequency of 0", err);
    if ((status = check_positions(walk, err)) || (status = check_bounds(walk, err))) return status;
    if (ks_term_has_frequency(present(walk)))
        walk->check->lengths[cursor->doc] += ks_cursor_tf(&walk->cursor);
    return names_source(present(walk), &source) ? check_source(walk, source, err) : KS_OK;
}

static ks_status check_list(struct walk *walk, ks_error *err) {
    ks_cursor *cursor = &walk->cursor;
    uint32_t before = KS_NO_DOC, count = 0;
    ks_status status =
        ks_cursor_open(cursor, walk->check->segment, &walk->dict.entry, walk->check->unpacker, err);
    if (status) return status;
    walk->bounded = KS_NO_DOC;
    for (size_t i = 0; i < NORMS; i++)
        walk->list_bounds[i] = ks_cursor_bound(cursor, KS_NO_DOC, &walk->norms[i]);
    for (; cursor->doc != KS_NO_DOC; ks_cursor_next(cursor)) {
        if ((status = check_posting(walk, before, err))) return status;
        before = cursor->doc;
        count++;
    }
    if (cursor->damaged) return bad_list(walk, "a posting list makes no sense", err);
    if (count != walk->dict.entry.documents) return bad_list(walk, "a wrong number of documents", err);
    walk->check->postings += count;
    return KS_OK;
}

/* ---- The dictionary ---- */

/* Looking the term up finds what walking has found. */
static ks_status check_lookup(struct walk *walk, ks_error *err) {
    const ks_dict *dict = &walk->check->segment->dict;
    const ks_dict_entry *here = &walk->dict.entry;
    ks_dict_entry entry = {0};
    bool found = false;
    ks_status status = ks_dict_find(dict, present(walk), &found, &entry, err);
    if (status) return status;
    if (!found || entry.documents != here->documents || entry.postings != here->postings ||
        entry.positions != here->positions)
        return ks_mapped_corrupt(dict->file, dict->index_section, 0, "looking the term up fails", err);
    return KS_OK;
}

/* The cursor has seen to the order of terms already: it reads none that is not greater than the one before.
 */
static ks_status check_dictionary(struct walk *walk, ks_error *err) {
    const ks_dict *dict = &walk->check->segment->dict;
    uint64_t count = 0;
    ks_status status = ks_dict_seek(dict, &walk->dict, (ks_term){"", 0}, err);
    while (!status && walk->dict.valid) {
        count++;
        if ((status = check_lookup(walk, err)) || (status = check_list(walk, err))) break;
        status = ks_dict_next(&walk->dict, err);
    }
    if (status == KS_ERR_CORRUPT) name_term(walk, err);
    if (status) return status;
    if (count != dict->count)
        return ks_mapped_corrupt(dict->file, dict->index_section, 0, "a wrong number of terms", err);
    return KS_OK;
}

ks_status ks_check_terms(ks_segment_check *check, ks_error *err) {
    struct walk *walk = calloc(1, sizeof *walk);
    ks_status status;
    if (!walk) return ks_error_nomem(err);
    walk->check = check;
    for (size_t i = 0; i < NORMS; i++)
        walk->norms[i] = (ks_norm){.base = KS_BM25_K1 * (1 - KS_BM25_B),
                                   .slope = KS_BM25_K1 * KS_BM25_B / averages[i],
                                   .least = KS_BM25_LEAST_LENGTH * averages[i]};
    status = check_dictionary(walk, err);
    free(walk->places);
    free(walk);
    return status;
}
