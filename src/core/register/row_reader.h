/* The values that FEEL of a pack reads of a row (policy/register/row_shape.h), those of the rows
 * that its links name among them.
 */
#ifndef CORE_REGISTER_ROW_READER_H
#define CORE_REGISTER_ROW_READER_H

#include "core/register/register.h"
#include "policy/register/row_shape.h"

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
