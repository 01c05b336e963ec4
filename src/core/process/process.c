/* A run stands on one step, in one round; every act ends the round and begins the next, so a number
 * of rounds says whether a page is still up to date, and no act can be taken twice.
 *
 * Who must act is laid on desks when a run arrives, as rows: level, kind of organ and seat, and a
 * user only where one was named. That the desks are rows, and not worked out from the pack at each
 * question, lets a joint step be signed one after the other, a desk be handed on, and an inbox be
 * one query; and a run keeps the desks that it was given when a later pack says otherwise.
 */
#include "core/process/process.h"

#include "core/access/right.h"
#include "core/process/process_parts.h"
#include "core/process/process_words.h"
#include "core/record/holiday.h"

#include <assert.h>
#include <string.h>

static const Field RUN[] = {
    { "id", FIELD_INT, offsetof(ProcessRun, id), "编号", "Number" },
    { "noun", FIELD_TEXT, offsetof(ProcessRun, noun), "对象", "Noun" },
    { "noun_id", FIELD_INT, offsetof(ProcessRun, noun_id), "对象编号", "Number of the noun" },
    { "territory", FIELD_TEXT, offsetof(ProcessRun, territory), "辖区", "Territory" },
    { "title", FIELD_TEXT, offsetof(ProcessRun, title), "名称", "Title" },
    { "step", FIELD_TEXT, offsetof(ProcessRun, step), "步骤", "Step" },
    { "role", FIELD_TEXT, offsetof(ProcessRun, role), "角色", "Role" },
    { "round", FIELD_INT, offsetof(ProcessRun, round), "轮次", "Round" },
    { "since", FIELD_INSTANT, offsetof(ProcessRun, since), "到达时间", "Since" },
    { "deadline", FIELD_INSTANT, offsetof(ProcessRun, deadline), "期限", "Deadline" },
    { "started_by", FIELD_INT, offsetof(ProcessRun, started_by), "发起人", "Started by" },
    FIELDS_END,
};

/* --- arriving --- */

/* Whose a desk is: of an organ by level, kind and duty ("" = any), or of one organ (0 = any). */
typedef struct DeskHolder {
    const char *level, *kind, *duty, *seat;
    int64_t organ;
} DeskHolder;

static Err lay_desk(Cx *cx, const ProcessRun *run, const DeskHolder *at)
{
    return store_run(
        cx,
        "INSERT INTO process_desk(run_id, level, organ_kind, duty, seat, organ_id, "
        "user_id) VALUES($1, $2, $3, $4, $5, $6, 0) ON CONFLICT DO NOTHING",
        ARGS(I(run->id), T(at->level), T(at->kind), T(at->duty), T(at->seat), I(at->organ)));
}

/* One desk for each that the sets hold. An actor of any duty, and of one, are different desks. */
static Err lay_seats(Cx *cx, const ProcessRun *run, const Actor *a, DeskHolder at)
{
    for (const Option *seat = SEATS; seat->key; seat++) {
        at.seat = seat->key;
        if (!(a->seats & option_bit(SEATS, seat->key)))
            continue;
        at.duty = "";
        if (a->duties == ANY_DUTY)
            TRY(lay_desk(cx, run, &at));
        for (const Option *duty = ORGAN_DUTIES; duty->key; duty++) {
            at.duty = duty->key;
            if (a->duties & option_bit(ORGAN_DUTIES, duty->key))
                TRY(lay_desk(cx, run, &at));
        }
    }
    return OK;
}

static Err lay_actor(Cx *cx, const ProcessRun *run, const Actor *a)
{
    for (const Option *level = LEVELS; level->key; level++)
        for (const Option *kind = ORGAN_KINDS; kind->key; kind++)
            if (a->levels & option_bit(LEVELS, level->key) &&
                a->kinds & option_bit(ORGAN_KINDS, kind->key))
                TRY(lay_seats(cx, run, a, (DeskHolder){ .level = level->key, .kind = kind->key }));
    return OK;
}

