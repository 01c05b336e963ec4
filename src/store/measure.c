/* Counts and sums of a list as it is filtered, in groups. As in page.c, into the SQL go only the
 * caller's select, names from the field table and numbers of arguments.
 */
#include "store/driver.h"
#include "store/table.h"

#include <assert.h>
#include <string.h>

const Field measured_fields[] = {
    { "group", FIELD_TEXT, offsetof(Measured, group), "分组", "Group" },
    { "called", FIELD_TEXT, offsetof(Measured, called), "名称", "Name" },
    { "value", FIELD_INT, offsetof(Measured, value), "数值", "Value" },
    FIELDS_END,
};

static void add_group(Buf *b, const Measure *m)
{
    if (!m->by) {
        buf_add(b, "NULL");
        return;
    }
    if (m->digits)
        buf_add(b, "substr(");
    buf_add(b, "page.");
    buf_name(b, m->by);
    if (m->digits)
        buf_format(b, ", 1, %lld)", (long long)m->digits);
}

/* The sum of nothing is nothing, and known. */
static void add_value(Buf *b, const Measure *m)
{
    assert(!m->sum || !m->distinct);
    const char *of = m->sum ? m->sum : m->distinct;
    buf_add(b, m->sum ? "CAST(COALESCE(sum(" : m->distinct ? "count(DISTINCT " : "count(*)");
    if (!of)
        return;
    buf_add(b, "page.");
    buf_name(b, of);
    buf_add(b, m->sum ? "), 0) AS BIGINT)" : ")");
}

static void add_called(Buf *b, const Measure *m)
{
    if (m->by && m->called)
        buf_format(b, "(SELECT l.called FROM (%s) AS l WHERE l.key = g.grp LIMIT 1)",
                   m->called->select);
    else
        buf_add(b, "NULL");
}

/* Of several ranges the rows are counted together, so that a value that stands in two of them is
 * one: behind all arguments but the first two, which then have every code, stand the ranges. */
static const char *add_ranges(Cx *cx, Args *all, const char *where, Range seen)
{
    Buf b = BUF(cx);
    size_t count = all->count;
    if (!seen.more)
        return where;
    for (const Range *r = &seen; r; r = r->more)
        count += 2;
    Arg *args = NEW_N(cx, Arg, count);
    memcpy(args, all->at, all->count * sizeof *args);
    buf_format(&b, "%s%s", where, *where ? " AND (" : " WHERE (");
    for (const Range *r = &seen; r; r = r->more) {
        args[all->count++] = arg_text(r->from);
        args[all->count++] = arg_text(r->to);
        buf_format(&b, "%s(page.territory >= $%zu AND page.territory < $%zu)",
                   r == &seen ? "" : " OR ", all->count - 1, all->count);
    }
    buf_char(&b, ')');
    all->at = args;
    return buf_text(&b);
}

Err table_measure(Cx *cx, List *out, const Table *t, Range seen, const PageQuery *query,
                  const Measure *m)
{
    Args all;
    const char *where;
    const Range whole = seen.more ? range_of(cx, "") : seen;
    const Arg range[] = { arg_text(whole.from), arg_text(whole.to) };
    TRY(page_where(cx, &where, &all, t->fields, (Args){ range, 2 }, query));
    where = add_ranges(cx, &all, where, seen);
    Buf b = BUF(cx);
    buf_add(&b, "SELECT CAST(g.grp AS TEXT) AS \"group\", ");
    add_called(&b, m);
    buf_add(&b, " AS called, g.value FROM (SELECT ");
    add_group(&b, m);
    buf_add(&b, " AS grp, ");
    add_value(&b, m);
    buf_format(&b, " AS value FROM (%s) AS page%s%s) AS g ORDER BY g.grp LIMIT %d", t->select,
               where, m->by ? " GROUP BY 1" : "", MEASURE_GROUPS + 1);
    TRY(store_list(cx, out, measured_fields, sizeof(Measured), buf_text(&b), all));
    return out->count <= MEASURE_GROUPS
               ? OK
               : fail(cx, INVALID, "by", "超过 %d 组，请先选定一个县或一段时间",
                      "more than %d groups; choose a county or a period first", MEASURE_GROUPS);
}
