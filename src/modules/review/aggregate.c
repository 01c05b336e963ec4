#include "modules/review/aggregate.h"

#include <assert.h>
#include <stdlib.h>

static int by_total(const void *a, const void *b)
{
    const Mark *x = a, *y = b;
    if (x->total != y->total)
        return x->total < y->total ? -1 : 1;
    return (x->sheet > y->sheet) - (x->sheet < y->sheet);
}

int64_t divide_even(int64_t sum, int64_t count)
{
    assert(count > 0);
    int64_t whole = sum / count, rest = sum % count;
    if (rest < 0)
        whole--, rest += count;
    if (rest * 2 > count || (rest * 2 == count && whole % 2 != 0))
        whole++;
    return whole;
}

Aggregate aggregate(const Rubric *r, Mark *marks, size_t n)
{
    assert(n > 0);
    size_t trim = r->trimmed && n > 2 * (size_t)r->trim ? (size_t)r->trim : 0;
    Aggregate a = { .trimmed = trim > 0 };
    qsort(marks, n, sizeof(Mark), by_total);
    for (size_t i = 0; i < n; i++) {
        marks[i].used = i >= trim && i < n - trim;
        if (marks[i].used)
            a.sum += marks[i].total, a.count++;
    }
    a.score = divide_even(a.sum * MICRO, a.count);
    return a;
}

int64_t mark_mean(const Mark *marks, size_t n)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += marks[i].total;
    return divide_even(sum * MICRO, (int64_t)n);
}

/* sqrt(n * sum of squares - square of sum) / n, all whole under the root. */
int64_t mark_deviation(const Mark *marks, size_t n)
{
    int64_t sum = 0, squares = 0, out = 0;
    for (size_t i = 0; i < n; i++) {
        sum += marks[i].total;
        squares += marks[i].total * marks[i].total;
    }
    Decimal root = decimal_sqrt(decimal_from_int((int64_t)n * squares - sum * sum));
    Decimal micro =
        decimal_div(decimal_mul(root, decimal_from_int(MICRO)), decimal_from_int((int64_t)n));
    bool whole = decimal_to_int(decimal_round(micro, 0, HALF_EVEN), &out);
    assert(whole);
    return out;
}

static const char *points_text(Cx *cx, int64_t points, int64_t unit)
{
    return decimal_text(cx, decimal_div(decimal_from_int(points), decimal_from_int(unit)));
}

static const char *in_words(Cx *cx, const Aggregate *a, const Mark *marks, size_t n)
{
    Buf b = BUF(cx);
    for (size_t i = 0; i < n; i++)
        if (marks[i].used)
            buf_format(&b, "%s%s", b.length ? " + " : "(", points_text(cx, marks[i].total, POINT));
    buf_format(&b, ") ÷ %lld = %s", (long long)a->count,
               points_text(cx, a->score, (int64_t)POINT * MICRO));
    return buf_text(&b);
}

void aggregate_put(Cx *cx, JsonOut *o, const char *key, const Rubric *r, const Aggregate *a,
                   const Mark *marks, size_t n)
{
    json_open(o, key, '{');
    json_put_text(o, "method", a->trimmed ? "trimmed_mean" : "mean");
    json_put_int(o, "trim", a->trimmed ? r->trim : 0);
    json_open(o, "sheets", '[');
    for (size_t i = 0; i < n; i++) {
        json_open(o, NULL, '{');
        json_put_int(o, "sheet", marks[i].sheet);
        json_put_text(o, "number", marks[i].number);
        json_put_int(o, "total", marks[i].total);
        json_put_bool(o, "used", marks[i].used);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_put_int(o, "sum", a->sum);
    json_put_int(o, "count", a->count);
    json_put_int(o, "score", a->score);
    json_put_text(o, "text", in_words(cx, a, marks, n));
    json_close(o, '}');
}

const char *aggregate_text(Cx *cx, const Rubric *r, const Aggregate *a, const Mark *marks, size_t n)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    aggregate_put(cx, &o, NULL, r, a, marks, n);
    return buf_text(&b);
}