/* The organ that the record names for a step, in whose territory it lies: no other would see it. */
static Err find_named(Cx *cx, DeskHolder *out, const ProcessRun *run, const Step *s,
                      const Fact *facts)
{
    typedef struct NamedOrgan {
        const char *level, *kind, *territory;
    } NamedOrgan;
    static const Field NAMED[] = {
        { "level", FIELD_TEXT, offsetof(NamedOrgan, level), "级别", "Level" },
        { "kind", FIELD_TEXT, offsetof(NamedOrgan, kind), "类别", "Kind" },
        { "territory", FIELD_TEXT, offsetof(NamedOrgan, territory), "辖区", "Territory" },
        FIELDS_END,
    };
    NamedOrgan organ = { NULL, NULL, NULL };
    int64_t id = fact_of(facts, s->hands.organ);
    Err e = store_row(cx, &organ, NAMED, "SELECT level, kind, territory FROM organ WHERE id = $1",
                      ARGS(I(id)));
    if (e != OK && e != NOT_FOUND)
        return e;
    *out = (DeskHolder){ organ.level, organ.kind, "", s->seat, id };
    Reach sight = { .from = "", .to = "" };
    if (e == OK)
        TRY(reach_of(cx, &sight, organ.territory, day_of_instant(cx_now(cx))));
    if (e == OK && range_has(sight, run->territory))
        return OK;
    return fail(cx, INVALID, s->hands.organ, "请填写所在地属其辖区的单位，由其办理“%s%.0s”",
                "name an organ in whose territory it lies: “%.0s%s” is its to do", s->zh, s->en);
}

/* Asked before anything is written. */
static Err can_come(Cx *cx, const Process *p, const ProcessRun *run, const char *to,
                    const Fact *facts)
{
    DeskHolder at;
    const Step *s = process_step(p, to);
    return s && s->hands.organ ? find_named(cx, &at, run, s, facts) : OK;
}

/* The desks of the step before go: who signed is in the acts. Where each named user has a desk of
 * his own (experts), the noun names them later, by process_set_desks. */
static Err lay_desks(Cx *cx, const ProcessRun *run, const Step *s, const Fact *facts)
{
    assert(run->id > 0);
    TRY(store_run(cx, "DELETE FROM process_desk WHERE run_id = $1", ARGS(I(run->id))));
    if (!s || !step_has_desk(s) || s->joint == JOINT_EACH)
        return OK;
    for (const char *const *o = s->organs; *o; o++)
        TRY(lay_desk(cx, run, &(DeskHolder){ s->level, *o, "", s->seat, 0 }));
    for (size_t i = 0; i < s->hands.who.count; i++)
        TRY(lay_actor(cx, run, &s->hands.who.at[i]));
    if (!s->hands.organ)
        return OK;
    DeskHolder at;
    TRY(find_named(cx, &at, run, s, facts));
    return lay_desk(cx, run, &at);
}

/* A copy is to read, not to act; it stays for good, and comes once a round however often a step
 * names the same organ. */
