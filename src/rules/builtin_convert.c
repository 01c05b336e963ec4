/* Built-ins that make one kind of value from another (DMN 1.5, 10.3.4.1 and 10.3.4.2). */
#include "rules/builtin.h"
#include "rules/moment.h"
#include "rules/op.h"

#include "base/text.h"

#include <assert.h>
#include <string.h>

static Value no(Cx *cx, const char *text, const char *zh, const char *en)
{
    return value_null_because(cx, "「%s」%.0s不是%s", "\"%s\" is no %s%.0s", text, en, zh);
}

static Value no_value(Cx *cx, const Value *v, const char *zh, const char *en)
{
    return value_null_because(cx, "%s %.0s不是%s", "%s is no %s%.0s", value_brief(cx, v), en, zh);
}

static Value moment_value(Cx *cx, Kind kind, const Moment *m)
{
    Moment *copy = NEW(cx, Moment);
    *copy = *m;
    return (Value){ .kind = kind, .moment = copy };
}

Value feel_date(Cx *cx, const char *text)
{
    Date d;
    return date_parse(text, &d) ? value_date(d) : no(cx, text, "日期", "date");
}

Value feel_time(Cx *cx, const char *text)
{
    Moment m;
    return moment_parse_time(cx, text, &m) ? moment_value(cx, VALUE_TIME, &m)
                                           : no(cx, text, "时刻", "time");
}

Value feel_date_time(Cx *cx, const char *text)
{
    Moment m;
    return moment_parse(cx, text, &m) ? moment_value(cx, VALUE_DATE_TIME, &m)
                                      : no(cx, text, "日期时间", "date and time");
}

Value feel_duration(Cx *cx, const char *text)
{
    Value v;
    return duration_parse(text, &v) ? v : no(cx, text, "时长", "duration");
}

static Value date_from(Run *run, const Value *a)
{
    if (a->kind == VALUE_STRING)
        return feel_date(run->cx, a->text.bytes);
    return value_date(a->kind == VALUE_DATE ? a->date : a->moment->date);
}

static Value date_of(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER && a[2].kind == VALUE_NUMBER);
    int64_t parts[3];
    for (size_t i = 0; i < 3; i++)
        if (!decimal_to_int(a[i].number, &parts[i]))
            return no_value(run->cx, &a[i], "整数", "integer");
    if (!date_valid(parts[0], parts[1], parts[2]))
        return value_null_because(run->cx, "没有 %lld-%lld-%lld 这一天",
                                  "there is no day %lld-%lld-%lld", (long long)parts[0],
                                  (long long)parts[1], (long long)parts[2]);
    return value_date((Date){ (int32_t)parts[0], (uint8_t)parts[1], (uint8_t)parts[2] });
}

static Value time_from(Run *run, const Value *a)
{
    if (a->kind == VALUE_STRING)
        return feel_time(run->cx, a->text.bytes);
    Moment m = { .zoned = true };
    if (a->kind != VALUE_DATE) {
        m = *a->moment;
        m.date = (Date){ 0, 0, 0 };
    }
    return moment_value(run->cx, VALUE_TIME, &m);
}

static Value time_of(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER && a[2].kind == VALUE_NUMBER);
    Cx *cx = run->cx;
    int64_t hour, minute, second, nanos;
    Decimal whole = decimal_round(a[2].number, 0, DOWN_TO_FLOOR);
    Decimal rest = decimal_mul(decimal_sub(a[2].number, whole), decimal_from_int(1000000000));
    if (!decimal_to_int(a[0].number, &hour) || !decimal_to_int(a[1].number, &minute) ||
        !decimal_to_int(whole, &second) ||
        !decimal_to_int(decimal_round(rest, 0, DOWN_TO_FLOOR), &nanos) || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59 || second < 0 || second > 59)
        return value_null_because(cx, "没有 %s:%s:%s 这一时刻", "there is no time %s:%s:%s",
                                  value_brief(cx, &a[0]), value_brief(cx, &a[1]),
                                  value_brief(cx, &a[2]));
    Moment m = { .hour = (uint8_t)hour,
                 .minute = (uint8_t)minute,
                 .second = (uint8_t)second,
                 .nano = (uint32_t)nanos };
    if (!value_is_null(&a[3])) {
        int64_t offset = a[3].days.seconds;
        if (offset < -18 * 3600 || offset > 18 * 3600)
            return no_value(cx, &a[3], "时区偏移", "offset of a zone");
        m.offset = (int32_t)offset;
        m.zoned = true;
    }
    return moment_value(cx, VALUE_TIME, &m);
}

