/* How many steps a run may take, and when it looks whether it may go on. */
#include "rules/eval.h"

#include "base/budget.h"

/* Budget, arena and limits are asked together and seldom: each look goes to other memory, and a
 * slice of a few thousand steps is well below a millisecond. `look` never lies behind the limit of
 * steps, so that the limit is met exactly. */
bool run_goes_on(Run *run)
{
    assert(run->steps >= run->charged);
    enum { SLICE = 4096 };
    bool lasts = budget_spend(run->cx->budget, run->steps - run->charged);
    run->charged = run->steps;
    run->look = run->steps + SLICE < run->limits.steps ? run->steps + SLICE : run->limits.steps;
    if (!lasts || run->steps > run->limits.steps || arena_full(run->cx->arena))
        run->stopped = true;
    return !run->stopped;
}

/* A built-in may charge any number at once: it is cut, so that no sum of steps can overflow. */
bool run_spend(Run *run, size_t steps)
{
    const size_t most = INT64_MAX / 4;
    run->steps += (int64_t)(steps < most ? steps : most);
    if (run->steps > run->look || arena_full(run->cx->arena))
        return run_goes_on(run);
    return !run->stopped;
}
