#include "store/table.h"

#include "store/dated.h"
#include "store/table_parts.h"

#include <assert.h>
#include <string.h>

/* --- shape --- */

static bool is_key(const Field *f)
{
    return table_keeps(f) && f->flags & FIELD_KEY && strcmp(f->key, "id") != 0;
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

const char *table_link_grams(Cx *cx, const Table *t, const char *name)
{
    Buf b = BUF(cx);
    if (!t->kept || !table_searches(field_find(t->fields, name)))
        return NULL;
    buf_add(&b, "SELECT gram, territory, row_id AS key FROM ");
    buf_name(&b, table_grams(cx, t));
    return buf_text(&b);
}

/* --- reading --- */

void list_join(Cx *cx, List *out, const List *part, size_t size)
{
    if (part->count == 0)
        return;
    out->rows =
        arena_grow(cx->arena, out->rows, out->count * size, (out->count + part->count) * size);
    memcpy((char *)out->rows + out->count * size, part->rows, part->count * size);
    out->count += part->count;
    out->total = (int64_t)out->count;
}

Err table_get(Cx *cx, void *out, const Table *t, Reach seen, int64_t id)
{
    const char *sql = arena_format(cx->arena, "SELECT * FROM (%s) AS one WHERE id = $3", t->select);
    Err e = NOT_FOUND;
    for (const Reach *r = &seen; r && e == NOT_FOUND; r = r->more)
        e = store_row(cx, out, t->fields, sql, ARGS(T(r->from), T(r->to), I(id)));
    return e;
}

static Arg value_of(const Field *f, const void *row)
{
    void *at = (void *)(uintptr_t)row;
    return field_is_text(f) ? arg_text(*field_text(f, at)) : arg_int(*field_int(f, at));
}

Err table_find(Cx *cx, void *out, const Table *t, Reach seen, const void *like)
{
    Arg *args = NEW_N(cx, Arg, 2 + CURSORS_MAX);
    size_t count = 2;
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
    Err e = NOT_FOUND;
    for (const Reach *r = &seen; r && e == NOT_FOUND; r = r->more) {
        args[0] = arg_text(r->from);
        args[1] = arg_text(r->to);
        e = store_row(cx, out, t->fields, buf_text(&b), (Args){ args, count });
    }
    return e;
}

/* Each range is an index's own, so that they are read one behind the other. */
Err table_among(Cx *cx, List *out, const Table *t, Reach seen, const Field *f, Arg value,
                int64_t most)
{
    Buf b = BUF(cx);
    *out = (List){ 0 };
    buf_format(&b, "SELECT * FROM (%s) AS one WHERE ", t->select);
    buf_name(&b, f->key);
    buf_format(&b, " = $3 ORDER BY id LIMIT %lld", (long long)most + 1);
    for (const Reach *r = &seen; r; r = r->more) {
        List part;
        TRY(store_list(cx, &part, t->fields, t->size, buf_text(&b),
                       ARGS(T(r->from), T(r->to), value)));
        list_join(cx, out, &part, t->size);
    }
    return (int64_t)out->count <= most ? OK
                                       : fail(cx, TOO_LARGE, f->key, "超过 %lld 行",
                                              "more than %lld rows", (long long)most);
}

/* By the index of the field's values: the table's own column is asked first, then its select. */
Err table_naming(Cx *cx, List *out, const Table *t, const Field *f, int64_t id, int64_t most)
{
    Buf b = BUF(cx);
    Reach all = range_of(cx, "");
    buf_format(&b, "SELECT * FROM (%s) AS one WHERE id IN (SELECT n.id FROM ", t->select);
    buf_name(&b, t->name);
    buf_add(&b, " n WHERE n.");
    buf_name(&b, f->key);
    buf_format(&b, " = $3 ORDER BY n.territory, n.id LIMIT %lld)", (long long)most);
    return store_list(cx, out, t->fields, t->size, buf_text(&b),
                      ARGS(T(all.from), T(all.to), I(id)));
}

/* --- links --- */

static Err link_missing(Cx *cx, const char *called)
{
    return fail(cx, NOT_FOUND, NULL, "您的辖区内没有“%s”", "there is no “%s” in your territory",
                called);
}

/* "($2 <= l.territory AND l.territory < $3 OR …)": the ranges' arguments go behind those of args.
 */
static const char *add_ranges(Cx *cx, Args *args, Reach seen)
{
    Buf b = BUF(cx);
    size_t count = args->count;
    for (const Reach *r = &seen; r; r = r->more)
        count += 2;
    Arg *all = NEW_N(cx, Arg, count);
    memcpy(all, args->at, args->count * sizeof *all);
    for (const Reach *r = &seen; r; r = r->more) {
        all[args->count++] = arg_text(r->from);
        all[args->count++] = arg_text(r->to);
        buf_format(&b, "%s(l.territory >= $%zu AND l.territory < $%zu)", r == &seen ? "(" : " OR ",
                   args->count - 1, args->count);
    }
    buf_char(&b, ')');
    args->at = all;
    return buf_text(&b);
}

Err table_link_find(Cx *cx, const char **key, const TableLink *link, Reach seen, const char *called)
{
    Rows rows;
    Args args = ARGS(T(called));
    const char *within = add_ranges(cx, &args, seen);
    TRY(rows_open(cx, &rows,
                  arena_format(cx->arena,
                               "SELECT DISTINCT l.key FROM (%s) AS l WHERE l.called = $1 AND %s "
                               "LIMIT 2",
                               link->select, within),
                  args));
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

Err table_link_called(Cx *cx, const char **called, const TableLink *link, Reach seen, Arg key)
{
    Args args = ARGS(key);
    const char *within = add_ranges(cx, &args, seen);
    Err e =
        store_text(cx, called,
                   arena_format(cx->arena, "SELECT l.called FROM (%s) AS l WHERE l.key = $1 AND %s",
                                link->select, within),
                   args);
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

enum { LINKS_SHOWN = 50, LINKS_FOUND = 2000, GRAMS_ASKED = 3 };

/* "JOIN" of those that have the bigrams of the text: the first leads, by the index of postings, and
 * the others narrow what it finds. One character is a range of bigrams. */
static void add_found(Cx *cx, Buf *b, Composer *c, const TableLink *link, Reach seen,
                      const char *text)
{
    const char *rest = text;
    Grams g = part_grams(cx, text);
    uint32_t first = text_next(&rest);
    size_t from = composer_arg(c, arg_int(g.count ? g.at[0] : gram_first(first)));
    size_t to = composer_arg(c, arg_int(g.count ? g.at[0] : gram_last(first)));
    buf_format(b, "(SELECT DISTINCT g.key FROM (%s) AS g WHERE g.gram >= $%zu AND g.gram <= $%zu",
               link->grams, from, to);
    for (const Reach *r = &seen; r; r = r->more) {
        from = composer_arg(c, arg_text(r->from));
        to = composer_arg(c, arg_text(r->to));
        buf_format(b, "%sg.territory >= $%zu AND g.territory < $%zu",
                   r == &seen ? " AND (" : " OR ", from, to);
    }
    buf_char(b, ')');
    for (size_t i = 1; i < g.count && i < GRAMS_ASKED; i++)
        buf_format(b,
                   " AND EXISTS (SELECT 1 FROM (%s) AS h WHERE h.gram = $%zu AND h.territory = "
                   "g.territory AND h.key = g.key)",
                   link->grams, composer_arg(c, arg_int(g.at[i])));
    buf_format(b, " LIMIT %d) AS f CROSS JOIN ", LINKS_FOUND);
}

static size_t range_arguments(Reach seen)
{
    size_t n = 0;
    for (const Reach *r = &seen; r; r = r->more)
        n += 2;
    return n;
}

Err table_link_search(Cx *cx, List *out, const TableLink *link, Reach seen, const char *text,
                      int64_t digits)
{
    Args args = ARGS(T(page_pattern(cx, text)), I(digits));
    const char *within = add_ranges(cx, &args, seen);
    Composer c = { BUF(cx), NEW_N(cx, Arg, args.count + range_arguments(seen) + 8), args.count };
    memcpy(c.args, args.at, args.count * sizeof *args.at);
    bool found = link->grams && *text;
    Buf b = BUF(cx);
    buf_add(&b, "SELECT CAST(l.key AS TEXT) AS key, l.called, l.territory FROM ");
    if (found)
        add_found(cx, &b, &c, link, seen, text);
    buf_format(&b, "(%s) AS l WHERE %s%s AND l.called LIKE $1 ESCAPE '\\' AND ", link->select,
               found ? "l.key = f.key AND " : "", within);
    buf_format(&b, "($2 = 0 OR length(l.territory) = $2) ORDER BY %s LIMIT %d",
               link->grams && !*text ? "l.territory, l.key" : "l.called, l.territory", LINKS_SHOWN);
    return store_list(cx, out, link_row_fields, sizeof(LinkRow), buf_text(&b),
                      (Args){ c.args, c.count });
}
