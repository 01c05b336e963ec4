/* What FEEL of a pack sees of a register's row: its fields, and those of the rows of other
 * registers of the pack that its links name (policy/register/condition.h).
 */
#ifndef POLICY_REGISTER_ROW_SHAPE_H
#define POLICY_REGISTER_ROW_SHAPE_H

#include "policy/register/condition.h"
#include "policy/register/declared.h"

/* counts: names of counted neighbours, ends with NULL; NULL = none. It lives in the arena of cx,
 * and points into the pack. */
const RowShape *row_shape(Cx *cx, const Pack *pack, const Register *r, const char *const *counts);

/* The register of the pack; NULL where it has none of that noun. */
const Register *pack_register(const Pack *pack, const char *noun);

#endif
