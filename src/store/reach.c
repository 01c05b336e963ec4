#include "store/reach.h"

#include <assert.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Codes are digits, so the first code behind all that begin with the prefix is the prefix with its
 * last digit raised by one: ':' stands behind '9' in both engines' order of bytes. */
Range range_of(Cx *cx, const char *prefix)
{
    size_t n = strlen(prefix);
    assert(strspn(prefix, "0123456789") == n);
    if (n == 0)
        return (Range){ "", ":", NULL };
    char *to = arena_text(cx->arena, prefix);
    to[n - 1]++;
    return (Range){ prefix, to, NULL };
}

bool range_has(Range r, const char *code)
{
    const Range *at = &r;
    while (at && !(strcmp(code, at->from) >= 0 && strcmp(code, at->to) < 0))
        at = at->more;
    return at;
}

/* --- what was merged --- */

/* A merger inside a division widens nobody's sight of it. So the index begins with the digits that
 * both codes share (region.sql): a province with ten thousand mergers of its own reads none. */
#define SHARED                                                                                     \
    "(CASE WHEN substr(from_code, 1, 9) = substr(into_code, 1, 9) THEN 9 "                         \
    "WHEN substr(from_code, 1, 6) = substr(into_code, 1, 6) THEN 6 "                               \
    "WHEN substr(from_code, 1, 4) = substr(into_code, 1, 4) THEN 4 "                               \
    "WHEN substr(from_code, 1, 2) = substr(into_code, 1, 2) THEN 2 ELSE 0 END)"

typedef struct Reaching {
    const char **at; /* prefixes; none begins with another */
    size_t count, room;
    size_t asked; /* those before it were looked up */
} Reaching;

static bool begins(const char *code, const char *prefix)
{
    return strncmp(code, prefix, strlen(prefix)) == 0;
}

/* One that holds others stands in their place. Those are looked up again with it, which finds
 * nothing new. */
static void reaching_add(Cx *cx, Reaching *all, const char *code)
{
    size_t kept = all->asked;
    for (size_t i = 0; i < all->count; i++)
        if (begins(code, all->at[i]) || (i == 0 && begins(all->at[i], code)))
            return;
    for (size_t i = all->asked; i < all->count; i++)
        if (!begins(all->at[i], code))
            all->at[kept++] = all->at[i];
    all->count = kept;
    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 8;
        all->at =
            arena_grow(cx->arena, all->at, all->room * sizeof *all->at, room * sizeof *all->at);
        all->room = room;
    }
    all->at[all->count++] = code;
}

static Err reaching_ask(Cx *cx, Reaching *all, Day day)
{
    Rows rows;
    const char *into = all->at[all->asked++];
    TRY(rows_open(cx, &rows,
                  "SELECT from_code FROM region_merger WHERE " SHARED " IN (0, 2, 4, 6, 9) "
                  "AND " SHARED " < $2 AND " WITHIN("into_code", 1) " AND day <= $3 "
                                                                    "ORDER BY length(from_code), "
                                                                    "from_code",
                  ARGS(T(into), I((int64_t)strlen(into)), I(day))));
    while (rows.more) {
        reaching_add(cx, all, rows_text(cx, &rows, 0));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

/* A prefix that an earlier one was found inside: both may have been asked before. */
static bool is_inside(const Reaching *all, size_t i)
{
    for (size_t k = 0; k < all->count; k++)
        if (k != i && begins(all->at[i], all->at[k]))
            return true;
    return false;
}

Err reach_of(Cx *cx, Range *out, const char *prefix, Day day)
{
    Reaching all = { 0 };
    *out = range_of(cx, prefix);
    reaching_add(cx, &all, prefix);
    while (all.asked < all.count)
        TRY(reaching_ask(cx, &all, day));
    for (size_t i = all.count; i-- > 1;)
        if (!is_inside(&all, i)) {
            Range *r = NEW(cx, Range);
            *r = range_of(cx, all.at[i]);
            r->more = out->more;
            out->more = r;
        }
    return OK;
}

/* --- where its rows count --- */

enum { MOVES_MOST = 500, CHAIN_MOST = 50 };

/* The code that stands for it on the day: an heir's, or of a division around it that has one. */
static Err last_heir(Cx *cx, const char **code, int64_t digits, Day day)
{
    for (int i = 0; i < CHAIN_MOST; i++) {
        const char *next, *at = *code;
        Err e = store_text(cx, &next,
                           "SELECT into_code FROM region_merger WHERE from_code IN ($1, $2, $3, "
                           "$4, $5) AND day <= $6 AND length(into_code) >= $7 "
                           "ORDER BY length(from_code) DESC, day DESC, id DESC LIMIT 1",
                           ARGS(T(at), T(arena_text_n(cx->arena, at, strnlen(at, 9))),
                                T(arena_text_n(cx->arena, at, strnlen(at, 6))),
                                T(arena_text_n(cx->arena, at, strnlen(at, 4))),
                                T(arena_text_n(cx->arena, at, strnlen(at, 2))), I(day), I(digits)));
        if (e == NOT_FOUND)
            return OK;
        TRY(e);
        *code = next;
    }
    return OK;
}

typedef struct Moving {
    const char *at[MOVES_MOST];
    size_t count;
    int64_t digits;
    Day day;
} Moving;

static Err moving_add(Cx *cx, Moving *m, const char *code)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->at[i], code) == 0)
            return OK;
    if (m->count == MOVES_MOST)
        return fail(cx, INVALID, "by", "区划并入太多，请先选定一个县",
                    "too many divisions were merged; choose a county first");
    m->at[m->count++] = code;
    return OK;
}

