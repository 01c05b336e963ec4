#include "modules/selection/selection.h"

#include "core/access/right.h"
#include "modules/selection/determination.h"
#include "modules/selection/objection.h"
#include "modules/selection/public.h"
#include "modules/selection/ranking.h"
#include "modules/selection/visit.h"

#include <string.h>

/* Whatever a view can put, as the reply. */
typedef Err (*Put)(Cx *cx, JsonOut *o, const SelectionView *v);

static Err reply_put(Cx *cx, Reply *rp, const SelectionView *v, Put put)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(put(cx, &o, v));
    return reply_json(cx, rp, buf_text(&b));
}

static Err show(Cx *cx, Request *rq, Reply *rp, Put put)
{
    SelectionView v;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    return reply_put(cx, rp, &v, put);
}

/* --- the selection --- */

static Err show_selection(Cx *cx, Request *rq, Reply *rp)
{
    return show(cx, rq, rp, selection_put);
}

typedef struct LimitsBody {
    int64_t places;
    Money budget;
    int64_t version;
} LimitsBody;

static const Field LIMITS_BODY[] = {
    { "places", FIELD_INT, offsetof(LimitsBody, places), "名额", "Places", .flags = FIELD_REQUIRED,
      .min = 1, .max = 1000 },
    { "budget", FIELD_MONEY, offsetof(LimitsBody, budget), "资金总额", "Budget",
      .flags = FIELD_REQUIRED, .unit = "万元" },
    { "version", FIELD_INT, offsetof(LimitsBody, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err save_limits(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    LimitsBody b;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &b, LIMITS_BODY, rq));
    TRY(selection_set_limits(cx, &v, b.places, b.budget, b.version));
    return reply_put(cx, rp, &v, selection_put);
}

static const Option ACTS[] = {
    { "open", "开始", "Open" },
    { "forward", "进入下一步或签署", "Go on or sign" },
    { "back", "退回", "Return" },
    { "withdraw", "撤回", "Withdraw" },
    { .key = NULL },
};

typedef struct ActBody {
    const char *act;
    const char *to;
    const char *reason;
    const char *hash;
    int64_t round;
} ActBody;

static const Field ACT_BODY[] = {
    { "act", FIELD_ENUM, offsetof(ActBody, act), "办理", "Act", .flags = FIELD_REQUIRED,
      .options = ACTS },
    { "to", FIELD_TEXT, offsetof(ActBody, to), "退回到", "Return to", .max = 40 },
    { "reason", FIELD_TEXT, offsetof(ActBody, reason), "意见", "Reason", .max = 2000 },
    { "hash", FIELD_TEXT, offsetof(ActBody, hash), "名单校验值", "Hash of the list", .max = 64 },
    { "round", FIELD_INT, offsetof(ActBody, round), "轮次", "Round" },
    FIELDS_END,
};

static Err act(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    ActBody b;
    TRY(store_lock(cx, "zone")); /* the zones move with it */
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &b, ACT_BODY, rq));
    if (strcmp(b.act, "open") != 0) {
        StepAct a = { .act = b.act, .to = b.to, .reason = b.reason, .round = b.round };
        TRY(selection_act(cx, &v, &a, b.hash));
    } else if (right_allows(cx, "selection.write"))
        TRY(selection_open(cx, &v));
    else
        return fail(cx, FORBIDDEN, NULL, "竞争立项由省乡村振兴部门开始",
                    "the province's rural bureau opens the selection");
    return reply_put(cx, rp, &v, selection_put);
}

/* --- form check, exceptions, disqualification --- */

static Err show_form(Cx *cx, Request *rq, Reply *rp)
{
    return show(cx, rq, rp, form_put);
}

static Err reply_form(Cx *cx, Reply *rp, const SelectionView *v, int64_t zone_id)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(form_put_zone(cx, &o, v, zone_id));
    return reply_json(cx, rp, buf_text(&b));
}

static Err save_form(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    const Json *body;
    int64_t id = request_id(rq, "id");
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_json(cx, &body, rq));
    TRY(form_save(cx, &v, id, body));
    return reply_form(cx, rp, &v, id);
}

typedef struct ExceptionBody {
    int64_t granted;
    const char *reason;
} ExceptionBody;

static const Field EXCEPTION_BODY[] = {
    { "granted", FIELD_BOOL, offsetof(ExceptionBody, granted), "同意", "Granted",
      .flags = FIELD_REQUIRED },
    { "reason", FIELD_TEXT, offsetof(ExceptionBody, reason), "理由", "Reason",
      .flags = FIELD_REQUIRED, .min = 1, .max = 2000 },
    FIELDS_END,
};

