/* Opening the database file of the FTS5 peer, and its tables. Uses SQLite and base.
 *
 * record: a row for each record, its exact values and its JSON.
 * tag, author: the values that a record has several of.
 * text: the words of all text fields as one column. Contentless: the text stands in record's JSON. */
#include "bench/peers/fts5/database.h"

#include "base/buffer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* FTS5 sorts words into a list in memory of at most `hashsize` bytes before it writes them out. */
static const char schema[] =
    "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-262144;"
    "PRAGMA locking_mode=EXCLUSIVE;"
    "CREATE TABLE record(number INTEGER PRIMARY KEY, id TEXT, kind TEXT, status TEXT, date INTEGER, json "
    "TEXT);"
    "CREATE TABLE tag(value TEXT, number INTEGER, PRIMARY KEY(value, number)) WITHOUT ROWID;"
    "CREATE TABLE author(value TEXT, number INTEGER, PRIMARY KEY(value, number)) WITHOUT ROWID;"
    "CREATE VIRTUAL TABLE text USING fts5(words, content='', detail=full, tokenize='porter unicode61');"
    "INSERT INTO text(text, rank) VALUES('hashsize', 268435456);";

static const char for_reading[] =
    "PRAGMA mmap_size=2147418112; PRAGMA cache_size=-262144; PRAGMA query_only=ON;";

bool fts5_database_complain(sqlite3 *database) {
    fprintf(stderr, "fts5: %s\n", database ? sqlite3_errmsg(database) : "out of memory");
    return false;
}

bool fts5_database_run(sqlite3 *database, const char *sql) {
    return sqlite3_exec(database, sql, NULL, NULL, NULL) == SQLITE_OK || fts5_database_complain(database);
}

/* A folder to make a new database in. */
static bool prepare(const char *folder, const char *path) {
    if ((mkdir(folder, 0777) == 0 || errno == EEXIST) && (unlink(path) == 0 || errno == ENOENT)) return true;
    fprintf(stderr, "fts5: %s: %s\n", folder, strerror(errno));
    return false;
}

sqlite3 *fts5_database_open(const char *folder, bool create) {
    int flags = create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    sqlite3 *database = NULL;
    ks_buffer path = {0};
    bool good = false;
    ks_buffer_format(&path, "%s/fts5.db", folder);
    if (ks_buffer_check(&path, NULL)) goto done;
    if (create && !prepare(folder, path.data)) goto done;
    if (sqlite3_open_v2(path.data, &database, flags, NULL) != SQLITE_OK) {
        fts5_database_complain(database);
        goto done;
    }
    good = fts5_database_run(database, create ? schema : for_reading);
done:
    ks_buffer_free(&path);
    if (!good) sqlite3_close(database);
    return good ? database : NULL;
}
