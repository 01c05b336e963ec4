#include "rules/op.h"

#include "rules/moment.h"

#include <assert.h>
#include <string.h>

static bool either_unknown(const Value *a, const Value *b)
{
    return value_is_unknown(a) || value_is_unknown(b);
}

static Value bad(Cx *cx, const char *sign, const Value *a, const Value *b)
{
    if (either_unknown(a, b))
        return value_unknown_both(cx, a, b);
    /* A null that came with its own cause keeps it. */
    if (value_is_null(a) && a->cause)
        return *a;
    if (value_is_null(b) && b->cause)
        return *b;
    return value_null_because(cx, "%s %s %s 没有意义", "%s %s %s has no meaning",
                              value_brief(cx, a), sign, value_brief(cx, b));
}

static Value finite(Cx *cx, Decimal d, const char *sign, const Value *a, const Value *b)
{
    if (decimal_finite(d))
        return value_number(d);
    const char *left = value_brief(cx, a), *right = value_brief(cx, b);
    if (*sign == '/' && b->kind == VALUE_NUMBER && decimal_sign(b->number) == 0)
        return value_null_because(cx, "%s %s %s 除以零", "%s %s %s divides by zero", left, sign,
                                  right);
    return value_null_because(cx, "%s %s %s 超出数的范围",
                              "%s %s %s is outside the range of numbers", left, sign, right);
}

static Value days(Duration d)
{
    return (Value){ .kind = VALUE_DAYS, .days = d };
}

static Value months(int64_t n)
{
    return (Value){ .kind = VALUE_MONTHS, .months = n };
}

static Value out_of_range(Cx *cx, const Value *a, const Value *b)
{
    return value_null_because(cx, "%s 与 %s 的结果超出日期或时长的范围",
                              "%s and %s give no date or duration within range", value_brief(cx, a),
                              value_brief(cx, b));
}

static Value moment_value(Cx *cx, Kind kind, const Moment *m)
{
    assert(kind == VALUE_TIME || kind == VALUE_DATE_TIME);
    Moment *copy = NEW(cx, Moment);
    *copy = *m;
    return (Value){ .kind = kind, .moment = copy };
}

static Value moment_plus(Cx *cx, const Value *v, const Value *d, int sign)
{
    assert(d->kind == VALUE_DAYS || d->kind == VALUE_MONTHS);
    Moment m;
    bool good = d->kind == VALUE_DAYS
                    ? moment_add(cx, v->moment, sign < 0 ? duration_neg(d->days) : d->days, &m)
                    : moment_add_months(cx, v->moment, sign * d->months, &m);
    return good ? moment_value(cx, v->kind, &m) : out_of_range(cx, v, d);
}

/* A date takes whole days: what is left of one ends on the day it reaches. */
static Value date_plus(Cx *cx, const Value *v, const Value *d, int sign)
{
    assert(v->kind == VALUE_DATE && (sign == 1 || sign == -1));
    Date out;
    bool good;
    if (d->kind == VALUE_MONTHS) {
        good = date_add_months(v->date, sign * d->months, &out);
    } else {
        int64_t seconds = sign < 0 ? duration_neg(d->days).seconds : d->days.seconds;
        int64_t day = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0);
        good = date_from_day(date_day(v->date) + day, &out);
    }
    return good ? value_date(out) : out_of_range(cx, v, d);
}

static bool is_duration(const Value *v)
{
    return v->kind == VALUE_DAYS || v->kind == VALUE_MONTHS;
}

/* A point in time and a duration; false where the two are none. */
static bool shift(Cx *cx, const Value *v, const Value *d, int sign, Value *out)
{
    assert(sign == 1 || sign == -1);
    if (!is_duration(d))
        return false;
    if (v->kind == VALUE_DATE)
        *out = date_plus(cx, v, d, sign);
    else if (v->kind == VALUE_DATE_TIME || (v->kind == VALUE_TIME && d->kind == VALUE_DAYS))
        *out = moment_plus(cx, v, d, sign);
    else
        return false;
    return true;
}

