/* Decimal numbers of 34 digits, round half even (IEEE 754 decimal128, BID encoding), by Intel's
 * library; its functions only, never the compiler's _Decimal128 operators (they do not mix).
 *
 * Results that are not finite (division by zero, overflow) are reported by decimal_finite; the
 * caller decides what they mean (FEEL: null).
 */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include "base/cx.h"

typedef struct Decimal {
    _Alignas(16) uint64_t bits[2];
} Decimal;

typedef enum Rounding {
    HALF_EVEN,
    DOWN_TO_FLOOR,
    UP_TO_CEILING,
    AWAY_FROM_ZERO,
    TOWARDS_ZERO,
    HALF_AWAY,
    HALF_DOWN
} Rounding;

Decimal decimal_from_int(int64_t i);
/* Reads digits with optional sign, point and exponent; false where text is anything else. */
bool decimal_parse(const char *text, Decimal *out);
/* The shortest decimal that reads back as the same double. */
Decimal decimal_from_double(double d);
double decimal_to_double(Decimal d);
/* False where d is no integer or does not fit. */
bool decimal_to_int(Decimal d, int64_t *out);
/* Plain notation without exponent and trailing zeros: "0.5", "5000", "-1.25". */
const char *decimal_text(Cx *cx, Decimal d);

Decimal decimal_add(Decimal a, Decimal b);
Decimal decimal_sub(Decimal a, Decimal b);
Decimal decimal_mul(Decimal a, Decimal b);
Decimal decimal_div(Decimal a, Decimal b);
Decimal decimal_neg(Decimal a);
Decimal decimal_abs(Decimal a);
Decimal decimal_pow(Decimal a, Decimal b);
Decimal decimal_sqrt(Decimal a);
Decimal decimal_exp(Decimal a);
Decimal decimal_log(Decimal a);
/* a - b * floor(a / b): the sign of b, as FEEL's modulo. */
Decimal decimal_modulo(Decimal a, Decimal b);
/* Rounded to scale digits behind the point (negative: before it). */
Decimal decimal_round(Decimal a, int scale, Rounding mode);

int decimal_cmp(Decimal a, Decimal b); /* -1, 0, 1; both finite */
bool decimal_finite(Decimal a);
bool decimal_is_integer(Decimal a);
int decimal_sign(Decimal a);
int decimal_scale(Decimal a); /* digits behind the point as written; 0 for integers */

#endif
