/* Where only true or false is asked for: conditions, comparisons, the tests of cells.
 *
 * Nine of ten nodes of a rule are of this kind. As a Value each answer is 32 bytes that are
 * written, copied and read again at every level; as a Truth it stays in a register, and a Value is
 * made only of what is neither true nor false. Measured: a table of three rows takes half the time,
 * "every" over twelve a third.
 */
#include "rules/eval.h"
#include "rules/op.h"

#include <string.h>

Truth truth_weigh(Cx *cx, bool either, Truth a, Value *other, Truth b, const Value *more)
{
    assert(a == IS_OTHER || b == IS_OTHER);
    Value left = truth_value(a, other), right = truth_value(b, more);
    Value joined = either ? op_or(cx, &left, &right) : op_and(cx, &left, &right);
    Truth t = truth_of(&joined);
    if (t == IS_OTHER)
        *other = joined;
    return t;
}

/* The settling side ends it, as in every language; but null and unknown do not settle, and the
 * other side may yet: "unknown and false" is false. */
static Truth logic(Frame *f, const Node *n, Value *other)
{
    Value more;
    bool either = n->kind == NODE_OR;
    Truth left = truth(f, n->kids[0], other);
    if (left == (either ? IS_TRUE : IS_FALSE) &&
        !f->run->trace) /* an explanation names every part */
        return left;
    Truth right = truth(f, n->kids[1], &more);
    return truth_join(f->run->cx, either, left, other, right, &more);
}

static Truth stopped(Value *other)
{
    *other = value_null();
    return IS_OTHER;
}

/* A long text or a list costs what is below it before it is compared: one node must not walk over a
 * megabyte for the price of a step. The shorter side bounds the walk, so one side is charged. */
static Truth order(Frame *f, const Node *n, Value *other)
{
    Value left_room, right_room;
    int sign;
    const Value *left = operand(f, n->kids[0], &left_room);
    const Value *right = operand(f, n->kids[1], &right_room);
    if (!run_walk(f->run, left))
        return stopped(other);
    if (!op_order(f->run->cx, left, right, &sign, other))
        return IS_OTHER;
    switch (n->kind) {
    case NODE_LT: return sign < 0;
    case NODE_LE: return sign <= 0;
    case NODE_GT: return sign > 0;
    default: return sign >= 0;
    }
}

/* Words and numbers are most of what rules compare. A word of the pack is often the very one that
 * it is compared with, and then its bytes are not read. */
static bool is_plain(Kind kind)
{
    return kind == VALUE_STRING || kind == VALUE_NUMBER;
}

static bool plain_equal(const Value *a, const Value *b)
{
    assert(is_plain(a->kind) && a->kind == b->kind);
    if (a->kind == VALUE_NUMBER)
        return decimal_cmp(a->number, b->number) == 0;
    return a->text.length == b->text.length &&
           (a->text.bytes == b->text.bytes ||
            memcmp(a->text.bytes, b->text.bytes, a->text.length) == 0);
}

static Truth equal(Cx *cx, const Value *a, const Value *b, Value *other)
{
    if (is_plain(a->kind) && a->kind == b->kind)
        return plain_equal(a, b);
    Value v = value_equal(cx, a, b);
    if (v.kind == VALUE_BOOLEAN)
        return v.boolean;
    *other = v;
    return IS_OTHER;
}

/* "!=" of what cannot be compared is null like "=", not true. */
static Truth equality(Frame *f, const Node *n, Value *other)
{
    Value left_room, right_room;
    const Value *left = operand(f, n->kids[0], &left_room);
    const Value *right = operand(f, n->kids[1], &right_room);
    if (!run_walk(f->run, left))
        return stopped(other);
    Truth t = equal(f->run->cx, left, right, other);
    return t == IS_OTHER ? t : t ^ (n->kind == NODE_NE);
}

static Value compared(Cx *cx, const Value *v, const Value *end, int sign)
{
    Value wrong;
    int at;
    if (!op_order(cx, v, end, &at, &wrong))
        return wrong;
    return value_boolean(at * sign >= 0);
}

/* Not "and": a comparison that has no meaning makes the whole null, even beside a false one. */
static Truth between(Frame *f, const Node *n, Value *other)
{
    Value rooms[3];
    const Value *v[3];
    for (size_t i = 0; i < 3; i++)
        v[i] = operand(f, n->kids[i], &rooms[i]);
    if (!run_walk(f->run, v[0]))
        return stopped(other);
    Value low = compared(f->run->cx, v[0], v[1], 1), high = compared(f->run->cx, v[0], v[2], -1);
    if (value_is_null(&low) || value_is_null(&high))
        *other = value_is_null(&low) ? low : high;
    else
        *other = op_and(f->run->cx, &low, &high);
    return truth_of(other);
}

/* What a cell's test means is known only now: an expression that speaks of "?" is the answer
 * itself, any other value is what the subject must equal, lie in or stand in.
 */
