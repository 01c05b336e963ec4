/* Why a decision gave what it gave, read from the trace of its evaluation (feel.h).
 *
 * A condition is a comparison or a fact that kept the verdict from being true, each with what it
 * was and what it had to be; for two numbers, how far apart. All of them are found, not the first:
 * while a trace is kept, `and`, `or`, `every` and `some` look at every part.
 */
#ifndef RULES_EXPLAIN_H
#define RULES_EXPLAIN_H

#include "rules/feel.h"

typedef struct Condition {
    const Trace *at; /* its expression and place */
    bool unknown;    /* an absent fact leaves it open; else it fails */
    Value actual;
    const char *sign; /* what it had to be beside `required`: "=", "≥", "in", … */
    Value required;
    Value distance;   /* of numbers; else null */
    const char *fact; /* JSON pointer of the fact or item meant; NULL where none */
} Condition;

typedef struct Conditions {
    Condition *at;
    size_t count;
    size_t room;
} Conditions;

/* What kept the trace named `entry` below root from being true. */
Conditions explain_conditions(Cx *cx, const Trace *root, const char *entry);

/* The names and expressions from root to where the absent fact was first read; ends with NULL. */
const char *const *explain_path(Cx *cx, const Trace *root, const char *pointer);

/* The expression of a trace, or its name. */
const char *explain_text(Cx *cx, const Trace *t);

/* The whole tree, in which a trace has "name" or "expression" with its span, "value" and "parts";
 * and indented lines for people. */
void explain_json(Cx *cx, JsonOut *o, const char *key, const Trace *t);
void explain_print(Cx *cx, Buf *b, const Trace *t);

#endif
