/* What one Chinese character says, however it is written: simplified for traditional, the digit of
 * a numeral, and where people look for it. Character by character, without regard to words: 後 and
 * 后 are one, 乾 is 干.
 */
#ifndef BASE_HAN_H
#define BASE_HAN_H

#include <stdint.h>

/* The simplified one of a traditional character (data/simplified.tsv); any other is itself. */
uint32_t han_simplified(uint32_t c);
/* The first traditional character after the one given, 0 = the first of all; 0 behind the last. */
uint32_t han_next_traditional(uint32_t after);
/* 0 to 9 of 〇零一二三四五六七八九 and of the digits themselves; -1 = another. */
int han_digit(uint32_t c);
/* Its place in the order of pinyin, tone and strokes (data/pinyin.txt), from 1; 0 = it has none. */
uint32_t han_order(uint32_t c);

#endif
