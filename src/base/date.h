/* Civil days and instants. A Day counts days since 1970-01-01 in the proleptic Gregorian calendar;
 * an instant is milliseconds since 1970-01-01T00:00:00Z. China Standard Time is UTC+8, always.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include "base/cx.h"

typedef int64_t Day;

typedef struct Civil {
    int64_t year; /* astronomical: 0 is 1 BC */
    int month;    /* 1..12 */
    int day;      /* 1..31 */
} Civil;

bool civil_valid(Civil c);
Day day_from_civil(Civil c);
Civil civil_from_day(Day d);
/* The same day so many months on, or the last of that month: 31 January and a month is 28 February.
 */
Day day_after_months(Day d, int64_t months);
int day_weekday(Day d); /* 1 = Monday … 7 = Sunday */

/* Reads a real day "YYYY-MM-DD" in 1900–2200, nothing else. */
bool day_parse(const char *text, Day *out);
const char *day_text(Cx *cx, Day d); /* "YYYY-MM-DD" */

#define DAY_MS 86400000LL
#define CST_MS 28800000LL

Day day_of_instant(int64_t instant);          /* the day in China Standard Time */
int64_t instant_of_day(Day d);                /* its first millisecond in China Standard Time */
const char *instant_text(Cx *cx, int64_t at); /* "2022-12-10T23:59:59+08:00" */
/* Reads what instant_text writes, or the same ending in "Z" for UTC. */
bool instant_parse(const char *text, int64_t *out);

#endif
