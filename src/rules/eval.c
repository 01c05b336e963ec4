/* The evaluator: one walk over the tree. A sub-expression that fails gives null with a cause; only
 * a passed limit stops the run.
 *
 * A tree and not a bytecode: an explanation needs every node with its place and value, and what a
 * rule costs is the copying of values, not the finding of the next node. So the copies were taken
 * out, see eval.h, and the tree was kept.
 */
#include "rules/eval.h"

#include "base/budget.h"
#include "rules/op.h"

#include <string.h>

const FeelLimits FEEL_LIMITS = { .depth = 4000, .steps = 50000000 };

/* Traces are made many at once, an explanation takes one for each node. The arena's zeroes are an
 * empty trace. */
static inline Trace *trace_new(Run *run)
{
    enum { AHEAD = 16 };
    if (run->spares == 0) {
        run->spare = NEW_N(run->cx, Trace, AHEAD);
        run->spares = AHEAD;
    }
    run->spares--;
    return run->spare++;
}

/* A trace below the present one, which it takes the place of; n is NULL of a name. */
static Trace *trace_push(Run *run, const Node *n)
{
    Trace *parent = run->trace, *t = trace_new(run);
    if (n) {
        t->feel = run->feel;
        t->node = n;
        t->span = n->span;
    }
    if (parent->last)
        parent->last->next = t;
    else
        parent->first = t;
    parent->last = t;
    run->trace = t;
    return parent;
}

/* A name; none before a point and as the subject of a test, where what it is part of says it all.
 */
static void trace_name(Run *run, const Node *n, const Value *v)
{
    const Node *whole = run->trace->node;
    if (whole && (whole->kind == NODE_PATH || whole->kind == NODE_TEST) && whole->kids[0] == n)
        return;
    Trace *outer = trace_push(run, n);
    trace_close(run, outer, v);
}

/* The items are charged before they are made, so that a literal of many lists in a loop ends at the
 * limit and not when memory does. */
static Value eval_list(Frame *f, const Node *n)
{
    Value *items = n->count ? NEW_N(f->run->cx, Value, n->count) : NULL;
    if (!run_spend(f->run, n->count))
        return value_null();
    for (size_t i = 0; i < n->count; i++)
        items[i] = eval(f, n->kids[i]);
    return value_list(items, n->count);
}

/* An entry sees the ones before it, so each is also a local; `kids` holds the values and behind
 * them those locals. */
static Value eval_context(Frame *f, const Node *n)
{
    assert(n->count % 2 == 0);
    size_t count = n->count / 2;
    Entry *entries = NEW_N(f->run->cx, Entry, count);
    if (!run_spend(f->run, count))
        return value_null();
    for (size_t i = 0; i < count; i++) {
        Value v = eval(f, n->kids[i]);
        f->locals[n->kids[count + i]->slot] = v;
        entries[i] = (Entry){ n->names[i], v };
    }
    return value_context(f->run->cx, entries, count);
}

/* Ends of one kind in their order, both known. */
static Value eval_range(Frame *f, const Node *n)
{
    Cx *cx = f->run->cx;
    Range r = { .low_closed = n->low_closed, .high_closed = n->high_closed };
    int order;
    r.unary = n->slot > 0;
    r.negated = n->slot == 2;
    r.low = n->kids[0] ? eval(f, n->kids[0]) : value_null();
    r.high = n->kids[1] ? eval(f, n->kids[1]) : value_null();
    if (value_is_unknown(&r.low) || value_is_unknown(&r.high))
        return value_unknown_both(cx, &r.low, &r.high);
    bool known = !value_is_null(&r.low) && !value_is_null(&r.high);
    if (known && r.low.kind != r.high.kind)
        return value_null_because(cx, "区间的两端 %s 与 %s 不同类",
                                  "the ends %s and %s of the range differ in kind",
                                  value_brief(cx, &r.low), value_brief(cx, &r.high));
    if (known && !n->flag && !r.unary && value_order(&r.low, &r.high, &order) && order > 0)
        return value_null_because(cx, "区间的起点 %s 大于终点 %s",
                                  "the start %s of the range is above its end %s",
                                  value_brief(cx, &r.low), value_brief(cx, &r.high));
    return value_range(cx, &r);
}

