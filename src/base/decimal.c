#include "base/decimal.h"

#include "base/arena.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Calls by value, rounding and flags as arguments: library bidgcc000. */
#define DECIMAL_CALL_BY_REFERENCE      0
#define DECIMAL_GLOBAL_ROUNDING        0
#define DECIMAL_GLOBAL_EXCEPTION_FLAGS 0
#include <bid_conf.h>

#include <bid_functions.h>

enum { DIGITS = 34 };

static BID_UINT128 in(Decimal d)
{
    BID_UINT128 b;
    memcpy(&b, &d, sizeof b);
    return b;
}

static Decimal out(BID_UINT128 b)
{
    Decimal d;
    memcpy(&d, &b, sizeof d);
    return d;
}

#define BINARY(name, function)                                                                     \
    Decimal name(Decimal a, Decimal b)                                                             \
    {                                                                                              \
        _IDEC_flags flags = 0;                                                                     \
        return out(function(in(a), in(b), BID_ROUNDING_TO_NEAREST, &flags));                       \
    }

BINARY(decimal_add, bid128_add)
BINARY(decimal_sub, bid128_sub)
BINARY(decimal_mul, bid128_mul)
BINARY(decimal_div, bid128_div)

#define UNARY(name, function)                                                                      \
    Decimal name(Decimal a)                                                                        \
    {                                                                                              \
        _IDEC_flags flags = 0;                                                                     \
        return out(function(in(a), BID_ROUNDING_TO_NEAREST, &flags));                              \
    }

UNARY(decimal_sqrt, bid128_sqrt)
UNARY(decimal_exp, bid128_exp)
UNARY(decimal_log, bid128_log)

Decimal decimal_neg(Decimal a)
{
    return bid128_isZero(in(a)) ? a : out(bid128_negate(in(a)));
}

Decimal decimal_abs(Decimal a)
{
    return out(bid128_abs(in(a)));
}

Decimal decimal_from_int(int64_t i)
{
    return out(bid128_from_int64(i));
}

/* The shape is checked here, since the library reads anything else as NaN or infinity. */
static bool number_shape(const char *s)
{
    bool digits = false;
    s += *s == '-' || *s == '+';
    for (; *s >= '0' && *s <= '9'; s++)
        digits = true;
    if (*s == '.')
        for (s++; *s >= '0' && *s <= '9'; s++)
            digits = true;
    if (digits && (*s == 'e' || *s == 'E')) {
        s++;
        s += *s == '-' || *s == '+';
        digits = *s >= '0' && *s <= '9';
        while (*s >= '0' && *s <= '9')
            s++;
    }
    return digits && !*s;
}

bool decimal_parse(const char *text, Decimal *result)
{
    assert(text);
    if (!number_shape(text))
        return false;
    _IDEC_flags flags = 0;
    char *copy = memory_needed(strdup(text)); /* the library takes a writable text */
    *result = out(bid128_from_string(copy, BID_ROUNDING_TO_NEAREST, &flags));
    free(copy);
    return decimal_finite(*result);
}

Decimal decimal_from_double(double d)
{
    char text[40];
    for (int precision = 15; precision <= 17; precision++) {
        snprintf(text, sizeof text, "%.*g", precision, d);
        if (strtod(text, NULL) == d)
            break;
    }
    Decimal result = decimal_from_int(0);
    decimal_parse(text, &result);
    return result;
}

double decimal_to_double(Decimal d)
{
    _IDEC_flags flags = 0;
    return bid128_to_binary64(in(d), BID_ROUNDING_TO_NEAREST, &flags);
}

bool decimal_to_int(Decimal d, int64_t *result)
{
    _IDEC_flags flags = 0;
    if (!decimal_finite(d) || !decimal_is_integer(d))
        return false;
    *result = bid128_to_int64_xint(in(d), &flags);
    return !(flags & BID_INVALID_EXCEPTION);
}