static Err decide_exception(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    ExceptionBody b;
    int64_t id = request_id(rq, "id");
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_row(cx, &b, EXCEPTION_BODY, rq));
    TRY(exception_decide(cx, &v, id, request_param(rq, "rule"), b.granted == 1, b.reason));
    return reply_form(cx, rp, &v, id);
}

typedef struct ReasonBody {
    const char *reason;
} ReasonBody;

static const Field REASON_BODY[] = {
    { "reason", FIELD_TEXT, offsetof(ReasonBody, reason), "理由", "Reason", .flags = FIELD_REQUIRED,
      .min = 1, .max = 2000 },
    FIELDS_END,
};

static Err return_zone(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    ReasonBody b;
    int64_t id = request_id(rq, "id");
    TRY(store_lock(cx, "zone"));
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_row(cx, &b, REASON_BODY, rq));
    TRY(zone_return(cx, &v, id, b.reason));
    return reply_done(cx, rp);
}

static Err disqualify(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    Disqualification d;
    int64_t id = request_id(rq, "id");
    TRY(store_lock(cx, "zone"));
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_row(cx, &d, disqualification_fields, rq));
    TRY(zone_disqualify(cx, &v, id, d.clause, d.reason));
    d.zone_id = id;
    d.batch_id = v.batch.id;
    d.step = v.run.step;
    d.user_id = cx->user->id;
    d.user_name = cx->user->name;
    d.at = cx_now(cx);
    return reply_row(cx, rp, disqualification_fields, &d);
}

/* --- site visits --- */

static Err reply_visit(Cx *cx, Reply *rp, const SelectionView *v, int64_t zone_id)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(visit_put(cx, &o, v, zone_id));
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_visit(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    int64_t id = request_id(rq, "id");
    TRY(selection_of_zone(cx, &v, id));
    return reply_visit(cx, rp, &v, id);
}

static Err save_visit(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    const Json *body;
    int64_t id = request_id(rq, "id");
    TRY(selection_of_zone(cx, &v, id));
    TRY(request_json(cx, &body, rq));
    TRY(visit_save(cx, &v, id, body));
    return reply_visit(cx, rp, &v, id);
}

static Err add_photo(Cx *cx, Request *rq, Reply *rp)
{
    const Json *body;
    int64_t id;
    TRY(request_json(cx, &body, rq));
    TRY(visit_add_photo(cx, &id, request_id(rq, "id"), body));
    return reply_id(cx, rp, id);
}

/* --- ranking, determination, money --- */

static Err show_ranking(Cx *cx, Request *rq, Reply *rp)
{
    return show(cx, rq, rp, ranking_put);
}

typedef struct VersionBody {
    int64_t version;
} VersionBody;

static const Field VERSION_BODY[] = {
    { "version", FIELD_INT, offsetof(VersionBody, version), "版本", "Version",
      .flags = FIELD_REQUIRED },
    FIELDS_END,
};

static Err make_ranking(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    VersionBody b;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &b, VERSION_BODY, rq));
    TRY(ranking_make(cx, &v, b.version));
    return show(cx, rq, rp, ranking_put);
}

static Err show_determinations(Cx *cx, Request *rq, Reply *rp)
{
    return show(cx, rq, rp, determination_put);
}

static Err propose(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    const Json *body;
    TRY(store_lock(cx, "zone"));
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_json(cx, &body, rq));
    TRY(determination_propose(cx, &v, body));
    return show(cx, rq, rp, determination_put);
}

static Err show_allotments(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    Money sum = 0;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(allotment_list(cx, &all, request_id(rq, "id")));
    const Allotment *rows = all.rows;
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < all.count; i++) {
        json_open(&o, NULL, '{');
        field_write(cx, &o, allotment_fields, &rows[i], false);
        json_close(&o, '}');
        if (strcmp(rows[i].state, "draft") == 0)
            sum += rows[i].amount;
    }
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)all.count);
    json_put_text(&o, "sum", money_text(cx, sum));
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

/* --- publications and objections --- */

static Err put_publication(Cx *cx, JsonOut *o, const Publication *p)
{
    bool open;
    Publication next;
    TRY(publication_open(cx, &open, p));
    TRY(publication_successor(cx, &next, p));
    json_open(o, NULL, '{');
    json_put_int(o, "id", p->id);
    json_put_text(o, "kind", p->kind);
    json_put_text(o, "starts_on", day_text(cx, p->starts_on));
    json_put_text(o, "ends_on", day_text(cx, p->ends_on));
    json_put_text(o, "hash", p->hash);
    json_put_text(o, "published_at", instant_text(cx, p->published_at));
    json_put_text(o, "state",
                  next.id != UNSET && strcmp(next.kind, "correction") == 0 ? "superseded"
                  : open                                                   ? "running"
                                                                           : "over");
    json_put_int(o, "days", p->ends_on - p->starts_on + 1);
    json_put_int(o, "objections", p->objections == UNSET ? 0 : p->objections);
    json_put_text(o, "url", arena_format(cx->arena, "/public/publications/%lld", (long long)p->id));
    json_close(o, '}');
    return OK;
}

