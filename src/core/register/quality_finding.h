/* What checks find of a row, kept as a row of the register that plays the role "problem"
 * (policy/register/problem_role.h): what fails a check, whatever its effect, and what cannot be
 * told (待补). A draft that was never sent on is its writer's, and nothing of it is kept.
 *
 * Invariants: of one check and one row at most one problem is open. One that is mended is closed by
 * the program, with a note; one that people have closed stays closed until what the check reads of
 * the row changes. A problem names check, clause, register and row, and no value of the row.
 *
 * Where the pack has no such register nothing is kept, and the page of a row shows its checks.
 */
#ifndef CORE_REGISTER_QUALITY_FINDING_H
#define CORE_REGISTER_QUALITY_FINDING_H

#include "core/register/register.h"

typedef struct QualityTally {
    int64_t made;
    int64_t closed;
} QualityTally;

/* A register, and where what is found of its rows is kept. */
typedef struct QualityKeeping {
    const Register *r;
    const Register *problems; /* NULL = nowhere */
} QualityKeeping;
Err quality_finding_keeping(Cx *cx, QualityKeeping *out, const Register *r);

/* Would quality_finding_settle write anything of the row of that id? A row that is gone counts. */
Err quality_finding_moves(Cx *cx, bool *out, const QualityKeeping *in, int64_t id);
/* Writes what is found of the row now and closes what is mended; in a write transaction. */
Err quality_finding_settle(Cx *cx, QualityTally *tally, const QualityKeeping *in, int64_t id);

#endif
