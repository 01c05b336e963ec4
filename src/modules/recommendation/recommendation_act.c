/* Acts of the process on a recommendation; its end is the report to the province. */
#include "modules/recommendation/recommendation.h"

#include "core/request/audit.h"

#include <string.h>

/* --- the deadline (D1, 四.3) --- */

/* The latest of the clock and the audit log: a clock set back makes no time. */
static Err now_at_least(Cx *cx, int64_t *out)
{
    int64_t last;
    TRY(store_int(cx, &last, "SELECT max(at) FROM audit", NO_ARGS));
    *out = last != UNSET && last > cx_now(cx) ? last : cx_now(cx);
    return OK;
}

/* The second that the batch names is still in time. */
static bool is_late(const Recommendation *r, int64_t at)
{
    return at / 1000 > r->deadline / 1000;
}

/* A reopening before the deadline does not put it off. */
static bool is_reopened(const Recommendation *r)
{
    return r->reopened_at != UNSET && is_late(r, r->reopened_at);
}

static Err prove_report(Cx *cx, const RecommendationView *v, int64_t at)
{
    const Recommendation *r = &v->row;
    if (text_blank(r->letter_number) || r->letter_day == UNSET)
        return fail(cx, CONFLICT, "letter_number", "请先填写推荐函的文号和成文日期",
                    "write the number and date of the letter first");
    if (is_late(r, at) && !is_reopened(r))
        return fail(cx, CONFLICT, "deadline", "已过报省截止 %s（D1，四.3），只有省级可以重开",
                    "the deadline %s has passed (D1, 四.3); only the province can reopen",
                    instant_text(cx, r->deadline));
    return OK;
}

/* --- the report --- */

static Err pass_zone(Cx *cx, const RecommendationView *v, const RankCandidate *c)
{
    ZoneView zone;
    TRY(zone_view(cx, &zone, c->zone_id));
    const Step *s = process_step(zone.process, zone.run.step);
    Pass pass = { .by = "recommendation", .by_id = v->row.id };
    if (c->chosen)
        TRY(batch_place_take(cx, v->row.batch_id, c->area, c->places, c->zone_id));
    else {
        pass.to = s->rejects[0];
        pass.reason =
            text_blank(c->passed_over_reason) ? "名额已满，名次在后" : c->passed_over_reason;
        pass.clause = "四.3";
    }
    return zone_pass(cx, c->zone_id, &pass);
}

static Err report(Cx *cx, RecommendationView *v, const Candidates *all, int64_t at)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->at[i].ready)
            TRY(pass_zone(cx, v, &all->at[i]));
    Recommendation row = v->row;
    row.reported_at = at;
    row.late = is_late(&row, at);
    TRY(store_update(cx, "recommendation", recommendation_fields, &row, row.id, row.version));
    audit_change(cx, "recommendation", row.id, recommendation_fields, &v->row, &row);
    v->row = row;
    return OK;
}

/* What the guards of the process read. */
static const Fact *facts_of(Cx *cx, const RecommendationView *v, const Candidates *all, int64_t at)
{
    int64_t chosen = 0, places = 0, silent = 0;
    for (size_t i = 0; i < all->count; i++) {
        const RankCandidate *c = &all->at[i];
        bool counted = false; /* the places of its area */
        for (size_t k = 0; k < i; k++)
            counted |= all->at[k].ready && strcmp(all->at[k].area, c->area) == 0;
        chosen += c->ready && c->chosen;
        places += c->ready && !counted ? c->places : 0;
        silent += *text_or(c->passed_over, "") && text_blank(c->passed_over_reason);
    }
    Fact *facts = NEW_N(cx, Fact, 6);
    facts[0] = (Fact){ "报省截止", v->row.deadline };
    facts[1] = (Fact){ "推荐数", chosen };
    facts[2] = (Fact){ "名额", places };
    facts[3] = (Fact){ "未说明理由", silent };
    facts[4] = (Fact){ "已截止", is_late(&v->row, at) && !is_reopened(&v->row) };
    return facts_given("recommendation", facts);
}

