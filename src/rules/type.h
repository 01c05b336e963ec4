/* Types of FEEL values, made once when a pack or model is loaded and never changed.
 *
 * A NULL type is Any. A context type that is `closed` (one from a dictionary) knows all its fields,
 * so that a path to another one is an error when the rule is loaded, not a null when it runs.
 */
#ifndef RULES_TYPE_H
#define RULES_TYPE_H

#include "rules/value.h"

typedef enum TypeKind {
    TYPE_ANY,
    TYPE_NULL,
    TYPE_BOOLEAN,
    TYPE_NUMBER,
    TYPE_STRING,
    TYPE_DATE,
    TYPE_TIME,
    TYPE_DATE_TIME,
    TYPE_DAYS,
    TYPE_MONTHS,
    TYPE_LIST,
    TYPE_CONTEXT,
    TYPE_RANGE,
    TYPE_FUNCTION,
} TypeKind;

typedef struct TypeField {
    const char *name;
    const struct Type *type;
} TypeField;

typedef struct Type {
    TypeKind kind;
    bool closed;             /* of CONTEXT: no other fields */
    const char *name;        /* item definition; NULL where built in or without a name */
    const struct Type *of;   /* of LIST and RANGE: the element; of FUNCTION: the result */
    const TypeField *fields; /* of CONTEXT; of FUNCTION: the parameters in order */
    size_t count;
} Type;

/* The simple ones, and list of Any, context without known fields, range of Any, any function. */
const Type *type_simple(TypeKind kind);
/* "number", "date and time", "days and time duration", …; NULL where the name is no built-in. */
const Type *type_by_name(const char *name);
const Type *type_list(Cx *cx, const Type *of);
const TypeField *type_field(const Type *context, const char *name);
/* "list<number>", "context<a: string>", or the item definition's name. */
const char *type_text(Cx *cx, const Type *t);

/* Every value of a is one of b (DMN 1.5, 10.3.2.9.1). */
bool type_conforms(const Type *a, const Type *b);
/* instance of: null belongs to Null alone; unknown to every type. */
bool value_has_type(const Value *v, const Type *t);
/* DMN's implicit conversions (10.3.2.9.4): to a singleton list, from one, date to date and time
 * at midnight UTC; whatever still does not conform becomes a null with its cause. Null and
 * unknown stay what they are. */
Value value_coerce(Cx *cx, const Value *v, const Type *t);

#endif
