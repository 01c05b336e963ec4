/* SQLite behind the driver's interface: each Store reads by its own connection and writes by the
 * pool's one write connection (store_sqlite_group.c). */
#include "store/store_sqlite.h"

#include "base/log.h"
#include "base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct SqliteEngine {
    Link reader;
    Link *link; /* where the statements of now go: reader or the group's writer */
    Member member;
} SqliteEngine;

static SqliteEngine *engine_of(const Store *store)
{
    return store->engine;
}

static Group *group_of(const Store *store)
{
    return store->pool->engine;
}

/* --- errors --- */

/* "UNIQUE constraint failed: zone.batch_id, zone.code" → "code"; a named check → its name. */
static const char *constraint_field(Cx *cx, int code, const char *message)
{
    const char *names = strstr(message, "failed: ");
    switch (code) {
    case SQLITE_CONSTRAINT_TRIGGER: return arena_text(cx->arena, message);
    case SQLITE_CONSTRAINT_CHECK: return names == NULL ? "" : arena_text(cx->arena, names + 8);
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_NOTNULL: {
        const char *quote = strstr(message, "index '"); /* of expressions */
        if (quote)
            return arena_text_n(cx->arena, quote + 7, strcspn(quote + 7, "'"));
        const char *dot = strrchr(message, '.');
        return dot == NULL ? "" : arena_text(cx->arena, dot + 1);
    }
    default: return "";
    }
}

static Err constraint_failed(Cx *cx, int code, const char *message)
{
    if (code == SQLITE_CONSTRAINT_DATATYPE) {
        log_error("store", "%s", message);
        return fail(cx, INTERNAL, NULL, "数据库出错", "the database refused a value");
    }
    const char *field = constraint_field(cx, code, message);
    return fail(cx, CONFLICT, field, "与已有数据冲突：%s", "conflicts with existing data: %s",
                field[0] != '\0' ? field : "foreign key");
}

static Err sqlite_failed(Cx *cx, int code, const char *message)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return fail(cx, BUSY, NULL, "数据库忙，请重试", "the database is busy; try again");
    case SQLITE_FULL: return fail(cx, FULL, NULL, FULL_ZH, FULL_EN);
    case SQLITE_CONSTRAINT: return constraint_failed(cx, code, message);
    default:
        log_error("store", "sqlite %d: %s", code, message);
        return fail(cx, INTERNAL, NULL, "数据库出错（%d）", "database error (%d)", code);
    }
}

static Err link_failed(Cx *cx, const Link *link)
{
    return sqlite_failed(cx, sqlite3_extended_errcode(link->db), sqlite3_errmsg(link->db));
}

/* --- pool --- */

static void group_free(Group *group)
{
    free(group->path);
    free(group->synchronous);
    free(group);
}

Err sqlite_pool_open(Cx *cx, StorePool **out, const char *path, const char *synchronous)
{
    StorePool *pool = memory_needed(calloc(1, sizeof *pool));
    Group *group = memory_needed(calloc(1, sizeof *group));
    group->path = memory_needed(strdup(path));
    group->synchronous = memory_needed(strdup(synchronous));
    *pool = (StorePool){ .driver = &SQLITE_DRIVER, .engine = group };

    int rc = group_open(group);
    if (rc != SQLITE_OK) {
        group_free(group);
        free(pool);
        return fail(cx, INTERNAL, NULL, "打不开数据库 %s：%s", "cannot open the database %s: %s",
                    path, sqlite3_errstr(rc));
    }
    *out = pool;
    return OK;
}

static void pool_close(StorePool *pool)
{
    group_close(pool->engine);
    group_free(pool->engine);
}

static Err connect(Cx *cx, Store *store)
{
    SqliteEngine *engine = memory_needed(calloc(1, sizeof *engine));
    const Group *group = group_of(store);
    int rc = link_open(&engine->reader, group->path, group->synchronous);
    if (rc == SQLITE_OK)
        rc = link_do(&engine->reader, "PRAGMA query_only = ON");
    if (rc != SQLITE_OK) {
        link_close(&engine->reader);
        free(engine);
        return sqlite_failed(cx, rc, sqlite3_errstr(rc));
    }
    pthread_cond_init(&engine->member.wake, NULL);
    engine->link = &engine->reader;
    store->engine = engine;
    return OK;
}