static Value date_time_from(Run *run, const Value *a)
{
    Moment m = { .zoned = false };
    if (a->kind == VALUE_STRING)
        return feel_date_time(run->cx, a->text.bytes);
    if (a->kind == VALUE_DATE_TIME)
        return *a;
    m.date = a->date;
    m.zoned = true;
    return moment_value(run->cx, VALUE_DATE_TIME, &m);
}

static Value date_time_of(Run *run, const Value *a)
{
    assert(a[1].kind == VALUE_TIME);
    Moment m = *a[1].moment;
    m.date = a[0].kind == VALUE_DATE ? a[0].date : a[0].moment->date;
    if (m.zone) {
        Moment local = m;
        local.zoned = false;
        zone_offset(run->cx, m.zone, moment_seconds(&local), &m.offset);
    }
    return moment_value(run->cx, VALUE_DATE_TIME, &m);
}

/* Separators are single signs of their set, and not the same. */
static bool separators(const Value *a, char *group, char *point)
{
    *group = 0;
    *point = '.';
    if (!value_is_null(&a[1])) {
        if (a[1].text.length != 1 || !strchr(" ,.", a[1].text.bytes[0]))
            return false;
        *group = a[1].text.bytes[0];
    }
    if (!value_is_null(&a[2])) {
        if (a[2].text.length != 1 || !strchr(",.", a[2].text.bytes[0]))
            return false;
        *point = a[2].text.bytes[0];
    }
    return *group != *point || (value_is_null(&a[2]) && value_is_null(&a[1]));
}

static Value number_from(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING);
    char group, point;
    Buf b = BUF(run->cx);
    Decimal d;
    if (!separators(a, &group, &point))
        return no(run->cx, a[0].text.bytes, "这样分隔的数", "number with these separators");
    for (size_t i = 0; i < a[0].text.length; i++) {
        char c = a[0].text.bytes[i];
        if (c == group && group)
            continue;
        bool other = (c == '.' || c == ',') && c != point;
        buf_char(&b, other ? '?' : c == point ? '.' : c);
    }
    const char *text = buf_text(&b);
    bool digits = strspn(text, "0123456789.eE+-") == strlen(text) && *text;
    if (!digits || !decimal_parse(text, &d) || !decimal_finite(d))
        return no(run->cx, a[0].text.bytes, "数", "number");
    return value_number(d);
}

static Value string_from(Run *run, const Value *a)
{
    const char *text = value_string(run->cx, a);
    return text ? value_text(text) : value_null();
}

static Value duration_from(Run *run, const Value *a)
{
    return a->kind == VALUE_STRING ? feel_duration(run->cx, a->text.bytes) : *a;
}

static Moment as_moment(const Value *v)
{
    if (v->kind != VALUE_DATE)
        return *v->moment;
    return (Moment){ .date = v->date };
}

static Value months_duration(Run *run, const Value *a)
{
    (void)run;
    Moment from = as_moment(&a[0]), to = as_moment(&a[1]);
    return (Value){ .kind = VALUE_MONTHS, .months = months_between(&to, &from) };
}

/* One end of "[1..3]": a literal of its kind, nothing computed. */
static bool literal_end(Cx *cx, Value *out, const char *text)
{
    const Feel *f;
    Failure failure = cx->failure;
    static const char *const makers[] = { "date(\"", "time(\"", "date and time(\"", "duration(\"" };
    bool literal = strchr("\"@-.0123456789", *text) != NULL && !strchr(text, '(');
    for (size_t i = 0; i < COUNT(makers); i++)
        literal |= strncmp(text, makers[i], strlen(makers[i])) == 0;
    bool good = *text && literal && feel_compile(cx, &f, text, NULL) == OK;
    cx->failure = failure;
    if (!good)
        return false;
    Run run = feel_run(cx);
    *out = feel_value(&run, f, NULL);
    return !value_is_null(out);
}

/* Where ".." stands outside of a string. */
static const char *range_dots(const char *text)
{
    bool quoted = false;
    for (const char *p = text; *p; p++) {
        if (*p == '"' && (p == text || p[-1] != '\\'))
            quoted = !quoted;
        if (!quoted && p[0] == '.' && p[1] == '.')
            return p;
    }
    return NULL;
}

