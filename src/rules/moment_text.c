/* Dates, times and durations as text, both ways. */
#include "rules/moment.h"

#include "base/text.h"

#include <string.h>

#define NANOS 1000000000LL

/* Exactly `digits` digits. */
static bool take(const char **p, int digits, int *out)
{
    int n = 0;
    for (int i = 0; i < digits; i++) {
        char c = (*p)[i];
        if (c < '0' || c > '9')
            return false;
        n = n * 10 + (c - '0');
    }
    *p += digits;
    *out = n;
    return true;
}

static bool take_char(const char **p, char c)
{
    if (**p != c)
        return false;
    (*p)++;
    return true;
}

static bool take_date(const char **p, Date *out)
{
    bool negative = take_char(p, '-');
    size_t digits = strspn(*p, "0123456789");
    int year, month, day;
    if (digits < 4 || digits > 9 || (digits > 4 && **p == '0'))
        return false;
    if (!take(p, (int)digits, &year) || !take_char(p, '-') || !take(p, 2, &month) ||
        !take_char(p, '-') || !take(p, 2, &day))
        return false;
    if (negative)
        year = -year;
    if (!date_valid(year, month, day))
        return false;
    *out = (Date){ year, (uint8_t)month, (uint8_t)day };
    return true;
}

bool date_parse(const char *text, Date *out)
{
    return take_date(&text, out) && *text == 0;
}

/* ".123": up to nine digits count, more are read and dropped. */
static bool take_fraction(const char **p, uint32_t *nanos)
{
    *nanos = 0;
    if (!take_char(p, '.'))
        return true;
    int digits = 0;
    for (; **p >= '0' && **p <= '9'; (*p)++, digits++)
        if (digits < 9)
            *nanos = *nanos * 10 + (uint32_t)(**p - '0');
    for (int i = digits; i < 9; i++)
        *nanos *= 10;
    return digits > 0;
}

static bool take_zone(Cx *cx, const char *p, Moment *m)
{
    if (*p == 0)
        return true;
    if (strcmp(p, "Z") == 0) {
        m->zoned = true;
        return true;
    }
    if (*p == '@') {
        m->zone = arena_text(cx->arena, p + 1);
        int64_t local = moment_seconds(m);
        m->zoned = zone_offset(cx, m->zone, local, &m->offset);
        return m->zoned;
    }
    int sign = *p == '-' ? -1 : 1, hour, minute, second = 0;
    if (*p != '-' && *p != '+')
        return false;
    p++;
    if (!take(&p, 2, &hour) || !take_char(&p, ':') || !take(&p, 2, &minute))
        return false;
    if (*p == ':' && (!take_char(&p, ':') || !take(&p, 2, &second)))
        return false;
    if (*p || hour > 18 || minute > 59 || second > 59)
        return false;
    m->offset = sign * (hour * 3600 + minute * 60 + second);
    m->zoned = true;
    return m->offset >= -18 * 3600 && m->offset <= 18 * 3600;
}

static bool take_time(Cx *cx, const char *p, Moment *m)
{
    int hour, minute, second;
    if (!take(&p, 2, &hour) || !take_char(&p, ':') || !take(&p, 2, &minute) ||
        !take_char(&p, ':') || !take(&p, 2, &second) || !take_fraction(&p, &m->nano))
        return false;
    if (hour == 24 && minute == 0 && second == 0 && m->nano == 0) {
        hour = 0; /* the end of a day is the start of the next */
        if (m->date.month && !date_from_day(date_day(m->date) + 1, &m->date))
            return false;
    }
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    m->hour = (uint8_t)hour;
    m->minute = (uint8_t)minute;
    m->second = (uint8_t)second;
    return take_zone(cx, p, m);
}

bool moment_parse_time(Cx *cx, const char *text, Moment *out)
{
    *out = (Moment){ .zone = NULL };
    text += *text == 'T';
    return take_time(cx, text, out);
}

bool moment_parse(Cx *cx, const char *text, Moment *out)
{
    *out = (Moment){ .zone = NULL };
    if (!take_date(&text, &out->date))
        return false;
    return *text == 0 || (take_char(&text, 'T') && take_time(cx, text, out));
}

/* "12Y": a number and its letter; false where the next part is another or none. */
static bool take_part(const char **p, char unit, int64_t *out)
{
    const char *q = *p;
    int64_t n = 0;
    for (; *q >= '0' && *q <= '9'; q++)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *q - '0', &n))
            return false;
    if (q == *p || *q != unit)
        return false;
    *p = q + 1;
    *out = n;
    return true;
}

static bool take_seconds(const char **p, int64_t *seconds, uint32_t *nanos)
{
    const char *q = *p;
    size_t digits = strspn(q, "0123456789");
    int64_t n = 0;
    if (digits == 0 || digits > 18)
        return false;
    for (size_t i = 0; i < digits; i++)
        n = n * 10 + (q[i] - '0');
    q += digits;
    if (!take_fraction(&q, nanos) || *q != 'S')
        return false;
    *p = q + 1;
    *seconds = n;
    return true;
}

