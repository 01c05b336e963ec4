/* What the programs of the bench share: the clock, a work's cost, and figures out.
 *
 * A figure is one line on standard output, "name<TAB>value"; report.mjs makes the table of them.
 * Times are nanoseconds. Nothing here fails on a time.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "base/cx.h"

/* Where the work itself fails there is nothing to measure: says what and ends the program. */
void must(const Cx *cx, Err e, const char *what);

double seconds(void); /* monotonic */

/* Nanoseconds of processor time of one call: the best of several rounds, each long enough for the
 * clock, so that what else the machine does is counted least. */
double cost(void (*work)(void *data), void *data);

void figure(const char *name, double value);
void figure_text(const char *name, const char *value);

#endif
