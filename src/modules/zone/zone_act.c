/* Acts of the process on a zone. */
#include "modules/zone/zone.h"

#include "core/audit.h"
#include "core/message.h"

#include <string.h>

/* Names what blocks, so that a locked button can say what lacks. */
static Err refuse_blocked(Cx *cx, const Check *check)
{
    Buf rules = BUF(cx);
    int count = 0;
    for (size_t i = 0; i < check->count; i++)
        if (check->results[i].blocks)
            buf_format(&rules, "%s%s", count++ ? ", " : "", check->results[i].rule->id);
    return fail(cx, CONFLICT, "rules", "还有 %d 项阻断，不能送出：%s",
                "%d rules still block it: %s", count, buf_text(&rules));
}

static Err refuse_incomplete(Cx *cx, const ZoneView *v)
{
    List all;
    Buf zh = BUF(cx), en = BUF(cx);
    int count = 0;
    TRY(zone_evidence(cx, &all, v));
    const Evidence *rows = all.rows;
    for (size_t i = 0; i < all.count; i++) {
        if (!rows[i].needed || rows[i].complete)
            continue;
        buf_format(&zh, "%s%s", count ? "、" : "", rows[i].zh);
        buf_format(&en, "%s%s", count++ ? ", " : "", rows[i].en);
    }
    if (count == 0)
        return OK;
    return fail(cx, CONFLICT, "evidence", "还缺 %d 份材料的日期、文号或附件：%s%.0s",
                "%d items lack date, number or attachment: %.0s%s", count, buf_text(&zh),
                buf_text(&en));
}

static Err prove(Cx *cx, const ZoneView *v, const Check *check)
{
    const Step *s = process_step(v->process, v->run.step);
    if (s->needs_rules && !check->submittable)
        return refuse_blocked(cx, check);
    return s->needs_attachments ? refuse_incomplete(cx, v) : OK;
}

static Err snapshot(Cx *cx, const ZoneView *v, const StepAct *act, const char *step,
                    const Check *check)
{
    Dossier d;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_dossier(cx, &d, v->zone.id));
    check_write(cx, &o, NULL, check);
    return store_run(cx,
                     "INSERT INTO zone_snapshot(zone_id, version, act, step, dossier, result, at) "
                     "VALUES($1, $2, $3, $4, $5, $6, $7)",
                     ARGS(I(v->zone.id), I(d.version), T(act->act), T(step), T(d.dossier),
                          T(buf_text(&b)), I(cx_now(cx))));
}

/* A zone is recommended from the moment it leaves the county until it comes back. */
static Err mark_sent(Cx *cx, ZoneView *v)
{
    const Step *s = process_step(v->process, v->run.step);
    bool above = strcmp(s->level, "county") != 0;
    if (above == (v->zone.sent_at != UNSET))
        return OK;
    v->zone.sent_at = above ? cx_now(cx) : UNSET;
    return store_run(cx, "UPDATE zone SET sent_at = $2 WHERE id = $1",
                     ARGS(I(v->zone.id), I(v->zone.sent_at)));
}

/* Everybody whose desk it lies on now hears of it. */
static Err tell(Cx *cx, const ZoneView *v, const StepAct *act)
{
    const Step *s = process_step(v->process, v->run.step);
    bool back = strcmp(act->act, "back") == 0;
    const char *zh = arena_format(cx->arena, "%s“%s”%s，请%s", back ? "退回：" : "", v->zone.name,
                                  back ? act->reason : "到您这里", s->zh);
    const char *en = arena_format(cx->arena, "%s%s %s: %s", back ? "Returned: " : "", v->zone.name,
                                  back ? act->reason : "is at your desk", s->en);
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT u.id FROM \"user\" u JOIN organ o ON o.id = u.organ_id "
                  "JOIN process_desk d ON d.level = o.level AND d.organ_kind = o.kind "
                  "AND d.seat = u.seat AND d.signed_at IS NULL "
                  "WHERE d.run_id = $1 AND o.territory = substr($2, 1, length(o.territory)) "
                  "AND u.state = 'active'",
                  ARGS(I(v->run.id), T(v->zone.county))));
    while (rows.more) {
        TRY(message_send(cx, rows_int(&rows, 0), "zone", v->zone.id, zh, en));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err zone_act(Cx *cx, bool *moved, ZoneView *v, const StepAct *act)
{
    Check check;
    const char *step = v->run.step;
    TRY(zone_check(cx, &check, v));
    if (strcmp(act->act, "forward") == 0 && v->may.forward)
        TRY(prove(cx, v, &check));
    TRY(process_act(cx, moved, v->process, &v->run, act));
    TRY(snapshot(cx, v, act, step, &check));
    audit_note(cx, "zone", v->zone.id, NULL, NULL);
    if (!*moved)
        return OK;
    TRY(mark_sent(cx, v));
    return tell(cx, v, act);
}
