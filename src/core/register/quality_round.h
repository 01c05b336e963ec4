/* Rounds: the checks run over what is kept, and what they find is written (quality_finding.h).
 *
 * Nightly over the rows that changed since the round before began, an index range of changed_at;
 * once a month over all rows. Both look again at each row of which something was found, since a
 * row is also mended by what stands beside it. A round goes on in acts of 500 rows: where it
 * stands is kept with what each act writes, so that a round cut off anywhere goes on there. A job
 * takes the rows of a night (the setting check.rows) and leaves the rest to the next.
 */
#ifndef CORE_REGISTER_QUALITY_ROUND_H
#define CORE_REGISTER_QUALITY_ROUND_H

#include "core/register/register.h"

typedef struct QualityRound {
    int64_t id;
    const char *kind;  /* a key of ROUND_KINDS: "nightly", "monthly" */
    const char *state; /* "running", "done" */
    const char *noun;  /* of the register that it stands in */
    const char *after; /* where in it: List.after; NULL = before its first row */
    int64_t since;     /* rows changed from here on; UNSET = all */
    int64_t acts;      /* so far; no act is counted twice */
    int64_t seen;      /* rows */
    int64_t made;      /* problems */
    int64_t closed;
    int64_t refused; /* rows of which nothing could be written */
    int64_t begun_at;
    int64_t ended_at; /* UNSET while it goes on */
} QualityRound;

/* Queues a round of this kind, or goes on with one that was left, in a transaction of its own. */
Err quality_round_start(Cx *cx, const char *kind);
/* Goes through everything at once, for what makes a system: in the transaction under way. */
Err quality_round_whole(Cx *cx, const char *kind);

#endif