static Value text_join(Cx *cx, const Text *a, const Text *b)
{
    char *bytes = arena_alloc(cx->arena, a->length + b->length + 1);
    memcpy(bytes, a->bytes, a->length);
    memcpy(bytes + a->length, b->bytes, b->length);
    return value_text_n(bytes, a->length + b->length);
}

static Value duration_sum(Cx *cx, const Value *a, const Value *b, int sign)
{
    assert(a->kind == b->kind && is_duration(a));
    Duration d;
    int64_t n;
    if (a->kind == VALUE_DAYS)
        return duration_add(a->days, sign < 0 ? duration_neg(b->days) : b->days, &d)
                   ? days(d)
                   : out_of_range(cx, a, b);
    return __builtin_add_overflow(a->months, sign * b->months, &n) ? out_of_range(cx, a, b)
                                                                   : months(n);
}

Value op_add(Cx *cx, const Value *a, const Value *b)
{
    Value out;
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
        return finite(cx, decimal_add(a->number, b->number), "+", a, b);
    if (a->kind == VALUE_STRING && b->kind == VALUE_STRING)
        return text_join(cx, &a->text, &b->text);
    if (a->kind == b->kind && is_duration(a))
        return duration_sum(cx, a, b, 1);
    if (shift(cx, a, b, 1, &out) || shift(cx, b, a, 1, &out))
        return out;
    return bad(cx, "+", a, b);
}

/* A date beside a date and time is its midnight in UTC (DMN 1.5, 10.3.2.3.5). */
static bool as_moment(const Value *v, const Value *other, Moment *out)
{
    if (v->kind == VALUE_DATE_TIME || v->kind == VALUE_TIME) {
        *out = *v->moment;
        return true;
    }
    if (v->kind != VALUE_DATE)
        return false;
    *out = (Moment){ .date = v->date, .zoned = true };
    return other->kind == VALUE_DATE_TIME || other->kind == VALUE_DATE;
}

static bool between(const Value *a, const Value *b, Value *out)
{
    Moment left, right;
    if ((a->kind == VALUE_TIME) != (b->kind == VALUE_TIME) || !as_moment(a, b, &left) ||
        !as_moment(b, a, &right) || left.zoned != right.zoned)
        return false;
    *out = days(duration_of(moment_seconds(&left) - moment_seconds(&right),
                            (int64_t)left.nano - right.nano));
    return true;
}

Value op_sub(Cx *cx, const Value *a, const Value *b)
{
    Value out;
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
        return finite(cx, decimal_sub(a->number, b->number), "-", a, b);
    if (a->kind == b->kind && is_duration(a))
        return duration_sum(cx, a, b, -1);
    if (shift(cx, a, b, -1, &out) || between(a, b, &out))
        return out;
    return bad(cx, "-", a, b);
}

/* A duration as a number of nanoseconds or months, exact to 34 digits. */
static Decimal duration_number(const Value *v)
{
    assert(is_duration(v));
    if (v->kind == VALUE_MONTHS)
        return decimal_from_int(v->months);
    Decimal seconds = decimal_mul(decimal_from_int(v->days.seconds), decimal_from_int(1000000000));
    return decimal_add(seconds, decimal_from_int(v->days.nanos));
}

/* d is what came of a and b; a duration of the kind that one of them has. */
static Value duration_from(Cx *cx, Decimal d, const Value *a, const Value *b)
{
    assert(is_duration(a) || is_duration(b));
    int64_t whole, nanos;
    Kind kind = is_duration(a) ? a->kind : b->kind;
    if (!decimal_finite(d))
        return out_of_range(cx, a, b);
    Decimal t = decimal_round(d, 0, TOWARDS_ZERO);
    if (kind == VALUE_MONTHS)
        return decimal_to_int(t, &whole) && whole > INT64_MIN / 4 && whole < INT64_MAX / 4
                   ? months(whole)
                   : out_of_range(cx, a, b);
    Decimal billion = decimal_from_int(1000000000);
    Decimal seconds = decimal_round(decimal_div(t, billion), 0, DOWN_TO_FLOOR);
    Decimal rest = decimal_sub(t, decimal_mul(seconds, billion));
    if (!decimal_to_int(seconds, &whole) || !decimal_to_int(rest, &nanos) ||
        whole < INT64_MIN / 4 || whole > INT64_MAX / 4)
        return out_of_range(cx, a, b);
    return days(duration_of(whole, nanos));
}

