#include "modules/recommendation/recommendation_routes.h"

#include "core/access/right.h"

#include <string.h>

static Err reply_view(Cx *cx, Reply *rp, int64_t id)
{
    RecommendationView v;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(recommendation_view(cx, &v, id));
    json_open(&o, NULL, '{');
    field_write(cx, &o, recommendation_fields, &v.row, false);
    json_put_text(&o, "now", instant_text(cx, cx_now(cx)));
    json_put_text(&o, "pack", v.batch.pack);
    json_put_bool(&o, "sample", v.batch.sample != 0);
    TRY(process_put_flow(cx, &o, v.process, &v.run));
    TRY(process_put_history(cx, &o, v.process, &v.run));
    TRY(process_put_may(cx, &o, v.process, &v.run, &v.may));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    return reply_view(cx, rp, request_id(rq, "id"));
}

typedef struct NewRecommendation {
    const char *city;
} NewRecommendation;

static const Field NEW_RECOMMENDATION[] = {
    { "city", FIELD_TEXT, offsetof(NewRecommendation, city), "市代码", "City",
      .flags = FIELD_REQUIRED, .pattern = "digits:4" },
    FIELDS_END,
};

static Err start(Cx *cx, Request *rq, Reply *rp)
{
    NewRecommendation n;
    int64_t id;
    TRY(request_row(cx, &n, NEW_RECOMMENDATION, rq));
    TRY(recommendation_start(cx, &id, request_id(rq, "id"), n.city));
    return reply_view(cx, rp, id);
}

static const Json *without_zones(Cx *cx, const Json *body)
{
    Json *rest = NEW(cx, Json);
    *rest = *body;
    rest->count = 0;
    rest->items = NEW_N(cx, Json *, body->count + 1);
    for (size_t i = 0; i < body->count; i++)
        if (strcmp(body->items[i]->key, "zones") != 0)
            rest->items[rest->count++] = body->items[i];
    return rest;
}

static const Field SAVE_BODY[] = {
    { "version", FIELD_INT, NO_OFFSET, "版本", "Version", .flags = FIELD_REQUIRED },
    { "letter_number", FIELD_TEXT, NO_OFFSET, "推荐函文号", "Number of the letter", .max = 60 },
    { "letter_day", FIELD_DATE, NO_OFFSET, "成文日期", "Date of the letter" },
    { "letter_attachment_id", FIELD_INT, NO_OFFSET, "盖章推荐函", "Stamped letter", .min = 1 },
    { "zones", FIELD_LIST, NO_OFFSET, "排序和选择", "Ranking and choice",
      .fields = recommendation_choice },
    FIELDS_END,
};

/* { version, letter_number, letter_day, letter_attachment_id, zones }; what is absent stays. */
static Err save(Cx *cx, Request *rq, Reply *rp)
{
    RecommendationView v;
    const Json *body;
    TRY(store_lock(cx, "zone"));
    TRY(recommendation_view(cx, &v, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    if (body->type != J_OBJECT || json_missing(json_get(body, "version")))
        return fail(cx, INVALID, "/version", "缺少版本号", "the version that was seen is missing");
    Recommendation row = v.row;
    TRY(field_read(cx, &row, recommendation_fields, without_zones(cx, body), ""));
    TRY(recommendation_save(cx, &v, &row));
    const Json *zones = json_get(body, "zones");
    if (zones)
        TRY(recommendation_choose(cx, &v, zones));
    return reply_view(cx, rp, v.row.id);
}

static Err put_candidate(Cx *cx, JsonOut *o, const RankCandidate *c)
{
    Dossier d;
    TRY(zone_dossier(cx, &d, c->zone_id));
    json_open(o, NULL, '{');
    field_write(cx, o, recommendation_candidate_fields, c, false);
    json_put_raw(o, "dossier", d.dossier);
    if (c->result && !c->ready) /* decided: the record of the choice, not a check of today */
        json_put_raw(o, "check", c->result);
    else
        check_write(cx, o, "check", &c->check);
    json_close(o, '}');
    return OK;
}

static Err candidates(Cx *cx, Request *rq, Reply *rp)
{
    RecommendationView v;
    Candidates all;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(recommendation_view(cx, &v, request_id(rq, "id")));
    TRY(candidate_list(cx, &all, &v));
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < all.count; i++)
        TRY(put_candidate(cx, &o, &all.at[i]));
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)all.count);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err act(Cx *cx, Request *rq, Reply *rp)
{
    RecommendationView v;
    StepAct a;
    TRY(store_lock(cx, "zone")); /* two acts at once are decided one after the other */
    TRY(recommendation_view(cx, &v, request_id(rq, "id")));
    TRY(process_read_act(cx, &a, rq));
    TRY(recommendation_act(cx, &v, &a));
    return reply_view(cx, rp, v.row.id);
}

typedef struct Reopening {
    const char *reason;
} Reopening;

static const Field REOPENING[] = {
    { "reason", FIELD_TEXT, offsetof(Reopening, reason), "重开理由", "Reason",
      .flags = FIELD_REQUIRED, .min = 1, .max = 2000 },
    FIELDS_END,
};

static Err reopen(Cx *cx, Request *rq, Reply *rp)
{
    RecommendationView v;
    Reopening r;
    TRY(store_lock(cx, "zone"));
    TRY(recommendation_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &r, REOPENING, rq));
    TRY(recommendation_reopen(cx, &v, r.reason));
    return reply_view(cx, rp, v.row.id);
}