static Err lay_copies(Cx *cx, const ProcessRun *run, const CopyTo *copies, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (const char *const *o = copies[i].organs; *o; o++)
            TRY(store_run(
                cx,
                "INSERT INTO process_copy(run_id, round, level, organ_kind, at) "
                "VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                ARGS(I(run->id), I(run->round), T(copies[i].level), T(*o), I(cx_now(cx)))));
    return OK;
}

/* The day of the reminder is worked out when the deadline is set, so that the daily job asks for
 * one column and needs no calendar. */
static Err store_deadline(Cx *cx, const ProcessRun *run, const Step *s)
{
    int64_t remind = UNSET;
    if (run->deadline != UNSET && s && step_has_desk(s))
        TRY(working_days_before(cx, &remind, run->deadline, s->remind_days));
    return store_run(cx, "UPDATE process_run SET deadline = $2, remind_at = $3 WHERE id = $1",
                     ARGS(I(run->id), I(run->deadline), I(remind)));
}

/* When the step must be done: UNSET where nothing says so, or the fact is not known. */
static Err deadline_of(Cx *cx, int64_t *out, const Step *s, int64_t since, const Fact *facts)
{
    const CalendarTerm *t = &s->term;
    int64_t from = t->from ? fact_of(facts, t->from) : since;
    *out = s->deadline ? fact_of(facts, s->deadline) : UNSET;
    if (s->deadline_days)
        return working_days_after(cx, out, since, s->deadline_days);
    if (from != UNSET && t->days)
        return calendar_days_after(cx, out, from, t->days, t->extend);
    if (from != UNSET && t->months)
        return calendar_months_after(cx, out, from, t->months, t->extend);
    return OK;
}

/* Lays the run on the desks of a step, or to rest at an end. */
static Err arrive(Cx *cx, const Process *p, ProcessRun *run, const char *to, const Fact *facts)
{
    const Step *s = process_step(p, to);
    const End *end = process_end(p, to);
    assert(s || end); /* the pack was proved: no way leads to nowhere */
    run->step = s ? s->key : end->key;
    run->role = text_or(process_role(p, run->step), "");
    run->since = cx_now(cx);
    run->deadline = UNSET;
    if (s)
        TRY(deadline_of(cx, &run->deadline, s, run->since, facts));
    TRY(lay_desks(cx, run, s, facts));
    TRY(lay_copies(cx, run, s ? s->copies : end->copies, s ? s->copy_count : end->copy_count));
    TRY(store_run(cx,
                  "UPDATE process_run SET step = $2, round = $3, since = $4, step_zh = $5, "
                  "step_en = $6, role = $7 WHERE id = $1",
                  ARGS(I(run->id), T(run->step), I(run->round), I(run->since),
                       T(s ? s->zh : end->zh), T(s ? s->en : end->en), T(run->role))));
    return store_deadline(cx, run, s);
}

Err process_move(Cx *cx, const Process *p, ProcessRun *run, const char *to, const Fact *facts)
{
    assert(run->round > 0 && to);
    run->round++;
    return arrive(cx, p, run, to, facts);
}

/* Name, organ and seat are copied into the act: what somebody signed as stays, whatever becomes of
 * the user or the organ. */
Err process_record(Cx *cx, const ProcessRun *run, const Record *r)
{
    assert(r->act && run->id > 0);
    static const User SYSTEM_ITSELF = {
        .name = "系统", .organ_name = "", .organ_kind = "", .seat = ""
    };
    const User *u = cx->user ? cx->user : &SYSTEM_ITSELF;
    return store_run(
        cx,
        "INSERT INTO process_act(run_id, round, step, to_step, act, user_id, user_name, organ, "
        "organ_kind, seat, reason, marks, at, desk, clause, by_noun, by_id, to_user, to_name) "
        "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, "
        "$19)",
        ARGS(I(run->id), I(run->round), T(run->step), T(r->to), T(r->act), I(u->id), T(u->name),
             T(u->organ_name), T(u->organ_kind), T(u->seat), T(r->reason), T(r->marks),
             I(cx_now(cx)), I(r->desk), T(r->clause), T(r->by), I(r->by ? r->by_id : UNSET),
             I(r->to_name ? r->to_user : UNSET), T(r->to_name)));
}

Err process_start(Cx *cx, const Process *p, const Start *start)
{
    assert(p->count > 0 && start->title);
    ProcessRun run = { .noun = start->noun,
                       .noun_id = start->noun_id,
                       .territory = start->territory,
                       .title = start->title,
                       .step = start->step ? start->step : p->steps[0].key,
                       .round = 1,
                       .started_by = start->started_by ? start->started_by
                                     : cx->user        ? cx->user->id
                                                       : 0 };
    TRY(store_run(cx,
                  "INSERT INTO process_run(noun, noun_id, territory, title, step, round, since, "
                  "started_by) VALUES($1, $2, $3, $4, $5, 1, $6, $7)",
                  ARGS(T(run.noun), I(run.noun_id), T(run.territory), T(run.title), T(run.step),
                       I(cx_now(cx)), I(run.started_by))));
    TRY(store_int(cx, &run.id, "SELECT id FROM process_run WHERE noun = $1 AND noun_id = $2",
                  ARGS(T(run.noun), I(run.noun_id))));
    TRY(arrive(cx, p, &run, run.step, start->facts));
    return process_record(cx, &run, &(Record){ .act = "start", .to = run.step });
}

Err process_adopt(Cx *cx, const Process *p, const Start *start, int64_t sent_by)
{
    const Step *s = process_step(p, start->step);
    assert(s);
    TRY(process_start(cx, p, start));
    if (s->edits) /* it lies with its writer, who sent nothing that could be taken back */
        return OK;
    return store_run(cx,
                     "INSERT INTO process_act(run_id, round, step, to_step, act, user_id, "
                     "user_name, organ, organ_kind, seat, at, desk) SELECT r.id, 0, $3, $4, "
                     "'forward', u.id, u.name, o.name, o.kind, coalesce(u.seat, ''), $5, 0 "
                     "FROM \"user\" u JOIN organ o ON o.id = u.organ_id JOIN process_run r "
                     "ON r.noun = $1 AND r.noun_id = $2 WHERE u.id = $6",
                     ARGS(T(start->noun), I(start->noun_id), T(p->steps[0].key), T(start->step),
                          I(cx_now(cx)), I(sent_by)));
}

/* The territory stands in the SQL: a run elsewhere is not found, as if it did not exist. */
Err process_run(Cx *cx, ProcessRun *out, const char *noun, int64_t noun_id)
{
    assert(noun);
    Err e = store_row(cx, out, RUN,
                      "SELECT id, noun, noun_id, territory, title, step, role, round, since, "
                      "deadline, started_by FROM process_run WHERE noun = $1 AND noun_id = $2 "
                      "AND " WITHIN("territory", 3),
                      ARGS(T(noun), I(noun_id), cx->user ? user_reach(cx->user) : T("")));
    if (e == NOT_FOUND)
        return fail(cx, NOT_FOUND, NULL, "没有这条流程，或不在您的辖区",
                    "no such record in your territory");
    return e;
}

/* A deadline that is a fact (the end of a call), or counts from one, moves with it. Notices of the
 * round are taken back, so that the new day is announced again. */
Err process_follow(Cx *cx, const Process *p, ProcessRun *run, const Fact *facts)
{
    const Step *s = process_step(p, run->step);
    int64_t deadline = UNSET;
    if (s && (s->deadline || s->term.from))
        TRY(deadline_of(cx, &deadline, s, run->since, facts));
    if (deadline == UNSET || deadline == run->deadline)
        return OK;
    run->deadline = deadline;
    TRY(store_run(cx, "DELETE FROM process_notice WHERE run_id = $1 AND round = $2",
                  ARGS(I(run->id), I(run->round))));
    return store_deadline(cx, run, s);
}

/* Those who have signed keep their desk: only what is still open is laid anew. */
Err process_set_desks(Cx *cx, const Process *p, const ProcessRun *run, const int64_t *users,
                      size_t count)
{
    const Step *s = process_step(p, run->step);
    assert(s && s->joint == JOINT_EACH && step_has_desk(s));
    TRY(store_run(cx, "DELETE FROM process_desk WHERE run_id = $1 AND signed_at IS NULL",
                  ARGS(I(run->id))));
    for (size_t i = 0; i < count; i++)
        TRY(store_run(cx,
                      "INSERT INTO process_desk(run_id, level, organ_kind, seat, user_id) "
                      "VALUES($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                      ARGS(I(run->id), T(s->level), T(s->organs[0]), T(s->seat), I(users[i]))));
    return OK;
}

/* --- who may --- */

bool process_hands(const Hands *h, const User *u)
{
    return actors_have(h->who, u->level, u->organ_kind, u->organ_duty, u->seat);
}

/* A step belongs to the user's own desk: level, kind, seat, and for county and city the very
 * territory (a province's desk sees all, but acts for its own level only). A desk that was handed
 * on is the delegate's alone; a desk of a named user is his alone. */
Err process_desk_of(Cx *cx, Desk *out, const ProcessRun *run, const Step *s)
{
    static const Field DESK[] = {
        { "desk", FIELD_INT, offsetof(Desk, user_id), "用户", "User" },
        { "delegate_id", FIELD_INT, offsetof(Desk, delegate_id), "代办人", "Delegate" },
        { "signed_at", FIELD_INSTANT, offsetof(Desk, signed_at), "签署时间", "Signed at" },
        { "level", FIELD_TEXT, offsetof(Desk, level), "级别", "Level" },
        { "seat", FIELD_TEXT, offsetof(Desk, seat), "岗位", "Seat" },
        FIELDS_END,
    };
    const User *u = cx->user;
    *out = (Desk){ .delegate_id = UNSET, .signed_at = UNSET };
    if (!u || !s || !step_has_desk(s) || !range_has(user_range(cx, u), run->territory))
        return OK;
    if (run->id == 0) { /* no desk is laid yet: whose it would be */
        out->owner = out->mine = process_hands(&s->hands, u);
        return OK;
    }
    Err e = store_row(cx, out, DESK,
                      "SELECT user_id AS desk, delegate_id, signed_at, level, seat "
                      "FROM process_desk WHERE run_id = $1 AND level = $4 AND organ_kind = $2 "
                      "AND duty IN ('', $5) AND organ_id IN (0, $6) AND user_id IN (0, $3) "
                      "ORDER BY user_id DESC, CASE WHEN delegate_id = $3 THEN 0 WHEN seat = $7 "
                      "THEN 1 ELSE 2 END, organ_id LIMIT 1",
                      ARGS(I(run->id), T(u->organ_kind), I(u->id), T(u->level),
                           T(text_or(u->organ_duty, "")), I(u->organ_id), T(u->seat)));
    if (e == NOT_FOUND)
        return OK;
    TRY(e);
    /* owner: may hand the desk on; mine: must act on it now, which a delegate does in his stead */
    out->owner = out->user_id == u->id || strcmp(u->seat, out->seat) == 0;
    out->mine = out->delegate_id == UNSET ? out->owner : out->delegate_id == u->id;
    return OK;
}

/* The user who sent the run here may take it back until somebody acts. */
static Err may_withdraw(Cx *cx, bool *out, const Process *p, const ProcessRun *run)
{
    const User *u = cx->user;
    const Step *s = process_step(p, run->step);
    bool sent = false, acted = false;
    *out = false;
    if (!u || !s || !step_has_desk(s))
        return OK;
    TRY(store_exists(cx, &sent,
                     "SELECT 1 FROM process_act WHERE run_id = $1 AND round = $2 AND to_step = $3 "
                     "AND act = 'forward' AND user_id = $4",
                     ARGS(I(run->id), I(run->round - 1), T(run->step), I(u->id))));
    TRY(store_exists(cx, &acted,
                     "SELECT 1 FROM process_act WHERE run_id = $1 AND round = $2 "
                     "AND act NOT IN ('delegate', 'urge')",
                     ARGS(I(run->id), I(run->round))));
    *out = sent && !acted;
    return OK;
}

/* Another pair of eyes: who sent it on from one of those steps, or began it where the first is
 * among them, does not send it on from here. */
static Err is_own_work(Cx *cx, bool *out, const Process *p, const ProcessRun *run, const Step *s)
{
    int64_t me = cx->user->id;
    *out = word_in(s->not_by, p->steps[0].key) && run->started_by == me;
    for (const char *const *from = s->not_by; *from && !*out; from++)
        TRY(store_exists(cx, out,
                         "SELECT 1 FROM process_act WHERE run_id = $1 AND user_id = $2 AND "
                         "act = 'forward' AND step = $3",
                         ARGS(I(run->id), I(me), T(*from))));
    return OK;
}

static void may_reopen(Cx *cx, May *out, const Process *p, const ProcessRun *run)
{
    const End *end = process_end(p, run->step);
    const User *u = cx->user;
    out->reopen = end && end->back[0] && process_hands(&end->hands, u) &&
                  range_has(user_range(cx, u), run->territory);
}

/* One place says what may be done: the pages show these buttons, and `take` asks here again before
 * it does anything. */
Err process_may(Cx *cx, May *out, const Process *p, const ProcessRun *run)
{
    *out = (May){ 0 };
    Desk desk;
    bool own;
    const Step *s = process_step(p, run->step);
    if (cx->user && p->rows)
        may_reopen(cx, out, p, run);
    if (!s || !cx->user)
        return OK;
    TRY(may_withdraw(cx, &out->withdraw, p, run));
    TRY(process_desk_of(cx, &desk, run, s));
    TRY(is_own_work(cx, &own, p, run, s));
    bool waiting = desk.mine && desk.signed_at == UNSET;
    out->hands = waiting;
    out->forward = waiting && s->forward && !own;
    out->back = waiting && s->back[0];
    out->reject = waiting && s->rejects[0];
    out->delegate = run->id && desk.owner && desk.signed_at == UNSET;
    out->edit = desk.mine && s->edits;
    return process_may_urge(cx, &out->urge, run, s, waiting);
}

/* --- acts --- */

const Option PROCESS_ACTS[] = {
    PROCESS_WORDS,
    { .key = NULL },
};

/* What every act has in common; where it leads is the act's own. */
static Record record_of(const StepAct *act, const Desk *desk)
{
    return (Record){ .act = act->act,
                     .reason = act->reason,
                     .clause = act->clause,
                     .marks = act->marks,
                     .desk = desk->user_id };
}

/* Of a joint step the last signature moves the run. The question for open desks comes behind the
 * UPDATE in the same transaction, so that of two who sign at once one sees the other. */
static Err forward(Cx *cx, bool *moved, const Process *p, ProcessRun *run, const StepAct *act)
{
    Desk desk;
    bool waiting = false;
    const Step *s = process_step(p, run->step);
    assert(s && s->forward); /* or process_may would not have allowed it */
    TRY(process_guard(cx, p, s, act->facts));
    TRY(can_come(cx, p, run, s->forward, act->facts));
    TRY(process_desk_of(cx, &desk, run, s));
    TRY(store_run(cx,
                  "UPDATE process_desk SET signed_at = $3 WHERE run_id = $1 AND organ_kind = $2 "
                  "AND user_id = $4 AND level = $5 AND seat = $6",
                  ARGS(I(run->id), T(cx->user->organ_kind), I(cx_now(cx)), I(desk.user_id),
                       T(desk.level), T(desk.seat))));
    if (s->joint != JOINT_ONE)
        TRY(store_exists(cx, &waiting,
                         "SELECT 1 FROM process_desk WHERE run_id = $1 AND signed_at IS NULL",
                         ARGS(I(run->id))));
    *moved = !waiting;
    Record r = record_of(act, &desk);
    r.to = waiting ? NULL : s->forward;
    TRY(process_record(cx, run, &r));
    return waiting ? OK : process_move(cx, p, run, s->forward, act->facts);
}

static Err no_reason(Cx *cx)
{
    return fail(cx, INVALID, "reason", "请写明理由", "write the reason");
}

/* Where a return or a rejection goes: what was asked for, or the first that the step allows. */
static Err choose(Cx *cx, const char **to, const Step *s, const char *const *allowed,
                  const char *asked)
{
    assert(allowed[0]);
    *to = asked ? asked : allowed[0];
    if (word_in(allowed, *to))
        return OK;
    return fail(cx, INVALID, "to", "“%s”不能到 %s", "step %s cannot go to %s", s->key, *to);
}

/* The record comes before the move: it belongs to the round and step that it was taken in. */
static Err send_to(Cx *cx, const Process *p, ProcessRun *run, const StepAct *act, const char *to)
{
    Desk desk;
    TRY(can_come(cx, p, run, to, act->facts));
    TRY(process_desk_of(cx, &desk, run, process_step(p, run->step)));
    Record r = record_of(act, &desk);
    r.to = to;
    TRY(process_record(cx, run, &r));
    return process_move(cx, p, run, to, act->facts);
}

static Err back(Cx *cx, const Process *p, ProcessRun *run, const StepAct *act)
{
    const char *to;
    const Step *s = process_step(p, run->step);
    TRY(choose(cx, &to, s, s->back, act->to));
    if (text_blank(act->reason))
        return no_reason(cx);
    return send_to(cx, p, run, act, to);
}

/* A rejection ends the matter, so it stands on a clause and not on a reason alone. */
static Err reject(Cx *cx, const Process *p, ProcessRun *run, const StepAct *act)
{
    const char *to;
    const Step *s = process_step(p, run->step);
    TRY(choose(cx, &to, s, s->rejects, act->to));
    if (text_blank(act->reason))
        return no_reason(cx);
    if (text_blank(act->clause))
        return fail(cx, INVALID, "clause", "请写明依据的条款", "name the clause it is based on");
    return send_to(cx, p, run, act, to);
}

/* Back to the step that it was sent from, which need not be the one before in the table: a run may
 * have jumped. */
static Err withdraw(Cx *cx, const Process *p, ProcessRun *run, const StepAct *act)
{
    const char *from;
    TRY(store_text(cx, &from,
                   "SELECT step FROM process_act WHERE run_id = $1 AND round = $2 "
                   "AND to_step = $3 AND act = 'forward' ORDER BY id DESC LIMIT 1",
                   ARGS(I(run->id), I(run->round - 1), T(run->step))));
    return send_to(cx, p, run, act, from);
}

/* What has ended is taken up again, for a reason. */
static Err reopen(Cx *cx, const Process *p, ProcessRun *run, const StepAct *act)
{
    const End *end = process_end(p, run->step);
    if (text_blank(act->reason))
        return no_reason(cx);
    return send_to(cx, p, run, act, end->back[0]);
}

/* One answer for all that process_may does not allow: the page is older than the run. */
static Err not_now(Cx *cx, const ProcessRun *run)
{
    return fail(cx, CONFLICT, "act", "这一步（%s）现在不由您办理，请刷新后再看",
                "this step (%s) is not at your desk now; reload to see where it is", run->step);
}

static Err take(Cx *cx, bool *moved, const Process *p, ProcessRun *run, const StepAct *act)
{
    assert(act->act && moved);
    May may;
    TRY(process_may(cx, &may, p, run));
    if (strcmp(act->act, "forward") == 0)
        return may.forward ? forward(cx, moved, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "back") == 0)
        return may.back ? back(cx, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "withdraw") == 0)
        return may.withdraw ? withdraw(cx, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "reject") == 0)
        return may.reject ? reject(cx, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "reopen") == 0)
        return may.reopen ? reopen(cx, p, run, act) : not_now(cx, run);
    *moved = false;
    if (strcmp(act->act, "delegate") == 0)
        return may.delegate ? process_delegate(cx, p, run, act) : not_now(cx, run);
    if (strcmp(act->act, "urge") == 0)
        return process_urge(cx, p, run, act, may.urge);
    return fail(cx, INVALID, "act", "没有“%s”这种办理", "there is no act %s", act->act);
}

