/* Decision tables: to code, and evaluated with every hit policy.
 *
 * A test that is unknown makes its rule one that may match. The result is then known only where all
 * outcomes are the same; otherwise it is unknown, with the causes of every test that left it open.
 */
#include "rules/dmn_compiler.h"
#include "rules/dmn_index.h"
#include "rules/op.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- to code -------------------------------------------------------------------------------- */

/* The values listed in allowed, in order: PRIORITY and OUTPUT ORDER sort by them. */
static void list_priorities(Compiler *c, CodeClause *clause, const char *allowed)
{
    const Feel *feel;
    Value list;
    Run run = feel_run(c->cx);
    Scope scope = { .types = c->types, .type_count = c->type_count };
    const char *text = arena_format(c->cx->arena, "[%s]", allowed);
    if (feel_compile(c->cx, &feel, text, &scope) != OK ||
        feel_evaluate(&run, &list, feel, NULL) != OK || list.kind != VALUE_LIST)
        return;
    clause->priorities = list.list.items;
    clause->priority_count = list.list.count;
}

static void compile_inputs(Compiler *c, CodeTable *t, const DmnTable *from, const Scope *scope,
                           const Cause **broken)
{
    CodeClause *inputs = NEW_N(c->cx, CodeClause, from->input_count + 1);
    for (size_t i = 0; i < from->input_count; i++) {
        const DmnClause *in = &from->inputs[i];
        CodeClause *to = &inputs[i];
        to->name = text_or(in->name, "");
        to->guard = compiler_guard(c, c->unit->node->model, in->type_ref, in->line);
        to->feel = compiler_feel(c, scope, to->name, in->text, in->line, broken);
        const Type *type = guard_type(to->guard);
        to->type = type || !to->feel ? type : feel_result(to->feel);
        Scope tested = compiler_name(c, scope, "?", to->type);
        to->allowed = compiler_tests(c, &tested, to->name, in->allowed, in->line, broken);
    }
    t->inputs = inputs;
    t->input_count = from->input_count;
}

static void compile_outputs(Compiler *c, CodeTable *t, const DmnTable *from, const Scope *scope,
                            const TypeGuard *guard, const Cause **broken)
{
    CodeClause *outputs = NEW_N(c->cx, CodeClause, from->output_count + 1);
    for (size_t i = 0; i < from->output_count; i++) {
        const DmnClause *out = &from->outputs[i];
        CodeClause *to = &outputs[i];
        to->name = text_or(out->name, "");
        to->guard = compiler_guard(c, c->unit->node->model, out->type_ref, out->line);
        if (from->output_count == 1 && !to->guard)
            to->guard = guard && guard->type->kind == TYPE_LIST ? NULL : guard;
        to->type = guard_type(to->guard);
        to->feel = compiler_feel(c, scope, to->name, out->text, out->line, broken);
        t->has_default = t->has_default || to->feel;
        Scope tested = compiler_name(c, scope, "?", to->type);
        to->allowed = compiler_tests(c, &tested, to->name, out->allowed, out->line, broken);
        const char *allowed = out->allowed;
        if (!allowed && to->guard)
            allowed = to->guard->allowed_text;
        if (allowed)
            list_priorities(c, to, allowed);
    }
    t->outputs = outputs;
    t->output_count = from->output_count;
}

static void compile_rules(Compiler *c, CodeTable *t, const DmnTable *from, const Scope *scope,
                          const Cause **broken)
{
    size_t ins = t->input_count;
    size_t outs = t->output_count;
    const Feel **tests = NEW_N(c->cx, const Feel *, from->rule_count *ins + 1);
    const Feel **values = NEW_N(c->cx, const Feel *, from->rule_count *outs + 1);
    for (size_t i = 0; i < ins; i++) {
        Scope tested = compiler_name(c, scope, "?", t->inputs[i].type);
        for (size_t r = 0; r < from->rule_count; r++) {
            const DmnRule *rule = &from->rules[r];
            const Feel *test =
                compiler_tests(c, &tested, t->inputs[i].name, rule->tests[i], rule->line, broken);
            tests[r * ins + i] = test && feel_is_any(test) ? NULL : test;
        }
    }
    for (size_t r = 0; r < from->rule_count; r++) {
        const DmnRule *rule = &from->rules[r];
        for (size_t o = 0; o < outs; o++)
            values[r * outs + o] =
                compiler_feel(c, scope, t->outputs[o].name, rule->values[o], rule->line, broken);
    }
    t->tests = tests;
    t->values = values;
    t->rule_count = from->rule_count;
    t->index = index_new(c->cx, t);
}

