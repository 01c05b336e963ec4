#include "core/record/holiday.h"
#include "core/access/right.h"

#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

const Field holiday_fields[] = {
    { "id", FIELD_INT, offsetof(Holiday, id), "编号", "Number", .flags = FIELD_READONLY },
    { "day", FIELD_TEXT, offsetof(Holiday, day), "日期", "Day",
      .flags = FIELD_REQUIRED | FIELD_KEY | FIELD_FILTER | FIELD_SORT, .min = 10, .max = 10 },
    { "work", FIELD_BOOL, offsetof(Holiday, work), "上班", "Worked", .flags = FIELD_REQUIRED,
      .help_zh = "调休上班的周末；否则为放假",
      .help_en = "A weekend day that is worked; else off" },
    { "name", FIELD_TEXT, offsetof(Holiday, name), "节日", "Holiday", .flags = FIELD_REQUIRED,
      .min = 1, .max = 40 },
    { "sure", FIELD_BOOL, offsetof(Holiday, sure), "已核实", "Verified", .flags = FIELD_REQUIRED },
    { "source", FIELD_TEXT, offsetof(Holiday, source), "依据", "Source", .max = 60,
      .help_zh = "公布它的文件的文号", .help_en = "Number of the document that gives it out" },
    FIELDS_END,
};

/* --- counting --- */

/* Differing days in a stretch of the calendar, in order. */
typedef struct Calendar {
    const Holiday *rows;
    size_t count;
    Day first;
} Calendar;

static Err calendar(Cx *cx, Calendar *out, Day from, Day to)
{
    List list;
    TRY(store_list(
        cx, &list, holiday_fields, sizeof(Holiday),
        "SELECT id, day, work, name, sure, source FROM holiday WHERE day >= $1 AND day <= $2 "
        "ORDER BY day",
        ARGS(T(day_text(cx, from)), T(day_text(cx, to)))));
    *out = (Calendar){ list.rows, list.count, from };
    return OK;
}

static bool works(Cx *cx, const Calendar *c, Day d)
{
    const char *day = day_text(cx, d);
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->rows[i].day, day) == 0)
            return c->rows[i].work != 0;
    return day_weekday(d) <= 5;
}

/* Days that surely hold so many working days: no month has fewer than ten. */
static Day stretch(int64_t days)
{
    return days * 3 + 30;
}

Err working_days_after(Cx *cx, int64_t *out, int64_t instant, int64_t days)
{
    assert(days >= 0);
    Calendar c;
    Day d = day_of_instant(instant);
    TRY(calendar(cx, &c, d, d + stretch(days)));
    while (days > 0)
        if (works(cx, &c, ++d))
            days--;
    *out = instant_of_day(d) + 18 * 3600 * 1000LL;
    return OK;
}

static Err term_ends(Cx *cx, int64_t *out, Day last, bool extend)
{
    Calendar c;
    if (extend) {
        TRY(calendar(cx, &c, last, last + stretch(1)));
        while (!works(cx, &c, last))
            last++;
    }
    *out = instant_of_day(last + 1) - 1;
    return OK;
}

Err calendar_days_after(Cx *cx, int64_t *out, int64_t instant, int64_t days, bool extend)
{
    assert(days >= 0);
    return term_ends(cx, out, day_of_instant(instant) + days, extend);
}

Err calendar_months_after(Cx *cx, int64_t *out, int64_t instant, int64_t months, bool extend)
{
    assert(months >= 0);
    return term_ends(cx, out, day_after_months(day_of_instant(instant), months), extend);
}

Err working_days_before(Cx *cx, int64_t *out, int64_t instant, int64_t days)
{
    assert(days >= 0);
    Calendar c;
    Day d = day_of_instant(instant);
    TRY(calendar(cx, &c, d - stretch(days), d));
    while (days > 0)
        if (works(cx, &c, --d))
            days--;
    *out = instant_of_day(d);
    return OK;
}

Err working_days_between(Cx *cx, int64_t *out, int64_t from, int64_t to)
{
    Calendar c;
    Day d = day_of_instant(from), last = day_of_instant(to);
    *out = 0;
    if (last <= d)
        return OK;
    TRY(calendar(cx, &c, d, last));
    while (d < last)
        *out += works(cx, &c, ++d);
    return OK;
}

/* --- keeping --- */

Err holiday_list(Cx *cx, List *out, const PageQuery *query)
{
    return store_page(cx, out, holiday_fields, sizeof(Holiday),
                      "SELECT id, day, work, name, sure, source FROM holiday", NO_ARGS, query);
}

/* NOT_FOUND leaves no failure behind: the day goes by the week. */
static Err of_day(Cx *cx, Holiday *out, bool *found, const char *day)
{
    Err e = store_row(cx, out, holiday_fields,
                      "SELECT id, day, work, name, sure, source FROM holiday WHERE day = $1",
                      ARGS(T(day)));
    *found = e == OK;
    return e == NOT_FOUND ? OK : e;
}

