/* A table that a Field table describes from end to end: made, grown, read and found without a line
 * of SQL at the noun. Registers that a pack declares have no other.
 *
 * Invariant: its rows have "id", "version" and "territory" (a division code), and every reading
 * call takes the range of codes that the caller may see, so that a row elsewhere is not found.
 * Names are quoted always: `case`, `grant`, `from` and `group` are SQL's words and also ours.
 * Values travel as arguments alone. What rows mean, and who may see them, is the caller's.
 */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include "store/reach.h"

/* What a field may point to: select gives the columns key, called and territory of each row. */
typedef struct TableLink {
    const char *noun;
    const char *select;
    bool shared; /* its rows are there for everybody, wherever they are kept */
    const char
        *grams; /* gives gram, territory and key of what they are called; NULL: rows are few */
} TableLink;

typedef struct Table {
    const char *name;
    const Field *fields;
    size_t size;        /* of the row struct */
    const char *select; /* with $1 and $2 as the range: table_select, or a literal of that shape */
    bool
        kept; /* made by table_create, with what is kept beside the rows; else read as any select */
    const char *sum;  /* the amount whose sums are kept; NULL = none */
    const char *sort; /* what its list begins with, "-lent_on"; NULL = id */
} Table;

/* The select of all that the table keeps. A VIRTUAL field whose `of` names a field with a link is
 * what the linked row is called. links ends with { NULL }. */
const char *table_select(Cx *cx, const char *name, const Field *fields, const TableLink *links);

/* What a link to the table reads; name: the field that its rows are called by. */
const char *table_link_select(Cx *cx, const Table *t, const char *name);
/* And by what it is found; NULL where that field has no postings. */
const char *table_link_grams(Cx *cx, const Table *t, const char *name);

/* CREATE TABLE with a unique key over the KEY fields (but id), the indexes that its list walks, and
 * what is kept beside it; inside a write transaction. CONFLICT where a table of that name is
 * there. */
Err table_create(Cx *cx, const Table *t);
/* Adds the columns and indexes that the table lacks, and makes anew what is kept beside it where
 * that was kept otherwise. */
Err table_grow(Cx *cx, const Table *t, const Table *before);

/* Kept beside the rows, in the same transaction (table_keep.c): how many rows there are and their
 * sum for each division above and each state, and the postings by which a part of a text is found.
 * So rows are written by these alone. */
Err table_insert(Cx *cx, const Table *t, int64_t *id, const void *row);
Err table_update(Cx *cx, const Table *t, const void *row, int64_t id, int64_t version);
/* Whether a table that is there is kept so, with all its orders: one made by an older program is
 * not. */
Err table_is_kept(Cx *cx, bool *out, const Table *t);
/* And has a column for each field, and what finds the rows that name another's: what the program
 * keeps of itself grows. */
Err table_is_whole(Cx *cx, bool *out, const Table *t);
/* The orders that the table's texts lack, such as those of rows that an older program wrote. */
Err table_order_missing(Cx *cx, const Table *t);
/* All that is kept, afresh from the rows; the counts and sums alone. */
Err table_keep_all(Cx *cx, const Table *t);
Err table_recount(Cx *cx, const Table *t);
/* Whether what is kept equals a fresh count; what names the first division that differs. */
Err table_keep_proved(Cx *cx, const Table *t, bool *equal, const char **what);

Err table_get(Cx *cx, void *out, const Table *t, Reach seen, int64_t id);
/* The row whose KEY fields are those of like; NOT_FOUND where one of them is unknown. Of dated rows
 * (store/dated.h) a draft before the one that is known. */
Err table_find(Cx *cx, void *out, const Table *t, Reach seen, const void *like);
/* The rows of the range that have this value of the field, at most so many; TOO_LARGE. */
Err table_among(Cx *cx, List *out, const Table *t, Reach seen, const Field *f, Arg value,
                int64_t most);
/* The first rows anywhere, at most so many, whose field names the row of that number. */
Err table_naming(Cx *cx, List *out, const Table *t, const Field *f, int64_t id, int64_t most);
/* STALE where it moved, NOT_FOUND where it is gone. */
Err table_delete(Cx *cx, const Table *t, int64_t id, int64_t version);
Err table_page(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query);

/* How many rows of the list there are in each state, and the sum of the table's amount. Without a
 * filter they are those that are kept; with one, more says that there are too many to count. */
typedef struct Tally {
    const char *value; /* NULL = unknown */
    int64_t count;
    int64_t sum; /* UNSET where nothing is summed */
} Tally;
extern const Field tally_fields[];
Err table_tally(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query);

/* The list as it is filtered, counted or summed in groups (measure.c). */
enum { MEASURE_GROUPS = 2000 };
typedef struct Measure {
    const char *by;          /* the field of the groups; NULL = one */
    int64_t digits;          /* of a division's code, that make a group; 0 = the whole value */
    const TableLink *called; /* what names the groups; NULL = nothing */
    const Moved *moved;      /* rows of a division that count as another's */
    const char *sum;         /* of this field; else its different values; else the rows */
    const char *distinct;
} Measure;
typedef struct Measured {
    const char *group; /* NULL = unknown, or the one group */
    const char *called;
    int64_t value;
} Measured;
/* Array of Measured in the order of the groups; INVALID where they are too many. */
Err table_measure(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query,
                  const Measure *m);

/* The same of rows of one state (NULL = of all), from what is kept: no row is read. Filters: the
 * territory's alone; digits: 0 = one group. Array of MeasuredKept. */
typedef struct MeasuredKept {
    const char *group;
    const char *called;
    int64_t rows;
    int64_t known; /* rows that have the amount of Table.sum */
    int64_t sum;
} MeasuredKept;
Err table_measure_kept(Cx *cx, List *out, const Table *t, Reach seen, const PageQuery *query,
                       const char *state, const Measure *m);

/* The key of the one row that the link calls so; CONFLICT where there are several, NOT_FOUND. */
Err table_link_find(Cx *cx, const char **key, const TableLink *link, Reach seen,
                    const char *called);
/* What the row of that key is called; NOT_FOUND outside the range. */
Err table_link_called(Cx *cx, const char **called, const TableLink *link, Reach seen, Arg key);

/* The rows whose name holds the text, by name; without a text, by division. digits: of their codes,
 * 0 = any. Of a text that thousands of names hold, some of them: it is a picker, write more. */
typedef struct LinkRow {
    const char *key;
    const char *called;
    const char *territory;
} LinkRow;
extern const Field link_row_fields[];
Err table_link_search(Cx *cx, List *out, const TableLink *link, Reach seen, const char *text,
                      int64_t digits);

#endif
