/* Answering requests from the FTS5 peer's database. Uses SQLite and base. */
#include "bench/peers/fts5/serve.h"

#include "bench/peers/common/protocol.h"
#include "bench/peers/fts5/database.h"
#include "bench/peers/fts5/query.h"

#include <string.h>

enum { HITS = 100 };

typedef struct server {
    sqlite3 *database;
    sqlite3_stmt *best, *count; /* kept for as long as their SQL stays the same */
    sqlite3_stmt *id;
    fts5_query query;
} server;

typedef struct answer {
    sqlite3_int64 numbers[HITS];
    double scores[HITS];
    size_t hits;
    sqlite3_int64 count;
} answer;

/* Makes *statement the one for this SQL, with its values bound. */
static bool ready(server *s, sqlite3_stmt **statement, bool count, size_t limit) {
    const char *sql = fts5_query_sql(&s->query, count);
    if (!sql) return false;
    if (!*statement || strcmp(sqlite3_sql(*statement), sql) != 0) {
        sqlite3_finalize(*statement);
        *statement = NULL;
        if (sqlite3_prepare_v2(s->database, sql, -1, statement, NULL) != SQLITE_OK) return false;
    }
    sqlite3_bind_text(*statement, 1, s->query.match.data ? s->query.match.data : "", -1, SQLITE_STATIC);
    for (size_t i = 0; i < s->query.filter_count; i++)
        sqlite3_bind_text(*statement, (int)i + 2, s->query.values.data + s->query.filters[i].value, -1,
                          SQLITE_STATIC);
    if (!count) sqlite3_bind_int64(*statement, (int)s->query.filter_count + 2, (sqlite3_int64)limit);
    return true;
}

static bool find_best(server *s, size_t limit, answer *out) {
    int code;
    if (!ready(s, &s->best, false, limit)) return false;
    while ((code = sqlite3_step(s->best)) == SQLITE_ROW && out->hits < HITS) {
        out->numbers[out->hits] = sqlite3_column_int64(s->best, 0);
        out->scores[out->hits++] = sqlite3_column_double(s->best, 1);
    }
    sqlite3_reset(s->best);
    return code == SQLITE_DONE;
}

static bool count_all(server *s, answer *out) {
    bool good;
    if (!ready(s, &s->count, true, 0)) return false;
    good = sqlite3_step(s->count) == SQLITE_ROW;
    if (good) out->count = sqlite3_column_int64(s->count, 0);
    sqlite3_reset(s->count);
    return good;
}

static bool search(server *s, const peer_request *request, answer *out) {
    *out = (answer){.count = -1};
    if (fts5_query_parse(&s->query, request->query, request->match == PEER_MATCH_ALL)) return false;
    return (!request->limit || find_best(s, request->limit, out)) && (!request->count || count_all(s, out));
}

static void print(server *s, const answer *found, double took_us) {
    peer_print_head(took_us);
    for (size_t i = 0; i < found->hits; i++) {
        const char *id = "";
        sqlite3_bind_int64(s->id, 1, found->numbers[i]);
        if (sqlite3_step(s->id) == SQLITE_ROW) id = (const char *)sqlite3_column_text(s->id, 0);
        peer_print_hit(i, id ? id : "", found->scores[i]);
        sqlite3_reset(s->id);
    }
    peer_print_tail(found->count);
}

bool fts5_serve(const char *folder) {
    server s = {.database = fts5_database_open(folder, false)};
    peer_request request = {0};
    bool good = s.database != NULL;
    answer found;
    if (good && sqlite3_prepare_v2(s.database, "SELECT id FROM record WHERE number = ?", -1, &s.id, NULL) !=
                    SQLITE_OK)
        good = fts5_database_complain(s.database);
    if (good)
        peer_print_greeting(
            "fts5", sqlite3_libversion(),
            "one column, porter unicode61, detail=full, contentless, optimized, order by rank, "
            "mmap_size 2 GiB, cache 256 MiB; auto is answered as any");
    while (good && peer_request_next(&request)) {
        double start = peer_clock_us();
        if (search(&s, &request, &found))
            print(&s, &found, peer_clock_us() - start);
        else
            peer_print_error(sqlite3_errmsg(s.database));
    }
    peer_request_free(&request);
    fts5_query_free(&s.query);
    sqlite3_finalize(s.best);
    sqlite3_finalize(s.count);
    sqlite3_finalize(s.id);
    sqlite3_close(s.database);
    return good;
}
