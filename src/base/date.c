#include "base/date.h"

#include <assert.h>
#include <string.h>

static bool leap(int64_t year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool civil_valid(Civil c)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (c.month < 1 || c.month > 12 || c.day < 1)
        return false;
    return c.day <= DAYS[c.month - 1] + (c.month == 2 && leap(c.year));
}

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years are counted from March, so that the leap day is the last of its year; eras of 400 years
 * have 146,097 days. */
Day day_from_civil(Civil c)
{
    assert(civil_valid(c));
    int64_t year = c.year - (c.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * ((c.month + 9) % 12) + 2) / 5 + c.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

Civil civil_from_day(Day d)
{
    int64_t shifted = d + 719468;
    int64_t era = floor_div(shifted, 146097);
    int64_t of_era = shifted - era * 146097;
    int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
    int64_t march = (5 * of_year + 2) / 153;
    Civil c = { .month = (int)((march + 2) % 12 + 1),
                .day = (int)(of_year - (153 * march + 2) / 5 + 1) };
    c.year = year + era * 400 + (c.month <= 2);
    return c;
}

Day day_after_months(Day d, int64_t months)
{
    Civil c = civil_from_day(d);
    int64_t month = c.year * 12 + c.month - 1 + months;
    c.year = month >= 0 ? month / 12 : (month - 11) / 12;
    c.month = (int)(month - c.year * 12) + 1;
    while (!civil_valid(c))
        c.day--;
    return day_from_civil(c);
}

int day_weekday(Day d)
{
    int64_t w = (d + 3) % 7; /* 1970-01-01 was a Thursday */
    return (int)(w < 0 ? w + 7 : w) + 1;
}

static bool digits(const char **p, int count, int *out)
{
    *out = 0;
    for (int i = 0; i < count; i++, (*p)++) {
        if (**p < '0' || **p > '9')
            return false;
        *out = *out * 10 + (**p - '0');
    }
    return true;
}

bool day_parse(const char *text, Day *out)
{
    int year, month, day;
    if (!digits(&text, 4, &year) || *text++ != '-' || !digits(&text, 2, &month) || *text++ != '-' ||
        !digits(&text, 2, &day) || *text)
        return false;
    Civil c = { year, month, day };
    if (year < 1900 || year > 2200 || !civil_valid(c))
        return false;
    *out = day_from_civil(c);
    return true;
}

const char *day_text(Cx *cx, Day d)
{
    Civil c = civil_from_day(d);
    return arena_format(cx->arena, "%04lld-%02d-%02d", (long long)c.year, c.month, c.day);
}

Day day_of_instant(int64_t instant)
{
    return floor_div(instant + CST_MS, DAY_MS);
}

int64_t instant_of_day(Day d)
{
    return d * DAY_MS - CST_MS;
}

const char *instant_text(Cx *cx, int64_t at)
{
    Day d = day_of_instant(at);
    Civil c = civil_from_day(d);
    int64_t second = (at - instant_of_day(d)) / 1000;
    return arena_format(cx->arena, "%04lld-%02d-%02dT%02d:%02d:%02d+08:00", (long long)c.year,
                        c.month, c.day, (int)(second / 3600), (int)(second / 60 % 60),
                        (int)(second % 60));
}

bool instant_parse(const char *text, int64_t *out)
{
    char day[11] = { 0 };
    Day d;
    int hour, minute, second;
    for (int i = 0; i < 10; i++)
        if (!(day[i] = *text++))
            return false;
    if (!day_parse(day, &d) || *text++ != 'T' || !digits(&text, 2, &hour) || *text++ != ':' ||
        !digits(&text, 2, &minute) || *text++ != ':' || !digits(&text, 2, &second))
        return false;
    bool utc = strcmp(text, "Z") == 0;
    if ((!utc && strcmp(text, "+08:00") != 0) || hour > 23 || minute > 59 || second > 59)
        return false;
    *out = instant_of_day(d) + ((hour * 60LL + minute) * 60 + second) * 1000 + (utc ? CST_MS : 0);
    return true;
}
