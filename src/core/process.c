#include "core/process.h"

#include "core/right.h"

#include <assert.h>
#include <string.h>

static const Field RUN[] = {
    { "id", FIELD_INT, offsetof(Run, id), "编号", "Number" },
    { "noun", FIELD_TEXT, offsetof(Run, noun), "对象", "Noun" },
    { "noun_id", FIELD_INT, offsetof(Run, noun_id), "对象编号", "Number of the noun" },
    { "territory", FIELD_TEXT, offsetof(Run, territory), "辖区", "Territory" },
    { "step", FIELD_TEXT, offsetof(Run, step), "步骤", "Step" },
    { "round", FIELD_INT, offsetof(Run, round), "轮次", "Round" },
    { "since", FIELD_INSTANT, offsetof(Run, since), "到达时间", "Since" },
    { "deadline", FIELD_INSTANT, offsetof(Run, deadline), "期限", "Deadline" },
    { "started_by", FIELD_INT, offsetof(Run, started_by), "发起人", "Started by" },
    FIELDS_END,
};

int64_t working_days_after(int64_t instant, int64_t days)
{
    assert(days >= 0);
    Day d = day_of_instant(instant);
    while (days > 0)
        if (day_weekday(++d) <= 5)
            days--;
    return instant_of_day(d) + 18 * 3600 * 1000LL;
}

/* Lays the run on the desks of a step. */
static Err arrive(Cx *cx, Run *run, const Step *s)
{
    run->step = s->key;
    run->since = cx_now(cx);
    run->deadline = s->deadline_days ? working_days_after(run->since, s->deadline_days) : UNSET;
    TRY(store_run(cx, "DELETE FROM process_desk WHERE run_id = $1", ARGS(I(run->id))));
    if (s->later)
        return OK;
    for (const char *const *o = s->organs; *o; o++)
        TRY(store_run(cx,
                      "INSERT INTO process_desk(run_id, level, organ_kind, seat) "
                      "VALUES($1, $2, $3, $4)",
                      ARGS(I(run->id), T(s->level), T(*o), T(s->seat))));
    return OK;
}

static Err record(Cx *cx, const Run *run, const char *step, const StepAct *act, const char *to)
{
    const User *u = cx->user;
    return store_run(cx,
                     "INSERT INTO process_act(run_id, round, step, to_step, act, user_id, "
                     "user_name, organ, organ_kind, seat, reason, marks, at) "
                     "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
                     ARGS(I(run->id), I(run->round), T(step), T(to), T(act->act), I(u->id),
                          T(u->name), T(u->organ_name), T(u->organ_kind), T(u->seat),
                          T(act->reason), T(act->marks), I(cx_now(cx))));
}

Err process_start(Cx *cx, const Process *p, const char *noun, int64_t noun_id,
                  const char *territory)
{
    assert(cx->user && p->count > 0);
    Run run = {
        .noun = noun, .noun_id = noun_id, .territory = territory, .started_by = cx->user->id
    };
    TRY(store_run(cx,
                  "INSERT INTO process_run(noun, noun_id, territory, step, round, since, "
                  "started_by) VALUES($1, $2, $3, $4, 1, $5, $6)",
                  ARGS(T(noun), I(noun_id), T(territory), T(p->steps[0].key), I(cx_now(cx)),
                       I(cx->user->id))));
    TRY(store_int(cx, &run.id, "SELECT id FROM process_run WHERE noun = $1 AND noun_id = $2",
                  ARGS(T(noun), I(noun_id))));
    run.round = 1;
    TRY(arrive(cx, &run, &p->steps[0]));
    TRY(record(cx, &run, run.step, &(StepAct){ .act = "start" }, run.step));
    return store_run(cx, "UPDATE process_run SET deadline = $2 WHERE id = $1",
                     ARGS(I(run.id), I(run.deadline)));
}

Err process_run(Cx *cx, Run *out, const char *noun, int64_t noun_id)
{
    Err e = store_row(cx, out, RUN,
                      "SELECT id, noun, noun_id, territory, step, round, since, deadline, "
                      "started_by FROM process_run WHERE noun = $1 AND noun_id = $2 "
                      "AND substr(territory, 1, length($3)) = $3",
                      ARGS(T(noun), I(noun_id), T(cx->user ? cx->user->territory : "")));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, NULL, "没有这条流程，或不在您的辖区",
                    "no such record in your territory");
    return e;
}

/* A step belongs to the user's own desk: level, kind, seat, and for county and city the very
 * territory (a province's desk sees all, but acts for its own level only). */
static bool at_desk(const User *u, const Step *s, const Run *run)
{
    if (!u || strcmp(u->level, s->level) != 0 || strcmp(u->seat, s->seat) != 0)
        return false;
    if (strncmp(run->territory, u->territory, strlen(u->territory)) != 0)
        return false;
    for (const char *const *o = s->organs; *o; o++)
        if (strcmp(*o, u->organ_kind) == 0)
            return true;
    return false;
}

