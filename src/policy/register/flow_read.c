/* What a pack says of the way of its rows: bound to the register that names it, and proved. */
#include "policy/register/flow_read.h"

#include "policy/register/row_shape.h"

#include <assert.h>
#include <string.h>

#define PROCESS_FILE "process.json"

/* --- the usual way --- */

#define WORDS(zh, en) "{\"zh\":\"" zh "\",\"en\":\"" en "\"}"
#define SENDS         WORDS("报送", "Send")
#define WRITER(key, zh, en)                                                                        \
    "{\"key\":\"" key "\",\"zh\":\"" zh "\",\"en\":\"" en                                          \
    "\",\"who\":[\"write\"],\"edits\":true,\"forward\":\"sent\",\"does\":" WORDS("报送",           \
                                                                                 "Send") "}"
#define LOOKS(key, zh, en, who, next, does)                                                        \
    "{\"key\":\"" key "\",\"zh\":\"" zh "\",\"en\":\"" en "\",\"who\":[\"" who                     \
    "\"],\"not_by\":[\"draft\",\"returned\"],\"forward\":\"" next                                  \
    "\",\"back\":[\"returned\"],\"does\":" does "}"
/* clang-format off */
#define USUAL(subject, next, rest) \
    "{\"subject\":\"" subject "\",\"rows\":true,\"ends\":[{\"key\":\"settled\",\"zh\":\"已生效\"," \
    "\"en\":\"Settled\",\"good\":true,\"who\":[\"check\"],\"back\":[\"returned\"]}],\"steps\":" \
    "[" WRITER("draft", "草稿", "Draft") "," WRITER("returned", "已退回", "Returned") "," LOOKS( \
        "sent", "待审核", "To check", "check", next, WORDS("通过", "Pass")) rest "]}"
/* clang-format on */

/* Of registers whose rows somebody checks, and of those where somebody else decides as well. */
static const char USUAL_WAYS[] = "{\"processes\":[" USUAL("checked", "settled", "") "," USUAL(
    "decided", "checked",
    "," LOOKS("checked", "待批准", "To decide", "decide", "settled",
              WORDS("批准", "Approve"))) "]}";

Err flow_usual(Cx *cx, const Process **out, size_t *count)
{
    const Json *json;
    TRY(json_parse(cx, &json, USUAL_WAYS, strlen(USUAL_WAYS), &JSON_LIMITS));
    return process_read(cx, out, count, json);
}

/* --- bound to a register --- */

static const struct {
    const char *word;
    RegisterVerb verb;
} VERBS[] = {
    { "write", REGISTER_WRITE },
    { "check", REGISTER_CHECK },
    { "decide", REGISTER_DECIDE },
};

/* The actors of the step, and those whom the register names for its verbs. */
static Hands bound(Cx *cx, const Hands *h, const Register *r)
{
    size_t count = h->who.count;
    for (size_t i = 0; i < COUNT(VERBS); i++)
        count += word_in(h->verbs, VERBS[i].word) ? r->actors[VERBS[i].verb].count : 0;
    Actor *all = NEW_N(cx, Actor, count + 1);
    count = h->who.count;
    if (count)
        memcpy(all, h->who.at, count * sizeof *all);
    for (size_t i = 0; i < COUNT(VERBS); i++) {
        const Actors *more = &r->actors[VERBS[i].verb];
        if (!word_in(h->verbs, VERBS[i].word))
            continue;
        for (size_t k = 0; k < more->count; k++)
            all[count++] = more->at[k];
    }
    return (Hands){ { all, count }, h->verbs, h->organ };
}

Err flow_bind(Cx *cx, const Process **out, const Pack *pack, const Register *r, const char *named)
{
    size_t count;
    const Process *usual, *from;
    *out = NULL;
    if (!named && !r->actors[REGISTER_CHECK].count)
        return OK;
    if (named) {
        TRY(process_of(cx, &from, pack, named));
        if (!from->rows)
            return fail(cx, INVALID, "process", "流程“%s”不是登记簿的流程（rows）",
                        "process %s is not one of rows", named);
    } else {
        TRY(flow_usual(cx, &usual, &count));
        from = &usual[r->actors[REGISTER_DECIDE].count ? 1 : 0];
    }
    Process *p = NEW(cx, Process);
    Step *steps = NEW_N(cx, Step, from->count);
    End *ends = NEW_N(cx, End, from->end_count + 1);
    *p = *from;
    for (size_t i = 0; i < p->count; i++) {
        steps[i] = from->steps[i];
        steps[i].hands = bound(cx, &steps[i].hands, r);
    }
    for (size_t i = 0; i < p->end_count; i++) {
        ends[i] = from->ends[i];
        ends[i].hands = bound(cx, &ends[i].hands, r);
    }
    p->steps = steps;
    p->ends = ends;
    *out = p;
    return OK;
}

