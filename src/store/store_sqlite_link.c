/* A connection to SQLite, as we want it. */
#include "store/store_sqlite.h"

#include <assert.h>
#include <string.h>

enum { BUSY_MS = 5000 };

int link_do(Link *link, const char *sql)
{
    return sqlite3_exec(link->db, sql, NULL, NULL, NULL);
}

/* A database that cannot have a write-ahead log (on a network disk) is none for us. */
static int be_wal(Link *link)
{
    sqlite3_stmt *statement;
    int rc = sqlite3_prepare_v2(link->db, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
    if (rc != SQLITE_OK)
        return rc;
    bool is_wal = sqlite3_step(statement) == SQLITE_ROW &&
                  strcmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
    rc = sqlite3_finalize(statement);
    return rc != SQLITE_OK || is_wal ? rc : SQLITE_CANTOPEN;
}

/* LIKE and doubtful quotes behave as in PostgreSQL. */
static int link_settle(Link *link, const char *synchronous)
{
    char sync[64];
    sqlite3_snprintf(sizeof sync, sync, "PRAGMA synchronous = %s", synchronous);
    sqlite3_db_config(link->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(link->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_busy_timeout(link->db, BUSY_MS);
    int rc = link_do(link, sync);
    if (rc == SQLITE_OK)
        rc = link_do(link, "PRAGMA foreign_keys = ON; PRAGMA case_sensitive_like = ON;"
                           "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
                           "PRAGMA recursive_triggers = ON; PRAGMA wal_autocheckpoint = 0");
    return rc == SQLITE_OK ? be_wal(link) : rc;
}

int link_open(Link *link, const char *path, const char *synchronous)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int rc = sqlite3_open_v2(path, &link->db, flags, NULL);
    if (rc == SQLITE_OK)
        rc = link_settle(link, synchronous);
    if (rc != SQLITE_OK)
        link_close(link);
    return rc;
}

void link_close(Link *link)
{
    if (link->db == NULL)
        return;
    for (size_t i = 0; i < CACHE_SLOTS; i++) {
        sqlite3_finalize(link->cache.slots[i].handle);
        link->cache.slots[i].busy = false;
        cache_drop(&link->cache.slots[i]);
    }
    int rc = sqlite3_close(link->db);
    assert(rc == SQLITE_OK && "a statement was left open");
    link->db = NULL;
}
