/* DMN decisions: compiled once, evaluated often.
 *
 * dmn_compile resolves hrefs, imports, types and every name of every expression. What is wrong in
 * one expression does not make the model useless: it is listed as a problem, and what stands on
 * that expression gives null with this cause. Who must not accept that (a pack) refuses a model
 * with problems. A compiled Dmn is immutable and may be evaluated by many threads at once, each
 * with its own Run and DmnRun; it lives in the arena it was compiled in.
 * Unknown (an absent fact) flows through every construct: a decision table whose rule may match is
 * unknown unless every possible outcome is the same.
 */
#ifndef RULES_DMN_H
#define RULES_DMN_H

#include "rules/dmn_model.h"
#include "rules/feel.h"

typedef struct Dmn Dmn;

typedef struct DmnProblem {
    const DmnNode *node; /* NULL where the model itself is meant */
    const char *file;
    int line;
    const char *zh;
    const char *en;
    const char *text; /* of the model: the expression that is wrong; NULL where it is none */
    const char *at;   /* "line:column" in text */
} DmnProblem;

/* others: the models that main and they import, found by namespace. types: named types from outside
 * that a typeRef may use (a pack's dictionary), and that an input without typeRef has where it is
 * of the same name; values of a closed type are taken as they are.
 * Fails INVALID only where memory or depth is passed; problems are asked by dmn_problem. */
Err dmn_compile(Cx *cx, const Dmn **out, const DmnModel *main, const DmnModel *const *others,
                size_t other_count, const Name *types, size_t type_count);
const DmnProblem *dmn_problem(const Dmn *dmn, size_t index); /* NULL behind the last */
/* What was read otherwise than it is written, and keeps nobody from using the model. */
const DmnProblem *dmn_note(const Dmn *dmn, size_t index); /* NULL behind the last */

/* Nodes in file order are main->nodes; here by kind and name (ns NULL = of the main model). */
const DmnModel *dmn_main(const Dmn *dmn);
const DmnNode *dmn_find(const Dmn *dmn, DmnKind kind, const char *ns, const char *name);

/* What a node requires, in file order; a wrong href is a problem and left out. */
typedef struct DmnNodes {
    const DmnNode *const *at;
    size_t count;
} DmnNodes;

DmnNodes dmn_information(const Dmn *dmn, const DmnNode *node); /* inputs and decisions */
DmnNodes dmn_authorities(const Dmn *dmn, const DmnNode *node); /* knowledge sources */
/* Does one of the node's expressions read what it requires here? */
bool dmn_reads(const Dmn *dmn, const DmnNode *node, const DmnNode *required);
/* The declared type of its variable, or what its expression gives; NULL = Any. */
const Type *dmn_type(const Dmn *dmn, const DmnNode *node);

/* The expressions below a node, for static analysis and explanation. */
typedef struct DmnExpression {
    const char *name; /* entry, column or parameter it belongs to; "" where none */
    const Feel *feel;
    int line; /* in the file, of its element */
} DmnExpression;

size_t dmn_expression_count(const Dmn *dmn, const DmnNode *node);
DmnExpression dmn_expression(const Dmn *dmn, const DmnNode *node, size_t index);

/* One evaluation: its inputs and what was decided so far. In the arena of run. */
typedef struct DmnRun DmnRun;

DmnRun *dmn_begin(Run *run, const Dmn *dmn);
/* Gives an input, or a decision in place of its own logic. The value is coerced to the declared
 * type and held against its allowed values; null with its cause where it does not fit. */
void dmn_set(DmnRun *d, const DmnNode *node, const Value *v);
/* A decision with all it requires, each evaluated once; an input that was not set is null; a
 * knowledge model or service is its function value. Fails LIMITED where run's limits are passed. */
Err dmn_decide(DmnRun *d, Value *out, const DmnNode *node);
/* A decision service on the values set for its inputs and input decisions; what is not set is null.
 * One output decision gives its value, several a context. */
Err dmn_serve(DmnRun *d, Value *out, const DmnNode *service);

#endif
