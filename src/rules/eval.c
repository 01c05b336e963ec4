/* The evaluator: one walk over the tree. A sub-expression that fails gives null with a cause; only
 * a passed limit stops the run.
 */
#include "base/budget.h"
#include "rules/builtin.h"
#include "rules/moment.h"
#include "rules/node.h"
#include "rules/op.h"

#include <assert.h>
#include <string.h>

const FeelLimits FEEL_LIMITS = { .depth = 4000, .steps = 50000000 };

typedef struct Frame {
    Run *run;
    const Value *inputs;
    Value *locals;
} Frame;

static Value eval(Frame *f, const Node *n);

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

/* The value of a node without a copy where it stands somewhere already. */
static inline const Value *operand(Frame *f, const Node *n, Value *room)
{
    if (n->kind == NODE_CONST)
        return &n->value;
    if (n->kind == NODE_INPUT || n->kind == NODE_LOCAL) {
        const Value *v = n->kind == NODE_INPUT ? &f->inputs[n->slot] : &f->locals[n->slot];
        if (f->run->trace)
            trace_name(f->run, n, v);
        return v;
    }
    *room = eval(f, n);
    return room;
}

static Value stop(Run *run)
{
    run->stopped = true;
    return value_null();
}

/* Off the hot path: asks everything that may end a run, and says when to ask again. The steps are
 * compared with `look` alone in between, so a budget costs an evaluation nothing. */
static bool goes_on(Run *run)
{
    enum { SLICE = 4096 };
    bool lasts = budget_spend(run->cx->budget, run->steps - run->charged);
    run->charged = run->steps;
    run->look = run->steps + SLICE < run->limits.steps ? run->steps + SLICE : run->limits.steps;
    if (!lasts || run->steps > run->limits.steps || arena_full(run->cx->arena))
        run->stopped = true;
    return !run->stopped;
}

bool run_spend(Run *run, size_t steps)
{
    const size_t most = INT64_MAX / 4;
    run->steps += (int64_t)(steps < most ? steps : most);
    if (run->steps > run->look || arena_full(run->cx->arena))
        return goes_on(run);
    return !run->stopped;
}

/* A value list of unknown length; its growth counts as steps. */
typedef struct Items {
    Value *items;
    size_t count, room;
} Items;

static bool items_add(Run *run, Items *l, const Value *v)
{
    if (!run_spend(run, 1))
        return false;
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 8;
        l->items = arena_grow(run->cx->arena, l->items, l->room * sizeof *l->items,
                              room * sizeof *l->items);
        l->room = room;
        if (arena_full(run->cx->arena)) {
            run->stopped = true;
            return false;
        }
    }
    l->items[l->count++] = *v;
    return true;
}

static Value eval_list(Frame *f, const Node *n)
{
    Value *items = n->count ? NEW_N(f->run->cx, Value, n->count) : NULL;
    if (!run_spend(f->run, n->count))
        return value_null();
    for (size_t i = 0; i < n->count; i++)
        items[i] = eval(f, n->kids[i]);
    return value_list(items, n->count);
}

