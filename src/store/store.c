/* The rules that both engines share: one transaction at a time, doomed by its first error; cursors
 * that end with their transaction. */
#include "store/driver.h"
#include "store/reach.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- pool and connections --- */

Err store_pool_open(Cx *cx, StorePool **out, const char *where)
{
    assert(where != NULL);

    if (strncmp(where, "file:", 5) == 0)
        return sqlite_pool_open(cx, out, where + 5, "FULL");

    StorePool *pool = memory_needed(calloc(1, sizeof *pool));
    pool->driver = &PG_DRIVER;
    Err e = pool->driver->pool_open(cx, pool, where);
    if (e != OK) {
        free(pool);
        return e;
    }
    *out = pool;
    return OK;
}

void store_pool_close(StorePool *pool)
{
    if (pool == NULL)
        return;
    pool->driver->pool_close(pool);
    free(pool);
}

void store_pool_seal(StorePool *pool, const Seal *seal)
{
    assert(pool != NULL && seal != NULL);
    pool->seal = seal;
}

Err store_open(Cx *cx, Store **out, StorePool *pool)
{
    assert(pool != NULL);

    Store *store = memory_needed(calloc(1, sizeof *store));
    store->pool = pool;
    store->driver = pool->driver;
    Err e = store->driver->open(cx, store);
    if (e != OK) {
        free(store);
        return e;
    }
    *out = store;
    return OK;
}

static void finish_all(Store *store)
{
    for (size_t i = 0; i < CURSORS_MAX; i++)
        if (store->cursors[i].open) {
            store->driver->finish(&store->cursors[i]);
            store->cursors[i].open = false;
        }
}

void store_close(Store *store)
{
    if (store == NULL)
        return;
    finish_all(store);
    if (store->transaction != NO_TRANSACTION)
        store->driver->rollback(store);
    store->driver->close(store);
    free(store);
}

bool store_is_pg(const Store *store)
{
    return store->driver == &PG_DRIVER;
}

/* --- transactions --- */

/* The failure that a test asked for. */
static Err fault(Cx *cx, Store *store)
{
    if (store->pool->fail_in == 0 || store->pool->fail_in-- != 1)
        return OK;
    return fail(cx, store->pool->fail_with, NULL, "测试中的故障", "a fault made by a test");
}

Err store_begin(Cx *cx, bool write)
{
    Store *store = cx->store;
    assert(store != NULL);
    assert(store->transaction == NO_TRANSACTION && "a transaction inside another");

    finish_all(store);
    TRY(fault(cx, store));
    TRY(store->driver->begin(cx, store, write));
    store->transaction = write ? WRITING : READING;
    store->doomed = OK;
    return OK;
}

Err store_commit(Cx *cx)
{
    Store *store = cx->store;
    assert(store != NULL && store->transaction != NO_TRANSACTION);

    Err faulty = fault(cx, store);
    if (faulty != OK) {
        store_rollback(cx);
        return faulty;
    }
    if (store->doomed != OK) {
        Err why = store->doomed;
        store_rollback(cx);
        return fail(cx, why, NULL, "事务中已有错误，全部撤销",
                    "the transaction had failed; undone");
    }
    finish_all(store);
    Err e = store->driver->commit(cx, store);
    store->transaction = NO_TRANSACTION;
    return e;
}

void store_rollback(Cx *cx)
{
    Store *store = cx->store;
    assert(store != NULL && store->transaction != NO_TRANSACTION);

    finish_all(store);
    store->driver->rollback(store);
    store->transaction = NO_TRANSACTION;
    store->doomed = OK;
}

bool store_in_transaction(const Cx *cx)
{
    return cx->store != NULL && cx->store->transaction != NO_TRANSACTION;
}

Err store_lock(Cx *cx, const char *key)
{
    Store *store = cx->store;
    assert(store != NULL && store->transaction == WRITING);
    assert(store->doomed == OK);

    store->doomed = fault(cx, store);
    if (store->doomed == OK)
        store->doomed = store->driver->lock(cx, store, key);
    return store->doomed;
}

/* --- statements --- */

static Cursor *cursor_free(Store *store)
{
    for (size_t i = 0; i < CURSORS_MAX; i++)
        if (!store->cursors[i].open)
            return &store->cursors[i];
    assert(false && "more than 32 open rows");
    return NULL;
}

static void cursor_finish(Cursor *cursor)
{
    cursor->store->driver->finish(cursor);
    cursor->open = false;
}

/* Any error of the engine dooms the transaction, so that both engines behave alike. */
static Err cursor_failed(Cursor *cursor, Err e)
{
    Store *store = cursor->store;
    cursor_finish(cursor);
    if (store->transaction != NO_TRANSACTION)
        store->doomed = e;
    return e;
}

