/* FEEL over one row of a register: its fields by their labels, the fields of rows that its links
 * name (产品.最高额度), counted neighbours, and 参数. A check runs it on a row in hand; a figure
 * needs it of millions, so that it becomes a RowCondition (base/condition.h), which the store
 * answers.
 *
 * Both say the same of every row: what the tree cannot say with the same three answers is refused
 * when the pack is proved, with the words of the part, and never evaluated row by row behind
 * somebody's back. condition_test.c holds the two against each other over generated texts and rows.
 *
 * A field that is not filled in is unknown, not null (decision 005): "= null" would never hold, so
 * it is refused and is unknown(…) asked for instead.
 */
#ifndef POLICY_PACK_CONDITION_H
#define POLICY_PACK_CONDITION_H

#include "base/condition.h"

struct Value; /* rules/value.h; its names and the store's cannot stand in one file */

/* A link to rows whose fields are known. */
typedef struct RowLink {
    const char *from; /* key of the field with the link; NULL ends the list */
    const char *table;
    const Field *fields;
} RowLink;

typedef struct RowShape {
    const Field *fields;
    const RowLink *links;           /* ends with { NULL } */
    const char *const *counts;      /* names of counted neighbours, ends with NULL; NULL = none */
    const struct Value *parameters; /* of the pack: 参数; NULL = none */
} RowShape;

typedef struct RowFeel RowFeel;

/* Fails INVALID with field "line:column" where a name is unknown, the answer is no yes or no, or
 * values of two units are compared or added. The shape must outlive it. */
Err row_feel_compile(Cx *cx, const RowFeel **out, const char *text, const RowShape *shape);
/* Does it read the row's field of this key? */
bool row_feel_reads(const RowFeel *f, const char *key);

/* The tree, with today() as cx has it. Fails INVALID with field "line:column", and the part that
 * cannot be asked of a table named. */
Err row_feel_condition(Cx *cx, const RowCondition **out, const RowFeel *f);

typedef enum RowTruth { ROW_NO, ROW_YES, ROW_OPEN } RowTruth;

/* A row in hand; of each link the row that it names, NULL where there is none. */
typedef struct RowValues {
    const void *row;
    const void *const *linked; /* as RowShape.links */
    const int64_t *counts;     /* as RowShape.counts */
} RowValues;

/* missing, where it is ROW_OPEN: keys of the fields that are not known ("due_on",
 * "product/ceiling"), ends with NULL; none
 * where it has no answer for another reason. Fails LIMITED. */
Err row_feel_run(Cx *cx, RowTruth *out, const char *const **missing, const RowFeel *f,
                 const RowValues *values);

#endif
