/* XPath 3.1 regular expressions (as DMN 1.5 asks for) by PCRE2: what differs between the two is
 * translated, what only PCRE2 knows is refused. Matching is limited in steps and memory; a pattern
 * that passes the limit gives null with its cause.
 */
#ifndef RULES_PATTERN_H
#define RULES_PATTERN_H

#include "rules/value.h"

/* flags: of "s" dot takes line ends, "m" lines, "i" case, "x" blanks ignored, "q" literal. */
Value pattern_matches(Cx *cx, const Text *input, const char *pattern, const char *flags);
/* replacement: $1 … $9, $0 the whole, \$ and \\ literal. */
Value pattern_replace(Cx *cx, const Text *input, const char *pattern, const char *replacement,
                      const char *flags);
Value pattern_split(Cx *cx, const Text *input, const char *delimiter);

#endif
