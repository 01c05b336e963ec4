/* A figure: a named number over the rows of a register, declared by the pack (facts.json): how many
 * rows there are of which a condition holds, the sum of a field over them, how many different
 * values it has, or the ratio of two such figures.
 *
 *     { "id": "loans_overdue", "register": "loan", "kind": "count", "feel": "到期日 < today()",
 *       "zh": "到期未结", "en": "Past due", "unit": { "zh": "笔", "en": "loans" },
 *       "basis": "四.1/s1", "month": "due_on" }
 *
 * Where the register has states, settled rows alone are counted, unless the condition asks for the
 * state itself. Invariant: the list that a figure opens (?figure=ID) takes the very condition that
 * it counts by, so that the two cannot differ. Rows of which the condition cannot be told, since a
 * value is missing, are neither counted nor hidden: they are the figure's undecided ones, and open
 * by ?undecided=ID.
 *
 * Of a dated register (store/dated.h) it counts what holds on a day as it is known: today and now,
 * or as ?on= and ?known= say.
 */
#ifndef CORE_REGISTER_FIGURE_H
#define CORE_REGISTER_FIGURE_H

#include "core/register/register.h"
#include "policy/register/figure_read.h"

/* Of the register's own pack, in its order: only those of the noun. */
Err figures_of(Cx *cx, Figures *out, const Register *r);
/* NOT_FOUND. */
Err figure_find(Cx *cx, const Figure **out, const Register *r, const char *id);

/* What the figure counts (a ratio: what stands over the line), and what it could not decide. */
Err figure_condition(Cx *cx, const RowCondition **out, const Figure *f);
Err figure_undecided(Cx *cx, const RowCondition **out, const Figure *f);

/* Takes ?figure= and ?undecided= out of the filters and makes the query's condition of them; dated
 * rows are then those that hold today, where no other day is asked for. */
Err figure_query(Cx *cx, PageQuery *query, const Register *r);

typedef struct FigureValue {
    const char *group;  /* code, number of the zone, or month; NULL of the whole */
    const char *called; /* what people call the group; NULL where nothing */
    int64_t value;      /* UNSET: nothing to sum, or ÷ 0. 分 of money; of a ratio 0.01 % */
    int64_t over, per;  /* of a ratio */
    int64_t undecided;  /* rows */
} FigureValue;

/* Of the rows that the filters leave (as PageQuery); by: "" = the whole, "month", "zone", or a
 * level of divisions. Array of FigureValue in the order of the groups. INVALID. */
Err figure_value(Cx *cx, List *out, const Register *r, const Figure *f, const char *const *filters,
                 const char *by);
/* As its unit has it: "12", "1999.5", "33.33". NULL where there is none. */
const char *figure_text(Cx *cx, const Figure *f, int64_t value);

#endif