static Err show_publications(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(publication_list(cx, &all, request_id(rq, "id")));
    json_open(&o, NULL, '{');
    json_open(&o, "rows", '[');
    for (size_t i = 0; i < all.count; i++)
        TRY(put_publication(cx, &o, (const Publication *)all.rows + i));
    json_close(&o, ']');
    json_put_int(&o, "total", (int64_t)all.count);
    json_close(&o, '}');
    return reply_json(cx, rp, buf_text(&b));
}

static Err publish(Cx *cx, Request *rq, Reply *rp)
{
    SelectionView v;
    Publication asked, made;
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(request_row(cx, &asked, publication_fields, rq));
    TRY(selection_at(cx, &v, "selection.publish selection.final"));
    if (strcmp(asked.kind, "final") == 0)
        return fail(cx, CONFLICT, "kind", "结果公告在公示结束、进入下一步时自动发布",
                    "the final notice is published when the selection goes on");
    TRY(publication_make(cx, &made, &v, asked.kind, asked.starts_on, asked.ends_on));
    TRY(put_publication(cx, &o, &made));
    return reply_json(cx, rp, buf_text(&b));
}

static Err show_objections(Cx *cx, Request *rq, Reply *rp)
{
    List all;
    SelectionView v;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    TRY(objection_list(cx, &all, v.batch.id, request_query(rq, "state"), v.rubric->objection_days));
    all.total = (int64_t)all.count;
    return reply_page(cx, rp, objection_fields, sizeof(Objection), &all);
}

static Err answer_objection(Cx *cx, Request *rq, Reply *rp)
{
    Objection o, given;
    TRY(objection_get(cx, &o, request_id(rq, "id")));
    TRY(request_row(cx, &given, objection_fields, rq));
    TRY(objection_answer(cx, &o, given.answer, given.upheld == 1, given.version));
    return reply_row(cx, rp, objection_fields, &o);
}

typedef struct Reveal {
    const char *reason;
    const char *name;
    const char *contact;
} Reveal;

static const Field REVEAL[] = {
    { "reason", FIELD_TEXT, offsetof(Reveal, reason), "查看理由", "Reason", FIELD_REQUIRED, 1,
      200 },
    { "name", FIELD_TEXT, offsetof(Reveal, name), "姓名", "Name", FIELD_READONLY },
    { "contact", FIELD_TEXT, offsetof(Reveal, contact), "联系方式", "Contact", FIELD_READONLY },
    FIELDS_END,
};

static Err reveal_objection(Cx *cx, Request *rq, Reply *rp)
{
    Reveal r;
    Objection o;
    TRY(request_row(cx, &r, REVEAL, rq));
    TRY(objection_reveal(cx, &o, request_id(rq, "id"), r.reason));
    r.name = o.name;
    r.contact = o.contact;
    return reply_row(cx, rp, REVEAL, &r);
}

/* --- routes --- */