/* Unknown decides nothing, even where both branches are the same: that is what an absent fact means
 * to whoever must give it. */
static Value eval_if(Frame *f, const Node *n)
{
    Value other;
    Truth condition = truth(f, n->kids[0], &other);
    if (condition == IS_OTHER && value_is_unknown(&other))
        return other;
    return eval(f, n->kids[condition == IS_TRUE ? 1 : 2]);
}

/* Numbers, texts, days and durations share the signs: op.c asks the kinds. */
static Value eval_arithmetic(Frame *f, const Node *n)
{
    Value left_room, right_room;
    Cx *cx = f->run->cx;
    const Value *left = operand(f, n->kids[0], &left_room);
    const Value *right = operand(f, n->kids[1], &right_room);
    switch (n->kind) {
    case NODE_ADD: return op_add(cx, left, right);
    case NODE_SUB: return op_sub(cx, left, right);
    case NODE_MUL: return op_mul(cx, left, right);
    case NODE_DIV: return op_div(cx, left, right);
    default: return op_pow(cx, left, right);
    }
}

/* A name in a filter whose item may have it as a field: only the item at hand tells, so the
 * compiler kept both meanings. The field comes first. */
static Value eval_item(Frame *f, const Node *n)
{
    Value room;
    const Value *item = operand(f, n->kids[0], &room);
    const Value *field = item->kind == VALUE_CONTEXT ? context_get(item->context, n->name) : NULL;
    if (field)
        return *field;
    if (value_is_unknown(item) && !n->kids[1])
        return *item;
    if (n->kids[1])
        return eval(f, n->kids[1]);
    return value_null_because(f->run->cx, "没有「%s」", "there is no \"%s\"", n->name);
}

/* A field of a context stands in the context; all else is made in *room. */
static const Value *path(Frame *f, const Node *n, Value *room)
{
    const Value *of = operand(f, n->kids[0], room);
    const Value *field = of->kind == VALUE_CONTEXT ? op_field(of->context, n->name, n->slot) : NULL;
    if (field)
        return field;
    *room = op_path(f->run->cx, of, n->name, n->slot);
    return room;
}

/* A function literal takes the values of outer names with it: the frame that they stand in is gone,
 * or holds others, when it is called. */
typedef struct FunctionClosure {
    const Lambda *lambda;
    const Value *captured;
} FunctionClosure;

static Value closure_call(Run *run, const Function *self, const Value *arguments, size_t count)
{
    const FunctionClosure *c = self->data;
    const Lambda *l = c->lambda;
    assert(count == l->count);
    if (!l->body)
        return value_null_because(run->cx, "外部函数不执行", "external functions are not run");
    Value *locals = NEW_N(run->cx, Value, l->locals);
    if (!run_spend(run, l->locals))
        return value_null();
    if (count)
        memcpy(locals, arguments, count * sizeof *locals);
    for (size_t i = 0; i < l->capture_count; i++)
        locals[l->captures[i].slot] = c->captured[i];
    Frame inner = { run, NULL, locals };
    const Feel *outer = run->feel;
    run->feel = l->feel;
    Value v = eval(&inner, l->body);
    run->feel = outer;
    return v;
}

/* The values of outer names are taken now: a later turn of the loop around it must not change what
 * this one meant. */
static Value eval_function(Frame *f, const Node *n)
{
    const Lambda *l = n->lambda;
    Value *captured = NEW_N(f->run->cx, Value, l->capture_count);
    for (size_t i = 0; i < l->capture_count; i++)
        captured[i] = eval(f, l->captures[i].outer);
    FunctionClosure *c = NEW(f->run->cx, FunctionClosure);
    *c = (FunctionClosure){ l, captured };
    Function *function = NEW(f->run->cx, Function);
    *function = (Function){
        .name = "", .params = l->params, .count = l->count, .call = closure_call, .data = c
    };
    return value_function(function);
}

static Value not_callable(Cx *cx, const Value *v)
{
    if (value_is_unknown(v) || (value_is_null(v) && v->cause))
        return *v;
    return value_null_because(cx, "%s 不是函数", "%s is no function", value_brief(cx, v));
}

