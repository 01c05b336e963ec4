/* Operators on two values, as the evaluator calls them: strict in unknown, null with a cause where
 * the kinds do not fit (DMN 1.5, 10.3.2.13 and tables 50–56).
 */
#ifndef RULES_OP_H
#define RULES_OP_H

#include "rules/value.h"

Value op_add(Cx *cx, const Value *a, const Value *b);
Value op_sub(Cx *cx, const Value *a, const Value *b);
Value op_mul(Cx *cx, const Value *a, const Value *b);
Value op_div(Cx *cx, const Value *a, const Value *b);
Value op_pow(Cx *cx, const Value *a, const Value *b);
Value op_neg(Cx *cx, const Value *a);

/* -1 below, 0 equal, 1 above; or null or unknown in *bad and false. */
bool op_order(Cx *cx, const Value *a, const Value *b, int *order, Value *bad);

Value op_and(Cx *cx, const Value *a, const Value *b);
Value op_or(Cx *cx, const Value *a, const Value *b);
Value op_not(Cx *cx, const Value *a);
/* Is the subject equal to v, in it (range), or in one of its items (list)? */
Value op_in(Cx *cx, const Value *subject, const Value *v);
/* .name of dates, times, durations, ranges and contexts; lists give one for each item. */
Value op_path(Cx *cx, const Value *v, const char *name, uint32_t hint);
/* The field of a context, which likely is the hint-th; NULL where it has none. */
const Value *op_field(const Context *c, const char *name, uint32_t hint);

#endif
