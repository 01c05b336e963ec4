/* Which divisions were merged into one, and where rows of theirs count. */
#include "store/reach.h"

#include <stdlib.h>
#include <string.h>

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

Err reach_of(Cx *cx, Reach *out, const char *prefix, Day day)
{
    Reaching all = { 0 };
    *out = range_of(cx, prefix);
    reaching_add(cx, &all, prefix);
    while (all.asked < all.count)
        TRY(reaching_ask(cx, &all, day));
    for (size_t i = all.count; i-- > 1;)
        if (!is_inside(&all, i)) {
            Reach *r = NEW(cx, Reach);
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
static Err moving_begin(Cx *cx, Moving *m, Reach seen)
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

Err reach_moves(Cx *cx, const Moved **out, Reach seen, int64_t digits, Day day)
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
