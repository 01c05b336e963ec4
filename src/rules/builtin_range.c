/* Built-ins that compare points and ranges (DMN 1.5, 10.3.4.9, table 78). */
#include "rules/builtin.h"

/* One side of a comparison: a range, or a point as a range of its own. */
typedef struct Ends {
    Value low, high;
    bool low_closed, high_closed;
} Ends;

static Ends ends_of(const Value *v)
{
    if (v->kind != VALUE_RANGE)
        return (Ends){ *v, *v, true, true };
    const Range *r = v->range;
    return (Ends){ r->low, r->high, r->low_closed, r->high_closed };
}

/* The order of one end of each: -1, 0, 1; 2 where there is none. An infinite end is beyond all. */
static int order_of(const Value *a, int a_infinite, const Value *b, int b_infinite)
{
    int order;
    bool a_open = value_is_null(a), b_open = value_is_null(b);
    if (a_open || b_open) {
        int left = a_open ? a_infinite : 0, right = b_open ? b_infinite : 0;
        return (left > right) - (left < right);
    }
    return value_order(a, b, &order) ? order : 2;
}

typedef struct RangePair {
    Ends a, b;
    int low_low, high_high, high_low, low_high; /* a's end against b's */
} RangePair;

static bool compare(const Value *arguments, RangePair *p)
{
    p->a = ends_of(&arguments[0]);
    p->b = ends_of(&arguments[1]);
    p->low_low = order_of(&p->a.low, -1, &p->b.low, -1);
    p->high_high = order_of(&p->a.high, 1, &p->b.high, 1);
    p->high_low = order_of(&p->a.high, 1, &p->b.low, -1);
    p->low_high = order_of(&p->a.low, -1, &p->b.high, 1);
    return p->low_low != 2 && p->high_high != 2 && p->high_low != 2 && p->low_high != 2;
}

static bool is_before(const RangePair *p)
{
    return p->high_low < 0 || (p->high_low == 0 && !(p->a.high_closed && p->b.low_closed));
}

static bool is_after(const RangePair *p)
{
    return p->low_high > 0 || (p->low_high == 0 && !(p->a.low_closed && p->b.high_closed));
}

static bool is_meets(const RangePair *p)
{
    return p->high_low == 0 && p->a.high_closed && p->b.low_closed;
}

static bool is_met_by(const RangePair *p)
{
    return p->low_high == 0 && p->a.low_closed && p->b.high_closed;
}

static bool is_overlaps(const RangePair *p)
{
    return !is_before(p) && !is_after(p);
}

/* Does a's start come no later, and a's end no earlier, than b's? */
static bool starts_no_later(const RangePair *p)
{
    return p->low_low < 0 || (p->low_low == 0 && (p->a.low_closed || !p->b.low_closed));
}

static bool ends_no_earlier(const RangePair *p)
{
    return p->high_high > 0 || (p->high_high == 0 && (p->a.high_closed || !p->b.high_closed));
}

static bool starts_earlier(const RangePair *p)
{
    return p->low_low < 0 || (p->low_low == 0 && p->a.low_closed && !p->b.low_closed);
}

static bool ends_later(const RangePair *p)
{
    return p->high_high > 0 || (p->high_high == 0 && p->a.high_closed && !p->b.high_closed);
}

static bool is_overlaps_before(const RangePair *p)
{
    return is_overlaps(p) && starts_earlier(p) && !ends_later(p);
}

static bool starts_later(const RangePair *p)
{
    return !starts_no_later(p);
}

static bool is_overlaps_after(const RangePair *p)
{
    return is_overlaps(p) && starts_later(p) && ends_no_earlier(p);
}

static bool same_start(const RangePair *p)
{
    return p->low_low == 0 && p->a.low_closed == p->b.low_closed;
}

static bool same_end(const RangePair *p)
{
    return p->high_high == 0 && p->a.high_closed == p->b.high_closed;
}

static bool is_includes(const RangePair *p)
{
    return starts_no_later(p) && ends_no_earlier(p);
}

static bool is_during(const RangePair *p)
{
    return !starts_earlier(p) && !ends_later(p);
}

static bool is_finishes(const RangePair *p)
{
    return same_end(p) && !starts_earlier(p);
}

static bool is_finished_by(const RangePair *p)
{
    return same_end(p) && starts_no_later(p);
}

static bool is_starts(const RangePair *p)
{
    return same_start(p) && !ends_later(p);
}

static bool is_started_by(const RangePair *p)
{
    return same_start(p) && ends_no_earlier(p);
}

