/* SQLite's FTS5 behind the peers' protocol: `index FOLDER < records.jsonl`, `serve FOLDER`. */
#include "bench/peers/fts5/index.h"
#include "bench/peers/fts5/serve.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "index") == 0) return fts5_index_build(argv[2]) ? 0 : 2;
    if (argc == 3 && strcmp(argv[1], "serve") == 0) return fts5_serve(argv[2]) ? 0 : 2;
    fprintf(stderr, "usage: %s index FOLDER < records.jsonl, or: %s serve FOLDER\n", argv[0], argv[0]);
    return 2;
}
