/* The open index: a reader and the analyzer its terms were made with. May use base, text, engine. */
#ifndef KS_SEARCHER_INDEX_H
#define KS_SEARCHER_INDEX_H

#include "engine/engine.h"
#include "text/analyzer.h"

struct ks_index {
    const ks_engine *engine;
    ks_reader *reader;
    ks_analyzer *analyzer;
    ks_buffer language;
    ks_engine_info info; /* of the last ks_index_describe, which lends its sections to the caller */
};

#endif
