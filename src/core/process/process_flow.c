#include "core/access/right.h"
#include "core/process/inbox.h"
#include "core/process/process_parts.h"

#include <assert.h>
#include <string.h>

const Field inbox_fields[] = {
    { "noun", FIELD_TEXT, offsetof(InboxItem, noun), "对象", "Noun" },
    { "noun_id", FIELD_INT, offsetof(InboxItem, noun_id), "编号", "Number" },
    { "title", FIELD_TEXT, offsetof(InboxItem, title), "名称", "Title" },
    { "step", FIELD_TEXT, offsetof(InboxItem, step), "步骤", "Step" },
    { "step_zh", FIELD_TEXT, offsetof(InboxItem, step_zh), "步骤名称", "Step (Chinese)" },
    { "step_en", FIELD_TEXT, offsetof(InboxItem, step_en), "步骤英文名称", "Step (English)" },
    { "since", FIELD_INSTANT, offsetof(InboxItem, since), "到达时间", "Since" },
    { "deadline", FIELD_INSTANT, offsetof(InboxItem, deadline), "期限", "Deadline" },
    { "sender", FIELD_TEXT, offsetof(InboxItem, sender), "送来", "Sent by" },
    { "last_act", FIELD_TEXT, offsetof(InboxItem, last_act), "上一办理", "Last act" },
    { "last_at", FIELD_INSTANT, offsetof(InboxItem, last_at), "办理时间", "Acted at" },
    { "reason", FIELD_TEXT, offsetof(InboxItem, reason), "意见", "Reason" },
    { "returned", FIELD_BOOL, offsetof(InboxItem, returned), "被退回", "Returned" },
    FIELDS_END,
};

#define INBOX_SELECT                                                                               \
    "SELECT r.noun, r.noun_id, r.title, r.step, r.step_zh, r.step_en, r.since, r.deadline, "       \
    "a.organ || ' ' || a.user_name AS sender, a.act AS last_act, a.at AS last_at, a.reason, "      \
    "CASE WHEN " RUN_RETURNED " THEN 1 ELSE 0 END AS returned FROM process_run r "                 \
    "JOIN process_act a ON a.id = (SELECT max(b.id) FROM process_act b WHERE b.run_id = r.id) "    \
    "WHERE ($1 = '' OR r.noun = $1) AND " WITHIN("r.territory", 2) " "

Err process_inbox(Cx *cx, List *out, const char *noun, InboxBox box)
{
    const User *u = cx->user;
    switch (box) {
    case INBOX_TODO:
        return store_list(cx, out, inbox_fields, sizeof(InboxItem),
                          INBOX_SELECT
                          "AND EXISTS (SELECT 1 FROM process_desk d WHERE d.run_id = r.id "
                          "AND d.level = $3 AND d.organ_kind = $4 AND d.signed_at IS NULL "
                          "AND d.duty IN ('', $7) AND d.organ_id IN (0, $8) "
                          "AND CASE WHEN d.delegate_id IS NOT NULL THEN d.delegate_id = $6 "
                          "WHEN d.user_id <> 0 THEN d.user_id = $6 ELSE d.seat = $5 END) "
                          "ORDER BY r.deadline NULLS LAST, r.since LIMIT 200",
                          ARGS(T(noun), user_reach(u), T(u->level), T(u->organ_kind), T(u->seat),
                               I(u->id), T(text_or(u->organ_duty, "")), I(u->organ_id)));
    case INBOX_DONE:
        return store_list(cx, out, inbox_fields, sizeof(InboxItem),
                          INBOX_SELECT
                          "AND EXISTS (SELECT 1 FROM process_act c WHERE c.run_id = r.id "
                          "AND c.user_id = $3 AND c.act NOT IN ('start', 'urge')) "
                          "ORDER BY a.at DESC LIMIT 200",
                          ARGS(T(noun), user_reach(u), I(u->id)));
    case INBOX_STARTED:
        return store_list(cx, out, inbox_fields, sizeof(InboxItem),
                          INBOX_SELECT "AND r.started_by = $3 ORDER BY r.since DESC LIMIT 200",
                          ARGS(T(noun), user_reach(u), I(u->id)));
    case INBOX_COPIED:
        return store_list(cx, out, inbox_fields, sizeof(InboxItem),
                          INBOX_SELECT
                          "AND EXISTS (SELECT 1 FROM process_copy c WHERE c.run_id = r.id "
                          "AND c.level = $3 AND c.organ_kind = $4) ORDER BY a.at DESC LIMIT 200",
                          ARGS(T(noun), user_reach(u), T(u->level), T(u->organ_kind)));
    }
    return INTERNAL;
}

