/* What goes to and fro around desks: handing on, urging, telling, reminding. */
#include "core/process/process_parts.h"

#include "core/record/holiday.h"
#include "core/record/message.h"
#include "core/request/act.h"
#include "core/request/audit.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

static long place_in(const Option *options, const char *key)
{
    const Option *o = option_find(options, key);
    return o ? (long)(o - options) : LONG_MAX;
}

/* --- telling --- */

/* One message to each user in the rows, which are closed at their end. */
static Err send_all(Cx *cx, Rows *rows, const ProcessRun *run, const char *zh, const char *en)
{
    assert(zh && en);
    while (rows->more) {
        TRY(message_send(cx, rows_int(rows, 0), run->noun, run->noun_id, zh, en));
        TRY(rows_next(cx, rows));
    }
    return OK;
}

static Err tell_desks(Cx *cx, const ProcessRun *run, const char *zh, const char *en)
{
    assert(run->id > 0);
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                  "JOIN process_desk d ON d.level = o.level AND d.organ_kind = o.kind "
                  "AND d.duty IN ('', coalesce(o.duty, '')) AND d.organ_id IN (0, o.id) "
                  "AND d.signed_at IS NULL AND CASE WHEN d.delegate_id IS NOT NULL "
                  "THEN d.delegate_id = u.id WHEN d.user_id <> 0 THEN d.user_id = u.id "
                  "ELSE d.seat = u.seat END "
                  "WHERE d.run_id = $1 AND o.territory = substr($2, 1, length(o.territory)) "
                  "AND u.state = 'active' ORDER BY u.id",
                  ARGS(I(run->id), T(run->territory))));
    return send_all(cx, &rows, run, zh, en);
}

Err process_tell_many(Cx *cx, const char *noun, const Option *called, int64_t since)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id, r.step_zh, r.step_en, count(DISTINCT r.id) FROM process_run r "
                  "JOIN process_desk d ON d.run_id = r.id JOIN organ o ON d.level = o.level "
                  "AND d.organ_kind = o.kind AND d.duty IN ('', coalesce(o.duty, '')) "
                  "AND d.organ_id IN (0, o.id) "
                  "AND o.territory = substr(r.territory, 1, length(o.territory)) "
                  "JOIN \"user\" u ON u.organ_id = o.id AND u.state = 'active' "
                  "AND CASE WHEN d.user_id <> 0 THEN d.user_id = u.id ELSE d.seat = u.seat END "
                  "WHERE r.noun = $1 AND r.since >= $2 "
                  "GROUP BY u.id, r.step_zh, r.step_en ORDER BY u.id, r.step_zh",
                  ARGS(T(noun), I(since))));
    while (rows.more) {
        const char *zh = rows_text(cx, &rows, 1), *en = rows_text(cx, &rows, 2);
        long long count = rows_int(&rows, 3);
        TRY(message_send(
            cx, rows_int(&rows, 0), noun, 0,
            arena_format(cx->arena, "%s：%lld 条到您这里，请办理：%s", called->zh, count, zh),
            arena_format(cx->arena, "%s: %lld at your desk: %s", called->en, count, en)));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

static Err tell_copies(Cx *cx, const ProcessRun *run, const char *zh, const char *en)
{
    assert(run->id > 0 && run->round > 0);
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                  "JOIN process_copy c ON c.level = o.level AND c.organ_kind = o.kind "
                  "WHERE c.run_id = $1 AND c.round = $2 AND u.state = 'active' "
                  "AND o.territory = substr($3, 1, length(o.territory)) ORDER BY u.id",
                  ARGS(I(run->id), I(run->round), T(run->territory))));
    return send_all(cx, &rows, run, zh, en);
}

