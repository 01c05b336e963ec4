/* The rows that a table of a batch is made of, from a register (policy/register/kept_table.h) or
 * from entries, and the member of the batch's document that they become.
 */
#ifndef MODULES_BATCH_KEPT_ROWS_H
#define MODULES_BATCH_KEPT_ROWS_H

#include "base/date.h"
#include "policy/register/kept_table.h"

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