/* Splits a finite number into sign, digits (without leading zeros) and exponent. */
static int split(Decimal d, char digits[48], bool *negative)
{
    assert(decimal_finite(d));
    _IDEC_flags flags = 0;
    char raw[64]; /* "+123E-2" */
    bid128_to_string(raw, in(d), &flags);
    *negative = raw[0] == '-';
    const char *from = raw + 1;
    const char *mark = strchr(from, 'E');
    assert(mark);
    while (from + 1 < mark && *from == '0')
        from++;
    size_t n = (size_t)(mark - from);
    memcpy(digits, from, n);
    digits[n] = '\0';
    return atoi(mark + 1);
}

/* Takes zeros off the end behind the point. */
static int strip(char *digits, int exponent)
{
    assert(*digits);
    size_t n = strlen(digits);
    while (n > 1 && exponent < 0 && digits[n - 1] == '0') {
        digits[--n] = '\0';
        exponent++;
    }
    return strcmp(digits, "0") == 0 ? 0 : exponent;
}

const char *decimal_text(Cx *cx, Decimal d)
{
    assert(decimal_finite(d));
    char digits[48] = { 0 };
    bool negative;
    int exponent = split(d, digits, &negative);
    exponent = strip(digits, exponent);
    int n = (int)strlen(digits);
    const char *sign = negative && strcmp(digits, "0") != 0 ? "-" : "";
    if (exponent > 0) {
        char *text = arena_format(cx->arena, "%s%s%*s", sign, digits, exponent, "");
        for (char *c = text; *c; c++)
            if (*c == ' ')
                *c = '0';
        return text;
    }
    if (exponent == 0)
        return arena_format(cx->arena, "%s%s", sign, digits);
    int whole = n + exponent;
    if (whole > 0)
        return arena_format(cx->arena, "%s%.*s.%s", sign, whole, digits, digits + whole);
    char *zeros = arena_alloc(cx->arena, (size_t)(1 - whole));
    memset(zeros, '0', (size_t)-whole);
    return arena_format(cx->arena, "%s0.%s%s", sign, zeros, digits);
}

int decimal_scale(Decimal a)
{
    char digits[48] = { 0 };
    bool negative;
    int exponent = split(a, digits, &negative);
    return exponent < 0 ? -exponent : 0;
}

bool decimal_finite(Decimal a)
{
    return bid128_isFinite(in(a));
}

int decimal_sign(Decimal a)
{
    if (bid128_isZero(in(a)))
        return 0;
    return bid128_isSigned(in(a)) ? -1 : 1;
}

/* Not negative, finite, and of a coefficient below 2^64: the upper half is the exponent alone. */
static bool is_plain(Decimal a)
{
    return (a.bits[1] & 0x8001FFFFFFFFFFFFu) == 0 && a.bits[1] >> 61 != 3;
}

/* Two plain numbers on one exponent: what most comparisons of a rule are, a tenth of the work. */
static bool plain_cmp(Decimal a, Decimal b, int *order)
{
    __extension__ typedef unsigned __int128 Wide;
    enum { POWERS = 20 }; /* 10^19 is the last below 2^64 */
    static const uint64_t TEN[POWERS] = { 1u,
                                          10u,
                                          100u,
                                          1000u,
                                          10000u,
                                          100000u,
                                          1000000u,
                                          10000000u,
                                          100000000u,
                                          1000000000u,
                                          10000000000u,
                                          100000000000u,
                                          1000000000000u,
                                          10000000000000u,
                                          100000000000000u,
                                          1000000000000000u,
                                          10000000000000000u,
                                          100000000000000000u,
                                          1000000000000000000u,
                                          10000000000000000000u };
    if (!is_plain(a) || !is_plain(b))
        return false;
    int64_t apart = (int64_t)(a.bits[1] >> 49) - (int64_t)(b.bits[1] >> 49);
    if (apart <= -POWERS || apart >= POWERS)
        return false;
    Wide x = (Wide)a.bits[0] * TEN[apart > 0 ? apart : 0];
    Wide y = (Wide)b.bits[0] * TEN[apart < 0 ? -apart : 0];
    *order = (x > y) - (x < y);
    return true;
}

