#include "store/driver.h"
#include "store/store_testing.h"

#include <pthread.h>

static const char FIRST[] = "-- version 1: roads\n"
                            "CREATE TABLE road(id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n";
static const char SECOND[] = "-- A road has a length. This line belongs to no section.\n"
                             "-- version 1: roads\n"
                             "CREATE TABLE road(id INTEGER PRIMARY KEY, name TEXT NOT NULL);\n"
                             "\n"
                             "-- version 2: lengths\n"
                             "ALTER TABLE road ADD COLUMN metres INTEGER NOT NULL DEFAULT 0;\n"
                             "UPDATE road SET metres = 5 WHERE name = 'a;--';\n";
static const char CHANGED[] = "-- version 1: roads\n"
                              "CREATE TABLE road(id INTEGER PRIMARY KEY, name TEXT);\n";
static const char BROKEN[] = "-- version 1: bridges\n"
                             "CREATE TABLE bridge(id INTEGER PRIMARY KEY);\n"
                             "CREATE TABLE bridge(id INTEGER PRIMARY KEY);\n";
static const Schema SCHEMAS[] = { { "road", FIRST } };

static Err migrate(Cx *cx, const char *sql)
{
    return store_migrate(cx, &(Schema){ "road", sql }, 1);
}

STORE_CASE("sections run once, later ones over the rows of earlier ones")
{
    EXPECT_OK(migrate(cx, FIRST));
    EXPECT_OK(store_run(cx, "INSERT INTO road(name) VALUES('a;--'), ('b')", NO_ARGS));
    EXPECT_OK(migrate(cx, SECOND));
    EXPECT_OK(migrate(cx, SECOND));
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT sum(metres) FROM road", NO_ARGS));
    EXPECT_INT(n, 5);
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM schema_version", NO_ARGS));
    EXPECT_INT(n, 2);
    const char *name;
    EXPECT_OK(store_text(cx, &name, "SELECT name FROM schema_version WHERE version = 2", NO_ARGS));
    EXPECT_TEXT(name, "lengths");
}

STORE_CASE("a database newer than the program is refused")
{
    EXPECT_OK(migrate(cx, SECOND));
    EXPECT_FAIL(migrate(cx, FIRST), CONFLICT, "road");
    EXPECT_TEXT(cx->failure.en,
                "the database is newer than the program: road is at version 2, ours is 1");
    EXPECT_FAIL(store_migrate(cx, &(Schema){ "path", FIRST }, 1), CONFLICT, "road");
}

STORE_CASE("a section that was changed after it ran is refused")
{
    EXPECT_FAIL(migrate(cx, CHANGED), CONFLICT, "road");
}

STORE_CASE("a section that fails leaves nothing behind")
{
    const Schema both[] = { { "road", FIRST }, { "bridge", BROKEN } };
    EXPECT_FAIL(store_migrate(cx, both, 2), INTERNAL, "");
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM schema_version", NO_ARGS));
    EXPECT_INT(n, 1);
    EXPECT_OK(store_run(cx, "CREATE TABLE bridge(id INTEGER)", NO_ARGS));
}

typedef struct Starter {
    Cx cx;
    Err result;
} Starter;

static void *start(void *data)
{
    Starter *s = data;
    do
        s->result = migrate(&s->cx, SECOND);
    while (s->result == BUSY);
    return NULL;
}

STORE_CASE("servers that start together bring the schema up to date once")
{
    static Starter starters[4];
    pthread_t threads[4];
    for (int i = 0; i < 4; i++) {
        starters[i] = (Starter){ store_testing_another(cx), OK };
        pthread_create(&threads[i], NULL, start, &starters[i]);
    }
    int failed = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        failed += starters[i].result != OK;
        store_testing_drop(&starters[i].cx);
    }
    EXPECT_INT(failed, 0);
    int64_t n;
    EXPECT_OK(store_int(cx, &n, "SELECT count(*) FROM schema_version", NO_ARGS));
    EXPECT_INT(n, 2);
}

static const char EVERYTHING[] =
    "-- version 1: everything\n"
    "-- append-only: log\n"
    "CREATE TABLE log(id INTEGER PRIMARY KEY, body BLOB NOT NULL, note TEXT DEFAULT 'x');\n"
    "CREATE TABLE pair(a INTEGER NOT NULL, b INTEGER, c TEXT NOT NULL, PRIMARY KEY(a, c));\n"
    "ALTER TABLE pair ADD COLUMN d INTEGER;\n";

