#include "base/budget.h"

#include <assert.h>
#include <time.h>

/* Between two looks at the clock: some tens of microseconds, so that a run ends soon after it must
 * and the look costs nothing beside the work. */
enum { SLICE = 4096 };

int64_t budget_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* What the run has spent is its thread's CPU time: who waits for the disk, for the lock of the
 * chain or on a busy machine spends nothing, and is not refused for it. */
static int64_t spent_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

Budget budget_make(int64_t steps, int64_t ms)
{
    Budget b = { .steps = 0 };
    budget_renew(&b, steps, ms);
    return b;
}

void budget_renew(Budget *b, int64_t steps, int64_t ms)
{
    assert(steps > 0 && ms > 0);
    b->steps = b->look = steps;
    b->deadline = spent_ms() + ms;
}

static bool is_set(const atomic_bool *flag)
{
    return flag && atomic_load_explicit(flag, memory_order_relaxed);
}

bool budget_lasts(Budget *b)
{
    if (!b)
        return true;
    if (b->ended)
        return false;
    if (is_set(b->gone) || is_set(b->stop))
        b->ended = BUDGET_STOPPED;
    else if (b->steps < 0)
        b->ended = BUDGET_STEPS;
    else if (b->deadline && spent_ms() > b->deadline)
        b->ended = BUDGET_TIME;
    b->look = b->steps - SLICE;
    return !b->ended;
}

bool budget_spend(Budget *b, int64_t steps)
{
    assert(steps >= 0);
    if (!b)
        return true;
    b->steps -= steps < INT64_MAX / 2 ? steps : INT64_MAX / 2;
    if (b->steps < b->look || b->steps < 0)
        return budget_lasts(b);
    return !b->ended;
}

Err budget_check(Cx *cx)
{
    switch (cx->budget ? cx->budget->ended : BUDGET_LASTS) {
    case BUDGET_LASTS: return OK;
    case BUDGET_STOPPED:
        return fail(cx, DOWN, NULL, "请求已中止：连接已断开或系统正在停止，请重试",
                    "the request was stopped: the connection closed or the server is stopping; "
                    "try again");
    case BUDGET_STEPS:
        return fail(cx, LIMITED, NULL,
                    "规则的运算量超出一次运行的限度，请简化规则或减少一次处理的数据",
                    "the rules take more steps than one run may: simplify them, or run them over "
                    "less data");
    case BUDGET_TIME: break;
    }
    return fail(cx, LIMITED, NULL, "运行超出时间限度，请简化规则或减少一次处理的数据",
                "the run took longer than it may: simplify the rules, or run them over less data");
}
