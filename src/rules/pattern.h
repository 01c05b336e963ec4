/* XPath 3.1 regular expressions (as DMN 1.5 asks for) by PCRE2: pattern_read.c writes what XPath
 * means in PCRE2's terms and refuses what XPath does not know. Matching is charged to the steps of
 * the run, and each single attempt has a limit of its own; a pattern that passes that one gives
 * null with its cause. What was compiled is kept in the run.
 */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include "rules/feel.h"

#include "base/text.h"

/* flags: of "s" dot takes line ends, "m" lines, "i" case, "x" blanks ignored, "q" literal. */
Value pattern_matches(Run *run, const Text *input, const char *pattern, const char *flags);
/* replacement: $1 … $9, $0 the whole, \$ and \\ literal. Null where the pattern matches the empty
 * text (F&O's FORX0003). */
Value pattern_replace(Run *run, const Text *input, const char *pattern, const char *replacement,
                      const char *flags);
/* Null where the delimiter matches the empty text. */
Value pattern_split(Run *run, const Text *input, const char *delimiter);

typedef struct PatternText {
    Buf text;        /* PCRE2's */
    size_t repeats;  /* of {n}, added up: work that PCRE2 does in one step */
    bool references; /* has \1 … */
} PatternText;

/* False where XPath has no such pattern. flags without "q". */
bool pattern_read(Cx *cx, PatternText *out, const char *pattern, const char *flags);

#endif
