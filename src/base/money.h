/* Money is a count of 分 (0.01 元) in 64 bits. People read and write the money of projects in 万元
 * (1,000,000 分) and that of persons in 元 (100 分): a field's unit says which, and here alone
 * stands what that means for reading and writing. No amount is ever a double.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/decimal.h"

typedef int64_t Money;

#define FEN_PER_WAN 1000000LL
#define MONEY_MAX   1000000000000000000LL /* 10^12 万元 in 分 */

#define FEN_PER_YUAN 100LL

/* How many 分 one of the unit is: "元", else 万元 (NULL as well). */
int64_t money_fen(const char *unit);
/* Digits behind the point, 分 being the last: 2 or 6; and before it: 16 or 12. */
int money_places(const char *unit);
int money_digits(const char *unit);
/* No sign, no more digits than those: "1999.99". A third decimal of 元 is refused. */
bool money_parse_in(const char *text, const char *unit, Money *out);
const char *money_text_in(Cx *cx, Money m, const char *unit); /* exact, no trailing zeros */
/* For people: thousands commas, two decimals, more where they are not zero. */
const char *money_show_in(Cx *cx, Money m, const char *unit);
Decimal money_decimal_in(Money m, const char *unit);

/* 万元 with at most 12 digits before and 6 behind the point, no sign: "2000", "1999.99". */
bool money_parse(const char *wan, Money *out);
/* 万元, exact, without trailing zeros: "1999.99". */
const char *money_text(Cx *cx, Money m);
/* 万元 for people: thousands commas, two decimals, up to six where they are not zero. */
const char *money_show(Cx *cx, Money m);
bool money_add(Money a, Money b, Money *out); /* false on overflow */
Decimal money_decimal(Money m);               /* in 万元 */

#endif