static void disconnect(Store *store)
{
    SqliteEngine *engine = engine_of(store);
    link_close(&engine->reader);
    pthread_cond_destroy(&engine->member.wake);
    free(engine);
}

/* --- transactions --- */

static Err begin(Cx *cx, Store *store, bool write)
{
    SqliteEngine *engine = engine_of(store);
    if (!write) {
        int rc = link_do(&engine->reader, "BEGIN");
        return rc == SQLITE_OK ? OK : link_failed(cx, &engine->reader);
    }
    int rc = group_begin(group_of(store), &engine->member);
    if (rc != SQLITE_OK)
        return sqlite_failed(cx, rc, sqlite3_errstr(rc));
    engine->link = &group_of(store)->writer;
    return OK;
}

static Err commit(Cx *cx, Store *store)
{
    SqliteEngine *engine = engine_of(store);
    if (engine->link == &engine->reader) {
        link_do(&engine->reader, "COMMIT");
        return OK;
    }
    engine->link = &engine->reader;
    int rc = group_commit(group_of(store), &engine->member);
    if (rc == SQLITE_OK)
        return OK;
    /* After a failed write or sync the disk may hold the commit or not. */
    if ((rc & 0xff) == SQLITE_IOERR)
        return fail(cx, DOWN, NULL, "写盘出错，结果不明",
                    "the disk failed; the outcome is unknown");
    return sqlite_failed(cx, rc, sqlite3_errstr(rc));
}

static void rollback(Store *store)
{
    SqliteEngine *engine = engine_of(store);
    if (engine->link == &engine->reader) {
        link_do(&engine->reader, "ROLLBACK");
        return;
    }
    engine->link = &engine->reader;
    group_rollback(group_of(store), &engine->member);
}

/* A write transaction is alone here, so every lock is already held. */
static Err lock(Cx *cx, Store *store, const char *key)
{
    (void)cx;
    (void)store;
    (void)key;
    return OK;
}

/* --- statements --- */

static int bind(sqlite3_stmt *statement, Args args)
{
    assert((size_t)sqlite3_bind_parameter_count(statement) == args.count);

    int rc = SQLITE_OK;
    for (size_t i = 0; i < args.count && rc == SQLITE_OK; i++) {
        const Arg *arg = &args.at[i];
        char name[16];
        sqlite3_snprintf(sizeof name, name, "$%d", (int)i + 1);
        int at = sqlite3_bind_parameter_index(statement, name);
        assert(at > 0 && "arguments are $1, $2, … without gaps");
        switch (arg->type) {
        case ARG_NULL: rc = sqlite3_bind_null(statement, at); break;
        case ARG_INT: rc = sqlite3_bind_int64(statement, at, arg->integer); break;
        case ARG_TEXT:
            rc = sqlite3_bind_text64(statement, at, arg->bytes, arg->length, SQLITE_TRANSIENT,
                                     SQLITE_UTF8);
            break;
        case ARG_BLOB:
            rc = sqlite3_bind_blob64(statement, at, arg->bytes, arg->length, SQLITE_TRANSIENT);
            break;
        }
    }
    return rc;
}

/* Takes the kept statement, or prepares one and keeps it unless its slot is in use. */
static int take(Cursor *cursor, Link *link, const char *sql)
{
    bool hit;
    Prepared *slot = cache_slot(&link->cache, sql, 0, &hit);
    if (hit && !slot->busy) {
        cursor->handle = slot->handle;
        cursor->prepared = slot;
        slot->busy = true;
        return SQLITE_OK;
    }
    sqlite3_stmt *statement;
    const char *rest;
    int rc = sqlite3_prepare_v3(link->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, &rest);
    if (rc != SQLITE_OK)
        return rc;
    assert(statement != NULL && *rest == '\0' && "one statement at a time");
    cursor->handle = statement;
    if (!slot->busy) {
        sqlite3_finalize(slot->handle);
        cache_drop(slot);
        cache_keep(slot, sql, 0, statement);
        cursor->prepared = slot;
        slot->busy = true;
    }
    return SQLITE_OK;
}