static const Field RETURN[] = {
    { "id", FIELD_INT, offsetof(Return, id), "编号", "Number" },
    { "step", FIELD_TEXT, offsetof(Return, step), "步骤", "Step" },
    { "user_name", FIELD_TEXT, offsetof(Return, user_name), "姓名", "Name" },
    { "organ", FIELD_TEXT, offsetof(Return, organ), "机构", "Organ" },
    { "seat", FIELD_TEXT, offsetof(Return, seat), "岗位", "Seat" },
    { "reason", FIELD_TEXT, offsetof(Return, reason), "理由", "Reason" },
    { "marks", FIELD_TEXT, offsetof(Return, marks), "逐项意见", "Remarks" },
    { "at", FIELD_INSTANT, offsetof(Return, at), "时间", "At" },
    { "standing", FIELD_BOOL, offsetof(Return, standing), "尚未送出", "Standing" },
    FIELDS_END,
};

Err process_returned(Cx *cx, Return *out, const ProcessRun *run)
{
    Err e = store_row(cx, out, RETURN,
                      "SELECT a.id, a.step, a.user_name, a.organ, a.seat, a.reason, a.marks, a.at, "
                      "CASE WHEN " RUN_RETURNED " THEN 1 ELSE 0 END AS standing "
                      "FROM process_act a JOIN process_run r ON r.id = a.run_id "
                      "WHERE a.run_id = $1 AND a.act = 'back' ORDER BY a.id DESC LIMIT 1",
                      ARGS(I(run->id)));
    if (e == NOT_FOUND)
        *out = (Return){ .at = UNSET };
    return e == NOT_FOUND ? OK : e;
}

/* One act that sent a step on, or signed it in part. */
typedef struct Signature {
    const char *organ;
    const char *organ_kind;
    const char *seat;
    const char *user_name;
    int64_t at;
    const char *delegate; /* to whom the desk was handed */
} Signature;

static const Field SIGNATURE[] = {
    { "organ", FIELD_TEXT, offsetof(Signature, organ), "机构", "Organ" },
    { "organ_kind", FIELD_TEXT, offsetof(Signature, organ_kind), "机构类别", "Kind of organ" },
    { "seat", FIELD_TEXT, offsetof(Signature, seat), "岗位", "Seat" },
    { "user_name", FIELD_TEXT, offsetof(Signature, user_name), "姓名", "Name" },
    { "at", FIELD_INSTANT, offsetof(Signature, at), "时间", "At" },
    { "delegate", FIELD_TEXT, offsetof(Signature, delegate), "代办人", "Delegate" },
    FIELDS_END,
};

static void put_signature(Cx *cx, JsonOut *o, const Signature *row)
{
    json_open(o, NULL, '{');
    field_write(cx, o, SIGNATURE, row, false);
    json_close(o, '}');
}

/* The acts by which it last left the step. */
static Err put_signed(Cx *cx, JsonOut *o, const ProcessRun *run, const Step *s)
{
    List list;
    TRY(store_list(cx, &list, SIGNATURE, sizeof(Signature),
                   "SELECT organ, organ_kind, seat, user_name, at FROM process_act "
                   "WHERE run_id = $1 AND step = $2 AND act IN ('forward', 'pass', 'reject') "
                   "AND round = (SELECT max(round) FROM process_act WHERE run_id = $1 "
                   "AND step = $2 AND act IN ('forward', 'pass', 'reject')) ORDER BY id",
                   ARGS(I(run->id), T(s->key))));
    const Signature *rows = list.rows;
    for (size_t i = 0; i < list.count; i++)
        put_signature(cx, o, &rows[i]);
    return OK;
}

/* OK where there is no such row: what was asked for stays as it is. */
static Err maybe(Err e)
{
    return e == NOT_FOUND ? OK : e;
}