static Err reply_findings(Cx *cx, Reply *rp, int64_t zone_id)
{
    List all;
    TRY(finding_list(cx, &all, zone_id));
    return reply_page(cx, rp, finding_fields, sizeof(RuleFinding), &all);
}

static Err findings(Cx *cx, Request *rq, Reply *rp)
{
    Zone z;
    TRY(zone_get(cx, &z, request_id(rq, "id")));
    return reply_findings(cx, rp, z.id);
}

static Err save_findings(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    const Json *body;
    TRY(store_lock(cx, "zone"));
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    TRY(finding_save(cx, &v, body));
    return reply_findings(cx, rp, v.zone.id);
}

static const Route ROUTES[] = {
    { GET, "/api/batches/:id/recommendations", "recommendation.read", recommendation_board,
      "看批次推荐情况", "Show the batch's board" },
    { POST, "/api/batches/:id/recommendations", "recommendation.write", start, "开始市级推荐",
      "Begin the city's recommendation", NEW_RECOMMENDATION, recommendation_fields },
    { GET, "/api/recommendations/:id", "recommendation.read", show, "看市级推荐",
      "Show a recommendation", .out = recommendation_fields },
    { PUT, "/api/recommendations/:id", "recommendation.write", save, "保存排序、选择和推荐函",
      "Save ranking, choice and letter", SAVE_BODY, recommendation_fields, .body = BODY_CHANGE },
    { GET, "/api/recommendations/:id/candidates", "recommendation.read", candidates, "看候选推进区",
      "List the candidates", .out = recommendation_candidate_fields, .flags = ROUTE_PAGE },
    { POST, "/api/recommendations/:id/acts", "recommendation.act", act, "办理市级推荐",
      "Act on a recommendation", process_act_fields, recommendation_fields },
    { POST, "/api/recommendations/:id/reopen", "recommendation.reopen", reopen, "重开市级推荐",
      "Reopen a recommendation", REOPENING, recommendation_fields },
    { GET, "/api/recommendations/:id/letter.pdf", "recommendation.read", recommendation_letter,
      "打印推荐函", "Print the letter of recommendation", .flags = ROUTE_STREAM | ROUTE_FILE },
    { GET, "/api/zones/:id/findings", "recommendation.read", findings, "看市级审核意见",
      "List the city's findings", .out = finding_fields, .flags = ROUTE_PAGE },
    { PUT, "/api/zones/:id/findings", "recommendation.audit", save_findings, "填写市级审核意见",
      "Write the city's findings", finding_fields, finding_fields, ROUTE_PAGE, .body = BODY_ROWS },
    { GET, "/api/zones/:id/overlaps", "zone.read", zone_overlaps, "看与已安排区域的重叠",
      "Show where a zone touches arranged areas", .out = overlap_fields, .flags = ROUTE_PAGE },
    { GET, "/api/batches/:id/arranged.xlsx", "batch.write", arranged_template,
      "下载已安排区域模板（?lang=en）", "Form of the register of arranged areas (?lang=en)",
      .flags = ROUTE_FILE, .query = "lang" },
    { POST, "/api/batches/:id/arranged/check", "batch.write", arranged_check,
      "核对已安排区域表（?annotated=1 标注错误）",
      "Check a register of arranged areas (?annotated=1 marks its errors)",
      .flags = ROUTE_READ | ROUTE_HEAVY | ROUTE_FILE, .body = BODY_SHEET, .query = "annotated" },
    { POST, "/api/batches/:id/arranged/import", "batch.write", arranged_import, "导入已安排区域表",
      "Import a register of arranged areas", .flags = ROUTE_HEAVY, .prepare = arranged_prepare,
      .body = BODY_SHEET },
    ROUTES_END,
};

/* The stamped letter hangs on a recommendation; it changes where the recommendation may. */
static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    RecommendationView v;
    TRY(recommendation_view(cx, &v, id));
    if (write && !v.may.edit && !v.may.forward)
        return fail(cx, CONFLICT, NULL, "这一步（%s）现在不由您增减附件",
                    "attachments are not at your desk at this step (%s)", v.run.step);
    *territory = v.row.city;
    return OK;
}

extern const char recommendation_sql[];

static const Right RIGHTS[] = {
    { "recommendation.read", "查看市级推荐", "See the cities' recommendations", PROVINCE | CITY,
      BUREAUS | GOVERNMENT, DESKS },
    { "recommendation.audit", "填写市级审核意见", "Write the city's findings", CITY, BUREAUS,
      CHECKER },
    { "recommendation.write", "排序、选择和填写推荐函", "Rank, choose and write the letter", CITY,
      BUREAUS, DESKS },
    { "recommendation.act", "办理市级推荐", "Take a step of a recommendation", CITY, BUREAUS,
      DESKS },
    { "recommendation.reopen", "重开市级推荐", "Reopen a recommendation", PROVINCE, RURAL, SIGNER },
    { .right = NULL },
};

const Module recommendation_module = { .noun = "recommendation",
                                       .schema = recommendation_sql,
                                       .routes = ROUTES,
                                       .rights = RIGHTS,
                                       .fields = recommendation_fields,
                                       .reach = reach };