static Err cursor_start(Cx *cx, Cursor **out, const char *sql, Args args)
{
    Store *store = cx->store;
    assert(store != NULL && "this work needs a store");

    if (store->transaction != NO_TRANSACTION && store->doomed != OK)
        return fail(cx, store->doomed, NULL, "事务中已有错误，不能继续",
                    "the transaction has failed and cannot go on");
    Cursor *cursor = cursor_free(store);
    *cursor = (Cursor){ .store = store, .open = true };
    sql = reach_sql(cx, sql, &args);
    if (store->pool->watch != NULL)
        store->pool->watch(sql, args.count);
    Err e = store->driver->start(cx, cursor, sql, args);
    if (e == OK)
        e = fault(cx, store);
    if (e != OK)
        return cursor_failed(cursor, e);
    *out = cursor;
    return OK;
}

static Err run_inside(Cx *cx, const char *sql, Args args)
{
    Cursor *cursor;
    TRY(cursor_start(cx, &cursor, sql, args));
    bool more = true;
    while (more) {
        Err e = cx->store->driver->step(cx, cursor, &more);
        if (e != OK)
            return cursor_failed(cursor, e);
    }
    cx->store->changes = cx->store->driver->changes(cx->store);
    cursor_finish(cursor);
    return OK;
}

Err store_run(Cx *cx, const char *sql, Args args)
{
    if (store_in_transaction(cx))
        return run_inside(cx, sql, args);

    TRY(store_begin(cx, true));
    Err e = run_inside(cx, sql, args);
    if (e != OK) {
        store_rollback(cx);
        return e;
    }
    return store_commit(cx);
}

int64_t store_changes(const Cx *cx)
{
    return cx->store->changes;
}

static Err not_found(Cx *cx)
{
    return fail(cx, NOT_FOUND, NULL, "没有找到", "not found");
}

Err store_int(Cx *cx, int64_t *out, const char *sql, Args args)
{
    Rows rows;
    TRY(rows_open(cx, &rows, sql, args));
    if (!rows.more)
        return not_found(cx);
    *out = rows_int(&rows, 0);
    rows_close(cx, &rows);
    return OK;
}

Err store_text(Cx *cx, const char **out, const char *sql, Args args)
{
    Rows rows;
    TRY(rows_open(cx, &rows, sql, args));
    if (!rows.more)
        return not_found(cx);
    *out = rows_text(cx, &rows, 0);
    rows_close(cx, &rows);
    return OK;
}

Err store_exists(Cx *cx, bool *out, const char *sql, Args args)
{
    Rows rows;
    TRY(rows_open(cx, &rows, sql, args));
    *out = rows.more;
    rows_close(cx, &rows);
    return OK;
}

/* --- rows --- */

Err rows_open(Cx *cx, Rows *rows, const char *sql, Args args)
{
    Cursor *cursor;
    TRY(cursor_start(cx, &cursor, sql, args));
    *rows = (Rows){ cursor, true };
    return rows_next(cx, rows);
}

Err rows_next(Cx *cx, Rows *rows)
{
    assert(rows->more && "the rows have ended");

    Cursor *cursor = rows->statement;
    assert(cursor->open && cursor->store == cx->store);
    if (arena_full(cx->arena)) {
        rows_close(cx, rows);
        return fail(cx, TOO_LARGE, NULL, "结果太大，请缩小范围",
                    "the result is too large; narrow it");
    }
    Err e = cursor->store->driver->step(cx, cursor, &rows->more);
    if (e != OK) {
        *rows = (Rows){ NULL, false };
        return cursor_failed(cursor, e);
    }
    if (!rows->more)
        rows_close(cx, rows);
    return OK;
}

void rows_close(Cx *cx, Rows *rows)
{
    (void)cx;
    if (rows->statement != NULL)
        cursor_finish(rows->statement);
    *rows = (Rows){ NULL, false };
}

static const Cursor *standing(const Rows *rows, int column)
{
    const Cursor *cursor = rows->statement;
    assert(rows->more && cursor->open);
    assert(column >= 0 && column < cursor->store->driver->columns(cursor));
    return cursor;
}

int64_t rows_int(const Rows *rows, int column)
{
    const Cursor *cursor = standing(rows, column);
    return cursor->store->driver->integer(cursor, column);
}

const char *rows_text(Cx *cx, const Rows *rows, int column)
{
    const Cursor *cursor = standing(rows, column);
    return cursor->store->driver->text(cx, cursor, column);
}

const void *rows_blob(Cx *cx, const Rows *rows, int column, size_t *length)
{
    const Cursor *cursor = standing(rows, column);
    return cursor->store->driver->blob(cx, cursor, column, length);
}

const char *rows_name(const Rows *rows, int column)
{
    const Cursor *cursor = standing(rows, column);
    return cursor->store->driver->name(cursor, column);
}

int rows_columns(const Rows *rows)
{
    const Cursor *cursor = rows->statement;
    assert(rows->more);
    return cursor->store->driver->columns(cursor);
}

Err store_backup(Cx *cx, const char *path)
{
    assert(cx->store != NULL && cx->store->transaction == NO_TRANSACTION);
    return cx->store->driver->backup(cx, cx->store, path);
}
