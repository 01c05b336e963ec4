#include "store/store_testing.h"

#include "base/log.h"
#include "base/text.h"
#include "store/driver.h"

#include <sodium.h>
#include <sqlite3.h>
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
    int number;      /* of the PostgreSQL schema */
    uint64_t key;    /* of what the case asked for */
    uint64_t kept;   /* what that schema was migrated to; the next case with the same may have it */
    int64_t print;   /* fingerprint of it then; 0 = not taken yet */
    bool in_use;     /* by a case that has not ended well (yet) */
    bool fresh;      /* nothing was there when the case began */
    char copies[64]; /* folder of the SQLite files that later cases begin with, by key */
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

static Err toy_seal(Cx *cx, const char **out, const Field *field, int64_t id, const char *plain)
{
    (void)field, (void)id;
    *out = arena_format(cx->arena, "sealed:%s", plain);
    return OK;
}

static Err toy_open(Cx *cx, const char **out, const Field *field, int64_t id, const char *sealed)
{
    (void)id;
    if (strncmp(sealed, "sealed:", 7) != 0)
        return fail(cx, INTERNAL, field->key, "“%s”未加密", "“%s” is not sealed", sealed);
    *out = sealed + 7;
    return OK;
}

static const Seal TOY = { toy_seal, toy_open };

/* --- opening --- */

static void folder_new(char *out, size_t size, const char *name)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    snprintf(out, size, "%s/%s-XXXXXX", base, name);
    assert_non_null(mkdtemp(out));
}

static void folder_drop(char *path)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", path);
    if (path[0] && system(command) != 0)
        fprintf(stderr, "%s stays\n", path);
    path[0] = '\0';
}

/* --- SQLite: the tables are made once in a process; later cases begin with a copy --- */

static const char *copy_of(Cx *cx, uint64_t key)
{
    if (!now.copies[0])
        folder_new(now.copies, sizeof now.copies, "tuijin-copies");
    return arena_format(cx->arena, "%s/%llx.db", now.copies, (unsigned long long)key);
}

/* By a connection of its own: the store runs every statement in a transaction, VACUUM wants none.
 */
