/* Ranges of codes, and a statement that asks for several of them. Nothing is read here, as the
 * store itself calls it. */
#include "store/reach.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/* Codes are digits, so the first code behind all that begin with the prefix is the prefix with its
 * last digit raised by one: ':' stands behind '9' in both engines' order of bytes. */
Reach range_of(Cx *cx, const char *prefix)
{
    size_t n = strlen(prefix);
    assert(strspn(prefix, "0123456789") == n);
    if (n == 0)
        return (Reach){ "", ":", NULL };
    char *to = arena_text(cx->arena, prefix);
    to[n - 1]++;
    return (Reach){ prefix, to, NULL };
}

bool range_has(Reach r, const char *code)
{
    const Reach *at = &r;
    while (at && !(strcmp(code, at->from) >= 0 && strcmp(code, at->to) < 0))
        at = at->more;
    return at;
}

/* --- in SQL --- */

Arg arg_reach(const char *prefix, const Reach *more)
{
    Arg a = arg_text(prefix);
    a.also = more;
    return a;
}

/* The column that is compared, before the head of the comparison. */
static const char *column_before(Cx *cx, const char *start, const char *end)
{
    const char *from = end;
    while (from > start && (isalnum((unsigned char)from[-1]) || strchr("._\"", from[-1])))
        from--;
    return arena_text_n(cx->arena, from, (size_t)(end - from));
}

/* Writes anew each "COLUMN<head>COLUMN<tail>", with the ranges behind it; their arguments begin
 * behind first. */
static const char *widen(Cx *cx, const char *sql, const char *head, const char *tail, size_t first,
                         const Reach *also)
{
    Buf b = BUF(cx);
    const char *at = sql;
    for (const char *found; (found = strstr(at, head));) {
        const char *column = column_before(cx, sql, found), *end = found + strlen(head);
        const char *behind = arena_format(cx->arena, "%s%s", column, tail);
        bool whole = *column && strncmp(end, behind, strlen(behind)) == 0 &&
                     !isdigit((unsigned char)end[strlen(behind)]);
        end += whole ? strlen(behind) : 0;
        buf_add_n(&b, at, (size_t)(end - at));
        at = end;
        size_t n = first;
        for (const Reach *r = also; whole && r; r = r->more, n += 2)
            buf_format(&b, " OR %s >= $%zu AND %s < $%zu", column, n + 1, column, n + 2);
    }
    buf_add(&b, at);
    return buf_text(&b);
}

static size_t ranges_count(const Reach *r)
{
    size_t count = 0;
    for (; r; r = r->more)
        count++;
    return count;
}

static void add_args(Arg *all, size_t *count, const Reach *also)
{
    for (const Reach *r = also; r; r = r->more) {
        all[(*count)++] = arg_text(r->from);
        all[(*count)++] = arg_text(r->to);
    }
}

const char *range_sql(Cx *cx, const char *select, Args *args, Reach seen)
{
    size_t count = 0;
    Arg *all = NEW_N(cx, Arg, 2 + 2 * ranges_count(seen.more));
    all[count++] = arg_text(seen.from);
    all[count++] = arg_text(seen.to);
    if (seen.more)
        select = widen(cx, select, " >= $1 AND ", " < $2", count, seen.more);
    add_args(all, &count, seen.more);
    *args = (Args){ all, count };
    return select;
}

/* Rarely is anything merged across a border, so that nearly always the statement is the literal
 * that it was written as. */
const char *reach_sql(Cx *cx, const char *sql, Args *args)
{
    size_t more = 0, count = args->count;
    for (size_t i = 0; i < count; i++)
        more += 2 * ranges_count(args->at[i].also);
    if (!more)
        return sql;
    Arg *all = NEW_N(cx, Arg, count + more);
    memcpy(all, args->at, count * sizeof *all);
    size_t filled = count;
    for (size_t i = 0; i < count; i++) {
        if (!all[i].also)
            continue;
        sql = widen(cx, sql, arena_format(cx->arena, " >= $%zu AND ", i + 1),
                    arena_format(cx->arena, " < $%zu || ':'", i + 1), filled, all[i].also);
        add_args(all, &filled, all[i].also);
    }
    *args = (Args){ all, filled };
    return sql;
}
