/* The database file of the FTS5 peer: opening it, its tables, small helpers. Uses SQLite and base. */
#ifndef PEER_FTS5_DATABASE_H
#define PEER_FTS5_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>

/* The database in `folder`, open for reading, or made anew in a folder that is made where there is none.
 * NULL, with a message on stderr, where that fails. Close it with sqlite3_close. */
sqlite3 *fts5_database_open(const char *folder, bool create);

/* Runs SQL that gives no rows (or whose rows do not matter); false, with a message on stderr, on an error. */
bool fts5_database_run(sqlite3 *database, const char *sql);

/* Says on stderr what SQLite's last error was; gives `false`. */
bool fts5_database_complain(sqlite3 *database);

#endif
