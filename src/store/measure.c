/* Counts and sums of a list as it is filtered, in groups. As in page.c, into the SQL go only the
 * caller's select, names from the field table and numbers of arguments.
 */
#include "store/dated.h"
#include "store/table_ask.h"

#include <assert.h>
#include <string.h>

const Field measured_fields[] = {
    { "group", FIELD_TEXT, offsetof(Measured, group), "分组", "Group" },
    { "called", FIELD_TEXT, offsetof(Measured, called), "名称", "Name" },
    { "value", FIELD_INT, offsetof(Measured, value), "数值", "Value" },
    FIELDS_END,
};

/* What was merged counts as its heir; the arguments go behind all others. */
static void add_place(Cx *cx, Buf *b, const Measure *m, Args *all)
{
    size_t count = all->count;
    for (const Moved *at = m->moved; at; at = at->next)
        count += 3;
    Arg *args = NEW_N(cx, Arg, count);
    memcpy(args, all->at, all->count * sizeof *args);
    buf_add(b, "CASE");
    for (const Moved *at = m->moved; at; at = at->next) {
        args[all->count++] = arg_text(at->from.from);
        args[all->count++] = arg_text(at->from.to);
        args[all->count++] = arg_text(at->into);
        buf_format(b, " WHEN page.territory >= $%zu AND page.territory < $%zu THEN $%zu",
                   all->count - 2, all->count - 1, all->count);
    }
    buf_add(b, " ELSE page.territory END");
    all->at = args;
}

static void add_group(Cx *cx, Buf *b, const Measure *m, Args *all)
{
    if (!m->by) {
        buf_add(b, "NULL");
        return;
    }
    if (m->digits)
        buf_add(b, "substr(");
    if (m->moved)
        add_place(cx, b, m, all);
    else {
        buf_add(b, "page.");
        buf_name(b, m->by);
    }
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
        buf_format(b, "(SELECT l.called FROM (%s) AS l WHERE l.key = grouped.grp LIMIT 1)",
                   m->called->select);
    else
        buf_add(b, "NULL");
}

/* Of several ranges the rows are counted together, so that a value that stands in two of them is
 * one: behind all arguments but the first two, which then have every code, stand the ranges. */
static const char *add_ranges(Cx *cx, Args *all, const char *where, Reach seen)
{
    Buf b = BUF(cx);
    size_t count = all->count;
    if (!seen.more)
        return where;
    for (const Reach *r = &seen; r; r = r->more)
        count += 2;
    Arg *args = NEW_N(cx, Arg, count);
    memcpy(args, all->at, all->count * sizeof *args);
    buf_format(&b, "%s%s", where, *where ? " AND (" : " WHERE (");
    for (const Reach *r = &seen; r; r = r->more) {
        args[all->count++] = arg_text(r->from);
        args[all->count++] = arg_text(r->to);
        buf_format(&b, "%s(page.territory >= $%zu AND page.territory < $%zu)",
                   r == &seen ? "" : " OR ", all->count - 1, all->count);
    }
    buf_char(&b, ')');
    all->at = args;
    return buf_text(&b);
}

static Err too_many_groups(Cx *cx)
{
    return fail(cx, INVALID, "by", "超过 %d 组，请先选定一个县或一段时间",
                "more than %d groups; choose a county or a period first", MEASURE_GROUPS);
}

Err table_measure(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query,
                  const Measure *m)
{
    Args all;
    const char *where;
    const Reach whole = seen.more ? range_of(cx, "") : seen;
    const Arg range[] = { arg_text(whole.from), arg_text(whole.to) };
    TRY(page_where(cx, &where, &all, t->fields, (Args){ range, 2 }, query));
    where = add_ranges(cx, &all, where, seen);
    Buf b = BUF(cx);
    buf_add(&b, "SELECT CAST(grouped.grp AS TEXT) AS \"group\", ");
    add_called(&b, m);
    buf_add(&b, " AS called, grouped.value FROM (SELECT ");
    add_group(cx, &b, m, &all);
    buf_add(&b, " AS grp, ");
    add_value(&b, m);
    buf_format(&b, " AS value FROM (%s) AS page%s%s) AS grouped ORDER BY grouped.grp LIMIT %d",
               t->select, where, m->by ? " GROUP BY 1" : "", MEASURE_GROUPS + 1);
    TRY(store_list(cx, out, measured_fields, sizeof(Measured), buf_text(&b), all));
    return out->count <= MEASURE_GROUPS ? OK : too_many_groups(cx);
}