/* An organ's desk: who signed at it in this round, else whose it is. */
static Err put_desk(Cx *cx, JsonOut *o, const ProcessRun *run, const Step *s, const char *kind)
{
    Signature row;
    Err e = store_row(cx, &row, SIGNATURE,
                      "SELECT organ, organ_kind, seat, user_name, at FROM process_act "
                      "WHERE run_id = $1 AND round = $2 AND step = $4 AND organ_kind = $3 "
                      "AND act = 'forward'",
                      ARGS(I(run->id), I(run->round), T(kind), T(s->key)));
    if (e == NOT_FOUND) {
        row = (Signature){ .organ_kind = kind, .seat = s->seat, .at = UNSET };
        TRY(maybe(store_text(cx, &row.organ,
                             "SELECT name FROM organ WHERE level = $1 AND kind = $2 AND "
                             "territory = substr($3, 1, length(territory)) ORDER BY id LIMIT 1",
                             ARGS(T(s->level), T(kind), T(run->territory)))));
        TRY(maybe(store_text(cx, &row.delegate,
                             "SELECT u.name FROM process_desk d "
                             "JOIN \"user\" u ON u.id = d.delegate_id "
                             "WHERE d.run_id = $1 AND d.organ_kind = $2 AND d.seat = $3",
                             ARGS(I(run->id), T(kind), T(s->seat)))));
        e = OK;
    }
    TRY(e);
    put_signature(cx, o, &row);
    return OK;
}