/* The one door to every function value, whoever made it: arguments and result are converted as DMN
 * says, and the depth is counted, for a function may call itself. */
Value feel_call(Run *run, const Value *function, const Value *arguments, size_t count)
{
    assert(arguments || count == 0);
    Cx *cx = run->cx;
    if (function->kind != VALUE_FUNCTION)
        return not_callable(cx, function);
    const Function *f = function->function;
    if (count != f->count)
        return value_null_because(cx, "函数 %s 需要 %zu 个参数，给了 %zu 个",
                                  "function %s takes %zu arguments, %zu were given", f->name,
                                  f->count, count);
    Value *bound = count ? NEW_N(cx, Value, count) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (f->params[i].type && !run_walk(run, &arguments[i]))
            return value_null();
        bound[i] = value_coerce(cx, &arguments[i], f->params[i].type);
        if (value_is_null(&bound[i]) && !value_is_null(&arguments[i]))
            return bound[i];
    }
    if (++run->depth > run->limits.depth)
        return run->stopped = true, value_null();
    Value v = f->call(run, f, bound, count);
    run->depth--;
    if (!f->result || !run_walk(run, &v))
        return v;
    return value_coerce(cx, &v, f->result);
}

/* Arguments by name into the function's own order. Names are compared here and not when compiling,
 * for which function is called may only be known now. */
static bool by_name(const Function *f, const Node *n, const Value *given, Value *ordered)
{
    size_t count = n->count - 1, placed = 0;
    if (count != f->count)
        return false;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < f->count; k++)
            if (strcmp(n->names[i], f->params[k].name) == 0) {
                ordered[k] = given[i];
                placed++;
                break;
            }
    return placed == count;
}

/* The callee is a value like any other, so what it is is asked only after the arguments were
 * evaluated: their traces belong to the explanation of a wrong call, too. */
static Value eval_call(Frame *f, const Node *n)
{
    Cx *cx = f->run->cx;
    Value function = eval(f, n->kids[0]);
    size_t count = n->count - 1;
    Value *arguments = count ? NEW_N(cx, Value, count) : NULL;
    for (size_t i = 0; i < count; i++)
        arguments[i] = eval(f, n->kids[i + 1]);
    if (function.kind != VALUE_FUNCTION)
        return not_callable(cx, &function);
    if (n->names && count) {
        Value *ordered = NEW_N(cx, Value, count);
        if (!by_name(function.function, n, arguments, ordered))
            return value_null_because(cx, "函数 %s 没有这些参数名",
                                      "function %s has no parameters of these names",
                                      function.function->name);
        arguments = ordered;
    }
    return feel_call(f->run, &function, arguments, count);
}

/* Few arguments stand on the stack, where no arena grows in a loop of a million calls. */
static Value eval_builtin(Frame *f, const Node *n)
{
    Value few[BUILTIN_PARAMS], *arguments = few;
    if (n->count > BUILTIN_PARAMS)
        arguments = NEW_N(f->run->cx, Value, n->count);
    for (size_t i = 0; i < n->count; i++)
        arguments[i] = n->kids[i] ? eval(f, n->kids[i]) : value_null();
    return builtin_call(f->run, n->builtin, arguments, n->count, n->flag);
}

/* What has no truth of its own is made here; the rest is asked of truth_node and wrapped, so that
 * each kind of node has one meaning, whether a value or a condition is wanted. */
static Value eval_node(Frame *f, const Node *n)
{
    Value room;
    switch (n->kind) {
    case NODE_CONST: return n->value;
    case NODE_INPUT: return f->inputs[n->slot];
    case NODE_LOCAL: return f->locals[n->slot];
    case NODE_ITEM: return eval_item(f, n);
    case NODE_PATH: return *path(f, n, &room);
    case NODE_FILTER: return eval_filter(f, n);
    case NODE_LIST: return eval_list(f, n);
    case NODE_CONTEXT: return eval_context(f, n);
    case NODE_RANGE: return eval_range(f, n);
    case NODE_FUNCTION: return eval_function(f, n);
    case NODE_CALL: return eval_call(f, n);
    case NODE_BUILTIN: return eval_builtin(f, n);
    case NODE_NEG: return op_neg(f->run->cx, operand(f, n->kids[0], &room));
    case NODE_ADD:
    case NODE_SUB:
    case NODE_MUL:
    case NODE_DIV:
    case NODE_POW: return eval_arithmetic(f, n);
    case NODE_IF: return eval_if(f, n);
    case NODE_FOR: return eval_loop(f, n);
    default: break;
    }
    Truth t = truth_node(f, n, &room);
    return truth_value(t, &room);
}

