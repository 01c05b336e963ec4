/* PostgreSQL by libpq behind the driver's interface. A Store is one connection; its transactions
 * begin with their first statement, so that a lock taken before it is older than the snapshot, and
 * a connection that died while idle is made again unnoticed. A whole result is held in memory. */
#include "store/driver.h"

#include "base/log.h"
#include "base/text.h"

#include <assert.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

/* catalog/pg_type_d.h belongs to the server's headers; these numbers are part of the protocol. */
enum { TYPE_UNKNOWN = 0, TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_TEXT = 25 };

typedef struct PgEngine {
    PGconn *conn;
    Cache cache;
    const char *pending; /* the BEGIN that goes before the first statement */
    bool begun;
    bool reading;       /* in a READ ONLY transaction of ours */
    bool session_locks; /* taken before the BEGIN, given back after the end */
    int64_t changes;
} PgEngine;

static PgEngine *engine_of(const Store *store)
{
    return store->engine;
}

/* --- errors --- */

/* "Key (batch_id, code)=(1, x) already exists." in any language → "code". */
static const char *last_key_column(Cx *cx, const char *detail)
{
    const char *open = detail ? strchr(detail, '(') : NULL;
    const char *close = open ? strstr(open, ")=(") : NULL;
    if (!close)
        return NULL;
    const char *from = close;
    while (from > open + 1 && from[-1] != ' ' && from[-1] != ',')
        from--;
    size_t length = (size_t)(close - from);
    if (length >= 2 && from[0] == '"') {
        from++;
        length -= 2;
    }
    const char *column = arena_text_n(cx->arena, from, length);
    return strpbrk(column, "()\"'") ? NULL : column;
}

static Err constraint_failed(Cx *cx, const PGresult *result, const char *state)
{
    const char *field = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
    if (strcmp(state, "23505") == 0) {
        const char *column =
            last_key_column(cx, PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL));
        field = column ? column : field;
    } else if (strcmp(state, "23502") == 0) {
        field = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
    } else if (strcmp(state, "23503") == 0) {
        field = "";
    }
    field = text_or(field, "");
    return fail(cx, CONFLICT, field, "与已有数据冲突：%s", "conflicts with existing data: %s",
                field[0] ? field : "foreign key");
}

static bool is_one_of(const char *state, const char *const *states)
{
    for (; *states; states++)
        if (strncmp(state, *states, strlen(*states)) == 0)
            return true;
    return false;
}

/* serialization failure, deadlock, lock not available, cancelled, too many connections */
static const char *const AGAIN[] = { "40001", "40P01", "55P03", "57014", "53300", NULL };
/* connection lost, shutting down */
static const char *const LOST[] = { "08", "57P0", NULL };

static Err pg_failed(Cx *cx, const PgEngine *e, const PGresult *result)
{
    const char *state = text_or(PQresultErrorField(result, PG_DIAG_SQLSTATE), "");
    bool was_primary = strcmp(state, "25006") == 0 && !e->reading; /* now a read-only standby */
    if (PQstatus(e->conn) != CONNECTION_OK || is_one_of(state, LOST) || was_primary)
        return fail(cx, DOWN, NULL, "与数据库的连接中断，结果不明",
                    "the connection to the database was lost; the outcome is unknown");
    if (is_one_of(state, AGAIN))
        return fail(cx, BUSY, NULL, "数据库忙，请重试", "the database is busy; try again");
    if (strcmp(state, "53100") == 0)
        return fail(cx, FULL, NULL, FULL_ZH, FULL_EN);
    if (strncmp(state, "23", 2) == 0)
        return constraint_failed(cx, result, state);
    log_error("store", "postgresql %s: %s", state,
              text_or(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY), "no result"));
    return fail(cx, INTERNAL, NULL, "数据库出错（%s）", "database error (%s)", state);
}