/* Named users' desks stay nameless: experts are not shown to those whom they judge. */
static Err put_each(Cx *cx, JsonOut *o, const ProcessRun *run, const Step *s)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT signed_at FROM process_desk WHERE run_id = $1 ORDER BY user_id",
                  ARGS(I(run->id))));
    while (rows.more) {
        Signature row = { .organ_kind = s->organs[0], .seat = s->seat, .at = rows_int(&rows, 0) };
        put_signature(cx, o, &row);
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

static Err put_desks(Cx *cx, JsonOut *o, const ProcessRun *run, const Step *s)
{
    if (s->joint == JOINT_EACH && strcmp(run->step, s->key) == 0)
        return put_each(cx, o, run, s);
    for (const char *const *kind = s->organs; *kind; kind++)
        TRY(put_desk(cx, o, run, s, *kind));
    return OK;
}

static void put_step_name(JsonOut *o, const char *name, const Process *p, const char *key)
{
    assert(key);
    const Step *s = process_step(p, key);
    const End *end = process_end(p, key);
    json_open(o, name, '{');
    json_put_text(o, "key", key);
    json_put_text(o, "zh", s ? s->zh : end ? end->zh : key);
    json_put_text(o, "en", s ? s->en : end ? end->en : key);
    if (end)
        json_put_bool(o, "good", end->good);
    json_close(o, '}');
}

static void put_names(JsonOut *o, const char *name, const Process *p, const char *const *keys)
{
    json_open(o, name, '[');
    for (; *keys; keys++)
        put_step_name(o, NULL, p, *keys);
    json_close(o, ']');
}

/* Where a run stands in the order of the steps; at an end: behind the step that it left for it. */
typedef struct RunStanding {
    size_t at;
    bool ended;
} RunStanding;

static Err standing(Cx *cx, RunStanding *out, const Process *p, const ProcessRun *run)
{
    const Step *s = process_step(p, run->step);
    const char *left = NULL;
    *out = (RunStanding){ .ended = !s };
    if (!s) {
        TRY(maybe(store_text(cx, &left,
                             "SELECT step FROM process_act WHERE run_id = $1 AND to_step = $2 "
                             "ORDER BY id DESC LIMIT 1",
                             ARGS(I(run->id), T(run->step)))));
        s = process_step(p, left);
    }
    out->at = (s ? (size_t)(s - p->steps) : 0) + out->ended;
    return OK;
}

/* Steps before the current one are done, behind it: next, then later. A step that was returned from
 * is not done again until it is passed anew, so the order of the table decides. */
static const char *state_of(RunStanding now, size_t i)
{
    assert(!now.ended || now.at > 0);
    if (i < now.at)
        return "done";
    if (now.ended)
        return "skipped";
    return i == now.at ? "current" : i == now.at + 1 ? "next" : "later";
}

static void put_current(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run, const Step *s)
{
    json_put_text(o, "since", instant_text(cx, run->since));
    json_put_int(o, "day", day_of_instant(cx_now(cx)) - day_of_instant(run->since) + 1);
    json_put_text(o, "deadline", run->deadline == UNSET ? NULL : instant_text(cx, run->deadline));
    json_put_bool(o, "overdue", run->deadline != UNSET && cx_now(cx) > run->deadline);
    json_put_text(o, "by", s->by);
    put_names(o, "back", p, s->back);
    put_names(o, "reject", p, s->rejects);
}

static Err put_step(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run, size_t i,
                    RunStanding now)
{
    assert(i < p->count);
    const Step *s = &p->steps[i];
    const char *state = state_of(now, i);
    json_open(o, NULL, '{');
    json_put_text(o, "key", s->key);
    json_put_text(o, "role", s->role);
    json_put_text(o, "zh", s->zh);
    json_put_text(o, "en", s->en);
    json_put_text(o, "level", s->level);
    json_put_text(o, "state", state);
    json_open(o, "who", '[');
    if (strcmp(state, "done") == 0)
        TRY(put_signed(cx, o, run, s));
    else
        TRY(put_desks(cx, o, run, s));
    json_close(o, ']');
    if (strcmp(state, "current") == 0)
        put_current(cx, o, p, run, s);
    json_close(o, '}');
    return OK;
}

Err process_put_flow(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run)
{
    RunStanding now;
    TRY(standing(cx, &now, p, run));
    json_open(o, "flow", '{');
    json_put_text(o, "step", run->step);
    json_put_text(o, "role", run->role);
    json_put_int(o, "round", run->round);
    json_open(o, "steps", '[');
    for (size_t i = 0; i < p->count; i++)
        TRY(put_step(cx, o, p, run, i, now));
    json_close(o, ']');
    if (now.ended) {
        put_step_name(o, "end", p, run->step);
        json_put_text(o, "ended_at", instant_text(cx, run->since));
    }
    json_close(o, '}');
    return OK;
}

Err process_put_history(Cx *cx, JsonOut *o, const Process *p, const ProcessRun *run)
{
    Rows rows;
    json_open(o, "history", '[');
    TRY(rows_open(cx, &rows,
                  "SELECT id, round, step, to_step, act, user_name, organ, organ_kind, seat, "
                  "reason, marks, at, clause, by_noun, by_id, to_name FROM process_act WHERE "
                  "run_id = $1 ORDER BY id DESC",
                  ARGS(I(run->id))));
    while (rows.more) {
        json_open(o, NULL, '{');
        json_put_int(o, "id", rows_int(&rows, 0));
        json_put_int(o, "round", rows_int(&rows, 1));
        put_step_name(o, "step", p, rows_text(cx, &rows, 2));
        const char *to = rows_text(cx, &rows, 3);
        if (to)
            put_step_name(o, "to", p, to);
        json_put_text(o, "act", rows_text(cx, &rows, 4));
        json_put_text(o, "user_name", rows_text(cx, &rows, 5));
        json_put_text(o, "organ", rows_text(cx, &rows, 6));
        json_put_text(o, "organ_kind", rows_text(cx, &rows, 7));
        json_put_text(o, "seat", rows_text(cx, &rows, 8));
        json_put_text(o, "reason", rows_text(cx, &rows, 9));
        const char *marks = rows_text(cx, &rows, 10);
        json_put_raw(o, "marks", marks ? marks : "[]");
        json_put_text(o, "at", instant_text(cx, rows_int(&rows, 11)));
        json_put_text(o, "clause", rows_text(cx, &rows, 12));
        json_put_text(o, "by", rows_text(cx, &rows, 13));
        if (rows_int(&rows, 14) != UNSET)
            json_put_int(o, "by_id", rows_int(&rows, 14));
        json_put_text(o, "to_name", rows_text(cx, &rows, 15));
        json_close(o, '}');
        TRY(rows_next(cx, &rows));
    }
    json_close(o, ']');
    return OK;
}
