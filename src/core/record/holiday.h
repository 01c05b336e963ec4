/* Working days: Monday to Friday, but for public holidays and the days that are swapped for them.
 *
 * The days that differ from the week stand in a table, as the State Council's office gives them
 * out for each year; the province keeps it. A day that we are not sure of is marked so.
 */
#ifndef CORE_RECORD_HOLIDAY_H
#define CORE_RECORD_HOLIDAY_H

#include "base/date.h"
#include "core/request/dispatch.h"

typedef struct Holiday {
    int64_t id;
    const char *day;  /* "2022-10-08" */
    int64_t work;     /* a Saturday or Sunday that is worked; else a day off */
    const char *name; /* 国庆节 */
    int64_t sure;
    const char *source; /* 国办发明电〔2024〕12号; NULL = not said */
} Holiday;

extern const Field holiday_fields[];

enum { HOLIDAYS_AT_ONCE = 400 };

Err holiday_list(Cx *cx, List *out, const PageQuery *query);
/* Puts or replaces one day; sets its id. INVALID where the week says the same. */
Err holiday_put(Cx *cx, Holiday *row);
/* All days of a list, each as holiday_put, or none; the failure's field begins with "/index". */
Err holiday_put_all(Cx *cx, const Json *list);
Err holiday_remove(Cx *cx, int64_t id);

/* The instant at which that many working days after an instant end: 18:00 China Standard Time. */
Err working_days_after(Cx *cx, int64_t *out, int64_t instant, int64_t days);
/* The first millisecond of the working day that lies that many working days before an instant. */
Err working_days_before(Cx *cx, int64_t *out, int64_t instant, int64_t days);
/* The last millisecond of a term of calendar days or months: the day of the instant is not counted,
 * and the term ends at 24:00 of its last day. One that ends on a rest day ends there; extend: on
 * the next working day. */
Err calendar_days_after(Cx *cx, int64_t *out, int64_t instant, int64_t days, bool extend);
Err calendar_months_after(Cx *cx, int64_t *out, int64_t instant, int64_t months, bool extend);
/* Working days behind the day of `from`, up to and with the day of `to`; 0 where to is earlier. */
Err working_days_between(Cx *cx, int64_t *out, int64_t from, int64_t to);

#endif
