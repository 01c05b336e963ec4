/* What is wrong in a pack: found while it is read and proved, shown all at once. */
#ifndef POLICY_PACK_FINDING_H
#define POLICY_PACK_FINDING_H

#include "base/text.h"

typedef struct Finding {
    const char *file; /* inside the pack: "rules/rules.dmn" */
    const char *at;   /* rule id, JSON pointer, line or row; "" where none */
    const char *zh;
    const char *en;
} Finding;

typedef struct Findings {
    Finding *items;
    size_t count;
    size_t room;
} Findings;

/* zh and en are formats that take the same arguments in the same order. */
void finding_add(Cx *cx, Findings *f, const char *file, const char *at, const char *zh,
                 const char *en, ...) __attribute__((format(printf, 5, 7), format(printf, 6, 7)));

/* Keeps the failure that a reader left in cx as a finding. */
void finding_add_failure(Cx *cx, Findings *f, const char *file);

#endif