static const Type *hit_type(Compiler *c, const CodeTable *t)
{
    if (t->output_count == 1)
        return t->outputs[0].type;
    Type *type = NEW(c->cx, Type);
    TypeField *fields = NEW_N(c->cx, TypeField, t->output_count);
    for (size_t i = 0; i < t->output_count; i++)
        fields[i] = (TypeField){ t->outputs[i].name, t->outputs[i].type };
    type->kind = TYPE_CONTEXT;
    type->fields = fields;
    type->count = t->output_count;
    return type;
}

static bool many(const CodeTable *t)
{
    return t->policy == HIT_RULE_ORDER || t->policy == HIT_OUTPUT_ORDER ||
           (t->policy == HIT_COLLECT && t->aggregation == AGG_NONE);
}

/* Several outputs make a context, so each needs a name of its own; what is ordered by its output
 * values must list them. */
static void check_outputs(Compiler *c, const DmnTable *t, const Cause **broken)
{
    const DmnModel *model = c->unit->node->model;
    bool ordered = t->policy == HIT_PRIORITY || t->policy == HIT_OUTPUT_ORDER, listed = false;
    for (size_t i = 0; i < t->output_count; i++) {
        const DmnClause *out = &t->outputs[i];
        bool twin = false;
        listed |= out->allowed || out->type_ref;
        for (size_t k = 0; k < i; k++)
            twin |= text_same(out->name, t->outputs[k].name);
        if (t->output_count == 1 || (out->name && *out->name && !twin))
            continue;
        const Cause *cause =
            twin ? PROBLEM(c, model, out->line, "两个输出列都叫“%s”",
                           "two outputs have the name “%s”", text_or(out->name, ""))
                 : PROBLEM(c, model, out->line,
                           "第 %zu 个输出列没有名称，多列输出的每一列都要有名称",
                           "output %zu has no name: each of several outputs needs one", i + 1);
        *broken = *broken ? *broken : cause;
    }
    if (ordered && !listed)
        PROBLEM(c, model, t->outputs[0].line, "命中策略按输出值的次序，但没有写明输出值",
                "the hit policy goes by the order of the output values, but none are listed");
}

const CodeTable *compiler_table(Compiler *c, const DmnTable *table, Scope scope,
                                const TypeGuard *guard, const Cause **broken)
{
    assert(table);
    CodeTable *t = NEW(c->cx, CodeTable);
    t->policy = table->policy;
    t->aggregation = table->aggregation;
    t->tested = scope.count;
    compile_inputs(c, t, table, &scope, broken);
    compile_outputs(c, t, table, &scope, guard, broken);
    compile_rules(c, t, table, &scope, broken);
    check_outputs(c, table, broken);
    const Type *hit = hit_type(c, t);
    if (many(t))
        t->result = type_list(c->cx, hit);
    else if (t->aggregation == AGG_COUNT)
        t->result = type_simple(TYPE_NUMBER);
    else
        t->result = hit;
    return t;
}

/* ---- matching ------------------------------------------------------------------------------- */

typedef struct Hit {
    size_t rule;
    bool maybe;
    Value value;
} Hit;

typedef struct Hits {
    Hit *at;
    size_t count, room;
    size_t maybes;
    Value open; /* unknown with the causes of all tests that left a rule open */
    Hit first;  /* where `at` begins: most tables have one hit */
} Hits;

static bool read_inputs(Run *run, const CodeTable *t, Value *frame, Value *inputs, Value *wrong)
{
    for (size_t i = 0; i < t->input_count; i++) {
        const CodeClause *in = &t->inputs[i];
        Value v = in->feel ? feel_value(run, in->feel, frame) : value_null();
        inputs[i] = guard_apply(run, in->guard, &v);
        if (!in->allowed || value_is_unknown(&inputs[i]))
            continue;
        frame[t->tested] = inputs[i];
        Value fits = feel_value(run, in->allowed, frame);
        if (!value_is_false(&fits))
            continue;
        *wrong =
            value_null_because(run->cx, "%s 不是“%s”允许的值", "%s is no allowed value of “%s”",
                               value_brief(run->cx, &inputs[i]), in->name);
        return false;
    }
    return true;
}

/* Unknown, with the causes of the open tests, in *open; null counts as false. */
static Truth match(Run *run, const CodeTable *t, size_t rule, const Value *inputs, Value *frame,
                   Value *open)
{
    assert(rule < t->rule_count);
    Value other;
    Truth matches = IS_TRUE;
    for (size_t i = 0; i < t->input_count; i++) {
        const Feel *test = t->tests[rule * t->input_count + i];
        if (!test)
            continue;
        frame[t->tested] = inputs[i];
        Truth one = feel_truth(run, &other, test, frame);
        if (one == IS_FALSE || (one == IS_OTHER && !value_is_unknown(&other)))
            return IS_FALSE;
        if (one == IS_OTHER)
            *open = matches == IS_OTHER ? value_unknown_both(run->cx, open, &other) : other;
        matches = one == IS_OTHER ? one : matches;
    }
    return matches;
}

