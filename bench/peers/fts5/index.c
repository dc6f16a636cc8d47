/* Building the FTS5 peer's database: one transaction, then one segment. Uses SQLite, cJSON and base. */
#include "bench/peers/fts5/index.h"

#include "bench/peers/common/protocol.h"
#include "bench/peers/fts5/database.h"
#include "bench/peers/fts5/values.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum statement { PUT_RECORD, PUT_TAG, PUT_AUTHOR, PUT_TEXT, STATEMENTS };

static const char *const sql[STATEMENTS] = {
    "INSERT INTO record(number, id, kind, status, date, json) VALUES(?, ?, ?, ?, ?, ?)",
    "INSERT OR IGNORE INTO tag(number, value) VALUES(?, ?)",
    "INSERT OR IGNORE INTO author(number, value) VALUES(?, ?)",
    "INSERT INTO text(rowid, words) VALUES(?, ?)",
};

typedef struct builder {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
    ks_buffer scratch;
    sqlite3_int64 records;
} builder;

static bool execute(builder *b, enum statement which) {
    sqlite3_stmt *statement = b->statements[which];
    int code = sqlite3_step(statement);
    sqlite3_reset(statement);
    return code == SQLITE_DONE || fts5_database_complain(b->database);
}

/* Binds a string that must stay where it is until the statement has run. */
static void bind(sqlite3_stmt *statement, int place, const char *text, size_t size) {
    sqlite3_bind_text64(statement, place, text, size, SQLITE_STATIC, SQLITE_UTF8);
}

/* Puts each string of a member (a string, or an array of strings) into the table. */
static bool put_values(builder *b, enum statement which, const cJSON *member) {
    const cJSON *one = cJSON_IsArray(member) ? member->child : member;
    for (; one; one = cJSON_IsArray(member) ? one->next : NULL) {
        const char *text = cJSON_GetStringValue(one);
        if (!text) continue;
        ks_buffer_truncate(&b->scratch, 0);
        fts5_value_add(&b->scratch, text, strlen(text));
        if (ks_buffer_check(&b->scratch, NULL)) return false;
        sqlite3_bind_int64(b->statements[which], 1, b->records);
        bind(b->statements[which], 2, b->scratch.data, b->scratch.size);
        if (!execute(b, which)) return false;
    }
    return true;
}

static void add_text(ks_buffer *out, const cJSON *member) {
    const cJSON *one = cJSON_IsArray(member) ? member->child : member;
    for (; one; one = cJSON_IsArray(member) ? one->next : NULL) {
        const char *text = cJSON_GetStringValue(one);
        if (!text) continue;
        ks_buffer_str(out, text);
        ks_buffer_char(out, '\n');
    }
}

static bool put_text(builder *b, const cJSON *record) {
    static const char *const fields[] = {"title", "summary", "claims", "tags", "body"};
    ks_buffer_truncate(&b->scratch, 0);
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        add_text(&b->scratch, cJSON_GetObjectItemCaseSensitive(record, fields[i]));
    if (ks_buffer_check(&b->scratch, NULL)) return false;
    sqlite3_bind_int64(b->statements[PUT_TEXT], 1, b->records);
    bind(b->statements[PUT_TEXT], 2, b->scratch.data, b->scratch.size);
    return execute(b, PUT_TEXT);
}

static const char *string_or(const cJSON *record, const char *name, const char *otherwise) {
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(record, name));
    return text ? text : otherwise;
}

static bool put_record(builder *b, const cJSON *record, const char *json, size_t size) {
    sqlite3_stmt *statement = b->statements[PUT_RECORD];
    const char *id = string_or(record, "id", string_or(record, "url", "")),
               *date = string_or(record, "date", "");
    const char *kind = string_or(record, "kind", "unknown"), *status = string_or(record, "status", "ok");
    int day = fts5_date_number(date, strlen(date), 1);
    size_t kind_size;
    ks_buffer_truncate(&b->scratch, 0);
    fts5_value_add(&b->scratch, kind, strlen(kind));
    kind_size = b->scratch.size;
    fts5_value_add(&b->scratch, status, strlen(status));
    if (ks_buffer_check(&b->scratch, NULL)) return false;
    sqlite3_bind_int64(statement, 1, b->records);
    bind(statement, 2, id, strlen(id));
    bind(statement, 3, b->scratch.data, kind_size);
    bind(statement, 4, b->scratch.data + kind_size, b->scratch.size - kind_size);
    if (day)
        sqlite3_bind_int(statement, 5, day);
    else
        sqlite3_bind_null(statement, 5); /* lies in no range */
    bind(statement, 6, json, size);
    return execute(b, PUT_RECORD);
}

static bool put_line(builder *b, const char *line, size_t size) {
    cJSON *record = cJSON_ParseWithLength(line, size);
    bool good = cJSON_IsObject(record);
    if (!good) fprintf(stderr, "fts5: line %lld is no record\n", (long long)b->records + 1);
    b->records += good;
    good = good && put_record(b, record, line, size) && put_text(b, record) &&
           put_values(b, PUT_TAG, cJSON_GetObjectItemCaseSensitive(record, "tags")) &&
           put_values(b, PUT_AUTHOR, cJSON_GetObjectItemCaseSensitive(record, "author"));
    cJSON_Delete(record);
    return good;
}

static bool put_all(builder *b) {
    char *line = NULL;
    size_t capacity = 0;
    ssize_t size;
    bool good = true;
    while (good && (size = getline(&line, &capacity, stdin)) > 0) {
        if (line[size - 1] == '\n') size--;
        good = put_line(b, line, (size_t)size);
    }
    free(line);
    return good;
}

static bool prepare(builder *b) {
    for (size_t i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v2(b->database, sql[i], -1, &b->statements[i], NULL) != SQLITE_OK)
            return fts5_database_complain(b->database);
    return true;
}

bool fts5_index_build(const char *folder) {
    builder b = {0};
    double start = peer_clock_us();
    bool good;
    b.database = fts5_database_open(folder, true);
    good = b.database && fts5_database_run(b.database, "BEGIN") && prepare(&b) && put_all(&b) &&
           fts5_database_run(b.database, "INSERT INTO text(text) VALUES('optimize'); COMMIT");
    for (size_t i = 0; i < STATEMENTS; i++) sqlite3_finalize(b.statements[i]);
    if (sqlite3_close(b.database) != SQLITE_OK) good = false;
    ks_buffer_free(&b.scratch);
    if (good) peer_print_indexed((uint64_t)b.records, (peer_clock_us() - start) / 1e6);
    return good;
}
