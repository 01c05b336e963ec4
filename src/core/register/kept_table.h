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
#ifndef CORE_REGISTER_KEPT_TABLE_H
#define CORE_REGISTER_KEPT_TABLE_H

#include "base/date.h"
#include "core/register/register.h"
#include "policy/pack/pack.h"

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

typedef struct KeptRow {
    const char *code;
    const char *value; /* NULL where the table has none */
    const char *json;  /* of a row that is told as it is, else NULL */
    bool number;       /* value is one, and written so */
} KeptRow;

/* Rows of one table, and what tells them from others of the same batch: rows are added and closed,
 * so their number, numbers and versions do. */
typedef struct KeptRows {
    KeptRow *at;
    size_t count;
    size_t room;
    int64_t ids;
    int64_t versions;
} KeptRows;

void kept_rows_add(Cx *cx, KeptRows *rows, KeptRow row, int64_t id, int64_t version);
/* Dated rows are those that hold on the day, as they are known now. */
Err kept_table_rows(Cx *cx, KeptRows *out, const KeptTable *t, int64_t batch, Day on);
/* The table as a member of the object that is open; sorts the rows. */
void kept_table_put(JsonOut *o, const Field *table, KeptRows *rows);

#endif
