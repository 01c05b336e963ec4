/* Offsets of named zones from the system's TZif files (RFC 8536): the 64-bit transitions, and the
 * POSIX rule of the footer behind the last of them. Reading a file for each question keeps no state
 * and needs no lock; rules name zones rarely.
 */
#include "rules/moment.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define ZONE_DIR   "/usr/share/zoneinfo/"
#define ZONE_BYTES 65536

typedef struct ZoneFile {
    const unsigned char *bytes;
    size_t length;
} ZoneFile;

typedef struct Header {
    size_t at; /* of the data behind it */
    size_t isut, isstd, leap, times, types, chars;
} Header;

static int64_t big_endian(const unsigned char *p, int bytes)
{
    assert(bytes > 0 && bytes <= 8);
    uint64_t n = p[0] & 0x80 ? UINT64_MAX : 0;
    for (int i = 0; i < bytes; i++)
        n = n << 8 | p[i];
    return (int64_t)n;
}

/* "Area/City_1": no way out of the folder. */
static bool name_valid(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length > 64 || name[0] == '/' || name[0] == '-' || name[0] == '+')
        return false;
    for (size_t i = 0; i < length; i++) {
        char c = name[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    c == '_' || c == '-' || c == '+' || c == '/';
        if (!good)
            return false;
    }
    return true;
}

static bool zone_load(Cx *cx, const char *name, ZoneFile *out)
{
    if (!name_valid(name))
        return false;
    FILE *f = fopen(arena_format(cx->arena, ZONE_DIR "%s", name), "rb");
    if (!f)
        return false;
    unsigned char *bytes = arena_alloc(cx->arena, ZONE_BYTES);
    size_t length = fread(bytes, 1, ZONE_BYTES - 1, f);
    fclose(f);
    *out = (ZoneFile){ bytes, length };
    return length > 44 && memcmp(bytes, "TZif", 4) == 0 && bytes[4] >= '2';
}

static bool header_read(const ZoneFile *z, size_t at, Header *h)
{
    if (at + 44 > z->length || memcmp(z->bytes + at, "TZif", 4) != 0)
        return false;
    size_t *counts[] = { &h->isut, &h->isstd, &h->leap, &h->times, &h->types, &h->chars };
    for (size_t i = 0; i < COUNT(counts); i++) {
        int64_t n = big_endian(z->bytes + at + 20 + 4 * i, 4);
        if (n < 0 || n > ZONE_BYTES)
            return false;
        *counts[i] = (size_t)n;
    }
    h->at = at + 44;
    return h->types > 0;
}

static size_t header_size(const Header *h, size_t time_bytes)
{
    return h->times * (time_bytes + 1) + h->types * 6 + h->chars + h->leap * (time_bytes + 4) +
           h->isstd + h->isut;
}

/* [+-]hh[:mm[:ss]], seconds. */
static const char *rule_clock(const char *p, int32_t *out)
{
    int sign = *p == '-' ? -1 : 1;
    p += *p == '-' || *p == '+';
    int32_t parts[3] = { 0, 0, 0 };
    for (int i = 0; i < 3; i++) {
        while (*p >= '0' && *p <= '9')
            parts[i] = parts[i] * 10 + (*p++ - '0');
        if (*p != ':')
            break;
        p++;
    }
    *out = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    return p;
}

static const char *rule_name(const char *p)
{
    if (*p == '<') {
        const char *end = strchr(p, '>');
        return end ? end + 1 : p + strlen(p);
    }
    return p + strcspn(p, "0123456789+-,");
}

static const char *rule_number(const char *p, int *out)
{
    *out = 0;
    while (*p >= '0' && *p <= '9')
        *out = *out * 10 + (*p++ - '0');
    return p;
}

/* "M3.5.0/2", "J60", "59": the local second at which the rule of that year begins. */
static const char *rule_day(const char *p, int64_t year, int64_t *out)
{
    Day day;
    int32_t clock = 7200;
    if (*p == 'M') {
        int month, week, weekday;
        p = rule_number(p + 1, &month);
        p = rule_number(p + (*p == '.'), &week);
        p = rule_number(p + (*p == '.'), &weekday);
        if (month < 1 || month > 12)
            return NULL;
        day = day_from_civil((Civil){ year, month, 1 });
        day += (weekday - day_weekday(day) % 7 + 7) % 7 + (Day)(week - 1) * 7;
        if (week == 5 && civil_from_day(day).month != month)
            day -= 7;
    } else {
        int n;
        bool julian = *p == 'J';
        p = rule_number(p + julian, &n);
        day = day_from_civil((Civil){ year, 1, 1 }) + n - julian;
        if (julian && n >= 60 && civil_valid((Civil){ year, 2, 29 }))
            day++;
    }
    if (*p == '/')
        p = rule_clock(p + 1, &clock);
    *out = day * DAY_SECONDS + clock;
    return p;
}

