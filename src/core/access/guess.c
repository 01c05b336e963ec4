#include "core/access/guess.h"

#include "base/embed.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

EMBED(common_words, "data/common-words.tsv"); /* "word<tab>rank", sorted by bytes */

enum { LONGEST = 64, WORD_LEAST = 3, WORD_MOST = 20, UNIT_MOST = 20, RUN_LEAST = 3 };

static const double SINGLE = 3.32; /* bits of a character that belongs to nothing: ten guesses */

/* The cheapest cutting of the first n characters, for every n up to the whole. */
static double cheapest(const char *plain, size_t length);

/* --- common words --- */

static int line_compare(const char *word, size_t length, const char *line, const char *end)
{
    size_t i = 0;
    while (i < length && line + i < end && line[i] != '\t' && word[i] == line[i])
        i++;
    bool line_ends = line + i >= end || line[i] == '\t';
    if (i == length)
        return line_ends ? 0 : -1;
    return line_ends ? 1 : (unsigned char)word[i] - (unsigned char)line[i];
}

/* The rank of a word; 0 where it is none. Halves the text itself, so that nothing is built. */
static long rank_of(const char *word, size_t length)
{
    const char *low = (const char *)common_words, *high = low + EMBED_LENGTH(common_words);
    while (low < high) {
        const char *line = low + (high - low) / 2;
        while (line > low && line[-1] != '\n')
            line--;
        int order = line_compare(word, length, line, high);
        if (order == 0)
            return strtol(line + length + 1, NULL, 10);
        const char *next = memchr(line, '\n', (size_t)(high - line));
        if (order < 0)
            high = line;
        else
            low = next == NULL ? high : next + 1;
    }
    return 0;
}

static const char SHIFTED[] = "~!@#$%^&*()_+{}|:\"<>?";
static const char PLAIN_[] = "`1234567890-=[]\\;',./";

static char unshifted(char c)
{
    const char *at = c == '\0' ? NULL : strchr(SHIFTED, c);
    return at == NULL ? (char)tolower((unsigned char)c) : PLAIN_[at - SHIFTED];
}

static char unleeted(char c)
{
    static const char FROM[] = "@4301!5$7", TO[] = "aaeoiisst";
    const char *at = c == '\0' ? NULL : strchr(FROM, c);
    return at == NULL ? (char)tolower((unsigned char)c) : TO[at - FROM];
}

static char lowered(char c)
{
    return (char)tolower((unsigned char)c);
}

/* Each disguise doubles the guesses; capitals at the beginning alone are the first one tried. */
static double disguise(const char *text, size_t length)
{
    size_t capitals = 0;
    for (size_t i = 0; i < length; i++)
        capitals += isupper((unsigned char)text[i]) != 0;
    bool usual = capitals == length || (capitals == 1 && isupper((unsigned char)text[0]));
    return capitals == 0 ? 0 : usual ? 1 : 2;
}

static double word_bits(const char *text, size_t length)
{
    static char (*const READ[])(char) = { lowered, unleeted, unshifted };
    double best = INFINITY;
    for (size_t way = 0; way < 2 * COUNT(READ); way++) {
        char word[WORD_MOST] = "";
        for (size_t i = 0; i < length; i++)
            word[i] = READ[way / 2](text[way % 2 ? length - 1 - i : i]);
        long rank = rank_of(word, length);
        if (rank > 0)
            best = fmin(best, log2((double)rank) + disguise(text, length) + (way > 0));
    }
    return best;
}

/* --- walks, runs, repetitions, years --- */

static bool place(char c, int *x, int *y)
{
    static const char *const ROWS[] = { "`1234567890-=", " qwertyuiop[]\\", " asdfghjkl;'",
                                        " zxcvbnm,./" };
    char key = unshifted(c);
    for (*y = 0; *y < (int)COUNT(ROWS); ++*y) {
        const char *at = key == ' ' ? NULL : strchr(ROWS[*y], key);
        if (at != NULL) {
            *x = (int)(at - ROWS[*y]);
            return true;
        }
    }
    return false;
}

/* The direction from a key to its neighbour, rows being set off to the right; 0 = none. */
static int step(char a, char b)
{
    static const int NEAR[][2] = { { -1, 0 }, { 1, 0 }, { 0, 1 }, { -1, 1 }, { 0, -1 }, { 1, -1 } };
    int ax, ay, bx, by;
    if (!place(a, &ax, &ay) || !place(b, &bx, &by))
        return 0;
    for (int i = 0; i < (int)COUNT(NEAR); i++)
        if (bx - ax == NEAR[i][0] && by - ay == NEAR[i][1])
            return i + 1;
    return 0;
}

static double walk_bits(const char *text, size_t length)
{
    double bits = 5.6 + (disguise(text, length) > 1); /* where it begins: one of 47 keys */
    for (size_t i = 1, before = 0; i < length; i++) {
        int to = step(text[i - 1], text[i]);
        if (to == 0)
            return INFINITY;
        bits += before != (size_t)to ? 2 : 0;
        before = (size_t)to;
    }
    return bits;
}

static double run_bits(const char *text, size_t length)
{
    int by = text[1] - text[0];
    for (size_t i = 2; i < length; i++)
        if (text[i] - text[i - 1] != by)
            return INFINITY;
    return by == 1 || by == -1 ? 4 + log2((double)length) : INFINITY;
}

static double repeat_bits(const char *text, size_t length)
{
    for (size_t unit = 1; unit <= UNIT_MOST && unit * 2 <= length; unit++) {
        bool same = length % unit == 0;
        for (size_t i = unit; same && i < length; i++)
            same = lowered(text[i]) == lowered(text[i - unit]);
        if (same) /* the shortest unit is the cheapest */
            return cheapest(text, unit) + log2((double)(length / unit));
    }
    return INFINITY;
}

static bool is_number(const char *text, size_t length, int least, int most)
{
    int value = 0;
    for (size_t i = 0; i < length; i++) {
        if (!isdigit((unsigned char)text[i]))
            return false;
        value = value * 10 + (text[i] - '0');
    }
    return value >= least && value <= most;
}

static double day_bits(const char *text, size_t length)
{
    if (length == 4 && is_number(text, 4, 1940, 2040))
        return 6;
    bool day = length == 8 && is_number(text, 4, 1940, 2040) && is_number(text + 4, 2, 1, 12) &&
               is_number(text + 6, 2, 1, 31);
    return day ? 14 : INFINITY;
}

static double chunk_bits(const char *text, size_t length)
{
    double best = fmin(repeat_bits(text, length), day_bits(text, length));
    if (length >= RUN_LEAST)
        best = fmin(best, fmin(run_bits(text, length), walk_bits(text, length)));
    if (length >= WORD_LEAST && length <= WORD_MOST)
        best = fmin(best, word_bits(text, length));
    return best;
}

static double cheapest(const char *plain, size_t length)
{
    double best[LONGEST + 1] = { 0 };
    assert(length <= LONGEST);
    for (size_t end = 1; end <= length; end++) {
        best[end] = best[end - 1] + SINGLE;
        for (size_t from = 0; from + 1 < end; from++)
            best[end] = fmin(best[end], best[from] + chunk_bits(plain + from, end - from));
    }
    return best[length];
}

double guess_bits(const char *plain)
{
    return cheapest(plain, strnlen(plain, LONGEST));
}
