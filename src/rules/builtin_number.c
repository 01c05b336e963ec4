/* Built-ins on numbers (DMN 1.5, 10.3.4.5). */
#include "rules/builtin.h"
#include "rules/op.h"

#include <assert.h>

/* What a decimal128 can be rounded to. */
#define SCALE_MIN (-6111)
#define SCALE_MAX 6176

static Value finite(Cx *cx, Decimal d, const Value *of)
{
    if (!decimal_finite(d))
        return value_null_because(cx, "对 %s 没有结果", "there is no result for %s",
                                  value_brief(cx, of));
    return value_number(d);
}

static Value rounded(Run *run, const Value *a, Rounding mode)
{
    int64_t scale = 0;
    if (!value_is_null(&a[1]) &&
        (!decimal_to_int(decimal_round(a[1].number, 0, TOWARDS_ZERO), &scale) ||
         scale < SCALE_MIN || scale > SCALE_MAX))
        return value_null_because(run->cx, "小数位数 %s 超出范围", "the scale %s is out of range",
                                  value_brief(run->cx, &a[1]));
    return finite(run->cx, decimal_round(a[0].number, (int)scale, mode), a);
}

static Value to_decimal(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER);
    return rounded(run, a, HALF_EVEN);
}

static Value to_floor(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    return rounded(run, a, DOWN_TO_FLOOR);
}

static Value to_ceiling(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    return rounded(run, a, UP_TO_CEILING);
}

static Value round_up(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER);
    return rounded(run, a, AWAY_FROM_ZERO);
}

static Value round_down(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER);
    return rounded(run, a, TOWARDS_ZERO);
}

static Value round_half_up(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER);
    return rounded(run, a, HALF_AWAY);
}

static Value round_half_down(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER);
    return rounded(run, a, HALF_DOWN);
}

static Value absolute(Run *run, const Value *a)
{
    bool negative = a->kind == VALUE_NUMBER   ? decimal_sign(a->number) < 0
                    : a->kind == VALUE_MONTHS ? a->months < 0
                                              : a->days.seconds < 0;
    return negative ? op_neg(run->cx, a) : *a;
}

static Value modulo(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER && a[1].kind == VALUE_NUMBER);
    if (decimal_sign(a[1].number) == 0)
        return value_null_because(run->cx, "modulo(%s, 0) 除以零", "modulo(%s, 0) divides by zero",
                                  value_brief(run->cx, a));
    return finite(run->cx, decimal_modulo(a[0].number, a[1].number), a);
}

static Value square_root(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    return finite(run->cx, decimal_sqrt(a->number), a);
}

static Value logarithm(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    return finite(run->cx, decimal_log(a->number), a);
}

static Value exponential(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    return finite(run->cx, decimal_exp(a->number), a);
}

static bool has_rest(const Value *a, bool *odd)
{
    if (!decimal_is_integer(a->number))
        return false;
    *odd = decimal_sign(decimal_modulo(a->number, decimal_from_int(2))) != 0;
    return true;
}

static Value is_odd(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    bool odd = false;
    (void)run;
    return value_boolean(has_rest(a, &odd) && odd);
}

static Value is_even(Run *run, const Value *a)
{
    assert(a[0].kind == VALUE_NUMBER);
    bool odd = true;
    (void)run;
    return value_boolean(has_rest(a, &odd) && !odd);
}

#define N                                                                                          \
    {                                                                                              \
        "n", K_NUMBER                                                                              \
    }
#define SCALE                                                                                      \
    {                                                                                              \
        "scale", K_NUMBER                                                                          \
    }
#define NUMBER                                                                                     \
    {                                                                                              \
        "number", K_NUMBER                                                                         \
    }

static const Builtin rows[] = {
    { "decimal",
      { N, SCALE },
      to_decimal,
      TYPE_NUMBER,
      0,
      "四舍六入五成双到若干位小数",
      "rounded half to even" },
    { "floor", { N }, to_floor, TYPE_NUMBER, 0, "向下取整", "rounded down to floor" },
    { "floor",
      { N, SCALE },
      to_floor,
      TYPE_NUMBER,
      0,
      "向下取到若干位小数",
      "rounded down to floor" },
    { "ceiling", { N }, to_ceiling, TYPE_NUMBER, 0, "向上取整", "rounded up to ceiling" },
    { "ceiling",
      { N, SCALE },
      to_ceiling,
      TYPE_NUMBER,
      0,
      "向上取到若干位小数",
      "rounded up to ceiling" },
    { "round up", { N, SCALE }, round_up, TYPE_NUMBER, 0, "远离零舍入", "rounded away from zero" },
    { "round down", { N, SCALE }, round_down, TYPE_NUMBER, 0, "向零舍入", "rounded towards zero" },
    { "round half up",
      { N, SCALE },
      round_half_up,
      TYPE_NUMBER,
      0,
      "四舍五入",
      "rounded, a half away from zero" },
    { "round half down",
      { N, SCALE },
      round_half_down,
      TYPE_NUMBER,
      0,
      "五舍六入",
      "rounded, a half towards zero" },
    { "abs",
      { { "n", K_NUMBER | K_DAYS | K_MONTHS } },
      absolute,
      TYPE_ANY,
      0,
      "绝对值",
      "absolute value" },
    { "modulo",
      { { "dividend", K_NUMBER }, { "divisor", K_NUMBER } },
      modulo,
      TYPE_NUMBER,
      0,
      "余数",
      "remainder with the sign of the divisor" },
    { "sqrt", { NUMBER }, square_root, TYPE_NUMBER, 0, "平方根", "square root" },
    { "log", { NUMBER }, logarithm, TYPE_NUMBER, 0, "自然对数", "natural logarithm" },
    { "exp", { NUMBER }, exponential, TYPE_NUMBER, 0, "e 的幂", "power of e" },
    { "odd", { NUMBER }, is_odd, TYPE_BOOLEAN, 0, "是否奇数", "is it odd" },
    { "even", { NUMBER }, is_even, TYPE_BOOLEAN, 0, "是否偶数", "is it even" },
};

const BuiltinFamily BUILTIN_NUMBER = { rows, COUNT(rows) };
