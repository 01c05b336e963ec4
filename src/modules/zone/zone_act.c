/* Acts of the process on a zone. */
#include "modules/zone/zone.h"

#include "core/request/audit.h"
#include "modules/batch/batch_quota.h"
#include "modules/zone/zone_lack.h"

#include <string.h>

static Err prove(Cx *cx, const ZoneView *v, const Check *check)
{
    List lacks;
    TRY(zone_lacks(cx, &lacks, v, check));
    return lacks_refuse(cx, &lacks);
}

static Err snapshot(Cx *cx, const ZoneView *v, const char *act, const char *step,
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
                     ARGS(I(v->zone.id), I(d.version), T(act), T(step), T(d.dossier),
                          T(buf_text(&b)), I(cx_now(cx))));
}

static Err take_place(Cx *cx, const Zone *z)
{
    Terms terms;
    TRY(batch_terms(cx, &terms, z->batch_id, z->county));
    if (terms.missing)
        return fail(cx, CONFLICT, "tables", "批次的基础表还不全（%s），不能确定名额，请联系省级",
                    "the batch's tables lack %s: no quota can be told; ask the province",
                    terms.missing);
    return batch_place_take(cx, z->batch_id, z->county, terms.places, z->id);
}

/* From the moment it leaves the county until it comes back a zone holds one of the county's places,
 * so that of two sent at once no more go through than the quota allows. */
static Err mark_sent(Cx *cx, ZoneView *v)
{
    const Step *s = process_step(v->process, v->run.step);
    bool above = !s || strcmp(s->level, "county") != 0;
    if (above == (v->zone.sent_at != UNSET))
        return OK;
    TRY(above ? take_place(cx, &v->zone) : batch_place_free(cx, v->zone.county, v->zone.id));
    v->zone.sent_at = above ? cx_now(cx) : UNSET;
    return store_run(cx, "UPDATE zone SET sent_at = $2 WHERE id = $1",
                     ARGS(I(v->zone.id), I(v->zone.sent_at)));
}

/* What the next step's deadline may need of the batch. */
static Err facts_of(Cx *cx, const Fact **out, const Zone *z)
{
    Batch batch;
    Fact *facts = NEW_N(cx, Fact, 2);
    TRY(batch_get(cx, &batch, z->batch_id));
    facts[0] = (Fact){ "报省截止", batch.deadline };
    *out = facts_given("zone", facts);
    return OK;
}

Err zone_act(Cx *cx, bool *moved, ZoneView *v, const StepAct *act)
{
    Check check;
    StepAct with = *act;
    const char *step = v->run.step;
    TRY(zone_check(cx, &check, v));
    if (strcmp(act->act, "forward") == 0 && v->may.forward)
        TRY(prove(cx, v, &check));
    if (act->marks)
        TRY(zone_read_marks(cx, &with.marks, v, act->marks));
    TRY(facts_of(cx, &with.facts, &v->zone));
    TRY(process_act(cx, moved, v->process, &v->run, &with));
    process_note(cx, v->process, step, &v->run, &with);
    if (strcmp(act->act, "delegate") == 0 || strcmp(act->act, "urge") == 0)
        return OK;
    TRY(snapshot(cx, v, act->act, step, &check));
    return *moved ? mark_sent(cx, v) : OK;
}

typedef Err (*Mover)(Cx *cx, const Process *p, ProcessRun *run, const Pass *pass);

static Err be_moved(Cx *cx, int64_t id, const Pass *pass, Mover mover, const char *act)
{
    ZoneView v;
    Check check;
    Pass with = *pass;
    TRY(zone_view(cx, &v, id));
    const char *step = v.run.step;
    TRY(zone_check(cx, &check, &v));
    if (!with.facts)
        TRY(facts_of(cx, &with.facts, &v.zone));
    TRY(mover(cx, v.process, &v.run, &with));
    audit_note(cx, "zone", id, NULL, NULL);
    TRY(snapshot(cx, &v, act, step, &check));
    return mark_sent(cx, &v);
}

Err zone_pass(Cx *cx, int64_t id, const Pass *pass)
{
    return be_moved(cx, id, pass, process_pass, "pass");
}

Err zone_reopen(Cx *cx, int64_t id, const Pass *pass)
{
    return be_moved(cx, id, pass, process_reopen, "reopen");
}
