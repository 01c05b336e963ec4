/* The compiled form of DMN, shared by its compiler and evaluator; nobody else includes this.
 *
 * A decision, a function and a service each run on a frame: an array of Values whose slots the
 * compiler has given to names. Codes mirror the boxes of the model.
 */
#ifndef RULES_DMN_CODE_H
#define RULES_DMN_CODE_H

#include "rules/dmn.h"

/* A type and what an item definition allows of its values. */
typedef struct TypeGuard {
    const Type *type;    /* NULL = Any */
    bool restricts;      /* one of the following says more than the type */
    const Feel *allowed; /* unary tests on each value */
    const char *allowed_text;
    const Feel *constraint;         /* on a collection as a whole */
    const struct TypeGuard *wider;  /* of the definition that this one narrows */
    const struct TypeGuard *of;     /* of a list's items */
    const struct TypeGuard **parts; /* of a context, one per field of type; items may be NULL */
} TypeGuard;

typedef struct Code Code;

typedef struct CodePart {
    const char *name; /* NULL where it has none */
    const TypeGuard *guard;
    const Code *code;
} CodePart;

typedef struct CodeClause {
    const char *name;
    const TypeGuard *guard;
    const Type *type;        /* NULL = Any */
    const Feel *feel;        /* input expression; default entry */
    const Feel *allowed;     /* unary tests */
    const Value *priorities; /* the listed values in order; NULL where they are no list */
    size_t priority_count;
} CodeClause;

typedef struct DmnIndex DmnIndex; /* dmn_index.h */

typedef struct CodeTable {
    HitPolicy policy;
    Aggregation aggregation;
    const CodeClause *inputs;
    size_t input_count;
    const CodeClause *outputs;
    size_t output_count;
    const Feel *const *tests;  /* rule by rule, input_count each; NULL passes */
    const Feel *const *values; /* rule by rule, output_count each; NULL is null */
    size_t rule_count;
    const DmnIndex *index; /* NULL: every row is tried */
    size_t tested;         /* the slot of "?" */
    bool has_default;
    const Type *result;
} CodeTable;

struct Code {
    BoxKind kind;
    const Cause *broken;    /* set: gives null with this cause, whatever the kind */
    const TypeGuard *guard; /* of the whole result */
    const Type *result;     /* as far as known; NULL = Any */
    const Feel *feel;       /* of a literal */
    size_t slot;            /* first slot of its own names */
    const CodePart *parts;
    size_t part_count;
    const Code *body;
    const Type *element;   /* of a filter: what "item" is, where known */
    size_t frame;          /* of a function: slots its body needs */
    const Function *shape; /* of a function: name, params, result */
    const CodeTable *table;
};

/* Where a slot of a decision's or knowledge model's frame comes from. */
typedef struct SlotSource {
    const char *name;
    const struct Unit *unit;          /* NULL: an import, a context of the following */
    const struct SlotSource *members; /* of an import */
    size_t member_count;
} SlotSource;

typedef enum UnitProgress { UNIT_NEW, UNIT_COMPILING, UNIT_DONE } UnitProgress;

/* A node of one of the models. */
typedef struct Unit {
    const DmnNode *node;
    size_t index; /* over all models */
    UnitProgress progress;
    const Cause *ring;      /* set: it stands in a ring of decisions, and is null */
    const TypeGuard *guard; /* of its variable; of a knowledge model or service: of the result */
    const Type *type;       /* of its variable; NULL = Any */
    const Code *code;
    const SlotSource *sources;
    size_t source_count;
    size_t frame;
    const Function *function; /* of a knowledge model or service */
    DmnNodes information;
    DmnNodes authorities;
    const DmnExpression *expressions;
    size_t expression_count;
    const struct Unit **params; /* of a service, as what follows */
    size_t param_count;
    const struct Unit **outputs;
    size_t output_count;
    const Dmn *dmn;
} Unit;

struct Dmn {
    const DmnModel *main;
    const DmnModel **models; /* main first */
    size_t model_count;
    size_t *first; /* index of each model's first unit */
    Unit *units;
    size_t unit_count;
    const DmnProblem *problems;
    size_t problem_count;
    const DmnProblem *notes;
    size_t note_count;
};

typedef struct DmnMemo {
    Value value;
    enum { NOT_YET, DECIDING, DECIDED } state;
} DmnMemo;

struct DmnRun {
    Run *run;
    const Dmn *dmn;
    DmnMemo memos[]; /* one for each unit */
};

const Unit *dmn_unit(const Dmn *dmn, const DmnNode *node);

/* The value as its item definition wants it: coerced, or null with a cause. guard may be NULL. */
Value guard_check(Run *run, const TypeGuard *guard, const Value *v);

static inline Value guard_apply(Run *run, const TypeGuard *guard, const Value *v)
{
    return guard ? guard_check(run, guard, v) : *v;
}

Value code_value(Run *run, const Code *code, Value *frame);
Value table_value(Run *run, const CodeTable *table, Value *frame);

/* The call of a knowledge model and of a service (data is its Unit). */
Value knowledge_call(Run *run, const Function *self, const Value *arguments, size_t count);
Value service_call(Run *run, const Function *self, const Value *arguments, size_t count);

#endif
