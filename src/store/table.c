#include "store/table.h"

#include "store/dated.h"
#include "store/driver.h"

#include <assert.h>
#include <string.h>

/* --- ranges --- */

/* Codes are digits, so the first code behind all that begin with the prefix is the prefix with its
 * last digit raised by one: ':' stands behind '9' in both engines' order of bytes. */
Range range_of(Cx *cx, const char *prefix)
{
    size_t n = strlen(prefix);
    assert(strspn(prefix, "0123456789") == n);
    if (n == 0)
        return (Range){ "", ":" };
    char *to = arena_text(cx->arena, prefix);
    to[n - 1]++;
    return (Range){ prefix, to };
}

bool range_has(Range r, const char *code)
{
    return strcmp(code, r.from) >= 0 && strcmp(code, r.to) < 0;
}

/* --- shape --- */

static bool is_kept(const Field *f)
{
    return !(f->flags & FIELD_VIRTUAL);
}

static const char *column_type(const Field *f)
{
    return field_is_text(f) ? "TEXT" : "INTEGER";
}

/* A row without these could be neither found nor changed. */
static bool is_needed(const Field *f)
{
    return strcmp(f->key, "version") == 0 || strcmp(f->key, "territory") == 0;
}

static bool is_key(const Field *f)
{
    return is_kept(f) && f->flags & FIELD_KEY && strcmp(f->key, "id") != 0;
}

static const TableLink *link_of(const TableLink *links, const char *noun)
{
    while (links->noun && strcmp(links->noun, noun) != 0)
        links++;
    return links->noun ? links : NULL;
}

/* What the row that a field names is called: a select of one value beside the row's own columns. */
static void add_called(Buf *b, const Field *fields, const Field *f, const TableLink *links)
{
    const Field *from = field_find(fields, f->of);
    const TableLink *link = from ? link_of(links, from->link) : NULL;
    assert(link && "a virtual field of a register calls a linked row");
    buf_format(b, "(SELECT l.called FROM (%s) AS l WHERE l.key = t.", link->select);
    buf_name(b, from->key);
    buf_add(b, " LIMIT 1) AS ");
    buf_name(b, f->key);
}

const char *table_select(Cx *cx, const char *name, const Field *fields, const TableLink *links)
{
    Buf b = BUF(cx);
    buf_add(&b, "SELECT ");
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (f != fields)
            buf_add(&b, ", ");
        if (f->flags & FIELD_VIRTUAL)
            add_called(&b, fields, f, links);
        else {
            buf_add(&b, "t.");
            buf_name(&b, f->key);
        }
    }
    buf_add(&b, " FROM ");
    buf_name(&b, name);
    buf_add(&b, " AS t WHERE t.territory >= $1 AND t.territory < $2");
    return buf_text(&b);
}

const char *table_link_select(Cx *cx, const Table *t, const char *name)
{
    Buf b = BUF(cx);
    buf_add(&b, "SELECT id AS key, ");
    buf_name(&b, name);
    buf_add(&b, " AS called, territory FROM ");
    buf_name(&b, t->name);
    if (dated_fields(t->fields))
        buf_add(&b, " WHERE known_from IS NOT NULL AND known_to IS NULL");
    return buf_text(&b);
}

/* --- making and growing --- */

static Err run_schema(Cx *cx, const char *sql)
{
    const char *const *statements;
    TRY(dialect_statements(cx, &statements, sql, store_is_pg(cx->store)));
    for (; *statements; statements++)
        TRY(store_run(cx, *statements, NO_ARGS));
    return OK;
}

static void add_column(Buf *b, const Field *f)
{
    if (strcmp(f->key, "id") == 0) {
        buf_add(b, "id INTEGER PRIMARY KEY");
        return;
    }
    buf_name(b, f->key);
    buf_format(b, " %s%s", column_type(f), is_needed(f) ? " NOT NULL" : "");
}

static void add_key(Buf *b, const Field *fields)
{
    size_t count = 0;
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!is_key(f))
            continue;
        buf_add(b, count++ ? ", " : ", UNIQUE(");
        buf_name(b, f->key);
    }
    buf_add(b, count ? ")" : "");
}

static Err add_index(Cx *cx, const char *table, const Field *f)
{
    Buf b = BUF(cx);
    buf_add(&b, "CREATE INDEX ");
    buf_name(&b, arena_format(cx->arena, "%s_by_%s", table, f->key));
    buf_add(&b, " ON ");
    buf_name(&b, table);
    buf_char(&b, '(');
    buf_name(&b, f->key);
    buf_add(&b, ", id)");
    return run_schema(cx, buf_text(&b));
}