static bool is_coincides(const RangePair *p)
{
    return same_start(p) && same_end(p);
}

static Value relation(Run *run, const Value *a, bool (*holds)(const RangePair *))
{
    RangePair p;
    if (!compare(a, &p))
        return value_null_because(run->cx, "%s 与 %s 不能比较", "%s and %s cannot be compared",
                                  value_brief(run->cx, &a[0]), value_brief(run->cx, &a[1]));
    return value_boolean(holds(&p));
}

#define RELATION(name)                                                                             \
    static Value name(Run *run, const Value *a)                                                    \
    {                                                                                              \
        return relation(run, a, is_##name);                                                        \
    }
RELATION(before)
RELATION(after)
RELATION(meets)
RELATION(met_by)
RELATION(overlaps)
RELATION(overlaps_before)
RELATION(overlaps_after)
RELATION(finishes)
RELATION(finished_by)
RELATION(includes)
RELATION(during)
RELATION(starts)
RELATION(started_by)
RELATION(coincides)

#define K_POINT (K_NUMBER | K_STRING | K_DATE | K_TIME | K_MOMENT | K_DAYS | K_MONTHS)
#define POINTS                                                                                     \
    {                                                                                              \
        { "point1", K_POINT },                                                                     \
        {                                                                                          \
            "point2", K_POINT                                                                      \
        }                                                                                          \
    }
#define POINT_RANGE                                                                                \
    {                                                                                              \
        { "point", K_POINT },                                                                      \
        {                                                                                          \
            "range", K_RANGE                                                                       \
        }                                                                                          \
    }
#define RANGE_POINT                                                                                \
    {                                                                                              \
        { "range", K_RANGE },                                                                      \
        {                                                                                          \
            "point", K_POINT                                                                       \
        }                                                                                          \
    }
#define RANGES                                                                                     \
    {                                                                                              \
        { "range1", K_RANGE },                                                                     \
        {                                                                                          \
            "range2", K_RANGE                                                                      \
        }                                                                                          \
    }
#define ROW(name, params, call, zh, en)                                                            \
    {                                                                                              \
        name, params, call, TYPE_BOOLEAN, 0, zh, en                                                \
    }

static const Builtin rows[] = {
    ROW("before", POINTS, before, "在前", "is before"),
    ROW("before", POINT_RANGE, before, "在区间之前", "is before"),
    ROW("before", RANGE_POINT, before, "区间在前", "is before"),
    ROW("before", RANGES, before, "区间在前", "is before"),
    ROW("after", POINTS, after, "在后", "is after"),
    ROW("after", POINT_RANGE, after, "在区间之后", "is after"),
    ROW("after", RANGE_POINT, after, "区间在后", "is after"),
    ROW("after", RANGES, after, "区间在后", "is after"),
    ROW("meets", RANGES, meets, "首尾相接", "ends where the other starts"),
    ROW("met by", RANGES, met_by, "被首尾相接", "starts where the other ends"),
    ROW("overlaps", RANGES, overlaps, "相交", "have something in common"),
    ROW("overlaps before", RANGES, overlaps_before, "在前并相交", "starts before and overlaps"),
    ROW("overlaps after", RANGES, overlaps_after, "在后并相交", "ends after and overlaps"),
    ROW("finishes", POINT_RANGE, finishes, "是区间的终点", "is the end of the range"),
    ROW("finishes", RANGES, finishes, "同时结束", "ends it"),
    ROW("finished by", RANGE_POINT, finished_by, "终于此点", "is ended by"),
    ROW("finished by", RANGES, finished_by, "由其结束", "is ended by"),
    ROW("includes", RANGE_POINT, includes, "包含此点", "includes"),
    ROW("includes", RANGES, includes, "包含", "includes"),
    ROW("during", POINT_RANGE, during, "在区间内", "is within"),
    ROW("during", RANGES, during, "在其内", "is within"),
    ROW("starts", POINT_RANGE, starts, "是区间的起点", "is the start of the range"),
    ROW("starts", RANGES, starts, "同时开始", "starts it"),
    ROW("started by", RANGE_POINT, started_by, "始于此点", "is started by"),
    ROW("started by", RANGES, started_by, "由其开始", "is started by"),
    ROW("coincides", POINTS, coincides, "相同", "are the same"),
    ROW("coincides", RANGES, coincides, "相同", "are the same"),
};

const BuiltinFamily BUILTIN_RANGE = { rows, COUNT(rows) };