static bool has_term(const Step *s)
{
    return s->deadline || s->deadline_days || s->term.days || s->term.months;
}

bool flow_has_terms(const Process *p)
{
    bool found = false;
    for (size_t i = 0; i < p->count; i++)
        found |= has_term(&p->steps[i]);
    return found;
}

/* --- proved, once every register is read --- */

typedef struct FlowProving {
    Cx *cx;
    Findings *findings;
    const Pack *pack;
    const Register *r;
    const Step *s;
} FlowProving;

#define WRONG(q, ...)                                                                              \
    finding_add((q)->cx, (q)->findings, PROCESS_FILE,                                              \
                arena_format((q)->cx->arena, "%s/%s", (q)->r->process->subject, (q)->s->key),      \
                __VA_ARGS__)

static const Field *field_named(FlowProving *q, const char *key)
{
    const Field *f = key ? field_find(q->r->table.fields, key) : NULL;
    if (key && !f)
        WRONG(q, "登记簿“%s”没有字段“%s”", "register %s has no field “%s”", q->r->noun, key);
    return f;
}

static void prove_term(FlowProving *q, const char *key)
{
    const Field *f = field_named(q, key);
    if (f && f->type != FIELD_DATE && f->type != FIELD_INSTANT)
        WRONG(q, "期限“%s”不是日期", "the term “%s” is no date", key);
}

static void prove_organ(FlowProving *q, const Hands *h)
{
    const Field *f = field_named(q, h->organ);
    if (f && !(f->link && strcmp(f->link, "organ") == 0))
        WRONG(q, "“%s”不联系单位", "“%s” names no organ", f->key);
    if (h->organ && q->s == q->r->process->steps)
        WRONG(q, "第一步由登记的人办理，不能是“%s”", "the first step is its writer's, not of “%s”",
              h->organ);
    if (!h->organ && !h->who.count)
        WRONG(q, "登记簿“%s”没有人办理这一步", "nobody of register %s acts here", q->r->noun);
}

static const RowFeel **prove_guards(FlowProving *q)
{
    const RowFeel **guards = NEW_N(q->cx, const RowFeel *, q->s->guard_count + 1);
    const RowShape *shape = row_shape(q->cx, q->pack, q->r, NULL);
    for (size_t i = 0; i < q->s->guard_count; i++)
        if (row_feel_compile(q->cx, &guards[i], q->s->guards[i].text, shape) != OK)
            WRONG(q, "条件 %s：%s%.0s", "a guard, %s: %.0s%s", text_or(q->cx->failure.field, ""),
                  q->cx->failure.zh, q->cx->failure.en);
    return guards;
}

static void prove_step(FlowProving *q)
{
    prove_term(q, q->s->deadline);
    prove_term(q, q->s->term.from);
    prove_organ(q, &q->s->hands);
    for (const char *const *f = q->s->edit_fields; *f; f++)
        field_named(q, *f);
    if (q->s->rejects[0] && !q->s->clause && !q->r->clause)
        WRONG(q, "否决要有依据的条款：请写在步骤或登记簿“%s”上（clause）",
              "a rejection stands on a clause: name one of the step, or of register %s",
              q->r->noun);
    if (q->s->by)
        WRONG(q, "登记簿的步骤由人办理，不由“%s”移动", "steps of rows are people's, not “%s”'s",
              q->s->by);
}

void flow_prove(Cx *cx, Findings *findings, const Pack *pack)
{
    for (size_t i = 0; i < pack->register_count; i++) {
        Register *r = (Register *)(uintptr_t)pack->registers[i]; /* as it is being read */
        const Process *p = r->process;
        if (!p)
            continue;
        const RowFeel ***guards = NEW_N(cx, const RowFeel **, p->count);
        for (size_t k = 0; k < p->count; k++) {
            FlowProving q = { cx, findings, pack, r, &p->steps[k] };
            prove_step(&q);
            guards[k] = prove_guards(&q);
        }
        r->guards = (const RowFeel *const *const *)guards;
    }
}