Err process_tell(Cx *cx, const Process *p, const ProcessRun *run, const char *act,
                 const char *reason)
{
    const Step *s = process_step(p, run->step);
    const End *end = process_end(p, run->step);
    const char *place_zh = s ? s->zh : end->zh, *place_en = s ? s->en : end->en;
    bool back = strcmp(act, "back") == 0;
    TRY(tell_copies(cx, run, arena_format(cx->arena, "抄送：“%s”%s", run->title, place_zh),
                    arena_format(cx->arena, "Copied: %s: %s", run->title, place_en)));
    if (!s && !run->started_by) /* nobody began it */
        return OK;
    if (!s)
        return message_send(cx, run->started_by, run->noun, run->noun_id,
                            arena_format(cx->arena, "“%s”%s%s%s", run->title, end->zh,
                                         reason ? "：" : "", text_or(reason, "")),
                            arena_format(cx->arena, "%s: %s%s%s", run->title, end->en,
                                         reason ? ": " : "", text_or(reason, "")));
    if (back)
        return tell_desks(
            cx, run,
            arena_format(cx->arena, "“%s”被退回到%s。退回理由：%s", run->title, s->zh, reason),
            arena_format(cx->arena, "%s was returned (%s). The reason: %s", run->title, s->en,
                         reason));
    return tell_desks(cx, run,
                      arena_format(cx->arena, "“%s”到您这里，请办理：%s", run->title, s->zh),
                      arena_format(cx->arena, "%s is at your desk: %s", run->title, s->en));
}

/* --- handing on --- */

typedef struct Colleague {
    int64_t id;
    const char *name;
    const char *seat;
} Colleague;

static const Field COLLEAGUE[] = {
    { "id", FIELD_INT, offsetof(Colleague, id), "编号", "Number" },
    { "name", FIELD_TEXT, offsetof(Colleague, name), "姓名", "Name" },
    { "seat", FIELD_ENUM, offsetof(Colleague, seat), "岗位", "Seat", .options = SEATS },
    FIELDS_END,
};

/* Of the same organ, whose seat is the step's or below it. */
static Err colleagues(Cx *cx, List *out, const char *seat)
{
    List all;
    TRY(store_list(cx, &all, COLLEAGUE, sizeof(Colleague),
                   "SELECT id, name, seat FROM \"user\" WHERE organ_id = $1 AND state = 'active' "
                   "AND seat IS NOT NULL ORDER BY id LIMIT 200",
                   ARGS(I(cx->user->organ_id))));
    Colleague *rows = all.rows;
    size_t kept = 0;
    for (size_t i = 0; i < all.count; i++)
        if (place_in(SEATS, rows[i].seat) <= place_in(SEATS, seat))
            rows[kept++] = rows[i];
    *out = (List){ .rows = rows, .count = kept, .total = (int64_t)kept };
    return OK;
}

/* Four eyes: who wrote or sent a record up does not sign it for another. */
static Err four_eyes(Cx *cx, const ProcessRun *run, const Desk *desk, const Colleague *to)
{
    bool wrote = false;
    if (strcmp(desk->seat, "signer") == 0 && to->id != cx->user->id)
        TRY(store_exists(cx, &wrote,
                         "SELECT 1 FROM process_act WHERE run_id = $1 AND user_id = $2 "
                         "AND act IN ('start', 'forward') AND step <> $3",
                         ARGS(I(run->id), I(to->id), T(run->step))));
    if (wrote)
        return fail(cx, CONFLICT, "user_id",
                    "“%s”由 %s 填写或送出，不能再由其代为签批，请转给其他人",
                    "“%s” was written or sent up by %s, who cannot sign it too; choose another",
                    run->title, to->name);
    return OK;
}

Err process_delegate(Cx *cx, const Process *p, const ProcessRun *run, const StepAct *act)
{
    Desk desk;
    List list;
    const Colleague *to = NULL;
    const Step *s = process_step(p, run->step);
    TRY(process_desk_of(cx, &desk, run, s));
    TRY(colleagues(cx, &list, desk.seat));
    const Colleague *rows = list.rows;
    for (size_t i = 0; i < list.count; i++)
        if (rows[i].id == act->user_id)
            to = &rows[i];
    if (!to)
        return fail(cx, INVALID, "user_id", "只能转给本机构同级或以下岗位的在用人员",
                    "only to an active colleague of the same seat or below");
    TRY(four_eyes(cx, run, &desk, to));
    int64_t delegate = to->id == cx->user->id ? UNSET : to->id; /* to oneself: taken back */
    TRY(store_run(cx,
                  "UPDATE process_desk SET delegate_id = $4 WHERE run_id = $1 "
                  "AND organ_kind = $2 AND user_id = $3 AND level = $5 AND seat = $6",
                  ARGS(I(run->id), T(cx->user->organ_kind), I(desk.user_id), I(delegate),
                       T(desk.level), T(desk.seat))));
    TRY(process_record(cx, run,
                       &(Record){ .act = act->act,
                                  .reason = act->reason,
                                  .desk = desk.user_id,
                                  .to_user = to->id,
                                  .to_name = to->name }));
    return message_send(
        cx, to->id, run->noun, run->noun_id,
        arena_format(cx->arena, "%s转来：“%s”，请%s", cx->user->name, run->title, s->zh),
        arena_format(cx->arena, "Handed on by %s: %s: %s", cx->user->name, run->title, s->en));
}

