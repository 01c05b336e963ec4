/* Which rows of a decision table may hold, without asking each of them; only its compiler and
 * evaluator include this.
 *
 * A column whose cells are constants, lists of them, comparisons with one or intervals between two
 * cuts the line of values into segments, each with its rows. A row that is left out is one whose
 * test in that column is false or null for the value at hand; every other row is given, in order,
 * and is still to be tested: what an index can say is never what a test says. An absent fact, and a
 * value of a kind that has no order, leaves all rows.
 */
#ifndef RULES_DMN_INDEX_H
#define RULES_DMN_INDEX_H

#include "rules/dmn_code.h"

/* NULL where the table is short or none of its columns tells rows apart. */
const DmnIndex *index_new(Cx *cx, const CodeTable *t);

/* A walk over the rows that may hold for the inputs. */
typedef struct IndexWalk {
    const uint32_t *found, *found_end; /* NULL: every row from `next` on */
    const uint32_t *open, *open_end;   /* whose cells the index does not read */
    size_t next, count;
} IndexWalk;

/* all: every row, whatever the index says. */
IndexWalk index_walk(const CodeTable *t, const Value *inputs, bool all);
bool index_next(IndexWalk *walk, size_t *rule);

#endif
