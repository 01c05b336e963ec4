/* What the files of the table share: which columns and indexes there are, and what is kept beside
 * the rows. Not for other folders.
 *
 * A table "well" has a column more than its fields, `_county`: the first six digits of the row's
 * division, so that the rows of a county stand in one index in the order of a column. Beside it
 * stand `_count_well` and `_gram_well`. No declared name begins with `_`.
 */
#ifndef STORE_TABLE_PARTS_H
#define STORE_TABLE_PARTS_H

#include "store/driver.h"
#include "store/grams.h"
#include "store/table.h"

enum { COUNTY_DIGITS = 6, COUNTED_MOST = 10000 };

#define COUNTY "_county"

bool table_is_id(const Field *f);
/* A column of the table, not one that a join gives. */
bool table_keeps(const Field *f);
/* Lists are found by a part of it: a text that is filtered by, or that rows are called by. */
bool table_searches(const Field *f);
/* Compared as one value. */
bool table_compares(const Field *f);
/* Names a row by its number: found by that, filter or not, before the named row is removed. */
bool table_links(const Field *f);
/* Such a link, or what a check counts rows by: rows are found by it, whatever lists filter by. */
bool table_names(const Field *f);
/* Rows of one range behind those of another. */
void list_join(Cx *cx, List *out, const List *part, size_t size);
/* Ordered, so that lists are filtered by its ranges. */
bool table_ranges(const Field *f);

typedef enum TableIndex {
    BY_VALUE,  /* (f, id): all rows in the order of f */
    IN_COUNTY, /* (_county, f, id): a county's rows in its order */
    AT_PLACE,  /* (f, territory, id): rows of one value, in any territory */
    OF_STATE,  /* (state, f, id): rows of one state in the order that the list begins with */
    TABLE_INDEXES
} TableIndex;
/* Whether the field has that index. */
bool table_indexed(const Table *t, const Field *f, TableIndex index);
const char *table_index_name(Cx *cx, const Table *t, const Field *f, TableIndex index);
/* Whether the key is what the list begins with, "-key" or "key". */
bool table_begins(const Table *t, const char *key);

/* Of dated rows (store/dated.h): one of the four dates; and what lasts while the rows of one thing
 * follow each other, the key but the day it holds from. */
int64_t dated_value(const Table *t, const void *row, const char *key);
void dated_set(const Table *t, void *row, const char *key, int64_t i);
bool dated_lasts(const Field *f);

/* The tables beside it. */
const char *table_counts(Cx *cx, const Table *t);
const char *table_grams(Cx *cx, const Table *t);
Err table_keep_create(Cx *cx, const Table *t);
/* Runs an UPDATE of one row, and what is kept follows. */
Err table_follow(Cx *cx, const Table *t, int64_t id, const char *sql, Args args);
/* Whether what is kept of the table is kept in the same way as of the other. */
bool table_keeps_same(const Table *t, const Table *other);

/* --- the conditions of a list (page.c) --- */

typedef struct Composer {
    Buf where; /* " WHERE … AND …" */
    Arg *args;
    size_t count;
} Composer;
Composer composer(Cx *cx, Args args, const PageQuery *query); /* NULL: without a condition */
/* Adds the query's condition, where it has one. row: how the select calls the row. */
void composer_condition(Composer *c, const PageQuery *query, const char *row);
/* Adds one filter; the first two write their own condition: " AND " or " WHERE " before it. */
void composer_and(Composer *c);
size_t composer_arg(Composer *c, Arg value); /* its number */
Err composer_filter(Cx *cx, Composer *c, const Field *fields, const char *key, const char *value);
Err composer_check(Cx *cx, const PageQuery *query);
/* The field sorted by; NULL = id. */
Err composer_sort(Cx *cx, const Field **out, const Field *fields, const PageQuery *query);
int64_t composer_size(const PageQuery *query);

/* Where a list goes on: behind or before a row with this value and id. */
typedef struct Place {
    const char *text; /* of a column of texts; NULL = unknown */
    int64_t integer;  /* of the others; UNSET = unknown */
    int64_t id;
} Place;
/* The cursor is opaque to its reader. The value of a personal field stands in no address, so that
 * such a cursor says the row alone. */
const char *place_write(Cx *cx, const Field *sort, const PageQuery *query, const Place *at);
/* *whole: the value is known too. INVALID where it is not of this list's order. */
Err place_read(Cx *cx, Place *out, bool *whole, const Field *sort, const PageQuery *query,
               const char *cursor);

#endif
