#include "base/money.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- units --- */

static bool in_yuan(const char *unit)
{
    return unit && strcmp(unit, "元") == 0;
}

int64_t money_fen(const char *unit)
{
    return in_yuan(unit) ? FEN_PER_YUAN : FEN_PER_WAN;
}

int money_places(const char *unit)
{
    static_assert(FEN_PER_WAN == 1000000 && FEN_PER_YUAN == 100, "as many noughts as places");
    return in_yuan(unit) ? 2 : 6;
}

int money_digits(const char *unit)
{
    static_assert(MONEY_MAX == 1000000000000000000LL, "18 digits in all");
    return 18 - money_places(unit);
}

/* --- reading and writing --- */

bool money_parse_in(const char *text, const char *unit, Money *out)
{
    assert(text && out);
    const int places = money_places(unit), digits = money_digits(unit);
    Money fen = 0;
    int whole = 0, part = 0;
    for (; *text >= '0' && *text <= '9'; text++, whole++) {
        if (whole == digits)
            return false;
        fen = fen * 10 + (*text - '0');
    }
    if (*text == '.')
        for (text++; *text >= '0' && *text <= '9'; text++, part++) {
            if (part == places)
                return false;
            fen = fen * 10 + (*text - '0');
        }
    else
        part = -1;
    if (*text || whole == 0 || part == 0)
        return false;
    for (int i = part < 0 ? 0 : part; i < places; i++)
        fen *= 10;
    *out = fen;
    return true;
}

const char *money_text_in(Cx *cx, Money m, const char *unit)
{
    const char *sign = m < 0 ? "-" : "";
    long long whole = llabs(m / money_fen(unit));
    long long part = llabs(m % money_fen(unit));
    char *text = arena_format(cx->arena, "%s%lld.%0*lld", sign, whole, money_places(unit), part);
    size_t n = strlen(text);
    while (text[n - 1] == '0')
        text[--n] = '\0';
    if (text[n - 1] == '.')
        text[n - 1] = '\0';
    return text;
}

const char *money_show_in(Cx *cx, Money m, const char *unit)
{
    const char *plain = arena_format(cx->arena, "%lld", llabs(m / money_fen(unit)));
    char part[8] = "";
    int places = money_places(unit);
    long long rest = llabs(m % money_fen(unit));
    for (int i = places - 1; i >= 0; i--, rest /= 10)
        part[i] = (char)('0' + rest % 10);
    while (places > 2 && part[places - 1] == '0')
        places--;
    size_t n = strlen(plain);
    char *text = arena_alloc(cx->arena, n + n / 3 + 10);
    char *at = text;
    if (m < 0)
        *at++ = '-';
    for (size_t i = 0; i < n; i++) {
        if (i && (n - i) % 3 == 0)
            *at++ = ',';
        *at++ = plain[i];
    }
    *at++ = '.';
    memcpy(at, part, (size_t)places);
    return text;
}

Decimal money_decimal_in(Money m, const char *unit)
{
    return decimal_div(decimal_from_int(m), decimal_from_int(money_fen(unit)));
}

/* --- in 万元 --- */

bool money_parse(const char *wan, Money *out)
{
    return money_parse_in(wan, NULL, out);
}

const char *money_text(Cx *cx, Money m)
{
    return money_text_in(cx, m, NULL);
}

const char *money_show(Cx *cx, Money m)
{
    return money_show_in(cx, m, NULL);
}

Decimal money_decimal(Money m)
{
    return money_decimal_in(m, NULL);
}

bool money_add(Money a, Money b, Money *out)
{
    return !__builtin_add_overflow(a, b, out);
}
