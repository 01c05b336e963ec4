/* tuijin feel, tuijin dmn eval, tuijin dmn check: the rules engine for whoever writes rules. */
#include "commands/command.h"

#include "base/file.h"
#include "rules/dmn.h"
#include "rules/json_value.h"

#include <stdio.h>
#include <string.h>

enum { MODEL_LIMIT = 32 << 20 };

/* The object of --input; an empty one where it is not given. */
static Err read_input(Cx *cx, const Json **out, const Options *o)
{
    static const Json none = { .type = J_OBJECT };
    const char *bytes;
    size_t length;
    *out = &none;
    if (!o->input)
        return OK;
    TRY(file_read(cx, &bytes, &length, o->input, JSON_LIMITS.bytes));
    TRY(json_parse(cx, out, bytes, length, &JSON_LIMITS));
    if ((*out)->type != J_OBJECT)
        return fail(cx, INVALID, o->input, "要是一个 JSON 对象，如 {\"金额\": 5}",
                    "must be a JSON object, as {\"amount\": 5}");
    return OK;
}

static const char *said(const Cx *cx, const char *zh, const char *en)
{
    return cx->lang == EN ? en : zh;
}

/* Why a value is null, on standard error. */
static void tell_cause(const Cx *cx, const Value *v)
{
    if (v->kind == VALUE_NULL && v->cause)
        fprintf(stderr, "%u:%u %s\n", v->cause->line, v->cause->column,
                said(cx, v->cause->zh, v->cause->en));
}

static Err evaluate_feel(Cx *cx, Value *out, const Options *o)
{
    const Json *input;
    const Feel *feel;
    TRY(read_input(cx, &input, o));
    Name *names = NEW_N(cx, Name, input->count + 1);
    Value *frame = NEW_N(cx, Value, input->count + 1);
    for (size_t i = 0; i < input->count; i++) {
        names[i] = (Name){ input->items[i]->key, NULL };
        frame[i] = value_of_json(cx, input->items[i]);
    }
    Run run = feel_run(cx);
    TRY(feel_compile(cx, &feel, o->operands[0], &(Scope){ .names = names, .count = input->count }));
    return feel_evaluate(&run, out, feel, frame);
}

int command_feel(Cx *cx, const Options *o)
{
    Value v;
    if (evaluate_feel(cx, &v, o) != OK)
        return command_failed(cx);
    puts(value_literal(cx, &v));
    tell_cause(cx, &v);
    return value_is_null(&v);
}

/* The first file with the others, which it may import. */
static Err read_models(Cx *cx, const Dmn **out, const Options *o)
{
    const DmnModel **models = NEW_N(cx, const DmnModel *, o->operand_count);
    for (size_t i = 0; i < o->operand_count; i++) {
        const char *bytes;
        size_t length;
        TRY(file_read(cx, &bytes, &length, o->operands[i], MODEL_LIMIT));
        TRY(dmn_read(cx, &models[i], bytes, length, o->operands[i]));
    }
    return dmn_compile(cx, out, models[0], models + 1, o->operand_count - 1, NULL, 0);
}

static void print_problem(const Cx *cx, FILE *to, const DmnProblem *p)
{
    fprintf(to, "%s:%d: %s%s%s", p->file, p->line, p->node ? p->node->name : "",
            p->node ? ": " : "", said(cx, p->zh, p->en));
    if (p->text)
        fprintf(to, " (%s: %s)", p->at, p->text);
    fputc('\n', to);
}

int command_dmn_check(Cx *cx, const Options *o)
{
    const Dmn *dmn;
    const DmnProblem *p;
    size_t problems = 0, notes = 0;
    if (read_models(cx, &dmn, o) != OK)
        return command_failed(cx);
    for (; (p = dmn_problem(dmn, problems)); problems++)
        print_problem(cx, stdout, p);
    for (; (p = dmn_note(dmn, notes)); notes++)
        print_problem(cx, stdout, p);
    say(cx, "DMN %s：%zu 个问题，%zu 个提示", "DMN %s: %zu problems, %zu notes",
        dmn_main(dmn)->version, problems, notes);
    return problems > 0;
}

/* Texts become what the declared type says: a day is no text to a rule. */
static Value typed(Cx *cx, const Value *v, const Type *type)
{
    if (v->kind != VALUE_STRING || !type)
        return *v;
    switch (type->kind) {
    case TYPE_DATE: return feel_date(cx, v->text.bytes);
    case TYPE_TIME: return feel_time(cx, v->text.bytes);
    case TYPE_DATE_TIME: return feel_date_time(cx, v->text.bytes);
    case TYPE_DAYS:
    case TYPE_MONTHS: return feel_duration(cx, v->text.bytes);
    default: return *v;
    }
}

static Err set_inputs(Cx *cx, DmnRun *d, const Dmn *dmn, const Json *input)
{
    for (size_t i = 0; i < input->count; i++) {
        const char *name = input->items[i]->key;
        const DmnNode *node = dmn_find(dmn, DMN_INPUT, NULL, name);
        if (!node)
            node = dmn_find(dmn, DMN_DECISION, NULL, name);
        if (!node)
            return fail(cx, INVALID, name, "模型中没有叫“%s”的输入数据或决策",
                        "the model has no input data and no decision of the name “%s”", name);
        Value raw = value_of_json(cx, input->items[i]);
        Value v = typed(cx, &raw, dmn_type(dmn, node));
        dmn_set(d, node, &v);
    }
    return OK;
}

static Err evaluate_dmn(Cx *cx, Value *out, const Options *o)
{
    const Dmn *dmn;
    const Json *input;
    TRY(read_models(cx, &dmn, o));
    TRY(read_input(cx, &input, o));
    const DmnNode *node = dmn_find(dmn, DMN_DECISION, NULL, o->decision);
    if (!node)
        return fail(cx, NOT_FOUND, o->decision, "模型 %s 中没有决策“%s”",
                    "the model %s has no decision “%s”", o->operands[0], o->decision);
    Run run = feel_run(cx);
    DmnRun *d = dmn_begin(&run, dmn);
    TRY(set_inputs(cx, d, dmn, input));
    return dmn_decide(d, out, node);
}

int command_dmn_eval(Cx *cx, const Options *o)
{
    Value v;
    Buf b = BUF(cx);
    JsonOut json = json_out(&b);
    json.pretty = true;
    if (evaluate_dmn(cx, &v, o) != OK)
        return command_failed(cx);
    value_json(cx, &json, NULL, &v);
    puts(buf_text(&b));
    tell_cause(cx, &v);
    return value_is_null(&v);
}
