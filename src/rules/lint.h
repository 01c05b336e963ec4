/* What can be said of an expression without running it.
 *
 * A fault is an operator or built-in whose operands can never fit, by the types known when it was
 * compiled: it would always give null. A note is no fault: unknown is handled; but whoever writes
 * an `if` on a fact that may be absent, or an `every` or `some` over a list that may be, should
 * know that the whole is unknown then.
 */
#ifndef RULES_LINT_H
#define RULES_LINT_H

#include "rules/feel.h"

typedef struct Lint {
    bool note;
    Span span; /* of the expression meant */
    const char *zh;
    const char *en; /* both with a counter-example: operands' types, or the fact that is absent */
} Lint;

typedef struct Lints {
    const Lint *at;
    size_t count;
} Lints;

/* always: names of the scope that never are or hold an unknown; ends with NULL. */
Lints feel_lint(Cx *cx, const Feel *f, const char *const *always);

#endif
