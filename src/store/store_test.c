#include "store/store_testing.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

static const char SQL[] =
    "-- version 1: a beginning\n"
    "CREATE TABLE item(id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE,\n"
    " amount INTEGER CONSTRAINT amount_range CHECK(amount >= 0), note TEXT, data BLOB);\n"
    "CREATE TABLE part(id INTEGER PRIMARY KEY, name TEXT NOT NULL,\n"
    " item_id INTEGER NOT NULL REFERENCES item(id) DEFERRABLE INITIALLY DEFERRED,\n"
    " UNIQUE(item_id, name));\n"
    "CREATE TABLE label(item_id INTEGER NOT NULL REFERENCES item(id));\n"
    "CREATE UNIQUE INDEX item_note ON item(lower(note));\n"
    "-- append-only: posting\n"
    "CREATE TABLE posting(id INTEGER PRIMARY KEY, amount INTEGER NOT NULL);\n";
static const Schema SCHEMAS[] = { { "item", SQL } };

static const char ADD[] = "INSERT INTO item(code, amount) VALUES($1, $2)";
static const char COUNT_ITEMS[] = "SELECT count(*) FROM item";

static int64_t count_items(Cx *cx)
{
    int64_t n = -1;
    EXPECT_OK(store_int(cx, &n, COUNT_ITEMS, NO_ARGS));
    return n;
}

/* --- values --- */

STORE_CASE("values of every type come back as they went in")
{
    static const char BYTES[] = { 0, 1, (char)0xff, '\\', '\'', 0 };
    EXPECT_OK(store_run(cx, "INSERT INTO item(code, amount, note, data) VALUES($1, $2, $3, $4)",
                        ARGS(T("甲'\"\\$1;--"), I(INT64_MAX), T(""), arg_blob(BYTES, 6))));
    EXPECT_OK(store_run(cx, "INSERT INTO item(code, amount, note, data) VALUES($1, $2, $3, $4)",
                        ARGS(T("乙"), I(UNSET), T(NULL), arg_blob("", 0))));
    Rows rows;
    size_t length;
    EXPECT_OK(
        rows_open(cx, &rows, "SELECT code, amount, note, data FROM item ORDER BY id", NO_ARGS));
    EXPECT_INT(rows_columns(&rows), 4);
    EXPECT_TEXT(rows_name(&rows, 3), "data");
    EXPECT_TEXT(rows_text(cx, &rows, 0), "甲'\"\\$1;--");
    EXPECT(rows_int(&rows, 1) == INT64_MAX);
    EXPECT_TEXT(rows_text(cx, &rows, 2), "");
    EXPECT(memcmp(rows_blob(cx, &rows, 3, &length), BYTES, 6) == 0);
    EXPECT_INT(length, 6);
    EXPECT_OK(rows_next(cx, &rows));
    EXPECT(rows_int(&rows, 1) == UNSET);
    EXPECT(!rows_text(cx, &rows, 2));
    EXPECT(rows_blob(cx, &rows, 3, &length));
    EXPECT_INT(length, 0);
    EXPECT_OK(rows_next(cx, &rows));
    EXPECT(!rows.more);
}

STORE_CASE("sums are 64 bits wide and comparisons are 0 or 1")
{
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(4000000000))));
    EXPECT_OK(store_run(cx, ADD, ARGS(T("b"), I(4000000001))));
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT sum(amount) FROM item", NO_ARGS));
    EXPECT_INT(n, 8000000001);
    EXPECT_OK(store_int(cx, &n, "SELECT $1 * 1000000", ARGS(I(5000000))));
    EXPECT_INT(n, 5000000000000);
    EXPECT_OK(
        store_int(cx, &n, "SELECT amount > 4000000000 FROM item WHERE code = $1", ARGS(T("b"))));
    EXPECT_INT(n, 1);
    EXPECT_OK(store_int(cx, &n, "SELECT sum(amount) FROM item WHERE code = $1", ARGS(T("c"))));
    EXPECT(n == UNSET);
}

