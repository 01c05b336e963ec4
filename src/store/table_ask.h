/* What is asked of a table's list, and which index knows the fewest rows of it: between the page
 * (table_list.c) and what is kept beside the rows. Not for other folders.
 */
#ifndef STORE_TABLE_ASK_H
#define STORE_TABLE_ASK_H

#include "store/table_parts.h"

/* What is asked, read from the query. */
typedef struct Asking {
    Cx *cx;
    const Table *t;
    const PageQuery *query;
    const Field *sort; /* NULL = id */
    const Reach *ranges;
    const char *const *filters; /* key, value, …, NULL; without the territory's */
    const char *state;          /* the value that states are filtered by; NULL = none */
    size_t filter_count;
    bool dated;  /* the counts that are kept are of rows that nothing replaced … */
    bool open;   /* … and so is this list */
    bool back;   /* towards the beginning */
    bool placed; /* from a place on */
    Place place;
} Asking;

Err asking_read(Asking *a, Cx *cx, const Table *t, Reach seen, const PageQuery *query);

/* The digits of the divisions whose counts say what the range has. */
int64_t range_level(const Reach *r);
bool range_below_city(const Reach *r);
const char *range_county(Cx *cx, const Reach *r);

/* Conditions. row: how the select calls the row. */
void asking_range(Composer *c, const Reach *r);
void asking_county(Composer *c, const char *county);
Err asking_filters(Asking *a, Composer *c, const char *row);
/* The table, by the index that is named for SQLite. */
void asking_table(Asking *a, Buf *b, const Field *f, TableIndex index);

/* Whether the counts that are kept are of rows that this list may show; and they themselves: of
 * each state in the range, and of all of it or of one state. */
bool asking_counts_fit(const Asking *a);
Err asking_counts(Asking *a, List *out, const Reach *r);
Err asking_count(Asking *a, int64_t *out, const Reach *r, const char *state);

/* What an index knows of one condition. */
typedef struct Source {
    const char *key; /* of the filter; NULL = the territory alone */
    const char *value;
    const Field *field; /* compared by its index; NULL: found by bigrams */
    Grams grams;        /* the ones it is found by */
    uint32_t character; /* …or the only one there is */
    bool exact;         /* all that it finds fits */
    int64_t count;      /* up to COUNTED_MOST + 1 */
} Source;

/* The one that knows the fewest rows of the range; the territory alone where there is no other. */
Err source_choose(Asking *a, Source *out, const Reach *r);
/* The numbers of the rows that the source knows in the range; leaves c without conditions. */
Err source_select(Asking *a, const char **out, Composer *c, const Source *s, const Reach *r);

#endif
