/* Where somebody sees: ranges of division codes. His own division, and those that were merged into
 * it, whose rows keep the code that they were made with. The one helper of territory in SQL.
 *
 * Invariant: the ranges of a reach do not overlap, so that nothing is counted twice. A range begins
 * with the prefix that all its codes have. Which divisions were merged stands in a table that
 * modules/region keeps; nothing else is read here. Rights are not its matter.
 */
#ifndef STORE_REACH_H
#define STORE_REACH_H

#include "base/date.h"
#include "store/store.h"

/* Codes from and above, below to. */
typedef struct Reach {
    const char *from;
    const char *to;
    const struct Reach *more; /* NULL = none */
} Reach;

/* All codes that begin with the prefix; "" = every code. An index range, unlike substr(). */
Reach range_of(Cx *cx, const char *prefix);
bool range_has(Reach r, const char *code);

/* range_of, and what was merged into it, or into that, until the day (that day included). */
Err reach_of(Cx *cx, Reach *out, const char *prefix, Day day);

/* How rows are put together by divisions of so many digits as of the day: what has a code of from
 * counts as into, the last of a chain of mergers; the first that fits, of the longest code. NULL =
 * all codes stand for themselves. */
typedef struct Moved {
    Reach from;
    const char *into;
    const struct Moved *next;
} Moved;
/* Those that the range sees. INVALID where they are too many. */
Err reach_moves(Cx *cx, const Moved **out, Reach seen, int64_t digits, Day day);

/* SQL: the division code is in the reach that is argument n; all codes where that is "". A range,
 * which an index serves: codes are digits, and ':' stands behind '9' in both engines. Elsewhere in
 * the statement $n is the division itself. */
#define WITHIN(code, n) "(" code " >= $" #n " AND " code " < $" #n " || ':')"
/* The argument: the division, and the ranges besides. T(code) is the division alone. */
Arg arg_reach(const char *prefix, const Reach *more);
/* What the store runs of it: where there are ranges besides, each WITHIN of the argument asks for
 * them too, by arguments behind all others. */
const char *reach_sql(Cx *cx, const char *sql, Args *args);
/* The same of a select "… COLUMN >= $1 AND COLUMN < $2 …", which has no other argument; one without
 * that asks for no range. */
const char *range_sql(Cx *cx, const char *select, Args *args, Reach seen);

#endif
