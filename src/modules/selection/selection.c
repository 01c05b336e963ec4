#include "modules/selection/selection.h"

#include "core/access/right.h"

#include <string.h>

const Field selection_fields[] = {
    { "id", FIELD_INT, offsetof(Selection, id), "编号", "Number", .flags = FIELD_READONLY },
    { "version", FIELD_INT, offsetof(Selection, version), "版本", "Version" },
    { "batch_id", FIELD_INT, offsetof(Selection, batch_id), "批次", "Batch",
      .flags = FIELD_READONLY },
    { "places", FIELD_INT, offsetof(Selection, places), "名额", "Places", .flags = FIELD_REQUIRED,
      .min = 1, .max = 1000, .unit = "个" },
    { "budget", FIELD_MONEY, offsetof(Selection, budget), "资金总额", "Budget",
      .flags = FIELD_REQUIRED, .unit = "万元" },
    { "ranked_at", FIELD_INSTANT, offsetof(Selection, ranked_at), "综合排序时间", "Ranked at",
      .flags = FIELD_READONLY },
    { "opened_at", FIELD_INSTANT, offsetof(Selection, opened_at), "开始时间", "Opened at",
      .flags = FIELD_READONLY },
    FIELDS_END,
};

#define READ .flags = FIELD_READONLY
const Field candidate_fields[] = {
    { "zone_id", FIELD_INT, offsetof(Candidate, zone_id), "推进区编号", "Zone", READ },
    { "name", FIELD_TEXT, offsetof(Candidate, name), "推进区", "Name", READ },
    { "county", FIELD_TEXT, offsetof(Candidate, county), "县代码", "County code", READ },
    { "county_name", FIELD_TEXT, offsetof(Candidate, county_name), "县（市、区）", "County", READ },
    { "city_name", FIELD_TEXT, offsetof(Candidate, city_name), "市", "City", READ },
    { "step", FIELD_TEXT, offsetof(Candidate, step), "步骤", "Step", READ },
    { "role", FIELD_TEXT, offsetof(Candidate, role), "角色", "Role", READ },
    { "rank", FIELD_INT, offsetof(Candidate, rank), "市内排序", "Rank in its city", READ },
    { "copies", FIELD_INT, offsetof(Candidate, copies), "隐名副本", "Blind copies", READ },
    { "villages", FIELD_INT, offsetof(Candidate, villages), "行政村", "Villages", READ },
    { "transitional", FIELD_MONEY, offsetof(Candidate, transitional), "衔接资金合计",
      "Transitional funds", READ },
    { "exceptions", FIELD_INT, offsetof(Candidate, exceptions), "原则例外", "Exceptions", READ },
    { "granted", FIELD_INT, offsetof(Candidate, granted), "已同意", "Granted", READ },
    { "refused", FIELD_INT, offsetof(Candidate, refused), "不同意", "Refused", READ },
    { "form_version", FIELD_INT, offsetof(Candidate, form_version), "审查版本", "Form version",
      READ },
    { "form_ok", FIELD_INT, offsetof(Candidate, form_ok), "审查通过项", "Items passed", READ },
    { "form_bad", FIELD_INT, offsetof(Candidate, form_bad), "审查不通过项", "Items failed", READ },
    { "visit", FIELD_TEXT, offsetof(Candidate, visit), "现场核查", "Site visit", READ },
    { "paper", FIELD_INT, offsetof(Candidate, paper), "专家评审", "Paper", READ },
    { "defence", FIELD_INT, offsetof(Candidate, defence), "视频答辩", "Defence", READ },
    { "site", FIELD_INT, offsetof(Candidate, site), "现场核查得分", "Site", READ },
    { "total", FIELD_INT, offsetof(Candidate, total), "总分", "Total", READ },
    { "place", FIELD_INT, offsetof(Candidate, place), "名次", "Place", READ },
    { "outcome", FIELD_TEXT, offsetof(Candidate, outcome), "结果", "Outcome", READ },
    { "clause", FIELD_TEXT, offsetof(Candidate, clause), "取消资格条款", "Clause", READ },
    { "reason", FIELD_TEXT, offsetof(Candidate, reason), "取消资格理由", "Reason", READ },
    { "out_at", FIELD_TEXT, offsetof(Candidate, out_at), "取消资格步骤", "Disqualified at", READ },
    FIELDS_END,
};

#define SELECTION_SELECT                                                                           \
    "SELECT id, version, batch_id, places, budget, ranked_at, opened_at FROM selection "