static const char *trimmed(Cx *cx, const char *start, const char *end)
{
    while (start < end && (*start == ' ' || *start == '\t' || *start == '\n'))
        start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n'))
        end--;
    return arena_text_n(cx->arena, start, (size_t)(end - start));
}

static Value range_from(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_STRING);
    Cx *cx = run->cx;
    const char *text = trimmed(cx, a->text.bytes, a->text.bytes + a->text.length);
    size_t length = strlen(text);
    const char *dots = range_dots(text);
    Range r = { .low_closed = text[0] == '[' };
    int order;
    if (!dots || length < 4 || !strchr("[(]", text[0]) || !strchr("])[", text[length - 1]))
        return no(cx, a->text.bytes, "区间", "range");
    r.high_closed = text[length - 1] == ']';
    if (!literal_end(cx, &r.low, trimmed(cx, text + 1, dots)) ||
        !literal_end(cx, &r.high, trimmed(cx, dots + 2, text + length - 1)) ||
        !value_order(&r.low, &r.high, &order) || order > 0)
        return no(cx, a->text.bytes, "区间", "range");
    return value_range(cx, &r);
}

static Value not_of(Run *run, const Value *a)
{
    return op_not(run->cx, a);
}

static Value is_unknown(Run *run, const Value *a)
{
    (void)run;
    return value_boolean(value_is_unknown(a));
}

#define K_DAY    (K_DATE | K_MOMENT)
#define K_OFFSET (K_DAYS | K_OPTIONAL)
#define K_SIGN   (K_STRING | K_OPTIONAL)

static const Builtin rows[] = {
    { "date",
      { { "from", K_STRING | K_DAY } },
      date_from,
      TYPE_DATE,
      0,
      "由文本或日期时间得日期",
      "date from text or a date and time" },
    { "date",
      { { "year", K_NUMBER }, { "month", K_NUMBER }, { "day", K_NUMBER } },
      date_of,
      TYPE_DATE,
      0,
      "由年月日得日期",
      "date from year, month and day" },
    { "time",
      { { "from", K_STRING | K_DAY | K_TIME } },
      time_from,
      TYPE_TIME,
      0,
      "由文本或日期时间得时刻",
      "time from text or a date and time" },
    { "time",
      { { "hour", K_NUMBER },
        { "minute", K_NUMBER },
        { "second", K_NUMBER },
        { "offset", K_OFFSET } },
      time_of,
      TYPE_TIME,
      0,
      "由时分秒得时刻",
      "time from hour, minute, second" },
    { "date and time",
      { { "from", K_STRING | K_DAY } },
      date_time_from,
      TYPE_DATE_TIME,
      0,
      "由文本得日期时间",
      "date and time from text" },
    { "date and time",
      { { "date", K_DAY }, { "time", K_TIME } },
      date_time_of,
      TYPE_DATE_TIME,
      0,
      "由日期和时刻得日期时间",
      "date and time from its two parts" },
    { "number",
      { { "from", K_STRING }, { "grouping separator", K_SIGN }, { "decimal separator", K_SIGN } },
      number_from,
      TYPE_NUMBER,
      0,
      "由文本得数",
      "number from text" },
    { "string",
      { { "from", K_ANY } },
      string_from,
      TYPE_STRING,
      BUILTIN_DEEP,
      "值的文本",
      "text of a value" },
    { "duration",
      { { "from", K_STRING | K_DAYS | K_MONTHS } },
      duration_from,
      TYPE_ANY,
      0,
      "由文本得时长",
      "duration from text" },
    { "years and months duration",
      { { "from", K_DAY }, { "to", K_DAY } },
      months_duration,
      TYPE_MONTHS,
      0,
      "两日之间的整年月",
      "whole years and months between two days" },
    { "range",
      { { "from", K_STRING } },
      range_from,
      TYPE_RANGE,
      0,
      "由文本得区间",
      "range from text" },
    { "not", { { "negand", K_ANY } }, not_of, TYPE_BOOLEAN, BUILTIN_LENIENT, "否定", "negation" },
    { "is unknown",
      { { "value", K_ANY } },
      is_unknown,
      TYPE_BOOLEAN,
      BUILTIN_LENIENT,
      "值是否未知（未填）",
      "is the value unknown (an absent fact)" },
};

const BuiltinFamily BUILTIN_CONVERT = { rows, COUNT(rows) };
