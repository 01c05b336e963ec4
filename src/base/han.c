/* The table is halved where it lies: lines of one length, "X<tab>Y<newline>" with three bytes a
 * character, in the order of their code points, which is that of their bytes. */
#include "base/han.h"

#include "base/embed.h"

#include <assert.h>
#include <pthread.h>
#include <stddef.h>

EMBED(simplified, "data/simplified.tsv");
EMBED(pinyin, "data/pinyin.txt");

enum { LINE = 8, SECOND = 4, HAN_FIRST = 0x3007 /* 〇 */, HAN_LAST = 0x9FFF };

static size_t lines(void)
{
    static_assert(LINE == SECOND + 4, "two characters, a tab and a line's end");
    assert(EMBED_LENGTH(simplified) % LINE == 0);
    return EMBED_LENGTH(simplified) / LINE;
}

static uint32_t point(const unsigned char *p)
{
    assert(p[0] >> 4 == 14);
    return (p[0] & 15U) << 12 | (p[1] & 63U) << 6 | (p[2] & 63U);
}

/* How many lines stand before the first whose character is c or a later one. */
static size_t place(uint32_t c)
{
    size_t low = 0, high = lines();
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (point(simplified + middle * LINE) < c)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t han_simplified(uint32_t c)
{
    if (c < HAN_FIRST || c > HAN_LAST)
        return c;
    size_t at = place(c);
    const unsigned char *line = simplified + at * LINE;
    return at < lines() && point(line) == c ? point(line + SECOND) : c;
}

uint32_t han_next_traditional(uint32_t after)
{
    size_t at = place(after + 1);
    return at < lines() ? point(simplified + at * LINE) : 0;
}

int han_digit(uint32_t c)
{
    static const uint32_t DIGITS[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
                                       0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };
    if (c >= '0' && c <= '9')
        return (int)(c - '0');
    for (int i = 0; i < 10; i++)
        if (DIGITS[i] == c)
            return i;
    return c == 0x96F6 ? 0 : -1; /* 零 */
}

/* --- order --- */

static uint16_t orders[HAN_LAST - HAN_FIRST + 1];

/* The file holds the characters in their order, and blanks that make lines of them. */
static void read_orders(void)
{
    uint16_t order = 0;
    for (size_t at = 0; at < EMBED_LENGTH(pinyin);) {
        if (pinyin[at] == '\n') {
            at++;
            continue;
        }
        uint32_t c = point(pinyin + at);
        if (c >= HAN_FIRST && c <= HAN_LAST)
            orders[c - HAN_FIRST] = ++order;
        at += 3;
    }
}

uint32_t han_order(uint32_t c)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (c < HAN_FIRST || c > HAN_LAST)
        return 0;
    pthread_once(&once, read_orders);
    return orders[c - HAN_FIRST];
}
