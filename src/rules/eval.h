/* What the parts of the evaluator share: eval.c walks over the tree, eval_truth.c over what is
 * asked for true or false alone, eval_loop.c over lists. Internal to rules/: others use feel.h.
 *
 * Three ways to the value of a node, from the cheapest: truth, in a register; operand, where it
 * stands already; eval, a copy. All three charge the run for the node and keep its depth; where the
 * run has stopped they give null.
 */
#ifndef RULES_EVAL_H
#define RULES_EVAL_H

#include "rules/builtin.h"
#include "rules/node.h"

#include <assert.h>

/* The names' values of the expression that is being run. */
typedef struct Frame {
    Run *run;
    const Value *inputs; /* the caller's */
    Value *locals;       /* of the function that is being run */
} Frame;

/* The frame of an expression; its locals are made where it has some. */
Frame eval_frame(Run *run, const Feel *feel, const Value *inputs);

Value eval(Frame *f, const Node *n);
/* Points to the value where it stands, which is good until a local changes, or to *room. */
const Value *operand(Frame *f, const Node *n, Value *room);
/* IS_OTHER leaves the value in *other, which holds nothing otherwise. */
Truth truth(Frame *f, const Node *n, Value *other);

/* The same without charge and trace: for eval and truth alone. */
Truth truth_node(Frame *f, const Node *n, Value *other);
Value eval_loop(Frame *f, const Node *n);
Value eval_filter(Frame *f, const Node *n);
Truth loop_truth(Frame *f, const Node *n, Value *other);

/* For truth_join alone: at least one of the two is IS_OTHER. */
Truth truth_weigh(Cx *cx, bool either, Truth a, Value *other, Truth b, const Value *more);

/* Looks at everything that may end a run; false where something did. */
bool run_goes_on(Run *run);

static inline Truth truth_of(const Value *v)
{
    return v->kind != VALUE_BOOLEAN ? IS_OTHER : v->boolean ? IS_TRUE : IS_FALSE;
}

static inline Value truth_value(Truth t, const Value *other)
{
    return t == IS_OTHER ? *other : value_boolean(t == IS_TRUE);
}

/* a and b, or a or b, of *other and *more where they are IS_OTHER; the result likewise in *other.
 */
static inline Truth truth_join(Cx *cx, bool either, Truth a, Value *other, Truth b,
                               const Value *more)
{
    if (a == IS_OTHER || b == IS_OTHER)
        return truth_weigh(cx, either, a, other, b, more);
    return either ? a | b : a & b;
}

/* Charges one step: between two looks at the limits that is an addition and a comparison. */
static inline bool run_step(Run *run)
{
    return (++run->steps <= run->look || run_goes_on(run)) && !run->stopped;
}

/* One node more, one level deeper; eval_leave goes back. */
static inline bool eval_enter(Run *run)
{
    assert(run->depth >= 0 && run->steps >= run->charged);
    if (!run_step(run) || run->depth >= run->limits.depth) {
        run->stopped = true;
        return false;
    }
    run->depth++;
    return true;
}

/* A null that was made here and says nothing yet about its place learns it. */
static inline void eval_leave(Run *run, const Node *n, const Value *v)
{
    run->depth--;
    if (v->kind == VALUE_NULL && v->cause && v->cause->line == 0) {
        Cause *cause = (Cause *)(uintptr_t)v->cause;
        cause->line = n->span.line;
        cause->column = n->span.column;
    }
}

#endif