Value op_mul(Cx *cx, const Value *a, const Value *b)
{
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
        return finite(cx, decimal_mul(a->number, b->number), "*", a, b);
    if (is_duration(a) && b->kind == VALUE_NUMBER)
        return duration_from(cx, decimal_mul(duration_number(a), b->number), a, b);
    if (is_duration(b) && a->kind == VALUE_NUMBER)
        return duration_from(cx, decimal_mul(duration_number(b), a->number), a, b);
    return bad(cx, "*", a, b);
}

Value op_div(Cx *cx, const Value *a, const Value *b)
{
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
        return finite(cx, decimal_div(a->number, b->number), "/", a, b);
    if (is_duration(a) && b->kind == VALUE_NUMBER)
        return duration_from(cx, decimal_div(duration_number(a), b->number), a, b);
    if (is_duration(a) && b->kind == a->kind)
        return finite(cx, decimal_div(duration_number(a), duration_number(b)), "/", a, b);
    return bad(cx, "/", a, b);
}

Value op_pow(Cx *cx, const Value *a, const Value *b)
{
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER)
        return finite(cx, decimal_pow(a->number, b->number), "**", a, b);
    return bad(cx, "**", a, b);
}

Value op_neg(Cx *cx, const Value *a)
{
    switch (a->kind) {
    case VALUE_NUMBER: return value_number(decimal_neg(a->number));
    case VALUE_DAYS: return days(duration_neg(a->days));
    case VALUE_MONTHS: return months(-a->months);
    case VALUE_UNKNOWN: return *a;
    default:
        if (value_is_null(a) && a->cause)
            return *a;
        return value_null_because(cx, "-%s 没有意义", "-%s has no meaning", value_brief(cx, a));
    }
}

bool op_order(Cx *cx, const Value *a, const Value *b, int *order, Value *wrong)
{
    if (a->kind == VALUE_NUMBER && b->kind == VALUE_NUMBER) {
        *order = decimal_cmp(a->number, b->number);
        return true;
    }
    if (value_order(a, b, order))
        return true;
    *wrong = bad(cx, "<", a, b);
    return false;
}

Value op_and(Cx *cx, const Value *a, const Value *b)
{
    if (value_is_false(a) || value_is_false(b))
        return value_boolean(false);
    if (either_unknown(a, b))
        return value_unknown_both(cx, a, b);
    if (value_is_true(a) && value_is_true(b))
        return value_boolean(true);
    return bad(cx, "and", a, b);
}

Value op_or(Cx *cx, const Value *a, const Value *b)
{
    if (value_is_true(a) || value_is_true(b))
        return value_boolean(true);
    if (either_unknown(a, b))
        return value_unknown_both(cx, a, b);
    if (value_is_false(a) && value_is_false(b))
        return value_boolean(false);
    return bad(cx, "or", a, b);
}

Value op_not(Cx *cx, const Value *a)
{
    if (a->kind == VALUE_BOOLEAN)
        return value_boolean(!a->boolean);
    if (value_is_unknown(a) || (value_is_null(a) && a->cause))
        return *a;
    return value_null_because(cx, "not(%s) 没有意义", "not(%s) has no meaning", value_brief(cx, a));
}

static Value in_one(Cx *cx, const Value *subject, const Value *v)
{
    if (v->kind == VALUE_RANGE && subject->kind != VALUE_RANGE)
        return value_in_range(cx, subject, v->range);
    return value_equal(cx, subject, v);
}

Value op_in(Cx *cx, const Value *subject, const Value *v)
{
    if (v->kind != VALUE_LIST)
        return in_one(cx, subject, v);
    Value any = value_boolean(false);
    if (subject->kind == VALUE_LIST) {
        any = value_equal(cx, subject, v);
        if (value_is_true(&any))
            return any;
    }
    for (size_t i = 0; i < v->list.count; i++) {
        Value one = in_one(cx, subject, &v->list.items[i]);
        if (value_is_true(&one))
            return one;
        if (value_is_unknown(&one))
            any = value_unknown_both(cx, &any, &one);
    }
    return any;
}

static Value number_of(int64_t n)
{
    return value_int(n);
}