Trace *trace_open(Run *run, const char *name)
{
    if (!run->trace)
        return NULL;
    Trace *outer = trace_push(run, NULL);
    run->trace->name = name;
    return outer;
}

void trace_close(Run *run, Trace *outer, const Value *v)
{
    if (!outer)
        return;
    run->trace->value = *v;
    run->trace = outer;
}

static Value eval_traced(Frame *f, const Node *n)
{
    Run *run = f->run;
    Trace *outer = trace_push(run, n);
    Value v = eval_node(f, n);
    trace_close(run, outer, &v);
    return v;
}

Value eval(Frame *f, const Node *n)
{
    Value v = value_null();
    Run *run = f->run;
    if (!eval_enter(run))
        return v;
    v = run->trace && n->kind != NODE_CONST ? eval_traced(f, n) : eval_node(f, n);
    eval_leave(run, n, &v);
    return v;
}

/* Names, constants and fields are most operands, and each stands somewhere already. With a trace a
 * field takes the way through eval, which records it. */
const Value *operand(Frame *f, const Node *n, Value *room)
{
    assert(room);
    Run *run = f->run;
    const Value *v = room;
    if (n->kind == NODE_CONST)
        return &n->value;
    if (n->kind == NODE_INPUT || n->kind == NODE_LOCAL) {
        v = n->kind == NODE_INPUT ? &f->inputs[n->slot] : &f->locals[n->slot];
        if (run->trace)
            trace_name(run, n, v);
    } else if (n->kind == NODE_PATH && !run->trace && eval_enter(run)) {
        v = path(f, n, room);
        eval_leave(run, n, v);
    } else {
        *room = eval(f, n);
    }
    return v;
}

Run feel_run(Cx *cx)
{
    return (Run){ .cx = cx, .limits = FEEL_LIMITS };
}

Trace *feel_trace(Run *run)
{
    run->trace = trace_new(run);
    return run->trace;
}

Frame eval_frame(Run *run, const Feel *feel, const Value *inputs)
{
    Value *locals = feel->locals ? NEW_N(run->cx, Value, feel->locals) : NULL;
    return (Frame){ run, inputs, locals };
}

/* Most inputs and outputs of tables are one name or one constant: nothing is set up for them. A
 * null goes the long way, where it learns its place. */
static const Value *ready(const Run *run, const Node *root, const Value *inputs)
{
    const Value *v = root->kind == NODE_CONST                  ? &root->value
                     : root->kind == NODE_INPUT && !run->trace ? &inputs[root->slot]
                                                               : NULL;
    return v && !value_is_null(v) ? v : NULL;
}

Value feel_value(Run *run, const Feel *feel, const Value *inputs)
{
    const Value *there = ready(run, feel->root, inputs);
    if (there && run_step(run))
        return *there;
    Frame f = eval_frame(run, feel, inputs);
    const Feel *outer = run->feel;
    run->feel = feel;
    Value v = eval(&f, feel->root);
    run->feel = outer;
    return v;
}

/* The outermost evaluation alone turns a passed limit into a failure: below it there is only null,
 * so that nothing on the way has to tell a limit from a value. */
Err feel_evaluate(Run *run, Value *out, const Feel *feel, const Value *frame)
{
    assert(frame || feel->inputs == 0);
    *out = feel_value(run, feel, frame);
    if (arena_full(run->cx->arena))
        run->stopped = true;
    if (!run->stopped)
        run_walk(run, out); /* whoever takes it writes it out */
    run_goes_on(run);
    TRY(budget_check(run->cx));
    if (run->stopped)
        return fail(run->cx, LIMITED, NULL, "求值超出限度：%s", "evaluation passed a limit: %s",
                    feel->source);
    return OK;
}
