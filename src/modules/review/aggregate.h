/* The arithmetic of a zone's score out of its sheets, exact to the last digit.
 *
 * Points are integers of 1/100 分, results integers of 1e-6 分 (micro-points), computed in whole
 * numbers and rounded half to even once. A trimmed mean leaves out the lowest and the highest
 * sheets, as many as the pack says at each end; where too few sheets would be left it is the plain
 * mean. Of equal totals the sheet with the lower number counts as the lower one.
 */
#ifndef MODULES_REVIEW_AGGREGATE_H
#define MODULES_REVIEW_AGGREGATE_H

#include "policy/pack/rubric.h"

#define MICRO 10000 /* micro-points in 1/100 分 */

typedef struct Mark {
    int64_t sheet;
    const char *number; /* of the expert */
    int64_t total;
    bool used;
} Mark;

typedef struct Aggregate {
    bool trimmed;
    int64_t sum;   /* of the used totals */
    int64_t count; /* of the used sheets */
    int64_t score; /* micro-points */
} Aggregate;

/* Sorts the marks by total and sheet and says which are used; n > 0. */
Aggregate aggregate(const Rubric *r, Mark *marks, size_t n);
/* sum / count, half to even; count > 0. */
int64_t divide_even(int64_t sum, int64_t count);
/* The mean of all, and the standard deviation (of the whole, not of a sample), in micro-points. */
int64_t mark_mean(const Mark *marks, size_t n);
int64_t mark_deviation(const Mark *marks, size_t n);

/* { method, trim, sheets: [{ sheet, number, total, used }], sum, count, score, text } with text as
 * "(66.5 + 68 + 70) ÷ 3 = 68.166667". */
void aggregate_put(Cx *cx, JsonOut *o, const char *key, const Rubric *r, const Aggregate *a,
                   const Mark *marks, size_t n);
/* The same as text of its own. */
const char *aggregate_text(Cx *cx, const Rubric *r, const Aggregate *a, const Mark *marks,
                           size_t n);

#endif
