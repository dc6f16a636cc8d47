/* Long lists, which are read window by window and left out as soon as that can be; see gather_read.h. May use
 * base, engine and native's files. */
#include "native/gather_read.h"

static ks_field field_of(const ks_gathering *g, const ks_gather_run *run) {
    return g->pass->factors->plan->scores[run->score_index].field;
}

ks_status ks_gather_open_long(ks_gathering *g, ks_gather_run *run, size_t room, ks_error *err) {
    const ks_factors *factors = g->pass->factors;
    const ks_dict_entry *entry = &ks_factors_entries(factors, g->leaf)[run->score_index];
    ks_status status;
    run->cursor = ks_arena_alloc(g->arena, sizeof *run->cursor);
    run->long_tfs = ks_arena_alloc(g->arena, room * sizeof *run->long_tfs);
    if (!run->cursor || !run->long_tfs) return ks_error_nomem(err);
    if ((status = ks_cursor_open(run->cursor, g->leaf->segment, entry, factors->view->unpacker, err)))
        return status;
    g->long_most +=
        ks_gather_factor(g, run) * ks_cursor_bound(run->cursor, KS_NO_DOC, &factors->norm) * KS_MARGIN;
    g->count += room;
    return KS_OK;
}

/* Appends the postings of the cursor's block, from where it stands, that are in the window and in the field.
 * Leaves the cursor at the last posting of the window or of the block. */
static void read_block(ks_gathering *g, ks_gather_run *run) {
    ks_cursor *cursor = run->cursor;
    ks_field field = field_of(g, run);
    uint32_t i = cursor->in_block, size = cursor->block_size;
    ks_cursor_tf(cursor); /* unpacks them all */
    for (; i < size && cursor->docs[i] < g->high; i++) {
        uint32_t tf = cursor->tfs[i];
        if (field != KS_FIELD_ANY && !(ks_cursor_mask_at(cursor, i) & 1u << field)) continue;
        g->docs[run->to] = cursor->docs[i];
        g->tfs[run->to] = (uint8_t)(tf < KS_GATHER_TF ? tf : KS_GATHER_TF);
        run->long_tfs[run->to++ - run->begin] = tf;
    }
    cursor->in_block = i - 1;
}

ks_status ks_gather_read_long(ks_gathering *g, ks_gather_run *run, ks_error *err) {
    ks_cursor *cursor = run->cursor;
    run->to = run->begin;
    while (!g->left_out && cursor->doc < g->high) { /* KS_NO_DOC is not */
        read_block(g, run);
        ks_cursor_next(cursor);
    }
    g->docs[run->to] = KS_NO_DOC;
    return ks_cursor_check(cursor, err);
}

double ks_gather_long_part(const ks_gathering *g, const ks_gather_run *run, uint32_t doc, double k) {
    ks_list list = {.cursor = run->cursor, .field = field_of(g, run), .factor = ks_gather_factor(g, run)};
    return ks_list_holds(&list, doc) ? ks_list_part(&list, k) : 0;
}
