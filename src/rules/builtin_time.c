/* Built-ins on days and times (DMN 1.5, 10.3.4.8). The clock is the context's. */
#include "rules/builtin.h"
#include "rules/moment.h"

#include "base/date.h"

static Date date_of(const Value *v)
{
    return v->kind == VALUE_DATE ? v->date : v->moment->date;
}

static Value day_of_year(Run *run, const Value *a)
{
    (void)run;
    Date d = date_of(a);
    return value_int(date_day(d) - date_day((Date){ d.year, 1, 1 }) + 1);
}

static Value day_of_week(Run *run, const Value *a)
{
    static const char *const names[] = { "Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday" };
    (void)run;
    return value_text(names[day_weekday(date_day(date_of(a))) - 1]);
}

static Value month_of_year(Run *run, const Value *a)
{
    static const char *const names[] = { "January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December" };
    (void)run;
    return value_text(names[date_of(a).month - 1]);
}

/* ISO 8601: the week of its Thursday. */
static Value week_of_year(Run *run, const Value *a)
{
    (void)run;
    Day day = date_day(date_of(a));
    Day thursday = day - day_weekday(day) + 4;
    Day first = day_from_civil((Civil){ civil_from_day(thursday).year, 1, 1 });
    return value_int((thursday - first) / 7 + 1);
}

/* China Standard Time, as everything else in the program. */
static Value now(Run *run, const Value *a)
{
    (void)a;
    int64_t at = cx_now(run->cx) + CST_MS;
    int64_t day = at / DAY_MS - (at % DAY_MS < 0), clock = at - day * DAY_MS;
    Moment *m = NEW(run->cx, Moment);
    date_from_day(day, &m->date);
    m->hour = (uint8_t)(clock / 3600000);
    m->minute = (uint8_t)(clock / 60000 % 60);
    m->second = (uint8_t)(clock / 1000 % 60);
    m->nano = (uint32_t)(clock % 1000) * 1000000;
    m->offset = (int32_t)(CST_MS / 1000);
    m->zoned = true;
    return (Value){ .kind = VALUE_DATE_TIME, .moment = m };
}

static Value today(Run *run, const Value *a)
{
    (void)a;
    Date d;
    date_from_day(day_of_instant(cx_now(run->cx)), &d);
    return value_date(d);
}

#define DAY                                                                                        \
    {                                                                                              \
        "date", K_DATE | K_MOMENT                                                                  \
    }

static const Builtin rows[] = {
    { "day of year", { DAY }, day_of_year, TYPE_NUMBER, 0, "一年中的第几天", "day of the year" },
    { "day of week", { DAY }, day_of_week, TYPE_STRING, 0, "星期（英文）", "day of the week" },
    { "month of year",
      { DAY },
      month_of_year,
      TYPE_STRING,
      0,
      "月份（英文）",
      "name of the month" },
    { "week of year",
      { DAY },
      week_of_year,
      TYPE_NUMBER,
      0,
      "一年中的第几周（ISO 8601）",
      "week of the year by ISO 8601" },
    { "now", { { NULL, 0 } }, now, TYPE_DATE_TIME, 0, "现在", "this moment" },
    { "today", { { NULL, 0 } }, today, TYPE_DATE, 0, "今天", "this day" },
};

const BuiltinFamily BUILTIN_TIME = { rows, COUNT(rows) };