STORE_CASE("text is ordered by its bytes and LIKE minds the case")
{
    static const char *const CODES[] = { "b", "B", "张", "丁", "a" };
    for (size_t i = 0; i < COUNT(CODES); i++)
        EXPECT_OK(store_run(cx, ADD, ARGS(T(CODES[i]), I(1))));
    const char *first, *last;
    EXPECT_OK(store_text(cx, &first, "SELECT code FROM item ORDER BY code LIMIT 1", NO_ARGS));
    EXPECT_OK(store_text(cx, &last, "SELECT max(code) FROM item", NO_ARGS));
    EXPECT_TEXT(first, "B");
    EXPECT_TEXT(last, "张");
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM item WHERE code LIKE $1", ARGS(T("B%"))));
    EXPECT_INT(n, 1);
}

STORE_CASE("an id is never given twice")
{
    int64_t first, second;
    static const char RETURNING[] = "INSERT INTO item(code, amount) VALUES($1, 1) RETURNING id";
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_int(cx, &first, RETURNING, ARGS(T("a"))));
    EXPECT_OK(store_run(cx, "DELETE FROM item", NO_ARGS));
    EXPECT_INT(store_changes(cx), 1);
    EXPECT_OK(store_int(cx, &second, RETURNING, ARGS(T("a"))));
    EXPECT_OK(store_commit(cx));
    EXPECT(second > first);
}

STORE_CASE("a row that is not there is not found")
{
    int64_t n;
    const char *text;
    bool there;
    EXPECT_FAIL(store_int(cx, &n, "SELECT id FROM item", NO_ARGS), NOT_FOUND, "");
    EXPECT_FAIL(store_text(cx, &text, "SELECT code FROM item", NO_ARGS), NOT_FOUND, "");
    EXPECT_OK(store_exists(cx, &there, "SELECT 1 FROM item", NO_ARGS));
    EXPECT(!there);
}

/* --- constraints --- */

STORE_CASE("a conflict names its column or its check, alike on both engines")
{
    EXPECT_OK(store_run(cx, "INSERT INTO item(id, code, note) VALUES(7, 'a', 'n')", NO_ARGS));
    EXPECT_OK(store_run(cx, "INSERT INTO part(item_id, name) VALUES(7, 'p')", NO_ARGS));
    EXPECT_FAIL(store_run(cx, "INSERT INTO item(code) VALUES('a')", NO_ARGS), CONFLICT, "code");
    EXPECT_FAIL(store_run(cx, "INSERT INTO item(code) VALUES(NULL)", NO_ARGS), CONFLICT, "code");
    EXPECT_FAIL(store_run(cx, ADD, ARGS(T("b"), I(-1))), CONFLICT, "amount_range");
    EXPECT_FAIL(store_run(cx, "INSERT INTO part(item_id, name) VALUES(7, 'p')", NO_ARGS), CONFLICT,
                "name");
    EXPECT_FAIL(store_run(cx, "INSERT INTO item(code, note) VALUES('c', 'N')", NO_ARGS), CONFLICT,
                "item_note");
    EXPECT_FAIL(store_run(cx, "INSERT INTO label(item_id) VALUES(8)", NO_ARGS), CONFLICT, "");
    EXPECT_FAIL(store_run(cx, "DELETE FROM item", NO_ARGS), CONFLICT, "");
}

STORE_CASE("an append-only table takes no UPDATE and no DELETE")
{
    EXPECT_OK(store_run(cx, "INSERT INTO posting(amount) VALUES(5)", NO_ARGS));
    EXPECT_FAIL(store_run(cx, "UPDATE posting SET amount = 6", NO_ARGS), CONFLICT, "append_only");
    EXPECT_FAIL(store_run(cx, "DELETE FROM posting", NO_ARGS), CONFLICT, "append_only");
}

STORE_CASE("a value of another type is refused")
{
    EXPECT_FAIL(store_run(cx, ADD, ARGS(T("a"), T("many"))), INTERNAL, "");
    EXPECT_INT(count_items(cx), 0);
}

/* --- transactions --- */

STORE_CASE("an error dooms its transaction: nothing more, no commit, nothing left")
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    EXPECT_FAIL(store_run(cx, ADD, ARGS(T("a"), I(1))), CONFLICT, "code");
    EXPECT_FAIL(store_run(cx, ADD, ARGS(T("b"), I(1))), CONFLICT, "");
    EXPECT_FAIL(store_commit(cx), CONFLICT, "");
    EXPECT(!store_in_transaction(cx));
    EXPECT_INT(count_items(cx), 0);
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
}

