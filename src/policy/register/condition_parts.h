/* What condition.c, which compiles and runs, and condition_tree.c, which makes trees, share. */
#ifndef POLICY_PACK_CONDITION_PARTS_H
#define POLICY_PACK_CONDITION_PARTS_H

#include "policy/register/condition.h"
#include "rules/node.h"

#define ROW_PARAMETERS "参数"

/* What a slot of the scope stands for: one of the three. */
typedef struct RowName {
    const Field *field;
    const RowLink *link; /* of a field with a link to rows that are known; `field` is that one */
    size_t count;        /* of a counted neighbour: its place from 1; 0 = none */
} RowName;

struct RowFeel {
    const Feel *feel;
    RowShape shape;
    Scope scope;
    const RowName *names; /* one for each slot */
};

/* May rules speak of it? Not of numbers of rows and users, instants, and secrets. */
bool row_field_named(const Field *f);

#endif
