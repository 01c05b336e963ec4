/* The one door to the database. One SQL text serves SQLite and PostgreSQL; values travel only as
 * $1… arguments; drivers are known to store_sqlite.c and store_pg.c alone.
 *
 * A Store is one connection (cx->store) and belongs to one thread. A write transaction is alone:
 * it begins at once on SQLite and is SERIALIZABLE on PostgreSQL, and any database error inside it
 * dooms the whole: later statements and the commit fail, only store_rollback is left. On SQLite the
 * write transactions of many threads share commits at full sync (docs/decisions/
 * 001-sqlite-group-commit.md): store_commit returns when the disk has it, so keep them short.
 * Failures: BUSY (run the whole again), CONFLICT (a constraint), DOWN (outcome unknown), FULL,
 * INTERNAL. The field of a CONFLICT is the last column of a unique or NOT NULL constraint, the name
 * of a named CHECK, "append_only" of such a table, "" of a foreign key; the same on both engines.
 * Rules of dialect: docs/decisions/002-one-sql.md.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/condition.h"

typedef struct Store Store;         /* a connection */
typedef struct StorePool StorePool; /* what connections share: path, group commit, checkpoints */

/* where: "file:PATH" (SQLite) or anything else for libpq: "postgresql://…", "host=… dbname=…".
 * The pool outlives its connections; cx is only used while opening. */
Err store_pool_open(Cx *cx, StorePool **out, const char *where);
void store_pool_close(StorePool *pool);
Err store_open(Cx *cx, Store **out, StorePool *pool); /* then set cx->store */
void store_close(Store *store);
bool store_is_pg(const Store *store);

typedef enum ArgType { ARG_NULL, ARG_INT, ARG_TEXT, ARG_BLOB } ArgType;
typedef struct Arg {
    ArgType type;
    int64_t integer;
    const void *bytes;
    size_t length;
    const struct Reach *also; /* store/reach.h */
} Arg;
typedef struct Args {
    const Arg *at;
    size_t count;
} Args;

Arg arg_int(int64_t i);         /* UNSET becomes NULL */
Arg arg_text(const char *text); /* NULL becomes NULL */
Arg arg_blob(const void *bytes, size_t length);
#define I(i)      arg_int(i)
#define T(text)   arg_text(text)
#define ARGS(...) ((Args){ (const Arg[]){ __VA_ARGS__ }, COUNT(((const Arg[]){ __VA_ARGS__ })) })
#define NO_ARGS   ((Args){ NULL, 0 })

/* No transaction inside another: an assert. After a failed begin or commit there is none. */
Err store_begin(Cx *cx, bool write);
Err store_commit(Cx *cx);
void store_rollback(Cx *cx);
bool store_in_transaction(const Cx *cx);
/* Waits for the named lock and holds it until the write transaction ends. Take it first: after
 * other statements PostgreSQL answers a wait with BUSY where the state has moved meanwhile. */
Err store_lock(Cx *cx, const char *key);

/* sql must be a literal: tools/check-sql fails the build elsewhere. Outside a transaction
 * store_run is a write transaction of its own and the reading calls see the last commit. */
Err store_run(Cx *cx, const char *sql, Args args);
int64_t store_changes(const Cx *cx); /* rows touched by the last store_run */
/* First column of the first row. NOT_FOUND where there is no row. */
Err store_int(Cx *cx, int64_t *out, const char *sql, Args args);
Err store_text(Cx *cx, const char **out, const char *sql, Args args);
Err store_exists(Cx *cx, bool *out, const char *sql, Args args);

/* TRY(rows_open(cx, &rows, …)); while (rows.more) { … TRY(rows_next(cx, &rows)); }
 * A loop that ran to its end has closed its rows. A failing body may just return: what is left open
 * is closed with the transaction (at most 32 at once). */
typedef struct Rows {
    void *statement;
    bool more;
} Rows;
Err rows_open(Cx *cx, Rows *rows, const char *sql, Args args);
Err rows_next(Cx *cx, Rows *rows);
void rows_close(Cx *cx, Rows *rows);
int64_t rows_int(const Rows *rows, int column);              /* UNSET for NULL */
const char *rows_text(Cx *cx, const Rows *rows, int column); /* a copy; NULL for NULL */
const void *rows_blob(Cx *cx, const Rows *rows, int column, size_t *length);
const char *rows_name(const Rows *rows, int column);
int rows_columns(const Rows *rows);

