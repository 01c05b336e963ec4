#include "modules/zone/zone.h"

#include "core/access/right.h"
#include "core/register/register.h"

#include "modules/zone/zone_lack.h"
#include "modules/zone/zone_routes.h"

#include <stdlib.h>
#include <string.h>

typedef struct NewZone {
    const char *name;
    const char *county;
    int64_t batch_id;
} NewZone;

static const Field NEW_ZONE[] = {
    { "name", FIELD_TEXT, offsetof(NewZone, name), "推进区", "Zone", .flags = FIELD_REQUIRED,
      .min = 1, .max = 120 },
    { "county", FIELD_TEXT, offsetof(NewZone, county), "县（市、区）", "County",
      .flags = FIELD_REQUIRED, .pattern = "digits:6" },
    { "batch_id", FIELD_INT, offsetof(NewZone, batch_id), "批次", "Batch",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err put_view(Cx *cx, Reply *rp, const ZoneView *v)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    json_open(&o, NULL, '{');
    field_write(cx, &o, zone_fields, &v->zone, false);
    TRY(process_put_flow(cx, &o, v->process, &v->run));
    TRY(process_put_may(cx, &o, v->process, &v->run, &v->may));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    return put_view(cx, rp, &v);
}

static Err create(Cx *cx, Request *rq, Reply *rp)
{
    NewZone n;
    ZoneView v;
    int64_t id;
    TRY(request_row(cx, &n, NEW_ZONE, rq));
    TRY(zone_add(cx, &id, n.name, n.county, n.batch_id));
    TRY(zone_view(cx, &v, id));
    return put_view(cx, rp, &v);
}

static Err put_dossier(Cx *cx, Reply *rp, int64_t id)
{
    Dossier d;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_dossier(cx, &d, id));
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", d.version);
    json_put_text(&o, "saved_at", instant_text(cx, d.saved_at));
    json_put_text(&o, "saved_name", d.saved_name);
    json_put_raw(&o, "dossier", d.dossier);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_dossier(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    return put_dossier(cx, rp, v.zone.id);
}

static const Field DOSSIER_BODY[] = {
    { "version", FIELD_INT, NO_OFFSET, "版本", "Version", .flags = FIELD_REQUIRED },
    { "dossier", FIELD_OBJECT, NO_OFFSET, "申报材料", "Dossier", .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err save_dossier(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Check check;
    const Json *body;
    int64_t version;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    const Json *dossier = json_get(body, "dossier");
    if (json_missing(dossier))
        return fail(cx, INVALID, "/dossier", "缺少申报材料", "the dossier is missing");
    TRY(zone_save(cx, &version, &check, &v, dossier, json_int(body, "version", 0)));
    json_open(&o, NULL, '{');
    json_put_int(&o, "version", version);
    json_put_text(&o, "saved_at", instant_text(cx, cx_now(cx)));
    check_write(cx, &o, "check", &check);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_check(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Check check;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(zone_check(cx, &check, &v));
    check_write(cx, &o, NULL, &check);
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_explanation(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Explanation e;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(zone_explain(cx, &e, &v, request_param(rq, "rule")));
    explanation_write(cx, &o, NULL, &e);
    return reply_json(cx, rp, buf_text(&b));
}

static Err reply_evidence(Cx *cx, Reply *rp, const ZoneView *v)
{
    List all;
    TRY(zone_evidence(cx, &all, v));
    return reply_page(cx, rp, evidence_fields, sizeof(Evidence), &all);
}

static Err show_evidence(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    return reply_evidence(cx, rp, &v);
}

static Err save_evidence(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    const Json *body;
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    TRY(zone_put_evidence(cx, &v, body));
    return reply_evidence(cx, rp, &v);
}

static Err act(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    StepAct a;
    bool moved;
    TRY(store_lock(cx, "zone")); /* two acts at once are decided one after the other */
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(process_read_act(cx, &a, rq));
    TRY(zone_act(cx, &moved, &v, &a));
    TRY(zone_view(cx, &v, v.zone.id));
    return put_view(cx, rp, &v);
}

/* What lacks before the zone goes on, and what the desk that returned it remarked. */
static Err show_lacks(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Check check;
    List lacks;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    TRY(zone_check(cx, &check, &v));
    TRY(zone_lacks(cx, &lacks, &v, &check));
    json_open(&o, NULL, '{');
    json_put_bool(&o, "proves", zone_must_prove(&v));
    reply_put_rows(cx, &o, "rows", lack_fields, sizeof(Lack), &lacks);
    TRY(zone_put_returned(cx, &o, "returned", &v));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err history(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    json_open(&o, NULL, '{');
    TRY(process_put_history(cx, &o, v.process, &v.run));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err diff(Cx *cx, Request *rq, Reply *rp)
{
    ZoneView v;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    const char *from = request_query(rq, "from"), *to = request_query(rq, "to");
    TRY(zone_view(cx, &v, request_id(rq, "id")));
    json_open(&o, NULL, '{');
    TRY(zone_put_diff(cx, &o, &v, from ? atoll(from) : 0, to ? atoll(to) : 0));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static const Route ROUTES[] = {
    { GET, "/api/zones", "zone.read", register_list_handler, "看推进区", "List zones",
      .out = zone_fields, .flags = ROUTE_PAGE, .noun = "zone" },
    { POST, "/api/zones", "zone.create", create, "新建推进区", "Open a zone", NEW_ZONE,
      zone_fields },
    { GET, "/api/zones/:id", "zone.read", show, "看推进区", "Show a zone", .out = zone_fields },
    { GET, "/api/zones/:id/dossier", "zone.read", show_dossier, "看申报材料", "Show the dossier" },
    { PUT, "/api/zones/:id/dossier", "zone.write", save_dossier, "保存申报材料", "Save the dossier",
      DOSSIER_BODY },
    { GET, "/api/zones/:id/check", "zone.read", show_check, "对照检查", "Check the dossier" },
    { GET, "/api/zones/:id/check/:rule", "zone.read", show_explanation, "说明一条规则",
      "Explain one rule of the check" },
    { GET, "/api/zones/:id/lacks", "zone.read", show_lacks, "看送出前还差什么和退回意见",
      "Show what lacks before it goes on, and the remarks of its return" },
    { GET, "/api/zones/:id/evidence", "zone.read", show_evidence, "看佐证材料", "Show the evidence",
      .out = evidence_fields, .flags = ROUTE_PAGE },
    { PUT, "/api/zones/:id/evidence", "zone.write", save_evidence, "保存佐证材料",
      "Save the evidence", evidence_fields, evidence_fields, ROUTE_PAGE, .body = BODY_ROWS },
    { POST, "/api/zones/:id/acts", "zone.act", act, "办理推进区", "Act on a zone",
      process_act_fields, zone_fields },
    { GET, "/api/zones/:id/history", "zone.read", history, "看办理过程", "Show the history" },
    { GET, "/api/zones/:id/diff", "zone.read", diff, "比较两版", "Compare two states",
      .query = "from to" },
    { GET, "/api/zones/:id/villages.xlsx", "zone.read", zone_sheet,
      "导出行政村（?template=1 模板，?lang=en）", "Export the villages (?template=1, ?lang=en)",
      .flags = ROUTE_FILE, .query = "template lang" },
    { GET, "/api/zones/:id/projects.xlsx", "zone.read", zone_sheet,
      "导出项目（?template=1 模板，?lang=en）", "Export the projects (?template=1, ?lang=en)",
      .flags = ROUTE_FILE, .query = "template lang" },
    { GET, "/api/zones/:id/funds.xlsx", "zone.read", zone_sheet,
      "导出资金（?template=1 模板，?lang=en）", "Export the funds (?template=1, ?lang=en)",
      .flags = ROUTE_FILE, .query = "template lang" },
    { GET, "/api/zones/:id/sheets/:part", "zone.read", zone_sheet,
      "导出申报材料的一张表，含政策包自定的（?template=1 模板，?lang=en）",
      "Export a table or part of the dossier, of the pack's own too (?template=1, ?lang=en)",
      .flags = ROUTE_FILE | ROUTE_HEAVY, .query = "template lang" },
    { POST, "/api/zones/:id/:part/check", "zone.write", zone_sheet_check,
      "核对上传的表（?replace=1，?annotated=1 标注错误）",
      "Check an upload (?replace=1, ?annotated=1 marks its errors)",
      .flags = ROUTE_READ | ROUTE_HEAVY | ROUTE_FILE, .body = BODY_SHEET,
      .query = "replace annotated" },
    { POST, "/api/zones/:id/:part/import", "zone.write", zone_sheet_import,
      "导入表格（?version=，?replace=1）", "Import an upload (?version=, ?replace=1)",
      .flags = ROUTE_HEAVY, .prepare = zone_sheet_prepare, .body = BODY_SHEET,
      .query = "version replace" },
    { GET, "/api/zones/:id/declaration.pdf", "zone.read", zone_declaration, "打印申报材料",
      "Print the declaration", .flags = ROUTE_STREAM | ROUTE_FILE },
    { GET, "/api/zones.xlsx", "zone.read", register_export_handler,
      "导出推进区列表（筛选和列同列表，?lang=en）",
      "Export the list of zones (filters and columns of the list, ?lang=en)", .flags = ROUTE_FILE,
      .query = "sort columns lang *", .noun = "zone" },
    { GET, "/api/inbox", "session", zone_inbox, "看待办", "Show the inbox" },
    ROUTES_END,
};

/* Attachments hang on a zone; they change where its dossier may be changed. */
static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    ZoneView v;
    TRY(zone_view(cx, &v, id));
    if (write && !v.may.edit)
        return fail(cx, CONFLICT, NULL, "这一步（%s）不能增减附件",
                    "attachments cannot be changed at this step (%s)", v.run.step);
    *territory = v.zone.county;
    return OK;
}

extern const char zone_sql[];

static const Right RIGHTS[] = {
    { "zone.read", "查看推进区", "See zones", OFFICES, ANY_KIND, DESKS },
    { "zone.create", "新建推进区", "Open a zone", COUNTY, RURAL, HANDLER },
    { "zone.write", "填写推进区申报材料", "Fill in a zone's dossier", COUNTY, BUREAUS | DEPARTMENT,
      HANDLER },
    { "zone.act", "办理推进区流程", "Take a step of a zone's process", STAFF, BUREAUS | GOVERNMENT,
      DESKS },
    { .right = NULL },
};

const Module zone_module = {
    .noun = "zone",
    .schema = zone_sql,
    .routes = ROUTES,
    .rights = RIGHTS,
    .fields = zone_fields,
    .reach = reach,
    .link = "SELECT id AS key, name AS called, county AS territory FROM zone",
    .keeps = &ZONE_LIST,
};