STORE_CASE("a failing commit leaves no transaction open")
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, "INSERT INTO part(item_id, name) VALUES(99, 'p')", NO_ARGS));
    EXPECT_FAIL(store_commit(cx), CONFLICT, "");
    EXPECT(!store_in_transaction(cx));
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    EXPECT_OK(store_commit(cx));
    EXPECT_INT(count_items(cx), 1);
}

STORE_CASE("a rolled back transaction leaves nothing")
{
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    EXPECT_INT(count_items(cx), 1);
    store_rollback(cx);
    EXPECT_INT(count_items(cx), 0);
}

STORE_CASE("a reading transaction sees one moment and writes nothing")
{
    Cx other = store_testing_another(cx);
    EXPECT_OK(store_begin(cx, false));
    EXPECT_INT(count_items(cx), 0);
    Err written = store_run(&other, ADD, ARGS(T("a"), I(1)));
    EXPECT_INT(count_items(cx), 0);
    EXPECT_FAIL(store_run(cx, ADD, ARGS(T("b"), I(1))), INTERNAL, "");
    store_rollback(cx);
    EXPECT_INT(count_items(cx), 1);
    store_testing_drop(&other);
    EXPECT_INT(written, OK);
}

STORE_CASE("another connection sees a transaction only after its commit")
{
    Cx other = store_testing_another(cx);
    int64_t before = -1, after = -1;
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    Err first = store_int(&other, &before, COUNT_ITEMS, NO_ARGS);
    EXPECT_OK(store_commit(cx));
    Err second = store_int(&other, &after, COUNT_ITEMS, NO_ARGS);
    store_testing_drop(&other);
    EXPECT(first == OK && second == OK);
    EXPECT_INT(before, 0);
    EXPECT_INT(after, 1);
}

STORE_CASE("rows of one text may stand inside each other and be left open")
{
    for (int i = 0; i < 3; i++)
        EXPECT_OK(store_run(cx, ADD, ARGS(T(arena_format(cx->arena, "%d", i)), I(i))));
    static const char ALL[] = "SELECT amount FROM item ORDER BY id";
    int64_t sum = 0;
    Rows outer, inner;
    EXPECT_OK(store_begin(cx, false));
    EXPECT_OK(rows_open(cx, &outer, ALL, NO_ARGS));
    while (outer.more) {
        EXPECT_OK(rows_open(cx, &inner, ALL, NO_ARGS));
        while (inner.more) {
            sum += 10 * rows_int(&outer, 0) + rows_int(&inner, 0);
            EXPECT_OK(rows_next(cx, &inner));
        }
        EXPECT_OK(rows_next(cx, &outer));
    }
    EXPECT_INT(sum, 99);
    EXPECT_OK(rows_open(cx, &outer, ALL, NO_ARGS));
    EXPECT_OK(store_commit(cx));
    EXPECT_OK(store_run(cx, "DELETE FROM item", NO_ARGS));
}

STORE_CASE("a thousand different texts pass through the kept statements")
{
    for (int i = 0; i < 1000; i++) {
        int64_t n;
        EXPECT_OK(store_int(cx, &n, arena_format(cx->arena, "SELECT %d + $1", i), ARGS(I(1))));
        EXPECT_INT(n, i + 1);
    }
}

/* --- many threads --- */

enum { THREADS = 16, ROUNDS = 20, PURSE = 100 };

typedef struct Spender {
    Cx cx;
    bool locks;
    int spent;
    int busy;
    int failed; /* other than BUSY */
} Spender;

/* Check, then insert: right only if nobody else spends in between. */
static Err spend(Cx *cx, bool locks, int *spent)
{
    int64_t sum;
    *spent = 0;
    if (locks)
        TRY(store_lock(cx, "purse"));
    TRY(store_int(cx, &sum, "SELECT coalesce(sum(amount), 0) FROM posting", NO_ARGS));
    if (sum + 1 > PURSE)
        return OK;
    sched_yield();
    TRY(store_run(cx, "INSERT INTO posting(amount) VALUES(1)", NO_ARGS));
    *spent = 1;
    return OK;
}