static Truth test(Frame *f, const Node *n, Value *other)
{
    Value subject_room, room;
    const Value *subject = operand(f, n->kids[0], &subject_room);
    const Value *v = operand(f, n->kids[1], &room);
    bool says = v->kind == VALUE_BOOLEAN || value_is_unknown(v) || value_is_null(v);
    if (n->flag && says) {
        *other = *v;
        return truth_of(v);
    }
    if (!run_walk(f->run, v) || !run_walk(f->run, subject))
        return stopped(other);
    if (v->kind != VALUE_LIST && v->kind != VALUE_RANGE)
        return equal(f->run->cx, subject, v, other);
    *other = op_in(f->run->cx, subject, v);
    return truth_of(other);
}

/* True beats unknown beats null beats false; of two nulls the later. */
static Truth any_test(Frame *f, Node *const *tests, size_t count, Value *other)
{
    Truth any = IS_FALSE;
    Value one;
    for (size_t i = 0; i < count; i++) {
        Truth t = truth(f, tests[i], &one);
        bool open = any == IS_OTHER && value_is_unknown(other);
        if (t == IS_TRUE)
            return t;
        if (t == IS_FALSE || (open && !value_is_unknown(&one)))
            continue;
        *other = open ? value_unknown_both(f->run->cx, other, &one) : one;
        any = IS_OTHER;
    }
    return any;
}

/* Constants of the subject's own kind, as in ("A", "B"), are compared where they stand, each for
 * the step that its node would cost. A subject of another kind, and a run that is traced, go
 * through the nodes: there are the causes and the traces. */
static bool takes_constants(const Run *run, const Node *n, const Value *subject)
{
    return n->among == subject->kind && is_plain(subject->kind) && !run->trace;
}

static Truth any_constant(Run *run, const Value *subject, Node *const *tests, size_t count)
{
    assert(is_plain(subject->kind));
    run->steps += (int64_t)count;
    for (size_t i = 0; i < count; i++)
        if (plain_equal(subject, &tests[i]->kids[1]->value))
            return IS_TRUE;
    return IS_FALSE;
}

/* "not" in a cell turns the whole list round; of null and unknown op_not makes what not() does. */
static Truth tests(Frame *f, const Node *n, Value *other)
{
    Truth any = any_test(f, n->kids, n->count, other);
    if (!n->flag)
        return any;
    if (any != IS_OTHER)
        return any ^ 1;
    *other = op_not(f->run->cx, other);
    return truth_of(other);
}

/* The subject is evaluated once and kept in a local, which each test reads; constants need none. */
static Truth membership(Frame *f, const Node *n, Value *other)
{
    Value room;
    const Value *subject = operand(f, n->kids[0], &room);
    if (takes_constants(f->run, n, subject))
        return any_constant(f->run, subject, n->kids + 1, n->count - 1);
    f->locals[n->slot] = *subject;
    return any_test(f, n->kids + 1, n->count - 1, other);
}

static Truth instance(Frame *f, const Node *n, Value *other)
{
    assert(n->target);
    Value room;
    const Value *v = operand(f, n->kids[0], &room);
    if (!run_walk(f->run, v))
        return stopped(other);
    if (!value_is_unknown(v))
        return value_has_type(v, n->target);
    *other = *v;
    return IS_OTHER;
}

Truth truth_node(Frame *f, const Node *n, Value *other)
{
    switch (n->kind) {
    case NODE_EQ:
    case NODE_NE: return equality(f, n, other);
    case NODE_LT:
    case NODE_LE:
    case NODE_GT:
    case NODE_GE: return order(f, n, other);
    case NODE_AND:
    case NODE_OR: return logic(f, n, other);
    case NODE_SOME:
    case NODE_EVERY: return loop_truth(f, n, other);
    case NODE_BETWEEN: return between(f, n, other);
    case NODE_IN: return membership(f, n, other);
    case NODE_TESTS: return tests(f, n, other);
    case NODE_TEST: return test(f, n, other);
    default: assert(n->kind == NODE_INSTANCE); return instance(f, n, other);
    }
}

/* Kinds whose nodes truth_node knows; they stand together in node.h, so one comparison asks it. */
static bool asks(NodeKind kind)
{
    return kind >= NODE_EQ;
}

/* A trace holds the value of every node, so it is written where values are made. */
Truth truth(Frame *f, const Node *n, Value *other)
{
    Run *run = f->run;
    if (!asks(n->kind) || run->trace) {
        const Value *v = operand(f, n, other);
        if (v->kind != VALUE_BOOLEAN && v != other)
            *other = *v;
        return truth_of(v);
    }
    if (!eval_enter(run))
        return stopped(other);
    Truth t = truth_node(f, n, other);
    if (t == IS_OTHER)
        eval_leave(run, n, other);
    else
        run->depth--;
    return t;
}

/* A cell of constants is settled here, before anything is set up for its nodes: of a table's cells
 * most are. */
Truth feel_truth(Run *run, Value *other, const Feel *feel, const Value *inputs)
{
    const Node *n = feel->root;
    const Value *subject =
        n->kind == NODE_TESTS && n->among ? &inputs[n->kids[0]->kids[0]->slot] : NULL;
    if (subject && takes_constants(run, n, subject) && run_step(run))
        return any_constant(run, subject, n->kids, n->count) ^ n->flag;
    Frame f = eval_frame(run, feel, inputs);
    const Feel *outer = run->feel;
    run->feel = feel;
    Truth t = truth(&f, n, other);
    run->feel = outer;
    return t;
}