static bool add_scaled(int64_t *sum, int64_t n, int64_t scale)
{
    int64_t product;
    return !__builtin_mul_overflow(n, scale, &product) &&
           !__builtin_add_overflow(*sum, product, sum);
}

static bool days_parse(const char *p, bool negative, Value *out)
{
    int64_t n, seconds = 0;
    uint32_t nanos = 0;
    bool any = take_part(&p, 'D', &n);
    if (any && !add_scaled(&seconds, n, DAY_SECONDS))
        return false;
    if (take_char(&p, 'T')) {
        any = false;
        static const struct {
            char unit;
            int64_t scale;
        } parts[] = { { 'H', 3600 }, { 'M', 60 } };
        for (size_t i = 0; i < COUNT(parts); i++)
            if (take_part(&p, parts[i].unit, &n)) {
                any = true;
                if (!add_scaled(&seconds, n, parts[i].scale))
                    return false;
            }
        if (take_seconds(&p, &n, &nanos)) {
            any = true;
            if (!add_scaled(&seconds, n, 1))
                return false;
        }
    }
    if (!any || *p || seconds > INT64_MAX / 4)
        return false;
    Duration d = duration_of(seconds, nanos);
    *out = (Value){ .kind = VALUE_DAYS, .days = negative ? duration_neg(d) : d };
    return true;
}

bool duration_parse(const char *text, Value *out)
{
    const char *p = text;
    bool negative = take_char(&p, '-');
    if (!take_char(&p, 'P'))
        return false;
    int64_t n, months = 0;
    const char *start = p;
    if (take_part(&p, 'Y', &n) && !add_scaled(&months, n, 12))
        return false;
    if (take_part(&p, 'M', &n) && !add_scaled(&months, n, 1))
        return false;
    if (p == start)
        return days_parse(p, negative, out);
    if (*p || months > INT64_MAX / 4)
        return false;
    *out = (Value){ .kind = VALUE_MONTHS, .months = negative ? -months : months };
    return true;
}

static void put_date(Buf *b, Date d)
{
    int32_t year = d.year < 0 ? -d.year : d.year;
    buf_format(b, "%s%04d-%02d-%02d", d.year < 0 ? "-" : "", year, d.month, d.day);
}

static void put_fraction(Buf *b, int64_t nanos)
{
    char digits[10];
    if (nanos == 0)
        return;
    for (int i = 8; i >= 0; i--, nanos /= 10)
        digits[i] = (char)('0' + nanos % 10);
    size_t length = 9;
    while (digits[length - 1] == '0')
        length--;
    buf_char(b, '.');
    buf_add_n(b, digits, length);
}

static void put_time(Buf *b, const Moment *m)
{
    buf_format(b, "%02d:%02d:%02d", m->hour, m->minute, m->second);
    put_fraction(b, m->nano);
    if (m->zone) {
        buf_format(b, "@%s", m->zone);
    } else if (m->zoned && m->offset == 0) {
        buf_char(b, 'Z');
    } else if (m->zoned) {
        int offset = m->offset < 0 ? -m->offset : m->offset;
        buf_format(b, "%c%02d:%02d", m->offset < 0 ? '-' : '+', offset / 3600, offset / 60 % 60);
        if (offset % 60)
            buf_format(b, ":%02d", offset % 60);
    }
}

const char *date_text(Cx *cx, Date d)
{
    Buf b = BUF(cx);
    put_date(&b, d);
    return buf_text(&b);
}

const char *moment_time_text(Cx *cx, const Moment *m)
{
    Buf b = BUF(cx);
    put_time(&b, m);
    return buf_text(&b);
}

const char *moment_text(Cx *cx, const Moment *m)
{
    Buf b = BUF(cx);
    put_date(&b, m->date);
    buf_char(&b, 'T');
    put_time(&b, m);
    return buf_text(&b);
}

static void put_part(Buf *b, int64_t n, char unit)
{
    if (n)
        buf_format(b, "%lld%c", (long long)n, unit);
}

const char *days_text(Cx *cx, Duration d)
{
    Buf b = BUF(cx);
    bool negative = d.seconds < 0;
    if (negative)
        d = duration_neg(d);
    if (d.seconds == 0 && d.nanos == 0)
        return "PT0S";
    int64_t clock = d.seconds % DAY_SECONDS;
    buf_add(&b, negative ? "-P" : "P");
    put_part(&b, d.seconds / DAY_SECONDS, 'D');
    if (clock || d.nanos)
        buf_char(&b, 'T');
    put_part(&b, clock / 3600, 'H');
    put_part(&b, clock / 60 % 60, 'M');
    if (clock % 60 || d.nanos) {
        buf_format(&b, "%lld", (long long)(clock % 60));
        put_fraction(&b, d.nanos);
        buf_char(&b, 'S');
    }
    return buf_text(&b);
}

const char *months_text(Cx *cx, int64_t months)
{
    Buf b = BUF(cx);
    if (months == 0)
        return "P0M";
    buf_add(&b, months < 0 ? "-P" : "P");
    int64_t n = months < 0 ? -months : months;
    put_part(&b, n / 12, 'Y');
    put_part(&b, n % 12, 'M');
    return buf_text(&b);
}