/* The organ that sent the run here may take it back until somebody acts. */
static Err may_withdraw(Cx *cx, bool *out, const Process *p, const Run *run)
{
    const User *u = cx->user;
    const Step *s = process_step(p, run->step);
    bool sent = false, acted = false;
    *out = false;
    if (!u || !s || s->later)
        return OK;
    TRY(store_exists(cx, &sent,
                     "SELECT 1 FROM process_act WHERE run_id = $1 AND round = $2 AND to_step = $3 "
                     "AND act = 'forward' AND user_id = $4",
                     ARGS(I(run->id), I(run->round - 1), T(run->step), I(u->id))));
    TRY(store_exists(cx, &acted, "SELECT 1 FROM process_act WHERE run_id = $1 AND round = $2",
                     ARGS(I(run->id), I(run->round))));
    *out = sent && !acted;
    return OK;
}

Err process_may(Cx *cx, May *out, const Process *p, const Run *run)
{
    *out = (May){ 0 };
    const Step *s = process_step(p, run->step);
    if (!s || !cx->user)
        return OK;
    TRY(may_withdraw(cx, &out->withdraw, p, run));
    if (s->later || !at_desk(cx->user, s, run))
        return OK;
    bool waiting;
    TRY(store_exists(cx, &waiting,
                     "SELECT 1 FROM process_desk WHERE run_id = $1 AND organ_kind = $2 "
                     "AND signed_at IS NULL",
                     ARGS(I(run->id), T(cx->user->organ_kind))));
    out->forward = waiting && s->forward;
    out->back = waiting && s->back[0];
    out->edit = s->edits;
    return OK;
}

static Err move(Cx *cx, const Process *p, Run *run, const char *to)
{
    const Step *s = process_step(p, to);
    assert(s);
    run->round++;
    TRY(arrive(cx, run, s));
    return store_run(
        cx,
        "UPDATE process_run SET step = $2, round = $3, since = $4, deadline = $5 "
        "WHERE id = $1",
        ARGS(I(run->id), T(run->step), I(run->round), I(run->since), I(run->deadline)));
}

static Err forward(Cx *cx, bool *moved, const Process *p, Run *run, const StepAct *act)
{
    const Step *s = process_step(p, run->step);
    bool waiting = false;
    TRY(store_run(cx,
                  "UPDATE process_desk SET signed_at = $3 WHERE run_id = $1 AND organ_kind = $2",
                  ARGS(I(run->id), T(cx->user->organ_kind), I(cx_now(cx)))));
    if (s->joint)
        TRY(store_exists(cx, &waiting,
                         "SELECT 1 FROM process_desk WHERE run_id = $1 AND signed_at IS NULL",
                         ARGS(I(run->id))));
    *moved = !waiting;
    TRY(record(cx, run, s->key, act, waiting ? NULL : s->forward));
    return waiting ? OK : move(cx, p, run, s->forward);
}

static Err back(Cx *cx, const Process *p, Run *run, const StepAct *act)
{
    const Step *s = process_step(p, run->step);
    const char *to = act->to ? act->to : s->back[0];
    const char *const *b = s->back;
    while (*b && strcmp(*b, to) != 0)
        b++;
    if (!*b)
        return fail(cx, INVALID, "to", "“%s”不能退回到 %s", "step %s cannot be returned to %s",
                    s->key, to);
    if (text_blank(act->reason))
        return fail(cx, INVALID, "reason", "请写明退回理由", "write the reason for returning it");
    TRY(record(cx, run, s->key, act, to));
    return move(cx, p, run, to);
}

static Err withdraw(Cx *cx, const Process *p, Run *run, const StepAct *act)
{
    const char *from;
    TRY(store_text(cx, &from,
                   "SELECT step FROM process_act WHERE run_id = $1 AND round = $2 "
                   "AND to_step = $3 AND act = 'forward' ORDER BY id DESC LIMIT 1",
                   ARGS(I(run->id), I(run->round - 1), T(run->step))));
    TRY(record(cx, run, run->step, act, from));
    return move(cx, p, run, from);
}

static Err not_now(Cx *cx, const Run *run)
{
    return fail(cx, CONFLICT, "act", "这一步（%s）现在不由您办理，请刷新后再看",
                "this step (%s) is not at your desk now; reload to see where it is", run->step);
}

Err process_act(Cx *cx, bool *moved, const Process *p, Run *run, const StepAct *act)
{
    *moved = true;
    TRY(store_int(cx, &run->round, "SELECT round FROM process_run WHERE id = $1",
                  ARGS(I(run->id))));
    if (act->round != run->round)
        return fail(cx, STALE, "round", "记录已被他人办理，请刷新",
                    "the record has moved; reload it");
    May may;
    TRY(process_may(cx, &may, p, run));
    if (strcmp(act->act, "forward") == 0)
        return may.forward ? forward(cx, moved, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "back") == 0)
        return may.back ? back(cx, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "withdraw") == 0)
        return may.withdraw ? withdraw(cx, p, run, act) : not_now(cx, run);
    return fail(cx, INVALID, "act", "没有“%s”这种办理", "there is no act %s", act->act);
}