/* As an input, an output is held against its listed values; null and unknown are none of them. */
static Value allowed_output(Run *run, const CodeTable *t, const CodeClause *out, const Value *v,
                            Value *frame)
{
    if (!out->allowed || value_is_null(v) || value_is_unknown(v))
        return *v;
    frame[t->tested] = *v;
    Value fits = feel_value(run, out->allowed, frame);
    return value_is_false(&fits) ? value_null_because(run->cx, "%s 不是输出“%s”允许的值",
                                                      "%s is no allowed value of the output “%s”",
                                                      value_brief(run->cx, v), out->name)
                                 : *v;
}

static Value outputs(Run *run, const CodeTable *t, const Feel *const *feels, Value *frame)
{
    Entry *entries = t->output_count > 1 ? NEW_N(run->cx, Entry, t->output_count) : NULL;
    for (size_t i = 0; i < t->output_count; i++) {
        Value raw = feels[i] ? feel_value(run, feels[i], frame) : value_null();
        Value v = guard_apply(run, t->outputs[i].guard, &raw);
        v = allowed_output(run, t, &t->outputs[i], &v, frame);
        if (!entries)
            return v;
        entries[i] = (Entry){ t->outputs[i].name, v };
    }
    return value_context(run->cx, entries, t->output_count);
}

static Value otherwise(Run *run, const CodeTable *t, Value *frame)
{
    if (!t->has_default)
        return value_null_because(run->cx, "决策表没有一条规则命中",
                                  "no rule of the table matches");
    const Feel **feels = NEW_N(run->cx, const Feel *, t->output_count);
    for (size_t i = 0; i < t->output_count; i++)
        feels[i] = t->outputs[i].feel;
    return outputs(run, t, feels, frame);
}

static Hit *add_hit(Run *run, Hits *hits)
{
    if (hits->count == hits->room) {
        size_t room = 4 * hits->room;
        Hit *grown = NEW_N(run->cx, Hit, room);
        memcpy(grown, hits->at, hits->count * sizeof *grown);
        hits->at = grown;
        hits->room = room;
    }
    return &hits->at[hits->count++];
}

/* An explanation names every row that was tried, so that all are. */
static void find_hits(Run *run, Hits *hits, const CodeTable *t, const Value *inputs, Value *frame)
{
    Value open;
    hits->count = hits->maybes = 0;
    hits->at = &hits->first;
    hits->room = 1;
    IndexWalk walk = index_walk(t, inputs, run->trace != NULL);
    for (size_t r; !run->stopped && index_next(&walk, &r);) {
        Truth m = match(run, t, r, inputs, frame, &open);
        if (m == IS_FALSE)
            continue;
        Hit *hit = add_hit(run, hits);
        hit->rule = r;
        hit->maybe = m == IS_OTHER;
        hit->value = outputs(run, t, t->values + r * t->output_count, frame);
        if (hit->maybe)
            hits->open = hits->maybes++ ? value_unknown_both(run->cx, &hits->open, &open) : open;
        else if (t->policy == HIT_FIRST)
            break;
    }
}

/* ---- policies ------------------------------------------------------------------------------- */

/* The place of an output value in its list of allowed values; behind the last where it is not. */
static size_t priority(const CodeClause *clause, const Value *v)
{
    size_t i = 0;
    while (i < clause->priority_count && !value_same(&clause->priorities[i], v))
        i++;
    return i;
}

static const Value *output_of(const CodeTable *t, const Hit *hit, size_t output)
{
    assert(output < t->output_count);
    return t->output_count == 1 ? &hit->value : &hit->value.context->entries[output].value;
}

static bool before(const CodeTable *t, const Hit *a, const Hit *b)
{
    for (size_t i = 0; i < t->output_count; i++) {
        size_t x = priority(&t->outputs[i], output_of(t, a, i));
        size_t y = priority(&t->outputs[i], output_of(t, b, i));
        if (x != y)
            return x < y;
    }
    return false;
}

/* Stable, by output priority. */
static void sort_hits(const CodeTable *t, Hits *hits)
{
    for (size_t i = 1; i < hits->count; i++) {
        Hit hit = hits->at[i];
        size_t j = i;
        for (; j > 0 && before(t, &hit, &hits->at[j - 1]); j--)
            hits->at[j] = hits->at[j - 1];
        hits->at[j] = hit;
    }
}

