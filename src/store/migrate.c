/* Schemas are brought up to date section by section, forward only, and what was run is recorded
 * with its digest: a section that has landed is never changed, a new one is added. */
#include "store/driver.h"

#include "base/digest.h"
#include "base/log.h"
#include "base/text.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

typedef struct Section {
    int64_t version;
    const char *name;
    const char *sql;
    const char *hash;
} Section;

/* "-- version 2: roads" at p: the number, and where the name begins. */
static bool is_heading(const char *p, int64_t *version, const char **name)
{
    static const char MARK[] = "-- version ";
    if (strncmp(p, MARK, sizeof MARK - 1) != 0)
        return false;
    char *end;
    *version = strtoll(p + sizeof MARK - 1, &end, 10);
    if (*end != ':')
        return false;
    *name = end + 1 + strspn(end + 1, " ");
    return true;
}

static const char *next_line(const char *p)
{
    p += strcspn(p, "\n");
    return *p ? p + 1 : p;
}

/* The text up to the next heading, without blanks around it. */
static const char *body(Cx *cx, const char **p)
{
    int64_t version;
    const char *name, *from = *p;
    while (**p && !is_heading(*p, &version, &name))
        *p = next_line(*p);
    const char *to = *p;
    while (from < to && isspace((unsigned char)*from))
        from++;
    while (to > from && isspace((unsigned char)to[-1]))
        to--;
    return arena_text_n(cx->arena, from, (size_t)(to - from));
}

/* Reads the section at *p and moves *p to the next; false at the end. */
static bool next_section(Cx *cx, Section *s, const char **p)
{
    const char *name;
    while (**p && !is_heading(*p, &s->version, &name))
        *p = next_line(*p);
    if (!**p)
        return false;
    s->name = arena_text_n(cx->arena, name, strcspn(name, "\r\n"));
    *p = next_line(*p);
    s->sql = body(cx, p);
    s->hash = digest(cx, SM3, s->sql, strlen(s->sql));
    return true;
}

/* --- running --- */

static Err run_all(Cx *cx, const char *section)
{
    const char *const *statements;
    TRY(dialect_statements(cx, &statements, section, store_is_pg(cx->store)));
    for (; *statements; statements++)
        TRY(store_run(cx, *statements, NO_ARGS));
    return OK;
}

static Err check_hash(Cx *cx, const char *module, const Section *s, const char *recorded)
{
    if (strcmp(recorded, s->hash) == 0)
        return OK;
    return fail(cx, CONFLICT, module, "%s 第 %lld 版的建表语句与数据库中的不同，拒绝启动",
                "the schema of %s, version %lld, differs from what the database was built with",
                module, (long long)s->version);
}

static Err recorded_hash(Cx *cx, const char **out, const char *module, int64_t version)
{
    *out = NULL;
    Rows rows;
    TRY(rows_open(cx, &rows, "SELECT hash FROM schema_version WHERE module = $1 AND version = $2",
                  ARGS(T(module), I(version))));
    if (rows.more)
        *out = rows_text(cx, &rows, 0);
    rows_close(cx, &rows);
    return OK;
}

/* Inside its transaction; another server may have been quicker. */
static Err run_section(Cx *cx, const char *module, const Section *s)
{
    const char *recorded;
    TRY(store_lock(cx, "schema"));
    TRY(recorded_hash(cx, &recorded, module, s->version));
    if (recorded)
        return check_hash(cx, module, s, recorded);
    TRY(run_all(cx, s->sql));
    return store_run(cx,
                     "INSERT INTO schema_version(module, version, name, hash, run_at) "
                     "VALUES($1, $2, $3, $4, $5)",
                     ARGS(T(module), I(s->version), T(s->name), T(s->hash), I(cx_now(cx))));
}

static Err alone(Cx *cx, const char *module, const Section *s,
                 Err (*work)(Cx *cx, const char *module, const Section *s))
{
    TRY(store_begin(cx, true));
    Err e = work(cx, module, s);
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

static Err migrate_module(Cx *cx, const Schema *schema)
{
    Section s;
    int64_t last = 0;
    for (const char *p = schema->sql; next_section(cx, &s, &p); last = s.version) {
        assert(s.version == last + 1 && "sections are numbered 1, 2, 3 …");
        const char *recorded;
        TRY(recorded_hash(cx, &recorded, schema->module, s.version));
        if (recorded) {
            TRY(check_hash(cx, schema->module, &s, recorded));
            continue;
        }
        TRY(alone(cx, schema->module, &s, run_section));
        log_info("store", "schema %s version %lld: %s", schema->module, (long long)s.version,
                 s.name);
    }
    assert(last > 0 && "a schema begins with \"-- version 1: name\"");
    return OK;
}

/* --- refusing what is newer --- */

static int64_t last_version(Cx *cx, const Schema *schemas, size_t count, const char *module)
{
    Section s = { 0 };
    for (size_t i = 0; i < count; i++)
        if (strcmp(schemas[i].module, module) == 0)
            for (const char *p = schemas[i].sql; next_section(cx, &s, &p);)
                continue;
    return s.version;
}

static Err refuse_newer(Cx *cx, const Schema *schemas, size_t count)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT module, max(version) FROM schema_version GROUP BY module ORDER BY module",
                  NO_ARGS));
    while (rows.more) {
        const char *module = rows_text(cx, &rows, 0);
        int64_t version = rows_int(&rows, 1), ours = last_version(cx, schemas, count, module);
        if (version > ours) {
            rows_close(cx, &rows);
            return fail(
                cx, CONFLICT, module, "数据库比程序新：%s 已是第 %lld 版，本程序只到第 %lld 版",
                "the database is newer than the program: %s is at version %lld, ours is %lld",
                module, (long long)version, (long long)ours);
        }
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

static Err make_table(Cx *cx, const char *module, const Section *s)
{
    (void)module;
    TRY(store_lock(cx, "schema"));
    return run_all(cx, s->sql);
}

static const Section OWN_TABLE = {
    .sql = "CREATE TABLE IF NOT EXISTS schema_version(module TEXT NOT NULL, "
           "version INTEGER NOT NULL, name TEXT NOT NULL, hash TEXT NOT NULL, "
           "run_at INTEGER NOT NULL, PRIMARY KEY(module, version))",
};

Err store_migrate(Cx *cx, const Schema *schemas, size_t count)
{
    assert(!store_in_transaction(cx));
    TRY(alone(cx, NULL, &OWN_TABLE, make_table));
    TRY(refuse_newer(cx, schemas, count));
    for (size_t i = 0; i < count; i++)
        TRY(migrate_module(cx, &schemas[i]));
    return OK;
}

Err store_has_schema(Cx *cx, bool *out, const char *module)
{
    TRY(store_is_pg(cx->store)
            ? store_exists(cx, out,
                           "SELECT 1 FROM pg_class WHERE oid = to_regclass('schema_version')",
                           NO_ARGS)
            : store_exists(cx, out, "SELECT 1 FROM sqlite_master WHERE name = 'schema_version'",
                           NO_ARGS));
    if (!*out)
        return OK;
    return store_exists(cx, out, "SELECT 1 FROM schema_version WHERE module = $1", ARGS(T(module)));
}
