/* Tables of a batch that registers of the pack keep (decision 072). dictionary/batch.json says what
 * rules see of a table, and of which rows it is made:
 *
 *     { "key": "city_places", "type": "map", …,
 *       "rows": { "register": "city_place", "code": "territory", "value": "places" } }
 *
 * The register has a link to the batch; code and value name two of its fields. What becomes of the
 * rows follows from the type of the table:
 *
 *     list                    [code, …]
 *     map                     {code: value, …}
 *     object of lists         {code: [value, …], …}
 *     list of objects with a list inside    [{value's field: value, list: [code, …]}, …]
 *     list of other objects   [{field: what the row says in the field of that key, …}, …]
 *
 * A table without a row is unknown, as nobody has kept it yet; with "empty": true it is known to be
 * empty as soon as any table of the batch has a row. Only settled rows count.
 */
#ifndef POLICY_REGISTER_KEPT_TABLE_H
#define POLICY_REGISTER_KEPT_TABLE_H

#include "base/date.h"
#include "policy/register/declared.h"

typedef struct KeptTable {
    const Field *field;    /* of the pack's batch dictionary */
    const char *noun;      /* of the register */
    const char *link;      /* its field that names the batch */
    const char *code;      /* NULL = of rows that are told as they are */
    const char *value;     /* NULL = none */
    bool known_when_empty; /* "empty" */
} KeptTable;

/* What keeps the table; false where the dictionary does not say. */
bool kept_table_of(KeptTable *out, const Pack *pack, const Field *field);
/* The link by which a register of the pack belongs to a batch; NULL where it belongs to none. */
const Field *kept_table_link(const Register *r);

/* Whether the pack says so of any; and the proof of what it says. */
bool kept_tables_said(const Pack *pack);
void kept_tables_prove(Cx *cx, Findings *findings, const Pack *pack);

/* The one list among the fields of a table's objects; NULL where there is none. */
const Field *kept_table_inner(const Field *table);

#endif
