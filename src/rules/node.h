/* The typed tree that an expression is compiled to. Internal to rules/, and read by
 * policy/register/condition_tree.c, which makes conditions of it: others use feel.h.
 *
 * A node is immutable once compiled. Names have become slots: INPUT reads the caller's frame, LOCAL
 * the running function's own values. Every local of a function has a slot of its own.
 */
#ifndef RULES_NODE_H
#define RULES_NODE_H

#include "rules/feel.h"

typedef enum NodeKind {
    NODE_CONST,    /* value */
    NODE_INPUT,    /* slot */
    NODE_LOCAL,    /* slot */
    NODE_ITEM,     /* name: of the filter's item in slot where it has one, else kids[0] */
    NODE_PATH,     /* kids[0].name; slot: where the field is likely to stand */
    NODE_FILTER,   /* kids[0][kids[1]], item in slot */
    NODE_LIST,     /* kids */
    NODE_CONTEXT,  /* names, values, then the locals that keep them for the later ones */
    NODE_RANGE,    /* kids[0] .. kids[1]; slot: 1 unary, 2 unary and negated; flag: of a loop */
    NODE_FUNCTION, /* lambda */
    NODE_CALL,     /* kids[0](kids[1]…), names where by name */
    NODE_BUILTIN,  /* builtin(kids…); a missing argument is NULL */
    NODE_NEG,
    NODE_ADD,
    NODE_SUB,
    NODE_MUL,
    NODE_DIV,
    NODE_POW,
    NODE_IF,
    NODE_FOR, /* count domains, body, count variables; "partial" in slot */
    NODE_EQ,  /* from here on true or false is asked for: eval_truth.c */
    NODE_NE,
    NODE_LT,
    NODE_LE,
    NODE_GT,
    NODE_GE,
    NODE_AND,
    NODE_OR,
    NODE_SOME, /* as FOR */
    NODE_EVERY,
    NODE_BETWEEN,
    NODE_IN,       /* kids[0] into slot, then tests */
    NODE_TESTS,    /* tests of a cell; negated by "not" */
    NODE_TEST,     /* kids[0]: subject, kids[1]: what it must equal, lie in or stand in */
    NODE_INSTANCE, /* kids[0] instance of target */
} NodeKind;

typedef struct Node {
    NodeKind kind;
    uint32_t slot;
    uint32_t count;
    bool flag; /* TESTS: negated; TEST: kids[1] speaks of "?"; FOR: partial is read;
                * BUILTIN: by name; RANGE: of a loop */
    bool low_closed;
    bool high_closed;
    Kind among; /* IN, TESTS: every test is a constant of this kind; else VALUE_NULL */
    struct Node **kids;
    const Type *type; /* of the result; NULL = Any */
    Span span;
    union {
        Value value;
        const char *name;
        const char *const *names;
        const struct Lambda *lambda;
        const struct Builtin *builtin;
        const Type *target;
    };
} Node;

typedef struct Capture {
    Node *outer; /* evaluated where the function is made */
    uint32_t slot;
} Capture;

typedef struct Lambda {
    const Param *params; /* in slots 0 … count-1 */
    size_t count;
    Node *body; /* NULL: external */
    const Capture *captures;
    size_t capture_count;
    uint32_t locals;
    const Feel *feel;
} Lambda;

struct Feel {
    const char *source;
    Node *root;
    size_t inputs;
    uint32_t locals;
    bool any;          /* "-" */
    const bool *reads; /* one for each input */
};

#endif
