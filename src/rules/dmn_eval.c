/* Evaluation: codes on frames, knowledge models and services as functions, decisions on demand. */
#include "rules/dmn_code.h"

#include <assert.h>
#include <string.h>

static Value unit_value(DmnRun *d, const Unit *u);

static Value *frame_of(Run *run, size_t slots)
{
    static_assert(VALUE_NULL == 0, "the arena's zeroes are nulls");
    return NEW_N(run->cx, Value, slots + 1);
}

/* Every box and decision is one step and one level: a hostile model passes neither limit. */
static bool enter(Run *run)
{
    if (++run->steps > run->limits.steps || run->depth >= run->limits.depth ||
        arena_full(run->cx->arena))
        run->stopped = true;
    if (!run->stopped)
        run->depth++;
    return !run->stopped;
}

/* ---- boxes ---------------------------------------------------------------------------------- */

static Value part_value(Run *run, const CodePart *part, Value *frame)
{
    Trace *outer = part->name ? trace_open(run, part->name) : NULL;
    Value raw = part->code ? code_value(run, part->code, frame) : value_null();
    Value v = guard_apply(run, part->guard, &raw);
    trace_close(run, outer, &v);
    return v;
}

static Value context_value(Run *run, const Code *code, Value *frame)
{
    Entry *entries = NEW_N(run->cx, Entry, code->part_count + 1);
    size_t n = 0;
    for (size_t i = 0; i < code->part_count; i++) {
        const CodePart *part = &code->parts[i];
        Value v = part_value(run, part, frame);
        if (!part->name)
            return v;
        if (code->kind == BOX_CONTEXT)
            frame[code->slot + i] = v;
        entries[n++] = (Entry){ part->name, v };
    }
    return value_context(run->cx, entries, n);
}

static Value list_value(Run *run, const Code *code, Value *frame)
{
    Value *items = NEW_N(run->cx, Value, code->part_count + 1);
    for (size_t i = 0; i < code->part_count; i++)
        items[i] = part_value(run, &code->parts[i], frame);
    return value_list(items, code->part_count);
}

/* Each binding goes to the parameter of its name; a parameter without one is null. */
static bool bind(Run *run, const Function *f, const Code *code, Value *frame, Value *arguments,
                 Value *wrong)
{
    for (size_t i = 0; i < f->count; i++)
        arguments[i] = value_null();
    for (size_t i = 0; i < code->part_count; i++) {
        const CodePart *part = &code->parts[i];
        size_t at = 0;
        while (at < f->count && strcmp(f->params[at].name, part->name) != 0)
            at++;
        if (at == f->count) {
            *wrong = value_null_because(run->cx, "函数没有参数“%s”",
                                        "the function has no parameter “%s”", part->name);
            return false;
        }
        arguments[at] = part_value(run, part, frame);
    }
    return true;
}

static Value invocation_value(Run *run, const Code *code, Value *frame)
{
    Value wrong;
    Value callee = code_value(run, code->body, frame);
    if (value_is_unknown(&callee))
        return callee;
    if (callee.kind != VALUE_FUNCTION)
        return value_null_because(run->cx, "%s 不是函数", "%s is no function",
                                  value_brief(run->cx, &callee));
    const Function *f = callee.function;
    Value *arguments = NEW_N(run->cx, Value, f->count + 1);
    if (!bind(run, f, code, frame, arguments, &wrong))
        return wrong;
    return feel_call(run, &callee, arguments, f->count);
}

/* A boxed function with the values of the names around it. */
typedef struct DmnClosure {
    const Code *code;
    const Value *outer;
} DmnClosure;

static Value body_value(Run *run, const Code *code, Value *frame, const Value *arguments,
                        size_t count)
{
    if (code->broken)
        return (Value){ .kind = VALUE_NULL, .cause = code->broken };
    for (size_t i = 0; i < count; i++) {
        frame[code->slot + i] = guard_apply(run, code->parts[i].guard, &arguments[i]);
        if (value_is_null(&frame[code->slot + i]) && !value_is_null(&arguments[i]))
            return frame[code->slot + i];
    }
    if (!code->body)
        return value_null_because(run->cx, "函数没有内容", "the function has no body");
    Value v = code_value(run, code->body, frame);
    return guard_apply(run, code->guard, &v);
}