/* The round as it stands: acts are decided one after the other (decision 003). */
static Err fresh_round(Cx *cx, ProcessRun *run)
{
    return store_int(cx, &run->round, "SELECT round FROM process_run WHERE id = $1",
                     ARGS(I(run->id)));
}

Err process_act(Cx *cx, bool *moved, const Process *p, ProcessRun *run, const StepAct *act)
{
    *moved = true;
    TRY(fresh_round(cx, run));
    if (act->round != run->round)
        return fail(cx, STALE, "round", "记录已被他人办理，请刷新",
                    "the record has moved; reload it");
    TRY(take(cx, moved, p, run, act));
    return *moved && !act->quiet ? process_tell(cx, p, run, act->act, act->reason) : OK;
}

/* --- moved by another noun --- */

/* A step that waits for another noun (a selection, a correction) is moved by that alone. Onward is
 * a pass and meets the guards like a signature; backward needs a reason, as it does for people. */
static Err pass_kind(Cx *cx, const char **kind, const Process *p, const Step *s, const char *to,
                     const Pass *pass)
{
    if (to && s->forward && strcmp(to, s->forward) == 0) {
        *kind = "pass";
        return process_guard(cx, p, s, pass->facts);
    }
    *kind = word_in(s->back, to) ? "back" : word_in(s->rejects, to) ? "reject" : NULL;
    if (!*kind)
        return fail(cx, INVALID, "to", "“%s”不能到 %s", "step %s cannot go to %s", s->key, to);
    return text_blank(pass->reason) ? no_reason(cx) : OK;
}

