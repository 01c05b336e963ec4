/* The checks of a pack as quality.json declares them; core/register/quality.h shows one and runs
 * it.
 */
#ifndef POLICY_REGISTER_QUALITY_READ_H
#define POLICY_REGISTER_QUALITY_READ_H

#include "policy/register/row_shape.h"

typedef enum QualityEffect { QUALITY_BLOCKS, QUALITY_WARNS, QUALITY_LISTS } QualityEffect;

/* Rows of a register whose fields have the values that this row has, itself not among them. */
typedef struct QualityCount {
    const Register *of;
    const char *const *same;  /* field there, field here, …, NULL */
    const RowFeel *condition; /* NULL = all of them */
} QualityCount;

typedef struct QualityCheck {
    const char *id;
    const char *noun;
    QualityEffect effect;
    bool known; /* open counts as failed */
    const char *zh;
    const char *en;
    const char *basis;
    const char *field; /* that mends it */
    const RowFeel *right;
    const QualityCount *counts;
    size_t count_count;
} QualityCheck;

typedef struct Quality {
    const QualityCheck *at;
    size_t count;
} Quality;

const Quality *quality_read(Cx *cx, Findings *findings, const Pack *pack, const Json *json);

#endif
