/* What FEEL of a pack sees of a register's row: its fields, and those of the rows of other
 * registers of the pack that its links name (policy/pack/condition.h).
 */
#ifndef CORE_REGISTER_ROW_SHAPE_H
#define CORE_REGISTER_ROW_SHAPE_H

#include "core/register/register.h"
#include "policy/pack/condition.h"
#include "policy/pack/pack.h"

/* counts: names of counted neighbours, ends with NULL; NULL = none. It lives in the arena of cx,
 * and points into the pack. */
const RowShape *row_shape(Cx *cx, const Pack *pack, const Register *r, const char *const *counts);

/* The register of the pack; NULL where it has none of that noun. */
const Register *pack_register(const Pack *pack, const char *noun);

/* Reads rows that links name, for many rows of one register. */
typedef struct RowReader {
    const Register *r;
    const RowShape *shape;
    const Register *const *linked; /* as shape->links */
} RowReader;

Err row_reader(Cx *cx, RowReader *out, const Register *r, const RowShape *shape);
/* Linked rows are read wherever they stand: of them a condition tells no more than its answer. */
Err row_reader_values(Cx *cx, RowValues *out, const RowReader *reader, const void *row);

#endif
