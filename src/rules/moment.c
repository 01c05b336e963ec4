#include "rules/moment.h"

#include <assert.h>
#include <string.h>

#define NANOS       1000000000LL
#define SECONDS_MAX (400000000000LL * DAY_SECONDS) /* beyond the range of years */

int64_t moment_seconds(const Moment *m)
{
    int64_t clock = m->hour * 3600 + m->minute * 60 + m->second;
    int64_t day = m->date.month ? date_day(m->date) : 0;
    return day * DAY_SECONDS + clock - (m->zoned ? m->offset : 0);
}

bool moment_order(const Moment *a, const Moment *b, int *order)
{
    if (a->zoned != b->zoned)
        return false;
    int64_t left = moment_seconds(a), right = moment_seconds(b);
    *order = (left > right) - (left < right);
    return true;
}

bool moment_equal(const Moment *a, const Moment *b)
{
    return a->zoned == b->zoned && moment_seconds(a) == moment_seconds(b);
}

bool moment_same(const Moment *a, const Moment *b)
{
    return date_cmp(a->date, b->date) == 0 && a->hour == b->hour && a->minute == b->minute &&
           a->second == b->second && a->nano == b->nano && a->zoned == b->zoned &&
           (!a->zoned || a->offset == b->offset) && (!a->zone == !b->zone) &&
           (!a->zone || strcmp(a->zone, b->zone) == 0);
}

/* Takes the zone's offset at the moment's own local time. */
static bool place(Cx *cx, Moment *m)
{
    assert(m->date.month || !m->date.day);
    if (!m->zone)
        return true;
    m->zoned = false;
    int64_t local = moment_seconds(m);
    m->zoned = zone_offset(cx, m->zone, local, &m->offset);
    return m->zoned;
}

static bool set_clock(Moment *m, int64_t seconds, int64_t nanos)
{
    assert(nanos >= 0 && nanos < NANOS);
    int64_t day = seconds / DAY_SECONDS, clock = seconds % DAY_SECONDS;
    if (clock < 0) {
        clock += DAY_SECONDS;
        day--;
    }
    m->hour = (uint8_t)(clock / 3600);
    m->minute = (uint8_t)(clock / 60 % 60);
    m->second = (uint8_t)(clock % 60);
    m->nano = (uint32_t)nanos;
    return !m->date.month || date_from_day(day, &m->date);
}

/* What the clock of m's zone, or with m's offset, shows at a moment of UTC. */
static bool show(Cx *cx, Moment *m, int64_t seconds, int64_t nanos)
{
    assert(m->date.month);
    if (m->zone && !zone_offset_at(cx, m->zone, seconds, &m->offset))
        return false;
    return set_clock(m, seconds + (m->zoned ? m->offset : 0), nanos);
}

bool moment_add(Cx *cx, const Moment *m, Duration d, Moment *out)
{
    int64_t nanos = m->nano + d.nanos, at;
    bool clock = !m->date.month;
    int64_t start = moment_seconds(m) + (clock && m->zoned ? m->offset : 0);
    if (__builtin_add_overflow(start, d.seconds, &at) ||
        __builtin_add_overflow(at, nanos / NANOS, &at) || at > SECONDS_MAX || at < -SECONDS_MAX)
        return false;
    *out = *m;
    return clock ? set_clock(out, at, nanos % NANOS) && place(cx, out)
                 : show(cx, out, at, nanos % NANOS);
}

bool moment_add_months(Cx *cx, const Moment *m, int64_t months, Moment *out)
{
    *out = *m;
    return date_add_months(m->date, months, &out->date) && place(cx, out) &&
           show(cx, out, moment_seconds(out), m->nano);
}

Duration duration_of(int64_t seconds, int64_t nanos)
{
    int64_t carry = nanos / NANOS;
    nanos %= NANOS;
    if (nanos < 0) {
        nanos += NANOS;
        carry--;
    }
    return (Duration){ seconds + carry, nanos };
}

Duration duration_neg(Duration d)
{
    return duration_of(-d.seconds, -d.nanos);
}

bool duration_add(Duration a, Duration b, Duration *out)
{
    int64_t seconds;
    if (__builtin_add_overflow(a.seconds, b.seconds, &seconds) || seconds == INT64_MAX)
        return false;
    *out = duration_of(seconds, a.nanos + b.nanos);
    return true;
}

int64_t months_between(const Moment *later, const Moment *earlier)
{
    int64_t months = ((int64_t)later->date.year - earlier->date.year) * 12 + later->date.month -
                     earlier->date.month;
    int order = later->date.day - earlier->date.day;
    if (months > 0 && order < 0)
        months--;
    if (months < 0 && order > 0)
        months++;
    return months;
}
