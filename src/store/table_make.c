/* The table itself: made and grown from its fields, with the indexes that its list walks. */
#include "store/dated.h"
#include "store/table_parts.h"

#include <assert.h>
#include <string.h>

/* --- making --- */

static Err run_schema(Cx *cx, const char *sql)
{
    const char *const *statements;
    TRY(dialect_statements(cx, &statements, sql, store_is_pg(cx->store)));
    for (; *statements; statements++)
        TRY(store_run(cx, *statements, NO_ARGS));
    return OK;
}

/* A row without these could be neither found nor changed. */
static bool is_needed(const Field *f)
{
    return strcmp(f->key, "version") == 0 || strcmp(f->key, "territory") == 0;
}

static void add_column(Buf *b, const Field *f)
{
    if (table_is_id(f)) {
        buf_add(b, "id INTEGER PRIMARY KEY");
        return;
    }
    buf_name(b, f->key);
    buf_format(b, " %s%s", field_is_text(f) ? "TEXT" : "INTEGER", is_needed(f) ? " NOT NULL" : "");
}

static void add_order_column(Buf *b, const Field *f)
{
    buf_order(b, f);
    buf_add(b, " TEXT");
}

/* Reckoned where it is read on SQLite, which adds no other kind to a table that is there; kept on
 * PostgreSQL, which knows no other. */
static void add_county(Cx *cx, Buf *b)
{
    buf_format(b, COUNTY " TEXT GENERATED ALWAYS AS (substr(territory, 1, %d)) %s", COUNTY_DIGITS,
               store_is_pg(cx->store) ? "STORED" : "VIRTUAL");
}

static void add_key(Buf *b, const Field *fields)
{
    size_t count = 0;
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!table_keeps(f) || !(f->flags & FIELD_KEY) || table_is_id(f))
            continue;
        buf_add(b, count++ ? ", " : ", UNIQUE(");
        buf_name(b, f->key);
    }
    buf_add(b, count ? ")" : "");
}

static Err add_index(Cx *cx, const Table *t, const Field *f, TableIndex index)
{
    static const char *const COLUMNS[TABLE_INDEXES][2] = {
        { "", ", id" }, { COUNTY ", ", ", id" }, { "", ", territory, id" }, { "state, ", ", id" }
    };
    Buf b = BUF(cx);
    buf_add(&b, "CREATE INDEX IF NOT EXISTS ");
    buf_name(&b, table_index_name(cx, t, f, index));
    buf_add(&b, " ON ");
    buf_name(&b, t->name);
    buf_format(&b, "(%s", COLUMNS[index][0]);
    if (!table_is_id(f) || index == BY_VALUE) {
        if (index == AT_PLACE)
            buf_name(&b, f->key);
        else
            buf_order(&b, f);
        buf_add(&b, COLUMNS[index][1]);
    } else
        buf_add(&b, "id");
    buf_char(&b, ')');
    return run_schema(cx, buf_text(&b));
}

static Err add_indexes(Cx *cx, const Table *t)
{
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        for (TableIndex i = 0; i < TABLE_INDEXES; i++)
            if (table_indexed(t, f, i))
                TRY(add_index(cx, t, f, i));
    return OK;
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

static Err column_there(Cx *cx, bool *out, const Table *t, const char *column)
{
    return store_exists(cx, out,
                        store_is_pg(cx->store)
                            ? "SELECT 1 FROM information_schema.columns WHERE table_schema = "
                              "current_schema() AND table_name = $1 AND column_name = $2"
                            : "SELECT 1 FROM pragma_table_xinfo($1) WHERE name = $2",
                        ARGS(T(t->name), T(column)));
}

static Err order_there(Cx *cx, bool *out, const Table *t, const Field *f)
{
    return column_there(cx, out, t, arena_format(cx->arena, "_order_%s", f->key));
}

static Err is_kept(Cx *cx, bool *out, const Table *t)
{
    return table_there(cx, out, table_counts(cx, t));
}

Err table_is_kept(Cx *cx, bool *out, const Table *t)
{
    TRY(is_kept(cx, out, t));
    for (const Field *f = t->fields; f->type != FIELD_END && *out; f++)
        if (f->flags & FIELD_ORDERED)
            TRY(order_there(cx, out, t, f));
    return OK;
}

Err table_is_whole(Cx *cx, bool *out, const Table *t)
{
    TRY(table_is_kept(cx, out, t));
    for (const Field *f = t->fields; f->type != FIELD_END && *out; f++) {
        if (table_keeps(f))
            TRY(column_there(cx, out, t, f->key));
        if (*out && table_names(f))
            TRY(table_there(cx, out, table_index_name(cx, t, f, AT_PLACE)));
    }
    return OK;
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
        if (!table_keeps(f))
            continue;
        buf_add(&b, first ? "(" : ", ");
        add_column(&b, f);
        if (f->flags & FIELD_ORDERED) {
            buf_add(&b, ", ");
            add_order_column(&b, f);
        }
        first = false;
    }
    buf_add(&b, ", ");
    add_county(cx, &b);
    bool dated = dated_fields(t->fields);
    if (!dated) /* of a dated row's key there is one at a time: dated_guard */
        add_key(&b, t->fields);
    buf_add(&b, ")");
    TRY(run_schema(cx, buf_text(&b)));
    TRY(add_indexes(cx, t));
    TRY(table_keep_create(cx, t));
    return dated ? dated_guard(cx, t) : OK;
}

