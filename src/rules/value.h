/* FEEL values: what an expression of a rule works on.
 *
 * A Value is 32 bytes and is copied freely; what it points to lives in the arena of whoever made it
 * and is never changed afterwards. Numbers are decimal128, inline. Null and unknown are two things:
 * null is FEEL's own and keeps the cause that made it; unknown stands for an absent fact and keeps
 * the set of JSON pointers of the facts that are missing. A value bound from a document keeps its
 * own pointer in `at`. This module knows values only, nothing of the language.
 */
#ifndef RULES_VALUE_H
#define RULES_VALUE_H

#include "base/decimal.h"
#include "base/json.h"
#include "rules/part.h"

typedef struct Values {
    const struct Value *items;
    size_t count;
} Values;

typedef struct Value {
    Kind kind;
    const char *at; /* JSON pointer of the document's value; NULL where computed */
    union {
        const Cause *cause;   /* NULL for a literal null */
        const Causes *causes; /* never NULL */
        bool boolean;
        Decimal number;
        Text text;
        Date date;
        const Moment *moment;
        Duration days;
        int64_t months;
        Values list;
        const struct Context *context;
        const struct Range *range;
        const struct Function *function;
    };
} Value;

/* Keys in order; the same key once. */
typedef struct Entry {
    const char *key;
    Value value;
} Entry;

typedef struct Context {
    const Entry *entries;
    size_t count;
} Context;

/* [low .. high]. Made by a unary test, (< 10), its null end is infinite; (!= 10) is everything but
 * its low end. Otherwise a null end makes every comparison null. */
typedef struct Range {
    Value low;
    Value high;
    bool low_closed;
    bool high_closed;
    bool unary;
    bool negated;
} Range;

/* A function is called through feel_call (feel.h), which binds and checks its arguments. */
typedef struct Param {
    const char *name;
    const struct Type *type; /* NULL = Any */
} Param;

struct Run;
typedef struct Function {
    const char *name; /* "" for a literal */
    const Param *params;
    size_t count;
    const struct Type *result; /* NULL = Any */
    /* arguments: one for each parameter. */
    Value (*call)(struct Run *run, const struct Function *self, const Value *arguments,
                  size_t count);
    const void *data; /* the maker's own: closure, business knowledge model, … */
} Function;

/* Makers. Text is not copied. */
Value value_null(void);
/* A null with its cause; zh and en are formats that take the same arguments in the same order. */
Value value_null_because(Cx *cx, const char *zh, const char *en, ...)
    __attribute__((format(printf, 2, 4), format(printf, 3, 4)));
Value value_unknown(Cx *cx, const char *pointer);
/* The union of the causes; either may be anything else, which adds none; one must be unknown. */
Value value_unknown_both(Cx *cx, const Value *a, const Value *b);
/* The pointers in order of first appearance, each once; ends with NULL. count may be NULL. */
const char *const *causes_list(Cx *cx, const Causes *causes, size_t *count);
Value value_boolean(bool b);
Value value_number(Decimal d);
Value value_int(int64_t i);
Value value_text(const char *text);
Value value_text_n(const char *text, size_t length);
Value value_date(Date d);
Value value_list(const Value *items, size_t count);
Value value_context(Cx *cx, const Entry *entries, size_t count);
Value value_range(Cx *cx, const Range *range);
Value value_function(const Function *f);

static inline bool value_is_null(const Value *v)
{
    return v->kind == VALUE_NULL;
}

static inline bool value_is_unknown(const Value *v)
{
    return v->kind == VALUE_UNKNOWN;
}

static inline bool value_is_true(const Value *v)
{
    return v->kind == VALUE_BOOLEAN && v->boolean;
}

static inline bool value_is_false(const Value *v)
{
    return v->kind == VALUE_BOOLEAN && !v->boolean;
}

/* NULL where the context has no such key. */
const Value *context_get(const Context *c, const char *key);

/* FEEL's "=": true, false, null where the kinds cannot be compared, unknown where that decides. */
Value value_equal(Cx *cx, const Value *a, const Value *b);
/* "is": same kind and same parts, nulls equal; unknowns equal where their causes are. */
bool value_same(const Value *a, const Value *b);
/* The same for equal values. False for lists, contexts, ranges, functions and unknown. */
bool value_hash(const Value *v, uint64_t *out);
/* order: -1, 0, 1. False where the two have no order between them. */
bool value_order(const Value *a, const Value *b, int *order);
/* true, false, null or unknown: is v in the range? */
Value value_in_range(Cx *cx, const Value *v, const Range *r);

/* The values in v, it and those below it counted as often as they are reached; `most` where there
 * are as many or v is nested too deeply. Values are shared, so a small model can make one that
 * nobody can walk over: whoever is about to, and has no bound of his own, asks this first. */
size_t value_weight(const Value *v, size_t most);

/* FEEL literal notation: 1.5, "text", [1, 2], {a: 1}, date("2022-12-10"), null, unknown. */
const char *value_literal(Cx *cx, const Value *v);
/* The same cut after about 80 bytes, for messages. */
const char *value_brief(Cx *cx, const Value *v);
/* What string(v) gives: text bare, dates as 2022-12-10. NULL for null. */
const char *value_string(Cx *cx, const Value *v);
/* Numbers exact, dates and durations as text, unknown and functions as null. */
void value_json(Cx *cx, JsonOut *o, const char *key, const Value *v);

#endif