/* Of a text's part no index knows. */
static bool has_index(const Field *f)
{
    bool part = f->type == FIELD_TEXT && !f->link;
    return is_kept(f) && f->flags & (FIELD_FILTER | FIELD_SORT) && !part &&
           !(f->flags & FIELD_SEALED) && strcmp(f->key, "id") != 0;
}

static Err table_there(Cx *cx, bool *out, const char *name)
{
    Buf b = BUF(cx);
    buf_name(&b, name);
    return store_is_pg(cx->store)
               ? store_exists(cx, out, "SELECT 1 FROM pg_class WHERE oid = to_regclass($1)",
                              ARGS(T(buf_text(&b))))
               : store_exists(cx, out, "SELECT 1 FROM sqlite_master WHERE name = $1",
                              ARGS(T(name)));
}

Err table_create(Cx *cx, const Table *t)
{
    bool there, first = true;
    TRY(table_there(cx, &there, t->name));
    if (there)
        return fail(cx, CONFLICT, t->name, "名称“%s”已被程序自己的表占用",
                    "the program has a table %s of its own", t->name);
    Buf b = BUF(cx);
    buf_add(&b, "CREATE TABLE ");
    buf_name(&b, t->name);
    for (const Field *f = t->fields; f->type != FIELD_END; f++) {
        if (!is_kept(f))
            continue;
        buf_add(&b, first ? "(" : ", ");
        add_column(&b, f);
        first = false;
    }
    if (!dated_fields(t->fields)) /* of a dated row's key there is one at a time: dated_guard */
        add_key(&b, t->fields);
    buf_add(&b, ")");
    TRY(run_schema(cx, buf_text(&b)));
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (has_index(f))
            TRY(add_index(cx, t->name, f));
    return dated_fields(t->fields) ? dated_guard(cx, t) : OK;
}

Err table_grow(Cx *cx, const Table *t, const Field *before)
{
    for (const Field *f = t->fields; f->type != FIELD_END; f++) {
        const Field *old = field_find(before, f->key);
        if (is_kept(f) && !old) {
            Buf b = BUF(cx);
            buf_add(&b, "ALTER TABLE ");
            buf_name(&b, t->name);
            buf_add(&b, " ADD COLUMN ");
            add_column(&b, f);
            TRY(run_schema(cx, buf_text(&b)));
        }
        if (has_index(f) && !(old && has_index(old)))
            TRY(add_index(cx, t->name, f));
    }
    return dated_fields(t->fields) ? dated_guard(cx, t) : OK;
}

/* --- reading --- */

static Args range_args(Cx *cx, Range r)
{
    Arg *args = NEW_N(cx, Arg, 2);
    args[0] = arg_text(r.from);
    args[1] = arg_text(r.to);
    return (Args){ args, 2 };
}

Err table_get(Cx *cx, void *out, const Table *t, Range seen, int64_t id)
{
    return store_row(cx, out, t->fields,
                     arena_format(cx->arena, "SELECT * FROM (%s) AS one WHERE id = $3", t->select),
                     ARGS(T(seen.from), T(seen.to), I(id)));
}

static Arg value_of(const Field *f, const void *row)
{
    void *at = (void *)(uintptr_t)row;
    return field_is_text(f) ? arg_text(*field_text(f, at)) : arg_int(*field_int(f, at));
}

Err table_find(Cx *cx, void *out, const Table *t, Range seen, const void *like)
{
    Arg *args = NEW_N(cx, Arg, 2 + CURSORS_MAX);
    size_t count = 2;
    args[0] = arg_text(seen.from);
    args[1] = arg_text(seen.to);
    Buf b = BUF(cx);
    buf_format(&b, "SELECT * FROM (%s) AS one WHERE", t->select);
    for (const Field *f = t->fields; f->type != FIELD_END; f++) {
        if (!is_key(f))
            continue;
        assert(count < 2 + CURSORS_MAX);
        args[count++] = value_of(f, like);
        buf_add(&b, count == 3 ? " " : " AND ");
        buf_name(&b, f->key);
        buf_format(&b, " = $%zu", count);
    }
    if (count == 2)
        return fail(cx, NOT_FOUND, NULL, "没有找到", "not found");
    if (dated_fields(t->fields)) /* as it is known, or rather as a draft would have it */
        buf_add(&b, " AND known_to IS NULL ORDER BY known_from IS NOT NULL, id DESC");
    return store_row(cx, out, t->fields, buf_text(&b), (Args){ args, count });
}

