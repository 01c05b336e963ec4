#include "modules/selection/selection.h"

#include "core/access/right.h"

#include <string.h>

Err selection_reply(Cx *cx, Reply *rp, const SelectionView *v, SelectionPut put)
{
    Buf b = BUF(cx);
    JsonOut o = json_out(&b);
    TRY(put(cx, &o, v));
    return reply_json(cx, rp, buf_text(&b));
}

Err selection_show(Cx *cx, const Request *rq, Reply *rp, SelectionPut put)
{
    SelectionView v;
    TRY(selection_view(cx, &v, request_id(rq, "id")));
    return selection_reply(cx, rp, &v, put);
}

/* --- form check and exceptions --- */

static Err show_form(Cx *cx, Request *rq, Reply *rp)
{
    return selection_show(cx, rq, rp, form_put);
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

/* --- routes --- */

static const Route ROUTES[] = {
    { GET, "/api/batches/:id/form", "selection.read", show_form, "看形式审查",
      "Show the form check" },
    { PUT, "/api/zones/:id/form", "selection.write", save_form, "保存形式审查",
      "Save the form check", form_body },
    { PUT, "/api/zones/:id/exceptions/:rule", "selection.decide", decide_exception, "决定例外",
      "Decide on an exception", EXCEPTION_BODY },
    { POST, "/api/zones/:id/return", "selection.write", return_zone, "退回市级",
      "Return a zone to its city", REASON_BODY },
    ROUTES_END,
};

/* Photos hang on a site visit, and the province alone sees them. */
typedef struct Reached {
    const char *county;
    const char *state;
} Reached;

static const Field REACHED[] = {
    { "county", FIELD_TEXT, offsetof(Reached, county), "县", "County" },
    { "state", FIELD_TEXT, offsetof(Reached, state), "状态", "State" },
    FIELDS_END,
};

static Err reach(Cx *cx, const char **territory, int64_t id, bool write)
{
    Reached at;
    if (!right_allows(cx, write ? "selection.write" : "selection.read"))
        return fail(cx, NOT_FOUND, "id", "没有这次核查", "there is no such visit");
    TRY(store_row(cx, &at, REACHED,
                  "SELECT z.county, v.state FROM site_visit v JOIN zone z ON z.id = v.zone_id "
                  "WHERE v.id = $1 AND " WITHIN("z.county", 2),
                  ARGS(I(id), user_reach(cx->user))));
    if (write && strcmp(at.state, "planned") != 0)
        return fail(cx, CONFLICT, NULL, "现场核查已完成，不能增减照片",
                    "the site visit is done; photos cannot be changed");
    *territory = at.county;
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
