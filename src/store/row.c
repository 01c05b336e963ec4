/* Rows by field table: the one place where a struct meets its columns. */
#include "store/driver.h"

#include "base/log.h"
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

void buf_order(Buf *b, const Field *f)
{
    if (f->flags & FIELD_ORDERED)
        buf_format(b, "\"_order_%s\"", f->key);
    else
        buf_name(b, f->key);
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

/* The fields of a select's columns, in its order; NULL = one that the database alone needs, such as
 * the order of a text (_order_name). */
static const Field **columns(Cx *cx, const Rows *rows, const Field *fields)
{
    int count = rows_columns(rows);
    const Field **found = NEW_N(cx, const Field *, count);
    for (int i = 0; i < count; i++) {
        found[i] = field_find(fields, rows_name(rows, i));
        assert((found[i] || *rows_name(rows, i) == '_') &&
               "the select names a column that no field knows");
    }
    return found;
}

static Err open_sealed(Cx *cx, const char **text, const Field *f, int64_t id, bool strict)
{
    assert(id != UNSET && "a select of sealed columns has its id");
    Err e = seal_of(cx)->open(cx, text, f, id, *text);
    if (e == OK || (strict && f->flags & FIELD_SECRET))
        return e;
    log_error("sealed", "row %lld, column %s does not open", (long long)id, f->key);
    *text = FIELD_DAMAGED;
    return OK;
}

static Err read_row(Cx *cx, void *row, const Field *fields, const Rows *rows, const Field **found,
                    bool strict)
{
    int64_t id = UNSET;
    int count = rows_columns(rows);
    field_clear(row, fields);
    for (int i = 0; i < count; i++)
        if (found[i] && strcmp(found[i]->key, "id") == 0)
            id = rows_int(rows, i);
    for (int i = 0; i < count; i++) {
        const Field *f = found[i];
        if (!f)
            continue;
        if (!is_text(f)) {
            *field_int(f, row) = rows_int(rows, i);
            continue;
        }
        const char *text = rows_text(cx, rows, i);
        if (text && f->flags & FIELD_SEALED)
            TRY(open_sealed(cx, &text, f, id, strict));
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
    Err e = read_row(cx, row, fields, &rows, columns(cx, &rows, fields), true);
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
        TRY(read_row(cx, row, fields, rows, found, false));
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

typedef struct RowWriting {
    Buf sql;
    Arg *args;
    size_t count;
} RowWriting;

static RowWriting writing(Cx *cx, const Field *fields)
{
    size_t most = 2; /* id and version of an update */
    for (const Field *f = fields; f->type != FIELD_END; f++)
        most += f->flags & FIELD_ORDERED ? 2 : 1;
    return (RowWriting){ BUF(cx), NEW_N(cx, Arg, most), 0 };
}

static const char *text_of(const Field *f, const void *row)
{
    const char *text; /* members are read only, so the const goes by a copy of the pointer */
    memcpy(&text, (const char *)row + f->offset, sizeof text);
    return text;
}

static bool is_sealed(const Field *f, const void *row)
{
    return f->flags & FIELD_SEALED && !(f->flags & FIELD_VIRTUAL) && text_of(f, row);
}

/* Sealed text is opaque. id UNSET: the row has none yet, so that it is sealed once it has. */
static Err add_value(Cx *cx, RowWriting *w, const Field *f, const void *row, int64_t id)
{
    const char *member = (const char *)row + f->offset;
    if (!is_text(f)) {
        int64_t i;
        memcpy(&i, member, sizeof i);
        w->args[w->count++] = arg_int(i);
        return OK;
    }
    const char *text = text_of(f, row);
    if (is_sealed(f, row)) {
        if (id == UNSET)
            text = "";
        else
            TRY(seal_of(cx)->seal(cx, &text, f, id, text));
    }
    w->args[w->count++] = arg_text(text);
    return OK;
}

static void add_order(Cx *cx, RowWriting *w, const Field *f, const void *row)
{
    const char *text = text_of(f, row);
    w->args[w->count++] = arg_text(text ? text_sort_key(cx, text) : NULL);
}

static bool is_written(const Field *f)
{
    return !(f->flags & FIELD_VIRTUAL) && strcmp(f->key, "id") != 0;
}

static bool is_version(const Field *f)
{
    return strcmp(f->key, "version") == 0;
}

/* A sealed value is bound to its row, whose id is known only now. */
static Err seal_columns(Cx *cx, const char *table, const Field *fields, const void *row, int64_t id)
{
    RowWriting w = writing(cx, fields);
    buf_add(&w.sql, "UPDATE ");
    buf_name(&w.sql, table);
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!is_sealed(f, row))
            continue;
        TRY(add_value(cx, &w, f, row, id));
        buf_add(&w.sql, w.count == 1 ? " SET " : ",");
        buf_name(&w.sql, f->key);
        buf_format(&w.sql, " = $%zu", w.count);
    }
    if (w.count == 0)
        return OK;
    w.args[w.count++] = arg_int(id);
    buf_format(&w.sql, " WHERE id = $%zu", w.count);
    return store_run(cx, buf_text(&w.sql), (Args){ w.args, w.count });
}

Err store_insert(Cx *cx, int64_t *id, const char *table, const Field *fields, const void *row)
{
    RowWriting w = writing(cx, fields);
    Buf values = BUF(cx);
    buf_add(&w.sql, "INSERT INTO ");
    buf_name(&w.sql, table);
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!is_written(f))
            continue;
        if (is_version(f))
            w.args[w.count++] = arg_int(1);
        else
            TRY(add_value(cx, &w, f, row, UNSET));
        buf_char(&w.sql, w.count == 1 ? '(' : ',');
        buf_name(&w.sql, f->key);
        buf_format(&values, "%s$%zu", w.count == 1 ? "" : ",", w.count);
        if (f->flags & FIELD_ORDERED) {
            add_order(cx, &w, f, row);
            buf_char(&w.sql, ',');
            buf_order(&w.sql, f);
            buf_format(&values, ",$%zu", w.count);
        }
    }
    assert(w.count > 0);
    buf_format(&w.sql, ") VALUES(%s) RETURNING id", buf_text(&values));
    bool own = !store_in_transaction(cx);
    if (own)
        TRY(store_begin(cx, true));
    Err e = store_int(cx, id, buf_text(&w.sql), (Args){ w.args, w.count });
    if (e == OK)
        e = seal_columns(cx, table, fields, row, *id);
    if (!own)
        return e;
    if (e == OK)
        return store_commit(cx);
    store_rollback(cx);
    return e;
}

