/* Open addressing with linear probing, at most half full; see term_table.h. */
#include "native/term_table.h"

#include "base/hash.h"
#include "base/memory.h"
#include "native/bytes.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256, FIRST_TERMS = 128, WORD = 8, PREFIX = 2 * WORD, LINE = 64 };

static_assert(2 * sizeof(ks_table_term) == LINE, "two terms are a cache line");

/* ---- Keys ---- */

static uint64_t eight_bytes(const char *bytes) {
    return __builtin_bswap64(ks_get_u64(bytes));
}

static uint64_t four_bytes(const char *bytes) {
    return __builtin_bswap32(ks_get_u32(bytes));
}

/* The first eight bytes, padded with zeros. No loop: its number of rounds would be mispredicted. Overlapping
 * loads set the same bits twice. */
static uint64_t few_bytes(const char *text, uint32_t size) {
    uint64_t first, middle, last;
    if (size >= WORD) return eight_bytes(text);
    if (size >= 4) return four_bytes(text) << 32 | four_bytes(text + size - 4) << 8 * (WORD - size);
    if (size == 0) return 0;
    first = (uint8_t)text[0];
    middle = (uint8_t)text[size / 2];
    last = (uint8_t)text[size - 1];
    return first << 56 | middle << (56 - size / 2 * 8) | last << 8 * (WORD - size);
}

static ks_term_prefix prefix_of(const char *text, uint32_t size) {
    if (size <= WORD) return (ks_term_prefix){few_bytes(text, size), 0};
    if (size >= PREFIX) return (ks_term_prefix){eight_bytes(text), eight_bytes(text + WORD)};
    return (ks_term_prefix){eight_bytes(text), eight_bytes(text + size - WORD) << 8 * (PREFIX - size)};
}

/* Hashes by multiplying with odd constants and folding in the upper half. The constants are from the golden
 * ratio (Knuth), xxHash64 (its second prime) and degski's mixer; no format depends on them. */
ks_term_key ks_term_key_of(const char *text, uint32_t size) {
    ks_term_key key = {.prefix = prefix_of(text, size)};
    uint64_t hash = (key.prefix.first ^ size) * UINT64_C(0x9E3779B97F4A7C15);
    hash = (hash ^ hash >> 32 ^ key.prefix.second) * UINT64_C(0xC2B2AE3D27D4EB4F);
    if (size > PREFIX) hash ^= ks_hash64(text + PREFIX, size - PREFIX, 0);
    hash = (hash ^ hash >> 32) * UINT64_C(0xD6E8FEB86659FD93);
    key.tag = (uint32_t)((hash ^ hash >> 32) >> 16);
    return key;
}

/* ---- The table ---- */

static bool is_same(const ks_term_table *table, uint32_t number, const char *text, uint32_t size,
                    const ks_term_key *key) {
    const ks_table_term *term = &table->terms[number];
    return term->prefix.first == key->prefix.first && term->prefix.second == key->prefix.second &&
           term->size == size &&
           (size <= PREFIX || memcmp(table->texts[number] + PREFIX, text + PREFIX, size - PREFIX) == 0);
}

static void put_slot(ks_table_slot *slots, size_t count, ks_table_slot slot) {
    size_t at = slot.tag & (count - 1);
    while (slots[at].number) at = (at + 1) & (count - 1);
    slots[at] = slot;
}

static ks_status grow_slots(ks_term_table *table, ks_error *err) {
    size_t count = table->slot_count ? table->slot_count * 2 : FIRST_SLOTS;
    ks_table_slot *slots = calloc(count + 1, sizeof *slots);
    if (!slots) return ks_error_nomem(err);
    for (size_t i = 0; i < table->slot_count; i++)
        if (table->slots[i].number) put_slot(slots, count, table->slots[i]);
    free(table->slots);
    table->slots = slots;
    table->slot_count = count;
    return KS_OK;
}

static ks_status grow_terms(ks_term_table *table, ks_error *err) {
    size_t capacity = table->capacity ? table->capacity * 2 : FIRST_TERMS;
    ks_table_term *terms;
    void *memory;
    ks_status status =
        ks_array_reserve(&table->texts, &table->text_capacity, capacity, sizeof *table->texts, err);
    if (status) return status;
    if (capacity >= SIZE_MAX / sizeof *terms) return ks_error_nomem(err);
    if (!(memory = malloc((capacity + LINE / sizeof *terms) * sizeof *terms))) return ks_error_nomem(err);
    terms = (ks_table_term *)(((uintptr_t)memory + LINE - 1) / LINE * LINE);
    if (table->count) memcpy(terms, table->terms, table->count * sizeof *terms);
    free(table->term_memory);
    table->term_memory = memory;
    table->terms = terms;
    table->capacity = capacity;
    return KS_OK;
}

static ks_status add_term(ks_term_table *table, const char *text, uint32_t size, const ks_term_key *key,
                          ks_error *err) {
    char *copy;
    ks_status status;
    if (table->count >= UINT32_MAX - 1) return ks_error_set(err, KS_ERR_TOO_LARGE, "too many terms");
    if (table->count >= table->slot_count / 2 && (status = grow_slots(table, err))) return status;
    if (table->count == table->capacity && (status = grow_terms(table, err))) return status;
    if (!(copy = ks_pool_alloc(&table->pool, size + 1))) return ks_error_nomem(err);
    memcpy(copy, text, size);
    table->texts[table->count] = copy;
    table->terms[table->count++] = (ks_table_term){.prefix = key->prefix, .size = size};
    put_slot(table->slots, table->slot_count, (ks_table_slot){key->tag, (uint32_t)table->count});
    return KS_OK;
}

ks_status ks_term_table_number(ks_term_table *table, const char *text, uint32_t size, const ks_term_key *key,
                               uint32_t *out, ks_error *err) {
    size_t mask = table->slot_count - 1;
    ks_status status;
    for (size_t at = key->tag & mask; table->slot_count && table->slots[at].number; at = (at + 1) & mask) {
        uint32_t number = table->slots[at].number - 1;
        if (table->slots[at].tag != key->tag || !is_same(table, number, text, size, key)) continue;
        *out = number;
        return KS_OK;
    }
    if ((status = add_term(table, text, size, key, err))) return status;
    *out = (uint32_t)(table->count - 1);
    return KS_OK;
}

size_t ks_term_table_bytes(const ks_term_table *table) {
    size_t terms = table->capacity ? table->capacity + LINE / sizeof *table->terms : 0,
           slots = table->slot_count ? table->slot_count + 1 : 0;
    return table->pool.bytes + terms * sizeof *table->terms + slots * sizeof *table->slots +
           table->text_capacity * sizeof *table->texts;
}

void ks_term_table_free(ks_term_table *table) {
    ks_pool_free(&table->pool);
    free(table->term_memory);
    free(table->texts);
    free(table->slots);
    *table = (ks_term_table){0};
}
