/* Dated rows: what held in the world from valid_from to valid_to (days, both included; unknown = it
 * holds still), as the system knew it from known_from until known_to (instants; unknown = it is
 * known so still). A row without known_from is a draft, which nobody counts yet.
 *
 * Invariants, held by the table itself: a row that is known is neither changed nor deleted, but for
 * its known_to being set once; of one key two rows that are known at a time never hold on the same
 * day. So what was answered for (day, known) is answered so for ever. A correction is a new row
 * that names the one it replaces. Which rows there are, and who may write them, is the caller's.
 */
#ifndef STORE_DATED_H
#define STORE_DATED_H

#include "store/table.h"

/* The filters of a list of dated rows: on=DAY; known=DAY (as it was known when that day ended), an
 * instant, or KNOWN_OPEN: what is known now, and drafts. */
#define DATED_ON    "on"
#define DATED_KNOWN "known"
#define KNOWN_OPEN  "open"

bool dated_fields(const Field *fields);
bool dated_known(const Table *t, const void *row);  /* not a draft */
bool dated_closed(const Table *t, const void *row); /* replaced by another */

/* After table_create and table_grow: the keys among rows that are known, and the refusals. */
Err dated_guard(Cx *cx, const Table *t);

/* Whether the row may become known beside the others of its key. before: the row of the same key
 * that holds still and that this one, holding still from later on, brings to its end; UNSET.
 * INVALID where it ends before it begins, CONFLICT where another holds on one of its days, STALE
 * where what it replaces was replaced meanwhile. */
Err dated_prove(Cx *cx, int64_t *before, const Table *t, const void *row);

/* What became of the rows around one that becomes known; 0 = none. */
typedef struct DatedTurn {
    int64_t before; /* as for dated_prove */
    int64_t ended;  /* the row that says what before says, up to its end */
} DatedTurn;
/* The draft of that id becomes known now, what it replaces is closed, and what it ends is replaced
 * by a row with the end. */
Err dated_take(Cx *cx, DatedTurn *out, const Table *t, const void *row, int64_t id);

/* All rows of the key, drafts too: by the day they hold from, then as they became known. */
Err dated_rows(Cx *cx, List *out, const Table *t, Reach seen, const void *row);

#endif
