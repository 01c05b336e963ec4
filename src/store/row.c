/* Rows by field table: the one place where a struct meets its columns. */
#include "store/driver.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

void buf_name(Buf *b, const char *name)
{
    assert(name[0] != '\0');
    for (const char *p = name; *p; p++)
        assert((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_');
    buf_char(b, '"');
    buf_add(b, name);
    buf_char(b, '"');
}

static bool is_text(const Field *f)
{
    assert(f->type != FIELD_OBJECT && f->type != FIELD_LIST && f->offset != NO_OFFSET);
    return f->type == FIELD_TEXT || f->type == FIELD_ENUM || f->type == FIELD_DECIMAL;
}

static const Seal *seal_of(const Cx *cx)
{
    assert(cx->store->pool->seal && "a sealed field before store_pool_seal");
    return cx->store->pool->seal;
}

/* --- reading --- */

/* The fields of a select's columns, in its order. */
static const Field **columns(Cx *cx, const Rows *rows, const Field *fields)
{
    int count = rows_columns(rows);
    const Field **found = NEW_N(cx, const Field *, count);
    for (int i = 0; i < count; i++) {
        found[i] = field_find(fields, rows_name(rows, i));
        assert(found[i] && "the select names a column that no field knows");
    }
    return found;
}

static Err read_row(Cx *cx, void *row, const Field *fields, const Rows *rows, const Field **found)
{
    field_clear(row, fields);
    for (int i = 0; i < rows_columns(rows); i++) {
        const Field *f = found[i];
        if (!is_text(f)) {
            *field_int(f, row) = rows_int(rows, i);
            continue;
        }
        const char *text = rows_text(cx, rows, i);
        if (text && f->flags & FIELD_SEALED)
            TRY(seal_of(cx)->open(cx, &text, f, text));
        *field_text(f, row) = text;
    }
    return OK;
}

Err store_row(Cx *cx, void *row, const Field *fields, const char *sql, Args args)
{
    Rows rows;
    TRY(rows_open(cx, &rows, sql, args));
    if (!rows.more)
        return fail(cx, NOT_FOUND, NULL, "没有找到", "not found");
    Err e = read_row(cx, row, fields, &rows, columns(cx, &rows, fields));
    rows_close(cx, &rows);
    return e;
}

static Err read_rows(Cx *cx, List *out, const Field *fields, size_t row_size, Rows *rows)
{
    size_t room = 0;
    const Field **found = rows->more ? columns(cx, rows, fields) : NULL;
    while (rows->more) {
        if (out->count == room) {
            size_t more = room == 0 ? 32 : room * 2;
            out->rows = arena_grow(cx->arena, out->rows, room * row_size, more * row_size);
            room = more;
        }
        void *row = (char *)out->rows + out->count * row_size;
        TRY(read_row(cx, row, fields, rows, found));
        out->count++;
        TRY(rows_next(cx, rows));
    }
    out->total = (int64_t)out->count;
    return OK;
}

Err store_list(Cx *cx, List *out, const Field *fields, size_t row_size, const char *sql, Args args)
{
    *out = (List){ 0 };
    Rows rows;
    TRY(rows_open(cx, &rows, sql, args));
    Err e = read_rows(cx, out, fields, row_size, &rows);
    rows_close(cx, &rows);
    return e;
}

/* --- writing --- */

typedef struct Writing {
    Buf sql;
    Arg *args;
    size_t count;
} Writing;

static Writing writing(Cx *cx, const Field *fields)
{
    size_t most = 2; /* id and version of an update */
    for (const Field *f = fields; f->type != FIELD_END; f++)
        most++;
    return (Writing){ BUF(cx), NEW_N(cx, Arg, most), 0 };
}

/* Sealed text is opaque; members are read only, so the const goes by a copy of the pointer. */
static Err add_value(Cx *cx, Writing *w, const Field *f, const void *row)
{
    const char *member = (const char *)row + f->offset;
    if (!is_text(f)) {
        int64_t i;
        memcpy(&i, member, sizeof i);
        w->args[w->count++] = arg_int(i);
        return OK;
    }
    const char *text;
    memcpy(&text, member, sizeof text);
    if (text && f->flags & FIELD_SEALED)
        TRY(seal_of(cx)->seal(cx, &text, f, text));
    w->args[w->count++] = arg_text(text);
    return OK;
}

static bool is_written(const Field *f)
{
    return !(f->flags & FIELD_VIRTUAL) && strcmp(f->key, "id") != 0;
}

static bool is_version(const Field *f)
{
    return strcmp(f->key, "version") == 0;
}

Err store_insert(Cx *cx, int64_t *id, const char *table, const Field *fields, const void *row)
{
    Writing w = writing(cx, fields);
    Buf values = BUF(cx);
    buf_add(&w.sql, "INSERT INTO ");
    buf_name(&w.sql, table);
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!is_written(f))
            continue;
        if (is_version(f))
            w.args[w.count++] = arg_int(1);
        else
            TRY(add_value(cx, &w, f, row));
        buf_char(&w.sql, w.count == 1 ? '(' : ',');
        buf_name(&w.sql, f->key);
        buf_format(&values, "%s$%zu", w.count == 1 ? "" : ",", w.count);
    }
    assert(w.count > 0);
    buf_format(&w.sql, ") VALUES(%s) RETURNING id", buf_text(&values));
    if (store_in_transaction(cx))
        return store_int(cx, id, buf_text(&w.sql), (Args){ w.args, w.count });

    TRY(store_begin(cx, true));
    Err e = store_int(cx, id, buf_text(&w.sql), (Args){ w.args, w.count });
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

/* Nothing was updated: is the row gone, or newer? */
static Err stale(Cx *cx, const char *table, int64_t id)
{
    Buf sql = BUF(cx);
    buf_add(&sql, "SELECT 1 FROM ");
    buf_name(&sql, table);
    buf_add(&sql, " WHERE id = $1");
    bool there;
    TRY(store_exists(cx, &there, buf_text(&sql), ARGS(I(id))));
    if (!there)
        return fail(cx, NOT_FOUND, NULL, "没有找到", "not found");
    return fail(cx, STALE, "version", "他人已保存较新的版本，请比较后再保存",
                "somebody else saved a newer version; compare and save again");
}

Err store_update(Cx *cx, const char *table, const Field *fields, const void *row, int64_t id,
                 int64_t version)
{
    assert(id != UNSET && version != UNSET);

    Writing w = writing(cx, fields);
    buf_add(&w.sql, "UPDATE ");
    buf_name(&w.sql, table);
    buf_add(&w.sql, " SET version = version + 1");
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!is_written(f) || is_version(f))
            continue;
        TRY(add_value(cx, &w, f, row));
        buf_char(&w.sql, ',');
        buf_name(&w.sql, f->key);
        buf_format(&w.sql, " = $%zu", w.count);
    }
    w.args[w.count++] = arg_int(id);
    w.args[w.count++] = arg_int(version);
    buf_format(&w.sql, " WHERE id = $%zu AND version = $%zu", w.count - 1, w.count);
    TRY(store_run(cx, buf_text(&w.sql), (Args){ w.args, w.count }));
    return store_changes(cx) == 1 ? OK : stale(cx, table, id);
}
