/* Bigrams of texts, by whose postings a part of a text is found without reading every text.
 *
 * LIKE over the 62,000 names of divisions takes 50 ms, and no index of either engine knows a part
 * of a Chinese word (trigrams silently find nothing for two characters). So who writes a text
 * writes its bigrams beside it, and who looks for a part looks for rows that have all of its
 * bigrams, which holds every row that LIKE would find, and then asks LIKE of those few.
 */
#ifndef STORE_GRAMS_H
#define STORE_GRAMS_H

#include "base/text.h"

/* Two characters as one number, sorted, each once. The last character stands with nothing behind
 * it, so that one character alone is a range of numbers. ASCII letters are folded, as lower()
 * folds them in both engines, and full-width forms are the half-width ones. */
typedef struct Grams {
    int64_t *at;
    size_t count;
} Grams;
Grams text_grams(Cx *cx, const char *text);
/* Those that every text holding the part has: without its last character alone. */
Grams part_grams(Cx *cx, const char *part);
int64_t gram_first(uint32_t character); /* the range of those that begin with it … */
int64_t gram_last(uint32_t character);
bool grams_have(const Grams *g, int64_t gram);
/* Adds a further text's to what has room for a number each of its bytes; then grams_sort. */
void grams_add(Grams *g, const char *text);
void grams_sort(Grams *g);

#endif
