/* Guards of a process: FEEL over the facts of the act. */
#include "policy/pack/process_steps.h"

#include "base/date.h"
#include "rules/feel.h"

#include <assert.h>
#include <string.h>

/* Who gives one asserts by facts_given that it gives all of its subject and no other; the table of
 * docs/add-a-programme.md is proved to be this one. */
const GivenFact GIVEN_FACTS[] = {
    { "zone", { "报省截止", "instant" }, "本批次报到省级的截止时间", "deadline of the batch" },
    { "recommendation",
      { "报省截止", "instant" },
      "该市的截止时间，重开后是新的",
      "deadline of the city; a later one once it was reopened" },
    { "recommendation", { "推荐数", "number" }, "选中的推进区数", "zones that are chosen" },
    { "recommendation", { "名额", "number" }, "全市名额", "places of the city" },
    { "recommendation",
      { "未说明理由", "number" },
      "越过排在前面的而没有写明理由的推进区数",
      "zones that were passed over without a reason" },
    { "recommendation",
      { "已截止", "boolean" },
      "截止时间已过，也没有重开",
      "the deadline is over, and it was not reopened" },
    { "selection",
      { "待形式审查", "number" },
      "未通过形式审查的推进区数",
      "zones that have not passed the form check" },
    { "selection",
      { "未决例外", "number" },
      "未决定的例外数",
      "exceptions that are undecided, or refused without disqualification" },
    { "selection", { "专家已抽取", "boolean" }, "专家已抽取", "experts were drawn" },
    { "selection",
      { "材料评审已封存", "boolean" },
      "专家评审已封存",
      "the paper review is sealed" },
    { "selection",
      { "答辩已封存", "boolean" },
      "答辩评分已封存，或没有答辩",
      "the scores of the defence are sealed, or there is none" },
    { "selection",
      { "未完成核查", "number" },
      "未完成现场核查的推进区数",
      "zones that wait for their site visit" },
    { "selection", { "已排序", "boolean" }, "已排序", "there is a ranking" },
    { "selection", { "入选数", "number" }, "拟入选的推进区数", "zones of the proposed list" },
    { "selection", { "名额", "number" }, "全省名额", "places of the province" },
    { "selection",
      { "资金在预算内", "boolean" },
      "已提出不超过资金总额的名单",
      "a list within the budget was proposed" },
    { "selection",
      { "公示已期满", "boolean" },
      "名单公示已期满",
      "the list was published and its period is over" },
    { "selection", { "未答复异议", "number" }, "未答复的异议数", "objections without an answer" },
    { .subject = NULL },
};

static bool holds(const Fact *facts, const char *name)
{
    while (facts->name && strcmp(facts->name, name) != 0)
        facts++;
    return facts->name != NULL;
}

/* A guard that reads what was not given would find it unknown, and a record would wait for ever. */
const Fact *facts_given(const char *subject, const Fact *facts)
{
    size_t promised = 0, given = 0;
    for (const GivenFact *g = GIVEN_FACTS; g->subject; g++)
        if (strcmp(g->subject, subject) == 0) {
            assert(holds(facts, g->fact.name));
            promised++;
        }
    while (facts[given].name)
        given++;
    assert(promised == given);
    return facts;
}

const char *facts_text(Cx *cx, const char *subject)
{
    Buf b = BUF(cx);
    for (const GivenFact *g = GIVEN_FACTS; g->subject; g++)
        if (strcmp(g->subject, subject) == 0)
            buf_format(&b, "%s%s", b.length ? "、" : "", g->fact.name);
    return buf_text(&b);
}

int64_t fact_of(const Fact *facts, const char *name)
{
    assert(name);
    for (; facts && facts->name; facts++)
        if (strcmp(facts->name, name) == 0)
            return facts->number;
    return UNSET;
}

static Value value_of(Cx *cx, const FactName *name, const Fact *facts)
{
    assert(name->name && name->type);
    int64_t number = fact_of(facts, name->name);
    if (number == UNSET)
        return value_unknown(cx, name->name);
    if (strcmp(name->type, "boolean") == 0)
        return value_boolean(number != 0);
    if (strcmp(name->type, "instant") == 0)
        return feel_date_time(cx, instant_text(cx, number));
    return value_int(number);
}

Err process_guard(Cx *cx, const Process *p, const Step *s, const Fact *facts)
{
    assert(p && s);
    Value *frame = NEW_N(cx, Value, p->fact_count + 1);
    for (size_t i = 0; i < p->fact_count; i++)
        frame[i] = value_of(cx, &p->facts[i], facts);
    for (size_t i = 0; i < s->guard_count; i++) {
        Value verdict;
        Run run = feel_run(cx);
        const Guard *g = &s->guards[i];
        if (!g->feel)
            continue;
        TRY(feel_evaluate(&run, &verdict, g->feel, frame));
        if (!value_is_true(&verdict))
            return fail(cx, CONFLICT, "guard", "还不能办理“%s”：%s%.0s%.0s",
                        "%.0s%.0s\"%s\" cannot go on yet: %s", s->zh, g->zh, s->en, g->en);
    }
    return OK;
}
