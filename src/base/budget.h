/* What one piece of work may still spend, over all the evaluations that it is made of.
 *
 * A Budget belongs to one run (a request, a job, a test of a draft, a what-if) and hangs in
 * Cx.budget, which copies of the Cx share. Whoever loops over outside input charges it for what was
 * done, with budget_spend, and ends where that says false; nothing else asks the clock. Inside an
 * expression run_spend (rules/builtin.h) does it along with the evaluation's own limit.
 * Once ended it stays ended, and the run's owner fails with budget_check however much of the
 * failure was swallowed below him. Memory is the arena's to limit.
 */
#ifndef BASE_BUDGET_H
#define BASE_BUDGET_H

#include "base/cx.h"

#include <stdatomic.h>

typedef enum BudgetEnd { BUDGET_LASTS, BUDGET_STEPS, BUDGET_TIME, BUDGET_STOPPED } BudgetEnd;

typedef struct Budget {
    int64_t steps;           /* left; one is about 20 ns of work */
    int64_t deadline;        /* of the thread's CPU time in milliseconds; 0 = none */
    const atomic_bool *gone; /* set by another thread: nobody waits for the answer; NULL = never */
    const atomic_bool *stop; /* the server stops; NULL = never */
    int64_t look;            /* clock and flags are looked at when so many steps are left */
    BudgetEnd ended;
} Budget;

/* steps and milliseconds of CPU of one run, from now, in the thread that calls. */
Budget budget_make(int64_t steps, int64_t ms);
/* The same for one that is under way, which keeps its flags. */
void budget_renew(Budget *b, int64_t steps, int64_t ms);
int64_t budget_clock(void); /* monotonic milliseconds */

/* Charges; false once the budget has ended. NULL lasts for ever. steps >= 0. */
bool budget_spend(Budget *b, int64_t steps);
/* Looks at clock and flags at once, for work that counts no steps (a wait, a child). */
bool budget_lasts(Budget *b);
/* Fails LIMITED where steps or time are used up, DOWN where it was stopped. */
Err budget_check(Cx *cx);

#endif