Err table_delete(Cx *cx, const Table *t, int64_t id, int64_t version)
{
    Buf b = BUF(cx);
    buf_add(&b, "DELETE FROM ");
    buf_name(&b, t->name);
    buf_add(&b, " WHERE id = $1 AND version = $2");
    TRY(store_run(cx, buf_text(&b), ARGS(I(id), I(version))));
    return store_changes(cx) == 1 ? OK : row_stale(cx, t->name, id);
}

Err table_page(Cx *cx, List *out, const Table *t, Range seen, const PageQuery *query)
{
    return store_page(cx, out, t->fields, t->size, t->select, range_args(cx, seen), query);
}

const Field tally_fields[] = {
    { "value", FIELD_TEXT, offsetof(Tally, value), "值", "Value" },
    { "count", FIELD_INT, offsetof(Tally, count), "行数", "Rows" },
    { "sum", FIELD_INT, offsetof(Tally, sum), "合计", "Sum" },
    FIELDS_END,
};

Err table_tally(Cx *cx, List *out, const Table *t, Range seen, const PageQuery *query,
                const char *by, const char *sum)
{
    Args all;
    const char *where;
    TRY(page_where(cx, &where, &all, t->fields, range_args(cx, seen), query));
    Buf b = BUF(cx);
    buf_add(&b, "SELECT ");
    if (by)
        buf_name(&b, by);
    else
        buf_add(&b, "NULL");
    buf_add(&b, " AS value, count(*) AS count, ");
    if (sum) {
        buf_add(&b, "CAST(sum(");
        buf_name(&b, sum);
        buf_add(&b, ") AS BIGINT)");
    } else
        buf_add(&b, "NULL");
    buf_format(&b, " AS sum FROM (%s) AS page%s", t->select, where);
    buf_add(&b, by ? " GROUP BY 1 ORDER BY 1" : "");
    return store_list(cx, out, tally_fields, sizeof(Tally), buf_text(&b), all);
}

/* --- links --- */

static Err link_missing(Cx *cx, const char *called)
{
    return fail(cx, NOT_FOUND, NULL, "您的辖区内没有“%s”", "there is no “%s” in your territory",
                called);
}

Err table_link_find(Cx *cx, const char **key, const TableLink *link, Range seen, const char *called)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  arena_format(cx->arena,
                               "SELECT DISTINCT l.key FROM (%s) AS l WHERE l.called = $1 AND "
                               "l.territory >= $2 AND l.territory < $3 LIMIT 2",
                               link->select),
                  ARGS(T(called), T(seen.from), T(seen.to))));
    if (!rows.more)
        return link_missing(cx, called);
    *key = rows_text(cx, &rows, 0);
    TRY(rows_next(cx, &rows));
    bool several = rows.more;
    rows_close(cx, &rows);
    return several ? fail(cx, CONFLICT, NULL, "有几个“%s”，请填写编号或代码",
                          "several are called “%s”; write the number or the code", called)
                   : OK;
}

Err table_link_called(Cx *cx, const char **called, const TableLink *link, Range seen, Arg key)
{
    Err e = store_text(cx, called,
                       arena_format(cx->arena,
                                    "SELECT l.called FROM (%s) AS l WHERE l.key = $1 AND "
                                    "l.territory >= $2 AND l.territory < $3",
                                    link->select),
                       ARGS(key, T(seen.from), T(seen.to)));
    if (e != NOT_FOUND)
        return e;
    return link_missing(cx, key.type == ARG_INT
                                ? arena_format(cx->arena, "%lld", (long long)key.integer)
                                : arena_text_n(cx->arena, key.bytes, key.length));
}

const Field link_row_fields[] = {
    { "key", FIELD_TEXT, offsetof(LinkRow, key), "编号或代码", "Number or code" },
    { "called", FIELD_TEXT, offsetof(LinkRow, called), "名称", "Name" },
    { "territory", FIELD_TEXT, offsetof(LinkRow, territory), "区划代码", "Division" },
    FIELDS_END,
};

enum { LINKS_SHOWN = 50 };

Err table_link_search(Cx *cx, List *out, const TableLink *link, Range seen, const char *text,
                      int64_t digits)
{
    return store_list(cx, out, link_row_fields, sizeof(LinkRow),
                      arena_format(cx->arena,
                                   "SELECT CAST(l.key AS TEXT) AS key, l.called, l.territory FROM "
                                   "(%s) AS l WHERE l.territory >= $1 AND l.territory < $2 AND "
                                   "l.called LIKE $3 ESCAPE '\\' AND "
                                   "($4 = 0 OR length(l.territory) = $4) "
                                   "ORDER BY l.called, l.territory LIMIT %d",
                                   link->select, LINKS_SHOWN),
                      ARGS(T(seen.from), T(seen.to), T(page_pattern(cx, text)), I(digits)));
}
