#include "store/store_testing.h"

#include "base/log.h"
#include "base/text.h"
#include "store/driver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the case of now has open; a failing case jumps out, so the next one clears up after it. */
static struct {
    StorePool *pool;
    Store *store;
    StorePool *server; /* PostgreSQL, outside the case's own schema */
    Store *admin;
    char dir[64];
    int number;    /* of the PostgreSQL schema */
    uint64_t key;  /* of what the case asked for */
    uint64_t kept; /* what that schema was migrated to; the next case with the same may have it */
    int64_t print; /* fingerprint of it then; 0 = not taken yet */
    bool in_use;   /* by a case that has not ended well (yet) */
} now;

bool store_testing_has_pg(void)
{
    return getenv("TUIJIN_TEST_PG") != NULL;
}

StorePool *store_testing_pool(void)
{
    return now.pool;
}

/* --- a toy seal --- */

static Err toy_seal(Cx *cx, const char **out, const Field *field, const char *plain)
{
    (void)field;
    *out = arena_format(cx->arena, "sealed:%s", plain);
    return OK;
}

static Err toy_open(Cx *cx, const char **out, const Field *field, const char *sealed)
{
    if (strncmp(sealed, "sealed:", 7) != 0)
        return fail(cx, INTERNAL, field->key, "“%s”未加密", "“%s” is not sealed", sealed);
    *out = sealed + 7;
    return OK;
}

static const Seal TOY = { toy_seal, toy_open };

/* --- opening --- */

static const char *sqlite_where(Cx *cx)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(now.dir, sizeof now.dir, "%s/tuijin-store-XXXXXX", base);
    assert_non_null(mkdtemp(now.dir));
    return arena_format(cx->arena, "file:%s/test.db", now.dir);
}

static void admin_run(Cx *cx, const char *sql)
{
    struct Store *before = cx->store;
    if (!now.server) {
        EXPECT_OK(store_pool_open(cx, &now.server, getenv("TUIJIN_TEST_PG")));
        EXPECT_OK(store_open(cx, &now.admin, now.server));
    }
    cx->store = now.admin;
    EXPECT_OK(store_run(cx, sql, NO_ARGS));
    cx->store = before;
}

/* --- PostgreSQL: making all tables takes long, emptying them does not --- */

static const char *pg_schema(Cx *cx)
{
    return arena_format(cx->arena, "test_%d_%d", (int)getpid(), now.number);
}

static uint64_t schemas_key(const Schema *schemas, size_t count)
{
    uint64_t key = 1469598103934665603ULL;
    for (size_t i = 0; i < count; i++)
        for (const char *p = schemas[i].sql; *p; p++)
            key = (key ^ (uint64_t)(unsigned char)*p) * 1099511628211ULL;
    return key;
}

/* What a section inserts would be lost by emptying. */
static bool has_rows(const Schema *schemas, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(schemas[i].sql, "INSERT INTO"))
            return true;
    return false;
}

/* Of the columns, and of the calendar, which comes with its schema and is not emptied. */
static int64_t fingerprint(Cx *cx)
{
    int64_t n = 0;
    EXPECT_OK(store_int(
        cx, &n,
        "SELECT count(*) + coalesce(hashtext(table_to_xml(to_regclass('holiday'), false, false, "
        "'')::text), 0) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
        "WHERE c.relnamespace = current_schema()::regnamespace",
        NO_ARGS));
    return n;
}

static const char EMPTY[] =
    "DO $$ DECLARE t record; BEGIN "
    "PERFORM set_config('session_replication_role', 'replica', true); "
    "FOR t IN SELECT tablename AS n FROM pg_tables WHERE schemaname = current_schema() "
    "AND tablename NOT IN ('schema_version', 'holiday') LOOP EXECUTE format('DELETE FROM %I', "
    "t.n); END LOOP; "
    "FOR t IN SELECT sequencename AS n FROM pg_sequences WHERE schemaname = current_schema() "
    "AND sequencename NOT LIKE 'holiday%' LOOP PERFORM setval(quote_ident(t.n)::regclass, 1, "
    "false); END LOOP; END $$";

static void pg_drop(Cx *cx)
{
    if (now.number > 0)
        admin_run(cx, arena_format(cx->arena, "DROP SCHEMA IF EXISTS %s CASCADE", pg_schema(cx)));
    now.kept = 0;
}

