/* What condition.c, which compiles and runs, condition_unit.c, which proves units, and
 * condition_tree.c, which makes trees, share.
 */
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
/* The field of a linked row by its label; NULL where rules know none. */
const Field *row_linked_field(const RowLink *link, const char *label);

/* Where a part stands in the text, "line:column", and its words. */
const char *row_feel_where(Cx *cx, const Node *n);
const char *row_feel_part(Cx *cx, const RowFeel *f, const Node *n);

/* Fails INVALID with field "line:column" where values of two units are compared or added. */
Err row_feel_units(Cx *cx, const RowFeel *f);

#endif
