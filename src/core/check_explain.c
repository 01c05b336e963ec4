#include "core/check.h"
#include "core/check_message.h"
#include "core/pack_parts.h"
#include "rules/explain.h"

/* The entry that decided: whether the rule applies, where that is not true. */
static const char *deciding(const CheckResult *r)
{
    const Value *applies = context_get(r->values, APPLIES);
    return applies && !value_is_true(applies) ? APPLIES : MEETS;
}

static void write_condition(Cx *cx, JsonOut *o, const Condition *c)
{
    json_open(o, NULL, '{');
    json_put_text(o, "expression", explain_text(cx, c->at));
    json_put_int(o, "line", c->at->span.line);
    json_put_int(o, "column", c->at->span.column);
    json_put_text(o, "status", status_key(c->unknown ? UNDETERMINED : NOT_MET));
    json_put_text(o, "actual", value_brief(cx, &c->actual));
    json_put_text(o, "sign", c->sign);
    json_put_text(o, "required", value_brief(cx, &c->required));
    if (c->distance.kind == VALUE_NUMBER)
        json_put_text(o, "distance", decimal_text(cx, c->distance.number));
    if (c->fact)
        json_put_text(o, "at", c->fact);
    json_close(o, '}');
}

static void write_missing(Cx *cx, JsonOut *o, const Explanation *e)
{
    json_open(o, "missing", '[');
    for (const char *const *p = e->result.missing; *p; p++) {
        json_open(o, NULL, '{');
        json_put_text(o, "at", *p);
        json_open(o, "path", '[');
        for (const char *const *s = explain_path(cx, e->trace, *p); *s; s++)
            json_put_text(o, NULL, *s);
        json_close(o, ']');
        json_close(o, '}');
    }
    json_close(o, ']');
}

void explanation_write(Cx *cx, JsonOut *o, const char *key, const Explanation *e)
{
    const CheckResult *r = &e->result;
    json_open(o, key, '{');
    json_put_text(o, "rule", r->rule->id);
    json_put_text(o, "clause", r->rule->clauses[0]);
    json_put_text(o, "modality", modality_key(r->rule->modality));
    json_put_text(o, "status", status_key(r->status));
    json_put_text(o, "file", r->rule->decision->model->file);
    json_open(o, "message", '{');
    json_put_text(o, "zh", r->zh);
    json_put_text(o, "en", r->en);
    json_close(o, '}');
    json_open(o, "conditions", '[');
    Conditions all = explain_conditions(cx, e->trace, deciding(r));
    for (size_t i = 0; i < all.count; i++)
        write_condition(cx, o, &all.at[i]);
    json_close(o, ']');
    write_missing(cx, o, e);
    explain_json(cx, o, "tree", e->trace);
    json_close(o, '}');
}

static void print_condition(Cx *cx, Buf *b, const Condition *c)
{
    bool zh = cx->lang == ZH;
    const char *actual = value_brief(cx, &c->actual), *required = value_brief(cx, &c->required);
    buf_format(b, "  %s   (%u:%u)\n", explain_text(cx, c->at), c->at->span.line,
               c->at->span.column);
    if (c->fact)
        buf_format(b, "    %s\n", c->fact);
    buf_format(b, zh ? "    实际 %s，要求 %s %s" : "    is %s, must be %s %s", actual, c->sign,
               required);
    if (c->distance.kind == VALUE_NUMBER)
        buf_format(b, zh ? "，相差 %s" : ", %s apart", decimal_text(cx, c->distance.number));
    buf_char(b, '\n');
}

static void print_missing(Cx *cx, Buf *b, const Explanation *e)
{
    if (e->result.missing[0])
        buf_add(b, cx->lang == ZH ? "\n缺少\n" : "\nMissing\n");
    for (const char *const *p = e->result.missing; *p; p++) {
        buf_format(b, "  %s\n   ", *p);
        for (const char *const *s = explain_path(cx, e->trace, *p); *s; s++)
            buf_format(b, " > %s", *s);
        buf_char(b, '\n');
    }
}

void explanation_print(Cx *cx, Buf *b, const Explanation *e)
{
    const CheckResult *r = &e->result;
    bool zh = cx->lang == ZH;
    buf_format(b, "%s  %s  %s  %s\n%s\n", r->rule->id, r->rule->clauses[0],
               zh ? modality_zh(r->rule->modality) : modality_key(r->rule->modality),
               status_key(r->status), zh ? r->zh : r->en);
    Conditions all = explain_conditions(cx, e->trace, deciding(r));
    if (all.count)
        buf_add(b, zh ? "\n未满足的条件\n" : "\nConditions that do not hold\n");
    for (size_t i = 0; i < all.count; i++)
        print_condition(cx, b, &all.at[i]);
    print_missing(cx, b, e);
    buf_format(b, zh ? "\n求值过程（%s）\n" : "\nWhat was evaluated (%s)\n",
               r->rule->decision->model->file);
    explain_print(cx, b, e->trace);
}
