/* Walking the terms of a dictionary; see dictionary_layout.h. May use base and native's files. Checksums say
 * that the bytes are those that were written. That they make sense is checked here, so that no file can do
 * harm. */
#include "native/dictionary_layout.h"
#include "native/term_order.h"

#include <string.h>

static ks_status damaged(const ks_dict_cursor *cursor, const char *what, ks_error *err) {
    return ks_dict_damaged(cursor->dict, cursor->block, cursor->at, cursor->end, what, err);
}

/* Reads an entry. Offsets count from those in cursor->entry, which is of the term before or all zeros. */
static ks_status read_entry(ks_dict_cursor *cursor, ks_error *err) {
    const char *fault = ks_dict_entry_get(&cursor->at, cursor->end, &cursor->entry);
    return fault ? damaged(cursor, fault, err) : KS_OK;
}

/* Moves to the first term of a block. The cursor holds the term before that, if there is one. */
static ks_status enter_block(ks_dict_cursor *cursor, uint32_t block, ks_error *err) {
    ks_term before = {cursor->text, cursor->size}, first = {0};
    ks_status status = ks_dict_open_block(cursor->dict, block, &cursor->at, &cursor->end, &first, err);
    if (status) return status;
    cursor->block = block;
    cursor->in_block = 0;
    if (ks_term_compare(before, first) >= 0) return damaged(cursor, "the terms do not ascend", err);
    memcpy(cursor->text, first.text, first.size);
    cursor->size = first.size;
    cursor->at += 1 + first.size;
    cursor->entry = (ks_dict_entry){0};
    return read_entry(cursor, err);
}

/* Appends the suffix to the part that is shared. Most are short: if there is room, SHORT bytes are copied,
 * however many of them count, which takes one instruction instead of a call. */
static void copy_suffix(ks_dict_cursor *cursor, uint32_t shared, uint32_t suffix) {
    enum { SHORT = 16 };
    if (suffix <= SHORT && cursor->end - cursor->at >= SHORT && shared + SHORT <= sizeof cursor->text)
        memcpy(cursor->text + shared, cursor->at, SHORT);
    else
        memcpy(cursor->text + shared, cursor->at, suffix);
    cursor->size = shared + suffix;
    cursor->at += suffix;
}

/* Moves to the next term of the same block. */
static ks_status next_in_block(ks_dict_cursor *cursor, ks_error *err) {
    uint32_t shared = 0, suffix = 0;
    const char *fault = ks_dict_lengths_get(&cursor->at, cursor->end, cursor->size, &shared, &suffix);
    if (fault) return damaged(cursor, fault, err);
    if (shared < cursor->size && *cursor->at <= (uint8_t)cursor->text[shared])
        return damaged(cursor, "the terms do not ascend", err);
    copy_suffix(cursor, shared, suffix);
    cursor->in_block++;
    return read_entry(cursor, err);
}

static ks_status next_term(ks_dict_cursor *cursor, ks_error *err) {
    uint64_t number = (uint64_t)cursor->block * KS_DICT_BLOCK + cursor->in_block + 1;
    if (number < cursor->dict->count && cursor->in_block + 1 < KS_DICT_BLOCK)
        return next_in_block(cursor, err);
    if (cursor->at != cursor->end) return damaged(cursor, "a block of terms is too long", err);
    if (number < cursor->dict->count) return enter_block(cursor, cursor->block + 1, err);
    cursor->valid = false;
    return KS_OK;
}

ks_status ks_dict_next(ks_dict_cursor *cursor, ks_error *err) {
    ks_status status = cursor->valid ? next_term(cursor, err) : KS_OK;
    if (status) cursor->valid = false;
    return status;
}

ks_status ks_dict_seek(ks_dict *dict, ks_dict_cursor *cursor, ks_term from, ks_error *err) {
    uint32_t block;
    ks_status status;
    cursor->dict = dict;
    cursor->at = cursor->end = NULL;
    cursor->size = 0;
    cursor->valid = false;
    if (dict->count == 0) return KS_OK;
    if ((status = ks_dict_locate(dict, from, &block, err)) || (status = enter_block(cursor, block, err)))
        return status;
    cursor->valid = true;
    while (cursor->valid && ks_term_compare((ks_term){cursor->text, cursor->size}, from) < 0)
        if ((status = ks_dict_next(cursor, err))) return status;
    return KS_OK;
}
