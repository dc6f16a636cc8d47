/* Building the FTS5 peer's database from standard input. */
#ifndef PEER_FTS5_INDEX_H
#define PEER_FTS5_INDEX_H

#include <stdbool.h>

/* Prints the line that ends `index`; false, with a message on stderr, where something failed. */
bool fts5_index_build(const char *folder);

#endif