/* --- urging --- */

/* A level above that of every desk where the run waits, in whose territory it lies. */
static Err superior(Cx *cx, bool *out, const ProcessRun *run)
{
    Rows rows;
    long mine = place_in(LEVELS, cx->user->level);
    *out = false;
    TRY(rows_open(cx, &rows,
                  "SELECT DISTINCT level FROM process_desk WHERE run_id = $1 AND signed_at IS NULL",
                  ARGS(I(run->id))));
    bool above = rows.more && mine <= place_in(LEVELS, "county");
    while (rows.more) {
        above &= mine < place_in(LEVELS, rows_text(cx, &rows, 0));
        TRY(rows_next(cx, &rows));
    }
    *out = above;
    return OK;
}

/* Once on a working day; a clock that was set back does not count the day again. */
static Err urged_today(Cx *cx, bool *out, const ProcessRun *run)
{
    int64_t last, days;
    TRY(store_int(cx, &last,
                  "SELECT max(at) FROM process_act WHERE run_id = $1 AND round = $2 "
                  "AND act = 'urge'",
                  ARGS(I(run->id), I(run->round))));
    *out = false;
    if (last == UNSET)
        return OK;
    TRY(working_days_between(cx, &days, last, cx_now(cx)));
    *out = days == 0;
    return OK;
}

/* Whoever sent it on or signed it on its way, or a superior level; not whose own desk it is. */
static Err may_ever_urge(Cx *cx, bool *out, const ProcessRun *run, const Step *s, bool waiting)
{
    *out = false;
    if (!step_has_desk(s) || waiting)
        return OK;
    TRY(superior(cx, out, run));
    if (*out)
        return OK;
    return store_exists(cx, out,
                        "SELECT 1 FROM process_act WHERE run_id = $1 AND user_id = $2 "
                        "AND (act = 'forward' OR (act <> 'start' AND round = $3 AND to_step = $4))",
                        ARGS(I(run->id), I(cx->user->id), I(run->round - 1), T(run->step)));
}

Err process_may_urge(Cx *cx, bool *out, const ProcessRun *run, const Step *s, bool waiting)
{
    bool today = false;
    TRY(may_ever_urge(cx, out, run, s, waiting));
    if (*out)
        TRY(urged_today(cx, &today, run));
    *out = *out && !today;
    return OK;
}

Err process_urge(Cx *cx, const Process *p, const ProcessRun *run, const StepAct *act, bool may)
{
    bool today;
    const Step *s = process_step(p, run->step);
    TRY(urged_today(cx, &today, run));
    if (!may)
        return today ? fail(cx, CONFLICT, "urge", "本工作日已经催办过，下一个工作日再催",
                            "urged already; again on the next working day")
                     : fail(cx, CONFLICT, "act", "只有办理过的人和上级可以催办，且须有人待办",
                            "only who sent it on or a superior may urge, where somebody must act");
    TRY(process_record(cx, run, &(Record){ .act = act->act, .reason = act->reason }));
    const char *reason = text_or(act->reason, "");
    return tell_desks(cx, run,
                      arena_format(cx->arena, "%s催办：“%s”，请%s%s%s", cx->user->organ_name,
                                   run->title, s->zh, *reason ? "：" : "", reason),
                      arena_format(cx->arena, "%s urges: %s: %s%s%s", cx->user->organ_name,
                                   run->title, s->en, *reason ? ": " : "", reason));
}

