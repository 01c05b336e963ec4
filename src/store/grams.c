#include "store/grams.h"

#include <stdlib.h>
#include <string.h>

enum { CHARACTER_BITS = 21 };

static uint32_t folded(uint32_t c)
{
    c = text_narrow(c);
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

int64_t gram_first(uint32_t character)
{
    return (int64_t)folded(character) << CHARACTER_BITS;
}

int64_t gram_last(uint32_t character)
{
    return gram_first(character) | ((1 << CHARACTER_BITS) - 1);
}

static int compare_int(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

void grams_sort(Grams *g)
{
    size_t kept = 0;
    if (g->count)
        qsort(g->at, g->count, sizeof *g->at, compare_int);
    for (size_t i = 0; i < g->count; i++)
        if (i == 0 || g->at[i] != g->at[kept - 1])
            g->at[kept++] = g->at[i];
    g->count = kept;
}

/* Room for one number a byte is room enough. */
static void add_grams(Grams *g, const char *text, bool last)
{
    uint32_t c = text_next(&text), next;
    for (; c; c = next) {
        next = text_next(&text);
        if (next || last)
            g->at[g->count++] = gram_first(c) | folded(next);
    }
}

bool grams_have(const Grams *g, int64_t gram)
{
    return g->count && bsearch(&gram, g->at, g->count, sizeof gram, compare_int);
}

void grams_add(Grams *g, const char *text)
{
    add_grams(g, text, true);
}

Grams text_grams(Cx *cx, const char *text)
{
    Grams g = { NEW_N(cx, int64_t, strlen(text) + 1), 0 };
    add_grams(&g, text, true);
    grams_sort(&g);
    return g;
}

Grams part_grams(Cx *cx, const char *part)
{
    Grams g = { NEW_N(cx, int64_t, strlen(part) + 1), 0 };
    add_grams(&g, part, false);
    grams_sort(&g);
    return g;
}
