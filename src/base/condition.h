/* What is asked of a row: comparisons of its columns, joined by and, or and not.
 *
 * A pack says it as FEEL; policy/register/condition.c makes this tree of it, typed and with the
 * values as the columns keep them (分, days, keys of options); store/where.c alone makes SQL of it.
 * So the policy knows no SQL and the store no FEEL.
 *
 * It has three answers, as FEEL has: a comparison with what is unknown is neither true nor false,
 * "and" is false where one side is, "or" true where one side is. Unknown is never no.
 */
#ifndef BASE_CONDITION_H
#define BASE_CONDITION_H

#include "base/field.h"

typedef enum ConditionKind {
    CONDITION_CONSTANT,  /* truth */
    CONDITION_AND,       /* of parts */
    CONDITION_OR,        /* of parts */
    CONDITION_NOT,       /* parts[0] */
    CONDITION_UNDECIDED, /* parts[0] is neither true nor false; itself it is always one of them */
    CONDITION_UNKNOWN,   /* left has no value; always true or false */
    CONDITION_COMPARE,   /* left, sign, right */
} ConditionKind;

typedef enum Sign { SIGN_LT, SIGN_LE, SIGN_EQ, SIGN_NE, SIGN_GE, SIGN_GT } Sign;

/* A column of the row, or of the row that one of its links names; or a value. */
typedef struct Operand {
    const Field *field; /* NULL: a value */
    const char *link;   /* the column with the number of the linked row; NULL: the row itself */
    const char *table;  /* where that row stands */
    bool is_text;       /* of a value: text, else number; as they are kept in a column */
    const char *text;
    int64_t number; /* UNSET = unknown */
} Operand;

typedef struct RowCondition {
    ConditionKind kind;
    bool truth;
    Sign sign;
    Operand left;
    Operand right;
    const struct RowCondition *const *parts;
    size_t count;
} RowCondition;

/* Both, either, or (of a alone) not; one that is NULL is left out. */
static inline const RowCondition *condition_join(Cx *cx, ConditionKind kind, const RowCondition *a,
                                                 const RowCondition *b)
{
    RowCondition *c = NEW(cx, RowCondition);
    const RowCondition **parts = NEW_N(cx, const RowCondition *, 2);
    if ((kind == CONDITION_AND || kind == CONDITION_OR) && (!a || !b))
        return a ? a : b;
    parts[0] = a;
    parts[1] = b;
    *c = (RowCondition){ .kind = kind, .parts = parts, .count = b ? 2 : 1 };
    return c;
}

static inline const RowCondition *condition_compare(Cx *cx, const Field *f, Sign sign,
                                                    Operand value)
{
    RowCondition *c = NEW(cx, RowCondition);
    *c = (RowCondition){
        .kind = CONDITION_COMPARE, .sign = sign, .left = { .field = f }, .right = value
    };
    return c;
}

#endif
