/* The SQL of dated rows. Two rules stand in the database itself, because a second program, a repair
 * by hand or a mistake of ours must not be able to rewrite what was answered: triggers refuse every
 * change of a known row but its closing, and a partial unique index keeps one row of a key and a
 * first day among those that are known, and among new drafts. That days do not overlap is asked
 * in the same write transaction, which is alone (SERIALIZABLE on PostgreSQL).
 */
#include "store/dated.h"

#include "base/date.h"
#include "store/table_parts.h"

#include <assert.h>
#include <string.h>

/* --- rows of one key --- */

typedef struct DatedAsked {
    Buf sql;
    Arg *args;
    size_t count;
} DatedAsked;

static void ask(DatedAsked *a, const char *sql, int64_t i)
{
    a->args[a->count++] = arg_int(i);
    buf_format(&a->sql, sql, a->count);
}

/* "key" = $n AND …, of the row's own values. */
static void ask_key(Cx *cx, DatedAsked *a, const Table *t, const void *row)
{
    size_t most = a->count + 8;
    for (const Field *f = t->fields; f->type != FIELD_END; f++)
        most += dated_lasts(f);
    Arg *args = NEW_N(cx, Arg, most);
    if (a->count)
        memcpy(args, a->args, a->count * sizeof *args);
    a->args = args;
    for (const Field *f = t->fields; f->type != FIELD_END; f++) {
        if (!dated_lasts(f))
            continue;
        void *at = (void *)(uintptr_t)row;
        a->args[a->count++] =
            field_is_text(f) ? arg_text(*field_text(f, at)) : arg_int(*field_int(f, at));
        buf_name(&a->sql, f->key);
        buf_format(&a->sql, " = $%zu AND ", a->count);
    }
}

Err dated_rows(Cx *cx, List *out, const Table *t, Reach seen, const void *row)
{
    Arg range[] = { arg_text(seen.from), arg_text(seen.to) };
    DatedAsked a = { BUF(cx), range, COUNT(range) };
    buf_format(&a.sql, "SELECT * FROM (%s) AS one WHERE ", t->select);
    ask_key(cx, &a, t, row);
    buf_add(&a.sql, "1 = 1 ORDER BY valid_from, known_from IS NULL, known_from, id LIMIT 500");
    *out = (List){ 0 };
    for (const Reach *r = &seen; r; r = r->more) {
        List part;
        a.args[0] = arg_text(r->from);
        a.args[1] = arg_text(r->to);
        TRY(store_list(cx, &part, t->fields, t->size, buf_text(&a.sql), (Args){ a.args, a.count }));
        list_join(cx, out, &part, t->size);
    }
    return OK;
}

static Err overlaps(Cx *cx, Day from, Day to)
{
    const char *end = to == UNSET ? NULL : day_text(cx, to);
    return fail(cx, CONFLICT, "valid_from",
                "同一对象从 %s 到 %s%.0s已有一条登记，同一天只能有一条；请改起止，或更正那一条",
                "there is a row of the same from %s to %.0s%s, and on a day only one may hold; "
                "change the days, or correct that row",
                day_text(cx, from), text_or(end, "今"), text_or(end, "now"));
}

/* What a correction corrects must still be what is known. */
static Err prove_replaced(Cx *cx, const Table *t, const void *row)
{
    bool open;
    Buf b = BUF(cx);
    int64_t old = dated_value(t, row, "replaces");
    if (old == UNSET)
        return OK;
    buf_add(&b, "SELECT 1 FROM ");
    buf_name(&b, t->name);
    buf_add(&b, " WHERE id = $1 AND known_to IS NULL");
    TRY(store_exists(cx, &open, buf_text(&b), ARGS(I(old))));
    return open ? OK
                : fail(cx, STALE, "version", "所更正的那一条已被别人更正，请看最新的再改",
                       "somebody else corrected that row; look at the newest first");
}