static Err spend_once(Spender *s)
{
    int spent;
    TRY(store_begin(&s->cx, true));
    Err e = spend(&s->cx, s->locks, &spent);
    if (e != OK) {
        store_rollback(&s->cx);
        return e;
    }
    TRY(store_commit(&s->cx));
    s->spent += spent;
    return OK;
}

static void *spend_often(void *data)
{
    Spender *s = data;
    for (int i = 0; i < ROUNDS; i++) {
        Err e = spend_once(s);
        for (; e == BUSY; e = spend_once(s))
            s->busy++;
        s->failed += e != OK;
    }
    return NULL;
}

static void spend_together(Cx *cx, bool locks)
{
    static Spender spenders[THREADS];
    pthread_t threads[THREADS];
    int spent = 0, failed = 0, busy = 0;
    for (int i = 0; i < THREADS; i++) {
        spenders[i] = (Spender){ store_testing_another(cx), locks, 0, 0, 0 };
        pthread_create(&threads[i], NULL, spend_often, &spenders[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        spent += spenders[i].spent;
        failed += spenders[i].failed;
        busy += spenders[i].busy;
        store_testing_drop(&spenders[i].cx);
    }
    int64_t sum;
    EXPECT_OK(store_int(cx, &sum, "SELECT sum(amount) FROM posting", NO_ARGS));
    EXPECT_INT(failed, 0);
    EXPECT_INT(sum, PURSE);
    EXPECT_INT(spent, PURSE);
    if (locks)
        EXPECT_INT(busy, 0); /* who locks first never runs in vain */
}

STORE_CASE("sixteen threads that check and then insert never overdraw")
{
    spend_together(cx, false);
}

STORE_CASE("sixteen threads that lock first never overdraw, and never run in vain")
{
    spend_together(cx, true);
}

typedef struct StoreWriter {
    Cx cx;
    int number;
    int wrong;
} StoreWriter;

/* Of each thread's transactions every third is rolled back and every fifth breaks a constraint. */
static void *write_mixed(void *data)
{
    StoreWriter *w = data;
    for (int i = 0; i < 30; i++) {
        const char *code = arena_format(w->cx.arena, "%d-%d", w->number, i);
        Err e = store_begin(&w->cx, true);
        if (e == OK)
            e = store_run(&w->cx, ADD, ARGS(T(code), I(1)));
        if (e == OK && i % 5 == 0)
            w->wrong += store_run(&w->cx, ADD, ARGS(T(code), I(1))) != CONFLICT;
        if (e != OK || i % 3 == 0)
            store_rollback(&w->cx);
        else
            w->wrong += (store_commit(&w->cx) == OK) == (i % 5 == 0);
        if (e == BUSY)
            i--;
        else
            w->wrong += e != OK;
    }
    return NULL;
}

CASE("a member of a group that fails or turns back takes nobody with it")
{
    store_testing_open(cx, false, SCHEMAS, COUNT(SCHEMAS));
    static StoreWriter writers[8];
    pthread_t threads[8];
    int wrong = 0;
    for (int i = 0; i < 8; i++) {
        writers[i] = (StoreWriter){ store_testing_another(cx), i, 0 };
        pthread_create(&threads[i], NULL, write_mixed, &writers[i]);
    }
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        wrong += writers[i].wrong;
        store_testing_drop(&writers[i].cx);
    }
    EXPECT_INT(wrong, 0);
    EXPECT_INT(count_items(cx), 8 * 16); /* of 30, neither divisible by 3 nor by 5 */
    store_testing_close(cx);
}

/* Two postings that sum to zero in each transaction. */
static void *write_pairs(void *data)
{
    StoreWriter *w = data;
    static const char POST[] = "INSERT INTO posting(amount) VALUES($1)";
    for (int i = 1; i <= 50; i++) {
        Err e = store_begin(&w->cx, true);
        if (e == OK)
            e = store_run(&w->cx, POST, ARGS(I(i)));
        if (e == OK)
            e = store_run(&w->cx, POST, ARGS(I(-i)));
        if (e == OK)
            e = store_commit(&w->cx);
        w->wrong += e != OK;
    }
    return NULL;
}

/* --- trouble --- */

CASE("a full disk undoes the transaction, and the same connection goes on when there is room")
{
    store_testing_open(cx, false, SCHEMAS, COUNT(SCHEMAS));
    static const char BIG[] = "INSERT INTO item(code, data) VALUES($1, zeroblob(400000))";
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    EXPECT_OK(store_run(cx, "PRAGMA max_page_count = 40", NO_ARGS));
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_run(cx, ADD, ARGS(T("b"), I(1))));
    EXPECT_FAIL(store_run(cx, BIG, ARGS(T("c"))), FULL, "");
    EXPECT_FAIL(store_commit(cx), FULL, "");
    EXPECT_INT(count_items(cx), 1);
    EXPECT_OK(store_run(cx, ADD, ARGS(T("b"), I(1))));
    EXPECT_OK(store_run(cx, "PRAGMA max_page_count = 100000", NO_ARGS));
    EXPECT_OK(store_run(cx, BIG, ARGS(T("c"))));
    EXPECT_INT(count_items(cx), 3);
    store_testing_close(cx);
}