static Err pass_on(Cx *cx, const Process *p, ProcessRun *run, const char *kind, const char *to,
                   const Pass *pass)
{
    assert(kind && to);
    Record r = { .act = kind,
                 .to = to,
                 .reason = pass->reason,
                 .clause = pass->clause,
                 .by = pass->by,
                 .by_id = pass->by_id };
    TRY(process_record(cx, run, &r));
    TRY(process_move(cx, p, run, to, pass->facts));
    return process_tell(cx, p, run, kind, pass->reason);
}

static const char *target(const Process *p, const Pass *pass)
{
    return pass->role ? process_key(p, pass->role) : pass->to;
}

Err process_pass(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass)
{
    assert(pass->by);
    const char *kind, *to = target(p, pass);
    const Step *s = process_step(p, run->step);
    TRY(fresh_round(cx, run));
    if (!s || !s->by || strcmp(s->by, pass->by) != 0)
        return fail(cx, CONFLICT, "step", "“%s”现在在“%s”，不由此次办理移动",
                    "%s is at %s, which this act does not move", run->title, run->step);
    to = to || pass->role ? to : s->forward;
    TRY(pass_kind(cx, &kind, p, s, text_or(to, ""), pass));
    return pass_on(cx, p, run, kind, to, pass);
}

/* Only backward, from an end or a later step: an upheld objection must not carry a run over steps
 * that it never passed. */
Err process_reopen(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass)
{
    assert(pass->by && (pass->to || pass->role));
    const Step *to = process_step(p, target(p, pass)), *now = process_step(p, run->step);
    TRY(fresh_round(cx, run));
    if (!to || (now && to >= now))
        return fail(cx, INVALID, "to", "“%s”不能退到 %s", "step %s cannot be reopened at %s",
                    run->step, text_or(target(p, pass), pass->role));
    if (text_blank(pass->reason))
        return no_reason(cx);
    return pass_on(cx, p, run, "reopen", to->key, pass);
}

Err process_close(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass)
{
    assert(pass->by && process_end(p, pass->to));
    TRY(fresh_round(cx, run));
    return process_end(p, run->step) ? OK : pass_on(cx, p, run, "pass", pass->to, pass);
}

Err process_rename(Cx *cx, const ProcessRun *run)
{
    return store_run(cx, "UPDATE process_run SET title = $2, territory = $3 WHERE id = $1",
                     ARGS(I(run->id), T(run->title), T(run->territory)));
}

extern const char process_sql[];
const Module process_module = { .noun = "process",
                                .schema = process_sql,
                                .remind = process_remind };
