#include "rules/moment.h"

#include <assert.h>
#include <string.h>

#define NANOS       1000000000LL
#define SECONDS_MAX (400000000000LL * DAY_SECONDS) /* beyond the range of years */

bool date_valid(int64_t year, int64_t month, int64_t day)
{
    return year >= -YEAR_MAX && year <= YEAR_MAX && month >= 1 && month <= 12 && day >= 1 &&
           day <= 31 && civil_valid((Civil){ year, (int)month, (int)day });
}

int date_cmp(Date a, Date b)
{
    if (a.year != b.year)
        return a.year < b.year ? -1 : 1;
    int left = a.month * 32 + a.day, right = b.month * 32 + b.day;
    return (left > right) - (left < right);
}

Day date_day(Date d)
{
    return day_from_civil((Civil){ d.year, d.month, d.day });
}

bool date_from_day(Day day, Date *out)
{
    if (day < -400000000000LL || day > 400000000000LL)
        return false;
    Civil c = civil_from_day(day);
    *out = (Date){ (int32_t)c.year, (uint8_t)c.month, (uint8_t)c.day };
    return c.year >= -YEAR_MAX && c.year <= YEAR_MAX;
}

bool date_add_months(Date d, int64_t months, Date *out)
{
    if (months < -4LL * YEAR_MAX * 12 || months > 4LL * YEAR_MAX * 12)
        return false;
    int64_t at = (int64_t)d.year * 12 + d.month - 1 + months;
    int64_t year = at >= 0 ? at / 12 : -((11 - at) / 12);
    int64_t month = at - year * 12 + 1;
    int64_t day = d.day;
    if (year < -YEAR_MAX || year > YEAR_MAX)
        return false;
    while (!date_valid(year, month, day))
        day--;
    *out = (Date){ (int32_t)year, (uint8_t)month, (uint8_t)day };
    return true;
}

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
