/* Answering requests from the FTS5 peer's database. */
#ifndef PEER_FTS5_SERVE_H
#define PEER_FTS5_SERVE_H

#include <stdbool.h>

/* Answers standard input to its end; false, with a message on stderr, where the database cannot be opened. */
bool fts5_serve(const char *folder);

#endif