STORE_CASE("a lost connection says so once and is made again")
{
    if (!store_is_pg(cx->store))
        return;
    int64_t pid, n;
    Cx other = store_testing_another(cx);
    static const char KILL[] = "SELECT CASE WHEN pg_terminate_backend($1::int) THEN 1 END";
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_int(cx, &pid, "SELECT pg_backend_pid()", NO_ARGS));
    Err killed = store_int(&other, &n, KILL, ARGS(I(pid)));
    EXPECT_FAIL(store_run(cx, ADD, ARGS(T("a"), I(1))), DOWN, "");
    EXPECT_FAIL(store_commit(cx), DOWN, "");

    /* idle between transactions: unnoticed */
    EXPECT_OK(store_begin(cx, true));
    EXPECT_OK(store_int(cx, &pid, "SELECT pg_backend_pid()", NO_ARGS));
    EXPECT_OK(store_commit(cx));
    killed = killed == OK ? store_int(&other, &n, KILL, ARGS(I(pid))) : killed;
    store_testing_drop(&other);
    EXPECT_INT(killed, OK);
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    EXPECT_INT(count_items(cx), 1);
}

/* A number read from another database file. */
static int64_t read_copy(Cx *cx, const char *path, const char *sql)
{
    StorePool *pool;
    Cx copy = *cx;
    EXPECT_OK(store_pool_open(&copy, &pool, arena_format(cx->arena, "file:%s", path)));
    EXPECT_OK(store_open(&copy, &copy.store, pool));
    int64_t n = -1;
    Err read = store_int(&copy, &n, sql, NO_ARGS);
    store_close(copy.store);
    store_pool_close(pool);
    EXPECT_INT(read, OK);
    return n;
}

STORE_CASE("a backup is one whole file that opens, and replaces nothing")
{
    const char *path = arena_format(cx->arena, "%s/copy.db", test_dir(cx));
    if (store_is_pg(cx->store)) {
        EXPECT_FAIL(store_backup(cx, path), INVALID, "store");
        return;
    }
    EXPECT_OK(store_run(cx, ADD, ARGS(T("a"), I(1))));
    EXPECT_OK(store_backup(cx, path));
    EXPECT_FAIL(store_backup(cx, path), CONFLICT, "path");

    EXPECT_INT(read_copy(cx, path, COUNT_ITEMS), 1);
}

CASE("a backup taken while others write holds whole transactions")
{
    store_testing_open(cx, false, SCHEMAS, COUNT(SCHEMAS));
    static StoreWriter writers[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        writers[i] = (StoreWriter){ store_testing_another(cx), i, 0 };
        pthread_create(&threads[i], NULL, write_pairs, &writers[i]);
    }
    const char *path = arena_format(cx->arena, "%s/copy.db", test_dir(cx));
    Err taken = store_backup(cx, path);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        store_testing_drop(&writers[i].cx);
    }
    EXPECT_INT(taken, OK);
    EXPECT_INT(read_copy(cx, path, "SELECT coalesce(sum(amount), 0) FROM posting"), 0);
    store_testing_close(cx);
}

CASE("an address that cannot be opened is an error, not a crash")
{
    StorePool *pool;
    EXPECT_FAIL(store_pool_open(cx, &pool, "file:/nowhere/at/all.db"), INTERNAL, "");
    EXPECT_FAIL(store_pool_open(cx, &pool, "host=x nonsense=1"), INVALID, "store");
}
