/* What store.c asks of an engine, and what the files of src/store share. Not for other folders.
 *
 * An engine never sees a nested transaction, a statement in a doomed one, or an unknown cursor:
 * store.c keeps those rules once for both. Every failing call has said why by fail().
 */
#ifndef STORE_DRIVER_H
#define STORE_DRIVER_H

#include "base/text.h"
#include "store/store.h"

enum { CACHE_SLOTS = 512, CURSORS_MAX = 32 };

/* A prepared statement that is kept; the slot is chosen by the hash of its text, and a collision
 * replaces what was there. */
typedef struct Prepared {
    uint64_t hash;
    char *sql;
    void *handle; /* SQLite: the statement; PostgreSQL: none, its name is the slot's number */
    bool busy;    /* a cursor stands on it */
} Prepared;

typedef struct Cache {
    Prepared slots[CACHE_SLOTS];
} Cache;

/* The slot for sql and whether it already holds it. salt tells apart texts with other types. */
Prepared *cache_slot(Cache *cache, const char *sql, uint64_t salt, bool *hit);
void cache_keep(Prepared *slot, const char *sql, uint64_t salt, void *handle);
void cache_drop(Prepared *slot);

/* A statement in hand, with its rows. */
typedef struct Cursor {
    Store *store;
    Prepared *prepared; /* NULL where the statement is not a kept one */
    void *handle;       /* SQLite: the statement; PostgreSQL: the whole result */
    int row;            /* PostgreSQL: the row it stands on */
    bool open;
} Cursor;

typedef struct Driver {
    Err (*pool_open)(Cx *cx, StorePool *pool, const char *where);
    void (*pool_close)(StorePool *pool);
    Err (*open)(Cx *cx, Store *store);
    void (*close)(Store *store);

    Err (*begin)(Cx *cx, Store *store, bool write);
    Err (*commit)(Cx *cx, Store *store); /* ends the transaction whatever it answers */
    void (*rollback)(Store *store);
    Err (*lock)(Cx *cx, Store *store, const char *key);

    Err (*start)(Cx *cx, Cursor *cursor, const char *sql, Args args);
    Err (*step)(Cx *cx, Cursor *cursor, bool *more); /* the first step finds the first row */
    void (*finish)(Cursor *cursor);
    int64_t (*changes)(const Store *store);

    int (*columns)(const Cursor *cursor);
    const char *(*name)(const Cursor *cursor, int column);
    int64_t (*integer)(const Cursor *cursor, int column);
    const char *(*text)(Cx *cx, const Cursor *cursor, int column);
    const void *(*blob)(Cx *cx, const Cursor *cursor, int column, size_t *length);

    Err (*backup)(Cx *cx, Store *store, const char *path);
} Driver;

extern const Driver SQLITE_DRIVER;
extern const Driver PG_DRIVER;

struct StorePool {
    const Driver *driver;
    const Seal *seal;
    void *engine; /* the driver's own */
    /* Tests make the n-th call from now fail (store_testing_fail); 0 = none. */
    _Atomic int fail_in;
    Err fail_with;
    void (*watch)(const char *sql, size_t args); /* … and read each statement that begins */
};

typedef enum Transaction { NO_TRANSACTION, READING, WRITING } Transaction;

struct Store {
    StorePool *pool;
    const Driver *driver;
    Transaction transaction;
    Err doomed; /* what failed inside the transaction; OK while it can go on */
    int64_t changes;
    Cursor cursors[CURSORS_MAX];
    void *engine; /* the driver's own */
};

/* As store_pool_open on a path, with PRAGMA synchronous as given: the power-cut tests alone ask for
 * anything but FULL. */
Err sqlite_pool_open(Cx *cx, StorePool **out, const char *path, const char *synchronous);

/* The WHERE of a list as the request filters it, "" where it does not, and all arguments of the
 * select with it (page.c). */
Err page_where(Cx *cx, const char **where, Args *out, const Field *fields, Args args,
               const PageQuery *query);

/* The condition in parentheses; its values are appended to args, which has room for where_values of
 * them. row: how the select calls the row. (where.c) */
size_t where_values(const RowCondition *c);
void where_add(Buf *b, Arg *args, size_t *count, const RowCondition *c, const char *row);

/* Nothing was updated: the row is gone (NOT_FOUND) or newer (STALE). (row.c) */
Err row_stale(Cx *cx, const char *table, int64_t id);

/* "%text%" with its own signs escaped by a backslash, for LIKE (where.c). */
const char *page_pattern(Cx *cx, const char *text);

/* The column by which a field is sorted: its own, or of an ORDERED one "_order_KEY". */
void buf_order(Buf *b, const Field *f);

/* A name in double quotes. Names come from C tables, never from a request: an assert. */
void buf_name(Buf *b, const char *name);

/* The statements of one section of a schema for one engine, ends with NULL (store/dialect.c). */
Err dialect_statements(Cx *cx, const char *const **out, const char *section, bool pg);

#define FULL_ZH "服务器磁盘已满，没有保存；请告诉系统管理员，腾出空间后再试"
#define FULL_EN                                                                                    \
    "the server's disk is full and nothing was saved; tell the system administrator, and try "     \
    "again when there is room"

#endif