Err dated_prove(Cx *cx, int64_t *before, const Table *t, const void *row)
{
    Rows rows;
    Day from = dated_value(t, row, "valid_from"), to = dated_value(t, row, "valid_to");
    int64_t replaced = dated_value(t, row, "replaces");
    *before = UNSET;
    assert(from != UNSET);
    if (to != UNSET && to < from)
        return fail(cx, INVALID, "valid_to", "止日 %s 早于起日 %s", "it ends on %s, before %s",
                    day_text(cx, to), day_text(cx, from));
    TRY(prove_replaced(cx, t, row));
    DatedAsked a = { BUF(cx), NULL, 0 };
    buf_add(&a.sql, "SELECT id, valid_from, valid_to FROM ");
    buf_name(&a.sql, t->name);
    buf_add(&a.sql, " WHERE ");
    ask_key(cx, &a, t, row);
    buf_add(&a.sql, "known_from IS NOT NULL AND known_to IS NULL");
    ask(&a, " AND (valid_to IS NULL OR valid_to >= $%zu)", from);
    if (to != UNSET)
        ask(&a, " AND valid_from <= $%zu", to);
    if (replaced != UNSET)
        ask(&a, " AND id <> $%zu", replaced);
    buf_add(&a.sql, " ORDER BY valid_from DESC");
    TRY(rows_open(cx, &rows, buf_text(&a.sql), (Args){ a.args, a.count }));
    while (rows.more) {
        Day other = rows_int(&rows, 1), end = rows_int(&rows, 2);
        bool follows = to == UNSET && end == UNSET && other < from && *before == UNSET;
        if (!follows) {
            rows_close(cx, &rows);
            return overlaps(cx, other, end);
        }
        *before = rows_int(&rows, 0);
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

/* --- becoming known --- */

static Err put_instant(Cx *cx, const Table *t, const char *column, int64_t id, int64_t at)
{
    Buf b = BUF(cx);
    buf_add(&b, "UPDATE ");
    buf_name(&b, t->name);
    buf_add(&b, " SET ");
    buf_name(&b, column);
    buf_add(&b, " = $1 WHERE id = $2 AND ");
    buf_name(&b, column);
    buf_add(&b, " IS NULL");
    return table_follow(cx, t, id, buf_text(&b), ARGS(I(at), I(id)));
}

/* A clock that was set back makes no row that was known before it was written. */
static Err moment(Cx *cx, int64_t *at, const Table *t)
{
    Buf b = BUF(cx);
    buf_add(&b, "SELECT max(known_from) FROM ");
    buf_name(&b, t->name);
    TRY(store_int(cx, at, buf_text(&b), NO_ARGS));
    if (*at == UNSET || *at < cx_now(cx))
        *at = cx_now(cx);
    return OK;
}

/* What it said goes on to be said, up to the day before. */
static Err end_before(Cx *cx, int64_t *id, const Table *t, int64_t before, Day day, int64_t at)
{
    Reach all = range_of(cx, "");
    void *row = arena_alloc(cx->arena, t->size);
    TRY(table_get(cx, row, t, all, before));
    dated_set(t, row, "valid_to", day);
    dated_set(t, row, "replaces", before);
    dated_set(t, row, "known_from", UNSET);
    TRY(put_instant(cx, t, "known_to", before, at));
    TRY(table_insert(cx, t, id, row));
    return put_instant(cx, t, "known_from", *id, at);
}

Err dated_take(Cx *cx, DatedTurn *out, const Table *t, const void *row, int64_t id)
{
    int64_t before, at, replaced = dated_value(t, row, "replaces");
    *out = (DatedTurn){ 0, 0 };
    TRY(dated_prove(cx, &before, t, row));
    TRY(moment(cx, &at, t));
    if (replaced != UNSET)
        TRY(put_instant(cx, t, "known_to", replaced, at));
    if (before != UNSET) {
        out->before = before;
        TRY(end_before(cx, &out->ended, t, before, dated_value(t, row, "valid_from") - 1, at));
    }
    return put_instant(cx, t, "known_from", id, at);
}