static Value eval_context(Frame *f, const Node *n)
{
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

static Value eval_if(Frame *f, const Node *n)
{
    Value room;
    const Value *condition = operand(f, n->kids[0], &room);
    if (value_is_unknown(condition))
        return *condition;
    return eval(f, n->kids[value_is_true(condition) ? 1 : 2]);
}

static Value eval_logic(Frame *f, const Node *n)
{
    Value left_room, right_room;
    bool decides = n->kind == NODE_OR; /* the value that settles it */
    const Value *left = operand(f, n->kids[0], &left_room);
    bool settled = left->kind == VALUE_BOOLEAN && left->boolean == decides;
    if (settled && !f->run->trace) /* an explanation names every part */
        return value_boolean(decides);
    const Value *right = operand(f, n->kids[1], &right_room);
    return decides ? op_or(f->run->cx, left, right) : op_and(f->run->cx, left, right);
}

static Value eval_order(Frame *f, const Node *n)
{
    Value left_room, right_room, wrong;
    int order;
    const Value *left = operand(f, n->kids[0], &left_room);
    const Value *right = operand(f, n->kids[1], &right_room);
    if (!run_walk(f->run, left))
        return value_null();
    if (!op_order(f->run->cx, left, right, &order, &wrong))
        return wrong;
    switch (n->kind) {
    case NODE_LT: return value_boolean(order < 0);
    case NODE_LE: return value_boolean(order <= 0);
    case NODE_GT: return value_boolean(order > 0);
    default: return value_boolean(order >= 0);
    }
}

static Value eval_equal(Frame *f, const Node *n)
{
    Value left_room, right_room;
    const Value *left = operand(f, n->kids[0], &left_room);
    const Value *right = operand(f, n->kids[1], &right_room);
    if (!run_walk(f->run, left))
        return value_null();
    Value equal = value_equal(f->run->cx, left, right);
    if (n->kind == NODE_NE && equal.kind == VALUE_BOOLEAN)
        equal.boolean = !equal.boolean;
    return equal;
}

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

static Value eval_between(Frame *f, const Node *n)
{
    Value rooms[3], wrong, low = value_null(), high = value_null();
    const Value *v[3];
    int order;
    for (size_t i = 0; i < 3; i++)
        v[i] = operand(f, n->kids[i], &rooms[i]);
    if (!run_walk(f->run, v[0]))
        return value_null();
    low = op_order(f->run->cx, v[0], v[1], &order, &wrong) ? value_boolean(order >= 0) : wrong;
    high = op_order(f->run->cx, v[0], v[2], &order, &wrong) ? value_boolean(order <= 0) : wrong;
    if (value_is_null(&low) || value_is_null(&high))
        return value_is_null(&low) ? low : high;
    return op_and(f->run->cx, &low, &high);
}

static Value eval_test(Frame *f, const Node *n)
{
    Value subject_room, room;
    const Value *subject = operand(f, n->kids[0], &subject_room);
    const Value *v = operand(f, n->kids[1], &room);
    if (n->flag && (v->kind == VALUE_BOOLEAN || value_is_unknown(v) || value_is_null(v)))
        return *v;
    if (!run_walk(f->run, v) || !run_walk(f->run, subject))
        return value_null();
    return op_in(f->run->cx, subject, v);
}

/* True beats unknown beats null beats false. */
static Value any_test(Frame *f, Node *const *tests, size_t count)
{
    Value any = value_boolean(false);
    for (size_t i = 0; i < count; i++) {
        Value one = eval(f, tests[i]);
        if (value_is_true(&one))
            return one;
        if (value_is_unknown(&one))
            any = value_unknown_both(f->run->cx, &any, &one);
        else if (!value_is_false(&one) && !value_is_unknown(&any))
            any = one;
    }
    return any;
}

static Value eval_tests(Frame *f, const Node *n)
{
    if (n->kind == NODE_IN) {
        f->locals[n->slot] = eval(f, n->kids[0]);
        return any_test(f, n->kids + 1, n->count - 1);
    }
    Value any = any_test(f, n->kids, n->count);
    return n->flag ? op_not(f->run->cx, &any) : any;
}

/* What a loop walks over: the items of a list, or numbers or days from one end to the other. */
typedef struct Domain {
    const Value *items; /* NULL: counted */
    size_t count;
    int64_t first;
    int step;
    bool dates;
    Value one; /* a single value as a list of one */
} Domain;

static bool range_domain(const Range *r, Domain *d)
{
    int64_t low, high;
    if (r->low.kind == VALUE_NUMBER && r->high.kind == VALUE_NUMBER) {
        if (!decimal_to_int(r->low.number, &low) || !decimal_to_int(r->high.number, &high))
            return false;
    } else if (r->low.kind == VALUE_DATE && r->high.kind == VALUE_DATE) {
        low = date_day(r->low.date);
        high = date_day(r->high.date);
        d->dates = true;
    } else {
        return false;
    }
    if (low > INT64_MAX / 4 || low < INT64_MIN / 4 || high > INT64_MAX / 4 || high < INT64_MIN / 4)
        return false;
    d->step = low <= high ? 1 : -1;
    low += r->low_closed ? 0 : d->step;
    high -= r->high_closed ? 0 : d->step;
    d->first = low;
    int64_t count = (high - low) * d->step + 1;
    d->count = count > 0 ? (size_t)count : 0;
    return true;
}

/* Null or unknown in *bad and false where v cannot be walked over. */
static bool domain_open(Cx *cx, Domain *d, const Value *v, Value *bad)
{
    *d = (Domain){ .items = NULL };
    switch (v->kind) {
    case VALUE_UNKNOWN: *bad = *v; return false;
    case VALUE_LIST:
        d->items = v->list.items;
        d->count = v->list.count;
        return true;
    case VALUE_RANGE:
        if (range_domain(v->range, d))
            return true;
        break;
    case VALUE_NULL: break;
    default:
        d->one = *v;
        d->items = &d->one;
        d->count = 1;
        return true;
    }
    *bad =
        value_is_null(v) && v->cause
            ? *v
            : value_null_because(cx, "不能逐项遍历 %s", "cannot walk over %s", value_brief(cx, v));
    return false;
}

static Value domain_at(const Domain *d, size_t i)
{
    if (d->items)
        return d->items[i];
    int64_t at = d->first + d->step * (int64_t)i;
    Date date;
    return d->dates && date_from_day(at, &date) ? value_date(date) : value_int(at);
}

/* Runs the body for every combination; false once `each` has seen enough. */
typedef struct Loop {
    Frame *f;
    const Node *n;
    Items out;   /* FOR */
    Value state; /* SOME, EVERY; or why the loop could not be walked */
    bool bad;
} Loop;

/* Is the answer of a SOME or EVERY known, whatever follows? */
static bool loop_settled(const Loop *l)
{
    return (l->n->kind == NODE_SOME && value_is_true(&l->state)) ||
           (l->n->kind == NODE_EVERY && value_is_false(&l->state));
}

static bool loop_body(Loop *l)
{
    Run *run = l->f->run;
    const Node *n = l->n;
    if (n->kind == NODE_FOR) {
        if (n->flag)
            l->f->locals[n->slot] = value_list(l->out.items, l->out.count);
        Value v = eval(l->f, n->kids[n->count]);
        return items_add(run, &l->out, &v);
    }
    Value room;
    const Value *v = operand(l->f, n->kids[n->count], &room);
    bool some = n->kind == NODE_SOME;
    if (v->kind != VALUE_BOOLEAN && !value_is_null(v) && !value_is_unknown(v)) {
        l->state = value_null_because(run->cx, "%s 不是真假值", "%s is no boolean",
                                      value_brief(run->cx, v));
        return false; /* not "or true", as the conformance cases have it */
    }
    l->state = some ? op_or(run->cx, &l->state, v) : op_and(run->cx, &l->state, v);
    return (!loop_settled(l) || run->trace) && !run->stopped; /* an explanation names every item */
}

static bool loop_walk(Loop *l, size_t depth)
{
    const Node *n = l->n;
    Domain d;
    Value room, bad;
    if (depth == n->count)
        return loop_body(l);
    const Value *v = operand(l->f, n->kids[depth], &room);
    if (!domain_open(l->f->run->cx, &d, v, &bad)) {
        if (loop_settled(l))
            return true;
        if (n->kind == NODE_FOR || value_is_null(&bad)) {
            l->bad = true;
            l->state = bad;
            return false;
        }
        l->state = n->kind == NODE_SOME ? op_or(l->f->run->cx, &l->state, &bad)
                                        : op_and(l->f->run->cx, &l->state, &bad);
        return true;
    }
    Value *variable = &l->f->locals[n->kids[n->count + 1 + depth]->slot];
    for (size_t i = 0; i < d.count && run_spend(l->f->run, 1); i++) {
        *variable = domain_at(&d, i);
        if (!loop_walk(l, depth + 1))
            return false;
    }
    return true;
}

static Value eval_loop(Frame *f, const Node *n)
{
    Loop l = { .f = f, .n = n, .state = value_boolean(n->kind == NODE_EVERY) };
    loop_walk(&l, 0);
    if (l.bad || n->kind != NODE_FOR)
        return l.state;
    return value_list(l.out.items, l.out.count);
}

static Value item_at(Cx *cx, const Value *items, size_t count, const Value *index)
{
    int64_t i;
    if (!decimal_to_int(index->number, &i) || i == 0 || i > (int64_t)count || -i > (int64_t)count)
        return value_null_because(cx, "列表有 %zu 项，没有第 %s 项",
                                  "the list has %zu items, there is no item %s", count,
                                  value_brief(cx, index));
    assert(items != NULL);
    return items[i > 0 ? i - 1 : (int64_t)count + i];
}

/* The result of the predicate for no item at all: a number is an index nonetheless. */
static Value filter_empty(Frame *f, const Node *n)
{
    f->locals[n->slot] = value_null();
    Value v = eval(f, n->kids[1]);
    if (v.kind == VALUE_NUMBER)
        return item_at(f->run->cx, NULL, 0, &v);
    return value_list(NULL, 0);
}

static Value eval_filter(Frame *f, const Node *n)
{
    Value room, predicate_room, open = value_boolean(true);
    Items out = { NULL, 0, 0 };
    const Value *v = operand(f, n->kids[0], &room);
    if (value_is_unknown(v) || (value_is_null(v) && v->cause))
        return *v;
    bool list = v->kind == VALUE_LIST;
    const Value *items = list ? v->list.items : v;
    size_t count = list ? v->list.count : value_is_null(v) ? 0 : 1;
    if (count == 0)
        return filter_empty(f, n);
    for (size_t i = 0; i < count && !f->run->stopped; i++) {
        f->locals[n->slot] = items[i];
        const Value *p = operand(f, n->kids[1], &predicate_room);
        if (i == 0 && p->kind == VALUE_NUMBER)
            return item_at(f->run->cx, items, count, p);
        if (value_is_unknown(p))
            open = value_unknown_both(f->run->cx, &open, p);
        else if (value_is_true(p) && !items_add(f->run, &out, &items[i]))
            return value_null();
    }
    return value_is_unknown(&open) ? open : value_list(out.items, out.count);
}

/* A name in a filter whose item may have it as a field. */
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

static Value eval_path(Frame *f, const Node *n)
{
    Value room;
    const Value *of = operand(f, n->kids[0], &room);
    return op_path(f->run->cx, of, n->name, n->slot);
}

typedef struct Closure {
    const Lambda *lambda;
    const Value *captured;
} Closure;

static Value closure_call(Run *run, const Function *self, const Value *arguments, size_t count)
{
    const Closure *c = self->data;
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

static Value eval_function(Frame *f, const Node *n)
{
    const Lambda *l = n->lambda;
    Value *captured = NEW_N(f->run->cx, Value, l->capture_count);
    for (size_t i = 0; i < l->capture_count; i++)
        captured[i] = eval(f, l->captures[i].outer);
    Closure *c = NEW(f->run->cx, Closure);
    *c = (Closure){ l, captured };
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

Value feel_call(Run *run, const Value *function, const Value *arguments, size_t count)
{
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
        return stop(run);
    Value v = f->call(run, f, bound, count);
    run->depth--;
    if (!f->result || !run_walk(run, &v))
        return v;
    return value_coerce(cx, &v, f->result);
}

/* Arguments by name into the function's own order. */
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

static Value eval_builtin(Frame *f, const Node *n)
{
    Value few[BUILTIN_PARAMS], *arguments = few;
    if (n->count > BUILTIN_PARAMS)
        arguments = NEW_N(f->run->cx, Value, n->count);
    for (size_t i = 0; i < n->count; i++)
        arguments[i] = n->kids[i] ? eval(f, n->kids[i]) : value_null();
    return builtin_call(f->run, n->builtin, arguments, n->count, n->flag);
}

static Value eval_instance(Frame *f, const Node *n)
{
    Value room;
    const Value *v = operand(f, n->kids[0], &room);
    if (!run_walk(f->run, v))
        return value_null();
    return value_is_unknown(v) ? *v : value_boolean(value_has_type(v, n->target));
}

static Value eval_node(Frame *f, const Node *n)
{
    Value room;
    switch (n->kind) {
    case NODE_CONST: return n->value;
    case NODE_INPUT: return f->inputs[n->slot];
    case NODE_LOCAL: return f->locals[n->slot];
    case NODE_ITEM: return eval_item(f, n);
    case NODE_PATH: return eval_path(f, n);
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
    case NODE_EQ:
    case NODE_NE: return eval_equal(f, n);
    case NODE_LT:
    case NODE_LE:
    case NODE_GT:
    case NODE_GE: return eval_order(f, n);
    case NODE_AND:
    case NODE_OR: return eval_logic(f, n);
    case NODE_IF: return eval_if(f, n);
    case NODE_FOR:
    case NODE_SOME:
    case NODE_EVERY: return eval_loop(f, n);
    case NODE_BETWEEN: return eval_between(f, n);
    case NODE_IN:
    case NODE_TESTS: return eval_tests(f, n);
    case NODE_TEST: return eval_test(f, n);
    case NODE_INSTANCE: return eval_instance(f, n);
    }
    assert(false && "every kind of node is handled");
    return value_null();
}

/* A null that was made here and says nothing yet about its place learns it. */
static void place_cause(const Node *n, const Value *v)
{
    if (v->kind == VALUE_NULL && v->cause && v->cause->line == 0) {
        Cause *cause = (Cause *)(uintptr_t)v->cause;
        cause->line = n->span.line;
        cause->column = n->span.column;
    }
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

static Value eval(Frame *f, const Node *n)
{
    Run *run = f->run;
    if (run->stopped || (++run->steps > run->look && !goes_on(run)) ||
        run->depth >= run->limits.depth)
        return stop(run);
    run->depth++;
    Value v = run->trace && n->kind != NODE_CONST ? eval_traced(f, n) : eval_node(f, n);
    run->depth--;
    place_cause(n, &v);
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

Value feel_value(Run *run, const Feel *feel, const Value *frame)
{
    Frame f = { run, frame, NULL };
    const Feel *outer = run->feel;
    if (feel->locals)
        f.locals = NEW_N(run->cx, Value, feel->locals);
    run->feel = feel;
    Value v = eval(&f, feel->root);
    run->feel = outer;
    return v;
}

Err feel_evaluate(Run *run, Value *out, const Feel *feel, const Value *frame)
{
    *out = feel_value(run, feel, frame);
    if (arena_full(run->cx->arena))
        run->stopped = true;
    if (!run->stopped)
        run_walk(run, out); /* whoever takes it writes it out */
    goes_on(run);
    TRY(budget_check(run->cx));
    if (run->stopped)
        return fail(run->cx, LIMITED, NULL, "求值超出限度：%s", "evaluation passed a limit: %s",
                    feel->source);
    return OK;
}