static Err start(Cx *cx, Cursor *cursor, const char *sql, Args args)
{
    Link *link = engine_of(cursor->store)->link;
    int rc = take(cursor, link, sql);
    if (rc == SQLITE_OK)
        rc = bind(cursor->handle, args);
    return rc == SQLITE_OK ? OK : link_failed(cx, link);
}

static Err step(Cx *cx, Cursor *cursor, bool *more)
{
    int rc = sqlite3_step(cursor->handle);
    *more = rc == SQLITE_ROW;
    return rc == SQLITE_ROW || rc == SQLITE_DONE ? OK
                                                 : link_failed(cx, engine_of(cursor->store)->link);
}

static void finish(Cursor *cursor)
{
    if (cursor->prepared == NULL) {
        sqlite3_finalize(cursor->handle);
        return;
    }
    sqlite3_reset(cursor->handle);
    sqlite3_clear_bindings(cursor->handle);
    cursor->prepared->busy = false;
}

static int64_t changes(const Store *store)
{
    return sqlite3_changes64(engine_of(store)->link->db);
}

/* --- columns --- */

static int columns(const Cursor *cursor)
{
    return sqlite3_column_count(cursor->handle);
}

static const char *name(const Cursor *cursor, int column)
{
    return sqlite3_column_name(cursor->handle, column);
}

static int64_t integer(const Cursor *cursor, int column)
{
    if (sqlite3_column_type(cursor->handle, column) == SQLITE_NULL)
        return UNSET;
    return sqlite3_column_int64(cursor->handle, column);
}

static const char *text(Cx *cx, const Cursor *cursor, int column)
{
    const char *bytes = (const char *)sqlite3_column_text(cursor->handle, column);
    if (bytes == NULL)
        return NULL;
    return arena_text_n(cx->arena, bytes, (size_t)sqlite3_column_bytes(cursor->handle, column));
}

static const void *blob(Cx *cx, const Cursor *cursor, int column, size_t *length)
{
    *length = 0;
    if (sqlite3_column_type(cursor->handle, column) == SQLITE_NULL)
        return NULL;
    const void *bytes = sqlite3_column_blob(cursor->handle, column);
    *length = (size_t)sqlite3_column_bytes(cursor->handle, column);
    return arena_text_n(cx->arena, *length == 0 ? "" : bytes, *length);
}

/* --- backup --- */

static bool is_there(Cx *cx, const char *path, const char *suffix)
{
    return access(arena_format(cx->arena, "%s%s", path, suffix), F_OK) == 0;
}

/* In one step: in small ones a busy writer makes it start over for ever. At the end the copy leaves
 * WAL mode, so that it is one file without companions. */
static int copy(sqlite3 *to, sqlite3 *from)
{
    sqlite3_backup *work = sqlite3_backup_init(to, "main", from, "main");
    if (work == NULL)
        return sqlite3_errcode(to);
    sqlite3_backup_step(work, -1);
    int rc = sqlite3_backup_finish(work);
    if (rc != SQLITE_OK)
        return rc;
    return sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
}

static Err backup(Cx *cx, Store *store, const char *path)
{
    if (is_there(cx, path, "") || is_there(cx, path, "-wal") || is_there(cx, path, "-journal"))
        return fail(cx, CONFLICT, "path", "%s 已存在，请换一个文件名",
                    "%s is already there; choose another file", path);
    sqlite3 *to = NULL;
    int rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    if (rc == SQLITE_OK)
        rc = copy(to, engine_of(store)->reader.db);
    sqlite3_close(to);
    if (rc == SQLITE_OK)
        return OK;
    unlink(path);
    return sqlite_failed(cx, rc, sqlite3_errstr(rc));
}

const Driver SQLITE_DRIVER = {
    .pool_close = pool_close,
    .open = connect,
    .close = disconnect,
    .begin = begin,
    .commit = commit,
    .rollback = rollback,
    .lock = lock,
    .start = start,
    .step = step,
    .finish = finish,
    .changes = changes,
    .columns = columns,
    .name = name,
    .integer = integer,
    .text = text,
    .blob = blob,
    .backup = backup,
};
