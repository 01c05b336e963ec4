/* Built-ins that make one value of a list (DMN 1.5, 10.3.4.4). f(1, 2) means f([1, 2]). */
#include "rules/builtin.h"
#include "rules/op.h"

#include <assert.h>
#include <stdlib.h>

static Value wrong_item(Cx *cx, const Value *v)
{
    if (value_is_null(v) && v->cause)
        return *v;
    return value_null_because(cx, "列表项 %s 不合", "the item %s does not fit", value_brief(cx, v));
}

static Value empty(Cx *cx)
{
    return value_null_because(cx, "列表的项不够", "the list has too few items");
}

static Value extreme(Run *run, const Value *a, int sign)
{
    int order;
    if (a->list.count == 0)
        return empty(run->cx);
    const Value *best = &a->list.items[0];
    for (size_t i = 0; i < a->list.count; i++) {
        if (!value_order(&a->list.items[i], best, &order))
            return wrong_item(run->cx, &a->list.items[i]);
        if (order * sign > 0)
            best = &a->list.items[i];
    }
    return *best;
}

static Value min(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    return extreme(run, a, -1);
}

static Value max(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    return extreme(run, a, 1);
}

static Value fold(Run *run, const Value *a, Value (*op)(Cx *, const Value *, const Value *))
{
    if (a->list.count == 0)
        return empty(run->cx);
    Kind kind = a->list.items[0].kind;
    bool good = kind == VALUE_NUMBER || kind == VALUE_DAYS || kind == VALUE_MONTHS;
    Value all = a->list.items[0];
    if (!good || (op == op_mul && kind != VALUE_NUMBER))
        return wrong_item(run->cx, &all);
    for (size_t i = 1; i < a->list.count; i++) {
        if (a->list.items[i].kind != kind)
            return wrong_item(run->cx, &a->list.items[i]);
        all = op(run->cx, &all, &a->list.items[i]);
    }
    all.at = NULL;
    return all;
}

static Value sum(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    return fold(run, a, op_add);
}

static Value product(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    return fold(run, a, op_mul);
}

static Value mean(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value all = fold(run, a, op_add), n = value_int((int64_t)a->list.count);
    return value_is_null(&all) ? all : op_div(run->cx, &all, &n);
}

static Value logic(Run *run, const Value *a, bool every)
{
    Value all = value_boolean(every);
    for (size_t i = 0; i < a->list.count; i++) {
        const Value *one = &a->list.items[i];
        if (one->kind != VALUE_BOOLEAN && !value_is_null(one) && !value_is_unknown(one))
            return wrong_item(run->cx, one);
        all = every ? op_and(run->cx, &all, one) : op_or(run->cx, &all, one);
    }
    return all;
}

static Value all_of(Run *run, const Value *a)
{
    return value_is_unknown(a) ? *a : logic(run, a, true);
}

static Value any_of(Run *run, const Value *a)
{
    return value_is_unknown(a) ? *a : logic(run, a, false);
}

static int by_number(const void *a, const void *b)
{
    return decimal_cmp(((const Value *)a)->number, ((const Value *)b)->number);
}

/* A sorted copy of a list of numbers; false with *bad where it holds another thing. */
static bool sorted(Run *run, const Value *a, Value **items, Value *bad)
{
    for (size_t i = 0; i < a->list.count; i++)
        if (a->list.items[i].kind != VALUE_NUMBER) {
            *bad = wrong_item(run->cx, &a->list.items[i]);
            return false;
        }
    list_copy(run->cx, &a->list, a->list.count + 1, items);
    qsort(*items, a->list.count, sizeof **items, by_number);
    return true;
}

static Value median(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value *items, bad;
    size_t n = a->list.count;
    if (n == 0)
        return empty(run->cx);
    if (!sorted(run, a, &items, &bad))
        return bad;
    if (n % 2 == 1)
        return value_number(items[n / 2].number);
    Decimal both = decimal_add(items[n / 2 - 1].number, items[n / 2].number);
    return value_number(decimal_div(both, decimal_from_int(2)));
}

/* The values that come most often, in ascending order. */
static Value mode(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value *items, bad;
    size_t n = a->list.count, most = 0, out = 0;
    if (!sorted(run, a, &items, &bad))
        return bad;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && by_number(&items[i], &items[end]) == 0;)
            end++;
        if (end - i > most) {
            most = end - i;
            out = 0;
        }
        if (end - i == most)
            items[out++] = value_number(items[i].number);
    }
    return value_list(items, out);
}

/* Of a sample: divided by n - 1. */
static Value stddev(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_LIST);
    Value *items, bad;
    size_t n = a->list.count;
    if (n < 2)
        return empty(run->cx);
    if (!sorted(run, a, &items, &bad))
        return bad;
    Decimal total = decimal_from_int(0), squares = total;
    for (size_t i = 0; i < n; i++)
        total = decimal_add(total, items[i].number);
    Decimal average = decimal_div(total, decimal_from_int((int64_t)n));
    for (size_t i = 0; i < n; i++) {
        Decimal d = decimal_sub(items[i].number, average);
        squares = decimal_add(squares, decimal_mul(d, d));
    }
    return value_number(decimal_sqrt(decimal_div(squares, decimal_from_int((int64_t)n - 1))));
}

#define LIST                                                                                       \
    {                                                                                              \
        {                                                                                          \
            "list", K_LIST                                                                         \
        }                                                                                          \
    }
#define ROW(name, call, type, flags, zh, en)                                                       \
    {                                                                                              \
        name, LIST, call, type, BUILTIN_VARIADIC | (flags), zh, en                                 \
    }

static const Builtin rows[] = {
    ROW("min", min, TYPE_ANY, BUILTIN_DEEP, "最小的", "the least"),
    ROW("max", max, TYPE_ANY, BUILTIN_DEEP, "最大的", "the greatest"),
    ROW("sum", sum, TYPE_ANY, 0, "合计", "the sum"),
    ROW("mean", mean, TYPE_ANY, 0, "平均", "the mean"),
    ROW("product", product, TYPE_NUMBER, 0, "乘积", "the product"),
    ROW("median", median, TYPE_NUMBER, 0, "中位数", "the median"),
    ROW("mode", mode, TYPE_LIST, 0, "众数", "what comes most often"),
    ROW("stddev", stddev, TYPE_NUMBER, 0, "样本标准差", "standard deviation of a sample"),
    ROW("all", all_of, TYPE_BOOLEAN, BUILTIN_LENIENT, "全部为真", "are all true"),
    ROW("any", any_of, TYPE_BOOLEAN, BUILTIN_LENIENT, "有真", "is any true"),
};

const BuiltinFamily BUILTIN_SUM = { rows, COUNT(rows) };
