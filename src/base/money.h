/* Money is a count of 分 (0.01 元) in 64 bits; people read and write 万元 (1 万元 = 1,000,000 分).
 * No amount is ever a double.
 */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

#include "base/decimal.h"

typedef int64_t Money;

#define FEN_PER_WAN 1000000LL
#define MONEY_MAX   1000000000000000000LL /* 10^12 万元 in 分 */

/* 万元 with at most 12 digits before and 6 behind the point, no sign: "2000", "1999.99". */
bool money_parse(const char *wan, Money *out);
/* 万元, exact, without trailing zeros: "1999.99". */
const char *money_text(Cx *cx, Money m);
/* 万元 for people: thousands commas, two decimals, up to six where they are not zero. */
const char *money_show(Cx *cx, Money m);
bool money_add(Money a, Money b, Money *out); /* false on overflow */
Decimal money_decimal(Money m);               /* in 万元 */

#endif