static Value closure_call(Run *run, const Function *self, const Value *arguments, size_t count)
{
    const DmnClosure *closure = self->data;
    const Code *code = closure->code;
    Value *frame = frame_of(run, code->frame);
    for (size_t i = 0; i < code->slot; i++)
        frame[i] = closure->outer[i];
    return body_value(run, code, frame, arguments, count);
}

static Value closure_value(Run *run, const Code *code, const Value *frame)
{
    DmnClosure *closure = NEW(run->cx, DmnClosure);
    Value *outer = NEW_N(run->cx, Value, code->slot + 1);
    Function *f = NEW(run->cx, Function);
    for (size_t i = 0; i < code->slot; i++)
        outer[i] = frame[i];
    *closure = (DmnClosure){ code, outer };
    *f = *code->shape;
    f->call = closure_call;
    f->data = closure;
    return value_function(f);
}

static Value if_value(Run *run, const Code *code, Value *frame)
{
    assert(code->part_count == 3);
    Value test = part_value(run, &code->parts[0], frame);
    if (value_is_true(&test))
        return part_value(run, &code->parts[1], frame);
    if (value_is_false(&test))
        return part_value(run, &code->parts[2], frame);
    if (value_is_unknown(&test))
        return test;
    return value_null_because(run->cx, "条件 %s 不是布尔值", "the condition %s is no boolean",
                              value_brief(run->cx, &test));
}

static Value not_list(Run *run, const Value *v)
{
    if (value_is_unknown(v))
        return *v;
    return value_null_because(run->cx, "%s 不是列表", "%s is no list", value_brief(run->cx, v));
}

static void place_item(const Code *code, const Value *item, Value *frame)
{
    size_t fields = code->element && code->element->kind == TYPE_CONTEXT ? code->element->count : 0;
    for (size_t i = 0; i < fields; i++) {
        const Value *field = NULL;
        if (item->kind == VALUE_CONTEXT)
            field = context_get(item->context, code->element->fields[i].name);
        frame[code->slot + i] = field ? *field : value_is_unknown(item) ? *item : value_null();
    }
    frame[code->slot + fields] = *item;
}

static Value filter_value(Run *run, const Code *code, Value *frame)
{
    assert(code->part_count == 2);
    Value in = part_value(run, &code->parts[0], frame);
    if (in.kind != VALUE_LIST)
        return not_list(run, &in);
    Value *kept = NEW_N(run->cx, Value, in.list.count + 1);
    size_t n = 0;
    Value open = value_null();
    for (size_t i = 0; i < in.list.count && !run->stopped; i++) {
        place_item(code, &in.list.items[i], frame);
        Value match = part_value(run, &code->parts[1], frame);
        if (value_is_unknown(&match))
            open = value_is_unknown(&open) ? value_unknown_both(run->cx, &open, &match) : match;
        else if (value_is_true(&match))
            kept[n++] = in.list.items[i];
        else if (match.kind != VALUE_BOOLEAN && !value_is_null(&match))
            return value_null_because(run->cx, "筛选条件 %s 不是布尔值",
                                      "the match %s is no boolean", value_brief(run->cx, &match));
    }
    return value_is_unknown(&open) ? open : value_list(kept, n);
}

static Value for_value(Run *run, const Code *code, Value *frame)
{
    assert(code->part_count == 2);
    Value in = part_value(run, &code->parts[0], frame);
    if (in.kind != VALUE_LIST)
        return not_list(run, &in);
    Value *items = NEW_N(run->cx, Value, in.list.count + 1);
    for (size_t i = 0; i < in.list.count && !run->stopped; i++) {
        frame[code->slot] = in.list.items[i];
        frame[code->slot + 1] = value_list(items, i);
        items[i] = part_value(run, &code->parts[1], frame);
    }
    return value_list(items, in.list.count);
}