Err process_put_may(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run, const May *may)
{
    List list = { 0 };
    Desk desk;
    if (may->delegate) {
        TRY(process_desk_of(cx, &desk, run, process_step(p, run->step)));
        TRY(colleagues(cx, &list, desk.seat));
    }
    const Colleague *rows = list.rows;
    json_open(o, "may", '{');
    json_put_bool(o, "edit", may->edit);
    json_put_bool(o, "forward", may->forward);
    json_put_bool(o, "back", may->back);
    json_put_bool(o, "reject", may->reject);
    json_put_bool(o, "withdraw", may->withdraw);
    json_put_bool(o, "urge", may->urge);
    json_put_bool(o, "delegate", may->delegate);
    json_put_bool(o, "reopen", may->reopen);
    json_open(o, "delegates", '[');
    for (size_t i = 0; i < list.count; i++) {
        json_open(o, NULL, '{');
        field_write(cx, o, COLLEAGUE, &rows[i], false);
        json_close(o, '}');
    }
    json_close(o, ']');
    json_close(o, '}');
    return OK;
}

/* --- reminding --- */

typedef struct Due {
    ProcessRun run;
    const char *step_zh;
    const char *step_en;
    const char *kind;
} Due;

static const Field DUE[] = {
    { "id", FIELD_INT, offsetof(Due, run.id), "编号", "Number" },
    { "noun", FIELD_TEXT, offsetof(Due, run.noun), "对象", "Noun" },
    { "noun_id", FIELD_INT, offsetof(Due, run.noun_id), "对象编号", "Number of the noun" },
    { "territory", FIELD_TEXT, offsetof(Due, run.territory), "辖区", "Territory" },
    { "title", FIELD_TEXT, offsetof(Due, run.title), "名称", "Title" },
    { "round", FIELD_INT, offsetof(Due, run.round), "轮次", "Round" },
    { "deadline", FIELD_INSTANT, offsetof(Due, run.deadline), "期限", "Deadline" },
    { "step_zh", FIELD_TEXT, offsetof(Due, step_zh), "步骤", "Step" },
    { "step_en", FIELD_TEXT, offsetof(Due, step_en), "步骤（英文）", "Step (English)" },
    { "kind", FIELD_TEXT, offsetof(Due, kind), "提醒", "Kind" },
    FIELDS_END,
};

static Err due(Cx *cx, List *out)
{
    return store_list(
        cx, out, DUE, sizeof(Due),
        "SELECT id, noun, noun_id, territory, title, round, deadline, step_zh, step_en, kind FROM ("
        "SELECT r.id, r.noun, r.noun_id, r.territory, r.title, r.round, r.deadline, r.step_zh, "
        "r.step_en, CASE WHEN r.deadline < $1 THEN 'overdue' ELSE 'soon' END AS kind "
        "FROM process_run r WHERE r.remind_at <= $1) d WHERE NOT EXISTS (SELECT 1 "
        "FROM process_notice n WHERE n.run_id = d.id AND n.round = d.round AND n.kind = d.kind) "
        "ORDER BY id LIMIT 500",
        ARGS(I(cx_now(cx))));
}

static Err remind(Cx *cx, const Due *d)
{
    bool late = strcmp(d->kind, "overdue") == 0;
    const char *at = arena_text_n(cx->arena, instant_text(cx, d->run.deadline), 16);
    TRY(store_run(cx, "INSERT INTO process_notice(run_id, round, kind, at) VALUES($1, $2, $3, $4)",
                  ARGS(I(d->run.id), I(d->run.round), T(d->kind), I(cx_now(cx)))));
    return tell_desks(cx, &d->run,
                      arena_format(cx->arena, "%s：“%s”%s，期限 %s", late ? "已超期" : "即将到期",
                                   d->run.title, d->step_zh, at),
                      arena_format(cx->arena, "%s: %s: %s, due %s", late ? "Overdue" : "Due soon",
                                   d->run.title, d->step_en, at));
}

static Err remind_all(Cx *cx, void *data)
{
    List list;
    (void)data;
    TRY(due(cx, &list));
    const Due *rows = list.rows;
    for (size_t i = 0; i < list.count; i++)
        TRY(remind(cx, &rows[i]));
    audit_note(cx, "process", UNSET, NULL,
               arena_format(cx->arena, "{\"reminders\":%zu}", list.count));
    return OK;
}

Err process_remind(Cx *cx)
{
    List list;
    TRY(due(cx, &list));
    return list.count ? act_run(cx, "提醒与超期", "Remind of deadlines", remind_all, NULL) : OK;
}
