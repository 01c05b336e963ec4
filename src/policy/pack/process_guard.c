/* Guards of a process: FEEL over the facts of the act. */
#include "policy/pack/process_steps.h"

#include "base/date.h"
#include "rules/feel.h"

#include <assert.h>
#include <string.h>

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
        TRY(feel_evaluate(&run, &verdict, g->feel, frame));
        if (!value_is_true(&verdict))
            return fail(cx, CONFLICT, "guard", "还不能办理“%s”：%s%.0s%.0s",
                        "%.0s%.0s\"%s\" cannot go on yet: %s", s->zh, g->zh, s->en, g->en);
    }
    return OK;
}