/* Where a question lies: at a moment of UTC, or at what a clock of the zone shows. Of an hour that
 * comes twice the first is meant; an hour that the clock leaves out counts on as if it had not been
 * put on yet, so that it lies behind all that comes before it. Either way the offset before a
 * change reaches up to the change's moment on that of the two clocks which shows more. */
typedef struct ZoneAsk {
    int64_t seconds;
    bool local;
} ZoneAsk;

static bool before_change(const ZoneAsk *ask, int64_t change, int32_t before, int32_t after)
{
    int64_t ahead = before > after ? before : after;
    return ask->seconds < change + (ask->local ? ahead : 0);
}

/* The footer's rule, e.g. "CET-1CEST,M3.5.0,M10.5.0/3": summer's start is told in standard time,
 * its end in summer time. */
static bool rule_offset(const char *p, const ZoneAsk *ask, int32_t *offset)
{
    int32_t standard, summer;
    p = rule_clock(rule_name(p), &standard);
    standard = -standard;
    *offset = standard;
    if (*p == 0 || *p == '\n')
        return true;
    p = rule_name(p);
    summer = standard + 3600;
    if (*p && *p != ',') {
        p = rule_clock(p, &summer);
        summer = -summer;
    }
    Date today;
    int64_t clock = ask->seconds + (ask->local ? 0 : standard);
    Day day = clock >= 0 ? clock / DAY_SECONDS : -((DAY_SECONDS - 1 - clock) / DAY_SECONDS);
    int64_t start, end;
    if (*p != ',' || !date_from_day(day, &today) || !(p = rule_day(p + 1, today.year, &start)) ||
        *p != ',' || !rule_day(p + 1, today.year, &end))
        return false;
    bool begun = !before_change(ask, start - standard, standard, summer);
    bool ended = !before_change(ask, end - summer, summer, standard);
    bool inside = start < end ? begun && !ended : begun || !ended;
    *offset = inside ? summer : standard;
    return true;
}

static bool table_offset(const ZoneFile *z, const Header *h, const ZoneAsk *ask, int32_t *offset,
                         bool *beyond)
{
    const unsigned char *times = z->bytes + h->at;
    const unsigned char *index = times + h->times * 8;
    const unsigned char *types = index + h->times;
    *offset = (int32_t)big_endian(types, 4);
    *beyond = true;
    for (size_t i = 0; i < h->times; i++) {
        if (index[i] >= h->types)
            return false;
        int32_t after = (int32_t)big_endian(types + 6 * index[i], 4);
        if (before_change(ask, big_endian(times + 8 * i, 8), *offset, after)) {
            *beyond = false;
            return true;
        }
        *offset = after;
    }
    return true;
}

static bool zone_ask(Cx *cx, const char *name, const ZoneAsk *ask, int32_t *offset)
{
    ZoneFile z;
    Header h;
    bool beyond;
    if (!zone_load(cx, name, &z) || !header_read(&z, 0, &h))
        return false;
    size_t second = h.at + header_size(&h, 4);
    if (!header_read(&z, second, &h) || h.at + header_size(&h, 8) > z.length)
        return false;
    if (!table_offset(&z, &h, ask, offset, &beyond))
        return false;
    const char *footer = (const char *)z.bytes + h.at + header_size(&h, 8);
    if (beyond && *footer == '\n' && footer[1] && footer[1] != '\n')
        return rule_offset(footer + 1, ask, offset);
    return true;
}

bool zone_offset(Cx *cx, const char *name, int64_t local_seconds, int32_t *offset)
{
    return zone_ask(cx, name, &(ZoneAsk){ local_seconds, true }, offset);
}

bool zone_offset_at(Cx *cx, const char *name, int64_t seconds, int32_t *offset)
{
    return zone_ask(cx, name, &(ZoneAsk){ seconds, false }, offset);
}