/* --- growing --- */

static Err alter(Cx *cx, const Table *t, const char *column)
{
    Buf b = BUF(cx);
    buf_add(&b, "ALTER TABLE ");
    buf_name(&b, t->name);
    buf_format(&b, " ADD COLUMN %s", column);
    return run_schema(cx, buf_text(&b));
}

static Err drop_index(Cx *cx, const char *name)
{
    Buf b = BUF(cx);
    buf_add(&b, "DROP INDEX IF EXISTS ");
    buf_name(&b, name);
    return store_run(cx, buf_text(&b), NO_ARGS);
}

static Err drop_indexes(Cx *cx, const Table *t)
{
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (!table_indexed(t, f, BY_VALUE))
            TRY(drop_index(cx, table_index_name(cx, t, f, BY_VALUE)));
    return OK;
}

/* The orders of texts that are there already, in arenas of their own: there may be millions. */
static Err order_some(Cx *cx, const Table *t, const Field *f, int64_t *last, bool *done)
{
    enum { ORDERED_AT_ONCE = 5000 };
    Rows rows;
    Buf select = BUF(cx), update = BUF(cx);
    int64_t *ids = NEW_N(cx, int64_t, ORDERED_AT_ONCE);
    const char **texts = NEW_N(cx, const char *, ORDERED_AT_ONCE);
    size_t count = 0;
    buf_add(&select, "SELECT id, ");
    buf_name(&select, f->key);
    buf_add(&select, " FROM ");
    buf_name(&select, t->name);
    buf_add(&select, " WHERE id > $1 AND ");
    buf_order(&select, f);
    buf_format(&select, " IS NULL ORDER BY id LIMIT %d", ORDERED_AT_ONCE);
    buf_add(&update, "UPDATE ");
    buf_name(&update, t->name);
    buf_add(&update, " SET ");
    buf_order(&update, f);
    buf_add(&update, " = $1 WHERE id = $2");
    TRY(rows_open(cx, &rows, buf_text(&select), ARGS(I(*last))));
    while (rows.more) {
        ids[count] = rows_int(&rows, 0);
        texts[count++] = rows_text(cx, &rows, 1);
        TRY(rows_next(cx, &rows));
    }
    for (size_t i = 0; i < count; i++)
        if (texts[i])
            TRY(store_run(cx, buf_text(&update), ARGS(T(text_sort_key(cx, texts[i])), I(ids[i]))));
    *done = count == 0;
    *last = count ? ids[count - 1] : *last;
    return OK;
}

static Err order_all(Cx *cx, const Table *t, const Field *f)
{
    Err e = OK;
    int64_t last = INT64_MIN + 1;
    Arena *whole = cx->arena;
    for (bool done = false; e == OK && !done;) {
        Arena *part = cx->arena = arena_new(0);
        e = order_some(cx, t, f, &last, &done);
        cx->arena = whole;
        if (e == OK) /* what failed is said in it */
            arena_free(part);
    }
    return e;
}

Err table_order_missing(Cx *cx, const Table *t)
{
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        if (f->flags & FIELD_ORDERED)
            TRY(order_all(cx, t, f));
    return OK;
}

/* Where a field was sorted by its own column until now, so are its indexes. */
static Err grow_order(Cx *cx, const Table *t, const Field *f)
{
    bool there;
    TRY(order_there(cx, &there, t, f));
    if (there)
        return OK;
    Buf column = BUF(cx);
    add_order_column(&column, f);
    for (TableIndex i = 0; i < TABLE_INDEXES; i++)
        if (table_indexed(t, f, i))
            TRY(drop_index(cx, table_index_name(cx, t, f, i)));
    TRY(alter(cx, t, buf_text(&column)));
    return order_all(cx, t, f);
}

/* As the table is, and not as a declaration says: the program's own columns grow with it. */
static Err grow_column(Cx *cx, const Table *t, const Field *f)
{
    bool there;
    Buf column = BUF(cx);
    TRY(column_there(cx, &there, t, f->key));
    add_column(&column, f);
    return there ? OK : alter(cx, t, buf_text(&column));
}

Err table_grow(Cx *cx, const Table *t, const Table *before)
{
    bool kept, whole;
    TRY(is_kept(cx, &kept, t));
    TRY(table_is_kept(cx, &whole, t));
    for (const Field *f = t->fields; f->type != FIELD_END; f++) {
        if (table_keeps(f))
            TRY(grow_column(cx, t, f));
        if (f->flags & FIELD_ORDERED)
            TRY(grow_order(cx, t, f));
    }
    if (!kept) { /* made before any of this was kept, with an index for each filter alone */
        TRY(drop_indexes(cx, t));
        Buf column = BUF(cx);
        add_county(cx, &column);
        TRY(alter(cx, t, buf_text(&column)));
        TRY(table_keep_create(cx, t));
    }
    TRY(add_indexes(cx, t));
    if (dated_fields(t->fields))
        TRY(dated_guard(cx, t));
    return whole && table_keeps_same(t, before) ? OK : table_keep_all(cx, t);
}
