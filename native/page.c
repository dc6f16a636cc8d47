/* A page of hits; see page.h. */
#include "native/page.h"

#include <stdlib.h>

/* Ids that are prefetched at most. */
enum { PREFETCHED = 100 };

static ks_status copy_term(ks_arena *arena, ks_term *out, const char *text, size_t size, ks_error *err) {
    *out = (ks_term){ks_arena_copy(arena, text, size), (uint32_t)size};
    return out->text ? KS_OK : ks_error_nomem(err);
}

static ks_status copy_id(ks_topk *out, ks_found *found, const ks_scored *from, ks_error *err) {
    ks_term id;
    ks_status status = ks_segment_id(from->leaf->segment, from->doc, &id, err);
    return status ? status : copy_term(&out->arena, &found->id, id.text, id.size, err);
}

static ks_status copy_stored(ks_topk *out, ks_found *found, const ks_scored *from, ks_error *err) {
    ks_buffer stored = {0};
    ks_status status = ks_segment_record(from->leaf->segment, from->doc, &stored, err);
    if (!status) status = copy_term(&out->arena, &found->stored, stored.data, stored.size, err);
    ks_buffer_free(&stored);
    return status;
}

/* Hit number i of both passes together. */
static const ks_scored *hit_at(const ks_pass passes[2], size_t i) {
    size_t first = passes[0].ranking.count;
    return i < first ? &passes[0].ranking.heap[i] : &passes[1].ranking.heap[i - first];
}

/* A hit, and where on the page it is copied to. */
struct item {
    const ks_scored *hit;
    ks_found *found;
};

static int compare_items(const void *left, const void *right) {
    return ks_scored_compare(((const struct item *)left)->hit, ((const struct item *)right)->hit);
}

/* Copies the stored records in the order of the documents, as neighbours are often in the same compressed
 * block, which is then unpacked once. */
static ks_status copy_records(ks_topk *out, struct item *items, size_t count, ks_error *err) {
    ks_status status = KS_OK;
    if (count) qsort(items, count, sizeof *items, compare_items);
    for (size_t i = 0; i < count && !status; i++)
        status = copy_stored(out, items[i].found, items[i].hit, err);
    return status;
}

/* A page's ids are scattered over the segments: prefetched together, their cache misses overlap. */
static void prefetch_ids(const struct item *items, size_t count) {
    for (size_t i = 0; i < count; i++)
        ks_segment_prefetch_id_offset(items[i].hit->leaf->segment, items[i].hit->doc);
    for (size_t i = 0; i < count; i++) ks_segment_prefetch_id(items[i].hit->leaf->segment, items[i].hit->doc);
}

static ks_status copy_ids(ks_topk *out, const struct item *items, size_t count, ks_error *err) {
    ks_status status = KS_OK;
    prefetch_ids(items, count < PREFETCHED ? count : PREFETCHED);
    for (size_t i = 0; i < count && !status; i++) status = copy_id(out, items[i].found, items[i].hit, err);
    return status;
}

ks_status ks_page_copy(ks_topk *out, const ks_pass passes[2], ks_error *err) {
    const ks_plan *plan = passes[0].plan;
    const ks_view *view = passes[0].view;
    size_t all = passes[0].ranking.count + passes[1].ranking.count;
    size_t count = plan->offset < all ? all - plan->offset : 0;
    struct item *items = ks_arena_alloc(&passes[0].memory->plan, (count + 1) * sizeof *items);
    ks_status status = KS_OK;
    out->items = ks_arena_alloc(&out->arena, (count + 1) * sizeof *out->items);
    if (!items || !out->items) return ks_error_nomem(err);
    for (size_t i = 0; i < count; i++) {
        const ks_scored *hit = hit_at(passes, plan->offset + i);
        uint64_t leaf = (uint64_t)(hit->leaf - view->leaves);
        items[i] = (struct item){hit, &out->items[i]};
        out->items[i] =
            (ks_found){.doc = (leaf << 32 | hit->doc) + 1, .score = hit->score, .tier = hit->tier};
    }
    out->count = count;
    if (!plan->leave_ids) status = copy_ids(out, items, count, err);
    if (!status && plan->want_stored) status = copy_records(out, items, count, err);
    return status;
}