/* The address of a schema with nothing in it, or with the empty tables that the last case left. */
static const char *pg_where(Cx *cx, uint64_t key)
{
    if (now.in_use || key == 0 || now.kept != key) {
        pg_drop(cx);
        now.number++;
        now.print = 0;
        admin_run(cx, arena_format(cx->arena, "CREATE SCHEMA %s", pg_schema(cx)));
    }
    now.in_use = true;
    return arena_format(cx->arena, "%s options='-csearch_path=%s'", getenv("TUIJIN_TEST_PG"),
                        pg_schema(cx));
}

/* A case that made or dropped tables, or wrote in the calendar, leaves nothing to the next. */
static void pg_keep(Cx *cx, uint64_t key)
{
    int64_t print = fingerprint(cx);
    bool unchanged = now.print == 0 || now.print == print;
    now.print = print;
    now.kept = key && unchanged ? key : 0;
    now.in_use = false;
}

static void clear(void)
{
    store_close(now.store);
    store_pool_close(now.pool);
    now.store = NULL;
    now.pool = NULL;
    if (now.dir[0]) {
        char command[128];
        snprintf(command, sizeof command, "rm -rf '%s'", now.dir);
        if (system(command) != 0)
            fprintf(stderr, "%s stays\n", now.dir);
    }
    now.dir[0] = '\0';
}

void store_testing_open(Cx *cx, bool pg, const Schema *schemas, size_t count)
{
    uint64_t key = has_rows(schemas, count) ? 0 : schemas_key(schemas, count);
    clear();
    log_set_level(LOG_WARN_); /* not a line for every section of every case */
    EXPECT_OK(store_pool_open(cx, &now.pool, pg ? pg_where(cx, key) : sqlite_where(cx)));
    store_pool_seal(now.pool, &TOY);
    EXPECT_OK(store_open(cx, &now.store, now.pool));
    cx->store = now.store;
    now.key = key;
    if (pg && now.kept)
        EXPECT_OK(store_run(cx, EMPTY, NO_ARGS));
    if (count == 0)
        return;
    EXPECT_OK(store_migrate(cx, schemas, count));
    store_testing_made(cx);
}

void store_testing_made(Cx *cx)
{
    if (store_is_pg(cx->store) && now.print == 0)
        now.print = fingerprint(cx);
}

void store_testing_close(Cx *cx)
{
    if (store_is_pg(cx->store))
        pg_keep(cx, now.key);
    clear();
    cx->store = NULL;
}

__attribute__((destructor)) static void clear_last(void)
{
    clear();
    if (now.number > 0 && now.admin) {
        Cx cx = cx_make(arena_new(0));
        pg_drop(&cx);
        arena_free(cx.arena);
    }
    store_close(now.admin);
    store_pool_close(now.server);
    now.admin = NULL;
    now.server = NULL;
}

void store_testing_fail(int n, Err code)
{
    now.pool->fail_with = code;
    now.pool->fail_in = n;
}

bool store_testing_failed(void)
{
    return now.pool->fail_in == 0;
}

static void dump_table(Cx *cx, Buf *out, const char *table)
{
    Rows rows;
    buf_format(out, "%s\n", table);
    EXPECT_OK(rows_open(
        cx, &rows, arena_format(cx->arena, "SELECT * FROM \"%s\" ORDER BY 1, 2", table), NO_ARGS));
    while (rows.more) {
        for (int i = 0; i < rows_columns(&rows); i++)
            buf_format(out, "%s|", text_or(rows_text(cx, &rows, i), "-"));
        buf_char(out, '\n');
        EXPECT_OK(rows_next(cx, &rows));
    }
}

const char *store_testing_dump(Cx *cx, const char *except)
{
    const char *sql = store_is_pg(cx->store)
                          ? "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
                            "AND tablename <> $1 ORDER BY tablename"
                          : "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> $1 "
                            "AND name NOT LIKE 'sqlite_%' ORDER BY name";
    Buf out = BUF(cx);
    Rows rows;
    EXPECT_OK(rows_open(cx, &rows, sql, ARGS(T(except))));
    while (rows.more) {
        dump_table(cx, &out, rows_text(cx, &rows, 0));
        EXPECT_OK(rows_next(cx, &rows));
    }
    return buf_text(&out);
}

Cx store_testing_another(const Cx *cx)
{
    Cx another = cx_make(arena_new(0));
    another.clock = cx->clock;
    Err e = store_open(&another, &another.store, now.pool);
    assert_int_equal(e, OK);
    return another;
}

void store_testing_drop(Cx *another)
{
    store_close(another->store);
    arena_free(another->arena);
}
