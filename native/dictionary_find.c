/* Looking one term up in a dictionary; see dictionary_layout.h. May use base and native's files.
 *
 * In a block each term says how many of its leading bytes it shares with the one before. That spares most
 * comparisons. Say we look for "search" and stand at "scan", which shares one byte with it and is less. A
 * next term that shares more than that byte with "scan", as "scare" does, still differs from "search" where
 * "scan" does, and is less. One that shares less has risen before that byte: it is greater than "search".
 * Only where it shares exactly as much, as "seal" does, need its own bytes be looked at. */
#include "native/dictionary_layout.h"

#include <string.h>

struct finder {
    const ks_dict *dict;
    ks_term term; /* what is looked for */
    uint32_t block;
    const uint8_t *at, *end; /* behind the present term's text */
    uint32_t size;           /* of the present term */
    uint32_t matched;        /* how many leading bytes it shares with what is looked for */
    int order;               /* negative, 0 or positive: it is less, the same or greater */
};

static ks_status damaged(const struct finder *f, const char *what, ks_error *err) {
    return ks_dict_damaged(f->dict, f->block, f->at, f->end, what, err);
}

/* Compares a term's bytes from `matched` on, `size` of them at `text`, with what is looked for. */
static void compare_rest(struct finder *f, const uint8_t *text, uint32_t size) {
    uint32_t left = f->term.size - f->matched, shorter = size < left ? size : left, n = 0;
    while (n < shorter && text[n] == (uint8_t)f->term.text[f->matched]) {
        n++;
        f->matched++;
    }
    if (n < shorter)
        f->order = text[n] < (uint8_t)f->term.text[f->matched] ? -1 : 1;
    else
        f->order = (size > left) - (size < left);
}

/* Moves to the first term of a block. */
static ks_status enter_block(struct finder *f, uint32_t block, ks_error *err) {
    ks_term first = {0};
    ks_status status = ks_dict_open_block(f->dict, block, &f->at, &f->end, &first, err);
    if (status) return status;
    f->block = block;
    f->size = first.size;
    f->matched = 0;
    compare_rest(f, (const uint8_t *)first.text, first.size);
    f->at += 1 + first.size;
    return KS_OK;
}

/* Moves to the next term of the block, behind the present one's entry. */
static ks_status next_in_block(struct finder *f, ks_error *err) {
    uint32_t shared = 0, suffix = 0;
    const char *fault = ks_dict_lengths_get(&f->at, f->end, f->size, &shared, &suffix);
    if (fault) return damaged(f, fault, err);
    if (shared < f->matched) {
        f->matched = shared;
        f->order = 1;
    } else if (shared == f->matched) {
        compare_rest(f, f->at, suffix);
    }
    f->size = shared + suffix;
    f->at += suffix;
    return KS_OK;
}

/* Moves to the first term of the block that is not less than what is looked for, if there is one. *entry is
 * that of the last term before it. */
static ks_status search_block(struct finder *f, ks_dict_entry *entry, ks_error *err) {
    uint64_t left = f->dict->count - (uint64_t)f->block * KS_DICT_BLOCK;
    uint32_t terms = left < KS_DICT_BLOCK ? (uint32_t)left : KS_DICT_BLOCK;
    for (uint32_t in_block = 1; in_block < terms && f->order < 0; in_block++) {
        const char *fault = ks_dict_entry_get(&f->at, f->end, entry);
        ks_status status = fault ? damaged(f, fault, err) : next_in_block(f, err);
        if (status) return status;
    }
    return KS_OK;
}

static ks_status search(struct finder *f, ks_dict *dict, ks_term term, ks_dict_entry *entry, ks_error *err) {
    uint32_t block;
    ks_status status;
    *f = (struct finder){.dict = dict, .term = term, .order = -1};
    if (dict->count == 0) return KS_OK;
    if ((status = ks_dict_locate(dict, term, &block, err)) || (status = enter_block(f, block, err)))
        return status;
    return search_block(f, entry, err);
}

ks_status ks_dict_find(ks_dict *dict, ks_term term, bool *found, ks_dict_entry *entry, ks_error *err) {
    ks_dict_entry here = {0};
    struct finder finder;
    const char *fault;
    ks_status status = search(&finder, dict, term, &here, err);
    if (status) return status;
    if (finder.order == 0 && (fault = ks_dict_entry_get(&finder.at, finder.end, &here)))
        return damaged(&finder, fault, err);
    *found = finder.order == 0;
    if (*found) *entry = here;
    return KS_OK;
}

ks_status ks_dict_begins(ks_dict *dict, ks_term prefix, bool *out, ks_error *err) {
    ks_dict_entry here = {0};
    struct finder finder;
    ks_status status = search(&finder, dict, prefix, &here, err);
    if (!status && finder.order < 0 && finder.block + 1 < dict->blocks)
        status = enter_block(&finder, finder.block + 1, err);
    if (!status) *out = finder.order >= 0 && finder.matched == prefix.size;
    return status;
}
