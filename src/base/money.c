#include "base/money.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool money_parse(const char *wan, Money *out)
{
    assert(wan && out);
    Money fen = 0;
    int whole = 0, part = 0;
    for (; *wan >= '0' && *wan <= '9'; wan++, whole++) {
        if (whole == 12)
            return false;
        fen = fen * 10 + (*wan - '0');
    }
    if (*wan == '.')
        for (wan++; *wan >= '0' && *wan <= '9'; wan++, part++) {
            if (part == 6)
                return false;
            fen = fen * 10 + (*wan - '0');
        }
    else
        part = -1;
    if (*wan || whole == 0 || part == 0)
        return false;
    for (int i = part < 0 ? 0 : part; i < 6; i++)
        fen *= 10;
    *out = fen;
    return true;
}

const char *money_text(Cx *cx, Money m)
{
    static_assert(FEN_PER_WAN == 1000000, "six places behind the point");
    const char *sign = m < 0 ? "-" : "";
    long long whole = llabs(m / FEN_PER_WAN);
    long long part = llabs(m % FEN_PER_WAN);
    char *text = arena_format(cx->arena, "%s%lld.%06lld", sign, whole, part);
    size_t n = strlen(text);
    while (text[n - 1] == '0')
        text[--n] = '\0';
    if (text[n - 1] == '.')
        text[n - 1] = '\0';
    return text;
}

const char *money_show(Cx *cx, Money m)
{
    const char *plain = arena_format(cx->arena, "%lld", llabs(m / FEN_PER_WAN));
    char part[8];
    long long rest = llabs(m % FEN_PER_WAN);
    for (int i = 5; i >= 0; i--, rest /= 10)
        part[i] = (char)('0' + rest % 10);
    int places = 6;
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

bool money_add(Money a, Money b, Money *out)
{
    return !__builtin_add_overflow(a, b, out);
}

Decimal money_decimal(Money m)
{
    return decimal_div(decimal_from_int(m), decimal_from_int(FEN_PER_WAN));
}