static bool date_path(Date d, const char *name, Value *out)
{
    if (strcmp(name, "year") == 0)
        *out = number_of(d.year);
    else if (strcmp(name, "month") == 0)
        *out = number_of(d.month);
    else if (strcmp(name, "day") == 0)
        *out = number_of(d.day);
    else if (strcmp(name, "weekday") == 0)
        *out = number_of(day_weekday(date_day(d)));
    else
        return false;
    return true;
}

static bool moment_path(const Moment *m, const char *name, Value *out)
{
    if (strcmp(name, "hour") == 0)
        *out = number_of(m->hour);
    else if (strcmp(name, "minute") == 0)
        *out = number_of(m->minute);
    else if (strcmp(name, "second") == 0)
        *out = number_of(m->second);
    else if (strcmp(name, "time offset") == 0)
        *out = m->zoned ? days(duration_of(m->offset, 0)) : value_null();
    else if (strcmp(name, "timezone") == 0)
        *out = m->zone ? value_text(m->zone) : value_null();
    else
        return m->date.month && date_path(m->date, name, out);
    return true;
}

/* Parts of a duration have its sign: -P1Y2M has -1 years and -2 months. */
static bool duration_path(const Value *v, const char *name, Value *out)
{
    if (v->kind == VALUE_MONTHS) {
        if (strcmp(name, "years") == 0)
            *out = number_of(v->months / 12);
        else if (strcmp(name, "months") == 0)
            *out = number_of(v->months % 12);
        else
            return false;
        return true;
    }
    bool negative = v->days.seconds < 0;
    Duration d = negative ? duration_neg(v->days) : v->days;
    int64_t n, sign = negative ? -1 : 1;
    if (strcmp(name, "days") == 0)
        n = d.seconds / DAY_SECONDS;
    else if (strcmp(name, "hours") == 0)
        n = d.seconds / 3600 % 24;
    else if (strcmp(name, "minutes") == 0)
        n = d.seconds / 60 % 60;
    else if (strcmp(name, "seconds") == 0)
        n = d.seconds % 60;
    else
        return false;
    *out = number_of(sign * n);
    return true;
}

static bool range_path(const Range *r, const char *name, Value *out)
{
    if (strcmp(name, "start") == 0)
        *out = r->low;
    else if (strcmp(name, "end") == 0)
        *out = r->high;
    else if (strcmp(name, "start included") == 0)
        *out = value_boolean(r->low_closed);
    else if (strcmp(name, "end included") == 0)
        *out = value_boolean(r->high_closed);
    else
        return false;
    return true;
}

static Value list_path(Cx *cx, const Values *list, const char *name, uint32_t hint)
{
    Value *items = NEW_N(cx, Value, list->count);
    for (size_t i = 0; i < list->count; i++)
        items[i] = op_path(cx, &list->items[i], name, hint);
    return value_list(items, list->count);
}

static bool scalar_path(const Value *v, const char *name, Value *out)
{
    switch (v->kind) {
    case VALUE_DATE: return date_path(v->date, name, out);
    case VALUE_TIME:
    case VALUE_DATE_TIME: return moment_path(v->moment, name, out);
    case VALUE_DAYS:
    case VALUE_MONTHS: return duration_path(v, name, out);
    case VALUE_RANGE: return range_path(v->range, name, out);
    default: return false;
    }
}

const Value *op_field(const Context *c, const char *name, uint32_t hint)
{
    if (hint < c->count && c->entries[hint].key == name)
        return &c->entries[hint].value;
    return context_get(c, name);
}

Value op_path(Cx *cx, const Value *v, const char *name, uint32_t hint)
{
    assert(name);
    Value out;
    if (v->kind == VALUE_CONTEXT) {
        const Value *found = op_field(v->context, name, hint);
        if (found)
            return *found;
    } else if (v->kind == VALUE_LIST) {
        return list_path(cx, &v->list, name, hint);
    } else if (value_is_unknown(v) || (value_is_null(v) && v->cause)) {
        return *v;
    } else if (scalar_path(v, name, &out)) {
        return out;
    }
    return value_null_because(cx, "没有「%s」", "there is no \"%s\"", name);
}
