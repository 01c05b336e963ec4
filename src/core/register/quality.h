/* Checks of a register's rows, declared by the pack (quality.json): what must hold of a row, said
 * in FEEL over its fields, the fields of rows that it names, and counted neighbours.
 *
 *     { "id": "L1", "register": "loan", "effect": "blocks", "feel": "到期日 >= 发放日",
 *       "zh": "到期日早于发放日", "en": "It is due before it is lent", "basis": "四.1/s1",
 *       "field": "due_on",
 *       "counts": [ { "name": "同号贷款", "register": "loan", "same": { "contract": "contract" } }
 * ] }
 *
 * feel is what is right; the texts say what is wrong. Its answer may also be open (待补): a value
 * is missing, which is named. What fails blocks an act (never a draft that is typed; a row of a
 * sheet, and of a register without states its saving), warns (the act passes once a reason is
 * written and kept), or only lists. An open one blocks where the check says "known": true.
 *
 * What it does not do: keep findings as rows (quality_finding.h), or go through the register at
 * night (quality_round.h).
 */
#ifndef CORE_REGISTER_QUALITY_H
#define CORE_REGISTER_QUALITY_H

#include "core/register/register.h"
#include "policy/register/quality_read.h"

typedef struct QualityResult {
    const char *id;
    const char *effect; /* "blocks" */
    const char *answer; /* "right", "wrong", "open" */
    bool holds;         /* it would hold up an act as the row stands */
    const char *zh;
    const char *en;
    const char *basis;
    const char *field;
    const char *missing_zh; /* labels; NULL = none */
    const char *missing_en;
    const char *digest; /* of what it reads of the row itself, under a key */
    const char *reason; /* of a warning, and of these values */
    const char *reason_by;
    int64_t reason_at;
} QualityResult;

/* Of all checks of the register, in the pack's order; array of QualityResult. */
Err quality_run(Cx *cx, List *out, const Register *r, const void *row);
/* INVALID with the field where one blocks; act: CONFLICT where a warning has no reason yet. */
Err quality_hold(Cx *cx, const Register *r, const void *row, bool act);

#endif