/* $1 = territory, $2 = batch, $3 = zone or 0 */
#define CANDIDATE_SELECT                                                                           \
    "SELECT z.id AS zone_id, z.name, z.county, q.name AS county_name, c.name AS city_name, "       \
    "r.step, r.role, z.villages, z.transitional, z.exceptions, m.rank, "                           \
    "(SELECT count(*) FROM review_copy y WHERE y.zone_id = z.id) AS copies, "                      \
    "(SELECT count(*) FROM exception_decision e WHERE e.zone_id = z.id AND e.granted = 1) "        \
    "AS granted, "                                                                                 \
    "(SELECT count(*) FROM exception_decision e WHERE e.zone_id = z.id AND e.granted = 0) "        \
    "AS refused, f.version AS form_version, "                                                      \
    "(SELECT count(*) FROM form_check k WHERE k.zone_id = z.id AND k.ok = 1) AS form_ok, "         \
    "(SELECT count(*) FROM form_check k WHERE k.zone_id = z.id AND k.ok = 0) AS form_bad, "        \
    "v.state AS visit, g.paper, g.defence, g.site, g.total, g.place, x.outcome, d.clause, "        \
    "d.reason, d.step AS out_at FROM zone z "                                                      \
    "JOIN process_run r ON r.noun = 'zone' AND r.noun_id = z.id "                                  \
    "LEFT JOIN region q ON q.code = z.county AND q.valid_to IS NULL "                              \
    "LEFT JOIN region c ON c.code = substr(z.county, 1, 4) AND c.valid_to IS NULL "                \
    "LEFT JOIN recommendation_zone m ON m.zone_id = z.id "                                         \
    "LEFT JOIN form_sheet f ON f.zone_id = z.id "                                                  \
    "LEFT JOIN site_visit v ON v.zone_id = z.id "                                                  \
    "LEFT JOIN ranking g ON g.batch_id = z.batch_id AND g.zone_id = z.id "                         \
    "LEFT JOIN disqualification d ON d.zone_id = z.id "                                            \
    "LEFT JOIN determination n ON n.batch_id = z.batch_id AND n.state <> 'withdrawn' "             \
    "LEFT JOIN determination_zone x ON x.determination_id = n.id AND x.zone_id = z.id "            \
    "WHERE " WITHIN(                                                                               \
        "z.county",                                                                                \
        1) " AND z.batch_id = $2 AND ($3 = 0 OR z.id = $3) AND r.role IN ('zone.province', "       \
           "'zone.review', 'zone.defence', 'zone.site', 'zone.determine', 'zone.publish', "        \
           "'zone.selected', 'zone.not_selected', 'zone.disqualified') ORDER BY z.county, "        \
           "z.name, z.id"

static Err find(Cx *cx, Selection *out, int64_t batch_id)
{
    Err e = store_row(cx, out, selection_fields, SELECTION_SELECT "WHERE batch_id = $1",
                      ARGS(I(batch_id)));
    if (e != NOT_FOUND)
        return e;
    field_clear(out, selection_fields);
    out->batch_id = batch_id;
    return OK;
}

Err selection_view(Cx *cx, SelectionView *out, int64_t batch_id)
{
    *out = (SelectionView){ .run = { .step = "", .role = "" } };
    TRY(batch_get(cx, &out->batch, batch_id));
    TRY(pack_store_get(cx, &out->pack, out->batch.pack));
    TRY(rubric_read(cx, &out->rubric, out->pack->rubric));
    TRY(process_of(cx, &out->process, out->pack, "selection"));
    TRY(find(cx, &out->row, batch_id));
    if (out->row.id == UNSET) {
        out->row.places = out->rubric->places;
        out->row.budget = out->rubric->budget;
        return OK;
    }
    if (cx->user == NULL)
        return OK;
    TRY(process_run(cx, &out->run, "selection", out->row.id));
    return process_may(cx, &out->may, out->process, &out->run);
}

Err selection_of_zone(Cx *cx, SelectionView *out, int64_t zone_id)
{
    Zone z;
    TRY(zone_get(cx, &z, zone_id));
    return selection_view(cx, out, z.batch_id);
}

bool selection_plays(const SelectionView *v, const char *roles)
{
    size_t length = strlen(v->run.role);
    for (const char *at = roles; length > 0 && (at = strstr(at, v->run.role)) != NULL; at++)
        if ((at == roles || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

Err selection_at(Cx *cx, const SelectionView *v, const char *roles)
{
    if (selection_plays(v, roles))
        return OK;
    if (!*v->run.step)
        return fail(cx, CONFLICT, "step", "竞争立项还没有开始", "the selection has not begun");
    const Step *s = process_step(v->process, v->run.step);
    return fail(cx, CONFLICT, "step", "现在的步骤“%s”不能这样办理%.0s",
                "this cannot be done at the present step%.0s (%s)", s ? s->zh : v->run.step,
                s ? s->en : v->run.step);
}

Err selection_candidates(Cx *cx, List *out, int64_t batch_id, int64_t zone_id)
{
    Arg territory = cx->user == NULL ? T("") : user_reach(cx->user);
    return store_list(cx, out, candidate_fields, sizeof(Candidate), CANDIDATE_SELECT,
                      ARGS(territory, I(batch_id), I(zone_id)));
}

bool candidate_in(const Candidate *c)
{
    return c->clause == NULL;
}
