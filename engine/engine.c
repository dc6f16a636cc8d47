/* Freeing what engines hand out; see engine.h. */
#include "engine/engine.h"

void ks_topk_free(ks_topk *topk) {
    ks_arena_free(&topk->arena);
    *topk = (ks_topk){0};
}

void ks_expansion_free(ks_expansion *expansion) {
    ks_arena_free(&expansion->arena);
    *expansion = (ks_expansion){0};
}