int decimal_cmp(Decimal a, Decimal b)
{
    int order;
    if (plain_cmp(a, b, &order))
        return order;
    assert(decimal_finite(a) && decimal_finite(b));
    _IDEC_flags flags = 0;
    if (bid128_quiet_equal(in(a), in(b), &flags))
        return 0;
    return bid128_quiet_less(in(a), in(b), &flags) ? -1 : 1;
}

static Decimal floor_of(Decimal a)
{
    _IDEC_flags flags = 0;
    return out(bid128_round_integral_negative(in(a), &flags));
}

bool decimal_is_integer(Decimal a)
{
    return decimal_finite(a) && decimal_cmp(floor_of(a), a) == 0;
}

/* The library's remainder is exact however far apart a and b are; a - b * floor(a / b) is not once
 * the quotient has more than 34 digits. It has the sign of a. */
Decimal decimal_modulo(Decimal a, Decimal b)
{
    _IDEC_flags flags = 0;
    Decimal rest = out(bid128_fmod(in(a), in(b), &flags));
    if (!decimal_finite(rest) || decimal_sign(rest) == 0)
        return decimal_sub(rest, rest); /* zero without a sign; what is not finite stays so */
    return decimal_sign(rest) == decimal_sign(b) ? rest : decimal_add(rest, b);
}

/* Squares for whole exponents, so that powers of decimals stay exact while they fit 34 digits. */
static Decimal whole_power(Decimal base, int64_t n)
{
    assert(n >= 0);
    Decimal result = decimal_from_int(1);
    for (; n > 0; n >>= 1) {
        if (n & 1)
            result = decimal_mul(result, base);
        base = decimal_mul(base, base);
    }
    return result;
}

Decimal decimal_pow(Decimal a, Decimal b)
{
    int64_t n;
    if (decimal_to_int(b, &n) && n >= -9999 && n <= 9999) {
        Decimal one = decimal_from_int(1), power = whole_power(a, n < 0 ? -n : n);
        if (n < 0 && !decimal_finite(power)) /* 10 ** 6176 is none, 10 ** -6176 is the least */
            return whole_power(decimal_div(one, a), -n);
        return n < 0 ? decimal_div(one, power) : power;
    }
    _IDEC_flags flags = 0;
    return out(bid128_pow(in(a), in(b), BID_ROUNDING_TO_NEAREST, &flags));
}

static Decimal power_of_ten(int exponent)
{
    _IDEC_flags flags = 0;
    return out(bid128_scalbn(bid128_from_int64(1), exponent, BID_ROUNDING_TO_NEAREST, &flags));
}

/* Halfway cases by comparing the rest with one half of the unit. */
Decimal decimal_round(Decimal a, int scale, Rounding mode)
{
    if (scale >= decimal_scale(a))
        return a;
    Decimal unit = power_of_ten(-scale);
    Decimal magnitude = decimal_abs(a);
    Decimal low = decimal_mul(floor_of(decimal_div(magnitude, unit)), unit);
    Decimal rest = decimal_sub(magnitude, low);
    int half = decimal_cmp(decimal_add(rest, rest), unit);
    bool negative = decimal_sign(a) < 0;
    bool some = decimal_sign(rest) > 0;
    Decimal two = decimal_from_int(2);
    bool odd = decimal_sign(decimal_modulo(decimal_div(low, unit), two)) != 0;
    bool up = mode == HALF_EVEN        ? half > 0 || (half == 0 && odd)
              : mode == HALF_AWAY      ? half >= 0
              : mode == HALF_DOWN      ? half > 0
              : mode == AWAY_FROM_ZERO ? some
              : mode == UP_TO_CEILING  ? some && !negative
              : mode == DOWN_TO_FLOOR  ? some && negative
                                       : false;
    Decimal result = up ? decimal_add(low, unit) : low;
    return negative ? decimal_neg(result) : result;
}