static void copy_keep(Cx *cx)
{
    sqlite3 *db;
    const char *sql = arena_format(cx->arena, "VACUUM INTO '%s'", copy_of(cx, now.key));
    const char *file = arena_format(cx->arena, "%s/test.db", now.dir);
    EXPECT_INT(sqlite3_open(file, &db), SQLITE_OK);
    EXPECT_INT(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void file_copy(Cx *cx, const char *from, const char *to)
{
    size_t length;
    const char *bytes = test_read(cx, from, &length);
    FILE *f = fopen(to, "wb");
    assert_non_null(f);
    EXPECT(fwrite(bytes, 1, length, f) == length);
    bool closed = fclose(f) == 0;
    EXPECT(closed);
}

static const char *sqlite_where(Cx *cx, uint64_t key)
{
    folder_new(now.dir, sizeof now.dir, "tuijin-store");
    const char *file = arena_format(cx->arena, "%s/test.db", now.dir), *copy = copy_of(cx, key);
    now.fresh = access(copy, R_OK) != 0;
    if (!now.fresh)
        file_copy(cx, copy, file);
    return arena_format(cx->arena, "file:%s", file);
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

/* Which tables there were when all had been made stands on the schema; those that a case's
 * registers added go. */
static const char NAME_TABLES[] =
    "DO $$ BEGIN EXECUTE format('COMMENT ON SCHEMA %I IS %L', current_schema(), (SELECT "
    "string_agg(tablename, ',') FROM pg_tables WHERE schemaname = current_schema())); END $$";
static const char DROP_OTHERS[] =
    "DO $$ DECLARE t record; BEGIN FOR t IN SELECT tablename AS n FROM pg_tables WHERE schemaname "
    "= current_schema() AND NOT tablename = ANY (string_to_array(obj_description("
    "current_schema()::regnamespace, 'pg_namespace'), ',')) LOOP EXECUTE format('DROP TABLE %I "
    "CASCADE', t.n); END LOOP; END $$";

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
    now.fresh = true;
    return arena_format(cx->arena, "%s options='-csearch_path=%s'", getenv("TUIJIN_TEST_PG"),
                        pg_schema(cx));
}

/* A case that changed or dropped tables, or wrote in the calendar, leaves nothing to the next. */
static void pg_keep(Cx *cx, uint64_t key)
{
    EXPECT_OK(store_run(cx, DROP_OTHERS, NO_ARGS));
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
    folder_drop(now.dir);
}

void store_testing_open(Cx *cx, bool pg, const Schema *schemas, size_t count)
{
    uint64_t key = schemas_key(schemas, count);
    uint64_t pg_key = has_rows(schemas, count) ? 0 : key;
    clear();
    log_set_level(LOG_WARN_); /* not a line for every section of every case */
    const char *where = pg ? pg_where(cx, pg_key) : sqlite_where(cx, key);
    EXPECT_OK(store_pool_open(cx, &now.pool, where));
    store_pool_seal(now.pool, &TOY);
    EXPECT_OK(store_open(cx, &now.store, now.pool));
    cx->store = now.store;
    now.key = pg ? pg_key : key;
    if (pg && now.kept)
        EXPECT_OK(store_run(cx, EMPTY, NO_ARGS));
    if (count == 0)
        return;
    if (now.fresh)
        EXPECT_OK(store_migrate(cx, schemas, count));
    store_testing_made(cx);
}

bool store_testing_fresh(void)
{
    return now.fresh;
}

void store_testing_made(Cx *cx)
{
    if (store_is_pg(cx->store) && now.print == 0) {
        EXPECT_OK(store_run(cx, NAME_TABLES, NO_ARGS));
        now.print = fingerprint(cx);
    }
    if (!store_is_pg(cx->store) && now.fresh)
        copy_keep(cx);
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
    folder_drop(now.copies);
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

/* Row by row into `out`; with a hash the text goes on into it and is forgotten. */
static void dump_table(Cx *cx, Buf *out, crypto_generichash_state *hash, const char *table)
{
    Rows rows;
    buf_format(out, "%s\n", table);
    EXPECT_OK(rows_open(
        cx, &rows, arena_format(cx->arena, "SELECT * FROM \"%s\" ORDER BY 1, 2", table), NO_ARGS));
    while (rows.more) {
        for (int i = 0; i < rows_columns(&rows); i++)
            buf_format(out, "%s|", text_or(rows_text(cx, &rows, i), "-"));
        buf_char(out, '\n');
        if (hash) {
            crypto_generichash_update(hash, (const unsigned char *)out->at, out->length);
            out->length = 0;
        }
        EXPECT_OK(rows_next(cx, &rows));
    }
}

typedef struct TableNames {
    const char **names;
    int count;
} TableNames;

static TableNames tables_of(Cx *cx, const char *except)
{
    enum { MOST = 500 };
    const char *sql = store_is_pg(cx->store)
                          ? "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
                            "AND tablename <> $1 ORDER BY tablename"
                          : "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> $1 "
                            "AND name NOT LIKE 'sqlite_%' ORDER BY name";
    TableNames t = { NEW_N(cx, const char *, MOST), 0 };
    Rows rows;
    EXPECT_OK(rows_open(cx, &rows, sql, ARGS(T(except))));
    while (rows.more) {
        EXPECT(t.count < MOST);
        t.names[t.count++] = rows_text(cx, &rows, 0);
        EXPECT_OK(rows_next(cx, &rows));
    }
    return t;
}

const char *store_testing_dump(Cx *cx, const char *except)
{
    Buf out = BUF(cx);
    TableNames t = tables_of(cx, except);
    for (int i = 0; i < t.count; i++)
        dump_table(cx, &out, NULL, t.names[i]);
    return buf_text(&out);
}

/* In an arena of its own, emptied after each table: a sweep asks hundreds of times. */
const char *store_testing_digest(Cx *cx, const char *except)
{
    unsigned char digest[16];
    char hex[2 * sizeof digest + 1];
    crypto_generichash_state hash;
    crypto_generichash_init(&hash, NULL, 0, sizeof digest);
    TableNames t = tables_of(cx, except);
    Cx own = *cx;
    own.arena = arena_new(0);
    for (int i = 0; i < t.count; i++) {
        Buf out = BUF(&own);
        dump_table(&own, &out, &hash, t.names[i]);
        crypto_generichash_update(&hash, (const unsigned char *)out.at, out.length);
        arena_reset(own.arena);
    }
    arena_free(own.arena);
    crypto_generichash_final(&hash, digest, sizeof digest);
    return arena_text(cx->arena, sodium_bin2hex(hex, sizeof hex, digest, sizeof digest));
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
