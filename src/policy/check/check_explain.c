#include "policy/check/check.h"
#include "policy/check/check_message.h"
#include "policy/pack/pack_parts.h"
#include "rules/explain.h"

#include <string.h>

/* The entry that decided: whether the rule applies, where that is not true. */
static const char *deciding(const CheckResult *r)
{
    const Value *applies = context_get(r->values, APPLIES);
    return applies && !value_is_true(applies) ? APPLIES : MEETS;
}

Reasons explanation_reasons(Cx *cx, const Explanation *e)
{
    Conditions all = explain_conditions(cx, e->trace, deciding(&e->result));
    Reasons out = { NEW_N(cx, Reason, all.count), all.count };
    for (size_t i = 0; i < all.count; i++) {
        const Condition *c = &all.at[i];
        bool apart = c->distance.kind == VALUE_NUMBER;
        out.at[i] = (Reason){ .unknown = c->unknown,
                              .expression = explain_text(cx, c->at),
                              .line = c->at->span.line,
                              .column = c->at->span.column,
                              .actual = value_brief(cx, &c->actual),
                              .sign = c->sign,
                              .required = value_brief(cx, &c->required),
                              .distance = apart ? decimal_text(cx, c->distance.number) : NULL,
                              .at = c->fact };
    }
    return out;
}

void reason_write(JsonOut *o, const Reason *r)
{
    json_open(o, NULL, '{');
    json_put_text(o, "expression", r->expression);
    json_put_int(o, "line", r->line);
    json_put_int(o, "column", r->column);
    json_put_text(o, "status", status_key(r->unknown ? UNDETERMINED : NOT_MET));
    json_put_text(o, "actual", r->actual);
    json_put_text(o, "sign", r->sign);
    json_put_text(o, "required", r->required);
    if (r->distance)
        json_put_text(o, "distance", r->distance);
    if (r->at)
        json_put_text(o, "at", r->at);
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
    json_open(o, "mend", '{');
    json_put_text(o, "zh", e->mend.zh);
    json_put_text(o, "en", e->mend.en);
    json_close(o, '}');
    json_open(o, "conditions", '[');
    Reasons all = explanation_reasons(cx, e);
    for (size_t i = 0; i < all.count; i++)
        reason_write(o, &all.at[i]);
    json_close(o, ']');
    write_missing(cx, o, e);
    explain_json(cx, o, "tree", e->trace);
    json_close(o, '}');
}

/* The sign of a condition for people: those of sets and searches are words. */
static const char *sign_word(const char *sign, bool zh)
{
    static const char *const WORDS[][3] = {
        { "in", "为其中之一：", "one of" },
        { "not in", "不为：", "none of" },
        { "exists", "能在其中找到：", "found in" },
        { "not exists", "不在其中：", "not found in" },
    };
    for (size_t i = 0; i < COUNT(WORDS); i++)
        if (strcmp(WORDS[i][0], sign) == 0)
            return WORDS[i][zh ? 1 : 2];
    return sign;
}

void reason_print(Buf *b, const Reason *r, Lang lang)
{
    bool zh = lang == ZH;
    buf_format(b, "  %s   (%u:%u)\n", r->expression, r->line, r->column);
    if (r->at)
        buf_format(b, "    %s\n", r->at);
    buf_format(b, zh ? "    实际 %s，要求 %s %s" : "    is %s, must be %s %s", r->actual,
               sign_word(r->sign, zh), r->required);
    if (r->distance)
        buf_format(b, zh ? "，相差 %s" : ", %s apart", r->distance);
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
    buf_format(b, "%s  %s  %s  %s\n%s\n", r->rule->id,
               clause_cite(cx, r->rule->clauses[0], cx->lang),
               zh ? modality_zh(r->rule->modality) : modality_key(r->rule->modality),
               status_key(r->status), zh ? r->zh : r->en);
    Reasons all = explanation_reasons(cx, e);
    if (all.count)
        buf_add(b, zh ? "\n未满足的条件\n" : "\nConditions that do not hold\n");
    for (size_t i = 0; i < all.count; i++)
        reason_print(b, &all.at[i], cx->lang);
    print_missing(cx, b, e);
    buf_format(b, zh ? "\n求值过程（%s）\n" : "\nWhat was evaluated (%s)\n",
               r->rule->decision->model->file);
    explain_print(cx, b, e->trace);
}