Err recommendation_act(Cx *cx, RecommendationView *v, const StepAct *act)
{
    Candidates all;
    StepAct own = *act;
    bool moved;
    int64_t at;
    const char *step = v->run.step;
    const Step *s = process_step(v->process, step);
    bool forward = strcmp(act->act, "forward") == 0 && v->may.forward;
    bool last = s && s->forward && process_end(v->process, s->forward);
    TRY(now_at_least(cx, &at));
    TRY(candidate_list(cx, &all, v));
    if (forward)
        TRY(candidate_prove(cx, &all, s == v->process->steps));
    if (forward && last)
        TRY(prove_report(cx, v, at));
    own.facts = facts_of(cx, v, &all, at);
    TRY(process_act(cx, &moved, v->process, &v->run, &own));
    process_note(cx, v->process, step, &v->run, &own);
    return forward && last && moved ? report(cx, v, &all, at) : OK;
}

/* --- reopening --- */

static Err refuse_gone_on(Cx *cx, const Zone *z)
{
    return fail(cx, CONFLICT, "zone", "“%s”已进入省级评审，不能重开",
                "%s has gone on in the selection; it cannot be reopened", z->name);
}

static bool is_below(const Step *s)
{
    return s && (strcmp(s->level, "city") == 0 || strcmp(s->level, "county") == 0);
}

/* Back to where it is chosen. A zone that the province has sent back to the city stays there. */
static Err bring_back(Cx *cx, const RecommendationView *v, int64_t zone_id, bool chosen,
                      const char *reason)
{
    ZoneView z;
    TRY(zone_view(cx, &z, zone_id));
    const Step *here = process_step(z.process, z.run.step), *choose = NULL;
    for (size_t i = 0; i < z.process->count && !choose; i++)
        if (z.process->steps[i].by && strcmp(z.process->steps[i].by, "recommendation") == 0)
            choose = &z.process->steps[i];
    if (!choose || here == choose || is_below(here))
        return OK;
    if (here ? here != process_step(z.process, choose->forward)
             : strcmp(z.run.step, choose->rejects[0]) != 0)
        return chosen ? refuse_gone_on(cx, &z.zone) : OK;
    TRY(batch_place_free(cx, v->row.city, zone_id));
    return zone_reopen(
        cx, zone_id,
        &(Pass){ .by = "recommendation", .by_id = v->row.id, .to = choose->key, .reason = reason });
}

static Err bring_all_back(Cx *cx, const RecommendationView *v, const char *reason)
{
    Rows rows;
    TRY(rows_open(cx, &rows,
                  "SELECT zone_id, chosen FROM recommendation_zone WHERE recommendation_id = $1 "
                  "ORDER BY rank",
                  ARGS(I(v->row.id))));
    while (rows.more) {
        TRY(bring_back(cx, v, rows_int(&rows, 0), rows_int(&rows, 1) != 0, reason));
        TRY(rows_next(cx, &rows));
    }
    return OK;
}

Err recommendation_reopen(Cx *cx, RecommendationView *v, const char *reason)
{
    int64_t at;
    Recommendation row = v->row;
    if (text_blank(reason))
        return fail(cx, INVALID, "reason", "请写明重开理由", "write why it is reopened");
    TRY(now_at_least(cx, &at));
    if (row.reported_at == UNSET && !is_late(&row, at))
        return fail(cx, CONFLICT, NULL, "还没有报省，也没有过截止时间，不用重开",
                    "it is neither reported nor late; there is nothing to reopen");
    if (row.reported_at != UNSET)
        TRY(bring_all_back(cx, v, reason));
    if (strcmp(v->run.step, v->process->steps[0].key) != 0)
        TRY(process_reopen(
            cx, v->process, &v->run,
            &(Pass){ .by = "recommendation",
                     .by_id = row.id,
                     .to = v->process->steps[0].key,
                     .reason = reason,
                     .facts = (const Fact[]){ { "报省截止", row.deadline }, { .name = NULL } } }));
    row.reported_at = UNSET;
    row.late = 0;
    row.reopened_at = at;
    row.reopen_reason = reason;
    TRY(store_update(cx, "recommendation", recommendation_fields, &row, row.id, row.version));
    audit_change(cx, "recommendation", row.id, recommendation_fields, &v->row, &row);
    v->row = row;
    return OK;
}