Err holiday_put(Cx *cx, Holiday *row)
{
    Day d;
    Holiday old;
    bool found;
    if (!day_parse(row->day, &d))
        return fail(cx, INVALID, "/day", "“%s”不是日期", "%s is no day", row->day);
    if ((day_weekday(d) > 5) != (row->work != 0))
        return fail(cx, INVALID, "/work", "%s 按周历本来就是这样，不必安排",
                    "%s is so by the week already", row->day);
    TRY(of_day(cx, &old, &found, row->day));
    TRY(store_run(cx,
                  "INSERT INTO holiday(day, work, name, sure, source) VALUES($1, $2, $3, $4, $5) "
                  "ON CONFLICT(day) DO UPDATE SET work = $2, name = $3, sure = $4, source = $5",
                  ARGS(T(row->day), I(row->work), T(row->name), I(row->sure), T(row->source))));
    TRY(store_int(cx, &row->id, "SELECT id FROM holiday WHERE day = $1", ARGS(T(row->day))));
    audit_change(cx, "holiday", row->id, holiday_fields, found ? &old : NULL, row);
    return OK;
}

Err holiday_put_all(Cx *cx, const Json *list)
{
    if (list->type != J_ARRAY || list->count > HOLIDAYS_AT_ONCE)
        return fail(cx, INVALID, "", "应为列表，最多 %d 天", "must be a list of at most %d days",
                    HOLIDAYS_AT_ONCE);
    for (size_t i = 0; i < list->count; i++) {
        Holiday h;
        field_clear(&h, holiday_fields);
        TRY(field_read_new(cx, &h, holiday_fields, list->items[i], json_pointer_at(cx, "", i)));
        Err e = holiday_put(cx, &h);
        if (e == INVALID)
            cx->failure.field = arena_format(cx->arena, "/%zu%s", i, cx->failure.field);
        TRY(e);
    }
    return OK;
}

Err holiday_remove(Cx *cx, int64_t id)
{
    Holiday old;
    Err e = store_row(cx, &old, holiday_fields,
                      "SELECT id, day, work, name, sure, source FROM holiday WHERE id = $1",
                      ARGS(I(id)));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, "id", "没有这条节假日安排", "there is no such holiday");
    TRY(e);
    audit_change(cx, "holiday", id, holiday_fields, &old, NULL);
    return store_run(cx, "DELETE FROM holiday WHERE id = $1", ARGS(I(id)));
}

/* --- routes --- */

static Err list(Cx *cx, Request *rq, Reply *rp)
{
    List found;
    PageQuery query = request_page(cx, rq, holiday_fields);
    if (!query.sort)
        query.sort = "day";
    TRY(holiday_list(cx, &found, &query));
    return reply_page(cx, rp, holiday_fields, sizeof(Holiday), &found);
}

static Err put(Cx *cx, Request *rq, Reply *rp)
{
    Holiday h;
    TRY(request_row(cx, &h, holiday_fields, rq));
    TRY(holiday_put(cx, &h));
    return reply_row(cx, rp, holiday_fields, &h);
}

static Err put_all(Cx *cx, Request *rq, Reply *rp)
{
    const Json *body;
    TRY(request_json(cx, &body, rq));
    TRY(holiday_put_all(cx, body));
    return reply_done(cx, rp);
}

static Err drop(Cx *cx, Request *rq, Reply *rp)
{
    TRY(holiday_remove(cx, request_id(rq, "id")));
    return reply_done(cx, rp);
}

static const Route ROUTES[] = {
    { GET, "/api/holidays", "holiday.read", list, "看节假日安排", "List holidays",
      .out = holiday_fields, .flags = ROUTE_PAGE },
    { POST, "/api/holidays", "holiday.write", put, "安排节假日", "Set a holiday", holiday_fields,
      holiday_fields },
    { PUT, "/api/holidays", "holiday.write", put_all, "安排多日节假日（列表，一天不对则都不存）",
      "Set many holidays (a list; one that is wrong saves none)", .in = holiday_fields,
      .body = BODY_ROWS },
    { DELETE, "/api/holidays/:id", "holiday.write", drop, "撤销节假日安排", "Remove a holiday" },
    ROUTES_END,
};

static const Right RIGHTS[] = {
    { "holiday.read", "查看节假日安排", "See the public holidays", OFFICES | SYSTEM, ANY_KIND,
      DESKS | SYSTEM_ADMIN | SECURITY_ADMIN },
    { "holiday.write", "维护节假日安排", "Keep the public holidays", PROVINCE, BUREAUS, DESKS },
    { .right = NULL },
};

extern const char holiday_sql[];

const Module holiday_module = {
    .noun = "holiday", .schema = holiday_sql, .routes = ROUTES, .rights = RIGHTS
};