static Value all_values(Run *run, const Hits *hits)
{
    Value *items = NEW_N(run->cx, Value, hits->count + 1);
    for (size_t i = 0; i < hits->count; i++)
        items[i] = hits->at[i].value;
    return value_list(items, hits->count);
}

/* Of numbers or of durations of one kind, as the built-in. */
static Value sum(Run *run, const Hits *hits)
{
    assert(hits->count > 0);
    Value total = hits->at[0].value;
    for (size_t i = 0; i < hits->count; i++) {
        const Value *v = &hits->at[i].value;
        bool adds = v->kind == VALUE_NUMBER || v->kind == VALUE_DAYS || v->kind == VALUE_MONTHS;
        if (value_is_unknown(v))
            return *v;
        if (!adds || v->kind != total.kind)
            return value_null_because(run->cx, "不能汇总 %s", "%s cannot be summed",
                                      value_brief(run->cx, v));
        if (i > 0)
            total = op_add(run->cx, &total, v);
    }
    total.at = NULL;
    return total;
}

static Value extreme(Run *run, const Hits *hits, int sign)
{
    assert(hits->count > 0 && (sign == 1 || sign == -1));
    Value best = hits->at[0].value;
    for (size_t i = 0; i < hits->count; i++) {
        const Value *v = &hits->at[i].value;
        int order;
        if (value_is_unknown(v))
            return *v;
        if (!value_order(v, &best, &order))
            return value_null_because(run->cx, "%s 与 %s 不能比较", "%s and %s cannot be compared",
                                      value_brief(run->cx, v), value_brief(run->cx, &best));
        if (order * sign > 0)
            best = *v;
    }
    return best;
}

static Value aggregate(Run *run, const CodeTable *t, const Hits *hits)
{
    if (t->output_count > 1 && t->aggregation != AGG_NONE && t->aggregation != AGG_COUNT)
        return value_null_because(run->cx, "多列输出不能汇总",
                                  "several outputs cannot be aggregated");
    switch (t->aggregation) {
    case AGG_SUM: return sum(run, hits);
    case AGG_COUNT: return value_int((int64_t)hits->count);
    case AGG_MIN: return extreme(run, hits, -1);
    case AGG_MAX: return extreme(run, hits, 1);
    case AGG_NONE: break;
    }
    return all_values(run, hits);
}

static bool all_same(const Hits *hits)
{
    for (size_t i = 1; i < hits->count; i++) {
        if (!value_same(&hits->at[0].value, &hits->at[i].value))
            return false;
    }
    return true;
}

/* Every hit is certain, and there is at least one. */
static Value decide(Run *run, const CodeTable *t, Hits *hits)
{
    assert(hits->count > 0 && hits->maybes == 0);
    switch (t->policy) {
    case HIT_UNIQUE:
        if (hits->count > 1)
            return value_null_because(run->cx, "唯一命中的决策表有 %zu 条规则命中",
                                      "%zu rules match in a table of unique hits", hits->count);
        return hits->at[0].value;
    case HIT_ANY:
        if (!all_same(hits))
            return value_null_because(run->cx, "命中的规则给出不同的结果",
                                      "the matching rules give different results");
        return hits->at[0].value;
    case HIT_FIRST: return hits->at[0].value;
    case HIT_PRIORITY: sort_hits(t, hits); return hits->at[0].value;
    case HIT_OUTPUT_ORDER: sort_hits(t, hits); return all_values(run, hits);
    case HIT_RULE_ORDER: return all_values(run, hits);
    case HIT_COLLECT: return aggregate(run, t, hits);
    }
    return value_null();
}

/* Some rules may match or not. Single hits: known where every possible outcome is the same. */
static Value decide_open(Run *run, const CodeTable *t, Hits *hits, Value *frame)
{
    assert(hits->maybes > 0 && hits->maybes <= hits->count);
    bool certain = hits->maybes < hits->count;
    if (many(t) || t->policy == HIT_COLLECT || !all_same(hits))
        return hits->open;
    if (!certain) {
        Value none = otherwise(run, t, frame);
        if (!value_same(&none, &hits->at[0].value))
            return hits->open;
    }
    return hits->at[0].value;
}

Value table_value(Run *run, const CodeTable *t, Value *frame)
{
    enum { FEW = 4 };
    Value wrong, few[FEW];
    Hits hits;
    Value *inputs = t->input_count <= FEW ? few : NEW_N(run->cx, Value, t->input_count);
    if (!read_inputs(run, t, frame, inputs, &wrong))
        return wrong;
    find_hits(run, &hits, t, inputs, frame);
    if (run->stopped)
        return value_null();
    if (hits.maybes > 0)
        return decide_open(run, t, &hits, frame);
    if (hits.count == 0)
        return otherwise(run, t, frame);
    return decide(run, t, &hits);
}
