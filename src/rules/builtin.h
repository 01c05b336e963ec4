/* The built-in functions: one const row each, by family in builtin_*.c.
 *
 * A row's function sees arguments of the declared kinds only; null is one of them where the row
 * says so. Unknown arguments never reach it unless the row is LENIENT, nor lists with unknown
 * members unless it is MEMBERS or LENIENT: the result is then unknown by itself. Rows of the same
 * name are tried in their order.
 */
#ifndef RULES_BUILTIN_H
#define RULES_BUILTIN_H

#include "rules/feel.h"

#define K(kind)    (1u << (kind))
#define K_NULL     K(VALUE_NULL)
#define K_BOOLEAN  K(VALUE_BOOLEAN)
#define K_NUMBER   K(VALUE_NUMBER)
#define K_STRING   K(VALUE_STRING)
#define K_DATE     K(VALUE_DATE)
#define K_TIME     K(VALUE_TIME)
#define K_MOMENT   K(VALUE_DATE_TIME)
#define K_DAYS     K(VALUE_DAYS)
#define K_MONTHS   K(VALUE_MONTHS)
#define K_LIST     K(VALUE_LIST)
#define K_CONTEXT  K(VALUE_CONTEXT)
#define K_RANGE    K(VALUE_RANGE)
#define K_FUNCTION K(VALUE_FUNCTION)
#define K_ANY      0xFFFFu
#define K_SOME     (K_ANY & ~K_NULL)
#define K_OPTIONAL 0x10000u /* may be left out; it is null then */

#define BUILTIN_PARAMS 4

enum {
    BUILTIN_LENIENT = 1,  /* sees unknown arguments, too */
    BUILTIN_MEMBERS = 8,  /* sees lists with unknown members */
    BUILTIN_DEEP = 16,    /* walks over all that is below its arguments */
    BUILTIN_VARIADIC = 2, /* the one parameter is a list; f(1, 2) means f([1, 2]) */
    BUILTIN_SPREAD = 4,   /* any number of arguments, given as one list, as they are */
};

typedef struct BuiltinParam {
    const char *name;
    unsigned kinds;
} BuiltinParam;

typedef struct Builtin {
    const char *name;
    BuiltinParam params[BUILTIN_PARAMS]; /* ends with a NULL name where fewer */
    Value (*call)(Run *run, const Value *arguments);
    TypeKind result;
    unsigned flags;
    const char *zh;
    const char *en;
} Builtin;

typedef struct BuiltinFamily {
    const Builtin *rows;
    size_t count;
} BuiltinFamily;

extern const BuiltinFamily BUILTIN_TEXT, BUILTIN_NUMBER, BUILTIN_LIST, BUILTIN_TIME,
    BUILTIN_CONTEXT, BUILTIN_RANGE, BUILTIN_CONVERT, BUILTIN_SUM;

/* Row by running number over all families; NULL behind the last. */
const Builtin *builtin_at(size_t index);
/* The first row of a name; rows of one name stand together in one family. */
const Builtin *builtin_find(const char *name);
/* The next row of the same name, or NULL. */
const Builtin *builtin_next(const Builtin *b);
size_t builtin_count(const Builtin *b);    /* parameters */
size_t builtin_required(const Builtin *b); /* parameters that must be given */
/* arguments: one for each parameter of the row (VARIADIC, SPREAD: the list), given many of them. */
Value builtin_call(Run *run, const Builtin *b, const Value *arguments, size_t given, bool named);
/* The built-in as a function value. */
Value builtin_value(Cx *cx, const Builtin *b);

/* Charges the run, and with it the budget of cx, for work that no sub-expression stands for: items
 * made, a match, a kilobyte copied. Called before the work where its size is known, and at the
 * latest every few thousand steps in a loop; false where the run has stopped, and the row then
 * returns null at once. */
bool run_spend(Run *run, size_t steps);
/* Charges the run with all that is below v, which is about to be walked over; false where that
 * passes the limit of steps, and the run has stopped. */
bool run_walk_below(Run *run, const Value *v);

static inline bool run_walk(Run *run, const Value *v)
{
    bool deep = v->kind == VALUE_LIST || v->kind == VALUE_CONTEXT ||
                (v->kind == VALUE_STRING && v->text.length >= VALUE_TEXT_STEP);
    return !deep || run_walk_below(run, v);
}

/* For rows: the union of the causes of all unknown items into *out; false where there is none. */
bool list_unknown(Cx *cx, const Values *list, Value *out);
Value list_copy(Cx *cx, const Values *list, size_t room, Value **items);

#endif
