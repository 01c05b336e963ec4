/* How many guesses a password withstands, in bits: the idea of zxcvbn (Wheeler, USENIX Security
 * 2016). Cut into what guessers try first (common words, walks over the keyboard, repetitions,
 * runs, years and days) and single characters, a password is as strong as its cheapest cutting.
 */
#ifndef CORE_ACCESS_GUESS_H
#define CORE_ACCESS_GUESS_H

#include "base/cx.h"

/* Of the first 64 bytes; what is no ASCII counts as single bytes. */
double guess_bits(const char *plain);

#endif