/* Adds the former codes of the rows of a select. */
static Err moving_ask(Cx *cx, Moving *m, Rows *rows)
{
    while (rows->more) {
        TRY(moving_add(cx, m, rows_text(cx, rows, 0)));
        TRY(rows_next(cx, rows));
    }
    return OK;
}

/* What leaves its group in the range, or comes into it. */
static Err moving_begin(Cx *cx, Moving *m, Range seen)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT from_code FROM region_merger WHERE " SHARED
                  " IN (0, 2, 4, 6, 9) AND " SHARED
                  " < $2 AND length(into_code) >= $2 AND day <= $3 AND "
                  "(" WITHIN("from_code", 1) " OR " WITHIN("into_code", 1) ") ORDER BY id",
                  ARGS(arg_reach(seen.from, seen.more), I(m->digits), I(m->day))));
    return moving_ask(cx, m, &rows);
}

/* What was merged into a part of one that moves goes with it, and a part of it that was merged by
 * itself goes its own way, even inside a group. */
static Err moving_follow(Cx *cx, Moving *m, const char *code)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT from_code FROM region_merger WHERE day <= $2 AND "
                  "length(into_code) >= $3 AND "
                  "(" WITHIN("from_code", 1) " OR " WITHIN("into_code", 1) ") ORDER BY id",
                  ARGS(T(code), I(m->day), I(m->digits))));
    return moving_ask(cx, m, &rows);
}

static int longer_first(const void *a, const void *b)
{
    const char *one = *(const char *const *)a, *other = *(const char *const *)b;
    size_t x = strlen(one), y = strlen(other);
    return x == y ? strcmp(one, other) : x < y ? 1 : -1;
}

Err reach_moves(Cx *cx, const Moved **out, Range seen, int64_t digits, Day day)
{
    Moving *m = NEW(cx, Moving);
    *m = (Moving){ .digits = digits, .day = day };
    *out = NULL;
    TRY(moving_begin(cx, m, seen));
    for (size_t i = 0; i < m->count; i++)
        TRY(moving_follow(cx, m, m->at[i]));
    qsort(m->at, m->count, sizeof *m->at, longer_first);
    for (size_t i = m->count; i-- > 0;) {
        const char *into = m->at[i];
        Moved *moved = NEW(cx, Moved);
        TRY(last_heir(cx, &into, digits, day));
        *moved = (Moved){ range_of(cx, m->at[i]), into, *out };
        *out = moved;
    }
    return OK;
}

/* --- in SQL --- */

Arg arg_reach(const char *prefix, const Range *more)
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
                         const Range *also)
{
    Buf b = BUF(cx);
    const char *at = sql;
    for (const char *found; (found = strstr(at, head));) {
        const char *column = column_before(cx, sql, found), *end = found + strlen(head);
        const char *behind = arena_format(cx->arena, "%s%s", column, tail);
        bool whole = *column && begins(end, behind) && !isdigit((unsigned char)end[strlen(behind)]);
        end += whole ? strlen(behind) : 0;
        buf_add_n(&b, at, (size_t)(end - at));
        at = end;
        size_t n = first;
        for (const Range *r = also; whole && r; r = r->more, n += 2)
            buf_format(&b, " OR %s >= $%zu AND %s < $%zu", column, n + 1, column, n + 2);
    }
    buf_add(&b, at);
    return buf_text(&b);
}

static size_t ranges_count(const Range *r)
{
    size_t count = 0;
    for (; r; r = r->more)
        count++;
    return count;
}

static void add_args(Arg *all, size_t *count, const Range *also)
{
    for (const Range *r = also; r; r = r->more) {
        all[(*count)++] = arg_text(r->from);
        all[(*count)++] = arg_text(r->to);
    }
}

const char *range_sql(Cx *cx, const char *select, Args *args, Range seen)
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
