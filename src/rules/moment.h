/* Days, times and durations in FEEL's range of years, with zones by offset and by name.
 *
 * Reading follows XML Schema as DMN 1.5 uses it (10.3.4.1), writing is its canonical form. Zone
 * names are those of the system's zoneinfo; its files are read when a name occurs and nothing is
 * kept.
 */
#ifndef RULES_MOMENT_H
#define RULES_MOMENT_H

#include "base/date.h"
#include "rules/value.h"

#define YEAR_MAX    999999999
#define DAY_SECONDS 86400

bool date_valid(int64_t year, int64_t month, int64_t day);
int date_cmp(Date a, Date b);
Day date_day(Date d);
/* False beyond the range of years. */
bool date_from_day(Day day, Date *out);
/* The same day n months later, or the last of a shorter month. */
bool date_add_months(Date d, int64_t months, Date *out);

bool date_parse(const char *text, Date *out);
bool moment_parse_time(Cx *cx, const char *text, Moment *out);
/* A bare date is its midnight. */
bool moment_parse(Cx *cx, const char *text, Moment *out);
/* VALUE_DAYS or VALUE_MONTHS into out. */
bool duration_parse(const char *text, Value *out);

const char *date_text(Cx *cx, Date d);
const char *moment_time_text(Cx *cx, const Moment *m);
const char *moment_text(Cx *cx, const Moment *m);
const char *days_text(Cx *cx, Duration d);
const char *months_text(Cx *cx, int64_t months);

/* Seconds since 1970-01-01T00:00:00, in UTC where the moment has an offset, else as it stands. A
 * time counts from 0 (its offset taken off). */
int64_t moment_seconds(const Moment *m);
/* By whole seconds, as the conformance cases have "=" and so "<" must have it. False where one has
 * an offset and the other none. */
bool moment_order(const Moment *a, const Moment *b, int *order);
bool moment_equal(const Moment *a, const Moment *b);
bool moment_same(const Moment *a, const Moment *b);
/* A date and time, or a time (which wraps at midnight), d later. In a zone it is d later on the
 * line of time (DMN 1.5, table 57), whatever the clocks there do in between; a time of day alone
 * goes by its clock. False beyond the range. */
bool moment_add(Cx *cx, const Moment *m, Duration d, Moment *out);
/* The clock's hour stays; where the zone leaves it out that day, it is the hour behind the gap. */
bool moment_add_months(Cx *cx, const Moment *m, int64_t months, Moment *out);

Duration duration_of(int64_t seconds, int64_t nanos);
Duration duration_neg(Duration d);
bool duration_add(Duration a, Duration b, Duration *out);
/* a - b in months, towards zero. */
int64_t months_between(const Moment *later, const Moment *earlier);

/* Seconds east of UTC at a local time of the named zone, and at a moment of UTC; false where no
 * such zone is known. Of an hour that comes twice the first is meant, in one that is left out the
 * offset from before it holds. */
bool zone_offset(Cx *cx, const char *name, int64_t local_seconds, int32_t *offset);
bool zone_offset_at(Cx *cx, const char *name, int64_t seconds, int32_t *offset);

#endif