/* --- of what is kept --- */

static const Field measured_kept_fields[] = {
    { "group", FIELD_TEXT, offsetof(MeasuredKept, group), "分组", "Group" },
    { "called", FIELD_TEXT, offsetof(MeasuredKept, called), "名称", "Name" },
    { "rows", FIELD_INT, offsetof(MeasuredKept, rows), "行数", "Rows" },
    { "known", FIELD_INT, offsetof(MeasuredKept, known), "有数的行数", "Rows with a value" },
    { "sum", FIELD_INT, offsetof(MeasuredKept, sum), "合计", "Sum" },
    FIELDS_END,
};

/* Of one range: the counts of the level of the groups, or of the range where that is narrower. The
 * codes of a level lie far apart among those of its villages, so they are stepped to: behind a code
 * of the level comes the first that does not begin with it. */
static void add_level(Asking *a, Buf *b, Composer *c, const Reach *r, int64_t digits)
{
    int64_t level = range_level(r) > digits ? range_level(r) : digits;
    size_t from = composer_arg(c, arg_text(r->from)), to = composer_arg(c, arg_text(r->to));
    const char *counts = table_counts(a->cx, a->t);
    buf_add(b, "WITH RECURSIVE at(code) AS (SELECT min(territory) FROM ");
    buf_name(b, counts);
    buf_format(b,
               " WHERE territory >= $%zu AND territory < $%zu UNION ALL SELECT (SELECT "
               "min(territory) FROM ",
               from, to);
    buf_name(b, counts);
    buf_format(b,
               " AS c WHERE c.territory > CASE WHEN length(at.code) >= %lld THEN at.code || ':' "
               "ELSE at.code END AND c.territory < $%zu) FROM at WHERE at.code IS NOT NULL) ",
               (long long)level, to);
    composer_and(c);
    buf_format(&c->where, "territory IN (SELECT at.code FROM at WHERE length(at.code) = %lld)",
               (long long)level);
}

static Err measure_range(Asking *a, List *out, const Reach *r, const char *state, const Measure *m)
{
    Composer c = composer(a->cx, NO_ARGS, NULL);
    Buf b = BUF(a->cx);
    add_level(a, &b, &c, r, m->digits);
    if (state) {
        composer_and(&c);
        buf_format(&c.where, "state = $%zu", composer_arg(&c, arg_text(state)));
    }
    buf_add(&b, "SELECT grouped.grp AS \"group\", ");
    add_called(&b, m);
    buf_add(&b, " AS called, grouped.n AS rows, grouped.known, grouped.total AS sum FROM (SELECT ");
    if (m->digits)
        buf_format(&b, "substr(territory, 1, %lld)", (long long)m->digits);
    else
        buf_add(&b, "CAST(NULL AS TEXT)");
    buf_add(&b, " AS grp, CAST(coalesce(sum(n), 0) AS BIGINT) AS n, CAST(coalesce(sum(known), 0) "
                "AS BIGINT) AS known, CAST(coalesce(sum(total), 0) AS BIGINT) AS total FROM ");
    buf_name(&b, table_counts(a->cx, a->t));
    buf_format(&b, "%s%s) AS grouped ORDER BY grouped.grp LIMIT %d", buf_text(&c.where),
               m->digits ? " GROUP BY 1 HAVING sum(n) > 0" : "", MEASURE_GROUPS + 1);
    return store_list(a->cx, out, measured_kept_fields, sizeof(MeasuredKept), buf_text(&b),
                      (Args){ c.args, c.count });
}

Err table_measure_kept(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query,
                       const char *state, const Measure *m)
{
    Asking a;
    *out = (List){ 0 };
    assert(t->kept && !dated_fields(t->fields) && !m->moved);
    TRY(asking_read(&a, cx, t, seen, query));
    assert(a.filter_count == 0 && !query->condition);
    for (const Reach *r = a.ranges; r; r = r->more) {
        List part;
        TRY(measure_range(&a, &part, r, state, m));
        list_join(cx, out, &part, sizeof(MeasuredKept));
    }
    return out->count <= MEASURE_GROUPS ? OK : too_many_groups(cx);
}