static const Route ROUTES[] = {
    { GET, "/api/batches/:id/selection", "selection.read", show_selection, "看竞争立项",
      "Show the selection" },
    { PUT, "/api/batches/:id/selection", "selection.write", save_limits, "设定名额和资金总额",
      "Set places and budget", LIMITS_BODY },
    { POST, "/api/batches/:id/selection/acts", "selection.act", act, "办理竞争立项",
      "Act on the selection", ACT_BODY },
    { GET, "/api/batches/:id/form", "selection.read", show_form, "看形式审查",
      "Show the form check" },
    { PUT, "/api/zones/:id/form", "selection.write", save_form, "保存形式审查",
      "Save the form check", form_body },
    { PUT, "/api/zones/:id/exceptions/:rule", "selection.decide", decide_exception, "决定例外",
      "Decide on an exception", EXCEPTION_BODY },
    { POST, "/api/zones/:id/return", "selection.write", return_zone, "退回市级",
      "Return a zone to its city", REASON_BODY },
    { POST, "/api/zones/:id/disqualify", "selection.decide", disqualify, "取消资格",
      "Disqualify a zone", disqualification_fields, disqualification_fields },
    { GET, "/api/zones/:id/visit", "selection.read", show_visit, "看现场核查",
      "Show the site visit" },
    { PUT, "/api/zones/:id/visit", "selection.write", save_visit, "保存现场核查",
      "Save the site visit", visit_body },
    { POST, "/api/visits/:id/photos", "selection.write", add_photo, "登记核查照片",
      "Add a photo to a site visit", visit_photo_body },
    { GET, "/api/batches/:id/ranking", "selection.read", show_ranking, "看综合排序",
      "Show the ranking" },
    { POST, "/api/batches/:id/ranking", "selection.write", make_ranking, "计算综合排序",
      "Make the ranking", VERSION_BODY },
    { GET, "/api/batches/:id/determinations", "selection.read", show_determinations, "看确定名单",
      "Show the determinations" },
    { POST, "/api/batches/:id/determinations", "selection.write", propose, "提出拟入选名单",
      "Propose the list", determination_proposal },
    { GET, "/api/batches/:id/allotments", "selection.read", show_allotments, "看资金安排（草案）",
      "Show the draft allotments", .out = allotment_fields, .flags = ROUTE_PAGE },
    { GET, "/api/batches/:id/publications", "selection.read", show_publications, "看公示",
      "Show the publications" },
    { POST, "/api/batches/:id/publications", "selection.write", publish, "发布公示", "Publish",
      publication_fields },
    { GET, "/api/batches/:id/objections", "selection.read", show_objections, "看异议",
      "List the objections", .out = objection_fields, .flags = ROUTE_PAGE, .query = "state" },
    { PUT, "/api/objections/:id", "selection.write", answer_objection, "答复异议",
      "Answer an objection", objection_fields, objection_fields },
    { POST, "/api/objections/:id/reveal", "selection.write", reveal_objection, "查看异议人联系方式",
      "Reveal who objected", REVEAL, REVEAL, ROUTE_READ | ROUTE_AUDIT },
    { GET, "/public", "", public_home, "信息公开", "Public information", .flags = ROUTE_HTML },
    { GET, "/public/style.css", "", public_style, "公开页样式", "Style of the public pages",
      .flags = ROUTE_HTML },
    { GET, "/public/batches/:id", "", public_batch, "公开批次", "A batch, for the public",
      .flags = ROUTE_HTML },
    { GET, "/public/publications/:id", "", public_list, "公示页", "A publication",
      .flags = ROUTE_HTML },
    { GET, "/public/publications/:id/ranking", "", public_ranking, "综合排序说明", "The ranking",
      .flags = ROUTE_HTML },
    { GET, "/public/publications/:id/list.xlsx", "", public_sheet, "下载公示名单",
      "A published list as a workbook", .flags = ROUTE_HTML | ROUTE_FILE },
    { GET, "/public/publications/:id/list.pdf", "", public_paper, "下载公示公文",
      "A published list as a document", .flags = ROUTE_HTML | ROUTE_FILE },
    { GET, "/public/publications/:id/objection", "", public_form, "意见表", "Form of an objection",
      .flags = ROUTE_HTML },
    { POST, "/public/publications/:id/objection", "", public_object, "提交意见",
      "Submit an objection", .flags = ROUTE_HTML | ROUTE_STREAM },
    { GET, "/public/receipts", "", public_receipts, "查意见", "Look up an objection",
      .flags = ROUTE_HTML },
    { GET, "/public/objections/:receipt", "", public_objection, "意见办理情况",
      "What became of an objection", .flags = ROUTE_HTML },
    ROUTES_END,
};

/* Photos hang on a site visit, and the province alone sees them. */
static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    Visit visit;
    Zone zone;
    if (!right_allows(cx, write ? "selection.write" : "selection.read"))
        return fail(cx, NOT_FOUND, "id", "没有这次核查", "there is no such visit");
    TRY(visit_get(cx, &visit, id));
    TRY(zone_get(cx, &zone, visit.zone_id));
    if (write && strcmp(visit.state, "planned") != 0)
        return fail(cx, CONFLICT, NULL, "现场核查已完成，不能增减照片",
                    "the site visit is done; photos cannot be changed");
    *territory = zone.county;
    return OK;
}

extern const char selection_sql[];

static const Right RIGHTS[] = {
    { "selection.read", "查看竞争立项", "See the selection", PROVINCE, BUREAUS, DESKS },
    { "selection.write", "办理形式审查、核查、综合排序、公示和异议",
      "Keep form check, visits, ranking, publication and objections", PROVINCE, RURAL, DESKS },
    { "selection.decide", "决定例外和取消资格", "Decide on exceptions and disqualification",
      PROVINCE, BUREAUS, DESKS },
    { "selection.act", "办理竞争立项流程", "Take a step of the selection", PROVINCE, BUREAUS,
      DESKS },
    { .right = NULL },
};

const Module selection_module = { .noun = "selection",
                                  .schema = selection_sql,
                                  .routes = ROUTES,
                                  .rights = RIGHTS,
                                  .fields = selection_fields,
                                  .reach = reach };