/* "some" is an or, "every" an and: the deciding value beats unknown, unknown beats the other. What
 * is neither true, false, null nor unknown ends the walk with null, as the conformance cases ask.
 */
static Value quantified_value(Run *run, const Code *code, Value *frame)
{
    assert(code->part_count == 2);
    bool deciding = code->kind == BOX_SOME;
    Value in = part_value(run, &code->parts[0], frame);
    Value result = value_boolean(!deciding);
    if (in.kind != VALUE_LIST)
        return not_list(run, &in);
    for (size_t i = 0; i < in.list.count && !run->stopped; i++) {
        frame[code->slot] = in.list.items[i];
        Value v = part_value(run, &code->parts[1], frame);
        if (v.kind == VALUE_BOOLEAN && v.boolean == deciding)
            return v;
        if (v.kind != VALUE_BOOLEAN && !value_is_null(&v) && !value_is_unknown(&v))
            return value_null_because(run->cx, "%s 不是布尔值", "%s is no boolean",
                                      value_brief(run->cx, &v));
        if (value_is_unknown(&v))
            result = value_is_unknown(&result) ? value_unknown_both(run->cx, &result, &v) : v;
        else if (value_is_null(&v) && !value_is_unknown(&result))
            result = v;
    }
    return result;
}

static Value kind_value(Run *run, const Code *code, Value *frame)
{
    switch (code->kind) {
    case BOX_LITERAL: return code->feel ? feel_value(run, code->feel, frame) : value_null();
    case BOX_TABLE: return table_value(run, code->table, frame);
    case BOX_CONTEXT:
    case BOX_ROW: return context_value(run, code, frame);
    case BOX_INVOCATION: return invocation_value(run, code, frame);
    case BOX_FUNCTION: return closure_value(run, code, frame);
    case BOX_LIST: return list_value(run, code, frame);
    case BOX_IF: return if_value(run, code, frame);
    case BOX_FILTER: return filter_value(run, code, frame);
    case BOX_FOR: return for_value(run, code, frame);
    case BOX_SOME:
    case BOX_EVERY: return quantified_value(run, code, frame);
    }
    return value_null();
}

Value code_value(Run *run, const Code *code, Value *frame)
{
    if (code->kind == BOX_FUNCTION) /* its guard is for what a call gives */
        return closure_value(run, code, frame);
    if (code->broken)
        return (Value){ .kind = VALUE_NULL, .cause = code->broken };
    if (!enter(run))
        return value_null();
    Value v = kind_value(run, code, frame);
    run->depth--;
    return guard_apply(run, code->guard, &v);
}

/* ---- knowledge models and services ---------------------------------------------------------- */

/* d is NULL in a knowledge model, which sees functions only. */
static Value source_value(Run *run, DmnRun *d, const SlotSource *s)
{
    if (s->unit && s->unit->function)
        return value_function(s->unit->function);
    if (s->unit && d)
        return unit_value(d, s->unit);
    if (s->unit)
        return value_null_because(run->cx, "“%s”没有值", "“%s” has no value", s->name);
    Entry *entries = NEW_N(run->cx, Entry, s->member_count + 1);
    for (size_t i = 0; i < s->member_count; i++)
        entries[i] = (Entry){ s->members[i].name, source_value(run, d, &s->members[i]) };
    return value_context(run->cx, entries, s->member_count);
}

Value knowledge_call(Run *run, const Function *self, const Value *arguments, size_t count)
{
    assert(self->data);
    const Unit *u = self->data;
    Value *frame = frame_of(run, u->code->frame);
    for (size_t i = 0; i < u->source_count; i++)
        frame[i] = source_value(run, NULL, &u->sources[i]);
    Value v = body_value(run, u->code, frame, arguments, count);
    return guard_apply(run, u->guard, &v);
}