Err row_stale(Cx *cx, const char *table, int64_t id)
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

    RowWriting w = writing(cx, fields);
    buf_add(&w.sql, "UPDATE ");
    buf_name(&w.sql, table);
    buf_add(&w.sql, " SET version = version + 1");
    for (const Field *f = fields; f->type != FIELD_END; f++) {
        if (!is_written(f) || is_version(f) ||
            (is_sealed(f, row) && text_of(f, row) == FIELD_DAMAGED))
            continue;
        TRY(add_value(cx, &w, f, row, id));
        buf_char(&w.sql, ',');
        buf_name(&w.sql, f->key);
        buf_format(&w.sql, " = $%zu", w.count);
        if (f->flags & FIELD_ORDERED) {
            add_order(cx, &w, f, row);
            buf_char(&w.sql, ',');
            buf_order(&w.sql, f);
            buf_format(&w.sql, " = $%zu", w.count);
        }
    }
    w.args[w.count++] = arg_int(id);
    w.args[w.count++] = arg_int(version);
    buf_format(&w.sql, " WHERE id = $%zu AND version = $%zu", w.count - 1, w.count);
    TRY(store_run(cx, buf_text(&w.sql), (Args){ w.args, w.count }));
    return store_changes(cx) == 1 ? OK : row_stale(cx, table, id);
}