/* Rows by field table (store/row.c). The select must name its columns as the fields' keys; columns
 * that no field knows are an assert; fields that it does not select are unknown. */
Err store_row(Cx *cx, void *row, const Field *fields, const char *sql, Args args); /* NOT_FOUND */
typedef struct List {
    void *rows; /* array of the row struct, in the arena */
    size_t count;
    int64_t total;      /* of all pages */
    bool more;          /* there are more than total says: counting ended there */
    const char *after;  /* where the next page begins (PageQuery.after); NULL = there is none */
    const char *before; /* where the page before ends; NULL = this is the first */
} List;
Err store_list(Cx *cx, List *out, const Field *fields, size_t row_size, const char *sql, Args args);
/* INSERT of all fields that are neither VIRTUAL nor "id"; sets *id. "version" begins with 1. */
Err store_insert(Cx *cx, int64_t *id, const char *table, const Field *fields, const void *row);
/* UPDATE … WHERE id = $ AND version = $; the row's version goes up by one. STALE where it moved,
 * NOT_FOUND where it is gone. */
Err store_update(Cx *cx, const char *table, const Field *fields, const void *row, int64_t id,
                 int64_t version);

/* FIELD_SEALED texts pass through this on their way in and out, each bound to its row (a select of
 * them has "id"); core sets it once, before use. One that does not open is FIELD_DAMAGED in the
 * row, and stays in its column as it is; a SECRET one fails store_row, as something hangs on it. */
typedef struct Seal {
    Err (*seal)(Cx *cx, const char **out, const Field *field, int64_t id, const char *plain);
    Err (*open)(Cx *cx, const char **out, const Field *field, int64_t id, const char *sealed);
} Seal;
void store_pool_seal(StorePool *pool, const Seal *seal);

/* One page of a list, filtered and sorted as the request asked, composed from the field table and
 * never from request text. select is a whole SELECT with its territory and $1… inside, and stays
 * intact. Texts match a part without regard to ASCII case; numbers, money (in its unit) and dates a
 * value or a range "from..to", either end open. An unknown key or a wrong value is INVALID. */
typedef struct PageQuery {
    const char *sort; /* a field with SORT; NULL = id */
    bool descending;
    int64_t page;                  /* from 1; 0 = 1 */
    int64_t size;                  /* at most 200; 0 = 20 */
    const char *after;             /* List.after of the page before: in the place of page */
    const char *before;            /* List.before of the page behind */
    const char *const *filters;    /* key, value, key, value, …, NULL */
    const RowCondition *condition; /* only rows of which it is true; NULL = all */
    const struct Reach *within;    /* only rows of a division in them; NULL = all */
    const char *within_of;         /* the field that names the division; NULL = "territory" */
} PageQuery;
Err store_page(Cx *cx, List *out, const Field *fields, size_t row_size, const char *select,
               Args args, const PageQuery *query);

/* Schema. A module's noun.sql holds sections headed "-- version N: name"; versions count per
 * module. Each section runs once, in one transaction under a lock, recorded with its SM3; refuses
 * (CONFLICT) a database that is newer or whose section differs. Written for SQLite and translated
 * for each engine in store/dialect.c: INTEGER, TEXT, BLOB, "id INTEGER PRIMARY KEY" (ids are never
 * given twice), no STRICT. "-- append-only: table" makes UPDATE and DELETE fail; "-- sqlite:" or
 * "-- pg:" before a statement limits it to one engine. */
typedef struct Schema {
    const char *module;
    const char *sql;
} Schema;
Err store_migrate(Cx *cx, const Schema *schemas, size_t count);
/* Whether the module's schema was ever run here; changes nothing. */
Err store_has_schema(Cx *cx, bool *out, const char *module);

/* A consistent copy of an SQLite database into a new single file (CONFLICT where path or a journal
 * beside it exists); INVALID on PostgreSQL (pg_basebackup). */
Err store_backup(Cx *cx, const char *path);

#endif