static Value serve(DmnRun *d, const Unit *u)
{
    Value result;
    if (u->output_count == 1) {
        result = unit_value(d, u->outputs[0]);
    } else {
        Entry *entries = NEW_N(d->run->cx, Entry, u->output_count + 1);
        for (size_t i = 0; i < u->output_count; i++)
            entries[i] = (Entry){ u->outputs[i]->node->name, unit_value(d, u->outputs[i]) };
        result = value_context(d->run->cx, entries, u->output_count);
    }
    return guard_apply(d->run, u->guard, &result);
}

/* A service decides anew, on its arguments alone. */
Value service_call(Run *run, const Function *self, const Value *arguments, size_t count)
{
    assert(self->data);
    const Unit *u = self->data;
    DmnRun *d = dmn_begin(run, u->dmn);
    for (size_t i = 0; i < count; i++)
        dmn_set(d, u->params[i]->node, &arguments[i]);
    return serve(d, u);
}

/* ---- decisions ------------------------------------------------------------------------------ */

static Value decision_value(DmnRun *d, const Unit *u)
{
    Run *run = d->run;
    if (!u->code)
        return value_null_because(run->cx, "决策“%s”没有表达式",
                                  "the decision “%s” has no expression", u->node->name);
    Value *frame = frame_of(run, u->frame);
    for (size_t i = 0; i < u->source_count; i++)
        frame[i] = source_value(run, d, &u->sources[i]);
    Value v = code_value(run, u->code, frame);
    return guard_apply(run, u->guard, &v);
}

static Value unit_value(DmnRun *d, const Unit *u)
{
    assert(u->index < d->dmn->unit_count);
    Run *run = d->run;
    DmnMemo *memo = &d->memos[u->index];
    if (memo->state == DECIDED)
        return memo->value;
    if (u->function)
        return value_function(u->function);
    if (u->node->kind != DMN_DECISION)
        return value_null_because(run->cx, "没有给出“%s”", "“%s” was not given", u->node->name);
    if (memo->state == DECIDING)
        return value_null_because(run->cx, "决策“%s”依赖它自己",
                                  "the decision “%s” depends on itself", u->node->name);
    if (!enter(run))
        return value_null();
    memo->state = DECIDING;
    Trace *outer = trace_open(run, u->node->name);
    memo->value = decision_value(d, u);
    trace_close(run, outer, &memo->value);
    run->depth--;
    memo->state = DECIDED;
    return memo->value;
}

DmnRun *dmn_begin(Run *run, const Dmn *dmn)
{
    assert(run && dmn);
    size_t size = sizeof(DmnRun) + dmn->unit_count * sizeof(DmnMemo);
    DmnRun *d = arena_alloc(run->cx->arena, size);
    d->run = run;
    d->dmn = dmn;
    return d;
}

void dmn_set(DmnRun *d, const DmnNode *node, const Value *v)
{
    const Unit *u = dmn_unit(d->dmn, node);
    assert(node->kind == DMN_INPUT || node->kind == DMN_DECISION);
    d->memos[u->index] = (DmnMemo){ guard_apply(d->run, u->guard, v), DECIDED };
}

static Err finish(DmnRun *d, Value *out, const Value *v)
{
    if (d->run->stopped)
        return fail(d->run->cx, LIMITED, NULL, "求值超过限度", "the evaluation passed its limits");
    *out = *v;
    return OK;
}

Err dmn_decide(DmnRun *d, Value *out, const DmnNode *node)
{
    Value v = unit_value(d, dmn_unit(d->dmn, node));
    return finish(d, out, &v);
}

Err dmn_serve(DmnRun *d, Value *out, const DmnNode *service)
{
    const Unit *u = dmn_unit(d->dmn, service);
    assert(service->kind == DMN_SERVICE);
    for (size_t i = 0; i < u->param_count; i++) {
        Value none = value_null();
        if (d->memos[u->params[i]->index].state != DECIDED)
            dmn_set(d, u->params[i]->node, &none);
    }
    Value v = serve(d, u);
    return finish(d, out, &v);
}
