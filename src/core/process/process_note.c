#include "core/process/process.h"

#include "core/request/act.h"
#include "core/request/audit.h"

#include <assert.h>
#include <string.h>

static const char *place(const Process *p, const char *key)
{
    const Step *s = process_step(p, key);
    const End *e = s ? NULL : process_end(p, key);
    return s ? s->zh : e ? e->zh : key;
}

void process_note(Cx *cx, const Process *p, const char *from, const ProcessRun *run,
                  const StepAct *act)
{
    assert(from && act->act);
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const Option *word = option_find(PROCESS_ACTS, act->act);
    if (cx->act == NULL || word == NULL)
        return;
    json_open(&o, NULL, '{');
    json_put_text(&o, "名称", run->title);
    json_put_text(&o, "环节",
                  strcmp(from, run->step) == 0
                      ? place(p, from)
                      : arena_format(cx->arena, "%s → %s", place(p, from), place(p, run->step)));
    if (act->reason)
        json_put_text(&o, "意见", act->reason);
    if (act->clause)
        json_put_text(&o, "条款", clause_cite(cx, act->clause, ZH));
    json_close(&o, '}');
    audit_act(cx, run->noun, run->noun_id, arena_format(cx->arena, "%s：%s", cx->act->zh, word->zh),
              arena_format(cx->arena, "%s: %s", cx->act->en, word->en), buf_text(&b));
}