/* Tables, columns, types and NOT NULL as one text, in this file's words. */
static const char *catalog(Cx *cx)
{
    static const char SQLITE[] =
        "SELECT m.name, c.name, c.type, c.\"notnull\" OR c.pk > 0 FROM sqlite_schema AS m "
        "JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table' AND m.name IN ('log', 'pair') "
        "ORDER BY m.name, c.cid";
    static const char PG[] =
        "SELECT table_name, column_name, CASE data_type WHEN 'bigint' THEN 'INTEGER' "
        "WHEN 'text' THEN 'TEXT' WHEN 'bytea' THEN 'BLOB' END, is_nullable = 'NO' "
        "FROM information_schema.columns WHERE table_schema = current_schema() "
        "AND table_name IN ('log', 'pair') ORDER BY table_name, ordinal_position";
    Rows rows;
    Buf all = BUF(cx);
    EXPECT_OK(rows_open(cx, &rows, store_is_pg(cx->store) ? PG : SQLITE, NO_ARGS));
    while (rows.more) {
        buf_format(&all, "%s.%s %s%s\n", rows_text(cx, &rows, 0), rows_text(cx, &rows, 1),
                   text_or(rows_text(cx, &rows, 2), "?"), rows_int(&rows, 3) ? "!" : "");
        EXPECT_OK(rows_next(cx, &rows));
    }
    return buf_text(&all);
}

STORE_CASE("one schema text makes the same tables on every engine")
{
    const Schema both[] = { { "road", FIRST }, { "everything", EVERYTHING } };
    EXPECT_OK(store_migrate(cx, both, 2));
    EXPECT_TEXT(catalog(cx), "log.id INTEGER!\nlog.body BLOB!\nlog.note TEXT\n"
                             "pair.a INTEGER!\npair.b INTEGER\npair.c TEXT!\npair.d INTEGER\n");
}

/* --- dialect --- */

static const char *translated(Cx *cx, const char *section, bool pg)
{
    const char *const *statements;
    EXPECT_OK(dialect_statements(cx, &statements, section, pg));
    Buf all = BUF(cx);
    for (; *statements; statements++)
        buf_format(&all, "%s%s", all.length ? "\n" : "", *statements);
    return buf_text(&all);
}

CASE("types are translated in tables alone, outside quotes and casts")
{
    static const char TABLE[] = "CREATE TABLE a(id INTEGER PRIMARY KEY, -- a 'remark'; INTEGER\n"
                                "t TEXT DEFAULT 'INTEGER; it''s', b BLOB, n integer,\n"
                                "c TEXT GENERATED ALWAYS AS (CAST(n AS TEXT)) STORED);";
    EXPECT_TEXT(translated(cx, TABLE, false),
                "CREATE TABLE a(id INTEGER PRIMARY KEY AUTOINCREMENT, \n"
                "t TEXT DEFAULT 'INTEGER; it''s', b BLOB, n integer,\n"
                "c TEXT GENERATED ALWAYS AS (CAST(n AS TEXT)) STORED) STRICT");
    EXPECT_TEXT(translated(cx, TABLE, true),
                "CREATE TABLE a(id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, \n"
                "t TEXT COLLATE \"C\" DEFAULT 'INTEGER; it''s', b BYTEA, n BIGINT,\n"
                "c TEXT COLLATE \"C\" GENERATED ALWAYS AS (CAST(n AS TEXT)) STORED)");
    EXPECT_TEXT(translated(cx, "UPDATE a SET t = TEXT; ; /* INTEGER; */", true),
                "UPDATE a SET t = TEXT");
    EXPECT_TEXT(translated(cx, "CREATE TABLE b(a_id INTEGER PRIMARY KEY);", true),
                "CREATE TABLE b(a_id BIGINT PRIMARY KEY)");
}

CASE("a statement may be for one engine alone, with a trigger's body in one piece")
{
    static const char BOTH[] =
        "-- sqlite:\n"
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
        "  UPDATE b SET n = CASE WHEN n > 1 THEN 2 ELSE 3 END; DELETE FROM c;\n"
        "END;\n"
        "-- pg:\n"
        "CREATE FUNCTION f() AS $$ BEGIN x; END; $$;\n"
        "SELECT 1;";
    EXPECT_TEXT(translated(cx, BOTH, false),
                "CREATE TRIGGER t AFTER INSERT ON a BEGIN\n"
                "  UPDATE b SET n = CASE WHEN n > 1 THEN 2 ELSE 3 END; DELETE FROM c;\n"
                "END\nSELECT 1");
    EXPECT_TEXT(translated(cx, BOTH, true), "CREATE FUNCTION f() AS $$ BEGIN x; END; $$\nSELECT 1");
}

CASE("an append-only table may be declared before it is made")
{
    static const char TABLE[] = "-- append-only: a\nCREATE TABLE a(n INTEGER);";
    EXPECT_TEXT(translated(cx, TABLE, false), "CREATE TABLE a(n INTEGER) STRICT\n"
                                              "CREATE TRIGGER a_no_update BEFORE UPDATE ON a BEGIN "
                                              "SELECT RAISE(ABORT, 'append_only'); END\n"
                                              "CREATE TRIGGER a_no_delete BEFORE DELETE ON a BEGIN "
                                              "SELECT RAISE(ABORT, 'append_only'); END");
}