static bool succeeded(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* A statement of ours without arguments. */
static Err run(Cx *cx, PgEngine *e, const char *sql)
{
    PGresult *result = PQexec(e->conn, sql);
    Err err = succeeded(result) ? OK : pg_failed(cx, e, result);
    PQclear(result);
    return err;
}

/* --- connections --- */

static void ignore_notice(void *data, const PGresult *result)
{
    (void)data;
    (void)result;
}

static void forget_statements(PgEngine *e)
{
    for (size_t i = 0; i < CACHE_SLOTS; i++)
        cache_drop(&e->cache.slots[i]);
}

static Err settle(Cx *cx, PgEngine *e)
{
    if (PQstatus(e->conn) != CONNECTION_OK) {
        log_error("store", "postgresql: %s", PQerrorMessage(e->conn));
        return fail(cx, DOWN, NULL, "连不上数据库", "cannot reach the database");
    }
    PQsetNoticeReceiver(e->conn, ignore_notice, NULL);
    return run(cx, e,
               "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on;"
               "SET client_min_messages = warning; SET TIME ZONE 'UTC'");
}

static Err reconnect(Cx *cx, PgEngine *e)
{
    forget_statements(e);
    e->session_locks = false;
    PQreset(e->conn);
    return settle(cx, e);
}

static Err be_connected(Cx *cx, PgEngine *e)
{
    return PQstatus(e->conn) == CONNECTION_OK ? OK : reconnect(cx, e);
}

static Err pool_open(Cx *cx, StorePool *pool, const char *where)
{
    PQconninfoOption *options = PQconninfoParse(where, NULL);
    if (!options)
        return fail(cx, INVALID, "store", "数据库地址不合规则",
                    "this is no address of a database") /* it may hold a password */;
    PQconninfoFree(options);
    pool->engine = memory_needed(strdup(where));
    return OK;
}

static void pool_close(StorePool *pool)
{
    free(pool->engine);
}

/* What the address does not say itself: writes go to the primary, and a host that is gone is
 * noticed in a quarter of a minute, not in the quarter of an hour that TCP would take. */
static PGconn *connect_to(const char *where)
{
    static const char *const KEYS[] = { "application_name",
                                        "target_session_attrs",
                                        "connect_timeout",
                                        "tcp_user_timeout",
                                        "keepalives_idle",
                                        "keepalives_interval",
                                        "keepalives_count",
                                        "dbname",
                                        NULL };
    const char *const values[] = { "tuijin", "read-write", "10",  "15000", "10",
                                   "3",      "2",          where, NULL };
    _Static_assert(COUNT(values) == COUNT(KEYS), "a value for every key");
    return PQconnectdbParams(KEYS, values, 1);
}

static Err connect(Cx *cx, Store *store)
{
    PgEngine *e = memory_needed(calloc(1, sizeof *e));
    e->conn = connect_to(store->pool->engine);
    Err err = settle(cx, e);
    if (err != OK) {
        PQfinish(e->conn);
        free(e);
        return err;
    }
    store->engine = e;
    return OK;
}

static void disconnect(Store *store)
{
    PgEngine *e = engine_of(store);
    PQfinish(e->conn);
    forget_statements(e);
    free(e);
}

/* --- transactions --- */

static Err begin(Cx *cx, Store *store, bool write)
{
    PgEngine *e = engine_of(store);
    assert(!e->begun && !e->pending);
    TRY(be_connected(cx, e));
    e->reading = !write;
    e->pending = write ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                       : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    return OK;
}

/* Sends the BEGIN that still waits. Where the connection died while idle nothing was done yet, so
 * it may be made again; but not where locks have died with it. */
static Err be_begun(Cx *cx, PgEngine *e)
{
    if (!e->pending)
        return OK;
    Err err = run(cx, e, e->pending);
    if (err == DOWN && !e->session_locks) {
        TRY(reconnect(cx, e));
        err = run(cx, e, e->pending);
    }
    e->begun = err == OK;
    e->pending = e->begun ? NULL : e->pending;
    return err;
}

static void end(PgEngine *e)
{
    e->begun = e->reading = false;
    e->pending = NULL;
    if (e->session_locks)
        PQclear(PQexec(e->conn, "SELECT pg_advisory_unlock_all()"));
    e->session_locks = false;
}

static Err commit(Cx *cx, Store *store)
{
    PgEngine *e = engine_of(store);
    Err err = e->begun ? run(cx, e, "COMMIT") : OK;
    end(e);
    return err;
}

static void rollback(Store *store)
{
    PgEngine *e = engine_of(store);
    if (e->begun)
        PQclear(PQexec(e->conn, "ROLLBACK"));
    end(e);
}

/* Before the first statement the lock is the session's, so that the transaction's snapshot is
 * taken after the wait; later it is the transaction's own. */
static Err lock(Cx *cx, Store *store, const char *key)
{
    PgEngine *e = engine_of(store);
    uint64_t hash = 1469598103934665603ULL;
    for (const char *p = key; *p; p++)
        hash = (hash ^ (uint64_t)(unsigned char)*p) * 1099511628211ULL;
    const char *number = arena_format(cx->arena, "%lld", (long long)(int64_t)hash);
    const char *sql = e->pending ? "SELECT pg_advisory_lock($1::bigint)"
                                 : "SELECT pg_advisory_xact_lock($1::bigint)";
    if (e->pending)
        e->session_locks = true;
    PGresult *result = PQexecParams(e->conn, sql, 1, NULL, &number, NULL, NULL, 0);
    Err err = succeeded(result) ? OK : pg_failed(cx, e, result);
    PQclear(result);
    return err;
}

/* --- statements --- */

typedef struct Params {
    Oid *types;
    const char **values;
    int *lengths;
    int *formats;
    int count;
    uint64_t salt; /* tells apart one text with other types */
} Params;

/* Types are declared, so that "$1 * 100" is 64 bits wide; only a NULL takes its place's type. */
static Params params(Cx *cx, Args args)
{
    Params p = { NEW_N(cx, Oid, args.count + 1),
                 NEW_N(cx, const char *, args.count + 1),
                 NEW_N(cx, int, args.count + 1),
                 NEW_N(cx, int, args.count + 1),
                 (int)args.count,
                 0 };
    static const Oid TYPES[] = { [ARG_NULL] = TYPE_UNKNOWN,
                                 [ARG_INT] = TYPE_INT8,
                                 [ARG_TEXT] = TYPE_TEXT,
                                 [ARG_BLOB] = TYPE_BYTEA };
    for (size_t i = 0; i < args.count; i++) {
        const Arg *arg = &args.at[i];
        p.types[i] = TYPES[arg->type];
        p.values[i] = arg->type == ARG_INT
                          ? arena_format(cx->arena, "%lld", (long long)arg->integer)
                          : arg->bytes;
        p.lengths[i] = (int)arg->length;
        p.formats[i] = arg->type == ARG_BLOB;
        p.salt = p.salt * 5 + (uint64_t)arg->type + 1;
    }
    return p;
}

/* The name of the kept statement for sql, prepared where it is not there yet. */
static Err take(Cx *cx, PgEngine *e, const char **name, const char *sql, const Params *p)
{
    bool hit;
    Prepared *slot = cache_slot(&e->cache, sql, p->salt, &hit);
    *name = arena_format(cx->arena, "s%td", slot - e->cache.slots);
    if (hit)
        return OK;
    if (slot->sql) {
        cache_drop(slot);
        TRY(run(cx, e, arena_format(cx->arena, "DEALLOCATE %s", *name)));
    }
    PGresult *result = PQprepare(e->conn, *name, sql, p->count, p->types);
    Err err = succeeded(result) ? OK : pg_failed(cx, e, result);
    PQclear(result);
    if (err == OK)
        cache_keep(slot, sql, p->salt, NULL);
    return err;
}

static Err start(Cx *cx, Cursor *cursor, const char *sql, Args args)
{
    PgEngine *e = engine_of(cursor->store);
    if (cursor->store->transaction == NO_TRANSACTION && !e->pending)
        TRY(be_connected(cx, e));
    TRY(be_begun(cx, e));

    Params p = params(cx, args);
    const char *name;
    TRY(take(cx, e, &name, sql, &p));
    PGresult *result = PQexecPrepared(e->conn, name, p.count, p.values, p.lengths, p.formats, 0);
    if (!succeeded(result)) {
        Err err = pg_failed(cx, e, result);
        PQclear(result);
        return err;
    }
    e->changes = strtoll(PQcmdTuples(result), NULL, 10);
    cursor->handle = result;
    cursor->row = -1;
    return OK;
}

static Err step(Cx *cx, Cursor *cursor, bool *more)
{
    (void)cx;
    *more = ++cursor->row < PQntuples(cursor->handle);
    return OK;
}

static void finish(Cursor *cursor)
{
    PQclear(cursor->handle);
    cursor->handle = NULL;
}

static int64_t changes(const Store *store)
{
    return engine_of(store)->changes;
}

/* --- columns: all arrive as text --- */

static int columns(const Cursor *cursor)
{
    return PQnfields(cursor->handle);
}

static const char *name(const Cursor *cursor, int column)
{
    return PQfname(cursor->handle, column);
}

/* NULL for NULL. */
static const char *value(const Cursor *cursor, int column)
{
    if (PQgetisnull(cursor->handle, cursor->row, column))
        return NULL;
    return PQgetvalue(cursor->handle, cursor->row, column);
}

static int64_t integer(const Cursor *cursor, int column)
{
    const char *digits = value(cursor, column);
    if (!digits)
        return UNSET;
    if (PQftype(cursor->handle, column) == TYPE_BOOL)
        return digits[0] == 't';
    return strtoll(digits, NULL, 10);
}

static const char *text(Cx *cx, const Cursor *cursor, int column)
{
    const char *bytes = value(cursor, column);
    return bytes ? arena_text(cx->arena, bytes) : NULL;
}

static int digit(char c)
{
    return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* bytea comes as \x and hexadecimal digits. */
static const void *blob(Cx *cx, const Cursor *cursor, int column, size_t *length)
{
    *length = 0;
    const char *bytes = value(cursor, column);
    if (!bytes)
        return NULL;
    if (PQftype(cursor->handle, column) != TYPE_BYTEA) {
        *length = strlen(bytes);
        return arena_text(cx->arena, bytes);
    }
    assert(bytes[0] == '\\' && bytes[1] == 'x');
    bytes += 2;
    *length = strlen(bytes) / 2;
    char *out = arena_alloc(cx->arena, *length + 1);
    for (size_t i = 0; i < *length; i++)
        out[i] = (char)(digit(bytes[2 * i]) << 4 | digit(bytes[2 * i + 1]));
    return out;
}

static Err backup(Cx *cx, Store *store, const char *path)
{
    (void)store;
    (void)path;
    return fail(cx, INVALID, "store", "PostgreSQL 请用 pg_basebackup 备份",
                "back up PostgreSQL with pg_basebackup");
}

const Driver PG_DRIVER = {
    .pool_open = pool_open,
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
