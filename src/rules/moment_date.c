/* Days of the calendar, in FEEL's range of years. */
#include "rules/moment.h"

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
